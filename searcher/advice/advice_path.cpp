#include <algorithm>

#include "nearest.hpp"
#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/fold.hpp"
#include "query/foreign_syntax.hpp"
#include "suggester.hpp"

namespace patchseek::advice {
namespace {

using query::Node;

/// Shorter and shorter tails of a path that are tried.
constexpr std::size_t kMostTails = 12;

std::string last_name(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return std::string(path.substr(path.rfind('/') + 1));
}

/// A moved file is found by its tail.
bool try_tails(const Node& leaf, const std::string& path, Suggester& suggester) {
    std::size_t tails = 0;
    for (auto slash = path.find('/'); slash != path.npos && slash + 1 < path.size(); slash = path.find('/', slash + 1))
        if (++tails > kMostTails || suggester.replace(leaf, typed(leaf, path.substr(slash + 1)))) return true;
    return false;
}

/// A file of the same name that now has another ending.
bool try_endings(const Node& leaf, const std::string& name, Suggester& suggester) {
    const auto dot = name.rfind('.');
    if (dot == name.npos || dot < 2) return false;
    const auto& db = suggester.adviser().database.all;
    const std::string head = std::string(schema::kPathPrefix) + text::fold(name.substr(0, dot + 1));
    std::optional<Nearest> best;
    for (auto it = db.allterms_begin(head); it != db.allterms_end(head); ++it) {
        const std::string term = (*it).substr(schema::kPathPrefix.size());
        if (term.ends_with('/') || (best && it.get_termfreq() <= best->frequency)) continue;
        best = Nearest{term, 0, it.get_termfreq()};
    }
    return best && suggester.replace(leaf, typed(leaf, best->word));
}

bool try_spelling(const Node& leaf, const std::string& path, Suggester& suggester) {
    const bool folder = path.ends_with('/');
    const auto name = text::fold(last_name(path) + (folder ? "/" : ""));
    std::optional<Nearest> best;
    const auto is_name = [&](std::string_view term) {
        return !term.starts_with('/') && !term.starts_with("*.") && term.ends_with('/') == folder;
    };
    look_through(suggester.adviser().database.lexicon(), {std::string(schema::kPathPrefix)}, name, is_name, best);
    if (!best) return false;
    // In its folder if it is there, else anywhere.
    const auto folders = path.substr(0, path.size() - last_name(path).size() - (folder ? 1 : 0));
    if (!folders.empty() && suggester.replace(leaf, typed(leaf, folders + best->word))) return true;
    return suggester.replace(leaf, typed(leaf, best->word));
}

/// Whether a path matches; its other name if it does.
std::string other_name(const patch::PathPattern& pattern, const patch::FileChange& file) {
    if (file.old.empty() || file.partial) return {};
    if (patch::path_matches(pattern, file.path, false)) return file.old;
    return patch::path_matches(pattern, file.old, false) ? file.path : std::string();
}

}  // namespace

void advise_path(const Node& leaf, Suggester& suggester) {
    for (const std::string& other : query::other_paths(leaf.text)) {
        const bool part = other.starts_with('(');
        if (suggester.replace(leaf, part ? other : typed(leaf, other))) return;
    }
    // Without what compilers add, if it was that.
    auto path = leaf.text;
    while (!path.empty() && std::string_view(",;:)").find(path.back()) != std::string_view::npos) path.pop_back();
    if (const auto colon = path.find(':'); colon != path.npos && colon > 0) path.resize(colon);
    if (try_tails(leaf, path, suggester) || path.find_first_of("*?") != path.npos) return;
    if (!path.ends_with('/') && try_endings(leaf, last_name(path), suggester)) return;
    try_spelling(leaf, path, suggester);
}

void advise_renamed(const Node& leaf, Suggester& suggester) {
    // Other files may have been renamed beside it.
    constexpr std::size_t kMostRenames = 50, kMostNames = 3;
    const auto pattern = patch::parse_path_pattern(leaf.text);
    const auto renames = suggester.find("op:rename " + typed(leaf, leaf.text), kMostRenames);
    if (!renames) return;
    std::vector<std::string> tried;
    for (const store::Record& record : renames->some) {
        for (const patch::FileChange& file : record.files) {
            auto name = other_name(pattern, file);
            // Below a folder that moved, the folder is what was asked for.
            if (pattern.folder) name.resize(name.rfind('/') + 1);
            if (name.empty() || std::ranges::find(tried, name) != tried.end()) continue;
            if (tried.size() == kMostNames || suggester.replace(leaf, typed(leaf, '/' + name))) return;
            tried.push_back(std::move(name));
        }
    }
}

}  // namespace patchseek::advice
