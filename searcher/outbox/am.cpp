// SPDX-License-Identifier: GPL-2.0-or-later
#include "am.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/patch.hpp"

namespace patchseek::outbox {

using patch::Trailer;
using relations::Version;
using relations::VersionPart;

namespace {

const VersionPart* find_part(const Version& version, std::uint32_t number) {
    const auto found = std::ranges::find(version.parts, number, &VersionPart::number);
    return found == version.parts.end() ? nullptr : &*found;
}

std::optional<AmPart> newest_part(const std::vector<Version>& versions, std::uint32_t number) {
    const std::uint32_t total = versions.back().total;
    for (auto version = versions.rbegin(); version != versions.rend(); ++version)
        if (const auto* part = version->total == total ? find_part(*version, number) : nullptr)
            return AmPart{&*version, part};
    return std::nullopt;
}

}  // namespace

Result<std::vector<AmPart>> parts_to_apply(const std::vector<Version>& versions) {
    const Version& newest = versions.back();
    constexpr std::uint32_t kMost = 9999;  // a subject may say anything
    std::vector<AmPart> out;
    std::string missing;
    for (std::uint32_t number = 1; number <= std::min(newest.total, kMost); ++number) {
        if (const auto part = newest_part(versions, number))
            out.push_back(*part);
        else
            missing += fmt::format("{}{}/{}", missing.empty() ? "" : ", ", number, newest.total);
    }
    if (!missing.empty())
        return Error{ErrorKind::no_input, fmt::format("{} is not whole: {} {} not in the index", newest.name(), missing,
                                                      missing.find(',') == missing.npos ? "is" : "are")};
    return out;
}

namespace {

bool same(const Trailer& one, const Trailer& other) {
    // What stands behind " #" is a remark.
    const auto value = [](const Trailer& trailer) {
        return trim(std::string_view(trailer.value).substr(0, trailer.value.find(" #")));
    };
    return equals_any_case(one.name, other.name) && equals_any_case(value(one), value(other));
}

}  // namespace

std::vector<Trailer> trailers_to_add(const std::vector<Trailer>& own, const std::vector<reader::Credited>& credited) {
    std::vector<Trailer> out;
    for (const reader::Credited& one : credited) {
        const auto is_same = [&](const Trailer& other) { return same(other, one.trailer); };
        if (!patch::names_sender(one.trailer.value, one.sender)) continue;
        if (std::ranges::any_of(own, is_same) || std::ranges::any_of(out, is_same)) continue;
        out.push_back(one.trailer);
    }
    return out;
}

namespace {

/// Calls `visit` with the beginning and the text of each line, its end not included, until it returns false.
template <class Visit>
void each_line(std::string_view text, const Visit& visit) {
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!visit(begin, line)) return;
        begin = end + 1;
    }
}

bool ends_log(std::string_view line) {
    if (line.starts_with("diff -") || line.starts_with("Index: ")) return true;
    if (!line.starts_with("---")) return false;
    // git: "---" alone, or "--- a/file".
    const auto rest = line.substr(3);
    return is_blank(rest) || (rest.starts_with(' ') && !is_blank(rest));
}

/// Whether a line of the last paragraph of a log makes it one of trailers.
bool is_trailer(std::string_view line) {
    const auto colon = line.find(':');
    if (line.starts_with('[') && line.ends_with(']')) return true;
    if (colon == line.npos || colon == 0) return false;
    const auto name = line.substr(0, colon);
    const auto in_name = [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; };
    return std::ranges::all_of(name, in_name) && colon + 1 < line.size() && line[colon + 1] == ' ';
}

std::string body_with(std::string_view body, const std::vector<Trailer>& more) {
    const std::size_t log_end = end_of_log(body);
    std::size_t end = 0;  // behind the last line of the log that is not blank
    std::string_view last;
    each_line(body.substr(0, log_end), [&](std::size_t begin, std::string_view line) {
        if (is_blank(line)) return true;
        last = line;
        end = std::min(body.find('\n', begin), body.size());
        return true;
    });
    const std::string_view eol = body.find("\r\n") != body.npos ? "\r\n" : "\n";
    if (end > 0 && body[end - 1] == '\r') --end;
    std::string out(body.substr(0, end));
    if (end > 0) out += eol;
    if (end > 0 && !is_trailer(last)) out += eol;
    for (const Trailer& trailer : more) ((out += trailer.name + ": " + trailer.value)) += eol;
    if (end == body.size()) return out;
    // The end of the line that the trailers stand behind has been written already.
    const auto rest = body.substr(end == 0 ? 0 : body.find('\n', end) + 1);
    return out + std::string(rest);
}

/// Header lines as they came, folded ones with what belongs to them.
struct Head {
    std::string_view bytes;  ///< up to the blank line
    std::string_view body;
    std::string kept;      ///< the lines that git am reads
    std::string encoding;  ///< Content-Transfer-Encoding, in lower case
    std::string type;      ///< Content-Type, in lower case
};

Head head_of(std::string_view raw) {
    Head out;
    std::string name;
    std::size_t end = raw.size();
    each_line(raw, [&](std::size_t begin, std::string_view line) {
        if (line.empty()) {
            end = begin;
            return false;
        }
        const bool goes_on = line.front() == ' ' || line.front() == '\t';
        const auto colon = line.find(':');
        if (!goes_on) name = colon == line.npos ? std::string() : lowered(line.substr(0, colon));
        const auto value = goes_on || colon == line.npos ? line : line.substr(colon + 1);
        if (name == "from" || name == "subject" || name == "date" || name == "message-id") (out.kept += line) += '\n';
        if (name == "content-transfer-encoding") out.encoding += lowered(trim(value));
        if (name == "content-type") out.type += lowered(trim(value));
        return true;
    });
    out.bytes = raw.substr(0, end);
    const auto body = raw.find('\n', end);
    out.body = body == raw.npos ? std::string_view() : raw.substr(body + 1);
    return out;
}

/// Whether the bytes of the body are those of its text, so that lines can be put into it.
bool is_plain(const Head& head, const std::vector<Trailer>& more) {
    const auto has = [&](std::string_view part) { return head.type.find(part) != std::string::npos; };
    const bool as_it_is = head.encoding.empty() || head.encoding == "7bit" || head.encoding == "8bit";
    const auto is_ascii = [](const Trailer& one) {
        const auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        return std::ranges::all_of(one.name, plain) && std::ranges::all_of(one.value, plain);
    };
    const bool charset = has("utf-8") || (std::ranges::all_of(more, is_ascii) && !has("utf-16"));
    return as_it_is && charset && !has("multipart/") && !has("text/html") && !has("flowed");
}

/// One that git mailsplit takes for the beginning of the next mail: it looks for a time in it.
bool is_separator(std::string_view line) {
    if (!line.starts_with("From ")) return false;
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
        if (line[i] == ':' && is_digit(line[i - 1]) && is_digit(line[i + 1])) return true;
    return false;
}

std::string guarded(std::string_view message) {
    std::string out = "From git@z Thu Jan  1 00:00:00 1970\n";
    each_line(message, [&](std::size_t begin, std::string_view line) {
        if (is_separator(line)) out += begin == 0 ? "X-" : ">";
        const auto end = std::min(message.find('\n', begin), message.size());
        out.append(message.substr(begin, end - begin)) += '\n';
        return true;
    });
    return out + '\n';
}

}  // namespace

std::string mboxrd_entry(std::string_view raw, std::string_view separator) {
    std::string out(separator);
    while (!raw.empty()) {
        const auto end = raw.find('\n');
        const auto line = raw.substr(0, end);
        const auto first = line.find_first_not_of('>');
        if (first != line.npos && line.substr(first).starts_with("From ")) out += '>';
        out.append(line) += '\n';
        raw.remove_prefix(end == raw.npos ? raw.size() : end + 1);
    }
    return out + '\n';
}

std::size_t end_of_log(std::string_view body) {
    std::size_t out = body.size();
    each_line(body, [&](std::size_t begin, std::string_view line) {
        if (!ends_log(line)) return true;
        out = begin;
        return false;
    });
    return out;
}

std::string am_entry(const store::Text& text, const std::vector<Trailer>& more) {
    if (more.empty()) return guarded(text.raw);
    const Head head = head_of(text.raw);
    if (is_plain(head, more)) {
        const auto blank = text.raw.substr(head.bytes.size(), text.raw.size() - head.bytes.size() - head.body.size());
        return guarded(std::string(head.bytes) + blank + body_with(head.body, more));
    }
    return guarded(head.kept +
                   "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
                   body_with(text.body, more));
}

}  // namespace patchseek::outbox
