// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

/// The words by which sentences.cpp reads sentences, in lower case.
namespace patchseek::document::words {

template <std::size_t size>
constexpr std::array<std::string_view, size> sorted(std::array<std::string_view, size> words) {
    std::ranges::sort(words);
    return words;
}
inline constexpr bool has(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::binary_search(words, word);
}

inline constexpr auto kVerbs = sorted(std::to_array<std::string_view>(
    {"applied", "queued", "merged", "pushed", "pulled", "picked", "committed", "added", "took", "taken", "put",
     "applying", "queuing", "queueing", "taking", "dropped", "dropping"}));
inline constexpr auto kThanks = sorted(std::to_array<std::string_view>({"thanks", "thank", "thx"}));
inline constexpr auto kPresent = sorted(std::to_array<std::string_view>({"applying", "queuing", "queueing", "taking"}));
// What may stand before the verb, and nothing else, where nobody says "I've applied".
inline constexpr auto kBefore = sorted(std::to_array<std::string_view>(
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
     "sense",  "commit",  "commits",   "updated",  "were",      "was",    "a",       "catch", "are",       "in",
     "but",    "i'm",     "am",        "anyway",   "dt",        "dts",    "one",     "got",   "following"}));
inline constexpr auto kBehind = sorted(std::to_array<std::string_view>(
    {"thanks",     "thank", "to",    "for",      "up",      "in",  "into",   "onto",     "with", "as",
     "and",        "this",  "both",  "all",      "the",     "it",  "series", "these",    "now",  "manually",
     "them",       "that",  "those", "patch",    "patches", "by",  "after",  "thx",      "but",  "on",
     "everything", "too",   "out",   "together", "here",    "dts", "today",  "yesterday"}));
// What makes another thing of it in the clause of the verb, behind it.
inline constexpr auto kOther = sorted(std::to_array<std::string_view>(
    {"locally",   "cleanly", "suggestion", "suggestions", "suggested", "comments",   "comment", "feedback",  "top",
     "when",      "if",      "once",       "unless",      "until",     "before",     "can",     "could",     "should",
     "would",     "will",    "may",        "might",       "must",      "not",        "never",   "get",       "gets",
     "please",    "cannot",  "being",      "yet",         "why",       "how",        "diff",    "conflicts", "advice",
     "remarks",   "kernel",  "test",       "tests",       "question",  "error",      "errors",  "issue",     "helped",
     "debugging", "passed",  "problem",    "bug",         "mentioned", "internally", "single",  "cleanup",   "plain"}));
// "queued with a minor fix to the comments"
inline constexpr auto kEdits =
    sorted(std::to_array<std::string_view>({"minor", "small", "trivial", "tweak", "tweaks", "fixup", "fixups"}));
// What somebody tells who tried a patch, anywhere behind the verb.
inline constexpr auto kTried = sorted(std::to_array<std::string_view>(
    {"unpulled",  "built",    "intensive", "reproduce", "tested",  "boots", "booted", "reproduced",
     "confirmed", "noticing", "crash",     "crashed",   "crashes", "fails", "failed", "works",
     "worked",    "observed", "builds",    "gone",      "runs",    "ran",   "breaks"}));
// What makes the clause before the verb's a condition.
inline constexpr auto kCondition = sorted(std::to_array<std::string_view>(
    {"if", "when", "whenever", "once", "unless", "until", "till", "assuming", "while", "whether", "had", "before"}));
// The same in the clause of the verb, before it.
inline constexpr auto kDoubt = sorted(std::to_array<std::string_view>(
    {"if",    "when", "whenever", "once", "unless",  "until", "till",   "assuming", "while", "whether", "had",
     "after", "not",  "never",    "no",   "before",  "would", "should", "could",    "might", "cannot",  "can",
     "may",   "with", "without",  "will", "nothing", "where", "which",  "wish",     "what"}));
inline constexpr auto kOpens =
    sorted(std::to_array<std::string_view>({"so", "but", "because", "thus", "hence", "therefore"}));
inline constexpr auto kCloses = sorted(std::to_array<std::string_view>(
    {"but", "because", "though", "although", "since", "so", "which", "while", "however"}));
// What is done to a patch before it is applied.
inline constexpr auto kEdited =
    sorted(std::to_array<std::string_view>({"fixed", "tweaked", "edited", "adjusted", "amended", "updated", "changed",
                                            "massaged", "squashed", "dropped", "added", "reworded"}));
// Something new is pushed or queued instead.
inline constexpr auto kNew = sorted(std::to_array<std::string_view>(
    {"a", "an", "another", "fix", "fixes", "fixup", "new", "that", "two", "code", "other", "changes", "my"}));
inline constexpr auto kWhole = sorted(std::to_array<std::string_view>(
    {"series", "patchset", "patch-set", "set", "all", "both", "everything", "these", "them", "patches", "those"}));
inline constexpr auto kObject =
    sorted(std::to_array<std::string_view>({"this", "it", "the", "these", "both", "all", "them"}));
// What is taken with "the".
inline constexpr auto kNoun = sorted(std::to_array<std::string_view>(
    {"patch", "patches", "series", "set",    "patchset", "pull",    "request", "pr",      "tag",     "two",
     "three", "four",    "first",  "second", "third",    "last",    "whole",   "rest",    "other",   "following",
     "above", "dts",     "dt",     "entire", "bindings", "binding", "change",  "changes", "commits", "commit"}));
// All of the series but what is named.
inline constexpr auto kExcept =
    sorted(std::to_array<std::string_view>({"except", "excluding", "rest", "remaining", "others"}));
inline constexpr auto kOrdinals =
    std::to_array<std::string_view>({"first", "second", "third", "fourth", "fifth", "sixth", "seventh"});
inline constexpr auto kCounts =
    std::to_array<std::string_view>({"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"});

}  // namespace patchseek::document::words
