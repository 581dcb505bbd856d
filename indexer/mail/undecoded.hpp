#pragma once

#include <string>
#include <string_view>

#include "header.hpp"

namespace patchseek::mail {

/// The bytes of a body where undoing its charset changes them, else empty: what a
/// digest of a patch must go over, since git knows a file's bytes and no charset.
/// Only for a mail of one plain part: of others the decoded text must do. Line ends as
/// they came.
std::string undecoded_body(const HeaderBlock& header, std::string_view raw);

}  // namespace patchseek::mail
