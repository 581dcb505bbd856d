// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/schema/schema.hpp"
#include "reader/deadline.hpp"
#include "render/discussion.hpp"
#include "render/versions.hpp"

namespace patchseek {
namespace {

/// A value of a field as a query has it, whatever stands in it.
std::string as_value(const std::string& id) {
    const bool plain = id.find_first_of(" \t()\"{}") == id.npos;
    return plain || id.find('"') != id.npos ? id : '"' + id + '"';
}

}  // namespace

std::string thread_query(const std::string& id) { return "thread:" + as_value(id); }

int run_thread(const Options& options) {
    auto index = open_index(options);
    if (!index) return fail(index.error());
    int code = kExitOk;
    const auto id = say_named(message_named(*index, options.show_id), code);
    if (!id) return code;
    if (options.format != render::Format::text && options.format != render::Format::oneline) {
        Options all = options;  // for programs, as any answer
        all.query = thread_query(*id);
        all.query_from_stdin = false;
        return run_search(all);
    }
    auto found = index->show(*id);
    if (!found) return fail(found.error());
    auto request = request_of(options);
    if (!request) return fail(request.error());
    request->query = thread_query(*id);
    request->limit = request->offset = 0;
    request->texts = true;
    request->advice = request->snippets = false;
    const auto answer = search_in_time(*index, *request);
    if (!answer) return fail_at(request->query, answer.error());
    say_notes(*answer, options);
    // A message that came after threads were last made out is a discussion of its own.
    const auto& hits = answer->page.hits.empty() ? *found : answer->page.hits;
    Screen screen(options, true);
    const auto detail = options.format == render::Format::oneline ? render::Detail::outline
                        : options.full                            ? render::Detail::whole
                                                                  : render::Detail::fresh;
    const bool outline = detail == render::Detail::outline;
    render::write_discussion(hits, detail, outline ? std::set{*id} : std::set<std::string>(), screen.style, screen.out);
    return finish(screen.out, code_of(*answer, true));
}

namespace {

/// What is drawn once for all hits that belong to it.
class Groups {
public:
    Groups(search::Index& index, const reader::Request& request, const render::Style& style, render::Output& out)
        : index_(index), request_(request), style_(style), out_(out) {}

    Result<Done> draw(const std::vector<reader::Hit>& hits, Options::Group by) {
        for (const reader::Hit& hit : hits) marked_.insert(hit.record.id);
        for (const reader::Hit& hit : hits) {
            if (out_.failed()) break;
            auto done = by == Options::Group::thread ? thread(hit) : series(hit);
            if (!done) return done;
        }
        return Done{};
    }

private:
    void begin() {
        if (!first_) out_.write("\n");
        first_ = false;
    }
    Result<Done> thread(const reader::Hit& hit) {
        if (!drawn_.insert(hit.relations.thread.empty() ? hit.record.id : hit.relations.thread).second) return Done{};
        if (hit.relations.thread.empty()) return alone(hit);
        if (const reader::Watchdog::Pause pause; !out_.flush()) return Done{};
        request_.query = thread_query(hit.relations.thread);
        const auto answer = search_in_time(index_, request_);
        if (!answer) return answer.error();
        begin();
        render::write_discussion(answer->page.hits, render::Detail::outline, marked_, style_, out_);
        return Done{};
    }
    Result<Done> series(const reader::Hit& hit) {
        if (drawn_.contains(hit.record.id)) return Done{};
        const auto reviews = index_.reviews(hit.record.id);
        if (!reviews) return reviews.error();
        if (!reviews->history.known) return alone(hit);
        for (const relations::Version& version : reviews->history.versions) {
            drawn_.insert(version.id);
            for (const relations::VersionPart& part : version.parts) drawn_.insert(part.id);
        }
        begin();
        render::write_series(*reviews, marked_, style_, out_);
        return Done{};
    }
    Result<Done> alone(const reader::Hit& hit) {
        begin();
        render::write_discussion({hit}, render::Detail::outline, marked_, style_, out_);
        return Done{};
    }

    search::Index& index_;
    reader::Request request_;
    const render::Style& style_;
    render::Output& out_;
    std::set<std::string> marked_, drawn_;
    bool first_ = true;
};

}  // namespace

int run_groups(const Options& options) {
    int failed = kExitOk;
    auto asked = ask(options, failed);
    if (!asked) return failed;
    auto& [index, request] = *asked;
    request.snippets = false;
    request.short_ids = true;
    request.lookup = reader::Lookup::relations;
    bool more = false;
    const auto answer = search_page(index, request, false, more);
    if (!answer) return fail_at(request.query, answer.error());
    say_notes(*answer, options);
    if (answer->page.hits.empty() && !answer->partial) say_nothing(index, *answer, request.query);
    int ended = kExitOk;
    {
        Screen screen(options, !answer->page.hits.empty());
        request.limit = request.offset = 0;
        request.texts = true;
        request.advice = false;
        const auto done = Groups(index, request, screen.style, screen.out).draw(answer->page.hits, options.group);
        if (!done) return fail(done.error());
        ended = finish(screen.out, code_of(*answer, !answer->page.hits.empty()));
    }
    if (more && ended != kExitReaderGone) say_more(answer->page, options);
    return ended;
}

}  // namespace patchseek
