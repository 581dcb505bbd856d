#include "query_text.hpp"

#include "names.hpp"
#include "pattern_text.hpp"

namespace patchseek::query {

std::optional<Label> QueryText::label_at(std::size_t pos) const {
    if (!text::is_ascii_letter(byte(pos))) return {};
    std::size_t end = pos;
    while (text::is_ascii_letter(byte(end)) || byte(end) == '-') ++end;
    if (byte(end) != ':') return {};
    // `std::vector` and `https://x` are text, whatever stands before the colon.
    if (byte(end + 1) == ':' || text_.substr(end + 1).starts_with("//")) return {};
    const std::string_view name = piece(pos, end);
    return Label{name, end, schema::find_field(name)};
}

bool QueryText::is_field_at(std::size_t pos) const {
    const auto label = label_at(pos);
    return label && (label->field || is_pattern_label(label->name) || unit_of(label->name) != Unit::message);
}

bool QueryText::ends_at(std::size_t pos, const Group& group) const {
    if (pos >= size() || text::is_blank(at(pos).value)) return true;
    return group.bracket && text_[pos] == group.closer() && group.open() == 0;
}

Result<std::size_t> QueryText::word_end(std::size_t begin, Group& group) const {
    std::size_t end = begin;
    while (!ends_at(end, group)) {
        const text::CodePoint c = at(end);
        if (c.value == '(') ++group.loose;
        if (c.value == ')') {
            if (group.loose == 0) return Error{ErrorKind::usage, "')' without '('; as text it needs quotes", end};
            --group.loose;
        }
        if (c.value == '{') ++group.curly;
        if (c.value == '}' && group.curly > 0) --group.curly;
        end += c.size;
    }
    return end;
}

std::size_t QueryText::value_end(std::size_t begin, const Group& group) const {
    std::size_t end = begin;
    const char closer = group.closer(), opener = group.brace ? '{' : '(';
    for (std::size_t inside = 0; end < size(); end += at(end).size) {
        if (text::is_blank(at(end).value)) break;
        if (text_[end] == opener) ++inside;
        if (text_[end] == closer) {
            if (inside == 0 && group.bracket) break;
            inside -= inside > 0 ? 1 : 0;
        }
    }
    return end;
}

}  // namespace patchseek::query
