// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/patch/subject_tag.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/fold.hpp"
#include "query/diagnostics.hpp"
#include "query/readings.hpp"
#include "render/text.hpp"

namespace patchseek {
namespace {

constexpr std::size_t kTold = 5;  ///< of messages that an id may mean

/// What a person tells messages apart by.
std::string told(search::Index& index, const std::string& id) {
    const auto hits = index.show(id);
    if (!hits || hits->empty()) return "  " + id;
    const store::Record& record = hits->front().record;
    const auto day = record.date ? render::iso_day(*record.date) : std::nullopt;
    return fmt::format("  {}  {}  {}", record.id, day.value_or("no date"), record.subject);
}

Named undecided(search::Index& index, std::string why, const std::vector<std::string>& ids, std::size_t all) {
    Named out{{}, {std::move(why)}};
    for (std::size_t i = 0; i < std::min(ids.size(), kTold); ++i) out.notes.push_back(told(index, ids[i]));
    if (all > kTold) out.notes.push_back(fmt::format("  and {} more", all - kTold));
    return out;
}

/// The id as a message itself has it, of a term of the index.
std::string id_of(search::Index& index, const std::string& term) {
    const auto hits = index.show(term);
    return hits && !hits->empty() ? hits->front().record.id : term;
}

std::optional<Named> by_beginning(search::Index& index, const std::string& given) {
    const auto found = index.values(std::string(schema::field::id->prefix), given);
    if (found.empty()) return std::nullopt;
    std::vector<std::string> ids;
    for (const auto& [id, count] : found) ids.push_back(id);
    if (ids.size() > 1)
        return undecided(index, fmt::format("'{}' is the beginning of {} ids; which is meant?", given, ids.size()), ids,
                         ids.size());
    const std::string id = id_of(index, ids.front());
    return Named{id, {fmt::format("'{}' is the beginning of '{}'", given, id)}};
}

std::optional<Named> by_commit(search::Index& index, const std::string& given) {
    if (given.size() < 7 || given.size() > 40 || !std::ranges::all_of(given, is_hex)) return std::nullopt;
    const auto story = index.story(lowered(given));
    if (!story || story->message.empty()) return std::nullopt;
    return Named{story->message, {fmt::format("the commit {} came from '{}'", story->ids.front(), story->message)}};
}

std::optional<Named> by_piece(search::Index& index, const std::string& given) {
    constexpr std::size_t kShortest = 6, kLooked = 50, kSeconds = 5;
    if (given.size() < kShortest || given.find_first_of(" \t\n") != given.npos) return std::nullopt;
    reader::Request request;
    request.query = "id:" + query::as_literal(given) + 'i';
    request.limit = kLooked;
    request.timeout = kSeconds;
    const auto answer = search_in_time(index, request);
    if (!answer || answer->page.hits.empty()) return std::nullopt;
    std::vector<std::string> ids;
    for (const reader::Hit& hit : answer->page.hits) ids.push_back(hit.record.id);
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.size() == 1) return Named{ids.front(), {fmt::format("'{}' is a piece of '{}'", given, ids.front())}};
    const std::size_t all = std::max(ids.size(), answer->page.exact ? answer->page.matches : 0);
    const char* const more = all < kLooked || answer->page.exact ? "" : " or more";
    return undecided(index, fmt::format("'{}' is a piece of {}{} ids; which is meant?", given, all, more), ids, all);
}

/// What is posted under a subject, newest first; with what stands in its brackets, else with the same title. A pasted
/// subject of a reply means what it answers.
std::optional<Named> by_subject(search::Index& index, const std::string& given) {
    constexpr std::size_t kLooked = 200, kSeconds = 5, kLongest = 1000;
    if (given.find(' ') == given.npos || given.size() > kLongest) return std::nullopt;
    std::string_view subject = trim(given);
    for (const auto* name : {"subject:", "re:", "re:"})
        if (starts_with_any_case(subject, name)) subject = trim(subject.substr(std::string_view(name).size()));
    const auto folded = [](std::string_view text) { return text::one_blank(text::fold(text)); };
    const auto title = folded(patch::parse_subject(subject).title);
    if (title.empty()) return std::nullopt;
    reader::Request request;
    request.query = query::readings("Subject: " + title).back() + " -is:reply";
    request.limit = kLooked;
    request.timeout = kSeconds;
    request.order = reader::Order::value;
    request.slot = schema::field::date->slot;
    request.descending = true;
    const auto answer = search_in_time(index, request);
    if (!answer) return std::nullopt;
    std::vector<std::string> same, like;
    for (const reader::Hit& hit : answer->page.hits) {
        if (folded(hit.record.subject) == folded(subject)) same.push_back(hit.record.id);
        if (folded(patch::parse_subject(hit.record.subject).title) == title) like.push_back(hit.record.id);
    }
    const auto& ids = same.empty() ? like : same;
    if (ids.empty()) return std::nullopt;
    if (ids.size() == 1) return Named{ids.front(), {fmt::format("the subject is that of '{}'", ids.front())}};
    auto out =
        undecided(index, fmt::format("{} messages have that subject; which is meant?", ids.size()), ids, ids.size());
    out.ids = ids;
    return out;
}

}  // namespace

Result<Named> message_named(search::Index& index, const std::string& given) {
    if (given.empty()) return Error{ErrorKind::usage, "an id is missing: what is given is empty"};
    const auto hits = index.show(given);
    if (!hits) return hits.error();
    if (!hits->empty()) {
        Named out{hits->front().record.id};
        if (out.id != given && out.id.starts_with(given))
            out.notes.push_back(fmt::format("'{}' is the beginning of '{}'", given, out.id));
        return out;
    }
    for (const auto look : {by_beginning, by_commit, by_piece, by_subject})
        if (auto named = look(index, given)) return *std::move(named);
    constexpr std::size_t kLongest = 200;  // that is said whole
    if (given.size() > kLongest) return Named{{}, {"no message has the id " + query::quoted(given)}};
    std::string none = "no message has the id '" + given + "'";
    if (given.find('@') == given.npos) none += "; to search for it: patchseek " + for_shell(given);
    return Named{{}, {std::move(none)}};
}

std::vector<std::string> ids_in_header(std::string_view headers, std::string_view name) {
    std::vector<std::string> out;
    for (std::size_t pos = 0; pos < headers.size();) {
        const auto end = std::min(headers.find('\n', pos), headers.size());
        auto line = headers.substr(pos, end - pos);
        pos = end + 1;
        if (!starts_with_any_case(line, name)) continue;
        for (auto open = line.find('<'); open != line.npos; open = line.find('<')) {
            const auto close = line.find('>', open);
            if (close == line.npos) break;
            out.emplace_back(line.substr(open + 1, close - open - 1));
            line.remove_prefix(close);
        }
    }
    return out;
}

namespace {

/// What a message answers, the nearest first.
std::vector<std::string> answered_by(const reader::Hit& hit) {
    auto out = ids_in_header(hit.text.headers, "In-Reply-To:");
    const auto all = ids_in_header(hit.text.headers, "References:");
    out.insert(out.end(), all.rbegin(), all.rend());
    return out;
}

}  // namespace

namespace {

/// Whether all are parts or covers of one work.
bool are_versions(search::Index& index, const std::vector<std::string>& ids) {
    if (ids.empty()) return false;
    const auto history = index.history(ids.front());
    if (!history) return false;
    std::set<std::string> known;
    for (const relations::Version& version : history->versions) {
        known.insert(version.id);
        for (const relations::VersionPart& part : version.parts) known.insert(part.id);
    }
    return std::ranges::all_of(ids, [&](const std::string& id) { return known.contains(id); });
}

}  // namespace

Result<Named> member_named(search::Index& index, const std::string& given) {
    auto named = message_named(index, given);
    if (named && are_versions(index, named->ids))
        named = Named{named->ids.front(), {fmt::format("the subject is that of '{}'", named->ids.front())}};
    if (!named || named->id.empty()) return named;
    constexpr std::size_t kMost = 64;  // messages that are looked at
    std::vector<std::string> ahead = {named->id};
    std::set<std::string> seen;
    while (!ahead.empty() && seen.size() < kMost) {
        const std::string id = ahead.front();
        ahead.erase(ahead.begin());
        if (!seen.insert(id).second) continue;
        const auto hits = index.show(id);
        if (!hits) return hits.error();
        const auto is_member = [](const reader::Hit& hit) {
            return !hit.relations.series.empty() || hit.record.kind == store::MessageKind::patch;
        };
        if (std::ranges::any_of(*hits, is_member)) {
            if (id != named->id)
                named->notes.push_back(
                    fmt::format("'{}' is a reply; this is the series of what it answers, '{}'", named->id, id));
            named->id = id;
            return named;
        }
        for (const reader::Hit& hit : *hits) std::ranges::move(answered_by(hit), std::back_inserter(ahead));
    }
    return named;
}

std::optional<std::string> say_named(const Result<Named>& named, int& code) {
    if (!named) return code = fail(named.error()), std::nullopt;
    for (const std::string& note : named->notes) named->id.empty() ? complain(note) : say(note);
    if (named->id.empty()) return code = kExitNoInput, std::nullopt;
    return named->id;
}

}  // namespace patchseek
