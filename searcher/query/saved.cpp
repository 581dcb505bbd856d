// SPDX-License-Identifier: GPL-2.0-or-later
#include "readings.hpp"

#include <algorithm>
#include <ctime>

#include "diagnostics.hpp"
#include "lexer.hpp"
#include "parser.hpp"
#include "patchseek/base/ascii.hpp"
#include "query_text.hpp"

namespace patchseek::query {
namespace {

constexpr std::string_view kLabel = "saved";

bool in_name(char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; }

/// Walks a query from word to word.
class Walk {
public:
    Walk(std::string_view query, const Saved& saved, std::size_t depth) : query_(query), saved_(saved), depth_(depth) {}

    Result<std::string> run() {
        while (pos_ < query_.size()) {
            if (query_.is_blank_at(pos_) ||
                std::string_view("(){}-+").find(query_.byte(pos_)) != std::string_view::npos)
                copy(pos_ + query_.at(pos_).size);
            else if (auto done = word(); !done)
                return done.error();
            if (out_.size() > kMaxQueryBytes)
                return usage_error("with what is saved the query is longer than " + std::to_string(kMaxQueryBytes) +
                                       " bytes, which is the most that are taken",
                                   std::min(pos_, query_.size()));
        }
        return std::move(out_);
    }

private:
    void copy(std::size_t end) {
        end = std::min(end, query_.size());
        out_ += query_.piece(pos_, end);
        pos_ = end;
    }

    Result<Done> word() {
        const auto label = query_.label_at(pos_);
        if (label && equals_any_case(label->name, kLabel)) return kept(label->colon + 1);
        if (label && label->field && !query_.is_pattern_at(pos_)) copy(label->colon + 1);
        if (query_.is_pattern_at(pos_)) {
            const auto pattern = query_.read_pattern(pos_, {});
            copy(pattern ? pattern->end : query_.size());  // the lexer says what is wrong
        } else if (query_.byte(pos_) == '"') {
            phrase();
        } else {
            while (pos_ < query_.size() && !query_.is_blank_at(pos_) && !opens_bracket()) copy(pos_ + 1);
        }
        return Done{};
    }

    /// Whether a bracket stands here behind an operator or a field, as in `NOT(` or `series:{`.
    bool opens_bracket() const {
        const char c = query_.byte(pos_);
        if (c == '{') return pos_ > 0 && query_.byte(pos_ - 1) == ':';
        return c == '(' && (pos_ == 0 || query_.byte(pos_ - 1) == ':' || out_.ends_with("NOT"));
    }

    void phrase() {
        std::size_t end = pos_ + 1;
        while (end < query_.size() && query_.byte(end) != '"')
            end += query_.byte(end) == '\\' && query_.byte(end + 1) == '"' ? 2 : 1;
        copy(end + 1);
    }

    Result<Done> kept(std::size_t begin) {
        const std::size_t at = pos_;
        std::size_t end = begin;
        while (in_name(query_.byte(end))) ++end;
        const std::string name(query_.piece(begin, end));
        const bool ends =
            end >= query_.size() || query_.is_blank_at(end) || query_.byte(end) == ')' || query_.byte(end) == '}';
        if (!ends || !is_saved_name(name))
            return usage_error("'saved:' takes the name of a saved query: letters, digits, '-', '_' and '.'", begin);
        const auto found = saved_(name);
        if (!found)
            return usage_error("no query is saved as " + quoted(name) + "; --saved lists those that are", begin);
        if (depth_ == 0)
            return usage_error(
                "saved queries name each other more than " + std::to_string(kMaxSavedDepth) + " deep, or in a circle",
                begin);
        auto inner = Walk(*found, saved_, depth_ - 1).run();
        if (!inner) return usage_error(inner.error().message, begin);
        const bool alone = is_blank(query_.piece(0, at)) && is_blank(query_.piece(end, query_.size()));
        if (const auto parsed = parse(*inner, {false, std::time(nullptr)}); !parsed && !alone)
            return usage_error("in " + quoted("saved:" + name) + ": " + parsed.error().message, begin);
        out_ += alone ? *inner : '(' + *inner + ')';
        pos_ = end;
        return Done{};
    }

    const QueryText query_;
    const Saved& saved_;
    std::size_t depth_;
    std::size_t pos_ = 0;
    std::string out_;
};

}  // namespace

bool is_saved_name(std::string_view name) {
    constexpr std::size_t kLongest = 64;
    return !name.empty() && name.size() <= kLongest && is_alnum(name.front()) && std::ranges::all_of(name, in_name);
}

Result<std::string> with_saved(std::string_view query, const Saved& saved) {
    // Most queries have none; one that is too long is told by the lexer.
    const auto label = [](char a, char b) { return to_lower(a) == b; };
    constexpr std::string_view kField = "saved:";
    if (std::search(query.begin(), query.end(), kField.begin(), kField.end(), label) == query.end() ||
        query.size() > kMaxQueryBytes)
        return std::string(query);
    return Walk(query, saved, kMaxSavedDepth).run();
}

}  // namespace patchseek::query
