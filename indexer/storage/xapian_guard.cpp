// SPDX-License-Identifier: GPL-2.0-or-later
#include "xapian_guard.hpp"

#include <xapian.h>

#include <algorithm>
#include <new>
#include <string>
#include <system_error>

#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/inventory.hpp"

namespace patchseek::storage {
namespace {

Error translate(std::string_view what, const Xapian::Error& error, ErrorKind kind) {
    const std::string reason = error.get_error_string() ? error.get_error_string() : error.get_msg();
    Error out{kind_of_reason(reason).value_or(kind), std::string(what) + ": " + error.get_msg()};
    if (error.get_error_string()) out.message += " (" + reason + ")";
    if (out.kind == ErrorKind::data) out.message += "; the index is damaged, and --rebuild makes it anew";
    if (out.kind == ErrorKind::internal) out.message += "; --check tells whether the index is damaged";
    return out;
}

}  // namespace

Error current_error(std::string_view what) try { throw; } catch (const Failure& failure) {
    return failure.error;
} catch (const Xapian::DatabaseError& error) {
    return translate(what, error, ErrorKind::data);
} catch (const Xapian::DocNotFoundError& error) {
    return translate(what, error, ErrorKind::data);  // nobody asks for a document that is not said to be there
} catch (const Xapian::Error& error) {
    return translate(what, error, ErrorKind::internal);
} catch (const std::bad_alloc&) {
    return Error{ErrorKind::resources, std::string(what) + ": out of memory"};
} catch (const std::system_error& error) {
    return system_error(what, error.code().value());
}

Xapian::Database open_shard(const std::filesystem::path& folder) {
    return value_or_throw(
        store::open_tables(folder, [&] { return Xapian::Database(folder.native(), Xapian::DB_BACKEND_GLASS); }));
}

std::vector<std::uint32_t> dead_documents(const std::filesystem::path& index, const store::Shard& shard) {
    std::vector<std::uint32_t> out;
    if (shard.dead.empty()) return out;
    const auto dead = open_shard(index / shard.dead);
    const auto end = dead.valuestream_end(schema::kSlotNumber);
    for (auto it = dead.valuestream_begin(schema::kSlotNumber); it != end; ++it)
        out.push_back(static_cast<std::uint32_t>(Xapian::sortable_unserialise(*it)));
    std::ranges::sort(out);
    return out;
}

}  // namespace patchseek::storage
