// SPDX-License-Identifier: GPL-2.0-or-later
// Input: the first line is a subject, and a path pattern as well; the rest a body.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "patchseek/patch/diff.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/patch/patch_id.hpp"
#include "patchseek/patch/path_terms.hpp"

using namespace patchseek::patch;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool phrase_matches(const PathPattern& pattern, const std::vector<PathTerm>& terms) {
    if (pattern.components.empty()) return true;
    const auto has = [&](const std::string& text, std::size_t position) {
        return std::ranges::any_of(terms, [&](const PathTerm& t) {
            return t.position == position && t.exact == pattern.exact && t.text == text;
        });
    };
    for (std::size_t start = 0; start < terms.size(); ++start) {
        bool all = true;
        for (std::size_t i = 0; all && i < pattern.components.size(); ++i)
            all = has((i == 0 && pattern.anchored ? "/" : "") + pattern.components[i], start + i);
        if (all) return true;
    }
    return false;
}

/// Lines stand in order, do not overlap, and leave only line ends between them.
void check_lines(std::string_view body, const std::vector<Line>& lines) {
    std::size_t at = 0;
    std::int32_t file = -1;
    for (const Line& line : lines) {
        require(static_cast<std::size_t>(line.kind) <= static_cast<std::size_t>(LineKind::binary));
        require(line.begin == at && line.begin + line.size <= body.size());
        at = line.begin + line.size;
        while (at < body.size() && body[at] == '\r') ++at;
        require(at == body.size() || body[at] == '\n');
        ++at;
        require(line.file >= -1 && line.file <= file + 1);
        file = std::max(file, line.file);
        const bool hunk_line = line.kind == LineKind::added || line.kind == LineKind::removed ||
                               line.kind == LineKind::context || line.kind == LineKind::hunk;
        if (hunk_line) require(line.file >= 0);
        if (line.kind == LineKind::log || line.kind == LineKind::notes) require(line.file == -1);
    }
    require(at >= body.size());
}

void check_files(const Patch& patch, const PathPattern& pattern) {
    for (const FileChange& file : patch.files) {
        require(!file.path.empty() && file.path.size() <= 4096);
        if (!pattern.has_glob)
            require(phrase_matches(pattern, path_terms(file.path, file.partial)) ==
                    path_matches(pattern, file.path, file.partial));
        const auto whole = parse_path_pattern(file.path);
        if (!file.partial && !whole.has_glob && !whole.folder) require(path_matches(whole, file.path, false));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto subject = input.substr(0, end);
    const auto body = input.substr(std::min(end + 1, input.size()));
    const Patch patch = parse(subject, body, subject);
    check_lines(body, patch.lines);
    check_files(patch, parse_path_pattern(subject));

    std::uint64_t added = 0, counted = 0;
    for (const Line& line : patch.lines) added += line.kind == LineKind::added;
    for (const FileChange& file : read_diff(body, patch.lines).files) counted += file.adds.value_or(0);
    require(counted <= added);
    for (const auto& id : patch_ids(body, patch.lines)) require(id.size() == 40);
    for (const Trailer& t : patch.trailers) require(!t.name.empty() && !t.value.empty());
    return 0;
}
