// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hit.hpp"

namespace patchseek::query {
class Mailmap;
}

/// What is asked of an index, and what it answers: plain values, nothing of Xapian.
namespace patchseek::reader {

enum class Order : std::uint8_t {
    relevance,  ///< by score; equal ones newest first, then by id
    value,      ///< by a value slot; equal ones newest first, then by id
};

/// How much of the relations of hits is looked up; each level has what stands before it.
enum class Lookup : std::uint8_t {
    none,
    paths,      ///< whole ones for those that a diffstat cut
    credits,    ///< what replies give a patch
    relations,  ///< all of HitRelations
};

/// Messages that stand in no page.
struct LeaveOut {
    std::function<bool(const store::Record&)> has;  ///< empty: none
    std::size_t most = SIZE_MAX;                    ///< at most so many; fewer need less to be looked at
};

/// Which messages, in which order, how many, and what of them.
struct Request {
    std::string query;
    bool any = false;                               ///< some of the words are enough
    std::shared_ptr<const query::Mailmap> mailmap;  ///< who goes by several names; may be null
    std::map<std::string, std::string> lists;       ///< List-Ids by what the user calls them, in lower case
    Order order = Order::relevance;
    int slot = -1;            ///< of Order::value: a schema::Slot
    bool descending = false;  ///< of Order::value: largest first
    std::size_t offset = 0;
    std::size_t limit = 20;  ///< 0: all
    LeaveOut leave_out;      ///< before a page is cut; if any number may be left out, Page::matches has the others
    bool count = false;      ///< only Page::matches, exact
    bool snippets = false;   ///< fill Hit::snippets and subject_marks
    bool lines = false;      ///< fill Hit::lines
    std::size_t around = 0;  ///< of these, so many beside each
    bool texts = false;      ///< fill Hit::text
    bool short_ids = false;  ///< fill Hit::short_id
    Lookup lookup = Lookup::none;
    std::size_t processes =
        0;  ///< to search shards in at the same time; 0: as many as there are processors, where much is read
    std::size_t timeout = 0;  ///< seconds; 0: as long as it takes
    /// Takes hits as they are read, some at a time, in place of Page::hits; false: no more are wanted. Each hit comes
    /// once, also where the index moves on meanwhile.
    std::function<bool(const Page&)> on_hits = nullptr;
    bool advice = true;    ///< of an empty answer, fill Answer::parts and hints
    bool explain = false;  ///< fill Hit::why and Answer::stages
    std::int64_t now = 0;  ///< seconds since 1970
};

/// A part of a query, and what it finds by itself.
struct Part {
    std::string text;
    std::size_t matches;
    bool excluded = false;  ///< it stood under NOT or '-': so many are left out
};

/// An answer with what the query was understood as.
struct Answer {
    Page page;
    bool partial = false;             ///< time was up: there may be more, but all of these match
    std::vector<Part> parts;          ///< filled when nothing matches and the query asks for several things
    std::vector<std::string> notes;   ///< for stderr
    std::vector<std::string> hints;   ///< when nothing matches: what would have found something
    std::vector<std::string> stages;  ///< --explain: tokens, tree, plan, Xapian query
};

}  // namespace patchseek::reader
