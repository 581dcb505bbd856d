#include "rebuilder.hpp"

#include <xapian.h>

#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"
#include "xapian_guard.hpp"

namespace patchseek::storage {

Xapian::Document Rebuilder::build(const store::Origins& origins) {
    const store::Copy& copy = origins.copies.front();
    const auto text = value_or_throw(texts_.view(copy.location));
    const auto message = mail::parse(text.raw, {copy.title, copy.from, copy.cut});
    return builder_.build(message, patch::parse(message.subject, message.body), origins);
}

}  // namespace patchseek::storage
