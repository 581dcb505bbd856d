// SPDX-License-Identifier: GPL-2.0-or-later
#include "readings.hpp"

#include <algorithm>
#include <array>

#include "alternatives.hpp"
#include "lexer.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/schema/schema.hpp"

namespace patchseek::query {
namespace {

bool is_one_word(std::string_view text) { return text.find_first_of(" \t\r\n\"") == text.npos; }

/// `<id>`, whatever stands around it in a header's value.
std::string_view in_brackets(std::string_view text) {
    const auto open = text.find('<');
    const auto close = text.find('>', open == text.npos ? 0 : open);
    if (open == text.npos || close == text.npos) return {};
    const auto inside = text.substr(open + 1, close - open - 1);
    return is_one_word(inside) && inside.find('@') != inside.npos ? inside : std::string_view();
}

/// The line `Fixes: 1a2b3c4 ("subject")`.
std::vector<std::string> read_fixes(std::string_view value) {
    const auto end = std::min(value.find_first_not_of("0123456789abcdefABCDEF"), value.size());
    constexpr std::size_t kShortest = 7;
    if (end < kShortest || (end < value.size() && value[end] != ' ')) return {};
    const std::string commit(value.substr(0, end));
    return {"fixes:" + commit, "mentions:" + commit};
}

/// The line `Subject: [PATCH] a b`: with what stands in brackets, and without. That of a reply is that of what it
/// answers, which is found then with its replies.
std::vector<std::string> read_subject(std::string_view value) {
    while (starts_with_any_case(value, "re:")) value = trim(value.substr(3));
    std::string_view bare = value;
    for (auto close = bare.find(']'); bare.starts_with('[') && close != bare.npos; close = bare.find(']'))
        bare = trim(bare.substr(close + 1));
    std::vector<std::string> out;
    for (const std::string_view text : {value, bare}) {
        std::string phrase(text);
        std::erase(phrase, '"');
        if (!phrase.empty()) out.push_back("subject:\"" + phrase + '"');
    }
    return out;
}

std::string in_quotes(std::string_view text) {
    std::string out(text);
    std::erase(out, '"');
    return '"' + out + '"';
}

/// The line `@@ -1,2 +1,2 @@ int function(void)`.
std::vector<std::string> read_hunk(std::string_view text) {
    const auto close = text.find("@@", 2);
    if (!text.starts_with("@@ -") || close == text.npos) return {};
    const auto heading = trim(text.substr(close + 2));
    if (heading.empty()) return {};
    return {"func:" + in_quotes(heading), "func:" + in_quotes(heading.substr(0, heading.find('(')))};
}

/// The line `From: Name <address>`, and other headers and trailers that name a person.
std::vector<std::string> read_person(std::string_view text) {
    const auto colon = text.find(": ");
    if (const auto address = in_brackets(text); colon == text.npos && !address.empty() && text.ends_with('>') &&
                                                !text.starts_with('<') && text.find_first_of(":()") == text.npos)
        return {"from:" + in_quotes(address)};
    if (colon == text.npos) return {};
    const auto name = lowered(text.substr(0, colon));
    const auto value = trim(text.substr(colon + 1));
    const bool trailer =
        name.ends_with("-by") && std::ranges::all_of(name, [](char c) { return is_alpha(c) || c == '-'; });
    if ((!trailer && name != "from" && name != "to" && name != "cc") || value.empty()) return {};
    const auto address = in_brackets(value);
    return {(trailer ? "trailer:" + name : name) + ':' + in_quotes(address.empty() ? value : address)};
}

/// `mm/slab.c:123`, as compilers and grep write it, also with a column or a colon at its end.
std::string path_with_line(std::string_view word) {
    const auto colon = word.find(':');
    if (colon == word.npos || colon == 0) return {};
    const auto path = word.substr(0, colon), rest = word.substr(colon + 1);
    const auto is_rest = [](char c) { return is_digit(c) || c == ':' || c == '-'; };
    if (rest.empty() || !is_digit(rest.front()) || !std::ranges::all_of(rest, is_rest)) return {};
    const auto is_part = [](char c) {
        return is_digit(c) || is_alpha(c) || std::string_view("_-+,./").find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(path, is_part) || schema::find_field(path)) return {};
    const bool named = path.find('/') != path.npos || path.find('.') != path.npos;
    return named ? "file:" + std::string(path) : std::string();
}

/// The line `mm/slab.c:12:3: error: what is wrong`.
std::vector<std::string> read_compiler_line(std::string_view text) {
    const auto blank = text.find(' ');
    const auto file = path_with_line(text.substr(0, blank));
    if (file.empty() || blank == text.npos) return {};
    const auto rest = trim(text.substr(blank));
    for (const std::string_view kind : {"error:", "fatal error:", "warning:", "note:"})
        if (const auto what = behind_any_case(rest, kind); !what.empty())
            return {file + ' ' + in_quotes(what), in_quotes(what), file};
    return {};
}

constexpr std::string_view kEllipsis = "\u2026";

/// Of an id that a short line has cut, what it shows.
std::string_view before_ellipsis(std::string_view text) {
    return text.ends_with(kEllipsis) ? text.substr(0, text.size() - kEllipsis.size()) : text;
}

/// What a kernel writes before the text of a line, `<6>[   12.345678] [ T123] `, with or without what syslog writes
/// before that. The same text if it has no time.
std::string_view without_time(std::string_view text) {
    const auto open = text.find('[');
    if (open == text.npos) return text;
    const auto close = text.find(']', open);
    if (close == text.npos) return text;
    const auto time = trim(text.substr(open + 1, close - open - 1));
    const auto dot = time.find('.');
    const auto is_time = [](char c) { return is_digit(c) || c == '.'; };
    if (dot == time.npos || dot == 0 || dot + 1 == time.size() || !std::ranges::all_of(time, is_time)) return text;
    const auto before = trim(text.substr(0, open));
    const bool syslog = before.ends_with("kernel:");
    const bool level = before.starts_with('<') && before.ends_with('>');
    if (!before.empty() && !syslog && !level) return text;
    text = trim(text.substr(close + 1));
    // Of CONFIG_PRINTK_CALLER.
    if (const auto end = text.find(']'); text.starts_with('[') && end != text.npos && end < 12)
        text = trim(text.substr(end + 1));
    return text;
}

/// `function` of `function+0x1c/0x40`; empty if the word is none such.
std::string_view function_of(std::string_view word) {
    const auto plus = word.find("+0x");
    if (plus == word.npos || plus == 0 || word.find("/0x", plus) == word.npos) return {};
    auto name = word.substr(0, plus);
    if (const auto colon = name.rfind(':'); colon != name.npos) name.remove_prefix(colon + 1);  // RIP: 0010:f+0x1/0x2
    // `function.isra.0` is what compilers make of one.
    return name.substr(0, name.find('.'));
}

/// The words of a log line without what differs each time, as far as they stand side by side.
struct LogText {
    std::vector<std::string> runs, functions;
};

LogText log_text(std::string_view text) {
    LogText out;
    bool broken = true;
    while (!(text = trim(text)).empty()) {
        const auto end = std::min(text.find_first_of(" \t\n"), text.size());
        std::string word(text.substr(0, end));
        text.remove_prefix(end);
        if (const auto function = function_of(word); !function.empty()) {
            if (std::ranges::find(out.functions, function) == out.functions.end()) out.functions.emplace_back(function);
            broken = true;
            continue;
        }
        // The module of a function says what its name does.
        if (word.starts_with('[') && word.ends_with(']') && !out.functions.empty()) continue;
        std::erase(word, '"');
        const bool number = std::ranges::any_of(word, is_digit);
        const bool text_in = std::ranges::any_of(word, is_alpha);
        if (number || !text_in) {
            broken = broken || number;
            continue;
        }
        if (broken)
            out.runs.push_back(word);
        else
            out.runs.back() += ' ' + word;
        // `driver:` is written by pr_fmt() or dev_err().
        broken = word.back() == ':';
        if (broken) out.runs.back().pop_back();
    }
    std::erase(out.runs, "");
    return out;
}

/// How a kernel begins what it reports.
constexpr auto kReports = std::to_array<std::string_view>(
    {"BUG: ", "INFO: ", "WARNING: ", "Oops: ", "kernel BUG at ", "general protection fault", "UBSAN: ", "KASAN: "});

/// Of a line of a log: its text in pieces, the longest piece, the functions. Empty if it is none.
std::vector<std::string> read_log_line(std::string_view text) {
    const auto rest = without_time(text);
    const LogText log = log_text(rest);
    const auto begins = [&](std::string_view word) { return rest.starts_with(word); };
    const bool report = std::ranges::any_of(kReports, begins);
    if (rest.size() == text.size() && log.functions.empty() && !report) return {};
    std::string all, phrases, functions, longest;
    const auto add = [](std::string& to, const std::string& part) { to += (to.empty() ? "\"" : " \"") + part + '"'; };
    for (const std::string& run : log.runs) {
        if (run.size() > longest.size()) longest = run;
        add(all, run);
        if (run.find(' ') != run.npos) add(phrases, run);
    }
    for (const std::string& function : log.functions) add(functions, function);
    std::vector<std::string> out;
    const auto offer = [&](std::string query) {
        if (!query.empty() && std::ranges::find(out, query) == out.end()) out.push_back(std::move(query));
    };
    // What stands around the functions of a stack says nothing.
    if (!phrases.empty() && log.functions.size() < 2) {
        if (!functions.empty()) offer(phrases + ' ' + functions);
        offer(all);
        offer(phrases);
        if (longest.find(' ') != longest.npos) offer('"' + longest + '"');
    } else if (functions.empty()) {
        offer(all);
    }
    offer(functions);
    if (log.functions.size() > 1) offer('"' + log.functions.front() + '"');
    return out;
}

bool takes_id(const Lexeme& lexeme) {
    if (lexeme.kind != Lexeme::Kind::value || !lexeme.field) return false;
    const auto name = lexeme.field->name;
    return name == "id" || name == "refs" || lexeme.field->kind == schema::FieldKind::group;
}

bool is_bare_word(const Lexeme& lexeme) { return lexeme.kind == Lexeme::Kind::word && !lexeme.field && !lexeme.prefix; }

}  // namespace

namespace {

/// The line `References: <a> <b>`, of which the last is what was answered.
std::vector<std::string> read_references(std::string_view value) {
    std::vector<std::string> out;
    for (auto open = value.rfind('<'); open != value.npos && out.size() < 8; open = value.substr(0, open).rfind('<')) {
        if (const auto id = in_brackets(value.substr(open)); !id.empty()) out.push_back("id:" + std::string(id));
        if (open == 0) break;
    }
    return out;
}

/// The line `Link: https://...`, and other headers and trailers that have an address.
std::vector<std::string> read_link(std::string_view text) {
    for (const std::string_view name : {"link: ", "closes: ", "archived-at: ", "url: ", "patch-link: "}) {
        std::string_view value = behind_any_case(text, name);
        value = value.substr(0, value.find_first_of(" \t"));
        if (value.starts_with('<') && value.ends_with('>')) value = value.substr(1, value.size() - 2);
        if (starts_with_any_case(value, "http://") || starts_with_any_case(value, "https://"))
            return pasted_references(value);
    }
    return {};
}

/// The mail that a commit came from says more of it than those that mention it.
std::vector<std::string> with_commits(std::vector<std::string> readings) {
    std::vector<std::string> out;
    for (std::string& reading : readings) {
        if (const auto id = behind_any_case(reading, "mentions:"); !id.empty())
            out.push_back("commit:" + std::string(id));
        out.push_back(std::move(reading));
    }
    return out;
}

/// Whole lines that say what they are.
std::vector<std::string> read_line(std::string_view text) {
    if (auto references = behind_any_case(text, "references: "); !references.empty())
        return read_references(references);
    for (const auto read : {read_link, read_person, read_hunk, commit_readings, read_compiler_line})
        if (auto out = read(text); !out.empty()) return out;
    return {};
}

}  // namespace

std::vector<std::string> readings(std::string_view query) {
    constexpr std::size_t kLongest = 1000;
    if (auto diff = diff_readings(query); !diff.empty()) return diff;
    auto text = trim(query);
    while (text.starts_with("> ")) text = trim(text.substr(2));
    if (text.empty() || text.size() > kLongest) return {};
    for (const std::string_view name : {"message-id:", "in-reply-to:"}) {
        const auto value = behind_any_case(text, name);
        if (value.empty()) continue;
        const auto inside = in_brackets(value);
        if (!inside.empty()) return {"id:" + std::string(inside)};
        return is_one_word(value) && value.find('@') != value.npos ? std::vector{"id:" + std::string(value)}
                                                                   : std::vector<std::string>{};
    }
    // Without the blank they are fields.
    if (const auto value = behind_any_case(text, "fixes: "); !value.empty()) return read_fixes(value);
    if (const auto value = behind_any_case(text, "subject: "); !value.empty()) return read_subject(value);
    if (starts_with_any_case(text, "re: ") && !text.starts_with("re: ")) return read_subject(text);
    if (auto line = read_line(text); !line.empty()) return line;
    if (auto log = read_log_line(text); !log.empty()) return log;
    if (!is_one_word(text)) return {};
    if (auto path = path_with_line(text); !path.empty()) return {std::move(path)};
    if (is_web_address(text)) return with_commits(pasted_references(text));
    if (text.ends_with(kEllipsis) && text.find_first_of(":/()*") == text.npos) return {"id:" + std::string(text)};
    if (text.starts_with('<')) return {"id:" + plain_id(text)};
    const bool field = text.find(':') != text.npos;
    const bool id = !field && text.find('@') != text.npos && text.find_first_of("/()*") == text.npos;
    return id ? std::vector{"id:" + std::string(text)} : std::vector<std::string>{};
}

std::string words_of_log_line(std::string_view query) {
    const auto text = trim(query);
    if (read_log_line(text).empty()) return {};
    const LogText log = log_text(without_time(text));
    std::string out;
    for (const auto* list : {&log.runs, &log.functions})
        for (const std::string& part : *list) out += (out.empty() ? "" : " ") + part;
    return out;
}

std::string plain_id(std::string_view pasted) {
    std::string_view text = trim(pasted);
    if (const auto value = behind_any_case(text, "message-id:"); !value.empty()) text = value;
    if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
    if (is_web_address(text))
        for (const std::string& part : pasted_references(text))
            if (part.starts_with("id:")) return part.substr(3);
    return std::string(before_ellipsis(text));
}

std::string with_plain_ids(std::string_view query, const std::function<std::string(const std::string&)>& whole,
                           bool all) {
    std::string out(query);
    const auto lexemes = lex(query);
    if (!lexemes) return out;
    for (auto it = lexemes->rbegin(); it != lexemes->rend(); ++it) {
        // Of what was quoted, the text is not what stands there.
        if (!takes_id(*it) || query.substr(it->text_begin, it->text.size()) != it->text) continue;
        const bool cut = all || it->text.ends_with(kEllipsis);
        out.replace(it->text_begin, it->text.size(), cut ? whole(plain_id(it->text)) : plain_id(it->text));
    }
    return out;
}

std::string with_list_ids(std::string_view query, const std::map<std::string, std::string>& lists) {
    std::string out(query);
    if (lists.empty()) return out;
    const auto lexemes = lex(query);
    if (!lexemes) return out;
    for (auto it = lexemes->rbegin(); it != lexemes->rend(); ++it) {
        if (it->kind != Lexeme::Kind::value || !it->field || it->field->name != "list") continue;
        const auto id = lists.find(lowered(it->text));
        if (id != lists.end() && query.substr(it->text_begin, it->text.size()) == it->text)
            out.replace(it->text_begin, it->text.size(), id->second);
    }
    return out;
}

std::vector<std::string> notes_on_operators(std::string_view query) {
    const auto lexemes = lex(query);
    std::vector<std::string> out;
    if (!lexemes) return out;
    for (std::size_t i = 0; i + 1 < lexemes->size(); ++i) {
        const Lexeme& one = (*lexemes)[i];
        if (!is_bare_word(one)) continue;
        const bool between = i > 0 && (one.text == "or" || one.text == "xor" || one.text == "and");
        if (!between && one.text != "not") continue;
        std::string capitals = one.text;
        for (char& c : capitals) c = static_cast<char>(c - 'a' + 'A');
        std::string note = "'" + one.text + "' is searched as a word; the operator is written " + capitals;
        if (std::ranges::find(out, note) == out.end()) out.push_back(std::move(note));
    }
    return out;
}

}  // namespace patchseek::query
