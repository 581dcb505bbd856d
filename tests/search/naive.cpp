// SPDX-License-Identifier: GPL-2.0-or-later
#include "naive.hpp"

#include <algorithm>
#include <regex>

namespace naive {

using world::Area;
using world::Dice;
using world::Mail;
using world::Stretch;

namespace {

using Areas = std::vector<std::string>;
using Test = std::function<bool(const Mail&)>;

const Areas kBare = {"subject", "author",  "log",     "notes",   "path",  "func",
                     "added",   "removed", "context", "trailer", "quoted"};
using Fields = std::vector<std::pair<std::string, Areas>>;
const Fields kFields = {
    {"", kBare},
    {"subject:", {"subject"}},
    {"s:", {"subject"}},
    {"from:", {"from"}},
    {"author:", {"author"}},
    {"to:", {"to"}},
    {"tc:", {"to", "cc"}},
    {"a:", {"to", "cc", "from"}},
    {"body:", {"log", "notes", "path", "func", "added", "removed", "context", "trailer", "quoted"}},
    {"nq:", {"log", "notes", "path", "func", "added", "removed", "context", "trailer"}},
    {"log:", {"log"}},
    {"quoted:", {"quoted"}},
    {"added:", {"added"}},
    {"removed:", {"removed"}},
    {"changed:", {"added", "removed"}},
    {"dfctx:", {"context"}},
    {"func:", {"func"}},
};
/// What a part of a diff has.
const Areas kInDiff = {"func", "added", "removed", "context"};
const Fields kFieldsInDiff = {
    {"", kInDiff},           {"added:", {"added"}}, {"removed:", {"removed"}}, {"changed:", {"added", "removed"}},
    {"dfctx:", {"context"}}, {"func:", {"func"}}};
const Areas kProse = {"subject", "log", "notes", "quoted"};

bool any_area(const Mail& mail, const Areas& areas, const std::function<bool(const std::string&, const Area&)>& test) {
    return std::ranges::any_of(areas, [&](const std::string& name) {
        const auto it = mail.areas.find(name);
        return it != mail.areas.end() && test(name, it->second);
    });
}

bool any_stretch(const Mail& mail, const Areas& areas, const std::function<bool(const Stretch&)>& test) {
    return any_area(mail, areas,
                    [&](const std::string&, const Area& area) { return std::ranges::any_of(area.stretches, test); });
}

// The only words of the vocabulary that share a stem.
std::string stem(const std::string& word) { return word == "running" ? "run" : word; }

bool is(const std::string& word, const std::string& wanted) {
    const auto parts = world::pieces(word);
    return word == wanted || std::ranges::find(parts, wanted) != parts.end();
}

Test word_in(const Areas& areas, const std::string& word) {
    return [areas, word](const Mail& mail) {
        return any_area(mail, areas, [&](const std::string& name, const Area& area) {
            const bool prose = std::ranges::find(kProse, name) != kProse.end();
            return std::ranges::any_of(area.stretches, [&](const Stretch& stretch) {
                return std::ranges::any_of(
                    stretch, [&](const std::string& w) { return is(w, word) || (prose && stem(w) == stem(word)); });
            });
        });
    };
}

Test prefix_in(const Areas& areas, const std::string& head) {
    return [areas, head](const Mail& mail) {
        return any_stretch(mail, areas, [&](const Stretch& stretch) {
            return std::ranges::any_of(stretch, [&](const std::string& w) {
                return w.starts_with(head) ||
                       std::ranges::any_of(world::pieces(w), [&](const std::string& p) { return p.starts_with(head); });
            });
        });
    };
}

bool has_run(const Stretch& stretch, const Stretch& wanted) {
    return std::search(stretch.begin(), stretch.end(), wanted.begin(), wanted.end()) != stretch.end();
}

Test phrase_in(const Areas& areas, const Stretch& wanted) {
    return [areas, wanted](const Mail& mail) {
        return any_stretch(mail, areas, [&](const Stretch& stretch) { return has_run(stretch, wanted); });
    };
}

Test near_in(const Areas& areas, const std::string& a, const std::string& b, std::size_t distance, bool ordered) {
    return [=](const Mail& mail) {
        return any_stretch(mail, areas, [&](const Stretch& stretch) {
            for (std::size_t i = 0; i < stretch.size(); ++i)
                for (std::size_t j = 0; j < stretch.size(); ++j) {
                    if (i == j || stretch[i] != a || stretch[j] != b) continue;
                    if (i < j ? j - i <= distance : !ordered && i - j <= distance) return true;
                }
            return false;
        });
    };
}

bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// As `grep -wF`, but that the ends only count where the text has a word there.
bool stands_in(const std::string& line, const std::string& text) {
    for (auto pos = line.find(text); pos != line.npos; pos = line.find(text, pos + 1)) {
        const auto end = pos + text.size();
        const bool begins = !is_word_byte(text.front()) || pos == 0 || !is_word_byte(line[pos - 1]);
        const bool ends = !is_word_byte(text.back()) || end == line.size() || !is_word_byte(line[end]);
        if (begins && ends) return true;
    }
    return false;
}

Test sign_in(const Areas& areas, const std::string& typed) {
    const auto text = world::lower(typed);
    return [areas, text](const Mail& mail) {
        return any_area(mail, areas, [&](const std::string&, const Area& area) {
            return std::ranges::any_of(area.lines, [&](const std::string& line) { return stands_in(line, text); });
        });
    };
}

// Without a field the whole mail is looked through, signs of diff lines included.
Test sign_anywhere(const std::string& typed) {
    const auto text = world::lower(typed);
    return [text, areas = sign_in(kBare, typed)](const Mail& mail) {
        return areas(mail) ||
               std::ranges::any_of(mail.body_lines, [&](const std::string& line) { return stands_in(line, text); });
    };
}

Query text_leaf(Dice& dice, bool in_part) {
    const auto& [label, areas] = dice.of(in_part ? kFieldsInDiff : kFields);
    const auto& word = dice.of(world::kWords);
    const auto folded = world::lower(word);
    switch (dice.below(8)) {
        case 0: return {label + folded.substr(0, 3) + '*', prefix_in(areas, folded.substr(0, 3)), true};
        case 1: {
            const auto second = world::lower(dice.of(world::kWords));
            return {label + '"' + word + ' ' + second + '"', phrase_in(areas, {folded, second}), true, true};
        }
        case 2: {
            const auto other = world::lower(dice.of(world::kWords));
            // Lines of other signs count in the distances of a diff, which stretches do not tell.
            const bool in_diff = std::ranges::any_of(
                areas, [](const std::string& a) { return a == "added" || a == "removed" || a == "context"; });
            if (other == folded || in_diff) break;
            const bool ordered = dice.chance(50);
            const auto distance = 1 + dice.below(4);
            return {label + word + (ordered ? " ADJ/" : " NEAR/") + std::to_string(distance) + ' ' + label + other,
                    near_in(areas, folded, other, distance, ordered), true, true};
        }
        case 3:
        case 4: {
            const auto& code = dice.of(world::kCode);
            // After a field a '-' is text; a bare one before a capital too.
            return {label + code, label.empty() && !in_part ? sign_anywhere(code) : sign_in(areas, code), true, true};
        }
        default: break;
    }
    return {label + word, word_in(areas, folded), true};
}

Query name_leaf(Dice& dice) {
    const auto& person = dice.of(world::kPeople);
    const auto address = person + "@example.org";
    const bool whole = dice.chance(50);
    const auto& typed = whole ? address : person;
    struct Place {
        const char* label;
        const char* trailer;
    };
    const std::vector<Place> places = {
        {"reviewed:", "reviewed-by"}, {"tested:", "tested-by"}, {"trailer:signed-off-by:", "signed-off-by"}};
    if (dice.chance(40)) {
        const auto [label, areas] = kFields[3 + dice.below(5)];
        return {label + typed, whole ? sign_in(areas, typed) : word_in(areas, typed), true};
    }
    const auto place = dice.of(places);
    return {place.label + typed,
            [=](const Mail& mail) {
                const auto it = mail.trailers.find(place.trailer);
                if (it == mail.trailers.end()) return false;
                return std::ranges::any_of(
                    it->second, [&](const std::string& value) { return stands_in(world::lower(value), typed); });
            },
            true};
}

bool abbreviates(const std::string& a, const std::string& b) { return a.starts_with(b) || b.starts_with(a); }

Query id_leaf(Dice& dice) {
    const std::vector<std::string> ids = {"1a2b3c4",      "1a2b3c4d5", "1a2b3c4d5e6f7890",
                                          "9f8e7d6c5b4a", "deadbee0c", "1234567"};
    const auto& id = dice.of(ids);
    const auto held = [id](const std::set<std::string>& set) {
        return std::ranges::any_of(set, [&](const std::string& other) { return abbreviates(id, other); });
    };
    switch (dice.below(6)) {
        case 0: return {"blob:" + id, [held](const Mail& mail) { return held(mail.blobs); }};
        case 1: return {"mentions:" + id, [held](const Mail& mail) { return held(mail.commits); }};
        case 2:
            return {"fixes:" + id, [id](const Mail& mail) {
                        const auto it = mail.trailers.find("fixes");
                        if (it == mail.trailers.end()) return false;
                        return std::ranges::any_of(it->second, [&](const std::string& v) {
                            return abbreviates(id, v.substr(0, v.find(' ')));
                        });
                    }};
        case 3: {
            const auto mid = "m" + std::to_string(100 + dice.below(70)) + "@example.org";
            return {"refs:" + mid, [mid](const Mail& mail) { return mail.refs.count(mid) > 0; }};
        }
        case 4: {
            const auto mid = "m" + std::to_string(100 + dice.below(70)) + "@example.org";
            return {"id:<" + mid + '>', [mid](const Mail& mail) { return mail.id == mid; }};
        }
        default:
            return {"list:One.example.org", [](const Mail& mail) { return mail.lists.count("one.example.org") > 0; }};
    }
}

Query state_leaf(Dice& dice) {
    switch (dice.below(9)) {
        case 0: return {"is:patch", [](const Mail& mail) { return mail.states.count("patch") > 0; }};
        case 1: return {"is:Reply", [](const Mail& mail) { return mail.states.count("reply") > 0; }};
        case 2: return {"op:create", [](const Mail& mail) { return mail.ops.count("create") > 0; }};
        case 3: return {"tag:kilo-tree", [](const Mail& mail) { return mail.tags.count("kilo-tree") > 0; }};
        case 4: return {"cc:*", [](const Mail& mail) { return mail.areas.count("cc") > 0; }};
        case 5: return {"reviewed:*", [](const Mail& mail) { return mail.trailers.count("reviewed-by") > 0; }};
        case 6: {
            static const std::vector<std::string> kStates = {"latest", "complete", "unanswered", "unreviewed"};
            const auto& state = dice.of(kStates);
            return {"is:" + state, [state](const Mail& mail) { return mail.states.count(state) > 0; }};
        }
        case 7: return {"trailer:fixes", [](const Mail& mail) { return mail.trailers.count("fixes") > 0; }};
        default: return {"*", [](const Mail&) { return true; }};
    }
}

Query range_leaf(Dice& dice) {
    using Number = std::optional<std::int64_t>;
    struct Slot {
        const char* label;
        Number Mail::*number;
        int most;
    };
    const std::vector<Slot> slots = {
        {"v:", &Mail::version, 4}, {"part:", &Mail::part, 5}, {"total:", &Mail::total, 5}, {"files:", &Mail::files, 4},
        {"adds:", &Mail::adds, 6}, {"dels:", &Mail::dels, 6}, {"date:", &Mail::date, 7}};
    const auto slot = dice.of(slots);
    const bool date = std::string(slot.label) == "date:";
    const auto a = static_cast<std::int64_t>(dice.below(static_cast<std::size_t>(slot.most)));
    const auto b = a + static_cast<std::int64_t>(dice.below(3));
    const auto typed = [&](std::int64_t n) { return date ? "2020-10-0" + std::to_string(n + 1) : std::to_string(n); };
    // 2020-10-01T00:00:00Z
    const auto from = date ? 1'601'510'400 + a * 86'400 : a, to = date ? 1'601'510'400 + b * 86'400 + 86'399 : b;
    const auto test = [number = slot.number](Number low, Number high) {
        return [=](const Mail& mail) {
            const Number value = mail.*number;
            return value && (!low || *value >= *low) && (!high || *value <= *high);
        };
    };
    switch (dice.below(5)) {
        case 0: return {slot.label + typed(a) + "..", test(from, {})};
        case 1: return {std::string(slot.label) + ".." + typed(b), test({}, to)};
        case 2: return {slot.label + std::string(dice.chance(50) ? "*" : ".."), test({}, {})};
        case 3: return {slot.label + typed(b), test(date ? to - 86'399 : to, to)};
        default: return {slot.label + typed(a) + ".." + typed(b), test(from, to)};
    }
}

// A whole-path regular expression for what is typed behind `file:`.
std::string regex_of(const std::string& typed) {
    std::string out = typed.starts_with('/') ? "" : "(.*/)?";
    for (std::size_t i = typed.starts_with('/'); i < typed.size(); ++i) {
        const char c = typed[i];
        if (typed.compare(i, 3, "**/") == 0)
            out += "(.*/)?", i += 2;
        else if (typed.compare(i, 2, "**") == 0 && i + 2 == typed.size())
            out += ".*", ++i;
        else if (c == '*')
            out += "[^/]*";
        else if (c == '?')
            out += "[^/]";
        else if (c == '.' || c == '+')
            out += std::string("\\") + c;
        else
            out += c;
    }
    return typed.ends_with('/') ? out + ".+" : out;
}

Query path_leaf(Dice& dice) {
    static const std::vector<std::string> patterns = {
        "bravo.c",      "kilo/bravo.c", "/kilo/bravo.c", "alpha/",      "/alpha/",        "kilo/alpha/",
        "*.c",          "*.h",          "*.S",           "*.s",         "*.gz",           "*.tar.gz",
        "/alpha/*.c",   "alpha/*.c",    "/alpha/**/*.h", "/alpha/**",   "**/lima.h",      "/*.c",
        "b?avo.c",      "/*/bravo.c",   "/**/bravo.c",   "k*/*.c",      "**bravo.c",      "*a*",
        "k*/",          "/k*/",         "Makefile",      "makefile",    "MAKEFILE",       "/Makefile",
        "/makefile",    "bravo",        "alpha",         "Tango.S",     "zulu/**/lima.h", "alpha/**/bravo.c",
        "lima/kilo-b*", "/zulu/**/",    "/?ulu/*/a*/",   "alpha/bravo", "**/alpha/**",    "**"};
    const std::string typed = dice.of(patterns);
    const bool exact = typed != world::lower(typed);
    const std::regex pattern(regex_of(typed),
                             exact ? std::regex::ECMAScript : std::regex::ECMAScript | std::regex::icase);
    return {std::string(dice.chance(50) ? "file:" : "dfn:") + typed, [pattern](const Mail& mail) {
                return std::ranges::any_of(mail.paths,
                                           [&](const std::string& path) { return std::regex_match(path, pattern); });
            }};
}

Query replies_leaf(Dice& dice) {
    const auto from = dice.below(4), to = from + dice.below(2);
    const auto test = [](std::size_t low, std::size_t high) {
        return [=](const Mail& mail) { return mail.replies >= low && mail.replies <= high; };
    };
    switch (dice.below(4)) {
        case 0: return {"replies:*", test(1, SIZE_MAX)};
        case 1: return {"replies:" + std::to_string(from), test(from, from)};
        case 2: return {"replies:.." + std::to_string(to), test(0, to)};
        default: return {"replies:" + std::to_string(from) + ".." + std::to_string(to), test(from, to)};
    }
}

// Literals and expressions: what they are looked for in, and how.

/// Whether one of the texts that a field stands for has it. Without a field that is the subject and the body as they
/// stand; the name of a part's field stands for the lines of that part.
using Finds = std::function<bool(const std::string& text)>;
Test found_in(const std::string& label, const Areas& areas, const Finds& finds) {
    const bool whole = label.empty() || label == "body:";
    return [=](const Mail& mail) {
        const auto in_area = [&](const std::string& name) {
            const auto it = mail.areas.find(name);
            return it != mail.areas.end() && std::ranges::any_of(it->second.written, finds);
        };
        if (whole) return finds(mail.body) || (label.empty() && in_area("subject"));
        return std::ranges::any_of(areas, in_area);
    };
}

const Fields kLookedInto = {{"", {}},
                            {"body:", {}},
                            {"subject:", {"subject"}},
                            {"from:", {"from"}},
                            {"author:", {"author"}},
                            {"to:", {"to"}},
                            {"a:", {"to", "cc", "from"}},
                            {"nq:", {"log", "notes", "header", "func", "added", "removed", "context", "trailer"}},
                            {"log:", {"log"}},
                            {"quoted:", {"quoted"}},
                            {"added:", {"added"}},
                            {"removed:", {"removed"}},
                            {"changed:", {"added", "removed"}},
                            {"dfctx:", {"context"}},
                            {"func:", {"func"}},
                            {"file:", {"path"}}};
const Fields kLookedIntoInDiff = {{"", {}},
                                  {"added:", {"added"}},
                                  {"removed:", {"removed"}},
                                  {"changed:", {"added", "removed"}},
                                  {"dfctx:", {"context"}},
                                  {"func:", {"func"}},
                                  {"file:", {"path"}}};

/// A few bytes of some mail, so that they are found; now and then with letters of the other case.
std::string sample(Dice& dice, const std::vector<Mail>& mails, bool lines) {
    const std::string& body = dice.of(mails).body;
    const auto begin = dice.below(body.size());
    std::string out = body.substr(begin, 1 + dice.below(14));
    if (const auto end = out.find('\n'); end != out.npos && !lines) out.resize(end);
    if (out.empty()) out = "alpha";
    if (dice.chance(20)) out = world::lower(out);
    return out;
}

std::string escaped(const std::string& text, const std::string& special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) != special.npos) out += '\\';
        out += c;
    }
    return out;
}

Query literal_leaf(Dice& dice, const std::vector<Mail>& mails, bool in_part) {
    const auto& [label, areas] = dice.of(in_part ? kLookedIntoInDiff : kLookedInto);
    const std::string text = sample(dice, mails, label.empty());
    const bool fold = dice.chance(30);
    const auto wanted = fold ? world::lower(text) : text;
    return {label + "lit:\"" + escaped(text, "\"\\") + '"' + (fold ? "i" : ""),
            found_in(label, areas, [=](const std::string& in) {
                return (fold ? world::lower(in) : in).find(wanted) != std::string::npos;
            })};
}

std::string expression(Dice& dice, const std::vector<Mail>& mails) {
    const auto some = [&] { return escaped(sample(dice, mails, false), "\\^$.|?*+()[]{}/"); };
    switch (dice.below(9)) {
        case 0: return some();
        case 1: return some() + "\\w*" + some();
        case 2: return some() + ".*" + dice.of(world::kPeople).substr(1);
        case 3: return '^' + some();
        case 4: return some() + '$';
        case 5: return "\\b" + dice.of(world::kWords) + "\\b";
        case 6: return '(' + some() + '|' + some() + ')';
        case 7: return '(' + some() + '|' + some() + ")." + dice.of(world::kWords).substr(0, 2);
        default: return "\\w+[ (]" + dice.of(world::kWords) + ".?";
    }
}

bool found_line_by_line(const std::regex& wanted, const std::string& text) {
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        if (std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(begin),
                              text.begin() + static_cast<std::ptrdiff_t>(end), wanted))
            return true;
        begin = end + 1;
    }
    return false;
}

Query expression_leaf(Dice& dice, const std::vector<Mail>& mails, bool in_part) {
    const auto& [label, areas] = dice.of(in_part ? kLookedIntoInDiff : kLookedInto);
    const std::string typed = expression(dice, mails);
    const bool fold = dice.chance(30);
    const std::regex wanted(typed, fold ? std::regex::ECMAScript | std::regex::icase : std::regex::ECMAScript);
    return {label + "re:/" + typed + '/' + (fold ? "i" : ""),
            found_in(label, areas, [wanted](const std::string& in) { return found_line_by_line(wanted, in); })};
}

}  // namespace

Query Maker::leaf(Unit unit) {
    const bool in_part = unit != Unit::message;
    const auto which = dice_.below(in_part ? 6 : 14);
    switch (which) {
        case 0: return literal_leaf(dice_, mails_, in_part);
        case 1: return expression_leaf(dice_, mails_, in_part);
        case 2: return path_leaf(dice_);
        case 6: return name_leaf(dice_);
        case 7: return id_leaf(dice_);
        case 8: return state_leaf(dice_);
        case 9: return range_leaf(dice_);
        case 10: return path_leaf(dice_);
        case 11: return replies_leaf(dice_);
        default: return text_leaf(dice_, in_part);
    }
}

/// `hunk:( )` and `in:( )`: one part of the mail for which it all holds.
Query Maker::within(int depth, Unit unit) {
    Query inner = make(depth, unit);
    const auto holds = [m = inner.matches](const Mail& part) { return m(part); };
    return {(unit == Unit::hunk ? "hunk:(" : "in:(") + inner.text + ')',
            [holds, unit](const Mail& mail) {
                if (unit == Unit::file) return std::ranges::any_of(mail.parts, holds);
                // A mail has its hunks by way of its files, a file has them itself.
                return std::ranges::any_of(mail.parts, [&](const Mail& part) {
                    return part.parts.empty() ? holds(part) : std::ranges::any_of(part.parts, holds);
                });
            },
            inner.ranks, inner.places, inner.places};
}

/// `thread:{ }`, `thread:ID` and their like.
Query Maker::group(int depth) {
    struct Group {
        const char* label;
        std::size_t Mail::*number;
    };
    static const std::vector<Group> kGroups = {
        {"thread:", &Mail::thread}, {"series:", &Mail::series}, {"versions:", &Mail::change}};
    const Group group = dice_.of(kGroups);
    const auto same = [this, number = group.number](const auto& test) {
        std::set<std::size_t> numbers;
        for (const Mail& mail : mails_)
            if (mail.*number != 0 && test(mail)) numbers.insert(mail.*number);
        return [numbers, number](const Mail& mail) { return numbers.count(mail.*number) > 0; };
    };
    if (dice_.chance(10)) return {group.label + std::string("*"), same([](const Mail&) { return true; })};
    if (dice_.chance(20)) {
        const std::string id = dice_.of(mails_).id;
        return {group.label + id, same([&](const Mail& mail) { return mail.id == id; })};
    }
    const Query inner = make(depth, Unit::message);
    return {group.label + ('{' + inner.text) + '}', same(inner.matches)};
}

/// Words side by side under --any: any of those without a sign, all of those with +, none of those with -.
Query Maker::some_of(int depth, Unit unit) {
    std::vector<Test> wanted, required, excluded;
    Query out;
    for (std::size_t n = 2 + dice_.below(3); n > 0; --n) {
        const Query one = make(depth - 1, unit);
        const auto sign = dice_.below(4);
        if (!out.text.empty()) out.text += ' ';
        out.text += (sign == 0 ? "+(" : sign == 1 ? "-(" : "(") + one.text + ')';
        (sign == 0 ? required : sign == 1 ? excluded : wanted).push_back(one.matches);
        out.ranks = out.ranks || (sign != 1 && one.ranks);
        out.places = out.places || one.places;
        out.unsteady = out.unsteady || one.unsteady;
    }
    out.matches = [=](const Mail& mail) {
        const auto holds = [&](const Test& test) { return test(mail); };
        const bool some = !required.empty() || wanted.empty() || std::ranges::any_of(wanted, holds);
        return some && std::ranges::all_of(required, holds) && std::ranges::none_of(excluded, holds);
    };
    return out;
}

Query Maker::joined(int depth, Unit unit) {
    struct Operator {
        const char* text;
        bool (*holds)(bool, bool);
        bool excludes = false;
    };
    const auto both = [](bool a, bool b) { return a && b; };
    const auto either = [](bool a, bool b) { return a || b; };
    const auto without = [](bool a, bool b) { return a && !b; };
    const auto one_of_them = [](bool a, bool b) { return a != b; };
    const Query left = make(depth - 1, unit), right = make(depth - 1, unit);
    const std::vector<Operator> operators = {
        {" AND ", both},
        {" OR ", either},
        {" -", without, true},
        {" NOT ", without, true},
        {" ", any_ ? +either : +both},
        {" XOR ", one_of_them},
    };
    const Operator join = dice_.of(operators);
    return {
        '(' + left.text + ')' + join.text + '(' + right.text + ')',
        [a = left.matches, b = right.matches, holds = join.holds](const Mail& mail) { return holds(a(mail), b(mail)); },
        left.ranks || (right.ranks && !join.excludes), left.places || right.places, left.unsteady || right.unsteady};
}

Query Maker::make(int depth, Unit unit) {
    if (depth > 0 && unit == Unit::message && dice_.chance(15)) return group(depth - 1);
    // Of a hunk there are no parts.
    if (depth > 0 && unit != Unit::hunk && dice_.chance(15))
        return within(depth - 1, unit == Unit::message && dice_.chance(50) ? Unit::file : Unit::hunk);
    if (depth == 0 || dice_.chance(25)) return leaf(unit);
    if (dice_.chance(12)) {
        const Query inner = make(depth - 1, unit);
        return {"NOT (" + inner.text + ')', [m = inner.matches](const Mail& mail) { return !m(mail); }, false,
                inner.places, inner.unsteady};
    }
    return any_ && dice_.chance(50) ? some_of(depth, unit) : joined(depth, unit);
}

}  // namespace naive
