#pragma once

#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"

namespace patchseek::patch {

/// What classify() finds out, with what only parse() wants to know.
struct Anatomy {
    std::vector<Line> lines;
    bool cut_short = false;  ///< ends inside a hunk or a binary patch
    bool corrupt = false;    ///< a hunk of the patch has not the lines that its header promises
};
Anatomy dissect(std::string_view text);

}  // namespace patchseek::patch
