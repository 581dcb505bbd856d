#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "output.hpp"
#include "paint.hpp"
#include "reader/request.hpp"

/// The formats of --format. A new one is a name in the enum, a row of the table in formats.cpp, and the function that
/// writes it.
///
/// Text of mails passes text::visible() in every format that a person reads; JSON escapes the same characters; raw, and
/// `files` with NUL, are exact unless they go to a terminal.
namespace patchseek::render {

enum class Format : std::uint8_t { text, oneline, jsonl, json, ids, files, mboxrd, raw, hits };

struct FormatInfo {
    Format format;
    std::string_view name;  ///< as --format takes it
    reader::Lookup lookup;  ///< which relations of a hit it shows
    bool snippets;          ///< whether it shows Hit::snippets and marks
    bool texts;             ///< whether it needs Hit::text
    bool paged;             ///< whether a person reads it, through a pager
    bool versions;          ///< whether --versions can be written so
    /// Writes the hits in their order; stops where `out` fails.
    void (*write)(const reader::Page& page, const Style& style, Output& out);
};
const FormatInfo& info(Format format);

/// nullopt for a name that no format has.
std::optional<Format> find_format(std::string_view name);
/// All names, as help has them: "text, oneline, ...".
std::string format_names();

}  // namespace patchseek::render
