// SPDX-License-Identifier: GPL-2.0-or-later
#include "facets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/spelling.hpp"
#include "patchseek/patch/file_change.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/fold.hpp"
#include "query/diagnostics.hpp"
#include "query/mailmap.hpp"

namespace patchseek::facets {
namespace {

struct Name {
    std::string_view name;
    What what;
};
constexpr auto kNames = std::to_array<Name>({
    {"author", What::author},
    {"from", What::from},
    {"list", What::list},
    {"kind", What::kind},
    {"tag", What::tag},
    {"state", What::state},
    {"v", What::version},
    {"file", What::file},
    {"op", What::op},
    {"year", What::year},
    {"month", What::month},
    {"day", What::day},
});
constexpr std::string_view kAnyTrailer = "trailer:";

/// The trailer that a field of the schema stands for: `reviewed-by` of reviewed.
std::optional<std::string> trailer_of(std::string_view name) {
    const auto* field = schema::find_field(name);
    if (!field || field->kind != schema::FieldKind::trailer) return std::nullopt;
    const auto rest = field->prefix.substr(schema::kTrailerPrefix.size());
    return std::string(rest.substr(0, rest.size() - 1));
}

Error unknown(std::string_view name) {
    std::vector<std::string_view> known;
    for (const Name& one : kNames) known.push_back(one.name);
    for (const schema::Field& field : schema::kFields)
        if (field.kind == schema::FieldKind::trailer) known.push_back(field.name);
    std::string message = "unknown facet " + query::quoted(name);
    const auto near = nearest(name, known);
    return {ErrorKind::usage, message + (near ? query::did_you_mean(*near) : "; there are " + names())};
}

Result<Facet> parse_one(std::string_view text) {
    const std::string lower = lowered(text);
    if (lower.starts_with(kAnyTrailer) && lower.size() > kAnyTrailer.size())
        return Facet{What::trailer, std::string(text), 0, lower.substr(kAnyTrailer.size())};
    if (auto trailer = trailer_of(lower)) return Facet{What::trailer, std::string(text), 0, std::move(*trailer)};
    if (patch::gives_credit(lower)) return Facet{What::trailer, std::string(text), 0, lower};
    const auto colon = lower.find(':');
    const auto* known = std::ranges::find(kNames, std::string_view(lower).substr(0, colon), &Name::name);
    if (known == kNames.end()) return unknown(text);
    Facet out{known->what, std::string(text)};
    if (colon == lower.npos) return out;
    const auto* end = lower.data() + lower.size();
    const auto read = std::from_chars(lower.data() + colon + 1, end, out.depth);
    if (out.what != What::file || read.ec != std::errc() || read.ptr != end || out.depth == 0)
        return Error{ErrorKind::usage,
                     "a number of folders goes with file alone, as in file:2, not " + query::quoted(text)};
    return out;
}

}  // namespace

bool Facet::of_people() const {
    return what == What::author || what == What::from || (what == What::trailer && patch::gives_credit(trailer));
}

Result<std::vector<Facet>> parse(std::string_view text) {
    std::vector<Facet> out;
    for (std::size_t pos = 0; pos <= text.size();) {
        const auto end = std::min(text.find(',', pos), text.size());
        auto one = parse_one(trim(text.substr(pos, end - pos)));
        if (!one) return one.error();
        out.push_back(*std::move(one));
        pos = end + 1;
    }
    return out;
}

std::string names() {
    std::string out;
    for (const Name& one : kNames) (out += out.empty() ? "" : ", ") += one.name;
    for (const schema::Field& field : schema::kFields)
        if (field.kind == schema::FieldKind::trailer) (out += ", ") += field.name;
    return out + ", trailer:NAME; file:2 is two folders deep";
}

namespace {

// What stands between the first '<' and its '>'; a trailer may say more behind it. Empty if there is none.
std::string_view address_of(std::string_view mailbox) {
    const auto open = mailbox.find('<');
    const auto close = mailbox.find('>', open == mailbox.npos ? 0 : open);
    if (open == mailbox.npos || close == mailbox.npos) return {};
    return trim(mailbox.substr(open + 1, close - open - 1));
}

}  // namespace

People::People(const query::Mailmap* mailmap) {
    if (!mailmap) return;
    for (const query::Identity& identity : mailmap->identities()) {
        const auto name = std::ranges::find(identity, false, &query::Alias::address);
        const auto address = std::ranges::find(identity, true, &query::Alias::address);
        if (address == identity.end()) continue;
        const std::string proper =
            name == identity.end() ? '<' + address->text + '>' : name->text + " <" + address->text + '>';
        for (const query::Alias& alias : identity)
            if (alias.address) proper_.emplace(text::fold(alias.text), proper);
    }
}

std::string_view People::key(std::string_view mailbox, std::string& buffer, bool& proper) const {
    const auto address = address_of(mailbox);
    buffer = lowered(address.empty() ? trim(mailbox) : address);
    proper = false;
    if (proper_.empty()) return buffer;
    const auto known = proper_.find(text::fold(buffer));
    proper = known != proper_.end();
    return proper ? std::string_view(known->second) : buffer;
}

Tally::Entry& Tally::entry(std::string_view key) {
    const auto known = entries_.find(key);
    return known != entries_.end() ? known->second : entries_.emplace(std::string(key), Entry{}).first->second;
}

void Tally::count(std::string_view value) {
    if (value.empty()) return;
    had_ = true;
    Entry& one = entry(value);
    if (one.last == message_) return;
    one.last = message_;
    ++one.messages;
}

void Tally::count_each(const std::vector<std::string>& values) {
    for (const std::string& value : values) count(value);
}

void Tally::count_person(std::string_view mailbox) {
    std::string buffer;
    bool proper = false;
    const auto key = people_.key(mailbox, buffer, proper);
    if (key.empty()) return;
    count(key);
    if (proper) return;
    const auto close = mailbox.find('>', std::min(mailbox.find('<'), mailbox.size()));
    ++entry(key).spellings[std::string(trim(mailbox.substr(0, close == mailbox.npos ? close : close + 1)))];
}

// A slash at the end tells a folder from a file, as a query has it.
void Tally::count_path(std::string_view path) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < facet_.depth && end != path.npos; ++i) end = path.find('/', i == 0 ? 0 : end + 1);
    const bool whole = facet_.depth == 0 || end == path.npos || end + 1 == path.size();
    count(whole ? path : path.substr(0, end + 1));
}

void Tally::count_time(std::int64_t seconds) {
    using namespace std::chrono;
    const std::int64_t since_1970 = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
    if (since_1970 < -719528 || since_1970 > 2932896) return;  // the years that RFC 3339 can write: 0000 to 9999
    const year_month_day date{sys_days{days{since_1970}}};
    std::string out = fmt::format("{:04}", static_cast<int>(date.year()));
    if (facet_.what != What::year) out += fmt::format("-{:02}", static_cast<unsigned>(date.month()));
    if (facet_.what == What::day) out += fmt::format("-{:02}", static_cast<unsigned>(date.day()));
    count(out);
}

// As op: finds them.
void Tally::count_ops(const patch::FileChange& file) {
    count(patch::name(file.op));
    if (file.mode_changed) count(patch::name(patch::Op::mode));
    if (file.binary) count("binary");
}

void Tally::count_trailers(const reader::Hit& hit) {
    const auto add = [&](const patch::Trailer& trailer) {
        if (!equals_any_case(trailer.name, facet_.trailer)) return;
        if (facet_.of_people())
            count_person(trailer.value);
        else
            count(trailer.value);
    };
    for (const patch::Trailer& trailer : hit.record.trailers) add(trailer);
    for (const reader::Credited& credited : hit.relations.credited) add(credited.trailer);
}

void Tally::count_values(const reader::Hit& hit) {
    const store::Record& record = hit.record;
    switch (facet_.what) {
        case What::author: return count_person(record.author);
        case What::from: return count_person(record.from);
        case What::kind: return count(store::name(record.kind));
        case What::version: return record.version ? count(std::to_string(*record.version)) : void();
        case What::list: return count_each(record.lists);
        case What::tag: return count_each(record.tags);
        case What::state: return count_each(hit.relations.states);
        case What::op:
            for (const patch::FileChange& file : record.files) count_ops(file);
            return;
        case What::file:
            for (const patch::FileChange& file : record.files) count_path(file.path), count_path(file.old);
            return;
        case What::year:
        case What::month:
        case What::day: return record.date ? count_time(*record.date) : void();
        case What::trailer: return count_trailers(hit);
    }
}

void Tally::add(const reader::Hit& hit) {
    ++message_;
    had_ = false;
    count_values(hit);
    having_ += had_;
}

Counts Tally::take() {
    Counts out{facet_, {}, having_};
    for (auto& [key, one] : entries_) {
        // Of the spellings of a person the one most often used; of equal ones the first by its letters.
        const auto most = std::ranges::max_element(one.spellings, {}, [](const auto& pair) { return pair.second; });
        out.values.push_back({most == one.spellings.end() ? key : most->first, one.messages});
    }
    const bool of_time = facet_.of_time();
    std::ranges::sort(out.values, [&](const Count& a, const Count& b) {
        if (!of_time && a.messages != b.messages) return a.messages > b.messages;
        return a.value < b.value;
    });
    return out;
}

}  // namespace patchseek::facets
