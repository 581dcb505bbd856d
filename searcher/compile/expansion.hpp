#pragma once

#include <xapian.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::compile {

/// The terms that a `*`, a glob or an abbreviation stands for, counted against the limit of one query.
class Expansion {
public:
    explicit Expansion(const Xapian::Database& db) : db_(db) {}

    /// Those that begin with `head` and are wanted. Over the limit an Error at `offset` of the query. Throws what
    /// Xapian throws.
    Result<std::vector<std::string>> terms(const std::string& head, std::size_t offset,
                                           const std::function<bool(std::string_view)>& wanted = nullptr);
    std::size_t count() const { return count_; }
    /// Forgets what was counted since count() was this, when the same part of a query is expanded again.
    void back_to(std::size_t count) { count_ = count; }

private:
    const Xapian::Database& db_;
    std::size_t count_ = 0;
};

}  // namespace patchseek::compile
