// SPDX-License-Identifier: GPL-2.0-or-later
#include "build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "memory.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/terms.hpp"
#include "storage/merge.hpp"
#include "storage/shard_writer.hpp"
#include "storage/xapian_guard.hpp"
#include "worker.hpp"

namespace fs = std::filesystem;

namespace patchseek::run {
namespace {

// Below this a second shard costs every search more than it saves the build.
constexpr std::uint64_t kBytesPerWorker = std::uint64_t{8} << 20;
/// What a kill may cost: 64 MB of mail or 10 s of work, whichever comes first.
constexpr std::uint64_t kBatchBytes = std::uint64_t{64} << 20;
constexpr std::chrono::seconds kBatchTime{8};
/// Of the memory of a worker one part is for the terms of the shard that it makes, one for their positions, and one for
/// the mail that it reads.
constexpr std::size_t kParts = 3;
/// More are not kept: a person reads some, and counts tell the rest.
constexpr std::size_t kMostProblems = 10'000;

/// An entry with what orders it.
struct Dated {
    const archive::Entry* entry;
    std::optional<std::int64_t> date;
    std::string id;  ///< its first kOrderedId bytes
};

// Newest first, undated last, then by id: the order of schema::kSlotOrder. Entries that
// may be copies of one message stand together, in the order of their archives.
bool before(const Dated& a, const Dated& b) {
    if (a.date != b.date) return a.date.has_value() && (!b.date || *a.date > *b.date);
    return a.id < b.id;
}

mail::Hints hints_of(const archive::Entry& entry, bool cut) {
    if (!entry.heading) return {{}, {}, cut};
    return {entry.heading->title, entry.heading->from, cut};
}

void read_order(archive::EntryReader& reader, Dated& item) {
    const auto raw = reader.read_header(*item.entry);
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
    item.id = brief.id.substr(0, document::kOrderedId);
    item.date = brief.date;
}

class Builder {
public:
    Builder(storage::IndexFolder& folder, const archive::Catalog& catalog, const BuildOptions& options)
        : folder_(folder), catalog_(catalog), options_(options), added_(catalog.entries.size()) {}
    Result<BuildReport> run();

private:
    bool stopped() const { return storage::is_stop_requested(options_.stop); }
    std::vector<Dated> ordered_entries();
    std::vector<std::vector<WorkItem>> shares_of(std::size_t count);
    Result<Done> make_workers();
    Result<Done> check_room();
    Result<Done> batch();
    Result<Done> batches();
    BatchLimits limits() const;
    /// The new shard of a worker, of which there is none for no messages.
    struct Made {
        std::uint64_t messages = 0;
        bool newest_first = false;
    };
    Result<Done> publish_batch(const fs::path& build, const std::vector<Made>& made_by);
    void add_up(Batch& batch);
    Result<Done> pack(bool last);
    void count_read(const archive::Entry& entry);
    void report_progress(bool at_commit);
    archive::Problem described(const archive::Entry& entry, const std::string& what) const;

    storage::IndexFolder& folder_;
    const archive::Catalog& catalog_;
    const BuildOptions& options_;
    storage::Added added_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::vector<storage::Segment>> segments_;  ///< of each worker, newest first
    BuildReport report_;
    std::vector<std::pair<const archive::Entry*, std::string>> problems_;
    std::mutex mutex_;
    storage::Progress progress_{storage::Progress::Phase::reading};
};

std::vector<Dated> Builder::ordered_entries() {
    std::vector<Dated> items;
    items.reserve(catalog_.entries.size());
    for (const archive::Entry& entry : catalog_.entries) items.push_back({&entry, {}, {}});
    const std::size_t share = (items.size() + options_.jobs - 1) / options_.jobs;
    in_parallel(options_.jobs, [&](std::size_t thread) {
        // What fails here is named when the message is read in earnest.
        [[maybe_unused]] const auto done = storage::guarded("cannot look into the archives", [&]() -> Result<Done> {
            archive::EntryReader reader(catalog_);
            const std::size_t first = std::min(items.size(), thread * share);
            const auto mine = std::span(items).subspan(first, std::min(share, items.size() - first));
            reader.expect(entries_of(std::span<const Dated>(mine)));
            for (std::size_t i = 0; i < mine.size() && !stopped(); ++i) read_order(reader, mine[i]);
            return Done{};
        });
    });
    std::ranges::stable_sort(items, before);
    return items;
}

// By a hash of the id: copies of one message are of one share.
std::vector<std::vector<WorkItem>> Builder::shares_of(std::size_t count) {
    std::vector<std::vector<WorkItem>> shares(count);
    std::vector<const Dated*> last(count);
    const auto items = ordered_entries();
    for (const Dated& item : items) {
        const auto share = std::stoull(schema::short_hash(item.id), nullptr, 16) % count;
        const Dated* before = std::exchange(last[share], &item);
        shares[share].push_back({item.entry, before && before->date == item.date && before->id == item.id});
    }
    return shares;
}

Result<Done> Builder::make_workers() {
    for (const archive::Entry& entry : catalog_.entries) progress_.all_bytes += entry.span.size;
    progress_.total = catalog_.entries.size();
    const std::uint64_t most = options_.commit_every > 0 ? 1 : options_.jobs;
    const auto count = std::clamp<std::uint64_t>(progress_.all_bytes / kBytesPerWorker, 1, most);
    auto shares = shares_of(count);
    const auto numbers = folder_.texts_with_room(count);
    if (!numbers) return numbers.error();
    for (std::size_t i = 0; i < count; ++i) {
        auto texts = store::TextWriter::open(folder_.path(), (*numbers)[i]);
        if (!texts) return texts.error();
        workers_.push_back(std::make_unique<Worker>(catalog_, std::move(shares[i]), std::move(*texts), added_));
    }
    segments_.resize(count);
    return Done{};
}

BatchLimits Builder::limits() const {
    return {kBatchBytes / workers_.size(), options_.commit_every ? options_.commit_every : UINT64_MAX,
            std::chrono::steady_clock::now() + kBatchTime, options_.stop};
}

void Builder::report_progress(bool at_commit) {
    if (!options_.on_progress) return;
    if (at_commit) progress_.committed = progress_.done;
    progress_.at_commit = at_commit;
    options_.on_progress(progress_);
}

void Builder::count_read(const archive::Entry& entry) {
    const std::lock_guard lock(mutex_);
    ++progress_.done;
    progress_.bytes += entry.span.size;
    progress_.archive = catalog_.archives[catalog_.sources[entry.source].archive].path.native();
    report_progress(false);
}

archive::Problem Builder::described(const archive::Entry& entry, const std::string& what) const {
    const auto place = archive::place(catalog_, entry);
    return {catalog_.sources[entry.source].name, place.empty() ? what : place + ": " + what};
}

void Builder::add_up(Batch& batch) {
    report_.added += batch.added;
    report_.known += batch.known;
    report_.damaged += batch.damaged;
    report_.unsettled.insert(batch.unsettled.begin(), batch.unsettled.end());
    std::ranges::move(batch.new_origins, std::back_inserter(report_.new_origins));
    std::ranges::move(batch.moved, std::back_inserter(report_.moved));
    for (auto& problem : batch.problems)
        if (problems_.size() < kMostProblems) problems_.push_back(std::move(problem));
}

Result<Done> Builder::publish_batch(const fs::path& build, const std::vector<Made>& made_by) {
    storage::Publication publication{.build = build};
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (made_by[i].messages > 0) publication.added.push_back({std::to_string(i), made_by[i].newest_first, {}});
    if (publication.added.empty()) return Done{};
    const auto before = folder_.manifest().shards.size();
    if (auto done = folder_.publish(publication); !done) return done;
    auto shard = folder_.manifest().shards.begin() + static_cast<std::ptrdiff_t>(before);
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (made_by[i].messages > 0)
            segments_[i].push_back({(shard++)->folder, 0, made_by[i].messages, made_by[i].newest_first});
    return Done{};
}

// Every worker writes a new shard of its own; then all are published together.
Result<Done> Builder::batch() {
    const storage::UncommittedWork work(options_.stop);
    const auto build = folder_.make_build_folder();
    if (!build) return build.error();
    const auto memory = options_.memory / workers_.size() / kParts;
    std::vector<std::optional<Result<Batch>>> results(workers_.size());
    std::vector<Made> made_by(workers_.size());
    in_parallel(workers_.size(), [&](std::size_t i) {
        std::optional<storage::ShardWriter> writer;
        const auto sink = [&](const document::Indexed& message) -> Result<Done> {
            if (!writer) writer.emplace(*build / std::to_string(i), memory);
            return writer->add(message);
        };
        results[i] = storage::guarded("cannot index", [&]() -> Result<Batch> {
            auto batch =
                workers_[i]->batch(folder_, limits(), sink, [&](const archive::Entry& entry) { count_read(entry); });
            if (!batch || !writer) return batch;
            made_by[i] = {batch->added, batch->in_order};
            if (auto done = writer->finish(); !done) return done.error();
            return batch;
        });
    });
    for (auto& result : results) {
        if (!*result) return result->error();
        add_up(**result);
    }
    if (auto done = publish_batch(*build, made_by); !done) return done;
    std::error_code ignored;
    fs::remove_all(*build, ignored);
    give_back_memory();  // each batch has threads of its own, and leaves its memory in pieces
    return Done{};
}

Result<Done> Builder::batches() {
    while (!std::ranges::all_of(workers_, [](const auto& worker) { return worker->done(); }) && !stopped()) {
        if (auto done = batch(); !done) return done;
        report_progress(!folder_.holds());
        if (auto done = pack(false); !done) return done;
    }
    report_.stopped = stopped();
    return Done{};
}

Result<Done> Builder::pack(bool last) {
    if (last && options_.on_progress) {
        progress_.phase = storage::Progress::Phase::merging;
        report_progress(false);
    }
    return storage::pack_segments(folder_, segments_, last);
}

// Shards of a batch stand beside those that they are packed into. An index has about 0.75 to 1.0 times the bytes of
// its mail, measured on lists of 170 and 270 MB and on 490 MB of patches; half of that is never missed in what is less
// usual.
Result<Done> Builder::check_room() {
    if (folder_.holds() || options_.commit_every > 0) return Done{};
    std::error_code error;
    const auto space = fs::space(folder_.path(), error);
    if (error) return Done{};
    progress_.disk = progress_.all_bytes;
    const auto mb = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
    if (space.available >= progress_.disk / 2) return Done{};
    return Error{ErrorKind::io,
                 fmt::format("{:.0f} MB of mail make an index of about {:.0f} MB, and as much again while it "
                             "is made; '{}' has {:.0f} MB free",
                             mb(progress_.all_bytes), mb(progress_.disk), folder_.top().native(), mb(space.available))};
}

Result<BuildReport> Builder::run() {
    if (auto done = make_workers(); !done) return done.error();
    if (auto done = check_room(); !done) return done.error();
    if (auto done = batches(); !done) return done.error();
    if (!report_.stopped) {
        if (auto done = pack(true); !done) return done.error();
    }
    report_.bytes = progress_.bytes;
    // In the order of the archives, whichever worker met them.
    std::ranges::stable_sort(problems_, std::less<>(), [](const auto& problem) { return problem.first; });
    for (const auto& [entry, what] : problems_) report_.problems.push_back(described(*entry, what));
    return std::move(report_);
}

}  // namespace

Result<BuildReport> build(storage::IndexFolder& folder, const archive::Catalog& catalog, const BuildOptions& options) {
    return Builder(folder, catalog, options).run();
}

}  // namespace patchseek::run
