#include "text_frame.hpp"

#include <string.h>

#include <cstdint>

#include "patchseek/store/varint.hpp"

namespace patchseek::store {
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

std::optional<TextView> unpack(std::string_view content) {
    const auto flag = take_bytes(content, 1);
    if (!flag || (flag->front() != 0 && flag->front() != 1)) return std::nullopt;
    const bool in_raw = flag->front() == 1;
    const auto headers_size = take_varint(content);
    const auto body_size = take_varint(content);
    const auto raw_size = take_varint(content);
    const auto body_at = in_raw ? take_varint(content) : std::optional<std::uint64_t>(0);
    if (!headers_size || !body_size || !raw_size || !body_at) return std::nullopt;
    const auto headers = take_bytes(content, *headers_size);
    auto body = take_bytes(content, in_raw ? 0 : *body_size);
    const auto raw = take_bytes(content, *raw_size);
    if (!headers || !body || !raw || !content.empty()) return std::nullopt;
    if (in_raw) {
        if (*body_at > raw->size() || *body_size > raw->size() - *body_at) return std::nullopt;
        body = raw->substr(static_cast<std::size_t>(*body_at), static_cast<std::size_t>(*body_size));
    }
    return TextView{*headers, *body, *raw};
}

}  // namespace patchseek::store
