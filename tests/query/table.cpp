#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "patchseek/text/visible.hpp"
#include "query/parser.hpp"
#include "query/plan.hpp"

// tests/query/table.txt: queries, and what each is understood as. The head of the file says how
// it is written; UPDATE_GOLDEN=1 in the environment rewrites it.

using namespace patchseek;

namespace {

constexpr std::int64_t kNow = 1603705868;  // Monday 2020-10-26T09:51:08Z
constexpr std::size_t kLongest = 300;      // of a line of the table

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// The bytes a line of the table stands for.
std::string unescaped(std::string_view line) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            out += line[i];
            continue;
        }
        const char what = line[i + 1];
        if (what == 'x') {
            out += static_cast<char>(std::stoi(std::string(line.substr(i + 2, 2)), nullptr, 16));
            i += 3;
        } else if (what == '{') {
            const auto colon = line.find(':', i), end = line.find('}', colon);
            const int times = std::stoi(std::string(line.substr(i + 2, colon - i - 2)));
            const auto once = unescaped(line.substr(colon + 1, end - colon - 1));
            for (int n = 0; n < times; ++n) out += once;
            i = end;
        } else {
            out += '\\';
            i += what == '\\' ? 1 : 0;
        }
    }
    return out;
}

/// A plan without the weights of areas, which are ranking's own; ` bare` for all areas of a bare word.
std::string without_weights(std::string plan) {
    std::string bare = " in";
    for (const auto& area : schema::kAreaTable) {
        const std::string name = ' ' + std::string(area.name);
        for (auto at = plan.find(name + '*'); at != plan.npos; at = plan.find(name + '*', at)) {
            const auto star = at + name.size();
            plan.erase(star, plan.find_first_not_of("0123456789.", star + 1) - star);
        }
        if (area.bare) bare += name;
    }
    replace_all(plan, bare, " bare");
    return plan;
}

std::string shortened(const std::string& text) {
    if (text.size() <= kLongest) return text;
    return text::valid_utf8(text.substr(0, kLongest)) + " ...(" + std::to_string(text.size()) + " bytes)";
}

/// What stands below a query: its tree and plan, or where and why it is none.
std::string understood(const std::string& query, bool any) {
    const auto error = [](const Error& e) {
        CHECK(e.kind == ErrorKind::usage);
        return "error  " + std::to_string(e.offset) + ": " + shortened(text::visible(e.message, text::Breaks::blank)) +
               '\n';
    };
    const auto parsed = query::parse(query, {.any = any, .now = kNow});
    if (!parsed) return error(parsed.error());
    std::string out;
    for (const std::string& note : parsed->notes)
        out += "note   " + shortened(text::visible(note, text::Breaks::blank)) + '\n';
    out += "tree   " + shortened(query::print(parsed->root)) + '\n';
    tokens::Analyzer analyzer;
    const auto plan = query::make_plan(parsed->root, analyzer);
    if (!plan) return out + error(plan.error());
    return out + "plan   " + shortened(without_weights(query::print(*plan))) + '\n';
}

struct Table {
    std::string text;         ///< as it ought to be
    std::size_t queries = 0;  ///< that it holds
};

/// The table with each query's lines made anew.
Table made_anew(std::istream& file) {
    Table table;
    std::string line;
    while (std::getline(file, line)) {
        const bool any = line.starts_with("any    ");
        if (line.starts_with("query  ") || any) {
            table.text += line + '\n' + understood(unescaped(line.substr(7)), any);
            ++table.queries;
        } else if (line.empty() || line.starts_with('#')) {
            table.text += line + '\n';
        }
    }
    return table;
}

}  // namespace

TEST_CASE("the table of queries") {
    const std::string path = PROJECT_ROOT "/tests/query/table.txt";
    std::ifstream file(path, std::ios::binary);
    std::stringstream kept;
    kept << file.rdbuf();
    REQUIRE(kept.str().size() > 0);
    const Table table = made_anew(kept);
    CHECK(table.queries >= 120);
    if (std::getenv("UPDATE_GOLDEN")) {
        std::ofstream(path, std::ios::binary) << table.text;
        return;
    }
    std::istringstream want(kept.str()), got(table.text);
    std::string query, wanted, had;
    while (std::getline(got, had)) {
        if (had.starts_with("query") || had.starts_with("any")) query = had;
        std::getline(want, wanted);
        CAPTURE(query);
        CHECK(had == wanted);
        if (had != wanted) break;  // what follows is out of step
    }
    CHECK(kept.str().size() == table.text.size());
}
