#include "document_editor.hpp"

#include <xapian.h>

#include <algorithm>

#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/commit_lock.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

constexpr std::size_t kCommitBytes = std::size_t{8} << 20;
/// What an edited document costs until the commit, beside what is written anew.
constexpr std::size_t kEditBytes = 4096;
/// A reader that hangs must not stop the writer for ever.
constexpr std::chrono::seconds kLockPatience{10};

}  // namespace

DocumentEditor::DocumentEditor(const fs::path& index, const store::Manifest& manifest)
    : index_(index), shards_(manifest.shards), known_(index, manifest), rebuilder_(index) {}

DocumentEditor::~DocumentEditor() = default;

Xapian::WritableDatabase& DocumentEditor::writable(std::size_t shard) {
    auto found = open_.find(shard);
    if (found == open_.end()) {
        const auto path = (index_ / shards_[shard].folder).native();
        auto db = std::make_unique<Xapian::WritableDatabase>(path, Xapian::DB_OPEN | Xapian::DB_BACKEND_GLASS);
        found = open_.emplace(shard, std::move(db)).first;
        // Without one, Xapian commits when it likes to, and when the handle goes: also documents whose texts are
        // not yet on disk, after an error.
        found->second->begin_transaction();
    }
    return *found->second;
}

void DocumentEditor::add_up(std::size_t bytes) {
    uncommitted_ += bytes;
    if (uncommitted_ >= kCommitBytes) commit();
}

template <class Change>
void DocumentEditor::edit(const KnownMessages::Found& found, const Change& change) {
    auto& db = writable(found.shard);
    Xapian::Document doc;
    try {
        doc = db.get_document(found.id);
    } catch (const Xapian::DocNotFoundError&) {
        return;  // its last origin went in this very commit
    }
    auto origins = value_or_throw(store::Origins::decode(doc.get_value(schema::kSlotOrigins)));
    const std::string shown = origins.copies.empty() ? std::string() : origins.copies.front().digest;
    const auto size = origins.copies.empty() ? 0 : origins.copies.front().size;
    if (!change(origins)) return;
    if (origins.copies.empty()) {
        db.delete_document(found.id);
        ++removed_;
        uncommitted_ += size;
    } else if (origins.copies.front().digest == shown) {
        document::set_origins(doc, value_or_throw(store::decode(doc.get_data())), origins);
        db.replace_document(found.id, doc);
    } else {
        db.replace_document(found.id, rebuilder_.build(origins));
        uncommitted_ += size + origins.copies.front().size;
    }
    add_up(kEditBytes);
}

void DocumentEditor::add_origin(const NewOrigin& origin) {
    if (const auto found = known_.find(origin.content))
        edit(*found, [&](store::Origins& origins) { return origins.add(origin.copy); });
}

void DocumentEditor::forget(const store::Origin& origin, std::string_view but) {
    for (const auto& found : known_.at(origin))
        if (known_.content(found) != but)
            edit(found, [&](store::Origins& origins) { return origins.remove({origin}); });
}

void DocumentEditor::forget(const std::vector<store::Origin>& origins,
                            const std::function<bool(std::size_t)>& on_message) {
    std::map<std::pair<std::size_t, Xapian::docid>, std::vector<store::Origin>> messages;
    for (const store::Origin& origin : origins)
        for (const auto& found : known_.at(origin)) messages[{found.shard, found.id}].push_back(origin);
    std::size_t done = 0;
    for (const auto& message : messages) {
        done += message.second.size();
        if (!on_message(done)) return;
        edit({message.first.first, message.first.second},
             [&](store::Origins& all) { return all.remove(message.second); });
    }
}

void DocumentEditor::add(const Xapian::Document& doc, std::size_t bytes) {
    const auto live = std::ranges::find(shards_, true, &store::Shard::live);
    if (live == shards_.end()) throw Failure{{ErrorKind::internal, "no shard takes new mail"}};
    writable(static_cast<std::size_t>(live - shards_.begin())).add_document(doc);
    uncommitted_ += bytes;
}

void DocumentEditor::commit() {
    if (open_.empty()) return;
    const auto lock = store::hold_commit_lock(index_, store::CommitLockSide::writer, kLockPatience);
    for (auto& [shard, db] : open_) {
        db->commit_transaction();
        db->begin_transaction();
        // Xapian renames its root file and leaves the folder unsynced: were that rename lost
        // and blocks of the next commit kept, the old root would point into new blocks.
        value_or_throw(sync_path(index_ / shards_[shard].folder));
    }
    uncommitted_ = 0;
    known_.reopen();  // two commits on, what it reads would be gone
}

}  // namespace patchseek::storage
