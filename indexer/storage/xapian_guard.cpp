#include "xapian_guard.hpp"

#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <system_error>

#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"

namespace patchseek::storage {
namespace {

// Whether it is the disk's fault: full, a quota or a limit reached, broken. Errors of Xapian have the system's text,
// not its number.
bool is_from_disk(const std::string& reason) {
    for (const int number : {ENOSPC, EDQUOT, EFBIG, EIO})
        if (reason.find(std::strerror(number)) != reason.npos) return true;
    return false;
}

Error translate(std::string_view what, const Xapian::Error& error, ErrorKind kind) {
    const std::string reason = error.get_error_string() ? error.get_error_string() : error.get_msg();
    const std::string detail = error.get_error_string() ? " (" + reason + ")" : "";
    if (is_from_disk(reason)) kind = ErrorKind::io;
    if (reason.find(std::strerror(EMFILE)) != reason.npos) kind = ErrorKind::resources;
    return Error{kind, std::string(what) + ": " + error.get_msg() + detail};
}

}  // namespace

Error current_error(std::string_view what) try { throw; } catch (const Failure& failure) {
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

Xapian::Database open_shard(const std::filesystem::path& folder) {
    return Xapian::Database(folder.native(), Xapian::DB_BACKEND_GLASS);
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
