#include "applied.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/subject_tag.hpp"

namespace patchseek::document {
namespace {

using patch::LineKind;
using Words = std::vector<std::string>;

constexpr std::size_t kShortestCommit = 7, kLongestCommit = 40;
constexpr std::size_t kLongestTree = 63;
/// Longer sentences tell stories; so do those with more words before the verb.
constexpr std::size_t kLongestSentence = 400, kMostBefore = 10;
/// Parts that one mail names.
constexpr std::size_t kMostParts = 300;

template <std::size_t size>
constexpr std::array<std::string_view, size> sorted(std::array<std::string_view, size> words) {
    std::ranges::sort(words);
    return words;
}
constexpr bool has(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::binary_search(words, word);
}

constexpr auto kVerbs = sorted(std::to_array<std::string_view>(
    {"applied", "queued", "merged", "pushed", "pulled", "picked", "committed", "added", "took"}));
// What may stand before the verb, and nothing else.
constexpr auto kBefore = sorted(std::to_array<std::string_view>(
    {"thanks", "thank",   "you",       "ok",       "okay",      "lgtm",   "looks",   "look",  "good",      "great",
     "nice",   "to",      "me",        "and",      "so",        "now",    "both",    "all",   "series",    "this",
     "these",  "the",     "patch",     "patches",  "i",         "i've",   "ive",     "have",  "we",        "we've",
     "just",   "also",    "it",        "it's",     "its",       "been",   "has",     "first", "hand",      "manually",
     "whole",  "entire",  "set",       "patchset", "patch-set", "pr",     "request", "pull",  "awesome",   "perfect",
     "cool",   "yes",     "sure",      "very",     "much",      "fine",   "then",    "went",  "ahead",     "reviewed",
     "tested", "alright", "hi",        "hello",    "guys",      "folks",  "too",     "again", "acked",     "seems",
     "works",  "well",    "done",      "second",   "third",     "last",   "two",     "three", "four",      "other",
     "others", "rest",    "remaining", "that",     "thx",       "cheers", "finally", "fixed", "v2",        "v3",
     "v4",     "v5",      "v6",        "v7",       "v8",        "from",   "of",      "had",   "excellent", "makes",
     "sense",  "commit",  "commits",   "updated",  "were",      "was",    "a",       "catch", "are",       "in"}));
constexpr auto kBehind = sorted(std::to_array<std::string_view>(
    {"thanks", "thank", "to",      "for", "up",    "in",     "into",  "onto", "with",       "as",   "and",
     "this",   "both",  "all",     "the", "it",    "series", "these", "now",  "manually",   "them", "that",
     "those",  "patch", "patches", "by",  "after", "thx",    "but",   "on",   "everything", "too",  "out"}));
// What makes another thing of it, wherever it stands behind the verb.
constexpr auto kOther = sorted(std::to_array<std::string_view>(
    {"locally", "cleanly", "suggestion", "suggestions", "suggested", "comments", "comment",   "feedback",
     "top",     "when",    "if",         "once",        "unless",    "until",    "before",    "can",
     "could",   "should",  "would",      "will",        "may",       "might",    "must",      "not",
     "never",   "get",     "gets",       "please",      "cannot",    "be",       "being",     "yet",
     "why",     "how",     "diff",       "conflicts",   "advice",    "remarks",  "kernel",    "test",
     "testing", "tests",   "debugging",  "question",    "error",     "errors",   "issue",     "helped",
     "passed",  "failed",  "problem",    "bug",         "mentioned", "unpulled", "internally"}));
// Something new is pushed or queued instead.
constexpr auto kNew = sorted(
    std::to_array<std::string_view>({"a", "an", "another", "fix", "fixes", "fixup", "new", "that", "two", "code"}));
constexpr auto kWhole = sorted(std::to_array<std::string_view>(
    {"series", "patchset", "patch-set", "set", "all", "both", "everything", "these", "them", "patches", "those"}));

// Without the signs around it.
std::string_view bare(std::string_view word) {
    constexpr std::string_view kSigns = ".,!;:()\"'*";
    const auto first = std::min(word.find_first_not_of(kSigns), word.size());
    return word.substr(first, word.find_last_not_of(kSigns) + 1 - first);
}

/// A sentence in words, lower case, without the signs around them.
struct Sentence {
    Words words;
    std::size_t verb = 0;
    bool ends_at_verb = false;  ///< a sign stands right behind the verb, or nothing
    std::string_view word(std::size_t at) const { return at < words.size() ? words[at] : std::string_view(); }
    std::string_view behind(std::size_t at = 0) const { return word(verb + 1 + at); }
};

std::optional<Sentence> cut(std::string_view text) {
    Sentence out;
    bool found = false;
    while (!text.empty()) {
        text = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
        const auto raw = text.substr(0, text.find_first_of(" \t"));
        text.remove_prefix(raw.size());
        const auto word = bare(raw);
        if (word.empty()) continue;
        out.words.push_back(lowered(word));
        if (found || !has(kVerbs, out.words.back())) continue;
        found = true;
        out.verb = out.words.size() - 1;
        out.ends_at_verb = raw.data() + raw.size() > word.data() + word.size() || is_blank(text);
    }
    if (!found || out.verb > kMostBefore) return std::nullopt;
    return out;
}

// `3`, `1-3`, `1,2,4`, `1/4`, `#2`; no version such as 5.10.
bool is_number(std::string_view word) {
    return !word.empty() && (is_digit(word.front()) || word.front() == '#') && word.size() < 40 &&
           word.find_first_not_of("0123456789-,/&#") == word.npos;
}

bool is_branch(std::string_view word) {
    if (word.size() < 3 || word.size() > kLongestTree) return false;
    if (word.find_first_of("-/") != word.npos && !is_number(word)) return true;
    for (const std::string_view name : {"next", "master", "queue", "devel", "staging", "fixes", "linus", "mainline"})
        if (word.find(name) != word.npos) return true;
    return word == "main" || (is_digit(word.front()) && word.find('.') != word.npos);  // 5.10
}

// The tree that stands behind to, into, on or for.
std::string tree_of(const Sentence& sentence) {
    constexpr auto kTo = sorted(std::to_array<std::string_view>({"to", "into", "onto", "for", "on", "in", "of"}));
    constexpr auto kSkipped = sorted(std::to_array<std::string_view>({"the", "my", "our", "both", "tree", "branch"}));
    for (std::size_t at = sentence.verb + 1; at < sentence.words.size(); ++at) {
        if (!has(kTo, sentence.words[at])) continue;
        auto name = at + 1;
        while (has(kSkipped, sentence.word(name))) ++name;
        if (is_branch(sentence.word(name))) return std::string(sentence.word(name));
    }
    return {};
}

bool reads_so_before(const Sentence& sentence) {
    for (std::size_t at = 0; at < sentence.verb; ++at)
        if (!has(kBefore, sentence.words[at]) && !is_number(sentence.words[at])) return false;
    if (sentence.verb == 0) return true;
    const auto last = sentence.word(sentence.verb - 1);
    if (last == "to" || last == "and") return false;
    const auto passive = [](const std::string& word) { return word == "was" || word == "were"; };
    const auto begin = sentence.words.begin();
    if (std::any_of(begin, begin + static_cast<std::ptrdiff_t>(sentence.verb), passive))
        return sentence.behind() == "to" || sentence.behind() == "into";
    return true;
}

// What each verb takes behind it, where "applied" takes anything.
bool verb_fits(const Sentence& sentence) {
    const std::string& verb = sentence.words[sentence.verb];
    const auto behind = sentence.behind(), next = sentence.behind(1);
    const bool object = behind == "this" || behind == "it" || behind == "the" || behind == "these" ||
                        behind == "both" || behind == "all" || behind == "them";
    if (verb == "picked" && !object && behind != "up") return false;
    if (verb == "took" && !object) return false;
    if (verb == "added" && sentence.words.size() <= 5 && std::ranges::count(sentence.words, "thanks") > 0) return true;
    if ((verb == "added" || verb == "took") && tree_of(sentence).empty()) return false;
    if (verb == "merged" && (behind == "in" || behind == "up" || std::ranges::count(sentence.words, "with") > 0))
        return false;
    if ((verb == "pulled" || verb == "pushed") && !sentence.ends_at_verb && sentence.verb == 0 && !object &&
        !has(kBehind, behind))
        return false;
    if ((verb == "applied" || verb == "added" || verb == "pushed") && behind == "on") return false;
    const bool particle = behind == "up" || behind == "out" || (verb == "pulled" && behind == "in");
    if (particle && (has(kNew, next) || (next == "the" && sentence.behind(2) == "update"))) return false;
    return behind != "up" || verb == "queued" || verb == "picked";
}

bool reads_so_behind(const Sentence& sentence) {
    const auto behind = sentence.behind();
    for (std::size_t at = sentence.verb + 1; at < sentence.words.size(); ++at)
        if (has(kOther, sentence.words[at])) return false;
    if (behind == "by") return false;
    return sentence.ends_at_verb || has(kBehind, behind) || is_number(behind);
}

// The numbers of `1-3,5` or `2/4`.
void add_numbers(std::string_view word, std::vector<Applied::Part>& out) {
    std::uint32_t from = 0;
    while (!word.empty() && out.size() < kMostParts) {
        if (!is_digit(word.front())) {
            if (word.front() == '/') return;
            if (word.front() != '-') from = 0;
            word.remove_prefix(1);
            continue;
        }
        const auto number = eat_number(word);
        if (!number) return;
        const bool range = from != 0 && *number > from && *number - from < kMostParts;
        for (std::uint32_t one = range ? from + 1 : *number; one <= *number && one != 0; ++one)
            out.push_back({{}, one, 0});
        from = *number;
    }
}

// Numbers right behind the verb, or behind "patch" or "patches" before it.
std::vector<Applied::Part> numbers_of(const Sentence& sentence) {
    std::vector<Applied::Part> out;
    const auto from = [&](std::size_t at) {
        for (; is_number(sentence.word(at)) || (!out.empty() && sentence.word(at) == "and"); ++at)
            add_numbers(sentence.word(at), out);
    };
    from(sentence.verb + 1);
    for (std::size_t at = 0; at < sentence.words.size() && out.empty(); ++at)
        if (sentence.words[at] == "patch" || sentence.words[at] == "patches") from(at + 1);
    return out;
}

}  // namespace

std::optional<Applied> applied_in(std::string_view text) {
    if (text.size() > kLongestSentence || text.find('?') != text.npos || text.find("->") != text.npos ||
        text.find("n't") != text.npos)
        return std::nullopt;
    const auto sentence = cut(text);
    if (!sentence || !reads_so_before(*sentence) || !verb_fits(*sentence) || !reads_so_behind(*sentence))
        return std::nullopt;
    Applied out;
    out.parts = numbers_of(*sentence);
    out.whole = out.parts.empty() &&
                std::ranges::any_of(sentence->words, [](const std::string& word) { return has(kWhole, word); });
    out.tree = tree_of(*sentence);
    if (out.parts.empty()) out.parts.emplace_back();
    return out;
}

namespace {

bool is_commit(std::string_view word) {
    return word.size() >= kShortestCommit && word.size() <= kLongestCommit && std::ranges::all_of(word, is_hex);
}

// The id that a link to a commit ends in: ".../c/ID", ".../commit/ID", "...?id=ID".
std::string linked_commit(std::string_view line) {
    if (!line.starts_with("http")) return {};
    line = line.substr(0, line.find_first_of(" \t<>)"));
    const auto cut = line.find_last_of("/=");
    if (cut == line.npos || !is_commit(line.substr(cut + 1))) return {};
    const auto head = line.substr(0, cut + 1);
    const bool known = head.ends_with("/c/") || head.ends_with("/commit/") || head.ends_with("id=");
    return known ? lowered(line.substr(cut + 1)) : std::string();
}

/// What the line below a title says of it.
struct Fate {
    bool taken;
    std::string commit;
};
std::optional<Fate> fate_in(std::string_view line) {
    if (line == "(no commit info)") return Fate{true, {}};
    if (line == "(no matching commit)") return Fate{false, {}};
    if (eat(line, "commit: ")) return is_commit(line) ? std::optional(Fate{true, lowered(line)}) : std::nullopt;
    if (auto commit = linked_commit(line); !commit.empty()) return Fate{true, std::move(commit)};
    return std::nullopt;
}

// "https://git.kernel.org/pub/scm/linux/kernel/git/vfs/vfs.git" is "vfs/vfs.git".
std::string short_tree(std::string_view tree) {
    for (const std::string_view head : {"/linux/kernel/git/", "/pub/scm/", "://"})
        if (const auto at = tree.find(head); at != tree.npos) tree.remove_prefix(at + head.size());
    while (!tree.empty() && (tree.back() == ':' || tree.back() == ',' || tree.back() == '.')) tree.remove_suffix(1);
    return std::string(trim(tree).substr(0, kLongestTree));
}

/// Reads the lines of a mail, those that are not quoted.
class Reading {
public:
    std::optional<Applied> result() && {
        end_paragraph();
        if (listed_) {
            if (out_.parts.empty()) return std::nullopt;
            out_.whole = false;
        } else if (!said_) {
            return std::nullopt;
        } else {
            out_.parts = said_->parts;
            out_.whole = said_->whole;
        }
        if (out_.tree.empty() && said_) out_.tree = said_->tree;
        return std::move(out_);
    }

    void add(std::string_view raw) {
        const auto line = trim(raw);
        if (line.empty()) return end_paragraph();
        read_list(line);
        read_tree(line);
        if (paragraph_.size() < 2000) (paragraph_ += paragraph_.empty() ? "" : " ") += line;
        before_ = std::string(line.substr(0, 1000));
    }

    void end_paragraph() {
        for (std::string_view rest = paragraph_; !rest.empty() && !said_;) {
            const auto size = sentence_size(rest);
            said_ = applied_in(rest.substr(0, size));
            rest.remove_prefix(size);
        }
        paragraph_.clear();
    }

private:
    // Up to a sign that ends a sentence, a dash or a bracket, with blanks around it.
    static std::size_t sentence_size(std::string_view text) {
        for (std::size_t at = 0; at + 1 < text.size(); ++at) {
            const bool ends = std::string_view(".!?;:").find(text[at]) != std::string_view::npos;
            if (ends && is_space(text[at + 1])) return at + 1;
            if (is_space(text[at]) && (text.substr(at + 1).starts_with("- ") || text[at + 1] == '(')) return at + 1;
        }
        return text.size();
    }

    void read_list(std::string_view line) {
        const auto fate = fate_in(line);
        if (!fate) return;
        std::string_view title = before_;
        if (title.ends_with(':') && title.find("been merged into ") != title.npos) {
            listed_ = true;
            out_.parts.push_back({{}, 0, 0, fate->commit});
            out_.tree = short_tree(title.substr(title.find("been merged into ") + 17));
            return;
        }
        const bool dash = eat(title, "- ");
        if (!dash && !title.starts_with('[')) return;
        listed_ = true;
        const auto tag = patch::parse_subject(title);
        if (fate->taken && out_.parts.size() < kMostParts)
            out_.parts.push_back({tag.title, tag.part.value_or(0), tag.total.value_or(0), fate->commit});
    }

    void read_tree(std::string_view line) {
        constexpr std::string_view kWasApplied = " was applied to ";
        if (const auto at = line.find(kWasApplied); line.starts_with("This ") && at != line.npos)
            out_.tree = short_tree(line.substr(at + kWasApplied.size()));
        const bool link = line.starts_with("http") && linked_commit(line).empty() && line.find(".git") != line.npos;
        if (eat(line, "tree:") || (link && before_.ends_with("pplied to"))) out_.tree = short_tree(trim(line));
        if (eat(line, "branch:") && !out_.tree.empty())
            out_.tree = (out_.tree + " (" + std::string(trim(line)) + ')').substr(0, kLongestTree);
    }

    Applied out_;
    std::optional<Applied> said_;
    bool listed_ = false;
    std::string before_;
    std::string paragraph_;
};

}  // namespace

std::optional<Applied> applied_of(std::string_view body, const std::vector<patch::Line>& lines) {
    Reading reading;
    for (const patch::Line& line : lines) {
        const auto text = line.of(body);
        if (text.starts_with("-- ") || trim_right(text) == "--") break;
        const bool prose = line.kind == LineKind::log || line.kind == LineKind::notes || line.kind == LineKind::trailer;
        if (prose)
            reading.add(text);
        else
            reading.end_paragraph();
    }
    return std::move(reading).result();
}

}  // namespace patchseek::document
