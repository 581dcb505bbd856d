#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mbox.hpp"
#include "patchseek/base/result.hpp"

/// Archives, whatever form they come in, as a list of sources and messages.
///
/// An *archive* is what the user names. It is made of *sources*: a file, a member of a
/// tar, a folder of a maildir, a git repository. A *message* has its place in a source,
/// `at`: the offset of its bytes, the hash of a maildir file's unique name, the
/// beginning of a git blob's id. (archive, source, at) names a message for good: the
/// index keeps it with each message and so knows what an archive held when it was
/// last read.
namespace patchseek::archive {

/// 64 bits that name something for good; written as 16 hex digits.
using Key = std::uint64_t;

/// The key of an archive: a hash of its absolute path.
Key archive_key(const std::filesystem::path& absolute);

/// What the bytes of a source are. Told from the bytes, never from a name.
enum class SourceKind : std::uint8_t {
    mbox,      ///< messages behind separator lines, format-patch files among them
    message,   ///< one message with its header
    markdown,  ///< a patchwork dump: markdown.hpp
    diff,      ///< a bare diff, perhaps with prose above, no header
};
const char* name(SourceKind kind) noexcept;
std::optional<SourceKind> kind_named(std::string_view name) noexcept;

/// Tells the kind from the beginning of a file (64 KiB are enough); nullopt when
/// it holds no mail that we know.
std::optional<SourceKind> detect(std::string_view beginning) noexcept;

/// What a dump says of a message that may have no header of its own.
struct Heading {
    std::string title, from;
};

/// One message that has to be read.
struct Entry {
    std::uint32_t source = 0;                ///< index into Catalog::sources
    std::uint64_t at = 0;                    ///< its place in the source, for good
    Span span;                               ///< where its bytes lie now; for the EntryReader
    std::shared_ptr<const Heading> heading;  ///< dumps only
};

/// Where the bytes of a source lie: for the EntryReader, nobody else.
struct SourceLocation;

struct Source {
    std::uint32_t archive = 0;  ///< index into Catalog::archives
    Key key = 0;                ///< names the source within its archive, the same in every run
    std::string name;           ///< for people: "lists.tar.gz/2020-10.mbox"
    SourceKind kind = SourceKind::message;
    bool all_kept = false;            ///< what the index knows of it is all there is, unchanged; it has no entries
    std::vector<std::uint64_t> kept;  ///< else: the `at`s known before that need no reading, sorted.
                                      ///< What the index knows beside these and the entries is gone.
    std::shared_ptr<const SourceLocation> location;
};

struct Archive {
    std::filesystem::path path;  ///< absolute; "-" for standard input
    Key key = 0;
    std::string kind;       ///< for people: "mbox", "maildir", "public-inbox v2", "mbox, gzip", ...
    bool additive = false;  ///< standard input: what it brought before is not gone because it is not there again
    std::vector<Key> gone;  ///< sources that the last state knew and that are no more
};

/// Something that could not be read, for the user: named once, never fatal.
struct Problem {
    std::string name;
    std::string what;
    ErrorKind kind = ErrorKind::data;
};

/// What archives hold, found but not yet read.
struct Catalog {
    std::vector<Archive> archives;
    std::vector<Source> sources;
    std::vector<Entry> entries;
    std::vector<Problem> problems;
};

/// The `at`s of the messages that the index knows of a source, sorted.
using Known = std::function<std::vector<std::uint64_t>(Key archive, Key source)>;

/// How an archive is to be read.
struct ScanOptions {
    std::optional<SourceKind> kind;  ///< of every source, in place of what its bytes say
    std::string state;               ///< of the last complete run (see state_of); empty: read everything
    Known known;                     ///< asked only of sources that stand in `state`
    std::filesystem::path spool;     ///< an empty folder for what must be unpacked; outlives the Catalog
};

/// Adds what `path` holds ("-": standard input). What cannot be read becomes a Problem. An Error only
/// when `path` itself does not exist, cannot be read or is no mail.
Result<Done> scan(Catalog& catalog, const std::filesystem::path& path, const ScanOptions& options);

/// What to hand to the next scan() of that archive, so that only what is new since is
/// read: one opaque string. Sources for which `unsettled` holds (indices into
/// Catalog::sources) are left out: they are read whole the next time.
std::string state_of(const Catalog& catalog, std::uint32_t archive,
                     const std::function<bool(std::uint32_t)>& unsettled);

/// A message's bytes.
struct RawMessage {
    std::string bytes;
    bool cut = false;  ///< over kMaxMessage: only the beginning stands here
};

/// Reads messages of a catalog. Keeps what it opened last open; one object per thread.
class EntryReader {
public:
    static constexpr std::uint64_t kMaxMessage = std::uint64_t{64} << 20;
    static constexpr std::uint64_t kKeptOfLarge = std::uint64_t{256} << 10;

    explicit EntryReader(const Catalog& catalog);
    EntryReader(EntryReader&&) noexcept;
    ~EntryReader();
    /// At most `limit` bytes from the start of the message, as it was before its archive
    /// framed it. An Error of kind busy: the source changed since scan(), and what would be read
    /// may be no message; it is then unsettled.
    Result<RawMessage> read(const Entry& entry, std::uint64_t limit = kMaxMessage);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::archive
