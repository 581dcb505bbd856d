// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/manifest.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "patchseek/base/digest.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::store {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string index_named(const fs::path& index) { return "index '" + index.native() + "' "; }

// As a shell takes it in the command that we advise.
std::string shell_word(const std::string& text) {
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._+-";
    if (!text.empty() && text.find_first_not_of(kPlain) == text.npos) return text;
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += "'\\'";
        out += c;
    }
    return out + "'";
}

Error damaged(const fs::path& index) {
    return Error{ErrorKind::data, index_named(index) + "is damaged: " + schema::layout::kManifest +
                                      " cannot be read; " + way_out(index)};
}

Error absent(const fs::path& index) {
    return Error{ErrorKind::no_input, "no index in '" + index.native() + "'; make one with: patchseek-index --db " +
                                          shell_word(index.native()) + " ARCHIVE"};
}

// A file name may be any bytes and JSON holds UTF-8 only, so that a name which is
// not has its bytes beside it.
void put_path(Json& object, const std::string& key, const std::string& path) {
    object[key] = text::valid_utf8(path);
    if (object[key] != path) object[key + "_bytes"] = base64(path);
}

std::optional<std::string> get_string(const Json& object, const std::string& key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

std::optional<std::string> get_path(const Json& object, const std::string& key) {
    if (!object.contains(key + "_bytes")) return get_string(object, key);
    const auto coded = get_string(object, key + "_bytes");
    return coded ? from_base64(*coded) : std::nullopt;
}

std::optional<std::uint64_t> get_count(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

// What a manifest names is opened, so it may not lead out of the index.
bool is_inside(const fs::path& folder) {
    return !folder.empty() && folder.is_relative() && std::ranges::find(folder, "..") == folder.end() &&
           folder.native().find('\0') == std::string::npos;
}

// A linked index names files of its members by their whole paths.
bool may_name(const fs::path& path, bool linked) {
    return is_inside(path) || (linked && path.is_absolute() && path.lexically_normal() == path &&
                               path.native().find('\0') == std::string::npos);
}

std::optional<bool> get_flag(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

std::optional<Shard> to_shard(const Json& object, bool linked) {
    if (!object.is_object()) return std::nullopt;
    const auto folder = get_path(object, "folder");
    const auto newest_first = get_flag(object, "newest_first");
    if (!folder || !may_name(*folder, linked) || !newest_first) return std::nullopt;
    Shard out{*folder, *newest_first};
    for (const auto& [key, into] : {std::pair{"dead", &out.dead}, std::pair{"home", &out.home}}) {
        if (!object.contains(key)) continue;
        auto path = get_path(object, key);
        if (!path || !may_name(*path, linked)) return std::nullopt;
        *into = std::move(*path);
    }
    return fs::path(out.folder).is_absolute() == out.home.empty() ? std::nullopt : std::optional(std::move(out));
}

std::optional<Member> to_member(const Json& object) {
    if (!object.is_object()) return std::nullopt;
    auto path = get_path(object, "path");
    auto digest = get_string(object, "digest");
    if (!path || !digest) return std::nullopt;
    return Member{std::move(*path), std::move(*digest)};
}

std::optional<Archive> to_archive(const Json& object) {
    if (!object.is_object()) return std::nullopt;
    auto path = get_path(object, "path");
    auto key = get_string(object, "key");
    auto kind = get_string(object, "kind");
    const auto messages = get_count(object, "messages");
    const auto settled = get_flag(object, "settled");
    if (!path || !key || !kind || !messages || !settled) return std::nullopt;
    auto state = get_string(object, "state").value_or("");
    if (!state.empty() && !is_inside(state)) return std::nullopt;
    return Archive{std::move(*path), std::move(*key), std::move(*kind),
                   *messages,        *settled,        get_string(object, "forced").value_or(""),
                   std::move(state)};
}

std::optional<std::uint32_t> to_number(const Json& value) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > UINT32_MAX) return std::nullopt;
    return value.get<std::uint32_t>();
}

template <class Item, class Convert>
bool get_items(const Json& object, const char* key, std::vector<Item>& items, Convert&& convert) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array()) return false;
    for (const Json& element : *found) {
        auto item = convert(element);
        if (!item) return false;
        items.push_back(std::move(*item));
    }
    return true;
}

std::optional<Repository> to_repository(const Json& object, bool linked) {
    if (!object.is_object()) return std::nullopt;
    auto path = get_path(object, "path");
    auto key = get_string(object, "key"), file = get_path(object, "file");
    const auto commits = get_count(object, "commits");
    if (!path || !key || !file || !commits || !(file->empty() || may_name(*file, linked))) return std::nullopt;
    Repository out{std::move(*path), std::move(*key), {}, std::move(*file), *commits};
    const auto to_ref = [](const Json& ref) {
        return ref.is_string() ? std::optional(ref.get<std::string>()) : std::nullopt;
    };
    if (!get_items(object, "refs", out.refs, to_ref)) return std::nullopt;
    return out;
}

bool get_files(const Json& object, bool linked, std::vector<File>& files) {
    const auto found = object.find("files");
    if (found == object.end()) return true;
    if (!found->is_object()) return false;
    for (const auto& [path, numbers] : found->items()) {
        if (!may_name(path, linked) || !numbers.is_array() || numbers.size() != 2) return false;
        const auto checksum = to_number(numbers[1]);
        if (!numbers[0].is_number_unsigned() || !checksum) return false;
        files.push_back({path, numbers[0].get<std::uint64_t>(), *checksum});
    }
    std::ranges::sort(files, {}, &File::path);
    return true;
}

// A name, and not a path.
bool is_data_folder(const std::string& name) {
    return name.starts_with(schema::layout::kDataPrefix) && is_inside(name) && name.find('/') == name.npos;
}

std::optional<Manifest> to_manifest(const Json& object) {
    Manifest manifest;
    manifest.schema = schema::kVersion;
    const auto generation = get_count(object, "generation");
    const auto updated = object.find("updated");
    if (!generation || updated == object.end() || !updated->is_number_integer()) return std::nullopt;
    manifest.generation = *generation;
    manifest.updated = updated->get<std::int64_t>();
    if (object.contains("members") && !get_items(object, "members", manifest.members, to_member)) return std::nullopt;
    const bool linked = !manifest.members.empty();
    const auto as_shard = [&](const Json& one) { return to_shard(one, linked); };
    if (!get_items(object, "shards", manifest.shards, as_shard)) return std::nullopt;
    if (!get_items(object, "archives", manifest.archives, to_archive)) return std::nullopt;
    if (!get_items(object, "texts", manifest.texts, to_number)) return std::nullopt;
    const auto as_repository = [&](const Json& one) { return to_repository(one, linked); };
    if (object.contains("repositories") && !get_items(object, "repositories", manifest.repositories, as_repository))
        return std::nullopt;
    if (!get_files(object, linked, manifest.files)) return std::nullopt;
    if (object.contains("data")) {
        auto data = get_string(object, "data");
        if (!data || !is_data_folder(*data)) return std::nullopt;
        manifest.data = std::move(*data);
    }
    if (!object.contains("relations")) return manifest;
    auto relations = get_string(object, "relations");
    if (!relations || !is_inside(*relations)) return std::nullopt;
    manifest.relations = std::move(*relations);
    return manifest;
}

Json to_json(const Manifest& manifest) {
    Json out = {{"schema", manifest.schema}, {"generation", manifest.generation}, {"updated", manifest.updated}};
    Json& shards = out["shards"] = Json::array();
    for (const Shard& shard : manifest.shards) {
        Json& object = shards.emplace_back(Json::object());
        put_path(object, "folder", shard.folder);
        object["newest_first"] = shard.newest_first;
        if (!shard.dead.empty()) put_path(object, "dead", shard.dead);
        if (!shard.home.empty()) put_path(object, "home", shard.home);
    }
    Json& archives = out["archives"] = Json::array();
    for (const Archive& archive : manifest.archives) {
        Json& object = archives.emplace_back(Json::object());
        put_path(object, "path", archive.path);
        object["key"] = archive.key;
        object["kind"] = text::valid_utf8(archive.kind);
        object["messages"] = archive.messages;
        object["settled"] = archive.settled;
        if (!archive.forced.empty()) object["forced"] = archive.forced;
        if (!archive.state.empty()) object["state"] = archive.state;
    }
    out["texts"] = manifest.texts;
    for (const Repository& repository : manifest.repositories) {
        Json& object = out["repositories"].emplace_back(Json::object());
        put_path(object, "path", repository.path);
        object["key"] = repository.key;
        object["refs"] = repository.refs;
        put_path(object, "file", repository.file);
        object["commits"] = repository.commits;
    }
    if (!manifest.relations.empty()) out["relations"] = manifest.relations;
    if (!manifest.data.empty()) out["data"] = manifest.data;
    for (const Member& member : manifest.members) {
        Json& object = out["members"].emplace_back(Json::object());
        put_path(object, "path", member.path);
        object["digest"] = member.digest;
    }
    for (const File& file : manifest.files) out["files"][file.path] = {file.size, file.checksum};
    return out;
}

// The text of a manifest is an object whose last member is the checksum of all before it.
constexpr std::string_view kChecksum = ",\n  \"checksum\": ";

// `text` is without the end of the object.
std::string sealed(std::string_view text) {
    return std::string(text) + std::string(kChecksum) + std::to_string(checksum(text)) + "\n}\n";
}

bool is_sealed(std::string_view text) {
    const auto end = text.rfind(kChecksum);
    return end != text.npos && sealed(text.substr(0, end)) == text;
}

}  // namespace

Result<Manifest> read_manifest(const fs::path& index) {
    const auto text = read_file(index / schema::layout::kManifest);
    if (!text) return text.error().kind == ErrorKind::no_input ? absent(index) : text.error();
    const Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object()) return damaged(index);
    // First of all, and nothing else trusted before: another schema may keep anything anywhere.
    const auto found = json.find("schema");
    if (found == json.end() || !found->is_number_integer()) return damaged(index);
    if (*found != schema::kVersion)
        return Error{ErrorKind::data, index_named(index) + "has schema " + found->dump() + ", this program needs " +
                                          std::to_string(schema::kVersion) + "; " + way_out(index)};
    auto manifest = is_sealed(*text) ? to_manifest(json) : std::nullopt;
    if (!manifest) return damaged(index);
    return std::move(*manifest);
}

Result<Manifest> salvage_manifest(const fs::path& index) {
    const auto text = read_file(index / schema::layout::kManifest);
    if (!text) return text.error().kind == ErrorKind::no_input ? absent(index) : text.error();
    const Json json = Json::parse(*text, nullptr, false);
    const Error lost{ErrorKind::data, index_named(index) + "is damaged: " + schema::layout::kManifest +
                                          " does not tell its archives any more; index them again into a new folder"};
    if (!json.is_object()) return lost;
    const auto found = json.find("schema");
    if (auto manifest = to_manifest(json)) {
        manifest->schema = found != json.end() && *found == schema::kVersion ? schema::kVersion : 0;
        return std::move(*manifest);
    }
    Manifest out;
    out.generation = get_count(json, "generation").value_or(0);
    if (json.contains("archives") && !get_items(json, "archives", out.archives, to_archive)) return lost;
    const auto as_repository = [](const Json& one) { return to_repository(one, false); };
    if (json.contains("repositories") && !get_items(json, "repositories", out.repositories, as_repository)) return lost;
    if (auto data = get_string(json, "data"); data && is_data_folder(*data)) out.data = std::move(*data);
    return out;
}

Result<Done> write_manifest(const fs::path& index, const Manifest& manifest) {
    std::string text = to_json(manifest).dump(2);
    text.erase(text.rfind("\n}"));
    return replace_file(index / schema::layout::kManifest, sealed(text), data_of(index, manifest));
}

std::string digest_of(const Manifest& manifest) {
    return sha256_hex(to_json(manifest).dump(-1, ' ', false, Json::error_handler_t::replace));
}

fs::path data_of(const fs::path& index, const Manifest& manifest) {
    return manifest.data.empty() ? index : index / manifest.data;
}

namespace {

bool is_copy(const fs::path& index) {
    std::error_code error;
    for (fs::directory_iterator it(index, error), end; !error && it != end; it.increment(error))
        if (std::error_code none;
            is_data_folder(it->path().filename().native()) && fs::exists(it->path() / schema::layout::kRetired, none))
            return true;
    return false;
}

}  // namespace

std::string way_out(const fs::path& index) {
    if (is_copy(index))
        return "it is a copy: patchseek-index --db INDEX --publish " + shell_word(index.native()) + " mends it";
    return "patchseek-index --db " + shell_word(index.native()) + " --rebuild makes it anew";
}

fs::path user_folder(const char* variable, std::string_view below_home) {
    if (const char* set = std::getenv(variable); set && *set == '/') return fs::path(set) / "patchseek";
    const char* home = std::getenv("HOME");
    if (!home || !*home) {
        const passwd* user = ::getpwuid(::getuid());
        home = user ? user->pw_dir : nullptr;
    }
    return home && *home ? fs::path(home) / below_home / "patchseek" : fs::path();
}

fs::path default_index() {
    const char* db = std::getenv("PATCHSEEK_DB");
    return db && *db ? fs::path(db) : user_folder("XDG_DATA_HOME", ".local/share");
}

}  // namespace patchseek::store
