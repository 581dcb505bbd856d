// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_local.hpp"

#include <algorithm>

#include "git_library.hpp"
#include "patchseek/base/encoding.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::size_t kPrefixBytes = sizeof(std::uint64_t);

bool is_hex(std::string_view text, std::size_t size) {
    return text.size() == size && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// A symbolic link is a blob as well, and no mail.
bool is_file(const git_tree_entry* entry) {
    return git_tree_entry_type(entry) == GIT_OBJECT_BLOB && git_tree_entry_filemode(entry) != GIT_FILEMODE_LINK;
}
bool is_folder(const git_tree_entry* entry) { return git_tree_entry_type(entry) == GIT_OBJECT_TREE; }

int stop_at_first(const git_oid*, void*) { return GIT_EUSER; }

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
void LocalRepository::Free<git_repository>::operator()(git_repository* object) const noexcept {
    git_repository_free(object);
}
template <>
void LocalRepository::Free<git_odb>::operator()(git_odb* object) const noexcept {
    git_odb_free(object);
}

Result<LocalRepository> LocalRepository::open(const fs::path& path) {
    init_git();
    LocalRepository out;
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

Result<std::optional<ObjectId>> LocalRepository::head() const {
    git_oid oid;
    const int code = git_reference_name_to_id(&oid, repository_.get(), "HEAD");
    if (code == GIT_ENOTFOUND && !has_objects()) return std::optional<ObjectId>();
    if (code != 0) return git_error_of(code, "cannot read HEAD");
    return std::optional(id_of(oid));
}

Result<GitRepository::Change> LocalRepository::change(const ObjectId& id) const {
    GitRepository::Change out;
    const auto commit = commit_of(repository_.get(), id, kLargestCommit);
    if (!commit) return commit.error();
    if (git_commit_parentcount(commit->get()) > 0) out.parent = id_of(*git_commit_parent_id(commit->get(), 0));
    const auto tree = tree_of(repository_.get(), *git_commit_tree_id(commit->get()), kLargestTree);
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

Result<std::optional<std::vector<ObjectId>>> LocalRepository::messages(const ObjectId& id) const {
    using Found = std::optional<std::vector<ObjectId>>;
    const auto commit = commit_of(repository_.get(), id, kLargestCommit);
    if (!commit) return commit.error();
    const auto top = tree_of(repository_.get(), *git_commit_tree_id(commit->get()), kLargestTree);
    if (!top) return top.error();
    std::vector<ObjectId> out;
    for (std::size_t i = 0; i < git_tree_entrycount(top->get()); ++i) {
        const git_tree_entry* entry = git_tree_entry_byindex(top->get(), i);
        if (!is_folder(entry) || !is_hex(git_tree_entry_name(entry), 2)) return Found();
        const auto folder = tree_of(repository_.get(), *git_tree_entry_id(entry), kLargestTree);
        if (!folder) return folder.error();
        for (std::size_t j = 0; j < git_tree_entrycount(folder->get()); ++j) {
            const git_tree_entry* file = git_tree_entry_byindex(folder->get(), j);
            if (!is_file(file) || !is_hex(git_tree_entry_name(file), 38)) return Found();
            out.push_back(id_of(*git_tree_entry_id(file)));
        }
    }
    return out.empty() ? Found() : Found(std::move(out));
}

bool LocalRepository::has_objects() const {
    return git_odb_foreach(objects_.get(), stop_at_first, nullptr) == GIT_EUSER;
}

bool LocalRepository::has(const ObjectId& id) const {
    const auto header = header_of(objects_.get(), id, "");
    return header && header->type == GIT_OBJECT_BLOB;
}

Result<Done> LocalRepository::blob(const ObjectId& id, std::uint64_t limit,
                                   const std::function<void(std::string_view)>& take) const {
    const git_oid oid = oid_of(id);
    const std::string what = "cannot read object " + hex(id);
    const auto header = header_of(objects_.get(), id, what);
    if (!header) return header.error();
    if (header->type != GIT_OBJECT_BLOB) return Error{ErrorKind::data, what + ": it is no file"};
    if (header->size > limit) return too_large(what, header->size);
    git_odb_object* object = nullptr;
    const int code = git_odb_read(&object, objects_.get(), &oid);
    if (code != 0) return git_error_of(code, what);
    const OdbObject owner(object);
    take({static_cast<const char*>(git_odb_object_data(object)), git_odb_object_size(object)});
    return Done{};
}

std::optional<ObjectId> LocalRepository::find(std::uint64_t id_prefix) const {
    git_oid oid{}, found;
    for (std::size_t i = 0; i < kPrefixBytes; ++i)
        oid.id[i] = static_cast<unsigned char>(id_prefix >> (8 * (kPrefixBytes - 1 - i)));
    if (git_odb_exists_prefix(&found, objects_.get(), &oid, 2 * kPrefixBytes) != 0) return std::nullopt;
    return id_of(found);
}

}  // namespace patchseek::archive
