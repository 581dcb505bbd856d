// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/manual/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "agent_tools.hpp"
#include "help.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/schema/schema.hpp"
#include "render/formats.hpp"
#include "render/json.hpp"

/// The pages of --generate, made of the tables that the program itself reads.
namespace patchseek {
namespace {

using manual::Page;

void add_exit_codes(Page& page) {
    page.heading("exit status");
    const auto code = [&](int number, std::string_view what) { page.item(std::to_string(number), what); };
    code(kExitOk, "found, or done");
    code(kExitNoMatch, "nothing found");
    code(kExitPartial, "not all was found in time, or one of several indexes could not be read");
    code(kExitUsage, "a bad option, query or configuration");
    code(kExitData, "damaged data, or an index of another schema");
    code(kExitNoInput, "no such index, archive or message");
    code(kExitUnavailable, "of several indexes none can be read, or the server of the only one does not answer");
    code(kExitInternal, "a bug");
    code(kExitOs, "the system refused memory or descriptors");
    code(kExitIo, "a read or write failed");
    code(kExitBusy, "out of time, or the index changed while it was read: try again");
    code(kExitPermission, "not allowed");
}

void add_environment(Page& page) {
    page.heading("environment");
    for (const settings::Key& key : settings::keys())
        if (!key.environment.empty())
            page.item(key.environment, fmt::format("beats the key {} of patchseek-config(5){}", key.name,
                                                   key.name == "db" ? "; several have colons between them" : ""));
    page.item("XDG_CACHE_HOME",
              "below it, else below ~/.cache, patchseek/sets holds how several indexes belong together");
    page.item("PATCHSEEK_CONFIG", "the configuration, in place of the usual file; empty: none is read");
    page.item("PATCHSEEK_PAGER, GIT_PAGER, PAGER",
              "the program that shows long answers on a terminal, as in git; cat, or empty: none. If it ends before it "
              "has read anything, the answer goes to the terminal; if it fails later, the exit code is 74");
}

void add_examples(Page& page) {
    page.heading("examples").verbatim(examples_of_help());
    page.prose("Answers show ids, with which you go on; as much of an id as no other has is enough:");
    page.verbatim(
        "patchseek --thread ID                  read the discussion\n"
        "patchseek --versions ID                find the newest version\n"
        "patchseek --reviews ID                 see who reviewed which part\n"
        "patchseek --am ID | git am             apply the newest version\n"
        "patchseek --commit SHA                 the mail that a commit came from");
    page.prose("A query that is saved can be asked for what is new since it was asked last:");
    page.verbatim(
        "patchseek --save mine 'is:pending file:/mm/'\n"
        "patchseek --run mine --new");
    page.prose(
        "To be told of it after each --update, make ~/.config/patchseek/post-update a program (chmod +x) that asks so; "
        "patchseek-index(1) runs it when there is new mail. (1 is: nothing new.)");
    page.verbatim(
        "#!/bin/sh\n"
        "patchseek --run mine --new --format mboxrd >> ~/mail/new.mbox || [ $? -eq 1 ]");
}

/// Arguments of a tool with what they may be, commas between.
std::string arguments_of(const AgentTool& tool) {
    using Type = AgentArgument::Type;
    std::string out;
    for (const AgentArgument& argument : tool.arguments) {
        out += fmt::format("{}{} (", out.empty() ? "" : ", ", argument.name);
        if (argument.type == Type::text) out += "text";
        if (argument.type == Type::flag) out += "true or false";
        if (argument.type == Type::detail) out += "concise or full";
        if (argument.type == Type::number)
            out += fmt::format("{} to {}, else {}", argument.least, argument.most, argument.usual);
        out += argument.required ? ", needed)" : ")";
    }
    return out;
}

void add_messages(Page& page) {
    page.part("Messages");
    page.prose(
        "A program of your own writes messages of JSON-RPC 2.0 to standard input, each on one line, and reads "
        "answers, each on one line, from standard output. Here lines are broken. Two messages come first:");
    page.verbatim(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\n"
        "  \"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\n"
        "  \"clientInfo\":{\"name\":\"mine\",\"version\":\"1\"}}}\n"
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    page.prose("Then ask what tools there are, with a JSON Schema of the arguments of each, and call them:");
    page.verbatim(
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\n"
        "  \"name\":\"search\",\"arguments\":{\"query\":\"is:cover\",\"limit\":3}}}");
    page.prose(
        "The answer is a text. Where isError is true, it says what to mend in the call. What is no request is "
        "answered by an error with a code.");
    page.verbatim(
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\n"
        "  \"content\":[{\"type\":\"text\",\"text\":\"...\"}],\"isError\":false}}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":{\"code\":-32601,\"message\":\"...\"}}");
    page.prose(
        "resources/read with uri patchseek://query-language gives the language of queries. The notification "
        "notifications/cancelled with a requestId ends a call, which then has no answer. In revision 2026-07-28 "
        "nothing comes first, server/discover tells what initialize does, and each request has in its params:");
    page.verbatim(
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\n"
        "  \"io.modelcontextprotocol/clientCapabilities\":{}}");
}

void add_agents(Page& page) {
    page.heading("agents").prose(
        "patchseek --mcp serves programs that speak the Model Context Protocol. Most of them have a file that "
        "names such servers, in this form:");
    page.verbatim("{\"mcpServers\": {\"patchseek\": {\"command\": \"patchseek\", \"args\": [\"--mcp\"]}}}");
    add_messages(page);
    page.part("Tools");
    for (const AgentTool& tool : agent_tools())
        page.item(tool.name, fmt::format("{} Arguments: {}.", tool.help, arguments_of(tool)));
}

std::string page_of_program() {
    Page page("patchseek", 1, "search mailing list archives for patches");
    page.heading("synopsis").prose("patchseek [options] QUERY...");
    page.prose("patchseek --show ID | --thread ID | --versions ID | --reviews ID | --am ID | --like ID | --commit SHA");
    page.heading("description");
    page.prose(
        "patchseek answers from an index of mail, which patchseek-index(1) makes first. It knows which files a patch "
        "touches, which lines it adds and removes, who wrote and who reviewed it, and which version and part of "
        "a series it is.");
    page.prose(
        "The words of the command line are the query; words side by side must all be in a message. "
        "patchseek-query(7) tells the whole language. Single quotes keep the shell out of it.");
    page.prose(
        "The best 20 answers are shown, on a terminal through a pager; --limit 0 shows all. Formats for programs "
        "have all answers unless --limit says otherwise.");
    add_examples(page);
    page.heading("options").options(option_table());
    page.heading("formats");
    for (const auto& one : render::formats_help()) page.item(one.name, one.help);
    page.part("Letters of templates");
    for (const auto& one : render::letters_help()) page.item(one.name, one.help);
    page.heading("order").prose(order_help());
    add_agents(page);
    add_exit_codes(page);
    add_environment(page);
    page.heading("files");
    page.item("~/.config/patchseek/config", "what is written down once for all runs: patchseek-config(5)");
    page.item("~/.config/patchseek/queries/", "queries that were saved");
    page.item("~/.local/share/patchseek/", "the index, where nothing names another");
    page.heading("see also").prose("patchseek-index(1), patchseek-query(7), patchseek-config(5), patchseek-json(5)");
    return page.text();
}

std::string page_of_queries() {
    Page page("patchseek-query", 7, "the language of queries of patchseek");
    page.heading("description")
        .prose(
            "A query is what patchseek(1) is given as words. Each example below is a whole "
            "command; single quotes keep the shell out of it.");
    const auto all = manual::blocks(help_query());
    page.blocks(std::span(all).subspan(1));  // without what stands above the first heading
    page.heading("fields");
    for (const schema::Field& field : schema::kFields) {
        std::string names(field.name);
        for (const char c : field.aliases.empty() ? std::string() : ' ' + std::string(field.aliases))
            names += c == ' ' ? std::string(":, ") : std::string(1, c);
        page.item(names + ':', field.help);
    }
    page.heading("see also").prose("patchseek(1)");
    return page.text();
}

std::string page_of_configuration() {
    Page page("patchseek-config", 5, "what patchseek is told once for all runs");
    page.heading("synopsis").prose("~/.config/patchseek/config");
    page.heading("description");
    page.prose(
        "patchseek(1) and patchseek-index(1) read this file if it exists: $PATCHSEEK_CONFIG, else "
        "$XDG_CONFIG_HOME/patchseek/config, else ~/.config/patchseek/config. A line is KEY = VALUE, or a "
        "[SECTION]. What follows a '#' at the beginning of a line or behind a blank is a comment. An option of "
        "the command line beats a variable of the environment, which beats the file.");
    page.prose(
        "patchseek --config shows each setting, its value and where it is from. An unknown key or a value that "
        "cannot be read is an error with the line it stands on, and exit code 64.");
    page.heading("keys");
    for (const settings::Key& key : settings::keys()) {
        std::string text(key.help);
        if (!key.environment.empty()) text += fmt::format(" (${} beats it)", key.environment);
        if (!key.usual.empty()) text += fmt::format("; default {}", key.usual);
        page.item(fmt::format("{} = {}", key.name, key.value), text);
    }
    page.heading("sections");
    for (const settings::Section& section : settings::sections())
        page.item(fmt::format("[{}]", section.name), section.help);
    page.heading("examples")
        .verbatim(
            "db = ~/mail/index\n"
            "archives = ~/mail/netdev\n"
            "archives = ~/mail/linux-mm\n"
            "mailmap = ~/src/linux/.mailmap\n"
            "link-template = https://lore.kernel.org/r/%s\n"
            "\n"
            "[list]\n"
            "net = netdev.vger.kernel.org\n"
            "\n"
            "[saved]\n"
            "mine = from:ann@example.org is:pending");
    page.heading("see also").prose("patchseek(1), patchseek-index(1)");
    return page.text();
}

/// A row of --help-json: key, form and meaning, at least two blanks between.
void add_key(Page& page, std::string_view row) {
    const auto cell = [&row] {
        const auto end = std::min(row.find("  "), row.size());
        const std::string out(row.substr(0, end));
        row.remove_prefix(std::min(row.find_first_not_of(' ', end), row.size()));
        return out;
    };
    const std::string key = cell(), form = cell();
    page.item(fmt::format("{} ({})", key, form), row);
}

std::string page_of_json() {
    const std::string text = render::json_help();
    Page page("patchseek-json", 5, "what patchseek writes as JSON");
    page.heading("description");
    std::string_view rest = text;
    for (bool first = true; !rest.empty(); first = false) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.starts_with("  "))
            add_key(page, line.substr(2));
        else if (first || line.starts_with("The same"))
            page.prose(line);
        else if (!line.empty())
            page.heading(line.substr(0, line.find(" (")));
    }
    page.heading("see also").prose("patchseek(1)");
    return page.text();
}

}  // namespace

Result<std::string> generated(std::string_view what) {
    if (what == "man") return page_of_program();
    if (what == "man-query") return page_of_queries();
    if (what == "man-config") return page_of_configuration();
    if (what == "man-json") return page_of_json();
    auto options = option_table();
    std::ranges::find(options, "fields", &manual::Option::name)->words = render::keys();
    auto script = manual::completion(what, "patchseek", options, true);
    if (!script.empty()) return script;
    return Error{ErrorKind::usage, "--generate takes man, man-query, man-config, man-json, bash, zsh or fish, not '" +
                                       std::string(what) + "'"};
}

}  // namespace patchseek
