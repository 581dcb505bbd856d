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

/// Whether a line (without its line end) can separate messages of an mbox: "From ",
/// then somewhere a month, a time and a year. Fits mail programs' `From a@b Mon Sep
/// 17 00:00:00 2001`, git's `From <commit> …`, patchwork's `From patchwork …`.
bool is_separator(std::string_view line) noexcept;

/// Whether a line can stand first in a message: `Name: …`, or the `>From ` that
/// some delivery agents leave there.
bool is_header_line(std::string_view line) noexcept;

/// Splits an mbox that is fed in pieces. A message starts at a separator that opens
/// the file or follows a blank line, and is itself followed by a header line: a bare
/// `From ` inside a body never splits. (The one exception to the blank line is git's
/// own separator with its fixed date, which `cat *.patch` may put after anything.)
///
/// The spans cover the file without gap or overlap: they add up to its size. Memory
/// does not grow with the length of a line.
class MboxSplitter {
public:
    void feed(std::string_view piece);
    /// Ends the file and returns the spans, separators included.
    std::vector<Span> finish();

private:
    void line(std::string_view text, std::uint64_t offset);

    std::vector<Span> spans_;
    std::string carry_;              // the beginning of an unfinished line, little more than kLongLine bytes
    std::uint64_t line_offset_ = 0;  // where that line starts
    std::uint64_t seen_ = 0;
    std::uint64_t candidate_ = 0;  // offset of a separator that waits for its header line
    bool has_candidate_ = false;
    bool after_blank_ = true;  // the file's start counts as a blank line
    bool only_blank_ = true;   // nothing but blank lines so far, and perhaps the candidate
};

/// The message in the bytes of a span: the separator line cut off where there is
/// one, and of two line ends at the end the one that belongs to the mbox.
/// `quoted`: also undoes `>From `, one '>' off every `>+From ` line. That is mboxrd's
/// rule; in an mboxo it is right for all but a line written with ">From " in front.
std::string unframe(std::string span, bool quoted);

}  // namespace patchseek::archive
