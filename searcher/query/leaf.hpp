#pragma once

#include <cstdint>

#include "lexer.hpp"
#include "tree.hpp"

namespace patchseek::query {

/// The leaf a token stands for: values are read and checked by their field. The
/// token is one of word, phrase, value, exists, all, literal and expression.
Result<Node> make_leaf(const Lexeme& lexeme, std::int64_t now);

}  // namespace patchseek::query
