// SPDX-License-Identifier: GPL-2.0-or-later
#include "given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common.hpp"
#include "kept.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek {
namespace {

/// Options beside which the file's format and limit mean nothing: they have a form of their own, or write for programs.
constexpr auto kOwnForm =
    std::to_array<std::string_view>({"show",  "thread", "versions", "since-version", "commit", "reviews", "am",
                                     "facet", "batch",  "group",    "fields",        "hits",   "oneline", "format",
                                     "count", "out",    "save",     "saved",         "forget", "cursor",  "mcp"});

bool plain_search(const Given& given) {
    return std::ranges::none_of(given, [](const auto& option) {
        return std::ranges::find(kOwnForm, std::string_view(option.first)) != kOwnForm.end();
    });
}

/// Whether people read the format, so that the file says how much of it they are shown.
bool is_paged(const Given& given) {
    const auto format = given.find("format");
    if (format == given.end()) return true;
    const auto known = render::find_format(format->second);
    return known && render::info(*known).paged;
}

std::optional<std::string> option_of(const Given& given, std::string_view key) {
    const auto option = given.find(std::string(key));
    if (option == given.end()) return std::nullopt;
    return option->second;
}

}  // namespace

Result<Given> with_settings(Given given, const settings::Settings& settings) {
    std::vector<std::string> indexes;
    const auto named = given.find("db");
    for (const settings::Value& index :
         settings.indexes(named == given.end() ? std::vector<std::string>() : as_several(named->second)))
        indexes.push_back(index.text);
    if (!indexes.empty()) given["db"] = as_one(indexes);
    for (const char* key : {"mailmap", "color", "link-template"})
        if (const auto value = settings.choose(key); value && !given.contains(key)) given[key] = value->text;
    if (!plain_search(given)) return given;
    if (const auto format = settings.choose("format")) {
        Options tried;
        if (auto done = read_format(format->text, tried); !done)
            return settings::error_in(*format, done.error().message);
        given["format"] = format->text;
    }
    if (const auto limit = settings.choose("limit"); limit && is_paged(given) && !given.contains("limit"))
        given["limit"] = limit->text;
    return given;
}

void add_settings(bool sorted, const settings::Settings& settings, Options& options) {
    if (!sorted) options.usual_sort = settings.choose("sort");
    for (const auto& [name, id] : settings.lists) options.lists[lowered(name)] = id.text;
}

Result<Done> check_settings(const settings::Settings& settings) {
    const auto all = with_settings({}, settings);
    if (!all) return all.error();
    auto options = read_options(*all, {});
    if (!options) return options.error();
    add_settings(false, settings, *options);
    if (const auto request = request_of(*options); !request) {
        const auto mailmap = settings.choose("mailmap");
        const bool of_mailmap = mailmap && request.error().message.find(mailmap->text) != std::string::npos;
        if (!of_mailmap) return request.error();
        return Error{request.error().kind, mailmap->origin + ": " + request.error().message};
    }
    for (const auto& [name, query] : settings.saved)
        if (const auto good = check_kept(name, query.text); !good)
            return settings::error_in(query, "'" + name + "': " + good.error().message);
    return Done{};
}

std::string settings_text(const Given& given, const settings::Settings& settings) {
    std::string out = settings.file.empty()
                          ? "# no configuration is read\n"
                          : fmt::format("# {}{}\n", settings.file.native(), settings.exists ? "" : " (not there)");
    const auto line = [&](std::string_view name, std::string_view text, std::string_view origin) {
        out += fmt::format("{} = {}  # {}\n", name, text, origin);
    };
    for (const settings::Key& key : settings::keys()) {
        const auto option = option_of(given, key.name);
        if (key.name == "db") {
            const auto all = settings.indexes(option ? as_several(*option) : std::vector<std::string>());
            for (const settings::Value& value : all) line(key.name, value.text, value.origin);
            if (all.empty()) line(key.name, store::default_index().native(), "default");
        } else if (key.repeated) {
            for (const settings::Value& value : settings.all(key.name)) line(key.name, value.text, value.origin);
        } else if (const auto value = settings.choose(key.name, option)) {
            line(key.name, value->text, value->origin);
        } else if (!key.usual.empty()) {
            line(key.name, key.usual, "default");
        }
    }
    for (const auto& [section, names] :
         {std::pair{"list", &settings.lists}, std::pair{"saved", &settings.saved}, std::pair{"db", &settings.named}}) {
        if (!names->empty()) out += fmt::format("\n[{}]\n", section);
        for (const auto& [name, value] : *names) line(name, value.text, value.origin);
    }
    return text::visible(out, text::Breaks::keep);
}

}  // namespace patchseek
