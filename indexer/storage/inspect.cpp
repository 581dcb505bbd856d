#include "inspect.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string_view>

#include "index_folder.hpp"
#include "known_messages.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/text/visible.hpp"
#include "relations_pass.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

std::string utc(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::uint64_t size_of(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;  // a writer may be at work
        if (it->is_regular_file(ignored))
            if (const auto size = it->file_size(ignored); !ignored) bytes += size;
    }
    return bytes;
}

std::string refs_of(const store::Repository& repository) {
    std::string out;
    for (const std::string& ref : repository.refs) out += (out.empty() ? "" : ", ") + ref;
    return out.empty() ? "HEAD" : out;
}

std::string_view settled(const store::Archive& archive) {
    return archive.settled ? "" : ", its last reading did not come to its end";
}

constexpr std::size_t kMostPerShard = 100;

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
    const auto child = ::fork();
    if (child < 0) return system_error("cannot check the index", errno);
    if (child == 0) {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
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

void add_count(std::vector<Counted>& all, const std::string& name, std::uint64_t messages) {
    if (messages == 0) return;
    const auto it = std::ranges::find(all, name, &Counted::name);
    if (it != all.end())
        it->messages += messages;
    else
        all.push_back({name, messages});
}

// Of the messages of a shard that live.
void add_contents(const fs::path& index, const store::Shard& shard, Status& out) {
    const auto all = open_shard(index / shard.folder);
    const auto numbers = dead_documents(index, shard);
    const auto dead = numbers.empty() ? Xapian::Database() : open_shard(index / shard.dead);
    const auto count = [&](const std::string& term) { return all.get_termfreq(term) - dead.get_termfreq(term); };
    for (const char* kind : {"patch", "cover", "pull", "reply"})
        add_count(out.kinds, kind, count(schema::term(schema::field::is->prefix, kind)));
    const std::string prefix(schema::field::list->prefix);
    for (auto it = all.allterms_begin(prefix); it != all.allterms_end(prefix); ++it)
        add_count(out.lists, (*it).substr(prefix.size()), count(*it));
    const auto add_date = [&](const std::string& value) {
        const auto time = static_cast<std::int64_t>(Xapian::sortable_unserialise(value));
        out.oldest = std::min(out.oldest.value_or(INT64_MAX), time);
        out.newest = std::max(out.newest.value_or(INT64_MIN), time);
    };
    if (numbers.empty()) {
        // Absent values are none of the two.
        for (const auto& bound :
             {all.get_value_lower_bound(schema::kSlotDate), all.get_value_upper_bound(schema::kSlotDate)})
            if (!bound.empty()) add_date(bound);
        return;
    }
    const auto end = all.valuestream_end(schema::kSlotDate);
    for (auto it = all.valuestream_begin(schema::kSlotDate); it != end; ++it)
        if (!std::ranges::binary_search(numbers, it.get_docid())) add_date(*it);
}

/// "9 patch, 2 cover": what there is most of first as the caller has it, at most `most`.
std::string listed(const std::vector<Counted>& all, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i)
        out +=
            fmt::format("{}{} {}", i > 0 ? ", " : "", all[i].messages, text::visible(all[i].name, text::Breaks::blank));
    return all.size() > most ? out + fmt::format(" and {} more", all.size() - most) : out;
}

}  // namespace

Result<Status> status(const fs::path& index) {
    return guarded("cannot read the index", [&]() -> Result<Status> {
        auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        Status out{index.native(), std::move(*manifest), 0, size_of(index)};
        out.messages = KnownMessages(index, out.manifest).messages();
        for (const store::Shard& shard : out.manifest.shards) add_contents(index, shard, out);
        std::ranges::stable_sort(out.lists, std::greater<>(), &Counted::messages);
        return out;
    });
}

std::string as_text(const Status& status) {
    std::string out =
        fmt::format("index     {}\nschema    {}\nmessages  {}\n", text::visible(status.path, text::Breaks::blank),
                    status.manifest.schema, status.messages);
    if (!status.kinds.empty()) out += "kinds     " + listed(status.kinds, status.kinds.size()) + '\n';
    if (status.oldest && status.newest)
        out += fmt::format("dates     {} to {}\n", utc(*status.oldest), utc(*status.newest));
    if (!status.lists.empty()) out += "lists     " + listed(status.lists, 5) + '\n';
    out += fmt::format("size      {:.1f} MB in {} shards\nupdated   {}\n", static_cast<double>(status.bytes) / 1e6,
                       status.manifest.shards.size(),
                       status.manifest.updated != 0 ? utc(status.manifest.updated)
                       : status.messages == 0       ? "not yet"
                                                    : "no run has ended yet; what it brought so far is found");
    for (const store::Archive& archive : status.manifest.archives)
        out += fmt::format("archive   {} ({}, {} messages{})\n", text::visible(archive.path, text::Breaks::blank),
                           archive.kind, archive.messages, settled(archive));
    for (const store::Repository& repository : status.manifest.repositories)
        out += fmt::format("git       {} ({}, {} commits{})\n", text::visible(repository.path, text::Breaks::blank),
                           text::visible(refs_of(repository), text::Breaks::blank), repository.commits,
                           repository.file.empty() ? ", not yet read" : "");
    return out;
}

namespace {

nlohmann::ordered_json counts_of(const std::vector<Counted>& all) {
    auto out = nlohmann::ordered_json::object();
    for (const Counted& one : all) out[text::valid_utf8(one.name)] = one.messages;
    return out;
}

}  // namespace

std::string as_json(const Status& status) {
    using nlohmann::ordered_json;
    ordered_json archives = ordered_json::array();
    for (const store::Archive& archive : status.manifest.archives) {
        ordered_json& one = archives.emplace_back(ordered_json::object());
        one["path"] = text::valid_utf8(archive.path);
        if (one["path"] != archive.path) one["path_bytes"] = base64(archive.path);
        one["kind"] = archive.kind;
        one["messages"] = archive.messages;
        one["settled"] = archive.settled;
    }
    ordered_json repositories = ordered_json::array();
    for (const store::Repository& repository : status.manifest.repositories) {
        ordered_json& one = repositories.emplace_back(ordered_json::object());
        one["path"] = text::valid_utf8(repository.path);
        if (one["path"] != repository.path) one["path_bytes"] = base64(repository.path);
        one["refs"] = repository.refs.empty() ? std::vector<std::string>{"HEAD"} : repository.refs;
        one["commits"] = repository.commits;
        one["read"] = !repository.file.empty();
    }
    ordered_json out{{"schema", 1},
                     {"index", text::valid_utf8(status.path)},
                     {"index_schema", status.manifest.schema},
                     {"messages", status.messages},
                     {"kinds", counts_of(status.kinds)},
                     {"lists", counts_of(status.lists)},
                     {"bytes", status.bytes},
                     {"shards", status.manifest.shards.size()},
                     {"updated", utc(status.manifest.updated)},
                     {"archives", std::move(archives)}};
    if (!status.manifest.repositories.empty()) out["repositories"] = std::move(repositories);
    if (status.manifest.updated == 0) out.erase("updated");
    if (status.oldest) out["oldest"] = utc(*status.oldest);
    if (status.newest) out["newest"] = utc(*status.newest);
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

Result<Findings> check(const fs::path& index) {
    // A writer must not move what is looked at; who may not write reads it as it stands.
    const auto held = IndexFolder::open_existing(index);
    if (!held && held.error().kind != ErrorKind::permission) return held.error();
    const auto manifest = store::read_manifest(index);
    if (!manifest) return manifest.error();
    Findings findings;
    findings.shards = manifest->shards.size();
    for (const store::Shard& shard : manifest->shards)
        if (auto done = check_shard(index, shard, findings); !done) return done.error();
    if (findings.problems.empty())
        if (auto done = check_whole(index, *manifest, findings); !done) return done.error();
    if (findings.problems.empty())
        if (auto done = check_relations(index, *manifest, findings); !done) return done.error();
    return findings;
}

}  // namespace patchseek::storage
