// SPDX-License-Identifier: GPL-2.0-or-later
#include "likeness.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::verify {
namespace {

// FNV-1a of what is no blank.
std::uint64_t hash_of(char sign, std::string_view line) {
    std::uint64_t out = 14695981039346656037U;
    const auto add = [&](char c) { out = (out ^ static_cast<unsigned char>(c)) * 1099511628211U; };
    add(sign);
    for (const char c : line)
        if (c != ' ' && c != '\t' && c != '\r') add(c);
    return out;
}

bool says_nothing(std::string_view line) {
    return std::ranges::none_of(line, [](char c) { return is_alpha(c) || is_digit(c); });
}

/// What stands behind the second `@@`, without blanks at its ends.
std::string_view function_of(std::string_view hunk) {
    const auto end = hunk.find("@@", 2);
    return end == hunk.npos ? std::string_view() : trim(hunk.substr(end + 2));
}

template <class Value>
void make_set(std::vector<Value>& values) {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// How many values two sorted lists have in common.
template <class Value>
std::size_t common(const std::vector<Value>& one, const std::vector<Value>& other) {
    std::size_t out = 0;
    for (auto a = one.begin(), b = other.begin(); a != one.end() && b != other.end();) {
        if (*a < *b) {
            ++a;
        } else {
            out += *a == *b;
            if (*a == *b) ++a;
            ++b;
        }
    }
    return out;
}

/// How many of all are in both; 0 of none.
template <class Value>
double shared(const std::vector<Value>& one, const std::vector<Value>& other) {
    const std::size_t both = common(one, other), all = one.size() + other.size() - both;
    return all == 0 ? 0 : static_cast<double>(both) / static_cast<double>(all);
}

}  // namespace

PatchShape shape_of(std::string_view subject, std::string_view body) {
    const patch::Patch patch = patch::parse(subject, body);
    PatchShape out;
    out.title = text::fold(patch.tag.title);
    for (const patch::FileChange& file : patch.files) {
        out.paths.push_back(file.path);
        if (!file.old.empty()) out.paths.push_back(file.old);
    }
    for (const patch::Line& line : patch.lines) {
        const auto text = line.of(body);
        const bool added = line.kind == patch::LineKind::added;
        if ((added || line.kind == patch::LineKind::removed) && !text.empty()) {
            if (!says_nothing(text)) out.lines.push_back(hash_of(added ? '+' : '-', text.substr(1)));
        } else if (line.kind == patch::LineKind::hunk && line.file >= 0 &&
                   static_cast<std::size_t>(line.file) < patch.files.size()) {
            if (const auto function = function_of(text); !function.empty())
                out.functions.push_back(patch.files[static_cast<std::size_t>(line.file)].path + '\0' +
                                        std::string(function));
        }
    }
    make_set(out.paths);
    make_set(out.functions);
    make_set(out.lines);
    return out;
}

double likeness(const PatchShape& one, const PatchShape& other) {
    constexpr double kLines = 0.5, kPaths = 0.15, kFunctions = 0.1, kTitle = 0.24;
    const bool title = !one.title.empty() && one.title == other.title;
    return kLines * shared(one.lines, other.lines) + kPaths * shared(one.paths, other.paths) +
           kFunctions * shared(one.functions, other.functions) + (title ? kTitle : 0);
}

double overlap(const PatchShape& one, const PatchShape& other) {
    const std::size_t files = common(one.paths, other.paths);
    return files == 0 ? 0 : static_cast<double>(files + 2 * common(one.functions, other.functions));
}

}  // namespace patchseek::verify
