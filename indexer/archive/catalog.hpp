#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mbox.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::archive {

/// What one file holds. Told from its bytes, never from its name.
enum class Kind : std::uint8_t {
    mbox,      ///< messages behind separator lines, format-patch files among them
    message,   ///< one message with its header
    markdown,  ///< a patchwork dump: markdown.hpp
    diff,      ///< a bare diff, perhaps with prose above, no header
};
const char* name(Kind kind) noexcept;
std::optional<Kind> kind_named(std::string_view name) noexcept;

/// Tells the kind from the beginning of a file (64 KiB are enough); nullopt when
/// it holds no mail that we know.
std::optional<Kind> detect(std::string_view beginning) noexcept;

/// What a dump says of a message that may have no header of its own.
struct Heading {
    std::string title, from;
};

/// One message: where its bytes lie.
struct Entry {
    std::uint32_t file = 0;  ///< index into Catalog::files
    Span span;
    std::shared_ptr<const Heading> heading;  ///< dumps only
};

struct File {
    std::filesystem::path path;
    std::uint32_t archive = 0;  ///< index into Catalog::archives
    Kind kind = Kind::message;
};

struct Archive {
    std::filesystem::path path;  ///< absolute
    std::string kind;            ///< kind of the one file, or "maildir", "tree"
    std::uint64_t messages = 0;
};

/// Something that could not be read, for the user: named once, never fatal.
struct Problem {
    std::string name;
    std::string what;
    ErrorKind kind = ErrorKind::data;
};

/// All messages of the given archives, found but not yet read.
struct Catalog {
    std::vector<Archive> archives;
    std::vector<File> files;
    std::vector<Entry> entries;
    std::vector<Problem> problems;
};

/// Adds what `path` holds: a file, a maildir (a folder with cur/ or new/), or any
/// tree of files and maildirs; folders are taken in the order of their names, names
/// that start with '.' left out, save sub-folders of a maildir that are maildirs. Symbolic links inside are not
/// followed, and only regular files are opened: nothing here can block. What cannot be read becomes a Problem. An Error
/// only when `path` itself does not exist, cannot be read or is no mail.
Result<Done> add_archive(Catalog& catalog, const std::filesystem::path& path, std::optional<Kind> forced = {});

/// A message's bytes.
struct RawMessage {
    std::string bytes;
    bool cut = false;  ///< over kMaxMessage: only the beginning stands here
};

/// Reads messages of a catalog. Keeps the last file open; one object per thread.
class EntryReader {
public:
    static constexpr std::uint64_t kMaxMessage = std::uint64_t{64} << 20;
    static constexpr std::uint64_t kKeptOfLarge = std::uint64_t{256} << 10;

    explicit EntryReader(const Catalog& catalog) : catalog_(catalog) {}
    /// At most `limit` bytes from the start of the message, unframed.
    Result<RawMessage> read(const Entry& entry, std::uint64_t limit = kMaxMessage);

private:
    const Catalog& catalog_;
    UniqueFd fd_;
    std::uint32_t open_file_ = 0;
};

}  // namespace patchseek::archive
