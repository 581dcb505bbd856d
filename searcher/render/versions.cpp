// SPDX-License-Identifier: GPL-2.0-or-later
#include "versions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {
namespace {

using relations::Fate;
using relations::PartChange;
using relations::Version;
using relations::VersionPart;

std::string clean(const std::string& text) { return text::visible(text, text::Breaks::blank); }

// What stands before the id and the subject of a version.
std::string lead_of(const Version& version, std::size_t width, bool newest) {
    const auto day = version.date ? iso_day(*version.date) : std::nullopt;
    const std::string count = fmt::format("{}/{}", version.present(), version.total);
    return fmt::format("{} {:<{}}  {}  {:>5}  {}", newest ? '*' : ' ', version.name(), width,
                       day.value_or("----------"), count, version.applied() > 0 ? applied_of(version) + "  " : "");
}

// Clean text, cut to `width` columns where that is not 0.
std::string fitted(const std::string& text, unsigned width, std::string_view colour, const Style& style) {
    return paint_line(text, {}, colour, style.colour, width);
}

// With a width, ids have lines of their own where not all fit beside the subjects.
std::string text_of(const Version& version, std::size_t width, bool newest, bool own_line, const Style& style) {
    const std::string lead = lead_of(version, width, newest);
    const auto subject_colour = newest ? sgr::kBold : sgr::kPlain;
    const std::string id = clean(version.id), shown_id = paint(id, sgr::kId, style.colour);
    const auto size = static_cast<unsigned>(text::columns(lead));
    if (!own_line) return lead + shown_id + "  " + fitted(version.subject, 0, subject_colour, style);
    const std::string before = size + text::columns(id) <= style.width ? std::string(size, ' ') : std::string("    ");
    return lead + fitted(version.subject, std::max(style.width, size + 20) - size, subject_colour, style) + '\n' +
           before + shown_id;
}

Json object_of(const Version& version, bool newest) {
    Json out = {{"schema", 1}, {"version", version.number}};
    if (version.resend) out["resend"] = true;
    if (version.date) put(out, "date", iso_time(*version.date).value_or(""));
    out["parts"] = version.present();
    out["total"] = version.total;
    if (version.applied() > 0) out["applied"] = version.applied();
    put_exact(out, "id", version.id);
    put(out, "subject", version.subject);
    if (newest) out["latest"] = true;
    return out;
}

std::string lines_of(const VersionPart& part) { return fmt::format("+{} -{}", part.adds, part.dels); }

std::string number_of(std::uint32_t number, const Version& version) {
    return fmt::format("{}/{}", number, version.total);
}

// "was 2/4, +10 -3"; what is the same now is left out.
std::string was(const PartChange& change, const Version& before, const Version& after) {
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "was " : ", ") + text; };
    if (change.before->number != change.after->number || before.total != after.total)
        add(number_of(change.before->number, before));
    if (change.fate == Fate::changed) add(lines_of(*change.before));
    if (change.before->title != change.after->title) add('\'' + clean(change.before->title) + '\'');
    return out;
}

std::string text_of(const PartChange& change, const Version& before, const Version& after, const Style& style) {
    const bool missing = change.fate == Fate::missing;
    const VersionPart* part = change.after ? change.after : change.before;
    const Version& of = change.after || (missing && !change.of_before) ? after : before;
    const std::uint32_t number = missing && !change.after ? change.number : part->number;
    Flow line(style.width, {}, "  ");
    line.add(fmt::format("{:>7}  {:<9}", number_of(number, of), relations::name(change.fate)));
    line.hang(20);
    if (change.fate == Fate::changed) line.add(lines_of(*part));
    if (part) line.add_words(clean(part->title), change.fate == Fate::changed ? sgr::kBold : sgr::kPlain, style.colour);
    if (change.before && change.after)
        if (const auto old = was(change, before, after); !old.empty()) line.add('(' + old + ')', {}, false, " ");
    if (missing)
        line.add(fmt::format("({} {} is not in the index)", change.of_before ? before.name() : after.name(),
                             number_of(change.number, change.of_before ? before : after)));
    if (part) line.add('<' + clean(part->id) + '>', sgr::kId, style.colour);
    return line.text();
}

Json object_of(const VersionPart& part) {
    Json out = {{"part", part.number}};
    put_exact(out, "id", part.id);
    put(out, "title", part.title);
    out["adds"] = part.adds;
    out["dels"] = part.dels;
    return out;
}

Json object_of(const PartChange& change, const Version& before, const Version& after) {
    Json out = {{"schema", 1}, {"change", relations::name(change.fate)}, {"from", before.number}, {"to", after.number}};
    if (change.fate == Fate::missing) {
        out["missing"] = change.of_before ? before.number : after.number;
        out["part"] = change.number;
    }
    if (change.before) out["before"] = object_of(*change.before);
    if (change.after) out["after"] = object_of(*change.after);
    return out;
}

}  // namespace

std::string applied_of(const Version& version) {
    if (version.applied() == 0) return {};
    return version.applied() == version.parts.size() && version.present() == version.total
               ? "applied"
               : fmt::format("applied {}/{}", version.applied(), version.total);
}

void write_versions(const std::vector<Version>& versions, Format format, const Style& style, Output& out) {
    std::size_t width = 0;
    for (const Version& version : versions) width = std::max(width, version.name().size());
    const auto newest = [&](const Version& version) { return &version == &versions.back(); };
    if (format == Format::text) {
        const bool own_line = std::ranges::any_of(versions, [&](const Version& version) {
            const auto lead = text::columns(lead_of(version, width, false));
            return style.width > 0 &&
                   lead + text::columns(clean(version.id)) + 2 + text::columns(clean(version.subject)) > style.width;
        });
        for (const Version& version : versions)
            out.write(text_of(version, width, newest(version), own_line, style) + style.record_end);
        return;
    }
    JsonRecords records(format, style, out);
    for (const Version& version : versions) records.add(line_of(object_of(version, newest(version))));
    records.finish();
}

void write_changes(const Version& before, const Version& after, Format format, const Style& style, Output& out,
                   const std::function<std::string(const PartChange&)>& more) {
    const auto changes = relations::compare(before, after);
    if (format == Format::text) {
        out.write(before.name() + " -> " + after.name() + style.record_end);
        for (const PartChange& change : changes)
            out.write(text_of(change, before, after, style) + style.record_end + (more ? more(change) : ""));
        return;
    }
    JsonRecords records(format, style, out);
    for (const PartChange& change : changes) records.add(line_of(object_of(change, before, after)));
    records.finish();
}

namespace {

using relations::Review;
using relations::ReviewedPart;
using relations::Reviews;

/// Where the terminal does not say.
constexpr std::size_t kColumns = 80;
constexpr std::string_view kIndent = "         ";

std::string place_of(const ReviewedPart& part) { return fmt::format("{}/{}", part.number, part.version->total); }

// What was said and by whom; behind it, or in a line of its own where that is too long, of which version and where.
std::string text_of(const Review& review, const ReviewedPart& part, const Style& style) {
    const std::string said = clean(review.trailer.name) + ": " + clean(review.trailer.value);
    const auto day = review.date ? iso_day(*review.date) : std::nullopt;
    const std::string when = review.version->name() + "  " + day.value_or("----------") + "  ";
    const std::string id = '<' + clean(review.id) + '>';
    const std::string note = !review.stands ? "  not in " + part.version->name() : review.reply ? "" : "  in the patch";
    const std::size_t width = kIndent.size() + said.size() + 2 + when.size() + id.size() + note.size();
    const std::string apart =
        width > (style.width > 0 ? style.width : kColumns) ? '\n' + std::string(kIndent) + "    " : std::string("  ");
    return std::string(kIndent) + said + apart + when + paint(id, sgr::kId, style.colour) + note;
}

std::string text_of(const ReviewedPart& part, std::string_view newest, const Style& style) {
    Flow line(style.width, {}, "  ");
    line.add(fmt::format("{:>7}", place_of(part)));
    line.hang(kIndent.size());
    if (!part.part) {
        line.add("not in the index");
        return line.text();
    }
    line.add_words(clean(part.part->title), part.bare ? sgr::kBold : sgr::kPlain, style.colour);
    if (part.version->name() != newest) line.add(fmt::format("(still {})", part.version->name()), {}, false, " ");
    std::string out = line.text();
    for (const Review& review : part.reviews) out += '\n' + text_of(review, part, style);
    if (part.bare) out += '\n' + std::string(kIndent) + "bare: no review and no ack";
    return out;
}

void write_text(const Reviews& reviews, const Style& style, Output& out) {
    const relations::Version& newest = reviews.history.versions.back();
    const auto day = newest.date ? iso_day(*newest.date) : std::nullopt;
    const std::string name = newest.name();
    Flow head(style.width, {}, "  ");
    head.add(name + "  " + day.value_or("----------"));
    head.hang(kIndent.size());
    head.add_words(clean(newest.subject), sgr::kBold, style.colour);
    out.write(head.text() + style.record_end);
    std::string bare;
    bool missing = false;
    for (const ReviewedPart& part : reviews.parts) {
        out.write(text_of(part, name, style) + style.record_end);
        if (part.bare) bare += ' ' + place_of(part);
        missing = missing || !part.part;
    }
    const char* const none = missing ? "bare: none of those in the index" : "bare: none";
    out.write(bare.empty() ? none : "bare:" + bare);
    out.write({&style.record_end, 1});
}

void put_version(Json& object, const relations::Version& version) {
    object["version"] = version.number;
    if (version.resend) object["resend"] = true;
}

Json object_of(const Review& review) {
    Json out = Json::object();
    put(out, "name", review.trailer.name);
    put(out, "value", review.trailer.value);
    put_version(out, *review.version);
    if (review.date) put(out, "date", iso_time(*review.date).value_or(""));
    put_exact(out, "in", review.id);
    out["reply"] = review.reply;
    out["stands"] = review.stands;
    return out;
}

Json object_of(const ReviewedPart& part) {
    Json out = {{"schema", 1}};
    put_version(out, *part.version);
    out["part"] = part.number;
    out["total"] = part.version->total;
    if (!part.part) {
        out["missing"] = true;
        return out;
    }
    put_exact(out, "id", part.part->id);
    put(out, "title", part.part->title);
    out["bare"] = part.bare;
    for (const Review& review : part.reviews) out["reviews"].push_back(object_of(review));
    return out;
}

}  // namespace

void write_reviews(const Reviews& reviews, Format format, const Style& style, Output& out) {
    if (format == Format::text) return write_text(reviews, style, out);
    JsonRecords records(format, style, out);
    for (const ReviewedPart& part : reviews.parts) records.add(line_of(object_of(part)));
    records.finish();
}

namespace {

using relations::Related;
using relations::Story;

std::string day_of(const std::optional<std::int64_t>& seconds) {
    return (seconds ? iso_day(*seconds) : std::nullopt).value_or("----------");
}

std::string text_of(const Related& other, const Style& style) {
    Flow line(style.width, {}, "  ");
    line.add(fmt::format("  {:<11}", other.how));
    line.hang(14);
    line.add(other.message ? '<' + clean(other.id) + '>' : other.id.substr(0, 12), sgr::kId, style.colour, " ");
    if (!other.subject.empty()) {
        line.add(day_of(other.date));
        line.add_words(clean(other.subject));
    }
    if (!other.tag.empty()) line.add("in " + clean(other.tag));
    return line.text();
}

std::string text_of(const reader::AppliedAs& one, bool colour) {
    if (one.reply.empty()) return fmt::format("  {:<11} {}, {} % sure", "known by", one.how, one.sure);
    const std::string tree = one.tree.empty() ? "" : " to " + clean(one.tree);
    return fmt::format("  {:<11} {}  applied{}  ", "said", day_of(one.when), tree) +
           paint('<' + clean(one.reply) + '>', sgr::kId, colour);
}

// What is known of the part that went in.
const ReviewedPart* part_of(const Story& story) {
    return story.reviewed ? &story.reviews.parts[*story.reviewed] : nullptr;
}

// What is told of the commit itself.
std::vector<std::string> head_of(const Story& story, const Style& style) {
    Flow first(style.width, {}, "  ");
    first.add("commit");
    first.add(story.ids.front(), sgr::kId, style.colour, " ");
    first.hang(14);
    first.add_words(clean(story.subject), sgr::kBold, style.colour);
    std::vector<std::string> out = {first.text()};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) out.push_back(fmt::format("  {:<11} {}", name, value));
    };
    add("author", clean(story.author));
    if (story.committed) add("committer", day_of(story.committed) + "  " + clean(story.committer));
    add("first in", clean(story.tag));
    for (const Related& other : story.related) out.push_back(text_of(other, style));
    return out;
}

void write_text(const Story& story, const Style& style, Output& out) {
    const auto line = [&](const std::string& text) {
        out.write(text);
        out.write({&style.record_end, 1});
    };
    for (const std::string& text : head_of(story, style)) line(text);
    if (story.message.empty()) return line("  came from no mail that the index knows");
    line(fmt::format("  {:<11} ", "came from") + paint('<' + clean(story.message) + '>', sgr::kId, style.colour) +
         (story.version.empty() ? "" : fmt::format("  {}, part {}", story.version, story.part)));
    for (const reader::AppliedAs& one : story.said) line(text_of(one, style.colour));
    line(fmt::format("  {:<11} in {} {}: thread:{{versions:{{commit:{}}}}}", "discussed", story.discussed,
                     story.discussed == 1 ? "message" : "messages", story.ids.front().substr(0, 12)));
    if (story.reviews.history.versions.empty()) return;
    write_versions(story.reviews.history.versions, Format::text, style, out);
    if (const auto* part = part_of(story)) line(text_of(*part, story.reviews.history.versions.back().name(), style));
    for (const patch::Trailer& trailer : story.carried)
        line(std::string(kIndent) + clean(trailer.name) + ": " + clean(trailer.value) + "  in the commit");
}

Json object_of(const Related& other) {
    Json out = {{"how", other.how}};
    put_exact(out, other.message ? "message" : "id", other.id);
    put(out, "subject", other.subject);
    if (other.date) put(out, "date", iso_time(*other.date).value_or(""));
    put(out, "tag", other.tag);
    return out;
}

Json object_of(const Story& story) {
    Json out = {{"schema", 1}, {"id", story.ids.front()}};
    put(out, "subject", story.subject);
    put(out, "author", story.author);
    put(out, "committer", story.committer);
    if (story.committed) put(out, "committed", iso_time(*story.committed).value_or(""));
    put(out, "tag", story.tag);
    for (const Related& other : story.related) out["related"].push_back(object_of(other));
    put_exact(out, "message", story.message);
    put(out, "version", story.version);
    for (const reader::AppliedAs& one : story.said) out["commits"].push_back(json_of(one));
    if (!story.message.empty()) out["discussed"] = story.discussed;
    const auto& versions = story.reviews.history.versions;
    for (const Version& version : versions) out["versions"].push_back(object_of(version, &version == &versions.back()));
    if (const auto* part = part_of(story)) out["part"] = object_of(*part);
    return out;
}

}  // namespace

void write_story(const Story& story, Format format, const Style& style, Output& out) {
    if (format == Format::text) return write_text(story, style, out);
    JsonRecords records(format, style, out);
    records.add(line_of(object_of(story)));
    records.finish();
}

}  // namespace patchseek::render
