// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

/// What stands in an index, and under which names: the one table that indexer,
/// query parser, help and tests read.
///
/// A message is one Xapian document. Its words lie in *areas*: each line of the
/// mail belongs to exactly one area, and an area is one Xapian term prefix. A text
/// *field*, as the user types it, is a set of areas; a bare word searches the areas
/// that have a weight, each with its own. So nothing is stored twice, a field is
/// never out of step with another, and ranking by field costs no posting.
///
/// Terms of an area: each word folded, with its position; the parts of an
/// identifier (`vcpu` of `kvm_vcpu_ioctl`) without one; in prose also the English
/// stem, without position, under 'Z' + prefix, where it differs from the word.
/// Positions leave a gap between areas and between hunks: no phrase crosses.
///
/// Exact fields have one term per value, paths the terms of patch/path_terms.hpp,
/// ranges a value slot. `XHAS:` + field name stands for "has one" (`field:*`).
///
/// Single capitals serve areas, since a folded word never starts with one; every
/// longer prefix is X…: so that no term straddles two. Prefixes and slots are
/// stored in every index: never reuse one.
///
/// History: 1 first schema. 2 origins of each message, text files apart from shards, order by content too; words of
/// lines that are of no area (kRestPrefix); patch ids. 3 facts of which threads, series and versions are made.
/// 4 facts of persons by address, of authors, of versions that a message names; a version that is not said; a diffstat
/// alone makes no patch. 5 replies give no trailers of patches that they carry; words have what
/// NFKC makes letters or digits; change-ids, bases and prerequisites; texts in groups. 6 commits of git repositories,
/// and the messages that they came from; patch ids as values; what is dead, beside its shard; what replies say was
/// taken into a tree. 7 short words with the signs behind them (kSignedPrefix); mail of robots; all but the manifest in
/// a folder that it names; each file with its size and checksum in the manifest, which has one of its own; records with
/// checksums. 8 positions in a file of their own; trailers that replies indent; RFCs; replies with a diff. 9 positions
/// packed. 10 copies of a mail are one whatever blank lines end each; pull requests with a resolved conflict.
/// 11 signed words are lists of positions, and all that have signs.
namespace patchseek::schema {

/// Bump when a change makes an existing index unreadable or its answers wrong.
inline constexpr int kVersion = 11;

enum class Area : std::uint8_t {
    subject,
    author,
    log,
    notes,
    path,
    function,
    added,
    removed,
    context,
    trailer,
    quoted,
    from,
    to,
    cc,
    attachment,
};
inline constexpr int kAreas = 15;
using Areas = std::uint32_t;  ///< bit per Area
constexpr Areas bit(Area area) { return Areas{1} << static_cast<unsigned>(area); }

/// Where the text of an area can be read again when a match is to be proven or shown.
enum class Stored : std::uint8_t {
    record,   ///< in a field of store::Record
    files,    ///< as the paths of the record, whole; the lines that name them are in the body too
    headers,  ///< in the header lines of store::TextView
    body,     ///< in the body of store::TextView
    nowhere,  ///< the index has its words, and nothing more
};

struct AreaInfo {
    Area area;
    std::string_view name;    ///< as --explain prints it
    std::string_view prefix;  ///< Xapian term prefix
    double weight;            ///< of a bare word's match, relative to the others: searcher/rank/ranking.hpp
    bool bare;                ///< searched by a bare word
    bool prose;               ///< stemmed
    Stored stored;
};
// clang-format off
inline constexpr auto kAreaTable = std::to_array<AreaInfo>({
    {Area::subject,    "subject",    "S", 5.0, true,  true,  Stored::record},
    {Area::author,     "author",     "U", 1.0, true,  false, Stored::record},
    {Area::log,        "log",        "L", 1.0, true,  true,  Stored::body},
    {Area::notes,      "notes",      "N", 0.7, true,  true,  Stored::body},
    {Area::path,       "path",       "P", 2.0, true,  false, Stored::files},
    {Area::function,   "func",       "G", 0.7, true,  false, Stored::body},
    {Area::added,      "added",      "A", 0.8, true,  false, Stored::body},
    {Area::removed,    "removed",    "R", 0.7, true,  false, Stored::body},
    {Area::context,    "context",    "C", 0.3, true,  false, Stored::body},
    {Area::trailer,    "trailer",    "Y", 0.3, true,  false, Stored::body},
    {Area::quoted,     "quoted",     "H", 0.0, true,  true,  Stored::body},
    {Area::from,       "from",       "F", 1.0, false, false, Stored::record},
    {Area::to,         "to",         "T", 1.0, false, false, Stored::headers},
    {Area::cc,         "cc",         "D", 1.0, false, false, Stored::headers},
    {Area::attachment, "attachment", "M", 1.0, false, false, Stored::nowhere},
});
// clang-format on
constexpr const AreaInfo& info(Area area) { return kAreaTable[static_cast<std::size_t>(area)]; }

/// The areas of the table's rows for which `has` holds.
template <class Predicate>
constexpr Areas areas_where(Predicate has) {
    Areas areas = 0;
    for (const AreaInfo& row : kAreaTable)
        if (has(row)) areas |= bit(row.area);
    return areas;
}
constexpr Areas areas_stored(Stored where) {
    return areas_where([where](const AreaInfo& row) { return row.stored == where; });
}

/// What a bare word is looked for in.
inline constexpr Areas kBare = areas_where([](const AreaInfo& row) { return row.bare; });
/// The lines of a diff.
inline constexpr Areas kDiff = bit(Area::function) | bit(Area::added) | bit(Area::removed) | bit(Area::context);
/// The body without quotes. Together with its quotes it is all lines there are.
inline constexpr Areas kBody = kDiff | bit(Area::log) | bit(Area::notes) | bit(Area::path) | bit(Area::trailer);
inline constexpr Areas kWholeBody = kBody | bit(Area::quoted);

enum class FieldKind : std::uint8_t {
    text,       ///< words, phrases, NEAR, trailing * in a set of areas
    trailer,    ///< the same in the values of one trailer: terms under `prefix`; commit ids by any abbreviation
    path,       ///< patch/path_terms.hpp
    exact,      ///< one term per value, under `prefix`
    hex,        ///< one term per object id: any abbreviation from 7 digits finds any other
    reference,  ///< like hex where the value looks like an object id, else like exact
    range,      ///< a value slot: a..b, a.., ..b, or one value
    date,       ///< a range of seconds since 1970, UTC, typed as dates
    named,      ///< `trailer:NAME` or `trailer:NAME:words`: any trailer by its name
    group,      ///< a thread or series (store/relations.hpp): the id of one of its messages, or a query in braces
    commit,     ///< a commit by its id, or tags of a repository, as store/relations.hpp joins them with messages
    count,      ///< how many of something store/relations.hpp knows of: like range, without a slot
};

/// Value slots. Numbers are Xapian::sortable_serialise()d, save where said.
enum Slot : int {
    kNoSlot = -1,
    kSlotDate = 0,   ///< seconds since 1970, UTC; absent when unknown
    kSlotOrder = 1,  ///< newest first, then id, then content, as bytes: the order of ties
    kSlotSize = 2,   ///< bytes of the message as it came
    kSlotFiles = 3,
    kSlotAdds = 4,
    kSlotDels = 5,
    kSlotVersion = 6,
    kSlotPart = 7,
    kSlotTotal = 8,
    kSlotText = 9,       ///< where the text lies: store/text_store.hpp
    kSlotReceived = 10,  ///< seconds since 1970 of the newest Received header, else the date
    kSlotOrigins = 11,   ///< store/origins.hpp
    kSlotContent = 12,   ///< what tells one message from another, as under kContentPrefix
    kSlotFact = 13,      ///< relate/fact.hpp
    kSlotPatchId = 14,   ///< of a patch, hex: the least, where it has several
    kSlotNumber = 15,    ///< of a dead document, its number in its shard: store/manifest.hpp
};

/// Words a value of `is:` may be.
inline constexpr auto kStates = std::to_array<std::string_view>(
    {"patch", "cover", "pull", "reply", "rfc", "resend", "bot", "html", "damaged", "truncated", "latest", "complete",
     "unanswered", "unreviewed", "applied", "pending"});
/// Those that depend on other messages, in the order of store::RelationState: no terms.
inline constexpr std::span<const std::string_view> kRelationStates = std::span(kStates).last(6);
inline constexpr auto kOps = std::to_array<std::string_view>({"create", "delete", "rename", "copy", "mode", "binary"});

/// Whether the values of a field are folded (text/fold.hpp) before they become terms, or stay as they are.
enum class Letters : bool { folded, kept };

/// What a single date stands for, as the value of a date field.
enum class Bound : std::uint8_t {
    range,  ///< its year, month, day ...; the field takes a..b as well
    from,   ///< all that comes from then on
    until,  ///< all before it
};

/// One row of the table: how a field is typed, and how it stands in an index. Columns that a kind has no use for keep
/// what they are initialized with.
struct Field {
    std::string_view name;     ///< what the user types before ':'
    std::string_view aliases;  ///< public-inbox's names and short ones, a space between
    FieldKind kind;
    std::string_view help;
    Areas areas = 0;                             ///< text: where it looks
    std::string_view prefix = {};                ///< of its terms: trailer, exact, hex, reference
    Letters letters = Letters::folded;           ///< exact, hex, reference
    std::span<const std::string_view> values{};  ///< exact: the only ones there are; empty when any will do
    int slot = kNoSlot;                          ///< range, date
    Bound bound = Bound::range;                  ///< date
};

/// What makes a row of each kind.
namespace row {
constexpr Field text(std::string_view name, std::string_view aliases, Areas areas, std::string_view help) {
    return {name, aliases, FieldKind::text, help, areas};
}
constexpr Field term(FieldKind kind, std::string_view name, std::string_view aliases, std::string_view prefix,
                     Letters letters, std::string_view help) {
    return {name, aliases, kind, help, 0, prefix, letters};
}
constexpr Field closed(std::string_view name, std::string_view prefix, std::span<const std::string_view> values,
                       std::string_view help) {
    return {name, "", FieldKind::exact, help, 0, prefix, Letters::folded, values};
}
constexpr Field trailer(std::string_view name, std::string_view prefix, std::string_view help) {
    return {name, "", FieldKind::trailer, help, 0, prefix};
}
constexpr Field number(std::string_view name, std::string_view aliases, Slot slot, std::string_view help) {
    return {name, aliases, FieldKind::range, help, 0, "", Letters::folded, {}, slot};
}
constexpr Field date(std::string_view name, std::string_view aliases, Slot slot, Bound bound, std::string_view help) {
    return {name, aliases, FieldKind::date, help, 0, "", Letters::folded, {}, slot, bound};
}
/// Kinds for which the rest of the row is nothing.
constexpr Field plain(FieldKind kind, std::string_view name, std::string_view aliases, std::string_view help) {
    return {name, aliases, kind, help};
}
}  // namespace row

// clang-format off
inline constexpr auto kFields = std::to_array<Field>({
    row::text("subject", "s", bit(Area::subject), "words of the Subject header"),
    row::text("from", "f", bit(Area::from), "names and addresses of the sender"),
    row::text("author", "", bit(Area::author), "who wrote the patch: in-body From, else the sender"),
    row::text("to", "t", bit(Area::to), "names and addresses in To"),
    row::text("cc", "c", bit(Area::cc), "names and addresses in Cc"),
    row::text("tc", "", bit(Area::to) | bit(Area::cc), "to or cc"),
    row::text("tcf", "a", bit(Area::to) | bit(Area::cc) | bit(Area::from), "to, cc or from"),
    row::text("body", "b", kWholeBody, "the whole body"),
    row::text("bs", "", kWholeBody | bit(Area::subject), "body or subject"),
    row::text("nq", "", kBody, "the body without quotes"),
    row::text("log", "", bit(Area::log), "what the author says, above the diff"),
    row::text("quoted", "q", bit(Area::quoted), "quoted lines"),
    row::text("attachment", "n", bit(Area::attachment), "names of attached files"),
    row::text("added", "dfb", bit(Area::added), "lines a patch adds"),
    row::text("removed", "dfa", bit(Area::removed), "lines a patch removes"),
    row::text("changed", "", bit(Area::added) | bit(Area::removed), "added or removed"),
    row::text("context", "dfctx", bit(Area::context), "unchanged lines of a diff"),
    row::text("func", "dfhh", bit(Area::function), "function named after @@"),
    row::plain(FieldKind::path, "file", "dfn path", "path touched: /from/the/top, any/tail.c, folder/, *.S"),
    // Message-IDs are case-sensitive (RFC 5322 3.6.4).
    row::term(FieldKind::exact, "id", "mid m", "Q", Letters::kept, "Message-ID"),
    row::term(FieldKind::exact, "refs", "references", "XREF:", Letters::kept, "In-Reply-To or References"),
    row::term(FieldKind::exact, "list", "l lid", "XLIST:", Letters::folded, "List-Id"),
    row::term(FieldKind::exact, "pwid", "", "XPW:", Letters::folded, "X-Patchwork-Id"),
    row::closed("is", "XIS:", kStates, "patch cover pull reply rfc resend bot html damaged truncated latest complete unanswered unreviewed applied pending"),
    row::closed("op", "XOP:", kOps, "create delete rename copy mode binary"),
    row::term(FieldKind::exact, "tag", "", "XTAG:", Letters::folded, "other words in the subject's brackets: tree, branch, project"),
    row::term(FieldKind::hex, "blob", "dfblob dfpre dfpost", "XBLOB:", Letters::folded, "blob id of the diff, from 7 digits"),
    row::term(FieldKind::exact, "patchid", "", "XPID:", Letters::folded, "git patch-id --stable of the diff"),
    row::term(FieldKind::exact, "changeid", "change-id", "XCID:", Letters::folded, "change-id: what all versions of a work share"),
    row::term(FieldKind::reference, "base", "base-commit", "XBASE:", Letters::folded, "base-commit: the commit it applies to, from 7 digits"),
    row::term(FieldKind::reference, "prereq", "", "XPRE:", Letters::folded, "patch id, change-id or message id of what it needs first"),
    row::term(FieldKind::reference, "mentions", "", "XMEN:", Letters::folded, "commit, message id, CVE or bug that the prose names"),
    row::trailer("signed", "XTsigned-off-by:", "Signed-off-by"),
    row::trailer("reviewed", "XTreviewed-by:", "Reviewed-by"),
    row::trailer("acked", "XTacked-by:", "Acked-by"),
    row::trailer("tested", "XTtested-by:", "Tested-by"),
    row::trailer("reported", "XTreported-by:", "Reported-by"),
    row::trailer("suggested", "XTsuggested-by:", "Suggested-by"),
    row::trailer("fixes", "XTfixes:", "Fixes: commit by any abbreviation, or words"),
    row::trailer("link", "XTlink:", "Link"),
    row::trailer("closes", "XTcloses:", "Closes"),
    row::plain(FieldKind::named, "trailer", "", "any trailer: trailer:NAME, trailer:NAME:words"),
    row::date("date", "d dt", kSlotDate, Bound::range, "Date, UTC: 2020, 2020-10..2020-12, 3.weeks.ago.."),
    row::date("since", "", kSlotDate, Bound::from, "date from here on"),
    row::date("before", "", kSlotDate, Bound::until, "date before this"),
    row::date("received", "rt", kSlotReceived, Bound::range, "when the list got it, else date"),
    row::number("size", "z", kSlotSize, "bytes of the message"),
    row::number("files", "", kSlotFiles, "how many files it touches"),
    row::number("adds", "", kSlotAdds, "lines added"),
    row::number("dels", "", kSlotDels, "lines removed"),
    row::number("v", "", kSlotVersion, "version of the series"),
    row::number("part", "", kSlotPart, "part of the series; 0 is the cover letter"),
    row::number("total", "", kSlotTotal, "parts in the series"),
    row::plain(FieldKind::group, "series", "", "cover and parts of the series of series:ID or series:{ query }"),
    row::plain(FieldKind::group, "versions", "", "the same of all versions of the series"),
    row::plain(FieldKind::group, "thread", "", "whole threads of thread:ID or thread:{ query }"),
    row::plain(FieldKind::commit, "commit", "", "what a commit came from, by its id from 7 digits"),
    row::plain(FieldKind::commit, "applied", "", "what went in between two tags of a repository: v6.12..v6.13, ..v6.13; or into the TREE that replies name"),
    row::plain(FieldKind::count, "replies", "", "how many replies: to a patch or cover all below it, to other mail those that answer it directly"),
});
// clang-format on

/// Place of a row in kFields.
constexpr std::size_t index_of(const Field& field) { return static_cast<std::size_t>(&field - kFields.data()); }

/// Terms that belong to no field a user types.
inline constexpr std::string_view kHasPrefix = "XHAS:";      ///< has_term() and has_trailer_term() of terms.hpp
inline constexpr std::string_view kTrailerPrefix = "XT";     ///< + trailer's name, folded, + ':'
inline constexpr std::string_view kPathPrefix = "XF:";       ///< PathTerm, folded
inline constexpr std::string_view kExactPathPrefix = "XG:";  ///< PathTerm with case
inline constexpr std::string_view kContentPrefix = "XKEY:";  ///< digest that tells one message from another
inline constexpr std::string_view kOriginPrefix = "XFROM:";  ///< + store::Origin::name()
inline constexpr char kStemPrefix = 'Z';                     ///< + area prefix + stem
/// + a word, without position or weight, of a line or a part of one that is of no area:
/// headers of a diff, diffstats, the numbers of a hunk. No field; `lit:` and `re:` must
/// know of every word there is. The prefix alone marks a message with encoded lines,
/// whose words are in no index.
inline constexpr std::string_view kRestPrefix = "XREST:";
/// No term, but the name of a list among those of positions (signed_list() in schema/terms.hpp): of the messages that
/// have some signed words (tokens/signed_words.hpp), wherever in them these stand.
inline constexpr std::string_view kSignedPrefix = "XSIGNED:";

/// Calls `visit` with a field's name and each of its aliases.
template <class Visit>
constexpr void each_name(const Field& field, Visit&& visit) {
    visit(field.name);
    for (std::string_view rest = field.aliases; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        visit(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

/// The field called `name` (any case) or having it as an alias; nullptr if none.
constexpr const Field* find_field(std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const Field* found = nullptr;
    for (const Field& f : kFields)
        each_name(f, [&](std::string_view other) {
            if (std::ranges::equal(name, other, {}, lower)) found = &f;
        });
    return found;
}

/// How many fields claim `name`, as a name or an alias.
constexpr int owners(std::string_view name) {
    int count = 0;
    for (const Field& f : kFields) each_name(f, [&](std::string_view other) { count += other == name; });
    return count;
}

constexpr bool is_consistent(const Field& f) {
    bool unique = true;
    each_name(f, [&](std::string_view name) { unique = unique && owners(name) == 1; });
    if (!unique) return false;
    if ((f.kind == FieldKind::range || f.kind == FieldKind::date) != (f.slot >= 0)) return false;
    if ((f.kind == FieldKind::text) != (f.areas != 0)) return false;
    const bool trailer = f.kind == FieldKind::trailer;
    const bool one_per_value = f.kind == FieldKind::exact || f.kind == FieldKind::hex || f.kind == FieldKind::reference;
    if ((trailer || one_per_value) != !f.prefix.empty()) return false;
    if (trailer && !f.prefix.starts_with(kTrailerPrefix)) return false;
    // "Q" is Xapian's own convention for a unique id.
    return f.prefix.empty() || f.prefix == "Q" || (f.prefix.starts_with('X') && f.prefix.ends_with(':'));
}

constexpr bool is_consistent() {
    constexpr std::string_view kTaken = "QXZ";  // Xapian's unique id, long prefixes, stems
    for (std::size_t i = 0; i < kAreaTable.size(); ++i) {
        const AreaInfo& area = kAreaTable[i];
        if (static_cast<std::size_t>(area.area) != i || area.prefix.size() != 1 ||
            kTaken.find(area.prefix) != kTaken.npos)
            return false;
        for (std::size_t j = 0; j < i; ++j)
            if (kAreaTable[j].prefix == area.prefix) return false;
    }
    for (const Field& f : kFields)
        if (!is_consistent(f)) return false;
    return kAreaTable.size() == kAreas;
}
static_assert(is_consistent(), "see the rules in is_consistent()");

/// A row that code names. One that is not in the table, or of none of the kinds, does not compile.
template <FieldKind... kinds>
class Named {
public:
    consteval explicit Named(std::string_view name) : row_(find_field(name)) {
        if (!row_ || row_->name != name || !((row_->kind == kinds) || ...)) throw "no such field of this kind";
    }
    constexpr const Field* operator->() const { return row_; }
    constexpr operator const Field*() const { return row_; }
    constexpr operator const Field&() const { return *row_; }

private:
    const Field* row_;
};
using TermField = Named<FieldKind::exact, FieldKind::hex, FieldKind::reference>;
using NumberField = Named<FieldKind::range, FieldKind::date>;
using GroupField = Named<FieldKind::group>;

/// The rows that code fills or asks for by name. Most behaviour hangs on a column instead.
namespace field {
inline constexpr TermField id{"id"}, refs{"refs"}, list{"list"}, pwid{"pwid"}, is{"is"}, op{"op"}, tag{"tag"},
    blob{"blob"}, patchid{"patchid"}, changeid{"changeid"}, base{"base"}, prereq{"prereq"}, mentions{"mentions"};
inline constexpr NumberField date{"date"}, received{"received"}, size{"size"}, files{"files"}, adds{"adds"},
    dels{"dels"}, version{"v"}, part{"part"}, total{"total"};
inline constexpr GroupField series{"series"}, versions{"versions"}, thread{"thread"};
inline constexpr Named<FieldKind::path> file{"file"};
inline constexpr Named<FieldKind::named> trailer{"trailer"};
inline constexpr Named<FieldKind::trailer> fixes{"fixes"};
inline constexpr Named<FieldKind::count> replies{"replies"};
inline constexpr Named<FieldKind::commit> commit{"commit"}, applied{"applied"};
}  // namespace field

}  // namespace patchseek::schema
