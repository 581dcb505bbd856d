// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <optional>

#include "patchseek/patch/diff.hpp"
#include "patchseek/patch/line_area.hpp"
#include "patchseek/text/visible.hpp"
#include "versions.hpp"

namespace patchseek::render {
namespace {

using patch::LineKind;

/// A line that is compared, and where it stands.
struct Item {
    std::string text;
    std::string place;  ///< "log", or a path
};
using Items = std::vector<Item>;

// Numbers of lines and ids of blobs change with everything around: they are left out.
Items items_of(std::string_view body) {
    const auto lines = patch::classify(body);
    const auto files = patch::read_diff(body, lines).files;
    Items out;
    bool in_log = true;
    for (const patch::Line& line : lines) {
        in_log = in_log && line.file < 0 && line.kind != LineKind::separator;
        const auto of_file = line.file >= 0 && static_cast<std::size_t>(line.file) < files.size();
        const std::string place = of_file ? files[static_cast<std::size_t>(line.file)].path : "log";
        const std::string_view text = line.of(body);
        switch (line.kind) {
            case LineKind::log:
            case LineKind::trailer:
            case LineKind::blank:
                if (in_log) out.push_back({std::string(text), place});
                break;
            case LineKind::separator:
                while (!out.empty() && out.back().text.empty()) out.pop_back();
                break;
            case LineKind::hunk: out.push_back({"@@ " + std::string(patch::content_of(line, body)), place}); break;
            case LineKind::added:
            case LineKind::removed:
            case LineKind::context: out.push_back({std::string(text), place}); break;
            default: break;
        }
    }
    while (!out.empty() && out.back().text.empty()) out.pop_back();
    return out;
}

bool same(const Item& a, const Item& b) { return a.text == b.text && a.place == b.place; }

struct Edit {
    char sign;
    const Item* item;
};

// Myers, An O(ND) difference algorithm (1986), figure 2, with its walk back; nullopt for more than `most` differences.
std::optional<std::vector<Edit>> edits(const Items& a, const Items& b, int most) {
    const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
    std::vector<std::vector<int>> walk;
    std::vector<int> furthest(static_cast<std::size_t>(2 * most + 3), 0);
    const auto at = [&](std::vector<int>& v, int k) -> int& { return v[static_cast<std::size_t>(k + most + 1)]; };
    const auto down = [&](std::vector<int>& v, int k, int d) {
        return k == -d || (k != d && at(v, k - 1) < at(v, k + 1));
    };
    int found = -1;
    for (int d = 0; d <= most && found < 0; ++d) {
        walk.push_back(furthest);
        for (int k = -d; k <= d && found < 0; k += 2) {
            int x = down(furthest, k, d) ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
            while (x < n && x - k < m && x - k >= 0 &&
                   same(a[static_cast<std::size_t>(x)], b[static_cast<std::size_t>(x - k)]))
                ++x;
            at(furthest, k) = x;
            if (x >= n && x - k >= m) found = d;
        }
    }
    if (found < 0) return std::nullopt;
    std::vector<Edit> out;
    int x = n, y = m;
    for (int d = found; d >= 0; --d) {
        auto& before = walk[static_cast<std::size_t>(d)];
        const int k = x - y, from = down(before, k, d) ? k + 1 : k - 1;
        const int start_x = d == 0 ? 0 : at(before, from), start_y = d == 0 ? 0 : start_x - from;
        while (x > start_x && y > start_y && x > 0 && y > 0 &&
               same(a[static_cast<std::size_t>(x - 1)], b[static_cast<std::size_t>(y - 1)]))
            --x, --y, out.push_back({' ', &a[static_cast<std::size_t>(x)]});
        if (d == 0) break;
        if (x > start_x)
            --x, out.push_back({'-', &a[static_cast<std::size_t>(x)]});
        else
            --y, out.push_back({'+', &b[static_cast<std::size_t>(y)]});
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace

std::string patch_diff(std::string_view before, std::string_view after, const Style& style) {
    constexpr int kMost = 1000;
    constexpr std::size_t kAround = 2;
    const std::string indent(8, ' ');
    const Items a = items_of(before), b = items_of(after);
    const auto all = edits(a, b, kMost);
    if (!all) return indent + "too different to be compared line by line\n";
    std::string out;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < all->size(); ++i) {
        if ((*all)[i].sign == ' ' || i < shown) continue;
        std::size_t end = i + 1;  // behind the last change that is near enough
        const std::string& place = (*all)[i].item->place;
        const auto is_here = [&](std::size_t at) { return (*all)[at].item->place == place; };
        for (std::size_t next = end; next < std::min(all->size(), end + 2 * kAround) && is_here(next); ++next)
            if ((*all)[next].sign != ' ') end = next + 1;
        std::size_t first = std::max(shown, i - std::min(i, kAround));
        shown = std::min(all->size(), end + kAround);
        while (!is_here(first)) ++first;
        while (!is_here(shown - 1)) --shown;
        const auto clean = [](const std::string& text) { return text::visible(text, text::Breaks::blank); };
        out += indent + paint("@@ " + clean(place), sgr::kHunk, style.colour) + '\n';
        for (std::size_t at = first; at < shown; ++at) {
            const Edit& edit = (*all)[at];
            const auto colour = edit.sign == '-' ? sgr::kRemoved : edit.sign == '+' ? sgr::kAdded : sgr::kPlain;
            out +=
                indent + paint(edit.sign + clean(without_tabs(edit.item->text, 1).text), colour, style.colour) + '\n';
        }
    }
    return out;
}

}  // namespace patchseek::render
