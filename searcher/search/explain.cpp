#include "explain.hpp"

#include <algorithm>
#include <cmath>

#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "weight.hpp"

namespace patchseek::search {
namespace {

constexpr std::size_t kMostTerms = 60;

std::string number(double value) {
    auto text = std::to_string(std::round(value * 1000) / 1000);
    return text.substr(0, text.find('.') + 4);
}

// What a term alone would give the message, which is what it gives beside others.
double given(const Xapian::Database& db, const std::string& term, Xapian::docid id, const std::string& unique) {
    Xapian::Enquire enquire(db);
    enquire.set_query(Xapian::Query(Xapian::Query::OP_FILTER, Xapian::Query(term), Xapian::Query(unique)));
    enquire.set_weighting_scheme(ExactBM25());
    // Copies with other contents may share the id.
    const auto set = enquire.get_mset(0, 100);
    for (auto it = set.begin(); it != set.end(); ++it)
        if (*it == id) return it.get_weight();
    return 0;
}

// The prefix is the longest known one: areas are one letter, stems two.
const double* weight_of(const Weights& weights, const std::string& term) {
    for (std::size_t size = std::min<std::size_t>(term.size(), 40); size > 0; --size)
        if (const auto it = weights.find(std::string_view(term).substr(0, size)); it != weights.end())
            return &it->second;
    return nullptr;
}

}  // namespace

Weights weights_of(const query::Plan& plan) {
    Weights out;
    if (plan.kind == query::Plan::Kind::words || plan.kind == query::Plan::Kind::prefix) {
        for (const query::Scope& scope : plan.scopes) {
            out[scope.prefix] = scope.weight;
            if (plan.stems && scope.prose) out[schema::kStemPrefix + scope.prefix] = scope.weight;
        }
    }
    for (const query::Plan& child : plan.children)
        for (const auto& [prefix, weight] : weights_of(child)) {
            auto& kept = out[prefix];
            kept = std::max(kept, weight);
        }
    return out;
}

std::string frequencies(const Xapian::Query& query, const Xapian::Database& db) {
    std::string out;
    std::size_t count = 0;
    for (auto it = query.get_unique_terms_begin(); it != query.get_terms_end(); ++it) {
        if ((*it).empty()) continue;
        if (++count > kMostTerms) return out + " ...";
        out += (out.empty() ? "" : ", ") + *it + ' ' + std::to_string(db.get_termfreq(*it));
    }
    return out;
}

std::vector<std::string> reasons(const Xapian::Enquire& enquire, const Xapian::MSetIterator& hit,
                                 const Xapian::Database& db, const Weights& weights, const std::string& id) {
    std::vector<std::string> out;
    const auto unique = schema::term(schema::find_field("id")->prefix, id);
    for (auto term = enquire.get_matching_terms_begin(hit); term != enquire.get_matching_terms_end(hit); ++term) {
        const std::string name = *term;
        if (name.empty()) continue;
        std::string line = name + " in " + std::to_string(db.get_termfreq(name));
        if (const double* weight = weight_of(weights, name))
            line += ", gives " + number(*weight * given(db, name, *hit, unique));
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace patchseek::search
