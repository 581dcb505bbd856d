// SPDX-License-Identifier: GPL-2.0-or-later
#include "proof.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "diff_units.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/line_area.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/text/literal_finder.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::verify {
namespace {

using patch::area_of;
using patch::content_of;
using patch::LineKind;
using schema::Area;

// Whether one word goes on over `at`. A byte above ASCII may be of a letter, of a
// letter that is a word by itself, or of a sign such as a typographic quote.
bool goes_on(std::string_view text, std::size_t at) {
    if (at == 0 || at == text.size() || !tokens::is_word_byte(text[at - 1]) || !tokens::is_word_byte(text[at]))
        return false;
    if (is_ascii(text[at - 1]) && is_ascii(text[at])) return true;
    // Back to the letter that marks in front belong to: after one that is a word by itself another begins.
    constexpr std::size_t kMostMarks = 8;
    std::size_t begin = at;
    for (std::size_t marks = 0; begin > 0 && marks < kMostMarks; ++marks) {
        --begin;
        for (int more = 3; begin > 0 && more > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80; --more)
            --begin;
        if (!text::is_mark(text::code_point(text, begin).value)) break;
    }
    return tokens::is_one_word(text.substr(begin, at + text::code_point(text, at).size - begin));
}

bool contains(std::string_view text, std::string_view literal) { return has_literal(text::fold(text), literal); }

// Whether a line has a letter that may be folded to a sign of ASCII, such as a wide exclamation mark. Those stand in a
// few blocks of Unicode; by their first bytes others are let through too, but not the quotes, dashes and kana that
// translations are full of.
bool may_fold_to_sign(std::string_view line) {
    const auto at = [&](std::size_t i) { return i < line.size() ? static_cast<unsigned char>(line[i]) : 0; };
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = at(i);
        if (byte < 0xCD) continue;
        if (byte == 0xCD || byte >= 0xEF) return true;
        if (byte == 0xE1 && at(i + 1) == 0xBF) return true;
        if (byte == 0xE2 && (at(i + 1) != 0x80 || at(i + 2) >= 0xA4)) return true;
        if (byte == 0xE3 && at(i + 1) >= 0x88) return true;
    }
    return false;
}

// How many bytes at the beginning are ASCII, or a little less than these.
std::size_t ascii_size(std::string_view text) {
    constexpr std::size_t kBlock = 64;
    std::size_t out = 0;
    while (out < text.size() && is_ascii(text.substr(out, kBlock))) out += kBlock;
    return std::min(out, text.size());
}

/// Looks for a folded literal in the lines of a body, by a sign in it: without one its letters stand nowhere.
class LineFinder {
public:
    explicit LineFinder(std::string_view literal) : literal_(literal) {
        if (literal.empty() || !is_ascii(literal)) return;
        finder_.emplace(literal);
        std::size_t rarest = 0;
        for (std::size_t i = 0; i < literal.size(); ++i) {
            if (is_alnum(literal[i])) continue;
            const auto place = std::min(kCommonSigns.find(literal[i]), kCommonSigns.size()) + 1;
            if (place <= rarest) continue;
            rarest = place;
            sign_ = i;
        }
        if (!sign_) return;
        const auto is_sign = [&](std::size_t i) { return i < literal.size() && !is_alnum(literal[i]); };
        std::size_t begin = *sign_, end = begin;
        while (begin > 0 && is_sign(begin - 1)) --begin;
        while (is_sign(end)) ++end;
        signs_ = literal.substr(begin, end - begin);
    }
    bool found_in(std::string_view body) const {
        if (is_ascii(body)) return in_ascii(body);
        if (sign_ && in_ascii_lines(body)) return true;
        for (std::size_t pos = 0; pos < body.size();) {
            if (sign_) pos = behind_ascii_lines(body, pos);
            const auto line = body.substr(pos, body.find('\n', pos) - pos);
            if (is_ascii(line) ? !sign_ && in_ascii(line) : in_other(line)) return true;
            pos += line.size() + 1;
        }
        return false;
    }

private:
    // In mails, the most common first.
    static constexpr std::string_view kCommonSigns = " -_.,/()*;:=>\"";

    bool in_ascii(std::string_view text) const {
        return literal_.empty() || stands_in(text, [](std::size_t) { return true; });
    }
    bool in_ascii_lines(std::string_view body) const {
        return stands_in(body, [&](std::size_t at) { return is_ascii(line_at(body, at)); });
    }
    template <class Counts>
    bool stands_in(std::string_view text, const Counts& counts) const {
        if (!finder_) return false;
        text::LiteralHits hits(*finder_, text);
        for (auto at = hits.next(); at != text.npos; at = hits.next())
            if (!goes_on(text, at) && !goes_on(text, at + literal_.size()) && counts(at)) return true;
        return false;
    }
    static std::string_view line_at(std::string_view body, std::size_t at) {
        const auto begin = body.rfind('\n', at) + 1;
        return body.substr(begin, body.find('\n', at) - begin);
    }
    // Where a line begins before which all are of ASCII alone, from the line at `pos` on.
    static std::size_t behind_ascii_lines(std::string_view body, std::size_t pos) {
        const auto size = ascii_size(body.substr(pos));
        if (pos + size == body.size()) return body.size();
        const auto last = body.substr(pos, size).rfind('\n');
        return last == body.npos ? pos : pos + last + 1;
    }
    bool in_other(std::string_view line) const {
        if (sign_ && !may_have_signs(line) && !may_fold_to_sign(line)) return false;
        return contains(line, literal_);
    }
    // Of a line in which no letter is folded to a sign; but letters between two signs may be folded to nothing, and
    // those beside them to the letters of the literal.
    bool may_have_signs(std::string_view line) const {
        for (auto at = line.find(signs_.front()); at != line.npos; at = line.find(signs_.front(), at + 1)) {
            const auto there = line.substr(at, signs_.size());
            const auto differs = std::ranges::mismatch(signs_, there);
            if (differs.in1 != signs_.end()) {
                if (differs.in2 != there.end() && !is_ascii(*differs.in2)) return true;
                continue;
            }
            const auto size = static_cast<std::size_t>(signs_.data() - literal_.data());
            const auto behind = literal_.substr(size + signs_.size(), 1);
            const bool fits_before = size == 0 || (at > 0 && may_become(line[at - 1], literal_[size - 1]));
            const auto next = line.substr(at + signs_.size(), 1);
            const bool fits_behind = behind.empty() || (!next.empty() && may_become(next.front(), behind.front()));
            if (fits_before && fits_behind) return true;
        }
        return false;
    }
    static bool may_become(char there, char folded) { return !is_ascii(there) || to_lower(there) == folded; }

    std::string_view literal_;
    std::optional<text::LiteralFinder> finder_;  ///< of ASCII alone
    std::optional<std::size_t> sign_;            ///< the rarest
    std::string_view signs_;                     ///< that one, and those beside it
};

/// A test of one text, by which headers, records and lines are looked through.
using Test = std::function<bool(std::string_view)>;

Test test_of(const query::Proof& proof) {
    if (proof.pattern) return [&](std::string_view text) { return proof.pattern->found_in(text); };
    return [&](std::string_view text) { return contains(text, proof.literal); };
}

// `To: …` of the stored header lines.
bool in_header(std::string_view headers, std::string_view name, const Test& test) {
    for (std::size_t pos = 0; pos < headers.size();) {
        const auto end = std::min(headers.find('\n', pos), headers.size());
        const auto line = headers.substr(pos, end - pos);
        if (line.starts_with(name) && test(line.substr(std::min(name.size() + 1, line.size())))) return true;
        pos = end + 1;
    }
    return false;
}

/// Where in a body a phrase may begin, ascending; nothing: it may anywhere.
using Beginnings = std::optional<std::vector<std::size_t>>;

// Whether the words of a phrase stand one behind the other at a place, with blanks, ends of lines and the signs of a
// diff between them.
bool may_begin_at(std::string_view body, std::size_t at, std::string_view phrase) {
    for (std::size_t i = 0; i < phrase.size();) {
        if (phrase[i] != ' ') {
            if (at == body.size() || to_lower(body[at]) != phrase[i]) return false;
            ++at, ++i;
            continue;
        }
        const auto gap = at;
        for (; at < body.size(); ++at) {
            const bool may_be_sign = at > 0 && body[at - 1] == '\n' && (body[at] == '+' || body[at] == '-');
            if (!is_space(body[at]) && !may_be_sign) break;
            // Or it is of the phrase: which of both, others tell.
            if (may_be_sign && i + 1 < phrase.size() && body[at] == phrase[i + 1]) return true;
        }
        // Of `\ No newline at end of file` nothing counts.
        if (at < body.size() && body[at] == '\\' && body[at - 1] == '\n') return true;
        if (at == gap) return false;
        ++i;
    }
    return true;
}

Beginnings beginnings_of(std::string_view body, std::string_view phrase) {
    const auto word = phrase.substr(0, phrase.find(' '));
    if (!is_ascii(phrase) || !is_ascii(body)) return std::nullopt;
    // Where a sign of a diff is its first word, it could begin at each of a million lines, and go on to the last.
    if (word.empty() || word.front() == '+' || word.front() == '-') return std::nullopt;
    const text::LiteralFinder finder(word);
    text::LiteralHits hits(finder, body);
    std::vector<std::size_t> out;
    for (auto at = hits.next(); at != body.npos; at = hits.next())
        if (may_begin_at(body, at, phrase)) out.push_back(at);
    return out;
}

// It may go on from line to line, as long as these are of one area.
bool phrase_in_areas(const Excerpt& excerpt, schema::Areas areas, std::string_view literal,
                     const Beginnings& beginnings) {
    const auto& lines = excerpt.lines;
    std::string run;
    const auto stands_in = [&](std::size_t first, std::size_t last) {
        const auto area = first < last ? area_of(lines[first].kind) : std::nullopt;
        if (!area || (areas & schema::bit(*area)) == 0) return false;
        const std::size_t begin = lines[first].begin, end = lines[last - 1].begin + lines[last - 1].size;
        if (beginnings) {
            const auto there = std::ranges::lower_bound(*beginnings, begin);
            if (there == beginnings->end() || *there >= end) return false;
        }
        run.clear();
        for (const patch::Line& line : std::span(lines).subspan(first, last - first))
            if (line.kind != LineKind::blank) (run += content_of(line, excerpt.body)) += '\n';
        return contains(text::one_blank(run), literal);
    };
    std::size_t first = 0;  // of the run
    std::optional<Area> last;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].kind == LineKind::blank) continue;
        const auto area = area_of(lines[i].kind);
        if (area != last || lines[i].kind == LineKind::hunk) {
            if (stands_in(first, i)) return true;
            first = i;
        }
        last = area;
    }
    return stands_in(first, lines.size());
}

// Behind the @@, `^` of an expression stands before the name, not before the blank.
std::string_view searched_text(const patch::Line& line, std::string_view body) {
    auto content = content_of(line, body);
    if (line.kind == LineKind::hunk && content.starts_with(' ')) content.remove_prefix(1);
    return content;
}

bool in_areas(const Excerpt& excerpt, schema::Areas areas, const Test& test) {
    for (const patch::Line& line : excerpt.lines) {
        const auto area = area_of(line.kind);
        if (area && (areas & schema::bit(*area)) != 0 && test(searched_text(line, excerpt.body))) return true;
    }
    return false;
}

constexpr schema::Areas kRecordAreas = schema::areas_stored(schema::Stored::record);

bool in_record(const query::Proof& proof, const store::Record& record, const Test& test) {
    const auto in_proof = [&](Area area) { return (proof.areas & schema::bit(area)) != 0; };
    if (in_proof(Area::subject) && test(record.subject)) return true;
    if (in_proof(Area::from) && test(record.from)) return true;
    if (in_proof(Area::author) && test(record.author)) return true;
    if (!in_proof(Area::path)) return false;
    return std::ranges::any_of(record.files, [&](const patch::FileChange& file) {
        return test(file.path) || (!file.old.empty() && test(file.old));
    });
}

bool in_trailers(const query::Proof& proof, const store::Record& record, const Test& test) {
    return std::ranges::any_of(record.trailers, [&](const patch::Trailer& trailer) {
        return text::fold(trailer.name) == proof.trailer && test(trailer.value);
    });
}

bool in_headers(const query::Proof& proof, const store::TextView& text, const Test& test) {
    return ((proof.areas & schema::bit(Area::to)) != 0 && in_header(text.headers, "To:", test)) ||
           ((proof.areas & schema::bit(Area::cc)) != 0 && in_header(text.headers, "Cc:", test));
}

bool literal_holds(const query::Proof& proof, const StoredMessage& message) {
    const auto test = test_of(proof);
    if (in_record(proof, message.record(), test)) return true;
    if ((proof.areas & ~kRecordAreas) == 0) return false;
    const auto stored = message.text();
    if (in_headers(proof, stored, test)) return true;
    if (!proof.phrase) {
        const bool there = literal_in_lines(stored.body, proof.literal);
        if (!there || proof.anywhere) return there;
        return literal_in(proof, {stored.body, patch::classify(stored.body)});
    }
    const auto beginnings = beginnings_of(stored.body, proof.literal);
    if (beginnings && beginnings->empty()) return false;
    return phrase_in_areas({stored.body, patch::classify(stored.body)}, proof.areas, proof.literal, beginnings);
}

// Reading a record takes longer than reading over its bytes.
bool may_be_in_record(const query::Proof& proof, const StoredMessage& message) {
    const query::Pattern& pattern = *proof.pattern;
    const bool plain = pattern.kind() == query::Pattern::Kind::literal && !pattern.folds();
    return !plain || !message.encoded || pattern.found_in(*message.encoded);
}

bool pattern_holds(const query::Proof& proof, const StoredMessage& message) {
    const auto test = test_of(proof);
    if (proof.anywhere) {
        const bool subject = (proof.areas & schema::bit(Area::subject)) != 0;
        return test(message.text().body) ||
               (subject && may_be_in_record(proof, message) && test(message.record().subject));
    }
    // Of a field of paths, the names in the record count; of other fields, the lines of the body that name them.
    const bool names = proof.areas == schema::bit(Area::path);
    const auto own = kRecordAreas | (names ? proof.areas : 0);
    if ((proof.areas & own) != 0 && may_be_in_record(proof, message) && in_record(proof, message.record(), test))
        return true;
    if ((proof.areas & ~own) == 0) return false;
    const auto stored = message.text();
    if (in_headers(proof, stored, test)) return true;
    constexpr auto kHeaders = schema::areas_stored(schema::Stored::headers);
    if ((proof.areas & ~own & ~kHeaders) == 0) return false;
    // Most bodies that do not match as a whole have no line that does. Where a pattern
    // may end with its line, they may not match and a line still does.
    if (proof.pattern->kind() == query::Pattern::Kind::literal && !test(stored.body)) return false;
    return pattern_in(proof, {stored.body, patch::classify(stored.body)});
}

}  // namespace

bool literal_in_lines(std::string_view body, std::string_view literal) { return LineFinder(literal).found_in(body); }

bool has_literal(std::string_view text, std::string_view literal) noexcept {
    if (literal.empty()) return true;
    for (auto rest = text; rest.size() >= literal.size();) {
        const void* found = ::memmem(rest.data(), rest.size(), literal.data(), literal.size());
        if (!found) return false;
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
        if (!goes_on(text, at) && !goes_on(text, at + literal.size())) return true;
        rest = text.substr(at + 1);
    }
    return false;
}

bool matches(const patch::PathPattern& pattern, const patch::FileChange& file) {
    return patch::path_matches(pattern, file.path, file.partial) ||
           (!file.old.empty() && patch::path_matches(pattern, file.old, file.partial));
}

bool literal_in(const query::Proof& proof, const Excerpt& excerpt) {
    if (proof.phrase) return phrase_in_areas(excerpt, proof.areas, proof.literal, std::nullopt);
    return in_areas(excerpt, proof.areas, test_of(proof));
}

bool pattern_in(const query::Proof& proof, const Excerpt& excerpt) {
    return in_areas(excerpt, proof.areas, test_of(proof));
}

bool holds(const query::Proof& proof, const StoredMessage& message) {
    if (!proof.any.empty())
        return std::ranges::any_of(proof.any, [&](const query::Proof& one) { return holds(one, message); });
    if (proof.unit_plan) return holds_in_unit(proof, message);
    if (proof.path)
        return std::ranges::any_of(message.record().files,
                                   [&](const patch::FileChange& file) { return matches(*proof.path, file); });
    if (!proof.trailer.empty()) return in_trailers(proof, message.record(), test_of(proof));
    return proof.pattern ? pattern_holds(proof, message) : literal_holds(proof, message);
}

}  // namespace patchseek::verify
