// SPDX-License-Identifier: GPL-2.0-or-later
// The message of a commit, of any bytes and any charset: what is kept of it is within the limits, and valid UTF-8 of
// one line.
#include <algorithm>

#include "commits/history.hpp"
#include "demand.hpp"
#include "patchseek/text/visible.hpp"

using patchseek::store::Commit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    patchseek::archive::GitCommit commit;
    commit.message = as_text(data, size);
    if (size > 0 && data[0] % 4 == 0) commit.encoding = data[0] % 8 == 0 ? "ISO-8859-1" : "UTF-16";
    const auto text = patchseek::commits::read_text(commit);
    const auto short_line = [](const std::string& one) {
        return one.size() <= Commit::kLongest + 3 && patchseek::text::valid_utf8(one) == one;
    };
    demand(short_line(text.subject) && text.subject.find('\n') == text.subject.npos);
    demand(text.messages.size() <= Commit::kMostNamed && std::ranges::all_of(text.messages, short_line));
    demand(text.references.size() <= Commit::kMostNamed && text.trailers.size() <= Commit::kMostNamed);
    for (const auto& [kind, id] : text.references)
        demand(id.size() >= 7 && id.size() <= 40 && id.find_first_not_of("0123456789abcdef") == id.npos);
    for (const auto& [name, value] : text.trailers) demand(short_line(name) && short_line(value));
    return 0;
}
