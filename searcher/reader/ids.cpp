// SPDX-License-Identifier: GPL-2.0-or-later
#include "ids.hpp"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "patchseek/base/ascii.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/record.hpp"
#include "query/dates.hpp"

namespace patchseek::reader {
namespace {

constexpr std::size_t kShortest = 8;
// A longer id may be a term that was cut.
constexpr std::size_t kLongest = schema::kMaxTerm / 2;

/// In seconds since 1970, by the date of the newest message; of those whose clock is ahead of ours only if there is no
/// other. A bound that Xapian keeps holds of what an index ever held.
std::optional<std::int64_t> newest_date(const Xapian::Database& db) {
    const auto seconds = [](const std::string& value) {
        return static_cast<std::int64_t>(Xapian::sortable_unserialise(value));
    };
    const std::string bound = db.get_value_upper_bound(schema::kSlotDate);
    if (bound.empty()) return std::nullopt;
    constexpr std::int64_t kDay = 86'400;
    const std::int64_t tomorrow = std::time(nullptr) + kDay;
    if (seconds(bound) <= tomorrow) return seconds(bound);
    std::optional<std::int64_t> newest;
    for (auto it = db.valuestream_begin(schema::kSlotDate); it != db.valuestream_end(schema::kSlotDate); ++it)
        if (const auto date = seconds(*it); date <= tomorrow && (!newest || date > *newest)) newest = date;
    return newest ? newest : seconds(bound);
}

// The one term of a message that begins so; nothing if there are several.
std::optional<std::string> only(const Statistics& statistics, std::string_view beginning) {
    const std::string term = schema::term(schema::field::id, beginning);
    std::optional<std::string> out;
    for (auto it = statistics.all().allterms_begin(term); it != statistics.all().allterms_end(term); ++it) {
        if (statistics.frequency(*it) == 0) continue;
        if (out) return std::nullopt;
        out = *it;
    }
    return out;
}

}  // namespace

std::string short_id(const Statistics& statistics, const std::string& id) {
    const auto is_plain = [](char c) { return c > ' ' && c < 0x7F; };
    if (id.size() <= kShortest || id.size() > kLongest || !std::ranges::all_of(id, is_plain)) return id;
    // Of two beginnings the longer is alone where the shorter is.
    std::size_t low = kShortest, high = id.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (only(statistics, std::string_view(id).substr(0, middle)))
            high = middle;
        else
            low = middle + 1;
    }
    return id.substr(0, low);
}

std::optional<std::string> whole_id(const Statistics& statistics, std::string_view beginning) {
    if (beginning.size() < kShortest || beginning.size() > kLongest) return std::nullopt;
    std::optional<std::string> term = schema::term(schema::field::id, beginning);
    if (statistics.frequency(*term) == 0) term = only(statistics, beginning);
    if (!term) return std::nullopt;
    // Dead or not, it has the id.
    const auto posting = statistics.all().postlist_begin(*term);
    if (posting == statistics.all().postlist_end(*term)) return std::nullopt;
    const auto record = store::decode(statistics.all().get_document(*posting).get_data());
    return record ? std::optional(record->id) : std::nullopt;
}

std::vector<std::pair<std::string, std::size_t>> values_of(const Statistics& statistics, const std::string& prefix,
                                                           std::string_view beginning) {
    constexpr std::size_t kMost = 20'000;
    std::vector<std::pair<std::string, std::size_t>> out;
    const std::string term = prefix + std::string(beginning);
    for (auto it = statistics.all().allterms_begin(term); it != statistics.all().allterms_end(term); ++it) {
        if (const auto count = statistics.frequency(*it); count > 0)
            out.emplace_back((*it).substr(prefix.size()), count);
        if (out.size() == kMost) break;
    }
    return out;
}

std::string coverage(const Statistics& statistics) {
    constexpr std::size_t kMostLists = 3;
    std::vector<std::pair<std::uint64_t, std::string>> lists;
    const std::string prefix(schema::field::list->prefix);
    for (auto it = statistics.all().allterms_begin(prefix); it != statistics.all().allterms_end(prefix); ++it)
        if (const auto count = statistics.frequency(*it); count > 0)
            lists.emplace_back(count, (*it).substr(prefix.size()));
    std::ranges::stable_sort(lists, std::greater<>(), [](const auto& list) { return list.first; });
    std::string out = std::to_string(statistics.messages()) + " messages";
    for (std::size_t i = 0; i < std::min(lists.size(), kMostLists); ++i)
        out += (i == 0 ? " of " : ", ") + lists[i].second;
    if (lists.size() > kMostLists) out += " and " + std::to_string(lists.size() - kMostLists) + " more lists";
    const auto newest = newest_date(statistics.all());
    return newest ? out + ", up to " + query::format_time(*newest).substr(0, 10) : out;
}

std::string archived_at(std::string_view headers) {
    constexpr std::string_view kField = "\nArchived-At:";
    constexpr std::size_t kLongestAddress = 1000;
    const auto at = headers.find(kField);
    if (at == headers.npos) return {};
    auto value = headers.substr(at + kField.size());
    value = trim(value.substr(0, value.find('\n')));
    if (value.starts_with('<') && value.ends_with('>')) value = value.substr(1, value.size() - 2);
    const bool web = value.starts_with("https://") || value.starts_with("http://");
    const auto plain = [](char c) { return c > ' ' && c < '\x7F' && c != '"' && c != '<' && c != '>'; };
    return web && value.size() <= kLongestAddress && std::ranges::all_of(value, plain) ? std::string(value)
                                                                                       : std::string();
}

}  // namespace patchseek::reader
