// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {

/// What a patch does to a file, from diff headers or a diffstat's summary lines.
enum class Op : std::uint8_t { modify, create, remove, rename, copy, mode };

/// "create", "delete", "rename", "copy", "mode"; "" for modify.
constexpr const char* name(Op op) noexcept {
    switch (op) {
        case Op::modify: return "";
        case Op::create: return "create";
        case Op::remove: return "delete";
        case Op::rename: return "rename";
        case Op::copy: return "copy";
        case Op::mode: return "mode";
    }
    return "";
}

/// One file that a message touches, from whatever named it.
struct FileChange {
    std::string path;  ///< new name, or the only one; no a/ b/ prefix; UTF-8 or raw bytes
    std::string old;   ///< name before a rename or copy, else empty
    Op op = Op::modify;
    bool binary = false;
    bool mode_changed = false;
    bool partial = false;               ///< `path` is only a tail: the diffstat cut its head off
    std::optional<std::uint32_t> adds;  ///< lines added; absent when nothing tells
    std::optional<std::uint32_t> dels;
    bool fragment = false;  ///< partial, and cut inside a name: `path` begins with the end of one
    friend bool operator==(const FileChange&, const FileChange&) = default;
};

/// `Reviewed-by: A <a@b>`: name as written, value without surrounding space.
struct Trailer {
    std::string name;
    std::string value;
    friend bool operator==(const Trailer&, const Trailer&) = default;
};

/// Whether a trailer of that name gives credit to somebody: `...-by`, in any case.
constexpr bool gives_credit(std::string_view name) noexcept {
    return name.size() > 3 && equals_any_case(name.substr(name.size() - 3), "-by");
}

}  // namespace patchseek::patch
