// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "options.hpp"
#include "reader/sources.hpp"
#include "search/search.hpp"

/// What the actions have in common: from options to a request, from an answer to what is written and said.
namespace patchseek {

/// Writes a line for a person to standard error, unless only what went wrong is to be said.
void say(const std::string& text);
/// Writes it in any case.
void complain(const std::string& text);
/// say() says nothing from here on.
void be_quiet();
/// Says what went wrong; returns its exit code.
int fail(const Error& error);
/// The same of an error in a query, with a caret under the place.
int fail_at(const std::string& query, const Error& error);

/// Opens the index, or several as one. Says which of these are left out, and why; an answer is not whole then
/// (code_for_indexes()). An archive in the place of an index is a common mistake, and is told as such.
Result<search::Index> open_index(const Options& options);
/// From here on, these of several are not asked.
void leave_out_indexes(reader::Sources::Absent absent);
/// The exit code of a program whose answer has this one: another one where an open_index() has left out some of several
/// indexes, or all.
int code_for_indexes(int code);
/// What tells an index, or several, from others: a path, or several with colons between them.
std::string name_of_indexes(const Options& options);
/// What is asked of the index; reads the mailmap.
Result<reader::Request> request_of(const Options& options);
/// Puts kept queries in the place of their names, and asks for what a pasted query means, where the index has that, and
/// says so. An Error has its place in the query as it was.
Result<Done> read_as_meant(search::Index& index, reader::Request& request);
/// What a text that was given as an id names (naming.cpp).
struct Named {
    std::string id{};                   ///< of a message of the index; empty: none is named, or several
    std::vector<std::string> notes{};   ///< what a person is to be told: what else was given, or why nothing is named
    std::vector<std::string> ids = {};  ///< of the messages that have a subject that several have, newest first
};
/// The message of an id; of the beginning of one, or a piece, where no other has it; or that a commit came from;
/// else the posting of a subject.
Result<Named> message_named(search::Index& index, const std::string& given);
/// The same where its series is asked for: in place of a reply, the nearest patch or cover that it answers; of several
/// that have a subject the newest, if all are versions of one work.
Result<Named> member_named(search::Index& index, const std::string& given);
/// Says the notes; nothing where no message is named: then `code` is what the program ends with.
std::optional<std::string> say_named(const Result<Named>& named, int& code);
/// The ids in the header of a name, in their order; `headers` as store::TextView has them.
std::vector<std::string> ids_in_header(std::string_view headers, std::string_view name);

/// A search of the command line, ready to be asked: the query is read, from standard input too, as it is meant.
struct Asked {
    search::Index index;
    reader::Request request;
};
/// Nothing where that fails: then it was said, and `code` is what the program ends with.
std::optional<Asked> ask(const Options& options, int& code);

/// Columns of the terminal on standard output, at least 40 and for prose at most 100; 0: it is no terminal.
std::size_t columns();
render::Style style_of(const Options& options);
/// Writes a page, through a pager that has ended when this returns; `code` unless that fails.
int write_page(const reader::Page& page, const Options& options, const render::Style& style, int code);
/// Where an answer goes: the style is that of the terminal, before which a pager then stands, if the answer is to be
/// paged and the options say so.
struct Screen {
    Screen(const Options& options, bool paged)
        : style(style_of(options)), pager(paged && options.pager && !options.nul), out(pager) {}
    const render::Style style;
    render::Pager pager;
    render::Output out;
};
/// Ends the output; `code` unless that fails.
int finish(render::Output& out, int code);

/// Says what is to be said of an answer before it is written; of one without hits; of a page that is not all.
void say_notes(const reader::Answer& answer, const Options& options);
void say_why(const reader::Answer& answer);
/// say_why(), and what the index covers; of a line of a log, also which words may do.
void say_nothing(search::Index& index, const reader::Answer& answer, const std::string& query);
void say_more(const reader::Page& page, const Options& options);
/// The exit code of an answer.
int code_of(const reader::Answer& answer, bool found);

// Of the command line.

/// A word in quotes where a shell would take it apart.
std::string for_shell(const std::string& word);
/// The number that an option, which an error names, is given.
Result<std::size_t> number(const std::string& text, const char* option);
/// What --color asks for.
Result<Done> read_colour(const std::string& when, Options& options);
/// What --format asks for: a name or a template.
Result<Done> read_format(const std::string& text, Options& options);

}  // namespace patchseek
