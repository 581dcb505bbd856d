// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/position_writer.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "patchseek/base/interner.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/store/positions.hpp"
#include "position_file.hpp"

namespace fs = std::filesystem;

namespace patchseek::store {
namespace {

/// What has lists of terms, in their order.
class ListSource {
public:
    virtual ~ListSource() = default;
    virtual Result<bool> next() = 0;
    virtual std::string_view term() const = 0;
    /// Adds the documents of the list.
    virtual Result<Done> put(PositionListBuilder& out) = 0;
};

/// The terms of the documents that were added, in memory. Of each the bytes of its list so far: of each document its
/// head and its positions, as in a block, but side by side.
class Table {
public:
    struct List {
        std::uint32_t last = 0;  ///< document
        std::string bytes{};
    };

    void clear() {
        names_.clear();
        lists_.clear();
        bytes_ = 0;
    }
    /// In bytes, about.
    std::size_t size() const { return bytes_ + names_.bytes() + lists_.size() * sizeof(List); }
    void add(std::uint32_t document, std::string_view term, std::span<const std::uint32_t> positions);
    std::string_view term(std::uint32_t number) const { return names_.text(number); }
    const List& list(std::uint32_t number) const { return lists_[number]; }
    /// The numbers of all terms, in their order.
    std::vector<std::uint32_t> sorted() const { return names_.sorted(); }

private:
    Interner names_;
    std::deque<List> lists_;  // by the number of the term
    std::size_t bytes_ = 0;
};

void Table::add(std::uint32_t document, std::string_view term, std::span<const std::uint32_t> positions) {
    const auto number = names_.number(term);
    if (number == lists_.size()) lists_.emplace_back();
    List& list = lists_[number];
    const auto before = list.bytes.size();
    write_head(list.bytes, {document - list.last, positions.size()});
    BinaryWriter out(list.bytes);
    std::uint32_t last = 0;
    for (const auto position : positions) out.varint(position - std::exchange(last, position));
    list.last = document;
    bytes_ += list.bytes.size() - before;
}

class TableSource : public ListSource {
public:
    explicit TableSource(const Table& table) : table_(table), order_(table.sorted()) {}
    Result<bool> next() override { return ++next_ <= order_.size(); }
    std::string_view term() const override { return table_.term(order_[next_ - 1]); }
    Result<Done> put(PositionListBuilder& out) override {
        const std::string_view bytes = table_.list(order_[next_ - 1]).bytes;
        BinaryReader in(bytes);
        std::uint32_t document = 0;
        while (in.left() > 0) {
            const auto head = read_head(in);
            document += static_cast<std::uint32_t>(head.step);
            out.add(document, head.count, in.bytes(varints_size(bytes.substr(bytes.size() - in.left()), head.count)));
        }
        return Done{};
    }

private:
    const Table& table_;
    std::vector<std::uint32_t> order_;
    std::size_t next_ = 0;
};

/// The lists of a file, whose documents stand behind `before` others.
class FileSource : public ListSource {
public:
    FileSource(std::unique_ptr<PositionFile> file, std::uint32_t before)
        : file_(std::move(file)), scan_(*file_), before_(before) {}
    Result<bool> next() override { return scan_.next(); }
    std::string_view term() const override { return scan_.term(); }
    Result<Done> put(PositionListBuilder& out) override;

private:
    Result<Done> put_block(std::string_view block, std::size_t count, std::uint32_t& document,
                           PositionListBuilder& out) const;

    std::unique_ptr<PositionFile> file_;
    PositionScan scan_;
    std::uint32_t before_;
};

Result<Done> FileSource::put_block(std::string_view block, std::size_t count, std::uint32_t& document,
                                   PositionListBuilder& out) const {
    BinaryReader heads(block);
    std::vector<std::pair<std::uint32_t, std::uint64_t>> documents;
    for (std::size_t i = 0; i < count && heads.good(); ++i) {
        const auto head = read_head(heads);
        document += static_cast<std::uint32_t>(head.step);
        documents.emplace_back(document, head.count);
    }
    if (!heads.good()) return file_->damaged();
    auto positions = block.substr(block.size() - heads.left());
    for (const auto& [id, many] : documents) {
        const auto size = varints_size(positions, many);
        if (size > positions.size()) return file_->damaged();
        out.add(before_ + id, many, positions.substr(0, size));
        positions.remove_prefix(size);
    }
    return Done{};
}

Result<Done> FileSource::put(PositionListBuilder& out) {
    BinaryReader in(scan_.list());
    auto left = in.varint();
    std::uint32_t document = 0;
    if (left <= PositionList::kBlock) return put_block(in.bytes(in.left()), left, document, out);
    BinaryReader table(in.text());
    while (left > 0 && table.good()) {
        table.varint();
        const auto count = std::min<std::uint64_t>(left, PositionList::kBlock);
        if (auto done = put_block(in.bytes(table.varint()), count, document, out); !done) return done;
        left -= count;
    }
    return in.good() && table.good() ? Result<Done>(Done{}) : file_->damaged();
}

using Sources = std::vector<std::unique_ptr<ListSource>>;

/// Writes all lists of the sources, those of equal terms one after another, in the order of the sources.
Result<Done> merge(Sources sources, std::uint32_t last, const fs::path& path) {
    auto file = PositionFileWriter::create(path);
    if (!file) return file.error();
    std::vector<std::size_t> waiting;  // a heap, the least term on top, of equal ones the first source
    const auto later = [&](std::size_t one, std::size_t other) {
        const auto order = sources[one]->term() <=> sources[other]->term();
        return order != 0 ? order > 0 : one > other;
    };
    const auto advance = [&](std::size_t source) -> Result<Done> {
        const auto more = sources[source]->next();
        if (!more) return more.error();
        if (*more) waiting.push_back(source), std::ranges::push_heap(waiting, later);
        return Done{};
    };
    for (std::size_t i = 0; i < sources.size(); ++i)
        if (auto done = advance(i); !done) return done;
    PositionListBuilder list;
    while (!waiting.empty()) {
        const std::string term(sources[waiting.front()]->term());
        list.clear();
        while (!waiting.empty() && sources[waiting.front()]->term() == term) {
            std::ranges::pop_heap(waiting, later);
            const auto source = waiting.back();
            waiting.pop_back();
            if (auto done = sources[source]->put(list); !done) return done;
            if (auto done = advance(source); !done) return done;
        }
        if (auto done = file->put(term, list.finish()); !done) return done;
    }
    return file->finish(last);
}

}  // namespace

void DocumentPositions::add(std::string_view term, std::span<const std::uint32_t> positions) {
    terms_.push_back({static_cast<std::uint32_t>(term.size()), static_cast<std::uint32_t>(positions.size())});
    texts_ += term;
    positions_.insert(positions_.end(), positions.begin(), positions.end());
}

struct PositionWriter::Impl {
    fs::path shard;
    std::size_t memory;
    Table table{};
    std::vector<fs::path> parts{};  ///< what waits
    std::uint32_t last = 0;         ///< document

    fs::path path() const { return shard / schema::layout::kPositions; }
    Result<Done> put_aside() {
        parts.push_back(path().concat("-" + std::to_string(parts.size())));
        Sources sources;
        sources.push_back(std::make_unique<TableSource>(table));
        auto done = merge(std::move(sources), last, parts.back());
        table.clear();
        return done;
    }
};

PositionWriter::PositionWriter(fs::path shard, std::size_t memory)
    : impl_(std::make_unique<Impl>(Impl{std::move(shard), memory})) {}
PositionWriter::PositionWriter(PositionWriter&&) noexcept = default;
PositionWriter& PositionWriter::operator=(PositionWriter&&) noexcept = default;
PositionWriter::~PositionWriter() = default;

Result<Done> PositionWriter::add(std::uint32_t document, const DocumentPositions& positions) {
    positions.each(
        [&](std::string_view term, std::span<const std::uint32_t> at) { impl_->table.add(document, term, at); });
    impl_->last = document;
    return impl_->table.size() < impl_->memory ? Result<Done>(Done{}) : impl_->put_aside();
}

Result<Done> PositionWriter::finish(std::uint32_t last) {
    Sources sources;
    for (const fs::path& part : impl_->parts) {
        auto file = PositionFile::open(part);
        if (!file) return file.error();
        sources.push_back(std::make_unique<FileSource>(std::move(*file), 0));
    }
    sources.push_back(std::make_unique<TableSource>(impl_->table));
    if (auto done = merge(std::move(sources), last, impl_->path()); !done) return done;
    impl_->table.clear();
    for (const fs::path& part : impl_->parts) {
        std::error_code error;
        if (fs::remove(part, error); error) return system_error("cannot remove '" + part.native() + "'", error.value());
    }
    impl_->parts.clear();
    return Done{};
}

Result<Done> pack_positions(std::span<const fs::path> shards, const fs::path& folder) {
    Sources sources;
    std::uint32_t before = 0;
    for (const fs::path& shard : shards) {
        auto file = PositionFile::open(shard / schema::layout::kPositions);
        if (!file) return file.error();
        const auto last = (*file)->last();
        sources.push_back(std::make_unique<FileSource>(std::move(*file), before));
        before += last;
    }
    return merge(std::move(sources), before, folder / schema::layout::kPositions);
}

}  // namespace patchseek::store
