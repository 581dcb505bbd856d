// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/spelling.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "patchseek/base/ascii.hpp"

namespace patchseek {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > limit) return limit + 1;
    // Only a band of 2 * limit + 1 cells around the diagonal can stay within the limit.
    // Rows i, i-1 and i-2 of the matrix: a swap looks two rows back.
    std::array<std::vector<std::size_t>, 3> rows;
    rows.fill(std::vector<std::size_t>(b.size() + 1, limit + 1));
    for (std::size_t j = 0; j <= std::min(b.size(), limit); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto &row = rows[i % 3], &above = rows[(i + 2) % 3], &before = rows[(i + 1) % 3];
        const std::size_t from = i > limit ? i - limit : 1, to = std::min(b.size(), i + limit);
        std::size_t best = row[from - 1] = from == 1 ? i : limit + 1;
        for (std::size_t j = from; j <= to; ++j) {
            const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
            std::size_t cost = above[j - 1] + (same ? 0 : 1);
            cost = std::min({cost, row[j - 1] + 1, above[j] + 1});
            if (i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) && to_lower(a[i - 2]) == to_lower(b[j - 1]))
                cost = std::min(cost, before[j - 2] + 1);
            row[j] = std::min(cost, limit + 1);
            best = std::min(best, row[j]);
        }
        // The row is reused three rows on; the cell past the band must not show an old value.
        if (to < b.size()) row[to + 1] = limit + 1;
        if (best > limit) return limit + 1;
    }
    return rows[a.size() % 3][b.size()];
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
    const std::size_t limit = word.size() < 3 ? 0 : word.size() < 6 ? 1 : 2;
    std::optional<std::string_view> found;
    for (std::size_t best = limit + 1; const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate, limit);
        if (distance < best) best = distance, found = candidate;
    }
    if (found || word.size() < 3) return found;
    const auto longer = std::ranges::find_if(
        candidates, [&](std::string_view candidate) { return starts_with_any_case(candidate, word); });
    if (longer != candidates.end()) found = *longer;
    return found;
}

}  // namespace patchseek
