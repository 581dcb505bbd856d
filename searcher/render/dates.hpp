#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace patchseek::render {

/// "2020-10-26" and "2020-10-26T09:51:08Z", UTC, for seconds since 1970. nullopt
/// outside the years 0000 to 9999, which RFC 3339 cannot write.
std::optional<std::string> iso_day(std::int64_t seconds);
std::optional<std::string> iso_time(std::int64_t seconds);

}  // namespace patchseek::render
