#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace patchseek::mail {

/// A part that can be read, decoded: UTF-8, LF line ends.
struct Leaf {
    std::string text;
    bool html = false;      ///< was HTML
    bool attached = false;  ///< has a file name, or is no part to show in place
};

/// What a MIME tree holds.
struct Parts {
    std::vector<Leaf> leaves;
    std::vector<std::string> attachments;  ///< file names, signatures' left out
    bool encrypted = false;
    bool truncated = false;
    std::vector<std::string> defects;
};

/// Takes a message's body apart, kMaxNesting deep, kMaxParts wide: multiparts; messages
/// in messages, their subject as text; S/MIME's signed bodies. Read are text/*, diffs
/// whatever their type says, and a body that is the only part unless it is binary. Of
/// multipart/alternative one is taken, and what diffs stand in others only. Signatures
/// are no text; sealed parts are left alone.
Parts read_parts(const HeaderBlock& header, std::string_view raw);

/// Whether lines of `text` are those of a diff; where from, where to.
struct DiffRange {
    std::size_t begin = 0, end = 0;
    bool empty() const { return begin == end; }
};
DiffRange find_diff(std::string_view text);

}  // namespace patchseek::mail
