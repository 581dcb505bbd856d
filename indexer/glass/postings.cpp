// SPDX-License-Identifier: GPL-2.0-or-later
#include "postings.hpp"

#include <algorithm>

#include "patchseek/base/binary.hpp"

namespace patchseek::glass {
namespace {

/// How large a piece of a list becomes: Xapian's own have as many bytes.
constexpr std::size_t kPiece = 2000;

// A term as the key of its list, or the beginning of it: what sorts as the terms do, also those with NULs.
std::string key_of(std::string_view term) {
    std::string key;
    for (const char c : term) {
        key += c;
        if (c == '\0') key += '\xFF';
    }
    return key;
}

}  // namespace

Result<std::uint64_t> Postings::add(std::uint32_t document, const Terms& terms) {
    std::uint64_t length = 0;
    bool twice = false;
    terms.each([&](std::string_view term, std::uint32_t count) {
        const auto number = names_.number(term);
        if (number == lists_.size()) lists_.emplace_back();
        List& list = lists_[number];
        twice = twice || list.last == document;
        const auto before = list.bytes.size();
        BinaryWriter out(list.bytes);
        out.varint(document - list.last);
        out.varint(count);
        list.last = document;
        bytes_ += list.bytes.size() - before;
        length += count;
        most_ = std::max(most_, count);
    });
    if (twice) return Error{ErrorKind::internal, "a document has a term twice"};
    return length;
}

std::size_t Postings::bytes() const {
    constexpr std::size_t kToSort = 20;  // bytes for each text
    return names_.bytes() + names_.size() * (sizeof(List) + kToSort) + bytes_;
}

Result<Done> Postings::write_list(TableWriter& table, std::string_view term, std::string_view bytes) {
    std::uint64_t documents = 0, sum = 0;
    for (BinaryReader in(bytes); in.left() > 0; ++documents) {
        in.varint();
        sum += in.varint();
    }
    const auto key = key_of(term);
    ListWriter list(table, key, key + '\0', documents, sum);
    std::uint32_t document = 0;
    for (BinaryReader in(bytes); in.left() > 0;) {
        document += static_cast<std::uint32_t>(in.varint());
        if (auto done = list.add(document, static_cast<std::uint32_t>(in.varint())); !done) return done;
    }
    return list.finish();
}

Result<Done> Postings::write(TableWriter& table) const {
    for (const auto term : names_.sorted())
        if (auto done = write_list(table, names_.text(term), lists_[term].bytes); !done) return done;
    return Done{};
}

ListWriter::ListWriter(TableWriter& table, std::string_view key, std::string_view next_key, std::uint64_t count,
                       std::uint64_t sum)
    : table_(table), key_(key), next_key_(next_key) {
    BinaryWriter out(tag_);
    out.varint(count);
    out.varint(sum);
}

Result<Done> ListWriter::add(std::uint32_t document, std::uint32_t number) {
    if (piece_.size() >= kPiece)
        if (auto done = write(false); !done) return done;
    BinaryWriter out(piece_);
    if (first_ == 0)
        first_ = document;
    else
        out.varint(document - last_ - 1);
    last_ = document;
    out.varint(number);
    return Done{};
}

Result<Done> ListWriter::write(bool is_last) {
    BinaryWriter out(tag_);
    if (!tag_.empty()) {
        out.varint(first_ - 1);
    } else {
        key_ = next_key_;
        append_sorted(key_, first_);
    }
    out.bytes(is_last ? "1" : "0");
    out.varint(last_ - first_);
    out.bytes(piece_);
    auto done = table_.put(key_, tag_);
    tag_.clear();
    piece_.clear();
    first_ = 0;
    return done;
}

}  // namespace patchseek::glass
