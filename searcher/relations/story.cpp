// SPDX-License-Identifier: GPL-2.0-or-later
#include "story.hpp"

#include <algorithm>
#include <set>

#include "hit_relations.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/record.hpp"
#include "reader/database.hpp"

namespace patchseek::relations {
namespace {

using store::CommitReference;

const char* word_for(CommitReference kind, bool of_other) {
    switch (kind) {
        case CommitReference::fixes: return of_other ? "fixed by" : "fixes";
        case CommitReference::reverts: return of_other ? "reverted by" : "reverts";
        case CommitReference::picks: break;
    }
    return of_other ? "picked as" : "picks";
}

/// Where a commit stands.
struct Place {
    std::uint32_t repository, number;
};

class Telling {
public:
    explicit Telling(reader::Database& database) : database_(database) {}

    Result<Story> tell(std::string_view id) {
        std::optional<Place> place;
        std::set<std::string> ids;
        for (std::uint32_t i = 0; i < database_.commits().size(); ++i) {
            const auto run = database_.commits()[i].starting_with(id);
            for (auto number = run.first; number < run.second; ++number) {
                if (ids.insert(id_text(database_.commits()[i].id(number))).second) place = Place{i, number};
            }
        }
        if (ids.empty()) add_said(id, ids);
        story_.ids.assign(ids.begin(), ids.end());
        if (ids.size() != 1) return std::move(story_);
        if (place) {
            if (auto done = add_commit(*place); !done) return done.error();
        }
        if (const auto row = row_of(place, ids); row != 0)
            if (auto done = add_message(row); !done) return done.error();
        add_fixes(story_.ids.front());
        return std::move(story_);
    }

private:
    // The ids that replies name, the longest of those that begin alike.
    void add_said(std::string_view id, std::set<std::string>& ids) {
        for (const store::Taken& taken : database_.groups().taken()) {
            const std::string said = taken.commit.hex();
            if (said.size() < id.size() ? said.empty() || !id.starts_with(said) : !said.starts_with(id)) continue;
            std::erase_if(ids, [&](const std::string& other) { return said.starts_with(other); });
            const bool known =
                std::ranges::any_of(ids, [&](const std::string& other) { return other.starts_with(said); });
            if (!known) ids.insert(said);
        }
    }

    Related related(CommitReference kind, const std::string& id, bool of_other) {
        Related out{word_for(kind, of_other), id, false, {}, {}, {}};
        for (const store::Commits& commits : database_.commits()) {
            const auto run = commits.starting_with(id);
            if (run.second != run.first + 1) continue;
            const auto commit = commits.commit(run.first);
            if (!commit) continue;
            out.id = id_text(commit->id);
            out.subject = commit->subject;
            out.date = commit->committed;
            if (commit->tag != 0) out.tag = commits.tags().at(commit->tag - 1).name;
            break;
        }
        return out;
    }

    Result<Done> add_commit(const Place& place) {
        const store::Commits& commits = database_.commits()[place.repository];
        const auto commit = commits.commit(place.number);
        if (!commit) return commit.error();
        const auto person = [](std::string_view name, std::string_view address) {
            return std::string(name) + " <" + std::string(address) + '>';
        };
        story_.subject = commit->subject;
        story_.author = person(commit->author, commit->author_address);
        story_.committer = person(commit->committer, commit->committer_address);
        story_.committed = commit->committed;
        if (commit->tag != 0) story_.tag = commits.tags().at(commit->tag - 1).name;
        for (const auto& [name, value] : commit->trailers)
            if (is_review(name)) story_.carried.push_back({std::string(name), std::string(value)});
        for (const auto& reference : commit->references)
            story_.related.push_back(related(reference.first, std::string(reference.second), false));
        for (const store::Commits& other : database_.commits())
            for (const store::CommitMention& mention : other.naming(commit->id))
                story_.related.push_back(related(mention.kind, id_text(other.id(mention.commit)), true));
        return Done{};
    }

    // The row of the message that it came from: a join is surer than a reply.
    std::uint32_t row_of(const std::optional<Place>& place, const std::set<std::string>& ids) {
        const reader::MessageGroups& groups = database_.groups();
        for (const store::Join& join : groups.joins())
            if (place && join.repository == place->repository && join.commit == place->number) return join.row;
        for (const store::Taken& taken : groups.taken())
            if (taken.commit.digits > 0 && ids.begin()->starts_with(taken.commit.hex())) return taken.patch;
        return 0;
    }

    Result<Done> add_message(std::uint32_t row) {
        const auto doc = database_.document_of(row);
        if (!doc) return Done{};
        const auto record = store::decode(doc->get_data());
        if (!record) return record.error();
        story_.message = record->id;
        if (story_.subject.empty()) story_.subject = record->subject;
        if (story_.author.empty()) story_.author = record->author.empty() ? record->from : record->author;
        for (reader::AppliedAs& one : commits_of(database_, row))
            if (one.id.empty() || story_.ids.front().starts_with(one.id)) story_.said.push_back(std::move(one));
        auto reviews = reviews_of(database_, record->id);
        if (!reviews) return reviews.error();
        story_.reviews = std::move(*reviews);
        count_discussion(row);
        for (const Version& version : story_.reviews.history.versions)
            for (const VersionPart& part : version.parts)
                if (part.row == row) add_part(version, part);
        return Done{};
    }

    void add_part(const Version& version, const VersionPart& part) {
        story_.version = version.name();
        story_.part = part.number;
        auto& parts = story_.reviews.parts;
        for (std::size_t i = 0; i < parts.size() && !story_.reviewed; ++i)
            if (parts[i].part && (parts[i].part->row == part.row || parts[i].part->title == part.title))
                story_.reviewed = i;
        if (!story_.reviewed) return;
        ReviewedPart& reviewed = parts[*story_.reviewed];
        std::erase_if(story_.carried, [&](const patch::Trailer& trailer) {
            return std::ranges::any_of(reviewed.reviews,
                                       [&](const Review& one) { return is_same(one.trailer, trailer); });
        });
        for (const patch::Trailer& trailer : story_.carried) reviewed.bare = reviewed.bare && !clears(trailer.name);
    }

    void count_discussion(std::uint32_t row) {
        const reader::MessageGroups& groups = database_.groups();
        const std::uint32_t change = groups.at(row).change;
        std::set<std::uint32_t> threads = {groups.at(row).thread};
        for (const store::Relation& one : groups.rows())
            if (change != 0 && one.change == change) threads.insert(one.thread);
        for (const store::Relation& one : groups.rows())
            story_.discussed += one.thread != 0 && threads.contains(one.thread);
    }

    // Patches on the list that say that they fix it, also those that are in no repository.
    void add_fixes(const std::string& id) {
        constexpr std::size_t kShortest = 7;
        const std::string prefix(schema::field::fixes->prefix);
        for (const auto& shard : database_.shards) {
            const auto end = shard->db.allterms_end(prefix + id.substr(0, kShortest));
            for (auto term = shard->db.allterms_begin(prefix + id.substr(0, kShortest)); term != end; ++term) {
                const std::string said = (*term).substr(prefix.size());
                if (said.size() < id.size() ? !id.starts_with(said) : !said.starts_with(id)) continue;
                for (auto at = shard->db.postlist_begin(*term); at != shard->db.postlist_end(*term); ++at)
                    add_fix(database_.groups().row(shard->number, *at));
            }
        }
    }

    void add_fix(std::uint32_t row) {
        const auto doc = database_.document_of(row);
        const auto record = doc ? store::decode(doc->get_data()) : Error{ErrorKind::no_input, {}};
        const bool latest = database_.groups().at(row).has(store::RelationState::latest);
        if (record && latest && record->kind == store::MessageKind::patch && database_.groups().joins(row).empty())
            story_.related.push_back({"fixed by", record->id, true, record->subject, record->date, {}});
    }

    reader::Database& database_;
    Story story_;
};

}  // namespace

Result<Story> story_of(reader::Database& database, std::string_view id) { return Telling(database).tell(id); }

}  // namespace patchseek::relations
