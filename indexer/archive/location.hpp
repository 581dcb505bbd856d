#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "git_inbox.hpp"
#include "state.hpp"

namespace patchseek::archive {

/// Where the bytes of a source lie, and what the next run is to remember of it.
///
/// Entry::span means, by form: file, packed, member: bytes from `base` in the file at `path`; maildir: `offset` is an
/// index into `names`, below `path`; git: `offset` is an index into `objects`, `size` is a guess.
struct SourceLocation {
    std::filesystem::path path;
    std::uint64_t base = 0;
    bool ours = false;       ///< in the spool folder: nobody else changes it
    std::int64_t birth = 0;  ///< of that file, see birth_of()
    std::vector<std::string> names;
    std::vector<GitMessage> objects;
    std::vector<std::filesystem::path> repositories;
    Row row;
};

}  // namespace patchseek::archive
