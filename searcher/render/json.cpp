#include <cmath>

#include "dates.hpp"
#include "formats.hpp"
#include "json_values.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::render {
namespace {

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

void put_kinship(Json& object, const reader::HitRelations& groups) {
    put_exact(object, "series", groups.series);
    put_exact(object, "thread", groups.thread);
    if (groups.replies > 0) object["replies"] = groups.replies;
    put(object, "states", groups.states);
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
    put_kinship(out, hit.relations);
    put_objects(out, "files", record.files);
    put_objects(out, "trailers", record.trailers);
    put_objects(out, "trailers", hit.relations.credited);
    const double score = std::round(hit.score * 1e4) / 1e4;
    if (std::isfinite(score) && score != 0) out["score"] = score;
    if (!record.archives.empty()) put_exact(out, "archive", record.archives.front());
    if (record.archives.size() > 1) put(out, "archives", record.archives);
    return out;
}

}  // namespace

std::string json_object(const reader::Hit& hit) { return line_of(to_json(hit)); }

std::string batch_answer(std::string_view query, const reader::Page& page, bool partial) {
    Json out = {{"query", text::valid_utf8(query)}, {"matches", page.matches}};
    if (!page.exact) out["exact"] = false;
    if (partial) out["complete"] = false;
    Json& hits = out["hits"] = Json::array();
    for (const reader::Hit& hit : page.hits) hits.push_back(to_json(hit));
    return line_of(out);
}

std::string batch_error(std::string_view query, const Error& error) {
    Json out = {{"query", text::valid_utf8(query)}, {"error", text::valid_utf8(error.message)}};
    if (error.offset != Error::npos) out["offset"] = error.offset;
    return line_of(out);
}

}  // namespace patchseek::render
