#include "state.hpp"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

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
static_assert(std::has_unique_object_representations_v<Written>, "no bytes between that hold chance");

template <class T>
void put(std::string& out, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
bool take(std::string_view& text, T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (text.size() < sizeof value) return false;
    std::memcpy(&value, text.data(), sizeof value);
    text.remove_prefix(sizeof value);
    return true;
}

void put_state(std::string& out, const SourceState& state) {
    const auto flags = static_cast<std::uint8_t>((state.stub ? kStub : 0) | (state.racy ? kRacyState : 0) |
                                                 (state.quoted ? kQuoted : 0) | (state.forced ? kForced : 0));
    put(out, Written{state.key, state.outer, state.stamp, state.open_from, state.digest,
                     static_cast<std::uint32_t>(state.extra.size()), state.form, state.kind, flags, 0});
    out += state.extra;
}

bool take_state(std::string_view& text, SourceState& state) {
    Written in;
    if (!take(text, in) || in.form > Form::git || in.kind > SourceKind::diff || text.size() < in.extra) return false;
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
    state.extra.assign(text.substr(0, in.extra));
    text.remove_prefix(in.extra);
    return true;
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
    std::uint64_t count = 0;
    if (!text.starts_with(kVersion)) return;
    text.remove_prefix(kVersion.size());
    // A count that lies reserves nothing.
    if (!take(text, count) || count > text.size() / sizeof(Written)) return;
    sources_.resize(static_cast<std::size_t>(count));
    for (SourceState& state : sources_)
        if (!take_state(text, state)) {
            sources_.clear();
            return;
        }
    if (!std::ranges::is_sorted(sources_, {}, &SourceState::key)) sources_.clear();
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
    put(out, static_cast<std::uint64_t>(states.size()));
    for (const auto& [key, state] : sorted) put_state(out, *state);
    return out;
}

}  // namespace patchseek::archive
