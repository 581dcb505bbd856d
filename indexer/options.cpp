// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <array>
#include <boost/program_options.hpp>
#include <charconv>

#include "patchseek/settings/settings.hpp"
#include "patchseek/store/manifest.hpp"

namespace po = boost::program_options;

namespace patchseek {
namespace {

using Action = Options::Action;

/// The table as Boost has it.
po::options_description described() {
    po::options_description options;
    for (const manual::Option& option : option_table()) {
        std::string name(option.name);
        if (option.letter != '\0') (name += ',') += option.letter;
        if (option.value.empty())
            options.add_options()(name.c_str(), "");
        else if (name == "git" || name == "ref" || name == "db")
            options.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
        else if (option.optional)
            options.add_options()(name.c_str(), po::value<std::string>()->implicit_value(""), "");
        else
            options.add_options()(name.c_str(), po::value<std::string>(), "");
    }
    return options;
}

Error bad_value(const char* option, const std::string& text, const char* what) {
    return Error{ErrorKind::usage, std::string("--") + option + " takes " + what + ", not '" + text + "'"};
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "512M"
std::optional<std::uint64_t> bytes_in(std::string_view text) {
    constexpr std::string_view kUnits = "KMG";
    const auto unit = text.empty() ? kUnits.npos : kUnits.find(text.back());
    const unsigned shift = unit == kUnits.npos ? 0 : 10 * static_cast<unsigned>(unit + 1);
    if (shift > 0) text.remove_suffix(1);
    const auto value = number(text);
    if (!value || *value > (UINT64_MAX >> shift)) return std::nullopt;
    return *value << shift;
}

Result<Done> read_numbers(const po::variables_map& map, Options& options) {
    constexpr std::uint64_t kLeastMemory = std::uint64_t{16} << 20;
    if (map.count("jobs")) {
        const auto& text = map["jobs"].as<std::string>();
        const auto jobs = number(text);
        if (!jobs || *jobs > 256) return bad_value("jobs", text, "a number up to 256");
        options.jobs = static_cast<unsigned>(*jobs);
    }
    if (map.count("memory")) {
        const auto& text = map["memory"].as<std::string>();
        const auto bytes = bytes_in(text);
        if (!bytes || *bytes < kLeastMemory) return bad_value("memory", text, "a size of at least 16M");
        options.memory = *bytes;
    }
    if (map.count("commit-every")) {
        const auto& text = map["commit-every"].as<std::string>();
        const auto messages = number(text);
        if (!messages || *messages == 0) return bad_value("commit-every", text, "a number of messages");
        options.commit_every = *messages;
    }
    if (map.count("wait")) {
        constexpr std::uint64_t kLong = std::uint64_t{100} * 365 * 24 * 3600;
        const auto& text = map["wait"].as<std::string>();
        const auto seconds = text.empty() ? kLong : number(text);
        if (!seconds || *seconds > kLong) return bad_value("wait", text, "a number of seconds");
        options.wait = *seconds;
    }
    return Done{};
}

// At most one of them; none is to add.
Result<Action> action_of(const po::variables_map& map, bool has_usual) {
    static constexpr auto kActions = std::to_array<std::pair<const char*, Action>>({{"help", Action::help},
                                                                                    {"help-short", Action::help},
                                                                                    {"generate", Action::help},
                                                                                    {"version", Action::version},
                                                                                    {"update", Action::update},
                                                                                    {"remove", Action::remove},
                                                                                    {"status", Action::status},
                                                                                    {"check", Action::check},
                                                                                    {"compact", Action::compact},
                                                                                    {"rebuild", Action::rebuild},
                                                                                    {"publish", Action::publish},
                                                                                    {"join", Action::join},
                                                                                    {"link", Action::link}});
    std::string given;
    Action action = Action::add;
    for (const auto& [name, value] : kActions) {
        if (!map.count(name)) continue;
        if (value == Action::help || value == Action::version) return value;
        if (!given.empty()) return Error{ErrorKind::usage, "--" + given + " and --" + name + " do not go together"};
        given = name;
        action = value;
    }
    const bool takes_archives =
        action == Action::add || action == Action::remove || action == Action::join || action == Action::link;
    if (map.count("git") && action != Action::add)
        return Error{ErrorKind::usage, "--" + given + " and --git do not go together"};
    if (map.count("ref") && !map.count("git")) return Error{ErrorKind::usage, "--ref goes with --git"};
    const bool named = map.count("archive") || map.count("git") || (action == Action::add && has_usual);
    if (takes_archives && !named)
        return Error{ErrorKind::usage, "no archive named, and none in a configuration; see patchseek-index --help"};
    if (!takes_archives && map.count("archive")) return Error{ErrorKind::usage, "--" + given + " takes no archive"};
    if (map.count("kind") && !map.count("archive"))
        return Error{ErrorKind::usage, "--kind goes with archives; name those that are of that kind"};
    return action;
}

/// What the user's configuration adds: where the index is, and the archives.
Result<Done> add_settings(const po::variables_map& map, Options& options) {
    const auto settings = settings::load();
    if (!settings) return settings.error();
    for (const auto& index :
         settings->indexes(map.count("db") ? map["db"].as<std::vector<std::string>>() : std::vector<std::string>()))
        options.indexes.emplace_back(index.text);
    if (options.indexes.empty()) options.indexes.push_back(store::default_index());
    options.index = options.indexes.front();
    if (!settings->file.empty()) options.hook = settings->file.parent_path() / "post-update";
    for (const settings::Value& archive : settings->all("archives")) options.usual_archives.emplace_back(archive.text);
    return Done{};
}

Result<Done> demand_index(const Options& options) {
    if (options.indexes.size() > 1 && options.action != Action::status)
        return Error{ErrorKind::usage, "several indexes are named, '" + options.indexes[0].native() + "', '" +
                                           options.indexes[1].native() + "'...; say with --db which one is meant"};
    if (options.index.empty()) return Error{ErrorKind::usage, "no index named and no home folder; use --db DIR"};
    return Done{};
}

Result<Options> from_map(const po::variables_map& map) {
    Options options;
    if (!map.count("help") && !map.count("help-short") && !map.count("version") && !map.count("generate")) {
        if (auto done = add_settings(map, options); !done) return done.error();
    }
    options.json = map.count("json") > 0;
    options.quiet = map.count("quiet") > 0;
    options.verbose = map.count("verbose") > 0;
    options.strict = map.count("strict") > 0;
    options.shared = map.count("shared") > 0;
    if (auto done = read_numbers(map, options); !done) return done.error();
    if (map.count("kind")) {
        const auto& kind = map["kind"].as<std::string>();
        options.kind = archive::kind_named(kind);
        if (!options.kind)
            return Error{ErrorKind::usage, "unknown kind '" + kind + "'; there are mbox, message, markdown, diff"};
    }
    if (map.count("publish")) options.target = map["publish"].as<std::string>();
    if (map.count("publish") && options.target.empty()) return bad_value("publish", "", "a folder");
    if (map.count("archive"))
        for (const auto& path : map["archive"].as<std::vector<std::string>>()) options.archives.emplace_back(path);
    if (map.count("git"))
        for (const auto& path : map["git"].as<std::vector<std::string>>()) options.repositories.emplace_back(path);
    if (map.count("ref")) options.refs = map["ref"].as<std::vector<std::string>>();
    const auto action = action_of(map, !options.usual_archives.empty());
    if (!action) return action.error();
    options.action = *action;
    if (options.action == Action::update ||
        (options.action == Action::add && options.archives.empty() && options.repositories.empty()))
        options.archives = options.usual_archives;
    if (map.count("generate")) {
        auto text = generated(map["generate"].as<std::string>());
        if (!text) return text.error();
        options.help = *std::move(text);
    } else if (*action == Action::help)
        options.help = map.count("help") ? help_text() : short_help();
    if (options.action == Action::help || options.action == Action::version) return options;
    if (auto one = demand_index(options); !one) return one.error();
    return options;
}

/// Boost takes whatever stands behind an option that has a value for that, as in `--db --status`.
Result<Done> demand_values(int argc, const char* const* argv) {
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string_view argument = argv[i], next = argv[i + 1];
        if (argument == "--") break;
        const auto* option = manual::option_in(option_table(), argument);
        if (!option || option->value.empty() || option->optional || argument.find('=') != argument.npos) continue;
        if (manual::option_in(option_table(), next))
            return Error{ErrorKind::usage, std::string(argument) + " takes " + std::string(option->value) + ", and '" +
                                               std::string(next) + "' behind it is an option"};
        ++i;
    }
    return Done{};
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
    if (auto done = demand_values(argc, argv); !done) return done.error();
    po::options_description all = described();
    all.add_options()("archive", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("archive", -1);
    try {
        po::variables_map map;
        // No guessing: an option added later must not change what a script's abbreviation means.
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(argc, argv).options(all).positional(positional).style(style).run(), map);
        po::notify(map);
        return from_map(map);
    } catch (const po::error& error) {
        return Error{ErrorKind::usage, std::string(error.what()) + "; see patchseek-index --help"};
    }
}

}  // namespace patchseek
