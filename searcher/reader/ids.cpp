#include "ids.hpp"

#include <algorithm>

#include "patchseek/schema/terms.hpp"
#include "patchseek/store/record.hpp"

namespace patchseek::reader {
namespace {

constexpr std::size_t kShortest = 8;
// A longer id may be a term that was cut.
constexpr std::size_t kLongest = schema::kMaxTerm / 2;

bool is_alone(const Xapian::Database& database, std::string_view beginning) {
    const std::string term = schema::term(schema::field::id, beginning);
    auto it = database.allterms_begin(term);
    return it != database.allterms_end(term) && ++it == database.allterms_end(term);
}

}  // namespace

std::string short_id(const Xapian::Database& database, const std::string& id) {
    const auto is_plain = [](char c) { return c > ' ' && c < 0x7F; };
    if (id.size() <= kShortest || id.size() > kLongest || !std::ranges::all_of(id, is_plain)) return id;
    // Of two beginnings the longer is alone where the shorter is.
    std::size_t low = kShortest, high = id.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (is_alone(database, std::string_view(id).substr(0, middle)))
            high = middle;
        else
            low = middle + 1;
    }
    return id.substr(0, low);
}

std::optional<std::string> whole_id(const Xapian::Database& database, std::string_view beginning) {
    if (beginning.size() < kShortest || beginning.size() > kLongest) return std::nullopt;
    std::string term = schema::term(schema::field::id, beginning);
    if (!database.term_exists(term)) {
        if (!is_alone(database, beginning)) return std::nullopt;
        term = *database.allterms_begin(term);
    }
    const auto posting = database.postlist_begin(term);
    if (posting == database.postlist_end(term)) return std::nullopt;
    const auto record = store::decode(database.get_document(*posting).get_data());
    return record ? std::optional(record->id) : std::nullopt;
}

}  // namespace patchseek::reader
