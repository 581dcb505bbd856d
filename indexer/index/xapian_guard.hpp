#pragma once

#include <xapian.h>

#include <cstring>
#include <new>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

namespace patchseek::index {

inline Error translate(std::string_view what, const Xapian::Error& error, ErrorKind kind) {
    const std::string reason = error.get_error_string() ? error.get_error_string() : error.get_msg();
    const bool full = reason.find(std::strerror(28)) != reason.npos;  // 28: ENOSPC on Linux
    const std::string detail = error.get_error_string() ? " (" + reason + ")" : "";
    return Error{full ? ErrorKind::io : kind, std::string(what) + ": " + error.get_msg() + detail};
}

/// Runs `body`, which returns a Result, and turns what Xapian throws into an Error.
/// The only place on the writing side that catches exceptions of Xapian.
template <class Body>
auto guarded(std::string_view what, Body&& body) -> decltype(body()) try {
    return body();
} catch (const Xapian::DatabaseError& error) {
    return translate(what, error, ErrorKind::data);
} catch (const Xapian::Error& error) {
    return translate(what, error, ErrorKind::internal);
} catch (const std::bad_alloc&) {
    return Error{ErrorKind::resources, std::string(what) + ": out of memory"};
}

}  // namespace patchseek::index
