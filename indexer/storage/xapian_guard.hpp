#pragma once

#include <xapian.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::storage {

/// Whether it is the disk's fault: full, a quota or a limit reached, broken. Errors of Xapian have
/// the system's text, not its number.
inline bool is_from_disk(const std::string& reason) {
    for (const int number : {ENOSPC, EDQUOT, EFBIG, EIO})
        if (reason.find(std::strerror(number)) != reason.npos) return true;
    return false;
}

inline Error translate(std::string_view what, const Xapian::Error& error, ErrorKind kind) {
    const std::string reason = error.get_error_string() ? error.get_error_string() : error.get_msg();
    const std::string detail = error.get_error_string() ? " (" + reason + ")" : "";
    if (is_from_disk(reason)) kind = ErrorKind::io;
    if (reason.find(std::strerror(EMFILE)) != reason.npos) kind = ErrorKind::resources;
    return Error{kind, std::string(what) + ": " + error.get_msg() + detail};
}

/// An Error on its way out of code that may also meet what Xapian throws.
struct Failure {
    Error error;
};

/// The value, or the Error thrown as a Failure.
template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw Failure{result.error()};
    return std::move(*result);
}

/// Runs `body`, which returns a Result, and turns what Xapian throws into an Error.
/// The only place on the writing side that catches exceptions of Xapian.
template <class Body>
auto guarded(std::string_view what, Body&& body) -> decltype(body()) try {
    return body();
} catch (const Failure& failure) {
    return failure.error;
} catch (const Xapian::DatabaseError& error) {
    return translate(what, error, ErrorKind::data);
} catch (const Xapian::Error& error) {
    return translate(what, error, ErrorKind::internal);
} catch (const std::bad_alloc&) {
    return Error{ErrorKind::resources, std::string(what) + ": out of memory"};
} catch (const std::system_error& error) {
    return system_error(what, error.code().value());
}

}  // namespace patchseek::storage
