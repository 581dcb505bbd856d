#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "known_messages.hpp"
#include "patchseek/store/manifest.hpp"
#include "rebuilder.hpp"

namespace Xapian {
class Document;
class WritableDatabase;
}  // namespace Xapian

namespace patchseek::storage {

/// One more origin of a message that the index has.
struct NewOrigin {
    std::string content;  ///< which message
    store::Copy copy;     ///< with that one origin
};

/// Changes documents where they stand, in shards that are part of the index and that
/// others read meanwhile. Slower than building shards, and right for what is small:
/// copies of known messages, messages that are gone, the day's new mail.
///
/// Nothing is seen, and nothing survives a kill, before commit(). Every change may be
/// made twice: a run that was killed between the commits of two shards is made good by
/// repeating it. Throws what Xapian throws, and Failure.
class DocumentEditor {
public:
    DocumentEditor(const std::filesystem::path& index, const store::Manifest& manifest);
    ~DocumentEditor();
    DocumentEditor(const DocumentEditor&) = delete;
    DocumentEditor& operator=(const DocumentEditor&) = delete;

    /// Adds an origin to its message. Whatever else had it keeps it until forget().
    void add_origin(const NewOrigin& origin);
    /// Takes an origin from every message but the one of content `but`.
    void forget(const store::Origin& origin, std::string_view but);
    /// Takes origins, which are sorted, from all messages; each is written once, however
    /// many of them it had. `on_message` is told how many origins are done, and says
    /// whether to go on.
    void forget(const std::vector<store::Origin>& origins, const std::function<bool(std::size_t)>& on_message);
    /// Adds a message to the live shard, which there must be.
    void add(const Xapian::Document& doc, std::size_t bytes);

    /// Commits every shard that changed, and syncs. Texts that documents name must
    /// have been synced before.
    void commit();

    std::uint64_t removed() const { return removed_; }

private:
    Xapian::WritableDatabase& writable(std::size_t shard);
    template <class Change>
    void edit(const KnownMessages::Found& found, const Change& change);
    void add_up(std::size_t bytes);

    std::filesystem::path index_;
    std::vector<store::Shard> shards_;
    KnownMessages known_;
    Rebuilder rebuilder_;
    std::map<std::size_t, std::unique_ptr<Xapian::WritableDatabase>> open_;  ///< shards that changed
    std::size_t uncommitted_ = 0;
    std::uint64_t removed_ = 0;
};

}  // namespace patchseek::storage
