#include "expansion.hpp"

#include <algorithm>

#include "patchseek/schema/terms.hpp"
#include "query/lexer.hpp"

namespace patchseek::compile {
namespace {

using Xapian::Query;

bool is_glob(std::string_view component) { return component.find_first_of("*?") != component.npos; }

/// The names that one component with a glob stands for.
Result<Query> component_query(const std::string& component, const std::string& prefix, std::size_t offset,
                              Expansion& expansion) {
    const auto star = component.find_first_of("*?");
    const bool folder = component.ends_with('/');
    const std::string_view glob(component.data(), component.size() - folder);
    const auto terms = expansion.terms(prefix + component.substr(0, star), offset, [&](std::string_view term) {
        auto name = term.substr(prefix.size());
        if (name.starts_with('/') || name.starts_with("*.") || name.ends_with('/') != folder) return false;
        if (folder) name.remove_suffix(1);
        return patch::component_matches(glob, name);
    });
    if (!terms) return terms.error();
    return Query(Query::OP_OR, terms->begin(), terms->end());
}

/// Components without a glob: one term, or a phrase of them.
Query plain_query(const patch::PathPattern& pattern, const std::string& prefix) {
    std::vector<std::string> terms;
    for (const std::string& text : pattern.components)
        terms.push_back(schema::term(prefix, pattern.anchored && terms.empty() ? '/' + text : text));
    if (terms.size() == 1) return Query(terms.front());
    return {Query::OP_PHRASE, terms.begin(), terms.end(), static_cast<Xapian::termcount>(terms.size())};
}

}  // namespace

Result<std::vector<std::string>> Expansion::terms(const std::string& head, std::size_t offset,
                                                  const std::function<bool(std::string_view)>& wanted) {
    std::vector<std::string> out;
    for (auto it = db_.allterms_begin(head); it != db_.allterms_end(head); ++it) {
        std::string term = *it;
        if (wanted && !wanted(term)) continue;
        if (++count_ > query::kMaxExpansion)
            return Error{ErrorKind::usage,
                         "'*' stands for more than " + std::to_string(query::kMaxExpansion) +
                             " words here; write more before it",
                         offset};
        out.push_back(std::move(term));
    }
    return out;
}

Result<PathQuery> path_query(const query::Plan& plan, Expansion& expansion) {
    const auto& pattern = plan.pattern;
    const std::string prefix(pattern.exact ? schema::kExactPathPrefix : schema::kPathPrefix);
    if (pattern.components.empty()) return PathQuery{Query(plan.terms.front())};
    const auto is_plain = [](const std::string& text) { return !is_glob(text) || patch::is_ending_term(text); };
    const bool top_extension = pattern.anchored && patch::is_ending_term(pattern.components.front());
    if (std::ranges::all_of(pattern.components, is_plain) && !top_extension)
        return PathQuery{plain_query(pattern, prefix)};
    // Terms tell what each component can be; order and place must be proven on whole paths.
    Query candidates(plan.terms.front());
    for (const std::string& text : pattern.components) {
        if (text == "**/") continue;
        auto part = is_plain(text) ? Result<Query>(Query(schema::term(prefix, text)))
                                   : component_query(text, prefix, plan.begin, expansion);
        if (!part) return part.error();
        candidates &= *part;
    }
    const bool alone = pattern.components.size() == 1 && !pattern.anchored;
    return PathQuery{candidates, alone || candidates.empty()};
}

std::optional<Query> patches_touching(const std::string& typed, Expansion& expansion) {
    if (typed.find_first_of("/.") == typed.npos || typed.find_first_of("*?") != typed.npos) return std::nullopt;
    query::Plan file;
    file.pattern = patch::parse_path_pattern(typed);
    if (file.pattern.components.empty()) return std::nullopt;
    const auto touches = path_query(file, expansion);
    if (!touches) return std::nullopt;
    return touches->query & Query(schema::term(schema::field::is, "patch"));
}

}  // namespace patchseek::compile
