// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a field or a value that is none probably means, for the "did you mean" of an error. Most
/// wrong ones are right in another program: git, notmuch, mu, public-inbox, patchwork, web mail.
///
/// Text only: nothing here knows of any index. A function without an answer returns nothing.
namespace patchseek::query {

/// `name:value`, whose name is no field, as it is written here: "subject:" if the name alone is to be
/// replaced, else the whole part of the query, as "size:5M.." for larger:5M.
std::optional<std::string> guess_field(std::string_view name, std::string_view value);

/// Whether `name:` asks for what a mail program keeps beside the mail: flags, labels, folders.
bool is_mailbox_field(std::string_view name);

/// The value of `is:` or `op:` that is meant by another word for it: "create" for op:new. Where no value is, the part
/// of a query that is: "-is:latest" for is:old.
std::optional<std::string_view> guess_value(std::string_view field, std::string_view value);

/// The number or range that is meant by one such as `v2`, `>3` or `10kb`.
std::optional<std::string> guess_number(std::string_view text);

/// The date or range of dates that is meant by a text which is none: `10/26/2020`, `31.2.2020` (the
/// last day of the month), `2020-1-5`, `2020-13-05`, `oct2020`, `7d`, `>2020`, `2020-2021`, the Date
/// line of a mail, a misspelt word. parse_date_unit() accepts the answer, or each side of it. `now`
/// is in seconds since 1970.
std::optional<std::string> guess_date(std::string_view text, std::int64_t now);

}  // namespace patchseek::query
