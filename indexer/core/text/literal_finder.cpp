// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/literal_finder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "patchseek/base/ascii.hpp"

namespace patchseek::text {
namespace {

/// Of patches, the most common first.
constexpr std::string_view kCommon = " etrisnaodcl\nf+p-mu_h;)(g,*\t.b/=>kvwyx\"1023";

std::size_t rarity(char byte) { return std::min(kCommon.find(byte), kCommon.size()); }

/// Bytes that are compared at once; both compilers make of it what the machine has.
using Block = unsigned char __attribute__((vector_size(16)));

Block block_at(const char* text) {
    Block out;
    std::memcpy(&out, text, sizeof out);
    return out;
}

// Takes the first byte in memory that is not zero out of a word, and tells which it was.
std::size_t take_first(std::uint64_t& word) {
    constexpr bool little = std::endian::native == std::endian::little;
    const auto bit = static_cast<unsigned>(little ? std::countr_zero(word) : std::countl_zero(word)) / 8 * 8;
    word &= ~(little ? std::uint64_t{0xFF} << bit : std::uint64_t{0xFF} << 56 >> bit);
    return bit / 8;
}

}  // namespace

LiteralFinder::Anchor LiteralFinder::anchor_at(std::size_t place) const {
    const char byte = literal_[place];
    return {place, static_cast<unsigned char>(byte), static_cast<unsigned char>(is_alpha(byte) && !exact_ ? 0x20 : 0)};
}

LiteralFinder::LiteralFinder(std::string_view literal, Case letters)
    : literal_(literal), exact_(letters == Case::exact) {
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
    if (exact_) return text.substr(at, literal_.size()) == literal_;
    const auto same = [](char typed, char there) { return typed == to_lower(there); };
    return std::ranges::equal(literal_, text.substr(at, literal_.size()), same);
}

// Goes on to the next step in which both bytes stand somewhere; false if no whole one is left.
bool LiteralHits::step() {
    constexpr std::size_t kBlocks = kStep / sizeof(Block);
    const auto &first = finder_.first_, &second = finder_.second_;
    const Block bits = Block{} | first.bit, bytes = Block{} | first.byte, other_bits = Block{} | second.bit,
                other_bytes = Block{} | second.byte;
    const char *const one = text_.data() + first.place, *const other = text_.data() + second.place;
    while (at_ + finder_.literal_.size() + kStep <= text_.size()) {
        std::array<Block, kBlocks> there{};
        Block any = {};
        for (std::size_t i = 0; i < kBlocks; ++i) {
            const auto from = at_ + i * sizeof(Block);
            there[i] = reinterpret_cast<Block>((block_at(one + from) | bits) == bytes) &
                       reinterpret_cast<Block>((block_at(other + from) | other_bits) == other_bytes);
            any |= there[i];
        }
        at_ += kStep;
        std::array<std::uint64_t, 2> halves{};
        std::memcpy(halves.data(), &any, sizeof any);
        if ((halves[0] | halves[1]) == 0) continue;
        std::memcpy(left_.data(), there.data(), sizeof there);
        word_ = 0;
        return true;
    }
    return false;
}

std::size_t LiteralHits::next() {
    do {
        for (; word_ < left_.size(); ++word_) {
            while (left_[word_] != 0) {
                const auto at = at_ - kStep + word_ * kWord + take_first(left_[word_]);
                if (finder_.stands_at(text_, at)) return at;
            }
        }
    } while (step());
    for (; at_ + finder_.literal_.size() <= text_.size(); ++at_)
        if (finder_.stands_at(text_, at_)) return at_++;
    return std::string_view::npos;
}

}  // namespace patchseek::text
