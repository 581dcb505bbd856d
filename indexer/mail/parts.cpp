// SPDX-License-Identifier: GPL-2.0-or-later
#include "parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "charset.hpp"
#include "encoding.hpp"
#include "entity.hpp"
#include "limits.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "plain_text.hpp"

namespace patchseek::mail {
namespace {

// CRLF, with any number of CR, becomes LF; a CR inside a line stays.
std::string with_lf(std::string text) {
    auto to = text.find('\r');
    if (to == text.npos) return text;
    for (auto from = to; from < text.size();) {
        const auto end = std::min(text.find_first_not_of('\r', from), text.size());
        if (end < text.size() && text[end] == '\n') from = end;
        while (from < end) text[to++] = text[from++];
        if (from < text.size()) text[to++] = text[from++];
    }
    text.resize(to);
    return text;
}

bool is_signature(const Entity& entity) {
    static constexpr auto kSignatures = std::to_array<std::string_view>(
        {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"});
    return std::ranges::find(kSignatures, entity.type) != kSignatures.end();
}

bool is_pkcs7(const Entity& entity) {
    return entity.is("application/pkcs7-mime") || entity.is("application/x-pkcs7-mime");
}

bool is_message(const Entity& entity) {
    return entity.is("message/rfc822") || entity.is("message/global") || entity.is("message/news");
}

bool is_text(const Entity& entity, std::string_view name) {
    static constexpr auto kTypes = std::to_array<std::string_view>(
        {"application/x-patch", "application/x-diff", "application/pgp", "message/delivery-status"});
    if (entity.type.starts_with("text/") || std::ranges::find(kTypes, entity.type) != kTypes.end()) return true;
    return name.ends_with(".patch") || name.ends_with(".diff");
}

bool starts_with_field(std::string_view body) {
    const auto line = body.substr(0, std::min(body.find('\n'), body.size()));
    const auto colon = line.find(':');
    return colon != line.npos && line.substr(0, colon).find(' ') == line.npos;
}

// Where nothing is to be decoded that is the body itself, since large mails are not to be copied; else `storage`.
std::string_view decoded(const Entity& entity, std::string& storage) {
    const auto transfer = transfer_of(entity.encoding);
    if (transfer == Transfer::none) return entity.body;
    return storage = decode_transfer(entity.body, transfer);
}

std::string readable(std::string_view bytes, const Entity& entity) {
    std::string text = with_lf(to_utf8(bytes, parameter(entity.content_type, "charset")));
    if (entity.is("text/html")) return text_of_html(text);
    text = without_clear_signature(std::move(text));
    if (!same_name(parameter(entity.content_type, "format"), "flowed")) return text;
    return unflow_prose(std::move(text), same_name(parameter(entity.content_type, "delsp"), "yes"));
}

using Leaves = std::vector<Leaf>;

// Goes through a MIME tree.
class Walker {
public:
    explicit Walker(Parts& parts) : parts_(parts) {}
    void walk(const Entity& entity, std::size_t depth, Leaves& out);

private:
    void multipart(const Entity& entity, std::size_t depth, Leaves& out);
    void pieces(const Entity& entity, std::string_view body, std::size_t depth, Leaves& out);
    void message(const Entity& entity, std::size_t depth, Leaves& out);
    void pkcs7(const Entity& entity, std::size_t depth, Leaves& out);
    void leaf(const Entity& entity, std::size_t depth, Leaves& out);

    Parts& parts_;
    std::size_t count_ = 0;
};

void Walker::walk(const Entity& entity, std::size_t depth, Leaves& out) {
    if (depth > kMaxNesting || ++count_ > kMaxParts) {
        parts_.truncated = true;
    } else if (entity.is("multipart/encrypted") || entity.is("application/pgp-encrypted")) {
        // Nothing to read. Exchange makes multipart/mixed of the first, and then the second tells.
    } else if (entity.is_multipart()) {
        multipart(entity, depth, out);
    } else if (is_message(entity)) {
        message(entity, depth, out);
    } else if (is_pkcs7(entity)) {
        pkcs7(entity, depth, out);
    } else if (!is_signature(entity)) {
        leaf(entity, depth, out);
    }
}

// Old git send-email put its in-body "From:" there, other programs quotes; what else
// stands above the first part speaks to mail programs that know no MIME.
bool is_worth_reading(std::string_view preamble) {
    preamble.remove_prefix(std::min(preamble.find_first_not_of(" \t\r\n"), preamble.size()));
    return preamble.starts_with("From: ") || preamble.starts_with("> ") || !find_diff(preamble).empty();
}

// Whether text quotes a diff: the reply to a patch.
bool quotes_diff(std::string_view text) {
    for (auto at = text.find("\n>"); at != text.npos; at = text.find("\n>", at + 1)) {
        const auto inside = text.substr(std::min(text.find_first_not_of("> ", at + 1), text.size()));
        if (inside.starts_with("diff --git ") || inside.starts_with("@@ -") || inside.starts_with("+++ ")) return true;
    }
    return false;
}

// Of alternatives the first with plain text, else the first with any; and the diffs of
// the others where it has none, the HTML ones only if there is no better: an HTML copy of a quoted diff is no diff.
void choose(std::vector<Leaves> alternatives, Leaves& out) {
    const auto has = [](const Leaves& leaves, bool html) {
        return std::ranges::any_of(leaves, [&](const Leaf& l) { return l.html == html && !is_blank(l.text); });
    };
    const auto has_diff = [](const Leaf& l) { return !find_diff(l.text).empty(); };
    auto chosen = std::ranges::find_if(alternatives, [&](const Leaves& leaves) { return has(leaves, false); });
    if (chosen == alternatives.end())
        chosen = std::ranges::find_if(alternatives, [&](const Leaves& leaves) { return has(leaves, true); });
    if (chosen == alternatives.end()) return;
    bool found = std::ranges::any_of(*chosen, has_diff);
    const bool quoted = std::ranges::any_of(*chosen, [](const Leaf& l) { return quotes_diff(l.text); });
    std::ranges::move(*chosen, std::back_inserter(out));
    for (const bool html : {false, true})
        for (auto at = alternatives.begin(); at != alternatives.end(); ++at) {
            if (at == chosen || (html && (found || quoted))) continue;
            for (Leaf& l : *at) {
                if (l.html != html || !has_diff(l) || (found && !l.attached)) continue;
                found = true;
                out.push_back(std::move(l));
            }
        }
}

void Walker::pieces(const Entity& entity, std::string_view body, std::size_t depth, Leaves& out) {
    const auto split = split_multipart(body, parameter(entity.content_type, "boundary"), kMaxParts);
    parts_.truncated |= split.truncated;
    if (split.parts.empty()) {
        if (is_blank(body)) return;
        parts_.defects.emplace_back("multipart without parts, kept as text");
        out.push_back({readable(body, make_entity({}, body, "text/plain")), false, false});
        return;
    }
    if (is_worth_reading(split.preamble)) out.push_back({with_lf(to_utf8(split.preamble, "")), false, false});
    const bool digest = entity.is("multipart/digest"), alternative = entity.is("multipart/alternative");
    std::vector<Leaves> alternatives;
    for (const auto part : split.parts) {
        if (alternative) alternatives.emplace_back();
        walk(read_part(part, digest ? "message/rfc822" : "text/plain"), depth + 1,
             alternative ? alternatives.back() : out);
        if (count_ > kMaxParts) break;
    }
    choose(std::move(alternatives), out);
}

void Walker::multipart(const Entity& entity, std::size_t depth, Leaves& out) {
    // RFC 2045, 6.4 forbids to encode a multipart as a whole; some do, more only say so.
    const auto transfer = transfer_of(entity.encoding);
    const auto boundary = parameter(entity.content_type, "boundary");
    if (transfer == Transfer::none || !split_multipart(entity.body, boundary, 1).parts.empty())
        return pieces(entity, entity.body, depth, out);
    const auto bytes = decode_transfer(entity.body, transfer);
    pieces(entity, bytes, depth, out);
}

void Walker::message(const Entity& entity, std::size_t depth, Leaves& out) {
    // RFC 2046, 5.2.1 forbids to encode a message; some do, more only say so. Without a
    // copy where none is needed: there is one for each level.
    const bool is_encoded = transfer_of(entity.encoding) != Transfer::none && !starts_with_field(entity.body);
    std::string storage;
    const auto bytes = is_encoded ? decoded(entity, storage) : entity.body;
    if (auto name = file_name(entity.disposition, entity.content_type); !name.empty())
        parts_.attachments.push_back(std::move(name));
    const auto inner = read_inner_message(bytes);
    parts_.truncated |= inner.header.truncated;
    if (const auto subject = inner.header.find("Subject"))
        out.push_back({"Subject: " + decode_text(*subject) + "\n\n", false, false});
    walk(make_entity(inner.header, inner.body, "text/plain"), depth + 1, out);
}

void Walker::pkcs7(const Entity& entity, std::size_t depth, Leaves& out) {
    std::string storage;
    const auto found = read_pkcs7(decoded(entity, storage));
    if (found.kind == Pkcs7::Kind::signed_data)
        walk(read_part(found.content, "text/plain"), depth + 1, out);
    else if (found.kind == Pkcs7::Kind::unreadable)
        parts_.defects.emplace_back("S/MIME part cannot be read");
}

void Walker::leaf(const Entity& entity, std::size_t depth, Leaves& out) {
    const auto name = file_name(entity.disposition, entity.content_type);
    if (!name.empty()) parts_.attachments.push_back(name);
    std::string storage;
    const auto bytes = decoded(entity, storage);
    const bool binary = bytes.find('\0') != bytes.npos;
    const bool only_part = depth == 0 && !binary && transfer_of(entity.encoding) == Transfer::none;
    // Mailers that do not know `.patch` call it application/octet-stream.
    const bool may_hold_diff = entity.type.starts_with("application/") && !binary;
    if (!is_text(entity, name) && !only_part && !may_hold_diff) return;
    // Of text no more is kept than this; HTML becomes shorter.
    const bool html = entity.is("text/html");
    const auto read = html ? bytes : bounded(bytes);
    parts_.truncated |= read.size() < bytes.size();
    Leaf found{readable(read, entity), html, false};
    if (!is_text(entity, name) && !only_part && find_diff(found.text).empty()) return;
    found.attached = !name.empty() || same_name(entity.disposition.substr(0, 10), "attachment");
    out.push_back(std::move(found));
}

}  // namespace

DiffRange find_diff(std::string_view text) {
    DiffRange range;
    // Cheaper than the whole truth, which most prose need not be asked.
    const bool may = text.starts_with("diff ") || text.starts_with("--- ") || text.find("\ndiff ") != text.npos ||
                     text.find("\n--- ") != text.npos || text.find("Index: ") != text.npos;
    if (!may) return range;
    for (const patch::Line& line : patch::classify(text)) {
        if (line.file < 0) continue;
        if (range.empty()) range.begin = line.begin;
        range.end = line.begin + line.size;
    }
    return range;
}

std::string_view bounded(std::string_view text) {
    if (text.size() <= kMaxText) return text;
    if (const auto end = text.rfind('\n', kMaxText - 1); end != text.npos) return text.substr(0, end + 1);
    auto size = kMaxText;
    const auto continues = [text](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
    while (size > kMaxText - 3 && continues(size)) --size;
    return text.substr(0, size);
}

Parts read_parts(const HeaderBlock& header, std::string_view raw) {
    Parts parts;
    Walker walker(parts);
    walker.walk(make_entity(header, raw, "text/plain"), 0, parts.leaves);
    return parts;
}

}  // namespace patchseek::mail
