// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facets/facets.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/manual/option.hpp"
#include "patchseek/settings/settings.hpp"
#include "render/formats.hpp"

namespace patchseek {

/// What the user asked the searcher to do. A new option is a row of option_table.cpp, a member here, and the line of
/// given.cpp that fills it.
struct Options {
    enum class Action {
        search,
        show,
        thread,
        versions,
        reviews,
        commit,
        facets,
        am,
        batch,
        like,
        save,
        saved,
        forget,
        deliver,
        complete,
        mcp,
        help,
        version
    } action = Action::search;
    std::vector<std::filesystem::path> indexes;  ///< one, or several that are searched as one
    std::string query;                           ///< the words, joined by one space
    std::string show_id;                         ///< of show and thread
    bool full = false;                           ///< of thread: with all lines; of since_version: with diffs
    std::filesystem::path mailmap;               ///< empty: none
    std::optional<std::uint32_t> until_version;  ///< with since_version; none: the newest
    std::string versions_id;                     ///< of versions and reviews; of commit, its id
    std::optional<std::uint32_t> since_version;  ///< with versions_id: what changed since
    std::vector<facets::Facet> facets;           ///< of Action::facets
    render::Format format = render::Format::text;
    bool format_given = false;
    render::Colour colour = render::Colour::automatic;
    bool pager = true;
    std::string link_template;                                      ///< empty: none
    std::shared_ptr<const render::Pattern> pattern;                 ///< of Format::pattern
    std::vector<std::string> fields;                                ///< keys of JSON objects; empty: all
    bool nul = false;                                               ///< -0
    std::size_t around = 0;                                         ///< of Format::hits: lines beside each
    enum class Group { none, series, thread } group = Group::none;  ///< of a search: drawn as trees
    bool any = false;
    bool count = false;
    bool explain = false;
    bool cover_trailers = false;  ///< with with_trailers: what was said of a cover letter too
    bool with_trailers = false;   ///< of Action::am, with versions_id
    bool raw = false;             ///< with --show: exact bytes
    std::string like;             ///< of Action::like: a file, an id, or -
    bool overlaps = false;        ///< of Action::like: what touches the same
    std::string kept_name;        ///< of --save, --forget and --run
    bool only_new = false;        ///< with --run: what no run has found before
    enum class Out { maildir, mbox } out_kind = Out::maildir;
    std::filesystem::path out_path;             ///< of Action::deliver
    std::string sort;                           ///< empty: relevance, or part order for what is a series
    std::optional<settings::Value> usual_sort;  ///< of the configuration, where `sort` is empty
    std::map<std::string, std::string> lists;   ///< List-Ids by the user's names for them, in lower case
    std::size_t offset = 0;
    std::size_t limit = 0;  ///< 0: all
    bool limit_given = false;
    std::size_t timeout = 30;           ///< seconds; 0: as long as it takes
    std::optional<std::string> cursor;  ///< go on behind a page (cursor.hpp)
    bool quiet = false;                 ///< only what went wrong is said
    std::string late;                   ///< a word of the query that would be an option in front of it: `-n`
    std::vector<std::string> given;     ///< the options as `--name=value`, each once
    bool query_from_stdin = false;
    std::string help;  ///< the text for Action::help
};

/// What tells one search from another, for a cursor.
inline std::string name_of_search(const Options& options) {
    return options.query + '\n' + options.sort + (options.any ? "\nany" : "");
}

/// An option of one dash, as one of two: `--limit=3` of `-n 3` and `-n3`, `--null` of `-0`.
struct ShortOption {
    std::string option;
    bool with_next = false;  ///< the word behind it is its value
};

/// The option that a word is; nullopt if it is none. `next` is the word behind it, nullptr at the end. `behind`: a word
/// of the query stands before it; then it is one only with a number, since `-n` alone excludes a word.
std::optional<ShortOption> short_option(std::string_view word, const char* next, bool behind);

/// Reads the command line. Long options may stand anywhere before `--`; after the first word of the query, what begins
/// with one dash is query too, but for short_option(). Of an option that
/// is repeated, the last counts; what is not given, the configuration of the user may tell. Errors are of kind usage,
/// or of the file of the configuration.
Result<Options> parse_options(int argc, const char* const* argv);

/// All options there are: option_table.cpp. The words of --fields are not among them, since each start would read the
/// schema of answers for them: render::keys().
const std::vector<manual::Option>& option_table();
/// The keys of --sort beside relevance: the fields that have a value slot of their own.
std::vector<std::string> sort_keys();

}  // namespace patchseek
