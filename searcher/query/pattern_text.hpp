#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

/// How `lit:` and `re:` are written.
///
///   lit:"if (!x)"   as it stands; `\"` and `\\` stand for `"` and `\`, as in a shell's quotes
///   lit:x->y        up to a blank, or to what closes a bracket of the query
///   re:/a\/b+/      an expression; `\/` stands for '/'
///
/// An `i` behind the second quote or slash folds case.
namespace patchseek::query {

struct PatternText {
    std::string text;
    bool expression = false;
    bool fold = false;
    std::size_t text_begin = 0;
    std::size_t end = 0;  ///< where the query goes on
};

/// Whether `name`, in any case, is `lit` or `re`.
bool is_pattern_label(std::string_view name);

/// Whether a pattern begins at `pos`: `lit:` or `re:` with something to it. `re:` without a
/// slash is none: it begins pasted subjects.
bool is_pattern_at(std::string_view query, std::size_t pos);

/// Reads the pattern at `pos`. `closer`, a ')' or '}', ends one without quotes that has not opened it; NUL: nothing
/// does.
Result<PatternText> read_pattern(std::string_view query, std::size_t pos, char closer);

}  // namespace patchseek::query
