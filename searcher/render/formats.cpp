// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "json.hpp"
#include "outbox/am.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {
namespace {

using reader::Hit;
using reader::Lookup;
using reader::Page;

template <class Record>
void write_records(const Page& page, const Style& style, Output& out, const Record& record) {
    for (const Hit& hit : page.hits) {
        if (out.failed()) return;
        out.write(record(hit));
        out.write({&style.record_end, 1});
    }
}

void write_text(const Page& page, const Style& style, Output& out) {
    bool first = true;
    write_records(page, style, out, [&](const Hit& hit) {
        const bool apart = !first && style.record_end == '\n';
        first = false;
        return (apart ? "\n" : "") + text_block(hit, style);
    });
}

template <Format format>
void write_json(const Page& page, const Style& style, Output& out) {
    JsonRecords records(format, style, out);
    for (const Hit& hit : page.hits) {
        if (out.failed()) return;
        records.add(json_object(hit, style.fields));
    }
    records.finish();
}

void write_ids(const Page& page, const Style& style, Output& out) {
    write_records(page, style, out, [](const Hit& hit) { return text::visible(hit.record.id, text::Breaks::blank); });
}

// With NUL a script wants the name it can open. No file name holds a NUL, so one
// in a mail is there to forge a record.
std::string path_record(const std::string& path, const Style& style, const Output& out) {
    if (style.record_end != '\0' || out.is_terminal()) return text::visible(path, text::Breaks::blank);
    std::string exact = path;
    std::erase(exact, '\0');
    return exact;
}

// Each path once.
void write_files(const Page& page, const Style& style, Output& out) {
    std::unordered_set<std::string_view> seen;
    const auto add = [&](const std::string& path) {
        if (path.empty() || !seen.insert(path).second) return;
        out.write(path_record(path, style, out));
        out.write({&style.record_end, 1});
    };
    for (const Hit& hit : page.hits)
        for (const patch::FileChange& file : hit.record.files) {
            add(file.path);
            add(file.old);
        }
}

// The bytes are for programs; a terminal would obey them.
void write_bytes(const std::string& bytes, Output& out) {
    out.write(out.is_terminal() ? text::visible(bytes, text::Breaks::keep) : bytes);
}

// git's own separator, so that git mailsplit tells one mail from the next.
constexpr std::string_view kSeparator = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";

void write_mboxrd(const Page& page, const Style& /*style*/, Output& out) {
    for (const Hit& hit : page.hits)
        if (!out.failed()) write_bytes(outbox::mboxrd_entry(hit.text.raw, kSeparator), out);
}

void write_raw(const Page& page, const Style& /*style*/, Output& out) {
    for (const Hit& hit : page.hits)
        if (!out.failed()) write_bytes(hit.text.raw, out);
}

void write_pattern(const Page& page, const Style& style, Output& out) {
    bool first = true;
    for (const Hit& hit : page.hits) {
        if (out.failed() || !style.pattern) return;
        if (style.pattern->between && !std::exchange(first, false)) out.write({&style.record_end, 1});
        out.write(by_pattern(hit, *style.pattern));
        if (!style.pattern->between) out.write({&style.record_end, 1});
    }
}

// clang-format off
constexpr auto kFormats = std::to_array<FormatInfo>({
    // format  name  what it writes  lookup             snippets texts  paged  versions streams
    {Format::text,    "text", "a few lines for each message, with those that were found", Lookup::credits,   true,  false, true,  true,  false,  write_text},
    {Format::oneline, "oneline", "day, author, subject and id on a line", Lookup::none,      false, false, true,  false, false,  write_one_lines},
    {Format::jsonl,   "jsonl", "a JSON object on a line: patchseek-json(5)", Lookup::relations, false, false, false, true,  true,   write_json<Format::jsonl>},
    {Format::json,    "json", "an array of the same objects", Lookup::relations, false, false, false, true,  false,  write_json<Format::json>},
    {Format::ids,     "ids", "Message-IDs", Lookup::none,      false, false, false, false, true,   write_ids},
    {Format::files,   "files", "the paths that the patches touch, each once", Lookup::paths,     false, false, false, false, false,  write_files},
    {Format::mboxrd,  "mboxrd", "an mbox of the messages", Lookup::none,      false, true,  false, false, true,   write_mboxrd},
    {Format::raw,     "raw", "the exact bytes of the messages", Lookup::none,      false, true,  false, false, true,   write_raw},
    {Format::hits,    "hits", "the lines that were found, as grep shows them", Lookup::none,      false, false, true,  false, false,  write_hits},
    {Format::pattern, "", "", Lookup::relations, false, false, false, false, false,  write_pattern},
});
// clang-format on

consteval bool in_order() {
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
    return true;
}
static_assert(in_order(), "rows stand in the order of the enum, so that info() finds them");

}  // namespace

const FormatInfo& info(Format format) { return kFormats.at(static_cast<std::size_t>(format)); }

std::optional<Format> find_format(std::string_view name) {
    const auto* row = std::ranges::find(kFormats, name, &FormatInfo::name);
    if (row == kFormats.end() || name.empty()) return std::nullopt;
    return row->format;
}

std::vector<FormatHelp> formats_help() {
    std::vector<FormatHelp> out;
    for (const FormatInfo& row : kFormats)
        if (!row.name.empty()) out.push_back({std::string(row.name), row.help});
    return out;
}

std::string format_names() {
    std::string out;
    for (const FormatInfo& row : kFormats)
        if (!row.name.empty()) (out += out.empty() ? "" : ", ") += row.name;
    return out;
}

}  // namespace patchseek::render
