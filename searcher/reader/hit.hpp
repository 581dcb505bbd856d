// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "patchseek/store/record.hpp"
#include "patchseek/store/text_store.hpp"

/// What a search hands to the renderers: plain values, nothing of Xapian.
namespace patchseek::reader {

/// A byte range to mark.
struct Mark {
    std::size_t begin, end;
};

/// A line of the message worth showing, with the words that matched.
struct Snippet {
    char kind;         ///< patch::letter() of the line's kind: '+' added, 'L' log, ...
    std::string text;  ///< the line as stored, unsanitised
    std::vector<Mark> marks;
};

/// A line of a body that a query finds, or one beside it.
struct FoundLine {
    char kind;                 ///< as Snippet::kind
    std::string path;          ///< of the file whose diff it stands in; empty: none
    std::uint32_t number = 0;  ///< in that file, of a removed line as it was; else in the body, from 1; 0: the subject
    std::string text;          ///< the line as stored, unsanitised
    std::vector<Mark> marks;
    bool beside = false;  ///< not found itself
    bool apart = false;   ///< something is left out before it
};

/// A trailer that a reply gives a patch.
struct Credited {
    patch::Trailer trailer;
    std::string reply;   ///< its id
    std::string sender;  ///< `Name <address>` of the reply
};

/// A commit that came from a patch.
struct AppliedAs {
    std::string id;                    ///< hex digits, all 40 where a repository tells; empty: not said
    std::string how;                   ///< store::name() of a JoinWay, or "reply"
    std::optional<std::int64_t> when;  ///< of the commit, or of the reply
    std::string reply = {};            ///< its id
    std::string tree = {};             ///< that the reply names, or the first tag with the commit
    std::uint32_t sure = 0;            ///< percent; 0 of replies
};

/// How a message belongs to others (store/relations.hpp).
struct HitRelations {
    std::uint32_t row = 0;            ///< in store::Relations; 0: none, or not looked up
    std::string series, thread;       ///< ids of the messages that name them; empty: none, or not looked up
    std::uint32_t replies = 0;        ///< how many it has
    std::vector<std::string> states;  ///< schema::kRelationStates
    std::vector<AppliedAs> commits;   ///< those of repositories first, then by replies
    std::vector<Credited> credited;   ///< oldest reply first, then by id
};

struct Hit {
    store::Record record;  ///< cut paths are whole where others of its series have them so
    HitRelations relations;
    double score = 0;                        ///< relevance; 0 when the query has no words to rank by
    std::vector<Mark> subject_marks;         ///< in record.subject
    std::vector<std::size_t> matched_files;  ///< of record.files, those that `file:` asked for
    std::vector<Snippet> snippets;           ///< filled for the text format only
    std::vector<FoundLine> lines;            ///< in the order of the text; filled where asked for
    std::string archived_at;                 ///< address on the web (reader/ids.hpp), where its text was read
    std::string short_id;                    ///< as much of its id as no other begins with; filled where asked for
    std::vector<std::string> why;            ///< filled for --explain: matched terms and their weights
    store::Text text;                        ///< filled for raw and for --show
};

struct Page {
    std::vector<Hit> hits;
    std::size_t matches = 0;  ///< how many match; exact if `exact`
    bool exact = false;
};

}  // namespace patchseek::reader
