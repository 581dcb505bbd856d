#include "encoded_word.hpp"

#include <algorithm>
#include <optional>

#include "charset.hpp"
#include "limits.hpp"
#include "transfer.hpp"

namespace patchseek::mail {
namespace {

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
