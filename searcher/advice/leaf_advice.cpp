// SPDX-License-Identifier: GPL-2.0-or-later
#include "leaf_advice.hpp"

#include <xapian.h>

#include <algorithm>

#include "nearest.hpp"
#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/alternatives.hpp"
#include "query/dates.hpp"
#include "query/planner.hpp"
#include "query/readings.hpp"
#include "reader/database.hpp"

namespace patchseek::advice {
namespace {

using query::Node;

bool is_kind(const Node& leaf, schema::FieldKind kind) { return leaf.field && leaf.field->kind == kind; }

std::vector<std::string> prefixes_of(const query::Plan& plan) {
    std::vector<std::string> out;
    for (const query::Scope& scope : plan.scopes) out.push_back(scope.prefix);
    return out;
}

/// `text` with its word `from` replaced; the word alone where it cannot be told in it.
std::string with_word(const std::string& text, const std::string& from, const std::string& to) {
    const auto folded = text::fold(text);
    const auto at = folded.find(from);
    if (folded.size() != text.size() || at == folded.npos) return to;
    return text.substr(0, at) + to + text.substr(at + from.size());
}

/// The word nearest to one of a plan, where the plan looks for it; none of those that were cut.
std::optional<Nearest> nearest_word(const query::Plan& plan, const std::string& word, Suggester& suggester) {
    const auto is_whole = [](std::string_view term) { return !tokens::is_cut_word(term); };
    return nearest(suggester.adviser().database.lexicon(), prefixes_of(plan), word, is_whole);
}

/// The term nearest to a text under one prefix.
std::optional<Nearest> nearest_term(const std::string& prefix, const std::string& text, Suggester& suggester) {
    const auto any = [](std::string_view) { return true; };
    return nearest(suggester.adviser().database.lexicon(), {prefix}, text, any);
}

/// Tries `like`, with the nearest word there is for each word that no mail has where it is looked for.
bool spell(const Node& leaf, const Node& like, Suggester& suggester) {
    const auto plan = query::make_plan(like, suggester.adviser().analyzer);
    if (!plan || plan->kind != query::Plan::Kind::words) return false;
    const auto statistics = suggester.adviser().database.statistics();
    std::string text = like.text;
    bool changed = false;
    for (const std::string& word : plan->words) {
        const auto exists = [&](const query::Scope& scope) { return statistics.frequency(scope.prefix + word) > 0; };
        if (std::ranges::any_of(plan->scopes, exists)) continue;
        const auto best = nearest_word(*plan, word, suggester);
        if (!best) continue;
        text = with_word(text, word, best->word);
        changed = true;
    }
    return changed && suggester.replace(leaf, typed(like, text));
}

/// The same leaf without a field.
Node bare(const Node& leaf) {
    Node out = leaf;
    out.field = nullptr;
    out.name.clear();
    return out;
}

/// Whether so many messages have a word, where it is looked for, that it is no slip: to look for those near it means to
/// read all words there are.
bool is_common(const std::string& word, const query::Plan& plan, const reader::Statistics& statistics) {
    constexpr std::uint64_t kFew = 20, kShare = 500;
    return std::ranges::any_of(plan.scopes, [&](const query::Scope& scope) {
        return statistics.frequency(scope.prefix + word) > std::max(kFew, statistics.messages() / kShare);
    });
}

/// For a phrase that stands nowhere although mails have its words: tries it with one of the rare ones spelt otherwise,
/// or in any order.
bool respell(const Node& leaf, Suggester& suggester) {
    const auto plan = query::make_plan(leaf, suggester.adviser().analyzer);
    if (leaf.kind != Node::Kind::phrase || !plan || plan->words.size() < 2) return false;
    const auto statistics = suggester.adviser().database.statistics();
    for (const std::string& word : plan->words) {
        if (is_common(word, *plan, statistics)) continue;
        const auto best = nearest_word(*plan, word, suggester);
        if (best && suggester.replace(leaf, typed(leaf, with_word(leaf.text, word, best->word)))) return true;
    }
    std::string all = "(";
    for (const std::string& word : plan->words) all += (all.size() == 1 ? "" : " ") + word;
    return suggester.replace(leaf, label(leaf) + all + ')');
}

/// Tries a quoted word without its quotes: then its stem counts too.
bool try_unquoted(const Node& leaf, Suggester& suggester) {
    if (leaf.kind != Node::Kind::phrase || tokens::count_words(leaf.text) != 1) return false;
    Node word = leaf;
    word.kind = Node::Kind::word;
    return suggester.replace(leaf, typed(word, leaf.text));
}

/// So many tails of a path are tried, each shorter than the one before.
constexpr std::size_t kMostTails = 12;

std::string last_name(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return std::string(path.substr(path.rfind('/') + 1));
}

/// Tries the tails of a path: a file that was moved is found by one.
bool try_tails(const Node& leaf, const std::string& path, Suggester& suggester) {
    std::size_t tails = 0;
    for (auto slash = path.find('/'); slash != path.npos && slash + 1 < path.size(); slash = path.find('/', slash + 1))
        if (++tails > kMostTails || suggester.replace(leaf, typed(leaf, path.substr(slash + 1)))) return true;
    return false;
}

/// Tries a file of the same name that has another ending now.
bool try_endings(const Node& leaf, const std::string& name, Suggester& suggester) {
    const auto dot = name.rfind('.');
    if (dot == name.npos || dot < 2) return false;
    const auto& db = suggester.adviser().database.all;
    const auto statistics = suggester.adviser().database.statistics();
    const std::string head = std::string(schema::kPathPrefix) + text::fold(name.substr(0, dot + 1));
    std::optional<Nearest> best;
    for (auto it = db.allterms_begin(head); it != db.allterms_end(head); ++it) {
        const std::string term = (*it).substr(schema::kPathPrefix.size());
        const auto frequency = statistics.frequency(*it);
        if (!term.ends_with('/') && frequency > (best ? best->frequency : 0)) best = Nearest{term, 0, frequency};
    }
    return best && suggester.replace(leaf, typed(leaf, best->word));
}

bool try_spelling(const Node& leaf, const std::string& path, Suggester& suggester) {
    const bool folder = path.ends_with('/');
    const auto name = text::fold(last_name(path) + (folder ? "/" : ""));
    const auto is_name = [&](std::string_view term) {
        return !term.starts_with('/') && !term.starts_with("*.") && term.ends_with('/') == folder;
    };
    const auto best =
        nearest(suggester.adviser().database.lexicon(), {std::string(schema::kPathPrefix)}, name, is_name);
    if (!best) return false;
    // In its folder if it is there, else anywhere.
    const auto folders = path.substr(0, path.size() - last_name(path).size() - (folder ? 1 : 0));
    if (!folders.empty() && suggester.replace(leaf, typed(leaf, folders + best->word))) return true;
    return suggester.replace(leaf, typed(leaf, best->word));
}

/// Tries `a,b` and `a|b` as what has either.
bool try_each(const Node& leaf, Suggester& suggester) {
    std::string all, part;
    for (const char c : leaf.text + ',') {
        if (c != ',' && c != '|') {
            part += c;
        } else if (!part.empty()) {
            (all += all.empty() ? "(" : " OR ") += typed(leaf, part);
            part.clear();
        }
    }
    return all.find(" OR ") != all.npos && suggester.replace(leaf, all + ')');
}

void advise_path(const Node& leaf, Suggester& suggester) {
    if (try_each(leaf, suggester)) return;
    for (const std::string& other : query::alternative_paths(leaf.text)) {
        const bool part = other.starts_with('(');
        if (suggester.replace(leaf, part ? other : typed(leaf, other))) return;
    }
    // A compiler's message has a colon and a line behind the path.
    auto path = leaf.text;
    while (!path.empty() && std::string_view(",;:)").find(path.back()) != std::string_view::npos) path.pop_back();
    if (const auto colon = path.find(':'); colon != path.npos && colon > 0) path.resize(colon);
    if (try_tails(leaf, path, suggester) || path.find_first_of("*?") != path.npos) return;
    if (!path.ends_with('/') && try_endings(leaf, last_name(path), suggester)) return;
    try_spelling(leaf, path, suggester);
}

/// Tries what looks like a path or a file name as one.
bool try_as_path(const Node& leaf, Suggester& suggester) {
    const auto slash = leaf.text.find('/');
    const bool path =
        slash != leaf.text.npos && leaf.text.find("://") == leaf.text.npos && leaf.text.find('@') == leaf.text.npos;
    const auto dot = leaf.text.rfind('.');
    const bool name = dot != leaf.text.npos && dot > 0 && leaf.text.size() - dot <= 5 && leaf.text.size() - dot > 1;
    if (leaf.field || leaf.kind != Node::Kind::word || !(path || name)) return false;
    Node other = leaf;
    other.field = schema::field::file;
    if (suggester.replace(leaf, typed(other, leaf.text))) return true;
    const bool before = suggester.hints() > 0;
    advise_path(other, suggester);
    return !before && suggester.hints() > 0;
}

/// Tries what a pasted text names: ids, addresses of the web, commits.
bool try_named(const Node& leaf, Suggester& suggester) {
    const auto named = query::pasted_references(leaf.text);
    for (const std::string& part : named)
        if (suggester.replace(leaf, part)) return true;
    const bool commit = !named.empty() && named.front().starts_with("mentions:");
    if (commit)
        suggester.say("no mail here names the commit '" + named.front().substr(named.front().find(':') + 1) + '\'');
    return commit;
}

void advise_bare(const Node& leaf, Suggester& suggester) {
    if (try_named(leaf, suggester) || try_unquoted(leaf, suggester) || try_as_path(leaf, suggester)) return;
    for (const std::string& other : query::alternative_words(leaf.text))
        if (suggester.replace(leaf, other)) return;
    if (spell(leaf, leaf, suggester) || respell(leaf, suggester)) return;
    // The text may be half a word, or run over what cuts words apart.
    constexpr std::size_t kShortest = 4;
    if (leaf.text.size() < kShortest) return;
    suggester.replace(leaf, query::as_literal(leaf.text) + 'i');
}

void advise_text(const Node& leaf, Suggester& suggester) {
    if (try_unquoted(leaf, suggester) || try_each(leaf, suggester)) return;
    for (const std::string& other : query::alternative_words(leaf.text)) {
        const bool written = other.starts_with('"') || other.starts_with("re:");
        if (suggester.replace(leaf, written ? label(leaf) + other : typed(leaf, other))) return;
    }
    if (spell(leaf, leaf, suggester) || respell(leaf, suggester)) return;
    const Node anywhere = bare(leaf);
    if (suggester.replace(leaf, typed(anywhere, leaf.text))) return;
    spell(leaf, anywhere, suggester);
}

/// Tries ids and lists that have the text in them, or are spelt nearly so.
void advise_exact(const Node& leaf, Suggester& suggester) {
    if (leaf.field->letters == schema::Letters::kept) {
        for (const std::string& part : query::pasted_references(leaf.text))
            if (part.starts_with("id:") && suggester.replace(leaf, std::string(leaf.field->name) + part.substr(2)))
                return;
    }
    const std::string prefix(leaf.field->prefix);
    const bool folds = leaf.field->letters == schema::Letters::folded;
    const std::string text = folds ? text::fold(leaf.text) : leaf.text;
    constexpr std::size_t kShortest = 3, kMost = 5;
    bool found = false;
    if (text.size() >= kShortest)
        for (const std::string& term : terms_with(suggester.adviser().database.lexicon(), prefix, text, kMost))
            found = suggester.replace(leaf, typed(leaf, term)) || found;
    if (found) return;
    const auto& kinds = schema::field::is->values;
    if (leaf.field == schema::field::tag && std::ranges::find(kinds, text) != kinds.end() &&
        suggester.replace(leaf, "is:" + text))
        return;
    const auto best = nearest_term(prefix, text, suggester);
    if (best && suggester.replace(leaf, typed(leaf, best->word))) return;
    if (leaf.field == schema::field::refs && suggester.replace(leaf, "id:" + leaf.text)) return;
    if (leaf.field == schema::field::tag) suggester.replace(leaf, typed(bare(leaf), leaf.text));
}

/// Says that what stands in braces finds something which is in no group.
void advise_braces(const Node& leaf, Suggester& suggester) {
    const auto inner = suggester.adviser().ask(leaf.children.front(), 0);
    if (!inner || inner->matches == 0) return;
    suggester.say("what stands in the braces finds " + std::to_string(inner->matches) + ", none of which is in a " +
                  (leaf.field == schema::field::thread ? "thread" : "series"));
}

/// For a group that is named by an id: says whether there is such a message.
void advise_group(const Node& leaf, Suggester& suggester) {
    if (leaf.kind != Node::Kind::word) return;
    Node member = leaf;
    member.field = schema::field::id;
    const auto found = suggester.adviser().ask(member, 1);
    if (found && found->matches > 0)
        return suggester.say(std::string("the message is in no ") +
                             (leaf.field == schema::field::thread ? "thread" : "series"));
    suggester.say("no message has the id '" + leaf.text + '\'');
    constexpr std::size_t kMost = 5;
    if (const auto longer = suggester.find("id:" + leaf.text + '*', kMost))
        for (const store::Record& record : longer->some) suggester.replace(leaf, typed(leaf, record.id));
    const auto best = nearest_term(std::string(member.field->prefix), leaf.text, suggester);
    if (best) suggester.replace(leaf, typed(leaf, best->word));
}

/// Tries a commit id in the other fields that have some.
void advise_hex(const Node& leaf, Suggester& suggester) {
    for (const schema::Field* other : std::initializer_list<const schema::Field*>{
             schema::field::mentions, schema::field::fixes, schema::field::blob, schema::field::patchid})
        if (other != leaf.field && suggester.replace(leaf, std::string(other->name) + ':' + leaf.text)) return;
    for (const std::string& part : query::pasted_references(leaf.text))
        if (suggester.replace(leaf, part)) return;
    Node word = bare(leaf);
    suggester.replace(leaf, typed(word, leaf.text));
}

/// Says from where to where the values go.
void advise_range(const Node& leaf, Suggester& suggester) {
    if (leaf.field->slot < 0) return;  // of relations: no slot tells
    const auto& db = suggester.adviser().database.all;
    const auto slot = static_cast<Xapian::valueno>(leaf.field->slot);
    if (db.get_value_freq(slot) == 0) return suggester.say("no message has a '" + std::string(leaf.field->name) + ":'");
    const bool date = is_kind(leaf, schema::FieldKind::date);
    const auto shown = [&](const std::string& bytes) {
        const auto value = static_cast<std::int64_t>(Xapian::sortable_unserialise(bytes));
        return date ? query::format_time(value).substr(0, 10) : std::to_string(value);
    };
    // Bounds hold of what an index ever held.
    suggester.say(std::string(leaf.field->name) + ": goes from " + shown(db.get_value_lower_bound(slot)) + " to " +
                  shown(db.get_value_upper_bound(slot)) + " here");
}

/// Tries the nearest name for one that no trailer has.
void advise_trailer_name(const Node& leaf, Suggester& suggester) {
    const std::string prefix = schema::has_trailer_term("");
    if (leaf.name.empty() || suggester.adviser().database.statistics().frequency(prefix + leaf.name) > 0) return;
    const auto best = nearest_term(prefix, leaf.name, suggester);
    const bool words = leaf.kind != Node::Kind::exists;
    const auto rest = words ? suggester.query().substr(leaf.text_begin, leaf.end - leaf.text_begin) : std::string();
    if (best) suggester.replace(leaf, "trailer:" + best->word + (words ? ':' + rest : rest));
}

/// Tries a literal or an expression with case folded, without its field, and an expression as a literal.
void advise_pattern(const Node& leaf, Suggester& suggester) {
    const auto written = suggester.query().substr(leaf.begin, leaf.end - leaf.begin);
    if (!leaf.fold && suggester.replace(leaf, written + 'i')) return;
    // Wherever it stands.
    if (leaf.field && leaf.text_begin > leaf.begin) {
        const auto at = written.find(leaf.kind == Node::Kind::literal ? "lit:" : "re:");
        if (at != written.npos && suggester.replace(leaf, written.substr(at))) return;
    }
    // An expression that was meant as it stands.
    const bool plain = leaf.kind == Node::Kind::expression && leaf.text.find('"') == leaf.text.npos;
    if (plain) suggester.replace(leaf, label(leaf) + "lit:\"" + leaf.text + '"');
}

}  // namespace

void advise_leaf(const Node& leaf, Suggester& suggester) {
    if (leaf.kind == Node::Kind::whole) return advise_braces(leaf, suggester);
    if (leaf.kind == Node::Kind::literal || leaf.kind == Node::Kind::expression) return advise_pattern(leaf, suggester);
    if (is_kind(leaf, schema::FieldKind::named) && !leaf.name.empty()) {
        advise_trailer_name(leaf, suggester);
        if (suggester.hints() > 0) return;
    }
    if (leaf.kind == Node::Kind::range) return advise_range(leaf, suggester);
    if (leaf.kind != Node::Kind::word && leaf.kind != Node::Kind::phrase) return;
    if (!leaf.field) return advise_bare(leaf, suggester);
    switch (leaf.field->kind) {
        case schema::FieldKind::path: return advise_path(leaf, suggester);
        case schema::FieldKind::exact: return advise_exact(leaf, suggester);
        case schema::FieldKind::hex:
        case schema::FieldKind::reference: return advise_hex(leaf, suggester);
        case schema::FieldKind::group: return advise_group(leaf, suggester);
        default: return advise_text(leaf, suggester);
    }
}

namespace {

/// The other name of a file that was renamed, if a pattern matches one of its names; else nothing.
std::string other_name(const patch::PathPattern& pattern, const patch::FileChange& file) {
    if (file.old.empty() || file.partial) return {};
    if (patch::path_matches(pattern, file.path, false)) return file.old;
    return patch::path_matches(pattern, file.old, false) ? file.path : std::string();
}

}  // namespace

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
