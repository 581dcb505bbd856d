#include "foreign_syntax.hpp"

#include <algorithm>
#include <array>

#include "patchseek/text/code_point.hpp"

namespace patchseek::query {
namespace {

/// A '%' stands for the value.
struct Habit {
    std::string_view name, here;
};
// clang-format off
/// Of git, notmuch, mu, public-inbox, patchwork, code search and web mail, by what they mean here.
constexpr auto kHabits = std::to_array<Habit>({
    {"title", "subject:"}, {"topic", "subject:"}, {"header", "subject:"},
    {"sender", "from:"}, {"submitter", "from:"}, {"poster", "from:"},
    {"committer", "author:"}, {"writer", "author:"}, {"by", "author:"}, {"user", "author:"},
    {"recipient", "tc:"}, {"recip", "tc:"}, {"rcpt", "tc:"}, {"deliveredto", "tc:"}, {"bcc", "tc:"},
    {"contact", "tcf:"}, {"involves", "tcf:"}, {"participants", "tcf:"}, {"people", "tcf:"},
    {"text", "body:"}, {"content", "body:"}, {"contents", "body:"}, {"comment", "body:"}, {"comments", "body:"},
    {"grep", "log:"}, {"message", "log:"}, {"msg", "log:"}, {"commitmsg", "log:"}, {"description", "log:"},
    {"quote", "quoted:"},
    {"add", "added:"}, {"plus", "added:"}, {"insert", "added:"}, {"inserted", "added:"}, {"dfplus", "added:"},
    {"del", "removed:"}, {"delete", "removed:"}, {"deleted", "removed:"}, {"remove", "removed:"}, {"minus", "removed:"},
    {"diff", "changed:"}, {"patch", "changed:"}, {"change", "changed:"}, {"code", "changed:"},
    {"ctx", "context:"},
    {"function", "func:"}, {"fn", "func:"}, {"symbol", "func:"}, {"hunkheader", "func:"},
    {"filename", "file:"}, {"pathname", "file:"}, {"filepath", "file:"}, {"touches", "file:"}, {"name", "file:"},
    {"dir", "file:%/"}, {"directory", "file:%/"}, {"subtree", "file:%/"},
    {"extension", "file:*.%"}, {"ext", "file:*.%"}, {"filetype", "file:*.%"},
    {"msgid", "id:"}, {"messageid", "id:"}, {"message-id", "id:"}, {"rfc822msgid", "id:"}, {"mail", "id:"},
    {"ref", "refs:"}, {"in-reply-to", "refs:"}, {"inreplyto", "refs:"}, {"irt", "refs:"}, {"parent", "refs:"},
    {"list-id", "list:"}, {"listid", "list:"}, {"mailinglist", "list:"}, {"ml", "list:"}, {"project", "list:"},
    {"commit", "mentions:"}, {"sha", "mentions:"}, {"hash", "mentions:"}, {"oid", "mentions:"}, {"rev", "mentions:"},
    {"bug", "mentions:"}, {"cve", "mentions:cve-%"}, {"issue", "mentions:"}, {"mention", "mentions:"},
    {"object", "blob:"}, {"index", "blob:"},
    {"patch-id", "patchid:"}, {"pid", "patchid:"},
    {"changeid", "trailer:change-id:"}, {"change-id", "trailer:change-id:"},
    {"signed-off-by", "signed:"}, {"signedoffby", "signed:"}, {"sob", "signed:"}, {"signoff", "signed:"},
    {"reviewed-by", "reviewed:"}, {"reviewedby", "reviewed:"}, {"reviewer", "reviewed:"}, {"review", "reviewed:"},
    {"acked-by", "acked:"}, {"ackedby", "acked:"}, {"ack", "acked:"},
    {"tested-by", "tested:"}, {"testedby", "tested:"}, {"tester", "tested:"},
    {"reported-by", "reported:"}, {"reportedby", "reported:"}, {"reporter", "reported:"},
    {"suggested-by", "suggested:"}, {"suggestedby", "suggested:"},
    {"fix", "fixes:"}, {"fixed", "fixes:"}, {"resolves", "closes:"}, {"url", "link:"},
    {"after", "since:"}, {"newer", "since:"}, {"from-date", "since:"}, {"start", "since:"},
    {"older", "before:"}, {"until", "before:"}, {"end", "before:"}, {"to-date", "before:"},
    {"created", "date:"}, {"sent", "date:"}, {"year", "date:"}, {"month", "date:"}, {"when", "date:"}, {"day", "date:"},
    {"larger", "size:%.."}, {"bigger", "size:%.."}, {"smaller", "size:..%"}, {"bytes", "size:"},
    {"version", "v:"}, {"ver", "v:"}, {"revision", "v:"}, {"number", "part:"}, {"nr", "part:"},
    {"type", "is:"}, {"kind", "is:"}, {"state", "is:"}, {"has", "%:*"}, {"filter", "is:"},
    {"literal", "lit:"}, {"exact", "lit:"}, {"regex", "re:/%/"}, {"regexp", "re:/%/"}, {"rx", "re:/%/"},
});
struct Value {
    std::string_view field, said, meant;
};
constexpr auto kValues = std::to_array<Value>({
    {"is", "patches", "patch"}, {"is", "pr", "pull"}, {"is", "pullrequest", "pull"}, {"is", "pull-request", "pull"},
    {"is", "merge", "pull"}, {"is", "coverletter", "cover"}, {"is", "cover-letter", "cover"}, {"is", "intro", "cover"},
    {"is", "re", "reply"}, {"is", "answer", "reply"}, {"is", "response", "reply"}, {"is", "review", "reply"},
    {"is", "replies", "reply"}, {"is", "comment", "reply"}, {"is", "resent", "resend"}, {"is", "broken", "damaged"},
    {"is", "cut", "truncated"}, {"is", "diff", "patch"}, {"is", "commit", "patch"}, {"is", "request-for-comments", "rfc"},
    {"op", "add", "create"}, {"op", "added", "create"}, {"op", "new", "create"}, {"op", "a", "create"}, {"op", "created", "create"},
    {"op", "remove", "delete"}, {"op", "removed", "delete"}, {"op", "rm", "delete"}, {"op", "d", "delete"}, {"op", "deleted", "delete"},
    {"op", "move", "rename"}, {"op", "moved", "rename"}, {"op", "mv", "rename"}, {"op", "r", "rename"}, {"op", "renamed", "rename"},
    {"op", "cp", "copy"}, {"op", "copied", "copy"}, {"op", "chmod", "mode"}, {"op", "permission", "mode"}, {"op", "bin", "binary"},
});
// clang-format on
/// `index`, `folder` and the like of mail programs; what they name is in no mail.
constexpr auto kMailbox =
    std::to_array<std::string_view>({"kw", "label", "labels", "flag", "folder", "maildir", "mailbox", "category",
                                     "prio", "priority", "property", "lastmod", "mimetype", "mime", "keyword"});

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, text::ascii_lower, text::ascii_lower);
}

}  // namespace

std::optional<std::string> written_here(std::string_view name, std::string_view value) {
    const auto habit = std::ranges::find_if(kHabits, [&](const Habit& h) { return same(h.name, name); });
    if (habit != kHabits.end()) {
        std::string out(habit->here);
        if (const auto place = out.find('%'); place != out.npos) out.replace(place, 1, value);
        return out;
    }
    // Trailers that have no field of their own end like these.
    const bool trailer = name.size() > 3 && (same(name.substr(name.size() - 3), "-by") || same(name, "depends-on"));
    if (!trailer) return std::nullopt;
    std::string out = "trailer:";
    for (const char c : name) out += text::ascii_lower(c);
    return out + ':';
}

bool is_mailbox_field(std::string_view name) {
    return std::ranges::any_of(kMailbox, [&](std::string_view other) { return same(other, name); });
}

std::optional<std::string_view> meant_value(std::string_view field, std::string_view value) {
    for (const Value& one : kValues)
        if (one.field == field && same(one.said, value)) return one.meant;
    return std::nullopt;
}

std::optional<std::string> meant_number(std::string_view text) {
    const auto digits_of = [](std::string_view from) {
        const auto end = std::min(from.find_first_not_of("0123456789"), from.size());
        // Longer ones are no number that anybody means.
        return end < 16 ? from.substr(0, end) : std::string_view();
    };
    const auto first = text.find_first_of("0123456789");
    if (first > 2) return std::nullopt;
    const auto sign = text.substr(0, first), digits = digits_of(text.substr(first));
    if (digits.empty()) return std::nullopt;
    std::string number(digits);
    const auto rest = text.substr(first + digits.size());
    if (!rest.empty() && std::string_view("kKmMgG").find(rest.front()) != rest.npos) number += rest.front();
    const bool whole = rest.empty() || same(rest, "kb") || same(rest, "mb") || same(rest, "gb") || same(rest, "kib") ||
                       same(rest, "b") || same(rest, "bytes") || number.size() > digits.size();
    if (sign == ">=" || text.ends_with('+')) return number + "..";
    if (sign == "<=") return ".." + number;
    const bool plain = number.size() == digits.size();
    const auto value = std::stoll(std::string(digits));
    if (sign == ">") return plain ? std::to_string(value + 1) + ".." : number + "..";
    if (sign == "<") return plain && value > 0 ? ".." + std::to_string(value - 1) : ".." + number;
    if (const auto dash = text.find_first_of("-:"); sign.empty() && dash != text.npos) {
        const auto end = digits_of(text.substr(dash + 1));
        return end.empty() ? std::nullopt : std::optional(number + ".." + std::string(end));
    }
    const bool letter = sign.size() == 1 && text::is_ascii_letter(sign.front());
    if (sign.empty() || sign == "=" || sign == "==" || letter)
        return whole || text.find('/') != text.npos ? std::optional(number) : std::nullopt;
    return std::nullopt;
}

}  // namespace patchseek::query
