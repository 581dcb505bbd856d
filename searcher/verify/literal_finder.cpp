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

bool is_zero(const Block& block) {
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), &block, sizeof block);
    return (halves[0] | halves[1]) == 0;
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

// From `at` on, as long as whole steps are left; where it stands, or behind them.
LiteralFinder::Found LiteralFinder::in_steps(std::string_view text, std::size_t at) const {
    const Block bits = Block{} | first_.bit, bytes = Block{} | first_.byte, other_bits = Block{} | second_.bit,
                other_bytes = Block{} | second_.byte;
    const char *const one = text.data() + first_.place, *const other = text.data() + second_.place;
    for (; at + literal_.size() + kStep <= text.size(); at += kStep) {
        std::array<Block, kBlocks> there{};
        Block any = {};
        for (std::size_t i = 0; i < kBlocks; ++i) {
            const auto from = at + i * sizeof(Block);
            there[i] = reinterpret_cast<Block>((block_at(one + from) | bits) == bytes) &
                       reinterpret_cast<Block>((block_at(other + from) | other_bits) == other_bytes);
            any |= there[i];
        }
        if (is_zero(any)) continue;
        for (std::size_t i = 0; i < kStep; ++i)
            if (there[i / sizeof(Block)][i % sizeof(Block)] != 0 && stands_at(text, at + i)) return {at + i, true};
    }
    return {at, false};
}

std::size_t LiteralFinder::find(std::string_view text, std::size_t from) const {
    const auto found = in_steps(text, from);
    if (found.stands) return found.at;
    for (auto at = found.at; at + literal_.size() <= text.size(); ++at)
        if (stands_at(text, at)) return at;
    return std::string_view::npos;
}

}  // namespace patchseek::verify
