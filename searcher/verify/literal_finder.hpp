// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace patchseek::verify {

/// Finds a literal in text, capitals of ASCII taken for small letters, some gigabytes a second: by two of its bytes
/// that are rare in mail, many places at once.
class LiteralFinder {
public:
    /// `literal`: not empty, without capitals; must outlive this.
    explicit LiteralFinder(std::string_view literal);
    /// Where it stands from `from` on; npos if nowhere.
    std::size_t find(std::string_view text, std::size_t from) const;

private:
    /// A byte of the literal.
    struct Anchor {
        std::size_t place = 0;
        unsigned char byte = 0;
        unsigned char bit = 0;  ///< that capitals lack
        bool is(char there) const { return (static_cast<unsigned char>(there) | bit) == byte; }
    };
    Anchor anchor_at(std::size_t place) const;
    bool stands_at(std::string_view text, std::size_t at) const;
    struct Found {
        std::size_t at = 0;
        bool stands = false;
    };
    Found in_steps(std::string_view text, std::size_t at) const;

    std::string_view literal_;
    Anchor first_, second_;
};

}  // namespace patchseek::verify
