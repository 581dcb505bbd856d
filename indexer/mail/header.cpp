// SPDX-License-Identifier: GPL-2.0-or-later
#include "header.hpp"

#include <algorithm>

#include "charset.hpp"
#include "encoding.hpp"
#include "limits.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::mail {
namespace {

std::string in_utf8(std::string_view value) { return to_utf8(unfold(value.substr(0, kMaxHeader)), ""); }

// Comments outside of angle brackets off; one that never closes is none.
std::string without_comments(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    bool in_brackets = false;
    bool closable = true;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '(' && !in_brackets && closable) {
            std::size_t depth = 0, end = i;
            for (; end < value.size(); ++end) {
                depth += value[end] == '(';
                depth -= value[end] == ')';
                if (depth == 0) break;
            }
            if (depth == 0) {
                i = end;
                continue;
            }
            closable = false;
        }
        in_brackets = value[i] == '<' || (in_brackets && value[i] != '>');
        out += value[i];
    }
    return out;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept { return equals_any_case(a, b); }

std::optional<std::string_view> HeaderBlock::find(std::string_view name) const {
    for (const Field& field : fields)
        if (same_name(field.name, name)) return field.value;
    return std::nullopt;
}

std::vector<std::string_view> HeaderBlock::find_all(std::string_view name) const {
    std::vector<std::string_view> out;
    for (const Field& field : fields)
        if (same_name(field.name, name)) out.push_back(field.value);
    return out;
}

HeaderBlock parse_header_block(std::string_view raw) {
    HeaderBlock block;
    std::size_t pos = 0, kept = 0;
    bool open = false;  // a continuation line belongs to the last field
    while (pos < raw.size()) {
        const auto end = std::min(raw.find('\n', pos), raw.size());
        auto line = raw.substr(pos, end - pos);
        pos = std::min(end + 1, raw.size());
        while (line.ends_with('\r')) line.remove_suffix(1);  // CRCRLF is not rare
        if (line.empty()) {
            block.body = pos;
            return block;
        }
        const bool folded = line.front() == ' ' || line.front() == '\t';
        const bool full = kept > kMaxHeaderBlock || (block.fields.size() >= kMaxHeaders && !folded);
        // One huge field must not hide the others: it counts no more than what is read of it.
        block.truncated |= full || line.size() > kMaxHeader;
        if (full) {
            open = false;
        } else if (folded && open) {
            Field& field = block.fields.back();
            if (field.value.size() > kMaxHeader) continue;
            field.value = raw.substr(field.value.data() - raw.data(), line.data() + line.size() - field.value.data());
            block.truncated |= field.value.size() > kMaxHeader;
            kept += std::min(line.size(), kMaxHeader);
        } else if (const auto colon = line.find(':'); colon != line.npos && colon > 0 && line.front() > ' ') {
            block.fields.push_back({trim(line.substr(0, colon)), line.substr(colon + 1)});
            kept += std::min(line.size(), kMaxHeader);
            open = true;
        } else {
            open = false;
        }
    }
    block.body = raw.size();
    return block;
}

std::string unfold(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\n' && value[i] != '\r') {
            out += value[i];
            continue;
        }
        while (i + 1 < value.size() && is_space(value[i + 1])) ++i;
        while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
        out += ' ';
    }
    const auto kept = trim(out);
    return std::string(kept);
}

void blank_controls(std::string& text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
}

std::string decode_text(std::string_view value) {
    std::string text = in_utf8(value);
    if (text.find("=?") != text.npos) text = decode_words(text);
    blank_controls(text);
    return std::string(trim(text));
}

bool is_id(std::string_view text) noexcept {
    constexpr std::size_t kShortest = 8;
    return text.find('@') != text.npos || (text.size() >= kShortest && std::ranges::any_of(text, is_digit));
}

std::vector<std::string> decode_ids(std::string_view value) {
    // Some programs encode ids as if they were words, which RFC 2047, 5 forbids.
    const auto decoded = value.find("=?") == value.npos ? std::string() : decode_words(in_utf8(value));
    const std::string text = without_comments(decoded.empty() ? value : decoded);
    value = text;
    std::vector<std::string> out;
    for (auto open = value.find('<'); open != value.npos && out.size() < kMaxReferences;
         open = value.find('<', open + 1)) {
        const auto close = value.find_first_of("<>", open + 1);
        if (close == value.npos) break;
        if (value[close] == '<') continue;  // "<<id>"
        std::string id;
        for (const char c : value.substr(open + 1, close - open - 1))
            if (!is_space(c) && c != '\0') id += c;
        if (!id.empty()) out.push_back(to_utf8(id, ""));
    }
    if (out.empty()) {
        auto bare = trim(value);
        if (bare.starts_with('<')) bare.remove_prefix(1);
        if (bare.ends_with('>')) bare.remove_suffix(1);
        if (is_id(bare) && std::ranges::none_of(bare, is_space)) out.push_back(to_utf8(bare, ""));
    }
    return out;
}

}  // namespace patchseek::mail
