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
#include "storage/index_folder.hpp"
#include "storage/known_messages.hpp"

namespace patchseek::run {

/// An entry of a catalog. Those that may be copies of one message, by their date and id, stand together.
struct WorkItem {
    const archive::Entry* entry;
    bool same = false;  ///< may be a copy of the one before
};

template <class Item>
std::vector<const archive::Entry*> entries_of(std::span<const Item> items) {
    std::vector<const archive::Entry*> out;
    out.reserve(items.size());
    for (const Item& item : items) out.push_back(item.entry);
    return out;
}

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
    using Sink = std::function<Result<Done>(const document::Indexed& message)>;

    Worker(const archive::Catalog& catalog, std::vector<WorkItem> items, store::TextWriter texts, storage::Added& added)
        : catalog_(catalog), items_(std::move(items)), texts_(std::move(texts)), reader_(catalog), added_(added) {
        reader_.expect(entries_of(std::span<const WorkItem>(items_)));
    }

    bool done() const { return next_ == items_.size(); }
    /// Goes on until a limit. Texts are synced when it returns. `index` as it is now: the first batch takes what it
    /// has for all that was there before. `on_read` is told of each entry.
    Result<Batch> batch(const storage::IndexFolder& index, const BatchLimits& limits, const Sink& sink,
                        const std::function<void(const archive::Entry&)>& on_read);

private:
    /// A new message, until all entries that may be copies of it have been read.
    struct Pending {
        const archive::Entry* entry = nullptr;  ///< the first
        mail::Message message;
        store::Origins origins;
    };
    const storage::KnownMessages& known_of(std::string_view content);
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
    storage::Added& added_;
    const storage::IndexFolder* index_ = nullptr;
    std::unique_ptr<storage::KnownMessages> before_;  ///< the index before the first batch
    std::unique_ptr<storage::KnownMessages> now_;     ///< as it is now, if that was asked for
    const storage::KnownMessages* known_ = nullptr;   ///< that of these which knows the message being read
    std::map<std::string, Pending> pending_;          ///< by content
    std::size_t pending_bytes_ = 0;
    std::set<std::string> flushed_;  ///< contents of this group that the sink has
    std::string last_order_;         ///< kSlotOrder of the last document
    bool in_order_ = true;
    Batch batch_;
};

}  // namespace patchseek::run
