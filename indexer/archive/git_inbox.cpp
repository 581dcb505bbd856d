#include "git_inbox.hpp"

#include <algorithm>
#include <system_error>

#include "header_lines.hpp"
#include "keys.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::uint64_t kMaxCompared = std::uint64_t{64} << 20;

bool is_repository(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path / "HEAD", error) && fs::is_directory(path / "objects", error);
}

// N of "N.git"; nullopt for other names.
std::optional<unsigned long> epoch_number(const std::string& name) {
    constexpr std::size_t kMostDigits = 6;
    const auto digits = name.find_first_not_of("0123456789");
    if (digits == 0 || digits == name.npos || digits > kMostDigits || name.substr(digits) != ".git")
        return std::nullopt;
    return std::stoul(name);
}

std::vector<fs::path> epochs_in(const fs::path& path) {
    std::vector<std::pair<unsigned long, fs::path>> found;
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
        const auto number = epoch_number(it->path().filename().native());
        if (number && is_repository(it->path())) found.emplace_back(*number, it->path());
    }
    std::ranges::sort(found);
    std::vector<fs::path> out;
    for (auto& [number, epoch] : found) out.push_back(std::move(epoch));
    return out;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

}  // namespace

std::optional<GitFolder> git_folder(const fs::path& path) {
    std::error_code error;
    if (is_repository(path)) {
        // all.git holds no messages of its own, only the way to the epochs beside it.
        auto epochs = path.filename() == "all.git" ? epochs_in(path.parent_path() / "git") : std::vector<fs::path>();
        if (!epochs.empty()) return GitFolder{std::move(epochs), true, false};
        return GitFolder{{path}, false, false};
    }
    // A plain folder is asked no more than this.
    for (const fs::path& folder : {path / "git", path}) {
        auto epochs = folder == path && path.filename() != "git" ? std::vector<fs::path>() : epochs_in(folder);
        if (!epochs.empty()) return GitFolder{std::move(epochs), true, false};
    }
    if (is_repository(path / ".git")) return GitFolder{{path / ".git"}, false, true};
    return std::nullopt;
}

Key message_identity(std::string_view message) {
    std::string id;
    std::string_view body;
    for (std::size_t pos = 0; pos < message.size();) {
        const auto end = std::min(message.find('\n', pos), message.size() - 1) + 1;
        const auto line = message.substr(pos, end - pos);
        pos = end;
        body = message.substr(pos);
        if (trim(line).empty()) break;
        if (!id.empty() || !is_field(line, "message-id")) continue;
        id = trim(line.substr(line.find(':') + 1));
        // Folded behind the name.
        if (id.empty()) id = trim(body.substr(0, body.find('\n')));
    }
    return id.empty() ? 0 : key_of(id + '\n' + std::string(trim(body)));
}

LiveMessages::LiveMessages(const std::vector<GitRepository>& epochs, std::vector<std::uint64_t> known)
    : epochs_(epochs), known_(std::move(known)) {}

void LiveMessages::added(const GitMessage& message) {
    const std::uint64_t at = prefix(message.id);
    gone_.erase(at);
    // The same blob again is the same message.
    if (place_.contains(at)) return;
    place_[at] = came_.size();
    came_.emplace_back(message);
}

void LiveMessages::removed(const GitMessage& message) {
    const std::uint64_t at = prefix(message.id);
    const auto place = place_.find(at);
    const bool known = std::ranges::binary_search(known_, at) && !gone_.contains(at);
    if (known) gone_.insert(at);
    if (place != place_.end()) {
        came_[place->second].reset();
        place_.erase(place);
    } else if (!known) {
        unmatched_.push_back({message, came_.size()});
    }
}

Key LiveMessages::identity(const GitMessage& message) const {
    const auto bytes = epochs_[message.repository].blob(message.id, kMaxCompared);
    return bytes ? message_identity(*bytes) : 0;
}

std::optional<GitMessage> LiveMessages::find(std::uint64_t at) const {
    for (std::uint32_t epoch = 0; epoch < epochs_.size(); ++epoch)
        if (const auto id = epochs_[epoch].find(at)) return GitMessage{*id, epoch};
    return std::nullopt;
}

void LiveMessages::finish() {
    // Each identity with the places before which its messages went, so that one look at each message is enough.
    std::unordered_map<Key, std::vector<std::size_t>> wanted;
    for (const Removal& removal : unmatched_)
        if (const Key key = identity(removal.message); key != 0) wanted[key].push_back(removal.before);
    if (wanted.empty()) return;
    const auto is_wanted = [&](const GitMessage& message, std::size_t place) {
        const auto found = wanted.find(identity(message));
        if (found == wanted.end() || found->second.empty() || found->second.back() < place) return false;
        found->second.pop_back();
        return true;
    };
    for (const std::uint64_t at : known_) {
        const auto message = gone_.contains(at) ? std::nullopt : find(at);
        if (message && is_wanted(*message, 0)) gone_.insert(at);
    }
    for (std::size_t i = 0; i < came_.size(); ++i) {
        if (!came_[i] || !is_wanted(*came_[i], i + 1)) continue;
        gone_.insert(prefix(came_[i]->id));
        came_[i].reset();
    }
}

std::vector<GitMessage> LiveMessages::fresh() const {
    std::vector<GitMessage> out;
    for (const auto& message : came_)
        if (message && !std::ranges::binary_search(known_, prefix(message->id))) out.push_back(*message);
    return out;
}

std::vector<std::uint64_t> LiveMessages::kept() const {
    std::vector<std::uint64_t> out;
    for (const std::uint64_t at : known_)
        if (!gone_.contains(at)) out.push_back(at);
    return out;
}

}  // namespace patchseek::archive
