// SPDX-License-Identifier: GPL-2.0-or-later
#include "discussion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/text/visible.hpp"
#include "text.hpp"

namespace patchseek::render {
namespace {

constexpr std::size_t kNone = SIZE_MAX;
constexpr std::size_t kDeepest = 12;

/// The value of a header in unfolded lines; empty if there is none.
std::string_view header(std::string_view headers, std::string_view name) {
    while (!headers.empty()) {
        const auto end = headers.find('\n');
        const auto line = headers.substr(0, end);
        if (starts_with_any_case(line, name) && line.substr(name.size()).starts_with(':'))
            return line.substr(name.size() + 1);
        headers.remove_prefix(end == headers.npos ? headers.size() : end + 1);
    }
    return {};
}

/// The last id between <> in a value that is one of `known`.
std::size_t last_known(std::string_view value, const std::map<std::string_view, std::size_t>& known) {
    std::size_t last = kNone;
    for (std::size_t at = 0; (at = value.find('<', at)) != value.npos;) {
        const auto end = value.find('>', at);
        if (end == value.npos) break;
        if (const auto it = known.find(value.substr(at + 1, end - at - 1)); it != known.end()) last = it->second;
        at = end;
    }
    return last;
}

/// Makes a root of one message of each ring.
void open_rings(std::vector<std::size_t>& parents) {
    std::vector<std::size_t> walk(parents.size(), kNone);  // the walk that came by
    for (std::size_t start = 0; start < parents.size(); ++start)
        for (std::size_t at = start; at != kNone && walk[at] == kNone; at = parents[at]) {
            walk[at] = start;
            if (parents[at] != kNone && walk[parents[at]] == start) parents[at] = kNone;
        }
}

}  // namespace

std::vector<Node> reply_tree(const std::vector<reader::Hit>& hits) {
    std::map<std::string_view, std::size_t> known;
    for (std::size_t i = 0; i < hits.size(); ++i) known.emplace(hits[i].record.id, i);
    std::vector<std::size_t> parents(hits.size(), kNone), order(hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
        const std::string_view headers = hits[i].text.headers;
        parents[i] = last_known(header(headers, "In-Reply-To"), known);
        if (parents[i] == kNone || parents[i] == i) parents[i] = last_known(header(headers, "References"), known);
        if (parents[i] == i) parents[i] = kNone;
    }
    open_rings(parents);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t i) {
        const auto& record = hits[i].record;
        const bool patch = record.kind == store::MessageKind::patch || record.kind == store::MessageKind::cover;
        // Parts are sent within seconds, in any order of them.
        const auto date = record.date.value_or(INT64_MAX);
        return std::tuple(!patch, patch ? std::int64_t{record.version.value_or(1)} : date,
                          patch ? std::int64_t{record.part.value_or(0)} : 0, date, std::string_view(record.id));
    };
    std::ranges::sort(order, {}, key);
    std::vector<std::vector<std::size_t>> below(hits.size());
    std::vector<std::size_t> roots;
    for (const std::size_t i : order) (parents[i] == kNone ? roots : below[parents[i]]).push_back(i);
    std::vector<Node> out;
    std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> open;  // message, depth, place of its parent
    const auto put = [&](const std::vector<std::size_t>& some, std::size_t depth, std::size_t parent) {
        for (auto it = some.rbegin(); it != some.rend(); ++it) open.emplace_back(*it, depth, parent);
    };
    put(roots, 0, kNone);
    while (!open.empty()) {
        const auto [message, depth, parent] = open.back();
        open.pop_back();
        const std::size_t place = out.size();
        out.push_back({&hits[message], depth, parent == kNone ? place : parent});
        put(below[message], depth + 1, place);
    }
    return out;
}

std::vector<std::string> guides(const std::vector<std::size_t>& depths) {
    std::vector<std::string> out(depths.size());
    std::vector<bool> more(kDeepest + 1, false);  // by depth, whether another follows below the same
    for (std::size_t i = depths.size(); i-- > 0;) {
        const std::size_t depth = std::min(depths[i], kDeepest);
        for (std::size_t level = 1; level < depth; ++level) out[i] += more[level] ? "\u2502  " : "   ";
        if (depth > 0) out[i] += more[depth] ? "\u251c\u2500 " : "\u2514\u2500 ";
        more[depth] = true;
        std::fill(more.begin() + static_cast<std::ptrdiff_t>(depth) + 1, more.end(), false);
    }
    return out;
}

namespace {

using patch::LineKind;

std::string clean(std::string_view text) { return text::visible(text, text::Breaks::blank); }

/// A subject without the signs of a reply, to tell whether it is another.
std::string bare(std::string_view subject) {
    for (subject = trim(subject); starts_with_any_case(subject, "re:");) subject = trim(subject.substr(3));
    return text::fold(subject);
}

std::string subject_of(const reader::Hit& hit) {
    const auto text = trim(hit.record.subject);
    return text.empty() ? "(no subject)" : clean(text);
}

/// Whether a message goes on under the subject of the one that it answers.
bool goes_on(const Node& node, const std::vector<Node>& tree) {
    const Node& parent = tree[node.parent];
    return &parent != &node && bare(node.hit->record.subject) == bare(parent.hit->record.subject);
}

std::string when(const reader::Hit& hit) {
    const auto time = hit.record.date ? iso_time(*hit.record.date) : std::nullopt;
    return time ? time->substr(0, 10) + ' ' + time->substr(11, 5) : "no date";
}

/// What an outline says of a message, but its id. A narrow one leaves out the time, and of a part the author of all.
std::string lead_of(const Node& node, const std::vector<Node>& tree, bool narrow) {
    const Node& parent = tree[node.parent];
    const std::string who = author_of(*node.hit);
    const bool part = node.hit->record.kind == store::MessageKind::patch && &parent != &node;
    std::string out = narrow ? when(*node.hit).substr(0, 10) : when(*node.hit);
    if (!narrow || !part || who != author_of(*parent.hit)) out += "  " + who;
    if (!goes_on(node, tree)) out += "  " + subject_of(*node.hit);
    return out;
}

std::string outline(const Node& node, const std::vector<Node>& tree, const std::string& guide, bool marked,
                    const Style& style) {
    const std::string mark(marked ? kFound : std::string_view());
    std::string lead = guide + lead_of(node, tree, false) + mark;
    std::string id = '<' + clean(node.hit->record.id) + '>';
    const auto fits = [&] {
        return style.width == 0 || text::columns(lead) + 2 + text::columns(id) <= std::size_t{style.width};
    };
    if (!fits()) {
        if (!node.hit->short_id.empty()) id = clean(node.hit->short_id) + "\u2026";
        const std::size_t taken = 2 + text::columns(id), room = std::max(taken + 30, std::size_t{style.width}) - taken;
        if (!fits())
            lead = paint_line(guide + lead_of(node, tree, true), {}, {}, false,
                              static_cast<unsigned>(room - mark.size())) +
                   mark;
        lead.append(room - std::min(room, text::columns(lead)), ' ');
    }
    return paint(lead, marked ? sgr::kMark : sgr::kPlain, style.colour) + "  " +
           paint_id(id, node.hit->record.id, style, node.hit->archived_at);
}

std::string heading(const Node& node, const std::vector<Node>& tree, const std::string& indent, const Style& style) {
    std::string out;
    if (!goes_on(node, tree)) {
        const auto width =
            static_cast<unsigned>(style.width > 0 ? std::max<std::size_t>(style.width, indent.size() + 20) : 0);
        const auto room = width > 0 ? width - static_cast<unsigned>(indent.size()) : 0;
        out = indent + paint_words(subject_of(*node.hit), {}, sgr::kBold, style.colour, room, indent + "  ") + '\n';
    }
    Flow line(style.width, indent, "  ");
    line.add(author_of(*node.hit), sgr::kBold, style.colour);
    line.add(when(*node.hit));
    line.add_id('<' + clean(node.hit->record.id) + '>', node.hit->record.id, style, node.hit->archived_at);
    return out + line.text();
}

std::string_view colour_of(LineKind kind) {
    switch (kind) {
        case LineKind::added: return sgr::kAdded;
        case LineKind::removed: return sgr::kRemoved;
        case LineKind::hunk:
        case LineKind::quoted: return sgr::kHunk;
        default: return sgr::kPlain;
    }
}

/// Lines of a body that are shown.
class Body {
public:
    Body(const reader::Hit& hit, bool whole) : hit_(hit), body_(hit.text.body), whole_(whole) {}

    std::vector<patch::Line> lines() {
        const bool patch = hit_.record.kind == store::MessageKind::patch;
        const auto all = patch::classify(body_);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!whole_ && all[i].of(body_) == "-- ") break;
            if (whole_ || (patch ? is_said(all[i].kind) : all[i].kind != LineKind::quoted))
                add(all, i);
            else if (all[i].kind == LineKind::quoted)
                answered_ = i;
        }
        while (!out_.empty() && out_.back().kind == LineKind::blank) out_.pop_back();
        return std::move(out_);
    }

private:
    static bool is_said(LineKind kind) {
        return kind == LineKind::log || kind == LineKind::notes || kind == LineKind::trailer || kind == LineKind::blank;
    }
    // Before the first line of an answer, the last line of what it answers. Blank lines come one at a time, between
    // others.
    void add(const std::vector<patch::Line>& all, std::size_t i) {
        const bool blank = all[i].kind == LineKind::blank || trim(all[i].of(body_)).empty();
        if (!whole_ && blank && (out_.empty() || out_.back().kind == LineKind::blank)) return;
        if (!blank && answered_ && all[*answered_].of(body_).starts_with('>')) out_.push_back(all[*answered_]);
        if (!blank) answered_.reset();
        out_.push_back(all[i]);
        if (blank) out_.back().kind = LineKind::blank;
    }

    const reader::Hit& hit_;
    std::string_view body_;
    bool whole_;
    std::vector<patch::Line> out_;
    std::optional<std::size_t> answered_;
};

bool is_code(LineKind kind) {
    return kind == LineKind::added || kind == LineKind::removed || kind == LineKind::context;
}

void write_body(const reader::Hit& hit, Detail detail, const std::string& indent, const Style& style, Output& out) {
    const std::string bar = indent + "\u2502";
    const bool whole = detail == Detail::whole;
    for (const patch::Line& line : Body(hit, whole).lines()) {
        const std::string text = clean(without_tabs(line.of(hit.text.body), is_code(line.kind) ? 1 : 0).text);
        const std::string shown =
            !whole && line.kind == LineKind::quoted && style.width > indent.size() + 24
                ? paint_line(text, {}, sgr::kHunk, style.colour, style.width - static_cast<unsigned>(indent.size()) - 2)
                : paint(text, colour_of(line.kind), style.colour);
        out.write(bar + (text.empty() ? "" : " ") + shown + '\n');
    }
    if (!whole && hit.record.kind == store::MessageKind::patch && !hit.record.files.empty()) {
        Flow files(style.width, bar + ' ', " | ");
        for (const auto& file : hit.record.files)
            files.add(clean(file.path) + (file.adds || file.dels
                                              ? fmt::format(" +{} -{}", file.adds.value_or(0), file.dels.value_or(0))
                                              : ""),
                      sgr::kHunk, style.colour);
        out.write(files.text() + '\n');
    }
}

}  // namespace

void write_discussion(const std::vector<reader::Hit>& hits, Detail detail, const std::set<std::string>& marked,
                      const Style& style, Output& out) {
    constexpr std::size_t kMostIndents = 10;
    const auto tree = reply_tree(hits);
    std::vector<std::size_t> depths;
    for (const Node& node : tree) depths.push_back(node.depth);
    const auto drawn = guides(depths);
    for (std::size_t i = 0; i < tree.size() && !out.failed(); ++i) {
        const Node& node = tree[i];
        if (detail == Detail::outline) {
            out.write(outline(node, tree, drawn[i], marked.contains(node.hit->record.id), style) + style.record_end);
            continue;
        }
        const std::string indent(2 * std::min(node.depth, kMostIndents), ' ');
        out.write((i > 0 ? "\n" : "") + heading(node, tree, indent, style) + '\n');
        write_body(*node.hit, detail, indent, style, out);
    }
}

}  // namespace patchseek::render
