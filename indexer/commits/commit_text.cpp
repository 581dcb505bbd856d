// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "document/mentions.hpp"
#include "mail/charset.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::commits {
namespace {

using store::Commit;
using store::CommitReference;

constexpr std::size_t kLeastDigits = 7, kMostDigits = 40;

std::string cut(std::string_view text) {
    return text.size() <= Commit::kLongest ? std::string(text) : text::valid_utf8(text.substr(0, Commit::kLongest));
}

// The hex digits that a text begins with, folded; empty where they name no commit.
std::string id_at(std::string_view text) {
    const auto size = static_cast<std::size_t>(std::ranges::find_if_not(text, is_hex) - text.begin());
    const bool whole = size == text.size() || !(is_alnum(text[size]) || text[size] == '_');
    return whole && size >= kLeastDigits && size <= kMostDigits ? lowered(text.substr(0, size)) : std::string();
}

// Behind the words; empty where the line has them not, or no commit behind them.
std::string id_behind(std::string_view line, std::string_view words) {
    return starts_with_any_case(line, words) ? id_at(trim_left(line.substr(words.size()))) : std::string();
}

struct Phrase {
    std::string_view words;
    CommitReference kind;
};
// A line or a sentence begins so. git revert, git cherry-pick -x, and what stable trees of Linux write.
constexpr auto kPhrases = std::to_array<Phrase>({{"This reverts commit ", CommitReference::reverts},
                                                 {"This reverts ", CommitReference::reverts},
                                                 {"(cherry picked from commit ", CommitReference::picks},
                                                 {"(cherry-picked from commit ", CommitReference::picks},
                                                 {"(backported from commit ", CommitReference::picks},
                                                 {"[ Upstream commit ", CommitReference::picks},
                                                 {"[Upstream commit ", CommitReference::picks},
                                                 {"Upstream commit ", CommitReference::picks},
                                                 {"Upstream commit: ", CommitReference::picks},
                                                 {"commit upstream ", CommitReference::picks}});

class Reader {
public:
    CommitText read(std::string_view subject, std::string_view body) {
        out_.subject = cut(subject);
        for (std::string_view rest = body; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            read_line(trim(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        for (const patch::Trailer& trailer : patch::parse("", body).trailers) read_trailer(trailer);
        return std::move(out_);
    }

private:
    void refer(CommitReference kind, std::string id) {
        std::pair reference(kind, std::move(id));
        if (!reference.second.empty() && out_.references.size() < Commit::kMostNamed &&
            std::ranges::find(out_.references, reference) == out_.references.end())
            out_.references.push_back(std::move(reference));
    }

    void read_line(std::string_view line) {
        for (const Phrase& phrase : kPhrases)
            if (auto id = id_behind(line, phrase.words); !id.empty()) return refer(phrase.kind, std::move(id));
        // "commit 0123... upstream."
        constexpr std::string_view kCommit = "commit ", kUpstream = " upstream";
        const auto id = id_behind(line, kCommit);
        if (!id.empty() && starts_with_any_case(line.substr(kCommit.size() + id.size()), kUpstream))
            refer(CommitReference::picks, id);
    }

    void read_trailer(const patch::Trailer& trailer) {
        const auto name = lowered(trailer.name);
        if (name == "fixes") {
            const auto value = trim_left(trailer.value);
            refer(CommitReference::fixes,
                  starts_with_any_case(value, "commit ") ? id_behind(value, "commit ") : id_at(value));
        } else if (name == "link" || name == "message-id" || name == "message-id-hash" || name == "patch-link") {
            if (out_.messages.size() < Commit::kMostNamed) add_message(trailer.value);
        } else if (patch::gives_credit(name) && out_.trailers.size() < Commit::kMostNamed) {
            out_.trailers.emplace_back(cut(trailer.name), cut(trailer.value));
        }
    }

    void add_message(std::string_view value) {
        std::string id;
        if (value.find("://") != value.npos) {
            id = document::linked_id(value.substr(0, value.find_first_of(" \t>")));
        } else if (value.find('@') != value.npos) {
            const auto open = value.find('<');
            if (open != value.npos) value.remove_prefix(open + 1);
            id = trim(value.substr(0, value.find_first_of("> \t")));
        }
        if (!id.empty() && id.size() <= Commit::kLongest && std::ranges::find(out_.messages, id) == out_.messages.end())
            out_.messages.push_back(std::move(id));
    }

    CommitText out_;
};

}  // namespace

CommitText read_text(const archive::GitCommit& commit) {
    auto text = mail::to_utf8(commit.message, commit.encoding);
    const std::string_view all = text;
    const auto end = std::min(all.find("\n\n"), all.size());
    const auto subject = text::one_blank(all.substr(0, end));
    return Reader().read(subject, all.substr(std::min(end + 1, all.size())));
}

std::string read_name(const std::string& bytes, const archive::GitCommit& commit) {
    return cut(text::one_blank(mail::to_utf8(bytes, commit.encoding)));
}

}  // namespace patchseek::commits
