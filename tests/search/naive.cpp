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
const std::vector<std::pair<std::string, Areas>> kFields = {
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

Query text_leaf(Dice& dice) {
    const auto& [label, areas] = dice.of(kFields);
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
            return {label + code, label.empty() ? sign_anywhere(code) : sign_in(areas, code), true, true};
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
        return {label + typed, whole ? sign_in(areas, typed) : word_in(areas, typed), true, true};
    }
    const auto place = dice.of(places);
    return {place.label + typed,
            [=](const Mail& mail) {
                const auto it = mail.trailers.find(place.trailer);
                if (it == mail.trailers.end()) return false;
                return std::ranges::any_of(it->second,
                                           [&](const std::string& value) { return stands_in(value, typed); });
            },
            true, true};
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
    switch (dice.below(8)) {
        case 0: return {"is:patch", [](const Mail& mail) { return mail.states.count("patch") > 0; }};
        case 1: return {"is:Reply", [](const Mail& mail) { return mail.states.count("reply") > 0; }};
        case 2: return {"op:create", [](const Mail& mail) { return mail.ops.count("create") > 0; }};
        case 3: return {"tag:kilo-tree", [](const Mail& mail) { return mail.tags.count("kilo-tree") > 0; }};
        case 4: return {"cc:*", [](const Mail& mail) { return mail.areas.count("cc") > 0; }};
        case 5: return {"reviewed:*", [](const Mail& mail) { return mail.trailers.count("reviewed-by") > 0; }};
        case 6: return {"trailer:fixes", [](const Mail& mail) { return mail.trailers.count("fixes") > 0; }};
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

Query leaf(Dice& dice) {
    switch (dice.below(10)) {
        case 0: return name_leaf(dice);
        case 1: return id_leaf(dice);
        case 2: return state_leaf(dice);
        case 3: return range_leaf(dice);
        case 4:
        case 5: return path_leaf(dice);
        default: return text_leaf(dice);
    }
}

}  // namespace

Query make(Dice& dice, int depth) {
    if (depth == 0 || dice.chance(25)) return leaf(dice);
    Query left = make(dice, depth - 1);
    if (dice.chance(15))
        return {"NOT (" + left.text + ')', [m = left.matches](const Mail& mail) { return !m(mail); }, false,
                left.places};
    Query right = make(dice, depth - 1);
    const auto join = [&](const char* between, auto test, bool ranks) {
        return Query{'(' + left.text + ')' + between + '(' + right.text + ')',
                     [a = left.matches, b = right.matches, test](const Mail& mail) { return test(a(mail), b(mail)); },
                     ranks, left.places || right.places};
    };
    const bool either = left.ranks || right.ranks;
    switch (dice.below(6)) {
        case 0:
            return join(
                " AND ", [](bool a, bool b) { return a && b; }, either);
        case 1:
            return join(
                " ", [](bool a, bool b) { return a && b; }, either);
        case 2:
            return join(
                " OR ", [](bool a, bool b) { return a || b; }, either);
        case 3:
            return join(
                " XOR ", [](bool a, bool b) { return a != b; }, either);
        case 4:
            return join(
                " -", [](bool a, bool b) { return a && !b; }, left.ranks);
        default:
            return join(
                " NOT ", [](bool a, bool b) { return a && !b; }, left.ranks);
    }
}

}  // namespace naive
