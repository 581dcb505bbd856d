// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ahead.hpp"
#include "document_set.hpp"
#include "lexicon.hpp"
#include "message_groups.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/commits.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/text_store.hpp"
#include "sources.hpp"
#include "statistics.hpp"

/// The reading side of an index: what is open, which of its errors a second attempt may mend, and how that is tried.
namespace patchseek::reader {

/// One shard, open.
struct OpenShard {
    Xapian::Database db;
    store::TextReader* texts;    ///< of the Database
    std::filesystem::path home;  ///< the folder of data whose texts they are
    bool newest_first = true;    ///< document numbers ascend from the newest message on
    std::size_t number = 0;      ///< in Database::shards
    std::filesystem::path folder;
    std::vector<Xapian::docid> dead = {};  ///< documents that are no part of the index any more, ascending

    bool lives(Xapian::docid id) const { return !std::ranges::binary_search(dead, id); }
};

/// What is read of a text; raw bytes take most of the time.
enum class TextParts { headers_and_body, whole };

/// The text at an encoded store::TextLocation; lives as long as store::TextReader::view() says. A file of texts that is
/// not there is damage of the index: kind data.
Result<store::TextView> text_at(store::TextReader& texts, std::string_view location,
                                TextParts parts = TextParts::headers_and_body);

/// All shards of an index, as one database and one by one, as one publication left them. Serves one thread.
struct Database {
    Xapian::Database all;   ///< with what is dead
    Xapian::Database dead;  ///< of all shards
    std::vector<std::unique_ptr<OpenShard>> shards;
    std::unique_ptr<store::TextReader> texts;  ///< null: nothing is open
    std::filesystem::path path;                ///< of its data
    std::uint64_t generation = 0;
    std::map<std::string, std::string> archives;  ///< paths, by the keys that records hold
    std::filesystem::path relations;              ///< the file; empty if there is none

    /// Opens what the manifest names now.
    static Result<Database> open(const std::filesystem::path& index);

    /// The shard a document of `all` lies in.
    OpenShard& shard_of(Xapian::docid id) { return *shards[(id - 1) % shards.size()]; }
    /// The shard with that Xapian UUID, for code that Xapian hands a part of `all`; null if there is none.
    OpenShard* shard_with(const std::string& uuid);
    /// A reader of the texts of a shard for the worker thread of that number, from 0 on. Asked for by the one thread
    /// that this serves.
    store::TextReader& reader(std::size_t thread, const OpenShard& shard);
    Statistics statistics() const { return {all, dead}; }
    /// What a query finds, without what is dead: for a query that is complete, of `all` or of one shard.
    Xapian::Query living(const Xapian::Query& query) const;
    /// The words of all shards; their lists are opened when words are first asked for, which throws a Failure.
    const Lexicon& lexicon();
    /// How the messages belong together; the file is opened when this is first asked for, since
    /// few answers need it. Throws a Failure.
    MessageGroups& groups();
    /// What is known of the commits of repositories, in the order in which joins name them; opened when this is first
    /// asked for. Throws a Failure.
    const std::vector<store::Commits>& commits();
    /// Where each read takes a round trip, reads ahead the records of documents and, if `parts` says so, their texts,
    /// many pieces at once.
    void read_ahead(std::span<const Ahead::Document> documents, std::optional<TextParts> parts);
    /// What is known of a document of `all`; no groups if nothing is.
    const store::Relation& relation_of(Xapian::docid id) {
        return groups().at(
            groups().row((id - 1) % shards.size(), (id - 1) / static_cast<Xapian::docid>(shards.size()) + 1));
    }
    /// How many messages, the newest, groups() does not know of yet.
    std::size_t unrelated();
    /// The document of a row of groups(); nothing if it does not live any more.
    std::optional<Xapian::Document> document_of(std::uint32_t row);

private:
    void add(const store::Shard& shard, Xapian::Database db);
    void open_shards(const store::Manifest& manifest, bool far);
    std::optional<std::uint32_t> checksum_of(const std::filesystem::path& file) const;

    std::shared_ptr<const DocumentSet> dead_documents_;                             // null if nothing is dead
    std::map<std::filesystem::path, std::unique_ptr<store::TextReader>> texts_of_;  // by homes but the index's own
    // Of other threads, as many as were asked for, by home and thread.
    std::map<std::pair<std::filesystem::path, std::size_t>, std::unique_ptr<store::TextReader>> readers_;
    std::map<std::filesystem::path, std::uint32_t> checksums_;  // of files that are read whole, by paths
    std::optional<Lexicon> lexicon_;
    std::optional<MessageGroups> groups_;
    std::optional<std::vector<store::Commits>> commits_;

public:
    /// Of the shards; null where a read takes no round trip. The last member, since it goes before they are closed.
    std::unique_ptr<Ahead> ahead;
};

/// An Error on its way out through Xapian's matcher, to guarded().
struct Failure {
    Error error;
};

inline Error damaged_index(const Xapian::Error& error) {
    return {ErrorKind::data, "the index is damaged: " + error.get_msg() + "; patchseek-index --rebuild makes it anew"};
}

/// Runs `body`, which returns a Result, and turns what Xapian throws into an Error.
/// The only place on the reading side that catches exceptions of Xapian.
template <class Body>
auto guarded(Body&& body) -> decltype(body()) try {
    return body();
} catch (const Failure& failure) {
    return failure.error;
} catch (const Xapian::DatabaseError& error) {
    const char* reason = error.get_error_string();
    if (const auto kind = kind_of_reason(reason ? reason : ""))
        return Error{*kind, "cannot read the index: " + error.get_msg() + " (" + reason + ")"};
    return damaged_index(error);
} catch (const Xapian::DocNotFoundError& error) {  // nobody asks for a document that is not said to be there
    return damaged_index(error);
} catch (const Xapian::Error& error) {
    return Error{ErrorKind::internal,
                 error.get_description() + "; patchseek-index --check tells whether the index is damaged"};
} catch (const std::bad_alloc&) {
    return Error{ErrorKind::resources, "out of memory"};
}

/// Attempts to answer from an index that may move on meanwhile; see with_retries().
class Attempts {
public:
    explicit Attempts(Sources& sources) : sources_(sources) {}
    /// Begins an attempt: opens the database where it is not open.
    Result<Done> begin(Database& database);
    /// Whether an attempt that ended so may end otherwise if it is made again. If so, waits and closes the database.
    bool goes_on(const Error& error, Database& database);

private:
    bool is_transient(const Error& error, const Database& database);

    Sources& sources_;
    std::filesystem::path index_;  ///< that was found; empty: not yet
    int attempt_ = 0;
    bool forgot_ = false;
    std::chrono::milliseconds pause_{1};
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Runs `body` over an open database. An answer is made whole or made again: the index may
/// have moved on under a slow query, and what it was read from is gone. `database` is
/// opened where it is not, and opened anew after each failure.
template <class Body>
auto with_retries(Sources& sources, Database& database, const Body& body) -> decltype(body()) {
    for (Attempts attempts(sources);;) {
        const auto opened = attempts.begin(database);
        auto result = opened ? guarded(body) : decltype(body())(opened.error());
        if (result || !attempts.goes_on(result.error(), database)) return result;
    }
}

}  // namespace patchseek::reader
