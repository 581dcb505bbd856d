#pragma once

/// The keys of a record as it stands in the index: a MessagePack map of one-letter
/// keys, absent fields left out. Part of the schema: never reuse a letter.
namespace patchseek::store::keys {

inline constexpr char kId = 'i';
inline constexpr char kSubject = 's';
inline constexpr char kFrom = 'f';
inline constexpr char kAuthor = 'u';
inline constexpr char kDate = 'd';
inline constexpr char kLists = 'l';
inline constexpr char kKind = 'k';
inline constexpr char kVersion = 'v';
inline constexpr char kPart = 'n';
inline constexpr char kTotal = 'm';
inline constexpr char kTags = 't';
inline constexpr char kFiles = 'p';
inline constexpr char kTrailers = 'y';
inline constexpr char kSize = 'z';
inline constexpr char kArchives = 'w';
inline constexpr char kDigest = 'h';

namespace file {
inline constexpr char kPath = 'p';
inline constexpr char kOld = 'o';
inline constexpr char kOp = 'k';
inline constexpr char kFlags = 'f';
inline constexpr char kAdds = 'a';
inline constexpr char kDels = 'd';
inline constexpr unsigned kBinary = 1, kMode = 2, kPartial = 4, kFragment = 8;
}  // namespace file

namespace trailer {
inline constexpr char kName = 'n';
inline constexpr char kValue = 'v';
}  // namespace trailer

}  // namespace patchseek::store::keys
