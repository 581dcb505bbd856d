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
    std::vector<std::string> lines;  ///< lower case, where signs are looked for
};

struct Mail {
    std::string raw;
    std::string id;
    std::map<std::string, Area> areas;
    std::map<std::string, std::vector<std::string>> trailers;  ///< name -> values, lower case
    std::vector<std::string> body_lines;                       ///< lower case
    std::vector<std::string> paths;
    std::set<std::string> ops, states, tags, refs, lists, blobs, commits;
    std::optional<std::int64_t> date, version, part, total, files, adds, dels;
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

std::vector<Mail> make(std::size_t count, Dice& dice);

}  // namespace world
