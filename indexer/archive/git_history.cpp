// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_history.hpp"

#include "git_service.hpp"
#include "patchseek/base/encoding.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {

Result<GitHistory> GitHistory::open(const fs::path& path) {
    GitHistory out;
    out.path_ = path.native();
    out.helper_ = std::make_shared<GitHelper>();
    if (const auto allowed = out.helper_->allow(path); !allowed) return allowed.error();
    if (const auto opened = out.helper_->ask(git_request::kOpenProject, out.path_, {}); !opened) return opened.error();
    return out;
}

Result<ObjectId> GitHistory::tip(const std::string& ref) const {
    std::string arguments;
    BinaryWriter(arguments).text(ref);
    const auto answer = helper_->ask(git_request::kTip, path_, arguments);
    if (!answer) return answer.error();
    BinaryReader from(*answer);
    const auto id = take_id(from);
    return from.whole() ? Result<ObjectId>(id) : bad_answer();
}

Result<std::vector<std::pair<std::string, ObjectId>>> GitHistory::tags() const {
    const auto answer = helper_->ask(git_request::kTags, path_, {});
    if (!answer) return answer.error();
    std::vector<std::pair<std::string, ObjectId>> out;
    BinaryReader from(*answer);
    while (from.left() > 0) {
        std::string name(from.text());
        out.emplace_back(std::move(name), take_id(from));
    }
    if (!from.whole()) return bad_answer();
    return out;
}

std::vector<Result<GitCommit>> GitHistory::commits(std::span<const ObjectId> ids) const {
    std::string arguments;
    BinaryWriter to(arguments);
    put(to, ids);
    const auto answer = helper_->ask(git_request::kCommits, path_, arguments);
    std::vector<Result<GitCommit>> out;
    BinaryReader from(answer ? std::string_view(*answer) : std::string_view());
    while (from.left() > 0 && out.size() < ids.size()) out.push_back(take_commit(from));
    if (from.whole() && out.size() == ids.size()) return out;
    out.clear();
    if (ids.size() == 1) {
        const Error why = answer ? bad_answer() : answer.error();
        return {Error{why.kind, "cannot read commit " + hex(ids.front()) + ": " + why.message}};
    }
    for (const auto half : {ids.first(ids.size() / 2), ids.subspan(ids.size() / 2)})
        if (!half.empty()) std::ranges::move(commits(half), std::back_inserter(out));
    return out;
}

Result<GitDiff> GitHistory::diff(const ObjectId& id) const {
    std::string arguments;
    BinaryWriter to(arguments);
    put(to, id);
    const auto answer = helper_->ask(git_request::kDiff, path_, arguments);
    if (!answer)
        return Error{answer.error().kind, "cannot make the diff of commit " + hex(id) + ": " + answer.error().message};
    GitDiff out;
    BinaryReader from(*answer);
    out.text = from.text();
    while (from.left() > 0) out.paths.emplace_back(from.text());
    if (!from.whole()) return bad_answer();
    return out;
}

}  // namespace patchseek::archive
