// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "patchseek/base/binary.hpp"

namespace patchseek::store {

/// Reads one value of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) and tells `Events` of it, as
/// nlohmann::json::sax_parse() does, which takes four times as long: it copies each text byte by byte. Only what
/// records have: maps, arrays, texts and whole numbers. Each event returns whether it may stand there; the first that
/// may not, anything else, and bytes that end too soon make the answer false. How deep values may lie in one another is
/// up to the events too.
template <class Events>
class MsgpackReader {
public:
    /// Both must outlive this.
    MsgpackReader(std::string_view bytes, Events& events) : in_(bytes), events_(events) {}
    /// False unless the bytes are one value.
    bool read() { return value() && in_.whole(); }

private:
    template <std::unsigned_integral Number>
    bool natural() {
        const auto value = in_.big<Number>();
        return in_.good() && events_.number_unsigned(value);
    }
    template <std::unsigned_integral Number>
    bool integer() {
        const auto value = in_.big<Number>();
        return in_.good() && events_.number_integer(static_cast<std::make_signed_t<Number>>(value));
    }

    bool value() {
        const auto head = in_.big<std::uint8_t>();
        if (!in_.good()) return false;
        if (head < 0x80) return events_.number_unsigned(head);
        if (head < 0x90) return map(head & 0x0Fu);
        if (head < 0xA0) return array(head & 0x0Fu);
        if (head < 0xC0) return text(head & 0x1Fu);
        if (head >= 0xE0) return events_.number_integer(static_cast<std::int8_t>(head));
        switch (head) {
            case 0xCC: return natural<std::uint8_t>();
            case 0xCD: return natural<std::uint16_t>();
            case 0xCE: return natural<std::uint32_t>();
            case 0xCF: return natural<std::uint64_t>();
            case 0xD0: return integer<std::uint8_t>();
            case 0xD1: return integer<std::uint16_t>();
            case 0xD2: return integer<std::uint32_t>();
            case 0xD3: return integer<std::uint64_t>();
            case 0xD9: return text(in_.big<std::uint8_t>());
            case 0xDA: return text(in_.big<std::uint16_t>());
            case 0xDB: return text(in_.big<std::uint32_t>());
            case 0xDC: return array(in_.big<std::uint16_t>());
            case 0xDD: return array(in_.big<std::uint32_t>());
            case 0xDE: return map(in_.big<std::uint16_t>());
            case 0xDF: return map(in_.big<std::uint32_t>());
            default: return false;
        }
    }
    bool text(std::uint32_t size) {
        const auto bytes = in_.bytes(size);
        return in_.good() && events_.string(bytes);
    }
    bool array(std::uint32_t size) {
        if (!in_.good() || !events_.start_array()) return false;
        while (size-- > 0)
            if (!value()) return false;
        return events_.end_array();
    }
    bool map(std::uint32_t size) {
        if (!in_.good() || !events_.start_object()) return false;
        while (size-- > 0)
            if (!key() || !value()) return false;
        return events_.end_object();
    }
    bool key() {
        const auto head = in_.big<std::uint8_t>();
        // Ours have one letter.
        if (head != 0xA1) return false;
        const auto name = in_.bytes(1);
        return in_.good() && events_.key(name.front());
    }

    BinaryReader in_;
    Events& events_;
};

}  // namespace patchseek::store
