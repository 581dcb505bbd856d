#include "patchseek/store/record.hpp"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "record_keys.hpp"

namespace patchseek::store {
namespace {

using Json = nlohmann::json;

std::string letter(char key) { return std::string(1, key); }

void put(Json& object, char key, const std::string& text) {
    if (!text.empty()) object[letter(key)] = text;
}
template <class Number>
void put(Json& object, char key, const std::optional<Number>& number) {
    if (number) object[letter(key)] = *number;
}
void put(Json& object, char key, const std::vector<std::string>& texts) {
    if (!texts.empty()) object[letter(key)] = texts;
}

Json to_json(const patch::FileChange& file) {
    Json out = Json::object();
    put(out, keys::file::kPath, file.path);
    put(out, keys::file::kOld, file.old);
    if (file.op != patch::Op::modify) out[letter(keys::file::kOp)] = static_cast<unsigned>(file.op);
    const unsigned flags = (file.binary ? keys::file::kBinary : 0) | (file.mode_changed ? keys::file::kMode : 0) |
                           (file.partial ? keys::file::kPartial : 0) | (file.fragment ? keys::file::kFragment : 0);
    if (flags != 0) out[letter(keys::file::kFlags)] = flags;
    put(out, keys::file::kAdds, file.adds);
    put(out, keys::file::kDels, file.dels);
    return out;
}

Json to_json(const patch::Trailer& trailer) {
    Json out = Json::object();
    put(out, keys::trailer::kName, trailer.name);
    put(out, keys::trailer::kValue, trailer.value);
    return out;
}

template <class Item>
void put_objects(Json& object, char key, const std::vector<Item>& items) {
    if (items.empty()) return;
    Json& array = object[letter(key)] = Json::array();
    for (const Item& item : items) array.push_back(to_json(item));
}

}  // namespace

const char* name(MessageKind kind) noexcept {
    constexpr std::array<const char*, 5> kNames = {"", "patch", "cover", "pull", "reply"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::string encode(const Record& record) {
    Json out = Json::object();
    put(out, keys::kId, record.id);
    put(out, keys::kSubject, record.subject);
    put(out, keys::kFrom, record.from);
    put(out, keys::kAuthor, record.author);
    put(out, keys::kDate, record.date);
    put(out, keys::kLists, record.lists);
    if (record.kind != MessageKind::none) out[letter(keys::kKind)] = static_cast<unsigned>(record.kind);
    put(out, keys::kVersion, record.version);
    put(out, keys::kPart, record.part);
    put(out, keys::kTotal, record.total);
    put(out, keys::kTags, record.tags);
    put_objects(out, keys::kFiles, record.files);
    put_objects(out, keys::kTrailers, record.trailers);
    if (record.size != 0) out[letter(keys::kSize)] = record.size;
    put(out, keys::kArchives, record.archives);
    put(out, keys::kDigest, record.digest);
    std::string bytes;
    Json::to_msgpack(out, bytes);
    return bytes;
}

}  // namespace patchseek::store
