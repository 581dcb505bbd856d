// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::archive {

/// Bytes of an archive.
struct Span {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    friend bool operator==(const Span&, const Span&) = default;
};

/// Whether a line (without its line end) can separate messages of an mbox: "From ", then somewhere a month, a time and
/// a year. Fits mail programs' `From a@b Mon Sep 17 00:00:00 2001`, git's `From <commit> …`, patchwork's `From
/// patchwork …`.
bool is_separator(std::string_view line) noexcept;

/// Likewise, and by git: `From <commit> Mon Sep 17 00:00:00 2001`.
bool is_git_separator(std::string_view line) noexcept;

/// Whether a line can stand first in a message: `Name: …`, or the `>From ` that some delivery agents leave there.
bool is_header_line(std::string_view line) noexcept;

/// Whether a line is the header field of that name, which is given in lower case.
bool is_field(std::string_view line, std::string_view name) noexcept;

/// Splits an mbox that is fed in pieces. A message starts at a separator that opens the file or follows a blank line,
/// and is itself followed by a header line: a bare `From ` inside a body never splits. (The one exception to the blank
/// line is git's own separator with its fixed date, which `cat *.patch` may put after anything.)
///
/// A message that has exactly one Content-Length (mboxcl, mboxcl2) ends where it says when that is right before such a
/// separator or the end of the file, up to two line ends apart; separators before that are text. A Content-Length that
/// leads anywhere else means nothing.
///
/// The spans cover the file without gap or overlap: they add up to its size. Memory does not grow with the length of a
/// line, time is n log n at worst.
class MboxSplitter {
public:
    void feed(std::string_view piece);
    /// As feed() of so many NUL bytes, in no time.
    void skip_nuls(std::uint64_t count);
    /// Ends the file and returns the spans, separators included.
    std::vector<Span> finish();

    /// After finish(): false when bodies that a Content-Length delimits hold a bare `From `: whoever wrote that quotes
    /// nothing (mboxcl2).
    bool quoted() const noexcept { return !bare_from_; }
    /// After finish(): messages that start before this are the same whatever is appended to the file.
    std::uint64_t open_from() const noexcept { return open_from_; }

private:
    /// Where a Content-Length says that a message ends.
    struct Promise {
        std::uint64_t end = 0, body = 0;
        std::uint64_t start = 0;  ///< of the message
        std::size_t index = 0;    ///< of the message in spans_
        bool kept = false;        ///< the end was reached
        bool bare_from = false;   ///< the body holds a bare `From `
    };

    void grow(std::uint64_t bytes);
    void line(std::string_view text, std::uint64_t next);
    void header(std::string_view text, std::uint64_t next);
    void start_message();
    void keep(const Promise& promise);
    Promise promise_kept(std::uint64_t offset);
    bool is_live(const Promise& promise) const;

    std::vector<Span> spans_;
    std::string carry_;              // the beginning of an unfinished line, little more than kLongLine bytes
    std::uint64_t line_offset_ = 0;  // where that line starts
    std::uint64_t seen_ = 0;
    std::uint64_t candidate_ = 0;  // offset of a separator that waits for its header line
    Promise candidate_promise_;
    bool has_candidate_ = false;
    bool after_blank_ = true;  // the file's start counts as a blank line
    bool only_blank_ = true;   // nothing but blank lines so far, and perhaps the candidate

    bool in_header_ = true;
    int lengths_ = 0;  // Content-Length fields in this header
    std::uint64_t length_ = 0;
    std::vector<Promise> promises_;               // a heap, the nearest end on top; outdated ones among them
    std::uint64_t text_end_ = 0, text_end2_ = 0;  // where the text of the last line ended, of the one before
    std::uint64_t last_from_ = 0;                 // one behind the start of the last line with "From "
    bool bare_from_ = false;
    std::uint64_t open_from_ = 0;
};

/// What a kind of archive did to its messages.
struct Framing {
    bool quoted = false;  ///< '>' before "From ": one comes off every `>+From ` line. That is mboxrd's rule; in an
                          ///< mboxo it is right for all but a line written with ">From " in front.
    bool marked = false;  ///< Status, Content-Length and the like stand in the header, put there by mail programs
};

/// The message in the bytes of a span: the separator line cut off where there is one, of two line ends at the end the
/// one that belongs to the mbox, and the marks and quotes.
std::string unframe(std::string span, Framing framing);

}  // namespace patchseek::archive
