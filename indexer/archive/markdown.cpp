// SPDX-License-Identifier: GPL-2.0-or-later
#include "markdown.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::archive {
namespace {

constexpr std::string_view kHeading = "#### ";
constexpr std::string_view kAuthor = "##### From:";
constexpr std::string_view kFence = "```";
constexpr int kHeadingLines = 6;  // from heading to fence, blank lines and strays included

// The line at `pos`, without its end; `pos` moves behind it.
std::string_view take_line(std::string_view text, std::size_t& pos) {
    const auto end = std::min(text.find('\n', pos), text.size());
    const auto line = text.substr(pos, end - pos);
    pos = std::min(end + 1, text.size());
    return line;
}

struct Heading {
    std::string title, from;
    std::size_t content = 0;  // first byte behind the opening fence
};

// A heading at `pos` with its fence, or false.
bool read_heading(std::string_view text, std::size_t pos, Heading& out) {
    auto line = take_line(text, pos);
    if (!line.starts_with(kHeading)) return false;
    out.title = trim(line.substr(kHeading.size()));
    out.from.clear();
    for (int i = 0; i < kHeadingLines && pos < text.size(); ++i) {
        line = take_line(text, pos);
        if (line.starts_with(kAuthor) && out.from.empty()) {
            out.from = trim(line.substr(kAuthor.size()));
        } else if (line.starts_with(kFence) && !out.from.empty()) {
            out.content = pos;
            return true;
        }
    }
    return false;
}

// The end of the fence's content; `next` is where reading goes on.
std::size_t find_fence_end(std::string_view text, std::size_t pos, std::size_t& next) {
    Heading unused;
    while (pos < text.size()) {
        const std::size_t begin = pos;
        const auto line = take_line(text, pos);
        if (line.starts_with(kHeading) && read_heading(text, begin, unused)) return next = begin;
        if (trim(line) != kFence) continue;
        const auto follow = text.find_first_not_of("\n\r \t", pos);
        if (follow == text.npos || text.substr(follow).starts_with(kHeading)) {
            next = pos;
            return begin;
        }
    }
    return next = text.size();
}

void unglue(Heading& heading) {
    const auto glued = heading.title.rfind("From: ");
    if (glued != std::string::npos && glued > 0 && heading.title.substr(glued + 6) == heading.from)
        heading.title = trim(heading.title.substr(0, glued));
}

}  // namespace

bool is_dump(std::string_view text) noexcept {
    for (std::size_t pos = 0; pos < text.size();) {
        const auto line = take_line(text, pos);
        if (!line.starts_with(kHeading)) continue;
        std::size_t ahead = pos;
        for (int i = 0; i < kHeadingLines && ahead < text.size(); ++i)
            if (take_line(text, ahead).starts_with(kAuthor)) return true;
    }
    return false;
}

std::vector<DumpEntry> read_dump(std::string_view text) {
    std::vector<DumpEntry> entries;
    Heading heading;
    for (std::size_t pos = 0; pos < text.size();) {
        if (!read_heading(text, pos, heading)) {
            take_line(text, pos);
            continue;
        }
        unglue(heading);
        std::size_t next = 0;
        const auto end = find_fence_end(text, heading.content, next);
        MboxSplitter splitter;
        splitter.feed(text.substr(heading.content, end - heading.content));
        for (const Span& span : splitter.finish()) {
            const bool first = span.offset == 0;
            entries.push_back({{heading.content + span.offset, span.size},
                               first ? heading.title : std::string(),
                               first ? heading.from : std::string()});
        }
        pos = next;
    }
    return entries;
}

}  // namespace patchseek::archive
