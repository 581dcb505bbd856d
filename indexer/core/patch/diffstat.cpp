// SPDX-License-Identifier: GPL-2.0-or-later
#include "diffstat.hpp"

#include <algorithm>
#include <array>

#include "file_names.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

constexpr std::string_view kArrow = " => ";

std::string join(std::string_view head, std::string_view middle, std::string_view tail) {
    std::string path;
    path.reserve(head.size() + middle.size() + tail.size());
    path.append(head).append(middle);
    // `dir/{ => sub}/x`: the side that is empty leaves two slashes, or one in front.
    if (middle.empty() && tail.starts_with('/') && (path.empty() || path.back() == '/')) tail.remove_prefix(1);
    return path.append(tail);
}

std::string unquote(std::string_view name) {
    auto rest = name;
    if (auto plain = eat_quoted_name(rest); plain && rest.empty()) return *std::move(plain);
    return std::string(name);
}

void set_rename(FileChange& change, std::string old_name, std::string new_name) {
    change.op = Op::rename;
    change.old = std::move(old_name);
    change.path = std::move(new_name);
}

/// What a diffstat or a summary line shows as a name, with its head cut off or not.
struct Shown {
    std::string_view name;
    bool cut = false;       ///< began with "..."
    bool fragment = false;  ///< ... and not at a slash: git cuts there only where one is left
};

Shown cut_dots(std::string_view name) {
    if (name.size() <= 3 || !name.starts_with("...")) return {name};
    const bool at_slash = name[3] == '/';
    if (!at_slash && name.find('/') != name.npos) return {name};
    name.remove_prefix(at_slash ? 4 : 3);
    return {name, true, !at_slash};
}

/// A quoted name whose front was cut off, its quote with it: `/d/\303\244.c"`. Where the
/// cut may have gone through an escape, what is left of that goes too.
std::string unquote_tail(std::string_view name, bool fragment) {
    if (!name.ends_with('"')) return std::string(name);
    const auto decode = [](std::string_view tail) {
        std::string whole = '"' + std::string(tail);
        std::string_view rest = whole;
        auto plain = eat_quoted_name(rest);
        return plain && rest.empty() ? *std::move(plain) : std::string();
    };
    if (!fragment) return decode(name);
    if (name.starts_with('\\')) name.remove_prefix(1);
    std::size_t digits = 0;
    while (digits < 3 && is_digit(name[digits])) ++digits;
    name.remove_prefix(std::max<std::size_t>(digits, 1));
    auto tail = decode(name);
    // Nor is the end of a UTF-8 character worth anything.
    const auto whole = std::ranges::find_if(tail, [](char c) { return (c & 0xc0) != 0x80; });
    return tail.erase(0, static_cast<std::size_t>(whole - tail.begin()));
}

/// Drops what a cut left of an arrow: "> new", "=> new" or " new". The name behind is
/// whole then, save that one space may as well be the name's own. True for an arrow.
bool drop_arrow_rest(Shown& shown) {
    const bool fragment = shown.fragment;
    for (const auto rest : {kArrow, kArrow.substr(1), kArrow.substr(2)})
        if (shown.fragment && eat(shown.name, rest)) shown.fragment = false;
    if (shown.fragment) shown.name = trim_left(shown.name);
    return fragment && !shown.fragment;
}

/// Cut inside braces: `common/videobuf2}/x.c`, `b => c}/x.c`. The head is lost, so only
/// the new name's tail is certain.
void read_cut_braces(Shown shown, std::size_t close, StatEntry& entry) {
    auto inside = shown.name.substr(0, close);
    if (const auto arrow = inside.find(kArrow); arrow != inside.npos) {
        // What stands behind the arrow begins at a slash.
        inside.remove_prefix(arrow + kArrow.size());
        shown.fragment = false;
    }
    entry.renamed = true;
    entry.change.partial = true;
    entry.change.fragment = shown.fragment;
    entry.change.path = join("", inside, shown.name.substr(close + 1));
}

void read_names(Shown shown, StatEntry& entry) {
    // Without braces the name behind the arrow is whole from the top.
    const bool cut_arrow = drop_arrow_rest(shown);
    const auto name = shown.name;
    FileChange& change = entry.change;
    const auto open = name.find('{');
    const auto arrow = name.find(kArrow);
    // The arrow inside braces may have an empty side: "{ => sub}", "{sub => }".
    const auto close = arrow == name.npos || open == name.npos ? name.find('}') : name.find('}', arrow);
    if (open != name.npos && arrow != name.npos && close != name.npos && open < arrow) {
        const auto head = name.substr(0, open), tail = name.substr(close + 1);
        set_rename(change, join(head, name.substr(open + 1, arrow - open - 1), tail),
                   join(head, name.substr(arrow + kArrow.size(), close - arrow - kArrow.size()), tail));
        entry.renamed = true;
        change.partial = shown.cut;
        entry.change.fragment = shown.fragment;
    } else if (shown.cut && close != name.npos && open == name.npos) {
        read_cut_braces(shown, close, entry);
    } else if (arrow != name.npos) {
        // When the front is cut, the old name is a tail and the new one whole.
        set_rename(change, shown.cut ? std::string() : unquote(name.substr(0, arrow)),
                   unquote(name.substr(arrow + kArrow.size())));
        entry.renamed = true;
    } else {
        change.path = shown.cut && !cut_arrow ? unquote_tail(name, shown.fragment) : unquote(name);
        entry.renamed = cut_arrow;
        change.partial = shown.cut && !cut_arrow;
        entry.change.fragment = shown.fragment;
    }
}

bool is_usable(const FileChange& change) {
    return !change.path.empty() && change.path.size() <= kMaxPath && change.old.size() <= kMaxPath;
}

/// `(new)`, `(gone)`, `(mode +x)` that --compact-summary puts behind the name.
void read_compact_summary(std::string_view& shown, FileChange& change) {
    struct Note {
        std::string_view text;
        Op op;
        bool mode;
    };
    static constexpr auto kNotes = std::to_array<Note>({{" (new)", Op::create, false},
                                                        {" (new +x)", Op::create, false},
                                                        {" (new +l)", Op::create, false},
                                                        {" (gone)", Op::remove, false},
                                                        {" (mode +x)", Op::modify, true},
                                                        {" (mode -x)", Op::modify, true},
                                                        {" (mode +l)", Op::modify, true},
                                                        {" (mode -l)", Op::modify, true}});
    for (const Note& note : kNotes) {
        if (!shown.ends_with(note.text)) continue;
        shown = trim_right(shown.substr(0, shown.size() - note.text.size()));
        if (change.op == Op::modify) change.op = note.op;
        change.mode_changed = note.mode;
        return;
    }
}

struct Graph {
    std::size_t adds = 0, dels = 0, other = 0;
};

std::optional<Graph> read_graph(std::string_view s) {
    Graph graph;
    for (const char c : s) {
        if (c == '+')
            ++graph.adds;
        else if (c == '-')
            ++graph.dels;
        else if (c == '!' || c == '=')
            ++graph.other;  // diffstat(1): lines changed, lines alike
        else
            return std::nullopt;
    }
    return graph;
}

/// The graph is scaled once it would pass the terminal's width; then only a graph of
/// one sign still tells both numbers.
void set_counts(FileChange& change, std::uint32_t total, const Graph& graph) {
    if (graph.other > 0) return;
    if (graph.adds + graph.dels == total) {
        change.adds = static_cast<std::uint32_t>(graph.adds);
        change.dels = static_cast<std::uint32_t>(graph.dels);
    } else if (graph.adds > 0 && graph.dels == 0) {
        change.adds = total;
        change.dels = 0;
    } else if (graph.dels > 0 && graph.adds == 0) {
        change.adds = 0;
        change.dels = total;
    }
}

/// What stands behind the bar. False: this is no diffstat.
bool read_amount(std::string_view amount, StatEntry& entry) {
    if (eat(amount, "Bin")) {
        entry.change.binary = true;
        return amount.empty() || amount.ends_with(" bytes") || amount.find("->") != amount.npos || amount == "ary";
    }
    if (amount == "Unmerged") return true;
    const auto total = eat_number(amount);
    if (!total) return false;
    if (!amount.empty() && !is_space(amount.front())) return false;
    amount = trim_left(amount);
    const auto graph = read_graph(amount);
    if (!graph) return false;
    entry.plain = !amount.empty();
    set_counts(entry.change, *total, *graph);
    return true;
}

/// trim() that also takes the no-break spaces off that some mailers make of others.
std::string_view trim_spaces(std::string_view s) {
    constexpr std::string_view kNoBreak = "\xc2\xa0";
    for (s = trim(s); eat(s, kNoBreak);) s = trim_left(s);
    for (; s.ends_with(kNoBreak); s = trim_right(s)) s.remove_suffix(kNoBreak.size());
    return s;
}

std::size_t bar_of(std::string_view line) noexcept {
    const auto bar = line.rfind('|');
    return bar != line.npos && bar >= 2 && bar + 2 < line.size() && is_space(line[bar - 1]) && is_space(line[bar + 1])
               ? bar
               : line.npos;
}

/// `100644 `
bool eat_mode(std::string_view& s) noexcept {
    if (s.size() <= 7 || !std::all_of(s.begin(), s.begin() + 6, is_digit) || s[6] != ' ') return false;
    s.remove_prefix(7);
    return true;
}

}  // namespace

bool may_be_stat_entry(std::string_view line) noexcept {
    const auto bar = bar_of(line);
    if (bar == line.npos) return false;
    const auto amount = trim_left(line.substr(bar + 1));
    return !amount.empty() && (is_digit(amount.front()) || amount.front() == 'B' || amount.front() == 'U');
}

std::optional<StatEntry> parse_stat_entry(std::string_view line) {
    const auto bar = bar_of(line);
    if (bar == line.npos) return std::nullopt;
    StatEntry entry;
    if (!read_amount(trim(line.substr(bar + 1)), entry)) return std::nullopt;
    auto shown = trim_spaces(line.substr(0, bar));
    read_compact_summary(shown, entry.change);
    if (shown.empty()) return std::nullopt;
    const auto op = entry.change.op;
    entry.doubtful = shown.find_first_of("{}|\">") != shown.npos;
    read_names(cut_dots(shown), entry);
    if (entry.change.op == Op::modify) entry.change.op = op;
    entry.plain = entry.plain && (shown.find(' ') == shown.npos || shown.find(kArrow) != shown.npos);
    if (!is_usable(entry.change)) return std::nullopt;
    return entry;
}

std::optional<StatTotals> parse_stat_totals(std::string_view line) {
    auto rest = trim(line);
    StatTotals totals;
    const auto files = eat_number(rest);
    if (!files || !eat(rest, " file")) return std::nullopt;
    eat(rest, "s");
    if (!eat(rest, " changed")) return std::nullopt;
    totals.files = *files;
    while (eat(rest, ",")) {
        rest = trim_left(rest);
        const auto count = eat_number(rest);
        if (!count) return std::nullopt;
        rest = trim_left(rest);
        const bool adds = eat(rest, "insertion");
        if (!adds && !eat(rest, "deletion") && !eat(rest, "modification")) return std::nullopt;
        eat(rest, "s");
        if (adds)
            totals.adds = *count;
        else if (!eat(rest, "(!)"))
            totals.dels = *count;
        if (!eat(rest, "(+)")) eat(rest, "(-)");
    }
    return rest.empty() ? std::optional(totals) : std::nullopt;
}

bool is_summary_line(std::string_view line) {
    if (parse_summary_line(line)) return true;
    // Below the rename of the same file.
    auto rest = trim_right(line);
    return eat(rest, " mode change ") && eat_mode(rest) && eat(rest, "=> ") && rest.size() == 6 &&
           std::ranges::all_of(rest, is_digit);
}

std::optional<FileChange> parse_summary_line(std::string_view line) {
    auto rest = trim(line);
    if (line.empty() || line.front() != ' ') return std::nullopt;
    StatEntry entry;
    FileChange& change = entry.change;
    bool scored = false;
    if (eat(rest, "create mode "))
        change.op = Op::create;
    else if (eat(rest, "delete mode "))
        change.op = Op::remove;
    else if (eat(rest, "mode change "))
        change.op = Op::mode;
    else if (eat(rest, "rename "))
        scored = true, change.op = Op::rename;
    else if (eat(rest, "copy "))
        scored = true, change.op = Op::copy;
    else if (eat(rest, "rewrite "))
        scored = true;
    else
        return std::nullopt;
    if (scored) {
        const auto open = rest.rfind(" (");
        if (open == rest.npos || !rest.ends_with("%)")) return std::nullopt;
        rest = rest.substr(0, open);
    } else if (change.op == Op::mode) {
        if (!eat_mode(rest) || !eat(rest, "=> ") || !eat_mode(rest)) return std::nullopt;
        change.mode_changed = true;
    } else if (!eat_mode(rest)) {
        return std::nullopt;
    }
    const Op op = change.op;
    read_names({rest}, entry);  // never shortened
    if ((op == Op::rename || op == Op::copy) == change.old.empty()) return std::nullopt;
    change.op = op;
    if (!is_usable(change)) return std::nullopt;
    return change;
}

}  // namespace patchseek::patch
