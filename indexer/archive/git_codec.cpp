// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_service.hpp"

#include <algorithm>

namespace patchseek::archive {

Error bad_answer() { return {ErrorKind::data, "the process that reads it gave no answer"}; }

void put(BinaryWriter& to, const Error& error) {
    to.varint(static_cast<std::uint64_t>(error.kind));
    to.text(error.message);
}

Error take_error(BinaryReader& from) {
    const auto kind = from.varint();
    if (kind > static_cast<std::uint64_t>(ErrorKind::permission)) from.fail();
    const auto text = from.text();
    return from.good() ? Error{static_cast<ErrorKind>(kind), std::string(text)} : bad_answer();
}

void put(BinaryWriter& to, const ObjectId& id) { to.raw(id); }
ObjectId take_id(BinaryReader& from) { return from.raw<ObjectId>(); }

void put(BinaryWriter& to, const std::optional<ObjectId>& id) {
    to.varint(id ? 1 : 0);
    if (id) put(to, *id);
}

std::optional<ObjectId> take_optional_id(BinaryReader& from) {
    return from.varint() != 0 ? std::optional(take_id(from)) : std::nullopt;
}

void put(BinaryWriter& to, std::span<const ObjectId> ids) {
    to.varint(ids.size());
    for (const ObjectId& id : ids) put(to, id);
}

std::vector<ObjectId> take_ids(BinaryReader& from) {
    std::vector<ObjectId> out;
    const auto count = from.varint();
    for (std::uint64_t i = 0; i < count && from.good(); ++i) out.push_back(take_id(from));
    return out;
}

void put(BinaryWriter& to, const GitRepository::Change& change) {
    put(to, change.commit);
    put(to, change.parent);
    to.varint(static_cast<unsigned char>(change.file));
    put(to, change.blob);
    to.varint((change.foreign ? 1U : 0U) + (change.unreadable ? 2U : 0U));
}

GitRepository::Change take_change(BinaryReader& from) {
    GitRepository::Change out;
    out.commit = take_id(from);
    out.parent = take_optional_id(from);
    out.file = static_cast<char>(from.varint());
    out.blob = take_id(from);
    const auto flags = from.varint();
    out.foreign = (flags & 1) != 0;
    out.unreadable = (flags & 2) != 0;
    return out;
}

void put_blob(BinaryWriter& to, std::string_view kept, std::uint64_t size) {
    to.varint(1);
    to.varint(size);
    to.text(kept);
}

void put_blob(BinaryWriter& to, const Error& error) {
    to.varint(0);
    put(to, error);
}

Result<GitBlob> take_blob(BinaryReader& from) {
    if (from.varint() == 0) return take_error(from);
    GitBlob out;
    out.size = from.varint();
    out.bytes = from.text();
    return out;
}

void put(BinaryWriter& to, const Result<GitCommit>& commit) {
    to.varint(commit ? 1 : 0);
    if (!commit) return put(to, commit.error());
    put(to, commit->id);
    put(to, std::span<const ObjectId>(commit->parents));
    for (const auto* text : {&commit->author, &commit->author_address, &commit->committer, &commit->committer_address,
                             &commit->message, &commit->encoding, &commit->damage})
        to.text(*text);
    to.little(static_cast<std::uint64_t>(commit->authored));
    to.little(static_cast<std::uint64_t>(commit->committed));
}

Result<GitCommit> take_commit(BinaryReader& from) {
    if (from.varint() == 0) return take_error(from);
    GitCommit out;
    out.id = take_id(from);
    out.parents = take_ids(from);
    for (auto* text : {&out.author, &out.author_address, &out.committer, &out.committer_address, &out.message,
                       &out.encoding, &out.damage})
        *text = from.text();
    out.authored = static_cast<std::int64_t>(from.little<std::uint64_t>());
    out.committed = static_cast<std::int64_t>(from.little<std::uint64_t>());
    return out;
}

}  // namespace patchseek::archive
