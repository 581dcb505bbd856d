// SPDX-License-Identifier: GPL-2.0-or-later
#include "record.hpp"

#include <algorithm>

#include "mail/header.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::document {

using store::MessageKind;

namespace {

constexpr std::string_view kAsks[] = {"please pull",  "please consider pulling", "please git pull",  "git pull",
                                      "pull request", "request to pull",         "please do a pull", "pull from"};

bool asks_to_pull(std::string_view line) {
    const auto folded = text::one_blank(text::fold(line));
    return std::ranges::any_of(kAsks, [&](std::string_view words) { return folded.find(words) != folded.npos; });
}

bool names_repository(std::string_view line) {
    return line.find("git://") != line.npos || line.find("git@") != line.npos ||
           (line.find("://") != line.npos && line.find("git") != line.npos);
}

// A request to pull in other words than those of git: it asks, and says what from, or what would change.
bool is_pull_request(const mail::Message& message, const patch::Patch& patch) {
    const patch::SubjectTag& tag = patch.tag;
    if (patch.pull_request) return true;
    if (tag.part.value_or(0) > 0) return false;
    if (tag.pull && !patch.has_diff) return true;
    if (!tag.pull && (patch.has_diff || tag.patch || tag.rfc)) return false;
    const auto says = [&](bool (*what)(std::string_view)) {
        return std::ranges::any_of(patch.lines, [&](const patch::Line& line) {
            const bool written = line.kind == patch::LineKind::log || line.kind == patch::LineKind::notes;
            return written && what(line.of(message.body));
        });
    };
    // Its diff is how a conflict was resolved; what only its subject calls so may be a patch.
    if (tag.pull) return says(names_repository);
    return !patch.files.empty() && says(names_repository) && (asks_to_pull(tag.title) || says(asks_to_pull));
}

// Mail can have a patch pasted in with its headers.
bool holds_patch(const mail::Message& message, const patch::Patch& patch) {
    constexpr std::string_view kSubject = "Subject:";
    return std::ranges::any_of(patch.lines, [&](const patch::Line& line) {
        const auto text = line.of(message.body);
        return line.kind != patch::LineKind::quoted && text.starts_with(kSubject) &&
               patch::parse_subject(text.substr(kSubject.size())).patch;
    });
}

// By a diff, or by a diffstat whose diff was cut off: announcements and summaries have diffstats too.
bool changes_files(const mail::Message& message, const patch::Patch& patch) {
    const patch::SubjectTag& tag = patch.tag;
    if (patch.has_diff) return true;
    const bool says = tag.patch || ((tag.rfc || tag.pull || tag.resend) && tag.part);
    if (tag.reply || tag.set || patch.files.empty()) return false;
    return says || holds_patch(message, patch);
}

// Whether a text names the sender, by name or address.
bool names_sender(std::string_view text, const mail::Message& message) {
    const auto folded = text::fold(text);
    for (const std::string& mailbox : {message.from, message.original_from}) {
        const auto open = std::min(mailbox.rfind('<'), mailbox.size());
        const auto name = text::fold(trim(std::string_view(mailbox).substr(0, open)));
        auto address = text::fold(std::string_view(mailbox).substr(std::min(open + 1, mailbox.size())));
        if (address.ends_with('>')) address.pop_back();
        if ((!name.empty() && folded.find(name) != folded.npos) ||
            (!address.empty() && folded.find(address) != folded.npos))
            return true;
    }
    return false;
}

// Some programs put no mark before what they quote. A reply that marks nothing and has a whole patch in it, log, `---`,
// diffstat and diff, that others signed off and the sender did not, is such a copy, unless it says whose it is or that
// it is to be cut out. Who answers a digest copies all that is in it.
bool quotes_patch(const mail::Message& message, const patch::Patch& patch) {
    using patch::LineKind;
    if (!patch.tag.reply || !patch.inbody_from.empty()) return false;
    if (contains_any_case(patch.tag.title, " digest, vol ")) return true;
    bool separator = false, diffstat = false, signed_off = false;
    for (const patch::Line& line : patch.lines) {
        const auto text = line.of(message.body);
        separator = separator || line.kind == LineKind::separator;
        diffstat = diffstat || line.kind == LineKind::diffstat;
        if (line.kind == LineKind::quoted || text.find(">8") != text.npos || text.find("8<") != text.npos) return false;
        if (line.kind != LineKind::trailer || !starts_with_any_case(text, "signed-off-by:")) continue;
        if (names_sender(text, message)) return false;
        signed_off = true;
    }
    return separator && diffstat && signed_off;
}

}  // namespace

MessageKind kind_of(const mail::Message& message, const patch::Patch& patch) {
    const bool reply = patch.tag.reply;
    if (!reply && is_pull_request(message, patch)) return MessageKind::pull;
    if (patch.tag.part == 0u && patch.tag.total && !reply) return MessageKind::cover;
    if (changes_files(message, patch) && !quotes_patch(message, patch)) return MessageKind::patch;
    if (reply || !message.references.empty()) return MessageKind::reply;
    return MessageKind::none;
}

namespace {

constexpr std::string_view kBots[] = {"bot", "bot2", "robot", "syzbot", "buildbot", "dependabot", "patchwork", "cki"};
// As a name they may be a person's.
constexpr std::string_view kDaemons[] = {"lkp", "kernelci", "noreply", "daemon", "autobuild", "jenkins", "osstest"};

template <std::size_t size>
bool has_word(std::string_view text, const std::string_view (&words)[size]) {
    const auto folded = text::fold(text);
    for (std::size_t begin = 0; begin < folded.size();) {
        const auto end = std::min(folded.find_first_of(" .+_-,[]()\"", begin), folded.size());
        if (std::ranges::find(words, std::string_view(folded).substr(begin, end - begin)) != std::end(words))
            return true;
        begin = end + 1;
    }
    return false;
}

}  // namespace

bool is_bot(std::string_view mailbox) {
    const auto open = mailbox.rfind('<');
    const auto address = open == mailbox.npos ? mailbox : mailbox.substr(open + 1);
    const auto local = address.substr(0, std::min(address.rfind('@'), address.size()));
    const auto name = open == mailbox.npos ? std::string_view() : mailbox.substr(0, open);
    const auto folded = text::fold(local);
    // `ci.bo@` may be somebody.
    const bool ci = folded == "ci" || folded.starts_with("ci_") || folded.starts_with("ci-");
    return ci || has_word(name, kBots) || has_word(local, kBots) || has_word(local, kDaemons) ||
           folded.find("no-reply") != std::string::npos;
}

namespace {

/// Who wrote it: the in-body From:, which may be encoded as in a header, else whom the header names. A list that
/// rewrites From for DMARC ("Jane via list") can have got into the in-body line too: the header tells who Jane is then.
std::string author_of(const mail::Message& message, const std::string& inbody_from) {
    const std::string& rewritten = message.sender();
    if (inbody_from.empty()) return rewritten;
    auto author = mail::decode_text(inbody_from);
    return author == message.from ? rewritten : author;
}

}  // namespace

store::Record make_record(const mail::Message& message, const patch::Patch& patch) {
    store::Record record;
    record.id = message.ids.front();
    record.subject = message.subject;
    record.from = message.from;
    for (const std::string& sender : message.more_from) record.from += ", " + sender;
    record.date = message.date;
    record.kind = kind_of(message, patch);
    record.tags = patch.tag.tags;
    const bool covers = record.kind == MessageKind::pull && patch.tag.part == 0u && patch.tag.total;
    const bool posted = record.kind == MessageKind::patch || record.kind == MessageKind::cover || covers;
    const bool tagged = patch.tag.patch || patch.tag.pull || patch.tag.rfc || patch.tag.resend;
    if (posted && (tagged || patch.tag.version)) record.version = patch.tag.version.value_or(1);
    if (posted) record.part = patch.tag.part;
    if (posted) record.total = patch.tag.total;
    record.author = author_of(message, posted ? patch.inbody_from : "");
    record.files = patch.files;
    record.trailers = patch.trailers;
    return record;
}

std::string order_key(std::optional<std::int64_t> date, std::string_view id, std::string_view content_key) {
    constexpr std::size_t kContentBytes = 16;
    // Offset so that dates before 1970 sort too; complemented so that newer is smaller.
    std::uint64_t key = ~std::uint64_t{0};
    if (date) key = ~(static_cast<std::uint64_t>(*date) + (std::uint64_t{1} << 62));
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(key >> shift);
    out.append(id.substr(0, kOrderedId)) += '\0';
    return out.append(content_key.substr(0, kContentBytes));
}

std::string content_of(const mail::Message& message) {
    constexpr std::size_t kDigits = 32;
    return message.content_key.substr(0, kDigits);
}

}  // namespace patchseek::document
