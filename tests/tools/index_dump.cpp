// SPDX-License-Identifier: GPL-2.0-or-later
/// Prints an index, one line per message and then one per commit, so that two indexes can be compared however each was
/// made.
///
///     index_dump [--origins] [--terms] [--joins] DB
///
/// Equal lines mean: the same terms with the same frequencies and positions, the same values, the same record and the
/// same stored bytes, the same thread, series, versions and credits, the same commits that came from it, how and how
/// surely. Of commits all that the index knows is told, save their diffs. Where the message came from is told with
/// --origins only; where its text lies never is. --terms prints the terms one by one, to find out what differs;
/// --joins prints of messages only which commits came from them.
///
/// Exit 1, and a line on stderr for each: the index contradicts itself.
#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/commits.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/origins.hpp"
#include "patchseek/store/positions.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/relations.hpp"
#include "patchseek/store/text_store.hpp"
#include "storage/xapian_guard.hpp"

using namespace patchseek;

namespace {

/// Of values; more than there are does no harm.
constexpr int kSlots = 32;

bool whole = true;

void complain(const std::string& text) {
    whole = false;
    fmt::print(stderr, "index_dump: {}\n", text);
}

/// Bytes for a line of text: no blank, no control character.
std::string shown(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte < 0x7f && c != '%')
            out += c;
        else
            out += fmt::format("%{:02x}", byte);
    }
    return out;
}

/// What names an archive: its path.
class Archives {
public:
    explicit Archives(const store::Manifest& manifest) {
        for (const store::Archive& archive : manifest.archives)
            paths_[archive::archive_key(archive.path)] = archive.path;
    }
    std::string path(std::uint64_t key) const {
        const auto found = paths_.find(key);
        if (found != paths_.end()) return found->second;
        complain("a message comes from archive " + store::key_name(key) + ", which the manifest does not name");
        return store::key_name(key);
    }

private:
    std::map<std::uint64_t, std::string> paths_;
};

std::string shown(const store::CommitId& id) { return hex(id); }

/// What the index knows of the commits of one repository.
class Commits {
public:
    Commits(const std::string& db, const store::Repository& repository) : path_(repository.path) {
        auto commits = store::Commits::open(db + '/' + repository.file);
        if (!commits) {
            complain(commits.error().message);
            return;
        }
        if (!commits->is_sound()) complain(repository.file + ": is not what was written");
        if (commits->size() != repository.commits) complain(repository.file + ": holds another number of commits");
        commits_ = std::move(*commits);
    }
    std::string id(std::uint32_t number) const {
        if (commits_ && number < commits_->size()) return shown(commits_->id(number));
        complain(fmt::format("commit {} of {} is none", number, path_));
        return "?";
    }
    void print() const {
        for (std::uint32_t i = 0; commits_ && i < commits_->size(); ++i) {
            const auto commit = commits_->commit(i);
            if (!commit)
                complain(commit.error().message);
            else
                fmt::print("commit {} {}\n", id(i), line(*commit));
        }
        if (!commits_) return;
        for (const store::CommitHead& head : commits_->heads()) fmt::print("head {} {}\n", head.ref, shown(head.id));
    }

private:
    std::string line(const store::Commit& commit) const {
        auto out = fmt::format("{} <{}> {} {} <{}> {} {}", shown(commit.author), shown(commit.author_address),
                               commit.authored, shown(commit.committer), shown(commit.committer_address),
                               commit.committed, shown(commit.subject));
        for (const auto parent : commit.parents)
            out += " parent=" + (parent == store::Commit::kElsewhere ? "elsewhere" : id(parent));
        for (std::uint32_t tag = 0; tag < commits_->tags().size(); ++tag)
            if (commits_->tag(*commits_->find(commit.id)) == tag + 1)
                out += " tag=" + shown(commits_->tags()[tag].name);
        for (const auto message : commit.messages) out += fmt::format(" message={}", shown(message));
        for (const auto& [kind, other] : commit.references)
            out += fmt::format(" {}={}", std::array{"fixes", "reverts", "picks"}.at(static_cast<std::size_t>(kind)),
                               other);
        for (const auto& [name, value] : commit.trailers) out += fmt::format(" {}={}", shown(name), shown(value));
        return out;
    }

    std::string path_;
    std::optional<store::Commits> commits_;
};

/// What messages are to one another, in their names instead of rows.
class Related {
public:
    /// `file` ends in '/' where the manifest names none yet.
    Related(const std::string& db, const store::Manifest& manifest) {
        const auto file = db + '/' + manifest.relations;
        for (const auto& repository : manifest.repositories)
            if (!repository.file.empty()) commits_.emplace(repository.file, Commits(db, repository));
        if (file.ends_with('/')) return;
        auto relations = store::Relations::open(file);
        if (relations)
            relations_ = std::move(*relations);
        else
            complain(relations.error().message);
    }

    std::uint32_t row(const std::string& shard, Xapian::docid id) const {
        if (!relations_) return 0;
        for (const auto& part : relations_->parts())
            if (part.shard == shard && id <= part.last) return part.first + id;
        return 0;  // came after the last run that ended
    }
    void name(std::uint32_t row, const std::string& content) { names_[row] = content.substr(0, 8); }

    std::string of(std::uint32_t row) const {
        if (row == 0) return " unrelated";
        const auto& it = relations_->rows()[row];
        std::string out = fmt::format(" thread={} series={} change={} replies={} states={}", named(it.thread),
                                      named(it.series), named(it.change), it.replies, it.states);
        for (const auto& place : relations_->placements())
            if (place.row == row)
                out += fmt::format(" place={},{},{},{}", place.kind, place.version, place.part, place.total);
        std::vector<std::string> credits;
        for (const auto& credit : relations_->credits())
            if (credit.patch == row) credits.push_back(named(credit.reply));
        std::ranges::sort(credits);
        for (const std::string& name : credits) out += " credit=" + name;
        return out + joins(row) + taken(row);
    }
    std::string taken(std::uint32_t row) const {
        std::vector<std::string> all;
        for (const store::Taken& one : relations_->taken())
            if (one.patch == row)
                all.push_back(fmt::format(" taken={}:{}:{}", named(one.reply), one.commit.hex(),
                                          shown(relations_->trees().at(one.tree))));
        std::ranges::sort(all);
        std::string out;
        for (const std::string& one : all) out += one;
        return out;
    }
    std::string joins(std::uint32_t row) const {
        std::vector<std::string> all;
        for (const store::Join& join : relations_->joins()) {
            if (join.row != row) continue;
            const auto found = commits_.find(relations_->repositories().at(join.repository));
            if (found == commits_.end()) {
                complain("the relations are of commits that the manifest does not name");
                continue;
            }
            all.push_back(fmt::format(" commit={},{},{}", found->second.id(join.commit),
                                      store::name(static_cast<store::JoinWay>(join.way)), join.sure));
        }
        std::ranges::sort(all);
        std::string out;
        for (const std::string& one : all) out += one;
        return out;
    }

    bool has_joins(std::uint32_t row) const {
        return relations_ &&
               std::ranges::any_of(relations_->joins(), [&](const auto& join) { return join.row == row; });
    }
    void print_commits() const {
        for (const auto& [file, commits] : commits_) commits.print();
    }

private:
    std::string named(std::uint32_t row) const {
        if (row == 0) return "-";
        const auto found = names_.find(row);
        if (found != names_.end()) return found->second;
        complain(fmt::format("row {} is no message", row));
        return "?";
    }

    std::optional<store::Relations> relations_;
    std::map<std::string, Commits> commits_;  ///< by their files
    std::map<std::uint32_t, std::string> names_;
};

class Dump {
public:
    struct What {
        bool origins = false, terms = false, joins = false;
    };
    Dump(const std::string& db, const store::Manifest& manifest, What what)
        : db_(db), archives_(manifest), relations_(db, manifest), what_(what) {}

    void shard(const std::string& folder, const store::Shard& shard) {
        const Xapian::Database db(folder);
        std::string last;
        read_terms(db, folder);
        texts_.emplace(shard.home.empty() ? db_ : std::filesystem::path(shard.home));
        const auto dead = storage::dead_documents(db_, shard);
        for (auto it = db.postlist_begin(""); it != db.postlist_end(""); ++it) {
            if (std::ranges::binary_search(dead, *it)) continue;
            const auto doc = db.get_document(*it);
            const auto order = doc.get_value(schema::kSlotOrder);
            const bool disordered = shard.newest_first && order < last;
            if (disordered) complain(fmt::format("{}: document {} is newer than the one before", shard.folder, *it));
            last = order;
            const auto row = relations_.row(db.get_uuid(), *it);
            relations_.name(row, doc.get_value(schema::kSlotContent));
            if (what_.joins) {
                if (!relations_.has_joins(row)) continue;
                const auto record = store::decode(doc.get_data());
                if (record) lines_.emplace_back(fmt::format("{} {}", shown(record->id), shown(record->subject)), row);
                continue;
            }
            lines_.emplace_back(line(db, *it, doc, fmt::format("{}/{}", shard.folder, *it)), row);
        }
    }

    /// Whether each message stands in one document.
    void print() {
        std::ranges::sort(lines_);
        for (const auto& [line, row] : lines_)
            fmt::print("{}{}\n", line, what_.joins ? relations_.joins(row) : relations_.of(row));
        for (const auto& [content, count] : contents_)
            if (count > 1) complain(fmt::format("message {} stands in {} documents", shown(content), count));
        relations_.print_commits();
    }

private:
    /// The terms of a document, but for those that name its origins.
    struct Terms {
        std::string text;
        std::size_t count = 0;
        std::vector<std::string> origins;
    };

    // From the terms of a shard to those of each of its documents: a shard has no lists of these.
    void read_terms(const Xapian::Database& db, const std::string& folder) {
        const auto positions = store::Positions::open(folder);
        if (!positions) return complain(positions.error().message);
        documents_.clear();
        read_signed_words(*positions);
        for (auto it = db.allterms_begin(); it != db.allterms_end(); ++it) {
            const std::string term = *it;
            const bool origin = term.starts_with(schema::kOriginPrefix);
            auto list = positions->find(term);
            for (auto post = db.postlist_begin(term); post != db.postlist_end(term); ++post) {
                Terms& terms = documents_[*post];
                if (origin) {
                    terms.origins.push_back(term.substr(schema::kOriginPrefix.size()));
                    continue;
                }
                terms.text += fmt::format("{}={}", shown(term), post.get_wdf());
                const auto found = list ? list->seek(*post) : Result<bool>(list.error());
                if (!found) return complain(folder + ": " + found.error().message);
                if (*found && list->document() == *post)
                    if (const auto at = list->positions(); at) terms.text += fmt::format(",{}", fmt::join(*at, ","));
                terms.text += ' ';
                ++terms.count;
            }
        }
    }

    void read_signed_words(const store::Positions& positions) {
        const auto done = positions.all([&](std::string_view name, store::PositionList& list) -> Result<Done> {
            for (std::uint32_t id = 1; name.starts_with(schema::kSignedPrefix); id = list.document() + 1) {
                const auto more = list.seek(id);
                if (!more || !*more) return more ? Result<Done>(Done{}) : more.error();
                const auto at = list.positions();
                if (!at) return at.error();
                documents_[list.document()].text += fmt::format("{},{} ", shown(name), fmt::join(*at, ","));
            }
            return Done{};
        });
        if (!done) complain(done.error().message);
    }

    std::string line(const Xapian::Database& db, Xapian::docid id, const Xapian::Document& doc,
                     const std::string& where) {
        const auto content = doc.get_value(schema::kSlotContent);
        ++contents_[content];
        std::string out = shown(content);
        const auto record = store::decode(doc.get_data());
        const auto origins = store::Origins::decode(doc.get_value(schema::kSlotOrigins));
        if (!record || !origins) {
            complain(where + ": " + (record ? origins : Result<store::Origins>(record.error())).error().message);
            return out;
        }
        out += fmt::format(" <{}> {} {}", shown(record->id), store::name(record->kind), shown(record->subject));
        out += terms(db, id) + values(doc) + data(*record);
        for (const store::Copy& copy : origins->copies) out += this->copy(copy, where);
        if (origins->copies.empty()) complain(where + ": comes from nowhere");
        agree(documents_.at(id), *record, *origins, where);
        return out;
    }

    std::string terms(const Xapian::Database& db, Xapian::docid id) const {
        const Terms& all = documents_.at(id);
        return fmt::format(" length={} terms={}:{}", db.get_doclength(id), all.count,
                           what_.terms ? all.text : sha256_hex(all.text));
    }

    static std::string values(const Xapian::Document& doc) {
        std::string out;
        for (int slot = 0; slot < kSlots; ++slot) {
            const auto value = doc.get_value(static_cast<Xapian::valueno>(slot));
            if (value.empty() || slot == schema::kSlotText || slot == schema::kSlotOrigins ||
                slot == schema::kSlotContent)
                continue;
            if (slot == schema::kSlotOrder || slot == schema::kSlotFact || slot == schema::kSlotPatchId)
                out += fmt::format(" {}={}", slot, shown(value));
            else
                out += fmt::format(" {}={:.0f}", slot, Xapian::sortable_unserialise(value));
        }
        return out;
    }

    static std::string data(store::Record record) {
        record.archives.clear();
        return fmt::format(" record={} size={} digest={}", sha256_hex(store::encode(record)), record.size,
                           record.digest);
    }

    std::string copy(const store::Copy& copy, const std::string& where) {
        const auto text = texts_->read(copy.location);
        if (!text)
            complain(where + ": " + text.error().message);
        else if (!copy.cut && sha256_hex(text->raw) != copy.digest)
            complain(where + ": the stored text is not the one whose digest stands beside it");
        if (!what_.origins) return {};
        std::string out =
            fmt::format(" copy={},{},{},{},{}", copy.digest, copy.size, copy.cut, shown(copy.title), shown(copy.from));
        for (const std::string& list : copy.lists) out += ",list:" + shown(list);
        std::vector<std::string> places;
        for (const store::Origin& origin : copy.origins)
            places.push_back(
                fmt::format(",{}:{:x}:{:x}", shown(archives_.path(origin.archive)), origin.source, origin.at));
        std::ranges::sort(places);
        for (const std::string& place : places) out += place;
        return out;
    }

    // The origins stand in a document three times: as terms, as a value, and in the record.
    static void agree(const Terms& terms, const store::Record& record, const store::Origins& origins,
                      const std::string& where) {
        std::vector<std::string> names = origins.names(), keys;
        std::ranges::sort(names);
        if (names != terms.origins) complain(where + ": terms and value of its origins differ");
        for (const auto key : origins.archives()) keys.push_back(store::key_name(key));
        if (keys != record.archives) complain(where + ": the record names other archives than its origins do");
        if (origins.lists() != record.lists) complain(where + ": the record names other lists than its copies do");
        if (!origins.copies.empty() && origins.copies.front().digest != record.digest)
            complain(where + ": shows another copy than its first");
    }

    std::filesystem::path db_;
    Archives archives_;
    std::optional<store::TextReader> texts_;  ///< of the shard
    Related relations_;
    What what_;
    std::map<Xapian::docid, Terms> documents_;  ///< of the shard at hand
    std::vector<std::pair<std::string, std::uint32_t>> lines_;
    std::map<std::string, int> contents_;
};

}  // namespace

int main(int argc, char** argv) try {
    Dump::What what;
    std::optional<std::string> db;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--origins") == 0)
            what.origins = true;
        else if (std::strcmp(argv[i], "--terms") == 0)
            what.terms = true;
        else if (std::strcmp(argv[i], "--joins") == 0)
            what.joins = true;
        else
            db = argv[i];
    }
    if (!db) {
        fmt::print(stderr, "usage: index_dump [--origins] [--terms] [--joins] DB\n");
        return 64;
    }
    const auto manifest = store::read_manifest(*db);
    if (!manifest) {
        complain(manifest.error().message);
        return 66;
    }
    const auto data = store::data_of(*db, *manifest).native();
    Dump dump(data, *manifest, what);
    for (const store::Shard& shard : manifest->shards)
        dump.shard((std::filesystem::path(data) / shard.folder).native(), shard);
    dump.print();
    return whole ? 0 : 1;
} catch (const Xapian::Error& error) {
    fmt::print(stderr, "index_dump: {}\n", error.get_description());
    return 65;
}
