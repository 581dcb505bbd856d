// SPDX-License-Identifier: GPL-2.0-or-later
#include "date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>

#include "header.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::mail {
namespace {

constexpr int kMinutesPerHour = 60;
// The zones of the world reach from -12:00 to +14:00.
constexpr int kEasternmost = 14 * kMinutesPerHour, kWesternmost = -12 * kMinutesPerHour;

bool all_digits(std::string_view s) { return !s.empty() && std::ranges::all_of(s, is_digit); }

std::optional<int> number(std::string_view s, std::size_t most_digits) {
    if (s.size() > most_digits || !all_digits(s)) return std::nullopt;
    int value = 0;
    std::from_chars(s.data(), s.data() + s.size(), value);
    return value;
}

// "Mon", "Monday": three letters, or more of the whole name.
template <std::size_t N>
std::optional<int> index_of(std::string_view word, const std::array<std::string_view, N>& names) {
    if (word.size() < 3) return std::nullopt;
    for (std::size_t i = 0; i < N; ++i)
        if (same_name(word, names[i].substr(0, word.size()))) return static_cast<int>(i);
    return std::nullopt;
}

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};

struct Zone {
    std::string_view name;
    int hours;
};
// RFC 5322, 4.3, and those of Europe and Asia that mail programs wrote. A name that has
// two meanings (IST, BST) is read as no name: as UTC.
constexpr auto kZones = std::to_array<Zone>(
    {{"ut", 0},   {"utc", 0},  {"gmt", 0},  {"z", 0},    {"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5},
     {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}, {"wet", 0},  {"west", 1}, {"cet", 1},  {"cest", 2},
     {"met", 1},  {"mest", 2}, {"eet", 2},  {"eest", 3}, {"msk", 3},  {"msd", 4},  {"jst", 9},  {"kst", 9}});

// The words of a date, taken in order.
class Reader {
public:
    // False when the word says that this is no date.
    bool take(std::string_view word);
    std::optional<std::int64_t> finish() const;

private:
    bool take_number(std::string_view word);
    bool take_joined(std::string_view word);
    bool take_time(std::string_view word);
    bool take_year(std::string_view word);
    void take_zone(std::string_view word);
    void take_name(std::string_view word);

    std::optional<int> day_, month_, year_, hour_, zone_;
    int minute_ = 0, second_ = 0;
};

// "13:51:08", "13.51", "13:51:08.123", with a zone glued to it: "13:51:08+0200".
bool Reader::take_time(std::string_view word) {
    const auto sign = word.find_first_of("+-Zz");
    const auto rest = sign == word.npos ? std::string_view() : word.substr(sign);
    word = word.substr(0, sign);
    std::array<int, 3> fields{};
    std::size_t count = 0;
    while (!word.empty() && count < fields.size()) {
        const auto end = std::min(word.find_first_of(":."), word.size());
        const auto field = number(word.substr(0, end), 2);
        if (!field) return false;
        fields[count++] = *field;
        word.remove_prefix(std::min(end + 1, word.size()));
    }
    // A 60th second is a leap second.
    if (count < 2 || fields[0] > 23 || fields[1] > 59 || fields[2] > 60) return false;
    hour_ = fields[0];
    minute_ = fields[1];
    second_ = fields[2];
    if (!rest.empty() && rest.front() != 'Z' && rest.front() != 'z') take_zone(rest);
    return true;
}

// RFC 5322, 4.3: what programs without a thought for 2000 wrote.
bool Reader::take_year(std::string_view word) {
    const auto year = number(word, 4);
    if (!year || year_) return false;
    constexpr int kCentury = 1900, kSplit = 50;
    if (word.size() == 4)
        year_ = year;
    else if (word.size() == 3)
        year_ = kCentury + *year;
    else
        year_ = kCentury + *year + (*year < kSplit ? 100 : 0);
    return true;
}

// "+0200", "+02:00", "--500", "+2", "+0090". Hours that no zone has are as good as none.
void Reader::take_zone(std::string_view word) {
    if (zone_) return;
    const bool west = word.front() == '-';
    std::string digits;
    for (const char c : word)
        if (is_digit(c)) digits += c;
    const auto value = number(digits, 4);
    if (!value) return;
    const int hours = digits.size() <= 2 ? *value : *value / 100, minutes = digits.size() <= 2 ? 0 : *value % 100;
    const int offset = (hours * kMinutesPerHour + minutes) * (west ? -1 : 1);
    zone_ = offset > kEasternmost || offset < kWesternmost ? 0 : offset;
}

bool Reader::take_number(std::string_view word) {
    if (!day_ && word.size() <= 2) {
        day_ = number(word, 2);
        return true;
    }
    if (!year_) return take_year(word);
    if (!hour_) return false;
    take_zone(word);
    return true;
}

// "2020-10-26", "26-Oct-2020", "2020-10-26T11:51:08Z".
bool Reader::take_joined(std::string_view word) {
    const auto first = word.find_first_of("-/"), second = word.find_first_of("-/", first + 1);
    if (first == word.npos || second == word.npos) return false;
    auto last = word.substr(second + 1);
    const auto middle = word.substr(first + 1, second - first - 1);
    if (first == 4) {
        const auto end = std::min(last.find_first_not_of("0123456789"), last.size());
        const auto month = number(middle, 2);
        if (!month || !take_year(word.substr(0, first))) return false;
        month_ = *month - 1;
        day_ = number(last.substr(0, end), 2);
        last.remove_prefix(end);
        return last.empty() || ((last.front() == 'T' || last.front() == 't') && take_time(last.substr(1)));
    }
    day_ = number(word.substr(0, first), 2);
    month_ = index_of(middle, kMonths);
    return day_ && month_ && take_year(last);
}

void Reader::take_name(std::string_view word) {
    if (const auto month = index_of(word, kMonths); month && !month_) {
        month_ = month;
        return;
    }
    const auto* const zone = std::ranges::find_if(kZones, [&](const Zone& z) { return same_name(z.name, word); });
    if (zone != kZones.end() && hour_ && !zone_) zone_ = zone->hours * kMinutesPerHour;
}

// "GMT+0100" of JavaScript's dates: what is added to the zone stands behind it.
bool is_offset_of_zone(std::string_view word) {
    const auto sign = word.find_first_of("+-");
    return sign == 3 && (same_name(word.substr(0, sign), "gmt") || same_name(word.substr(0, sign), "utc")) &&
           all_digits(word.substr(sign + 1));
}

bool Reader::take(std::string_view word) {
    if (hour_ && is_offset_of_zone(word)) word.remove_prefix(3);
    if (is_alpha(word.front())) {
        take_name(word.substr(0, word.find('.')));
        return true;
    }
    if (hour_ && (word.front() == '+' || word.front() == '-')) {
        take_zone(word);
        return true;
    }
    if (!is_digit(word.front())) return true;
    if (all_digits(word)) return take_number(word);
    if (!hour_ && word.find_first_of(":.") < 3) return take_time(word);
    return take_joined(word);
}

std::optional<std::int64_t> Reader::finish() const {
    constexpr int kFirstYear = 1900, kLastYear = 2100;
    if (!day_ || !month_ || !year_ || *year_ < kFirstYear || *year_ > kLastYear) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year_),
                                           std::chrono::month(static_cast<unsigned>(*month_ + 1)),
                                           std::chrono::day(static_cast<unsigned>(*day_)));
    if (!date.ok()) return std::nullopt;
    const std::chrono::sys_days days(date);
    const auto time = days + std::chrono::hours(hour_.value_or(0)) + std::chrono::minutes(minute_ - zone_.value_or(0)) +
                      std::chrono::seconds(second_);
    return time.time_since_epoch().count();
}

}  // namespace

std::optional<std::int64_t> decode_date(std::string_view value) {
    constexpr std::size_t kLongest = 200;
    constexpr std::string_view kBetween = " \t\r\n,;";
    value = value.substr(0, kLongest);
    Reader reader;
    for (auto begin = value.find_first_not_of(kBetween); begin != value.npos;
         begin = value.find_first_not_of(kBetween, begin)) {
        if (value[begin] == '(') break;  // a comment stands last, and repeats the zone
        const auto end = std::min(value.find_first_of(kBetween, begin), value.size());
        if (!reader.take(value.substr(begin, end - begin))) return std::nullopt;
        begin = end;
    }
    return reader.finish();
}

}  // namespace patchseek::mail
