// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "discussion.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"
#include "versions.hpp"

namespace patchseek::render {
namespace {

using relations::Review;
using relations::ReviewedPart;
using relations::Version;
using relations::VersionPart;

std::string clean(std::string_view text) { return text::visible(text, text::Breaks::blank); }

/// Lines of a tree that is not drawn yet.
class Tree {
public:
    explicit Tree(const Style& style) : style_(style) {}

    /// Where there is no room, the text gives way to the notes behind it.
    void add(std::size_t depth, std::string text, std::string notes = {}, bool marked = false,
             std::string_view id = {}) {
        depths_.push_back(depth);
        if (marked) notes += kFound;
        lines_.push_back({std::move(text), std::move(notes), clean(id), marked});
    }
    void write(Output& out) const {
        const auto drawn = guides(depths_);
        for (std::size_t i = 0; i < lines_.size(); ++i) out.write(line(drawn[i], lines_[i]) + style_.record_end);
    }

private:
    struct Line {
        std::string text, notes, id;
        bool marked;
    };
    // The id stands there where it fits.
    std::string line(const std::string& guide, const Line& line) const {
        const auto colour = line.marked ? sgr::kMark : guide.empty() ? sgr::kBold : sgr::kPlain;
        const std::string id = line.id.empty() ? std::string() : '<' + line.id + '>';
        const std::size_t around = text::columns(guide) + text::columns(line.notes);
        const bool fits =
            style_.width == 0 || around + text::columns(line.text) + 2 + text::columns(id) <= style_.width;
        const auto room = style_.width == 0 ? 0 : std::max<std::size_t>(style_.width, around + 20) - around;
        const std::string text = paint_line(line.text, {}, colour, style_.colour, static_cast<unsigned>(room));
        return guide + text + paint(line.notes, colour, style_.colour) +
               (fits && !id.empty() ? "  " + paint(id, sgr::kId, style_.colour) : "");
    }

    const Style& style_;
    std::vector<std::size_t> depths_;
    std::vector<Line> lines_;
};

/// Who gave what, each once: the next version of a patch carries what replies to the one before gave.
std::string reviews_of(const ReviewedPart& part) {
    std::vector<std::string> given;
    for (const Review& review : part.reviews) {
        auto one = clean(review.trailer.name) + ' ' + clean(person(review.trailer.value));
        if (!review.stands && review.version) one += " (of " + review.version->name() + " only)";
        if (std::ranges::find(given, one) == given.end()) given.push_back(std::move(one));
    }
    return fmt::format("{}", fmt::join(given, ", "));
}

void add_newest(const relations::Reviews& reviews, const Version& newest, const std::set<std::string>& marked,
                Tree& tree) {
    for (const ReviewedPart& part : reviews.parts) {
        const std::string place = fmt::format("{}/{}", part.number, part.version ? part.version->total : newest.total);
        if (!part.part) {
            tree.add(2, place + "  is not in the index");
            continue;
        }
        const std::string of = part.version != &newest && part.version ? " (" + part.version->name() + ')' : "";
        const bool some = part.part->applied && newest.applied() < newest.parts.size();
        tree.add(2, place + "  " + clean(part.part->title),
                 of + (part.bare ? "  (no review)" : "") + (some ? "  (applied)" : ""), marked.contains(part.part->id),
                 part.part->id);
        if (!part.reviews.empty()) tree.add(3, reviews_of(part));
    }
}

}  // namespace

void write_series(const relations::Reviews& reviews, const std::set<std::string>& marked, const Style& style,
                  Output& out) {
    const auto& versions = reviews.history.versions;
    const Version& newest = versions.back();
    Tree tree(style);
    tree.add(0, clean(newest.subject));
    for (const Version& version : versions) {
        const auto day = version.date ? iso_day(*version.date) : std::nullopt;
        tree.add(1,
                 fmt::format("{}  {}  {}/{}{}{}", version.name(), day.value_or("no date"), version.present(),
                             version.total, version.applied() > 0 ? "  " : "", applied_of(version)),
                 {}, marked.contains(version.id), version.id);
        if (&version == &newest) {
            add_newest(reviews, newest, marked, tree);
            continue;
        }
        for (const VersionPart& part : version.parts)
            if (marked.contains(part.id) && part.id != version.id)
                tree.add(2, fmt::format("{}/{}  {}", part.number, version.total, clean(part.title)), {}, true, part.id);
    }
    tree.write(out);
}

}  // namespace patchseek::render
