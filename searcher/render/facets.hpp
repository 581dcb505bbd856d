#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "facets/facets.hpp"
#include "formats.hpp"

/// What --facet writes, in the formats whose FormatInfo::versions is set.
namespace patchseek::render {

/// What was counted, and of what.
struct Counted {
    std::string_view query;
    std::size_t messages = 0;  ///< that match
    bool partial = false;      ///< time was up before all were counted
    std::size_t limit = 0;     ///< so many values of each facet; 0: all
    std::size_t times = 0;     ///< the same of facets of time, of which the last are shown
    const std::vector<facets::Counts>& facets;
};

/// Text: a heading for each facet and a line for each value; on a terminal with bars, and times as a histogram without
/// gaps. jsonl: an object for each value. json: one object.
void write_facets(const Counted& counted, Format format, const Style& style, Output& out);

}  // namespace patchseek::render
