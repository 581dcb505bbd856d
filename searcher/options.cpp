#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>
#include <vector>

#include "common.hpp"
#include "help.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/manifest.hpp"
#include "query/diagnostics.hpp"
#include "query/guesses.hpp"
#include "query/readings.hpp"
#include "query/spelling.hpp"
#include "render/formats.hpp"
#include "render/json.hpp"

namespace po = boost::program_options;

namespace patchseek {
namespace {

/// So many answers are shown where a person reads them, unless told otherwise.
constexpr std::size_t kShown = 20;

void describe_actions(po::options_description& options) {
    // clang-format off
    options.add_options()
        ("show", po::value<std::string>()->value_name("ID"), "the message with that id, decoded")
        ("raw", "with --show: its exact bytes")
        ("thread", po::value<std::string>()->value_name("ID"), "the discussion of that message, oldest first, with what each of its mails says anew; --format oneline is the outline")
        ("full", "with --thread: all lines of each; with --since-version: diffs")
        ("versions", po::value<std::string>()->value_name("ID"), "the versions of that message's series, oldest first")
        ("since-version", po::value<std::string>()->value_name("vN"), "with an ID: part by part, what changed between that version and the newest; v1..v3 (or --full) with the diff between the two")
        ("commit", po::value<std::string>()->value_name("SHA"), "the story of a commit, by its id from 7 digits: the mail it came from, versions, reviews, what it fixes and what fixed, reverted or picked it")
        ("reviews", po::value<std::string>()->value_name("ID"), "of that message's series, part by part: who reviewed, acked or tested which version, and what is bare")
        ("am", po::value<std::string>()->value_name("ID"), "the newest version of that message's series, part by part, for git am")
        ("with-trailers", "with --am: add what replies give, as b4 does");
    // clang-format on
}

po::options_description described() {
    po::options_description options("options");
    const std::string formats = render::format_names() + "; or a template: " + render::pattern_help();
    const std::string facet_help = "count what matches by each of these, commas between: " + facets::names();
    // clang-format off
    options.add_options()
        ("db", po::value<std::string>()->value_name("DIR"), "the index (default $PATCHSEEK_DB, else $XDG_DATA_HOME/patchseek, else ~/.local/share/patchseek)")
        ("format", po::value<std::string>()->value_name("F"), formats.c_str())
        ("group", po::value<std::string>()->value_name("BY"), "draw what is found as trees: series (versions, parts, who reviewed them, what is missing) or thread")
        ("hits", "the lines that were found, as grep shows them: --format hits")
        ("context", po::value<std::string>()->value_name("N"), "-C N: with --hits, N lines beside each")
        ("oneline", "the same as --format oneline")
        ("limit,n", po::value<std::string>()->value_name("N"), "at most N answers; 0 is all (text, oneline and --batch 20, other formats all)")
        ("offset", po::value<std::string>()->value_name("N"), "leave out the first N")
        ("sort", po::value<std::string>()->value_name("KEY"), "relevance (the default), or any range field: date, size, files, adds ...; -date is newest first; see order below")
        ("fields", po::value<std::string>()->value_name("KEYS"), "of JSON objects only these keys, commas between; jsonl unless told otherwise")
        ("count", "say only how many match")
        ("facet", po::value<std::string>()->value_name("NAMES"), facet_help.c_str())
        ("timeout", po::value<std::string>()->value_name("N"), "answer with what was found after N seconds (30; 0 is no limit)")
        ("batch", "one query a line from standard input, one JSON object a line out")
        ("any", "some of the words are enough; those that match more come first")
        ("mailmap", po::value<std::string>()->value_name("FILE"), "a .mailmap as git has it: whoever is asked for is found under all names")
        ("explain", "show how the query was understood, and which terms matched")
        ("color", po::value<std::string>()->value_name("WHEN"), "auto, always, never")
        ("link-template", po::value<std::string>()->value_name("URL"), "on a terminal that knows links (OSC 8), ids lead there: %s is the id, as in https://lore.kernel.org/r/%s (default $PATCHSEEK_LINK_TEMPLATE)")
        ("no-pager", "write straight to the terminal")
        ("null,0", "end each record with NUL, not LF")
        ("help,h", "what is needed most, on one screen")
        ("help-all", "this text")
        ("help-json", "the keys of jsonl and json")
        ("help-query", "the language of queries, with examples")
        ("version", "version of the program and of its index schema");
    // clang-format on
    describe_actions(options);
    return options;
}

/// The command line, split before Boost sees it: Boost would read `-file:x`
/// in a query as a run of short options.
struct Split {
    std::vector<std::string> options;
    std::string query;
};

/// Without its dashes and its value: `limit` of `--limit=5`.
std::string name_of(std::string_view argument) {
    return std::string(
        argument.substr(2, argument.find('=') == argument.npos ? argument.npos : argument.find('=') - 2));
}

bool takes_value(const po::options_description& options, const std::string& name) {
    const auto* option = options.find_nothrow(name, false);
    return option && option->semantic()->max_tokens() > 0;
}

/// An option counts where it stands last, so that an alias can have its own.
void add_option(std::string argument, Split& out) {
    std::erase_if(out.options, [&](const std::string& other) { return name_of(other) == name_of(argument); });
    out.options.push_back(std::move(argument));
}

/// The error for `--name` or `--name=value`, which is no option: it may be one misspelt, a format or a field.
Error unknown_option(const std::string& argument, const po::options_description& options) {
    const std::string name = name_of(argument);
    const auto equals = argument.find('=');
    const std::string value = equals == argument.npos ? std::string() : argument.substr(equals + 1);
    std::vector<std::string_view> names;
    for (const auto& option : options.options()) names.push_back(option->long_name());
    std::string message = "unknown option '--" + name + "'";
    const auto meant = query::nearest(name, names);
    const auto guess = query::guess_field(name, value);
    if (const auto* field = schema::find_field(name); field || (guess && !meant)) {
        const std::string as_field = field ? name + ':' : *guess;
        const std::string part = as_field.ends_with(':') ? as_field + value : as_field;
        message += "; a query asks for it as " + query::quoted(part);
    } else if (render::find_format(name)) {
        message += query::did_you_mean("--format " + name);
    } else if (meant) {
        message += query::did_you_mean("--" + std::string(*meant));
    } else {
        message += "; see patchseek --help";
    }
    return {ErrorKind::usage, message};
}

/// The error for `-x` before the query: what is probably meant, as a whole command.
Error unknown_dash(const std::string& argument, const Split& all) {
    std::string command = "patchseek";
    for (const std::string& option : all.options) command += ' ' + for_shell(option);
    return {ErrorKind::usage, "unknown option " + query::quoted(argument) +
                                  "; a query that begins with '-' is written as: " + command + " -- " +
                                  for_shell(all.query)};
}

Result<Split> split(int argc, const char* const* argv, const po::options_description& options) {
    Split out;
    bool words_only = false, has_word = false;
    std::string dashed;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (!words_only && argument == "--") {
            words_only = true;
        } else if (!words_only && argument.starts_with("--")) {
            const std::string name = name_of(argument);
            if (!options.find_nothrow(name, false)) return unknown_option(argument, options);
            const bool separate = argument.find('=') == argument.npos && takes_value(options, name);
            add_option(separate && i + 1 < argc ? argument + '=' + argv[++i] : argument, out);
        } else if (!words_only && !has_word && argument == "-C" && i + 1 < argc) {
            add_option(std::string("--context=") + argv[++i], out);
        } else if (!words_only && !has_word && is_short_limit(argument)) {
            const bool separate = argument.size() == 2;
            if (separate && i + 1 == argc) return Error{ErrorKind::usage, "-n takes a number"};
            add_option("--limit=" + (separate ? std::string(argv[++i]) : argument.substr(2)), out);
        } else if (!words_only && !has_word && (argument == "-0" || argument == "-h")) {
            add_option(argument == "-0" ? "--null" : "--help", out);
        } else {
            const bool dash = argument.size() > 1 && argument.starts_with('-');
            if (!words_only && !has_word && dash) dashed = argument;
            out.query += (has_word ? " " : "") + argument;
            has_word = true;
        }
    }
    if (!dashed.empty()) return unknown_dash(dashed, out);
    return out;
}

Result<Done> read_fields(const po::variables_map& map, Options& options) {
    if (!map.count("fields")) return Done{};
    auto keys = render::parse_keys(map["fields"].as<std::string>());
    if (!keys) return keys.error();
    options.fields = *std::move(keys);
    if (!options.format_given) options.format = render::Format::jsonl;
    if (options.format != render::Format::jsonl && options.format != render::Format::json)
        return Error{ErrorKind::usage, "--fields chooses keys of jsonl and json"};
    return Done{};
}

Result<Done> read_group(const po::variables_map& map, Options& options) {
    if (!map.count("group")) return Done{};
    const auto& by = map["group"].as<std::string>();
    if (by != "series" && by != "thread")
        return Error{ErrorKind::usage, "--group takes series or thread, not '" + by + "'"};
    if (options.format != render::Format::text) return Error{ErrorKind::usage, "groups are drawn as text"};
    options.group = by == "series" ? Options::Group::series : Options::Group::thread;
    return Done{};
}

Result<Done> read_output(const po::variables_map& map, Options& options) {
    if (map.count("oneline")) options.format = render::Format::oneline;
    options.format_given = map.count("oneline") > 0;
    if (map.count("format")) {
        if (auto done = read_format(map["format"].as<std::string>(), options); !done) return done.error();
        options.format_given = true;
    }
    if (map.count("color")) {
        if (auto done = read_colour(map["color"].as<std::string>(), options); !done) return done.error();
    }
    if (map.count("hits")) options.format = render::Format::hits, options.format_given = true;
    if (auto done = read_fields(map, options); !done) return done.error();
    if (auto done = read_group(map, options); !done) return done.error();
    options.limit_given = map.count("limit") > 0;
    for (const auto& [name, target] : {std::pair{"limit", &options.limit}, std::pair{"offset", &options.offset},
                                       std::pair{"timeout", &options.timeout}, std::pair{"context", &options.around}}) {
        if (!map.count(name)) continue;
        const auto value = number(map[name].as<std::string>(), (std::string("--") + name).c_str());
        if (!value) return value.error();
        *target = *value;
    }
    if (!options.limit_given) options.limit = render::info(options.format).paged ? kShown : 0;
    if (map.count("sort")) options.sort = map["sort"].as<std::string>();
    options.pager = map.count("no-pager") == 0;
    if (map.count("link-template")) options.link_template = map["link-template"].as<std::string>();
    options.nul = map.count("null") > 0;
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
Result<Done> read_thread(const po::variables_map& map, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--thread takes one id and no query"};
    const auto id = query::plain_id(map["thread"].as<std::string>());
    options.full = map.count("full") > 0;
    if (options.format == render::Format::text || options.format == render::Format::oneline) {
        options.show_id = id;
        options.action = Options::Action::thread;
    } else {
        options.query = "thread:" + id;
        if (options.sort.empty()) options.sort = "date";
    }
    return Done{};
}

Result<Done> read_commit(const po::variables_map& map, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--commit takes one commit id and no query"};
    options.versions_id = lowered(map["commit"].as<std::string>());
    const bool hex = std::ranges::all_of(options.versions_id, is_hex);
    if (!hex || options.versions_id.size() < 7 || options.versions_id.size() > 40)
        return Error{ErrorKind::usage, "--commit takes 7 to 40 hex digits, not '" + options.versions_id + "'"};
    options.action = Options::Action::commit;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "the story of a commit is written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_reviews(const po::variables_map& map, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--reviews takes one id and no query"};
    options.versions_id = query::plain_id(map["reviews"].as<std::string>());
    options.action = Options::Action::reviews;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "reviews are written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_versions(const po::variables_map& map, Options& options) {
    const bool both = map.count("versions") && map.count("since-version");
    if (both || (map.count("versions") && !options.query.empty()))
        return Error{ErrorKind::usage, "--versions takes one id and no query"};
    if (map.count("since-version")) {
        options.full = map.count("full") > 0;
        if (auto done = read_span(map["since-version"].as<std::string>(), options); !done) return done;
        options.versions_id = query::plain_id(options.query);
        if (options.query.empty() || options.query.find(' ') != options.query.npos)
            return Error{ErrorKind::usage, "--since-version takes a version and one id: --since-version v1 ID"};
    } else {
        options.versions_id = query::plain_id(map["versions"].as<std::string>());
    }
    options.action = Options::Action::versions;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "versions are written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_facets(const po::variables_map& map, Options& options) {
    auto facets = facets::parse(map["facet"].as<std::string>());
    if (!facets) return facets.error();
    options.facets = *std::move(facets);
    options.action = Options::Action::facets;
    if (!render::info(options.format).versions)
        return Error{ErrorKind::usage, "facets are written as text, jsonl or json"};
    return Done{};
}

Result<Done> read_am(const po::variables_map& map, Options& options) {
    if (!options.query.empty()) return Error{ErrorKind::usage, "--am takes one id and no query"};
    options.versions_id = query::plain_id(map["am"].as<std::string>());
    options.action = Options::Action::am;
    return Done{};
}

/// Whether a text is asked for, and which.
bool read_help(const po::variables_map& map, const po::options_description& visible, Options& options) {
    options.action = Options::Action::help;
    if (map.count("help")) {
        options.help = short_help();
    } else if (map.count("help-all")) {
        std::ostringstream text;
        text << visible;
        options.help = full_help(text.str());
    } else if (map.count("help-json")) {
        options.help = render::json_help();
    } else if (map.count("help-query")) {
        options.help = help_query();
    } else {
        options.action = map.count("version") > 0 ? Options::Action::version : Options::Action::search;
    }
    return options.action != Options::Action::search;
}

/// What is to be done, by the first of the options that say so; to search if none does.
Result<Done> read_action(const po::variables_map& map, const po::options_description& visible, Options& options) {
    if (read_help(map, visible, options)) return Done{};
    if (map.count("show")) {
        if (!options.query.empty()) return Error{ErrorKind::usage, "--show takes one id and no query"};
        options.show_id = query::plain_id(map["show"].as<std::string>());
        options.action = Options::Action::show;
    } else if (map.count("thread")) {
        return read_thread(map, options);
    } else if (map.count("versions") || map.count("since-version")) {
        return read_versions(map, options);
    } else if (map.count("am")) {
        return read_am(map, options);
    } else if (map.count("facet")) {
        return read_facets(map, options);
    } else if (map.count("commit")) {
        return read_commit(map, options);
    } else if (map.count("reviews")) {
        return read_reviews(map, options);
    } else if (map.count("batch")) {
        if (!options.query.empty()) return Error{ErrorKind::usage, "--batch takes its queries from standard input"};
        if (options.format_given) return Error{ErrorKind::usage, "--batch writes JSON lines and takes no --format"};
        options.action = Options::Action::batch;
    } else if (options.raw) {
        return Error{ErrorKind::usage, "--raw goes with --show; for all answers use --format raw"};
    }
    return Done{};
}

Result<Options> from_map(const po::variables_map& map, const po::options_description& visible, std::string query) {
    Options options;
    options.query = std::move(query);
    options.index = map.count("db") ? std::filesystem::path(map["db"].as<std::string>()) : store::default_index();
    if (auto done = read_output(map, options); !done) return done.error();
    options.any = map.count("any") > 0;
    if (map.count("mailmap")) options.mailmap = map["mailmap"].as<std::string>();
    options.count = map.count("count") > 0;
    options.explain = map.count("explain") > 0;
    options.raw = map.count("raw") > 0;
    options.with_trailers = map.count("with-trailers") > 0;
    options.query_from_stdin = options.query == "-";
    if (auto done = read_action(map, visible, options); !done) return done.error();
    if (options.index.empty()) return Error{ErrorKind::usage, "no index named and no home folder; use --db DIR"};
    return options;
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
    const auto visible = described();
    auto parts = split(argc, argv, visible);
    if (!parts) return parts.error();
    try {
        po::variables_map map;
        // No guessing: an option added later must not change what a script's abbreviation means.
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(parts->options).options(visible).style(style).run(), map);
        po::notify(map);
        return from_map(map, visible, std::move(parts->query));
    } catch (const po::error& error) {
        return Error{ErrorKind::usage, std::string(error.what()) + "; see patchseek --help"};
    }
}

}  // namespace patchseek
