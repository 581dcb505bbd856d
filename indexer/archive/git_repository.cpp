#include "git_repository.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "git_library.hpp"
#include "patchseek/base/encoding.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::size_t kPrefixBytes = sizeof(std::uint64_t);

bool is_hex(std::string_view text, std::size_t size) {
    return text.size() == size && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_file(const git_tree_entry* entry) { return git_tree_entry_type(entry) == GIT_OBJECT_BLOB; }
bool is_folder(const git_tree_entry* entry) { return git_tree_entry_type(entry) == GIT_OBJECT_TREE; }

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

}  // namespace

std::optional<ObjectId> object_id(std::string_view hex) {
    git_oid oid;
    if (!is_hex(hex, GIT_OID_HEXSZ) || git_oid_fromstrn(&oid, hex.data(), hex.size()) != 0) return std::nullopt;
    return id_of(oid);
}

std::uint64_t prefix(const ObjectId& id) noexcept {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < kPrefixBytes; ++i) out = out << 8 | id[i];
    return out;
}

template <>
void GitRepository::Free<git_repository>::operator()(git_repository* object) const noexcept {
    git_repository_free(object);
}
template <>
void GitRepository::Free<git_odb>::operator()(git_odb* object) const noexcept {
    git_odb_free(object);
}

Result<GitRepository> GitRepository::open(const fs::path& path) {
    init_git();
    GitRepository out;
    git_repository* repository = nullptr;
    const std::string what = "cannot read the git repository '" + path.native() + "'";
    int code = git_repository_open_ext(&repository, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
    if (code != 0) return git_error_of(code, what);
    out.repository_.reset(repository);
    git_odb* objects = nullptr;
    code = git_repository_odb(&objects, repository);
    if (code != 0) return git_error_of(code, what);
    out.objects_.reset(objects);
    return out;
}

Result<std::optional<ObjectId>> GitRepository::head() const {
    git_oid oid;
    const int code = git_reference_name_to_id(&oid, repository_.get(), "HEAD");
    if (code == GIT_ENOTFOUND) return std::optional<ObjectId>();
    if (code != 0) return git_error_of(code, "cannot read HEAD");
    return std::optional(id_of(oid));
}

Result<GitRepository::Change> GitRepository::change(const ObjectId& id) const {
    Change out;
    const auto commit = commit_of(repository_.get(), id);
    if (!commit) return commit.error();
    if (git_commit_parentcount(commit->get()) > 0) out.parent = id_of(*git_commit_parent_id(commit->get(), 0));
    const auto tree = tree_of(repository_.get(), *git_commit_tree_id(commit->get()));
    // The history goes on all the same.
    out.unreadable = !tree;
    if (!tree) return out;
    const std::size_t count = git_tree_entrycount(tree->get());
    for (std::size_t i = 0; i < count; ++i) {
        const git_tree_entry* entry = git_tree_entry_byindex(tree->get(), i);
        const std::string_view name = git_tree_entry_name(entry);
        if (!is_file(entry) || (name != "m" && name != "d") || out.file != 0) {
            out.foreign = true;
            break;
        }
        out.file = name.front();
        out.blob = id_of(*git_tree_entry_id(entry));
    }
    return out;
}

Result<std::optional<std::vector<ObjectId>>> GitRepository::messages(const ObjectId& id) const {
    using Found = std::optional<std::vector<ObjectId>>;
    const auto commit = commit_of(repository_.get(), id);
    if (!commit) return commit.error();
    const auto top = tree_of(repository_.get(), *git_commit_tree_id(commit->get()));
    if (!top) return top.error();
    std::vector<ObjectId> out;
    for (std::size_t i = 0; i < git_tree_entrycount(top->get()); ++i) {
        const git_tree_entry* entry = git_tree_entry_byindex(top->get(), i);
        if (!is_folder(entry) || !is_hex(git_tree_entry_name(entry), 2)) return Found();
        const auto folder = tree_of(repository_.get(), *git_tree_entry_id(entry));
        if (!folder) return folder.error();
        for (std::size_t j = 0; j < git_tree_entrycount(folder->get()); ++j) {
            const git_tree_entry* file = git_tree_entry_byindex(folder->get(), j);
            if (!is_file(file) || !is_hex(git_tree_entry_name(file), 38)) return Found();
            out.push_back(id_of(*git_tree_entry_id(file)));
        }
    }
    return out.empty() ? Found() : Found(std::move(out));
}

bool GitRepository::has(const ObjectId& id) const {
    const auto header = header_of(objects_.get(), id, "");
    return header && header->type == GIT_OBJECT_BLOB;
}

Result<std::string> GitRepository::blob(const ObjectId& id, std::uint64_t limit) const {
    const git_oid oid = oid_of(id);
    const std::string what = "cannot read object " + hex(id);
    const auto header = header_of(objects_.get(), id, what);
    if (!header) return header.error();
    if (header->type != GIT_OBJECT_BLOB) return Error{ErrorKind::data, what + ": it is no file"};
    if (header->size > limit)
        return Error{ErrorKind::data, what + ": it has " + std::to_string(header->size) + " bytes"};
    git_odb_object* object = nullptr;
    const int code = git_odb_read(&object, objects_.get(), &oid);
    if (code != 0) return git_error_of(code, what);
    const OdbObject owner(object);
    return std::string(static_cast<const char*>(git_odb_object_data(object)), git_odb_object_size(object));
}

std::optional<ObjectId> GitRepository::find(std::uint64_t id_prefix) const {
    git_oid oid{}, found;
    for (std::size_t i = 0; i < kPrefixBytes; ++i)
        oid.id[i] = static_cast<unsigned char>(id_prefix >> (8 * (kPrefixBytes - 1 - i)));
    if (git_odb_exists_prefix(&found, objects_.get(), &oid, 2 * kPrefixBytes) != 0) return std::nullopt;
    return id_of(found);
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
