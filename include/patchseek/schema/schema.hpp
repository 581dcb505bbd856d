#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
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
namespace patchseek::schema {

/// Bump when a change makes an existing index unreadable or its answers wrong.
inline constexpr int kVersion = 3;

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

struct AreaInfo {
    Area area;
    std::string_view name;    ///< as --explain prints it
    std::string_view prefix;  ///< Xapian term prefix
    double weight;            ///< of a bare word's match, relative to the others: searcher/rank/ranking.hpp
    bool bare;                ///< searched by a bare word
    bool prose;               ///< stemmed
};
// clang-format off
inline constexpr auto kAreaTable = std::to_array<AreaInfo>({
    {Area::subject,    "subject",    "S", 5.0, true,  true},
    {Area::author,     "author",     "U", 1.0, true,  false},
    {Area::log,        "log",        "L", 1.0, true,  true},
    {Area::notes,      "notes",      "N", 0.7, true,  true},
    {Area::path,       "path",       "P", 2.0, true,  false},
    {Area::function,   "func",       "G", 0.7, true,  false},
    {Area::added,      "added",      "A", 0.8, true,  false},
    {Area::removed,    "removed",    "R", 0.7, true,  false},
    {Area::context,    "context",    "C", 0.3, true,  false},
    {Area::trailer,    "trailer",    "Y", 0.3, true,  false},
    {Area::quoted,     "quoted",     "H", 0.0, true,  true},
    {Area::from,       "from",       "F", 1.0, false, false},
    {Area::to,         "to",         "T", 1.0, false, false},
    {Area::cc,         "cc",         "D", 1.0, false, false},
    {Area::attachment, "attachment", "M", 1.0, false, false},
});
// clang-format on
constexpr const AreaInfo& info(Area area) { return kAreaTable[static_cast<std::size_t>(area)]; }

enum class FieldKind : std::uint8_t {
    text,     ///< words, phrases, NEAR, trailing * in a set of areas
    trailer,  ///< the same in the values of one trailer: terms under `prefix`; commit ids by any abbreviation
    path,     ///< patch/path_terms.hpp
    exact,    ///< one term per value, under `prefix`
    hex,      ///< like exact, for object ids: any abbreviation from 7 digits finds any other
    range,    ///< a value slot: a..b, a.., ..b, or one value
    date,     ///< a range of seconds since 1970, UTC, typed as dates
    named,    ///< `trailer:NAME` or `trailer:NAME:words`: any trailer by its name
    group,    ///< a thread or series (store/relations.hpp): the id of one of its messages, or a query in braces
    count,    ///< how many of something store/relations.hpp knows of: like range, without a slot
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
};

struct Field {
    std::string_view name;     ///< what the user types before ':'
    std::string_view aliases;  ///< public-inbox's names and short ones, a space between
    FieldKind kind;
    Areas areas;              ///< text: where it looks
    std::string_view prefix;  ///< term prefix, for kinds that have one
    int slot;                 ///< value slot, for ranges
    std::string_view help;
};

inline constexpr Areas kBody = bit(Area::log) | bit(Area::notes) | bit(Area::path) | bit(Area::function) |
                               bit(Area::added) | bit(Area::removed) | bit(Area::context) | bit(Area::trailer);
inline constexpr Areas kBare = [] {
    Areas areas = 0;
    for (const AreaInfo& a : kAreaTable)
        if (a.bare) areas |= bit(a.area);
    return areas;
}();

// clang-format off
inline constexpr auto kFields = std::to_array<Field>({
    {"subject", "s", FieldKind::text, bit(Area::subject), "", -1, "words of the Subject header"},
    {"from", "f", FieldKind::text, bit(Area::from), "", -1, "names and addresses of the sender"},
    {"author", "", FieldKind::text, bit(Area::author), "", -1, "who wrote the patch: in-body From, else the sender"},
    {"to", "t", FieldKind::text, bit(Area::to), "", -1, "names and addresses in To"},
    {"cc", "c", FieldKind::text, bit(Area::cc), "", -1, "names and addresses in Cc"},
    {"tc", "", FieldKind::text, bit(Area::to) | bit(Area::cc), "", -1, "to or cc"},
    {"tcf", "a", FieldKind::text, bit(Area::to) | bit(Area::cc) | bit(Area::from), "", -1, "to, cc or from"},
    {"body", "b", FieldKind::text, kBody | bit(Area::quoted), "", -1, "the whole body"},
    {"bs", "", FieldKind::text, kBody | bit(Area::quoted) | bit(Area::subject), "", -1, "body or subject"},
    {"nq", "", FieldKind::text, kBody, "", -1, "the body without quotes"},
    {"log", "", FieldKind::text, bit(Area::log), "", -1, "what the author says, above the diff"},
    {"quoted", "q", FieldKind::text, bit(Area::quoted), "", -1, "quoted lines"},
    {"attachment", "n", FieldKind::text, bit(Area::attachment), "", -1, "names of attached files"},
    {"added", "dfb", FieldKind::text, bit(Area::added), "", -1, "lines a patch adds"},
    {"removed", "dfa", FieldKind::text, bit(Area::removed), "", -1, "lines a patch removes"},
    {"changed", "", FieldKind::text, bit(Area::added) | bit(Area::removed), "", -1, "added or removed"},
    {"context", "dfctx", FieldKind::text, bit(Area::context), "", -1, "unchanged lines of a diff"},
    {"func", "dfhh", FieldKind::text, bit(Area::function), "", -1, "function named after @@"},
    {"file", "dfn path", FieldKind::path, 0, "", -1, "path touched: /from/the/top, any/tail.c, folder/, *.S"},
    {"id", "mid m", FieldKind::exact, 0, "Q", -1, "Message-ID"},
    {"refs", "references", FieldKind::exact, 0, "XREF:", -1, "In-Reply-To or References"},
    {"list", "l lid", FieldKind::exact, 0, "XLIST:", -1, "List-Id"},
    {"pwid", "", FieldKind::exact, 0, "XPW:", -1, "X-Patchwork-Id"},
    {"is", "", FieldKind::exact, 0, "XIS:", -1, "patch cover pull reply rfc resend html damaged truncated latest complete unanswered unreviewed"},
    {"op", "", FieldKind::exact, 0, "XOP:", -1, "create delete rename copy mode binary"},
    {"tag", "", FieldKind::exact, 0, "XTAG:", -1, "other words in the subject's brackets: tree, branch, project"},
    {"blob", "dfblob dfpre dfpost", FieldKind::hex, 0, "XBLOB:", -1, "blob id of the diff, from 7 digits"},
    {"patchid", "", FieldKind::exact, 0, "XPID:", -1, "git patch-id --stable of the diff"},
    {"mentions", "", FieldKind::hex, 0, "XMEN:", -1, "commit, message id, CVE or bug that the prose names"},
    {"signed", "", FieldKind::trailer, 0, "XTsigned-off-by:", -1, "Signed-off-by"},
    {"reviewed", "", FieldKind::trailer, 0, "XTreviewed-by:", -1, "Reviewed-by"},
    {"acked", "", FieldKind::trailer, 0, "XTacked-by:", -1, "Acked-by"},
    {"tested", "", FieldKind::trailer, 0, "XTtested-by:", -1, "Tested-by"},
    {"reported", "", FieldKind::trailer, 0, "XTreported-by:", -1, "Reported-by"},
    {"suggested", "", FieldKind::trailer, 0, "XTsuggested-by:", -1, "Suggested-by"},
    {"fixes", "", FieldKind::trailer, 0, "XTfixes:", -1, "Fixes: commit by any abbreviation, or words"},
    {"link", "", FieldKind::trailer, 0, "XTlink:", -1, "Link"},
    {"closes", "", FieldKind::trailer, 0, "XTcloses:", -1, "Closes"},
    {"trailer", "", FieldKind::named, 0, "XT", -1, "any trailer: trailer:NAME, trailer:NAME:words"},
    {"date", "d dt", FieldKind::date, 0, "", kSlotDate, "Date, UTC: 2020, 2020-10..2020-12, 3.weeks.ago.."},
    {"since", "", FieldKind::date, 0, "", kSlotDate, "date from here on"},
    {"before", "", FieldKind::date, 0, "", kSlotDate, "date before this"},
    {"received", "rt", FieldKind::date, 0, "", kSlotReceived, "when the list got it, else date"},
    {"size", "z", FieldKind::range, 0, "", kSlotSize, "bytes of the message"},
    {"files", "", FieldKind::range, 0, "", kSlotFiles, "how many files it touches"},
    {"adds", "", FieldKind::range, 0, "", kSlotAdds, "lines added"},
    {"dels", "", FieldKind::range, 0, "", kSlotDels, "lines removed"},
    {"v", "", FieldKind::range, 0, "", kSlotVersion, "version of the series"},
    {"part", "", FieldKind::range, 0, "", kSlotPart, "part of the series; 0 is the cover letter"},
    {"total", "", FieldKind::range, 0, "", kSlotTotal, "parts in the series"},
    {"series", "", FieldKind::group, 0, "", -1, "cover and parts of the series of series:ID or series:{ query }"},
    {"versions", "", FieldKind::group, 0, "", -1, "the same of all versions of the series"},
    {"thread", "", FieldKind::group, 0, "", -1, "whole threads of thread:ID or thread:{ query }"},
    {"replies", "", FieldKind::count, 0, "", -1, "how many replies it has"},
});
// clang-format on

/// Terms that belong to no field a user types.
inline constexpr std::string_view kHasPrefix = "XHAS:";      ///< + field name, or "trailer:" + trailer's name
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

/// Words a bare value of `is:` may have in this schema.
inline constexpr auto kStates = std::to_array<std::string_view>(
    {"patch", "cover", "pull", "reply", "rfc", "resend", "html", "damaged", "truncated"});
/// Those that depend on other messages, in the order of store::RelationState: no terms.
inline constexpr auto kRelationStates =
    std::to_array<std::string_view>({"latest", "complete", "unanswered", "unreviewed"});
inline constexpr auto kOps = std::to_array<std::string_view>({"create", "delete", "rename", "copy", "mode", "binary"});

/// Positions between two stretches of text that no phrase may cross.
inline constexpr std::uint32_t kGap = 100;

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
    // "Q" is Xapian's own convention for a unique id, "XT" goes on with a trailer's name.
    return f.prefix.empty() || f.prefix == "Q" || f.kind == FieldKind::named ||
           (f.prefix.starts_with('X') && f.prefix.ends_with(':'));
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

}  // namespace patchseek::schema
