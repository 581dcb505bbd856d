// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/manual/option.hpp"

#include <algorithm>

namespace patchseek::manual {

std::string typed(const Option& option) {
    std::string value(option.value);
    if (option.optional) value = '[' + value + ']';
    if (!value.empty()) value.insert(0, 1, ' ');
    const std::string letter = option.letter == '\0' ? std::string() : std::string("-") + option.letter + value + ", ";
    return letter + "--" + std::string(option.name) + value;
}

const Option* find_option(std::span<const Option> options, std::string_view name) {
    const auto found = std::ranges::find_if(options, [&](const Option& option) {
        return option.name == name || (name.size() == 1 && option.letter == name.front());
    });
    return found == options.end() ? nullptr : &*found;
}

const Option* option_in(std::span<const Option> options, std::string_view argument) {
    if (!argument.starts_with("--")) return nullptr;
    const auto name = argument.substr(0, argument.find('=')).substr(2);
    return name.size() > 1 ? find_option(options, name) : nullptr;
}

std::string filled(std::string_view text, std::size_t width, std::size_t indent, std::size_t column) {
    std::string out;
    bool first = true;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        // Bytes for columns: help is ASCII.
        if (!first && column + 1 + word.size() > width) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
        first = false;
    }
    return out;
}

std::string options_help(std::span<const Option> options, std::size_t width) {
    constexpr std::size_t kColumn = 26;
    std::string out;
    std::string_view group;
    for (const Option& option : options) {
        if (option.hidden) continue;
        if (option.group != group) ((out += out.empty() ? "" : "\n") += group = option.group) += '\n';
        const std::string name = "  " + typed(option);
        out += name;
        if (name.size() + 2 > kColumn) {
            out += '\n' + std::string(kColumn, ' ');
        } else {
            out += std::string(kColumn - name.size(), ' ');
        }
        out += filled(option.help, width, kColumn, kColumn) + '\n';
    }
    return out;
}

}  // namespace patchseek::manual
