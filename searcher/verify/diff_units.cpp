// SPDX-License-Identifier: GPL-2.0-or-later
#include "diff_units.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "patchseek/patch/diff.hpp"
#include "patchseek/patch/line_area.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "reader/positions.hpp"

namespace patchseek::verify {
namespace {

using patch::Line;
using patch::LineKind;
using query::Plan;
using query::Unit;
using schema::Area;

/// A word of the unit, as the indexer numbers it.
struct Word {
    std::string term;
    Area area;
    std::uint32_t position;
    bool part;
};

/// One file's diff, or one hunk of it.
struct Part {
    std::string_view body;
    std::span<const Line> lines;
    const patch::FileChange* file = nullptr;
    std::optional<std::vector<Word>> words{};  ///< made when first asked for
};

tokens::Analyzer& analyzer() {
    thread_local tokens::Analyzer one;
    return one;
}

std::vector<Word> words_of(const Part& part) {
    std::vector<Word> out;
    tokens::Positions positions;
    const auto place = [&](Area area, std::string_view content, std::uint32_t first) {
        return analyzer().analyze(content, [&](const tokens::Token& token) {
            out.push_back({std::string(token.term), area, first + token.position, token.part});
        });
    };
    for (const Line& line : part.lines) patch::place_diff_line(line, part.body, positions, place);
    return out;
}

const std::vector<Word>& words(Part& part) {
    if (!part.words) part.words = words_of(part);
    return *part.words;
}

bool is_in(const Word& word, const query::Scope& scope) { return schema::info(word.area).prefix == scope.prefix; }

/// The words' positions in a scope, each ascending.
std::vector<std::vector<std::uint32_t>> positions(const Plan& plan, const query::Scope& scope, Part& part) {
    std::vector<std::vector<std::uint32_t>> out(plan.words.size());
    for (const Word& word : words(part)) {
        if (word.part || !is_in(word, scope)) continue;
        for (std::size_t i = 0; i < plan.words.size(); ++i)
            if (word.term == plan.words[i]) out[i].push_back(word.position);
    }
    return out;
}

bool has_words(const Plan& plan, Part& part) {
    const auto found_in = [&](const query::Scope& scope) {
        if (plan.words.size() > 1) {
            const auto at = positions(plan, scope, part);
            const std::vector<std::span<const std::uint32_t>> places(at.begin(), at.end());
            return plan.ordered ? reader::in_order(places, plan.window) : reader::are_near(places, plan.window);
        }
        return std::ranges::any_of(words(part), [&](const Word& word) {
            if (!is_in(word, scope)) return false;
            return plan.kind == Plan::Kind::prefix ? word.term.starts_with(plan.words[0]) : word.term == plan.words[0];
        });
    };
    if (!std::ranges::any_of(plan.scopes, found_in)) return false;
    return !plan.proof || literal_in(*plan.proof, {part.body, part.lines});
}

bool has_pattern(const query::Proof& proof, const Part& part) {
    if (!proof.anywhere && proof.areas == schema::bit(Area::path))
        return part.file && (proof.pattern->found_in(part.file->path) ||
                             (!part.file->old.empty() && proof.pattern->found_in(part.file->old)));
    if (!proof.anywhere) return pattern_in(proof, {part.body, part.lines});
    const Line& last = part.lines.back();
    const std::size_t begin = part.lines.front().begin;
    return proof.pattern->found_in(part.body.substr(begin, last.begin + last.size - begin));
}

/// Whether one of the terms, of what becomes of a file (`op:`), is what becomes of this one.
bool has_operation(const Plan& plan, const patch::FileChange& file) {
    const auto is = [&](std::string_view name) {
        return std::ranges::find(plan.terms, schema::term(schema::field::op, name)) != plan.terms.end();
    };
    return is(patch::name(file.op)) || (file.mode_changed && is("mode")) || (file.binary && is("binary"));
}

/// The hunks of a file's diff. Remarks behind the last counted line belong to it.
std::vector<Part> hunks(const Part& file) {
    std::vector<Part> out;
    for (std::size_t i = 0; i < file.lines.size();) {
        if (file.lines[i].kind != LineKind::hunk) {
            ++i;
            continue;
        }
        const auto in_hunk = [](const Line& line) {
            return line.kind == LineKind::added || line.kind == LineKind::removed || line.kind == LineKind::context;
        };
        std::size_t end = i + 1;
        while (end < file.lines.size() && in_hunk(file.lines[end])) ++end;
        out.push_back({file.body, file.lines.subspan(i, end - i), file.file});
        i = end;
    }
    return out;
}

// As deep as the plan, which kMaxDepth bounds.
bool has(const Plan& plan, Part& part) {
    const auto child_has = [&](const Plan& child) { return has(child, part); };
    switch (plan.kind) {
        case Plan::Kind::all: return true;
        case Plan::Kind::words:
        case Plan::Kind::prefix: return has_words(plan, part);
        case Plan::Kind::path: return part.file && matches(plan.pattern, *part.file);
        case Plan::Kind::text: return has_pattern(*plan.proof, part);
        case Plan::Kind::unit: {
            auto inner = hunks(part);
            return std::ranges::any_of(inner, [&](Part& hunk) { return has(*plan.proof->unit_plan, hunk); });
        }
        case Plan::Kind::and_: return std::ranges::all_of(plan.children, child_has);
        case Plan::Kind::or_: return std::ranges::any_of(plan.children, child_has);
        case Plan::Kind::xor_: return std::ranges::count_if(plan.children, child_has) % 2 == 1;
        case Plan::Kind::not_: return !has(plan.children.front(), part);
        case Plan::Kind::maybe: return has(plan.children.front(), part);
        case Plan::Kind::terms: return part.file && has_operation(plan, *part.file);
        case Plan::Kind::head:
        case Plan::Kind::hex:
        case Plan::Kind::related:
        case Plan::Kind::range: break;
    }
    return false;
}

}  // namespace

bool holds_in_unit(const query::Proof& proof, const StoredMessage& message) {
    const std::string_view body = message.text().body;
    const auto lines = patch::classify(body);
    const auto names = patch::read_diff(body, lines).files;
    const std::span<const Line> all(lines);
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i + 1;
        while (end < all.size() && all[end].file == all[i].file) ++end;
        if (all[i].file >= 0) {
            const auto number = static_cast<std::size_t>(all[i].file);
            Part file{body, all.subspan(i, end - i), number < names.size() ? &names[number] : nullptr};
            if (proof.unit == Unit::file && has(*proof.unit_plan, file)) return true;
            if (proof.unit == Unit::hunk) {
                auto parts = hunks(file);
                if (std::ranges::any_of(parts, [&](Part& hunk) { return has(*proof.unit_plan, hunk); })) return true;
            }
        }
        i = end;
    }
    return false;
}

}  // namespace patchseek::verify
