// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "world.hpp"

/// Random queries with the answer worked out the slow way: by reading every mail, which tells what it was made of.
namespace naive {

struct Query {
    std::string text;
    std::function<bool(const world::Mail&)> matches;
    bool ranks = false;   ///< holds a word, so that answers have a relevance
    bool places = false;  ///< holds words that must stand in a place to each other
    /// Holds such words in `hunk:( )` or `in:( )`. Where they are one of several parts, a small shard may weigh them in
    /// a message that has them, but not in that place: a known defect, so that only sets of answers are compared.
    bool unsteady = false;
};

/// What all of a query holds of: a message, one file's diff, one hunk.
enum class Unit { message, file, hunk };

/// Makes queries about `mails`, which must outlive it and them.
class Maker {
public:
    /// With `any` the queries mean what they do under --any.
    Maker(world::Dice& dice, const std::vector<world::Mail>& mails, bool any) : dice_(dice), mails_(mails), any_(any) {}

    /// A query of nested brackets, at most `depth` deep.
    Query make(int depth) { return make(depth, Unit::message); }

private:
    Query make(int depth, Unit unit);
    Query leaf(Unit unit);
    Query joined(int depth, Unit unit);
    Query some_of(int depth, Unit unit);
    Query within(int depth, Unit unit);
    Query group(int depth);

    world::Dice& dice_;
    const std::vector<world::Mail>& mails_;
    bool any_;
};

}  // namespace naive
