#include "indexer.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "document.hpp"
#include "index_folder.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::index {
namespace {

// Below this a second shard costs every search more than it saves the build.
constexpr std::uint64_t kBytesPerShard = std::uint64_t{8} << 20;
constexpr std::uint64_t kBriefBytes = std::uint64_t{64} << 10;

/// An entry of the catalog with what orders it.
struct Item {
    const archive::Entry* entry;
    std::optional<std::int64_t> date;
    std::string id;
};

// Newest first, undated last, then by id: the order of schema::kSlotOrder. Copies
// of one message stay in the order of their archives.
bool before(const Item& a, const Item& b) {
    if (a.date != b.date) return a.date.has_value() && (!b.date || *a.date > *b.date);
    return a.id < b.id;
}

mail::Hints hints_of(const archive::Entry& entry, bool cut) {
    if (!entry.heading) return {{}, {}, cut};
    return {entry.heading->title, entry.heading->from, cut};
}

/// Runs `work(i)` for i below `count`, each on a thread of its own.
template <class Work>
void in_parallel(unsigned count, const Work& work) {
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
    work(0);
    for (std::thread& thread : threads) thread.join();
}

/// One run over a catalog. Threads share only what `mutex_` guards.
class Build {
public:
    Build(const archive::Catalog& catalog, const IndexFolder& folder, unsigned jobs, const OnProgress& on_progress)
        : catalog_(catalog), folder_(folder), jobs_(jobs), on_progress_(on_progress) {}

    Result<std::vector<store::Shard>> run(const fs::path& build, Report& report);

private:
    struct Share {
        std::vector<Item> items;
        std::optional<store::Shard> shard;
        std::uint64_t added = 0, known = 0, damaged = 0, bytes = 0;
        std::vector<std::pair<const archive::Entry*, std::string>> problems;
        std::unordered_set<std::string> keys;
    };
    std::vector<Item> order();
    void brief(archive::EntryReader& reader, Item& item);
    void work(Share& share, const fs::path& folder);
    Result<Done> write(Share& share, const fs::path& folder);
    Result<Done> add(Share& share, const Item& item, archive::EntryReader& reader, DocumentBuilder& builder,
                     std::vector<Xapian::Database>& known, std::optional<ShardWriter>& writer, const fs::path& folder);
    bool is_known(Share& share, const std::string& key, std::vector<Xapian::Database>& known);
    void fail(Error error);
    void step();
    archive::Problem described(const archive::Entry& entry, const std::string& what) const;

    const archive::Catalog& catalog_;
    const IndexFolder& folder_;
    unsigned jobs_;
    const OnProgress& on_progress_;
    std::atomic<std::uint64_t> done_ = 0;
    std::atomic<bool> failed_ = false;
    std::mutex mutex_;
    std::optional<Error> error_;
};

void Build::fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    failed_ = true;
}

void Build::step() {
    const auto done = ++done_;
    if (on_progress_) on_progress_({done, catalog_.entries.size()});
}

archive::Problem Build::described(const archive::Entry& entry, const std::string& what) const {
    std::string text;
    if (catalog_.files[entry.file].kind != archive::Kind::message)
        text = "message at byte " + std::to_string(entry.span.offset) + ": ";
    return {catalog_.files[entry.file].path.native(), text + what};
}

void Build::brief(archive::EntryReader& reader, Item& item) {
    const auto raw = reader.read(*item.entry, kBriefBytes);
    if (!raw) return;  // named when the message is read in earnest
    auto brief = mail::parse_brief(raw->bytes);
    if (brief.id.empty()) {
        // Without an id the content is the id, and the whole of it has to be read.
        const auto whole = reader.read(*item.entry);
        if (!whole) return;
        const auto message = mail::parse(whole->bytes, hints_of(*item.entry, whole->cut));
        brief.id = message.ids.front();
        brief.date = message.date;
    }
    item.id = std::move(brief.id);
    item.date = brief.date;
}

std::vector<Item> Build::order() {
    std::vector<Item> items;
    items.reserve(catalog_.entries.size());
    for (const archive::Entry& entry : catalog_.entries) items.push_back({&entry, {}, {}});
    const std::size_t share = (items.size() + jobs_ - 1) / jobs_;
    in_parallel(jobs_, [&](unsigned thread) {
        archive::EntryReader reader(catalog_);
        for (std::size_t i = thread * share; i < std::min(items.size(), (thread + 1) * share); ++i)
            brief(reader, items[i]);
    });
    std::ranges::stable_sort(items, before);
    return items;
}

bool Build::is_known(Share& share, const std::string& key, std::vector<Xapian::Database>& known) {
    if (!share.keys.insert(key).second) return true;
    const auto term = schema::term(schema::kContentPrefix, key);
    return std::ranges::any_of(known, [&](const Xapian::Database& db) { return db.term_exists(term); });
}

Result<Done> Build::add(Share& share, const Item& item, archive::EntryReader& reader, DocumentBuilder& builder,
                        std::vector<Xapian::Database>& known, std::optional<ShardWriter>& writer,
                        const fs::path& folder) {
    auto raw = reader.read(*item.entry);
    if (!raw) {
        share.problems.emplace_back(item.entry, raw.error().message);
        return Done{};
    }
    const auto message = mail::parse(raw->bytes, hints_of(*item.entry, raw->cut));
    share.bytes += raw->bytes.size();
    if (is_known(share, message.content_key, known)) {
        ++share.known;
        return Done{};
    }
    const auto patch = patch::parse(message.subject, message.body);
    auto record = make_record(message, patch);
    record.size = raw->cut ? item.entry->span.size : raw->bytes.size();
    record.archive = catalog_.archives[catalog_.files[item.entry->file].archive].path.native();
    for (const std::string& defect : message.defects) share.problems.emplace_back(item.entry, defect);
    if (patch.cut_short) share.problems.emplace_back(item.entry, "ends inside a hunk, indexed as far as it goes");
    if (message.truncated) share.problems.emplace_back(item.entry, "over a limit, indexed as far as that");
    share.damaged += !message.defects.empty() || patch.cut_short;
    if (!writer) {
        auto created = ShardWriter::create(folder);
        if (!created) return created.error();
        writer.emplace(std::move(*created));
    }
    const std::size_t cost = raw->bytes.size();
    ++share.added;
    return writer->add(builder.build(message, patch, record), {message.headers, message.body, std::move(raw->bytes)},
                       cost);
}

Result<Done> Build::write(Share& share, const fs::path& folder) {
    archive::EntryReader reader(catalog_);
    DocumentBuilder builder;
    std::vector<Xapian::Database> known;
    std::optional<ShardWriter> writer;
    for (const store::Shard& shard : folder_.manifest().shards)
        known.emplace_back((folder_.path() / shard.folder).native(), Xapian::DB_BACKEND_GLASS);
    for (const Item& item : share.items) {
        if (failed_) return Done{};
        if (auto added = add(share, item, reader, builder, known, writer, folder); !added) return added;
        step();
    }
    if (!writer) return Done{};
    auto shard = writer->finish();
    if (!shard) return shard.error();
    share.shard = std::move(*shard);
    return Done{};
}

void Build::work(Share& share, const fs::path& folder) {
    const auto done = guarded("cannot index", [&] { return write(share, folder); });
    if (!done) fail(done.error());
}

Result<std::vector<store::Shard>> Build::run(const fs::path& build, Report& report) {
    std::uint64_t bytes = 0;
    for (const archive::Entry& entry : catalog_.entries) bytes += entry.span.size;
    const auto wanted = std::clamp<std::uint64_t>(bytes / kBytesPerShard, 1, jobs_);
    std::vector<Share> shares(wanted);
    for (Item& item : order()) {
        const auto hash = std::stoull(schema::short_hash(item.id), nullptr, 16);
        shares[hash % wanted].items.push_back(std::move(item));
    }
    in_parallel(static_cast<unsigned>(wanted), [&](unsigned i) { work(shares[i], build / std::to_string(i)); });
    if (error_) return *error_;
    std::vector<store::Shard> shards;
    std::vector<std::pair<const archive::Entry*, std::string>> problems;
    for (Share& share : shares) {
        if (share.shard) shards.push_back(std::move(*share.shard));
        report.added += share.added;
        report.known += share.known;
        report.damaged += share.damaged;
        report.bytes += share.bytes;
        std::ranges::move(share.problems, std::back_inserter(problems));
    }
    // In the order of the archives, whichever thread met them.
    std::ranges::stable_sort(problems, std::less<>(), [](const auto& problem) { return problem.first; });
    for (const auto& [entry, what] : problems) report.problems.push_back(described(*entry, what));
    return shards;
}

std::vector<store::Archive> archives_after(const store::Manifest& manifest, const archive::Catalog& catalog) {
    std::vector<store::Archive> out = manifest.archives;
    for (const archive::Archive& added : catalog.archives) {
        if (added.messages == 0) continue;
        auto it = std::ranges::find(out, added.path.native(), &store::Archive::path);
        if (it == out.end()) it = out.insert(out.end(), {added.path.native(), added.kind, 0});
        it->kind = added.kind;
        it->messages = added.messages;
    }
    return out;
}

}  // namespace

Result<Report> add_archives(const Request& request, const OnProgress& on_progress) {
    mail::init();
    Report report;
    archive::Catalog catalog;
    for (const fs::path& path : request.archives) {
        const auto added = archive::add_archive(catalog, path, request.kind);
        if (!added) report.failures.push_back(added.error());
    }
    if (report.failures.size() == request.archives.size()) return report;
    auto folder = IndexFolder::open(request.index);
    if (!folder) return folder.error();
    report.found = catalog.entries.size();
    report.problems = catalog.problems;
    const unsigned jobs = request.jobs ? request.jobs : std::max(1u, std::thread::hardware_concurrency());
    auto build = folder->make_build_folder();
    if (!build) return build.error();
    auto shards = Build(catalog, *folder, jobs, on_progress).run(*build, report);
    std::error_code ignored;
    if (!shards) fs::remove_all(*build, ignored);
    if (!shards) return shards.error();
    const auto published =
        folder->publish(*build, std::move(*shards), archives_after(folder->manifest(), catalog), request.now);
    if (!published) return published.error();
    return report;
}

}  // namespace patchseek::index
