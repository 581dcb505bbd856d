// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/line_area.hpp"

#include <algorithm>

namespace patchseek::patch {

using schema::Area;

std::optional<Area> area_of(LineKind kind) noexcept {
    switch (kind) {
        case LineKind::log: return Area::log;
        case LineKind::envelope:
        case LineKind::notes: return Area::notes;
        case LineKind::quoted: return Area::quoted;
        case LineKind::trailer: return Area::trailer;
        case LineKind::hunk: return Area::function;
        case LineKind::added: return Area::added;
        case LineKind::removed: return Area::removed;
        case LineKind::context: return Area::context;
        case LineKind::diffstat:
        case LineKind::summary:
        case LineKind::header: return Area::path;
        case LineKind::blank:
        case LineKind::separator:
        case LineKind::binary: return std::nullopt;
    }
    return std::nullopt;
}

namespace {

/// Without its sign, '!' for a change in a context diff. A line that mail wrapped or cut has none.
std::string_view without_sign(std::string_view line, std::string_view signs) noexcept {
    return line.substr(!line.empty() && signs.find(line.front()) != signs.npos ? 1 : 0);
}

std::string_view function_of(std::string_view hunk) noexcept {
    if (hunk.starts_with('*')) return hunk.substr(std::min(hunk.find_first_not_of('*'), hunk.size()));
    const auto close = hunk.find("@@", hunk.find_first_not_of('@'));
    if (close == hunk.npos) return {};
    return hunk.substr(std::min(hunk.find_first_not_of('@', close), hunk.size()));
}

}  // namespace

std::string_view content_of(const Line& line, std::string_view body) noexcept {
    const auto text = line.of(body);
    switch (line.kind) {
        case LineKind::added: return without_sign(text, "+! ");
        case LineKind::removed: return without_sign(text, "-! ");
        // "\\ No newline at end of file" is git's remark, not the file's text.
        case LineKind::context: return text.starts_with('\\') ? std::string_view() : without_sign(text, " ");
        case LineKind::hunk: return function_of(text);
        default: return text;
    }
}

}  // namespace patchseek::patch
