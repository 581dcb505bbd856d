#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <sstream>
#include <vector>

#include "common.hpp"
#include "given.hpp"
#include "patchseek/schema/schema.hpp"
#include "query/diagnostics.hpp"
#include "query/guesses.hpp"
#include "query/spelling.hpp"
#include "render/formats.hpp"

namespace po = boost::program_options;

namespace patchseek {
namespace {

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
        Given given;
        for (const auto& [name, value] : map) {
            const auto* text = boost::any_cast<std::string>(&value.value());
            given[name] = text ? *text : std::string();
        }
        const auto texts = [&] {
            std::ostringstream out;
            out << visible;
            return out.str();
        };
        return read_options(given, std::move(parts->query), texts);
    } catch (const po::error& error) {
        return Error{ErrorKind::usage, std::string(error.what()) + "; see patchseek --help"};
    }
}

}  // namespace patchseek
