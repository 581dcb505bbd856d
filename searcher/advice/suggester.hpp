// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <set>
#include <string>

#include "advice.hpp"

namespace patchseek::advice {

/// Tries queries in place of one that finds nothing, and makes hints of those that find something. It ends itself after
/// so many hints or tries, and when time is up; nothing is tried twice.
class Suggester {
public:
    Suggester(const Adviser& adviser, const std::string& query, reader::Answer& answer)
        : adviser_(adviser), query_(query), answer_(answer) {}

    /// What a text finds as a query; nothing if it is none, or no more may be asked.
    std::optional<Found> find(const std::string& text, std::size_t most = 1);
    /// Tries the whole query with `part` in place of the bytes [begin, end), and if that finds nothing, the
    /// part alone. Whether something was found.
    bool replace(std::size_t begin, std::size_t end, const std::string& part);
    bool replace(const query::Node& leaf, const std::string& part) { return replace(leaf.begin, leaf.end, part); }
    /// Tries a text in place of the whole query.
    bool whole(const std::string& text);
    /// Makes a hint of something that is no query.
    void say(const std::string& text);
    /// How many hints there are by now.
    std::size_t hints() const { return answer_.hints.size(); }
    /// Whether more may be tried.
    bool goes_on() const;

    const Adviser& adviser() const { return adviser_; }
    const std::string& query() const { return query_; }

private:
    bool note(const std::string& text, const Found& found, bool alone);

    const Adviser& adviser_;
    const std::string& query_;
    reader::Answer& answer_;
    std::size_t asked_ = 0;
    std::set<std::string> tried_;
};

/// The field of a leaf as it is typed: `subject:`, `trailer:link:`; empty for a bare word.
std::string label(const query::Node& leaf);
/// A leaf as it is typed, with another text: `subject:"a b"`, `trailer:link:x`.
std::string typed(const query::Node& leaf, const std::string& text);

}  // namespace patchseek::advice
