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

std::string_view content_of(const Line& line, std::string_view body) noexcept {
    auto text = line.of(body);
    switch (line.kind) {
        case LineKind::added:
        case LineKind::removed: return text.substr(text.empty() ? 0 : 1);
        // "\\ No newline at end of file" is git's remark, not the file's text.
        case LineKind::context: return text.starts_with('\\') ? std::string_view() : text.substr(text.empty() ? 0 : 1);
        case LineKind::hunk: {
            const auto close = text.find("@@", text.find_first_not_of('@'));
            return close == text.npos ? std::string_view()
                                      : text.substr(std::min(text.find_first_not_of('@', close), text.size()));
        }
        default: return text;
    }
}

}  // namespace patchseek::patch
