#pragma once

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "mail/message.hpp"
#include "patch/patch.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/text_store.hpp"

namespace patchseek::index {

/// What kind of message it is: a request to pull says so in its text, a cover
/// letter is part 0, a patch touches files, a reply answers and touches none.
store::MessageKind kind_of(const mail::Message& message, const patch::Patch& patch);

/// What answers show, from what was read.
store::Record make_record(const mail::Message& message, const patch::Patch& patch);

/// Bytes that sort as newest first, then by id; undated messages last.
std::string order_key(std::optional<std::int64_t> date, std::string_view id);

/// Makes the Xapian document of a message: all its terms, values and the record.
/// schema/schema.hpp says what stands under which prefix. One object per thread.
class DocumentBuilder {
public:
    /// More distinct terms than this and a message is cut (Xapian keeps some 500
    /// bytes for each until it commits).
    static constexpr std::size_t kMaxTerms = 200'000;

    DocumentBuilder();
    ~DocumentBuilder();
    /// `record` must be that of `message` and `patch`; kSlotPlace is the caller's.
    Xapian::Document build(const mail::Message& message, const patch::Patch& patch, const store::Record& record);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::index
