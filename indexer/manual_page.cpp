// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/manual/page.hpp"

#include <algorithm>
#include <string>

#include "options.hpp"
#include "patchseek/settings/settings.hpp"

namespace patchseek {
namespace {

constexpr std::string_view kUsage =
    "usage: patchseek-index [options] ARCHIVE...         add archives, or read again\n"
    "       patchseek-index [options] --git REPOSITORY   join commits with their mail\n"
    "       patchseek-index [options] --update           read what is new in them\n"
    "       patchseek-index [options] --remove ARCHIVE...\n"
    "       patchseek-index --status [--json] | --check | --compact | --rebuild\n\n"
    "An archive is an mbox, a maildir, an MH folder, a public-inbox, a patchwork\n"
    "Markdown dump, a .patch or .eml file, a folder of any of these; compressed with\n"
    "gzip, bzip2, xz or zstd, or in a tar; '-' is standard input. Kinds are told from\n"
    "the bytes. A second run reads only what is new, and removes messages that no\n"
    "archive holds any more.\n\n";

constexpr std::string_view kShort =
    "  --db DIR    the index (else $PATCHSEEK_DB, else ~/.local/share/patchseek)\n"
    "  --quiet     errors only\n"
    "  --wait      if another indexer is at work, wait for it\n\n"
    "  patchseek-index ~/mail/netdev        the first time\n"
    "  patchseek-index --update             whenever there is new mail\n\n"
    "--help has all options; patchseek searches.\n";

constexpr std::string_view kExitCodes =
    "\nexit codes: 0 done, 1 --check found something, 64 bad option, 65 damaged data,\n"
    "66 no such index or archive, 73 no index can be made there,\n"
    "74 read or write failed, 75 another indexer is at work,\n"
    "77 not allowed, 128 + n stopped by signal n, with everything so far committed\n";

std::string on_one_line(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '\n', ' ');
    return out;
}

std::string page() {
    const auto usage_end = kUsage.find("\n\n");
    std::string usage(kUsage.substr(0, usage_end));
    for (std::size_t at = 0; (at = usage.find("       ", at)) != usage.npos;) usage.erase(at, 7);
    const std::string about = on_one_line(kUsage.substr(usage_end + 2, kUsage.size() - usage_end - 4));
    const std::string codes = on_one_line(kExitCodes.substr(kExitCodes.find(": ") + 2));
    manual::Page page("patchseek-index", 1, "make and update an index of mail for patchseek");
    page.heading("synopsis").verbatim(usage.substr(7));
    page.heading("description").prose(about);
    page.prose(
        "An index is a folder. Searches go on while it is updated, and see the mail of before until the new is "
        "committed. Killed at any moment, the indexer loses nothing that was committed, and the next run goes on "
        "from there. Before it begins, it estimates the disk space it needs, and where that is not free it ends "
        "with an error.");
    page.prose(
        "A timer of systemd runs patchseek-index --update every hour, if you enable it: systemctl --user enable --now "
        "patchseek-update.timer");
    page.heading("options").options(option_table());
    page.heading("examples")
        .verbatim(
            "git clone --mirror https://lore.kernel.org/netdev/git/2.git ~/mail/netdev/git/2.git\n"
            "patchseek-index ~/mail/netdev          # the first time\n"
            "git -C ~/mail/netdev/git/2.git fetch && patchseek-index --update   # later\n"
            "patchseek-index --git ~/src/linux      # which mail each commit came from\n"
            "patchseek-index --status");
    page.heading("exit status").prose(codes);
    page.heading("environment");
    page.item("PATCHSEEK_DB", "the index, where no --db is given");
    page.item("PATCHSEEK_CONFIG", "the configuration, in place of the usual file; empty: none is read");
    page.heading("files");
    page.item("~/.config/patchseek/config", "the usual index and archives: patchseek-config(5)");
    page.item(
        "~/.config/patchseek/post-update",
        "a program that --update runs when it brought new messages, if it and its folder are yours or root's and no "
        "other may write them; it finds the index in $PATCHSEEK_DB and "
        "their number in $PATCHSEEK_ADDED");
    page.item("~/.local/share/patchseek/", "the index, where nothing names another");
    page.heading("see also").prose("patchseek(1), patchseek-config(5)");
    return page.text();
}

}  // namespace

std::string short_help() { return std::string(kUsage) + std::string(kShort); }

std::string help_text() {
    constexpr std::size_t kWidth = 80;
    return std::string(kUsage) + manual::options_help(option_table(), kWidth) + std::string(kExitCodes);
}

Result<std::string> generated(const std::string& what) {
    if (what == "man") return page();
    auto script = manual::completion(what, "patchseek-index", option_table(), false);
    if (!script.empty()) return script;
    return Error{ErrorKind::usage, "--generate takes man, bash, zsh or fish, not '" + what + "'"};
}

}  // namespace patchseek
