// SPDX-License-Identifier: GPL-2.0-or-later
#include "given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "common.hpp"
#include "help.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/store/manifest.hpp"
#include "query/readings.hpp"
#include "render/formats.hpp"
#include "render/json.hpp"

namespace patchseek {
namespace {

/// So many answers are shown where a person reads them, unless told otherwise.
constexpr std::size_t kShown = 20;

Result<Done> read_fields(const Given& given, Options& options) {
    if (!given.count("fields")) return Done{};
    auto keys = render::parse_keys(given.at("fields"));
    if (!keys) return keys.error();
    options.fields = *std::move(keys);
    if (!options.format_given) options.format = render::Format::jsonl;
    if (options.format != render::Format::jsonl && options.format != render::Format::json)
        return Error{ErrorKind::usage, "--fields chooses keys of jsonl and json"};
    return Done{};
}

Result<Done> read_group(const Given& given, Options& options) {
    if (!given.count("group")) return Done{};
    const auto& by = given.at("group");
    if (by != "series" && by != "thread")
        return Error{ErrorKind::usage, "--group takes series or thread, not '" + by + "'"};
    if (options.format != render::Format::text) return Error{ErrorKind::usage, "groups are drawn as text"};
    options.group = by == "series" ? Options::Group::series : Options::Group::thread;
    return Done{};
}

Result<Done> read_output(const Given& given, Options& options) {
    if (given.count("oneline")) options.format = render::Format::oneline;
    options.format_given = given.count("oneline") > 0;
    if (given.count("format")) {
        if (auto done = read_format(given.at("format"), options); !done) return done.error();
        options.format_given = true;
    }
    if (given.count("color")) {
        if (auto done = read_colour(given.at("color"), options); !done) return done.error();
    }
    if (given.count("hits")) options.format = render::Format::hits, options.format_given = true;
    if (auto done = read_fields(given, options); !done) return done.error();
    if (auto done = read_group(given, options); !done) return done.error();
    options.limit_given = given.count("limit") > 0;
    for (const auto& [name, target] : {std::pair{"limit", &options.limit}, std::pair{"offset", &options.offset},
                                       std::pair{"timeout", &options.timeout}, std::pair{"context", &options.around}}) {
        if (!given.count(name)) continue;
        const auto value = number(given.at(name), (std::string("--") + name).c_str());
        if (!value) return value.error();
        *target = *value;
    }
    const bool pages = render::info(options.format).paged || given.contains("cursor") || given.contains("batch");
    if (!options.limit_given) options.limit = pages ? kShown : 0;
    if (given.count("sort")) options.sort = given.at("sort");
    if (given.count("link-template")) options.link_template = given.at("link-template");
    options.nul = given.count("null") > 0;
    const bool mails = options.format == render::Format::mboxrd || options.format == render::Format::raw;
    if (options.nul && mails)
        return Error{ErrorKind::usage,
                     "-0 does not go with mails, which may hold NULs; take --format ids and --show ID --raw"};
    return Done{};
}

// `v3`, or 3.
std::optional<std::uint32_t> version_number(std::string_view text) {
    if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

/// `v1`, `v1..v3` or `v1..`; as a span it is meant with diffs.
Result<Done> read_span(const std::string& text, Options& options) {
    const auto dots = text.find("..");
    const auto last = dots == text.npos ? std::string() : text.substr(dots + 2);
    options.since_version = version_number(std::string_view(text).substr(0, dots));
    if (!last.empty()) options.until_version = version_number(last);
    options.full = options.full || dots != text.npos;
    if (options.since_version && (last.empty() || options.until_version)) return Done{};
    return Error{ErrorKind::usage,
                 "--since-version takes a version such as v2, or a span such as v1..v3, not '" + text + "'"};
}

/// Formats for programs get a thread as they get any answer.
Result<Done> read_thread(const Given& given, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--thread takes one id and no query"};
    options.show_id = query::plain_id(given.at("thread"));
    options.full = given.count("full") > 0;
    options.action = Options::Action::thread;
    if (options.sort.empty()) options.sort = "date";
    return Done{};
}

Result<Done> read_commit(const Given& given, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--commit takes one commit id and no query"};
    options.versions_id = lowered(given.at("commit"));
    const bool hex = std::ranges::all_of(options.versions_id, is_hex);
    if (!hex || options.versions_id.size() < 7 || options.versions_id.size() > 40)
        return Error{ErrorKind::usage, "--commit takes 7 to 40 hex digits, not '" + options.versions_id + "'"};
    options.action = Options::Action::commit;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "the story of a commit is written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_reviews(const Given& given, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--reviews takes one id and no query"};
    options.versions_id = query::plain_id(given.at("reviews"));
    options.action = Options::Action::reviews;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "reviews are written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_versions(const Given& given, Options& options) {
    const bool both = given.count("versions") && given.count("since-version");
    if (both || (given.count("versions") && !options.query.empty()))
        return Error{ErrorKind::usage, "--versions takes one id and no query"};
    if (given.count("since-version")) {
        options.full = given.count("full") > 0;
        if (auto done = read_span(given.at("since-version"), options); !done) return done;
        options.versions_id = query::plain_id(options.query);
        if (options.query.empty() || options.query.find(' ') != options.query.npos)
            return Error{ErrorKind::usage, "--since-version takes a version and one id: --since-version v1 ID"};
    } else {
        options.versions_id = query::plain_id(given.at("versions"));
    }
    options.action = Options::Action::versions;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "versions are written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_facets(const Given& given, Options& options) {
    auto facets = facets::parse(given.at("facet"));
    if (!facets) return facets.error();
    options.facets = *std::move(facets);
    options.action = Options::Action::facets;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "facets are written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_am(const Given& given, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--am takes one id and no query"};
    options.versions_id = query::plain_id(given.at("am"));
    options.action = Options::Action::am;
    return Done{};
}

/// `maildir:DIR` or `mbox:FILE`.
Result<Done> read_out(const Given& given, Options& options) {
    std::string where = given.at("out");
    const auto colon = where.find(':');
    const std::string kind = where.substr(0, colon);
    // `link/` would be the folder that the link leads to.
    while (where.size() > colon + 2 && where.ends_with('/')) where.pop_back();
    if (colon == where.npos || colon + 1 == where.size() || (kind != "maildir" && kind != "mbox"))
        return Error{ErrorKind::usage, "--out takes maildir:DIR or mbox:FILE, not '" + where + "'"};
    for (const char* other :
         {"am", "show", "thread", "versions", "since-version", "reviews", "commit", "like", "overlaps"})
        if (given.contains(other))
            return Error{ErrorKind::usage, std::string("--out takes what a query finds; --") + other +
                                               " writes to standard output: > FILE"};
    if (options.format_given || options.count)
        return Error{ErrorKind::usage, "--out writes mails, and goes with no format and no --count"};
    options.out_kind = kind == "mbox" ? Options::Out::mbox : Options::Out::maildir;
    options.out_path = where.substr(colon + 1);
    options.action = Options::Action::deliver;
    if (!options.limit_given) options.limit = 0;
    return Done{};
}

Result<Done> read_save(const Given& given, Options& options) {
    for (const char* other : {"run", "any", "sort", "limit", "offset", "format", "count", "facet"})
        if (given.contains(other))
            return Error{ErrorKind::usage,
                         std::string("--save keeps a query alone; --") + other + " goes with the run of it"};
    options.kept_name = given.at("save");
    options.action = Options::Action::save;
    return Done{};
}

Result<Done> read_like(const Given& given, Options& options) {
    options.overlaps = given.contains("overlaps");
    if (!options.query.empty() || (options.overlaps && given.contains("like")))
        return Error{ErrorKind::usage, "--like and --overlaps take one patch, and no query"};
    if (options.format == render::Format::hits || options.group != Options::Group::none)
        return Error{ErrorKind::usage, "--like and --overlaps go with no --hits and no --group"};
    options.like = given.at(options.overlaps ? "overlaps" : "like");
    options.action = Options::Action::like;
    return Done{};
}

/// The query of --run, which what is behind it narrows.
Result<Done> read_run(const Given& given, Options& options) {
    options.only_new = given.contains("new");
    if (!given.contains("run"))
        return options.only_new ? Result<Done>(Error{ErrorKind::usage, "--new goes with --run NAME"}) : Done{};
    options.kept_name = given.at("run");
    const std::string kept = "saved:" + options.kept_name;
    options.query = options.query.empty() ? kept : kept + " AND (" + options.query + ')';
    if (options.only_new && options.group != Options::Group::none)
        return Error{ErrorKind::usage, "--new goes with no --group, which draws what is not new too"};
    return Done{};
}

Result<Done> read_cursor(const Given& given, Options& options) {
    if (!given.contains("cursor")) return Done{};
    for (const char* other : {"offset", "count", "group", "new"})
        if (given.contains(other))
            return Error{ErrorKind::usage, std::string("--cursor goes on behind a page, and not with --") + other};
    if (options.action != Options::Action::search && options.action != Options::Action::batch)
        return Error{ErrorKind::usage, "--cursor goes with a search alone"};
    options.cursor = given.at("cursor");
    return Done{};
}

/// Whether a text is asked for, and which.
Result<bool> read_help(const Given& given, Options& options) {
    constexpr std::size_t kWidth = 80;  // of a pager, or whatever else reads it
    const std::size_t width = columns() > 0 ? columns() : kWidth;
    options.action = Options::Action::help;
    if (given.count("help-short")) {
        options.help = short_help();
    } else if (given.count("help") || given.count("help-all")) {
        options.help = full_help(width);
    } else if (given.count("help-json")) {
        options.help = render::json_help();
    } else if (given.count("help-query")) {
        auto text = help_query(given.at("help-query"), width);
        if (!text) return text.error();
        options.help = *std::move(text);
    } else if (given.count("generate")) {
        auto text = generated(given.at("generate"));
        if (!text) return text.error();
        options.help = *std::move(text);
    } else {
        options.action = given.count("version") > 0 ? Options::Action::version : Options::Action::search;
    }
    return options.action != Options::Action::search;
}

/// What stands in place of a search, with those options of a search that it takes.
struct Form {
    std::string_view name, takes;
};
constexpr auto kForms = std::to_array<Form>({
    {"show", " format oneline hits "},
    {"thread", " format oneline hits context limit offset sort "},
    {"versions", " format oneline "},
    {"since-version", " format oneline "},
    {"commit", " format oneline "},
    {"reviews", " format oneline "},
    {"am", " "},
    {"facet", " format oneline any limit "},
});
constexpr auto kOfSearch = std::to_array<std::string_view>(
    {"any", "count", "group", "limit", "offset", "sort", "format", "oneline", "hits", "context"});

/// What would be left out of an answer in silence is said.
Result<Done> demand_one_form(const Given& given) {
    const Form* form = nullptr;
    for (const Form& one : kForms) {
        if (!given.contains(std::string(one.name))) continue;
        if (form)
            return Error{ErrorKind::usage,
                         fmt::format("--{} and --{} are two things to ask for", form->name, one.name)};
        form = &one;
    }
    if (!form) return Done{};
    for (const auto option : kOfSearch)
        if (given.contains(std::string(option)) && form->takes.find(fmt::format(" {} ", option)) == form->takes.npos)
            return Error{ErrorKind::usage, fmt::format("--{} goes with a search, not with --{}", option, form->name)};
    return Done{};
}

/// What is to be done, by the first of the options that say so; to search if none does.
Result<Done> read_action(const Given& given, Options& options) {
    if (given.contains("save")) return read_save(given, options);
    if (auto done = read_run(given, options); !done) return done;
    if (given.contains("out")) return read_out(given, options);
    if (given.contains("like") || given.contains("overlaps")) return read_like(given, options);
    if (given.contains("saved") || given.contains("forget")) {
        if (!options.query.empty()) return Error{ErrorKind::usage, "--saved and --forget take no query"};
        options.action = given.contains("saved") ? Options::Action::saved : Options::Action::forget;
        if (given.contains("forget")) options.kept_name = given.at("forget");
    } else if (given.contains("mcp")) {
        if (!options.query.empty()) return Error{ErrorKind::usage, "--mcp takes no query: it reads requests"};
        options.action = Options::Action::mcp;
    } else if (given.contains("complete")) {
        options.action = Options::Action::complete;
        options.query = given.at("complete");
    } else if (given.count("show")) {
        if (!options.query.empty()) return Error{ErrorKind::usage, "--show takes one id and no query"};
        options.show_id = query::plain_id(given.at("show"));
        options.action = Options::Action::show;
    } else if (given.count("thread")) {
        return read_thread(given, options);
    } else if (given.count("versions") || given.count("since-version")) {
        return read_versions(given, options);
    } else if (given.count("am")) {
        return read_am(given, options);
    } else if (given.count("facet")) {
        return read_facets(given, options);
    } else if (given.count("commit")) {
        return read_commit(given, options);
    } else if (given.count("reviews")) {
        return read_reviews(given, options);
    } else if (given.count("batch")) {
        if (!options.query.empty()) return Error{ErrorKind::usage, "--batch takes its queries from standard input"};
        if (options.format_given) return Error{ErrorKind::usage, "--batch writes JSON lines and takes no --format"};
        options.action = Options::Action::batch;
    } else if (options.raw) {
        return Error{ErrorKind::usage, "--raw goes with --show; for all answers use --format raw"};
    }
    return Done{};
}

}  // namespace

// No path has a NUL.
std::string as_one(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values) out += (&value == &values.front() ? "" : std::string(1, '\0')) + value;
    return out;
}

std::vector<std::string> as_several(const std::string& value) {
    std::vector<std::string> out;
    std::size_t begin = 0;
    for (auto end = value.find('\0'); end != value.npos; begin = end + 1, end = value.find('\0', begin))
        out.push_back(value.substr(begin, end - begin));
    out.push_back(value.substr(begin));
    return out;
}

Result<Options> read_options(const Given& given, std::string query) {
    Options options;
    options.query = std::move(query);
    if (given.count("db"))
        for (const std::string& index : as_several(given.at("db"))) options.indexes.emplace_back(index);
    else
        options.indexes.push_back(store::default_index());
    options.pager = given.count("no-pager") == 0;
    const auto helped = read_help(given, options);
    if (!helped) return helped.error();
    if (*helped) return options;
    if (auto done = demand_one_form(given); !done) return done.error();
    if (auto done = read_output(given, options); !done) return done.error();
    options.any = given.count("any") > 0;
    if (given.count("mailmap")) options.mailmap = given.at("mailmap");
    options.count = given.count("count") > 0;
    options.explain = given.count("explain") > 0;
    options.raw = given.count("raw") > 0;
    options.cover_trailers = given.contains("apply-cover-trailers");
    options.with_trailers = given.contains("with-trailers") || options.cover_trailers;
    options.query_from_stdin = options.query == "-";
    options.quiet = given.contains("quiet");
    if (auto done = read_action(given, options); !done) return done.error();
    if (auto done = read_cursor(given, options); !done) return done.error();
    if (options.only_new && options.action != Options::Action::search && options.action != Options::Action::deliver)
        return Error{ErrorKind::usage, "--new goes with a search alone, or with --out"};
    if (std::ranges::any_of(options.indexes, [](const auto& index) { return index.empty(); }))
        return Error{ErrorKind::usage, "no index named and no home folder; use --db DIR"};
    return options;
}

}  // namespace patchseek
