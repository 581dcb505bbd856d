// SPDX-License-Identifier: GPL-2.0-or-later
#include "reviews.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "patchseek/base/ascii.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/text/fold.hpp"
#include "reader/database.hpp"

namespace patchseek::relations {
namespace {

using patch::Trailer;

// Who it is, and what is said: people change addresses, and add words behind them.
std::pair<std::string, std::string> key_of(const Trailer& trailer) {
    const std::string_view value = trailer.value;
    const auto open = value.find('<');
    auto name = text::one_blank(text::fold(value.substr(0, open)));
    std::erase(name, '"');
    const bool several = name.find(' ') != name.npos;
    if (!several && open != value.npos) name = text::fold(value.substr(open, value.find('>', open) - open));
    return {text::fold(trailer.name), name};
}

bool carries(const VersionPart& part, const Trailer& trailer) {
    return std::ranges::any_of(part.trailers, [&](const Trailer& own) { return key_of(own) == key_of(trailer); });
}

/// The replies to the parts of some versions that give them trailers, oldest first.
class Replies {
public:
    Replies(reader::Database& database, const std::vector<Version>& versions) {
        std::vector<std::uint32_t> rows;
        for (const Version& version : versions)
            for (const VersionPart& part : version.parts) rows.push_back(part.row);
        for (const store::Credit& one : database.groups().credits_of(rows)) {
            const auto [known, added] = records_.try_emplace(one.reply);
            if (added) read(database, one.reply, known->second);
            to_[one.patch].push_back(&known->second);
        }
        for (auto& [row, replies] : to_)
            std::ranges::stable_sort(replies, [](const store::Record* a, const store::Record* b) {
                return std::tie(a->date, a->id) < std::tie(b->date, b->id);
            });
    }
    const std::vector<const store::Record*>& to(const VersionPart& part) { return to_[part.row]; }

private:
    static void read(reader::Database& database, std::uint32_t row, store::Record& out) {
        const auto doc = database.document_of(row);
        if (!doc) return;
        if (auto record = store::decode(doc->get_data())) out = std::move(*record);
    }

    std::map<std::uint32_t, store::Record> records_;
    std::map<std::uint32_t, std::vector<const store::Record*>> to_;
};

/// A part as a version had it.
struct Stage {
    const Version* version;
    const VersionPart* part;
};

class Reviewing {
public:
    Reviewing(const std::vector<Version>& versions, Replies& replies) : versions_(versions), replies_(replies) {}

    ReviewedPart review(std::size_t version, const VersionPart& part) {
        ReviewedPart out{&versions_[version], &part, part.number, {}, true};
        for (const Stage& stage : stages(version, part)) {
            add_given(stage, part, out.reviews);
            add_carried(stage, part, out.reviews);
        }
        for (Review& review : out.reviews) review.stands = stands(review.trailer, out.reviews);
        out.bare =
            std::ranges::none_of(out.reviews, [](const Review& one) { return one.stands && clears(one.trailer.name); });
        return out;
    }

private:
    // Whoever says it again of the part as it is now meant it all along.
    static bool stands(const Trailer& trailer, const std::vector<Review>& all) {
        return std::ranges::any_of(
            all, [&](const Review& one) { return one.stands && key_of(one.trailer) == key_of(trailer); });
    }

    // What a part was in the versions before, oldest first, and is now.
    std::vector<Stage> stages(std::size_t version, const VersionPart& part) {
        std::vector<Stage> out = {{&versions_[version], &part}};
        for (std::size_t newer = version, older = version; older-- > 0;) {
            const VersionPart* const before = pair(older, newer, *out.back().part);
            if (!before) continue;
            out.push_back({&versions_[older], before});
            newer = older;
        }
        std::ranges::reverse(out);
        return out;
    }

    const VersionPart* pair(std::size_t older, std::size_t newer, const VersionPart& part) {
        const auto [known, added] = changes_.try_emplace({older, newer});
        if (added) known->second = compare(versions_[older], versions_[newer]);
        const auto found = std::ranges::find(known->second, &part, &PartChange::after);
        return found == known->second.end() ? nullptr : found->before;
    }

    void add_given(const Stage& stage, const VersionPart& now, std::vector<Review>& out) {
        for (const store::Record* const reply : replies_.to(*stage.part))
            for (const Trailer& trailer : reply->trailers)
                if (is_review(trailer.name))
                    out.push_back({trailer, stage.version, reply->id, reply->date, true,
                                   stage.part == &now || carries(now, trailer)});
    }

    // Those of which no mail is known that gave them.
    static void add_carried(const Stage& stage, const VersionPart& now, std::vector<Review>& out) {
        for (const Trailer& trailer : stage.part->trailers) {
            const auto known = [&](const Review& one) { return key_of(one.trailer) == key_of(trailer); };
            if (is_review(trailer.name) && std::ranges::none_of(out, known))
                out.push_back({trailer, stage.version, stage.part->id, stage.version->date, false,
                               stage.part == &now || carries(now, trailer)});
        }
    }

    const std::vector<Version>& versions_;
    Replies& replies_;
    std::map<std::pair<std::size_t, std::size_t>, std::vector<PartChange>> changes_;
};

// Parts of the newest version that are not there.
void add_gaps(const Version& newest, std::vector<ReviewedPart>& parts) {
    std::set<std::uint32_t> there;
    for (const ReviewedPart& part : parts) there.insert(part.number);
    constexpr std::uint32_t kMost = 9999;  // a subject may say anything
    for (std::uint32_t number = 1; number <= std::min(newest.total, kMost); ++number)
        if (!there.contains(number)) parts.push_back({&newest, nullptr, number, {}, false});
}

}  // namespace

bool clears(std::string_view name) {
    return contains_any_case(name, "review") || (contains_any_case(name, "ack") && !contains_any_case(name, "nack"));
}

bool is_same(const Trailer& a, const Trailer& b) { return key_of(a) == key_of(b); }

bool is_review(std::string_view name) {
    return patch::gives_credit(name) &&
           (contains_any_case(name, "review") || contains_any_case(name, "ack") || contains_any_case(name, "test"));
}

Result<Reviews> reviews_of(reader::Database& database, std::string_view id) {
    auto history = history_of(database, id);
    if (!history) return history.error();
    Reviews out{std::move(*history), {}};
    const std::vector<Version>& versions = out.history.versions;
    if (versions.empty()) return out;
    Replies replies(database, versions);
    Reviewing reviewing(versions, replies);
    for (std::size_t i = 0; i < versions.size(); ++i)
        for (const VersionPart& part : versions[i].parts)
            if (part.latest) out.parts.push_back(reviewing.review(i, part));
    add_gaps(versions.back(), out.parts);
    std::ranges::stable_sort(out.parts, {}, &ReviewedPart::number);
    return out;
}

}  // namespace patchseek::relations
