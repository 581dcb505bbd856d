// SPDX-License-Identifier: GPL-2.0-or-later
// No byte of a mail may act on a terminal or pass for the end of a record, whatever
// field it stands in and whatever format shows it.
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "capture.hpp"
#include "render/discussion.hpp"
#include "render/formats.hpp"

using namespace patchseek;
using reader::Hit;
using reader::Page;
using render::Format;
using render::Style;

namespace {

const std::vector<std::string>& payloads() {
    using namespace std::string_literals;
    static const std::vector<std::string> all = {"\x1B]0;title\x07"s,
                                                 "\x1B]52;c;ZXZpbA==\x1B\\"s,
                                                 "\x1B]8;;http://x/\x1B\\link"s,
                                                 "\x1B[2J"s,
                                                 "\x1B[31m"s,
                                                 "\x1B[1m"s,
                                                 "\x1B[m"s,
                                                 "\x1B"s,
                                                 "\x1BP+q\x1B\\"s,
                                                 "\x9B"
                                                 "2J"s,
                                                 "\x9D"
                                                 "0;t\x9C"s,
                                                 "\x85"s,
                                                 "\xC2\x9B"
                                                 "2J"s,
                                                 "\xC2\x9D"
                                                 "0;t\xC2\x9C"s,
                                                 "\xC2\x85"s,
                                                 "\xE2\x80\xAE"
                                                 "txt.exe"s,
                                                 "\xE2\x81\xA6x\xE2\x81\xA9"s,
                                                 "\xE2\x80\x8E\xE2\x80\x8F"s,
                                                 "\xD8\x9C"s,
                                                 "\xE2\x80\xA8\xE2\x80\xA9"s,
                                                 "a\r\nFrom: root"s,
                                                 "a\n\n[PATCH] forged"s,
                                                 "\n"s,
                                                 "\r"s,
                                                 "a\rb"s,
                                                 "\t"s,
                                                 "\0"s,
                                                 "a\0b"s,
                                                 "\x7F"s,
                                                 "\b\b\b"s,
                                                 "\f\v"s,
                                                 "\xFF\xFE"s,
                                                 "\xC0\x8A"s,
                                                 "\xE2\x80"s,
                                                 "\xC2"s,
                                                 "\xED\xA0\x80"s,
                                                 "\xF4\x90\x80\x80"s,
                                                 "\xEF\xBB\xBF"s,
                                                 "\xF3\xA0\x81\x81"s,
                                                 "\"},{\"id\":\"x"s,
                                                 "\\u001b\\"s,
                                                 "   "s,
                                                 "\x1B"s + std::string(300, 'x') + "\n"s};
    return all;
}

/// With a line for what replies give.
Hit full_hit() {
    Hit hit = sample_hit();
    hit.relations.credited = {{{"Reviewed-by", "A"}, "r"}};
    return hit;
}

reader::Credited& credited(Hit& hit) { return hit.relations.credited.front(); }

struct FieldOf {
    std::string name;
    std::function<std::string&(Hit&)> at;
};
const std::vector<FieldOf>& fields() {
    static const std::vector<FieldOf> all = {
        {"id", [](Hit& h) -> std::string& { return h.record.id; }},
        {"subject", [](Hit& h) -> std::string& { return h.record.subject; }},
        {"from", [](Hit& h) -> std::string& { return h.record.from; }},
        {"author", [](Hit& h) -> std::string& { return h.record.author; }},
        {"list", [](Hit& h) -> std::string& { return h.record.lists[0]; }},
        {"tag", [](Hit& h) -> std::string& { return h.record.tags[0]; }},
        {"path", [](Hit& h) -> std::string& { return h.record.files[0].path; }},
        {"old", [](Hit& h) -> std::string& { return h.record.files[1].old; }},
        {"trailer name", [](Hit& h) -> std::string& { return h.record.trailers[0].name; }},
        {"trailer value", [](Hit& h) -> std::string& { return h.record.trailers[0].value; }},
        {"series", [](Hit& h) -> std::string& { return h.relations.series; }},
        {"thread", [](Hit& h) -> std::string& { return h.relations.thread; }},
        {"credited name", [](Hit& h) -> std::string& { return credited(h).trailer.name; }},
        {"credited value", [](Hit& h) -> std::string& { return credited(h).trailer.value; }},
        {"crediting reply", [](Hit& h) -> std::string& { return credited(h).reply; }},
        {"archive", [](Hit& h) -> std::string& { return h.record.archives.front(); }},
        {"added line", [](Hit& h) -> std::string& { return h.snippets[0].text; }},
        {"prose line", [](Hit& h) -> std::string& { return h.snippets[1].text; }},
        {"found line", [](Hit& h) -> std::string& { return h.lines[0].text; }},
        {"found path", [](Hit& h) -> std::string& { return h.lines[0].path; }},
        {"why", [](Hit& h) -> std::string& { return h.why[0]; }},
        {"headers", [](Hit& h) -> std::string& { return h.text.headers; }},
        {"body", [](Hit& h) -> std::string& { return h.text.body; }},
    };
    return all;
}

// Written without ICU and without visible(), so that it shares none of their faults.
std::string first_forbidden(std::string_view out, std::string_view allowed) {
    for (std::size_t at = 0; at < out.size();) {
        const auto byte = static_cast<unsigned char>(out[at]);
        const std::size_t size = byte < 0x80                   ? 1
                                 : byte >= 0xC2 && byte < 0xE0 ? 2
                                 : byte >= 0xE0 && byte < 0xF0 ? 3
                                 : byte >= 0xF0 && byte < 0xF5 ? 4
                                                               : 0;
        if (size == 0 || at + size > out.size()) return "no UTF-8 at " + std::to_string(at);
        char32_t code = size == 1 ? byte : byte & (0xFF >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) {
            if ((static_cast<unsigned char>(out[at + i]) & 0xC0) != 0x80) return "no UTF-8 at " + std::to_string(at);
            code = code << 6 | (static_cast<unsigned char>(out[at + i]) & 0x3F);
        }
        const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
        const bool hidden = code == 0x61C || code == 0x200B || code == 0x200E || code == 0x200F ||
                            (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
                            code == 0xFEFF || (code >= 0xE0000 && code < 0xE0080);
        const bool surrogate = code >= 0xD800 && code < 0xE000;
        if ((control && allowed.find(out[at]) == allowed.npos) || hidden || surrogate || code > 0x10FFFF)
            return "code " + std::to_string(static_cast<unsigned>(code)) + " at " + std::to_string(at);
        at += size;
    }
    return "";
}

std::string discussed(const Page& page, render::Detail detail, const Style& style = {}) {
    return captured([&](auto& out) { render::write_discussion(page.hits, detail, {}, style, out); });
}

std::string without_colours(std::string text) {
    for (const std::string_view code :
         {"\x1B[m", "\x1B[1m", "\x1B[31m", "\x1B[32m", "\x1B[33m", "\x1B[36m", "\x1B[1;35m"}) {
        std::size_t at = 0;
        while ((at = text.find(code, at)) != text.npos) text.erase(at, code.size());
    }
    return text;
}

template <class Check>
void for_each_attack(Check&& check) {
    for (const FieldOf& field : fields())
        for (const std::string& payload : payloads())
            for (const std::string& text : {payload, "a" + payload + "b" + payload}) {
                Hit hit = full_hit();
                field.at(hit) = text;
                hit.subject_marks = {{1, 2}, {3, 5}};
                for (reader::Snippet& snippet : hit.snippets) snippet.marks = {{0, 2}, {4, 6}};
                CAPTURE(field.name);
                CAPTURE(text);
                check(Page{{full_hit(), hit, full_hit()}, 3, true});
            }
}

}  // namespace

TEST_CASE("no forbidden byte in any format of any field") {
    for_each_attack([](const Page& page) {
        for (const Format format : {Format::jsonl, Format::ids, Format::files})
            CHECK(first_forbidden(rendered(page, format), "\n") == "");
        // What people read has colours and is cut.
        for (const Format format : {Format::text, Format::oneline, Format::hits})
            for (const unsigned width : {0u, 30u}) {
                const std::string plain = rendered(page, format, {.width = width});
                CHECK(first_forbidden(plain, "\n") == "");
                CHECK(without_colours(rendered(page, format, {.colour = true, .width = width})) == plain);
            }
        for (const render::Detail detail : {render::Detail::outline, render::Detail::fresh, render::Detail::whole})
            for (const unsigned width : {0u, 30u}) {
                const std::string plain = discussed(page, detail, {.width = width});
                CHECK(first_forbidden(plain, "\n") == "");
                CHECK(without_colours(discussed(page, detail, {.colour = true, .width = width})) == plain);
            }
        const std::string plain = shown(page.hits[1]);
        CHECK(first_forbidden(plain, "\n\t") == "");
        CHECK(without_colours(shown(page.hits[1], {.colour = true})) == plain);
    });
}

TEST_CASE("no field can forge a record") {
    const Page clean{{full_hit(), full_hit(), full_hit()}, 3, true};
    const auto lines = [](std::string_view text) { return std::ranges::count(text, '\n'); };
    const auto usual = lines(rendered(clean, Format::text));
    for_each_attack([&](const Page& page) {
        const std::string text = rendered(page, Format::text);
        CHECK(lines(text) == usual);
        CHECK(lines(rendered(page, Format::oneline)) == 3);
        CHECK(lines(rendered(page, Format::hits)) == 9);
        CHECK(lines(rendered(page, Format::jsonl)) == 3);
        CHECK(lines(rendered(page, Format::ids)) == 3);
        CHECK(lines(rendered(page, Format::files)) <= 6);
        std::size_t blank = 0;
        for (std::size_t at = 0; (at = text.find("\n\n", at)) != text.npos; ++at) ++blank;
        CHECK(blank == 2);
        // Whatever an id holds, a link begins and ends where we say.
        std::string linked = rendered(page, Format::oneline, {.link = "https://x.example/%s", .width = 80});
        std::size_t links = 0;
        for (std::size_t at = 0; (at = linked.find("\x1B]8;;", at)) != linked.npos; ++links) {
            const auto end = linked.find("\x1B\\", at);
            REQUIRE(end != linked.npos);
            CHECK(linked.substr(at + 5, end - at - 5).find_first_of("\x1B\x07 \n") == std::string::npos);
            linked.erase(at, end + 2 - at);
        }
        CHECK(links == 6);
        Page archived = page;
        for (Hit& hit : archived.hits) hit.archived_at = hit.record.id;
        linked = rendered(archived, Format::text, {.width = 80});
        for (std::size_t at = 0; (at = linked.find("\x1B]8;;", at)) != linked.npos;) {
            const auto end = linked.find("\x1B\\", at);
            REQUIRE(end != linked.npos);
            linked.erase(at, end + 2 - at);
        }
        CHECK(first_forbidden(linked, "\n") == "");
        CHECK(lines(discussed(page, render::Detail::outline)) == 3);
        // What a mail says stands behind a bar; all else is a heading of ours, and a blank line before it.
        const std::string talk = discussed(page, render::Detail::whole);
        std::size_t bare = 0;
        for (std::size_t at = 0; at < talk.size(); at = talk.find('\n', at) + 1)
            bare += std::string_view(talk).substr(at).starts_with("\u2502") ? 0 : 1;
        CHECK(bare == 8);
        for (const Format format : {Format::text, Format::oneline, Format::jsonl, Format::ids})
            CHECK(std::ranges::count(rendered(page, format, {.record_end = '\0'}), '\0') == 3);
        CHECK(std::ranges::count(rendered(page, Format::files, {.record_end = '\0'}), '\0') <= 6);
    });
}

TEST_CASE("jsonl of any field parses, and holds what the field held") {
    for_each_attack([](const Page& page) {
        const std::string text = rendered(page, Format::jsonl);
        const auto first_end = text.find('\n') + 1;
        const auto json =
            nlohmann::json::parse(text.substr(first_end, text.find('\n', first_end) - first_end), nullptr, false);
        REQUIRE(json.is_object());
        CHECK(json["schema"] == 1);
        const auto& record = page.hits[1].record;
        const bool plain_id = !json.contains("id_bytes");
        if (plain_id) CHECK(json["id"] == record.id);
        if (!json["files"][0].contains("path_bytes")) CHECK(json["files"][0]["path"] == record.files[0].path);
    });
}

namespace {

std::string counted(const Page& page, Format format, const Style& style = {}) {
    const facets::People people(nullptr);
    std::vector<facets::Counts> all;
    const auto asked = facets::parse("author,from,list,tag,file,file:1,reviewed-by,trailer:x,month,kind");
    for (const facets::Facet& facet : *asked) {
        facets::Tally tally(facet, people);
        for (const Hit& hit : page.hits) tally.add(hit);
        all.push_back(tally.take());
    }
    return captured([&](auto& out) {
        render::write_facets({"q", page.hits.size(), false, 0, 0, all}, format, style, out);
    });
}

}  // namespace

TEST_CASE("counts of any field act on no terminal and forge no value") {
    for_each_attack([](const Page& page) {
        CHECK(first_forbidden(counted(page, Format::text), "\n") == "");
        CHECK(first_forbidden(counted(page, Format::json), "\n") == "");
        const std::string bars = counted(page, Format::text, {.colour = true, .width = 80});
        CHECK(first_forbidden(without_colours(bars), "\n") == "");
        const std::string records = counted(page, Format::jsonl);
        CHECK(first_forbidden(records, "\n") == "");
        const auto lines = [](std::string_view text) { return std::ranges::count(text, '\n'); };
        CHECK(lines(counted(page, Format::text)) == lines(records) + 19);  // ten headings, nine lines between
        CHECK(lines(counted(page, Format::json)) == 1);
    });
}

TEST_CASE("templates of any field act on no terminal and forge no record") {
    const auto pattern = std::make_shared<const render::Pattern>(
        *render::parse_pattern("%s%x09%an %ae%x09%cn %ce%x09%t%x09%(list)%(files)%(trailers)%(series)%(thread)%(id)"));
    const auto body = std::make_shared<const render::Pattern>(*render::parse_pattern("%b"));
    for_each_attack([&](const Page& page) {
        const auto written = [&](const auto& one, char end) {
            Style style;
            style.record_end = end;
            style.pattern = one;
            return rendered(page, Format::pattern, style);
        };
        const std::string lines = written(pattern, '\n');
        CHECK(first_forbidden(lines, "\n\t") == "");
        CHECK(std::ranges::count(lines, '\n') == 3);
        CHECK(std::ranges::count(lines, '\t') == 12);
        CHECK(std::ranges::count(written(body, '\0'), '\0') == 3);
        CHECK(first_forbidden(written(body, '\n'), "\n\t") == "");
    });
}
