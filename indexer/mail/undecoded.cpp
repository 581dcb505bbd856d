#include "undecoded.hpp"

#include <algorithm>

#include "body.hpp"
#include "charset.hpp"
#include "limits.hpp"
#include "parameter.hpp"
#include "transfer.hpp"

namespace patchseek::mail {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view other) { return same_name(word, other); });
}

bool is_ascii(std::string_view bytes) {
    return std::ranges::none_of(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

std::string undecoded_body(const HeaderBlock& header, std::string_view raw) {
    const std::string content_type = unfold(header.find("Content-Type").value_or("").substr(0, kMaxHeader));
    const std::string encoding = unfold(header.find("Content-Transfer-Encoding").value_or("").substr(0, 100));
    const auto type = std::string_view(content_type).substr(0, content_type.find_first_of("; \t"));
    const bool plain = is_one_of(type, {"", "text/plain", "text/x-patch", "text/x-diff"}) &&
                       !same_name(parameter(content_type, "format"), "flowed");
    if (!plain || raw.size() > kMaxText) return {};
    const auto transfer = transfer_of(encoding);
    // Nearly all patch mail: nothing to undo, nothing that a charset could change.
    if (transfer == Transfer::none && is_ascii(raw)) return {};
    auto bytes = decode_transfer(raw, transfer);
    const auto charset = parameter(content_type, "charset");
    if (is_ascii(bytes) || (is_utf8(bytes) && is_one_of(charset, {"", "utf-8", "utf8", "us-ascii"}))) return {};
    return bytes;
}

}  // namespace patchseek::mail
