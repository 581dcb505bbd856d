// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/dates.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek;

namespace {

constexpr std::int64_t kNow = 1603705868;  // Monday 2020-10-26T09:51:08Z

std::string read(std::string_view text, std::int64_t now = kNow) {
    const auto range = query::parse_date_unit(text, now);
    if (!range) return range.error().message.substr(0, range.error().message.find(';'));
    const std::string from = query::format_time(*range->from), to = query::format_time(*range->to);
    return from == to ? from : from + " " + to;
}

}  // namespace

TEST_CASE("a date unit is all of it") {
    struct Case {
        const char *text, *expected;
    };
    for (const Case& c : {
             Case{"2020", "2020-01-01T00:00:00Z 2020-12-31T23:59:59Z"},
             Case{"2020-10", "2020-10-01T00:00:00Z 2020-10-31T23:59:59Z"},
             Case{"2020-12", "2020-12-01T00:00:00Z 2020-12-31T23:59:59Z"},
             Case{"2020-02", "2020-02-01T00:00:00Z 2020-02-29T23:59:59Z"},
             Case{"2100-02", "2100-02-01T00:00:00Z 2100-02-28T23:59:59Z"},
             Case{"2020-10-26", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"2020-02-29", "2020-02-29T00:00:00Z 2020-02-29T23:59:59Z"},
             Case{"2020-10-26T09:51", "2020-10-26T09:51:00Z 2020-10-26T09:51:59Z"},
             Case{"2020-10-26T09:51Z", "2020-10-26T09:51:00Z 2020-10-26T09:51:59Z"},
             Case{"2020-10-26T09:51:08", "2020-10-26T09:51:08Z"},
             Case{"2020-10-26T09:51:08Z", "2020-10-26T09:51:08Z"},
             Case{"2020-10-26 09:51:08", "2020-10-26T09:51:08Z"},
             Case{"20201026", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"20201026095108", "2020-10-26T09:51:08Z"},
             Case{"20201026095108Z", "2020-10-26T09:51:08Z"},
             Case{"@1603705868", "2020-10-26T09:51:08Z"},
             Case{"@0", "1970-01-01T00:00:00Z"},
             Case{"@-1", "1969-12-31T23:59:59Z"},
             Case{"1969", "1969-01-01T00:00:00Z 1969-12-31T23:59:59Z"},
             Case{"0000", "0000-01-01T00:00:00Z 0000-12-31T23:59:59Z"},
             Case{"9999-12-31", "9999-12-31T00:00:00Z 9999-12-31T23:59:59Z"},
             Case{"@253402300799", "9999-12-31T23:59:59Z"},
         }) {
        CAPTURE(c.text);
        CHECK(read(c.text) == c.expected);
    }
}

TEST_CASE("dates in words") {
    struct Case {
        const char *text, *expected;
    };
    for (const Case& c : {
             Case{"26.oct.2020", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"October 26th, 2020", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"26.10.2020", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"2020/10/26", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"1.jan", "2020-01-01T00:00:00Z 2020-01-01T23:59:59Z"},
             Case{"27.oct", "2019-10-27T00:00:00Z 2019-10-27T23:59:59Z"},
             Case{"feb.29", "2020-02-29T00:00:00Z 2020-02-29T23:59:59Z"},
             Case{"1.feb.1965", "1965-02-01T00:00:00Z 1965-02-01T23:59:59Z"},
             Case{"two.weeks.ago", "2020-10-12T00:00:00Z 2020-10-12T23:59:59Z"},
             Case{"a.day.ago", "2020-10-25T00:00:00Z 2020-10-25T23:59:59Z"},
             Case{"1.year.2.months.ago", "2019-08-26T00:00:00Z 2019-08-26T23:59:59Z"},
             Case{"1.day.2.hours.ago", "2020-10-25T07:51:08Z"},
             Case{"noon", "2020-10-25T12:00:00Z"},
             Case{"midnight", "2020-10-26T00:00:00Z"},
             Case{"yesterday.tea", "2020-10-25T17:00:00Z"},
             Case{"today", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"Yesterday", "2020-10-25T00:00:00Z 2020-10-25T23:59:59Z"},
             Case{"now", "2020-10-26T09:51:08Z"},
             Case{"1.second.ago", "2020-10-26T09:51:07Z"},
             Case{"90.minutes.ago", "2020-10-26T08:21:08Z"},
             Case{"2.hours.ago", "2020-10-26T07:51:08Z"},
             Case{"0.days.ago", "2020-10-26T00:00:00Z 2020-10-26T23:59:59Z"},
             Case{"1.day.ago", "2020-10-25T00:00:00Z 2020-10-25T23:59:59Z"},
             Case{"3.weeks.ago", "2020-10-05T00:00:00Z 2020-10-05T23:59:59Z"},
             Case{"3 weeks ago", "2020-10-05T00:00:00Z 2020-10-05T23:59:59Z"},
             Case{"3_weeks_ago", "2020-10-05T00:00:00Z 2020-10-05T23:59:59Z"},
             Case{"3-Weeks-AGO", "2020-10-05T00:00:00Z 2020-10-05T23:59:59Z"},
             Case{"1.month.ago", "2020-09-26T00:00:00Z 2020-09-26T23:59:59Z"},
             Case{"10.months.ago", "2019-12-26T00:00:00Z 2019-12-26T23:59:59Z"},
             Case{"2.years.ago", "2018-10-26T00:00:00Z 2018-10-26T23:59:59Z"},
             Case{"2000.years.ago", "0020-10-26T00:00:00Z 0020-10-26T23:59:59Z"},
             Case{"last.week", "2020-10-19T00:00:00Z 2020-10-25T23:59:59Z"},
             Case{"last.month", "2020-09-01T00:00:00Z 2020-09-30T23:59:59Z"},
             Case{"last year", "2019-01-01T00:00:00Z 2019-12-31T23:59:59Z"},
             Case{"this.week", "2020-10-26T00:00:00Z 2020-11-01T23:59:59Z"},
             Case{"this.month", "2020-10-01T00:00:00Z 2020-10-31T23:59:59Z"},
             Case{"this.year", "2020-01-01T00:00:00Z 2020-12-31T23:59:59Z"},
             Case{"monday", "2020-10-19T00:00:00Z 2020-10-19T23:59:59Z"},
             Case{"sunday", "2020-10-25T00:00:00Z 2020-10-25T23:59:59Z"},
             Case{"Tue", "2020-10-20T00:00:00Z 2020-10-20T23:59:59Z"},
             Case{"last.friday", "2020-10-23T00:00:00Z 2020-10-23T23:59:59Z"},
             Case{"october", "2020-10-01T00:00:00Z 2020-10-31T23:59:59Z"},
             Case{"november", "2019-11-01T00:00:00Z 2019-11-30T23:59:59Z"},
             Case{"may", "2020-05-01T00:00:00Z 2020-05-31T23:59:59Z"},
             Case{"oct.2018", "2018-10-01T00:00:00Z 2018-10-31T23:59:59Z"},
             Case{"February 2000", "2000-02-01T00:00:00Z 2000-02-29T23:59:59Z"},
         }) {
        CAPTURE(c.text);
        CHECK(read(c.text) == c.expected);
    }
}

TEST_CASE("the month before a longer one ends earlier") {
    constexpr std::int64_t kEndOfMarch = 1585612800;  // 2020-03-31
    CHECK(read("1.month.ago", kEndOfMarch) == "2020-02-29T00:00:00Z 2020-02-29T23:59:59Z");
    CHECK(read("last.month", kEndOfMarch) == "2020-02-01T00:00:00Z 2020-02-29T23:59:59Z");
    constexpr std::int64_t kLeapDay = 1582934400;  // 2020-02-29
    CHECK(read("1.year.ago", kLeapDay) == "2019-02-28T00:00:00Z 2019-02-28T23:59:59Z");
    constexpr std::int64_t kSunday = 1604188799;  // 2020-10-31T23:59:59Z is a Saturday, the next day a Sunday
    CHECK(read("this.week", kSunday + 1) == "2020-10-26T00:00:00Z 2020-11-01T23:59:59Z");
    CHECK(read("last.month", kSunday + 1) == "2020-10-01T00:00:00Z 2020-10-31T23:59:59Z");
}

TEST_CASE("what is no date is an error") {
    struct Case {
        const char *text, *expected;
    };
    for (const Case& c : {
             Case{"", "bad date ''"},
             Case{"2020-13", "no such date '2020-13'"},
             Case{"2020-00", "no such date '2020-00'"},
             Case{"2020-02-30", "no such date '2020-02-30'"},
             Case{"2019-02-29", "no such date '2019-02-29'"},
             Case{"20201301", "no such date '20201301'"},
             Case{"2020-10-26T24:00", "no such date '2020-10-26T24:00'"},
             Case{"2020-10-26T09:60", "no such date '2020-10-26T09:60'"},
             Case{"20201026095160", "no such date '20201026095160'"},
             Case{"2020-1", "bad date '2020-1'"},
             Case{"2020-10-2", "bad date '2020-10-2'"},
             Case{"2020-10-", "bad date '2020-10-'"},
             Case{"2020-10-26T", "bad date '2020-10-26T'"},
             Case{"2020-10-26T09", "bad date '2020-10-26T09'"},
             Case{"2020-10-26T09:51:08+02:00", "bad date '2020-10-26T09:51:08+02:00'"},
             Case{"202", "bad date '202'"},
             Case{"20201", "bad date '20201'"},
             Case{"202010", "bad date '202010'"},
             Case{"2020x", "bad date '2020x'"},
             Case{"10000-01", "bad date '10000-01'"},
             Case{"@", "bad date '@'"},
             Case{"@x", "bad date '@x'"},
             Case{"@1x", "bad date '@1x'"},
             Case{"@253402300800", "bad date '@253402300800'"},
             Case{"@99999999999999999999", "bad date '@99999999999999999999'"},
             Case{"3.weeks", "bad date '3.weeks'"},
             Case{"weeks.ago", "bad date 'weeks.ago'"},
             Case{"x.weeks.ago", "bad date 'x.weeks.ago'"},
             Case{"3.fortnights.ago", "bad date '3.fortnights.ago'"},
             Case{"9000.years.ago", "bad date '9000.years.ago'"},
             Case{"999999999999.weeks.ago", "bad date '999999999999.weeks.ago'"},
             Case{"999999999999.hours.ago", "bad date '999999999999.hours.ago'"},
             Case{"99999999999999999999.days.ago", "bad date '99999999999999999999.days.ago'"},
             Case{"last.day", "bad date 'last.day'"},
             Case{"next.week", "bad date 'next.week'"},
             Case{"mo", "bad date 'mo'"},
             Case{"mondays", "bad date 'mondays'"},
             Case{"oct.32", "bad date 'oct.32'"},
             Case{"31.feb.2020", "bad date '31.feb.2020'"},
             Case{"10/26/2020", "bad date '10/26/2020'"},
             Case{"32.10.2020", "no such date '32.10.2020'"},
             Case{"1.day.2.ago", "bad date '1.day.2.ago'"},
             Case{"oct.2020.1", "bad date 'oct.2020.1'"},
             Case{"...", "bad date '...'"},
             Case{"yesterday.x", "bad date 'yesterday.x'"},
         }) {
        CAPTURE(c.text);
        CHECK(read(c.text) == c.expected);
    }
    const auto bad = query::parse_date_unit("2020-13", kNow);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::usage);
    CHECK(bad.error().offset == 0);
    CHECK(bad.error().message.find("dates look like 2020, 2020-10") != std::string::npos);
    CHECK_FALSE(query::parse_date_unit(std::string(100000, '9'), kNow));
}
