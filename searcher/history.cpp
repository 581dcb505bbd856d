#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "render/versions.hpp"

namespace patchseek {
namespace {

std::string names_of(const std::vector<relations::Version>& versions) {
    std::string out;
    for (const relations::Version& version : versions) out += (out.empty() ? "" : ", ") + version.name();
    return out;
}

/// What keeps versions from being told; empty if nothing does.
std::string why_no_versions(const Options& options, const relations::History& history) {
    if (!history.found) return "no message has the id '" + options.versions_id + "'";
    if (!history.known && history.unrelated)
        return "the index does not know yet what series the message is of; it will when the indexer's run ends";
    if (!history.known) return "the message is in no series";
    if (!options.since_version) return {};
    const auto of = [&](const relations::Version& version) { return version.number == *options.since_version; };
    if (std::ranges::none_of(history.versions, of))
        return fmt::format("the series has no v{}; there are {}", *options.since_version, names_of(history.versions));
    if (of(history.versions.back())) return fmt::format("v{} is the newest version", *options.since_version);
    return {};
}

}  // namespace

int run_versions(const Options& options) {
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    const auto history = index->history(options.versions_id);
    if (!history) return fail(history.error());
    if (const auto why = why_no_versions(options, *history); !why.empty()) {
        say(why);
        return kExitNoMatch;
    }
    const auto style = style_of(options);  // of the terminal, which a pager then stands before
    const render::Pager pager(options.pager && options.format == render::Format::text && !options.nul);
    render::Output out(STDOUT_FILENO);
    const auto& versions = history->versions;
    if (options.since_version) {
        const auto before = std::ranges::find(versions, *options.since_version, &relations::Version::number);
        render::write_changes(*before, versions.back(), options.format, style, out);
    } else {
        render::write_versions(versions, options.format, style, out);
    }
    return finish(out, kExitOk);
}

int run_reviews(const Options& options) {
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    const auto reviews = index->reviews(options.versions_id);
    if (!reviews) return fail(reviews.error());
    if (const auto why = why_no_versions(options, reviews->history); !why.empty()) {
        say(why);
        return kExitNoMatch;
    }
    const auto style = style_of(options);  // of the terminal, which a pager then stands before
    const render::Pager pager(options.pager && options.format == render::Format::text && !options.nul);
    render::Output out(STDOUT_FILENO);
    render::write_reviews(*reviews, options.format, style, out);
    return finish(out, kExitOk);
}

}  // namespace patchseek
