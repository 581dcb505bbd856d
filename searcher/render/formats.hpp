#pragma once

#include <string>

#include "render.hpp"

/// One function per format that makes a record of a hit, its end not included.
namespace patchseek::render {

std::string text_block(const reader::Hit& hit, const Style& style);
std::string one_line(const reader::Hit& hit, const Style& style);
std::string json_object(const reader::Hit& hit);
/// An mboxrd entry, its blank line included: git am takes it.
std::string mboxrd_entry(const reader::Hit& hit);

}  // namespace patchseek::render
