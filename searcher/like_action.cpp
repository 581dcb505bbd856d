// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "query/readings.hpp"
#include "reader/deadline.hpp"

namespace patchseek {
namespace {

/// All of standard input, as far as a mail is read.
Result<std::string> read_input() {
    constexpr std::size_t kMost = std::size_t{64} << 20;
    std::string out, block(65536, '\0');
    while (out.size() < kMost) {
        const auto got = ::read(STDIN_FILENO, block.data(), block.size());
        if (got < 0) return Error{ErrorKind::io, "cannot read standard input"};
        if (got == 0) break;
        out.append(block, 0, static_cast<std::size_t>(got));
    }
    return out;
}

/// The value of a header, its lines joined; empty where there is none.
std::string header_of(std::string_view head, std::string_view name) {
    std::string out;
    bool in = false;
    for (std::size_t pos = 0; pos < head.size();) {
        const auto end = std::min(head.find('\n', pos), head.size());
        const auto line = trim_right(head.substr(pos, end - pos));
        const bool folded = !line.empty() && is_space(line.front());
        if (in && !folded) break;
        if (in) (out += ' ') += trim(line);
        if (!in && !folded && starts_with_any_case(line, name)) {
            in = true;
            out = trim(line.substr(name.size()));
        }
        pos = end + 1;
    }
    return out;
}

/// RFC 2045 section 6.7; what is no such code stays.
std::string unquoted_printable(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool code = text[i] == '=' && i + 1 < text.size();
        if (code && (text[i + 1] == '\n' || text.substr(i + 1, 2) == "\r\n")) {
            i += text[i + 1] == '\n' ? 1 : 2;
        } else if (code && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// A patch in a file: a mail of one part, what git format-patch or git show writes, or a diff alone.
Result<search::Likeness> patch_of(std::string_view text, const std::string& what) {
    search::Likeness out;
    const auto blank = std::min(text.find("\n\n"), text.find("\r\n\r\n"));
    const auto head = text.substr(0, std::min(blank, text.size()));
    out.subject = header_of(head, "Subject:");
    if (out.subject.empty()) {
        out.body = text;
        return out;
    }
    std::string_view body = text.substr(head.size());
    const auto encoding = lowered(header_of(head, "Content-Transfer-Encoding:"));
    if (starts_with_any_case(header_of(head, "Content-Type:"), "multipart/"))
        return Error{ErrorKind::usage,
                     fmt::format("'{}' is a mail of several parts; give its id, or its patch as text", what)};
    out.body = body;
    if (encoding == "quoted-printable") out.body = unquoted_printable(body);
    if (encoding == "base64") {
        std::erase_if(out.body, is_space);
        out.body = from_base64(out.body).value_or(std::string());
    }
    return out;
}

Result<search::Likeness> asked_of(search::Index& index, const std::string& what) {
    std::error_code error;
    if (what == "-" || std::filesystem::is_regular_file(what, error)) {
        const auto text = what == "-" ? read_input() : read_file(what);
        if (!text) return text.error();
        return patch_of(*text, what);
    }
    const auto named = message_named(index, query::plain_id(what));
    if (!named) return named.error();
    if (named->id.empty() && named->notes.size() == 1)
        return Error{ErrorKind::no_input, "'" + what + "' is no file and no id of a message"};
    int code = kExitOk;
    if (!say_named(named, code)) return Error{ErrorKind::no_input, "no message is compared"};
    const auto hits = index.show(named->id);
    if (!hits) return hits.error();
    const reader::Hit& hit = hits->front();
    return search::Likeness{hit.record.subject, hit.text.body, hit.record.id};
}

bool has_diff(const std::string& body) {
    return std::ranges::any_of(patch::classify(body), [](const patch::Line& line) { return line.file >= 0; });
}

}  // namespace

int run_like(const Options& options) {
    auto request = request_of(options);
    if (!request) return fail(request.error());
    auto index = open_index(options);
    if (!index) return fail(index.error());
    auto asked = asked_of(*index, options.like);
    if (!asked) return fail(asked.error());
    if (!has_diff(asked->body))
        return fail({ErrorKind::no_input, "'" + options.like + "' has no diff that could be compared"});
    asked->overlaps = options.overlaps;
    request->snippets = request->lines = false;
    const reader::Watchdog watchdog(request->timeout);
    const auto answer = index->like(*asked, *request);
    if (!answer) return fail(answer.error());
    say_notes(*answer, options);
    const bool found = answer->page.matches > 0;
    if (!found && !answer->partial) say("nothing found");
    const int code = code_of(*answer, found);
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}\n", answer->page.matches));
        return finish(out, code);
    }
    const int ended = write_page(answer->page, options, style_of(options), code);
    if (options.offset + answer->page.hits.size() < answer->page.matches && render::info(options.format).paged &&
        ended != kExitReaderGone)
        say_more(answer->page, options);
    return ended;
}

}  // namespace patchseek
