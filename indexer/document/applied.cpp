// SPDX-License-Identifier: GPL-2.0-or-later
#include "applied.hpp"

#include <algorithm>
#include <utility>

#include "notices.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/subject_tag.hpp"
#include "sentences.hpp"

namespace patchseek::document {
namespace {

using patch::LineKind;

constexpr std::size_t kLongestTree = 63;
/// Parts that one mail names.
constexpr std::size_t kMostParts = 300;

// The id that a link to a commit ends in: ".../c/ID", ".../commit/ID", "...?id=ID".
std::string linked_commit(std::string_view line) {
    if (!line.starts_with("http")) return {};
    line = line.substr(0, line.find_first_of(" \t<>)"));
    const auto cut = line.find_last_of("/=");
    if (cut == line.npos || !is_commit(line.substr(cut + 1))) return {};
    const auto head = line.substr(0, cut + 1);
    const bool known = head.ends_with("/c/") || head.ends_with("/commit/") || head.ends_with("id=");
    return known ? lowered(line.substr(cut + 1)) : std::string();
}

/// What the line below a title says of it.
struct Fate {
    bool taken;
    std::string commit;
};
std::optional<Fate> fate_in(std::string_view line) {
    if (line == "(no commit info)") return Fate{true, {}};
    if (line == "(no matching commit)") return Fate{false, {}};
    if (eat(line, "commit: ")) return is_commit(line) ? std::optional(Fate{true, lowered(line)}) : std::nullopt;
    if (auto commit = linked_commit(line); !commit.empty()) return Fate{true, std::move(commit)};
    return std::nullopt;
}

/// Reads the lines of a mail, those that are not quoted.
class Reading {
public:
    std::optional<Applied> result() && {
        end_paragraph();
        if (listed_) {
            const bool has_commits =
                std::ranges::any_of(out_.parts, [](const Applied::Part& one) { return !one.commit.empty(); });
            if (has_commits) std::erase_if(out_.parts, [](const Applied::Part& one) { return one.commit.empty(); });
            if (out_.parts.empty()) return std::nullopt;
        } else if (!said_) {
            return std::nullopt;
        } else {
            out_.parts = said_->parts;
            out_.whole = said_->whole;
            out_.dropped = said_->dropped;
            out_.except = said_->except;
        }
        if (out_.tree.empty() && said_) out_.tree = said_->tree;
        return std::move(out_);
    }

    void add(std::string_view raw) {
        const auto line = trim(raw);
        if (line.empty()) return end_paragraph();
        read_list(line);
        read_tree(line);
        if (paragraph_.size() < 2000) (paragraph_ += paragraph_.empty() ? "" : " ") += line;
        before_ = std::string(line.substr(0, 1000));
    }

    void end_paragraph() {
        for (std::string_view rest = paragraph_; !rest.empty();) {
            const auto size = sentence_size(rest);
            if (auto said = applied_in(rest.substr(0, size))) say(std::move(*said));
            rest.remove_prefix(size);
        }
        paragraph_.clear();
    }

private:
    // The first that says it counts, and of those that follow only more numbers.
    void say(Applied said) {
        if (!said_) {
            said_ = std::move(said);
            return;
        }
        const bool more = said.parts.front().part != 0 && said_->parts.front().part != 0 &&
                          said.dropped == said_->dropped && said_->parts.size() + said.parts.size() <= kMostParts;
        if (more) said_->parts.insert(said_->parts.end(), said.parts.begin(), said.parts.end());
    }

    // Up to a sign that ends a sentence, a dash or a bracket, with blanks around it.
    static std::size_t sentence_size(std::string_view text) {
        for (std::size_t at = 0; at + 1 < text.size(); ++at) {
            const bool ends = std::string_view(".!?;:").find(text[at]) != std::string_view::npos;
            if (ends && is_space(text[at + 1])) return at + 1;
            if (is_space(text[at]) && (text.substr(at + 1).starts_with("- ") || text[at + 1] == '(')) return at + 1;
        }
        return text.size();
    }

    void read_list(std::string_view line) {
        const auto fate = fate_in(line);
        if (!fate) return;
        std::string_view title = before_;
        if (title.ends_with(':') && title.find("been merged into ") != title.npos) {
            listed_ = true;
            out_.parts.push_back({{}, 0, 0, fate->commit});
            out_.tree = short_tree(title.substr(title.find("been merged into ") + 17));
            return;
        }
        const bool dash = eat(title, "- ");
        if (!dash && !title.starts_with('[')) return;
        const auto tag = patch::parse_subject(title);
        if (tag.title.empty() || (!dash && !tag.total)) return;  // "[1]" above a link is a footnote
        listed_ = true;
        if (fate->taken && out_.parts.size() < kMostParts)
            out_.parts.push_back({tag.title, tag.part.value_or(0), tag.total.value_or(0), fate->commit});
    }

    void read_tree(std::string_view line) {
        constexpr std::string_view kWasApplied = " was applied to ";
        if (const auto at = line.find(kWasApplied); line.starts_with("This ") && at != line.npos)
            out_.tree = short_tree(line.substr(at + kWasApplied.size()));
        const bool link = line.starts_with("http") && linked_commit(line).empty() && line.find(".git") != line.npos;
        if (eat(line, "tree:") || (link && before_.ends_with("pplied to"))) out_.tree = short_tree(trim(line));
        if (eat(line, "branch:") && !out_.tree.empty())
            out_.tree = (out_.tree + " (" + std::string(trim(line)) + ')').substr(0, kLongestTree);
    }

    Applied out_;
    std::optional<Applied> said_;
    bool listed_ = false;
    std::string before_;
    std::string paragraph_;
};

}  // namespace

std::optional<Applied> applied_of(std::string_view body, const std::vector<patch::Line>& lines) {
    Reading reading;
    for (const patch::Line& line : lines) {
        const auto text = line.of(body);
        if (text.starts_with("-- ") || trim_right(text) == "--") break;
        const bool prose = line.kind == LineKind::log || line.kind == LineKind::notes || line.kind == LineKind::trailer;
        if (prose)
            reading.add(text);
        else
            reading.end_paragraph();
    }
    return std::move(reading).result();
}

}  // namespace patchseek::document
