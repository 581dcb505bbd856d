// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/origins.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/encoding.hpp"

namespace patchseek::store {
namespace {

constexpr std::size_t kKeyDigits = 16;

void put(BinaryWriter& out, const Copy& copy) {
    out.text(copy.digest);
    out.text(copy.location.encode());
    out.varint(copy.size);
    out.text(copy.title);
    out.text(copy.from);
    out.varint(copy.cut);
    out.varint(copy.lists.size());
    for (const std::string& list : copy.lists) out.text(list);
    out.varint(copy.origins.size());
    for (const Origin& origin : copy.origins) {
        out.varint(origin.archive);
        out.varint(origin.source);
        out.varint(origin.at);
    }
}

Copy take_copy(BinaryReader& in) {
    Copy copy;
    copy.digest = in.text();
    if (const auto location = TextLocation::decode(in.text()))
        copy.location = *location;
    else
        in.fail();
    copy.size = in.varint();
    copy.title = in.text();
    copy.from = in.text();
    copy.cut = in.varint() != 0;
    for (auto count = in.varint(); count > 0 && in.good(); --count) copy.lists.emplace_back(in.text());
    for (auto count = in.varint(); count > 0 && in.good(); --count) {
        Origin origin;
        origin.archive = in.varint();
        origin.source = in.varint();
        origin.at = in.varint();
        copy.origins.push_back(origin);
    }
    return copy;
}

template <class Item>
void sort_once(std::vector<Item>& items) {
    std::ranges::sort(items);
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

std::string key_name(std::uint64_t key) { return hex(key); }

std::string origins_of(std::uint64_t archive) { return key_name(archive) + ':'; }
std::string origins_of(std::uint64_t archive, std::uint64_t source) {
    return origins_of(archive) + key_name(source) + ':';
}
std::string Origin::name() const { return origins_of(archive, source) + key_name(at); }

std::uint64_t at_of(std::string_view name) {
    std::uint64_t at = 0;
    if (name.size() < kKeyDigits) return 0;
    const auto digits = name.substr(name.size() - kKeyDigits);
    const auto end = digits.data() + digits.size();
    return std::from_chars(digits.data(), end, at, 16).ptr == end ? at : 0;
}

bool Origins::add(const Copy& copy) {
    bool changed = false;
    for (const Origin& origin : copy.origins) {
        const auto* has = copy_of(copy.digest);
        if (has && std::ranges::binary_search(has->origins, origin)) continue;
        remove({origin});
        auto place = std::ranges::lower_bound(copies, copy.digest, {}, &Copy::digest);
        if (place == copies.end() || place->digest != copy.digest) {
            place = copies.insert(place, copy);
            place->origins.clear();
        }
        place->origins.insert(std::ranges::lower_bound(place->origins, origin), origin);
        changed = true;
    }
    return changed;
}

bool Origins::remove(const std::vector<Origin>& origins) {
    std::size_t removed = 0;
    for (Copy& copy : copies)
        removed += std::erase_if(copy.origins,
                                 [&](const Origin& origin) { return std::ranges::binary_search(origins, origin); });
    std::erase_if(copies, [](const Copy& copy) { return copy.origins.empty(); });
    return removed > 0;
}

const Copy* Origins::copy_of(std::string_view digest) const {
    const auto found = std::ranges::find(copies, digest, &Copy::digest);
    return found == copies.end() ? nullptr : &*found;
}

std::vector<std::string> Origins::lists() const {
    std::vector<std::string> out;
    for (const Copy& copy : copies) std::ranges::copy(copy.lists, std::back_inserter(out));
    sort_once(out);
    return out;
}

std::vector<std::uint64_t> Origins::archives() const {
    std::vector<std::uint64_t> out;
    for (const Copy& copy : copies)
        for (const Origin& origin : copy.origins) out.push_back(origin.archive);
    sort_once(out);
    return out;
}

std::vector<std::string> Origins::names() const {
    std::vector<std::string> out;
    for (const Copy& copy : copies)
        for (const Origin& origin : copy.origins) out.push_back(origin.name());
    return out;
}

std::string Origins::encode() const {
    std::string out;
    BinaryWriter writer(out);
    writer.varint(copies.size());
    for (const Copy& copy : copies) put(writer, copy);
    return out;
}

Result<Origins> Origins::decode(std::string_view bytes) {
    BinaryReader in(bytes);
    Origins out;
    for (auto count = in.varint(); count > 0 && in.good(); --count) out.copies.push_back(take_copy(in));
    if (!in.whole()) return Error{ErrorKind::data, "what the index says of a message's origin is damaged"};
    return out;
}

}  // namespace patchseek::store
