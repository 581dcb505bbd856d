#include "versions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {
namespace {

using relations::Fate;
using relations::PartChange;
using relations::Version;
using relations::VersionPart;

std::string clean(const std::string& text) { return text::visible(text, text::Breaks::blank); }

std::string text_of(const Version& version, std::size_t width, bool newest, bool colour) {
    const auto day = version.date ? iso_day(*version.date) : std::nullopt;
    const std::string count = fmt::format("{}/{}", version.present(), version.total);
    return fmt::format("{} {:<{}}  {}  {:>5}  ", newest ? '*' : ' ', version.name(), width, day.value_or("----------"),
                       count) +
           paint(clean(version.id), sgr::kId, colour) + "  " +
           paint(clean(version.subject), newest ? sgr::kBold : sgr::kPlain, colour);
}

Json object_of(const Version& version, bool newest) {
    Json out = {{"schema", 1}, {"version", version.number}};
    if (version.resend) out["resend"] = true;
    if (version.date) put(out, "date", iso_time(*version.date).value_or(""));
    out["parts"] = version.present();
    out["total"] = version.total;
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

std::string text_of(const PartChange& change, const Version& before, const Version& after, bool colour) {
    const bool missing = change.fate == Fate::missing;
    const VersionPart* part = change.after ? change.after : change.before;
    const Version& of = change.after || (missing && !change.of_before) ? after : before;
    const std::uint32_t number = missing && !change.after ? change.number : part->number;
    std::string out = fmt::format("{:>7}  {:<9}", number_of(number, of), relations::name(change.fate));
    if (change.fate == Fate::changed) out += "  " + lines_of(*part);
    if (part) out += "  " + paint(clean(part->title), change.fate == Fate::changed ? sgr::kBold : sgr::kPlain, colour);
    if (change.before && change.after)
        if (const auto old = was(change, before, after); !old.empty()) out += " (" + old + ')';
    if (missing)
        out += fmt::format("  ({} {} is not in the index)", change.of_before ? before.name() : after.name(),
                           number_of(change.number, change.of_before ? before : after));
    return part ? out + "  " + paint('<' + clean(part->id) + '>', sgr::kId, colour) : out;
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

void write_versions(const std::vector<Version>& versions, Format format, const Style& style, Output& out) {
    std::size_t width = 0;
    for (const Version& version : versions) width = std::max(width, version.name().size());
    const auto newest = [&](const Version& version) { return &version == &versions.back(); };
    if (format == Format::text) {
        for (const Version& version : versions)
            out.write(text_of(version, width, newest(version), style.colour) + style.record_end);
        return;
    }
    JsonRecords records(format, style, out);
    for (const Version& version : versions) records.add(line_of(object_of(version, newest(version))));
    records.finish();
}

void write_changes(const Version& before, const Version& after, Format format, const Style& style, Output& out) {
    const auto changes = relations::compare(before, after);
    if (format == Format::text) {
        out.write(before.name() + " -> " + after.name() + style.record_end);
        for (const PartChange& change : changes)
            out.write(text_of(change, before, after, style.colour) + style.record_end);
        return;
    }
    JsonRecords records(format, style, out);
    for (const PartChange& change : changes) records.add(line_of(object_of(change, before, after)));
    records.finish();
}

}  // namespace patchseek::render
