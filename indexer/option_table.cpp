// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

namespace patchseek {

using manual::Option;
using manual::Takes;

const std::vector<Option>& option_table() {
    constexpr std::string_view kActions = "what is done; without any of these, archives are read";
    constexpr std::string_view kHow = "how it is done";
    constexpr std::string_view kSaid = "what is said";
    // clang-format off
    static const std::vector<Option> table{
        {kActions, "git", "REPOSITORY", "know the commits of this git repository, and which mail each came from (goes with archives, or alone; more than once)", '\0', Takes::folder},
        {kActions, "ref", "REF", "with --git: this branch of it (more than once; default HEAD)"},
        {kActions, "update", "", "read what is new in every archive and repository that the index knows, and in those of the configuration"},
        {kActions, "remove", "", "forget archives, and the messages only they had; or repositories"},
        {kActions, "status", "", "say what the index holds"},
        {kActions, "check", "", "prove that the index is whole"},
        {kActions, "compact", "", "write the index anew, as small as it gets"},
        {kActions, "rebuild", "", "make the index anew beside the old one, from its archives and, of those that are gone, from its own texts; then replace it"},
        {kActions, "publish", "DIR", "make this folder a whole copy of the index, beside a writer of it and under readers of the copy; only what is new is copied", '\0', Takes::folder},
        {kActions, "join", "", "make the index of others, which are named in place of archives, without their archives; a message that several have is one"},
        {kActions, "link", "", "the same, but what the others have stays in them: what patchseek does when it searches several", '\0', Takes::nothing, {}, false, true},
        {kHow, "db", "DIR", "the index (default $PATCHSEEK_DB, else that of the configuration, else $XDG_DATA_HOME/patchseek, else ~/.local/share/patchseek)", '\0', Takes::folder},
        {kHow, "kind", "KIND", "what each file is, in place of what it looks like: mbox, message, markdown, diff", '\0', Takes::words, {"mbox", "message", "markdown", "diff"}},
        {kHow, "jobs", "N", "threads (default: one per processor)"},
        {kHow, "memory", "SIZE", "for what is not yet written: bytes, or with K, M, G behind (default 512M)"},
        {kHow, "commit-every", "N", "commit after N messages (default: after 64 MB or 8 s)"},
        {kHow, "wait", "SECONDS", "if another indexer is at work, wait for it (without a number, for as long as it takes)", '\0', Takes::text, {}, true},
        {kHow, "shared", "", "others may own the index, read it and write it, as the umask lets them (default: it is yours alone)"},
        {kHow, "strict", "", "exit 65 if anything could not be read"},
        {kSaid, "quiet", "", "no progress and no summary; errors only"},
        {kSaid, "verbose", "", "say how many messages each commit made safe"},
        {kSaid, "json", "", "with --status: as JSON"},
        {kSaid, "help", "", "all of this text; -h is what is needed most, on one screen"},
        {kSaid, "help-short", "", "what is needed most, on one screen", 'h', Takes::nothing, {}, false, true},
        {kSaid, "version", "", "version of the program and of its index schema"},
        {kSaid, "generate", "WHAT", "man, bash, zsh or fish: the man page, or what completes command lines", '\0', Takes::text, {}, false, true},
    };
    // clang-format on
    return table;
}

}  // namespace patchseek
