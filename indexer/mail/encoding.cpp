// SPDX-License-Identifier: GPL-2.0-or-later
#include "encoding.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "charset.hpp"
#include "header.hpp"
#include "limits.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::mail {
namespace {

// What stands for none of the 64 digits, and is passed over: line ends, blanks, damage.
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values() {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::uint8_t, 256> values{};
    values.fill(kNoDigit);
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
    return values;
}

// RFC 2045, 6.8. Padding ends a group of four digits, and so does the end of the text, where it was cut off or never
// written; parts that were encoded one by one and then joined go on behind it.
std::string decode_base64(std::string_view text) {
    static constexpr auto kValues = base64_values();
    constexpr int kGroup = 4;
    std::string out;
    out.reserve(text.size() / kGroup * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    const auto end_group = [&] {
        bits <<= 6 * (kGroup - count);
        if (count > 1) out += static_cast<char>(bits >> 16);
        if (count > 2) out += static_cast<char>(bits >> 8);
        if (count > 3) out += static_cast<char>(bits);
        count = 0;
    };
    for (const char c : text) {
        const auto value = kValues[static_cast<unsigned char>(c)];
        if (c == '=') end_group();
        if (value == kNoDigit) continue;
        bits = bits << 6 | value;
        if (++count == kGroup) end_group();
    }
    end_group();
    return out;
}

// RFC 2045, 6.7.
std::string decode_quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
        const auto mark = std::min(text.find('=', pos), text.size());
        out += text.substr(pos, mark - pos);
        const auto code = text.substr(mark, 3);
        pos = mark + 2;
        if (code.size() == 3 && hex_value(code[1]) >= 0 && hex_value(code[2]) >= 0) {
            out += static_cast<char>(hex_value(code[1]) * 16 + hex_value(code[2]));
            pos = mark + 3;
        } else if (code.starts_with("=\r\n")) {
            pos = mark + 3;
        } else if (code.size() >= 2 && code[1] != '\n' && code != "=\r") {
            out += '=';  // starts no code
            pos = mark + 1;
        }
    }
    return out;
}

// What uuencode(5) of POSIX writes behind "begin": the length of a line in its first character, 3 bytes in 4 characters
// each. A blank at the end of a line, which some programs cut off, counts as written.
std::string decode_uuencode(std::string_view text) {
    const auto value = [](char c) { return static_cast<unsigned>(c - ' ') & 63U; };
    std::string out;
    auto pos = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
    pos = pos == text.npos ? pos : text.find('\n', pos + 1);
    while (pos != text.npos && ++pos < text.size()) {
        const auto end = text.find('\n', pos);
        const auto line = text.substr(pos, end - pos);
        pos = end;
        const auto size = line.empty() || line == "\r" ? 0 : value(line.front());
        if (size == 0 && line.starts_with('`')) break;
        if (line.starts_with("end")) break;
        for (std::size_t byte = 0; byte < size && 1 + byte / 3 * 4 < line.size(); ++byte) {
            const auto at = 1 + byte / 3 * 4 + byte % 3;
            const auto digit = [&](std::size_t i) { return i < line.size() ? value(line[i]) : 0; };
            out += static_cast<char>(digit(at) << (2 + 2 * (byte % 3)) | digit(at + 1) >> (4 - 2 * (byte % 3)));
        }
    }
    return out;
}

constexpr std::size_t kMaxCharset = 60;

struct Word {
    std::string_view charset, text;
    bool base64 = false;
    std::size_t size = 0;  ///< of all, from =? to ?=
};

// The word that starts at `at`, on its "=?".
std::optional<Word> word_at(std::string_view text, std::size_t at) {
    const auto rest = text.substr(at);
    const auto mark = rest.substr(0, kMaxCharset).find('?', 2);
    if (mark == rest.npos || mark + 3 > rest.size() || rest[mark + 2] != '?') return std::nullopt;
    Word word;
    word.charset = rest.substr(2, mark - 2);
    if (word.charset.find_first_of(" \t=<>\"") != word.charset.npos) return std::nullopt;
    word.charset = word.charset.substr(0, word.charset.find('*'));
    const char encoding = rest[mark + 1];
    word.base64 = encoding == 'B' || encoding == 'b';
    if (!word.base64 && encoding != 'Q' && encoding != 'q') return std::nullopt;
    const auto end = rest.find("?=", mark + 3);
    if (end == rest.npos) return std::nullopt;
    word.text = rest.substr(mark + 3, end - mark - 3);
    word.size = end + 2;
    return word;
}

std::string decode_q(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '_', ' ');
    return decode_transfer(out, Transfer::quoted_printable);
}

// Words that follow each other, made bytes.
class Run {
public:
    bool takes(const Word& word) const {
        return std::ranges::equal(charset_, word.charset, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    }
    void start(const Word& word) { charset_ = word.charset; }
    void add(const Word& word) {
        if (!word.base64) {
            flush();
            bytes_ += decode_q(word.text);
            return;
        }
        // Padding ends a piece of base64, and so does a full group of four.
        if (base64_.ends_with('=') || base64_.size() % 4 == 0) flush();
        base64_ += word.text;
    }
    std::string take() {
        flush();
        std::string out = to_utf8(bytes_, charset_);
        bytes_.clear();
        return out;
    }

private:
    void flush() {
        bytes_ += decode_transfer(base64_, Transfer::base64);
        base64_.clear();
    }
    std::string_view charset_;
    std::string bytes_, base64_;
};

}  // namespace

Transfer transfer_of(std::string_view value) {
    constexpr std::string_view kAround = " \t\r\n\"'";
    const auto begin = value.find_first_not_of(kAround);
    if (begin == value.npos) return Transfer::none;
    value.remove_prefix(begin);
    value = value.substr(0, value.find_first_of(" \t\r\n\"';("));
    if (same_name(value, "base64")) return Transfer::base64;
    if (same_name(value, "quoted-printable")) return Transfer::quoted_printable;
    if (same_name(value, "x-uuencode") || same_name(value, "uuencode") || same_name(value, "x-uue"))
        return Transfer::uuencode;
    return Transfer::none;
}

std::string decode_transfer(std::string_view text, Transfer transfer) {
    switch (transfer) {
        case Transfer::base64: return decode_base64(text);
        case Transfer::quoted_printable: return decode_quoted_printable(text);
        case Transfer::uuencode: return decode_uuencode(text);
        case Transfer::none: break;
    }
    return std::string(text);
}

void for_each_run(std::string_view text, const std::function<void(std::string_view)>& copy,
                  const std::function<void(std::string_view)>& write) {
    std::size_t copied = 0, count = 0;
    // Behind the last end no word can begin; without knowing it each would be looked for to the end of the text.
    const auto last = text.rfind("?=");
    for (auto at = text.find("=?"); last != text.npos && at < last && count < kMaxEncodedWords;
         at = text.find("=?", at)) {
        auto word = word_at(text, at);
        if (!word) {
            at += 2;
            continue;
        }
        copy(text.substr(copied, at - copied));
        std::string decoded;
        Run run;
        run.start(*word);
        while (word) {
            if (!run.takes(*word)) {
                decoded += run.take();
                run.start(*word);
            }
            run.add(*word);
            ++count;
            at += word->size;
            const auto next = text.find_first_not_of(" \t\r\n", at);
            const bool follows = next != text.npos && text.substr(next, 2) == "=?" && count < kMaxEncodedWords;
            word = follows ? word_at(text, next) : std::nullopt;
            if (word) at = next;
        }
        write(decoded + run.take());
        copied = at;
    }
    copy(text.substr(copied));
}

std::string decode_words(std::string_view text) {
    std::string out;
    for_each_run(
        text, [&](std::string_view plain) { out += plain; }, [&](std::string_view decoded) { out += decoded; });
    return out;
}

}  // namespace patchseek::mail
