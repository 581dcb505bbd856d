// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace patchseek {

/// What kind of thing went wrong. Each has one exit code (base/exit_code.hpp).
enum class ErrorKind : std::uint8_t {
    usage,          ///< an option or a query that cannot be understood
    data,           ///< damaged or foreign data: an index of another schema, an archive that is no mail
    no_input,       ///< no such index or archive
    internal,       ///< a bug, or a library that failed in a way it should not
    resources,      ///< out of memory, descriptors, processes
    cannot_create,  ///< an index cannot be made where it was asked for
    io,             ///< a read or write failed
    busy,           ///< locked by another writer, or out of time: try again
    permission,     ///< not readable or not writable for this user
};

/// What went wrong, for a person: no capital at the start, no full stop, the
/// subject in quotes, the system's own reason last. `offset` is a byte offset
/// into the text that was being parsed, or npos when the error is not about one.
struct Error {
    static constexpr auto npos = std::string_view::npos;
    ErrorKind kind;
    std::string message;
    std::size_t offset = npos;
};

/// A T or an Error. The API is the subset of std::expected that we use, so that
/// the class can become an alias once the compilers we support ship <expected>.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }

    const T& operator*() const& { return get(); }
    T& operator*() & { return const_cast<T&>(get()); }
    T&& operator*() && { return std::move(const_cast<T&>(get())); }
    const T* operator->() const { return &get(); }
    T* operator->() { return &const_cast<T&>(get()); }

    const Error& error() const {
        if (state_.index() != 1) std::abort();
        return std::get<1>(state_);
    }

private:
    // Checked in release builds too: reading a value that is not there is a bug
    // that must never turn into an answer.
    const T& get() const {
        if (state_.index() != 0) std::abort();
        return std::get<0>(state_);
    }
    std::variant<T, Error> state_;
};

/// "Done" as a value, for operations that either succeed or fail.
using Done = std::monostate;

}  // namespace patchseek
