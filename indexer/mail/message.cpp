// SPDX-License-Identifier: GPL-2.0-or-later
#include "message.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <unordered_set>

#include "address.hpp"
#include "body.hpp"
#include "charset.hpp"
#include "date.hpp"
#include "header.hpp"
#include "limits.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/encoding.hpp"

namespace patchseek::mail {
namespace {

// Ids that patchseek makes up: nobody can own this name (RFC 2606).
constexpr std::string_view kMadeUpDomain = "@patchseek.invalid";
constexpr std::size_t kMadeUpDigits = 40;

// A byte order mark and blank lines, which tools leave before a header.
std::string_view without_lead(std::string_view raw) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (raw.starts_with(kByteOrderMark)) raw.remove_prefix(kByteOrderMark.size());
    return raw.substr(std::min(raw.find_first_not_of("\r\n"), raw.size()));
}

std::optional<std::int64_t> date_of_received(const HeaderBlock& header) {
    for (const auto value : header.find_all("Received")) {
        const auto semicolon = value.rfind(';');
        if (semicolon == value.npos) continue;
        if (const auto date = decode_date(value.substr(semicolon + 1))) return date;
    }
    return std::nullopt;
}

std::optional<std::int64_t> date_of(const HeaderBlock& header) {
    for (const auto value : header.find_all("Date"))
        if (const auto date = decode_date(value)) return date;
    return date_of_received(header);
}

std::vector<std::string> ids_of(const HeaderBlock& header) {
    std::vector<std::string> out;
    for (const auto value : header.find_all("Message-ID"))
        for (std::string& id : decode_ids(value))
            if (std::ranges::find(out, id) == out.end()) out.push_back(std::move(id));
    return out;
}

/// The addresses of a header's fields, each field decoded once.
class Addresses {
public:
    explicit Addresses(const HeaderBlock& header) : header_(header) {}
    /// Of a field of the header; valid as long as this object.
    const std::vector<std::string>& of(std::string_view value) {
        const auto [it, is_new] = decoded_.try_emplace(value.data());
        if (is_new) it->second = decode_addresses(value);
        return it->second;
    }
    /// Of the first field of that name; empty if there is none.
    const std::vector<std::string>& of_first(std::string_view name) {
        static const std::vector<std::string> none;
        const auto value = header_.find(name);
        return value ? of(*value) : none;
    }
    std::string first(std::string_view name) {
        const auto& addresses = of_first(name);
        return addresses.empty() ? std::string() : addresses.front();
    }

private:
    const HeaderBlock& header_;
    std::map<const char*, std::vector<std::string>> decoded_;  // by where the field's value begins
};

// The two halves of "Name <address>"; a bare address has no name.
struct Person {
    std::string_view name, address;
};
Person person_of(std::string_view text) {
    const auto open = text.rfind('<');
    if (open == text.npos || !text.ends_with('>')) return {{}, text};
    const auto name = text.substr(0, open);
    return {name.substr(0, name.find_last_not_of(' ') + 1), text.substr(open + 1, text.size() - open - 2)};
}

// Lists that must satisfy DMARC send "Jane via list <list@…>", Google's "'Jane' via
// list", and leave Jane's own address in a header of theirs, in Reply-To or in Cc. Only
// a name that is hers tells in these two, or else an address that is not the list's.
std::string original_from(Addresses& people, const Message& message) {
    for (const char* name : {"X-Original-From", "X-Patchwork-Original-From"})
        if (auto address = people.first(name); !address.empty()) return address;
    const auto from = person_of(message.from);
    const auto via = from.name.rfind(" via ");
    if (via == from.name.npos) return {};
    auto name = from.name.substr(0, via);
    if (name.size() > 2 && name.starts_with('\'') && name.ends_with('\'')) name = name.substr(1, name.size() - 2);
    const auto& reply_to = people.of_first("Reply-To");
    for (const auto* addresses : {&reply_to, &message.cc})
        for (const std::string& address : *addresses)
            if (person_of(address).name == name) return address;
    if (reply_to.empty() || person_of(reply_to.front()).address == from.address) return {};
    return reply_to.front();
}

// What a reference must not be: the mail itself, or a person. Old git send-email wrote
// the answer to its prompt as an id, be it "y" or an address.
std::unordered_set<std::string_view> never_references(const Message& message) {
    std::unordered_set<std::string_view> out(message.ids.begin(), message.ids.end());
    out.insert(person_of(message.from).address);
    for (const auto* people : {&message.to, &message.cc})
        for (const std::string& person : *people) out.insert(person_of(person).address);
    return out;
}

void read_references(const HeaderBlock& header, Message& message) {
    const auto never = never_references(message);
    const auto read = [&](std::string_view value) {
        auto ids = decode_ids(value);
        std::erase_if(ids, [&](const std::string& id) { return !is_id(id) || never.contains(id); });
        return ids;
    };
    std::unordered_set<std::string> known;
    const auto add = [&](std::vector<std::string> ids, std::size_t most) {
        for (std::string& id : ids)
            if (message.references.size() < most && known.insert(id).second)
                message.references.push_back(std::move(id));
    };
    for (const auto value : header.find_all("References")) add(read(value), kMaxReferences - 1);
    if (const auto value = header.find("In-Reply-To")) {
        auto ids = read(*value);
        // The parent has a place of its own, and the last one: some mailers put it first.
        if (!ids.empty()) {
            std::erase(message.references, ids.front());
            known.erase(ids.front());
            std::rotate(ids.begin(), ids.begin() + 1, ids.end());
        }
        add(std::move(ids), kMaxReferences);
    }
}

std::string readable_headers(const HeaderBlock& header, Addresses& people) {
    static constexpr auto kShown = std::to_array<std::string_view>(
        {"From", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Reply-To", "List-Id",
         "Archived-At", "X-Patchwork-Id", "X-Patchwork-Submitter"});
    static constexpr auto kAddresses =
        std::to_array<std::string_view>({"From", "To", "Cc", "Reply-To", "X-Patchwork-Submitter"});
    std::string out;
    for (const auto name : kShown) {
        const auto values = header.find_all(name);
        if (values.empty()) continue;
        std::string text;
        if (std::ranges::find(kAddresses, name) == kAddresses.end()) {
            text = decode_text(values.front());
        } else {
            for (const auto value : values)
                for (const std::string& address : people.of(value)) text += (text.empty() ? "" : ", ") + address;
        }
        out += std::string(name) + ": " + text + "\n";
    }
    return out;
}

void read_header(const HeaderBlock& header, Message& message) {
    message.ids = ids_of(header);
    if (const auto subject = header.find("Subject")) message.subject = decode_text(*subject);
    Addresses people(header);
    if (const auto& senders = people.of_first("From"); !senders.empty()) {
        message.from = senders.front();
        message.more_from.assign(senders.begin() + 1, senders.end());
    }
    if (message.from.empty()) message.from = people.first("X-Patchwork-Submitter");
    for (const auto value : header.find_all("To")) std::ranges::copy(people.of(value), std::back_inserter(message.to));
    for (const auto value : header.find_all("Cc")) std::ranges::copy(people.of(value), std::back_inserter(message.cc));
    message.to.resize(std::min(message.to.size(), kMaxAddresses));
    message.cc.resize(std::min(message.cc.size(), kMaxAddresses));
    message.original_from = original_from(people, message);
    message.date = date_of(header);
    message.received = date_of_received(header);
    if (!message.received) message.received = message.date;
    read_references(header, message);
    for (const auto value : header.find_all("List-Id")) {
        // "Some words <list.example.org>"; without brackets, the whole value.
        const auto open = value.rfind('<');
        const auto close = value.rfind('>');
        const bool bracketed = open != value.npos && close != value.npos && close > open;
        auto list = decode_text(bracketed ? value.substr(open + 1, close - open - 1) : value);
        if (!list.empty() && std::ranges::find(message.lists, list) == message.lists.end())
            message.lists.push_back(std::move(list));
    }
    if (const auto pwid = header.find("X-Patchwork-Id")) message.patchwork_id = decode_text(*pwid);
    if (const auto change = header.find("X-Change-ID")) message.change_id = decode_text(*change);
    message.headers = readable_headers(header, people);
    message.truncated |= header.truncated;
    if (header.find("Date") && !message.date) message.defects.emplace_back("date cannot be read");
}

std::string key_of(const Message& message) {
    std::string content;
    for (const std::string& id : message.ids) content += id + '\n';
    content += message.subject + '\n' + message.from + '\n';
    if (message.date) content += std::to_string(*message.date);
    Hash hash(Hash::Algorithm::sha256);
    hash.add(content += '\n');
    // Blank lines at its end stand in one archive and not in another.
    const auto body = trim_right(message.body);
    hash.add(body);
    if (!body.empty()) hash.add("\n");  // as nearly every body ends, so that ids made of it stay what they were
    Digest digest;
    hash.value(digest.data());
    return hex(digest);
}

bool is_header(const HeaderBlock& header, std::string_view raw, bool titled) noexcept {
    static constexpr auto kStrong = std::to_array<std::string_view>(
        {"Received", "Content-Type", "MIME-Version", "Return-Path", "X-Patchwork-Id", "Delivered-To", "List-Id"});
    if (header.fields.empty() || header.fields.front().name.data() != raw.data()) return false;
    const bool strong =
        std::ranges::any_of(kStrong, [&](std::string_view name) { return header.find(name).has_value(); });
    if (strong) return true;
    // A text that is all trailers can have a Message-Id among them, and one of these alone be its in-body header.
    const auto has = [&](std::string_view name) { return header.find(name).has_value(); };
    const int count = has("From") + has("Date") + has("Subject") + has("Message-ID");
    return count > 2 || (count == 2 && !(titled && has("From") && has("Subject")));
}

}  // namespace

bool has_header(std::string_view raw, bool titled) noexcept { return is_header(parse_header_block(raw), raw, titled); }

Message parse(std::string_view raw, const Hints& hints) {
    Message message;
    message.digest = sha256_hex(raw);
    message.truncated = hints.cut;
    const auto text = without_lead(raw);
    auto header = parse_header_block(text);
    if (is_header(header, text, !hints.title.empty())) {
        header.body += raw.size() - text.size();
        read_header(header, message);
    } else {
        header = {};
    }
    if (message.subject.empty()) message.subject = to_utf8(hints.title, "");
    if (message.from.empty())
        for (const std::string& address : decode_addresses(hints.from)) {
            message.from = address;
            break;
        }
    Body body = decode_body(header, raw.substr(header.body));
    message.body = std::move(body.text);
    message.undecoded = undecoded_body(header, raw.substr(header.body));
    message.attachments = std::move(body.attachments);
    message.html = body.html;
    message.truncated |= body.truncated;
    for (std::string& defect : body.defects) message.defects.push_back(std::move(defect));
    message.content_key = key_of(message);
    if (message.ids.empty()) {
        message.made_up_id = true;
        message.ids.push_back(message.content_key.substr(0, kMadeUpDigits) + std::string(kMadeUpDomain));
    }
    if (message.headers.empty()) {
        if (!message.from.empty()) message.headers += "From: " + message.from + "\n";
        if (!message.subject.empty()) message.headers += "Subject: " + message.subject + "\n";
    }
    return message;
}

Brief parse_brief(std::string_view beginning) {
    Brief brief;
    beginning = without_lead(beginning);
    const auto header = parse_header_block(beginning);
    if (!is_header(header, beginning, false)) return brief;
    auto ids = ids_of(header);
    if (!ids.empty()) brief.id = std::move(ids.front());
    brief.date = date_of(header);
    return brief;
}

}  // namespace patchseek::mail
