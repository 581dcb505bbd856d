// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "json.hpp"
#include "outbox/am.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/subject_tag.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {
namespace {

using reader::Hit;

std::string clean(std::string_view text) { return text::visible(text, text::Breaks::blank); }

const std::string& author(const Hit& hit) { return hit.record.author.empty() ? hit.record.from : hit.record.author; }

/// The name of `Name <address>`; the address where there is none.
std::string name_of(std::string_view mailbox) {
    auto name = trim(mailbox.substr(0, mailbox.rfind('<')));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = trim(name.substr(1, name.size() - 2));
    return std::string(name);
}
std::string address_of(std::string_view mailbox) {
    const auto open = mailbox.rfind('<');
    if (open == mailbox.npos) return std::string(trim(mailbox));
    return std::string(trim(mailbox.substr(open + 1, mailbox.find('>', open) - open - 1)));
}

/// As git writes a date: "Mon Oct 26 09:51:08 2020 +0000".
std::string git_date(std::int64_t since_1970) {
    const auto iso = iso_time(since_1970);
    if (!iso) return {};
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    using namespace std::chrono;
    const auto day = floor<days>(sys_seconds{seconds{since_1970}});
    const year_month_day date(day);
    return fmt::format("{} {} {} {} {} +0000", kDays.at(weekday(day).c_encoding()),
                       kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<unsigned>(date.day()),
                       iso->substr(11, 8), iso->substr(0, 4));
}

template <class Write>
std::string of_date(const Hit& hit, const Write& write) {
    return hit.record.date ? write(*hit.record.date) : std::string();
}

/// The message of the commit that a patch would be, without its subject; of other mail the body.
std::string log_of(const Hit& hit) {
    std::string_view body = hit.text.body;
    if (!hit.record.files.empty()) body = body.substr(0, outbox::end_of_log(body));
    while (!body.empty() && is_blank(body.substr(0, body.find('\n'))) && body.find('\n') != body.npos)
        body.remove_prefix(body.find('\n') + 1);
    body = trim_right(body);
    return body.empty() ? std::string() : text::visible(body, text::Breaks::keep) + '\n';
}

std::string title_of(const Hit& hit) { return clean(patch::parse_subject(hit.record.subject).title); }

struct Letter {
    std::string_view name;
    std::string_view help;
    bool texts;
    std::string (*value)(const Hit&);
};
// clang-format off
constexpr auto kLetters = std::to_array<Letter>({
    {"s",  "subject", false, [](const Hit& hit) { return clean(hit.record.subject); }},
    {"an", "name of the author", false, [](const Hit& hit) { return clean(name_of(author(hit))); }},
    {"ae", "address of the author", false, [](const Hit& hit) { return clean(address_of(author(hit))); }},
    {"cn", "name of the sender", false, [](const Hit& hit) { return clean(name_of(hit.record.from)); }},
    {"ce", "address of the sender", false, [](const Hit& hit) { return clean(address_of(hit.record.from)); }},
    {"ad", "date as git log writes it, in UTC", false, [](const Hit& hit) { return of_date(hit, git_date); }},
    {"as", "date, 2020-10-26", false, [](const Hit& hit) { return of_date(hit, [](auto at) { return iso_day(at).value_or(""); }); }},
    {"aI", "date, 2020-10-26T09:51:08Z", false, [](const Hit& hit) { return of_date(hit, [](auto at) { return iso_time(at).value_or(""); }); }},
    {"at", "date in seconds since 1970", false, [](const Hit& hit) { return of_date(hit, [](auto at) { return std::to_string(at); }); }},
    {"t",  "subject without its brackets", false, title_of},
    {"b",  "body, up to the --- of a patch", true, log_of},
    {"B",  "subject without its brackets, a blank line, body", true, [](const Hit& hit) { return title_of(hit) + "\n\n" + log_of(hit); }},
    {"n",  "end of line", false, [](const Hit&) { return std::string("\n"); }},
    {"%",  "%", false, [](const Hit&) { return std::string("%"); }},
});
// clang-format on

/// The value of a key of JSON: of lists the items, a comma between; of files their paths.
std::string by_key(const Hit& hit, const std::string& key) {
    const Json all = Json::parse(json_object(hit, {key}));
    if (!all.contains(key)) return {};
    const auto text = [](const Json& value) {
        if (value.is_object() && value.contains("path")) return value["path"].get<std::string>();
        if (value.is_object()) return value.value("name", std::string()) + ": " + value.value("value", std::string());
        return value.is_string() ? value.get<std::string>() : value.dump();
    };
    if (!all[key].is_array()) return clean(text(all[key]));
    std::string out;
    for (const Json& item : all[key]) out += (out.empty() ? "" : ", ") + clean(text(item));
    return out;
}

const Letter* find_letter(std::string_view rest) {
    const Letter* found = nullptr;
    for (const Letter& one : kLetters)
        if (rest.starts_with(one.name) && (!found || one.name.size() > found->name.size())) found = &one;
    return found;
}

void add_text(Pattern& out, std::string_view text) {
    if (out.pieces.empty() || !out.pieces.back().name.empty()) out.pieces.push_back({});
    out.pieces.back().text += text;
}

/// Reads what stands behind a '%'; how long it is, or 0 if it is nothing.
std::size_t take_name(std::string_view rest, Pattern& out) {
    if (rest.starts_with('(')) {
        const auto close = rest.find(')');
        const std::string key(rest.substr(1, close == rest.npos ? close : close - 1));
        if (close == rest.npos || !parse_keys(key)) return 0;
        out.pieces.push_back({{}, '(' + key});
        return close + 1;
    }
    if (rest.starts_with('x') && rest.size() > 2 && hex_value(rest[1]) >= 0 && hex_value(rest[2]) >= 0) {
        add_text(out, std::string(1, static_cast<char>(hex_value(rest[1]) * 16 + hex_value(rest[2]))));
        return 3;
    }
    const Letter* letter = find_letter(rest);
    if (!letter) return 0;
    out.pieces.push_back({{}, std::string(letter->name)});
    out.texts = out.texts || letter->texts;
    return letter->name.size();
}

}  // namespace

bool is_pattern(std::string_view text) {
    return text.find('%') != text.npos || text.starts_with("format:") || text.starts_with("tformat:");
}

Result<Pattern> parse_pattern(std::string_view text) {
    Pattern out;
    for (const std::string_view kind : {"tformat:", "format:"})
        if (text.starts_with(kind)) {
            out.between = kind == "format:";
            text.remove_prefix(kind.size());
            break;
        }
    while (!text.empty()) {
        const auto percent = std::min(text.find('%'), text.size());
        if (percent > 0) add_text(out, text.substr(0, percent));
        text.remove_prefix(percent);
        if (text.empty()) break;
        const auto size = take_name(text.substr(1), out);
        if (size == 0)
            return Error{ErrorKind::usage,
                         fmt::format("'{}' stands for nothing in a format; there are {}",
                                     text.substr(0, std::min<std::size_t>(text.size(), 12)), pattern_help())};
        text.remove_prefix(1 + size);
    }
    if (out.pieces.empty()) out.pieces.push_back({});
    return out;
}

std::string pattern_help() {
    std::string out;
    for (const Letter& one : kLetters) out += fmt::format("%{} ", one.name);
    return out + "%x00 %(key)";
}

std::vector<FormatHelp> letters_help() {
    std::vector<FormatHelp> out;
    for (const Letter& one : kLetters) out.push_back({'%' + std::string(one.name), one.help});
    out.push_back({"%x00", "the byte with these two hex digits"});
    out.push_back({"%(key)", "what that key of JSON holds: %(id), %(list), %(files) ..."});
    return out;
}

std::string by_pattern(const Hit& hit, const Pattern& pattern) {
    std::string out;
    for (const Pattern::Piece& piece : pattern.pieces) {
        if (piece.name.empty())
            out += piece.text;
        else if (piece.name.starts_with('('))
            out += by_key(hit, piece.name.substr(1));
        else
            out += find_letter(piece.name)->value(hit);
    }
    return out;
}

}  // namespace patchseek::render
