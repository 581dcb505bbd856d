#include "store/text_frame.hpp"

#include <string.h>

#include <cstdint>

namespace patchseek::store {
namespace {

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63 && !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7Fu} << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> take(std::string_view& in, std::uint64_t size) {
    if (size > in.size()) return std::nullopt;
    const auto piece = in.substr(0, static_cast<std::size_t>(size));
    in.remove_prefix(piece.size());
    return piece;
}

}  // namespace

void pack(const Text& text, std::string& out) {
    // Not std::string::find, which takes quadratic time on a mail made for that.
    const void* found = ::memmem(text.raw.data(), text.raw.size(), text.body.data(), text.body.size());
    out += static_cast<char>(found ? 1 : 0);
    put_varint(out, text.headers.size());
    put_varint(out, text.body.size());
    put_varint(out, text.raw.size());
    if (found) put_varint(out, static_cast<std::uint64_t>(static_cast<const char*>(found) - text.raw.data()));
    out += text.headers;
    if (!found) out += text.body;
    out += text.raw;
}

std::optional<Text> unpack(std::string_view content) {
    const auto flag = take(content, 1);
    if (!flag || (flag->front() != 0 && flag->front() != 1)) return std::nullopt;
    const bool in_raw = flag->front() == 1;
    const auto headers_size = take_varint(content);
    const auto body_size = take_varint(content);
    const auto raw_size = take_varint(content);
    const auto body_at = in_raw ? take_varint(content) : std::optional<std::uint64_t>(0);
    if (!headers_size || !body_size || !raw_size || !body_at) return std::nullopt;
    const auto headers = take(content, *headers_size);
    auto body = take(content, in_raw ? 0 : *body_size);
    const auto raw = take(content, *raw_size);
    if (!headers || !body || !raw || !content.empty()) return std::nullopt;
    if (in_raw) {
        if (*body_at > raw->size() || *body_size > raw->size() - *body_at) return std::nullopt;
        body = raw->substr(static_cast<std::size_t>(*body_at), static_cast<std::size_t>(*body_size));
    }
    return Text{std::string(*headers), std::string(*body), std::string(*raw)};
}

}  // namespace patchseek::store
