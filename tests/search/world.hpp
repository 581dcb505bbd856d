// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

/// Synthetic mails with what is known of each from the making of it: nothing here
/// comes from the code that is tested.
namespace world {

/// Always the same numbers, on any library.
class Dice {
public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    std::size_t below(std::size_t n) { return engine_() % n; }
    bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
    template <class Container>
    const auto& of(const Container& container) {
        return container[below(container.size())];
    }

private:
    std::mt19937 engine_;
};

/// Words in a row that a phrase may span.
using Stretch = std::vector<std::string>;

struct Area {
    std::vector<Stretch> stretches;
    std::vector<std::string> lines;    ///< lower case, where signs are looked for
    std::vector<std::string> written;  ///< the lines as they stand, where literals and expressions look
};

struct Mail {
    std::string raw, body;
    std::string id;
    std::map<std::string, Area> areas;
    std::map<std::string, std::vector<std::string>> trailers;  ///< name in lower case -> values as they stand
    std::vector<std::string> body_lines;                       ///< lower case
    std::vector<std::string> paths;
    std::set<std::string> ops, states, tags, refs, lists, blobs, commits;
    std::optional<std::int64_t> date, version, part, total, files, adds, dels;
    std::size_t thread = 0, series = 0, change = 0;  ///< numbers of groups; 0 is no series and no change
    std::size_t replies = 0;
    /// One for each file's diff, which has one for each of its hunks. Of these only the areas, the body and the paths
    /// are filled, with what stands in that part of the mail.
    std::vector<Mail> parts;
};

/// Plain words with stems of their own, identifiers, and what is typed with signs.
extern const std::vector<std::string> kWords;
extern const std::vector<std::string> kCode;
extern const std::vector<std::string> kPaths;
extern const std::vector<std::string> kPeople;  ///< first names; the address is first@example.org

/// Runs of letters, digits and '_', in lower case.
Stretch words(const std::string& text);
/// The pieces that a word of kWords is also found by.
std::vector<std::string> pieces(const std::string& word);
std::string lower(std::string text);

/// Groups, replies and states that depend on other mails are drawn by lot: it is the search that is tested with them.
std::vector<Mail> make(std::size_t count, Dice& dice);

}  // namespace world
