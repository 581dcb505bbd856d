// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <vector>

#include "common.hpp"
#include "given.hpp"
#include "help.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/spelling.hpp"
#include "patchseek/schema/schema.hpp"
#include "query/diagnostics.hpp"
#include "query/guesses.hpp"
#include "render/formats.hpp"

namespace po = boost::program_options;

namespace patchseek {
namespace {

/// The table as Boost has it.
po::options_description described() {
    po::options_description options;
    for (const manual::Option& option : option_table()) {
        const std::string name = std::string(option.name) + (option.letter ? std::string(",") + option.letter : "");
        if (option.value.empty())
            options.add_options()(name.c_str(), "");
        else if (option.name == "db")
            options.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
        else if (option.optional || option.hidden)  // a shell completes an empty word too
            options.add_options()(name.c_str(), po::value<std::string>()->implicit_value(""), "");
        else
            options.add_options()(name.c_str(), po::value<std::string>(), "");
    }
    return options;
}

/// The command line, split before Boost sees it: Boost would read `-file:x`
/// in a query as a run of short options.
struct Split {
    std::vector<std::string> options;
    std::string query;
    std::string late;                              ///< Options::late
    std::vector<const manual::Option*> bare = {};  ///< that an option follows where their value should be
};

/// Without its dashes and its value: `limit` of `--limit=5`.
std::string name_of(std::string_view argument) {
    return std::string(
        argument.substr(2, argument.find('=') == argument.npos ? argument.npos : argument.find('=') - 2));
}

/// An option counts where it stands last, so that an alias can have its own; but of indexes there may be several.
void add_option(std::string argument, Split& out) {
    if (name_of(argument) == "db") {
        out.options.push_back(std::move(argument));
        return;
    }
    std::erase_if(out.options, [&](const std::string& other) { return name_of(other) == name_of(argument); });
    out.options.push_back(std::move(argument));
}

/// What people ask for by names of other programs.
std::string_view other_name_for(std::string_view name) {
    struct Other {
        std::string_view name, meant;
    };
    static constexpr auto kOthers = std::to_array<Other>({
        {"diff",
         "--show ID shows the diff of a patch, --since-version v1 ID what changed since v1; lines of diffs are found "
         "as 'changed:'"},
        {"range-diff", "--since-version v1..v2 ID compares two versions"},
        {"interdiff", "--since-version v1..v2 ID compares two versions"},
        {"compare", "--since-version v1..v2 ID compares two versions"},
        {"apply", "--am ID writes a series for git am"},
        {"mbox", "--am ID writes a series for git am, --format mboxrd all that is found, --out mbox:FILE to a file"},
        {"patch", "--show ID shows a patch, --am ID writes a series for git am; is:patch finds patches"},
        {"reverse", "--sort date is oldest first, --sort -date newest first"},
        {"search", "the words of a query need no option"},
        {"max-count", "-n N, or --limit N"},
        {"status", "patchseek-index --status"},
        {"update", "patchseek-index --update"},
    });
    const auto found = std::ranges::find(kOthers, name, &Other::name);
    return found == kOthers.end() ? std::string_view() : found->meant;
}

/// The error for `--name` or `--name=value`, which is no option: it may be one misspelt, a format or a field.
Error unknown_option(const std::string& argument) {
    const std::string name = name_of(argument);
    const auto equals = argument.find('=');
    const std::string value = equals == argument.npos ? std::string() : argument.substr(equals + 1);
    std::vector<std::string_view> names;
    for (const manual::Option& option : option_table()) names.push_back(option.name);
    std::string message = "unknown option '--" + name + "'";
    if (const auto other = other_name_for(name); !other.empty())
        return {ErrorKind::usage, message + "; " + std::string(other)};
    const auto meant = nearest(name, names);
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
    if (argument.size() > 1 && std::all_of(argument.begin() + 1, argument.end(), is_digit))
        return {ErrorKind::usage,
                fmt::format("unknown option '{0}'; for {1} answers: -n {1}; a number as text: patchseek -- {2}",
                            argument, argument.substr(1), for_shell(all.query))};
    std::string command = "patchseek";
    for (const std::string& option : all.options) command += ' ' + for_shell(option);
    return {ErrorKind::usage, "unknown option " + query::quoted(argument) +
                                  "; a query that begins with '-' is written as: " + command + " -- " +
                                  for_shell(all.query)};
}

/// Whether a word that begins with '-' is pasted text, such as a line of a diff: no option has blanks in its name.
bool is_pasted(const std::string& argument) {
    const auto blank = argument.find_first_of(" \t\n");
    if (!argument.starts_with('-') || argument.size() < 3) return false;
    if (argument[1] == '-') return argument.starts_with("--- ");
    return blank != argument.npos || argument.find_first_of(";{}#") != argument.npos;
}

/// The option that a dash and a letter stand for; nullptr if there is none.
const manual::Option* option_of_letter(std::string_view word) {
    if (word.size() < 2 || word[0] != '-') return nullptr;
    const auto found = std::ranges::find(option_table(), word[1], &manual::Option::letter);
    return found == option_table().end() ? nullptr : &*found;
}

bool is_number(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

/// Whether it is an option of one dash in front of a query.
bool is_short(std::string_view argument) {
    const auto* option = option_of_letter(argument);
    return option && (argument.size() == 2 || (!option->value.empty() && is_number(argument.substr(2))));
}

/// Whether the value of an option is a message, a commit or the like, and may as well stand where a query does.
bool names_message(const manual::Option& option) {
    return option.value == "ID" || option.value == "SHA" || option.value == "WHAT" || option.value == "vN";
}

/// Whether what stands behind an option is an option of its own, and not its value: `--am --with-trailers ID`. An id
/// may begin with dashes; nothing else that has a value does but behind `=`.
bool is_no_value(std::string_view next, const manual::Option& of) {
    if (of.hidden) return false;
    if (names_message(of) && is_short(next)) return true;
    if (!next.starts_with("--") || (names_message(of) && next.find('@') != next.npos)) return false;
    return names_message(of) || manual::option_in(option_table(), next);
}

/// Gives the options that still want one the first words of the query as their values.
Result<Split> with_values(Split parts) {
    const auto is_help = [](const std::string& option) { return option.starts_with("--help"); };
    if (std::ranges::any_of(parts.options, is_help)) return parts;
    for (const manual::Option* option : parts.bare) {
        const auto end = std::min(parts.query.find(' '), parts.query.size());
        if (end == 0)
            return Error{ErrorKind::usage,
                         fmt::format("--{0} takes {1}: patchseek --{0} {1}", option->name, option->value)};
        add_option(fmt::format("--{}={}", option->name, parts.query.substr(0, end)), parts);
        parts.query.erase(0, std::min(end + 1, parts.query.size()));
    }
    return parts;
}

/// An option with two dashes, and what stands behind it: its value, in which case `at` is moved there, or not.
Result<Done> take_option(const std::string& argument, const char* next, int& at, Split& out) {
    const std::string name = name_of(argument);
    const auto* option = manual::option_in(option_table(), argument);
    if (!option) return unknown_option(argument);
    const bool wants = argument.find('=') == argument.npos && !option->value.empty();
    const bool taken = wants && next && is_no_value(next, *option);
    if (wants && names_message(*option) && (taken || !next)) {
        out.bare.push_back(option);
        return Done{};
    }
    if (taken && !option->optional)
        return Error{ErrorKind::usage,
                     fmt::format("--{0} takes {1}, and '{2}' behind it is an option", name, option->value, next)};
    const bool separate = wants && next && !(option->optional && *next == '-');
    const bool empty = separate ? *next == '\0' : argument.find('=') + 1 == argument.size();
    if (empty && !option->optional && !option->hidden)
        return Error{ErrorKind::usage, "--" + name + " is given an empty value"};
    if (separate) ++at;
    const bool bare = separate && option->hidden && *next == '\0';
    add_option(separate && !bare ? argument + '=' + next : argument, out);
    return Done{};
}

Result<Split> split(int argc, const char* const* argv) {
    Split out;
    bool words_only = false, has_word = false;
    std::string dashed;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const char* next = i + 1 < argc ? argv[i + 1] : nullptr;
        if (!words_only && argument == "--") {
            words_only = true;
        } else if (!words_only && argument.starts_with("--") && !is_pasted(argument)) {
            if (auto done = take_option(argument, next, i, out); !done) return done.error();
        } else if (const auto option = short_option(argument, next, has_word); !words_only && option) {
            if (option->with_next && !next) return Error{ErrorKind::usage, argument + " takes a number"};
            if (option->with_next) ++i;
            add_option(option->option, out);
        } else {
            const bool dash = argument.size() > 1 && argument.starts_with('-');
            if (!words_only && !has_word && dash && !is_pasted(argument)) dashed = argument;
            if (!words_only && has_word && is_short(argument)) out.late = argument;
            out.query += (has_word ? " " : "") + argument;
            has_word = true;
        }
    }
    if (!dashed.empty()) return unknown_dash(dashed, out);
    return with_values(std::move(out));
}

/// Help is told also where the configuration is wrong.
bool asks_for_help(const Given& given) {
    return std::ranges::any_of(given, [](const auto& option) { return option.first.starts_with("help"); }) ||
           given.contains("version") || given.contains("generate");
}

Result<Options> configured(Given given, std::string query) {
    if (asks_for_help(given)) return read_options(given, std::move(query));
    const auto settings = settings::load();
    if (!settings) return settings.error();
    if (given.contains("config")) {
        if (auto good = check_settings(*settings); !good) return good.error();
        Options options;
        options.action = Options::Action::help;
        options.help = settings_text(given, *settings);
        return options;
    }
    const bool sorted = given.contains("sort");
    auto all = with_settings(std::move(given), *settings);
    if (!all) return all.error();
    auto options = read_options(*all, std::move(query));
    if (options) add_settings(sorted, *settings, *options);
    return options;
}

}  // namespace

std::optional<ShortOption> short_option(std::string_view word, const char* next, bool behind) {
    const auto* option = option_of_letter(word);
    if (!option || !is_short(word)) return std::nullopt;
    const auto value = word.substr(2);
    const bool with_next = !option->value.empty() && value.empty();
    if (behind && (option->value.empty() || (with_next && !(next && is_number(next))))) return std::nullopt;
    std::string out = "--" + std::string(option->name);
    if (!option->value.empty()) (out += '=') += with_next ? next ? next : "" : value;
    return ShortOption{std::move(out), with_next};
}

Result<Options> parse_options(int argc, const char* const* argv) {
    if (argc < 2 && ::isatty(STDOUT_FILENO) == 1) {
        Options options;
        options.action = Options::Action::help;
        options.help = brief_help();
        return options;
    }
    auto parts = split(argc, argv);
    if (!parts) return parts.error();
    try {
        po::variables_map map;
        // No guessing: an option added later must not change what a script's abbreviation means.
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(parts->options).options(described()).style(style).run(), map);
        po::notify(map);
        Given given;
        for (const auto& [name, value] : map) {
            const auto* text = boost::any_cast<std::string>(&value.value());
            const auto* several = boost::any_cast<std::vector<std::string>>(&value.value());
            given[name] = several ? as_one(*several) : text ? *text : std::string();
        }
        auto out = configured(std::move(given), std::move(parts->query));
        if (out) out->given = std::move(parts->options);
        if (out) out->late = std::move(parts->late);
        return out;
    } catch (const po::error& error) {
        return Error{ErrorKind::usage, std::string(error.what()) + "; see patchseek --help"};
    }
}

}  // namespace patchseek
