// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/entry_reader.hpp"
#include "build.hpp"
#include "document/document.hpp"
#include "document/record.hpp"
#include "storage/amendments.hpp"
#include "storage/known_messages.hpp"

namespace patchseek::run {

/// An entry of a catalog with what orders it.
struct WorkItem {
    const archive::Entry* entry;
    std::optional<std::int64_t> date;
    std::string id;  ///< its first kOrderedId bytes
};

std::vector<const archive::Entry*> entries_of(std::span<const WorkItem> items);

/// When a batch ends: after so much of any of these, or when `stop` is set.
struct BatchLimits {
    std::uint64_t bytes, messages;
    std::chrono::steady_clock::time_point end;
    const storage::Stop* stop;
};

/// What came of one batch of a worker.
struct Batch {
    std::uint64_t read = 0, added = 0, known = 0, damaged = 0, bytes = 0;
    std::vector<storage::NewOrigin> new_origins;  ///< of messages that have a document; not yet written
    /// Origins where another message stands now, and the content of that message.
    std::vector<std::pair<store::Origin, std::string>> moved;
    std::vector<std::uint32_t> unsettled;
    bool in_order = true;  ///< its documents, and those of the batches before, came newest first
    std::vector<std::pair<const archive::Entry*, std::string>> problems;
};

/// One thread's share of a catalog, newest first. Documents go to the sink in that order.
class Worker {
public:
    using Sink = std::function<Result<Done>(const document::Indexed& message, std::size_t bytes)>;

    Worker(const archive::Catalog& catalog, std::vector<WorkItem> items, store::TextWriter texts)
        : catalog_(catalog), items_(std::move(items)), texts_(std::move(texts)), reader_(catalog) {
        reader_.expect(entries_of(items_));
    }

    bool done() const { return next_ == items_.size(); }
    /// Goes on until a limit. Texts are synced when it returns. `on_read` is told of
    /// each entry.
    Result<Batch> batch(const storage::KnownMessages& known, const BatchLimits& limits, const Sink& sink,
                        const std::function<void(const archive::Entry&)>& on_read);

private:
    /// A new message, until all entries that may be copies of it have been read.
    struct Pending {
        const archive::Entry* entry = nullptr;  ///< the first
        mail::Message message;
        store::Origins origins;
    };
    void read(const WorkItem& item);
    void add_known(const storage::KnownMessages::Found& found, storage::NewOrigin added, const mail::Message& message,
                   std::string_view raw);
    void add_new(const archive::Entry& entry, store::Copy copy, mail::Message message, std::string_view raw);
    Result<Done> flush(const Sink& sink);
    void store_text(store::Copy& copy, const mail::Message& message, std::string_view raw);
    bool is_over(const BatchLimits& limits) const;

    const archive::Catalog& catalog_;
    std::vector<WorkItem> items_;
    std::size_t next_ = 0;
    store::TextWriter texts_;
    archive::EntryReader reader_;
    document::DocumentBuilder builder_;
    const storage::KnownMessages* known_ = nullptr;
    std::map<std::string, Pending> pending_;  ///< by content
    std::size_t pending_bytes_ = 0;
    std::set<std::string> flushed_;  ///< contents of this group that the sink has
    std::string last_order_;         ///< kSlotOrder of the last document
    bool in_order_ = true;
    Batch batch_;
};

}  // namespace patchseek::run
