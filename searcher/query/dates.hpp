// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

namespace patchseek::query {

/// Seconds since 1970, UTC, both ends included.
struct TimeRange {
    std::optional<std::int64_t> from, to;
};

/// The stretch of time that a date names, all of it: a year is from its first second to its last. Both
/// ends are set. Everything is UTC; weeks begin on Monday; `now` is in seconds since 1970.
///
///   2020, 2020-10, 2020-10-26, 20201026            a year, a month, a day
///   2020-10-26T09:51, …:08, 20201026095108         a minute, a second; a Z may follow
///   2020/10/26, 26.10.2020                         a day
///   26.oct.2020, october.26th.2020, 26.oct         a day; without a year the last one that was
///   @1603705868                                    a second, also before 1970: @-1
///   today, yesterday, now, noon, midnight, tea     noon and the like: the last one that was
///   3.weeks.ago                                    that day (days, weeks, months, years),
///                                                  that second (hours, minutes, seconds)
///   two.weeks.ago, a.year.2.months.ago             the same, in words and in steps
///   last.month, this.month (week, month, year)     the calendar unit
///   monday                                         the last one before today, as git has it
///   october, oct.2020                              the month, the last one begun
///
/// The forms are those of git's approxidate, save that what is no date is an Error and no guess; its
/// offset is 0. Words in any case; a dot, comma, blank, underscore or hyphen between them. Years 0000 to
/// 9999.
Result<TimeRange> parse_date_unit(std::string_view text, std::int64_t now);

/// 2020-10-26T09:51:08Z.
std::string format_time(std::int64_t seconds);

}  // namespace patchseek::query
