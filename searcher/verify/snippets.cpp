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
    std::size_t marks = 0;  ///< that differ
    Parts shows{};
    std::vector<reader::Mark> hits{};
    bool known = false;
    bool taken = false;

    // What stands where nobody asked for it is shown for want of better.
    double rank() const {
        const double asked = shows.none() ? 0.5 : 1;
        return asked * static_cast<double>(marks) * (0.2 + schema::info(area).weight);
    }
};

/// Takes the best of some lines, and cuts only those into words that may be better.
template <class LookAt>
class Choice {
public:
    Choice(std::vector<Candidate>& lines, LookAt look_at) : lines_(lines), look_at_(std::move(look_at)) {}

    /// Takes one that shows each of the first parts of the query, as many with one line as can be; at most `most`.
    /// Returns which parts they show.
    Parts take_evidence(std::size_t parts, std::size_t most) {
        Parts shown;
        for (std::size_t part = 0; part < std::min(parts, shown.size()) && taken_ < most; ++part) {
            if (shown[part]) continue;
            const auto value = [&](const Candidate& one) {
                if (!one.shows[part]) return std::optional<Value>();
                return std::optional(Value((one.shows & ~shown).count(), one.rank(), kMaxLines - one.order));
            };
            take(value, taken_ + 1, [&](const Candidate& best) { shown |= best.shows; });
        }
        return shown;
    }
    /// Takes the lines of the highest rank, of equal ones the first, until there are `wanted`.
    void fill(std::size_t wanted) {
        const auto value = [](const Candidate& one) {
            return std::optional(Value(0, one.rank(), kMaxLines - one.order));
        };
        take(value, wanted, [](const Candidate&) {});
    }
    std::size_t taken() const { return taken_; }

private:
    using Value = std::tuple<std::size_t, double, std::size_t>;

    // Takes the best until there are `wanted`. What a line was thought to be worth is never less than it is.
    template <class Of, class Taken>
    void take(const Of& value_of, std::size_t wanted, const Taken& when_taken) {
        if (taken_ >= wanted) return;
        std::vector<std::pair<Value, Candidate*>> heap;
        const auto value = [&](const Candidate& one) {
            return one.taken || one.marks == 0 ? std::nullopt : value_of(one);
        };
        for (Candidate& one : lines_)
            if (const auto worth = value(one)) heap.emplace_back(*worth, &one);
        std::ranges::make_heap(heap);
        while (!heap.empty() && taken_ < wanted) {
            std::ranges::pop_heap(heap);
            const auto [thought, best] = heap.back();
            heap.pop_back();
            if (!best->known) look_at_(*best);
            const auto worth = value(*best);
            if (worth == thought) {
                best->taken = true;
                ++taken_;
                when_taken(*best);
            } else if (worth) {
                heap.emplace_back(*worth, best);
                std::ranges::push_heap(heap);
            }
        }
    }

    std::vector<Candidate>& lines_;
    LookAt look_at_;
    std::size_t taken_ = 0;
};

/// Takes the best of some lines. Returns whether more lines are not needed: all parts that lines may show are shown,
/// and there are `limit`.
template <class LookAt>
bool choose(std::vector<Candidate>& lines, std::span<const schema::Areas> asked, std::size_t limit, LookAt look_at) {
    for (auto& one : lines) one.taken = false;
    Choice choice(lines, look_at);
    const auto shown = choice.take_evidence(asked.size(), 2 * limit);
    choice.fill(limit);
    for (std::size_t i = 0; i < std::min(asked.size(), shown.size()); ++i)
        if (asked[i] != 0 && !shown[i]) return false;
    return choice.taken() >= limit;
}

}  // namespace

// Which parts of the query a line of an area shows, whose words were the last that were looked up.
Parts Highlighter::shown(std::string_view text, schema::Area area) const {
    Parts out;
    auto begin = has_.begin();
    for (std::size_t i = 0; i < terms_.wanted.size(); ++i) {
        const query::Wanted& wanted = terms_.wanted[i];
        const auto end = begin + static_cast<std::ptrdiff_t>(wanted.words.size());
        const bool all = (asked_[i] & schema::bit(area)) != 0 && std::find(begin, end, 0) == end;
        if (all && (!wanted.pattern || wanted.pattern->find(text, 0))) out.set(std::min(i, out.size() - 1));
        begin = end;
    }
    return out;
}

// Which of them it may show, by how words begin in it.
Parts Highlighter::may_show(LineBounds::Beginnings has, schema::Area area) const {
    Parts out;
    auto beginnings = beginnings_.begin();
    for (std::size_t i = 0; i < terms_.wanted.size(); ++i) {
        const auto end = beginnings + static_cast<std::ptrdiff_t>(terms_.wanted[i].words.size());
        if ((asked_[i] & schema::bit(area)) != 0 &&
            std::all_of(beginnings, end, [&](auto one) { return (one & has) != 0; }))
            out.set(std::min(i, out.size() - 1));
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
        one.hits = one.marks == LineBounds::kUnbounded ? marks(text) : all_marks(text);
        one.marks = distinct(text, one.hits);
        if (one.marks == 0) return;
        one.shows = shown(text, one.area);
        // The renderer is given the line with its sign, so that `++i` keeps both.
        const std::size_t shift = static_cast<std::size_t>(text.data() - whole.data());
        for (reader::Mark& mark : one.hits) mark = {mark.begin + shift, mark.end + shift};
    };
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
            // What looks best of all is looked at anyway.
            if (bound.marks == LineBounds::kUnbounded) look_at(found.back());
            if (found.back().marks == 0) found.pop_back();
        }
        if (choose(found, asked_, limit, look_at)) break;
    }
    std::vector<reader::Snippet> out;
    for (auto& one : found) {
        if (!one.taken) continue;
        out.push_back({patch::letter(lines[one.order].kind), std::string(lines[one.order].of(body).substr(0, kMaxLine)),
                       std::move(one.hits)});
    }
    return out;
}

}  // namespace patchseek::verify
