// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "actions.hpp"
#include "common.hpp"
#include "kept.hpp"
#include "outbox/mailbox.hpp"
#include "patchseek/base/exit_code.hpp"

namespace patchseek {
namespace {

/// The exact bytes of a hit.
Result<std::string> raw_of(search::Index& index, const reader::Hit& hit) {
    auto hits = index.show(hit.record.id);
    if (!hits) return hits.error();
    const auto same = [&](const reader::Hit& one) { return one.record.digest == hit.record.digest; };
    const auto found = std::ranges::find_if(*hits, same);
    if (found == hits->end()) return Error{ErrorKind::busy, "the index changed while it was read; try again"};
    return std::move(found->text.raw);
}

int deliver(search::Index& index, const reader::Page& page, const Options& options, int code) {
    const auto fetch = [&](const reader::Hit& hit) { return raw_of(index, hit); };
    const bool maildir = options.out_kind == Options::Out::maildir;
    const auto others = options.only_new ? outbox::Others::stay : outbox::Others::go;
    const auto done = maildir ? outbox::deliver(options.out_path, page.hits, fetch, others)
                              : outbox::write_mbox(options.out_path, page.hits, fetch);
    if (!done) return fail(done.error());
    const auto path = options.out_path.native();
    if (!maildir)
        say(fmt::format("'{}': {} written", path, done->added));
    else if (options.only_new)
        say(fmt::format("'{}': {} added, {} there already", path, done->added, done->kept));
    else
        say(fmt::format("'{}': {} added, {} there already, {} removed", path, done->added, done->kept, done->removed));
    return code;
}

}  // namespace

int run_deliver(const Options& options) {
    int failed = kExitOk;
    auto asked = ask(options, failed);
    if (!asked) return failed;
    auto& [index, request] = *asked;
    request.snippets = false;
    request.lookup = reader::Lookup::none;
    std::optional<FoundBefore> before;
    if (options.only_new) {
        auto read = FoundBefore::read(options.kept_name, name_of_indexes(options));
        if (!read) return fail(read.error());
        before = std::move(*read);
        request.leave_out.has = [&](const store::Record& record) { return before->has(record); };
        request.advice = false;
    }
    bool more = false;
    const auto answer = search_page(index, request, options.sort.empty() && asks_for_parts(request), more);
    if (!answer) return fail_at(request.query, answer.error());
    say_notes(*answer, options);
    if (answer->partial) {  // what was not found in time must not be removed
        say(fmt::format("'{}' stays as it is", options.out_path.native()));
        return kExitPartial;
    }
    const reader::Page& page = answer->page;
    if (page.hits.empty() && before) say("nothing new");
    if (page.hits.empty() && !before) say_nothing(index, *answer, request.query);
    const int code = code_of(*answer, !page.hits.empty());
    if (const int ended = deliver(index, page, options, code); ended != code) return ended;
    if (!before) {
        if (!options.kept_name.empty()) remember_run(index, request, options);
        return code;
    }
    say_others(page);
    const auto done = before->add(page.hits);
    return done ? code : fail(done.error());
}

}  // namespace patchseek
