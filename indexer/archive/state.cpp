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

enum Flags : std::uint8_t { kStub = 1, kRacyRow = 2, kQuoted = 4, kForced = 8 };

// A row as it is written; the bytes of its `extra` follow.
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

void put_row(std::string& out, const Row& row) {
    const auto flags = static_cast<std::uint8_t>((row.stub ? kStub : 0) | (row.racy ? kRacyRow : 0) |
                                                 (row.quoted ? kQuoted : 0) | (row.forced ? kForced : 0));
    put(out, Written{row.key, row.outer, row.stamp, row.open_from, row.digest,
                     static_cast<std::uint32_t>(row.extra.size()), row.form, row.kind, flags, 0});
    out += row.extra;
}

bool take_row(std::string_view& text, Row& row) {
    Written in;
    if (!take(text, in) || in.form > Form::git || in.kind > SourceKind::diff || text.size() < in.extra) return false;
    row.key = in.key;
    row.outer = in.outer;
    row.form = in.form;
    row.kind = in.kind;
    row.stub = (in.flags & kStub) != 0;
    row.racy = (in.flags & kRacyRow) != 0;
    row.quoted = (in.flags & kQuoted) != 0;
    row.forced = (in.flags & kForced) != 0;
    row.stamp = in.stamp;
    row.open_from = in.open_from;
    row.digest = in.digest;
    row.extra.assign(text.substr(0, in.extra));
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

State::State(std::string_view text) {
    std::uint64_t count = 0;
    if (!text.starts_with(kVersion)) return;
    text.remove_prefix(kVersion.size());
    // A count that lies reserves nothing.
    if (!take(text, count) || count > text.size() / sizeof(Written)) return;
    rows_.resize(static_cast<std::size_t>(count));
    for (Row& row : rows_)
        if (!take_row(text, row)) {
            rows_.clear();
            return;
        }
    if (!std::ranges::is_sorted(rows_, {}, &Row::key)) rows_.clear();
}

const Row* State::find(Key key) const noexcept {
    const auto found = std::ranges::lower_bound(rows_, key, {}, &Row::key);
    return found != rows_.end() && found->key == key ? &*found : nullptr;
}

std::string write_state(const std::vector<Row>& rows) {
    std::vector<std::pair<Key, const Row*>> sorted;
    sorted.reserve(rows.size());
    for (const Row& row : rows) sorted.emplace_back(row.key, &row);
    std::ranges::sort(sorted);
    std::string out(kVersion);
    out.reserve(kVersion.size() + sizeof(std::uint64_t) + rows.size() * sizeof(Written));
    put(out, static_cast<std::uint64_t>(rows.size()));
    for (const auto& [key, row] : sorted) put_row(out, *row);
    return out;
}

}  // namespace patchseek::archive
