// SPDX-License-Identifier: GPL-2.0-or-later
#include "keys.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::relate {
namespace {

// A blank between.
std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out(1);
    for (const char c : text::fold(text)) {
        const bool inside = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (inside)
            out.back() += c;
        else if (!out.back().empty())
            out.emplace_back();
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

Person person_of(std::string_view written) {
    const auto open = written.rfind('<');
    auto name = text::one_blank(text::fold(written.substr(0, open)));
    bool listed = false;
    for (const std::string_view by : {" via ", " ("})
        if (const auto at = name.find(by); at != name.npos) name.resize(at), listed = true;
    std::string address;
    if (open != written.npos) {
        const auto inside = written.substr(open + 1);
        address = text::fold(inside.substr(0, inside.find('>')));
    }
    auto words = words_of(name);
    if (open == written.npos && written.find('@') != written.npos && words.size() > 1) {
        address = text::one_blank(text::fold(written));
        words = {address};
    }
    std::ranges::sort(words);
    Person out;
    if (!listed && !address.empty()) out.address = hash_of(address);
    const auto who = words.size() > 1 || address.empty() ? joined(words) : address;
    out.name = who.empty() ? 0 : hash_of(who);
    return out;
}

Hash title_hash(std::string_view title) {
    auto folded = joined(words_of(title));
    if (folded.empty()) folded = text::one_blank(text::fold(title));
    return folded.empty() ? 0 : hash_of(folded);
}

std::vector<std::uint32_t> sketch_of(std::string_view text, const std::vector<patch::Line>& lines) {
    std::vector<std::uint32_t> out;
    std::string plain;
    for (const patch::Line& line : lines) {
        if (line.kind != patch::LineKind::added && line.kind != patch::LineKind::removed) continue;
        plain.clear();
        for (const char c : line.of(text))
            if (!is_space(c)) plain += c;
        if (plain.size() > 1) out.push_back(static_cast<std::uint32_t>(hash_of(plain) >> 32));
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    if (out.size() > kSketch) out.resize(kSketch);
    return out;
}

// Of the smallest of both together, how many do both have? (A. Broder, On the resemblance and containment of
// documents, 1997.)
std::uint32_t likeness(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    if (a.empty() || b.empty()) return 0;
    std::uint32_t seen = 0, both = 0;
    for (std::size_t i = 0, j = 0; seen < kSketch && (i < a.size() || j < b.size()); ++seen) {
        // Behind the end of a full sketch nothing is known.
        if ((i == a.size() && a.size() == kSketch) || (j == b.size() && b.size() == kSketch)) break;
        if (j == b.size() || (i < a.size() && a[i] < b[j])) {
            ++i;
        } else if (i == a.size() || b[j] < a[i]) {
            ++j;
        } else {
            ++both, ++i, ++j;
        }
    }
    return seen == 0 ? 0 : 100 * both / seen;
}

}  // namespace patchseek::relate
