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

/// The block at `lines[at]`, which is_base64_line(), is_uuencode_begin() or is_armor_begin()
/// (else one line, not encoded). Base64 is at least four lines of one width: words in a row
/// never mix capitals, small letters and digits over four lines without a space.
EncodedBlock find_encoded_block(std::string_view text, const std::vector<Line>& lines, std::size_t at);

}  // namespace patchseek::patch
