// SPDX-License-Identifier: GPL-2.0-or-later
#include "state.hpp"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "patchseek/base/binary.hpp"

namespace patchseek::archive {
namespace {

// Changes with every change of what follows it.
constexpr std::string_view kVersion = "patchseek archive state 1\n";
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kRacy = 2 * kNsPerSecond;

enum Flags : std::uint8_t { kStub = 1, kRacyState = 2, kQuoted = 4, kForced = 8 };

// A state as it is written; the bytes of its `extra` follow.
struct Written {
    Key key, outer;
    Stamp stamp;
    std::uint64_t open_from;
    Digest digest;
    std::uint32_t extra;
    Form form;
    SourceKind kind;
    std::uint8_t flags, unused;
};

void put_state(BinaryWriter& out, const SourceState& state) {
    const auto flags = static_cast<std::uint8_t>((state.stub ? kStub : 0) | (state.racy ? kRacyState : 0) |
                                                 (state.quoted ? kQuoted : 0) | (state.forced ? kForced : 0));
    out.raw(Written{state.key, state.outer, state.stamp, state.open_from, state.digest,
                    static_cast<std::uint32_t>(state.extra.size()), state.form, state.kind, flags, 0});
    out.bytes(state.extra);
}

SourceState take_state(BinaryReader& from) {
    SourceState state;
    const auto in = from.raw<Written>();
    if (in.form > Form::git || in.kind > SourceKind::diff) from.fail();
    state.key = in.key;
    state.outer = in.outer;
    state.form = in.form;
    state.kind = in.kind;
    state.stub = (in.flags & kStub) != 0;
    state.racy = (in.flags & kRacyState) != 0;
    state.quoted = (in.flags & kQuoted) != 0;
    state.forced = (in.flags & kForced) != 0;
    state.stamp = in.stamp;
    state.open_from = in.open_from;
    state.digest = in.digest;
    state.extra = from.bytes(in.extra);
    return state;
}

}  // namespace

Stamp stamp_of(const struct stat& info) noexcept {
    const auto ns = [](const timespec& time) { return time.tv_sec * kNsPerSecond + time.tv_nsec; };
    return {static_cast<std::uint64_t>(info.st_size), ns(info.st_mtim), ns(info.st_ctim), info.st_ino};
}

std::int64_t birth_of(int fd) noexcept {
    struct statx info {};
    if (::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &info) != 0 || (info.stx_mask & STATX_BTIME) == 0) return 0;
    return info.stx_btime.tv_sec * kNsPerSecond + info.stx_btime.tv_nsec;
}

bool is_fresh(const Stamp& stamp) noexcept {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    return std::max(stamp.mtime, stamp.ctime) > ns - kRacy;
}

ArchiveState::ArchiveState(std::string_view text) {
    if (!text.starts_with(kVersion)) return;
    BinaryReader in(text.substr(kVersion.size()));
    const auto count = in.raw<std::uint64_t>();
    // A count that lies reserves nothing.
    if (count > in.left() / sizeof(Written)) return;
    sources_.resize(static_cast<std::size_t>(count));
    for (SourceState& state : sources_) state = take_state(in);
    if (!in.good() || !std::ranges::is_sorted(sources_, {}, &SourceState::key)) sources_.clear();
}

const SourceState* ArchiveState::find(Key key) const noexcept {
    const auto found = std::ranges::lower_bound(sources_, key, {}, &SourceState::key);
    return found != sources_.end() && found->key == key ? &*found : nullptr;
}

std::string write_state(const std::vector<SourceState>& states) {
    std::vector<std::pair<Key, const SourceState*>> sorted;
    sorted.reserve(states.size());
    for (const SourceState& state : states) sorted.emplace_back(state.key, &state);
    std::ranges::sort(sorted);
    std::string out(kVersion);
    out.reserve(kVersion.size() + sizeof(std::uint64_t) + states.size() * sizeof(Written));
    BinaryWriter writer(out);
    writer.raw(std::uint64_t{states.size()});
    for (const auto& [key, state] : sorted) put_state(writer, *state);
    return out;
}

}  // namespace patchseek::archive
