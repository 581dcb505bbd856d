// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/store/record.hpp"

namespace patchseek::document {

/// What kind of message it is: a request to pull says so in its text, a cover
/// letter is part 0, a patch touches files, a reply answers and touches none.
store::MessageKind kind_of(const mail::Message& message, const patch::Patch& patch);

/// Whether a program wrote the mail, by the words of the sender's name and of the local part of the address: `kernel
/// test robot`, `syzbot+id@...`, `pr-tracker-bot@...`, `noreply@...`.
bool is_bot(std::string_view mailbox);

/// What answers show, from what was read. What only its origins tell is left out.
store::Record make_record(const mail::Message& message, const patch::Patch& patch);

/// Ids are compared up to here where messages are put in order.
inline constexpr std::size_t kOrderedId = 64;
/// Bytes that sort as newest first, then by id, then by content; undated messages last.
std::string order_key(std::optional<std::int64_t> date, std::string_view id, std::string_view content_key);

/// What tells one message from another, as it stands in slot kSlotContent and, as a
/// term, under kContentPrefix: 128 bits of mail::Message::content_key.
std::string content_of(const mail::Message& message);

}  // namespace patchseek::document
