#pragma once

#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"

namespace patchseek::patch {

/// What classify() finds out, with what only parse() wants to know.
struct Anatomy {
    std::vector<Line> lines;
    bool cut_short = false;
};
Anatomy dissect(std::string_view text);

}  // namespace patchseek::patch
