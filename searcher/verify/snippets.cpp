// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <optional>
#include <span>
#include <tuple>

#include "highlighter.hpp"
#include "patchseek/patch/line_area.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::verify {
namespace {

// A very long body is not read to its end for three lines: after so many, only where they do not show all that they
// might, four times as many, and never more than the most.
constexpr std::size_t kFirstLines = 2'048;
constexpr std::size_t kGrowth = 4;
constexpr std::size_t kMaxLines = 20'000;
constexpr std::size_t kMaxLine = 2'000;

bool is_asked_of(const query::Wanted& wanted, schema::Area area) {
    const auto& prefix = schema::info(area).prefix;
    return std::ranges::any_of(wanted.scopes, [&](const query::Scope& scope) { return scope.prefix == prefix; });
}

bool is_asked_of_lines(const query::Wanted& wanted) {
    constexpr auto kLines = schema::kWholeBody & ~schema::bit(schema::Area::path);
    return std::ranges::any_of(schema::kAreaTable, [&](const schema::AreaInfo& info) {
        return (kLines & schema::bit(info.area)) != 0 && is_asked_of(wanted, info.area);
    });
}

std::size_t distinct(std::string_view text, const std::vector<reader::Mark>& marks) {
    if (marks.size() < 2) return marks.size();
    std::vector<std::string> seen;
    for (const reader::Mark& mark : marks) seen.push_back(text::fold(text.substr(mark.begin, mark.end - mark.begin)));
    std::ranges::sort(seen);
    return static_cast<std::size_t>(std::unique(seen.begin(), seen.end()) - seen.begin());
}

/// A line that may be shown. Until it is cut into words, what is said of it is the most that may be.
struct Candidate {
    std::size_t order = 0;
    schema::Area area{};
    std::size_t marks = 0;      ///< that differ
    std::vector<bool> shows{};  ///< by HighlightTerms::wanted
    std::vector<reader::Mark> hits{};
    bool known = false;
    bool taken = false;

    // What stands where nobody asked for it is shown for want of better.
    double rank() const {
        const double asked = std::ranges::find(shows, true) == shows.end() ? 0.5 : 1;
        return asked * static_cast<double>(marks) * (0.2 + schema::info(area).weight);
    }
};

/// Takes the best of some lines, and cuts only those into words that may be better.
template <class LookAt>
class Choice {
public:
    Choice(std::vector<Candidate>& lines, LookAt look_at) : lines_(lines), look_at_(std::move(look_at)) {}

    /// Takes one that shows each part of the query, as many with one line as can be; at most `most`. Returns which
    /// parts they show.
    std::vector<bool> take_evidence(std::size_t parts, std::size_t most) {
        std::vector<bool> shown(parts, false);
        for (std::size_t part = 0; part < parts && taken_ < most; ++part) {
            if (shown[part]) continue;
            const auto value = [&](const Candidate& one) {
                if (!one.shows[part]) return std::optional<Value>();
                std::size_t fresh = 0;
                for (std::size_t i = 0; i < parts; ++i) fresh += one.shows[i] && !shown[i] ? 1 : 0;
                return std::optional(Value(fresh, one.rank(), kMaxLines - one.order));
            };
            const Candidate* best = take(value);
            for (std::size_t i = 0; best && i < parts; ++i) shown[i] = shown[i] || best->shows[i];
        }
        return shown;
    }
    /// Takes the lines of the highest rank, of equal ones the first, until there are `wanted`.
    void fill(std::size_t wanted) {
        const auto value = [](const Candidate& one) {
            return std::optional(Value(0, one.rank(), kMaxLines - one.order));
        };
        while (taken_ < wanted && take(value)) continue;
    }
    std::size_t taken() const { return taken_; }

private:
    using Value = std::tuple<std::size_t, double, std::size_t>;

    template <class Of>
    const Candidate* take(const Of& value_of) {
        for (;;) {
            Candidate* best = nullptr;
            std::optional<Value> best_value;
            for (Candidate& one : lines_) {
                if (one.taken || one.marks == 0) continue;
                if (const auto value = value_of(one); value && (!best_value || *value > *best_value))
                    best = &one, best_value = value;
            }
            if (!best) return nullptr;
            if (best->known) {
                best->taken = true;
                ++taken_;
                return best;
            }
            look_at(*best);
        }
    }
    // Where many that look good are not, to compare bounds again and again takes longer than to know all.
    void look_at(Candidate& line) {
        constexpr std::size_t kMost = 32;
        if (++looked_at_ == kMost) {
            for (Candidate& one : lines_)
                if (!one.known) look_at_(one);
        } else {
            look_at_(line);
        }
    }

    std::vector<Candidate>& lines_;
    LookAt look_at_;
    std::size_t taken_ = 0, looked_at_ = 0;
};

/// Takes the best of some lines. Returns whether more lines are not needed: all parts that lines may show are shown,
/// and there are `limit`.
template <class LookAt>
bool choose(std::vector<Candidate>& lines, const std::vector<bool>& showable, std::size_t limit, LookAt look_at) {
    for (Candidate& one : lines) one.taken = false;
    Choice choice(lines, look_at);
    const auto shown = choice.take_evidence(showable.size(), 2 * limit);
    choice.fill(limit);
    return choice.taken() >= limit && std::ranges::equal(showable, shown, [](bool may, bool is) { return is || !may; });
}

}  // namespace

// Which parts of the query a line of an area shows, whose words were the last that were looked up.
std::vector<bool> Highlighter::shown(std::string_view text, schema::Area area) const {
    std::vector<bool> out;
    for (auto begin = has_.begin(); const query::Wanted& wanted : terms_.wanted) {
        const auto end = begin + static_cast<std::ptrdiff_t>(wanted.words.size());
        const bool all = std::find(begin, end, 0) == end && is_asked_of(wanted, area);
        out.push_back(all && (!wanted.pattern || wanted.pattern->find(text, 0)));
        begin = end;
    }
    return out;
}

// Which of them it may show, by how words begin in it.
std::vector<bool> Highlighter::may_show(LineBounds::Beginnings has, schema::Area area) const {
    std::vector<bool> out;
    auto beginnings = beginnings_.begin();
    for (const query::Wanted& wanted : terms_.wanted) {
        const auto end = beginnings + static_cast<std::ptrdiff_t>(wanted.words.size());
        const bool all = std::all_of(beginnings, end, [&](auto one) { return (one & has) != 0; });
        out.push_back(all && is_asked_of(wanted, area));
        beginnings = end;
    }
    return out;
}

std::vector<reader::Snippet> Highlighter::snippets(std::string_view body, std::size_t limit) {
    if (terms_.words.empty() && terms_.prefixes.empty() && terms_.patterns.empty()) return {};
    const auto lines = patch::classify(body);
    const auto look_at = [&](Candidate& one) {
        const auto whole = lines[one.order].of(body);
        const auto text = patch::content_of(lines[one.order], body).substr(0, kMaxLine);
        one.known = true;
        one.hits = marks(text);
        one.marks = distinct(text, one.hits);
        if (one.marks == 0) return;
        one.shows = shown(text, one.area);
        // The renderer is given the line with its sign, so that `++i` keeps both.
        const std::size_t shift = static_cast<std::size_t>(text.data() - whole.data());
        for (reader::Mark& mark : one.hits) mark = {mark.begin + shift, mark.end + shift};
    };
    std::vector<bool> showable;
    for (const query::Wanted& wanted : terms_.wanted) showable.push_back(is_asked_of_lines(wanted));
    std::vector<Candidate> found;
    const auto most = std::min(lines.size(), kMaxLines);
    for (std::size_t first = 0, last = 0; last < most; first = last) {
        last = std::min(most, std::max(kFirstLines, kGrowth * first));
        const auto bounds = bounds_.of(body, std::span(lines).subspan(first, last - first));
        for (std::size_t i = first; i < last; ++i) {
            const auto& bound = bounds[i - first];
            if (bound.marks == 0) continue;
            const auto area = patch::area_of(lines[i].kind);
            if (!area || *area == schema::Area::path) continue;
            found.push_back({i, *area, bound.marks, may_show(bound.has, *area)});
        }
        if (choose(found, showable, limit, look_at)) break;
    }
    std::vector<reader::Snippet> out;
    for (Candidate& one : found) {
        if (!one.taken) continue;
        out.push_back({patch::letter(lines[one.order].kind), std::string(lines[one.order].of(body).substr(0, kMaxLine)),
                       std::move(one.hits)});
    }
    return out;
}

}  // namespace patchseek::verify
