// SPDX-License-Identifier: GPL-2.0-or-later
#include "guesses.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "dates.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/spelling.hpp"

namespace patchseek::query {
namespace {

namespace ch = std::chrono;

/// A name of a field elsewhere, and what is written here for it; a '%' stands for the value.
struct ForeignField {
    std::string_view name, written_here;
};
// clang-format off
/// Of git, notmuch, mu, public-inbox, patchwork, code search and web mail, sorted by what is written here.
constexpr auto kForeignFields = std::to_array<ForeignField>({
    {"title", "subject:"}, {"topic", "subject:"}, {"header", "subject:"},
    {"sender", "from:"}, {"submitter", "from:"}, {"poster", "from:"},
    {"committer", "author:"}, {"writer", "author:"}, {"by", "author:"}, {"user", "author:"},
    {"recipient", "tc:"}, {"recip", "tc:"}, {"rcpt", "tc:"}, {"deliveredto", "tc:"}, {"bcc", "tc:"},
    {"contact", "tcf:"}, {"involves", "tcf:"}, {"participants", "tcf:"}, {"people", "tcf:"},
    {"text", "body:"}, {"content", "body:"}, {"contents", "body:"}, {"comment", "body:"}, {"comments", "body:"},
    {"grep", "log:"}, {"message", "log:"}, {"msg", "log:"}, {"commitmsg", "log:"}, {"description", "log:"},
    {"quote", "quoted:"},
    {"add", "added:"}, {"plus", "added:"}, {"insert", "added:"}, {"inserted", "added:"}, {"dfplus", "added:"},
    {"del", "removed:"}, {"delete", "removed:"}, {"deleted", "removed:"}, {"remove", "removed:"}, {"minus", "removed:"},
    {"diff", "changed:"}, {"patch", "changed:"}, {"change", "changed:"}, {"code", "changed:"},
    {"ctx", "context:"},
    {"function", "func:"}, {"fn", "func:"}, {"symbol", "func:"}, {"hunkheader", "func:"},
    {"filename", "file:"}, {"pathname", "file:"}, {"filepath", "file:"}, {"touches", "file:"}, {"name", "file:"},
    {"dir", "file:%/"}, {"directory", "file:%/"}, {"subtree", "file:%/"},
    {"extension", "file:*.%"}, {"ext", "file:*.%"}, {"filetype", "file:*.%"},
    {"msgid", "id:"}, {"messageid", "id:"}, {"message-id", "id:"}, {"rfc822msgid", "id:"}, {"mail", "id:"},
    {"ref", "refs:"}, {"in-reply-to", "refs:"}, {"inreplyto", "refs:"}, {"irt", "refs:"}, {"parent", "refs:"},
    {"list-id", "list:"}, {"listid", "list:"}, {"mailinglist", "list:"}, {"ml", "list:"}, {"project", "list:"},
    {"commit", "mentions:"}, {"sha", "mentions:"}, {"hash", "mentions:"}, {"oid", "mentions:"}, {"rev", "mentions:"},
    {"bug", "mentions:"}, {"cve", "mentions:cve-%"}, {"issue", "mentions:"}, {"mention", "mentions:"},
    {"object", "blob:"}, {"index", "blob:"},
    {"patch-id", "patchid:"}, {"pid", "patchid:"},
    {"change", "changeid:"}, {"prerequisite", "prereq:"},
    {"signed-off-by", "signed:"}, {"signedoffby", "signed:"}, {"sob", "signed:"}, {"signoff", "signed:"},
    {"reviewed-by", "reviewed:"}, {"reviewedby", "reviewed:"}, {"reviewer", "reviewed:"}, {"review", "reviewed:"},
    {"acked-by", "acked:"}, {"ackedby", "acked:"}, {"ack", "acked:"},
    {"tested-by", "tested:"}, {"testedby", "tested:"}, {"tester", "tested:"},
    {"reported-by", "reported:"}, {"reportedby", "reported:"}, {"reporter", "reported:"},
    {"suggested-by", "suggested:"}, {"suggestedby", "suggested:"},
    {"fix", "fixes:"}, {"fixed", "fixes:"}, {"resolves", "closes:"}, {"url", "link:"},
    {"after", "since:"}, {"newer", "since:"}, {"from-date", "since:"}, {"start", "since:"},
    {"older", "before:"}, {"until", "before:"}, {"end", "before:"}, {"to-date", "before:"},
    {"created", "date:"}, {"sent", "date:"}, {"year", "date:"}, {"month", "date:"}, {"when", "date:"}, {"day", "date:"},
    {"larger", "size:%.."}, {"bigger", "size:%.."}, {"smaller", "size:..%"}, {"bytes", "size:"},
    {"version", "v:"}, {"ver", "v:"}, {"revision", "v:"}, {"number", "part:"}, {"nr", "part:"},
    {"type", "is:"}, {"kind", "is:"}, {"state", "is:"}, {"status", "is:"}, {"has", "%:*"}, {"filter", "is:"},
    {"literal", "lit:"}, {"exact", "lit:"}, {"regex", "re:/%/"}, {"regexp", "re:/%/"}, {"rx", "re:/%/"},
});
/// Another word for a value of a field.
struct ForeignValue {
    std::string_view field, typed, meant;
};
constexpr auto kForeignValues = std::to_array<ForeignValue>({
    {"is", "patches", "patch"}, {"is", "pr", "pull"}, {"is", "pullrequest", "pull"}, {"is", "pull-request", "pull"},
    {"is", "merge", "pull"}, {"is", "coverletter", "cover"}, {"is", "cover-letter", "cover"}, {"is", "intro", "cover"},
    {"is", "re", "reply"}, {"is", "answer", "reply"}, {"is", "response", "reply"}, {"is", "review", "reply"},
    {"is", "replies", "reply"}, {"is", "comment", "reply"}, {"is", "resent", "resend"}, {"is", "broken", "damaged"},
    {"is", "cut", "truncated"}, {"is", "diff", "patch"}, {"is", "commit", "patch"}, {"is", "request-for-comments", "rfc"},
    {"is", "reviewed", "reviewed:*"}, {"is", "answered", "-is:unanswered"}, {"is", "replied", "-is:unanswered"},
    {"is", "merged", "applied"}, {"is", "accepted", "applied"}, {"is", "committed", "applied"}, {"is", "upstream", "applied"},
    {"is", "open", "pending"}, {"is", "waiting", "pending"}, {"is", "newest", "latest"}, {"is", "robot", "bot"},
    {"is", "incomplete", "-is:complete"}, {"is", "superseded", "-is:latest"}, {"is", "old", "-is:latest"},
    {"op", "add", "create"}, {"op", "added", "create"}, {"op", "new", "create"}, {"op", "a", "create"}, {"op", "created", "create"},
    {"op", "remove", "delete"}, {"op", "removed", "delete"}, {"op", "rm", "delete"}, {"op", "d", "delete"}, {"op", "deleted", "delete"},
    {"op", "move", "rename"}, {"op", "moved", "rename"}, {"op", "mv", "rename"}, {"op", "r", "rename"}, {"op", "renamed", "rename"},
    {"op", "cp", "copy"}, {"op", "copied", "copy"}, {"op", "chmod", "mode"}, {"op", "permission", "mode"}, {"op", "bin", "binary"},
});
// clang-format on
/// What mail programs keep beside the mail, so that no index has it.
constexpr auto kMailboxFields =
    std::to_array<std::string_view>({"kw", "label", "labels", "flag", "folder", "maildir", "mailbox", "category",
                                     "prio", "priority", "property", "lastmod", "mimetype", "mime", "keyword"});

using Guess = std::optional<std::string>;

/// The words that dates are made of, months first.
constexpr auto kDateWords = std::to_array<std::string_view>(
    {"january", "february", "march",     "april",   "may",      "june",      "july",     "august", "september",
     "october", "november", "december",  "monday",  "tuesday",  "wednesday", "thursday", "friday", "saturday",
     "sunday",  "today",    "yesterday", "noon",    "midnight", "now",       "last",     "this",   "ago",
     "second",  "seconds",  "minute",    "minutes", "hour",     "hours",     "day",      "days",   "week",
     "weeks",   "month",    "months",    "year",    "years"});
constexpr std::size_t kMonths = 12;

/// A run of digits or of letters.
struct Piece {
    std::string text;
    char before;  ///< what stands before it; '\0' for nothing
    bool digits;
    int number() const { return digits && text.size() <= 8 ? std::stoi(text) : -1; }
};

std::vector<Piece> pieces_of(std::string_view text) {
    std::vector<Piece> out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = to_lower(text[i]);
        if (!is_digit(c) && !is_alpha(c)) continue;
        const bool digits = is_digit(c);
        const bool goes_on =
            i > 0 && !out.empty() && out.back().digits == digits && (is_digit(text[i - 1]) || is_alpha(text[i - 1]));
        if (!goes_on) out.push_back({{}, i > 0 ? text[i - 1] : '\0', digits});
        out.back().text += c;
    }
    return out;
}

std::string padded(int value, std::size_t width) {
    std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

/// 2020-10-26; a day past the month's end is its last, and month and day may have changed places.
Guess day_of(int year, int month, int day) {
    if (month > 12 && day <= 12) std::swap(month, day);
    if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return {};
    const auto last = ch::year{year} / ch::month{static_cast<unsigned>(month)} / ch::last;
    day = std::min(day, static_cast<int>(static_cast<unsigned>(last.day())));
    return padded(year, 4) + '-' + padded(month, 2) + '-' + padded(day, 2);
}

int full_year(const Piece& piece) { return piece.text.size() == 2 ? 2000 + piece.number() : piece.number(); }

/// Three numbers: the one of four digits is the year.
Guess three_numbers(const std::vector<Piece>& p) {
    if (p[0].text.size() == 4) return day_of(p[0].number(), p[1].number(), p[2].number());
    const int first = p[0].number(), second = p[1].number();
    // Between dots and dashes the day comes first, between slashes the month.
    const bool month_first = p[1].before == '/' ? first <= 12 : first <= 12 && second > 12;
    return month_first ? day_of(full_year(p[2]), first, second) : day_of(full_year(p[2]), second, first);
}

Guess month_of(int year, int month) {
    if (year < 1000 || year > 9999) return {};
    return month >= 1 && month <= 12 ? padded(year, 4) + '-' + padded(month, 2) : padded(year, 4);
}

/// 20201301, 26102020, 202010.
Guess one_number(const std::string& digits) {
    const auto part = [&](std::size_t at, std::size_t size) { return std::stoi(digits.substr(at, size)); };
    if (digits.size() == 6) return month_of(part(0, 4), part(4, 2));
    if (digits.size() != 8) return {};
    if (part(0, 4) > 1900 && part(0, 4) < 2100) return day_of(part(0, 4), part(4, 2), part(6, 2));
    return day_of(part(4, 4), part(2, 2), part(0, 2));
}

/// Dates that are numbers alone.
Guess numeric(const std::vector<Piece>& p) {
    if (!std::ranges::all_of(p, &Piece::digits)) return {};
    if (p.size() == 1) return one_number(p[0].text);
    if (p.size() == 3) return three_numbers(p);
    if (p.size() != 2) return {};
    if (p[0].text.size() == 4 && p[1].text.size() == 4) return p[0].text + ".." + p[1].text;
    const bool year_last = p[1].text.size() == 4;
    return month_of(p[year_last ? 1 : 0].number(), p[year_last ? 0 : 1].number());
}

/// The month that a word names, 1 to 12; 0 for none.
int month_named(std::string_view word) {
    if (word.size() < 3) return 0;
    for (std::size_t i = 0; i < kMonths; ++i)
        if (kDateWords[i].starts_with(word) || (word.size() == 4 && kDateWords[i].starts_with(word.substr(0, 3))))
            return static_cast<int>(i) + 1;
    return 0;
}

/// Seconds east of Greenwich of +0100 and -05:30; 0 if the text ends in no zone.
int zone_of(std::string_view text) {
    const auto sign = text.find_last_of("+-");
    if (sign == text.npos || text.find(':') > sign) return 0;
    std::string digits;
    for (const char c : text.substr(sign + 1))
        if (is_digit(c)) digits += c;
    if (digits.size() != 4) return 0;
    const int seconds = std::stoi(digits.substr(0, 2)) * 3600 + std::stoi(digits.substr(2)) * 60;
    return text[sign] == '-' ? -seconds : seconds;
}

/// `date` and the time of day that stands in the text, in UTC; only the date if no time stands there.
Guess with_time(const Guess& date, std::string_view text, std::int64_t now) {
    if (!date) return {};
    const auto colon = text.find(':');
    if (colon == text.npos || colon < 1 || colon + 2 >= text.size() || !is_digit(text[colon - 1])) return date;
    const auto begin = colon >= 2 && is_digit(text[colon - 2]) ? colon - 2 : colon - 1;
    const auto end = std::min(text.find_first_not_of("0123456789:", begin), text.size());
    std::string clock(text.substr(begin, end - begin));
    if (colon - begin == 1) clock.insert(0, "0");
    const auto at = parse_date_unit(*date + 'T' + clock, now);
    if (!at) return date;
    auto utc = format_time(*at->from - zone_of(text));
    utc.resize(std::string_view("2020-10-26T09:51:08").size());
    return clock.size() == 5 ? utc.substr(0, utc.size() - 3) : utc;
}

/// A month by its name, and numbers: `2020-oct-26`, `oct2020`, `Mon, 26 Oct 2020 09:51:08 +0100`.
Guess with_month(const std::vector<Piece>& pieces, std::string_view text, std::int64_t now) {
    int month = 0, year = -1, day = -1;
    for (const Piece& piece : pieces) {
        const int named = piece.digits ? 0 : month_named(piece.text);
        if (named > 0 && month == 0) month = named;
        if (!piece.digits || piece.before == ':' || piece.before == '+') continue;
        const bool clock = text.find(piece.text + ':') != text.npos;
        if (piece.text.size() == 4 && year < 0)
            year = piece.number();
        else if (piece.text.size() <= 2 && day < 0 && !clock)
            day = piece.number();
    }
    if (month == 0 || year < 0) return {};
    return day < 0 ? month_of(year, month) : with_time(day_of(year, month, day), text, now);
}

/// `7d`, `2weeks`, `last 3 months`.
Guess relative(const std::vector<Piece>& pieces) {
    const auto number = std::ranges::find_if(pieces, &Piece::digits);
    if (number == pieces.end() || number->text.size() > 4 || number + 1 == pieces.end()) return {};
    const std::string& unit = (number + 1)->text;
    const bool rest = std::ranges::all_of(pieces, [&](const Piece& piece) {
        return &piece == &*number || &piece == &*(number + 1) || piece.text == "last" || piece.text == "past" ||
               piece.text == "ago";
    });
    if (!rest) return {};
    for (const std::string_view full : {"days", "weeks", "months", "years", "hours", "minutes"}) {
        const bool meant = full.starts_with(unit) && (unit.size() != 2 || unit == "mo");
        if (meant || unit == std::string(1, full[0]) + "s" || (unit == "mon" && full == "months"))
            return number->text + '.' + std::string(full) + ".ago";
    }
    return {};
}

/// The same date with its misspelt words put right.
Guess respelt(const std::vector<Piece>& pieces, std::int64_t now) {
    std::string out;
    for (const Piece& piece : pieces) {
        std::string word = piece.text;
        if (!piece.digits && word.size() > 2 && std::ranges::find(kDateWords, word) == kDateWords.end() &&
            month_named(word) == 0) {
            const auto near = nearest(word, kDateWords);
            if (!near) return {};
            word = *near;
        }
        out += (out.empty() ? "" : ".") + word;
    }
    return parse_date_unit(out, now) ? Guess(out) : Guess();
}

/// A day and a time of day, as `2020-10-26T9:51+02:00`.
Guess day_and_time(std::string_view text, std::int64_t now) {
    const auto end = text.find_first_of("Tt _");
    if (end > 10) return {};
    const auto date = numeric(pieces_of(text.substr(0, end)));
    return with_time(date, text.substr(end), now);
}

Guess unit(std::string_view text, std::int64_t now) {
    if (parse_date_unit(text, now)) return std::string(text);
    // A blank ends a value.
    if (equals_any_case(text, "last") || equals_any_case(text, "this")) return lowered(text) + ".week";
    constexpr std::size_t kSeconds = 9;  // of 1973 to 2286
    const bool digits = std::ranges::all_of(text, is_digit);
    if (digits && (text.size() == kSeconds || text.size() == kSeconds + 1)) return '@' + std::string(text);
    const auto pieces = pieces_of(text);
    constexpr std::size_t kMost = 12;
    if (pieces.empty() || pieces.size() > kMost) return {};
    for (const Guess& guess : {numeric(pieces), relative(pieces), with_month(pieces, text, now),
                               day_and_time(text, now), respelt(pieces, now)})
        if (guess) return guess;
    return {};
}

/// `2020-2021`, `2020:2021`, `2020-10-01-2020-11-01`, `2020...2021`.
Guess range(std::string_view text, std::int64_t now) {
    for (const std::string_view sign : {"...", "..", ":", "-", "to", "/", "~"}) {
        for (auto at = text.find(sign); at != text.npos; at = text.find(sign, at + 1)) {
            auto lo = text.substr(0, at), hi = text.substr(at + sign.size());
            // 2020-10-26..27
            const bool short_end = sign == ".." && lo.size() == 10 && hi.size() <= 2 && !hi.empty();
            const std::string whole = short_end ? std::string(lo.substr(0, lo.size() - hi.size())) : std::string();
            if (short_end && parse_date_unit(whole + std::string(hi), now))
                return std::string(lo) + ".." + whole + std::string(hi);
            if (lo.size() < 4 || hi.size() < 4) continue;
            if (parse_date_unit(lo, now) && parse_date_unit(hi, now)) return std::string(lo) + ".." + std::string(hi);
        }
    }
    return {};
}

}  // namespace

std::optional<std::string> guess_field(std::string_view name, std::string_view value) {
    for (const ForeignField& field : kForeignFields) {
        if (!equals_any_case(field.name, name)) continue;
        std::string out(field.written_here);
        if (const auto place = out.find('%'); place != out.npos) out.replace(place, 1, value);
        return out;
    }
    // Trailers that have no field of their own end like these.
    const bool trailer = name.size() > 3 &&
                         (equals_any_case(name.substr(name.size() - 3), "-by") || equals_any_case(name, "depends-on"));
    if (!trailer) return std::nullopt;
    std::string out = "trailer:";
    for (const char c : name) out += to_lower(c);
    return out + ':';
}

bool is_mailbox_field(std::string_view name) {
    return std::ranges::any_of(kMailboxFields, [&](std::string_view other) { return equals_any_case(other, name); });
}

std::optional<std::string_view> guess_value(std::string_view field, std::string_view value) {
    for (const ForeignValue& one : kForeignValues)
        if (one.field == field && equals_any_case(one.typed, value)) return one.meant;
    return std::nullopt;
}

std::optional<std::string> guess_number(std::string_view text) {
    const auto digits_of = [](std::string_view from) {
        const auto end = std::min(from.find_first_not_of("0123456789"), from.size());
        // Longer ones are no number that anybody means.
        return end < 16 ? from.substr(0, end) : std::string_view();
    };
    const auto first = text.find_first_of("0123456789");
    if (first > 2) return std::nullopt;
    const auto sign = text.substr(0, first), digits = digits_of(text.substr(first));
    if (digits.empty()) return std::nullopt;
    std::string number(digits);
    const auto rest = text.substr(first + digits.size());
    if (!rest.empty() && std::string_view("kKmMgG").find(rest.front()) != rest.npos) number += rest.front();
    const bool whole = rest.empty() || equals_any_case(rest, "kb") || equals_any_case(rest, "mb") ||
                       equals_any_case(rest, "gb") || equals_any_case(rest, "kib") || equals_any_case(rest, "b") ||
                       equals_any_case(rest, "bytes") || number.size() > digits.size();
    if (sign == ">=" || text.ends_with('+')) return number + "..";
    if (sign == "<=") return ".." + number;
    const bool plain = number.size() == digits.size();
    const auto value = std::stoll(std::string(digits));
    if (sign == ">") return plain ? std::to_string(value + 1) + ".." : number + "..";
    if (sign == "<") return plain && value > 0 ? ".." + std::to_string(value - 1) : ".." + number;
    if (const auto dash = text.find_first_of("-:"); sign.empty() && dash != text.npos) {
        const auto end = digits_of(text.substr(dash + 1));
        return end.empty() ? std::nullopt : std::optional(number + ".." + std::string(end));
    }
    const bool letter = sign.size() == 1 && is_alpha(sign.front());
    if (sign.empty() || sign == "=" || sign == "==" || letter)
        return whole || text.find('/') != text.npos ? std::optional(number) : std::nullopt;
    return std::nullopt;
}

std::optional<std::string> guess_date(std::string_view text, std::int64_t now) {
    constexpr std::size_t kLongest = 64;
    if (text.empty() || text.size() > kLongest) return {};
    const char sign = text.front();
    if (sign == '>' || sign == '<') {
        text.remove_prefix(text.size() > 1 && text[1] == '=' ? 2 : 1);
        const auto one = unit(text, now);
        if (!one) return {};
        return sign == '>' ? *one + ".." : ".." + *one;
    }
    if (const auto both = range(text, now)) return both;
    auto one = unit(text, now);
    // A text that is no date must not be its own guess.
    if (!one || *one == text) return {};
    return one;
}

}  // namespace patchseek::query
