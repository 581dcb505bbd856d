// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_inbox.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <system_error>
#include <unordered_set>

#include "content.hpp"
#include "git_service.hpp"
#include "mbox.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"
#include "scan.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

// What a message of a mailing list is long, or so.
constexpr std::uint64_t kTypicalSize = 8192;
// Where the kind of an inbox is told: its newest commits may all be purged ones.
constexpr std::size_t kCommitsLookedAt = 100;
// In place of a commit: an epoch that could not be read to its beginning.
constexpr const char* kBroken = "broken";

enum class Layout : std::uint8_t { none, v1, v2 };

// A message whose object the repository lacks, as a partial clone or a mirror with a limit of size does.
struct Missing {
    std::string object, commit, repository;
};

// The commits to which an inbox had been read: a line "v1" or "v2", one of name and commit for each repository, one of
// object, commit and name behind a '!' for each message that was missing.
struct Heads {
    Layout layout = Layout::none;
    std::map<std::string, std::string> commits;
    std::vector<Missing> missing;

    std::string text() const {
        std::string out = layout == Layout::v1 ? "v1\n" : "v2\n";
        for (const auto& [name, commit] : commits) out.append(name).append(1, ' ').append(commit).append(1, '\n');
        for (const Missing& one : missing)
            out.append(1, '!')
                .append(one.object)
                .append(1, ' ')
                .append(one.commit)
                .append(1, ' ')
                .append(one.repository + '\n');
        return out;
    }
    void read_missing(std::string_view line) {
        const auto first = std::min(line.find(' '), line.size()),
                   second = std::min(line.find(' ', first + 1), line.size());
        if (second == line.size()) return;
        missing.push_back({std::string(line.substr(0, first)), std::string(line.substr(first + 1, second - first - 1)),
                           std::string(line.substr(second + 1))});
    }
    static Heads read(std::string_view text) {
        Heads out;
        out.layout = text.starts_with("v1\n") ? Layout::v1 : Layout::v2;
        for (auto pos = text.find('\n'); pos != text.npos && pos + 1 < text.size();) {
            const auto end = text.find('\n', pos + 1);
            const auto line = text.substr(pos + 1, end - pos - 1);
            const auto space = std::min(line.rfind(' '), line.size());
            if (line.starts_with('!'))
                out.read_missing(line.substr(1));
            else
                out.commits[std::string(line.substr(0, space))] = line.substr(std::min(space + 1, line.size()));
            pos = end;
        }
        return out;
    }
};

class GitScan {
public:
    GitScan(Scan& scan, const ArchivePath& where, GitFolder folder)
        : scan_(scan), name_(where.path.native()), key_(key_of(where.inner)), folder_(std::move(folder)) {}
    /// False: no public-inbox.
    Result<bool> run();
    const std::string& name() const { return name_; }
    Key key() const { return key_; }

private:
    Result<Done> open();
    Result<Layout> layout() const;
    Result<Done> read_v1();
    void read_v2();
    using Changes = std::vector<GitRepository::Change>;  ///< oldest first
    Changes changes_of(std::size_t epoch, const std::string& until);
    std::vector<Changes> changes_since(const Heads& heads);
    std::vector<GitMessage> replay(const std::vector<Changes>& changes, bool from_old);
    void add(const std::vector<GitMessage>& live);
    std::vector<GitMessage> were_missing() const;
    std::vector<bool> are_there(const std::vector<GitMessage>& messages) const;
    void miss(const GitMessage& message);
    void say_still_missing(const std::vector<Missing>& missing);

    Scan& scan_;
    std::string name_;
    Key key_;
    GitFolder folder_;
    std::vector<GitRepository> epochs_;
    std::vector<std::optional<ObjectId>> tips_;
    Heads now_, old_;
    std::unordered_set<std::string> told_;  // the objects of old_.missing
    bool reached_old_ = true;               // every walk ended where the last one had begun
    bool broken_ = false;                   // some commit could not be read
    std::vector<std::uint64_t> kept_;
};

Result<Done> GitScan::open() {
    const auto helper = std::make_shared<GitHelper>();
    for (const fs::path& path : folder_.repositories)
        if (const auto allowed = helper->allow(path); !allowed) return allowed.error();
    for (const fs::path& path : folder_.repositories) {
        auto repository = GitRepository::open(path, helper);
        if (!repository) return repository.error();
        const auto tip = repository->head();
        if (!tip) return tip.error();
        epochs_.push_back(std::move(*repository));
        tips_.push_back(*tip);
        now_.commits[path.filename().native()] = *tip ? hex(**tip) : "";
    }
    return Done{};
}

Result<Layout> GitScan::layout() const {
    if (folder_.epochs) return Layout::v2;
    const auto& tip = tips_.front();
    if (!tip) return Layout::none;
    const auto history = epochs_.front().history(*tip, std::nullopt, kCommitsLookedAt);
    for (const GitRepository::Change& change : history.changes) {
        if (change.file != 0 && !change.foreign) return Layout::v2;
        if (!change.foreign) continue;
        const auto messages = epochs_.front().messages(change.commit);
        return messages && *messages ? Layout::v1 : Layout::none;
    }
    return history.error ? Result<Layout>(*history.error) : Layout::none;
}

// What came from the one after `until`, or from the first one, to the tip.
GitScan::Changes GitScan::changes_of(std::size_t epoch, const std::string& until) {
    if (!tips_[epoch]) {
        if (!until.empty()) reached_old_ = false;
        return {};
    }
    auto history = epochs_[epoch].history(*tips_[epoch], object_id(until), std::numeric_limits<std::size_t>::max());
    if (history.error) {
        broken_ = true;
        now_.commits[folder_.repositories[epoch].filename().native()] = kBroken;
        scan_.problem(name_, history.error->message + "; what came before it is not read", history.error->kind);
    }
    // Of an epoch that is new all is new; else its history is another one.
    if (!until.empty() && !history.reached) reached_old_ = false;
    std::ranges::reverse(history.changes);
    return std::move(history.changes);
}

// What is there after the commits; `from_old`: starting with what the index knows.
std::vector<GitMessage> GitScan::replay(const std::vector<Changes>& changes, bool from_old) {
    LiveMessages live(epochs_, from_old ? scan_.known(key_) : std::vector<std::uint64_t>());
    if (from_old)
        for (const GitMessage& message : were_missing()) live.added(message);
    for (std::uint32_t epoch = 0; epoch < changes.size(); ++epoch) {
        for (const GitRepository::Change& change : changes[epoch]) {
            if (change.unreadable) scan_.problem(name_, "cannot read what commit " + hex(change.commit) + " holds");
            if (change.file == 'm') live.added({change.blob, epoch, change.commit});
            if (change.file == 'd') live.removed({change.blob, epoch, change.commit});
        }
    }
    live.finish();
    if (from_old) kept_ = live.kept();
    return live.fresh();
}

std::vector<GitScan::Changes> GitScan::changes_since(const Heads& heads) {
    std::vector<Changes> out;
    for (std::size_t i = 0; i < epochs_.size(); ++i) {
        const auto old = heads.commits.find(folder_.repositories[i].filename().native());
        out.push_back(changes_of(i, old == heads.commits.end() ? "" : old->second));
    }
    return out;
}

void GitScan::read_v2() {
    auto changes = changes_since(old_);
    // An epoch that went takes its messages along, and only a walk over the others tells which those were.
    const bool all_there =
        std::ranges::all_of(old_.commits, [&](const auto& old) { return now_.commits.contains(old.first); });
    // Where a history ends too early, what it does not tell of is not gone.
    const bool from_old = old_.layout == Layout::v2 && (broken_ || (all_there && reached_old_));
    if (!from_old && old_.layout != Layout::none) changes = changes_since({});
    add(replay(changes, from_old));
}

Result<Done> GitScan::read_v1() {
    const auto messages = epochs_.front().messages(*tips_.front());
    if (!messages) return messages.error();
    std::vector<GitMessage> live;
    std::unordered_set<std::uint64_t> seen;
    if (*messages)
        for (const ObjectId& id : **messages)
            if (seen.insert(prefix(id)).second) live.push_back({id, 0, *tips_.front()});
    add(live);
    return Done{};
}

// The messages that were missing at the last run, in repositories that are still there.
std::vector<GitMessage> GitScan::were_missing() const {
    std::vector<GitMessage> out;
    for (const Missing& one : old_.missing) {
        const auto object = object_id(one.object), commit = object_id(one.commit);
        const auto at = std::ranges::find(folder_.repositories, fs::path(one.repository), &fs::path::filename);
        if (object && commit && at != folder_.repositories.end())
            out.push_back({*object, static_cast<std::uint32_t>(at - folder_.repositories.begin()), *commit});
    }
    return out;
}

// Remembers a message that is not there, and names it where it is met first. Nothing else is read again for it.
void GitScan::miss(const GitMessage& message) {
    const auto object = hex(message.id), commit = hex(message.commit);
    const auto repository = folder_.repositories[message.repository].filename().native();
    if (!told_.contains(object))
        scan_.problem(name_, "commit " + commit + ": its object " + object + " is missing or cannot be read");
    now_.missing.push_back({object, commit, repository});
}

// One line for all messages that earlier runs named and that are not there yet.
void GitScan::say_still_missing(const std::vector<Missing>& missing) {
    std::vector<const Missing*> still;
    for (const Missing& one : missing)
        if (told_.contains(one.object)) still.push_back(&one);
    if (still.empty()) return;
    const std::string more = still.size() == 1 ? "" : "; so are " + std::to_string(still.size() - 1) + " more";
    // Not in the name of the archive: that would say that all of it cannot be read.
    scan_.problem(name_ + ": commit " + still.front()->commit,
                  "its object " + still.front()->object + " is missing as before" + more);
}

// Which of some messages have an object.
std::vector<bool> GitScan::are_there(const std::vector<GitMessage>& messages) const {
    std::vector<bool> out(messages.size());
    for (std::uint32_t epoch = 0; epoch < epochs_.size(); ++epoch) {
        std::vector<std::size_t> places;
        std::vector<ObjectId> ids;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            if (messages[i].repository != epoch) continue;
            places.push_back(i);
            ids.push_back(messages[i].id);
        }
        const auto has = epochs_[epoch].has(ids);
        for (std::size_t i = 0; i < places.size(); ++i) out[places[i]] = has[i];
    }
    return out;
}

// `live`: what is there, without the messages in kept_.
void GitScan::add(const std::vector<GitMessage>& live) {
    // The same blob has the same bytes: known once is known for good.
    const auto known = old_.layout == Layout::none ? std::vector<std::uint64_t>() : scan_.known(key_);
    SourceLocation location;
    std::vector<Entry> entries;
    std::vector<GitMessage> fresh;
    for (const GitMessage& message : live) {
        const std::uint64_t key = prefix(message.id);
        if (std::ranges::binary_search(known, key))
            kept_.push_back(key);
        else
            fresh.push_back(message);
    }
    const auto there = are_there(fresh);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const GitMessage& message = fresh[i];
        if (!there[i]) {
            miss(message);
            continue;
        }
        const std::uint64_t key = prefix(message.id);
        entries.push_back({0, key, {location.objects.size(), kTypicalSize}, nullptr});
        location.objects.push_back(message);
    }
    std::ranges::sort(kept_);
    location.repositories = folder_.repositories;
    location.state.form = Form::git;
    location.state.extra = now_.text();
    Source source;
    source.key = key_;
    source.name = name_;
    source.kept = std::move(kept_);
    scan_.add(std::move(source), std::move(location), std::move(entries));
}

Result<bool> GitScan::run() {
    if (const auto opened = open(); !opened) return opened.error();
    const SourceState* state = scan_.last(key_);
    if (state && state->form == Form::git && !state->stub) old_ = Heads::read(state->extra);
    for (const Missing& one : old_.missing) told_.insert(one.object);
    const auto found = layout();
    if (!found) return found.error();
    if (*found == Layout::none) return false;
    now_.layout = *found;
    scan_.describe(*found == Layout::v1 ? "public-inbox v1" : "public-inbox v2");
    const auto there = are_there(were_missing());
    const bool found_one = std::ranges::find(there, true) != there.end();
    if (old_.layout == now_.layout && old_.commits == now_.commits && !found_one) {
        scan_.keep(key_, name_, *state);
        say_still_missing(old_.missing);
        return true;
    }
    if (*found == Layout::v2) {
        read_v2();
    } else if (const auto read = read_v1(); !read) {
        return read.error();
    }
    say_still_missing(now_.missing);
    return true;
}

}  // namespace

bool scan_git(Scan& scan, const ArchivePath& where) {
    auto folder = git_folder(where.path);
    if (!folder) return false;
    const bool working = folder->working;
    GitScan inbox(scan, where, std::move(*folder));
    const auto is_inbox = inbox.run();
    if (is_inbox && *is_inbox) return true;
    // Whatever is wrong with .git, the files beside it can be read.
    if (working) return false;
    if (is_inbox) {
        scan.problem(inbox.name(), kNoInbox);
    } else {
        scan.keep_unread(inbox.key(), inbox.name(), is_inbox.error());
    }
    return true;
}

}  // namespace patchseek::archive
