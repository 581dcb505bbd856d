// SPDX-License-Identifier: GPL-2.0-or-later
#include "worker.hpp"

#include <algorithm>
#include <mutex>

#include "document/indexed.hpp"
#include "patchseek/schema/schema.hpp"
#include "storage/xapian_guard.hpp"

namespace patchseek::run {
namespace {

/// Copies of one message are gathered until this many bytes wait; a group of different
/// messages with one id and date, which only malice makes, must not fill the memory.
constexpr std::size_t kMostPending = std::size_t{16} << 20;

/// A message of this size is read by one thread at a time: decoded and compressed it
/// takes several times its size.
constexpr std::uint64_t kLarge = std::uint64_t{4} << 20;
std::mutex large_message_mutex;

store::Origin origin_of(const archive::Catalog& catalog, const archive::Entry& entry) {
    const archive::Source& source = catalog.sources[entry.source];
    return {catalog.archives[source.archive].key, source.key, entry.key};
}

}  // namespace

bool Worker::is_over(const BatchLimits& limits) const {
    return batch_.bytes >= limits.bytes || batch_.read >= limits.messages || storage::is_stop_requested(limits.stop) ||
           std::chrono::steady_clock::now() >= limits.end;
}

Result<Batch> Worker::batch(const storage::IndexFolder& index, const BatchLimits& limits, const Sink& sink,
                            const std::function<void(const archive::Entry&)>& on_read) {
    return storage::guarded("cannot index", [&]() -> Result<Batch> {
        index_ = &index;
        if (!before_) before_ = std::make_unique<storage::KnownMessages>(index.path(), index.manifest());
        now_.reset();
        batch_ = {};
        while (!done() && !is_over(limits)) {
            // No batch ends between what may be copies of one message.
            for (bool first = true;
                 !done() && (first || items_[next_].same) && !storage::is_stop_requested(limits.stop);
                 ++next_, first = false) {
                const auto size = items_[next_].entry->span.size;
                std::unique_lock lock(large_message_mutex, std::defer_lock);
                if (size >= kLarge) lock.lock();
                read(items_[next_]);
                on_read(*items_[next_].entry);
                if (pending_bytes_ >= kMostPending || lock.owns_lock())
                    if (auto done = flush(sink); !done) return done.error();
            }
            if (auto done = flush(sink); !done) return done.error();
            flushed_.clear();
        }
        if (auto done = texts_.sync(); !done) return done.error();
        batch_.in_order = in_order_;
        return std::move(batch_);
    });
}

// What this run has handed on is in shards that it may pack at any time, and asking each of them for each message would
// take a tenth of the time of a large run.
const storage::KnownMessages& Worker::known_of(std::string_view content) {
    if (!added_.may_hold(content)) return *before_;
    if (!now_) now_ = std::make_unique<storage::KnownMessages>(index_->path(), index_->manifest());
    return *now_;
}

void Worker::read(const WorkItem& item) {
    const archive::Entry& entry = *item.entry;
    auto raw = reader_.read(entry);
    ++batch_.read;
    if (!raw) {
        // Damage stays; whatever else it was may be over the next time.
        if (raw.error().kind != ErrorKind::data) batch_.unsettled.push_back(entry.source);
        batch_.problems.emplace_back(&entry, raw.error().message);
        return;
    }
    batch_.bytes += raw->bytes.size();
    store::Copy copy;
    if (entry.heading) copy.title = entry.heading->title;
    if (entry.heading) copy.from = entry.heading->from;
    copy.cut = raw->cut;
    auto message = mail::parse(raw->bytes, {copy.title, copy.from, copy.cut});
    if (!raw->damage.empty()) message.defects.push_back(raw->damage);
    copy.digest = message.digest;
    copy.size = raw->cut ? entry.span.size : raw->bytes.size();
    copy.lists = message.lists;
    copy.origins = {origin_of(catalog_, entry)};
    const auto content = document::content_of(message);
    known_ = &known_of(content);
    if (const auto found = known_->find(content))
        add_known(*found, {content, std::move(copy)}, message, raw->bytes);
    else
        add_new(entry, std::move(copy), std::move(message), raw->bytes);
}

void Worker::store_text(store::Copy& copy, const mail::Message& message, std::string_view raw) {
    copy.location = storage::value_or_throw(texts_.append({message.headers, message.body, raw}));
}

void Worker::add_known(const storage::KnownMessages::Found& found, storage::NewOrigin added,
                       const mail::Message& message, std::string_view raw) {
    ++batch_.known;
    const auto origins = known_->origins(found);
    const store::Origin& origin = added.copy.origins.front();
    const auto* copy = origins.copy_of(added.copy.digest);
    const bool there = copy && std::ranges::binary_search(copy->origins, origin);
    // An origin of two messages: a run was stopped between giving it to one and taking it from the other.
    const auto holders = known_->at(origin);
    if (there && holders.size() == 1) return;
    if (holders.size() > (there ? 1u : 0u)) batch_.moved.emplace_back(origin, added.content);
    if (there) return;
    if (copy)
        added.copy.location = copy->location;
    else
        store_text(added.copy, message, raw);
    batch_.new_origins.push_back(std::move(added));
}

void Worker::add_new(const archive::Entry& entry, store::Copy copy, mail::Message message, std::string_view raw) {
    const auto content = document::content_of(message);
    const auto origin = copy.origins.front();
    if (flushed_.contains(content)) {
        ++batch_.known;
        store_text(copy, message, raw);
        batch_.new_origins.push_back({content, std::move(copy)});
        return;
    }
    if (!known_->at(origin).empty()) batch_.moved.emplace_back(origin, content);
    auto& pending = pending_[content];
    const bool first = pending.origins.copies.empty();
    batch_.known += !first;
    if (first) pending.entry = &entry;
    if (!pending.origins.copy_of(copy.digest)) {
        pending_bytes_ += raw.size() + message.body.size();
        store_text(copy, message, raw);
    }
    pending.origins.add(copy);
    if (first || copy.digest == pending.origins.copies.front().digest) pending.message = std::move(message);
}

Result<Done> Worker::flush(const Sink& sink) {
    for (auto& one : pending_) {
        auto& pending = one.second;
        const auto& message = pending.message;
        const auto patch = patch::parse(message.subject, message.body, message.sender());
        const auto name = message.made_up_id ? std::string() : "<" + message.ids.front() + ">: ";
        const auto problem = [&](const std::string& what) { batch_.problems.emplace_back(pending.entry, name + what); };
        for (const std::string& defect : message.defects) problem(defect);
        if (patch.cut_short)
            problem("ends inside a hunk, indexed as far as it goes");
        else if (patch.corrupt)
            problem("a hunk has not the lines that its header promises, indexed as far as it goes");
        if (message.truncated || patch.over_limit) problem("over a limit, indexed as far as that");
        batch_.damaged += !message.defects.empty() || patch.cut_short || patch.corrupt;
        const auto made = builder_.build(message, patch, pending.origins);
        // A message may have changed since its place among the others was found.
        const auto& order = made.doc.value(schema::kSlotOrder);
        in_order_ = in_order_ && order > last_order_;
        last_order_ = order;
        if (auto done = sink(made); !done) return done;
        ++batch_.added;
        added_.add(one.first);
        flushed_.insert(one.first);
    }
    pending_.clear();
    pending_bytes_ = 0;
    return Done{};
}

}  // namespace patchseek::run
