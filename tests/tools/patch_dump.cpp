// SPDX-License-Identifier: GPL-2.0-or-later
// usage: patch_dump MBOX
//
// One JSON object for each message of an mboxrd, in order: what the patch room finds in it. For the exactness checks,
// which compare it with what git says; bytes that are no UTF-8 stand as lone surrogates U+DC80..U+DCFF, as Python has
// them.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "archive/mbox.hpp"
#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/patch/patch_id.hpp"

namespace patch = patchseek::patch;

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// Length of the character at the front, 0 for a byte that starts none.
std::size_t character(std::string_view s) {
    const auto lead = static_cast<unsigned char>(s.front());
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size > s.size()) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (!is_continuation(s[i])) return 0;
    return size;
}

std::string quoted(std::string_view s) {
    std::string out = "\"";
    while (!s.empty()) {
        const auto size = character(s);
        const auto byte = static_cast<unsigned char>(s.front());
        char escape[8];
        if (size == 0 || byte < 0x20 || byte == '"' || byte == '\\') {
            std::snprintf(escape, sizeof escape, "\\u%04x", size == 0 ? 0xdc00u + byte : unsigned{byte});
            out += escape;
        } else {
            out += s.substr(0, size);
        }
        s.remove_prefix(size == 0 ? 1 : size);
    }
    return out + '"';
}

std::string number(const std::optional<std::uint32_t>& n) { return n ? std::to_string(*n) : "null"; }

std::string dump(const patch::FileChange& file) {
    std::string out = "{\"path\":" + quoted(file.path) + ",\"old\":" + quoted(file.old) + ",\"op\":\"";
    out.append(patch::name(file.op)).append("\",\"adds\":").append(number(file.adds));
    out.append(",\"dels\":").append(number(file.dels)).append(",\"binary\":").append(file.binary ? "true" : "false");
    return out + ",\"partial\":" + (file.partial ? "true}" : "false}");
}

/// `print(item)` for each, in brackets.
std::string list(const auto& items, const auto& print) {
    std::string out = "[";
    for (const auto& item : items) out += (out.size() > 1 ? "," : "") + print(item);
    return out + "]";
}

std::string dump(std::string_view bytes) {
    const std::string_view separator = bytes.substr(0, bytes.find('\n'));
    const auto message = patchseek::mail::parse(patchseek::archive::unframe(std::string(bytes), {.quoted = true}));
    const auto patch = patch::parse(message.subject, message.body, message.sender());
    std::string out = "{\"from\":" + quoted(separator) + ",\"subject\":" + quoted(message.subject);
    out += ",\"files\":" + list(patch.files, [](const patch::FileChange& file) { return dump(file); });
    out += ",\"adds\":" + number(patch.adds) + ",\"dels\":" + number(patch.dels);
    const auto& bytes_of_body = message.undecoded.empty() ? message.body : message.undecoded;
    out += ",\"patch_ids\":" + list(patch::patch_ids(bytes_of_body, patch::classify(bytes_of_body)), quoted);
    out += ",\"trailers\":" + list(patch.trailers, [](const patch::Trailer& trailer) {
               return "[" + quoted(trailer.name) + "," + quoted(trailer.value) + "]";
           });
    return out + "}\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: patch_dump MBOX\n", stderr);
        return 64;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string mbox{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        std::fprintf(stderr, "patch_dump: cannot read %s\n", argv[1]);
        return 66;
    }
    patchseek::archive::MboxSplitter splitter;
    splitter.feed(mbox);
    for (const auto& span : splitter.finish()) {
        const auto out = dump(std::string_view(mbox).substr(span.offset, span.size));
        std::fwrite(out.data(), 1, out.size(), stdout);
    }
}
