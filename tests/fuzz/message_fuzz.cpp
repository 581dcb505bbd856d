// SPDX-License-Identifier: GPL-2.0-or-later
// Reading a message: whatever the bytes are, the answer has an id, is UTF-8 throughout, stays within the limits, and is
// the same each time; the brief look says what the long one says.
#include <string>
#include <vector>

#include "demand.hpp"
#include "mail/limits.hpp"
#include "mail/message.hpp"
#include "patchseek/text/visible.hpp"

namespace mail = patchseek::mail;

namespace {

void demand_utf8(const std::string& text) { demand(patchseek::text::valid_utf8(text) == text); }
void demand_utf8(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) demand_utf8(text);
}

void demand_same(const mail::Message& a, const mail::Message& b) {
    demand(a.ids == b.ids && a.made_up_id == b.made_up_id && a.digest == b.digest && a.content_key == b.content_key);
    demand(a.subject == b.subject && a.from == b.from && a.to == b.to && a.cc == b.cc && a.date == b.date);
    demand(a.references == b.references && a.lists == b.lists && a.headers == b.headers && a.body == b.body);
    demand(a.attachments == b.attachments && a.defects == b.defects && a.truncated == b.truncated);
    demand(a.html == b.html);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto raw = as_text(data, size);
    const mail::Message message = mail::parse(raw);
    demand(!message.ids.empty() && !message.digest.empty() && !message.content_key.empty());
    for (const std::string& id : message.ids) demand(!id.empty());
    demand_utf8(message.ids);
    demand_utf8(message.subject);
    demand_utf8(message.from);
    demand_utf8(message.original_from);
    demand_utf8(message.to);
    demand_utf8(message.cc);
    demand_utf8(message.references);
    demand_utf8(message.lists);
    demand_utf8(message.patchwork_id);
    demand_utf8(message.change_id);
    demand_utf8(message.body);
    demand_utf8(message.attachments);
    demand_utf8(message.headers);
    demand_utf8(message.defects);
    demand(message.body.size() <= mail::kMaxText && message.references.size() <= mail::kMaxReferences);
    demand(message.to.size() <= mail::kMaxAddresses && message.cc.size() <= mail::kMaxAddresses);
    demand_same(message, mail::parse(raw));

    const mail::Brief brief = mail::parse_brief(raw);
    demand(brief.id == (message.made_up_id ? std::string() : message.ids.front()));
    demand(brief.date == message.date);
    return 0;
}
