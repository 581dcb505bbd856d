// SPDX-License-Identifier: GPL-2.0-or-later
#include "database.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <set>
#include <thread>
#include <utility>

#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/inventory.hpp"

namespace fs = std::filesystem;

namespace patchseek::reader {

Result<store::TextView> text_at(store::TextReader& texts, std::string_view encoded, TextParts parts) {
    const auto location = store::TextLocation::decode(encoded);
    if (!location) return location.error();
    auto text = parts == TextParts::whole ? texts.view(*location) : texts.view_body(*location);
    // The manifest names its file, so the index is there, but not whole.
    if (!text && text.error().kind == ErrorKind::no_input)
        return Error{ErrorKind::data,
                     "the index is damaged: " + text.error().message + "; patchseek-index --rebuild makes it anew"};
    return text;
}

namespace {

/// A shard, and what its vocabulary must be.
struct Listed {
    Xapian::Database db;
    fs::path folder;
    std::optional<std::uint32_t> checksum;
};

// To prove a list is to read all of it.
WordLists word_lists(const std::vector<Listed>& shards) {
    using Opened = Result<std::optional<store::Vocabulary>>;
    std::vector<std::uint32_t> last;
    for (const Listed& shard : shards) last.push_back(shard.db.get_lastdocid());
    std::vector<std::optional<Opened>> lists(shards.size());
    for_each_in_parallel(shards.size(), [&](std::size_t i) {
        lists[i] = store::Vocabulary::open(shards[i].folder, last[i], shards[i].checksum);
    });
    WordLists out;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        Opened& list = *lists[i];
        if (!list) throw Failure{list.error()};
        if (*list)
            out.vocabularies.push_back(std::move(**list));
        else
            out.rest.add_database(shards[i].db);
    }
    return out;
}

}  // namespace

OpenShard* Database::shard_with(const std::string& uuid) {
    const auto it = std::ranges::find(shards, uuid, [](const auto& shard) { return shard->db.get_uuid(); });
    return it == shards.end() ? nullptr : it->get();
}

store::TextReader& Database::reader(std::size_t thread, const OpenShard& shard) {
    auto& reader = readers_[{shard.home, thread}];
    if (!reader) reader = std::make_unique<store::TextReader>(shard.home);
    return *reader;
}

const Lexicon& Database::lexicon() {
    if (lexicon_) return *lexicon_;
    std::vector<Listed> listed;
    ShardPositions positions(ahead != nullptr);
    for (const auto& shard : shards) {
        listed.push_back({shard->db, shard->folder, checksum_of(shard->folder / schema::layout::kVocabulary)});
        positions.add(shard->db.get_uuid(), shard->folder);
    }
    return lexicon_.emplace(
        statistics(),
        [listed = std::move(listed), far = ahead != nullptr] {
            if (far)
                at_once(listed.size(),
                        [&](std::size_t i) { reader::read_ahead(listed[i].folder / schema::layout::kVocabulary); });
            return word_lists(listed);
        },
        std::move(positions), ahead.get());
}

MessageGroups& Database::groups() {
    if (groups_) return *groups_;
    std::optional<store::Relations> file;
    if (!relations.empty()) {
        auto read = store::Relations::open(relations, checksum_of(relations));
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

const std::vector<store::Commits>& Database::commits() {
    if (commits_) return *commits_;
    std::vector<store::Commits> files;
    for (const std::string& file : groups().repositories()) {
        auto read = store::Commits::open(path / file);
        if (!read) throw Failure{read.error()};
        files.push_back(std::move(*read));
    }
    return commits_.emplace(std::move(files));
}

std::optional<std::uint32_t> Database::checksum_of(const fs::path& file) const {
    const auto it = checksums_.find(file);
    return it == checksums_.end() ? std::nullopt : std::optional(it->second);
}

std::size_t Database::unrelated() {
    std::size_t count = 0;
    for (const auto& shard : shards)
        for (auto id = groups().part(shard->number).last + 1; id <= shard->db.get_lastdocid(); ++id)
            count += shard->lives(id);
    return count;
}

std::optional<Xapian::Document> Database::document_of(std::uint32_t row) {
    const auto where = groups().document(row);
    if (!where || where->id > shards[where->shard]->db.get_lastdocid() || !shards[where->shard]->lives(where->id))
        return std::nullopt;
    return shards[where->shard]->db.get_document(where->id);
}

Xapian::Query Database::living(const Xapian::Query& query) const {
    if (!dead_documents_ || query.empty()) return query;
    return {Xapian::Query::OP_AND_NOT, query, query_of(dead_documents_)};
}

namespace {

// Only glass, never a stub file, which may name anything.
Xapian::Database open_one(const fs::path& folder) {
    auto db = store::open_tables(folder, [&] { return Xapian::Database(folder.native(), Xapian::DB_BACKEND_GLASS); });
    if (!db) throw Failure{db.error()};
    return *std::move(db);
}

bool any_lies_elsewhere(const fs::path& index, const store::Manifest& manifest) {
    std::set<std::string> homes;
    for (const store::Shard& shard : manifest.shards) homes.insert(shard.home);
    return lies_elsewhere(index) ||
           std::ranges::any_of(homes, [](const auto& home) { return !home.empty() && lies_elsewhere(home); });
}

}  // namespace

void Database::add(const store::Shard& shard, Xapian::Database db) {
    auto* own = texts.get();
    if (!shard.home.empty()) {
        auto& of_member = texts_of_[shard.home];
        if (!of_member) of_member = std::make_unique<store::TextReader>(shard.home);
        own = of_member.get();
    }
    auto open =
        std::make_unique<OpenShard>(OpenShard{std::move(db), own, shard.home.empty() ? path : fs::path(shard.home),
                                              shard.newest_first, shards.size(), path / shard.folder});
    all.add_database(open->db);
    if (!shard.dead.empty()) {
        const auto gone = open_one(path / shard.dead);
        const auto end = gone.valuestream_end(schema::kSlotNumber);
        for (auto it = gone.valuestream_begin(schema::kSlotNumber); it != end; ++it)
            open->dead.push_back(static_cast<Xapian::docid>(Xapian::sortable_unserialise(*it)));
        std::ranges::sort(open->dead);
        dead.add_database(gone);
    }
    shards.push_back(std::move(open));
}

// `far`: each read takes a round trip, so all at once.
void Database::open_shards(const store::Manifest& manifest, bool far) {
    const auto count = manifest.shards.size();
    std::vector<fs::path> folders;
    for (const store::Shard& shard : manifest.shards) folders.push_back(path / shard.folder);
    std::vector<std::optional<Xapian::Database>> opened(count);
    std::vector<std::exception_ptr> failures(count);
    const auto work = [&](std::size_t i) {
        try {
            opened[i] = open_one(folders[i]);
        } catch (...) {
            failures[i] = std::current_exception();
        }
    };
    if (far)
        at_once(count + 2, [&](std::size_t i) {
            if (i >= 2) return work(i - 2);
            if (i == 0)
                ahead = std::make_unique<Ahead>(folders);
            else if (!relations.empty())
                reader::read_ahead(relations);
        });
    for (std::size_t i = 0; i < count; ++i) {
        if (!far) work(i);
        if (failures[i]) std::rethrow_exception(failures[i]);
        add(manifest.shards[i], *std::move(opened[i]));
    }
    if (ahead) ahead->serve_xapian();
}

void Database::read_ahead(std::span<const Ahead::Document> documents, std::optional<TextParts> parts) {
    if (!ahead) return;
    constexpr std::array<unsigned, 2> kSlots{schema::kSlotText, schema::kSlotContent};
    ahead->documents(documents, std::span(kSlots).first(parts ? 2 : 0));
    if (!parts) return;
    std::map<store::TextReader*, std::vector<store::TextLocation>> places;
    for (const Ahead::Document& one : documents) {
        const OpenShard& shard = *shards[one.shard];
        const auto place = shard.db.get_document(one.id).get_value(schema::kSlotText);
        if (const auto known = store::TextLocation::decode(place)) places[shard.texts].push_back(*known);
    }
    const std::vector<std::pair<store::TextReader*, std::vector<store::TextLocation>>> given(places.begin(),
                                                                                             places.end());
    at_once(given.size(),
            [&](std::size_t i) { given[i].first->read_ahead(given[i].second, *parts == TextParts::whole); });
}

Result<Database> Database::open(const fs::path& index) {
    return guarded([&]() -> Result<Database> {
        const auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        const bool far = any_lies_elsewhere(index, *manifest);
        constexpr std::size_t kThreads = 32;
        if (const auto there = store::verify_presence(index, *manifest, far ? kThreads : 1); !there)
            return there.error();
        Database out;
        out.generation = manifest->generation;
        out.path = store::data_of(index, *manifest);
        out.texts = std::make_unique<store::TextReader>(out.path);
        for (const store::File& file : manifest->files)
            if (file.path == manifest->relations || file.path.ends_with(schema::layout::kVocabulary))
                out.checksums_[out.path / file.path] = file.checksum;
        if (!manifest->relations.empty()) out.relations = out.path / manifest->relations;
        for (const store::Archive& archive : manifest->archives) out.archives[archive.key] = archive.path;
        DocumentSet gone;
        out.open_shards(*manifest, far);
        for (const auto& shard : out.shards)
            if (!shard->dead.empty()) gone[shard->db.get_uuid()] = shard->dead;
        if (!gone.empty()) out.dead_documents_ = std::make_shared<const DocumentSet>(std::move(gone));
        return out;
    });
}

namespace {

constexpr int kAttempts = 20;

}  // namespace

Result<Done> Attempts::begin(Database& database) {
    ++attempt_;
    if (database.texts) return Done{};
    auto found = sources_.find();
    if (!found) return found.error();
    index_ = *std::move(found);
    auto opened = Database::open(index_);
    if (!opened) return opened.error();
    database = std::move(*opened);
    return Done{};
}

bool Attempts::is_transient(const Error& error, const Database& database) {
    if (error.kind == ErrorKind::busy) return true;
    // A file that a publication has replaced, of this index or of a member.
    if (error.kind != ErrorKind::data && error.kind != ErrorKind::no_input && error.kind != ErrorKind::io) return false;
    // Of an index that could not be opened it is not known what was there.
    constexpr int kFewest = 2;
    constexpr auto kLongest = std::chrono::seconds(2);
    const bool long_ago = std::chrono::steady_clock::now() - begin_ > kLongest;
    if (!database.texts && attempt_ >= kFewest && (error.kind == ErrorKind::io || long_ago)) return false;
    const auto found = sources_.find();
    if (!found) return false;
    const auto manifest = store::read_manifest(*found);
    const bool other =
        manifest && (manifest->generation != database.generation || (!index_.empty() && *found != index_));
    constexpr int kPatience = 3;
    if (!sources_.several() || forgot_ || attempt_ < kPatience || error.kind != ErrorKind::data) return other;
    // What links the members is damaged, and only a cache.
    forgot_ = true;
    sources_.forget();
    return true;
}

bool Attempts::goes_on(const Error& error, Database& database) {
    using namespace std::chrono_literals;
    if (attempt_ == kAttempts || !is_transient(error, database)) return false;
    database = Database{};
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, std::chrono::milliseconds(64ms));
    return true;
}

}  // namespace patchseek::reader
