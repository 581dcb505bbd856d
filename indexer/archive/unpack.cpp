// SPDX-License-Identifier: GPL-2.0-or-later
#include "unpack.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"
#include "sandbox/helper.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;

constexpr const char* kHardLink = "link to another member, not followed";
constexpr const char* kSymbolicLink = "symbolic link, not followed";
constexpr const char* kSpecial = "special file, skipped";

constexpr auto kLastKind = static_cast<std::uint64_t>(ErrorKind::permission);

struct FreeArchive {
    void operator()(::archive* reader) const noexcept { archive_read_free(reader); }
};
using Reader = std::unique_ptr<::archive, FreeArchive>;

// Where libarchive gets the packed bytes from.
struct Feed {
    const Region& region;
    std::uint64_t pos = 0;
    std::string buffer;
    static la_ssize_t read(::archive* reader, void* self, const void** out) {
        Feed& feed = *static_cast<Feed*>(self);
        const auto size = std::min<std::uint64_t>(kChunk, feed.region.size - feed.pos);
        auto bytes = read_at(feed.region.fd, feed.region.base + feed.pos, size, feed.region.name);
        if (!bytes) {
            archive_set_error(reader, EIO, "%s", bytes.error().message.c_str());
            return ARCHIVE_FATAL;
        }
        feed.buffer = std::move(*bytes);
        feed.pos += feed.buffer.size();
        *out = feed.buffer.data();
        return static_cast<la_ssize_t>(feed.buffer.size());
    }
};

std::string reason(::archive* reader) {
    const char* text = archive_error_string(reader);
    return text ? text : "damaged";
}

// A filter that libarchive was built without it would leave to a program, and says so by a warning.
Result<Reader> new_reader() {
    Reader reader(archive_read_new());
    if (!reader) return system_error("cannot unpack", ENOMEM);
    for (const auto support :
         {archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
          archive_read_support_filter_zstd, archive_read_support_filter_compress, archive_read_support_format_tar,
          archive_read_support_format_raw})
        if (support(reader.get()) != ARCHIVE_OK)
            return Error{ErrorKind::internal, "cannot unpack: libarchive lacks a format: " + reason(reader.get())};
    return reader;
}

std::string name_of(archive_entry* entry, std::size_t number) {
    const char* name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    if (!name) return "member " + std::to_string(number);
    std::string_view text = name;
    while (text.starts_with("./") || text.starts_with('/')) text.remove_prefix(text.front() == '.' ? 2 : 1);
    return std::string(text);
}

const char* why_skipped(archive_entry* entry) {
    if (archive_entry_hardlink(entry)) return kHardLink;
    switch (archive_entry_filetype(entry)) {
        case AE_IFREG: return nullptr;
        case AE_IFLNK: return kSymbolicLink;
        default: return kSpecial;
    }
}

std::string format_of(::archive* reader, bool tar) {
    std::string out = tar ? "tar" : "";
    // The last filter is "none".
    for (int i = 0; i + 1 < archive_filter_count(reader); ++i) {
        const char* name = archive_filter_name(reader, i);
        out += std::string(out.empty() ? "" : ", ") + (name ? name : "compressed");
    }
    return out;
}

class Unpacking {
public:
    Unpacking(::archive* reader, Spool& spool, std::uint64_t limit) : reader_(reader), spool_(spool), limit_(limit) {}
    Result<Unpacked> run();

private:
    Result<Done> content(Member& member);
    bool is_over(std::uint64_t holes);
    void damaged(std::string why) { out_.damage = std::move(why); }

    ::archive* reader_;
    Spool& spool_;
    std::uint64_t limit_, holes_ = 0;
    Unpacked out_;
};

bool Unpacking::is_over(std::uint64_t holes) {
    out_.bytes = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_filter_bytes(reader_, 0), 0)) + holes;
    if (out_.bytes <= limit_) return false;
    damaged("unpacks to more than " + std::to_string(limit_ >> 20) + " MiB, which no mail does; the rest is left out");
    return true;
}

Result<Done> Unpacking::content(Member& member) {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    for (;;) {
        const int code = archive_read_data_block(reader_, &data, &size, &offset);
        if (code == ARCHIVE_EOF) return Done{};
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
            damaged(reason(reader_) + "; what comes before is read");
            return Done{};
        }
        // A sparse member: what it claims to hold counts, though it is nowhere.
        const auto at = static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0));
        if (at > member.size) holes_ += at - member.size;
        if (is_over(holes_)) return Done{};
        const auto put = spool_.put(member.base + at, {static_cast<const char*>(data), size});
        if (!put) return put.error();
        member.size = std::max(member.size, at + size);
    }
}

Result<Unpacked> Unpacking::run() {
    archive_entry* entry = nullptr;
    for (std::size_t number = 1; out_.damage.empty(); ++number) {
        const int code = archive_read_next_header(reader_, &entry);
        if (code == ARCHIVE_EOF || is_over(holes_)) break;
        if (code == ARCHIVE_RETRY) continue;
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
            damaged(reason(reader_) + "; what comes before is read");
            break;
        }
        out_.tar = (archive_format(reader_) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
        out_.format = format_of(reader_, out_.tar);
        if (out_.tar && archive_entry_filetype(entry) == AE_IFDIR) continue;
        Member member{out_.tar ? name_of(entry, number) : "", spool_.end(), 0, out_.tar ? why_skipped(entry) : nullptr};
        if (!member.skipped)
            if (const auto read = content(member); !read) return read.error();
        out_.members.push_back(std::move(member));
    }
    return std::move(out_);
}

}  // namespace

std::string_view compression(std::string_view beginning) noexcept {
    using namespace std::string_view_literals;
    static constexpr auto kMagic = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"\x1F\x8B\x08"sv, "gzip"sv},
        {"\xFD"
         "7zXZ\0"sv,
         "xz"sv},
        {"\x28\xB5\x2F\xFD"sv, "zstd"sv},
        {"\x1F\x9D"sv, "compress"sv},
    });
    for (const auto& [magic, name] : kMagic)
        if (beginning.starts_with(magic)) return name;
    constexpr std::size_t kLevel = 3;  // "BZh", a digit, then a block or the end
    if (beginning.starts_with("BZh") && beginning.size() > kLevel + 1 && beginning[kLevel] >= '1' &&
        beginning[kLevel] <= '9' && (beginning[kLevel + 1] == '\x31' || beginning[kLevel + 1] == '\x17'))
        return "bzip2";
    return {};
}

bool is_tar(std::string_view beginning) noexcept {
    constexpr std::size_t kBlock = 512, kSum = 148, kSumSize = 8;
    if (beginning.size() < kBlock || beginning.front() == '\0') return false;
    unsigned sum = kSumSize * ' ';
    for (std::size_t i = 0; i < kBlock; ++i)
        if (i < kSum || i >= kSum + kSumSize) sum += static_cast<unsigned char>(beginning[i]);
    unsigned written = 0;
    bool digits = false;
    for (const char c : beginning.substr(kSum, kSumSize)) {
        if (c == ' ' && !digits) continue;
        if (c < '0' || c > '7') break;
        digits = true;
        written = written * 8 + static_cast<unsigned>(c - '0');
    }
    return digits && written == sum;
}

Result<Spool> Spool::create(const fs::path& folder) {
    Spool out;
    if (folder.empty()) return Error{ErrorKind::internal, "there is no folder to unpack into"};
    std::string name = (folder / "unpacked-XXXXXX").native();
    out.fd_ = UniqueFd(::mkostemp(name.data(), O_CLOEXEC));
    if (!out.fd_) return system_error("cannot write '" + name + "'", errno);
    out.path_ = name;
    return out;
}

Result<Done> Spool::put(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return system_error("cannot write '" + path_.native() + "'", errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
        end_ = std::max(end_, offset);
    }
    return Done{};
}

std::uint64_t unpack_limit(std::uint64_t packed) noexcept {
    constexpr std::uint64_t kAlways = std::uint64_t{256} << 20, kTimes = 200;
    return kAlways + kTimes * packed;
}

namespace {

// libarchive reads gzip without a look at checksums, where all other kinds have theirs proven.
bool fits_checksums(const Region& packed) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    const auto beginning = read_at(packed.fd, packed.base, std::min<std::uint64_t>(kPiece, packed.size), packed.name);
    if (!beginning || compression(*beginning) != "gzip") return true;
    std::string piece;
    std::uint64_t at = 0;
    return is_whole_gzip([&]() -> std::string_view {
        auto bytes =
            read_at(packed.fd, packed.base + at, std::min<std::uint64_t>(kPiece, packed.size - at), packed.name);
        if (!bytes) return {};
        piece = std::move(*bytes);
        at += piece.size();
        return piece;
    });
}

Result<Unpacked> unpack_here(const Region& packed, Spool& spool, std::uint64_t limit) {
    const auto reader = new_reader();
    if (!reader) return reader.error();
    Feed feed{packed, 0, {}};
    if (archive_read_open(reader->get(), &feed, nullptr, Feed::read, nullptr) != ARCHIVE_OK) {
        Unpacked out;
        out.damage = reason(reader->get());
        return out;
    }
    auto out = Unpacking(reader->get(), spool, limit).run();
    if (out && out->damage.empty() && !fits_checksums(packed))
        out->damage = "gzip's checksum does not fit: what is read of it may be damaged";
    return out;
}

// What why_skipped() says, as a number and back.
constexpr auto kSkipped = std::to_array<const char*>({nullptr, kHardLink, kSymbolicLink, kSpecial});

}  // namespace

void put(BinaryWriter& to, const Unpacked& unpacked) {
    to.text(unpacked.format);
    to.varint(unpacked.tar ? 1 : 0);
    to.text(unpacked.damage);
    to.varint(unpacked.bytes);
    to.varint(unpacked.members.size());
    for (const Member& member : unpacked.members) {
        to.text(member.name);
        to.varint(member.base);
        to.varint(member.size);
        to.varint(static_cast<std::uint64_t>(std::ranges::find(kSkipped, member.skipped) - kSkipped.begin()));
    }
}

Unpacked take_unpacked(BinaryReader& from) {
    Unpacked out;
    out.format = from.text();
    out.tar = from.varint() != 0;
    out.damage = from.text();
    out.bytes = from.varint();
    const auto count = from.varint();
    for (std::uint64_t i = 0; i < count && from.good(); ++i) {
        Member member;
        member.name = from.text();
        member.base = from.varint();
        member.size = from.varint();
        member.skipped = kSkipped[std::min<std::size_t>(from.varint(), kSkipped.size() - 1)];
        out.members.push_back(std::move(member));
    }
    return out;
}

namespace {

// In the process that unpacks: open are the packed file and the spool.
std::string answer(std::shared_ptr<void>&, std::string_view request, std::span<const int> open) {
    BinaryReader from(request);
    const std::string name(from.text());
    const std::uint64_t base = from.varint(), size = from.varint(), end = from.varint(), limit = from.varint();
    std::string out;
    BinaryWriter to(out);
    if (!from.whole() || open.size() != 2) return out;
    Spool spool(open[1], end);
    const auto unpacked = unpack_here({open[0], base, size, name}, spool, limit);
    spool.let_go();
    to.varint(spool.end());
    to.varint(unpacked ? 1 : 0);
    if (unpacked) {
        put(to, *unpacked);
    } else {
        to.varint(static_cast<std::uint64_t>(unpacked.error().kind));
        to.text(unpacked.error().message);
    }
    return out;
}

// Of the processor: what comes out at 8 MB/s, which is less than any machine does.
std::chrono::seconds patience_for(std::uint64_t bytes) {
    constexpr std::uint64_t kLeast = std::uint64_t{8} << 20;
    return sandbox::Helper::kPatience + std::chrono::seconds(bytes / kLeast);
}

}  // namespace

Result<Unpacked> unpack(const Region& packed, Spool& spool, std::uint64_t limit) {
    sandbox::Helper helper(answer);
    std::string request;
    BinaryWriter to(request);
    to.text(packed.name);
    for (const std::uint64_t number : {packed.base, packed.size, spool.end(), limit}) to.varint(number);
    const std::array<int, 2> open{packed.fd, spool.fd()};
    const auto reply = helper.call(request, open, patience_for(limit));
    if (!reply) return Error{reply.error().kind, "the process that unpacks it " + reply.error().message};
    BinaryReader from(*reply);
    spool.grown_to(from.varint());
    if (from.varint() == 0) {
        const auto kind = static_cast<ErrorKind>(std::min<std::uint64_t>(from.varint(), kLastKind));
        return Error{kind, std::string(from.text())};
    }
    auto out = take_unpacked(from);
    if (!from.whole()) return Error{ErrorKind::data, "the process that unpacks it gave no answer"};
    return out;
}

}  // namespace patchseek::archive
