// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::glass {

/// The terms of one document, each once, with how often it comes there.
class Terms {
public:
    /// It is not empty.
    void add(std::string_view term, std::uint32_t occurrences);
    std::size_t size() const { return terms_.size(); }
    /// Keeps the first `count` of them.
    void cut(std::size_t count);
    /// Calls `visit(term, occurrences)` with each, in the order in which they were added.
    template <class Visit>
    void each(Visit&& visit) const {
        std::size_t begin = 0;
        for (const Term& term : terms_) {
            visit(std::string_view(texts_).substr(begin, term.size), term.occurrences);
            begin += term.size;
        }
    }

private:
    struct Term {
        std::uint32_t size, occurrences;
    };
    std::vector<Term> terms_;
    std::string texts_;
};

/// What Xapian calls a document, without positions.
struct Document {
    Terms terms;
    std::map<std::uint32_t, std::string> values;  ///< by slot; empty ones are none
    std::string data;

    /// Empty where there is none.
    const std::string& value(std::uint32_t slot) const;
};

}  // namespace patchseek::glass
