// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <sstream>

#include "index_folder.hpp"
#include "inspect.hpp"
#include "known_messages.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/store/positions.hpp"
#include "patchseek/store/record.hpp"
#include "relations_pass.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

constexpr std::size_t kMostPerShard = 100;
/// Of processor time, for a shard: damage may lead a reader in circles.
constexpr rlim_t kMostSeconds = 3600;

/// Looks at one shard and writes what it finds, a line each, to `out`.
class ShardCheck {
public:
    ShardCheck(const fs::path& index, const store::Shard& shard, int out)
        : index_(index), shard_(shard), texts_(index), out_(out) {}
    void run();

private:
    void find(const std::string& what) {
        if (++found_ <= kMostPerShard) [[maybe_unused]]
            const auto put = write_all(out_, what + '\n', "the report");
    }
    void tables(const std::string& folder);
    void positions(const Xapian::Database& db);
    void dead(const Xapian::Database& db, const std::vector<std::uint32_t>& numbers);
    void document(const Xapian::Database& db, Xapian::docid id);
    void copies(const std::string& id, const store::Origins& origins);
    void gather_names(const Xapian::Database& db);
    void terms(const std::string& name, const Xapian::Document& doc, const store::Origins& origins);

    const fs::path& index_;
    const store::Shard& shard_;
    store::TextReader texts_;
    int out_;
    std::size_t found_ = 0;
    std::string last_order_;
    std::map<Xapian::docid, std::set<std::string>> names_;
};

void ShardCheck::tables(const std::string& folder) {
    // Xapian opens the tables for writing, though it writes nothing: where we may not, the
    // documents alone must do.
    if (::access((index_ / folder / "postlist.glass").c_str(), W_OK) != 0 && errno != ENOENT) return;
    std::ostringstream report;
    const auto errors = Xapian::Database::check((index_ / folder).native(), 0, &report);
    if (errors > 0) find("Xapian finds " + std::to_string(errors) + " errors in the tables of " + folder);
}

// Each list must be of documents that have its term; one of signed words, which are no terms, of documents that are
// there. What has no positions, as parts of words have none, is in no list.
void ShardCheck::positions(const Xapian::Database& db) {
    const auto file = value_or_throw(store::Positions::open(index_ / shard_.folder));
    if (file.last() != db.get_lastdocid()) find("its positions are those of other documents");
    value_or_throw(file.all([&](std::string_view term, store::PositionList& list) -> Result<Done> {
        const std::string documents(term.starts_with(schema::kSignedPrefix) ? std::string_view() : term);
        auto at = db.postlist_begin(documents);
        const auto end = db.postlist_end(documents);
        std::uint32_t count = 0;
        for (std::uint32_t id = 1; at != end; id = list.document() + 1, ++count) {
            const auto more = list.seek(id);
            if (!more) return more.error();
            if (!*more) break;
            if (const auto where = list.positions(); !where) return where.error();
            at.skip_to(list.document());
            if (at == end || *at != list.document()) break;
        }
        if (count != list.documents()) find("the positions of '" + std::string(term) + "' are of other documents");
        return Done{};
    }));
}

void ShardCheck::dead(const Xapian::Database& db, const std::vector<std::uint32_t>& numbers) {
    const bool twice = std::ranges::adjacent_find(numbers) != numbers.end();
    if (twice || (!numbers.empty() && (numbers.front() == 0 || numbers.back() > db.get_lastdocid())))
        find("the numbers of its dead documents are wrong");
    if (!shard_.dead.empty() && open_shard(index_ / shard_.dead).get_doccount() != numbers.size())
        find("not every dead document says which it is");
}

void ShardCheck::copies(const std::string& id, const store::Origins& origins) {
    for (const store::Copy& copy : origins.copies) {
        const auto text = texts_.read(copy.location);
        if (!text)
            find(id + ": " + text.error().message);
        else if (sha256_hex(text->raw) != copy.digest && !copy.cut)
            find(id + ": its text is not what was indexed");
    }
}

// Those that name content and origins, of all documents.
void ShardCheck::gather_names(const Xapian::Database& db) {
    for (const auto prefix : {schema::kContentPrefix, schema::kOriginPrefix})
        for (auto term = db.allterms_begin(std::string(prefix)); term != db.allterms_end(std::string(prefix)); ++term)
            for (auto at = db.postlist_begin(*term); at != db.postlist_end(*term); ++at) names_[*at].insert(*term);
}

void ShardCheck::terms(const std::string& name, const Xapian::Document& doc, const store::Origins& origins) {
    std::set<std::string> wanted{schema::term(schema::kContentPrefix, doc.get_value(schema::kSlotContent))};
    for (const std::string& origin : origins.names()) wanted.insert(schema::term(schema::kOriginPrefix, origin));
    if (wanted != names_[doc.get_docid()]) find(name + ": its terms are not those of its content and origins");
}

void ShardCheck::document(const Xapian::Database& db, Xapian::docid id) {
    const auto doc = db.get_document(id);
    const auto record = store::decode(doc.get_data());
    const auto origins = store::Origins::decode(doc.get_value(schema::kSlotOrigins));
    const std::string name = record ? record->id : "document " + std::to_string(id);
    if (!record) find(name + ": " + record.error().message);
    if (!origins || origins->copies.empty()) return find(name + ": nothing tells where it comes from");
    copies(name, *origins);
    terms(name, doc, *origins);
    const store::Copy& shown = origins->copies.front();
    if (doc.get_value(schema::kSlotText) != shown.location.encode() || (record && record->digest != shown.digest))
        find(name + ": does not show the first of its copies");
    const auto order = doc.get_value(schema::kSlotOrder);
    if (shard_.newest_first && order <= last_order_) find(name + ": is not in the order of time");
    last_order_ = order;
}

void ShardCheck::run() {
    const auto done = guarded("cannot be read", [&]() -> Result<Done> {
        for (const std::string& folder : {shard_.folder, shard_.dead})
            if (!folder.empty()) tables(folder);
        const auto db = open_shard(index_ / shard_.folder);
        const auto numbers = dead_documents(index_, shard_);
        dead(db, numbers);
        positions(db);
        gather_names(db);
        Xapian::doccount count = 0;
        for (auto it = db.postlist_begin(""); it != db.postlist_end(""); ++it, ++count)
            if (!std::ranges::binary_search(numbers, *it)) document(db, *it);
        if (count != db.get_doccount() || count != db.get_lastdocid()) find("has not as many documents as it says");
        if (!value_or_throw(vocabulary_is_whole(index_ / shard_.folder)))
            find("its list of words has not all that its terms have");
        return Done{};
    });
    if (!done) find(done.error().message);
}

std::string read_to_end(int fd) {
    std::string out;
    char buffer[4096];
    for (;;) {
        const auto got = ::read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return out;
        out.append(buffer, static_cast<std::size_t>(got));
    }
}

// In a child, since damage may kill whoever reads it.
Result<Done> check_shard(const fs::path& index, const store::Shard& shard, Findings& findings) {
    int ends[2] = {};
    if (::pipe(ends) != 0) return system_error("cannot check the index", errno);
    UniqueFd in(ends[0]), out(ends[1]);
    const auto self = ::getpid(), child = ::fork();
    if (child < 0) return system_error("cannot check the index", errno);
    if (child == 0) {
        if (!end_with(self)) ::_exit(1);
        const rlimit none{0, 0}, long_enough{kMostSeconds, kMostSeconds};
        ::setrlimit(RLIMIT_CORE, &none);
        ::setrlimit(RLIMIT_CPU, &long_enough);
        ShardCheck(index, shard, out.get()).run();
        ::_exit(0);
    }
    out = UniqueFd();
    std::istringstream lines(read_to_end(in.get()));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    for (std::string line; std::getline(lines, line);) findings.problems.push_back({shard.folder, line});
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        findings.problems.push_back({shard.folder, "is damaged so that reading it ends in a crash"});
    return Done{};
}

// What holds between shards and the manifest. Only asked of shards that are sound.
Result<Done> check_whole(const fs::path& index, const store::Manifest& manifest, Findings& findings) {
    return guarded("cannot read the index", [&]() -> Result<Done> {
        const KnownMessages known(index, manifest);
        std::set<std::string> contents;
        for (const store::Shard& shard : manifest.shards) {
            const auto db = open_shard(index / shard.folder);
            const auto dead = dead_documents(index, shard);
            for (auto it = db.valuestream_begin(schema::kSlotContent); it != db.valuestream_end(schema::kSlotContent);
                 ++it)
                if (!std::ranges::binary_search(dead, it.get_docid()) && !contents.insert(*it).second)
                    findings.problems.push_back({shard.folder, "holds a message that stands elsewhere too"});
        }
        for (const store::Archive& archive : manifest.archives)
            if (archive.settled && known.count(store::at_of(archive.key)) != archive.messages)
                findings.problems.push_back(
                    {archive.path, "the index holds another number of its messages than it says"});
        findings.messages = known.messages();
        return Done{};
    });
}

// Those of another state of the shards are no damage: the run that changed them did not end.
Result<Done> check_relations(const fs::path& index, const store::Manifest& manifest, Findings& findings) {
    if (!relations_are_current(index, manifest)) return Done{};
    const auto wanted = work_out_relations(index, manifest);
    if (!wanted) return wanted.error();
    const auto there = read_file(index / manifest.relations);
    if (!there || *there != *wanted)
        findings.problems.push_back({manifest.relations, "does not hold the threads and series of the messages"});
    return Done{};
}

// Those files that are not as they were written; whether all of them are could be told.
Result<Done> check_files(const fs::path& index, const store::Manifest& manifest, Findings& findings) {
    const auto data = store::data_of(index, manifest);
    const auto find = [&](const std::string& path, std::string what) {
        findings.problems.push_back({path, std::move(what)});
    };
    for (const store::File& file : manifest.files) {
        store::Manifest alone;
        alone.data = manifest.data;
        alone.files = {file};
        // What it says begins with the index and ends with the way out, which is said once for all.
        if (auto there = store::verify_presence(index, alone); !there) {
            if (there.error().kind != ErrorKind::data) return there;
            find(file.path, "is missing, has another size, or is no regular file");
            continue;
        }
        const auto whole = store::has_its_checksum(data, file);
        if (!whole && whole.error().kind != ErrorKind::io) return whole.error();
        if (!whole) find(file.path, whole.error().message);
        if (whole && !*whole) find(file.path, "is damaged: its bytes are not those that were written");
    }
    return Done{};
}

}  // namespace

Result<Findings> check(const fs::path& index) {
    // A writer must not move what is looked at; who may not write reads it as it stands.
    const auto held = IndexFolder::open_existing(index, {}, IndexFolder::Verify::nothing);
    if (!held && held.error().kind != ErrorKind::permission) return held.error();
    const auto manifest = store::read_manifest(index);
    if (!manifest) return manifest.error();
    const auto data = store::data_of(index, *manifest);
    Findings findings;
    findings.shards = manifest->shards.size();
    if (auto done = check_files(index, *manifest, findings); !done) return done.error();
    // What is made of damaged files tells nothing more.
    for (const store::Shard& shard : manifest->shards)
        if (findings.problems.empty())
            if (auto done = check_shard(data, shard, findings); !done) return done.error();
    if (findings.problems.empty())
        if (auto done = check_whole(data, *manifest, findings); !done) return done.error();
    if (findings.problems.empty())
        if (auto done = check_relations(data, *manifest, findings); !done) return done.error();
    return findings;
}

}  // namespace patchseek::storage
