// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_library.hpp"

#include <algorithm>

#include "patchseek/base/encoding.hpp"

namespace patchseek::archive {

namespace {

/// What is mapped of packs at once: what stands in it counts as memory of the process, and by libgit2's own limits that
/// would be all of every pack.
constexpr std::size_t kWindowBytes = std::size_t{16} << 20, kMappedBytes = 4 * kWindowBytes;

}  // namespace

void init_git() {
    struct Library {
        Library() {
            git_libgit2_init();
            // Every object is read once.
            git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
            git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, kWindowBytes);
            git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, kMappedBytes);
        }
    };
    static const Library once;
}

Error git_error_of(int code, const std::string& what) {
    const ::git_error* last = ::git_error_last();
    const std::string why = last && last->message ? last->message : "unknown error of libgit2";
    // Where there is a configuration without that setting, libgit2 1.5 only says that it did not find it.
    if (code == GIT_EOWNER || why.find("safe.directory") != std::string::npos)
        return {ErrorKind::permission, what +
                                           ": it belongs to another user; if you trust it, name it in "
                                           "git's safe.directory (git config --global "
                                           "--add safe.directory PATH)"};
    return {code == GIT_ENOTFOUND ? ErrorKind::no_input : ErrorKind::data, what + ": " + why};
}

git_oid oid_of(const ObjectId& id) {
    git_oid out;
    std::copy(id.begin(), id.end(), out.id);
    return out;
}

ObjectId id_of(const git_oid& oid) {
    ObjectId out;
    std::copy_n(oid.id, out.size(), out.begin());
    return out;
}

Result<ObjectHeader> header_of(git_odb* objects, const ObjectId& id, const std::string& what) {
    ObjectHeader out;
    const git_oid oid = oid_of(id);
    if (const int code = git_odb_read_header(&out.size, &out.type, objects, &oid); code != 0)
        return git_error_of(code, what);
    return out;
}

Error too_large(const std::string& what, std::uint64_t bytes) {
    return {ErrorKind::data, what + ": it has " + std::to_string(bytes) + " bytes"};
}

namespace {

Result<Done> check_size(git_repository* repository, const ObjectId& id, std::uint64_t most, const std::string& what) {
    git_odb* objects = nullptr;
    if (const int code = git_repository_odb(&objects, repository); code != 0) return git_error_of(code, what);
    const Odb owner(objects);
    const auto header = header_of(objects, id, what);
    if (!header) return header.error();
    return header->size > most ? Result<Done>(too_large(what, header->size)) : Done{};
}

}  // namespace

Result<Commit> commit_of(git_repository* repository, const ObjectId& id, std::uint64_t most) {
    git_commit* commit = nullptr;
    const git_oid oid = oid_of(id);
    if (auto fits = check_size(repository, id, most, "cannot read commit " + hex(id)); !fits) return fits.error();
    if (const int code = git_commit_lookup(&commit, repository, &oid); code != 0)
        return git_error_of(code, "cannot read commit " + hex(id));
    return Commit(commit);
}

Result<Tree> tree_of(git_repository* repository, const git_oid& oid, std::uint64_t most) {
    git_tree* tree = nullptr;
    if (auto fits = check_size(repository, id_of(oid), most, "cannot read tree " + hex(id_of(oid))); !fits)
        return fits.error();
    if (const int code = git_tree_lookup(&tree, repository, &oid); code != 0)
        return git_error_of(code, "cannot read tree " + hex(id_of(oid)));
    return Tree(tree);
}

}  // namespace patchseek::archive
