// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/record.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "msgpack.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"

namespace patchseek::store {
namespace {

using Json = nlohmann::json;

/// The keys of a record as it stands in the index: a MessagePack map of one-letter
/// keys, absent fields left out, and its checksum behind it. Part of the schema: never reuse a letter.
namespace keys {

constexpr char kId = 'i';
constexpr char kSubject = 's';
constexpr char kFrom = 'f';
constexpr char kAuthor = 'u';
constexpr char kDate = 'd';
constexpr char kLists = 'l';
constexpr char kKind = 'k';
constexpr char kVersion = 'v';
constexpr char kPart = 'n';
constexpr char kTotal = 'm';
constexpr char kTags = 't';
constexpr char kFiles = 'p';
constexpr char kTrailers = 'y';
constexpr char kSize = 'z';
constexpr char kArchives = 'w';
constexpr char kDigest = 'h';

namespace file {
constexpr char kPath = 'p';
constexpr char kOld = 'o';
constexpr char kOp = 'k';
constexpr char kFlags = 'f';
constexpr char kAdds = 'a';
constexpr char kDels = 'd';
constexpr unsigned kBinary = 1, kMode = 2, kPartial = 4, kFragment = 8;
}  // namespace file

namespace trailer {
constexpr char kName = 'n';
constexpr char kValue = 'v';
}  // namespace trailer

}  // namespace keys

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

template <class Number>
bool set(Number& to, std::uint64_t value, std::uint64_t most = std::numeric_limits<Number>::max()) {
    if (value > most) return false;
    to = static_cast<Number>(value);
    return true;
}
template <class Number>
bool set(std::optional<Number>& to, std::uint64_t value) {
    return set(to.emplace(), value);
}
bool set(std::string& to, std::string_view value) {
    to = value;
    return true;
}
bool add(std::vector<std::string>& to, std::string_view value) {
    to.emplace_back(value);
    return true;
}

/// Fills a Record from the events of a MsgpackReader. No tree is built: a page of results reads
/// many records, and damaged bytes could nest a tree deeper than the stack. Each
/// event returns whether it may stand where it does; the first `false` ends the
/// parse, so nesting never passes the three levels of a record:
///
///   1 the record, by key_     2 an array below it     3 a file or trailer, by inner_
class RecordBuilder {
public:
    bool number_integer(std::int64_t value) {
        if (depth_ == 1 && key_ == keys::kDate) {
            record.date = value;
            return true;
        }
        return value >= 0 && number_unsigned(static_cast<std::uint64_t>(value));
    }
    bool number_unsigned(std::uint64_t value) {
        return depth_ == 1 ? record_number(value) : depth_ == 3 && key_ == keys::kFiles && file_number(value);
    }
    bool string(std::string_view value) {
        if (depth_ == 1) return record_string(value);
        if (depth_ == 2) return item(value);
        return depth_ == 3 && (key_ == keys::kFiles ? file_string(value) : trailer_string(value));
    }
    bool key(char letter) {
        (depth_ == 1 ? key_ : inner_) = letter;
        return true;
    }
    bool start_object() {
        if (depth_ == 0) return ++depth_ == 1;
        if (depth_ != 2) return false;
        if (key_ == keys::kFiles)
            record.files.emplace_back();
        else if (key_ == keys::kTrailers)
            record.trailers.emplace_back();
        else
            return false;
        return ++depth_ == 3;
    }
    bool start_array() {
        if (depth_ != 1) return false;
        const bool has_items = key_ == keys::kLists || key_ == keys::kTags || key_ == keys::kArchives ||
                               key_ == keys::kFiles || key_ == keys::kTrailers;
        depth_ += has_items;
        return has_items;
    }
    bool end_object() { return close(); }
    bool end_array() { return close(); }

    Record record;

private:
    bool close() {
        --depth_;
        return true;
    }
    bool record_number(std::uint64_t value) {
        switch (key_) {
            case keys::kDate: return set(record.date, value);
            case keys::kKind: return set_kind(value);
            case keys::kVersion: return set(record.version, value);
            case keys::kPart: return set(record.part, value);
            case keys::kTotal: return set(record.total, value);
            case keys::kSize: return set(record.size, value);
            default: return false;
        }
    }
    bool set_kind(std::uint64_t value) {
        record.kind = static_cast<MessageKind>(value);
        return value <= static_cast<std::uint64_t>(MessageKind::reply);
    }
    bool record_string(std::string_view value) {
        switch (key_) {
            case keys::kId: return set(record.id, value);
            case keys::kSubject: return set(record.subject, value);
            case keys::kFrom: return set(record.from, value);
            case keys::kAuthor: return set(record.author, value);
            case keys::kDigest: return set(record.digest, value);
            default: return false;
        }
    }
    bool item(std::string_view value) {
        if (key_ == keys::kLists) return add(record.lists, value);
        if (key_ == keys::kArchives) return add(record.archives, value);
        return key_ == keys::kTags && add(record.tags, value);
    }
    bool file_number(std::uint64_t value) {
        patch::FileChange& file = record.files.back();
        switch (inner_) {
            case keys::file::kOp:
                file.op = static_cast<patch::Op>(value);
                return value <= static_cast<std::uint64_t>(patch::Op::mode);
            case keys::file::kFlags:
                file.binary = (value & keys::file::kBinary) != 0;
                file.mode_changed = (value & keys::file::kMode) != 0;
                file.partial = (value & keys::file::kPartial) != 0;
                file.fragment = (value & keys::file::kFragment) != 0;
                return value <=
                       (keys::file::kBinary | keys::file::kMode | keys::file::kPartial | keys::file::kFragment);
            case keys::file::kAdds: return set(file.adds, value);
            case keys::file::kDels: return set(file.dels, value);
            default: return false;
        }
    }
    bool file_string(std::string_view value) {
        if (inner_ == keys::file::kPath) return set(record.files.back().path, value);
        return inner_ == keys::file::kOld && set(record.files.back().old, value);
    }
    bool trailer_string(std::string_view value) {
        if (inner_ == keys::trailer::kName) return set(record.trailers.back().name, value);
        return inner_ == keys::trailer::kValue && set(record.trailers.back().value, value);
    }

    int depth_ = 0;
    char key_ = 0;    ///< of the record
    char inner_ = 0;  ///< of a file or trailer
};

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
    BinaryWriter(bytes).little(checksum(bytes));
    return bytes;
}

Result<Record> decode(std::string_view bytes) {
    RecordBuilder builder;
    const auto map = bytes.substr(0, bytes.size() - std::min(bytes.size(), sizeof(std::uint32_t)));
    BinaryReader end(bytes.substr(map.size()));
    if (end.little<std::uint32_t>() == checksum(map) && end.whole() && MsgpackReader(map, builder).read())
        return std::move(builder.record);
    return Error{ErrorKind::data, "a record of the index is damaged"};
}

}  // namespace patchseek::store
