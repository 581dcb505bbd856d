#pragma once

#include <string_view>
#include <vector>

#include "hit.hpp"
#include "patchseek/text/analyzer.hpp"
#include "query/plan.hpp"

namespace patchseek::search {

/// Finds in answers the words that were asked for. Serves one thread.
class Marker {
public:
    Marker(query::Sought sought, text::Analyzer& analyzer);

    /// Byte ranges of the words asked for.
    std::vector<Mark> marks(std::string_view text);

    /// Which of a message's files were asked for, in order.
    std::vector<std::size_t> matched(const std::vector<patch::FileChange>& files) const;

    /// At most `limit` lines of a body that show best why it matched, in the order of
    /// the text: the lines with most of the words, prose and changed lines before
    /// context and quotes.
    std::vector<Snippet> snippets(std::string_view body, std::size_t limit);

private:
    bool wanted(const text::Token& token);

    query::Sought sought_;
    text::Analyzer& analyzer_;
};

}  // namespace patchseek::search
