// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/positions.hpp"

#include <algorithm>
#include <utility>

#include "patchseek/schema/layout.hpp"
#include "position_file.hpp"

namespace fs = std::filesystem;

namespace patchseek::store {
namespace {

/// So much of a list is read at once at most, of one that is read on and on.
constexpr std::uint64_t kMostAtOnce = std::uint64_t{32} << 10;
/// The two numbers in front of a list take less.
constexpr std::uint64_t kMostFront = 20;

struct Block {
    std::uint32_t last;    ///< document
    std::uint64_t offset;  ///< in the list
    std::uint64_t size;
};

}  // namespace

struct PositionList::Impl {
    const PositionFile* file = nullptr;
    PositionPlace place;

    std::string window;  // bytes of the list from `from` on
    std::uint64_t from = 0;
    std::uint64_t least = 0;    // to read at once; more where a list is read on and on
    std::uint64_t at_once = 0;  // that of the next read
    std::uint32_t documents = 0;
    std::vector<Block> blocks;

    // The block that was read; `block` is one behind it.
    std::size_t block = 0;
    std::size_t count = 0;  // of its documents
    std::array<std::uint32_t, kBlock> ids{}, counts{};
    std::string_view rest;  // positions, from those of document `behind` on
    std::size_t behind = 0, at = 0;
    std::vector<std::uint32_t> positions;
    bool decoded = false;

    Result<std::string_view> bytes(std::uint64_t offset, std::uint64_t size);
    Result<Done> begin();
    Result<Done> load(std::size_t number);
    Result<bool> seek(std::uint32_t id);
    Result<Done> decode();
};

// Reads to where a piece ends, and keeps what it has of what is wanted: no piece is read and proven twice.
Result<std::string_view> PositionList::Impl::bytes(std::uint64_t offset, std::uint64_t size) {
    if (offset > place.size || size > place.size - offset) return file->damaged();
    if (offset < from || offset + size > from + window.size()) {
        const bool goes_on = offset >= from && offset <= from + window.size();
        if (!goes_on) at_once = least;
        window.erase(0, goes_on ? offset - from : window.size());
        from = offset;
        const auto have = place.offset + from + window.size(), need = place.offset + offset + size;
        const auto end =
            std::max(have + at_once, need + CheckedFile::kPiece - 1) / CheckedFile::kPiece * CheckedFile::kPiece;
        auto more = file->read({have, std::min(end, place.offset + place.size) - have});
        if (!more) return more.error();
        window = window.empty() ? std::move(*more) : window + *more;
        at_once = std::min(2 * at_once, kMostAtOnce);
    }
    return std::string_view(window).substr(offset - from, size);
}

Result<Done> PositionList::Impl::begin() {
    const auto first = bytes(0, std::min(place.size, kMostFront));
    if (!first) return first.error();
    BinaryReader in(*first);
    documents = static_cast<std::uint32_t>(in.varint());
    const auto blocks_of = (std::size_t{documents} + kBlock - 1) / kBlock;
    if (blocks_of == 1) {
        const auto offset = first->size() - in.left();
        blocks.push_back({file->last(), offset, place.size - offset});
    } else {
        const auto size = in.varint();
        const auto offset = first->size() - in.left();
        const auto table = bytes(offset, size);
        if (!table) return table.error();
        // Two bytes at least for each, which bounds what room is made for.
        if (blocks_of == 0 || blocks_of > size) return file->damaged();
        in = BinaryReader(*table);
        Block one{0, offset + size, 0};
        for (std::size_t i = 0; i < blocks_of; ++i) {
            one.last += static_cast<std::uint32_t>(in.varint());
            one.offset += one.size;
            one.size = in.varint();
            blocks.push_back(one);
        }
    }
    return in.good() ? Result<Done>(Done{}) : file->damaged();
}

Result<Done> PositionList::Impl::load(std::size_t number) {
    const Block& wanted = blocks[number];
    const auto read = bytes(wanted.offset, wanted.size);
    if (!read) return read.error();
    BinaryReader in(*read);
    count = number + 1 < blocks.size() ? kBlock : documents - (blocks.size() - 1) * kBlock;
    std::uint64_t id = number == 0 ? 0 : blocks[number - 1].last;
    for (std::size_t i = 0; i < count; ++i) {
        const auto head = read_head(in);
        if (head.step == 0) in.fail();
        id += head.step;
        ids.at(i) = static_cast<std::uint32_t>(id);
        counts.at(i) = static_cast<std::uint32_t>(head.count);
    }
    if (!in.good() || id > wanted.last) return file->damaged();
    rest = read->substr(read->size() - in.left());
    behind = at = 0;
    decoded = false;
    block = number + 1;
    return Done{};
}

Result<bool> PositionList::Impl::seek(std::uint32_t id) {
    if (block == 0 || id > ids.at(count - 1)) {
        const auto from_here = blocks.begin() + static_cast<std::ptrdiff_t>(block);
        auto next = std::ranges::lower_bound(from_here, blocks.end(), id, {}, &Block::last);
        for (;; ++next) {
            if (next == blocks.end()) return false;
            if (auto done = load(static_cast<std::size_t>(next - blocks.begin())); !done) return done.error();
            // Of the only block it is not known what its last document is.
            if (ids.at(count - 1) >= id) break;
        }
    }
    if (ids.at(at) >= id) return true;
    while (ids.at(at) < id) ++at;
    decoded = false;
    return true;
}

Result<Done> PositionList::Impl::decode() {
    if (decoded) return Done{};
    std::uint64_t skipped = 0;
    for (; behind < at; ++behind) skipped += counts.at(behind);
    const auto size = varints_size(rest, skipped);
    if (size == std::string_view::npos) return file->damaged();
    rest.remove_prefix(size);
    // Each has one byte at least, which bounds what room is made for.
    const std::size_t many = counts.at(at);
    if (many > rest.size()) return file->damaged();
    positions.resize(many);
    std::size_t byte = 0;
    std::uint32_t position = 0;
    for (std::uint32_t& one : positions) {
        std::uint32_t step = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (byte == rest.size() || shift >= 32) return file->damaged();
            const auto next = static_cast<unsigned char>(rest[byte++]);
            step |= std::uint32_t{next & 0x7Fu} << shift;
            if (next < 0x80) break;
        }
        one = position += step;
    }
    rest.remove_prefix(byte);
    behind = at + 1;
    decoded = true;
    return Done{};
}

PositionList::PositionList() = default;
PositionList::PositionList(PositionList&&) noexcept = default;
PositionList& PositionList::operator=(PositionList&&) noexcept = default;
PositionList::~PositionList() = default;
PositionList::PositionList(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

std::uint32_t PositionList::documents() const noexcept { return impl_ ? impl_->documents : 0; }
Result<bool> PositionList::seek(std::uint32_t id) { return impl_ ? impl_->seek(id) : Result<bool>(false); }
std::uint32_t PositionList::document() const noexcept { return impl_->ids.at(impl_->at); }
Result<std::span<const std::uint32_t>> PositionList::positions() {
    if (auto done = impl_->decode(); !done) return done.error();
    return std::span<const std::uint32_t>(impl_->positions);
}

Positions::Positions(std::unique_ptr<PositionFile> file, bool far)
    : file_(std::move(file)), at_once_(far ? kMostAtOnce : CheckedFile::kPiece) {}
Positions::Positions(Positions&&) noexcept = default;
Positions& Positions::operator=(Positions&&) noexcept = default;
Positions::~Positions() = default;

Result<Positions> Positions::open(const fs::path& shard, bool far) {
    auto file = PositionFile::open(shard / schema::layout::kPositions);
    if (!file) return file.error();
    return Positions(std::move(*file), far);
}

std::uint32_t Positions::last() const noexcept { return file_->last(); }

Result<PositionList> Positions::list_at(const PositionPlace& place, std::string bytes) const {
    auto impl = std::make_unique<PositionList::Impl>();
    impl->file = file_.get();
    impl->place = place;
    impl->window = std::move(bytes);
    impl->least = impl->at_once = at_once_;
    if (auto done = impl->begin(); !done) return done.error();
    return PositionList(std::move(impl));
}

Result<PositionList> Positions::find(std::string_view term) const {
    const auto place = file_->find(term);
    if (!place) return place.error();
    return place->size == 0 ? Result<PositionList>(PositionList()) : list_at(*place, {});
}

Result<Done> Positions::all(const std::function<Result<Done>(std::string_view, PositionList&)>& visit) const {
    PositionScan scan(*file_);
    for (;;) {
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) return Done{};
        auto list = list_at(scan.place(), std::string(scan.list()));
        if (!list) return list.error();
        if (auto done = visit(scan.term(), *list); !done) return done;
    }
}

}  // namespace patchseek::store
