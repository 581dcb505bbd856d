// SPDX-License-Identifier: GPL-2.0-or-later
#include "body.hpp"

#include <algorithm>
#include <unordered_map>

#include "charset.hpp"
#include "encoding.hpp"
#include "entity.hpp"
#include "limits.hpp"
#include "parts.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/digest.hpp"

namespace patchseek::mail {
namespace {

// What two copies of a diff have in common when a mail program wrapped the lines of
// one, or made blanks of its tabs.
std::string diff_key(std::string_view diff) {
    std::string out;
    out.reserve(diff.size());
    for (const char c : diff)
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
    return sha256_hex(out);
}

bool has_separator(std::string_view prose) { return prose.starts_with("---\n") || prose.find("\n---\n") != prose.npos; }

// Makes one of two parts with the same diff: of bytes that differ in blanks, those of
// the attachment, which no mail program touched. A patch with its log wins over a bare
// diff.
void join_copies(Leaf& first, Leaf& second) {
    const auto old_range = find_diff(first.text), new_range = find_diff(second.text);
    const auto diff = second.text.substr(new_range.begin, new_range.end - new_range.begin);
    const bool bare = is_blank(std::string_view(second.text).substr(0, new_range.begin));
    const bool whole = has_separator(std::string_view(first.text).substr(0, old_range.begin));
    const bool keeps_first = bare || whole || !second.attached;
    if (!keeps_first)
        first.text.erase(old_range.begin, old_range.end - old_range.begin);
    else if (second.attached)
        first.text.replace(old_range.begin, old_range.end - old_range.begin, diff);
    if (keeps_first) second.text.clear();
}

void drop_copies(std::vector<Leaf>& leaves) {
    std::unordered_map<std::string, Leaf*> seen;
    for (Leaf& leaf : leaves) {
        const auto range = find_diff(leaf.text);
        if (range.empty()) continue;
        auto [at, is_new] = seen.emplace(diff_key(leaf.text.substr(range.begin, range.end - range.begin)), &leaf);
        if (is_new) continue;
        join_copies(*at->second, leaf);
        if (!leaf.text.empty()) at->second = &leaf;
    }
}

void append(Body& body, std::string text) {
    if (text.empty() || body.text.size() > kMaxText) return;
    if (body.text.empty()) {
        body.text = std::move(text);
        return;
    }
    if (!body.text.ends_with('\n')) body.text += '\n';
    body.text += text;
}

// All plain text and the HTML between; HTML that is attached where there is no other
// text, or where it has a diff.
void join_leaves(std::vector<Leaf>& leaves, Body& body) {
    if (leaves.size() > 1) drop_copies(leaves);
    const bool has_shown =
        std::ranges::any_of(leaves, [](const Leaf& l) { return !(l.html && l.attached) && !is_blank(l.text); });
    for (Leaf& leaf : leaves) {
        if (leaf.html && leaf.attached && has_shown && find_diff(leaf.text).empty()) continue;
        if (leaf.html && is_blank(leaf.text)) continue;
        body.html = body.html || leaf.html;
        append(body, std::move(leaf.text));
    }
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view other) { return same_name(word, other); });
}

}  // namespace

Body decode_body(const HeaderBlock& header, std::string_view raw) {
    Body body;
    body.truncated = raw.size() > kMaxEncoded;
    auto parts = read_parts(header, raw.substr(0, kMaxEncoded));
    body.attachments = std::move(parts.attachments);
    body.truncated |= parts.truncated;
    body.defects = std::move(parts.defects);
    join_leaves(parts.leaves, body);
    if (const auto kept = bounded(body.text); kept.size() < body.text.size()) {
        body.truncated = true;
        body.text = std::string(kept);  // in no more memory than it takes
    }
    return body;
}

std::string undecoded_body(const HeaderBlock& header, std::string_view raw) {
    const std::string content_type = unfold(header.find("Content-Type").value_or("").substr(0, kMaxHeader));
    const std::string encoding = unfold(header.find("Content-Transfer-Encoding").value_or("").substr(0, 100));
    const auto type = std::string_view(content_type).substr(0, content_type.find_first_of("; \t"));
    const bool plain = is_one_of(type, {"", "text/plain", "text/x-patch", "text/x-diff"}) &&
                       !same_name(parameter(content_type, "format"), "flowed");
    if (!plain || raw.size() > kMaxText) return {};
    const auto transfer = transfer_of(encoding);
    // Nearly all patch mail: nothing to undo, nothing that a charset could change.
    if (transfer == Transfer::none && is_ascii(raw)) return {};
    auto bytes = decode_transfer(raw, transfer);
    const auto charset = parameter(content_type, "charset");
    if (is_ascii(bytes) || (is_utf8(bytes) && is_one_of(charset, {"", "utf-8", "utf8", "us-ascii"}))) return {};
    return bytes;
}

}  // namespace patchseek::mail
