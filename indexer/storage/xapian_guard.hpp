// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"

namespace Xapian {
class Database;
}

/// The border between Xapian, which throws, and the rest of the indexer, which returns a Result.
namespace patchseek::storage {

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

/// The Error for the exception that is being handled: Failure, those of Xapian, of the standard library for memory and
/// the system. Any other is a bug and is thrown on. Called in a handler only.
Error current_error(std::string_view what);

/// Runs `body`, which returns a Result, and turns what it throws into an Error. The only place on the writing side that
/// catches exceptions of Xapian.
template <class Body>
auto guarded(std::string_view what, Body&& body) -> decltype(body()) try {
    return body();
} catch (...) {
    return current_error(what);
}

/// The database in a folder, for reading. Throws what Xapian throws.
Xapian::Database open_shard(const std::filesystem::path& folder);

/// The numbers of the documents of a shard that are dead (store/manifest.hpp), ascending. Throws what Xapian throws.
std::vector<std::uint32_t> dead_documents(const std::filesystem::path& index, const store::Shard& shard);

}  // namespace patchseek::storage
