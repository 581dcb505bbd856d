#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// From the bytes of a mail to what it says.
///
/// This room reads MIME itself, with no mail library. GMime 3.2, which stood here for addresses and transfer encodings,
/// was compared with it as a whole:
///   - A list of 33,494 mails: bodies, attachments, dates and subjects are the same but for seven mails. In 430 To and
///     Cc fields GMime leaves line ends within names; 14 fields of References it reads to a half, others loses whole.
///   - Damaged mail: GMime drops bytes that the charset does not know, and text behind a NUL or below a header that is
///     no header; it knows no years of three digits and takes zones that no place on earth has.
///   - A mail of a million parts takes it 9.7 s and 1.4 GB (here 0.01 s and 1 MB), a million fields 1.9 s and 0.5 GB,
///     and "g:g:g:..." (1 MB of it in a From) ends the process, as groups are followed by recursion. Short of
///     memory, GLib aborts.
/// The decoders of addresses and transfer encodings that replaced it read 133,525 address fields and every body of that
/// list as GMime did.
namespace patchseek::mail {

/// One mail, decoded: everything UTF-8, headers unfolded, transfer encodings and
/// charsets undone. What was absent is empty.
struct Message {
    std::vector<std::string> ids;  ///< Message-IDs without <>; several in some broken mail; one made up if `headerless`
    bool made_up_id = false;       ///< the id is a digest of the content
    std::string subject;
    std::string from;                      ///< `Name <address>`, the first of several
    std::string original_from;             ///< of X-Original-From and its kin, where a list rewrote From
    std::vector<std::string> to, cc;       ///< `Name <address>` each
    std::optional<std::int64_t> date;      ///< seconds since 1970 UTC, of Date, else of Received
    std::optional<std::int64_t> received;  ///< of the newest Received
    std::string in_reply_to;
    std::vector<std::string> references;  ///< ids, oldest first, In-Reply-To last, each once
    std::vector<std::string> lists;       ///< List-Id values without <>
    std::string patchwork_id;
    std::string body;                      ///< text parts, one after another, LF line ends
    std::string undecoded;                 ///< undecoded_body(): its bytes, where they are others; mostly empty
    std::vector<std::string> attachments;  ///< file names of parts
    std::string headers;                   ///< decoded `Name: value` lines that a reader wants
    std::string digest;                    ///< SHA-256 of the raw bytes, hex
    std::string content_key;               ///< the same for two copies of one mail, whatever way each came
    bool html = false;                     ///< text comes from HTML, for want of plain text
    bool encrypted = false;                ///< a part is sealed (PGP, S/MIME): its text is not to be had
    bool truncated = false;                ///< a limit cut something off
    std::vector<std::string> defects;      ///< what was damaged, for a person
};

/// What is known of a message from outside, for one without a header.
struct Hints {
    std::string_view title;
    std::string_view from;
    bool cut = false;  ///< the bytes are only the beginning
};

/// Whether `raw` starts with mail headers, and not with the text of a message that
/// lost them. An in-body `From:` alone is no header, nor are `From:` and `Subject:`
/// where a title from outside (`titled`) tells that the text follows its heading.
bool has_header(std::string_view raw, bool titled = false) noexcept;

/// Reads one message. Never fails: what is damaged is kept as text, counted in
/// `defects`. Bounded by the limits in limits.hpp. Thread-safe.
Message parse(std::string_view raw, const Hints& hints = {});

/// Only what orders a catalog: the first id (made up if need be) and the date.
struct Brief {
    std::string id;
    std::optional<std::int64_t> date;
};
/// `beginning` holds the header at least, unless that is larger than the limit.
/// The made-up id is left empty: it needs the whole message.
Brief parse_brief(std::string_view beginning);

}  // namespace patchseek::mail
