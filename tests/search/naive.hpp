#pragma once

#include <functional>
#include <string>

#include "world.hpp"

/// Queries with the answer worked out the slow way, from what each mail was made of.
namespace naive {

struct Query {
    std::string text;
    std::function<bool(const world::Mail&)> matches;
    bool ranks = false;   ///< holds a word, so that answers have a relevance
    bool places = false;  ///< holds words that must stand in a place to each other
};

/// A random query of nested brackets, at most `depth` deep.
Query make(world::Dice& dice, int depth);

}  // namespace naive
