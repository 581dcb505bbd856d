// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/commits.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/file.hpp"

namespace patchseek::store {
namespace {

// The file is these structs one after another, in the byte order of the machine that wrote it; then the pool, in which
// a text that many commits share stands once, and the SHA-256 of all that.
constexpr std::array<char, 8> kMagic = {'P', 'S', 'E', 'E', 'K', 'C', 'O', '1'};
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr unsigned kPrefixDigits = 16;

struct Sizes {
    std::array<char, 8> magic = kMagic;
    std::uint32_t order = kByteOrder;
    std::uint32_t commits = 0, mentions = 0, likenesses = 0;
    std::uint64_t names = 0;  ///< bytes of tags and heads
    std::uint64_t pool = 0;   ///< bytes
};
struct Entry {
    std::uint64_t record = 0;  ///< place in the pool
    std::int64_t authored = 0, committed = 0;
    std::uint32_t tag = 0, unused = 0;
};
/// By the first 64 bits of what is named, then the number of its digits, kPrefixDigits at most.
struct Mention {
    std::uint64_t prefix = 0;
    std::uint32_t digits = 0, commit = 0, kind = 0, unused = 0;
    friend auto operator<=>(const Mention&, const Mention&) = default;  // NOLINT(modernize-use-nullptr)
};
static_assert(sizeof(Sizes) == 40 && sizeof(Entry) == 32 && sizeof(Mention) == 24 && sizeof(Likeness) == 16);

std::uint64_t size_of(const Sizes& sizes) {
    const std::uint64_t each = std::uint64_t{sizes.commits} * (sizeof(CommitId) + sizeof(Entry)) +
                               std::uint64_t{sizes.mentions} * sizeof(Mention) +
                               std::uint64_t{sizes.likenesses} * sizeof(Likeness);
    return sizeof(Sizes) + each + sizes.names + sizes.pool + sizeof(Digest);
}

// The first 64 bits that hex digits say, zeros behind; nullopt for other characters.
std::optional<std::uint64_t> prefix_of(std::string_view hex) {
    std::uint64_t out = 0;
    for (unsigned i = 0; i < hex.size(); ++i) {
        const int value = hex_value(hex[i]);
        if (value < 0) return std::nullopt;
        if (i < kPrefixDigits) out |= static_cast<std::uint64_t>(value) << (4 * (kPrefixDigits - 1 - i));
    }
    return out;
}

class Encoder {
public:
    std::string encode(const CommitTables& tables);

private:
    std::uint64_t shared(std::string_view text);
    void put_record(const Commit& commit);
    void put_diff(const Commit& commit);
    void add_mentions(const Commit& commit, std::uint32_t number);

    std::string pool_;
    BinaryWriter out_{pool_};
    std::unordered_map<std::string_view, std::uint64_t> places_;
    std::vector<Mention> mentions_;
};

// Where a text stands in the pool, as BinaryWriter::text() writes it. Of a record not yet begun.
std::uint64_t Encoder::shared(std::string_view text) {
    const auto [it, added] = places_.try_emplace(text, pool_.size());
    if (added) out_.text(text);
    return it->second;
}

void Encoder::put_diff(const Commit& commit) {
    out_.varint(commit.diff ? 2 : commit.diff_failed ? 1 : 0);
    if (!commit.diff) return;
    out_.little(commit.diff->patch);
    out_.varint(commit.diff->paths.size());
    for (const auto path : commit.diff->paths) out_.varint(places_.at(path));
    out_.varint(commit.diff->sketch.size());
    for (const std::uint32_t one : commit.diff->sketch) out_.little(one);
}

void Encoder::put_record(const Commit& commit) {
    for (const auto text : {commit.author, commit.author_address, commit.committer, commit.committer_address})
        out_.varint(places_.at(text));
    out_.text(commit.subject);
    out_.varint(commit.parents.size());
    for (const std::uint32_t parent : commit.parents) out_.varint(parent);
    out_.varint(commit.messages.size());
    for (const auto id : commit.messages) out_.text(id);
    out_.varint(commit.references.size());
    for (const auto& [kind, id] : commit.references) {
        out_.varint(static_cast<std::uint64_t>(kind));
        out_.text(id);
    }
    out_.varint(commit.trailers.size());
    for (const auto& [name, value] : commit.trailers) {
        out_.varint(places_.at(name));
        out_.varint(places_.at(value));
    }
    put_diff(commit);
}

void Encoder::add_mentions(const Commit& commit, std::uint32_t number) {
    for (const auto& [kind, id] : commit.references)
        if (const auto prefix = prefix_of(id); prefix)
            mentions_.push_back({*prefix, static_cast<std::uint32_t>(std::min<std::size_t>(id.size(), kPrefixDigits)),
                                 number, static_cast<std::uint32_t>(kind)});
}

std::string encoded_names(const CommitTables& tables) {
    std::string bytes;
    BinaryWriter out(bytes);
    out.varint(tables.tags.size());
    for (const CommitTag& tag : tables.tags) {
        out.text(tag.name);
        out.varint(tag.commit);
        out.varint(tag.holds.size());
        for (const auto& [begin, end] : tag.holds) {
            out.varint(begin);
            out.varint(end - begin);
        }
    }
    out.varint(tables.heads.size());
    for (const CommitHead& head : tables.heads) {
        out.text(head.ref);
        out.raw(head.id);
    }
    return bytes;
}

std::string Encoder::encode(const CommitTables& tables) {
    std::vector<Entry> entries;
    for (const Commit& commit : tables.commits) {
        for (const auto text : {commit.author, commit.author_address, commit.committer, commit.committer_address})
            shared(text);
        for (const auto& [name, value] : commit.trailers) shared(name), shared(value);
        if (commit.diff)
            for (const auto path : commit.diff->paths) shared(path);
        add_mentions(commit, static_cast<std::uint32_t>(entries.size()));
        entries.push_back({pool_.size(), commit.authored, commit.committed, commit.tag, 0});
        put_record(commit);
    }
    std::ranges::sort(mentions_);
    const auto names = encoded_names(tables);
    const Sizes sizes{kMagic,
                      kByteOrder,
                      static_cast<std::uint32_t>(entries.size()),
                      static_cast<std::uint32_t>(mentions_.size()),
                      static_cast<std::uint32_t>(tables.likenesses.size()),
                      names.size(),
                      pool_.size()};
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(size_of(sizes)));
    BinaryWriter out(bytes);
    out.raw(sizes);
    out.raw(entries.data(), entries.size());
    out.raw(mentions_.data(), mentions_.size());
    out.raw(tables.likenesses.data(), tables.likenesses.size());
    for (const Commit& commit : tables.commits) out.raw(commit.id);
    out.bytes(names);
    out.bytes(pool_);
    out.raw(sha256(bytes));
    return bytes;
}

/// Takes a count of items that have `least` bytes each.
std::size_t take_count(BinaryReader& in, std::size_t least) {
    const auto count = in.varint();
    if (count > in.left() / least) in.fail();
    return in.good() ? static_cast<std::size_t>(count) : 0;
}

}  // namespace

struct Commits::Impl {
    MappedFile file;
    Sizes sizes;
    std::span<const Entry> entries;
    std::span<const Mention> mentions;
    std::span<const Likeness> likenesses;
    std::span<const CommitId> ids;
    std::string_view pool;
    std::vector<CommitTag> tags;
    std::vector<CommitHead> heads;

    explicit Impl(MappedFile mapped) : file(std::move(mapped)) {}

    template <class Item>
    static std::span<const Item> take(BinaryReader& in, std::uint32_t count) {
        const auto bytes = in.bytes(std::uint64_t{count} * sizeof(Item));
        return {reinterpret_cast<const Item*>(bytes.data()), bytes.size() / sizeof(Item)};
    }

    bool read() {
        BinaryReader in(file.bytes());
        sizes = in.raw<Sizes>();
        if (!in.good() || sizes.magic != kMagic || sizes.order != kByteOrder || sizes.names > in.left() ||
            sizes.pool > in.left() || size_of(sizes) != file.bytes().size())
            return false;
        entries = take<Entry>(in, sizes.commits);
        mentions = take<Mention>(in, sizes.mentions);
        likenesses = take<Likeness>(in, sizes.likenesses);
        ids = take<CommitId>(in, sizes.commits);
        BinaryReader names(in.bytes(sizes.names));
        pool = in.bytes(sizes.pool);
        return in.good() && read_names(names);
    }

    bool read_names(BinaryReader& in) {
        for (auto left = take_count(in, 3); left > 0 && in.good(); --left) {
            CommitTag& tag = tags.emplace_back();
            tag.name = in.text();
            tag.commit = static_cast<std::uint32_t>(in.varint());
            if (tag.commit >= sizes.commits) return false;
            for (auto runs = take_count(in, 2); runs > 0 && in.good(); --runs) {
                const auto begin = static_cast<std::uint32_t>(in.varint());
                tag.holds.emplace_back(begin, begin + static_cast<std::uint32_t>(in.varint()));
            }
        }
        for (auto left = take_count(in, 1 + sizeof(CommitId)); left > 0 && in.good(); --left) {
            CommitHead& head = heads.emplace_back();
            head.ref = in.text();
            head.id = in.raw<CommitId>();
        }
        return in.whole();
    }

    std::string_view shared(BinaryReader& in) const {
        const auto place = in.varint();
        if (place >= pool.size()) in.fail();
        if (!in.good()) return {};
        BinaryReader there(pool.substr(static_cast<std::size_t>(place)));
        const auto text = there.text();
        if (!there.good()) in.fail();
        return text;
    }

    void take_diff(BinaryReader& in, Commit& commit) const {
        const auto state = in.varint();
        commit.diff_failed = state == 1;
        if (state != 2) return;
        CommitDiff& diff = commit.diff.emplace();
        diff.patch = in.little<std::uint64_t>();
        for (auto left = take_count(in, 1); left > 0; --left) diff.paths.push_back(shared(in));
        for (auto left = take_count(in, sizeof(std::uint32_t)); left > 0; --left)
            diff.sketch.push_back(in.little<std::uint32_t>());
    }

    bool take_record(BinaryReader in, Commit& commit) const {
        for (auto* text : {&commit.author, &commit.author_address, &commit.committer, &commit.committer_address})
            *text = shared(in);
        commit.subject = in.text();
        for (auto left = take_count(in, 1); left > 0; --left)
            commit.parents.push_back(static_cast<std::uint32_t>(in.varint()));
        for (auto left = take_count(in, 1); left > 0; --left) commit.messages.push_back(in.text());
        for (auto left = take_count(in, 2); left > 0; --left) {
            const auto kind = static_cast<CommitReference>(in.varint() & 0xff);
            commit.references.emplace_back(kind, in.text());
        }
        for (auto left = take_count(in, 2); left > 0; --left) {
            const auto name = shared(in);
            commit.trailers.emplace_back(name, shared(in));
        }
        take_diff(in, commit);
        return in.good() && std::ranges::all_of(commit.parents, [&](std::uint32_t parent) {
                   return parent < sizes.commits || parent == Commit::kElsewhere;
               });
    }
};

Commits::Commits(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Commits::Commits(Commits&&) noexcept = default;
Commits& Commits::operator=(Commits&&) noexcept = default;
Commits::~Commits() = default;

Result<Commits> Commits::open(const std::filesystem::path& file) {
    auto mapped = MappedFile::open(file);
    if (!mapped) return mapped.error();
    auto impl = std::make_unique<Impl>(std::move(*mapped));
    if (!impl->read()) return Error{ErrorKind::data, "'" + file.native() + "' is damaged"};
    return Commits(std::move(impl));
}

std::uint32_t Commits::size() const { return impl_->sizes.commits; }
const CommitId& Commits::id(std::uint32_t number) const { return impl_->ids[number]; }
std::int64_t Commits::committed(std::uint32_t number) const { return impl_->entries[number].committed; }
std::uint32_t Commits::tag(std::uint32_t number) const { return impl_->entries[number].tag; }

Result<Commit> Commits::commit(std::uint32_t number) const {
    const Entry& entry = impl_->entries[number];
    Commit out;
    out.id = impl_->ids[number];
    out.authored = entry.authored;
    out.committed = entry.committed;
    out.tag = entry.tag;
    if (entry.record >= impl_->pool.size() || entry.tag > impl_->tags.size() ||
        !impl_->take_record(BinaryReader(impl_->pool.substr(static_cast<std::size_t>(entry.record))), out))
        return Error{ErrorKind::data, "what the index has of a commit is damaged"};
    return out;
}

std::optional<std::uint32_t> Commits::find(const CommitId& id) const {
    const auto it = std::ranges::lower_bound(impl_->ids, id);
    if (it == impl_->ids.end() || *it != id) return std::nullopt;
    return static_cast<std::uint32_t>(it - impl_->ids.begin());
}

std::pair<std::uint32_t, std::uint32_t> Commits::starting_with(std::string_view hex) const {
    CommitId low{}, high;
    high.fill(0xff);
    if (hex.size() > 2 * low.size()) return {0, 0};
    for (std::size_t i = 0; i < hex.size(); ++i) {
        const int value = hex_value(hex[i]);
        if (value < 0) return {0, 0};
        const unsigned shift = i % 2 == 0 ? 4 : 0;
        const auto digit = static_cast<unsigned>(value) << shift;
        low[i / 2] = static_cast<unsigned char>(low[i / 2] | digit);
        high[i / 2] = static_cast<unsigned char>((high[i / 2] & ~(0xfU << shift)) | digit);
    }
    const auto begin = std::ranges::lower_bound(impl_->ids, low), end = std::ranges::upper_bound(impl_->ids, high);
    return {static_cast<std::uint32_t>(begin - impl_->ids.begin()),
            static_cast<std::uint32_t>(end - impl_->ids.begin())};
}

std::vector<CommitMention> Commits::naming(const CommitId& id) const {
    constexpr unsigned kLeastDigits = 7;
    std::uint64_t whole = 0;
    for (std::size_t i = 0; i < sizeof whole; ++i) whole = whole << 8 | id[i];
    std::vector<CommitMention> out;
    for (unsigned digits = kLeastDigits; digits <= kPrefixDigits; ++digits) {
        const unsigned cut = 4 * (kPrefixDigits - digits);
        const Mention wanted{whole >> cut << cut, digits, 0, 0};
        for (auto it = std::ranges::lower_bound(impl_->mentions, wanted);
             it != impl_->mentions.end() && it->prefix == wanted.prefix && it->digits == digits; ++it)
            if (it->commit < size()) out.push_back({it->commit, static_cast<CommitReference>(it->kind)});
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

const std::vector<CommitTag>& Commits::tags() const { return impl_->tags; }

std::optional<std::uint32_t> Commits::find_tag(std::string_view name) const {
    const auto it = std::ranges::find(impl_->tags, name, &CommitTag::name);
    if (it == impl_->tags.end()) return std::nullopt;
    return static_cast<std::uint32_t>(it - impl_->tags.begin());
}

bool Commits::is_in(std::uint32_t number, std::uint32_t tag) const {
    const auto first = Commits::tag(number);
    if (first == 0) return false;
    return first - 1 == tag || std::ranges::any_of(impl_->tags[tag].holds, [&](const auto& run) {
               return run.first <= first - 1 && first - 1 < run.second;
           });
}

const std::vector<CommitHead>& Commits::heads() const { return impl_->heads; }
std::span<const Likeness> Commits::likenesses() const { return impl_->likenesses; }

bool Commits::is_sound() const {
    const auto bytes = impl_->file.bytes();
    const auto digest = sha256(bytes.substr(0, bytes.size() - sizeof(Digest)));
    return std::equal(digest.begin(), digest.end(), bytes.end() - static_cast<std::ptrdiff_t>(sizeof(Digest)),
                      [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); });
}

std::string encode(const CommitTables& tables) { return Encoder().encode(tables); }

}  // namespace patchseek::store
