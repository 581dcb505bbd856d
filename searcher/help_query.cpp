// SPDX-License-Identifier: GPL-2.0-or-later
#include "help.hpp"

#include <fmt/format.h>

#include <string_view>

#include "patchseek/manual/page.hpp"
#include "query/lexer.hpp"

namespace patchseek {
namespace {

constexpr std::string_view kWords = R"help(WORDS
  Words side by side must all be in a message, anywhere in it: subject, author, log, quoted
  text, diff, paths. Those of one field must too. Case and accents do not count.
    patchseek interrupt moderation
    patchseek subject:brook subject:moderation
  A phrase is words side by side; NEAR/n and ADJ/n let n words come between, ADJ in order.
    patchseek '"interrupt moderation"'
    patchseek 'interrupt NEAR/5 delay'
    patchseek 'interrupt ADJ moderation'
  An identifier is a word, and is found by its parts; a star ends a word of two letters or more.
    patchseek added:brook_moder_update
    patchseek added:moder
    patchseek 'brook_*'
  In prose a word is found by its stem: 'delays' finds 'delay'. Code is never stemmed.
  A sign inside a word is text, and so is '-' before capitals and digits:
    patchseek 'priv->regs'
    patchseek return -EINVAL
  --any asks for some of the words; those with more of the question come first. Quotes
  around the words of a sentence, 'so' or `so`, are no part of them.
    patchseek --any why is the interrupt delay too long
    patchseek --any +stepping interrupt delay

OPERATORS
  AND OR NOT XOR in capitals; -x is NOT x, +x means that x must be there (with --any); brackets.
  NEAR and ADJ bind tightest, then NOT, AND, XOR, OR.
    patchseek '(subject:pebble OR subject:tally) NOT is:reply'
    patchseek 'added:brook -is:reply'
    patchseek 'subject:pebble XOR file:fs/pebble/'
  Brackets behind a field are all of that field.
    patchseek 'subject:(pebble OR tally)'
  '*' is every message, 'field:*' every one that has such a field.
    patchseek 'fixes:*'
    patchseek '* NOT is:patch'

KINDS AND NAMES
  is: and op: say what a mail is, and what it does to files; tag: is what else stands in the
  brackets of its subject. Trailers have fields of their own, trailer:NAME: is any other.
  A reply that has a diff in it is both is:reply and is:patch; -is:reply leaves what was posted.
    patchseek is:cover tag:net-next
    patchseek 'is:patch -is:reply from:mirela'
    patchseek 'op:rename file:*.h'
    patchseek reviewed:anselm
    patchseek trailer:helped-by:renee
    patchseek trailer:cc
  Ids, lists, commits and blobs are whole values; of commits and blobs any 7 digits or more.
    patchseek 'id:<20210614080000.77-1-kofi@example.com>'
    patchseek 'id:20210614080000.77-*'
    patchseek refs:20210302091000.4411-1-mirela.okonjo@example.org
    patchseek list:vmforge-devel.lists.example.org
    patchseek blob:2d58e91
    patchseek patchid:db7fa305c8b4d61bb198bf3c92030da12dd93e11
    patchseek base:e94585a14
    patchseek 'mentions:*'

)help";

constexpr std::string_view kExact = R"help(AS WRITTEN
  lit:"text" is text exactly as it stands, punctuation and halves of words included;
  re:/expression/ a regular expression (RE2's: linear time, no back references). Without a
  field they look into the subject and the whole body, lines of diffs with their signs; with
  one into each of its lines, without. An i behind the quote or slash folds case. \" and \\
  in a literal, \/ in an expression. ^ and $ are the ends of a line.
    patchseek 'lit:"if (!priv"'
    patchseek 'added:re:/moder\w*\(/'
    patchseek 'subject:re:/^\[patch .*v[2-9]/i'
    patchseek 'removed:lit:"brook_main.o"'
  hunk:( ) asks that all in it holds in one hunk, in:( ) in one file's diff. Inside stand words,
  added, removed, changed, context, func, file, op, lit and re; AND, OR, NOT and brackets.
    patchseek 'hunk:(added:brook_moder removed:brook_main)'
    patchseek 'in:(file:*.c added:lit:"#include")'

PATHS
  file:x/y.c is found at any slash; a slash before it anchors it at the top, one behind it is
  all below. * and ? stay in one component, ** crosses. One capital makes case count.
    patchseek file:brook_main.c
    patchseek file:/drivers/net/
    patchseek 'file:/drivers/**/*_main.c'

DATES
  All in UTC. A unit is all of it: 2020 the year, 2020-10 the month. Ranges are a..b, a.. and
  ..b, ends included. The forms are git's: 2020-10-26T09:51, 26.oct.2020, yesterday, noon,
  3.weeks.ago, a.year.2.months.ago, last.month, monday, @1603705868; before 1970 too. Text
  that is not a date is an error.
    patchseek date:2021-03
    patchseek date:2021-03-02..2021-03-17
    patchseek since:2021-06 before:2021-10
    patchseek date:..1.mar.2021

NUMBERS
  v, part, total, files, adds, dels and size take a number or a range; k, M and G are powers of 1024.
    patchseek v:2.. part:0
    patchseek files:3.. size:..20k

)help";

constexpr std::string_view kRelated = R"help(SERIES AND THREADS
  series:ID is the cover letter and every part of that message's series, versions:ID those of
  all its versions, thread:ID all that was said around it. With a query in braces they are
  those of each message that it finds.
    patchseek 'series:{file:brook_main.c} is:cover'
    patchseek 'thread:{subject:moderation} is:reply'
  is:latest is a patch or cover of which there is no newer version, is:complete one of a series
  of which no part is missing, is:unanswered one to which, or to whose cover, no other person
  replied (a robot that says what was applied counts), is:unreviewed a patch that nobody reviewed or acked. replies:N counts.
  is:applied is what was taken into a tree, as replies of maintainers and bots say; is:pending
  what is latest and not applied, nor another posting of it since.
    patchseek is:latest is:patch is:unreviewed
    patchseek is:pending from:mirela since:2021
    patchseek replies:2..
  Trailers that end in -by find a patch also where a reply gives them.
    patchseek 'reviewed:* is:patch'
  --hits shows the lines that were found, -C N with N beside each.
  --thread ID shows a discussion oldest first, with the new lines of each mail.
  --versions ID lists the versions of a series, --since-version vN ID what changed since
  (vN..vM what changed between two, with the diff),
  --reviews ID who reviewed which version of each part, and what nobody has.

COMMITS
  commit:ID is the mail that a commit came from, by any abbreviation from 7 digits, as
  repositories (patchseek-index --git) and replies tell; applied:v6.12..v6.13 is what went in
  between two tags, applied:NAME what is in a tag, or in a tree that replies name so.
  --commit ID tells the story of a commit.
  Which mail did a commit come from?
    patchseek commit:4f1a2b3c5d6e
  Where was it discussed?
    patchseek 'thread:{versions:{commit:4f1a2b3c5d6e}}'
  Which version went in, what changed before it did, and what came of it?
    patchseek --commit 4f1a2b3c5d6e
  Who reviewed which version?
    patchseek --reviews 20210317142200.5120-1-mirela.okonjo@example.org
  What fixes it?
    patchseek fixes:4f1a2b3c5d6e
  What takes it to stable trees?
    patchseek 'is:patch mentions:4f1a2b3c5d6e upstream'
  What of mine is pending for two weeks?
    patchseek 'is:pending from:ann date:..2.weeks.ago'
  What went in between two tags that touches a path?
    patchseek 'applied:v1..v2 is:patch file:src/'

)help";

constexpr std::string_view kCounts = R"help(COUNTS
  --facet counts all that matches, by names with commas between: author, from, list, kind, tag,
  state, v, op, year, month, day; file, or file:2 for the first two components of each path;
  reviewed, fixes and the other trailers, trailer:NAME for any. What replies give counts too. A
  message that has a value twice counts once; a person is one under all spellings of an
  address, and with --mailmap under all addresses. --limit N shows so many values of each.
    patchseek --facet author,month is:patch
    patchseek --facet reviewed file:/drivers/net/
    patchseek --facet file:2 --format jsonl 'fixes:*'

)help";

constexpr std::string_view kKept = R"help(KEPT QUERIES
  --save NAME keeps a query, --saved lists them, --forget NAME forgets one. saved:NAME stands for
  it in any query, as if it stood there in brackets. --run NAME asks it, and what stands behind
  narrows it; --new gives only what no run of it has found in that index: a run shows all that
  matched to be known, a run with --new what it wrote. With --out only what is new goes out.
    patchseek --save moder 'subject:moderation -is:reply'
    patchseek 'saved:moder date:2021'
    patchseek --run moder --new --limit 1

)help";

constexpr std::string_view kInbox = R"help(FROM PUBLIC-INBOX
  The prefixes of public-inbox work here, but for forpatchid: and g:. What differs:
  prefix              here
  s: f: t: c: b: n:   the same; words are ANDed, phrases quoted
  tc: tcf: a: bs:     the same
  l: m: mid: rt:      the same; m: takes ids with or without <>
  d: dt:              git's forms, in UTC; a unit is all of it
  z:                  also 10k, 2M
  q: nq:              the same; a bare word finds quoted text too
  dfn:                a path by its components: see PATHS
  dfa: dfb: dfctx:    removed, added and context lines
  dfhh:               what stands behind @@
  dfpre: dfpost:      any 7 digits or more of a blob; dfblob: too
  patchid:            the same, whole; changeid: a change-id
  forpatchid: g:      do not exist here
  AND by default      the same; OR, NOT, brackets, phrases too
  a mistake           is an error that shows the place
    patchseek 's:moderation f:mirela d:2021..'
    patchseek 'dfn:Makefile dfb:brook_moder'
    patchseek 'tc:anselm nq:stepping'

)help";

constexpr std::string_view kQuestions = R"help(QUESTIONS OF A MAINTAINER
  Which is the newest version of the moderation series?
    patchseek 'versions:{subject:moderation} is:latest is:cover'
  What changed in it since v1?
    patchseek --since-version v1 20210317142200.5120-1-mirela.okonjo@example.org
  Which patches of mine got no answer?
    patchseek from:mirela is:patch is:unanswered
  Which of its parts has nobody reviewed?
    patchseek 'versions:{subject:moderation} is:latest is:unreviewed'
  Which series did she send this year?
    patchseek from:mirela is:cover date:2021
  Who else has patches to these files, as they stand now?
    patchseek 'file:/fs/pebble/ is:patch is:latest -from:stahlberg'
  Which reports mention this function?
    patchseek tally_ioctl -is:patch -is:reply
  What was sent for stable trees?
    patchseek 'is:patch (tag:4.19 OR tag:5.15 OR trailer:cc:stable)'

)help";

}  // namespace

std::string help_query() {
    const auto limits = fmt::format(
        "LIMITS\n"
        "  A query has at most {} KiB, {} brackets inside each other, {} parts, {} words, {} ranges,\n"
        "  {} literals and {} expressions. Each is an error that shows the place. Stars that stand for\n"
        "  more than {} words together find as well, but rank nothing. --timeout ends a search in\n"
        "  time: what was found by then is shown.\n",
        query::kMaxQueryBytes / 1024, query::kMaxDepth, query::kMaxNodes, query::kMaxWords, query::kMaxRanges,
        query::kMaxLiterals, query::kMaxExpressions, query::kMaxExpansion);
    return "The language of queries. Single quotes keep the shell out of it; --help lists all fields.\n\n" +
           std::string(kWords) + std::string(kExact) + std::string(kRelated) + std::string(kQuestions) +
           std::string(kCounts) + std::string(kKept) + std::string(kInbox) + limits;
}

Result<std::string> help_query(std::string_view topic, std::size_t width) {
    const auto all = manual::blocks(help_query());
    const auto some = topic.empty() ? all : manual::section(all, topic);
    if (some.empty())
        return Error{ErrorKind::usage,
                     "--help-query has no section '" + std::string(topic) + "'; there are " + manual::headings(all)};
    return manual::reflowed(some, width);
}

}  // namespace patchseek
