#include "options.hpp"

#include <boost/program_options.hpp>
#include <sstream>

#include "patchseek/store/manifest.hpp"

namespace po = boost::program_options;

namespace patchseek {
namespace {

constexpr const char* kUsage =
    "usage: patchseek-index [options] ARCHIVE...\n"
    "       patchseek-index --status [--json]\n\n"
    "Adds mail archives to a patchseek index, which is made if there is none. An archive is\n"
    "an mbox, a maildir, a patchwork Markdown dump, a .patch or .eml file, or a folder of any\n"
    "of these; kinds are told from the bytes. What is already in the index costs a look only.\n\n";

po::options_description described() {
    po::options_description options("options");
    // clang-format off
    options.add_options()
        ("db", po::value<std::string>()->value_name("DIR"), "the index (default $PATCHSEEK_DB, else $XDG_DATA_HOME/patchseek, else ~/.local/share/patchseek)")
        ("kind", po::value<std::string>()->value_name("KIND"), "what each file is, in place of what it looks like: mbox, message, markdown, diff")
        ("jobs", po::value<unsigned>()->value_name("N"), "threads (default: one per processor)")
        ("strict", "exit 65 if anything could not be read")
        ("quiet", "no progress and no summary; errors only")
        ("status", "say what the index holds")
        ("json", "with --status: as JSON")
        ("help", "this text")
        ("version", "version of the program and of its index schema");
    // clang-format on
    return options;
}

Result<Options> from_map(const po::variables_map& map, const po::options_description& visible) {
    Options options;
    options.index = map.count("db") ? std::filesystem::path(map["db"].as<std::string>()) : store::default_index();
    options.json = map.count("json") > 0;
    options.quiet = map.count("quiet") > 0;
    options.strict = map.count("strict") > 0;
    if (map.count("jobs")) options.jobs = map["jobs"].as<unsigned>();
    if (options.jobs > 256) return Error{ErrorKind::usage, "--jobs takes a number up to 256"};
    if (map.count("kind")) {
        const auto& kind = map["kind"].as<std::string>();
        options.kind = archive::kind_named(kind);
        if (!options.kind)
            return Error{ErrorKind::usage, "unknown kind '" + kind + "'; there are mbox, message, markdown, diff"};
    }
    if (map.count("archive"))
        for (const auto& path : map["archive"].as<std::vector<std::string>>()) options.archives.emplace_back(path);
    if (map.count("help")) {
        std::ostringstream text;
        text << kUsage << visible;
        options.help = text.str();
        options.action = Options::Action::help;
    } else if (map.count("version")) {
        options.action = Options::Action::version;
    } else if (map.count("status")) {
        if (!options.archives.empty()) return Error{ErrorKind::usage, "--status takes no archive"};
        options.action = Options::Action::status;
    } else if (options.archives.empty()) {
        return Error{ErrorKind::usage, "no archive named; see patchseek-index --help"};
    }
    if (options.index.empty()) return Error{ErrorKind::usage, "no index named and no home folder; use --db DIR"};
    return options;
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
    const auto visible = described();
    po::options_description all;
    all.add(visible).add_options()("archive", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("archive", -1);
    try {
        po::variables_map map;
        // No guessing: an option added later must not change what a script's abbreviation means.
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(argc, argv).options(all).positional(positional).style(style).run(), map);
        po::notify(map);
        return from_map(map, visible);
    } catch (const po::error& error) {
        return Error{ErrorKind::usage, std::string(error.what()) + "; see patchseek-index --help"};
    }
}

}  // namespace patchseek
