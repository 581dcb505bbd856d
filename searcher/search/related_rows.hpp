#pragma once

#include <xapian.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "deadline.hpp"
#include "query/compile.hpp"
#include "row_source.hpp"

namespace patchseek::search {

/// Answers from an index's relations. What stands in braces, and replies whose trailers
/// match, are searched when the query is made; the documents they lead to are then a set.
class RelatedRows : public query::Related {
public:
    RelatedRows(Database& database, Deadline& deadline) : database_(database), deadline_(deadline) {}

    Xapian::Query matching(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                           query::Doubt doubt) override;

    Xapian::Query credited(const Xapian::Query& own, query::Doubt doubt) override;
    Xapian::Query with_whole_paths(const query::Plan& plan, const Xapian::Query& own) override;

    /// For a person, when an answer may lack what the relations do not know yet.
    std::vector<std::string> notes();

private:
    RowSet groups_of(const Xapian::Query& inner, std::uint32_t store::Relation::*group);
    void each(const Xapian::Query& query, const std::function<void(std::uint32_t)>& visit);
    Xapian::Query out_of_time(query::Doubt doubt) const;
    Xapian::Query without_cut_names(const query::Plan& plan, const Xapian::Query& own, RowSet doubtful);

    Database& database_;
    Deadline& deadline_;
    bool asked_ = false;
};

}  // namespace patchseek::search
