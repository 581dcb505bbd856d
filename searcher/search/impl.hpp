// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "advice/advice.hpp"
#include "compile/compile.hpp"
#include "matches.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/planner.hpp"
#include "rank/order.hpp"
#include "rank/scorer.hpp"
#include "reader/database.hpp"
#include "reader/deadline.hpp"
#include "search.hpp"
#include "verify/highlighter.hpp"
#include "verify/likeness.hpp"
#include "verify/proof_source.hpp"

/// The inside of search::Index. All of it throws what reader::guarded() catches.
namespace patchseek::search {

/// A request that has been understood, ready to run.
struct Prepared {
    std::unique_ptr<verify::ProofScope> scope = std::make_unique<verify::ProofScope>();  ///< of the proofs in `query`
    Xapian::Query query;
    std::vector<Xapian::Query> loose;  ///< compile_both()
    std::size_t notes = 0;             ///< before those of the query
    std::optional<query::Plan> whole;  ///< where the query leaves out common words, to be tried first: with them
    query::HighlightTerms highlights;
    bool ranked = false;                   ///< whether the order is that of scores or values, not of document numbers
    std::unique_ptr<rank::Scorer> scorer;  ///< of a query that gives weights
    bool yields = false;                   ///< whether its answers come in blocks of rank::kBlock
    Xapian::Query plain;                   ///< for --explain: the query in terms alone
};

/// A hit whose text is still to be read.
struct Pending {
    reader::Hit hit;
    reader::OpenShard* shard;
    std::string place;                   ///< of the text
    std::optional<Result<Done>> done{};  ///< nothing while it was not tried
};

struct Index::Impl {
    reader::Sources sources;
    reader::Database database;
    tokens::Analyzer analyzer;
    reader::Deadline deadline;
    std::unordered_set<std::string> given;  ///< by content, hits that Request::on_hits has taken

    explicit Impl(reader::Sources where) : sources(std::move(where)) {}

    Result<Prepared> prepare(const reader::Request& request, reader::Answer& answer);
    bool knows_groups(reader::Answer& answer);
    compile::Prove prover(verify::ProofScope& scope);
    Result<Done> compile(const query::Plan& plan, Prepared& out, reader::Answer& answer);
    void read_ahead(const query::Plan& plan, const reader::Request& request);
    void read_ahead(const Prepared& prepared);
    void read_ahead(const reader::Request& request, const Matches& matches, std::span<const rank::Candidate> found,
                    std::span<const std::size_t> places, std::size_t next);
    void explain(const Prepared& prepared, Xapian::docid id, double yielded, reader::Hit& hit);
    /// Nothing if that cannot be run or takes more than so many texts, which become less.
    std::optional<advice::Found> find(query::Node node, const query::Mailmap* mailmap, std::size_t most,
                                      std::size_t& texts);
    void explain_nothing(const reader::Request& request, reader::Answer& answer);
    Result<reader::Answer> answer(const reader::Request& request);
    std::vector<rank::Candidate> in_order(std::span<const Match> matches, bool yields);
    Result<Matches> matches_of(const reader::Request& request, Prepared& prepared, std::size_t wanted,
                               reader::Answer& answer);
    std::vector<std::size_t> places_of_page(const reader::Request& request, const Matches& matches,
                                            std::span<const rank::Candidate> found, reader::Page& page);
    Result<bool> hand_on(const reader::Request& request, reader::Answer& answer);
    Result<Done> fill_page(const reader::Request& request, Prepared& prepared, reader::Answer& answer);
    /// A hit as far as the record of a message tells it.
    Result<Pending> hit_of(const Xapian::Document& doc, reader::OpenShard& shard, const reader::Request& request);
    static Result<Done> add_text(Pending& pending, const verify::KeptTexts& kept, store::TextReader& texts,
                                 const reader::Request& request, verify::Highlighter& highlighter);
    Result<Done> finish(std::vector<Pending>& pending, const reader::Request& request, const Prepared& prepared,
                        reader::Page& page);
    /// The id that begins so, without <>; the text itself where none or several do.
    std::string known_id(std::string_view id);
    Result<std::vector<reader::Hit>> show(std::string_view id);
    // What is like a patch (like.cpp).
    Xapian::Query words_of_patch(const Likeness& asked, const std::vector<patch::Line>& lines, std::string_view title);
    std::vector<Xapian::docid> patches_of(const Xapian::Query& query, std::size_t most);
    std::vector<Xapian::docid> candidates_for(const Likeness& asked, const verify::PatchShape& shape,
                                              std::size_t& same);
    std::uint32_t change_of(const std::string& id);
    Result<reader::Answer> like(const Likeness& asked, const reader::Request& request);
    Result<Tallied> tally(const reader::Request& request, const std::vector<facets::Facet>& facets);
};

}  // namespace patchseek::search
