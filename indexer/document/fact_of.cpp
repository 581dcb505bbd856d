// SPDX-License-Identifier: GPL-2.0-or-later
#include "fact_of.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "applied.hpp"
#include "mentions.hpp"
#include "notices.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"
#include "record.hpp"
#include "relate/keys.hpp"

namespace patchseek::document {
namespace {

using patch::Line;
using patch::LineKind;
using relate::Hash;
using relate::hash_of;
using relate::Person;
using relate::person_of;
using relate::title_hash;

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHex = "0123456789abcdef";
/// Hex digits at the end of a change-id that b4 makes; after `I` of one that Gerrit makes.
constexpr std::size_t kB4Digits = 12, kGerritDigits = 40;
constexpr std::size_t kDateDigits = 8, kTimeDigits = 14, kCommitDigits = 40;
/// Lists of more titles than this are no shortlog of a series.
constexpr std::size_t kMostTitles = 1000;
/// Versions before this one that it may name.
constexpr std::size_t kMostEarlier = 64;

bool all_of(std::string_view text, std::string_view set) {
    return !text.empty() && text.find_first_not_of(set) == text.npos;
}

std::string_view until(std::string_view text, char end) { return text.substr(0, text.find(end)); }

Hash tags_hash(const std::vector<std::string>& tags) {
    std::set<std::string> folded;
    for (const std::string& tag : tags) folded.insert(text::fold(tag));
    std::string all;
    for (const std::string& tag : folded) all += tag + ' ';
    return all.empty() ? 0 : hash_of(all);
}

// 1277221261-3717-2-git-send-email-author@example.org, as git made them before 2016
std::optional<std::string> old_send_email_stem(std::string_view id) {
    constexpr std::string_view kMark = "-git-send-email-";
    const auto mark = id.find(kMark);
    if (mark == id.npos) return std::nullopt;
    const auto number = id.substr(0, mark).rfind('-');
    if (number == id.npos || !all_of(id.substr(number + 1, mark - number - 1), kDigits)) return std::nullopt;
    return std::string(id.substr(0, number)) + std::string(id.substr(mark));
}

// 20201026095108.12345-2-author@example.org
std::optional<std::string> send_email_stem(std::string_view id) {
    const auto time = until(id, '.');
    if (time.size() != kTimeDigits || !all_of(time, kDigits)) return std::nullopt;
    const auto rest = id.substr(std::min(id.size(), time.size() + 1));
    const auto process = until(rest, '-');
    const auto number = until(rest.substr(std::min(rest.size(), process.size() + 1)), '-');
    if (!all_of(process, kDigits) || !all_of(number, kDigits)) return std::nullopt;
    const auto head = time.size() + 1 + process.size() + 1;
    return std::string(id.substr(0, head)) + std::string(id.substr(head + number.size()));
}

// cover.1603705468.git.author@example.org, and a commit id in place of "cover"
std::optional<std::string> format_patch_stem(std::string_view id) {
    const auto head = until(id, '.');
    const bool ours = head == "cover" || (head.size() == kCommitDigits && all_of(head, kHex));
    if (!ours || id.find(".git.") == id.npos) return std::nullopt;
    return std::string(id.substr(head.size()));
}

// 20240102-what-it-is-v3-2-0123456789ab@example.org
std::optional<std::string> b4_stem(std::string_view id) {
    const auto at = id.find('@');
    if (at == id.npos || until(id, '-').size() != kDateDigits || !all_of(until(id, '-'), kDigits)) return std::nullopt;
    const auto local = id.substr(0, at);
    const auto hash = local.rfind('-');
    if (hash == local.npos || !all_of(local.substr(hash + 1), kHex)) return std::nullopt;
    const auto number = local.substr(0, hash).rfind('-');
    if (number == local.npos || !all_of(local.substr(number + 1, hash - number - 1), kDigits)) return std::nullopt;
    return std::string(local.substr(0, number)) + std::string(id.substr(hash));
}

bool is_b4_change(std::string_view id) {
    const auto dash = id.rfind('-');
    return dash != id.npos && id.size() - dash - 1 == kB4Digits && all_of(id.substr(dash + 1), kHex) &&
           until(id, '-').size() == kDateDigits && all_of(until(id, '-'), kDigits);
}

bool is_gerrit_change(std::string_view id) {
    return id.size() == 1 + kGerritDigits && id.front() == 'I' && all_of(id.substr(1), kHex);
}

// b4's is of a series, whoever sends it. Gerrit's stays with a commit wherever it is
// picked to, so it tells versions apart only of one sender and one tree.
Hash change_of(const mail::Message& message, const patch::Patch& patch, const relate::Fact& fact) {
    if (is_b4_change(message.change_id)) return hash_of(message.change_id);
    for (const patch::Trailer& trailer : patch.trailers) {
        if (!equals_any_case(trailer.name, "change-id")) continue;
        const std::string_view id = trailer.value;
        if (is_b4_change(id)) return hash_of(id);
        if (is_gerrit_change(id) && fact.sender != 0)
            return hash_of(std::string(id) + std::to_string(fact.sender) + '/' + std::to_string(fact.tags));
    }
    return 0;
}

void add_paths(relate::Fact& fact, const store::Record& record) {
    std::set<Hash> paths;
    for (const patch::FileChange& file : record.files) fact.partial = fact.partial || file.partial;
    for (const patch::FileChange& file : record.files) {
        if (paths.size() == relate::kMostPaths) break;
        paths.insert(hash_of(file.path));
    }
    fact.paths.assign(paths.begin(), paths.end());
}

void add_trailers(relate::Fact& fact, const patch::Patch& patch) {
    fact.credits = patch.gives_credit;
    fact.reviewed = fact.credits && std::ranges::any_of(patch.trailers, [](const patch::Trailer& trailer) {
                        const auto name = text::fold(trailer.name);
                        return name == "reviewed-by" || name == "acked-by";
                    });
}

void take(relate::Fact& fact, const Applied& applied) {
    for (const Applied::Part& part : applied.parts)
        fact.taken.push_back({part.title.empty() ? 0 : title_hash(part.title), part.part, part.total,
                              store::CommitPrefix::of(part.commit)});
    fact.whole = applied.whole;
    fact.dropped = applied.dropped;
    fact.except = applied.except;
    fact.tree = applied.tree;
}

// A notice of what became of somebody's patch is a reply to it, even if it carries the patch.
bool is_notice(relate::Fact& fact, const mail::Message& message, const patch::Patch& patch) {
    if (fact.reply) return false;
    const auto notice = notice_of(patch.tag, message.body);
    if (!notice) return false;
    fact.reply = true;
    take(fact, *notice);
    return true;
}

// What a reply says of patches; what is posted as one says nothing of others.
void add_applied(relate::Fact& fact, const mail::Message& message, const patch::Patch& patch) {
    const bool posted = !fact.reply && fact.kind != store::MessageKind::none && fact.kind != store::MessageKind::reply;
    if (posted || (!fact.reply && fact.references.empty())) return;
    const auto applied = applied_of(message.body, patch.lines);
    if (applied) take(fact, *applied);
}

void add_ids(relate::Fact& fact, const mail::Message& message) {
    for (const std::string& id : message.ids) fact.ids.push_back(hash_of(id));
    const auto& all = message.references;
    const auto skipped = all.size() - std::min(all.size(), relate::kMostReferences);
    for (auto i = skipped; i < all.size(); ++i) fact.references.push_back(hash_of(all[i]));
    const auto stem = message.made_up_id ? std::string() : id_stem(message.ids.front());
    fact.stem = stem.empty() ? 0 : hash_of(stem);
}

// Where a line says which version it names: `Link to v2: URL`, `- v2: URL`, `[v2] URL`. What follows that, and which.
struct Named {
    std::uint32_t version;
    std::string_view rest;
};
std::optional<Named> named_version(std::string_view line) {
    const auto eat = [&line](std::string_view set) {
        line.remove_prefix(std::min(line.find_first_not_of(set), line.size()));
    };
    eat(" \t-*+[(");
    for (const std::string_view words :
         {"link to ", "link for ", "changes since ", "changes from ", "changes in ", "version ", "patch ", "rfc "})
        if (text::fold(line.substr(0, words.size())) == words) line.remove_prefix(words.size());
    if (line.empty() || (line.front() != 'v' && line.front() != 'V')) return std::nullopt;
    line.remove_prefix(1);
    const auto digits = line.substr(0, line.find_first_not_of(kDigits));
    if (digits.empty() || digits.size() > 3) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(std::stoul(std::string(digits)));
    line.remove_prefix(digits.size());
    eat(" \t:])-=>(<@");
    return Named{number, line};
}

// The id of a message that a text begins with a link to.
std::string first_linked_id(std::string_view text) {
    if (!text.starts_with("http://") && !text.starts_with("https://")) return {};
    return linked_id(text.substr(0, text.find_first_of(" \t\r>)],\"")));
}

// What a message names as its earlier versions: a link behind each one's number, or on the line below.
void add_earlier(relate::Fact& fact, const mail::Message& message, const patch::Patch& patch) {
    std::set<Hash> ids;
    bool open = false;
    for (const Line& line : patch.lines) {
        if (line.kind == LineKind::blank) continue;
        if (line.kind != LineKind::log && line.kind != LineKind::notes && line.kind != LineKind::trailer) continue;
        auto text = line.of(message.body);
        const auto named = named_version(text);
        if (named) text = named->rest;
        text.remove_prefix(std::min(text.find_first_not_of(" \t<"), text.size()));
        const bool own = named && fact.version != 0 && named->version >= fact.version;
        const auto id = (named || open) && !own ? first_linked_id(text) : std::string();
        if (!id.empty() && ids.size() < kMostEarlier) ids.insert(hash_of(id));
        open = named && !own && text.empty();
    }
    fact.earlier.assign(ids.begin(), ids.end());
}

bool is_shortlog_head(std::string_view line) {
    if (!line.ends_with("):") || line.starts_with(' ')) return false;
    const auto open = line.rfind(" (");
    return open != line.npos && open > 0 && all_of(line.substr(open + 2, line.size() - open - 4), kDigits);
}

}  // namespace

std::string id_stem(std::string_view id) {
    for (const auto stem_of : {send_email_stem, old_send_email_stem, format_patch_stem, b4_stem})
        if (auto stem = stem_of(id)) return std::move(*stem);
    return {};
}

std::vector<std::string> shortlog_titles(std::string_view body, const std::vector<Line>& lines) {
    std::vector<std::string> out;
    bool inside = false;
    std::size_t first = 0;  // indent of a person's titles; 0 before the first
    for (const Line& line : lines) {
        auto text = line.of(body);
        while (text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
        const auto indent = std::min(text.find_first_not_of(" \t"), text.size());
        if (is_shortlog_head(text)) {
            inside = true;
            first = 0;
        } else if (!inside || indent < 2 || indent == text.size() || line.kind == LineKind::diffstat) {
            inside = false;
        } else if (first != 0 && indent > first) {
            out.back() += ' ' + std::string(text.substr(indent));
        } else if (out.size() < kMostTitles) {
            first = indent;
            out.emplace_back(text.substr(indent));
        }
    }
    return out;
}

relate::Fact fact_of(const mail::Message& message, const patch::Patch& patch, const store::Record& record,
                     const std::vector<std::string>& patch_ids) {
    relate::Fact fact;
    add_ids(fact, message);
    fact.content = hash_of(message.content_key);
    const auto sender = person_of(message.sender());
    const auto author = patch.inbody_from.empty() ? Person{} : person_of(patch.inbody_from);
    fact.sender = sender.name;
    fact.address = sender.address;
    if (author.name != sender.name) fact.author = author.name;
    if (author.address != sender.address) fact.author_address = author.address;
    fact.title = title_hash(patch.tag.title);
    fact.tags = tags_hash(patch.tag.tags);
    fact.change = change_of(message, patch, fact);
    fact.patch = patch_ids.empty() ? 0 : hash_of(patch_ids.front());
    fact.date = record.date;
    fact.version = patch.tag.version.value_or(0);
    fact.minor = patch.tag.minor;
    fact.part = patch.tag.part;
    fact.total = patch.tag.total;
    fact.kind = record.kind;
    fact.reply = patch.tag.reply;
    fact.resend = patch.tag.resend;
    fact.rfc = patch.tag.rfc;
    fact.headerless = message.made_up_id;
    fact.bot = is_bot(message.sender());
    fact.diff = patch.has_diff;
    fact.set = patch.tag.set;
    add_paths(fact, record);
    if (is_notice(fact, message, patch)) return fact;
    if (!fact.reply && record.kind != store::MessageKind::patch)
        for (const std::string& title : shortlog_titles(message.body, patch.lines))
            fact.shortlog.push_back(title_hash(patch::parse_subject(title).title));
    if (!fact.reply) add_earlier(fact, message, patch);
    add_trailers(fact, patch);
    add_applied(fact, message, patch);
    return fact;
}

}  // namespace patchseek::document
