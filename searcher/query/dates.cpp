// SPDX-License-Identifier: GPL-2.0-or-later
#include "dates.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include "diagnostics.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::query {
namespace {

namespace ch = std::chrono;
using Instant = ch::sys_seconds;
using Maybe = std::optional<TimeRange>;

constexpr Instant kFirst = ch::sys_days{ch::year{0} / 1 / 1};
constexpr Instant kEnd = ch::sys_days{ch::year{10000} / 1 / 1};  // of what four digits can say

/// [from, end), if years of four digits can say it.
Maybe stretch(Instant from, Instant end) {
    if (from < kFirst || end > kEnd) return {};
    return TimeRange{from.time_since_epoch().count(), end.time_since_epoch().count() - 1};
}

Maybe day(ch::sys_days from) { return stretch(from, from + ch::days{1}); }

Maybe month(ch::year_month which) {
    return stretch(ch::sys_days{which / 1}, ch::sys_days{(which + ch::months{1}) / 1});
}

Maybe year(ch::year which) {
    return stretch(ch::sys_days{which / 1 / 1}, ch::sys_days{(which + ch::years{1}) / 1 / 1});
}

std::optional<std::int64_t> number(std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return {};
    return value;
}

/// Takes `size` digits off the front of `text`, or the text is no date.
class Digits {
public:
    explicit Digits(std::string_view text) : rest_(text) {}
    int take(std::size_t size) {
        int value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            if (rest_.empty() || !is_digit(rest_.front())) {
                ok_ = false;
                return 0;
            }
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    /// Whether the next character is one of `any`; it is taken.
    bool skip(std::string_view any) {
        if (rest_.empty() || any.find(rest_.front()) == any.npos) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool done() const { return ok_ && rest_.empty(); }
    bool ok() const { return ok_; }

private:
    std::string_view rest_;
    bool ok_ = true;
};

/// Date and time as typed. Fields that were not given are -1.
struct Fields {
    int year = -1, month = -1, day = -1, hour = -1, minute = -1, second = -1;
};

/// 20201026 and 20201026095108.
std::optional<Fields> compact_fields(std::string_view text) {
    Digits digits(text);
    if (text.ends_with('Z')) text.remove_suffix(1);
    if (text.size() != 8 && text.size() != 14) return {};
    Fields f{.year = digits.take(4), .month = digits.take(2), .day = digits.take(2)};
    if (text.size() == 14) f.hour = digits.take(2), f.minute = digits.take(2), f.second = digits.take(2);
    digits.skip("Z");
    if (!digits.done()) return {};
    return f;
}

/// 2020/10/26, and 26.10.2020 as git has it: day first, since its numbers are parted by dots.
std::optional<Fields> parted_fields(std::string_view text) {
    Digits digits(text);
    Fields f;
    if (text.size() == 10 && text[4] == '/') {
        f.year = digits.take(4);
        if (digits.skip("/")) f.month = digits.take(2);
        if (digits.skip("/")) f.day = digits.take(2);
    } else if (text.size() == 10 && text[2] == '.') {
        f.day = digits.take(2);
        if (digits.skip(".")) f.month = digits.take(2);
        if (digits.skip(".")) f.year = digits.take(4);
    }
    if (!digits.done() || f.year < 0 || f.month < 0 || f.day < 0) return {};
    return f;
}

/// 2020, 2020-10, 2020-10-26, 2020-10-26T09:51, 2020-10-26T09:51:08.
std::optional<Fields> iso_fields(std::string_view text) {
    Digits digits(text);
    Fields f{.year = digits.take(4)};
    if (digits.ok() && digits.skip("-")) {
        f.month = digits.take(2);
        if (digits.skip("-")) f.day = digits.take(2);
        if (f.day >= 0 && digits.skip("Tt ")) {
            f.hour = digits.take(2);
            f.minute = digits.skip(":") ? digits.take(2) : -1;
            if (f.minute < 0) return {};
            if (digits.skip(":")) f.second = digits.take(2);
            digits.skip("Zz");
        }
    }
    if (!digits.done()) return {};
    return f;
}

/// The unit the last given field names; nothing when there is no such date.
Maybe unit(const Fields& f) {
    if (f.month < 0) return year(ch::year{f.year});
    const auto which = ch::year{f.year} / ch::month{static_cast<unsigned>(f.month)};
    if (!which.ok()) return {};
    if (f.day < 0) return month(which);
    const auto date = which / ch::day{static_cast<unsigned>(f.day)};
    if (!date.ok()) return {};
    if (f.hour < 0) return day(ch::sys_days{date});
    if (f.hour > 23 || f.minute > 59 || f.second > 59) return {};
    const Instant minute = ch::sys_days{date} + ch::hours{f.hour} + ch::minutes{f.minute};
    if (f.second < 0) return stretch(minute, minute + ch::minutes{1});
    return stretch(minute + ch::seconds{f.second}, minute + ch::seconds{f.second + 1});
}

constexpr auto kMonths =
    std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july", "august",
                                     "september", "october", "november", "december"});
constexpr auto kNumbers = std::to_array<std::string_view>(
    {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"});
constexpr auto kWeekdays =
    std::to_array<std::string_view>({"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"});

/// Which of `names` the word is, or its beginning of three letters or more.
template <std::size_t N>
std::optional<unsigned> index_in(const std::array<std::string_view, N>& names, std::string_view word) {
    if (word.size() < 3) return {};
    for (unsigned i = 0; i < N; ++i)
        if (names[i].starts_with(word)) return i;
    return {};
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (c != '.' && c != ' ' && c != '_' && c != '-' && c != ',')
            words.back() += to_lower(c);
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

/// The same day so many months earlier, or the last day of a shorter month.
ch::sys_days months_before(ch::sys_days today, std::int64_t months) {
    const ch::year_month_day date{today};
    const auto which = date.year() / date.month() - ch::months{months};
    const auto same = which / date.day();
    return same.ok() ? ch::sys_days{same} : ch::sys_days{which / ch::last};
}

/// N.weeks.ago. A day and more means that day, less means that second.
Maybe ago(std::int64_t count, std::string_view what, Instant now) {
    // Far more than ten thousand years of any unit, and no product overflows.
    constexpr std::int64_t kMost = 1'000'000'000'000;
    if (count > kMost) return {};
    if (what.ends_with('s')) what.remove_suffix(1);
    const auto today = ch::floor<ch::days>(now);
    const auto second = [&](Instant at) { return stretch(at, at + ch::seconds{1}); };
    if (what == "second" || what == "sec") return second(now - ch::seconds{count});
    if (what == "minute" || what == "min") return second(now - ch::minutes{count});
    if (what == "hour") return second(now - ch::hours{count});
    // The calendar types are narrow: ten thousand years are enough to be out of range.
    constexpr std::int64_t kMostDays = 10'000 * 366;
    if (count > kMostDays) return {};
    if (what == "day") return day(today - ch::days{count});
    if (what == "week") return day(today - ch::days{std::min(count, kMostDays / 7 + 1) * 7});
    const std::int64_t per = what == "month" ? 1 : what == "year" ? 12 : 0;
    if (per == 0 || count > 10'000 * 12 / per) return {};
    return day(months_before(today, count * per));
}

Maybe calendar_unit(bool last, std::string_view what, ch::sys_days today) {
    const ch::year_month_day date{today};
    const int back = last ? 1 : 0;
    if (what == "month") return month(date.year() / date.month() - ch::months{back});
    if (what == "year") return year(date.year() - ch::years{back});
    if (what != "week") return {};
    const ch::sys_days monday = today - (ch::weekday{today} - ch::Monday) - ch::days{7 * back};
    return stretch(monday, monday + ch::days{7});
}

Maybe last_weekday(unsigned which, ch::sys_days today) {
    const ch::days since = ch::weekday{today} - ch::weekday{which};
    return day(today - (since == ch::days{0} ? ch::days{7} : since));
}

Maybe named_month(unsigned index, const std::vector<std::string>& words, ch::sys_days today) {
    const ch::month which{index + 1};
    const ch::year_month_day date{today};
    if (words.size() == 1) return month((which > date.month() ? date.year() - ch::years{1} : date.year()) / which);
    const auto typed = number(words[1]);
    if (words.size() != 2 || words[1].size() != 4 || !typed) return {};
    return month(ch::year{static_cast<int>(*typed)} / which);
}

/// 3, three, a; "last" is one, as git has it.
std::optional<std::int64_t> count_of(std::string_view word) {
    if (word == "a" || word == "an" || word == "last") return 1;
    const auto named = std::ranges::find(kNumbers, word);
    if (named != kNumbers.end()) return named - kNumbers.begin();
    return number(word);
}

/// `1.year.2.months.ago`: each step from where the one before led; the last one says how
/// long the stretch is.
Maybe steps_ago(const std::vector<std::string>& words, Instant now) {
    Maybe at;
    for (std::size_t i = 0; i + 2 < words.size(); i += 2) {
        const auto count = count_of(words[i]);
        if (!count || *count < 0) return {};
        at = ago(*count, words[i + 1], now);
        if (!at) return {};
        // A day keeps the time of day.
        const auto from = Instant{ch::seconds{*at->from}};
        const bool whole = *at->to > *at->from;
        now = whole ? from + (now - ch::floor<ch::days>(now)) : from;
    }
    return at;
}

std::optional<unsigned> day_number(std::string_view word) {
    for (const std::string_view ending : {"st", "nd", "rd", "th"})
        if (word.ends_with(ending)) word.remove_suffix(ending.size());
    const auto value = number(word);
    if (!value || *value < 1 || *value > 31 || word.size() > 2) return {};
    return static_cast<unsigned>(*value);
}

/// `26.oct.2020`, `october.26th.2020`, `26.oct`: without a year the last one that was.
Maybe named_day(const std::vector<std::string>& words, ch::sys_days today) {
    if (words.size() < 2 || words.size() > 3) return {};
    const bool month_first = index_in(kMonths, words[0]).has_value();
    const auto which = index_in(kMonths, words[month_first ? 0 : 1]);
    const auto date = day_number(words[month_first ? 1 : 0]);
    if (!which || !date) return {};
    const auto in = [&](ch::year typed) { return typed / ch::month{*which + 1} / ch::day{*date}; };
    if (words.size() == 3) {
        const auto typed = number(words[2]);
        if (words[2].size() != 4 || !typed) return {};
        const auto found = in(ch::year{static_cast<int>(*typed)});
        return found.ok() ? day(ch::sys_days{found}) : Maybe{};
    }
    const auto this_year = ch::year_month_day{today}.year();
    // February 29 may be some years ago.
    for (int back = 0; back <= 8; ++back) {
        const auto found = in(this_year - ch::years{back});
        if (found.ok() && ch::sys_days{found} <= today) return day(ch::sys_days{found});
    }
    return {};
}

/// `noon`, `midnight`, `tea` (17:00), of today or yesterday: the last that was.
Maybe time_of_day(const std::vector<std::string>& words, Instant now) {
    const auto hour = words.back() == "noon" ? 12 : words.back() == "midnight" ? 0 : words.back() == "tea" ? 17 : -1;
    if (hour < 0 || words.size() > 2) return {};
    Instant at = ch::floor<ch::days>(now) + ch::hours{hour};
    if (words.size() == 2 && words[0] != "yesterday" && words[0] != "today") return {};
    if (words.size() == 2 ? words[0] == "yesterday" : at > now) at -= ch::days{1};
    return stretch(at, at + ch::seconds{1});
}

Maybe worded(const std::vector<std::string>& words, Instant now) {
    if (words.empty()) return {};
    const auto today = ch::floor<ch::days>(now);
    if (const auto at = time_of_day(words, now)) return at;
    if (const auto at = named_day(words, today)) return at;
    if (words.size() == 1) {
        if (words[0] == "now") return stretch(now, now + ch::seconds{1});
        if (words[0] == "today") return day(today);
        if (words[0] == "yesterday") return day(today - ch::days{1});
    }
    if (words.size() >= 3 && words.size() % 2 == 1 && words.back() == "ago") return steps_ago(words, now);
    const bool last = words[0] == "last";
    if (words.size() == 2 && last) {
        if (const auto which = index_in(kWeekdays, words[1])) return last_weekday(*which, today);
    }
    if (words.size() == 2 && (last || words[0] == "this")) return calendar_unit(last, words[1], today);
    if (const auto which = index_in(kWeekdays, words[0]); which && words.size() == 1)
        return last_weekday(*which, today);
    if (const auto which = index_in(kMonths, words[0])) return named_month(*which, words, today);
    return {};
}

Maybe epoch(std::string_view digits) {
    const auto seconds = number(digits);
    if (!seconds || *seconds < kFirst.time_since_epoch().count() || *seconds >= kEnd.time_since_epoch().count())
        return {};
    return TimeRange{*seconds, *seconds};
}

}  // namespace

Result<TimeRange> parse_date_unit(std::string_view text, std::int64_t now) {
    constexpr std::string_view kHint =
        "; dates look like 2020, 2020-10, 2020-10-26, yesterday, 3.weeks.ago or last.month";
    constexpr std::size_t kLongest = 64;
    const auto fail = [&](std::string_view what) {
        return Error{ErrorKind::usage, std::string(what) + " " + quoted(text) + std::string(kHint), 0};
    };
    if (text.empty() || text.size() > kLongest) return fail("bad date");
    Maybe found;
    if (text.front() == '@') {
        found = epoch(text.substr(1));
    } else if (auto fields = compact_fields(text);
               fields || (fields = iso_fields(text)) || (fields = parted_fields(text))) {
        found = unit(*fields);
        if (!found) return fail("no such date");
    } else {
        found = worded(split_words(text), Instant{ch::seconds{now}});
    }
    if (!found) return fail("bad date");
    return *found;
}

std::string format_time(std::int64_t seconds) {
    const Instant at{ch::seconds{seconds}};
    const auto midnight = ch::floor<ch::days>(at);
    const ch::year_month_day date{midnight};
    const ch::hh_mm_ss time{at - midnight};
    const auto padded = [](auto value, std::size_t width) {
        std::string digits = std::to_string(value);
        return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
    };
    return padded(int{date.year()}, 4) + "-" + padded(unsigned{date.month()}, 2) + "-" +
           padded(unsigned{date.day()}, 2) + "T" + padded(time.hours().count(), 2) + ":" +
           padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "Z";
}

}  // namespace patchseek::query
