// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "document/document.hpp"
#include "document/indexed.hpp"
#include "query/parser.hpp"
#include "query/planner.hpp"
#include "verify/proof.hpp"

using namespace patchseek;

namespace {

// Each word of a diff stands once.
const char* const kMail =
    "From: a@x.example\nSubject: positions\nMessage-ID: <p@x.example>\n\nThe log.\n---\n"
    "diff --git a/lib/one.c b/lib/one.c\n--- a/lib/one.c\n+++ b/lib/one.c\n"
    "@@ -1,4 +1,5 @@ int first(void)\n alpha beta\n-gamma delta\n+epsilon zeta\n+eta\n-theta\n iota\n kappa\n"
    "@@ -10,2 +11,3 @@ long second(char)\n lambda\n+mu nu\n xi\n\\ No newline at end of file\n"
    "diff --git a/lib/two.c b/lib/two.c\n--- a/lib/two.c\n+++ b/lib/two.c\n"
    "@@ -1 +1 @@ short third\n-omicron pi\n+rho sigma\n-- \n2.30\n";

store::DocumentPositions index(const mail::Message& message) {
    document::DocumentBuilder builder;
    store::Origins origins;
    origins.add({message.digest, {}, 1, {}, "", "", false, {{1, 1, 1}}});
    return builder.build(message, patch::parse(message.subject, message.body, message.sender()), origins).positions;
}

/// The words of an area, each with its first position.
std::map<std::string, std::uint32_t> words_of(const store::DocumentPositions& indexed, schema::Area area) {
    std::map<std::string, std::uint32_t> out;
    const std::string_view prefix = schema::info(area).prefix;
    indexed.each([&](std::string_view term, std::span<const std::uint32_t> positions) {
        if (term.starts_with(prefix)) out[std::string(term.substr(prefix.size()))] = positions.front();
    });
    return out;
}

bool holds(const std::string& text, const std::string& body) {
    static tokens::Analyzer analyzer;
    const auto parsed = query::parse(text, {});
    REQUIRE_MESSAGE(parsed, text);
    const auto plan = query::make_plan(parsed->root, analyzer);
    REQUIRE_MESSAGE(plan, text);
    const store::Record record;
    return verify::holds(*plan->proof, {[&]() -> const store::Record& { return record; },
                                        [&] {
                                            return store::TextView{"", body, ""};
                                        }});
}

}  // namespace

TEST_CASE("what stands side by side in the index does so when the text is verified, and nothing else") {
    const auto message = mail::parse(kMail);
    const auto indexed = index(message);
    for (const auto area :
         {schema::Area::added, schema::Area::removed, schema::Area::context, schema::Area::function}) {
        const auto words = words_of(indexed, area);
        const std::string field(schema::info(area).name);
        CAPTURE(field);
        CHECK(words.size() >= 4);
        for (const auto& [one, at] : words)
            for (const auto& [other, next] : words) {
                if (one == other) continue;
                const std::string pair = one + ' ' + other;
                CAPTURE(pair);
                CHECK(holds("in:(" + field + ":\"" + pair + "\")", message.body) == (next == at + 1));
                const bool near = next > at && next - at <= 2;
                CHECK(holds("in:(" + field + ':' + one + " ADJ/2 " + field + ':' + other + ')', message.body) == near);
            }
    }
}
