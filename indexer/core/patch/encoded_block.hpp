// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"

namespace patchseek::patch {

/// A run of lines, at least one, that is encoded bytes or is not.
struct EncodedBlock {
    std::size_t size;
    bool encoded;
};

/// Whether a block of base64, of uuencode or of PGP's armor may begin with the line.
bool begins_encoded_block(std::string_view line) noexcept;

/// The block at `lines[at]`, with which one may begin (else one line, not encoded). Base64 is
/// at least four lines of one width: words in a row never mix capitals, small letters and
/// digits over four lines without a space.
EncodedBlock find_encoded_block(std::string_view text, const std::vector<Line>& lines, std::size_t at);

/// `literal 123`, `delta 45` of a `GIT binary patch`.
bool is_git_binary_start(std::string_view line) noexcept;
/// A line of its data: a letter for the length, then base85.
bool is_git_binary_line(std::string_view line) noexcept;

}  // namespace patchseek::patch
