#include "paint.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/text/visible.hpp"
#include "render.hpp"

namespace patchseek::render {
namespace {

std::string_view colour_of(patch::LineKind kind) {
    switch (kind) {
        case patch::LineKind::added: return sgr::kAdded;
        case patch::LineKind::removed: return sgr::kRemoved;
        case patch::LineKind::hunk: return sgr::kHunk;
        case patch::LineKind::header: return sgr::kBold;
        default: return sgr::kPlain;
    }
}

void write_headers(std::string_view headers, Output& out) {
    while (!headers.empty()) {
        const auto end = headers.find('\n');
        out.write(text::visible(headers.substr(0, end), text::Breaks::blank));
        out.write("\n");
        headers.remove_prefix(end == headers.npos ? headers.size() : end + 1);
    }
}

void write_coloured(std::string_view body, Output& out) {
    const auto lines = patch::classify(body);
    for (std::size_t i = 0; i < lines.size() && !out.failed(); ++i) {
        // Up to the next line, so that the colours change nothing of what is shown.
        const std::size_t end = i + 1 < lines.size() ? lines[i + 1].begin : body.size();
        std::string text = text::visible(body.substr(lines[i].begin, end - lines[i].begin), text::Breaks::keep);
        if (text.ends_with('\n')) text.pop_back();
        out.write(paint(text, colour_of(lines[i].kind), true));
        out.write("\n");
    }
}

void write_plain(std::string_view body, Output& out) {
    out.write(text::visible(body, text::Breaks::keep));
    if (!body.empty() && body.back() != '\n') out.write("\n");
}

}  // namespace

Result<Done> render_message(const reader::Hit& hit, const Style& style, Output& out) {
    write_headers(hit.text.headers, out);
    for (const reader::Credited& one : hit.relations.credited)
        out.write(text::visible("In-reply: " + one.trailer.name + ": " + one.trailer.value + "  <" + one.reply + '>',
                                text::Breaks::blank) +
                  "\n");
    if (!hit.text.headers.empty() || !hit.relations.credited.empty()) out.write("\n");
    if (style.colour)
        write_coloured(hit.text.body, out);
    else
        write_plain(hit.text.body, out);
    if (out.failed()) return out.flush();
    return Done{};
}

}  // namespace patchseek::render
