// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_repository.hpp"

#include <algorithm>
#include <system_error>

#include "git_service.hpp"
#include "patchseek/base/encoding.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

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

// So many at once are asked about.
constexpr std::size_t kAtOnce = 512;

GitRepository::History history_of(std::string_view bytes) {
    BinaryReader from(bytes);
    GitRepository::History out;
    const auto count = from.varint();
    for (std::uint64_t i = 0; i < count && from.good(); ++i) out.changes.push_back(take_change(from));
    out.reached = from.varint() != 0;
    if (from.varint() != 0) out.error = take_error(from);
    if (!from.whole()) return {{}, false, bad_answer()};
    return out;
}

}  // namespace

Result<GitRepository> GitRepository::open(const fs::path& path, std::shared_ptr<GitHelper> helper) {
    GitRepository out;
    out.path_ = path.native();
    out.helper_ = helper ? std::move(helper) : std::make_shared<GitHelper>();
    if (const auto allowed = out.helper_->allow(path); !allowed) return allowed.error();
    if (const auto opened = out.ask(git_request::kOpen, {}); !opened) return opened.error();
    return out;
}

Result<std::string> GitRepository::ask(char what, std::string_view arguments) const {
    return helper_->ask(what, path_, arguments);
}

Result<std::optional<ObjectId>> GitRepository::head() const {
    const auto answer = ask(git_request::kHead, {});
    if (!answer) return answer.error();
    BinaryReader from(*answer);
    const auto id = take_optional_id(from);
    return from.whole() ? Result<std::optional<ObjectId>>(id) : bad_answer();
}

// Pieces of it are asked for. Where one of them ends the process, its commits are, one by one.
GitRepository::History GitRepository::history(const ObjectId& tip, const std::optional<ObjectId>& until,
                                              std::size_t most) const {
    History out;
    std::size_t piece = kAtOnce;
    for (std::optional<ObjectId> next = tip; next && out.changes.size() < most;) {
        std::string arguments;
        BinaryWriter to(arguments);
        to.varint(std::min(piece, most - out.changes.size()));
        put(to, std::optional(*next));
        put(to, until);
        const auto answer = ask(git_request::kHistory, arguments);
        if (!answer && piece > 1) {
            piece = 1;
            continue;
        }
        auto part = answer ? history_of(*answer) : History{{}, false, answer.error()};
        out.reached = part.reached;
        out.error = std::move(part.error);
        if (out.reached || out.error || part.changes.empty()) next.reset();
        if (next) next = part.changes.back().parent;
        std::ranges::move(part.changes, std::back_inserter(out.changes));
        if (out.error) break;
    }
    return out;
}

Result<std::optional<std::vector<ObjectId>>> GitRepository::messages(const ObjectId& commit) const {
    using Found = std::optional<std::vector<ObjectId>>;
    std::string arguments;
    BinaryWriter to(arguments);
    put(to, commit);
    const auto answer = ask(git_request::kMessages, arguments);
    if (!answer) return answer.error();
    BinaryReader from(*answer);
    if (from.varint() == 0) return Found();
    auto ids = take_ids(from);
    return from.whole() ? Result<Found>(std::move(ids)) : bad_answer();
}

std::vector<bool> GitRepository::has(std::span<const ObjectId> ids) const {
    std::vector<bool> out;
    std::size_t piece = kAtOnce;
    while (out.size() < ids.size()) {
        const auto some = ids.subspan(out.size(), std::min(piece, ids.size() - out.size()));
        std::string arguments;
        BinaryWriter to(arguments);
        put(to, some);
        const auto answer = ask(git_request::kHas, arguments);
        if (answer && answer->size() == some.size()) {
            for (const char c : *answer) out.push_back(c != 0);
        } else if (some.size() == 1) {
            out.push_back(false);
        } else {
            piece = 1;
        }
    }
    return out;
}

// Up to the blank line, whatever its line ends; blank lines before a header count for nothing.
std::string_view BlobLimits::kept(std::string_view blob) const noexcept {
    const auto beginning = blob.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(first, blob.size())));
    if (!header) return beginning;
    const auto start = std::min(beginning.find_first_not_of("\r\n"), beginning.size());
    const auto end = std::min(beginning.find("\n\n", start), beginning.find("\n\r\n", start));
    return beginning.substr(0, end == beginning.npos ? end : end + 3);
}

Result<GitBlob> GitRepository::blob(const ObjectId& id, const BlobLimits& limits) const {
    return std::move(blobs({&id, 1}, limits).front());
}

std::vector<Result<GitBlob>> GitRepository::blobs(std::span<const ObjectId> ids, const BlobLimits& limits) const {
    std::string arguments;
    BinaryWriter to(arguments);
    to.varint(limits.whole);
    to.varint(limits.first);
    to.varint(limits.header ? 1 : 0);
    put(to, ids);
    const auto answer = ask(git_request::kBlobs, arguments);
    std::vector<Result<GitBlob>> out;
    BinaryReader from(answer ? std::string_view(*answer) : std::string_view());
    while (from.left() > 0 && out.size() < ids.size()) out.push_back(take_blob(from));
    if (from.whole() && !out.empty()) return out;
    if (ids.size() > 1) return blobs(ids.first(1), limits);
    const Error why = answer ? bad_answer() : answer.error();
    return {Error{why.kind, "cannot read object " + hex(ids.front()) + ": " + why.message}};
}

std::optional<ObjectId> GitRepository::find(std::uint64_t id_prefix) const {
    std::string arguments;
    BinaryWriter(arguments).varint(id_prefix);
    const auto answer = ask(git_request::kFind, arguments);
    if (!answer) return std::nullopt;
    BinaryReader from(*answer);
    const auto id = take_optional_id(from);
    return from.whole() ? id : std::nullopt;
}

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

}  // namespace patchseek::archive
