#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchseek::query {

/// The date, or range of dates, that is meant by a text which is none: `10/26/2020`, `31.2.2020` (the last
/// day there is), `2020-1-5`, `2020-13-05`, `oct2020`, `7d`, `>2020`, `2020-2021`, the Date line of a mail, a
/// misspelt word. As it is written here, and parse_date_unit() takes each side. Nothing if
/// there is no telling.
std::optional<std::string> meant_date(std::string_view text, std::int64_t now);

}  // namespace patchseek::query
