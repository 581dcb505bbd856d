// SPDX-License-Identifier: GPL-2.0-or-later
// with_indented() of trailers.hpp, names_sender() of patch.hpp.
#include <algorithm>
#include <set>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/text/fold.hpp"
#include "trailers.hpp"

namespace patchseek::patch {
namespace {

struct Mailbox {
    std::set<std::string> words;  ///< of the name, folded
    std::string address;          ///< folded
};

/// `Name <address> # remark`, or an address alone.
Mailbox mailbox_of(std::string_view text) {
    const auto open = text.find('<'), close = text.find('>', std::min(open, text.size()));
    if (close == text.npos) return {{}, text::fold(trim(text.substr(0, text.find(" #"))))};
    Mailbox out{{}, text::fold(trim(text.substr(open + 1, close - open - 1)))};
    const auto name = text::fold(text.substr(0, open));
    constexpr std::string_view kBetween = " \t\"',.;()[]";
    for (std::size_t begin = 0, end = 0; end < name.size(); begin = end + 1) {
        end = std::min(name.find_first_of(kBetween, begin), name.size());
        if (end > begin) out.words.insert(name.substr(begin, end - begin));
    }
    return out;
}

bool is_prose(LineKind kind) noexcept {
    return kind == LineKind::log || kind == LineKind::notes || kind == LineKind::trailer || kind == LineKind::envelope;
}

/// The lines above the log in what git log and git show print.
bool is_log_header(std::string_view s) noexcept {
    for (const auto start : {"commit ", "author:", "authordate:", "commit:", "commitdate:", "date:", "merge:"})
        if (starts_with_any_case(s, start)) return true;
    return false;
}

bool is_sign_off(std::string_view name) noexcept {
    return starts_with_any_case(name, "signed-off") || starts_with_any_case(name, "co-");
}

/// Indented lines that are nothing but trailers, in one paragraph.
class Blocks {
public:
    Blocks(std::string_view text, const std::vector<Line>& lines, std::string_view from)
        : text_(text), from_(from), out_(lines) {}

    /// Empty where no line is one.
    std::vector<Line> marked() {
        bool found = false;
        for (std::size_t i = 0; i < out_.size();) {
            auto end = i;
            while (end < out_.size() && trailer_at(end)) ++end;
            if (end > i && stands_alone(i, end)) found = mark(i, end) || found;
            i = std::max(end, i + 1);
        }
        return found ? std::move(out_) : std::vector<Line>();
    }

private:
    bool is_indented(std::size_t i) const { return out_[i].size > 0 && is_space(text_[out_[i].begin]); }
    std::optional<TrailerLine> trailer_at(std::size_t i) const {
        if (out_[i].kind == LineKind::trailer || !is_prose(out_[i].kind) || !is_indented(i)) return std::nullopt;
        const auto t = parse_trailer_line(trim(out_[i].of(text_)));
        return t && t->known ? t : std::nullopt;
    }

    /// What is above, but for blank lines, is neither indented nor the header of a log; nothing indented is below.
    bool stands_alone(std::size_t begin, std::size_t end) const {
        if (end < out_.size() && is_prose(out_[end].kind) && is_indented(end)) return false;
        auto above = begin;
        while (above > 0 && out_[above - 1].kind == LineKind::blank) --above;
        if (above == 0 || !is_prose(out_[above - 1].kind)) return true;
        return !is_indented(above - 1) && !is_log_header(out_[above - 1].of(text_));
    }

    bool mark(std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i)
            if (is_sign_off(trailer_at(i)->name)) return false;
        bool found = false;
        for (auto i = begin; i < end; ++i) {
            const auto t = *trailer_at(i);
            if (!t.certain || !gives_credit(t.name) || !names_sender(t.value, from_)) continue;
            Line& line = out_[i];
            const auto indent = static_cast<std::uint32_t>(t.name.data() - line.of(text_).data());
            line = {LineKind::trailer, line.begin + indent, line.size - indent, line.file};
            found = true;
        }
        return found;
    }

    std::string_view text_, from_;
    std::vector<Line> out_;
};

}  // namespace

bool names_sender(std::string_view value, std::string_view from) {
    const auto named = mailbox_of(value), sender = mailbox_of(from);
    if (named.address == sender.address && !named.address.empty()) return true;
    const auto& less = named.words.size() < sender.words.size() ? named.words : sender.words;
    const auto& more = &less == &named.words ? sender.words : named.words;
    const bool enough = less.size() >= 2 || (!less.empty() && less.size() == more.size());
    return enough && std::ranges::includes(more, less);
}

std::vector<Line> with_indented(std::string_view text, const std::vector<Line>& lines, std::string_view from) {
    const auto may_be = [&](const Line& line) {
        return is_prose(line.kind) && line.size > 0 && is_space(text[line.begin]) &&
               contains_any_case(line.of(text), "-by:");
    };
    if (from.empty() || std::ranges::none_of(lines, may_be)) return {};
    return Blocks(text, lines, from).marked();
}

}  // namespace patchseek::patch
