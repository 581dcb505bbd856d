// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace patchseek::mail {

/// The text of one part, decoded: UTF-8, LF line ends.
struct Leaf {
    std::string text;
    bool html = false;      ///< it was HTML
    bool attached = false;  ///< it has a file name, or its Content-Disposition says that it is an attachment
};

/// What a MIME tree holds.
struct Parts {
    std::vector<Leaf> leaves;
    std::vector<std::string> attachments;  ///< file names of parts, without those of signatures
    bool truncated = false;
    std::vector<std::string> defects;
};

/// Goes through the MIME tree of a message, kMaxNesting deep and kMaxParts wide: multiparts, messages within messages
/// (their subject counts as text), bodies that S/MIME signed. The text of a part is taken if its type is text/*, if it
/// holds a diff, whatever its type says, or if it is the only part and not binary. Of multipart/alternative one is
/// taken, and of the others the diffs that it lacks. Signatures are no text, and of encrypted parts (PGP, S/MIME) there
/// is none to be had.
Parts read_parts(const HeaderBlock& header, std::string_view raw);

/// Where in a text its diffs stand: from the first line of the first to the end of the last; empty if there is none.
struct DiffRange {
    std::size_t begin = 0, end = 0;
    bool empty() const { return begin == end; }
};
DiffRange find_diff(std::string_view text);

/// Of a text that is longer than kMaxText its first lines that fit; of one line that is longer, its first characters.
std::string_view bounded(std::string_view text);

/// What an application/pkcs7-mime body holds (RFC 8551, 3.5).
struct Pkcs7 {
    enum class Kind : std::uint8_t {
        signed_data,  ///< `content` is the MIME entity that was signed; nobody checks by whom
        encrypted,    ///< nothing to read
        unreadable,   ///< compressed, damaged, or larger than kMaxSigned
    } kind = Kind::unreadable;
    std::string content;
};

/// OpenSSL reads it, in another process. Thread-safe.
Pkcs7 read_pkcs7(std::string_view der);

}  // namespace patchseek::mail
