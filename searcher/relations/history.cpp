#include "history.hpp"

#include <algorithm>
#include <map>

#include "hit_relations.hpp"
#include "patchseek/patch/subject_tag.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"

namespace patchseek::relations {
namespace {

/// A message of a series, as far as versions need it.
struct Member {
    store::Record record;
    std::string patch_id;
    bool names = false;  ///< its series is named by it
};

std::string patch_id_of(const Xapian::Document& doc) {
    const std::string prefix(schema::field::patchid->prefix);
    auto term = doc.termlist_begin();
    if (term != doc.termlist_end()) term.skip_to(prefix);
    return term != doc.termlist_end() && (*term).starts_with(prefix) ? (*term).substr(prefix.size()) : std::string();
}

VersionPart part_of(const Member& member) {
    const store::Record& record = member.record;
    VersionPart part;
    part.number = record.part.value_or(1);
    part.id = record.id;
    part.title = patch::parse_subject(record.subject).title;
    part.patch_id = member.patch_id;
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
    out.resend = patch::parse_subject(head.subject).resend;
    out.date = head.date;
    out.total = head.total.value_or(1);
    out.id = head.id;
    out.subject = head.subject;
    for (const Member& member : members)
        if (member.record.part != 0u) out.parts.push_back(part_of(member));
    std::ranges::stable_sort(out.parts, {}, &VersionPart::number);
    return out;
}

/// The rows of the messages with an id that are in a series.
std::optional<std::uint32_t> row_of(reader::Database& database, std::string_view id, History& history) {
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    const auto term = schema::term(schema::field::id, id);
    for (const auto& shard : database.shards)
        for (auto it = shard->db.postlist_begin(term); it != shard->db.postlist_end(term); ++it) {
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
        const auto doc = document_of(database, one);
        if (!doc) continue;
        auto record = store::decode(doc->get_data());
        if (!record) return record.error();
        const std::uint32_t name = groups.at(one).series;
        series[name].push_back({std::move(*record), patch_id_of(*doc), name == one});
    }
    for (const auto& [name, members] : series) out.versions.push_back(version_of(members));
    std::ranges::stable_sort(out.versions, {}, [](const Version& version) {
        return std::pair(version.number, version.date.value_or(INT64_MIN));
    });
    return out;
}

}  // namespace patchseek::relations
