// SPDX-License-Identifier: GPL-2.0-or-later
#include "json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/text/json_text.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {

void put(Json& object, const char* key, const std::string& text) {
    if (!text.empty()) object[key] = text::valid_utf8(text);
}

void put_exact(Json& object, const std::string& key, const std::string& text) {
    if (text.empty()) return;
    object[key] = text::valid_utf8(text);
    if (object[key] != text) object[key + "_bytes"] = base64(text);
}

void put(Json& object, const char* key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    Json& array = object[key] = Json::array();
    for (const std::string& text : texts) array.push_back(text::valid_utf8(text));
}

void put(Json& object, const char* key, const std::optional<std::uint32_t>& number) {
    if (number) object[key] = *number;
}

std::string line_of(const Json& json) { return text::harmless_json(json.dump()); }

JsonRecords::JsonRecords(Format format, const Style& style, Output& out)
    : array_(format == Format::json), style_(style), out_(out) {
    if (array_) out_.write("[");
}

void JsonRecords::add(const std::string& object) {
    if (array_ && !first_) out_.write(",\n ");
    first_ = false;
    out_.write(object);
    if (!array_) out_.write({&style_.record_end, 1});
}

void JsonRecords::finish() {
    if (!array_) return;
    out_.write("]");
    out_.write({&style_.record_end, 1});
}

Json json_of(const reader::AppliedAs& commit) {
    Json out = Json::object();
    put(out, "id", commit.id);
    out["how"] = commit.how;
    if (commit.when) put(out, "when", iso_time(*commit.when).value_or(""));
    put_exact(out, "in", commit.reply);
    put(out, commit.reply.empty() ? "tag" : "tree", commit.tree);
    if (commit.sure > 0) out["sure"] = commit.sure;
    return out;
}

namespace {

Json to_json(const reader::AppliedAs& commit) { return json_of(commit); }

Json to_json(const patch::FileChange& file) {
    Json out = Json::object();
    put_exact(out, "path", file.path);
    if (file.op == patch::Op::rename || file.op == patch::Op::copy) put_exact(out, "old", file.old);
    put(out, "op", std::string(patch::name(file.op)));
    put(out, "adds", file.adds);
    put(out, "dels", file.dels);
    if (file.binary) out["binary"] = true;
    out["partial"] = file.partial;
    return out;
}

Json to_json(const patch::Trailer& trailer) {
    return {{"name", text::valid_utf8(trailer.name)}, {"value", text::valid_utf8(trailer.value)}};
}

Json to_json(const reader::Credited& credited) {
    Json out = to_json(credited.trailer);
    put_exact(out, "in", credited.reply);
    return out;
}

template <class Item>
void put_objects(Json& object, const char* key, const std::vector<Item>& items) {
    if (items.empty()) return;
    Json& array = object[key];
    for (const Item& item : items) array.push_back(to_json(item));
}

void put_relations(Json& object, const reader::HitRelations& relations) {
    put_exact(object, "series", relations.series);
    put_exact(object, "thread", relations.thread);
    if (relations.replies > 0) object["replies"] = relations.replies;
    put(object, "states", relations.states);
    put_objects(object, "commits", relations.commits);
}

Json to_json(const reader::Hit& hit) {
    const store::Record& record = hit.record;
    Json out = {{"schema", 1}};
    put_exact(out, "id", record.id);
    put(out, "subject", record.subject);
    put(out, "from", record.from);
    put(out, "author", record.author);
    if (record.date) put(out, "date", iso_time(*record.date).value_or(""));
    put(out, "list", record.lists);
    put(out, "kind", std::string(store::name(record.kind)));
    put(out, "version", record.version);
    put(out, "part", record.part);
    put(out, "total", record.total);
    put(out, "tags", record.tags);
    put_relations(out, hit.relations);
    put_objects(out, "files", record.files);
    put_objects(out, "trailers", record.trailers);
    put_objects(out, "trailers", hit.relations.credited);
    const double score = std::round(hit.score * 1e4) / 1e4;
    if (std::isfinite(score) && score != 0) out["score"] = score;
    if (!record.archives.empty()) put_exact(out, "archive", record.archives.front());
    if (record.archives.size() > 1) put(out, "archives", record.archives);
    return out;
}

/// Those keys, each with its exact bytes.
Json to_json(const reader::Hit& hit, const std::vector<std::string>& fields) {
    Json all = to_json(hit);
    if (fields.empty()) return all;
    Json out = Json::object();
    for (const std::string& field : fields)
        for (const std::string& key : {field, field + "_bytes"})
            if (const auto value = all.find(key); value != all.end()) out[key] = std::move(*value);
    return out;
}

}  // namespace

std::string json_object(const reader::Hit& hit, const std::vector<std::string>& fields) {
    return line_of(to_json(hit, fields));
}

std::string batch_answer(std::string_view query, const reader::Page& page, bool partial,
                         const std::vector<std::string>& fields, const std::string& cursor) {
    Json out = {{"query", text::valid_utf8(query)}, {"matches", page.matches}};
    if (!page.exact) out["exact"] = false;
    if (partial) out["complete"] = false;
    Json& hits = out["hits"] = Json::array();
    for (const reader::Hit& hit : page.hits) hits.push_back(to_json(hit, fields));
    put(out, "cursor", cursor);
    return line_of(out);
}

std::string batch_error(std::string_view query, const Error& error) {
    Json out = {{"query", text::valid_utf8(query)}, {"error", text::valid_utf8(error.message)}};
    if (error.offset != Error::npos) out["offset"] = error.offset;
    return line_of(out);
}

namespace {

constexpr std::string_view kBytes = "_bytes";

/// "text", "number", "list of file": what stands behind a key.
std::string type_of(const Json& property) {
    if (property.contains("const")) return property["const"].dump();
    if (property.contains("enum")) return "text";
    if (property.contains("$ref")) {
        const std::string name = property["$ref"].get<std::string>().substr(std::string_view("#/$defs/").size());
        return name == "texts" ? "list of text" : name;
    }
    const std::string type = property["type"];
    if (type == "array") return "list of " + type_of(property["items"]);
    return type == "string" ? "text" : type == "integer" || type == "number" ? "number" : type;
}

std::string help_of(const Json& object) {
    std::string out = object["title"].get<std::string>() + '\n';
    for (const auto& [key, property] : object["properties"].items())
        if (!key.ends_with(kBytes))
            out +=
                fmt::format("  {:<10} {:<16} {}\n", key, type_of(property), property["description"].get<std::string>());
    return out + '\n';
}

}  // namespace

std::string json_help() {
    const Json schema = Json::parse(kAnswersSchema);
    std::string out = schema["title"].get<std::string>() + ". " + schema["description"].get<std::string>() +
                      "\nThe same as a JSON Schema: share/patchseek/answers.schema.json.\n\n";
    for (const auto& [name, object] : schema["$defs"].items())
        if (object.contains("properties")) out += help_of(object);
    out.pop_back();
    return out;
}

std::vector<std::string> keys() {
    const Json schema = Json::parse(kAnswersSchema);
    std::vector<std::string> out;
    for (const auto& [name, property] : schema["$defs"]["message"]["properties"].items())
        if (!name.ends_with(kBytes)) out.push_back(name);
    return out;
}

Result<std::vector<std::string>> parse_keys(std::string_view text) {
    const auto known = keys();
    std::vector<std::string> out;
    for (std::size_t pos = 0; pos <= text.size();) {
        const auto end = std::min(text.find(',', pos), text.size());
        std::string key(trim(text.substr(pos, end - pos)));
        pos = end + 1;
        if (std::ranges::find(known, key) == known.end()) {
            std::string names;
            for (const std::string& name : known) (names += names.empty() ? "" : ", ") += name;
            return Error{ErrorKind::usage, "answers have no key '" + key + "'; there are " + names};
        }
        out.push_back(std::move(key));
    }
    return out;
}

}  // namespace patchseek::render
