// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchseek::archive {

/// What the bytes of a source are. Told from the bytes, never from a name.
enum class SourceKind : std::uint8_t {
    mbox,      ///< messages behind separator lines, format-patch files among them
    message,   ///< one message with its header
    markdown,  ///< a patchwork dump: markdown.hpp
    diff,      ///< a bare diff, perhaps with prose above, no header
};
const char* name(SourceKind kind) noexcept;
std::optional<SourceKind> kind_named(std::string_view name) noexcept;

/// Tells the kind from the beginning of a file, for which kProbe bytes are enough; nullopt when it holds no mail that
/// we know.
inline constexpr std::size_t kProbe = std::size_t{64} << 10;
std::optional<SourceKind> detect(std::string_view beginning) noexcept;

/// Why it holds no mail, for people; what is read on purpose as another kind is not asked.
std::string why_no_mail(std::string_view beginning);

}  // namespace patchseek::archive
