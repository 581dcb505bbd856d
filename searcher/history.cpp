// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/text/visible.hpp"
#include "render/versions.hpp"

namespace patchseek {
namespace {

std::string names_of(const std::vector<relations::Version>& versions) {
    std::string out;
    for (const relations::Version& version : versions) out += (out.empty() ? "" : ", ") + version.name();
    return out;
}

}  // namespace

std::pair<std::size_t, std::size_t> compared(const Options& options, const std::vector<relations::Version>& versions) {
    std::size_t before = versions.size(), after = versions.size() - 1;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        if (versions[i].number == options.since_version && before == versions.size()) before = i;
        if (versions[i].number == options.until_version) after = i;
    }
    return {before, after};
}

std::string why_no_versions(const Options& options, const relations::History& history) {
    if (!history.found) return "no message has the id '" + options.versions_id + "'";
    if (!history.known && history.unrelated)
        return "the index does not know yet what series the message is of; it will when the indexer's run ends";
    if (!history.known) return "the message is in no series";
    if (!options.since_version) return {};
    for (const auto& wanted : {options.since_version, options.until_version})
        if (wanted &&
            std::ranges::find(history.versions, *wanted, &relations::Version::number) == history.versions.end())
            return fmt::format("the series has no v{}; there are {}", *wanted, names_of(history.versions));
    const auto [before, after] = compared(options, history.versions);
    if (before < after) return {};
    return options.until_version
               ? fmt::format("v{} does not come before v{}", *options.since_version, *options.until_version)
               : fmt::format("v{} is the newest version", *options.since_version);
}

std::string diff_of(search::Index& index, const relations::PartChange& change, const render::Style& style,
                    std::optional<Error>& failure) {
    if (change.fate != relations::Fate::changed) return {};
    const auto before = index.show(change.before->id), after = index.show(change.after->id);
    for (const auto* side : {&before, &after}) {
        if (*side) continue;
        failure = side->error();
        return text::visible("(" + side->error().message + ")", text::Breaks::blank) + "\n";
    }
    if (before->empty() || after->empty()) return {};
    return render::patch_diff(before->front().text.body, after->front().text.body, style);
}

namespace {

bool was_applied(const relations::Version& version) { return version.applied() > 0; }

}  // namespace

int run_versions(const Options& options) {
    auto index = open_index(options);
    if (!index) return fail(index.error());
    int code = kExitOk;
    const auto id = say_named(member_named(*index, options.versions_id), code);
    if (!id) return code;
    const auto history = index->history(*id);
    if (!history) return fail(history.error());
    if (const auto why = why_no_versions(options, *history); !why.empty()) {
        complain(why);
        return kExitNoMatch;
    }
    Screen screen(options, options.format == render::Format::text);
    std::optional<Error> failure;
    const auto& versions = history->versions;
    if (options.since_version) {
        const auto [first, last] = compared(options, versions);
        const auto before = relations::standing(versions, first), after = relations::standing(versions, last);
        const auto diff = [&](const relations::PartChange& change) {
            return diff_of(*index, change, screen.style, failure);
        };
        if (options.full && !options.nul)
            render::write_changes(before, after, options.format, screen.style, screen.out, diff);
        else
            render::write_changes(before, after, options.format, screen.style, screen.out);
    } else {
        render::write_versions(versions, options.format, screen.style, screen.out);
        const auto applied = std::find_if(versions.rbegin(), versions.rend(), was_applied);
        if (options.format == render::Format::text && applied != versions.rend() && applied != versions.rbegin())
            render::write_changes(*applied, versions.back(), options.format, screen.style, screen.out);
    }
    code = finish(screen.out, kExitOk);
    return failure && code == kExitOk ? fail(*failure) : code;
}

int run_reviews(const Options& options) {
    auto index = open_index(options);
    if (!index) return fail(index.error());
    int code = kExitOk;
    const auto id = say_named(member_named(*index, options.versions_id), code);
    if (!id) return code;
    const auto reviews = index->reviews(*id);
    if (!reviews) return fail(reviews.error());
    if (const auto why = why_no_versions(options, reviews->history); !why.empty()) {
        complain(why);
        return kExitNoMatch;
    }
    Screen screen(options, options.format == render::Format::text);
    render::write_reviews(*reviews, options.format, screen.style, screen.out);
    return finish(screen.out, kExitOk);
}

std::string why_no_story(const std::string& id, const relations::Story& story) {
    if (story.ids.empty())
        return "the index knows no commit '" + id + "'; patchseek-index --git tells it of a project's repository";
    if (story.ids.size() == 1) return {};
    std::string all;
    for (std::size_t i = 0; i < story.ids.size() && i < 10; ++i) all += (i == 0 ? "" : ", ") + story.ids[i];
    return fmt::format("{} commits begin with '{}': {}", story.ids.size(), id, all);
}

int run_commit(const Options& options) {
    auto index = open_index(options);
    if (!index) return fail(index.error());
    const auto story = index->story(options.versions_id);
    if (!story) return fail(story.error());
    if (const auto why = why_no_story(options.versions_id, *story); !why.empty()) {
        complain(why);
        return kExitNoInput;
    }
    Screen screen(options, options.format == render::Format::text);
    render::write_story(*story, options.format, screen.style, screen.out);
    return finish(screen.out, kExitOk);
}

}  // namespace patchseek
