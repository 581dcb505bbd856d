// SPDX-License-Identifier: GPL-2.0-or-later
// What a user, or whoever writes to a user's files, hands to the searcher: a configuration, a .mailmap, a cursor,
// queries with what was saved in them.
#include "cursor.hpp"
#include "demand.hpp"
#include "patchseek/settings/settings.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/lexer.hpp"
#include "query/mailmap.hpp"
#include "query/readings.hpp"

namespace {

using namespace patchseek;

void read_cursor(std::string_view text) {
    const auto cursor = Cursor::read(text, "query");
    // What is taken was made by text(), or is the word for the first page.
    demand(!cursor || text == "start" || cursor->text() == text);
}

void read_settings(std::string_view text) {
    const auto settings = settings::parse(text, "config", "/home");
    if (!settings) {
        demand(settings.error().message.starts_with("config:"));
        return;
    }
    for (const auto& [key, values] : settings->values)
        for (const auto& value : values) demand(!value.text.empty() && value.origin.starts_with("config:"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(data, size);
    read_cursor(text);
    read_settings(text);
    tokens::Analyzer analyzer;
    (void)query::Mailmap::parse(text, analyzer);
    const std::string kept(text.substr(0, text.find('\0')));
    const auto whole = query::with_saved(text, [&](const std::string& name) -> std::optional<std::string> {
        return name == "none" ? std::nullopt : std::optional(kept);
    });
    demand(!whole || whole->size() <= std::max<std::size_t>(query::kMaxQueryBytes, text.size()) + text.size());
    return 0;
}
