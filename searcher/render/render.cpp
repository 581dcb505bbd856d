#include "render.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <unordered_set>
#include <utility>

#include "formats.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::render {
namespace {

constexpr auto kFormats = std::to_array<std::pair<std::string_view, Format>>({
    {"text", Format::text},
    {"oneline", Format::oneline},
    {"jsonl", Format::jsonl},
    {"json", Format::json},
    {"ids", Format::ids},
    {"files", Format::files},
    {"mboxrd", Format::mboxrd},
    {"raw", Format::raw},
});

const char* setting(const char* variable) {
    const char* value = std::getenv(variable);
    return value ? value : "";
}

void end_record(const Style& style, Output& out) { out.write({&style.record_end, 1}); }

// With NUL a script wants the name it can open. No file name holds a NUL, so one
// in a mail is there to forge a record.
std::string path_record(const std::string& path, const Style& style, const Output& out) {
    if (style.record_end != '\0' || out.is_terminal()) return text::visible(path, text::Breaks::blank);
    std::string exact = path;
    std::erase(exact, '\0');
    return exact;
}

void render_files(const reader::Page& page, const Style& style, Output& out) {
    std::unordered_set<std::string_view> seen;
    const auto add = [&](const std::string& path) {
        if (path.empty() || !seen.insert(path).second) return;
        out.write(path_record(path, style, out));
        end_record(style, out);
    };
    for (const reader::Hit& hit : page.hits)
        for (const patch::FileChange& file : hit.record.files) {
            add(file.path);
            add(file.old);
        }
}

void render_hit(const reader::Hit& hit, Format format, const Style& style, Output& out) {
    switch (format) {
        case Format::text: out.write(text_block(hit, style)); break;
        case Format::oneline: out.write(one_line(hit, style)); break;
        case Format::jsonl: out.write(json_object(hit)); break;
        case Format::json: out.write(json_object(hit)); return;
        case Format::ids: out.write(text::visible(hit.record.id, text::Breaks::blank)); break;
        case Format::mboxrd:
            out.write(out.is_terminal() ? text::visible(mboxrd_entry(hit), text::Breaks::keep) : mboxrd_entry(hit));
            return;
        case Format::raw:
            // The bytes are for programs; a terminal would obey them.
            out.write(out.is_terminal() ? text::visible(hit.text.raw, text::Breaks::keep) : hit.text.raw);
            return;
        case Format::files: return;
    }
    end_record(style, out);
}

}  // namespace

std::optional<Format> find_format(std::string_view name) {
    for (const auto& [known, format] : kFormats)
        if (known == name) return format;
    return std::nullopt;
}

bool want_colour(Colour mode, int fd) {
    if (mode != Colour::automatic) return mode == Colour::always;
    const std::string_view terminal = setting("TERM");
    return ::isatty(fd) == 1 && *setting("NO_COLOR") == '\0' && !terminal.empty() && terminal != "dumb";
}

Result<Done> render(const reader::Page& page, Format format, const Style& style, Output& out) {
    if (format == Format::files) render_files(page, style, out);
    bool first = true;
    if (format == Format::json) out.write("[");
    for (const reader::Hit& hit : page.hits) {
        if (out.failed()) break;
        if (!first && format == Format::text && style.record_end == '\n') out.write("\n");
        if (!first && format == Format::json) out.write(",\n ");
        first = false;
        render_hit(hit, format, style, out);
    }
    if (format == Format::json) {
        out.write("]");
        end_record(style, out);
    }
    if (out.failed()) return out.flush();
    return Done{};
}

}  // namespace patchseek::render
