// SPDX-License-Identifier: GPL-2.0-or-later
#include "literal_finder.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "patchseek/base/ascii.hpp"

namespace patchseek::verify {
namespace {

/// Of patches, the most common first.
constexpr std::string_view kCommon = " etrisnaodclf+p-mu_h;)(g,*\t.b/=>kvwyx\"1023";

std::size_t rarity(char byte) { return std::min(kCommon.find(byte), kCommon.size()); }

/// Bytes that are compared at once; both compilers make of it what the machine has.
using Block = unsigned char __attribute__((vector_size(16)));
constexpr std::size_t kBlocks = 4, kStep = kBlocks * sizeof(Block);

Block block_at(const char* text) {
    Block out;
    std::memcpy(&out, text, sizeof out);
    return out;
}

}  // namespace

LiteralFinder::Anchor LiteralFinder::anchor_at(std::size_t place) const {
    const char byte = literal_[place];
    return {place, static_cast<unsigned char>(byte), static_cast<unsigned char>(is_alpha(byte) ? 0x20 : 0)};
}

LiteralFinder::LiteralFinder(std::string_view literal) : literal_(literal) {
    std::size_t rarest = 0;
    for (std::size_t i = 1; i < literal.size(); ++i)
        if (rarity(literal[i]) > rarity(literal[rarest])) rarest = i;
    std::size_t other = rarest == 0 ? literal.size() - 1 : 0;
    for (std::size_t i = 0; i < literal.size(); ++i)
        if (i != rarest && rarity(literal[i]) > rarity(literal[other])) other = i;
    first_ = anchor_at(std::min(rarest, other));
    second_ = anchor_at(std::max(rarest, other));
}

bool LiteralFinder::stands_at(std::string_view text, std::size_t at) const {
    if (!first_.is(text[at + first_.place]) || !second_.is(text[at + second_.place])) return false;
    const auto same = [](char typed, char there) { return typed == to_lower(there); };
    return std::ranges::equal(literal_, text.substr(at, literal_.size()), same);
}

// Goes on from `at` over blocks in which both bytes stand nowhere together.
std::size_t LiteralFinder::skip(std::string_view text, std::size_t at) const {
    const Block bits = Block{} | first_.bit, bytes = Block{} | first_.byte, other_bits = Block{} | second_.bit,
                other_bytes = Block{} | second_.byte;
    const char *const one = text.data() + first_.place, *const other = text.data() + second_.place;
    for (; at + second_.place + kStep <= text.size(); at += kStep) {
        Block any = {};
        for (std::size_t i = at; i < at + kStep; i += sizeof(Block))
            any |= reinterpret_cast<Block>((block_at(one + i) | bits) == bytes) &
                   reinterpret_cast<Block>((block_at(other + i) | other_bits) == other_bytes);
        std::array<std::uint64_t, 2> found{};
        std::memcpy(found.data(), &any, sizeof any);
        if ((found[0] | found[1]) != 0) break;
    }
    return at;
}

std::size_t LiteralFinder::find(std::string_view text, std::size_t from) const {
    while (from + literal_.size() <= text.size()) {
        from = skip(text, from);
        const auto end = std::min(from + kStep, text.size() + 1 - std::min(literal_.size(), text.size() + 1));
        for (; from < end; ++from)
            if (stands_at(text, from)) return from;
    }
    return std::string_view::npos;
}

}  // namespace patchseek::verify
