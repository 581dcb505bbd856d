// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_local.hpp"

#include <git2/sys/repository.h>

#include <algorithm>
#include <string_view>

#include "git_library.hpp"
#include "patchseek/base/encoding.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

std::string text_of(const char* text) { return text ? text : ""; }

void put_person(const git_signature* from, std::string& name, std::string& address, std::int64_t& time) {
    if (!from) return;
    name = text_of(from->name);
    address = text_of(from->email);
    time = from->when.time;
}

// Whether what a reference names may be read: a pack may hold little that unpacks to much.
Result<Done> is_small(const git_reference* reference, const std::string& what) {
    const git_oid* target = git_reference_target(reference);
    git_odb* objects = nullptr;
    if (!target) return Done{};  // of another reference, which names it
    if (const int code = git_repository_odb(&objects, git_reference_owner(reference)); code != 0)
        return git_error_of(code, what);
    const Odb owner(objects);
    const auto header = header_of(objects, id_of(*target), what);
    if (!header) return header.error();
    return header->size > GitHistory::kLargestCommit ? Result<Done>(too_large(what, header->size)) : Done{};
}

// The commit that a reference comes to in the end.
Result<ObjectId> peeled(const git_reference* reference, const std::string& what) {
    if (const auto small = is_small(reference, what); !small) return small.error();
    git_object* object = nullptr;
    if (const int code = git_reference_peel(&object, reference, GIT_OBJECT_COMMIT); code != 0)
        return git_error_of(code, what);
    const Object owner(object);
    return id_of(*git_object_id(object));
}

// The bytes of a commit, unless it is too large: a pack may hold little that unpacks to much.
Result<OdbObject> bytes_of(git_repository* repository, const ObjectId& id, const std::string& what) {
    git_odb* objects = nullptr;
    if (const int code = git_repository_odb(&objects, repository); code != 0) return git_error_of(code, what);
    const Odb owner(objects);
    const auto header = header_of(objects, id, what);
    if (!header) return header.error();
    if (header->type != GIT_OBJECT_COMMIT) return Error{ErrorKind::data, what + ": it is none"};
    if (header->size > GitHistory::kLargestCommit) return too_large(what, header->size);
    git_odb_object* object = nullptr;
    const git_oid oid = oid_of(id);
    if (const int code = git_odb_read(&object, objects, &oid); code != 0) return git_error_of(code, what);
    return OdbObject(object);
}

// What its first lines say: tree, parents, author ...
std::vector<ObjectId> parents_in(std::string_view text) {
    constexpr std::string_view kTree = "tree ", kParent = "parent ";
    std::vector<ObjectId> out;
    while (text.starts_with(kTree) || text.starts_with(kParent)) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.starts_with(kParent) || out.size() == GitHistory::kMostParents) continue;
        if (const auto id = object_id(line.substr(kParent.size()))) out.push_back(*id);
    }
    return out;
}

// libgit2 has no place for the error of a callback.
int add_tag(git_reference* reference, void* out) {
    const Reference owner(reference);
    constexpr std::string_view kTags = "refs/tags/";
    const std::string_view name = git_reference_name(reference);
    if (!name.starts_with(kTags)) return 0;
    if (auto commit = peeled(reference, ""); commit)
        static_cast<std::vector<std::pair<std::string, ObjectId>>*>(out)->emplace_back(name.substr(kTags.size()),
                                                                                       *commit);
    return 0;
}

int add_line(const git_diff_delta*, const git_diff_hunk*, const git_diff_line* line, void* out) {
    auto& text = *static_cast<std::string*>(out);
    if (text.size() + line->content_len > GitHistory::kLargestDiff) return GIT_EUSER;
    if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION ||
        line->origin == GIT_DIFF_LINE_DELETION)
        text += line->origin;
    text.append(line->content, line->content_len);
    return 0;
}

Result<Diff> diff_of(git_repository* repository, git_commit* commit, const std::string& what) {
    git_tree *from = nullptr, *to = nullptr;
    int code = git_commit_tree(&to, commit);
    const Tree new_tree(to);
    git_commit* parent = nullptr;
    if (code == 0 && git_commit_parentcount(commit) > 0) code = git_commit_parent(&parent, commit, 0);
    const Commit old_commit(parent);
    if (code == 0 && parent) code = git_commit_tree(&from, parent);
    const Tree old_tree(from);
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_INDENT_HEURISTIC;
    options.id_abbrev = GIT_OID_HEXSZ;
    options.max_size = static_cast<git_off_t>(GitHistory::kLargestFile);
    git_diff* diff = nullptr;
    if (code == 0) code = git_diff_tree_to_tree(&diff, repository, from, to, &options);
    if (code != 0) return git_error_of(code, what);
    return Diff(diff);
}

}  // namespace

void LocalHistory::Free::operator()(git_repository* repository) const noexcept { git_repository_free(repository); }

Result<LocalHistory> LocalHistory::open(const fs::path& path) {
    init_git();
    LocalHistory out;
    git_repository* repository = nullptr;
    const std::string what = "cannot read the git repository '" + path.native() + "'";
    int code = git_repository_open_ext(&repository, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
    if (code != 0) return git_error_of(code, what);
    out.repository_.reset(repository);
    git_config* config = nullptr;
    if (code = git_config_new(&config); code != 0) return git_error_of(code, what);
    const Config owner(config);
    if (code = git_repository_set_config(repository, config); code != 0) return git_error_of(code, what);
    return out;
}

Result<ObjectId> LocalHistory::tip(const std::string& ref) const {
    git_reference* reference = nullptr;
    const std::string what = "cannot read '" + ref + "'";
    if (const int code = git_reference_dwim(&reference, repository_.get(), ref.c_str()); code != 0)
        return git_error_of(code, what);
    const Reference owner(reference);
    return peeled(reference, what);
}

Result<std::vector<std::pair<std::string, ObjectId>>> LocalHistory::tags() const {
    std::vector<std::pair<std::string, ObjectId>> out;
    if (const int code = git_reference_foreach(repository_.get(), add_tag, &out); code != 0)
        return git_error_of(code, "cannot read the tags");
    std::ranges::sort(out);
    return out;
}

Result<GitCommit> LocalHistory::commit(const ObjectId& id) const {
    const auto bytes = bytes_of(repository_.get(), id, "cannot read commit " + hex(id));
    if (!bytes) return bytes.error();
    GitCommit out;
    out.id = id;
    out.parents =
        parents_in({static_cast<const char*>(git_odb_object_data(bytes->get())), git_odb_object_size(bytes->get())});
    const auto commit = commit_of(repository_.get(), id, GitHistory::kLargestCommit);
    if (!commit) {
        out.damage = commit.error().message;
        return out;
    }
    put_person(git_commit_author(commit->get()), out.author, out.author_address, out.authored);
    put_person(git_commit_committer(commit->get()), out.committer, out.committer_address, out.committed);
    out.message = text_of(git_commit_message(commit->get())).substr(0, GitHistory::kMostText);
    out.encoding = text_of(git_commit_message_encoding(commit->get()));
    return out;
}

Result<GitDiff> LocalHistory::diff(const ObjectId& id) const {
    const std::string what = "cannot make the diff of commit " + hex(id);
    const auto commit = commit_of(repository_.get(), id, GitHistory::kLargestCommit);
    if (!commit) return commit.error();
    const auto diff = diff_of(repository_.get(), commit->get(), what);
    if (!diff) return diff.error();
    const Error too_large{ErrorKind::resources, what + ": it is too large"};
    if (git_diff_num_deltas(diff->get()) > GitHistory::kMostFiles) return too_large;
    git_diff_find_options options = GIT_DIFF_FIND_OPTIONS_INIT;
    options.flags = GIT_DIFF_FIND_RENAMES;
    if (const int code = git_diff_find_similar(diff->get(), &options); code != 0) return git_error_of(code, what);
    GitDiff out;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff->get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff->get(), i);
        out.paths.push_back(text_of(delta->new_file.path ? delta->new_file.path : delta->old_file.path));
    }
    const int code = git_diff_print(diff->get(), GIT_DIFF_FORMAT_PATCH, add_line, &out.text);
    if (code == GIT_EUSER) return too_large;
    if (code != 0) return git_error_of(code, what);
    return out;
}

}  // namespace patchseek::archive
