// SPDX-License-Identifier: GPL-2.0-or-later
#include "position_file.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "patchseek/store/positions.hpp"

namespace fs = std::filesystem;

namespace patchseek::store {

PositionPage::PositionPage(std::string_view bytes, bool leaf, std::uint64_t end) : in_(bytes), leaf_(leaf) {
    if (!leaf) return;
    const auto lists = in_.varint();
    if (lists > end) in_.fail();
    place_ = {end - lists, 0};
}

bool PositionPage::next() {
    if (in_.left() == 0) return false;
    const auto shared = in_.varint();
    if (shared > term_.size()) in_.fail();
    const auto rest = in_.text();
    term_.resize(std::min<std::size_t>(shared, term_.size()));
    term_ += rest;
    place_.offset = leaf_ ? place_.offset + place_.size : in_.varint();
    place_.size = in_.varint();
    return in_.good();
}

Result<std::unique_ptr<PositionFile>> PositionFile::open(const fs::path& path) {
    auto bytes = CheckedFile::open(path);
    if (!bytes) return bytes.error();
    auto out = std::unique_ptr<PositionFile>(new PositionFile(std::move(*bytes)));
    BinaryReader in(out->bytes_.head());
    out->last_ = static_cast<std::uint32_t>(in.varint());
    out->levels_ = static_cast<unsigned>(in.varint());
    out->root_.offset = in.varint();
    out->root_.size = in.varint();
    // More pages above one another than this would name more lists than a file can have.
    constexpr unsigned kMostLevels = 8;
    if (!in.whole() || out->levels_ > kMostLevels) return out->damaged();
    return out;
}

Result<std::string_view> PositionFile::upper_page(const PositionPlace& place) const {
    {
        const std::lock_guard lock(upper_);
        const auto known = upper_pages_.find(place.offset);
        if (known != upper_pages_.end()) return std::string_view(known->second);
    }
    auto bytes = read(place);
    if (!bytes) return bytes.error();
    const std::lock_guard lock(upper_);
    return std::string_view(upper_pages_.try_emplace(place.offset, std::move(*bytes)).first->second);
}

Result<PositionPlace> PositionFile::find(std::string_view term) const {
    auto at = root_;
    std::string names;
    for (unsigned level = levels_; level > 0; --level) {
        const bool leaf = level == 1;
        if (leaf) {
            auto bytes = read(at);
            if (!bytes) return bytes.error();
            names = std::move(*bytes);
        }
        const auto upper = leaf ? Result<std::string_view>(names) : upper_page(at);
        if (!upper) return upper.error();
        PositionPage page(*upper, leaf, at.offset);
        PositionPlace below;
        while (page.next() && page.term() <= term)
            if (!leaf || page.term() == term) below = page.place();
        if (!page.good()) return damaged();
        at = below;
        if (at.size == 0) break;
    }
    return levels_ == 0 ? PositionPlace{} : at;
}

Result<std::vector<PositionPlace>> PositionFile::leaves() const {
    std::vector<PositionPlace> pages;
    if (levels_ > 0) pages.push_back(root_);
    for (unsigned level = levels_; level > 1; --level) {
        std::vector<PositionPlace> below;
        for (const PositionPlace& place : pages) {
            const auto bytes = read(place);
            if (!bytes) return bytes.error();
            PositionPage page(*bytes, false, 0);
            while (page.next()) {
                // Pages stand in the order of their terms, so that none is named twice.
                if (!below.empty() && page.place().offset <= below.back().offset) return damaged();
                below.push_back(page.place());
            }
            if (!page.good()) return damaged();
        }
        pages = std::move(below);
    }
    return pages;
}

Result<bool> PositionScan::next() {
    if (!leaves_) {
        auto found = file_.leaves();
        if (!found) return found.error();
        leaves_ = std::move(*found);
    }
    while (!page_ || !page_->next()) {
        if (page_ && !page_->good()) return file_.damaged();
        if (leaf_ == leaves_->size()) return false;
        if (auto done = open_leaf(); !done) return done.error();
    }
    if (auto done = take_list(); !done) return done.error();
    return true;
}

Result<Done> PositionScan::open_leaf() {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 20;
    const PositionPlace& at = (*leaves_)[leaf_++];
    auto names = file_.read(at);
    if (!names) return names.error();
    names_ = std::move(*names);
    page_.emplace(names_, true, at.offset);
    lists_from_ = page_->place().offset;
    lists_.clear();
    if (!page_->good()) return file_.damaged();
    if (at.offset - lists_from_ > kMost) return Done{};
    auto lists = file_.read({lists_from_, at.offset - lists_from_});
    if (!lists) return lists.error();
    lists_ = std::move(*lists);
    return Done{};
}

Result<Done> PositionScan::take_list() {
    const PositionPlace& at = place();
    if (at.offset - lists_from_ + at.size <= lists_.size()) {
        list_ = std::string_view(lists_).substr(at.offset - lists_from_, at.size);
        return Done{};
    }
    auto one = file_.read(at);
    if (!one) return one.error();
    one_ = std::move(*one);
    list_ = one_;
    return Done{};
}

Result<PositionFileWriter> PositionFileWriter::create(const fs::path& path) {
    auto file = CheckedFileWriter::create(path);
    if (!file) return file.error();
    return PositionFileWriter(std::move(*file));
}

void PositionFileWriter::name(Page& page, std::string_view term) {
    if (page.bytes.empty()) page.first = term;
    const auto shared = page.bytes.empty() ? 0 : std::ranges::mismatch(page.before, term).in1 - page.before.begin();
    BinaryWriter out(page.bytes);
    out.varint(static_cast<std::uint64_t>(shared));
    out.text(term.substr(static_cast<std::size_t>(shared)));
    page.before = term;
}

Result<Done> PositionFileWriter::put(std::string_view term, std::string_view list) {
    if (auto done = file_.append(list); !done) return done;
    Page& leaf = pages_.front();
    name(leaf, term);
    BinaryWriter(leaf.bytes).varint(list.size());
    leaf.lists += list.size();
    return leaf.bytes.size() < kPositionPage ? Result<Done>(Done{}) : close(0);
}

// Writes the open page of a level, and names it in the one above.
Result<Done> PositionFileWriter::close(std::size_t level) {
    Page page = std::exchange(pages_[level], {});
    std::string head;
    if (level == 0) BinaryWriter(head).varint(page.lists);
    top_ = {file_.size(), head.size() + page.bytes.size()};
    if (auto done = file_.append(head); !done) return done;
    if (auto done = file_.append(page.bytes); !done) return done;
    if (level == closed_.size()) closed_.push_back(0);
    ++closed_[level];
    if (level + 1 == pages_.size()) pages_.emplace_back();
    Page& above = pages_[level + 1];
    name(above, page.first);
    BinaryWriter out(above.bytes);
    out.varint(top_.offset);
    out.varint(top_.size);
    return above.bytes.size() < kPositionPage ? Result<Done>(Done{}) : close(level + 1);
}

Result<Done> PositionFileWriter::finish(std::uint32_t last) {
    std::size_t levels = 0;
    for (bool top = false; !top && levels < pages_.size(); ++levels) {
        if (!pages_[levels].bytes.empty())
            if (auto done = close(levels); !done) return done;
        if (levels == closed_.size()) break;  // no term at all
        // What is alone on its level needs none above it.
        top = closed_[levels] == 1;
    }
    std::string head;
    BinaryWriter out(head);
    out.varint(last);
    out.varint(levels);
    out.varint(top_.offset);
    out.varint(top_.size);
    return file_.finish(head);
}

void PositionListBuilder::clear() {
    documents_ = last_ = last_of_block_ = 0;
    in_block_ = 0;
    for (std::string* one : {&heads_, &positions_, &table_, &blocks_}) one->clear();
}

void PositionListBuilder::add(std::uint32_t document, std::uint64_t count, std::string_view positions) {
    if (in_block_ == PositionList::kBlock) close_block();
    write_head(heads_, {document - last_, count});
    positions_ += positions;
    last_ = document;
    ++documents_;
    ++in_block_;
}

void PositionListBuilder::close_block() {
    BinaryWriter table(table_);
    table.varint(last_ - last_of_block_);
    table.varint(heads_.size() + positions_.size());
    last_of_block_ = last_;
    blocks_ += heads_;
    blocks_ += positions_;
    heads_.clear();
    positions_.clear();
    in_block_ = 0;
}

std::string_view PositionListBuilder::finish() {
    out_.clear();
    BinaryWriter out(out_);
    out.varint(documents_);
    if (documents_ > PositionList::kBlock) {
        close_block();
        out.text(table_);
        out_ += blocks_;
    } else {
        out_ += heads_;
        out_ += positions_;
    }
    return out_;
}

std::size_t varints_size(std::string_view bytes, std::uint64_t count) {
    constexpr std::uint64_t kTops = 0x8080808080808080;
    std::size_t at = 0;
    // Each varint has one byte without the top bit, its last.
    for (std::uint64_t word = 0; count >= sizeof word && bytes.size() - at >= sizeof word; at += sizeof word) {
        std::memcpy(&word, bytes.data() + at, sizeof word);
        count -= static_cast<unsigned>(std::popcount(~word & kTops));
    }
    for (; count > 0; ++at) {
        if (at == bytes.size()) return std::string_view::npos;
        count -= static_cast<unsigned char>(bytes[at]) < 0x80;
    }
    return at;
}

}  // namespace patchseek::store
