#include "haystack.hpp"

#include <algorithm>

#include "patchseek/patch/line_area.hpp"
#include "patchseek/text/analyzer.hpp"
#include "query/characters.hpp"

namespace patchseek::search {
namespace {

using patch::area_of;
using patch::content_of;
using patch::LineKind;
using schema::Area;

// Whether one word goes on over `at`. A byte above ASCII may be of a letter, of a
// letter that is a word by itself, or of a sign such as a typographic quote.
bool goes_on(std::string_view text, std::size_t at) {
    if (at == 0 || at == text.size() || !text::is_word_byte(text[at - 1]) || !text::is_word_byte(text[at]))
        return false;
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (is_ascii(text[at - 1]) && is_ascii(text[at])) return true;
    std::size_t begin = at - 1;
    while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    const auto before = text.substr(begin, at - begin), after = text.substr(at, query::code_point(text, at).size);
    const auto both = text.substr(begin, before.size() + after.size());
    return query::count_words(both) < query::count_words(before) + query::count_words(after);
}

bool contains(std::string_view text, std::string_view literal) { return has_literal(text::fold(text), literal); }

// `To: …` of the stored header lines.
bool in_header(std::string_view headers, std::string_view name, std::string_view literal) {
    for (std::size_t pos = 0; pos < headers.size();) {
        const auto end = std::min(headers.find('\n', pos), headers.size());
        const auto line = headers.substr(pos, end - pos);
        if (line.starts_with(name) && contains(line.substr(name.size()), literal)) return true;
        pos = end + 1;
    }
    return false;
}

// Line by line, since a line with letters outside ASCII is dear to fold.
bool in_lines(std::string_view body, std::string_view literal) {
    for (std::size_t pos = 0; pos < body.size();) {
        const auto end = std::min(body.find('\n', pos), body.size());
        if (contains(body.substr(pos, end - pos), literal)) return true;
        pos = end + 1;
    }
    return false;
}

// A phrase goes on over line ends, as far as the lines are of one area.
bool phrase_in_areas(std::string_view body, schema::Areas areas, std::string_view literal) {
    std::string run;
    std::optional<Area> last;
    for (const patch::Line& line : patch::classify(body)) {
        if (line.kind == LineKind::blank) continue;
        const auto area = area_of(line.kind);
        if (area != last || line.kind == LineKind::hunk) {
            if (contains(text::one_blank(run), literal)) return true;
            run.clear();
        }
        last = area;
        if (area && (areas & schema::bit(*area)) != 0) (run += content_of(line, body)) += '\n';
    }
    return contains(text::one_blank(run), literal);
}

bool in_areas(std::string_view body, schema::Areas areas, std::string_view literal) {
    for (const patch::Line& line : patch::classify(body)) {
        const auto area = area_of(line.kind);
        if (area && (areas & schema::bit(*area)) != 0 && contains(content_of(line, body), literal)) return true;
    }
    return false;
}

bool in_record(const query::Proof& proof, const store::Record& record) {
    const auto asked = [&](Area area) { return (proof.areas & schema::bit(area)) != 0; };
    if (asked(Area::subject) && contains(record.subject, proof.literal)) return true;
    if (asked(Area::from) && contains(record.from, proof.literal)) return true;
    if (asked(Area::author) && contains(record.author, proof.literal)) return true;
    if (!asked(Area::path)) return false;
    return std::ranges::any_of(record.files, [&](const patch::FileChange& file) {
        return contains(file.path, proof.literal) || contains(file.old, proof.literal);
    });
}

bool literal_holds(const query::Proof& proof, const store::Record& record,
                   const std::function<const store::Text*()>& text) {
    if (!proof.trailer.empty())
        return std::ranges::any_of(record.trailers, [&](const patch::Trailer& trailer) {
            return text::fold(trailer.name) == proof.trailer && contains(trailer.value, proof.literal);
        });
    if (in_record(proof, record)) return true;
    const auto own = schema::bit(Area::subject) | schema::bit(Area::from) | schema::bit(Area::author);
    if ((proof.areas & ~own) == 0) return false;
    const store::Text* stored = text();
    if (!stored) return false;
    if ((proof.areas & schema::bit(Area::to)) && in_header(stored->headers, "To:", proof.literal)) return true;
    if ((proof.areas & schema::bit(Area::cc)) && in_header(stored->headers, "Cc:", proof.literal)) return true;
    if (proof.phrase) return phrase_in_areas(stored->body, proof.areas, proof.literal);
    return proof.anywhere ? in_lines(stored->body, proof.literal) : in_areas(stored->body, proof.areas, proof.literal);
}

}  // namespace

bool has_literal(std::string_view text, std::string_view literal) noexcept {
    if (literal.empty()) return true;
    for (auto pos = text.find(literal); pos != text.npos; pos = text.find(literal, pos + 1)) {
        if (!goes_on(text, pos) && !goes_on(text, pos + literal.size())) return true;
    }
    return false;
}

bool matches(const patch::PathPattern& pattern, const patch::FileChange& file) {
    return patch::path_matches(pattern, file.path, file.partial) ||
           (!file.old.empty() && patch::path_matches(pattern, file.old, file.partial));
}

bool holds(const query::Proof& proof, const store::Record& record, const std::function<const store::Text*()>& text) {
    if (proof.path)
        return std::ranges::any_of(record.files,
                                   [&](const patch::FileChange& file) { return matches(*proof.path, file); });
    return literal_holds(proof, record, text);
}

}  // namespace patchseek::search
