// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"

namespace patchseek::query {
class Mailmap;
}

/// Counts of what messages have: plain values, nothing of Xapian.
namespace patchseek::facets {

enum class What : std::uint8_t { author, from, list, kind, tag, state, version, file, op, year, month, day, trailer };

/// What messages are counted by.
struct Facet {
    What what;
    std::string name;          ///< as it was asked for
    std::size_t depth = 0;     ///< of file: so many components of each path; 0: all
    std::string trailer = {};  ///< of trailer: its name, `reviewed-by`

    /// Whether its values are persons, who are one under all spellings of an address.
    bool of_people() const;
    /// Whether its values are times, which stand in their order and not by their counts.
    bool of_time() const { return what == What::year || what == What::month || what == What::day; }
};

/// Reads `author,file:2,reviewed,trailer:cc`: names with commas between. An unknown name is an Error, kind usage.
Result<std::vector<Facet>> parse(std::string_view text);
/// All names, as help has them.
std::string names();

struct Count {
    std::string value;
    std::size_t messages;
};

/// How many messages have each value of a facet; one that has a value twice counts once.
struct Counts {
    Facet facet;
    std::vector<Count> values;  ///< most messages first, then by value; of times in their order
    std::size_t having = 0;     ///< messages that have any
};

/// Who goes by which address, after a mailmap; without one, nobody has two.
class People {
public:
    /// The mailmap may be null, and need not outlive this.
    explicit People(const query::Mailmap* mailmap);
    /// What all spellings of a person share: the address in lower case, else the text; of the mailmap, the proper
    /// `Name <address>`, and `proper` is then true.
    std::string_view key(std::string_view mailbox, std::string& buffer, bool& proper) const;

private:
    std::unordered_map<std::string, std::string> proper_;  // by folded address
};

/// Counts the values of one facet.
class Tally {
public:
    /// `people` must outlive it.
    Tally(Facet facet, const People& people) : facet_(std::move(facet)), people_(people) {}
    /// Needs of Hit::relations what the facet is about: states, what replies give.
    void add(const reader::Hit& hit);
    Counts take();

private:
    void count(std::string_view value);
    void count_each(const std::vector<std::string>& values);
    void count_person(std::string_view mailbox);
    void count_path(std::string_view path);
    void count_ops(const patch::FileChange& file);
    void count_time(std::int64_t seconds);
    void count_values(const reader::Hit& hit);
    void count_trailers(const reader::Hit& hit);

    struct Entry {
        std::size_t messages = 0, last = 0;              ///< `last`: the message that counted, from 1 on
        std::map<std::string, std::size_t> spellings{};  ///< of a person, unless a mailmap says which is proper
    };
    Entry& entry(std::string_view key);

    Facet facet_;
    const People& people_;
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
    std::size_t message_ = 0;
    std::size_t having_ = 0;
    bool had_ = false;  ///< the message at hand has a value
};

}  // namespace patchseek::facets
