// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace patchseek::mail {

/// Seconds since 1970 UTC of an RFC 5322 date, of asctime(3), or of ISO 8601. As odd as mail has them: years of two and
/// three digits (RFC 5322, 4.3), dots in the time, commas anywhere, a zone with two signs, or with 60 minutes and more;
/// a zone that no place on earth has, or none, is UTC. nullopt for anything that is no date, for days and times that
/// do not exist, and outside of the years 1900 to 2100.
std::optional<std::int64_t> decode_date(std::string_view value);

}  // namespace patchseek::mail
