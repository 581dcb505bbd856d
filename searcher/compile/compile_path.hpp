#pragma once

#include <xapian.h>

#include "expansion.hpp"
#include "query/plan.hpp"

namespace patchseek::compile {

/// What terms tell of a path (patch/path_terms.hpp).
struct PathQuery {
    Xapian::Query query;
    bool is_proof = true;  ///< else it only narrows: the paths of what it finds must be looked at
};

/// Of a plan of kind path. Throws what Xapian throws.
Result<PathQuery> path_query(const query::Plan& plan, Expansion& expansion);

}  // namespace patchseek::compile
