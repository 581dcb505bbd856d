// SPDX-License-Identifier: GPL-2.0-or-later
#include "pattern.hpp"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>

#include "diagnostics.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/text/literal_finder.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::query {
namespace {

/// Of the automaton of one expression; it falls back to a slower, still linear one.
constexpr std::int64_t kMaxMemory = std::int64_t{8} << 20;
/// Shorter texts stand in most mails.
constexpr int kMinNeeded = 3;
/// An expression of more alternatives than this has no needs.
constexpr std::size_t kMaxAtoms = 256;

using Needs = std::vector<std::vector<std::string>>;

RE2::Options options(bool fold) {
    RE2::Options out;
    out.set_log_errors(false);
    out.set_never_capture(true);
    out.set_case_sensitive(!fold);
    out.set_max_mem(kMaxMemory);
    return out;
}

/// RE2 tells which atoms a text had, hence whether it may match, but not the formula
/// that it asks. Being monotone, the formula gives away its clauses: a set of atoms
/// without all of which nothing matches is one.
class Formula {
public:
    Formula(const re2::FilteredRE2& filter, const std::vector<std::string>& atoms) : filter_(filter), atoms_(atoms) {}

    Needs clauses() const {
        std::vector<bool> left(atoms_.size(), true);
        Needs out;
        while (std::ranges::count(left, true) > 0 && !may_match_without(left)) out.push_back(take_clause(left));
        return out;
    }

private:
    bool may_match_without(const std::vector<bool>& missing) const {
        std::vector<int> there, passed;
        for (std::size_t i = 0; i < missing.size(); ++i)
            if (!missing[i]) there.push_back(static_cast<int>(i));
        filter_.AllPotentials(there, &passed);
        return !passed.empty();
    }

    /// As few atoms of `left` as do; they are taken out of it.
    std::vector<std::string> take_clause(std::vector<bool>& left) const {
        auto clause = left;
        for (std::size_t i = 0; i < clause.size(); ++i) {
            if (!clause[i]) continue;
            clause[i] = false;
            if (may_match_without(clause)) clause[i] = true;
        }
        std::vector<std::string> out;
        for (std::size_t i = 0; i < clause.size(); ++i) {
            if (!clause[i]) continue;
            left[i] = false;
            out.push_back(atoms_[i]);
        }
        return out;
    }

    const re2::FilteredRE2& filter_;
    const std::vector<std::string>& atoms_;
};

Needs needs_of(const std::string& expression, bool fold) {
    re2::FilteredRE2 filter(kMinNeeded);
    int id = 0;
    if (filter.Add(expression, options(fold), &id) != RE2::NoError) return {};
    std::vector<std::string> atoms;
    filter.Compile(&atoms);
    if (atoms.empty() || atoms.size() > kMaxAtoms) return {};
    return Formula(filter, atoms).clauses();
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct Pattern::Impl {
    Kind kind;
    bool fold;
    std::string text;
    Needs needs{};
    std::unique_ptr<const RE2> re{};              ///< not for literals with case
    std::optional<text::LiteralFinder> finder{};  ///< for these alone
};

Pattern::Pattern(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::literal(std::string_view text, bool fold) {
    auto impl = std::unique_ptr<Impl>(new Impl{Kind::literal, fold, std::string(text)});
    impl->needs = {{impl->text}};
    if (!fold) {
        impl->finder.emplace(impl->text, text::LiteralFinder::Case::exact);
        return Pattern(std::move(impl));
    }
    auto literally = options(fold);
    literally.set_literal(true);
    impl->re = std::make_unique<const RE2>(piece(text), literally);
    if (!impl->re->ok()) return Error{ErrorKind::usage, "bad literal: " + impl->re->error(), 0};
    return Pattern(std::move(impl));
}

Result<Pattern> Pattern::expression(std::string_view text, bool fold) {
    auto impl = std::unique_ptr<Impl>(new Impl{Kind::expression, fold, std::string(text)});
    const std::string whole = "(?m)" + impl->text;
    impl->re = std::make_unique<const RE2>(whole, options(fold));
    if (!impl->re->ok()) {
        const auto& wrong = impl->re->error_arg();
        const auto place = wrong == whole ? 0 : std::min(text.find(wrong), text.size());
        // RE2 repeats the place behind a colon; the caret shows it.
        const auto& said = impl->re->error();
        const auto colon = said.find(": ");
        return Error{ErrorKind::usage, "bad expression: " + said.substr(0, colon),
                     place == text.size() ? std::size_t{0} : place};
    }
    impl->needs = needs_of(whole, fold);
    return Pattern(std::move(impl));
}

std::optional<Pattern::Range> Pattern::find(std::string_view text, std::size_t from) const {
    if (from > text.size()) return std::nullopt;
    if (!impl_->re) {
        const auto begin = text::LiteralHits(*impl_->finder, text, from).next();
        return begin == text.npos ? std::nullopt : std::optional(Range{begin, begin + impl_->text.size()});
    }
    re2::StringPiece found;
    if (!impl_->re->Match(piece(text), from, text.size(), RE2::UNANCHORED, &found, 1)) return std::nullopt;
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    return Range{begin, begin + found.size()};
}

const std::vector<std::vector<std::string>>& Pattern::needs() const { return impl_->needs; }
Pattern::Kind Pattern::kind() const { return impl_->kind; }
bool Pattern::folds() const { return impl_->fold; }
const std::string& Pattern::text() const { return impl_->text; }

std::string print(const Pattern& pattern) {
    const std::string end = pattern.folds() ? "i" : "";
    if (pattern.kind() == Pattern::Kind::literal) return "lit:\"" + pattern.text() + '"' + end;
    return "re:/" + pattern.text() + '/' + end;
}

std::vector<WordPiece> word_pieces(std::string_view needed) {
    const auto in_word = [&](std::size_t at) { return is_ascii(needed[at]) && tokens::is_word_byte(needed[at]); };
    // A byte above ASCII may be of a letter.
    const auto cuts = [&](std::size_t at) { return is_ascii(needed[at]); };
    std::vector<WordPiece> out;
    for (std::size_t begin = 0; begin < needed.size();) {
        if (!in_word(begin)) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        std::string text;
        for (; end < needed.size() && in_word(end); ++end) text += to_lower(needed[end]);
        out.push_back({std::move(text), begin > 0 && cuts(begin - 1), end < needed.size() && cuts(end)});
        begin = end;
    }
    return out;
}

}  // namespace patchseek::query
