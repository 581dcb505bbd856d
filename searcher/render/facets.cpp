// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "json.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::render {
namespace {

using facets::Count;
using facets::Counts;

/// The values that are shown: of times the last, else the first.
std::span<const Count> shown_of(std::span<const Count> values, const Counts& counts, const Counted& counted) {
    const bool time = counts.facet.of_time();
    const std::size_t limit = time ? counted.times : counted.limit;
    if (limit == 0 || limit >= values.size()) return values;
    return time ? values.last(limit) : values.first(limit);
}

Json to_json(const Count& count) {
    Json out = Json::object();
    put_exact(out, "value", count.value);
    out["count"] = count.messages;
    return out;
}

void write_lines(const Counted& counted, const Style& style, Output& out) {
    JsonRecords records(Format::jsonl, style, out);
    for (const Counts& counts : counted.facets)
        for (const Count& one : shown_of(counts.values, counts, counted)) {
            if (out.failed()) return;
            Json line = {{"schema", 1}, {"facet", counts.facet.name}};
            line.update(to_json(one));
            records.add(line_of(line));
        }
}

void write_object(const Counted& counted, const Style& style, Output& out) {
    Json object = {{"schema", 1}};
    put(object, "query", std::string(counted.query));
    object["matches"] = counted.messages;
    if (counted.partial) object["complete"] = false;
    Json& facets = object["facets"] = Json::array();
    for (const Counts& counts : counted.facets) {
        Json one = {{"facet", counts.facet.name}, {"messages", counts.having}, {"distinct", counts.values.size()}};
        Json& values = one["values"] = Json::array();
        for (const Count& value : shown_of(counts.values, counts, counted)) values.push_back(to_json(value));
        facets.push_back(std::move(one));
    }
    out.write(line_of(object));
    out.write({&style.record_end, 1});
}

/// Full blocks and, at the end, one in eighths; never nothing for a number that is more.
std::string bar(std::size_t part, std::size_t most, std::size_t columns) {
    constexpr std::string_view kEighths = "▏▎▍▌▋▊▉█";  // three bytes each
    const std::size_t eighths = most == 0 ? 0 : std::max<std::size_t>(part * columns * 8 / most, part > 0 ? 1 : 0);
    std::string out;
    for (std::size_t i = 0; i < eighths / 8; ++i) out += kEighths.substr(21, 3);
    if (eighths % 8 != 0) out += kEighths.substr((eighths % 8 - 1) * 3, 3);
    return out;
}

std::size_t columns_of(std::string_view bar) { return bar.size() / 3; }

/// "2020-11" behind "2020-10", "2021" behind "2020"; empty for a day, whose gaps stay.
std::string next_time(const std::string& value) {
    const auto number = [&](std::size_t from, std::size_t size) {
        int out = 0;
        std::from_chars(value.data() + from, value.data() + from + size, out);
        return out;
    };
    const int year = number(0, 4);
    if (value.size() == 4) return fmt::format("{:04}", year + 1);
    if (value.size() != 7) return {};
    const int month = number(5, 2);
    return fmt::format("{:04}-{:02}", year + month / 12, month % 12 + 1);
}

/// Times with those between them in which there was nothing, as far as the gap is no longer than kGap.
std::vector<Count> without_gaps(const std::vector<Count>& values) {
    constexpr std::size_t kGap = 24;
    std::vector<Count> out;
    for (const Count& one : values) {
        std::vector<Count> between;
        std::string at = out.empty() ? std::string() : next_time(out.back().value);
        while (!at.empty() && at < one.value && between.size() <= kGap) {
            between.push_back({at, 0});
            at = next_time(at);
        }
        if (at == one.value) std::ranges::move(between, std::back_inserter(out));
        out.push_back(one);
    }
    return out;
}

/// One facet as a person reads it.
class Table {
public:
    Table(const Counts& counts, const Counted& counted, const Style& style, bool bars)
        : counts_(counts), style_(style), time_(counts.facet.of_time()) {
        values_ = time_ && bars ? without_gaps(counts.values) : counts.values;
        const auto shown = shown_of(values_, counts, counted);
        values_ = std::vector(shown.begin(), shown.end());
        const auto none = std::ranges::count(values_, std::size_t{0}, &Count::messages);
        left_out_ = counts.values.size() + static_cast<std::size_t>(none) - values_.size();
        for (const Count& one : values_) most_ = std::max(most_, one.messages);
        bar_ = bars ? room_for_bars() : 0;
        digits_ = std::to_string(most_).size();
    }

    void write(std::size_t messages, Output& out) const {
        std::string heading = paint(text::visible(counts_.facet.name, text::Breaks::blank), sgr::kBold, style_.colour);
        heading += fmt::format("  {} {} in {} of {} messages", counts_.values.size(),
                               counts_.values.size() == 1 ? "value" : "values", counts_.having, messages);
        put(heading, out);
        for (const Count& one : values_)
            if (!out.failed()) put(line(one), out);
        if (left_out_ > 0) put(fmt::format("  {} more; --limit 0 shows all", left_out_), out);
    }

private:
    std::size_t room_for_bars() const {
        const std::size_t width = style_.width == 0 ? 80 : style_.width;
        constexpr std::size_t kTaken = 24;  // indent, number, a month
        if (time_) return width > kTaken + 10 ? std::min<std::size_t>(width - kTaken, 60) : 0;
        return width < 60 ? 0 : 16;
    }
    std::string line(const Count& one) const {
        const std::string value = text::visible(one.value, text::Breaks::blank);
        const std::string count = fmt::format("{:>{}}", one.messages, digits_);
        const std::string drawn = paint(bar(one.messages, most_, bar_), sgr::kAdded, style_.colour);
        if (time_) return "  " + value + "  " + count + (bar_ > 0 && one.messages > 0 ? "  " + drawn : std::string());
        if (bar_ == 0) return "  " + count + "  " + value;
        const std::size_t blanks = bar_ - columns_of(bar(one.messages, most_, bar_));
        const double share = 100.0 * static_cast<double>(one.messages) / static_cast<double>(counts_.having);
        return fmt::format("  {} {:5.1f}%  {}{}  {}", count, share, drawn, std::string(blanks, ' '), value);
    }
    void put(const std::string& text, Output& out) const {
        out.write(text);
        out.write({&style_.record_end, 1});
    }

    const Counts& counts_;
    const Style& style_;
    bool time_;
    std::vector<Count> values_;
    std::size_t left_out_ = 0, most_ = 0, bar_ = 0, digits_ = 1;
};

}  // namespace

void write_facets(const Counted& counted, Format format, const Style& style, Output& out) {
    if (format == Format::jsonl) return write_lines(counted, style, out);
    if (format == Format::json) return write_object(counted, style, out);
    bool first = true;
    for (const Counts& counts : counted.facets) {
        if (!std::exchange(first, false)) out.write({&style.record_end, 1});
        // Whoever asked for colours has a terminal behind a pipe.
        Table(counts, counted, style, out.is_terminal() || style.colour).write(counted.messages, out);
    }
}

}  // namespace patchseek::render
