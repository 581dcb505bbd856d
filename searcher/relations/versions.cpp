// SPDX-License-Identifier: GPL-2.0-or-later
#include "versions.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "hit_relations.hpp"
#include "patchseek/patch/subject_tag.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/text/fold.hpp"
#include "reader/database.hpp"

namespace patchseek::relations {
namespace {

using Part = VersionPart;
using Pairs = std::vector<const Part*>;  // for each part of `after`, in their order: its part of `before`, or null

/// Finds for parts of `after` their parts of `before`; each pair takes both out of what is left.
class Pairing {
public:
    Pairing(const Version& before, const Version& after) : before_(before), after_(after), pairs_(after.parts.size()) {}

    template <class Key>
    void by(const Key& key) {
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            const auto wanted = key(after_.parts[i]);
            if (pairs_[i] || wanted.empty()) continue;
            for (const Part& part : before_.parts)
                if (!pairs_[i] && is_free(part) && key(part) == wanted) pairs_[i] = &part;
            taken_.insert(pairs_[i]);
        }
    }
    void by_paths();
    bool is_free(const Part& part) const { return !taken_.contains(&part); }
    const Pairs& pairs() const { return pairs_; }

private:
    const Version& before_;
    const Version& after_;
    Pairs pairs_;
    std::set<const Part*> taken_;
};

// Of all paths of two parts, how many are in both.
double shared(const Part& one, const Part& other) {
    const std::set<std::string> all(one.paths.begin(), one.paths.end());
    std::set<std::string> both, either = all;
    for (const std::string& path : other.paths) {
        if (all.contains(path)) both.insert(path);
        either.insert(path);
    }
    return either.empty() ? 0 : static_cast<double>(both.size()) / static_cast<double>(either.size());
}

void Pairing::by_paths() {
    struct Likely {
        double share;
        std::size_t after;
        const Part* before;
    };
    std::vector<Likely> all;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        if (pairs_[i]) continue;
        for (const Part& part : before_.parts)
            if (const double share = is_free(part) ? shared(part, after_.parts[i]) : 0; share >= 0.5)
                all.push_back({share, i, &part});
    }
    std::ranges::stable_sort(all, std::greater<>(), &Likely::share);
    for (const Likely& one : all)
        if (!pairs_[one.after] && is_free(*one.before)) {
            pairs_[one.after] = one.before;
            taken_.insert(one.before);
        }
}

PartChange changed(const Part* before, const Part& after, const Version& older) {
    if (before) {
        const bool same = !after.patch_id.empty() && before->patch_id == after.patch_id;
        return {same ? Fate::unchanged : Fate::changed, before, &after};
    }
    // Whether it is new cannot be told where the part that stood there is not known.
    if (after.number <= older.total && !older.has(after.number))
        return {Fate::missing, nullptr, &after, after.number, true};
    return {Fate::added, nullptr, &after};
}

bool has_fate(const std::vector<PartChange>& changes, std::uint32_t number) {
    return std::ranges::any_of(changes, [&](const PartChange& one) {
        return one.fate == Fate::missing && one.of_before && one.number == number;
    });
}

// What a version says it has and the index has not.
std::vector<std::uint32_t> gaps(const Version& version) {
    std::vector<std::uint32_t> out;
    constexpr std::uint32_t kMost = 9999;  // a subject may say anything
    for (std::uint32_t number = 1; number <= std::min(version.total, kMost); ++number)
        if (!version.has(number)) out.push_back(number);
    return out;
}

std::uint32_t number_of(const PartChange& change) { return change.after ? change.after->number : change.number; }

}  // namespace

std::string Version::name() const {
    return 'v' + std::to_string(number) + (minor > 0 ? '.' + std::to_string(minor) : "") + (resend ? " RESEND" : "");
}

bool Version::has(std::uint32_t part) const {
    return std::ranges::find(parts, part, &VersionPart::number) != parts.end();
}

std::size_t Version::applied() const {
    return static_cast<std::size_t>(std::ranges::count(parts, true, &VersionPart::applied));
}

std::uint32_t Version::present() const {
    std::set<std::uint32_t> numbers;
    for (const VersionPart& part : parts)
        if (part.number <= total) numbers.insert(part.number);
    return static_cast<std::uint32_t>(numbers.size());
}

const char* name(Fate fate) noexcept {
    switch (fate) {
        case Fate::unchanged: return "unchanged";
        case Fate::changed: return "changed";
        case Fate::added: return "new";
        case Fate::dropped: return "dropped";
        case Fate::missing: break;
    }
    return "missing";
}

namespace {

bool same_title(const Part& one, const Part& other) {
    return !one.title.empty() && text::fold(one.title) == text::fold(other.title);
}

bool holds_all(const Version& later, const Version& earlier) {
    if (later.cover || earlier.total == 1 || earlier.parts.empty()) return true;
    return later.total > 1 && 2 * later.parts.size() > later.total;
}

/// The parts that a version leaves as they are, and its own in their places.
Version with_others(const Version& earlier, Version later) {
    for (Part& part : later.parts) {
        const auto it = std::ranges::find_if(earlier.parts, [&](const Part& old) { return same_title(old, part); });
        if (later.total == 1 && it != earlier.parts.end()) part.number = it->number;
    }
    std::vector<Part> others;
    for (const Part& old : earlier.parts) {
        const auto holds = [&](const Part& part) {
            return (later.total == earlier.total && part.number == old.number) || same_title(part, old);
        };
        if (std::ranges::none_of(later.parts, holds)) others.push_back(old);
    }
    std::ranges::move(others, std::back_inserter(later.parts));
    std::ranges::stable_sort(later.parts, {}, &Part::number);
    later.total = std::max(later.total, earlier.total);
    return later;
}

}  // namespace

Version standing(const std::vector<Version>& versions, std::size_t at) {
    std::size_t first = at;
    while (first > 0 && !holds_all(versions[first], versions[first - 1])) --first;
    Version out = versions[first];
    for (++first; first <= at; ++first) out = with_others(out, versions[first]);
    return out;
}

std::vector<PartChange> compare(const Version& before, const Version& after) {
    Pairing pairing(before, after);
    pairing.by([](const Part& part) { return part.patch_id; });
    pairing.by([](const Part& part) { return text::fold(part.title); });
    pairing.by_paths();
    std::vector<PartChange> out;
    for (std::size_t i = 0; i < after.parts.size(); ++i)
        out.push_back(changed(pairing.pairs()[i], after.parts[i], before));
    std::set<const Part*> told;
    for (const std::uint32_t number : gaps(after)) {
        PartChange& gap = out.emplace_back(PartChange{Fate::missing, nullptr, nullptr, number, false});
        for (const Part& part : before.parts)
            if (part.number == number && pairing.is_free(part)) gap.before = &part;
        told.insert(gap.before);
    }
    std::ranges::stable_sort(out, {}, number_of);
    for (const Part& part : before.parts)
        if (pairing.is_free(part) && !told.contains(&part)) out.push_back({Fate::dropped, &part, nullptr});
    for (const std::uint32_t number : gaps(before))
        if (!has_fate(out, number)) out.push_back({Fate::missing, nullptr, nullptr, number, true});
    return out;
}

namespace {

/// A message of a series, as far as versions need it.
struct Member {
    store::Record record;
    std::string patch_id;
    std::uint32_t row = 0;
    bool names = false;  ///< its series is named by it
    bool latest = false;
    bool applied = false;
};

VersionPart part_of(const Member& member) {
    const store::Record& record = member.record;
    VersionPart part;
    part.number = record.part.value_or(1);
    part.id = record.id;
    part.title = patch::parse_subject(record.subject).title;
    part.patch_id = member.patch_id;
    part.row = member.row;
    part.latest = member.latest;
    part.applied = member.applied;
    part.trailers = record.trailers;
    for (const patch::FileChange& file : record.files) {
        part.paths.push_back(file.path);
        part.adds += file.adds.value_or(0);
        part.dels += file.dels.value_or(0);
    }
    return part;
}

Version version_of(const std::vector<Member>& members) {
    const auto named = std::ranges::find(members, true, &Member::names);
    const store::Record& head = (named == members.end() ? members.front() : *named).record;
    Version out;
    out.number = head.version.value_or(1);
    const patch::SubjectTag tag = patch::parse_subject(head.subject);
    out.minor = tag.minor;
    out.resend = tag.resend;
    out.rfc = tag.rfc;
    out.date = head.date;
    out.total = head.total.value_or(1);
    out.cover = std::ranges::any_of(members, [](const Member& member) { return member.record.part == 0u; });
    out.id = head.id;
    out.subject = head.subject;
    for (const Member& member : members)
        if (member.record.part != 0u) out.parts.push_back(part_of(member));
    std::ranges::stable_sort(out.parts, {}, &VersionPart::number);
    return out;
}

/// The row of the first message with an id that is in a series.
std::optional<std::uint32_t> row_of(reader::Database& database, std::string_view id, History& history) {
    const auto term = schema::term(schema::field::id, id);
    for (const auto& shard : database.shards)
        for (auto it = shard->db.postlist_begin(term); it != shard->db.postlist_end(term); ++it) {
            if (!shard->lives(*it)) continue;
            history.found = true;
            const std::uint32_t row = database.groups().row(shard->number, *it);
            history.unrelated = history.unrelated || row == 0;
            if (database.groups().at(row).change != 0) return row;
        }
    return std::nullopt;
}

}  // namespace

Result<History> history_of(reader::Database& database, std::string_view id) {
    History out;
    const auto row = row_of(database, id, out);
    if (!row) return out;
    out.known = true;
    const reader::MessageGroups& groups = database.groups();
    const std::uint32_t change = groups.at(*row).change;
    std::map<std::uint32_t, std::vector<Member>> series;
    for (std::uint32_t one = 1; one < groups.rows().size(); ++one) {
        if (groups.at(one).change != change) continue;
        const auto doc = database.document_of(one);
        if (!doc) continue;
        auto record = store::decode(doc->get_data());
        if (!record) return record.error();
        put_in_place(*record, groups.placement(one));
        const store::Relation& relation = groups.at(one);
        auto& members = series[relation.series];
        const auto same = std::ranges::find(members, record->id, [](const Member& other) { return other.record.id; });
        if (same != members.end()) {  // sent twice under its id
            same->names = same->names || relation.series == one;
            continue;
        }
        members.push_back({std::move(*record), doc->get_value(schema::kSlotPatchId), one, relation.series == one,
                           relation.has(store::RelationState::latest), relation.has(store::RelationState::applied)});
    }
    for (const auto& [name, members] : series) out.versions.push_back(version_of(members));
    std::ranges::stable_sort(out.versions, {}, [](const Version& version) { return version.date.value_or(INT64_MIN); });
    patch::order_versions(
        out.versions, [](const Version& version) { return std::pair(version.number, version.minor); },
        [](const Version& version) { return version.rfc; });
    return out;
}

}  // namespace patchseek::relations
