// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {
namespace {

std::string clean(std::string_view text) { return text::visible(text, text::Breaks::blank); }

std::string_view colour_of(char kind) {
    switch (kind) {
        case '+': return sgr::kAdded;
        case '-': return sgr::kRemoved;
        case '@': return sgr::kHunk;
        default: return sgr::kPlain;
    }
}

std::string line_of(const reader::FoundLine& line, std::string_view before, const Style& style) {
    const char between = line.beside ? '-' : ':';
    const std::string place = fmt::format("{}{}{}{}{}", before.empty() ? "" : std::string(before) + between,
                                          clean(line.path), between, line.number, between);
    const std::size_t taken = text::columns(place);
    const unsigned room =
        style.width == 0 ? 0 : static_cast<unsigned>(std::max<std::size_t>(style.width, taken + 20) - taken);
    const bool sign = line.text.starts_with(line.kind == '=' ? ' ' : line.kind);
    auto shown = without_tabs(line.text, sign ? 1 : 0, line.marks);
    fit_indent(shown, sign ? 1 : 0, room);
    return paint(place, sgr::kHunk, style.colour) +
           paint_line(shown.text, shown.marks, colour_of(line.kind), style.colour, room);
}

}  // namespace

void write_hits(const reader::Page& page, const Style& style, Output& out) {
    const bool terminal = style.width > 0;
    bool first = true;
    for (const reader::Hit& hit : page.hits) {
        if (out.failed()) return;
        const std::string id = clean(hit.record.id);
        if (terminal) out.write((first ? "" : "\n") + heading(hit, style) + style.record_end);
        bool first_line = true;
        for (const reader::FoundLine& line : hit.lines) {
            if (line.apart && !first_line && std::ranges::any_of(hit.lines, &reader::FoundLine::beside))
                out.write(std::string("--") + style.record_end);
            out.write(line_of(line, terminal ? "" : id, style) + style.record_end);
            first_line = false;
        }
        first = false;
    }
}

}  // namespace patchseek::render
