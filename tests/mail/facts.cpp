// SPDX-License-Identifier: GPL-2.0-or-later
// How mail really looks: one file, or a few, in tests/data/facts for each oddity, named by its number in the list the
// project keeps of them. Those of patches are in tests/patch/facts_test.cpp, those of threads in tests/index.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "mail/limits.hpp"
#include "mail/message.hpp"

using namespace patchseek::mail;

namespace {

const std::string kDiff =
    "diff --git a/lib/loom.c b/lib/loom.c\nindex 1234567..89abcde 100644\n--- a/lib/loom.c\n+++ b/lib/loom.c\n"
    "@@ -1,4 +1,4 @@ int loom(void)\n one\n \ttwo\n-three\n+drei\n four\n";
const std::string kPatch =
    "The loom counts in two languages.\n\nSigned-off-by: Tuva Fjord <tuva@fjord.example>\n---\n lib/loom.c | 2 +-\n"
    " 1 file changed, 1 insertion(+), 1 deletion(-)\n\n" +
    kDiff + "-- \n2.39.2\n";
constexpr const char* kNoon = "1603713068";  // 2020-10-26 11:51:08 UTC

std::string diff_of(const std::string& file) {
    std::string out = kDiff;
    for (auto at = out.find("loom.c"); at != std::string::npos; at = out.find("loom.c", at + file.size()))
        out.replace(at, 6, file);
    return out;
}

Message read(const std::string& name) {
    std::ifstream file(std::string(TEST_DATA "/facts/") + name, std::ios::binary);
    REQUIRE_MESSAGE(file, name);
    return parse(std::string((std::istreambuf_iterator<char>(file)), {}));
}

std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values) out += (out.empty() ? "" : "|") + value;
    return out;
}

// What there is to say of a message besides its body.
std::string flags(const Message& m) {
    return std::string(m.html ? "html " : "") + (m.truncated ? "truncated " : "") + joined(m.defects);
}

std::string field(const Message& m, const std::string& name) {
    const std::map<std::string, std::string> fields = {
        {"ids", joined(m.ids)},
        {"subject", m.subject},
        {"from", m.from},
        {"original", m.original_from},
        {"cc", joined(m.cc)},
        {"date", m.date ? std::to_string(*m.date) : "none"},
        {"references", joined(m.references)},
        {"attachments", joined(m.attachments)},
        {"body", m.body},
        {"flags", flags(m)},
    };
    return fields.at(name);
}

struct Fact {
    std::string file, field, value;
};

void check(const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) {
        CAPTURE(fact.file);
        CAPTURE(fact.field);
        CHECK(field(read(fact.file + ".eml"), fact.field) == fact.value);
    }
}

}  // namespace

TEST_CASE("facts 25, 26: separators and what mailboxes add") {
    check({
        {"25-separator-before-header", "ids", "25-separator-before-header@fjord.example"},
        {"25-separator-before-header", "body", "From here on it is text.\n"},
        {"25-separator-in-attached-mail", "body", "See below.\nSubject: inner words\n\nInner text.\n"},
    });
    CHECK(read("26-as-it-was-sent.eml").content_key == read("26-stored-in-a-mailbox.eml").content_key);
    CHECK(read("26-as-it-was-sent.eml").digest != read("26-stored-in-a-mailbox.eml").digest);
}

TEST_CASE("fact 27: Message-IDs") {
    check({
        {"27-several-message-ids", "ids", "27-several-message-ids@fjord.example|second@fjord.example"},
        {"27-comments-around-the-id", "ids", "27@fjord.example"},
        {"27-blanks-in-the-id", "ids", "27@fjord.example"},
        {"27-nul-in-the-id", "ids", "27nul@fjord.example"},
        {"27-id-without-brackets", "ids", "27@fjord.example"},
    });
    const auto none = read("27-no-id.eml");
    CHECK(none.made_up_id);
    CHECK(none.ids == read("27-no-id.eml").ids);
    const auto one = read("27-same-id.eml"), other = read("27-same-id-other-content.eml");
    CHECK(one.ids == other.ids);
    CHECK(one.content_key != other.content_key);
}

TEST_CASE("fact 28: references") {
    check({
        {"28-references-doubled", "references", "a@x|b@x|c@x"},
        {"28-reply-to-itself", "references", "a@x"},
        {"28-in-reply-to-y", "references", ""},
        {"28-in-reply-to-an-address", "references", "a@x"},
        {"28-words-in-in-reply-to", "references", "a@x"},
    });
}

TEST_CASE("fact 29: dates") {
    check({
        {"29-two-digit-year", "date", kNoon},
        {"29-two-digit-year-of-the-nineties", "date", "783172268"},
        {"29-three-digit-year", "date", kNoon},
        {"29-zone-with-two-signs", "date", kNoon},
        {"29-zone-beyond-all", "date", kNoon},
        {"29-zone-minus-9900", "date", kNoon},
        {"29-zone-minutes", "date", "1603713068"},
        {"29-extra-commas", "date", kNoon},
        {"29-dots-in-time", "date", kNoon},
        {"29-nineteen-hundreds", "date", "-2082844800"},
        {"29-no-seconds-no-zone", "date", "1603713060"},
        {"29-absurd-year", "date", kNoon},
        {"29-absurd-year-and-nothing-else", "date", "none"},
        {"29-absurd-year-and-nothing-else", "flags", "date cannot be read"},
        {"29-minutes-beyond-the-hour", "date", kNoon},
        {"29-no-date", "date", kNoon},
        {"29-no-date-at-all", "date", "none"},
        {"29-second-date-is-good", "date", kNoon},
    });
}

TEST_CASE("fact 30: headers") {
    check({
        {"30-folded-with-crlf-and-tab", "subject", "[PATCH] loom: count in one language"},
        {"30-folded-with-crlf-and-tab", "cc", "Anselm <anselm@example.com>|Priya <priya@example.com>"},
        {"30-raw-utf-8", "subject", "[PATCH] loom: zähle – still"},
        {"30-raw-utf-8", "from", "Jörg Ståhlberg <jörg@stahlberg.example>"},
        {"30-raw-latin-1", "subject", "[PATCH] loom: zähle"},
        {"30-encoded-words-in-quotes", "from", "Ståhlberg, Jörg <jorg@stahlberg.example>"},
        {"30-encoded-words-in-quotes", "cc", "山田 <h@yamada.example>|Kofi, kofi@loom.example <kofi@example.com>"},
        {"30-adjacent-words-and-letters-cut-in-two", "subject", "zähleü leise ü"},
        {"30-broken-base64", "subject", "loom loom end"},
        {"30-unknown-8bit", "subject", "zähle zähle zähle"},
        {"30-nul-after-decoding", "subject", "a b c d"},
        {"30-nul-after-decoding", "from", "Tuva Fjord <tuva@fjord.example>"},
        {"30-file-name-in-pieces", "attachments", "zähler.png|zähler 2.png|zähler 3.png"},
    });
    // A header of over 100 KiB is cut, those behind it are read.
    const auto cut = parse("Subject: " + std::string(150'000, 's') + "\nFrom: a@b.c\nMessage-ID: <x@y>\n\nbody\n");
    CHECK(cut.truncated);
    CHECK(cut.subject.size() == kMaxHeader - 1);
    CHECK(cut.ids == std::vector<std::string>{"x@y"});
    CHECK(cut.body == "body\n");
}

TEST_CASE("fact 31: charsets") {
    check({
        {"31-x-unknown-is-utf-8", "body", "Zähle leise – drei.\n"},
        {"31-x-unknown-is-latin-1", "body", "Zähle leise.\n"},
        {"31-no-charset-is-utf-8", "body", "Zähle leise – drei.\n"},
        {"31-no-charset-is-windows-1252", "body", "Zähle “leise” – drei.\n"},
        {"31-us-ascii-is-utf-8", "body", "Zähle leise.\n"},
        {"31-us-ascii-is-latin-1", "body", "Zähle leise.\n"},
        {"31-utf-8-with-one-bad-byte", "body", "Zähle – ä – leise.\n"},
        {"31-gb2312-with-one-bad-byte", "body", "织机计数\uFFFD内核\n"},
        {"31-multipart-label-on-plain-text", "body", kPatch},
        {"31-octets-that-are-text", "body", "Zähle leise.\n\n" + kPatch},
    });
}

TEST_CASE("fact 32: MIME that is damaged") {
    check({
        {"32-preamble-holds-the-author", "body", "From: Priya Rao <priya@example.com>\n\n" + kPatch},
        {"32-preamble-for-people", "body", "Words.\n"},
        {"32-never-closed", "body", "Words.\n" + kDiff + "\n"},
        {"32-part-without-header", "body",
         "Words without a header.\nWords: behind a blank line.\nNote: this is no field of a part.\n\nSo it is "
         "text.\nMore.\n"},
        {"32-boundary-0", "body", "Words.\nMore.\n"},
        {"32-boundary-nobody-tells", "body", "Words.\n" + kDiff},
        {"32-part-behind-the-end", "body", "Words.\nFooter of the list.\n"},
        {"32-nested", "body", "Deep words.\nLevel 0.\nLevel 1.\nLevel 2.\nLevel 3.\n"},
        {"32-mail-in-mail", "body", "Forwarded.\nSubject: zähle\n\nZähle = leise.\n"},
        {"32-mail-in-mail-base64", "body", "Forwarded.\nSubject: zähle\n\nZähle = leise.\n"},
        {"32-mail-in-mail-base64", "attachments", "mail.eml"},
        {"32-digest", "body", "Subject: äin\n\nFirst.\nSubject: two\n\nSecond.\n"},
    });
}

TEST_CASE("fact 32: the diff is in the body, once") {
    check({
        {"32-diff-in-an-alternative", "body", "See the patch.\n" + kDiff},
        {"32-diff-in-mixed-in-alternative", "body", "See the patch.\n" + kDiff},
        {"32-diff-in-html-only", "body", "\n" + kDiff + "\n"},
        {"32-diff-in-html-only", "flags", "html "},
        {"32-diff-inline-and-attached", "body", kPatch},
        {"32-diff-inline-damaged-and-attached", "body", "I hope it is not wrapped.\n\n" + kDiff},
        {"32-diff-bare-and-patch-attached", "body", "Roughly:\n\n\n" + kPatch},
        {"32-two-different-diffs", "body", "Both.\n" + kDiff + diff_of("weft.c")},
        {"32-patch-types", "body",
         "All.\n" + diff_of("f0.c") + diff_of("f1.c") + diff_of("f2.c") + diff_of("f3.c") + diff_of("f4.c")},
        {"32-patch-types", "attachments", "a.patch|b.txt|c.diff|d|e.patch"},
    });
}

TEST_CASE("fact 32: signed and sealed mail") {
    check({
        {"32-signature-is-no-text", "body", "Said and signed.\n"},
        {"32-signature-is-no-text", "attachments", ""},
        {"32-pgp-encrypted", "body", ""},
        {"32-pgp-encrypted", "flags", ""},
        {"32-pgp-encrypted-mixed-up", "body", ""},
        {"32-pgp-encrypted-mixed-up", "flags", ""},
        {"32-clear-signed-patch", "body", "List words.\n\n" + kPatch + "Footer.\n"},
        {"32-clear-signature-quoted", "body", "> -----BEGIN PGP SIGNED MESSAGE-----\n> - --\nNo.\n"},
        {"32-clear-signature-without-end", "body", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -- words\n"},
        {"32-smime-signed", "body", kPatch},
        {"32-smime-signed", "flags", ""},
        {"32-smime-signature-apart", "body", kPatch},
        {"32-smime-signature-apart", "attachments", ""},
        {"32-smime-sealed", "body", ""},
        {"32-smime-sealed", "subject", "[PATCH] loom: count in one language"},
        {"32-smime-sealed", "flags", ""},
        {"32-smime-damaged", "body", ""},
        {"32-smime-damaged", "flags", "S/MIME part cannot be read"},
    });
}

TEST_CASE("fact 33: line ends, and patches that transport changed") {
    std::string lang = kPatch;
    lang.insert(
        lang.find("drei") + 4,
        " – lang lang lang lang lang lang lang lang lang lang lang lang lang lang lang lang lang lang lang lang ");
    check({
        {"33-crlf", "body", kPatch},
        {"33-crcrlf", "body", kPatch},
        {"33-crcrlf-body", "body", kPatch},
        {"33-quoted-printable-patch", "body", lang},
        {"33-base64-patch", "body", kPatch},
        {"33-flowed-patch", "body", "Words that flow.\n\n" + kDiff},
        {"33-flowed-delsp", "body", "Words that flow.\n\n" + kDiff},
        {"33-flowed-in-name-only", "body", "Words.\n\n" + kDiff},
    });
}

TEST_CASE("facts 36, 43: headers that are noise, and escapes in them") {
    const auto dkim = read("36-dkim-header.eml");
    CHECK((dkim.headers + dkim.body).find("Zm9v") == std::string::npos);
    check({
        {"43-escapes-in-headers", "subject", "[PATCH]  ]0;owned  loom  [31m red"},
        {"43-escapes-in-headers", "from", "Tuva  [J <tuva@fjord.example>"},
    });
    const auto line = parse("From: a@b.c\nSubject: s\nMessage-ID: <x@y>\n\n" + std::string(6'000'000, 'x'));
    CHECK(line.body.size() == 6'000'000);
}

TEST_CASE("fact 40: From that a list or a program rewrote") {
    const std::string tuva = "Tuva Fjord <tuva@fjord.example>";
    check({
        {"40-via-list-with-x-original-from", "original", tuva},
        {"40-via-list-with-reply-to", "original", tuva},
        {"40-via-list-with-cc", "original", tuva},
        {"40-via-list-and-nothing-else", "original", ""},
        {"40-rewritten-by-patchwork", "original", tuva},
        {"30-raw-utf-8", "original", ""},
    });
}

TEST_CASE("fact 44: mail that is only HTML") {
    const std::string text = "Only HTML & grün.\n\n";
    check({
        {"44-html-only", "body", text},
        {"44-html-only", "flags", "html "},
        {"44-html-in-related", "body", text},
        {"44-html-in-related", "flags", "html "},
        {"44-html-in-mixed", "body", text},
        {"44-html-in-mixed", "flags", "html "},
        {"44-html-in-signed", "body", text},
        {"44-html-in-signed", "flags", "html "},
        {"44-html-beside-empty-text", "body", text},
        {"44-html-beside-empty-text", "flags", "html "},
        {"44-html-above-a-footer", "body", text + "List footer.\n"},
        {"44-html-above-a-footer", "flags", "html "},
        {"44-html-beside-text", "body", "Plain.\n"},
        {"44-html-beside-text", "flags", ""},
        {"44-html-attached", "body", "Plain.\n"},
        {"44-html-attached", "flags", ""},
    });
}
