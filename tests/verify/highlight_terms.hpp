// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "query/parser.hpp"
#include "query/planner.hpp"

/// What a reader looks for who typed a query.
inline patchseek::query::HighlightTerms highlight_terms(const std::string& text,
                                                        patchseek::tokens::Analyzer& analyzer) {
    const auto parsed = patchseek::query::parse(text, {});
    REQUIRE(parsed);
    const auto plan = patchseek::query::make_plan(parsed->root, analyzer);
    REQUIRE(plan);
    return patchseek::query::highlight_terms(*plan, analyzer);
}
