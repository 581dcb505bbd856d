// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.hpp"

#include <algorithm>
#include <array>

namespace world {

const std::vector<std::string> kWords = {"alpha",       "bravo",     "kilo", "lima",    "tango", "zulu", "alpha_bravo",
                                         "__kilo_lima", "tangoZulu", "run",  "running", "x86",   "0xff"};
const std::vector<std::string> kCode = {"alpha->bravo",  "kilo[lima]", "#zulu",  "tango(bravo)", "bravo::kilo",
                                        "&alpha->bravo", "-TANGO",     "lima++", "kilo.lima",    "alpha_bravo(kilo)"};
const std::vector<std::string> kPaths = {"alpha/bravo.c",     "alpha/kilo/bravo.c",    "alpha/kilo/lima.h",
                                         "kilo/bravo.c",      "kilo/lima/tango.S",     "Makefile",
                                         "alpha/Makefile",    "zulu/alpha/bravo.c",    "alpha/bravo.tar.gz",
                                         "lima/kilo-bravo.c", "zulu/kilo/alpha/lima.h"};
const std::vector<std::string> kPeople = {"ada", "bert", "cleo"};

namespace {

const std::vector<std::string> kHex = {"1a2b3c4d5e6f", "1a2b3c4", "1a2b3c4d5e6f7890abcd", "9f8e7d6c5b4a",
                                       "deadbee0cafe"};

std::string text_of(Dice& dice, std::size_t most) {
    std::string out;
    for (std::size_t n = 1 + dice.below(most); n > 0; --n) out += (out.empty() ? "" : " ") + dice.of(kWords);
    return out;
}

std::string code_line(Dice& dice) {
    return dice.of(kCode) + ' ' + text_of(dice, 2) + (dice.chance(40) ? ' ' + dice.of(kCode) : "") + ';';
}

std::string address(const std::string& first) {
    return std::string(1, static_cast<char>(first[0] - 32)) + first.substr(1) + " Smith <" + first + "@example.org>";
}

void append(Stretch& stretch, const std::string& text) {
    for (std::string& word : words(text)) stretch.push_back(std::move(word));
}

class Maker {
public:
    Maker(std::size_t number, Dice& dice) : dice_(dice) {
        mail_.id = "m" + std::to_string(100 + number) + "@example.org";
    }
    Mail make(const std::vector<Mail>& before);

private:
    void header(const std::vector<Mail>& before);
    void date();
    void reply_body();
    void patch_body();
    void trailers();
    void file(const std::string& path);
    Mail hunk();
    void related();
    void stretch(const std::string& area) {
        for (Mail* mail : into_) mail->areas[area].stretches.emplace_back();
    }
    void line(const std::string& area, const std::string& text, const std::string& shown);
    void body(const std::string& text) {
        for (Mail* mail : into_) mail->body += text + '\n';
        mail_.body_lines.push_back(lower(text));
    }
    /// A line of a diff that names a file.
    void named(const std::string& text) {
        body(text);
        for (Mail* mail : into_) mail->areas["header"].written.push_back(text);
    }
    void whole(const std::string& area, const std::string& text) {
        for (Mail* mail : into_) {
            mail->areas[area].stretches.push_back(words(text));
            mail->areas[area].lines.push_back(lower(text));
            mail->areas[area].written.push_back(text);
        }
    }

    Dice& dice_;
    Mail mail_;
    std::vector<Mail*> into_ = {&mail_};  ///< the mail, and the parts of it that are being written
    std::string headers_;
    bool reply_ = false, has_diff_ = false;
};

void Maker::date() {
    if (dice_.chance(10)) return;
    // Few days, so that many have the same.
    const auto day = 1 + dice_.below(6);
    mail_.date = 1'601'510'400 + static_cast<std::int64_t>(day - 1) * 86'400;  // 2020-10-01T00:00:00Z
    headers_ += "Date: 0" + std::to_string(day) + " Oct 2020 00:00:00 +0000\n";
}

void Maker::header(const std::vector<Mail>& before) {
    const std::string& from = dice_.of(kPeople);
    headers_ = "From: " + address(from) + "\nMessage-ID: <" + mail_.id + ">\n";
    whole("from", address(from));
    whole("author", address(from));
    for (const char* name : {"To", "Cc"}) {
        if (dice_.chance(50)) continue;
        const std::string& person = dice_.of(kPeople);
        headers_ += std::string(name) + ": " + address(person) + '\n';
        whole(lower(name), address(person));
    }
    if (dice_.chance(50)) {
        const std::string list = dice_.chance(50) ? "one.example.org" : "two.example.org";
        headers_ += "List-Id: Talk <" + list + ">\n";
        mail_.lists.insert(list);
    }
    date();
    if (reply_) {
        const std::string parent = before.empty() ? "m0@example.org" : dice_.of(before).id;
        headers_ += "In-Reply-To: <" + parent + ">\n";
        mail_.refs.insert(parent);
    }
    std::string subject = text_of(dice_, 4);
    if (has_diff_) {
        const auto version = 1 + dice_.below(3), total = 1 + dice_.below(4), part = 1 + dice_.below(total);
        const std::string tag = dice_.chance(30) ? "kilo-tree " : "";
        if (!tag.empty()) mail_.tags.insert("kilo-tree");
        subject = "[PATCH " + tag + "v" + std::to_string(version) + ' ' + std::to_string(part) + '/' +
                  std::to_string(total) + "] " + subject;
        mail_.version = version, mail_.part = part, mail_.total = total;
    } else if (reply_) {
        subject = "Re: " + subject;
    }
    headers_ += "Subject: " + subject + '\n';
    whole("subject", subject);
}

void Maker::line(const std::string& area, const std::string& text, const std::string& shown) {
    body(shown);
    const bool in_diff = into_.size() > 1;  // lines of a diff are looked into without their sign
    for (Mail* mail : into_) {
        Area& one = mail->areas[area];
        append(one.stretches.back(), text);
        one.lines.push_back(lower(in_diff ? text : shown));
        one.written.push_back(in_diff ? text : shown);
    }
}

void Maker::reply_body() {
    stretch("quoted");
    for (std::size_t n = 1 + dice_.below(3); n > 0; --n) {
        const auto text = dice_.chance(50) ? text_of(dice_, 4) : code_line(dice_);
        line("quoted", text, "> " + text);
    }
    body("");
    stretch("log");
    for (std::size_t n = 1 + dice_.below(2); n > 0; --n) {
        const auto text = text_of(dice_, 4);
        line("log", text, text);
    }
}

void Maker::trailers() {
    body("");
    stretch("trailer");
    for (const char* name : {"Reviewed-by", "Tested-by", "Fixes", "Signed-off-by"}) {
        if (dice_.chance(50)) continue;
        const bool fixes = std::string(name) == "Fixes";
        const std::string commit = dice_.of(kHex);
        if (fixes) mail_.commits.insert(commit);
        const std::string value = fixes ? commit + " (\"" + text_of(dice_, 2) + "\")" : address(dice_.of(kPeople));
        line("trailer", std::string(name) + ": " + value, std::string(name) + ": " + value);
        mail_.trailers[lower(name)].push_back(value);
    }
    if (mail_.areas["trailer"].stretches.back().empty()) mail_.areas.erase("trailer");
}

Mail Maker::hunk() {
    Mail part;
    into_.push_back(&part);
    const std::string place = text_of(dice_, 1) + "(void)";
    struct Side {
        char sign;
        const char* area;
    };
    static constexpr std::array<Side, 3> kSides{{{' ', "context"}, {'+', "added"}, {'-', "removed"}}};
    std::vector<std::pair<Side, std::string>> lines;
    for (std::size_t n = 2 + dice_.below(5); n > 0; --n) lines.emplace_back(dice_.of(kSides), code_line(dice_));
    const auto many = [&](char other) {
        return std::ranges::count_if(lines, [&](const auto& l) { return l.first.sign != other; });
    };
    body("@@ -1," + std::to_string(many('+')) + " +1," + std::to_string(many('-')) + " @@ " + place);
    whole("func", place);
    const char* last = "";
    for (const auto& [side, text] : lines) {
        if (last != side.area) stretch(side.area);
        last = side.area;
        line(side.area, text, std::string(1, side.sign) + text);
        *mail_.adds += side.sign == '+', *mail_.dels += side.sign == '-';
    }
    into_.pop_back();
    return part;
}

void Maker::file(const std::string& path) {
    if (std::ranges::find(mail_.paths, path) != mail_.paths.end()) return;
    Mail part;
    into_.push_back(&part);
    const bool made = dice_.chance(20);
    const std::string a = dice_.of(kHex).substr(0, 7 + dice_.below(5)),
                      b = dice_.of(kHex).substr(0, 7 + dice_.below(5));
    named("diff --git a/" + path + " b/" + path);
    if (made) named("new file mode 100644");
    named("index " + (made ? std::string(a.size(), '0') : a) + ".." + b + (made ? "" : " 100644"));
    named(made ? "--- /dev/null" : "--- a/" + path);
    named("+++ b/" + path);
    if (made) mail_.ops.insert("create");
    if (!made) mail_.blobs.insert(a);
    mail_.blobs.insert(b);
    for (Mail* mail : into_) mail->paths.push_back(path);
    whole("path", path);
    for (std::size_t n = 1 + dice_.below(2); n > 0; --n) {
        part.parts.push_back(hunk());
        part.parts.back().paths = {path};
    }
    into_.pop_back();
    mail_.parts.push_back(std::move(part));
}

void Maker::patch_body() {
    stretch("log");
    for (std::size_t n = 1 + dice_.below(3); n > 0; --n) {
        const auto text = dice_.chance(80) ? text_of(dice_, 5) : "see " + dice_.of(kHex) + ' ' + text_of(dice_, 1);
        for (const std::string& word : words(text))
            if (std::ranges::find(kHex, word) != kHex.end()) mail_.commits.insert(word);
        line("log", text, text);
    }
    trailers();
    body("---");
    if (dice_.chance(40)) {
        stretch("notes");
        const auto text = text_of(dice_, 3);
        line("notes", text, text);
        body("");
    }
    mail_.adds = mail_.dels = 0;
    for (std::size_t n = 1 + dice_.below(3); n > 0; --n) file(dice_.of(kPaths));
    mail_.files = static_cast<std::int64_t>(mail_.paths.size());
}

void Maker::related() {
    mail_.thread = 1 + dice_.below(20);
    if (dice_.chance(60)) mail_.series = 1 + dice_.below(12);
    if (mail_.series != 0) mail_.change = 1 + mail_.series % 5;
    mail_.replies = dice_.below(4);
    for (const char* state : {"latest", "complete", "unanswered", "unreviewed"})
        if (dice_.chance(30)) mail_.states.insert(state);
}

Mail Maker::make(const std::vector<Mail>& before) {
    const auto kind = dice_.below(10);
    has_diff_ = kind < 6;
    reply_ = kind >= 6 && kind < 9;
    header(before);
    if (has_diff_) mail_.states.insert("patch");
    if (reply_) mail_.states.insert("reply");
    if (has_diff_) patch_body();
    if (reply_) reply_body();
    if (!has_diff_ && !reply_) {
        stretch("log");
        const auto text = text_of(dice_, 6);
        line("log", text, text);
    }
    related();
    mail_.raw = headers_ + '\n' + mail_.body;
    return std::move(mail_);
}

}  // namespace

Stretch words(const std::string& text) {
    Stretch out;
    bool inside = false;
    for (const char c : lower(text)) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (word && !inside) out.emplace_back();
        if (word) out.back() += c;
        inside = word;
    }
    return out;
}

std::vector<std::string> pieces(const std::string& word) {
    if (word == "alpha_bravo") return {"alpha", "bravo"};
    if (word == "__kilo_lima") return {"kilo_lima", "kilo", "lima"};
    if (word == "tangozulu") return {"tango", "zulu"};
    return {};
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

std::vector<Mail> make(std::size_t count, Dice& dice) {
    std::vector<Mail> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(Maker(i, dice).make(out));
    return out;
}

}  // namespace world
