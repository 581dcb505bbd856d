// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "facets/facets.hpp"
#include "reader/request.hpp"
#include "reader/sources.hpp"
#include "relations/reviews.hpp"
#include "relations/story.hpp"
#include "relations/versions.hpp"

namespace patchseek::search {

/// Counts of all that matches.
struct Tallied {
    reader::Answer answer;  ///< without hits; a partial one has counted what was found in time
    std::vector<facets::Counts> facets;
};

/// A patch whose like is sought.
struct Likeness {
    std::string subject, body;  ///< decoded
    std::string id{};           ///< of a message of the index; empty: it is none
    bool overlaps = false;      ///< sought is what touches the same, not what is the same
};

/// An open index, ready to answer; it opens itself anew where it has moved on. Serves one thread.
class Index {
public:
    static Result<Index> open(reader::Sources sources);
    Index(Index&&) noexcept;
    Index& operator=(Index&&) noexcept;
    ~Index();

    /// Why some of several indexes are left out.
    const std::vector<Error>& missing() const;

    /// Answers, or an error: of the query with its offset there, kind usage; of the index, kind data or busy after it
    /// was tried again; time is up where nothing can be said before all is looked at, kind busy.
    Result<reader::Answer> search(const reader::Request& request);
    /// Counts all messages that match by each facet; of the request, the page and its order mean nothing. Linear in the
    /// matches, whose records are read.
    Result<Tallied> tally(const reader::Request& request, const std::vector<facets::Facet>& facets);
    /// Patches like one, most like first, with their likeness as score (verify/likeness.hpp), 1 for those with its
    /// patch id; or, newest versions that are not applied yet, of other series, those that touch the same files and
    /// functions, with how much as score. Of the request, page and lookups count. Reads the texts of at most some
    /// hundred messages.
    Result<reader::Answer> like(const Likeness& asked, const reader::Request& request);
    /// The messages with that id (several if contents differ), newest first, with text. As in the next, the beginning
    /// of an id serves where no other begins so (reader/ids.hpp).
    Result<std::vector<reader::Hit>> show(std::string_view id);
    /// The versions of the series that the message with that id belongs to.
    Result<relations::History> history(std::string_view id);
    /// The reviews of that series.
    Result<relations::Reviews> reviews(std::string_view id);
    /// From any thread: what is asked now, and until resume(), ends soon with what it has found.
    void stop();
    void resume();
    /// What the index covers, for an answer without hits: "9 messages of a.example, b.example, the newest of
    /// 2020-10-26".
    std::string covers();
    /// What there is to tell of a commit, by its id from 7 digits.
    Result<relations::Story> story(std::string_view id);
    /// Words of the index under a prefix of its terms that begin so, each with the number of messages that have it; of
    /// many, some.
    std::vector<std::pair<std::string, std::size_t>> values(const std::string& prefix, std::string_view beginning);
    /// The only id that begins so; the text itself if there is none or are several.
    std::string whole_id(const std::string& beginning);

private:
    struct Impl;
    explicit Index(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::search
