// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <charconv>

#include "highlighter.hpp"
#include "patchseek/patch/diff.hpp"
#include "patchseek/patch/line_area.hpp"
#include "proof.hpp"

namespace patchseek::verify {
namespace {

constexpr std::size_t kMaxLine = 2'000;

/// Where the lines of a hunk stand in the file, before and after the change.
struct Numbers {
    std::uint32_t before = 0, after = 0;

    /// `@@ -12,3 +14,5 @@`: the numbers of the first line.
    static Numbers of_hunk(std::string_view line) {
        Numbers out;
        for (const auto& [sign, number] : {std::pair{'-', &out.before}, std::pair{'+', &out.after}}) {
            const auto at = line.find(sign);
            if (at != line.npos) std::from_chars(line.data() + at + 1, line.data() + line.size(), *number);
        }
        return out;
    }
    /// The number of a line, and on to the next.
    std::uint32_t next(patch::LineKind kind) {
        const bool removed = kind == patch::LineKind::removed, added = kind == patch::LineKind::added;
        const std::uint32_t number = removed ? before : after;
        before += added ? 0 : 1;
        after += removed ? 0 : 1;
        return number;
    }
};

bool counts(patch::LineKind kind) {
    return kind == patch::LineKind::added || kind == patch::LineKind::removed || kind == patch::LineKind::context;
}

/// What each line is called: the path of its file and its number there, or in the body.
std::vector<reader::FoundLine> named(std::string_view body, const std::vector<patch::Line>& lines) {
    const auto files = patch::read_diff(body, lines).files;
    std::vector<reader::FoundLine> out;
    Numbers numbers;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const patch::Line& line = lines[i];
        reader::FoundLine& one = out.emplace_back(reader::FoundLine{patch::letter(line.kind), {}, 0, {}, {}});
        one.number = static_cast<std::uint32_t>(i + 1);
        if (line.file < 0 || static_cast<std::size_t>(line.file) >= files.size()) continue;
        const auto& file = files[static_cast<std::size_t>(line.file)];
        one.path = file.path.empty() ? file.old : file.path;
        if (line.kind == patch::LineKind::hunk) numbers = Numbers::of_hunk(line.of(body)), one.number = numbers.after;
        if (counts(line.kind)) one.number = numbers.next(line.kind);
    }
    return out;
}

}  // namespace

std::vector<bool> Highlighter::of_wanted_files(const std::vector<patch::Line>& lines, std::string_view body) const {
    const auto files = patch::read_diff(body, lines).files;
    std::vector<bool> wanted;
    for (const patch::FileChange& file : files)
        wanted.push_back(terms_.paths.empty() || std::ranges::any_of(terms_.paths, [&](const auto& pattern) {
                             return matches(pattern, file);
                         }));
    // A path that only a diffstat names says nothing of the diffs that are there.
    const bool any = std::ranges::find(wanted, true) != wanted.end();
    std::vector<bool> out;
    for (const patch::Line& line : lines)
        out.push_back(line.file < 0 || !any || wanted[static_cast<std::size_t>(line.file)]);
    return out;
}

std::vector<bool> Highlighter::finds(const std::vector<patch::Line>& lines, std::string_view body,
                                     const std::vector<bool>& in_files) {
    std::vector<bool> out(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto area = patch::area_of(lines[i].kind);
        if (!in_files[i]) continue;
        if (terms_.wanted.empty()) {
            out[i] = lines[i].kind == patch::LineKind::hunk && !terms_.paths.empty();
        } else if (area && *area != schema::Area::path) {
            const auto text = patch::content_of(lines[i], body).substr(0, kMaxLine);
            if (marks(text).empty()) continue;
            out[i] = shown(text, *area).any();
        }
    }
    return out;
}

std::vector<reader::FoundLine> Highlighter::found(std::string_view body, std::size_t around) {
    const auto lines = patch::classify(body);
    auto is_found = finds(lines, body, of_wanted_files(lines, body));
    // The words may stand elsewhere than in the files.
    if (std::ranges::find(is_found, true) == is_found.end() && !terms_.wanted.empty())
        is_found = finds(lines, body, std::vector<bool>(lines.size(), true));
    auto all = named(body, lines);
    std::vector<reader::FoundLine> out;
    std::size_t shown = 0;  // lines before this one are shown, or left out
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!is_found[i]) continue;
        const std::size_t first = std::max(shown, i - std::min(i, around));
        for (std::size_t at = first; at < std::min(lines.size(), i + around + 1); ++at) {
            if (at < shown) continue;
            reader::FoundLine& one = all[at];
            one.text = lines[at].of(body).substr(0, kMaxLine);
            one.beside = !is_found[at];
            one.apart = at == first && first > shown;
            if (!one.beside) one.marks = marks(one.text);
            out.push_back(std::move(one));
            shown = at + 1;
        }
    }
    return out;
}

}  // namespace patchseek::verify
