// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>

#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/store/origins.hpp"
#include "patchseek/store/record.hpp"

namespace patchseek::document {

struct Indexed;

/// Writes into the document of a message, and into the record it holds, where the message comes from:
/// archives and lists, place and size of the copy that is shown. Replaces what an
/// earlier call wrote.
void set_origins(Indexed& message, store::Record record, const store::Origins& origins);

/// Makes the document of a message: all its terms, values and the record.
/// schema/schema.hpp says what stands under which prefix. One object per thread.
class DocumentBuilder {
public:
    /// More distinct terms than this and a message is cut. Of the mails of 20 lists and of git's history the one with
    /// most, 1.7 MB of patch, has 21,000.
    static constexpr std::size_t kMaxTerms = 100'000;
    /// The same of places where they stand: the largest text that is indexed has fewer, each line of it a hex dump;
    /// paths of hundreds of folders have more.
    static constexpr std::size_t kMaxPositions = 3'000'000;

    DocumentBuilder();
    ~DocumentBuilder();
    Indexed build(const mail::Message& message, const patch::Patch& patch, const store::Origins& origins);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::document
