// SPDX-License-Identifier: GPL-2.0-or-later
#include "actions.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "patchseek/patch/subject_tag.hpp"
#include "query/parser.hpp"
#include "query/readings.hpp"
#include "reader/deadline.hpp"

namespace patchseek {
namespace {

using Posting = std::vector<reader::Hit>;

/// Where a hit stands in its posting: the cover, then part by part.
auto place_in_posting(const reader::Hit& hit) {
    return std::tuple(hit.record.part, hit.record.date.value_or(INT64_MAX), hit.record.id);
}

/// Posting by posting, in the order that `--versions` has, and in each the cover and the parts; what is no part comes
/// last, by date. Numbers of versions alone would not tell an RFC from what was posted in earnest after it.
void put_in_part_order(std::vector<reader::Hit>& hits) {
    std::map<std::string, Posting> by_series;  // of those in no series by their version
    Posting others;
    for (reader::Hit& hit : hits) {
        std::string series = hit.relations.series;
        if (series.empty() && hit.record.part) series = std::to_string(hit.record.version.value_or(1));
        (series.empty() ? others : by_series[series]).push_back(std::move(hit));
    }
    std::vector<Posting> postings;
    for (auto& [name, posting] : by_series) postings.push_back(std::move(posting));
    for (Posting& posting : postings) std::ranges::sort(posting, {}, place_in_posting);
    std::ranges::stable_sort(postings, {}, [](const Posting& one) { return one.front().record.date; });
    const auto tag = [](const Posting& one) { return patch::parse_subject(one.front().record.subject); };
    patch::order_versions(
        postings, [&](const Posting& one) { return std::pair(one.front().record.version.value_or(1), tag(one).minor); },
        [&](const Posting& one) { return tag(one).rfc; });
    std::ranges::sort(others, {}, place_in_posting);
    postings.push_back(std::move(others));
    hits.clear();
    for (Posting& posting : postings) std::ranges::move(posting, std::back_inserter(hits));
}

/// Leaves of all hits those of a page.
void cut_page(std::vector<reader::Hit>& hits, std::size_t offset, std::size_t limit) {
    hits.erase(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(std::min(offset, hits.size())));
    if (limit > 0 && hits.size() > limit) hits.erase(hits.begin() + static_cast<std::ptrdiff_t>(limit), hits.end());
}

}  // namespace

Result<reader::Answer> search_in_time(search::Index& index, const reader::Request& request) {
    const reader::Watchdog watchdog(request.timeout);
    return index.search(request);
}

std::string meant_query(search::Index& index, const reader::Request& request) {
    reader::Request asked = request;
    asked.count = true;
    asked.advice = asked.explain = asked.snippets = asked.texts = false;
    const std::string typed = query::with_list_ids(request.query, request.lists);
    const auto whole = [&](const std::string& beginning) { return index.whole_id(beginning); };
    const auto readings = query::readings(typed);
    for (const std::string& reading : readings) {
        asked.query = query::with_plain_ids(reading, whole);
        const auto answer = search_in_time(index, asked);
        if (answer && answer->page.matches > 0) return asked.query;
    }
    // What is no query, or would ask for something else.
    const bool cut_id = typed.ends_with("\u2026");
    if (!readings.empty() && (query::is_diff(typed) || cut_id || !query::parse(typed, {request.any, request.now})))
        return query::with_plain_ids(readings.front(), whole);
    const std::string plain = query::with_plain_ids(typed, whole);
    const std::string longer = query::with_plain_ids(typed, whole, true);
    if (longer == plain) return plain;
    // An id that is written down may be that of no message here.
    asked.query = plain;
    const auto answer = search_in_time(index, asked);
    return answer && answer->page.matches == 0 ? longer : plain;
}

bool asks_for_parts(const reader::Request& request) {
    const auto parsed = query::parse(request.query, {request.any, request.now});
    if (!parsed) return false;
    const auto is_series = [](const query::Node& node) {
        return node.field && (node.field->name == "series" || node.field->name == "versions");
    };
    const query::Node& root = parsed->root;
    return is_series(root) || (root.kind == query::Node::Kind::and_ && std::ranges::any_of(root.children, is_series));
}

Result<reader::Answer> search_page(search::Index& index, reader::Request request, bool in_parts, bool& more) {
    const auto [offset, limit] = std::pair(request.offset, request.limit);
    // One hit more than is shown tells whether there are more, where counting them would take long.
    if (in_parts) {
        request.offset = request.limit = 0;
        request.lookup = reader::Lookup::relations;
    } else if (limit > 0 && limit < SIZE_MAX) {
        ++request.limit;
    }
    auto answer = search_in_time(index, request);
    if (!answer) return answer;
    auto& hits = answer->page.hits;
    if (in_parts) put_in_part_order(hits);
    const std::size_t first = in_parts ? std::min(offset, hits.size()) : 0;
    more = limit > 0 && hits.size() - first > limit;
    cut_page(hits, first, limit);
    return answer;
}

namespace {

/// How many hits stand before the place that a cursor names; nullopt where none of its messages is found.
Result<std::optional<std::size_t>> place_of(search::Index& index, reader::Request request, const Cursor& cursor) {
    request.offset = 0;
    request.snippets = request.lines = request.texts = request.short_ids = request.advice = request.explain = false;
    request.lookup = reader::Lookup::none;
    // What came since stands before the place in most orders.
    constexpr std::size_t kNewer = 64;
    for (const std::size_t most : {cursor.count() + kNewer, std::size_t{0}}) {
        request.limit = most;
        const auto answer = search_in_time(index, request);
        if (!answer) return answer.error();
        if (const auto place = cursor.place_in(answer->page.hits)) return place;
    }
    return std::optional<std::size_t>();
}

}  // namespace

Result<reader::Answer> page_behind(search::Index& index, const reader::Request& request, bool in_parts, Cursor& cursor,
                                   bool& more) {
    reader::Request asked = request;
    bool lost = false;
    if (cursor.all()) {
        asked.leave_out = {[&](const store::Record& record) { return cursor.has(record); }, cursor.count()};
    } else if (!cursor.at_start()) {
        const auto place = place_of(index, request, cursor);
        if (!place) return place.error();
        lost = !*place;
        asked.offset = place->value_or(cursor.count());
    }
    auto answer = search_page(index, asked, in_parts, more);
    if (!answer) return answer;
    if (lost)
        answer->notes.emplace_back(
            "the messages where that page ended are gone: this one begins behind as many as were shown");
    const auto unranked = [](const reader::Hit& hit) { return hit.score == 0; };
    const bool fixed = request.order == reader::Order::value || std::ranges::all_of(answer->page.hits, unranked);
    cursor.add(answer->page.hits, fixed && !in_parts);
    return answer;
}

}  // namespace patchseek
