#include "record.hpp"

namespace patchseek::document {

using store::MessageKind;

MessageKind kind_of(const mail::Message& message, const patch::Patch& patch) {
    const bool reply = patch.tag.reply;
    if (patch.pull_request && !reply) return MessageKind::pull;
    if (patch.tag.part == 0u && patch.tag.total && !reply) return MessageKind::cover;
    if (!patch.files.empty()) return MessageKind::patch;
    if (reply || !message.references.empty()) return MessageKind::reply;
    return MessageKind::none;
}

store::Record make_record(const mail::Message& message, const patch::Patch& patch) {
    store::Record record;
    record.id = message.ids.front();
    record.subject = message.subject;
    record.from = message.from;
    record.date = message.date;
    record.kind = kind_of(message, patch);
    record.tags = patch.tag.tags;
    const bool posted = record.kind == MessageKind::patch || record.kind == MessageKind::cover;
    const bool tagged = patch.tag.patch || patch.tag.pull || patch.tag.rfc || patch.tag.resend;
    if (posted && tagged) record.version = patch.tag.version.value_or(1);
    if (posted) record.part = patch.tag.part;
    if (posted) record.total = patch.tag.total;
    const std::string& rewritten = message.original_from.empty() ? message.from : message.original_from;
    record.author = posted && !patch.inbody_from.empty() ? patch.inbody_from : rewritten;
    record.files = patch.files;
    record.trailers = patch.trailers;
    return record;
}

std::string order_key(std::optional<std::int64_t> date, std::string_view id, std::string_view content_key) {
    constexpr std::size_t kContentBytes = 16;
    // Offset so that dates before 1970 sort too; complemented so that newer is smaller.
    std::uint64_t key = ~std::uint64_t{0};
    if (date) key = ~(static_cast<std::uint64_t>(*date) + (std::uint64_t{1} << 62));
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(key >> shift);
    out.append(id.substr(0, kOrderedId)) += '\0';
    return out.append(content_key.substr(0, kContentBytes));
}

std::string content_of(const mail::Message& message) {
    constexpr std::size_t kDigits = 32;
    return message.content_key.substr(0, kDigits);
}

}  // namespace patchseek::document
