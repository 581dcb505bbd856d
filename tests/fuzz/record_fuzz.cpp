// What an index holds may be damaged: decoding any bytes as a record, a place or a
// packed text ends in a value that encodes and decodes to itself, or in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "patchseek/store/record.hpp"
#include "patchseek/store/text_store.hpp"

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchseek;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto record = store::decode(bytes)) {
        const auto again = store::decode(store::encode(*record));
        demand(again && *again == *record);
    }
    if (const auto text = store::unpack_text(bytes)) {
        std::string packed;
        store::pack_text(text->copy(), packed);
        const auto again = store::unpack_text(packed);
        demand(again && again->copy() == text->copy());
    }
    if (const auto place = store::TextLocation::decode(bytes)) demand(place->encode() == bytes);
    return 0;
}
