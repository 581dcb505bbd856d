// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_service.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <span>

#include "git_local.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::size_t kMostBlobs = std::size_t{256} << 10;  // bytes in one answer, which stay in a cache
constexpr std::size_t kMostAnswered = std::size_t{4} << 20;
constexpr char kGood = '+', kBad = '-';  // how an answer ends

// What the process keeps from one question to the next.
struct Opened {
    std::map<std::string, LocalRepository, std::less<>> repositories;
    std::map<std::string, LocalHistory, std::less<>> histories;
    std::map<std::string, std::size_t, std::less<>> answered;  // bytes, of each that is in repositories

    // Of each repository that is open libgit2 keeps up to 16 MiB of what deltas are made from: of many, too much.
    void count(std::string_view path, std::size_t bytes) {
        auto& all = answered.try_emplace(std::string(path)).first->second;
        all += bytes;
        if (repositories.size() == 1 || all < kMostAnswered) return;
        repositories.erase(repositories.find(path));
        answered.erase(answered.find(path));
    }
};

template <class T>
Result<T*> opened(std::map<std::string, T, std::less<>>& all, std::string_view path) {
    if (const auto it = all.find(path); it != all.end()) return &it->second;
    auto made = T::open(fs::path(path));
    if (!made) return made.error();
    return &all.emplace(std::string(path), std::move(*made)).first->second;
}

Result<Done> history(const LocalRepository& repository, BinaryReader& from, BinaryWriter& to) {
    const auto most = from.varint();
    auto next = take_optional_id(from);
    const auto until = take_optional_id(from);
    std::vector<GitRepository::Change> changes;
    std::optional<Error> error;
    while (next && next != until && changes.size() < most) {
        auto change = repository.change(*next);
        if (!change) {
            error = change.error();
            break;
        }
        change->commit = *next;
        next = change->parent;
        changes.push_back(*change);
    }
    to.varint(changes.size());
    for (const auto& change : changes) put(to, change);
    to.varint(!error && next && next == until ? 1 : 0);
    to.varint(error ? 1 : 0);
    if (error) put(to, *error);
    return Done{};
}

Result<Done> blobs(const LocalRepository& repository, BinaryReader& from, BinaryWriter& to) {
    const BlobLimits limits{from.varint(), from.varint(), from.varint() != 0};
    std::size_t bytes = 0;
    for (const ObjectId& id : take_ids(from)) {
        const auto done = repository.blob(id, limits.whole, [&](std::string_view blob) {
            const auto kept = limits.kept(blob);
            put_blob(to, kept, blob.size());
            bytes += kept.size();
        });
        if (!done) put_blob(to, done.error());
        if (bytes >= kMostBlobs) break;
    }
    return Done{};
}

Result<Done> ask_repository(const LocalRepository& repository, char what, BinaryReader& from, BinaryWriter& to) {
    if (what == git_request::kHistory) return history(repository, from, to);
    if (what == git_request::kBlobs) return blobs(repository, from, to);
    if (what == git_request::kFind) put(to, repository.find(from.varint()));
    if (what == git_request::kHas)
        for (const ObjectId& id : take_ids(from)) to.varint(repository.has(id) ? 1 : 0);
    if (what == git_request::kHead) {
        const auto head = repository.head();
        if (!head) return head.error();
        put(to, *head);
    }
    if (what == git_request::kMessages) {
        const auto messages = repository.messages(take_id(from));
        if (!messages) return messages.error();
        to.varint(*messages ? 1 : 0);
        if (*messages) put(to, std::span<const ObjectId>(**messages));
    }
    return Done{};
}

Result<Done> ask_history(const LocalHistory& history, char what, BinaryReader& from, BinaryWriter& to) {
    if (what == git_request::kCommits)
        for (const ObjectId& id : take_ids(from)) put(to, history.commit(id));
    if (what == git_request::kTip) {
        const auto tip = history.tip(std::string(from.text()));
        if (!tip) return tip.error();
        put(to, *tip);
    }
    if (what == git_request::kTags) {
        const auto tags = history.tags();
        if (!tags) return tags.error();
        for (const auto& [name, id] : *tags) {
            to.text(name);
            put(to, id);
        }
    }
    if (what == git_request::kDiff) {
        const auto diff = history.diff(take_id(from));
        if (!diff) return diff.error();
        to.text(diff->text);
        for (const std::string& path : diff->paths) to.text(path);
    }
    return Done{};
}

bool is_of_project(char what) {
    return std::string_view{&git_request::kOpenProject, 1}.find(what) != std::string_view::npos ||
           what == git_request::kTip || what == git_request::kTags || what == git_request::kCommits ||
           what == git_request::kDiff;
}

Result<Done> ask(Opened& all, std::string_view request, std::string& out) {
    BinaryWriter to(out);
    BinaryReader from(request);
    const auto what = from.bytes(1);
    const auto path = from.text();
    if (!from.good()) return Error{ErrorKind::internal, "no question"};
    if (is_of_project(what.front())) {
        const auto history = opened(all.histories, path);
        if (!history) return history.error();
        return ask_history(**history, what.front(), from, to);
    }
    const auto repository = opened(all.repositories, path);
    if (!repository) return repository.error();
    auto done = ask_repository(**repository, what.front(), from, to);
    all.count(path, out.size());
    return done;
}

std::string answer(std::shared_ptr<void>& state, std::string_view request, std::span<const int>) {
    if (!state) state = std::make_shared<Opened>();
    std::string out;
    const auto done = ask(*static_cast<Opened*>(state.get()), request, out);
    if (!done) {
        out.clear();
        BinaryWriter to(out);
        put(to, done.error());
    }
    out += done ? kGood : kBad;
    return out;
}

// Of the processor. libgit2 1.5.1 never ends with a loose object that is cut short.
std::chrono::seconds patience_for(char what) {
    constexpr std::chrono::seconds kShort{2};
    return what == git_request::kDiff ? sandbox::Helper::kPatience : kShort;
}

}  // namespace

GitHelper::GitHelper() : helper_(answer) {}

Result<Done> GitHelper::allow(const fs::path& repository) {
    const auto files = files_of_repository(repository);
    if (!files) return files.error();
    for (const fs::path& file : *files) helper_.may_read(file);
    return Done{};
}

Result<std::string> GitHelper::ask(char what, const std::string& repository, std::string_view arguments) {
    std::string request(1, what);
    BinaryWriter to(request);
    to.text(repository);
    to.bytes(arguments);
    auto out = helper_.call(request, {}, patience_for(what));
    if (!out) return Error{out.error().kind, "the process that reads '" + repository + "' " + out.error().message};
    const bool good = out->ends_with(kGood);
    if (!out->empty()) out->pop_back();
    BinaryReader from(*out);
    return good ? std::move(out) : take_error(from);
}

}  // namespace patchseek::archive
