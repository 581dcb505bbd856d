// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "patchseek/text/visible.hpp"

namespace fs = std::filesystem;

namespace patchseek::commits {
namespace {

using archive::GitHistory;
using store::Commit;
using store::CommitId;

/// How many problems of one kind are named.
constexpr std::size_t kMostProblems = 20;
constexpr std::uint64_t kProgressEvery = 1000;
constexpr std::size_t kAtOnce = 256;  // commits that are read

struct HashOfId {
    std::size_t operator()(const CommitId& id) const noexcept { return archive::prefix(id); }
};
using Numbers = std::unordered_map<CommitId, std::uint32_t, HashOfId>;

}  // namespace

Result<History> History::open(const fs::path& path) {
    auto file = store::Commits::open(path);
    if (!file) return file.error();
    if (!file->is_sound()) return Error{ErrorKind::data, "'" + path.native() + "' is damaged"};
    History out;
    out.file_ = std::move(*file);
    for (std::uint32_t i = 0; i < out.file_->size(); ++i) {
        auto commit = out.file_->commit(i);
        if (!commit) return commit.error();
        out.tables_.commits.push_back(std::move(*commit));
    }
    out.tables_.tags = out.file_->tags();
    out.tables_.heads = out.file_->heads();
    const auto likenesses = out.file_->likenesses();
    out.tables_.likenesses.assign(likenesses.begin(), likenesses.end());
    return out;
}

/// One update of a History. Commits are numbered as they come until they are put in order.
class Update {
public:
    Update(History& history, const GitHistory& git, const fs::path& path, const History::Options& options)
        : history_(history), git_(git), path_(path), options_(options) {}
    Result<History::Change> run();

private:
    Result<Done> find_heads();
    bool is_the_same(const std::vector<std::pair<std::string, CommitId>>& tags) const;
    void problem(const Error& error);
    void take_known();
    Result<Done> read_new();
    std::vector<CommitId> take_some(std::vector<CommitId>& waiting) const;
    Result<Done> take_new(const CommitId& id, const Result<archive::GitCommit>& commit);
    Commit read(const archive::GitCommit& from);
    std::vector<bool> reached() const;
    void put_in_order(const std::vector<bool>& kept);
    std::vector<std::pair<std::string, std::uint32_t>> placed(
        const std::vector<std::pair<std::string, CommitId>>& tags) const;

    History& history_;
    const GitHistory& git_;
    const fs::path& path_;
    const History::Options& options_;
    std::vector<store::CommitHead> heads_;
    std::vector<Commit> commits_;
    std::vector<std::vector<CommitId>> parents_;  ///< as ids
    Numbers numbers_;
    std::vector<std::uint32_t> renumbered_;
    History::Change change_;
    std::uint64_t told_ = 0;  ///< times of kProgressEvery
};

Result<Done> Update::find_heads() {
    auto refs = options_.refs;
    if (refs.empty()) refs.emplace_back("HEAD");
    for (const std::string& ref : refs) {
        const auto tip = git_.tip(ref);
        if (!tip) return Error{tip.error().kind, path_.native() + ": " + tip.error().message};
        heads_.push_back({ref, *tip});
    }
    return Done{};
}

Commit Update::read(const archive::GitCommit& from) {
    Commit out;
    out.id = from.id;
    out.authored = from.authored;
    out.committed = from.committed;
    const auto name = [&](const std::string& bytes) { return history_.keep(read_name(bytes, from)); };
    out.author = name(from.author);
    out.author_address = name(from.author_address);
    out.committer = name(from.committer);
    out.committer_address = name(from.committer_address);
    auto text = read_text(from);
    out.subject = history_.keep(std::move(text.subject));
    for (auto& id : text.messages) out.messages.push_back(history_.keep(std::move(id)));
    for (auto& [kind, id] : text.references) out.references.emplace_back(kind, history_.keep(std::move(id)));
    for (auto& [key, value] : text.trailers) {
        const auto kept = history_.keep(std::move(key));
        out.trailers.emplace_back(kept, history_.keep(std::move(value)));
    }
    return out;
}

void Update::problem(const Error& error) {
    if (change_.problems.size() < kMostProblems)
        change_.problems.push_back({path_.native(), error.message, error.kind});
}

// A commit of which a parent was not there is read again: it may be there now.
void Update::take_known() {
    const auto& known = history_.tables_.commits;
    for (const Commit& commit : known) {
        if (std::ranges::find(commit.parents, Commit::kElsewhere) != commit.parents.end()) continue;
        numbers_.emplace(commit.id, static_cast<std::uint32_t>(commits_.size()));
        commits_.push_back(commit);
        for (auto& parents = parents_.emplace_back(); const std::uint32_t parent : commit.parents)
            parents.push_back(known[parent].id);
    }
}

// Ids that are not known yet, each once, off the end.
std::vector<CommitId> Update::take_some(std::vector<CommitId>& waiting) const {
    std::vector<CommitId> out;
    std::unordered_set<CommitId, HashOfId> chosen;
    for (; !waiting.empty() && out.size() < kAtOnce; waiting.pop_back())
        if (!numbers_.contains(waiting.back()) && chosen.insert(waiting.back()).second) out.push_back(waiting.back());
    return out;
}

Result<Done> Update::take_new(const CommitId& id, const Result<archive::GitCommit>& commit) {
    if (!commit) {
        if (std::ranges::find(heads_, id, &store::CommitHead::id) != heads_.end()) return commit.error();
        problem(commit.error());
        numbers_.emplace(id, Commit::kElsewhere);
        return Done{};
    }
    if (!commit->damage.empty()) problem({ErrorKind::data, commit->damage});
    numbers_.emplace(id, static_cast<std::uint32_t>(commits_.size()));
    commits_.push_back(read(*commit));
    parents_.push_back(commit->parents);
    ++change_.read;
    return Done{};
}

// From the heads down to what is known.
Result<Done> Update::read_new() {
    std::vector<CommitId> waiting;
    for (const auto& parents : parents_) std::ranges::copy(parents, std::back_inserter(waiting));
    for (const auto& head : heads_) waiting.push_back(head.id);
    while (!waiting.empty()) {
        const auto some = take_some(waiting);
        const auto commits = git_.commits(some);
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (auto done = take_new(some[i], commits[i]); !done) return done;
            if (commits[i]) std::ranges::copy(commits[i]->parents, std::back_inserter(waiting));
        }
        if (change_.read / kProgressEvery != told_ && options_.on_progress && !options_.on_progress(change_.read))
            return Error{ErrorKind::busy, "stopped"};
        told_ = change_.read / kProgressEvery;
    }
    for (std::size_t i = 0; i < commits_.size(); ++i) {
        commits_[i].parents.clear();
        for (const CommitId& parent : parents_[i]) commits_[i].parents.push_back(numbers_.at(parent));
    }
    return Done{};
}

std::vector<bool> Update::reached() const {
    std::vector<bool> out(commits_.size());
    std::vector<std::uint32_t> waiting;
    const auto reach = [&](std::uint32_t number) {
        if (number == Commit::kElsewhere || out[number]) return;
        out[number] = true;
        waiting.push_back(number);
    };
    for (const auto& head : heads_) reach(numbers_.at(head.id));
    while (!waiting.empty()) {
        const auto number = waiting.back();
        waiting.pop_back();
        for (const std::uint32_t parent : commits_[number].parents) reach(parent);
    }
    return out;
}

// Leaves out what is not kept, and numbers what is by ids.
void Update::put_in_order(const std::vector<bool>& kept) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < commits_.size(); ++i)
        if (kept[i]) order.push_back(i);
    std::ranges::sort(order, {}, [&](std::uint32_t number) { return commits_[number].id; });
    renumbered_.assign(commits_.size(), Commit::kElsewhere);
    for (std::uint32_t i = 0; i < order.size(); ++i) renumbered_[order[i]] = i;
    std::vector<Commit> out;
    for (const std::uint32_t number : order) {
        out.push_back(std::move(commits_[number]));
        for (std::uint32_t& parent : out.back().parents)
            if (parent != Commit::kElsewhere) parent = renumbered_[parent];
    }
    commits_ = std::move(out);
}

std::vector<std::pair<std::string, std::uint32_t>> Update::placed(
    const std::vector<std::pair<std::string, CommitId>>& tags) const {
    std::vector<std::pair<std::string, std::uint32_t>> out;
    for (const auto& [name, id] : tags) {
        const auto it = std::ranges::lower_bound(commits_, id, {}, &Commit::id);
        if (it != commits_.end() && it->id == id)
            out.emplace_back(text::valid_utf8(name), static_cast<std::uint32_t>(it - commits_.begin()));
    }
    return out;
}

bool Update::is_the_same(const std::vector<std::pair<std::string, CommitId>>& tags) const {
    const auto& tables = history_.tables_;
    if (heads_ != tables.heads) return false;
    const bool whole = std::ranges::none_of(tables.commits, [](const Commit& commit) {
        return std::ranges::find(commit.parents, Commit::kElsewhere) != commit.parents.end();
    });
    std::vector<std::pair<std::string, CommitId>> known, now;
    for (const auto& tag : tables.tags) known.emplace_back(tag.name, tables.commits[tag.commit].id);
    for (const auto& [name, id] : tags)
        if (std::ranges::binary_search(tables.commits, id, {}, &Commit::id))
            now.emplace_back(text::valid_utf8(name), id);
    std::ranges::sort(known);
    std::ranges::sort(now);
    return whole && known == now;
}

Result<History::Change> Update::run() {
    if (auto done = find_heads(); !done) return done.error();
    const auto tags = git_.tags();
    if (!tags) return tags.error();
    if (is_the_same(*tags)) return std::move(change_);
    take_known();
    if (auto done = read_new(); !done) return done.error();
    put_in_order(reached());
    auto placed_tags = place_tags(commits_, placed(*tags));
    std::vector<store::Likeness> likenesses;
    for (store::Likeness one : history_.tables_.likenesses) {
        const auto& id = history_.tables_.commits[one.commit].id;
        const auto it = std::ranges::lower_bound(commits_, id, {}, &Commit::id);
        if (it == commits_.end() || it->id != id) continue;
        one.commit = static_cast<std::uint32_t>(it - commits_.begin());
        likenesses.push_back(one);
    }
    std::ranges::sort(likenesses);
    history_.tables_ = {std::move(commits_), std::move(placed_tags), std::move(heads_), std::move(likenesses)};
    change_.changed = true;
    return std::move(change_);
}

Result<History::Change> History::update(const fs::path& repository, const Options& options) {
    const auto git = GitHistory::open(repository);
    if (!git) return git.error();
    return Update(*this, *git, repository, options).run();
}

}  // namespace patchseek::commits
