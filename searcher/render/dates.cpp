#include "dates.hpp"

#include <fmt/format.h>

#include <chrono>

namespace patchseek::render {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

constexpr sys_seconds kFirst = sys_days{year{0} / 1 / 1};
constexpr sys_seconds kEnd = sys_days{year{10000} / 1 / 1};

std::string day(sys_days date) {
    const std::chrono::year_month_day parts(date);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                       static_cast<unsigned>(parts.day()));
}

bool can_write(std::int64_t since_1970) {
    return since_1970 >= kFirst.time_since_epoch().count() && since_1970 < kEnd.time_since_epoch().count();
}

}  // namespace

std::optional<std::string> iso_day(std::int64_t since_1970) {
    if (!can_write(since_1970)) return std::nullopt;
    return day(std::chrono::floor<days>(sys_seconds{seconds{since_1970}}));
}

std::optional<std::string> iso_time(std::int64_t since_1970) {
    if (!can_write(since_1970)) return std::nullopt;
    const sys_seconds time{seconds{since_1970}};
    const sys_days date = std::chrono::floor<days>(time);
    const auto left = (time - date).count();
    return fmt::format("{}T{:02}:{:02}:{:02}Z", day(date), left / 3600, left / 60 % 60, left % 60);
}

}  // namespace patchseek::render
