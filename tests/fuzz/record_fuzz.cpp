// SPDX-License-Identifier: GPL-2.0-or-later
// What an index holds may be damaged: decoding any bytes as a record or a place ends in a value that encodes and
// decodes to itself, or in an error; any bytes as a group of texts, in texts or in an error; any bytes as a file of
// positions, or as a list in one, in positions that ascend or in an error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/position_file.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/store/positions.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/text_store.hpp"

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

// As a group, as its head, and as what its frames hold: checksums let little through to the last two.
void read_as_group(std::string_view bytes) {
    using namespace patchseek::store;
    const auto fetch = [&](std::uint64_t offset, std::size_t size) -> patchseek::Result<std::string> {
        return std::string(offset < bytes.size() ? bytes.substr(offset, size) : "");
    };
    TextGroupReader reader;
    reader.turn_to(0);
    for (std::size_t number = 0; number < 3; ++number)
        if (const auto text = reader.whole(number, fetch)) demand(reader.bodies(number, fetch)->body == text->body);
    for (std::size_t number = 0; number < 3; ++number) {
        const TextGroupHead::Frame frame{0, 3, 0, 0, 0, 0};
        if (const auto text = text_in_bodies(bytes, frame, number))
            demand(text->headers.size() + text->body.size() <= bytes.size());
        if (const auto rest = rest_in(bytes, 3, number))
            demand(rest->before.size() + rest->after.size() <= bytes.size());
    }
}

// What is written comes back, wherever the bytes are cut into texts.
void write_as_group(std::string_view bytes, std::uint8_t cut, std::uint8_t step) {
    using namespace patchseek::store;
    std::vector<TextView> texts;
    for (std::size_t at = 0; at < bytes.size() && texts.size() < 100; at += std::size_t{1} + step)
        texts.push_back({bytes.substr(0, cut % bytes.size()), bytes.substr(at, cut), bytes.substr(at / 2)});
    TextGroupWriter writer;
    std::string group;
    for (const TextView& text : texts) demand(bool(writer.add(text)));
    demand(bool(writer.seal(group)));
    const auto fetch = [&](std::uint64_t offset, std::size_t size) -> patchseek::Result<std::string> {
        return group.substr(offset, size);
    };
    TextGroupReader reader;
    reader.turn_to(0);
    for (std::size_t i = 0; i < texts.size(); ++i) demand(reader.whole(i, fetch)->copy() == texts[i].copy());
}

// All that a file has, with right checksums.
void read_positions() {
    const auto file = patchseek::store::Positions::open(".");
    if (!file) return;
    const auto visit = [&](std::string_view,
                           patchseek::store::PositionList& list) -> patchseek::Result<patchseek::Done> {
        for (std::uint32_t id = 0;;) {
            const auto more = list.seek(id);
            if (!more || !*more) return patchseek::Done{};
            demand(list.document() >= id);
            const auto at = list.positions();
            if (!at) return at.error();
            demand(!at->empty());
            if (list.document() == UINT32_MAX) return patchseek::Done{};
            id = list.document() + 1;
        }
    };
    if (const auto all = file->all(visit); !all) demand(all.error().kind == patchseek::ErrorKind::data);
    if (const auto found = file->find("a"); !found) demand(found.error().kind == patchseek::ErrorKind::data);
}

void read_as_positions(std::string_view bytes) {
    using namespace patchseek::store;
    auto list = PositionFileWriter::create("positions");
    demand(list && list->put("a", bytes) && list->finish(9));
    read_positions();
    auto file = CheckedFileWriter::create("positions");
    demand(file && file->append(bytes.substr(std::min<std::size_t>(bytes.size(), 6))) &&
           file->finish(bytes.substr(0, 6)));
    read_positions();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchseek;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // Behind its checksum, which whoever makes an index can make too.
    std::string sealed(bytes);
    BinaryWriter(sealed).little(checksum(bytes));
    if (const auto record = store::decode(sealed)) {
        const auto again = store::decode(store::encode(*record));
        demand(again && *again == *record);
    }
    read_as_group(bytes);
    read_as_positions(bytes);
    if (size > 2) write_as_group(bytes.substr(2), data[0], data[1]);
    if (const auto place = store::TextLocation::decode(bytes)) demand(place->encode() == bytes);
    return 0;
}
