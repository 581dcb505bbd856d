// SPDX-License-Identifier: GPL-2.0-or-later
#include "document.hpp"

#include <xapian.h>

#include <algorithm>
#include <bitset>

#include "fact_of.hpp"
#include "indexed.hpp"
#include "mentions.hpp"
#include "patchseek/patch/line_area.hpp"
#include "patchseek/patch/patch_id.hpp"
#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "record.hpp"

namespace patchseek::document {

using patch::Line;
using patch::LineKind;
using schema::Area;

namespace {

// git's ids go over a file's bytes, whatever charset the mail says they are in.
std::vector<std::string> patch_ids_of(const mail::Message& message, const patch::Patch& patch) {
    if (message.undecoded.empty()) return patch::patch_ids(message.body, patch.lines);
    return patch::patch_ids(message.undecoded, patch::classify(message.undecoded));
}

// Two spellings of a list are one term.
std::set<std::string> list_terms(const store::Record& record) {
    std::set<std::string> out;
    for (const std::string& list : record.lists) out.insert(schema::term(schema::field::list, list));
    if (!out.empty()) out.insert(schema::has_term(schema::field::list));
    return out;
}

}  // namespace

struct DocumentBuilder::Impl {
    tokens::Analyzer analyzer;
    Indexed indexed;  ///< without the terms, which it gets last
    TermTable terms;
    std::bitset<schema::kFields.size()> has;
    SignedTable signed_words;
    tokens::Positions positions;
    std::uint32_t path_position = 0;
    schema::Areas present = 0;
    bool truncated = false;
    std::string term;

    void start();
    bool full();
    void word(std::string_view prefix, const tokens::Token& token, std::uint32_t base, bool prose);
    std::uint32_t words(Area area, std::string_view text, std::uint32_t base);
    std::uint32_t words_of_line(Area area, std::string_view text, std::uint32_t base, std::size_t offset);
    void area(Area area, std::string_view text);
    void exact(schema::TermField field, std::string_view value);
    void value(schema::NumberField field, double number);
    void set_has(const schema::Field& field) { has.set(schema::index_of(field)); }
    void headers(const mail::Message& message, const store::Record& record);
    void states(const mail::Message& message, const patch::Patch& patch, const store::Record& record);
    void body(std::string_view text, const std::vector<Line>& lines);
    void prose(Area area, std::string_view text, std::size_t offset);
    void rest(const Line& line, std::string_view text, std::string_view content);
    void trailer(const patch::Trailer& trailer, std::uint32_t& position);
    void footer(const patch::Trailer& trailer);
    void file(const patch::FileChange& change);
    void path(std::string_view path, bool partial);
    void numbers(const patch::Patch& patch, const store::Record& record);
    void presence();
};

DocumentBuilder::DocumentBuilder() : impl_(std::make_unique<Impl>()) {}
DocumentBuilder::~DocumentBuilder() = default;

void DocumentBuilder::Impl::start() {
    indexed = {};
    terms.clear();
    signed_words.clear();
    has.reset();
    positions = {};
    path_position = 0;
    present = 0;
    truncated = false;
}

bool DocumentBuilder::Impl::full() {
    if (terms.size() > kMaxTerms || terms.positions() > kMaxPositions) truncated = true;
    return truncated;
}

void DocumentBuilder::Impl::word(std::string_view prefix, const tokens::Token& token, std::uint32_t base, bool prose) {
    if (full()) return;  // asked for each word: one line can hold millions
    term.assign(prefix);
    term += token.term;
    if (token.part) return terms.add(term, 1);
    terms.add(term, 1, base + token.position + 1);
    if (!prose) return;
    const auto stem = analyzer.stem(token.term);
    if (stem == token.term) return;
    term.assign(1, schema::kStemPrefix);
    term += prefix;
    term += stem;
    terms.add(term, 1);
}

std::uint32_t DocumentBuilder::Impl::words(Area area, std::string_view text, std::uint32_t base) {
    signed_words.finder().begin(text);
    const auto used = words_of_line(area, text, base, 0);
    signed_words.finder().end();
    return used;
}

// The text stands at `offset` of a line of which signed words are being looked for.
std::uint32_t DocumentBuilder::Impl::words_of_line(Area area, std::string_view text, std::uint32_t base,
                                                   std::size_t offset) {
    const auto& info = schema::info(area);
    const auto used = analyzer.analyze(text, [&](const tokens::Token& token) {
        word(info.prefix, token, base, info.prose);
        if (!truncated) signed_words.finder().word(token, offset);
    });
    if (used > 0) present |= schema::bit(area);
    return used;
}

// A stretch of an area that no phrase may leave.
void DocumentBuilder::Impl::area(Area area, std::string_view text) {
    if (full()) return;
    positions.take(area, words(area, text, positions.next(area)));
    positions.gap(area);
}

void DocumentBuilder::Impl::exact(schema::TermField field, std::string_view value) {
    const auto made = schema::term(field, value);
    if (made.size() == field->prefix.size()) return;  // nothing in it, or nothing that folding leaves
    terms.add(made, 0);
    set_has(field);
}

void DocumentBuilder::Impl::value(schema::NumberField field, double number) {
    indexed.doc.values[field->slot] = Xapian::sortable_serialise(number);
    set_has(field);
}

void DocumentBuilder::Impl::headers(const mail::Message& message, const store::Record& record) {
    area(Area::subject, message.subject);
    for (const std::string& name : mentions(message.subject)) exact(schema::field::mentions, name);
    area(Area::from, record.from);
    area(Area::author, record.author);
    for (const std::string& address : message.to) area(Area::to, address);
    for (const std::string& address : message.cc) area(Area::cc, address);
    for (const std::string& name : message.attachments) area(Area::attachment, name);
    for (const std::string& id : message.ids) exact(schema::field::id, id);
    for (const std::string& id : message.references) exact(schema::field::refs, id);
    exact(schema::field::pwid, message.patchwork_id);
    exact(schema::field::changeid, message.change_id);
    for (const std::string& tag : record.tags) exact(schema::field::tag, tag);
    terms.add(schema::term(schema::kContentPrefix, content_of(message)), 0);
    indexed.doc.values[schema::kSlotContent] = content_of(message);
}

void DocumentBuilder::Impl::states(const mail::Message& message, const patch::Patch& patch,
                                   const store::Record& record) {
    exact(schema::field::is, store::name(record.kind));
    // A QEMU pull request is the cover letter of its patches too.
    const bool covers = record.kind == store::MessageKind::pull && patch.tag.part == 0u && patch.tag.total;
    if (covers) exact(schema::field::is, "cover");
    // `Re: ...` with a diff: whoever looks for what was said finds it, and whoever looks for what was posted can leave
    // it out.
    if (patch.tag.reply && record.kind == store::MessageKind::patch) exact(schema::field::is, "reply");
    if (patch.tag.rfc) exact(schema::field::is, "rfc");
    if (patch.tag.resend) exact(schema::field::is, "resend");
    if (is_bot(message.sender())) exact(schema::field::is, "bot");
    if (message.html) exact(schema::field::is, "html");
    if (!message.defects.empty() || patch.cut_short || patch.corrupt) exact(schema::field::is, "damaged");
    if (!message.truncated && !truncated && !patch.over_limit) return;
    exact(schema::field::is, "truncated");
    signed_words.doubt();
}

void DocumentBuilder::Impl::prose(Area area, std::string_view text, std::size_t offset) {
    positions.take(area, words_of_line(area, text, positions.next(area), offset));
    if (area == Area::quoted) return;
    for (const std::string& name : mentions(text))
        if (!full()) exact(schema::field::mentions, name);
}

// What no area holds of a line, so that no word of the text is in no term.
void DocumentBuilder::Impl::rest(const Line& line, std::string_view text, std::string_view content) {
    if (line.kind == LineKind::binary) {
        signed_words.doubt();
        return terms.add(std::string(schema::kRestPrefix), 0);
    }
    const auto in = patch::area_of(line.kind);
    const bool has_area = in && *in != Area::path;
    auto left_out = line.of(text);
    if (has_area && !content.empty())
        left_out = left_out.substr(0, static_cast<std::size_t>(content.data() - left_out.data()));
    if (has_area && content.size() == line.size) return;
    analyzer.analyze(left_out, [&](const tokens::Token& token) {
        if (full() || token.part) return;
        signed_words.finder().word(token);
        term.assign(schema::kRestPrefix);
        term += token.term;
        terms.add(term, 0);
    });
}

void DocumentBuilder::Impl::body(std::string_view text, const std::vector<Line>& lines) {
    LineKind last = LineKind::blank;
    for (const Line& line : lines) {
        if (full()) return;
        const auto in = patch::area_of(line.kind);
        if (line.kind == LineKind::blank) continue;
        const bool diff = line.kind == LineKind::header || (in && (schema::bit(*in) & schema::kDiff) != 0);
        const auto whole = line.of(text), content = patch::content_of(line, text);
        const auto offset = content.empty() ? 0 : static_cast<std::size_t>(content.data() - whole.data());
        signed_words.finder().begin(whole);
        rest(line, text, content);
        if (diff) {
            patch::place_diff_line(line, text, positions,
                                   [&](Area area, std::string_view words_of, std::uint32_t first) {
                                       return words_of_line(area, words_of, first, offset);
                                   });
        } else if (in && *in != Area::path) {
            if (last != line.kind) positions.gap(*in);
            prose(*in, content, offset);
        }
        signed_words.finder().end();
        last = line.kind;
    }
}

void DocumentBuilder::Impl::trailer(const patch::Trailer& trailer, std::uint32_t& position) {
    const auto name = text::fold(trailer.name);
    const auto prefix = schema::trailer_prefix(name);
    if (prefix.size() > schema::kMaxTerm / 2) return;
    signed_words.finder().begin(trailer.value);
    position += tokens::Positions::kGap + analyzer.analyze(trailer.value, [&](const tokens::Token& token) {
        word(prefix, token, position, false);
        signed_words.finder().word(token);
    });
    signed_words.finder().end();
    terms.add(schema::has_trailer_term(name), 0);
    set_has(schema::field::trailer);
}

// What b4 and `git format-patch --base` say of where a patch belongs. b4 writes `prerequisite-change-id: ID:v2`.
void DocumentBuilder::Impl::footer(const patch::Trailer& trailer) {
    const auto name = text::fold(trailer.name);
    auto value = std::string_view(trailer.value).substr(0, trailer.value.find_first_of(" \t"));
    if (name == "change-id") exact(schema::field::changeid, value);
    if (name == "base-commit") exact(schema::field::base, value);
    if (!name.starts_with("prerequisite-")) return;
    if (value.starts_with('<') && value.ends_with('>')) value = value.substr(1, value.size() - 2);
    exact(schema::field::prereq, value);
    if (name == "prerequisite-change-id") exact(schema::field::prereq, value.substr(0, value.rfind(":v")));
}

void DocumentBuilder::Impl::path(std::string_view path, bool partial) {
    if (path.empty()) return;
    std::uint32_t last = path_position;
    for (const auto& component : patch::path_terms(path, partial)) {
        const auto prefix = component.exact ? schema::kExactPathPrefix : schema::kPathPrefix;
        last = path_position + component.position + 1;
        terms.add(schema::term(prefix, component.text), 0, last);
    }
    path_position = last + tokens::Positions::kGap;
    set_has(schema::field::file);
    area(Area::path, path);
}

void DocumentBuilder::Impl::file(const patch::FileChange& change) {
    if (full()) return;
    path(change.path, change.partial);
    path(change.old, change.partial);
    exact(schema::field::op, patch::name(change.op));
    if (change.mode_changed) exact(schema::field::op, "mode");
    if (change.binary) exact(schema::field::op, "binary");
}

void DocumentBuilder::Impl::numbers(const patch::Patch& patch, const store::Record& record) {
    if (record.date) value(schema::field::date, static_cast<double>(*record.date));
    set_has(schema::field::size);
    if (!record.files.empty()) value(schema::field::files, static_cast<double>(record.files.size()));
    if (patch.adds) value(schema::field::adds, *patch.adds);
    if (patch.dels) value(schema::field::dels, *patch.dels);
    if (record.version) value(schema::field::version, *record.version);
    if (record.part) value(schema::field::part, *record.part);
    if (record.total) value(schema::field::total, *record.total);
    indexed.doc.values[schema::kSlotOrder] = order_key(record.date, record.id, indexed.doc.value(schema::kSlotContent));
}

void DocumentBuilder::Impl::presence() {
    for (const schema::Field& field : schema::kFields)
        if ((field.areas & present) != 0 || has[schema::index_of(field)]) terms.add(schema::has_term(field), 0);
}

Indexed DocumentBuilder::build(const mail::Message& message, const patch::Patch& patch, const store::Origins& origins) {
    Impl& impl = *impl_;
    impl.start();
    const auto record = make_record(message, patch);
    impl.headers(message, record);
    for (const patch::FileChange& change : record.files) impl.file(change);
    std::uint32_t position = 0;
    for (const patch::Trailer& trailer : record.trailers) impl.trailer(trailer, position);
    for (const patch::Trailer& trailer : record.trailers) impl.footer(trailer);
    for (const std::string& blob : patch.blobs) impl.exact(schema::field::blob, blob);
    const auto patch_ids = patch_ids_of(message, patch);
    for (const std::string& id : patch_ids) impl.exact(schema::field::patchid, id);
    auto& values = impl.indexed.doc.values;
    if (!patch_ids.empty()) values[schema::kSlotPatchId] = *std::ranges::min_element(patch_ids);
    values[schema::kSlotFact] = relate::encode(fact_of(message, patch, record, patch_ids));
    impl.body(message.body, patch.lines);
    impl.states(message, patch, record);
    impl.numbers(patch, record);
    if (message.received) impl.value(schema::field::received, static_cast<double>(*message.received));
    impl.presence();
    Indexed out = std::move(impl.indexed);
    impl.terms.give(out);
    impl.signed_words.give(out.positions);
    set_origins(out, record, origins);
    return out;
}

void set_origins(Indexed& message, store::Record record, const store::Origins& origins) {
    const store::Copy& shown = origins.copies.front();
    record.digest = shown.digest;
    record.size = shown.size;
    record.lists = origins.lists();
    record.archives.clear();
    for (const auto archive : origins.archives()) record.archives.push_back(store::key_name(archive));
    glass::Document& doc = message.doc;
    doc.terms.cut(message.own_terms);
    for (const std::string& name : origins.names()) doc.terms.add(schema::term(schema::kOriginPrefix, name), 0);
    for (const std::string& term : list_terms(record)) doc.terms.add(term, 0);
    doc.values[schema::kSlotOrigins] = origins.encode();
    doc.values[schema::kSlotText] = shown.location.encode();
    doc.values[schema::kSlotSize] = Xapian::sortable_serialise(static_cast<double>(shown.size));
    doc.data = store::encode(record);
}

}  // namespace patchseek::document
