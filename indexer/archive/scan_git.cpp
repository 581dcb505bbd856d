#include <algorithm>
#include <map>
#include <unordered_set>

#include "git_inbox.hpp"
#include "keys.hpp"
#include "scan.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

// What a message of a mailing list is long, or so.
constexpr std::uint64_t kTypicalSize = 8192;
// Where the kind of an inbox is told: its newest commits may all be purged ones.
constexpr int kCommitsLookedAt = 100;
// In place of a commit: an epoch that could not be read to its beginning.
constexpr const char* kBroken = "broken";

enum class Layout : std::uint8_t { none, v1, v2 };

// The commits to which an inbox had been read: a line "v1" or "v2", then one of name and commit for each repository.
struct Heads {
    Layout layout = Layout::none;
    std::map<std::string, std::string> commits;

    std::string text() const {
        std::string out = layout == Layout::v1 ? "v1\n" : "v2\n";
        for (const auto& [name, commit] : commits) out.append(name).append(1, ' ').append(commit).append(1, '\n');
        return out;
    }
    static Heads read(std::string_view text) {
        Heads out;
        out.layout = text.starts_with("v1\n") ? Layout::v1 : Layout::v2;
        for (auto pos = text.find('\n'); pos != text.npos && pos + 1 < text.size();) {
            const auto end = text.find('\n', pos + 1);
            const auto line = text.substr(pos + 1, end - pos - 1);
            const auto space = std::min(line.rfind(' '), line.size());
            out.commits[std::string(line.substr(0, space))] = line.substr(std::min(space + 1, line.size()));
            pos = end;
        }
        return out;
    }
};

class GitScan {
public:
    GitScan(Scan& scan, const ArchivePath& place, GitFolder folder)
        : scan_(scan), name_(place.path.native()), key_(key_of(place.inner)), folder_(std::move(folder)) {}
    /// False: no public-inbox.
    Result<bool> run();
    const std::string& name() const { return name_; }
    Key key() const { return key_; }

private:
    Result<Done> open();
    Result<Layout> layout() const;
    Result<Done> read_v1();
    void read_v2();
    std::vector<ObjectId> commits_of(std::size_t epoch, const std::string& until);
    std::vector<std::vector<ObjectId>> commits_since(const Heads& heads);
    std::vector<GitMessage> replay(const std::vector<std::vector<ObjectId>>& commits, bool from_old);
    void add(const std::vector<GitMessage>& live);

    Scan& scan_;
    std::string name_;
    Key key_;
    GitFolder folder_;
    std::vector<GitRepository> epochs_;
    std::vector<std::optional<ObjectId>> tips_;
    Heads now_, old_;
    bool reached_old_ = true;  // every walk ended where the last one had begun
    bool broken_ = false;      // some commit could not be read
    std::vector<std::uint64_t> kept_;
};

Result<Done> GitScan::open() {
    for (const fs::path& path : folder_.repositories) {
        auto repository = GitRepository::open(path);
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
    auto tip = tips_.front();
    for (int i = 0; i < kCommitsLookedAt && tip; ++i) {
        const auto change = epochs_.front().change(*tip);
        if (!change) return change.error();
        if (change->file != 0 && !change->foreign) return Layout::v2;
        if (change->foreign) {
            const auto messages = epochs_.front().messages(*tip);
            return messages && *messages ? Layout::v1 : Layout::none;
        }
        tip = change->parent;
    }
    return Layout::none;
}

// The commits from the tip back to `until`, or to the first one; oldest first.
std::vector<ObjectId> GitScan::commits_of(std::size_t epoch, const std::string& until) {
    std::vector<ObjectId> out;
    for (auto next = tips_[epoch]; next;) {
        if (!until.empty() && hex(*next) == until) {
            std::ranges::reverse(out);
            return out;
        }
        const auto change = epochs_[epoch].change(*next);
        if (!change) {
            broken_ = true;
            now_.commits[folder_.repositories[epoch].filename().native()] = kBroken;
            scan_.problem(name_, change.error().message + "; what came before it is not read", change.error().kind);
            break;
        }
        out.push_back(*next);
        next = change->parent;
    }
    // Of an epoch that is new all is new; else its history is another one.
    if (!until.empty()) reached_old_ = false;
    std::ranges::reverse(out);
    return out;
}

// What is there after the commits; `from_old`: starting with what the index knows.
std::vector<GitMessage> GitScan::replay(const std::vector<std::vector<ObjectId>>& commits, bool from_old) {
    LiveMessages live(epochs_, from_old ? scan_.known(key_) : std::vector<std::uint64_t>());
    for (std::uint32_t epoch = 0; epoch < commits.size(); ++epoch) {
        for (const ObjectId& commit : commits[epoch]) {
            const auto change = epochs_[epoch].change(commit);
            if (!change) continue;  // told of by commits_of()
            if (change->unreadable) scan_.problem(name_, "cannot read what commit " + hex(commit) + " holds");
            if (change->file == 'm') live.added({change->blob, epoch});
            if (change->file == 'd') live.removed({change->blob, epoch});
        }
    }
    live.finish();
    if (from_old) kept_ = live.kept();
    return live.fresh();
}

std::vector<std::vector<ObjectId>> GitScan::commits_since(const Heads& heads) {
    std::vector<std::vector<ObjectId>> out;
    for (std::size_t i = 0; i < epochs_.size(); ++i) {
        const auto old = heads.commits.find(folder_.repositories[i].filename().native());
        out.push_back(commits_of(i, old == heads.commits.end() ? "" : old->second));
    }
    return out;
}

void GitScan::read_v2() {
    auto commits = commits_since(old_);
    // An epoch that went takes its messages along, and only a walk over the others tells which those were.
    const bool all_there =
        std::ranges::all_of(old_.commits, [&](const auto& old) { return now_.commits.contains(old.first); });
    // Where a history ends too early, what it does not tell of is not gone.
    const bool from_old = old_.layout == Layout::v2 && (broken_ || (all_there && reached_old_));
    if (!from_old && old_.layout != Layout::none) commits = commits_since({});
    add(replay(commits, from_old));
}

Result<Done> GitScan::read_v1() {
    const auto messages = epochs_.front().messages(*tips_.front());
    if (!messages) return messages.error();
    std::vector<GitMessage> live;
    std::unordered_set<std::uint64_t> seen;
    if (*messages)
        for (const ObjectId& id : **messages)
            if (seen.insert(prefix(id)).second) live.push_back({id, 0});
    add(live);
    return Done{};
}

// `live`: what is there, without the messages in kept_.
void GitScan::add(const std::vector<GitMessage>& live) {
    // The same blob has the same bytes: known once is known for good.
    const auto known = old_.layout == Layout::none ? std::vector<std::uint64_t>() : scan_.known(key_);
    SourceLocation location;
    std::vector<Entry> entries;
    for (const GitMessage& message : live) {
        const std::uint64_t at = prefix(message.id);
        if (std::ranges::binary_search(known, at)) {
            kept_.push_back(at);
            continue;
        }
        entries.push_back({0, at, {location.objects.size(), kTypicalSize}, nullptr});
        location.objects.push_back(message);
    }
    std::ranges::sort(kept_);
    location.repositories = folder_.repositories;
    location.row.form = Form::git;
    location.row.extra = now_.text();
    Source source;
    source.key = key_;
    source.name = name_;
    source.kept = std::move(kept_);
    scan_.add(std::move(source), std::move(location), std::move(entries));
}

Result<bool> GitScan::run() {
    if (const auto opened = open(); !opened) return opened.error();
    const Row* row = scan_.row(key_);
    if (row && row->form == Form::git && !row->stub) old_ = Heads::read(row->extra);
    const auto found = layout();
    if (!found) return found.error();
    if (*found == Layout::none) return false;
    now_.layout = *found;
    scan_.describe(*found == Layout::v1 ? "public-inbox v1" : "public-inbox v2");
    if (old_.layout == now_.layout && old_.commits == now_.commits) {
        scan_.keep(key_, name_, *row);
        return true;
    }
    if (*found == Layout::v2) {
        read_v2();
    } else if (const auto read = read_v1(); !read) {
        return read.error();
    }
    return true;
}

}  // namespace

bool scan_git(Scan& scan, const ArchivePath& place) {
    auto folder = git_folder(place.path);
    if (!folder) return false;
    const bool working = folder->working;
    GitScan inbox(scan, place, std::move(*folder));
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
