#include "database.hpp"

#include <algorithm>
#include <thread>

#include "patchseek/store/commit_lock.hpp"
#include "patchseek/store/manifest.hpp"

namespace fs = std::filesystem;

namespace patchseek::reader {

Result<store::TextView> text_at(store::TextReader& texts, std::string_view encoded, TextParts parts) {
    const auto location = store::TextLocation::decode(encoded);
    if (!location) return location.error();
    auto text = parts == TextParts::whole ? texts.view(*location) : texts.view_body(*location);
    // The manifest names its file, so the index is there, but not whole.
    if (!text && text.error().kind == ErrorKind::no_input)
        return Error{ErrorKind::data,
                     "the index is damaged: " + text.error().message + "; index the archives again into a new folder"};
    return text;
}

OpenShard* Database::shard_with(const std::string& uuid) {
    const auto it = std::ranges::find(shards, uuid, [](const auto& shard) { return shard->db.get_uuid(); });
    return it == shards.end() ? nullptr : it->get();
}

store::TextReader& Database::reader(std::size_t thread) {
    while (readers_.size() <= thread) readers_.push_back(std::make_unique<store::TextReader>(path));
    return *readers_[thread];
}

const Lexicon& Database::lexicon() {
    if (lexicon_) return *lexicon_;
    std::vector<std::shared_ptr<const store::Vocabulary>> lists;
    Xapian::Database rest;
    for (const auto& shard : shards) {
        auto list = store::Vocabulary::open(shard->folder, shard->db.get_lastdocid());
        if (!list) throw Failure{list.error()};
        if (*list)
            lists.push_back(std::make_shared<const store::Vocabulary>(std::move(**list)));
        else
            rest.add_database(shard->db);
    }
    return lexicon_.emplace(all, std::move(lists), std::move(rest));
}

MessageGroups& Database::groups() {
    if (groups_) return *groups_;
    std::optional<store::Relations> file;
    if (!relations.empty()) {
        auto read = store::Relations::open(relations);
        if (!read && read.error().kind == ErrorKind::no_input)
            throw Failure{{ErrorKind::data,
                           "the index is damaged: " + read.error().message + "; the next run of the indexer mends it"}};
        if (!read) throw Failure{read.error()};
        file = std::move(*read);
    }
    std::vector<std::string> uuids;
    for (const auto& shard : shards) uuids.push_back(shard->db.get_uuid());
    return groups_.emplace(std::move(file), uuids);
}

std::size_t Database::unrelated() {
    std::size_t count = 0;
    for (const auto& shard : shards) {
        const store::Relations::Part known = groups().part(shard->number);
        const auto more = [](Xapian::docid now, std::uint32_t then) { return now > then ? now - then : 0; };
        count += std::max(more(shard->db.get_doccount(), known.messages), more(shard->db.get_lastdocid(), known.last));
    }
    return count;
}

std::optional<Xapian::Document> Database::document_of(std::uint32_t row) {
    const auto where = groups().document(row);
    if (!where) return std::nullopt;
    const auto& db = shards[where->shard]->db;
    auto all_of_shard = db.postlist_begin("");
    const auto end = db.postlist_end("");
    if (all_of_shard != end) all_of_shard.skip_to(where->id);
    if (all_of_shard == end || *all_of_shard != where->id) return std::nullopt;
    return db.get_document(where->id);
}

Result<Database> Database::open(const fs::path& index) {
    return guarded([&]() -> Result<Database> {
        const auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        Database out;
        out.generation = manifest->generation;
        out.path = index;
        out.texts = std::make_unique<store::TextReader>(index);
        if (!manifest->relations.empty()) out.relations = index / manifest->relations;
        for (const store::Archive& archive : manifest->archives) out.archives[archive.key] = archive.path;
        for (const store::Shard& shard : manifest->shards) {
            // Only glass, never a stub file, which may name anything.
            Xapian::Database db((index / shard.folder).native(), Xapian::DB_BACKEND_GLASS);
            out.all.add_database(db);
            out.shards.push_back(std::make_unique<OpenShard>(OpenShard{
                std::move(db), out.texts.get(), shard.newest_first, out.shards.size(), index / shard.folder}));
        }
        return out;
    });
}

namespace {

// After so many failures a reader holds the lock.
constexpr int kAttemptsWithoutLock = 3;
constexpr int kAttempts = 20;
// Xapian may take a commit that passes under a read for damage; real damage stays.
constexpr int kAttemptsAtDamage = 4;

}  // namespace

Result<Done> Attempts::begin(Database& database) {
    using namespace std::chrono_literals;
    if (++attempt_ > kAttemptsWithoutLock) lock_ = store::hold_commit_lock(index_, store::CommitLockSide::reader, 5s);
    if (database.texts) return Done{};
    auto opened = Database::open(index_);
    if (!opened) return opened.error();
    database = std::move(*opened);
    return Done{};
}

bool Attempts::is_transient(const Error& error, const Database& database) const {
    if (error.kind == ErrorKind::busy) return true;
    // A shard or a file of texts that is gone, or looks damaged.
    if (error.kind != ErrorKind::data && error.kind != ErrorKind::no_input) return false;
    const auto manifest = store::read_manifest(index_);
    return manifest && (attempt_ < kAttemptsAtDamage || manifest->generation != database.generation);
}

bool Attempts::goes_on(const Error& error, Database& database) {
    using namespace std::chrono_literals;
    if (attempt_ == kAttempts || !is_transient(error, database)) return false;
    database = Database{};
    lock_ = UniqueFd{};
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, std::chrono::milliseconds(64ms));
    return true;
}

}  // namespace patchseek::reader
