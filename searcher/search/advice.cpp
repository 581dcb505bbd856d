#include "advice.hpp"

#include <algorithm>
#include <string_view>

#include "haystack.hpp"
#include "query/plan.hpp"
#include "query/spelling.hpp"

namespace patchseek::search {
namespace {

using query::Node;

/// Of hints, and of parts that are left out one by one.
constexpr std::size_t kMostHints = 5, kMostParts = 8;
/// Shorter and shorter tails of a path that are tried.
constexpr std::size_t kMostTails = 6;
/// In a longer list of terms the search for a spelling stops.
constexpr std::size_t kMostTerms = 3'000'000;

std::string typed(const Node& node) {
    std::string name = node.field ? std::string(node.field->name) + ':' : "";
    if (!node.name.empty()) name += node.name + ':';
    if (node.kind == Node::Kind::literal) return name + "lit:\"" + node.text + '"';
    if (node.kind == Node::Kind::expression) return name + "re:/" + node.text + '/';
    return '\'' + name + node.text + '\'';
}

/// The term nearest to a word, the most frequent of equals.
struct Nearest {
    std::string word;
    std::size_t distance;
    Xapian::doccount frequency;
};

/// Looks through the terms under `prefix`; `wanted` tells which are words.
void look_through(const Xapian::Database& db, const std::string& prefix, const std::string& word,
                  const std::function<bool(std::string_view)>& wanted, std::optional<Nearest>& best) {
    const std::size_t limit = word.size() < 4 ? 0 : word.size() < 7 ? 1 : 2;
    std::size_t seen = 0;
    for (auto it = db.allterms_begin(prefix); limit > 0 && it != db.allterms_end(prefix); ++it) {
        if (++seen > kMostTerms) return;
        const std::string term = *it;
        const auto candidate = std::string_view(term).substr(prefix.size());
        if (candidate == word || !wanted(candidate)) continue;
        const std::size_t most = best ? std::min(limit, best->distance) : limit;
        const std::size_t distance = query::edit_distance(word, candidate, most);
        if (distance > most) continue;
        const auto frequency = it.get_termfreq();
        if (!best || distance < best->distance || frequency > best->frequency)
            best = Nearest{std::string(candidate), distance, frequency};
    }
}

class Advice {
public:
    Advice(const Adviser& adviser, Answer& answer) : adviser_(adviser), answer_(answer) {}
    void leaf(const Node& node);
    void without(const std::vector<Node>& parts, const std::string& query);

private:
    std::optional<Found> ask(const Node& node) const {
        if (answer_.hints.size() >= kMostHints || adviser_.deadline.passed()) return std::nullopt;
        return adviser_.ask(node);
    }
    bool try_hint(const Node& node, const std::string& behind = "") const;
    void spell(const Node& node) const;
    void path(const Node& node) const;
    void group(const Node& node) const;
    void spell_id(const Node& id) const;
    std::string example(const Node& node, const Found& found) const;

    const Adviser& adviser_;
    Answer& answer_;
};

bool Advice::try_hint(const Node& node, const std::string& behind) const {
    const auto found = ask(node);
    if (!found || found->matches == 0) return false;
    answer_.hints.push_back(typed(node) + behind + " finds " + std::to_string(found->matches) + example(node, *found));
    return true;
}

/// A path that exists and that `node` asks for.
std::string Advice::example(const Node& node, const Found& found) const {
    const bool path = node.kind == Node::Kind::word && node.field && node.field->kind == schema::Kind::path;
    if (!found.first || !path) return {};
    const auto pattern = patch::parse_path_pattern(node.text);
    for (const patch::FileChange& file : found.first->files)
        if (matches(pattern, file)) return ", as in " + file.path;
    return {};
}

/// Words that no mail has where they are looked for.
void Advice::spell(const Node& node) const {
    const auto plan = query::make_plan(node, adviser_.analyzer);
    if (!plan || plan->kind != query::Plan::Kind::words) return;
    if (node.kind == Node::Kind::phrase && plan->words.size() == 1) {
        // A quoted word is not stemmed.
        Node other = node;
        other.kind = Node::Kind::word;
        if (try_hint(other, " without quotes")) return;
    }
    const auto& db = adviser_.database.all;
    for (const std::string& word : plan->words) {
        const auto exists = [&](const query::Scope& scope) { return db.term_exists(scope.prefix + word); };
        if (std::ranges::any_of(plan->scopes, exists)) continue;
        std::optional<Nearest> best;
        const auto is_word = [](std::string_view term) { return term.find('~') == term.npos; };
        for (const query::Scope& scope : plan->scopes) look_through(db, scope.prefix, word, is_word, best);
        if (!best) continue;
        Node other = node;
        other.kind = Node::Kind::word;
        other.text = best->word;
        try_hint(other);
    }
}

/// A moved file is found by its tail, a misspelt one by the nearest name.
void Advice::path(const Node& node) const {
    Node other = node;
    const bool pasted = node.text.starts_with("a/") || node.text.starts_with("b/");
    if (pasted) {
        other.text = node.text.substr(1);
        if (try_hint(other)) return;
    }
    const std::string all = node.text;
    std::size_t tails = 0;
    for (auto slash = all.find('/'); slash != all.npos && slash + 1 < all.size(); slash = all.find('/', slash + 1)) {
        other.text = all.substr(slash + 1);
        if (++tails > kMostTails || try_hint(other)) return;
    }
    const bool folder = other.text.ends_with('/');
    if (other.text.find_first_of("*?") != other.text.npos) return;
    std::optional<Nearest> best;
    const auto is_name = [&](std::string_view term) {
        return !term.starts_with('/') && !term.starts_with("*.") && term.ends_with('/') == folder;
    };
    look_through(adviser_.database.all, std::string(schema::kPathPrefix), text::fold(other.text), is_name, best);
    if (!best) return;
    other.text = best->word;
    try_hint(other);
}

/// A group is named by one of its messages, or found by what stands in its braces.
void Advice::group(const Node& node) const {
    const bool braces = node.kind == Node::Kind::whole;
    if (!braces && node.kind != Node::Kind::word) return;
    Node member = braces ? node.children.front() : node;
    if (!braces) member.field = schema::find_field("id");
    const auto found = ask(member);
    if (!found || (braces && found->matches == 0)) return;
    const std::string what = node.field->name == "thread" ? " thread" : " series";
    if (braces)
        answer_.hints.push_back("what stands in the braces finds " + std::to_string(found->matches) +
                                ", none of which is in a" + what);
    else if (found->matches > 0)
        answer_.hints.push_back("the message is in no" + what);
    else
        spell_id(member);
}

void Advice::spell_id(const Node& id) const {
    answer_.hints.push_back("no message has the id '" + id.text + '\'');
    std::optional<Nearest> best;
    const auto any = [](std::string_view) { return true; };
    look_through(adviser_.database.all, std::string(id.field->prefix), id.text, any, best);
    if (!best) return;
    Node other = id;
    other.text = best->word;
    try_hint(other);
}

void Advice::leaf(const Node& node) {
    Node other = node;
    if ((node.kind == Node::Kind::literal || node.kind == Node::Kind::expression) && !node.fold) {
        other.fold = true;
        try_hint(other, " with an 'i' behind it");
        return;
    }
    if (node.field && node.field->kind == schema::Kind::group) return group(node);
    if (node.kind != Node::Kind::word && node.kind != Node::Kind::phrase) return;
    if (node.field && node.field->kind == schema::Kind::path) return path(node);
    if (!node.field && node.text.find('@') != std::string::npos) {
        other.field = schema::find_field("id");
        if (other.text.starts_with('<')) other.text.erase(0, 1);
        if (other.text.ends_with('>')) other.text.pop_back();
        try_hint(other);
        return;
    }
    if (!query::is_text(node.field)) return;
    const auto before = answer_.hints.size();
    spell(node);
    if (answer_.hints.size() != before || !node.field) return;
    other.field = nullptr;
    other.name.clear();
    try_hint(other, " anywhere");
}

/// Where each part finds something, the one without which most is found.
void Advice::without(const std::vector<Node>& parts, const std::string& query) {
    if (parts.size() < 3 || parts.size() > kMostParts) return;
    std::size_t most = 0;
    const Node* culprit = nullptr;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Node rest;
        rest.kind = Node::Kind::and_;
        for (std::size_t j = 0; j < parts.size(); ++j)
            if (j != i) rest.children.push_back(parts[j]);
        const auto found = ask(rest);
        if (!found || found->matches <= most) continue;
        most = found->matches;
        culprit = &parts[i];
    }
    if (culprit)
        answer_.hints.push_back("without '" + query.substr(culprit->begin, culprit->end - culprit->begin) +
                                "' the others find " + std::to_string(most));
}

}  // namespace

void advise(const Node& root, const std::string& query, const Adviser& adviser, Answer& answer) {
    Advice advice(adviser, answer);
    const bool several = root.kind == Node::Kind::and_;
    const std::vector<Node> parts = several ? root.children : std::vector<Node>{root};
    bool all_find = true;
    for (const Node& part : parts) {
        if (adviser.deadline.passed()) return;
        const bool excluded = part.kind == Node::Kind::not_;
        const Node& node = excluded ? part.children.front() : part;
        const auto found = adviser.ask(node);
        if (several && found)
            answer.parts.push_back({query.substr(node.begin, node.end - node.begin), found->matches, excluded});
        const bool empty = found && found->matches == 0;
        if (empty && !excluded) all_find = false;
        if (empty && (node.children.empty() || node.kind == Node::Kind::whole)) advice.leaf(node);
    }
    if (several && all_find) advice.without(parts, query);
}

}  // namespace patchseek::search
