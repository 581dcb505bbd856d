#include "names.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "diagnostics.hpp"
#include "foreign_syntax.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"
#include "spelling.hpp"

namespace patchseek::query {
namespace {

/// Of queries only.
constexpr auto kLabels = std::to_array<std::string_view>({"lit", "re", "hunk", "in"});

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::any_of(names, [&](std::string_view other) {
        return std::ranges::equal(other, name, {}, text::ascii_lower, text::ascii_lower);
    });
}

}  // namespace

Unit unit_of(std::string_view name) {
    if (contains(std::array{std::string_view("hunk")}, name)) return Unit::hunk;
    return contains(std::array{std::string_view("in")}, name) ? Unit::file : Unit::message;
}

std::string did_you_mean(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    const bool shown = text.size() <= kLongest && text::visible(text, text::Breaks::blank) == text;
    return shown ? ", did you mean " + quoted(text) + "?" : std::string();
}

std::string unknown_field(std::string_view name, std::string_view value) {
    std::vector<std::string_view> names(kLabels.begin(), kLabels.end());
    for (const schema::Field& field : schema::kFields)
        schema::each_name(field, [&](std::string_view other) { names.push_back(other); });
    std::string message = "unknown field " + quoted(name);
    if (const auto here = written_here(name, value)) return message + did_you_mean(*here);
    if (is_mailbox_field(name)) return message + "; flags, labels and folders of mail programs are in no index";
    if (const auto guess = nearest(name, names)) return message + did_you_mean(std::string(*guess) + ':');
    if (name.find('-') != name.npos) return message + "; a trailer is found by trailer:NAME:words, text by quoting it";
    return message + "; to search for it as text, quote it";
}

std::string unknown_value(std::string_view field, std::string_view value, std::span<const std::string_view> known) {
    const std::string label = std::string(field) + ':';
    std::string message = "unknown value " + quoted(value) + " of '" + label + "'";
    if (const auto meant = meant_value(field, value)) return message + did_you_mean(*meant);
    if (const auto guess = nearest(value, known)) return message + did_you_mean(*guess);
    message += "; it has";
    for (const std::string_view name : known) message += ' ' + std::string(name);
    return message;
}

}  // namespace patchseek::query
