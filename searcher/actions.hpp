// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "cursor.hpp"
#include "options.hpp"
#include "search/search.hpp"

/// One function for each Options::Action: it does what was asked, writes the answer to standard output and what a
/// person should know to standard error, and returns the exit code.
namespace patchseek {

int run_search(const Options& options);
int run_show(const Options& options);
int run_thread(const Options& options);
int run_groups(const Options& options);
// What is told of a series (history.cpp).
int run_versions(const Options& options);
int run_reviews(const Options& options);
int run_commit(const Options& options);
/// Writes the newest version of the series of Options::versions_id as an mbox for git am; a part that is missing is an
/// error, and then nothing is written.
int run_am(const Options& options);
/// Counts all that matches by Options::facets.
int run_facets(const Options& options);
/// Answers each line of standard input by one line. Blank lines are left out. The exit code is that of the worst: an
/// error, something not found in time, all that was asked found nothing; else 0.
int run_batch(const Options& options);
/// Writes what is like Options::like, or overlaps with it.
int run_like(const Options& options);
/// Of --save, --saved and --forget (kept_action.cpp).
int run_keeping(const Options& options);
/// Of a kept query, asked as it is meant: writes what no run has found before, and remembers what was written.
int show_new(search::Index& index, const reader::Request& request, const Options& options);
/// Of a page of what is new: says how many others there are.
void say_others(const reader::Page& page);
/// Remembers all that a kept query finds. That this fails is said, and changes no answer.
void remember_run(search::Index& index, const reader::Request& request, const Options& options);
/// Makes a maildir or an mbox hold what matches.
int run_deliver(const Options& options);
/// Of --version: writes a text.
int run_print(const std::string& text);
/// Of --help and the like: a text, on a terminal through the pager.
int run_help(const Options& options);
/// Offers words of a query to a shell, one a line: those of the tables, and those of the index that no shell would do
/// anything with. Nothing is said where there are none.
int run_complete(const Options& options);

/// Serves the index to a program that speaks the Model Context Protocol, on standard input and output.
int run_mcp(const Options& options);

// What is told of a series or a commit (history.cpp).

/// What keeps versions from being told; empty if nothing does.
std::string why_no_versions(const Options& options, const relations::History& history);
/// Places of the versions that are compared.
std::pair<std::size_t, std::size_t> compared(const Options& options, const std::vector<relations::Version>& versions);
/// What stands below a changed part: its diff. What cannot be read stands in its place, and in `failure`.
std::string diff_of(search::Index& index, const relations::PartChange& change, const render::Style& style,
                    std::optional<Error>& failure);
/// What keeps the story of a commit from being told; empty if nothing does.
std::string why_no_story(const std::string& id, const relations::Story& story);
/// The query for all of a discussion, by the id of one of its messages.
std::string thread_query(const std::string& id);

// What the actions have in common, from what was typed to the answer of a page (asking.cpp).

/// Answers, no later than the request allows.
Result<reader::Answer> search_in_time(search::Index& index, const reader::Request& request);

/// The query of a request with plain ids in it; of one that is a pasted thing, what that asks for (query/readings.hpp),
/// if the index has any of it. May search, as often as there are readings.
std::string meant_query(search::Index& index, const reader::Request& request);

/// Whether a query asks for a series or its versions, whose parts come in their order unless told otherwise.
bool asks_for_parts(const reader::Request& request);

/// Answers with the page behind a cursor, which then is behind this one. What goes on otherwise than it says is a note
/// of the answer.
Result<reader::Answer> page_behind(search::Index& index, const reader::Request& request, bool in_parts, Cursor& cursor,
                                   bool& more);

/// Answers with a page, in the order of parts if `in_parts`; `more` is whether hits stand behind those of the page.
Result<reader::Answer> search_page(search::Index& index, reader::Request request, bool in_parts, bool& more);

}  // namespace patchseek
