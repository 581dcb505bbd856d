// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"
#include "relate/fact.hpp"

namespace patchseek::document {

/// What a message tells of its place among others. `record` is make_record()'s of it.
relate::Fact fact_of(const mail::Message& message, const patch::Patch& patch, const store::Record& record,
                     const std::vector<std::string>& patch_ids);

/// What the Message-IDs of one run of git send-email, `git format-patch --thread` or b4
/// have in common: the id without the part's number. Empty for any other id.
std::string id_stem(std::string_view id);

/// The titles of a cover letter's shortlog (git shortlog: `Name (2):`, then a title a line,
/// indented by two blanks, wrapped ones by more), as written.
std::vector<std::string> shortlog_titles(std::string_view body, const std::vector<patch::Line>& lines);

}  // namespace patchseek::document
