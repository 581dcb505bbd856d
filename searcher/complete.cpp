// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <map>

#include "actions.hpp"
#include "common.hpp"
#include "kept.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/schema/schema.hpp"

/// --complete: what may stand in a query where a word begins so. Shells ask while somebody types, so that nothing is
/// said of what goes wrong; and what comes out of mail is only offered if no shell and no terminal would do anything
/// with it but show it.
namespace patchseek {
namespace {

constexpr std::size_t kMost = 60;     ///< words offered
constexpr std::size_t kSample = 300;  ///< messages whose paths are looked at

bool is_harmless(std::string_view word) {
    constexpr std::string_view kSigns = "_./@:+=,-";
    return std::ranges::all_of(word, [&](char c) { return is_alnum(c) || kSigns.find(c) != kSigns.npos; });
}

/// Words and how often each was seen; most often first.
class Offers {
public:
    void add(std::string word, std::size_t times = 1) {
        if (is_harmless(word)) counts_[std::move(word)] += times;
    }
    void add(const Offers& others) {
        for (const auto& [word, times] : others.counts_) counts_[word] += times;
    }
    bool empty() const { return counts_.empty(); }
    std::vector<std::string> take() const {
        std::vector<std::pair<std::string, std::size_t>> all(counts_.begin(), counts_.end());
        std::ranges::stable_sort(all, std::greater<>(), [](const auto& one) { return one.second; });
        std::vector<std::string> out;
        for (std::size_t i = 0; i < std::min(all.size(), kMost); ++i) out.push_back(all[i].first);
        return out;
    }

private:
    std::map<std::string, std::size_t> counts_;
};

/// What a path may go on with behind what was typed: the rest of a folder's name, or of a file's.
void offer_path(const std::string& path, std::string_view typed, Offers& offers) {
    const bool exact = std::ranges::any_of(typed, is_upper);
    const std::string own = exact ? path : lowered(path);
    const bool anchored = typed.starts_with('/');
    const auto wanted = typed.substr(anchored ? 1 : 0);
    for (std::size_t at = 0; at < own.size();) {
        if (std::string_view(own).substr(at).starts_with(wanted)) {
            const auto slash = path.find('/', at + wanted.size());
            const auto end = slash == path.npos ? path.size() : slash + 1;
            offers.add(std::string(typed) + path.substr(at + wanted.size(), end - at - wanted.size()));
        }
        if (anchored || wanted.empty()) return;
        at = own.find('/', at);
        if (at != own.npos) ++at;
    }
}

/// Offers the paths of a sample of the messages that match.
void look_at(search::Index& index, const std::string& query, std::string_view typed, Offers& offers) {
    reader::Request request;
    request.query = query;
    request.limit = kSample;
    request.timeout = 1;
    request.advice = false;
    const auto answer = search_in_time(index, request);
    if (!answer) return;
    for (const reader::Hit& hit : answer->page.hits)
        for (const patch::FileChange& file : hit.record.files)
            if (!file.partial) offer_path(file.path, typed, offers);
}

Offers paths(search::Index& index, const std::string& field, const std::string& typed) {
    Offers out;
    if (!is_harmless(typed)) return out;
    const std::string begin = field + ':' + typed, folder = typed.substr(0, typed.rfind('/') + 1);
    // The names in a folder are found without looking through all names there are.
    if (typed.empty() || folder == typed)
        look_at(index, folder.size() <= 1 ? field + ":*" : begin, typed, out);
    else if (folder.size() > 1)
        look_at(index, field + ':' + folder, typed, out);
    if (out.empty() && folder != typed) look_at(index, begin + "* OR " + begin + "*/", typed, out);
    return out;
}

/// The prefixes of a field's words, where these are few enough to choose from: persons, lists, tags.
std::vector<std::string> prefixes_of(const schema::Field& field) {
    constexpr auto kPersons = schema::bit(schema::Area::from) | schema::bit(schema::Area::author) |
                              schema::bit(schema::Area::to) | schema::bit(schema::Area::cc);
    std::vector<std::string> out;
    if (field.kind == schema::FieldKind::text && (field.areas & ~kPersons) == 0)
        for (const schema::AreaInfo& area : schema::kAreaTable)
            if (field.areas & schema::bit(area.area)) out.emplace_back(area.prefix);
    const bool by = field.kind == schema::FieldKind::trailer && field.prefix.ends_with("-by:");
    if (by || &field == schema::field::list || field.prefix == "XTAG:") out.emplace_back(field.prefix);
    return out;
}

std::vector<std::string> values(const std::string& name, const std::string& typed, const Options& options) {
    if (name == "saved") {
        std::vector<std::string> out;
        if (const auto kept = kept_queries())
            for (const KeptQuery& query : *kept) out.push_back(query.name);
        return out;
    }
    const schema::Field* field = schema::find_field(name);
    if (!field) return {};
    if (!field->values.empty()) return {field->values.begin(), field->values.end()};
    Offers offers;
    if (&*field == schema::field::list)
        for (const auto& [own, id] : options.lists) offers.add(own);
    const auto prefixes = prefixes_of(*field);
    if (field->kind != schema::FieldKind::path && prefixes.empty()) return {};
    const auto look = [&](reader::Sources sources) {
        sources.take_what_is_ready();
        auto index = search::Index::open(std::move(sources));
        if (!index) return false;
        if (field->kind == schema::FieldKind::path) offers.add(paths(*index, name, typed));
        for (const std::string& prefix : prefixes)
            for (const auto& [value, messages] : index->values(prefix, lowered(typed))) offers.add(value, messages);
        return true;
    };
    // To put several together takes too long for somebody who types: each alone knows its words.
    if (!look(options.indexes))
        for (const auto& index : options.indexes) look(index);
    return offers.take();
}

}  // namespace

int run_complete(const Options& options) {
    std::string_view word = options.query;
    const auto signs = std::min(word.find_first_not_of("-+("), word.size());
    const std::string lead(word.substr(0, signs));
    word.remove_prefix(signs);
    std::string out;
    const auto add = [&](std::string_view candidate) {
        if (starts_with_any_case(candidate, word)) out += lead + std::string(candidate) + '\n';
    };
    const auto colon = word.find(':');
    if (colon == word.npos) {
        for (const schema::Field& field : schema::kFields) add(std::string(field.name) + ':');
        add("saved:");
    } else {
        const std::string name(word.substr(0, colon));
        for (const std::string& value : values(name, std::string(word.substr(colon + 1)), options))
            add(name + ':' + value);
    }
    return run_print(out);
}

}  // namespace patchseek
