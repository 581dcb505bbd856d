// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "actions.hpp"
#include "common.hpp"
#include "outbox/am.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek {
namespace {

/// The series of a message, oldest version first; of a patch that stands alone, itself.
Result<std::vector<relations::Version>> versions_of(search::Index& index, const std::string& id) {
    const auto history = index.history(id);
    if (!history) return history.error();
    if (!history->found) return Error{ErrorKind::no_input, "no message has the id '" + id + "'"};
    if (history->known) return history->versions;
    const auto hits = index.show(id);
    if (!hits) return hits.error();
    const auto patch =
        std::ranges::find(*hits, store::MessageKind::patch, [](const reader::Hit& hit) { return hit.record.kind; });
    if (patch == hits->end()) return Error{ErrorKind::no_input, "'" + id + "' is no patch and in no series"};
    relations::Version alone;
    alone.number = patch->record.version.value_or(1);
    alone.total = patch->record.total.value_or(1);
    alone.id = patch->record.id;
    alone.parts.push_back({patch->record.part.value_or(1), patch->record.id});
    return std::vector{alone};
}

/// The message of a part; of several with its id the one that says so.
Result<reader::Hit> message_of(search::Index& index, const relations::VersionPart& part) {
    auto hits = index.show(part.id);
    if (!hits) return hits.error();
    const auto is_part = [&](const reader::Hit& hit) { return hit.record.part.value_or(1) == part.number; };
    auto hit = std::ranges::find_if(*hits, is_part);
    if (hit == hits->end()) hit = hits->begin();
    if (hit == hits->end()) return Error{ErrorKind::busy, "the index changed while it was read; try again"};
    return std::move(*hit);
}

/// What replies give a part, then what they gave the same patch in older versions.
Result<std::vector<reader::Credited>> credits_of(search::Index& index, const std::vector<relations::Version>& versions,
                                                 const outbox::AmPart& wanted, const reader::Hit& hit) {
    std::vector<reader::Credited> out = hit.relations.credited;
    for (const relations::Version& version : versions)
        for (const relations::VersionPart& part : version.parts) {
            const bool same = !part.patch_id.empty() && part.patch_id == wanted.part->patch_id;
            if (!same || part.id == wanted.part->id) continue;
            auto older = message_of(index, part);
            if (!older) return older.error();
            std::ranges::move(older->relations.credited, std::back_inserter(out));
        }
    return out;
}

/// Whether a reply speaks of a whole version: on its way up the discussion its cover letter comes before a part.
bool is_of_cover(search::Index& index, const std::vector<relations::Version>& versions, std::string id) {
    constexpr int kDeepest = 64;
    for (int i = 0; i < kDeepest && !id.empty(); ++i) {
        const auto hits = index.show(id);
        if (!hits || hits->empty()) return false;
        const auto answered = ids_in_header(hits->front().text.headers, "In-Reply-To:");
        if (answered.empty()) return false;
        id = answered.front();
        for (const relations::Version& version : versions) {
            if (std::ranges::find(version.parts, id, &relations::VersionPart::id) != version.parts.end()) return false;
            if (version.id == id) return true;
        }
    }
    return false;
}

/// Takes out of credits what was said of a cover letter, and says so once: b4 adds that only when it is told to.
void leave_out_covers(search::Index& index, const std::vector<relations::Version>& versions,
                      std::vector<reader::Credited>& credits, std::map<std::string, bool>& known) {
    std::erase_if(credits, [&](const reader::Credited& one) {
        const auto [reply, added] = known.try_emplace(one.reply, false);
        if (added) reply->second = is_of_cover(index, versions, one.reply);
        const std::string trailer = one.reply + '\n' + one.trailer.name + one.trailer.value;
        if (reply->second && known.try_emplace(trailer, true).second)
            say(fmt::format("given to the cover letter: {}: {}; --apply-cover-trailers adds it to each part",
                            one.trailer.name, one.trailer.value));
        return reply->second;
    });
}

/// Says so where a message is asked for and a newer version is written: that may be another patch with one title.
void say_newer(const std::vector<relations::Version>& versions, const std::string& asked) {
    const relations::Version& newest = versions.back();
    const auto has = [&](const relations::Version& one) {
        return one.id == asked || std::ranges::find(one.parts, asked, &relations::VersionPart::id) != one.parts.end();
    };
    if (has(newest)) return;
    const auto older = std::ranges::find_if(versions, has);
    if (older != versions.end())
        say(fmt::format("'{}' is of {}; the newest is written, {}: '{}'", asked, older->name(), newest.name(),
                        newest.id));
}

/// Says of which versions the parts are, where they are of several.
void say_merged(const std::vector<outbox::AmPart>& parts, const relations::Version& newest) {
    for (const outbox::AmPart& one : parts)
        if (one.version->name() != newest.name())
            say(fmt::format("{}/{} is of {}, since {} has it not", one.part->number, newest.total, one.version->name(),
                            newest.name()));
}

Result<Done> write_parts(search::Index& index, const Options& options, const std::vector<relations::Version>& versions,
                         std::string& mbox) {
    const auto parts = outbox::parts_to_apply(versions);
    if (!parts) return parts.error();
    say_merged(*parts, versions.back());
    std::map<std::string, bool> of_cover;  // replies; and what has been said
    for (const outbox::AmPart& part : *parts) {
        const auto hit = message_of(index, *part.part);
        if (!hit) return hit.error();
        std::vector<patch::Trailer> more;
        if (options.with_trailers) {
            auto credits = credits_of(index, versions, part, *hit);
            if (!credits) return credits.error();
            if (!options.cover_trailers) leave_out_covers(index, versions, *credits, of_cover);
            more = outbox::trailers_to_add(hit->record.trailers, *credits);
        }
        for (const patch::Trailer& trailer : more)
            say(fmt::format("{}/{} + {}: {}", part.part->number, versions.back().total, trailer.name, trailer.value));
        mbox += outbox::am_entry(hit->text, more);
    }
    return Done{};
}

}  // namespace

int run_am(const Options& options) {
    auto index = open_index(options);
    if (!index) return fail(index.error());
    int code = kExitOk;
    const auto id = say_named(member_named(*index, options.versions_id), code);
    if (!id) return code;
    const auto versions = versions_of(*index, *id);
    if (!versions) return fail(versions.error());
    say_newer(*versions, *id);
    std::string mbox;  // whole or not at all: git am would apply what there is
    if (const auto done = write_parts(*index, options, *versions, mbox); !done) return fail(done.error());
    render::Output out(STDOUT_FILENO);
    out.write(out.is_terminal() ? text::visible(mbox, text::Breaks::keep) : mbox);
    return finish(out, kExitOk);
}

}  // namespace patchseek
