// SPDX-License-Identifier: GPL-2.0-or-later
// Input: the first line is a subject, the rest the body of a mail: what it says of applied patches is within the
// limits, and is stored and read again as it was.
#include <algorithm>
#include <string>

#include "demand.hpp"
#include "document/applied.hpp"
#include "document/notices.hpp"
#include "document/sentences.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/subject_tag.hpp"

using patchseek::document::Applied;

namespace {

void check(const std::optional<Applied>& applied) {
    if (!applied) return;
    demand(!applied->parts.empty() && applied->parts.size() <= 600);
    demand(applied->tree.size() <= 63 && applied->tree.find('\n') == applied->tree.npos);
    demand(!(applied->dropped && applied->except));
    for (const Applied::Part& part : applied->parts) {
        demand(part.commit.empty() || patchseek::document::is_commit(part.commit));
        demand(part.title.find('\n') == part.title.npos);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(as_text(data, size));
    const auto end = std::min(input.find('\n'), input.size());
    const std::string subject = input.substr(0, end), body = input.substr(std::min(end + 1, input.size()));
    check(patchseek::document::applied_of(body, patchseek::patch::classify(body)));
    check(patchseek::document::notice_of(patchseek::patch::parse_subject(subject), body));
    check(patchseek::document::applied_in(subject));
    return 0;
}
