// SPDX-License-Identifier: GPL-2.0-or-later
#include "content.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "markdown.hpp"
#include "mbox.hpp"
#include "patchseek/base/file.hpp"

namespace patchseek::archive {
namespace {

constexpr std::uint64_t kChunk = std::uint64_t{1} << 20;

// The data of a file between its holes. Only holes of a chunk or more count as such.
class Holes {
public:
    explicit Holes(const Region& region) : region_(region) {}
    // How many bytes from `pos` on are a hole.
    std::uint64_t at(std::uint64_t pos) {
        if (region_.size < 2 * kChunk) return 0;
        if (pos >= data_end_) {
            const std::uint64_t data = seek(pos, SEEK_DATA);
            data_begin_ = data - pos >= kChunk ? data : pos;
            data_end_ = data < region_.size ? std::max(seek(data, SEEK_HOLE), data + 1) : region_.size;
        }
        return pos < data_begin_ ? data_begin_ - pos : 0;
    }
    // Where the data that holds `pos` ends: no piece goes beyond, so that holes are the same wherever pieces start.
    std::uint64_t end() const { return region_.size < 2 * kChunk ? region_.size : data_end_; }

private:
    std::uint64_t seek(std::uint64_t pos, int whence) const {
        const off_t found = ::lseek(region_.fd, static_cast<off_t>(region_.base + pos), whence);
        // ENXIO: nothing but a hole up to the end. All else: a file system that does not know.
        if (found < 0) return errno == ENXIO || whence == SEEK_HOLE ? region_.size : pos;
        return std::clamp(static_cast<std::uint64_t>(found) - region_.base, pos, region_.size);
    }
    const Region& region_;
    std::uint64_t data_begin_ = 0, data_end_ = 0;
};

// One pass: feeds the digest, the splitter of an mbox, and the text of a dump.
class Pass {
public:
    Pass(SourceKind kind, std::uint64_t old_size) : kind_(kind), old_size_(old_size) {}
    Result<SourceContents> run(const Region& region);

private:
    void feed(std::string_view piece) {
        hasher_.feed(piece);
        if (kind_ == SourceKind::mbox) splitter_.feed(piece);
        if (kind_ == SourceKind::markdown && text_.size() < kMaxDump) text_ += piece.substr(0, kMaxDump - text_.size());
        advance(piece.size());
    }
    void skip(std::uint64_t hole) {
        hasher_.skip(hole);
        if (kind_ == SourceKind::mbox) splitter_.skip_nuls(hole);
        advance(hole);
    }
    void advance(std::uint64_t bytes) {
        out_.size += bytes;
        if (out_.size == old_size_) out_.before = hasher_.digest();
    }
    // How many bytes may be taken at once: not beyond the old end, where a digest is due.
    std::uint64_t left(std::uint64_t size) const {
        return (out_.size < old_size_ ? std::min(size, old_size_) : size) - out_.size;
    }
    void finish();

    SourceKind kind_;
    std::uint64_t old_size_;
    Hasher hasher_;
    MboxSplitter splitter_;
    std::string text_;
    SourceContents out_;
};

Result<SourceContents> Pass::run(const Region& region) {
    Holes holes(region);
    while (out_.size < region.size) {
        const std::uint64_t most = left(region.size);
        // Of a dump the text is kept.
        const std::uint64_t hole = kind_ == SourceKind::markdown ? 0 : holes.at(out_.size);
        if (hole > 0) {
            skip(std::min(hole, most));
            continue;
        }
        const std::uint64_t data = kind_ == SourceKind::markdown ? most : std::min(most, holes.end() - out_.size);
        const auto piece = read_at(region.fd, region.base + out_.size, std::min(kChunk, data), region.name);
        if (!piece) return piece.error();
        if (piece->empty()) break;
        feed(*piece);
    }
    finish();
    return std::move(out_);
}

void Pass::finish() {
    out_.digest = hasher_.digest();
    if (kind_ == SourceKind::mbox) {
        for (const Span& span : splitter_.finish()) out_.entries.push_back({0, span.offset, span, nullptr});
        out_.open_from = splitter_.open_from();
        out_.quoted = splitter_.quoted();
    } else if (kind_ == SourceKind::markdown) {
        for (DumpEntry& entry : read_dump(text_)) {
            Heading heading{std::move(entry.title), std::move(entry.from)};
            out_.entries.push_back(
                {0, entry.span.offset, entry.span, std::make_shared<const Heading>(std::move(heading))});
        }
    } else if (out_.size > 0) {
        out_.entries.push_back({0, 0, {0, out_.size}, nullptr});
    }
}

}  // namespace

Key key_of(std::string_view bytes) {
    const Digest digest = sha256(bytes);
    Key key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i) key = key << 8 | digest[i];
    return key;
}

Key archive_key(const std::filesystem::path& absolute) { return key_of(absolute.native()); }

Result<SourceContents> read_contents(const Region& region, SourceKind kind, std::uint64_t old_size) {
    return Pass(kind, old_size).run(region);
}

}  // namespace patchseek::archive
