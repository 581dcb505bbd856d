// SPDX-License-Identifier: GPL-2.0-or-later
#include "address.hpp"

#include <algorithm>

#include "charset.hpp"
#include "encoding.hpp"
#include "header.hpp"
#include "limits.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::mail {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
// What may follow an address that stands in angle brackets: its closing bracket, or the next address if that is
// missing.
constexpr std::string_view kBehindAddress = ",>;";

// RFC 5322, 3.2.3: what a word without quotes is made of; beyond ASCII, any letter (RFC 6532).
bool is_atom_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != 0x7F && std::string_view("()<>@,;:\\\".[]").find(c) == std::string_view::npos;
}

// Quotes off, and the backslashes that quote one character.
std::string unquoted(std::string_view text) {
    std::string out;
    bool escaped = false;
    for (const char c : text) {
        const bool keeps = escaped || (c != '\\' && c != '"');
        if (keeps) out += c;
        escaped = !escaped && c == '\\';
    }
    return out;
}

// For the place of each '(' the place behind the ')' that closes it, or 0 where none does. All at once, so that
// comments which never end are not looked through again and again. Empty if there is no comment.
std::vector<std::size_t> comment_ends(std::string_view text) {
    if (text.find('(') == text.npos) return {};
    std::vector<std::size_t> ends(text.size()), open;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '(') {
            open.push_back(i);
        } else if (text[i] == ')' && !open.empty()) {
            ends[open.back()] = i + 1;
            open.pop_back();
        }
    }
    return ends;
}

// Reads an address list that is unfolded and holds no encoded words. Each function moves past what it reads; false
// means that there is no such thing here.
class AddressReader {
public:
    explicit AddressReader(std::string_view text) : text_(text), comment_ends_(comment_ends(text)) {}
    std::vector<std::string> read();

private:
    bool at_end() const { return pos_ >= text_.size(); }
    bool at(char c) const { return !at_end() && text_[pos_] == c; }
    bool at_one_of(std::string_view marks) const { return !at_end() && marks.find(text_[pos_]) != marks.npos; }
    void skip(char c) { pos_ += at(c) ? 1 : 0; }
    void skip_all(char c) { pos_ = std::min(text_.find_first_not_of(c, pos_), text_.size()); }
    void skip_blanks() { pos_ = std::min(text_.find_first_not_of(kBlanks, pos_), text_.size()); }

    bool skip_separators();
    bool skip_comment();
    bool skip_comments_and_blanks();
    bool skip_quoted();
    bool skip_atom();
    bool skip_name_word();
    bool read_name(std::string_view& name);
    bool read_address();
    bool read_bare_address(std::size_t begin, std::string_view ends);
    bool read_bracketed_address(std::string_view name);
    bool read_spec(std::string& spec, std::string_view ends);
    bool read_domain(std::string& spec, std::string_view ends);
    bool read_domain_literal(std::string& spec);
    void add(std::string_view name, std::string_view spec);

    std::string_view text_;
    std::vector<std::size_t> comment_ends_;
    std::size_t pos_ = 0;
    std::size_t without_bracket_ = 0;  // up to here words are not followed by '<', so that a ',' ends an address
    std::vector<std::string> out_;
};

bool AddressReader::skip_comment() {
    const auto end = comment_ends_[pos_];
    if (end > 0) pos_ = end;
    return end > 0;
}

bool AddressReader::skip_comments_and_blanks() {
    skip_blanks();
    while (at('(')) {
        if (!skip_comment()) return false;
        skip_blanks();
    }
    return true;
}

bool AddressReader::skip_quoted() {
    for (auto end = pos_ + 1; end < text_.size(); ++end) {
        if (text_[end] == '"') {
            pos_ = end + 1;
            return true;
        }
        if (text_[end] == '\\') ++end;
    }
    return false;
}

bool AddressReader::skip_atom() {
    const auto begin = pos_;
    while (!at_end() && is_atom_character(text_[pos_])) ++pos_;
    return pos_ > begin;
}

// A quote that is never closed counts as part of the word behind it.
bool AddressReader::skip_name_word() {
    if (!at('"')) return skip_atom();
    if (skip_quoted()) return true;
    ++pos_;
    skip_blanks();
    return skip_atom();
}

// The words before an address, if any: "Jane R. Doe", and "Doe, Jane" if a bracket follows. False where a comment never
// ends.
bool AddressReader::read_name(std::string_view& name) {
    const auto begin = pos_;
    while (skip_name_word()) {
        name = text_.substr(begin, pos_ - begin);
        while (skip_comments_and_blanks() && at('.')) name = text_.substr(begin, ++pos_ - begin);
        if (at(',') && pos_ >= without_bracket_) name = text_.substr(begin, ++pos_ - begin);
        if (!skip_comments_and_blanks()) return false;
    }
    return skip_comments_and_blanks();
}

// Left and right of the @ (RFC 5322, 3.4.1), the second missing where one of `ends` or the end comes first.
bool AddressReader::read_spec(std::string& spec, std::string_view ends) {
    while (true) {
        const auto begin = pos_;
        if (!(at('"') ? skip_quoted() : skip_atom())) return false;
        spec += text_.substr(begin, pos_ - begin);
        if (!skip_comments_and_blanks()) return false;
        if (!at('.')) break;
        spec += text_[pos_++];
        if (!skip_comments_and_blanks()) return false;
    }
    if (at_end() || at_one_of(ends)) return true;
    if (!at('@')) return false;
    spec += text_[pos_++];
    if (!skip_comments_and_blanks()) return false;
    return at('[') ? read_domain_literal(spec) : read_domain(spec, ends);
}

// A dot at the end is left out. A comment behind is not passed over: it may be the name.
bool AddressReader::read_domain(std::string& spec, std::string_view ends) {
    while (true) {
        const auto begin = pos_;
        if (!skip_atom()) return false;
        const auto end = pos_;
        spec += text_.substr(begin, end - begin);
        if (!skip_comments_and_blanks()) return false;
        if (!at('.')) {
            pos_ = end;
            return true;
        }
        ++pos_;
        if (!skip_comments_and_blanks()) return false;
        if (at_end() || at_one_of(ends)) return true;
        spec += '.';
    }
}

bool AddressReader::read_domain_literal(std::string& spec) {
    const auto end = text_.find(']', pos_);
    const auto literal = text_.substr(pos_ + 1, end == text_.npos ? end : end - pos_ - 1);
    if (end == text_.npos || literal.find_first_of("[\\") != literal.npos) return false;
    spec += '[';
    std::ranges::copy_if(literal, std::back_inserter(spec), [](char c) { return kBlanks.find(c) == kBlanks.npos; });
    spec += ']';
    pos_ = end + 1;
    return true;
}

// "jane@x.example", "jane@x.example (Jane Doe)", "jane"; and "jane@x.example <jane@x.example>", where the first is a
// name without quotes.
bool AddressReader::read_bare_address(std::size_t begin, std::string_view ends) {
    pos_ = begin;
    std::string spec, name;
    if (!read_spec(spec, ends)) return false;
    skip_blanks();
    if (at('(')) {
        const auto open = pos_;
        if (!skip_comment()) return false;
        name = unquoted(text_.substr(open + 1, pos_ - open - 2));
    }
    if (!skip_comments_and_blanks()) return false;
    if (at('<')) return read_bracketed_address(text_.substr(begin, pos_ - begin));
    skip('>');
    add(name, spec);
    return true;
}

bool AddressReader::read_bracketed_address(std::string_view name) {
    skip_all('<');
    if (!skip_comments_and_blanks()) return false;
    if (at('@')) {  // a route (RFC 5322, 4.4), which nobody takes any more
        pos_ = std::min(text_.find_first_of(":>", pos_), text_.size());
        if (!at(':')) return false;
        ++pos_;
        if (!skip_comments_and_blanks()) return false;
    }
    std::string spec;
    if (!read_spec(spec, kBehindAddress) || !skip_comments_and_blanks()) return false;
    skip_all('>');
    add(unquoted(name), spec);
    return true;
}

bool AddressReader::read_address() {
    const auto begin = pos_;
    std::string_view name;
    if (!read_name(name)) return false;
    if (at('<')) return read_bracketed_address(name);
    without_bracket_ = std::max(without_bracket_, pos_);
    if (at('@')) return read_bare_address(begin, kBehindAddress);
    if (at_end()) return read_bare_address(begin, ",");
    if (at_one_of(kBehindAddress)) return read_bare_address(begin, text_.substr(pos_, 1));
    // The name of a group: its members follow, and ';' ends it as ',' would.
    if (!at(':')) return false;
    ++pos_;
    return true;
}

void AddressReader::add(std::string_view name, std::string_view spec) {
    std::string text(trim(name));
    if (text.empty())
        text = spec;
    else
        text.append(" <").append(spec).append(">");
    blank_controls(text);
    out_.push_back(std::move(text));
}

bool AddressReader::skip_separators() {
    while (skip_comments_and_blanks()) {
        if (!at_one_of(",;")) return true;
        ++pos_;
    }
    return false;
}

std::vector<std::string> AddressReader::read() {
    while (out_.size() < kMaxAddresses && skip_separators() && !at_end())
        if (!read_address()) pos_ = std::min(text_.find_first_of(",;", pos_), text_.size());
    return std::move(out_);
}

// What stands around a point of an address list: a quoted string, so and so many comments.
class Surroundings {
public:
    void pass(std::string_view text) {
        for (const char c : text) {
            if (escaped_)
                escaped_ = false;
            else if (c == '\\')
                escaped_ = true;
            else if (c == '"')
                quoted_ = depth_ == 0 && !quoted_;
            else if (c == '(' && !quoted_)
                ++depth_;
            else if (c == ')' && !quoted_)
                depth_ -= depth_ > 0;
        }
    }
    bool none() const { return !quoted_ && depth_ == 0; }

private:
    bool escaped_ = false, quoted_ = false;
    std::size_t depth_ = 0;
};

// Encoded words decoded, and kept from being read as addresses or as marks between
// them: outside of quotes and comments each becomes a quoted string.
std::string with_quoted_words(std::string_view text) {
    std::string out;
    Surroundings around;
    for_each_run(
        text,
        [&](std::string_view plain) {
            around.pass(plain);
            out += plain;
        },
        [&](std::string_view decoded) {
            const char* const quote = around.none() ? "\"" : "";
            out += quote;
            for (const char c : decoded) {
                if (std::string_view("\"\\()").find(c) != std::string_view::npos) out += '\\';
                out += c;
            }
            out += quote;
        });
    return out;
}

}  // namespace

std::vector<std::string> decode_addresses(std::string_view value) {
    const std::string text = with_quoted_words(to_utf8(unfold(value.substr(0, kMaxHeader)), ""));
    auto out = AddressReader(text).read();
    if (out.empty())
        if (auto plain = decode_text(value); !plain.empty()) out.push_back(std::move(plain));
    return out;
}

}  // namespace patchseek::mail
