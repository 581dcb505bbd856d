// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <vector>

#include "common.hpp"
#include "given.hpp"
#include "help.hpp"
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
    std::string late;  ///< Options::late
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

/// The error for `--name` or `--name=value`, which is no option: it may be one misspelt, a format or a field.
Error unknown_option(const std::string& argument) {
    const std::string name = name_of(argument);
    const auto equals = argument.find('=');
    const std::string value = equals == argument.npos ? std::string() : argument.substr(equals + 1);
    std::vector<std::string_view> names;
    for (const manual::Option& option : option_table()) names.push_back(option.name);
    std::string message = "unknown option '--" + name + "'";
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

Result<Split> split(int argc, const char* const* argv) {
    Split out;
    bool words_only = false, has_word = false;
    std::string dashed;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (!words_only && argument == "--") {
            words_only = true;
        } else if (!words_only && argument.starts_with("--") && !is_pasted(argument)) {
            const std::string name = name_of(argument);
            const auto* option = name.size() > 1 ? manual::find_option(option_table(), name) : nullptr;
            if (!option) return unknown_option(argument);
            const bool separate = argument.find('=') == argument.npos && !option->value.empty() && i + 1 < argc &&
                                  !(option->optional && argv[i + 1][0] == '-');
            const bool empty = separate ? *argv[i + 1] == '\0' : argument.find('=') + 1 == argument.size();
            if (empty && !option->optional && !option->hidden)
                return Error{ErrorKind::usage, "--" + name + " is given an empty value"};
            if (separate) ++i;
            const bool bare = separate && option->hidden && *argv[i] == '\0';
            add_option(separate && !bare ? argument + '=' + argv[i] : argument, out);
        } else if (!words_only && !has_word && argument == "-C" && i + 1 < argc) {
            add_option(std::string("--context=") + argv[++i], out);
        } else if (!words_only && !has_word && is_short_limit(argument)) {
            const bool separate = argument.size() == 2;
            if (separate && i + 1 == argc) return Error{ErrorKind::usage, "-n takes a number"};
            add_option("--limit=" + (separate ? std::string(argv[++i]) : argument.substr(2)), out);
        } else if (!words_only && !has_word && (argument == "-0" || argument == "-h")) {
            add_option(argument == "-0" ? "--null" : "--help-short", out);
        } else {
            const bool dash = argument.size() > 1 && argument.starts_with('-');
            if (!words_only && !has_word && dash && !is_pasted(argument)) dashed = argument;
            const bool is_short = argument == "-C" || argument == "-0" || argument == "-h" || is_short_limit(argument);
            if (!words_only && has_word && is_short) out.late = argument;
            out.query += (has_word ? " " : "") + argument;
            has_word = true;
        }
    }
    if (!dashed.empty()) return unknown_dash(dashed, out);
    return out;
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
