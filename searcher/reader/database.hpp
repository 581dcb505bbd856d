#pragma once

#include <xapian.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lexicon.hpp"
#include "message_groups.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/text_store.hpp"

/// The reading side of an index.
namespace patchseek::reader {

/// One shard, open.
struct OpenShard {
    Xapian::Database db;
    store::TextReader* texts;  ///< of the Database
    bool newest_first = true;
    std::size_t number = 0;  ///< in Database::shards
    std::filesystem::path folder;

    /// The stored text of a document of this shard.
    Result<store::Text> text_of(const Xapian::Document& doc);
};

/// The text of an encoded store::TextLocation, read by `texts`.
Result<store::TextView> text_at(store::TextReader& texts, std::string_view place);

/// All shards of an index, as one database and one by one. Serves one thread.
struct Database {
    Xapian::Database all;
    std::vector<std::unique_ptr<OpenShard>> shards;
    std::unique_ptr<store::TextReader> texts;
    std::vector<std::unique_ptr<store::TextReader>> more_texts;  ///< for other threads, as many as were asked for
    std::filesystem::path path;
    std::optional<Lexicon> words;  ///< what lexicon() has opened
    std::uint64_t generation = 0;
    std::map<std::string, std::string> archives;  ///< paths, by the keys that records hold
    std::filesystem::path relations;              ///< the file; empty if there is none
    std::optional<MessageGroups> opened;          ///< what groups() has opened

    static Result<Database> open(const std::filesystem::path& index);

    /// The shard a document of `all` lies in.
    OpenShard& shard_of(Xapian::docid id) { return *shards[(id - 1) % shards.size()]; }
    /// The shard with that Xapian UUID, for code that Xapian hands a part of `all`.
    OpenShard* shard_with(const std::string& uuid);
    /// A reader of texts for the thread of that number, from 0 on.
    store::TextReader& reader(std::size_t thread);
    /// The words of all shards; their lists are opened when this is first asked for. Throws a Failure.
    const Lexicon& lexicon();
    /// How the messages belong together; the file is opened when this is first asked for, since
    /// few answers need it. Throws a Failure.
    MessageGroups& groups();
    /// How many messages, the newest, it does not know of yet.
    std::size_t unrelated();
};

/// An Error on its way out through Xapian's matcher, to guarded().
struct Failure {
    Error error;
};

/// Runs `body`, which returns a Result, and turns what Xapian throws into an Error.
/// The only place on the reading side that catches exceptions of Xapian.
template <class Body>
auto guarded(Body&& body) -> decltype(body()) try {
    return body();
} catch (const Failure& failure) {
    return failure.error;
} catch (const Xapian::DatabaseModifiedError&) {
    return Error{ErrorKind::busy, "the index changed while it was read; try again"};
} catch (const Xapian::DatabaseError& error) {
    return Error{ErrorKind::data,
                 "the index is damaged: " + error.get_msg() + "; index the archives again into a new folder"};
} catch (const Xapian::Error& error) {
    return Error{ErrorKind::internal, error.get_description()};
} catch (const std::bad_alloc&) {
    return Error{ErrorKind::resources, "out of memory"};
}

}  // namespace patchseek::reader
