// SPDX-License-Identifier: GPL-2.0-or-later
#include "sentences.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "patchseek/base/ascii.hpp"
#include "sentence_words.hpp"

namespace patchseek::document {
namespace {

using namespace words;

constexpr std::size_t kLongestTree = 63;
/// Longer sentences tell stories; so do those with more words before the verb, if nobody says "I".
constexpr std::size_t kLongestSentence = 400, kMostBefore = 10;
/// More words than these do not go with "applying".
constexpr std::size_t kMostOfPresent = 8;
constexpr std::size_t kMostParts = 300;

// Without the signs around it.
std::string_view bare(std::string_view word) {
    constexpr std::string_view kSigns = ".,!;:()\"'*";
    const auto first = std::min(word.find_first_not_of(kSigns), word.size());
    return word.substr(first, word.find_last_not_of(kSigns) + 1 - first);
}

// `3`, `1-3`, `1,2,4`, `1/4`, `#2`, `2..6`; no version such as 5.10.
bool is_number(std::string_view word) {
    const auto dots = word.find("..");
    if (dots != word.npos) return is_number(word.substr(0, dots)) && is_number(word.substr(dots + 2));
    return !word.empty() && (is_digit(word.front()) || word.front() == '#') && word.size() < 40 &&
           word.find_first_not_of("0123456789-,/&#") == word.npos;
}

/// A sentence in words, lower case, without the signs around them.
struct Words {
    std::vector<std::string> all;
    std::vector<bool> closed;  ///< a comma or a sign like it stands right behind, or a dash
    std::size_t size() const { return all.size(); }
    std::string_view at(std::size_t place) const { return place < all.size() ? all[place] : std::string_view(); }
    bool any(std::size_t from, std::size_t to, std::span<const std::string_view> words) const {
        for (auto i = from; i < std::min(to, size()); ++i)
            if (has(words, all[i])) return true;
        return false;
    }
};

Words cut(std::string_view text) {
    Words out;
    while (!text.empty()) {
        text = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
        auto raw = text.substr(0, text.find_first_of(" \t"));
        // "Thanks,applied"
        const auto comma = raw.find(',');
        if (comma != raw.npos && comma + 1 < raw.size() && is_alpha(raw[comma + 1])) raw = raw.substr(0, comma + 1);
        text.remove_prefix(raw.size());
        const auto word = bare(raw);
        if (word.empty()) {
            if (raw.starts_with("-") && !out.closed.empty()) out.closed.back() = true;
            continue;
        }
        out.all.push_back(lowered(word));
        const auto signs = raw.substr(static_cast<std::size_t>(word.data() - raw.data()) + word.size());
        out.closed.push_back(signs.find_first_of(",;:.!") != signs.npos);
    }
    return out;
}

bool is_branch(std::string_view word) {
    if (word.size() < 3 || word.size() > kLongestTree) return false;
    if (word == "queue") return false;
    if (word.find_first_of("-/") != word.npos && !is_number(word)) return true;
    for (const std::string_view name : {"next", "master", "queue", "devel", "staging", "fixes", "linus", "mainline"})
        if (word.find(name) != word.npos) return true;
    return word == "main" || (is_digit(word.front()) && word.find('.') != word.npos);  // 5.10
}

/// One verb of a sentence, and the clause that it stands in.
class Clause {
public:
    Clause(const Words& words, std::size_t verb) : words_(words), verb_(verb), begin_(verb), end_(verb) {
        while (begin_ > 0 && !words.closed[begin_ - 1] && !has(kOpens, words.all[begin_ - 1])) --begin_;
        while (end_ < words.size() && (end_ == verb || !has(kCloses, words.all[end_])) && !words.closed[end_]) ++end_;
        if (end_ < words.size() && words.closed[end_]) ++end_;
    }

    bool says_so() const { return reads_so_before() && verb_fits() && reads_so_behind(); }

    Applied told() const {
        Applied out;
        out.except = words_.any(0, words_.size(), kExcept);
        out.parts = numbers();
        out.dropped = drops();
        const auto from = verb_ <= kMostBefore ? 0 : begin_;
        if (out.parts.size() == 1 && out.parts.front().part == 0) out.parts.clear();
        out.whole = (out.parts.empty() || out.except) && words_.any(from, end_, kWhole);
        out.tree = tree();
        out.except = out.except && !out.dropped && (out.whole || out.parts.empty());
        if (out.parts.empty()) out.parts.emplace_back();
        return out;
    }

private:
    std::string_view verb() const { return words_.all[verb_]; }
    bool drops() const { return verb() == "dropped" || verb() == "dropping"; }
    std::string_view behind(std::size_t at = 0) const { return words_.at(verb_ + 1 + at); }
    std::string_view before(std::size_t at = 0) const {
        return at < verb_ ? words_.at(verb_ - 1 - at) : std::string_view();
    }
    bool ends_at_verb() const { return words_.closed[verb_] || verb_ + 1 == words_.size(); }
    bool in_clause(std::string_view word) const {
        return std::find(words_.all.begin() + static_cast<std::ptrdiff_t>(begin_),
                         words_.all.begin() + static_cast<std::ptrdiff_t>(end_),
                         word) != words_.all.begin() + static_cast<std::ptrdiff_t>(end_);
    }

    bool is_plain(std::size_t from) const {
        for (auto i = from; i < verb_; ++i) {
            const auto word = words_.at(i);
            if (word == "got" && !has(kObject, words_.at(i + 1))) return false;
            if (word == "you" ? i == 0 || words_.at(i - 1) != "thank" : !has(kBefore, word) && !is_number(word))
                return false;
        }
        return true;
    }
    bool denies(std::size_t from) const {
        for (auto i = from; i < verb_; ++i)
            if (has(kDoubt, words_.at(i)) || words_.at(i).ends_with("n't")) return true;
        return false;
    }

    // "I've", "we have", "I have just"; not "I".
    bool is_perfect() const {
        std::size_t at = 0;
        while (before(at) == "just" || before(at) == "now" || before(at) == "also" || before(at) == "then" ||
               before(at) == "finally")
            ++at;
        if (before(at) == "i've" || before(at) == "ive" || before(at) == "we've") return true;
        return before(at) == "have" && (before(at + 1) == "i" || before(at + 1) == "we");
    }
    // "I", or at the beginning of the clause "applied" alone, "series applied to".
    bool has_subject() const {
        constexpr auto kWho = sorted(std::to_array<std::string_view>({"i", "i've", "ive", "we", "we've", "been"}));
        if (words_.any(begin_, verb_, kWho)) return true;
        if (words_.at(0) == "with" && verb_ > begin_) return false;
        if (ends_at_verb() || behind() == "thanks") return true;
        const auto name = tree();
        const bool is_version = name.find_first_not_of("v0123456789.-rc") == name.npos;  // whoever tried it says so
        return (has_place(behind()) || behind() == "on") && !is_version;
    }
    static bool has_place(std::string_view word) { return word == "to" || word == "into" || word == "for"; }
    bool has_object() const { return ends_at_verb() || has(kObject, behind()) || has_place(behind()); }
    // "I fixed it up and applied the patch"
    bool is_second() const {
        const bool mine = words_.at(begin_) == "i" || words_.at(begin_) == "i've" || words_.at(begin_) == "we";
        return mine && before() == "and" && words_.any(begin_, verb_, kEdited) && has(kObject, behind());
    }

    bool reads_so_before() const {
        if (has(kPresent, verb())) return is_plain(0) && words_.size() > 1 && words_.size() <= kMostOfPresent;
        const bool plain = is_plain(0) && verb_ <= kMostBefore;
        const bool later = !words_.any(0, begin_, kCondition) && is_plain(begin_) && has_subject();
        const bool known =
            plain || later ||
            ((is_perfect() || is_second()) && has_object() && !denies(begin_) && !words_.any(0, begin_, kCondition));
        if (!known || denies(verb_ > 2 ? std::max(begin_, verb_ - 3) : begin_)) return false;
        if (verb_ == 0) return true;
        const bool mine = before() == "i'm" || before() == "am";
        if (before() == "to" || (mine && verb() != "dropping") ||
            (before() == "and" && !is_second() && verb_ != begin_))
            return false;
        const auto passive = sorted(std::to_array<std::string_view>({"was", "were"}));
        return !words_.any(0, verb_, passive) || behind() == "to" || behind() == "into";
    }

    // What each verb takes behind it, where "applied" takes anything.
    bool verb_fits() const {
        const bool object = has(kObject, behind()) && (behind() != "the" || has(kNoun, behind(1)));
        const bool up = behind() == "up";
        if (verb() == "taken" || verb() == "put" || verb() == "taking") {
            const auto name = tree();
            return object && (name.find("next") != name.npos || name.find("fixes") != name.npos);
        }
        if (has(kPresent, verb())) {
            const bool mine = before() == "i'm" || before() == "am" || before() == "now";
            return ends_at_verb() || behind() == "thanks" || behind() == "now" || !tree().empty() || (mine && object);
        }
        if (drops()) {
            constexpr auto kText = sorted(
                std::to_array<std::string_view>({"commit", "description", "changelog", "subject", "log", "message"}));
            const bool mine = object || ends_at_verb() || behind() == "from" || behind() == "for" || behind() == "now";
            return mine && !words_.any(verb_, end_, kText);
        }
        if (verb() == "picked" && up)
            return behind(1).empty() || behind(1) == "for" || behind(1) == "thanks" || behind(1) == "in" ||
                   behind(1) == "to" || behind(1) == "patch" || behind(1) == "patches" || is_number(behind(1)) ||
                   (has(kObject, behind(1)) && (behind(1) != "the" || has(kNoun, behind(2))));
        if ((verb() == "picked" || verb() == "took") && (!object || !takes_this())) return false;
        constexpr auto kLog = sorted(std::to_array<std::string_view>({"commit", "description", "changelog", "list"}));
        if (verb() == "added" && words_.size() <= 5 && words_.any(0, words_.size(), kThanks))
            return !words_.any(verb_, words_.size(), kLog);
        if ((verb() == "added" || verb() == "took") && tree().empty()) return false;
        return merges_a_patch(object) && (!up || verb() == "queued");
    }

    // "picked this up", "took this one", "picked this"; not "picked this value".
    bool takes_this() const {
        constexpr auto kMore =
            sorted(std::to_array<std::string_view>({"up", "one", "patch", "series", "now", "for", "and", "into", "to",
                                                    "in", "set", "patchset", "two", "through", "via"}));
        const bool last = behind(1).empty() || words_.closed[verb_ + 1];
        return last || behind() == "the" || behind() == "both" || has(kMore, behind(1)) || has(kNoun, behind(1));
    }

    // "pushed this", "pushed this one"
    bool is_last_object() const {
        const std::size_t last = behind(1) == "one" ? verb_ + 2 : verb_ + 1;
        return last + 1 == words_.size() || words_.closed[last];
    }

    bool merges_a_patch(bool object) const {
        if (verb() == "merged" && (behind() == "in" || behind() == "up" || in_clause("with"))) return false;
        const bool moved = verb() == "pulled" || verb() == "pushed" || verb() == "merged" || verb() == "queued" ||
                           verb() == "committed";
        if (moved && tree().empty() && (in_clause("from") || (behind() == "the" && !object))) return false;
        if (moved && behind() == "the" && (behind(1) == "fix" || behind(1) == "fixes" || behind(1) == "code"))
            return false;
        const bool out = in_clause("out");
        if (verb() == "pushed" && ((object && !is_last_object()) || behind() == "for") && tree().empty() && !out &&
            !words_.any(0, words_.size(), kThanks))
            return false;
        if (verb() == "pulled" && out && in_clause("of")) return false;
        if (moved && !ends_at_verb() && verb_ == 0 && !object && !has(kBehind, behind()) && !is_number(behind()))
            return false;
        if ((verb() == "applied" || verb() == "added" || verb() == "pushed") && behind() == "on" && !on_branch())
            return false;
        const bool particle = behind() == "up" || behind() == "out" || (verb() == "pulled" && behind() == "in");
        return !particle || !(has(kNew, behind(1)) || (behind(1) == "the" && behind(2) == "update"));
    }
    // "applied on brook-next"
    bool on_branch() const {
        const auto name = behind(1);
        return name.find_first_of("-/") != name.npos && !name.starts_with("next-") && !name.starts_with("linux-next") &&
               (name.find("next") != name.npos || name.find("fixes") != name.npos);
    }

    bool reads_so_behind() const {
        for (auto i = verb_ + 1; i < end_; ++i) {
            const bool remark = words_.at(i) == "comments" || words_.at(i) == "comment";
            if (has(kOther, words_.at(i)) && !(remark && words_.any(verb_, i, kEdits))) return false;
            const auto last = words_.at(i - 1);
            if (words_.at(i) == "testing" && (last == "for" || last == "and" || last == "some")) return false;
            if (words_.at(i) == "included" && last == "also") return false;                       // of what was tried
            if (words_.at(i) == "fixup" && (last == "the" || last == "following")) return false;  // a proposal
        }
        for (auto i = verb_ + 1; i < words_.size(); ++i)
            if ((has(kTried, words_.at(i)) && words_.at(i - 1) != "as") ||
                (words_.at(i) == "not" && words_.at(i - 1) == "did"))
                return false;
        if (behind() == "by" || (behind() == "patches" && behind(1) == "from") || tried_on_version()) return false;
        const bool yours = behind() == "your" && has(kNoun, behind(1)) && tree().find('/') != std::string::npos;
        const bool known = has(kBehind, behind()) || (drops() && behind() == "from");
        return ends_at_verb() || known || yours || is_number(behind());
    }

    // "I applied these to 5.2-rc2 and verified the topology"
    bool tried_on_version() const {
        for (auto i = verb_ + 1; verb() == "applied" && i < end_; ++i) {
            const auto name = words_.at(i);
            const bool version = name.find_first_not_of("v0123456789.-rc") == name.npos;
            if (version && name.find("rc") != name.npos && words_.at(i - 1) == "to") return true;
        }
        return false;
    }

    // The tree that stands behind to, into, on or for.
    std::string tree() const {
        constexpr auto kTo =
            sorted(std::to_array<std::string_view>({"to", "into", "onto", "for", "on", "in", "of", "from"}));
        constexpr auto kSkipped =
            sorted(std::to_array<std::string_view>({"the", "my", "our", "both", "tree", "branch", "local"}));
        for (std::size_t at = verb_ + 1; at < end_; ++at) {
            if (!has(kTo, words_.at(at))) continue;
            auto name = at + 1;
            while (has(kSkipped, words_.at(name))) ++name;
            if (is_branch(words_.at(name))) return std::string(words_.at(name));
        }
        return {};
    }

    // Numbers right behind the verb, or behind "patch" or "patches" before it; "the first two", "the second".
    std::vector<Applied::Part> numbers() const;

    const Words& words_;
    std::size_t verb_, begin_, end_;
};

// The numbers of `1-3,5` or `2/4`.
void add_numbers(std::string_view word, std::vector<Applied::Part>& out) {
    std::uint32_t from = 0;
    while (!word.empty() && out.size() < kMostParts) {
        if (!is_digit(word.front())) {
            if (word.front() == '/') return;
            if (word.front() != '-' && word.front() != '.') from = 0;
            word.remove_prefix(1);
            continue;
        }
        const auto number = eat_number(word);
        if (!number) return;
        const bool range = from != 0 && *number > from && *number - from < kMostParts;
        for (std::uint32_t one = range ? from + 1 : *number; one <= *number && one != 0; ++one)
            out.push_back({{}, one, 0, {}});
        from = *number;
    }
}

std::uint32_t place_in(std::span<const std::string_view> words, std::string_view word) {
    const auto it = std::ranges::find(words, word);
    return it == words.end() ? 0 : static_cast<std::uint32_t>(it - words.begin()) + 1;
}

// "first 4 patches", "first two", "second patch"; not "first", which may be of something else.
void add_ordinals(const Words& words, std::size_t at, std::vector<Applied::Part>& out) {
    const auto place = place_in(kOrdinals, words.at(at));
    std::uint32_t count = place == 1 ? place_in(kCounts, words.at(at + 1)) : 0;
    if (auto next = words.at(at + 1); place == 1 && is_number(next)) count = eat_number(next).value_or(0);
    if (count > kMostParts) return;
    for (std::uint32_t one = 1; one <= count; ++one) out.push_back({{}, one, 0, {}});
    if (count == 0 && words.at(at + 1) == "patch") out.push_back({{}, place, 0, {}});
}

std::vector<Applied::Part> Clause::numbers() const {
    std::vector<Applied::Part> out;
    const auto from = [&](std::size_t at) {
        for (; is_number(words_.at(at)) || (!out.empty() && words_.at(at) == "and"); ++at)
            add_numbers(words_.at(at), out);
    };
    from(verb_ + 1);
    // "Applied, together with patches 2-6": what is answered, too.
    if (out.empty() && ends_at_verb() && behind() == "together" && behind(1) == "with") out.emplace_back();
    for (std::size_t at = 0; at < words_.size() && (out.empty() || out.back().part == 0); ++at) {
        const auto word = words_.at(at);
        if (word == "patch" || word == "patches" || word == "except" || word == "excluding") from(at + 1);
        if (place_in(kOrdinals, word) != 0) add_ordinals(words_, at, out);
    }
    return out;
}

// "Thanks, this is on for-next", "these are in my fixes branch".
std::optional<Applied> standing(const Words& words) {
    constexpr auto kHead =
        sorted(std::to_array<std::string_view>({"thanks", "thank", "you", "ok", "okay", "so", "and"}));
    constexpr auto kWhat = sorted(std::to_array<std::string_view>({"this", "these", "it", "they", "both", "all"}));
    constexpr auto kShort = sorted(std::to_array<std::string_view>({"it's", "they're"}));
    constexpr auto kFill =
        sorted(std::to_array<std::string_view>({"now", "all", "both", "already", "series", "patch"}));
    std::size_t at = 0;
    while (has(kHead, words.at(at))) ++at;
    const auto what = words.at(at);
    if (!has(kShort, words.at(at))) {
        if (!has(kWhat, words.at(at++))) return std::nullopt;
        while (has(kFill, words.at(at))) ++at;
        if (words.at(at) != "is" && words.at(at) != "are") return std::nullopt;
    }
    while (has(kFill, words.at(++at))) continue;
    if (words.at(at) != "on" && words.at(at) != "in") return std::nullopt;
    if (words.at(++at) == "my" || words.at(at) == "the") ++at;
    const auto name = words.at(at);
    const bool tag = words.at(at + 1) == "tag" || words.at(at + 1) == "line";
    const bool branch = (name == "fixes" && !tag) || name.ends_with("for-next") || name.ends_with("-fixes");
    if (!branch || name.find("linux-next") != name.npos || name.size() > kLongestTree) return std::nullopt;
    Applied out;
    out.tree = std::string(name);
    out.whole = what == "these" || what == "they" || what == "they're" || what == "all";
    out.parts.emplace_back();
    return out;
}

}  // namespace

std::optional<Applied> applied_in(std::string_view text) {
    if (text.size() > kLongestSentence || text.find('?') != text.npos || text.find("->") != text.npos ||
        text.starts_with("Applying:"))
        return std::nullopt;
    const auto words = cut(text);
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (!has(kVerbs, words.all[at])) continue;
        const Clause clause(words, at);
        if (clause.says_so()) return clause.told();
    }
    return standing(words);
}

}  // namespace patchseek::document
