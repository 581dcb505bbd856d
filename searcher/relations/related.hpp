// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compile/compile.hpp"
#include "reader/database.hpp"
#include "reader/deadline.hpp"
#include "row_set.hpp"

namespace patchseek::relations {

/// Answers from an index's relations. What stands in braces, and replies whose trailers
/// match, are searched when the query is made; the documents they lead to are then a set of rows.
/// Serves one run of one query; what a part of it leads to is worked out once. Throws what reader::guarded() catches.
class RelatedRows : public compile::Related {
public:
    RelatedRows(reader::Database& database, reader::Deadline& deadline) : database_(database), deadline_(deadline) {}

    Xapian::Query matching(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                           query::OnTimeout on_timeout) override;

    Xapian::Query credited(const Xapian::Query& own, query::OnTimeout on_timeout) override;
    Xapian::Query placed(const query::Plan& plan, const Xapian::Query& own) override;
    Xapian::Query with_whole_paths(const query::Plan& plan, const Xapian::Query& own) override;

    /// For a person, when an answer may lack what the relations do not know yet.
    std::vector<std::string> notes();

private:
    Xapian::Query find(const query::Plan& plan, const std::optional<Xapian::Query>& inner, query::OnTimeout on_timeout);
    RowSet of_commit(const std::string& id);
    RowSet of_tags(const query::Plan& plan);
    RowSet groups_of(const Xapian::Query& inner, std::uint32_t store::Relation::*group);
    void each_row(const Xapian::Query& query, const std::function<void(std::uint32_t)>& visit);
    Xapian::Query out_of_time(query::OnTimeout on_timeout) const;
    Xapian::Query without_wrong_ends(const query::Plan& plan, const Xapian::Query& own, RowSet uncertain);

    reader::Database& database_;
    reader::Deadline& deadline_;
    bool asked_ = false;
    std::map<std::pair<const query::Plan*, query::OnTimeout>, Xapian::Query> matching_;  ///< answers of matching()
};

}  // namespace patchseek::relations
