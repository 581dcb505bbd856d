// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace patchseek::text {

/// Finds a literal in text, some gigabytes a second: by two of its bytes that are rare in mail, many places at once.
class LiteralFinder {
public:
    enum class Case : std::uint8_t {
        exact,
        small,  ///< capitals of ASCII in the text are taken for small letters; the literal has none
    };
    /// `literal` is not empty; it must outlive this.
    explicit LiteralFinder(std::string_view literal, Case letters = Case::small);

private:
    friend class LiteralHits;
    /// A byte of the literal.
    struct Anchor {
        std::size_t place = 0;
        unsigned char byte = 0;
        unsigned char bit = 0;  ///< that capitals lack
        bool is(char there) const { return (static_cast<unsigned char>(there) | bit) == byte; }
    };
    Anchor anchor_at(std::size_t place) const;
    bool stands_at(std::string_view text, std::size_t at) const;

    std::string_view literal_;
    bool exact_;
    Anchor first_, second_;
};

/// All places of a literal in a text, one after another. Keeps references to both.
class LiteralHits {
public:
    LiteralHits(const LiteralFinder& finder, std::string_view text, std::size_t from = 0)
        : finder_(finder), text_(text), at_(from) {}
    /// The next; npos if there is none.
    std::size_t next();

private:
    // Bytes that are looked at together, and of how many a word tells.
    static constexpr std::size_t kStep = 64, kWord = sizeof(std::uint64_t);
    bool step();

    const LiteralFinder& finder_;
    std::string_view text_;
    std::size_t at_;                                   ///< behind the step
    std::array<std::uint64_t, kStep / kWord> left_{};  ///< a byte for each of the step: whether it may stand there
    std::size_t word_ = kStep / kWord;                 ///< before it none are left
};

}  // namespace patchseek::text
