// SPDX-License-Identifier: GPL-2.0-or-later
#include "expansion.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "boolean.hpp"
#include "patchseek/schema/terms.hpp"
#include "query/lexer.hpp"
#include "reader/database.hpp"

namespace patchseek::compile {
namespace {

using Xapian::Query;

bool is_glob(std::string_view component) { return component.find_first_of("*?") != component.npos; }

/// Of more terms Xapian's OR takes longer than reading all of their postings does: on a list of 33,000 messages, 540 ms
/// for 9,000 terms against 80.
constexpr std::size_t kFew = 500;

using Documents = std::vector<Xapian::docid>;  // ascending

/// What a star of many words, or many words themselves, stand for: asked for once in each shard, however often it
/// stands in a query.
class Star {
public:
    enum class Of : std::uint8_t { heads, terms };
    Star(Of of, std::vector<std::string> names, Expansion::Wanted wanted, query::OnTimeout on_timeout,
         reader::Deadline& deadline)
        : of_(of), names_(std::move(names)), wanted_(std::move(wanted)), on_timeout_(on_timeout), deadline_(deadline) {}

    std::shared_ptr<const Documents> in(const Xapian::Database& shard) {
        auto& known = found_[shard.get_uuid()];
        // Shards in memory have no name.
        if (!known || shard.get_uuid().empty()) known = std::make_shared<const Documents>(find(shard));
        return known;
    }

private:
    Documents find(const Xapian::Database& shard) const;
    using Marked = std::vector<bool>;
    static void mark(const Xapian::Database& shard, const std::string& term, Marked& marked);
    void mark_head(const Xapian::Database& shard, const std::string& head, Marked& marked) const;
    void mark_all(const Xapian::Database& shard, Marked& marked) const;
    bool out_of_time(std::size_t terms) const;

    Of of_;
    std::vector<std::string> names_;
    Expansion::Wanted wanted_;
    query::OnTimeout on_timeout_;
    reader::Deadline& deadline_;
    std::map<std::string, std::shared_ptr<const Documents>> found_;
};

bool Star::out_of_time(std::size_t terms) const {
    constexpr std::size_t kBetween = 256;  // terms, so that the clock costs nothing beside them
    if (terms % kBetween != 0 || !deadline_.passed()) return false;
    if (on_timeout_ == query::OnTimeout::error) throw reader::Failure{{ErrorKind::busy, "out of time"}};
    return true;
}

// Asking for the frequency first, of terms in order, is ten times as quick as to begin with the postings: it leaves the
// shard where they lie, and most terms are in one shard alone.
void Star::mark(const Xapian::Database& shard, const std::string& term, Marked& marked) {
    if (!shard.term_exists(term)) return;
    for (auto at = shard.postlist_begin(term); at != shard.postlist_end(term); ++at) marked[*at] = true;
}

void Star::mark_head(const Xapian::Database& shard, const std::string& head, Marked& marked) const {
    std::size_t terms = 0;
    for (auto it = shard.allterms_begin(head); it != shard.allterms_end(head); ++it) {
        if (out_of_time(terms++)) return;
        const std::string term = *it;
        if (!wanted_ || wanted_(term)) mark(shard, term, marked);
    }
}

void Star::mark_all(const Xapian::Database& shard, Marked& marked) const {
    std::size_t terms = 0;
    for (const std::string& name : names_) {
        if (of_ == Of::heads)
            mark_head(shard, name, marked);
        else if (out_of_time(terms++))
            return;
        else
            mark(shard, name, marked);
    }
}

Documents Star::find(const Xapian::Database& shard) const {
    Marked marked(shard.get_lastdocid() + std::size_t{1});
    mark_all(shard, marked);
    Documents out;
    if (deadline_.passed() && on_timeout_ == query::OnTimeout::included) {
        out.assign(shard.postlist_begin(""), shard.postlist_end(""));
        return out;
    }
    for (Xapian::docid id = 1; id < marked.size(); ++id)
        if (marked[id]) out.push_back(id);
    return out;
}

/// Posting source of the documents of a star.
class StarSource : public Xapian::PostingSource {
public:
    explicit StarSource(std::shared_ptr<Star> star) : star_(std::move(star)) {}

    PostingSource* clone() const override { return new StarSource(star_); }
    void init(const Xapian::Database& shard) override {
        found_ = star_->in(shard);
        here_ = 0;
        started_ = false;
    }
    Xapian::doccount get_termfreq_min() const override { return get_termfreq_est(); }
    Xapian::doccount get_termfreq_est() const override { return static_cast<Xapian::doccount>(found_->size()); }
    Xapian::doccount get_termfreq_max() const override { return get_termfreq_est(); }
    void next(double) override {
        here_ += started_;
        started_ = true;
    }
    void skip_to(Xapian::docid id, double) override {
        started_ = true;
        const auto from = found_->begin() + static_cast<std::ptrdiff_t>(here_);
        here_ = static_cast<std::size_t>(std::lower_bound(from, found_->end(), id) - found_->begin());
    }
    bool at_end() const override { return here_ >= found_->size(); }
    Xapian::docid get_docid() const override { return (*found_)[here_]; }
    std::string get_description() const override { return "Star"; }

private:
    std::shared_ptr<Star> star_;
    std::shared_ptr<const Documents> found_;
    std::size_t here_ = 0;
    bool started_ = false;
};

// release() hands the source to the query, which deletes it with its last copy.
Query source(std::shared_ptr<Star> star) { return Query((new StarSource(std::move(star)))->release()); }

/// Adds the terms of a query that is any of some; false, and none added, if it is anything else.
bool take_terms(const Query& query, std::vector<std::string>& terms) {
    const auto before = terms.size();
    const auto type = query.get_type();
    bool taken = type == Query::LEAF_TERM || type == Query::OP_OR;
    if (type == Query::LEAF_TERM) terms.push_back(*query.get_terms_begin());
    for (std::size_t i = 0; taken && i < query.get_num_subqueries(); ++i)
        taken = take_terms(query.get_subquery(i), terms);
    if (!taken) terms.resize(before);
    return taken;
}

/// The names that one component with a glob stands for.
Query component_query(const std::string& component, const std::string& prefix, Expansion& expansion,
                      query::OnTimeout on_timeout) {
    const auto star = component.find_first_of("*?");
    const auto is_name = [size = prefix.size(), component](std::string_view term) {
        const bool folder = component.ends_with('/');
        auto name = term.substr(size);
        if (name.starts_with('/') || name.starts_with("*.") || name.ends_with('/') != folder) return false;
        if (folder) name.remove_suffix(1);
        return patch::component_matches(std::string_view(component).substr(0, component.size() - folder), name);
    };
    return expansion.any_of({prefix + component.substr(0, star)}, on_timeout, is_name);
}

/// Components without a glob: one term, or a phrase of them.
Query plain_query(const patch::PathPattern& pattern, const std::string& prefix, const Expansion& expansion) {
    Phrase path;
    for (const std::string& text : pattern.components)
        path.terms.push_back(schema::term(prefix, pattern.anchored && path.terms.empty() ? '/' + text : text));
    if (path.terms.size() == 1) return Query(path.terms.front());
    path.window = path.terms.size();
    return phrase_query({std::move(path)}, expansion.positions());
}

}  // namespace

std::optional<std::vector<std::vector<std::string>>> Expansion::terms(const std::vector<std::string>& heads,
                                                                      const Wanted& wanted) {
    return list(heads, wanted, query::kMaxExpansion - count_);
}

std::optional<std::vector<std::vector<std::string>>> Expansion::list(const std::vector<std::string>& heads,
                                                                     const Wanted& wanted, std::size_t most) {
    std::vector<std::vector<std::string>> out;
    std::size_t count = 0;
    for (const std::string& head : heads) {
        auto& some = out.emplace_back();
        for (auto it = db_.allterms_begin(head); it != db_.allterms_end(head); ++it) {
            std::string term = *it;
            if (wanted && !wanted(term)) continue;
            if (count++ == most) return std::nullopt;
            some.push_back(std::move(term));
        }
    }
    count_ += count;
    return out;
}

Query Expansion::any_of(std::vector<std::string> heads, query::OnTimeout on_timeout, Wanted wanted) {
    if (const auto listed = list(heads, wanted, std::min(kFew, query::kMaxExpansion - count_))) {
        std::vector<Query> parts;
        for (const auto& some : *listed) parts.emplace_back(Query::OP_OR, some.begin(), some.end());
        return {Query::OP_OR, parts.begin(), parts.end()};
    }
    return source(std::make_shared<Star>(Star::Of::heads, std::move(heads), std::move(wanted), on_timeout, deadline_));
}

Query Expansion::any_of_rare(std::vector<std::string> terms, query::OnTimeout on_timeout) {
    return source(std::make_shared<Star>(Star::Of::terms, std::move(terms), nullptr, on_timeout, deadline_));
}

Query Expansion::either(const std::vector<Query>& parts, query::OnTimeout on_timeout) {
    std::vector<std::string> terms;
    std::vector<Query> others;
    for (const Query& part : parts)
        if (!take_terms(part, terms)) others.push_back(part);
    if (terms.size() <= kFew) return {Query::OP_OR, parts.begin(), parts.end()};
    others.push_back(any_of_rare(std::move(terms), on_timeout));
    return {Query::OP_OR, others.begin(), others.end()};
}

Query values_query(const query::Plan& plan, Expansion& expansion, query::OnTimeout on_timeout) {
    const std::string& prefix = plan.scopes.front().prefix;
    Expansion::Wanted wanted;
    if (plan.pattern_of_value)
        wanted = [pattern = plan.pattern_of_value, skip = prefix.size()](std::string_view term) {
            return pattern->found_in(term.substr(skip));
        };
    else if (plan.words.size() > 1)
        wanted = [glob = plan.words[1], skip = prefix.size()](std::string_view term) {
            return patch::component_matches(glob, term.substr(skip));
        };
    return expansion.any_of({prefix + plan.words.front()}, on_timeout, std::move(wanted));
}

Query hex_query(const query::Plan& plan, Expansion& expansion, query::OnTimeout on_timeout) {
    constexpr std::size_t kShortest = 7;
    const std::string& id = plan.words.front();
    std::vector<std::string> heads, shorter;
    for (const query::Scope& scope : plan.scopes) {
        heads.push_back(scope.prefix + id);
        for (std::size_t size = kShortest; size < id.size(); ++size)
            shorter.push_back(scope.prefix + id.substr(0, size));
    }
    return expansion.any_of(std::move(heads), on_timeout) | Query(Query::OP_OR, shorter.begin(), shorter.end());
}

PathQuery path_query(const query::Plan& plan, Expansion& expansion, query::OnTimeout on_timeout) {
    const auto& pattern = plan.pattern;
    const std::string prefix(pattern.exact ? schema::kExactPathPrefix : schema::kPathPrefix);
    if (pattern.components.empty()) return PathQuery{Query(plan.terms.front())};
    const auto is_plain = [](const std::string& text) { return !is_glob(text) || patch::is_ending_term(text); };
    const bool top_extension = pattern.anchored && patch::is_ending_term(pattern.components.front());
    if (std::ranges::all_of(pattern.components, is_plain) && !top_extension)
        return PathQuery{plain_query(pattern, prefix, expansion)};
    // Terms tell what each component can be; order and place must be proven on whole paths.
    Query candidates(plan.terms.front());
    for (const std::string& text : pattern.components) {
        if (text == "**/") continue;
        candidates &=
            is_plain(text) ? Query(schema::term(prefix, text)) : component_query(text, prefix, expansion, on_timeout);
    }
    const bool alone = pattern.components.size() == 1 && !pattern.anchored;
    return PathQuery{candidates, alone || candidates.empty()};
}

std::optional<Query> patches_touching(const std::string& typed, Expansion& expansion) {
    if (typed.find_first_of("/.") == typed.npos || typed.find_first_of("*?") != typed.npos) return std::nullopt;
    query::Plan file;
    file.pattern = patch::parse_path_pattern(typed);
    if (file.pattern.components.empty()) return std::nullopt;
    return path_query(file, expansion, query::OnTimeout::excluded).query &
           Query(schema::term(schema::field::is, "patch"));
}

}  // namespace patchseek::compile
