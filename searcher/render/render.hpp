#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "output.hpp"
#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"

/// From hits to bytes. Text of mails passes visible() in every format that a person
/// reads; jsonl escapes the same characters; raw, and `files` with NUL, are exact
/// unless they go to a terminal.
namespace patchseek::render {

enum class Format : std::uint8_t { text, oneline, jsonl, json, ids, files, mboxrd, raw };

/// "text", "oneline", ...; nullopt for any other name.
std::optional<Format> find_format(std::string_view name);

struct Style {
    bool colour = false;
    char record_end = '\n';  ///< LF, or NUL for -0
    unsigned width = 0;      ///< columns for snippets, which are cut to it; 0: no limit
};

enum class Colour : std::uint8_t { automatic, always, never };

/// Colour when `fd` is a terminal that can show it and NO_COLOR (no-color.org) is
/// unset or empty; or as asked.
bool want_colour(Colour mode, int fd);

/// Writes the hits in their order; `json` is an array also of none. `raw` and `mboxrd` need hit.text, `text` shows
/// snippets and reasons where a hit has some. The error is that of `out`, which may show only in its finish().
Result<Done> render(const reader::Page& page, Format format, const Style& style, Output& out);

/// One line of --batch, its end not included: what a query found, or why it was not understood.
std::string batch_answer(std::string_view query, const reader::Page& page, bool partial);
std::string batch_error(std::string_view query, const Error& error);

/// `--show`: header lines, a blank line, the decoded body, its diffs in colour.
Result<Done> render_message(const reader::Hit& hit, const Style& style, Output& out);

}  // namespace patchseek::render
