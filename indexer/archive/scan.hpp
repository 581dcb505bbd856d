#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog.hpp"
#include "location.hpp"
#include "patchseek/base/file.hpp"
#include "state.hpp"

namespace patchseek::archive {

/// A place in an archive: where it is, and what it is called within the archive.
struct ArchivePath {
    std::filesystem::path path;
    std::string inner;  ///< path below the archive; "" for the archive itself
    ArchivePath below(const std::filesystem::path& child) const;
};

/// One archive being added to a catalog: what the sources of all forms share.
///
/// Every source that is there ends in add() or keep(). finish() tells the others of the last state as gone.
class Scan {
public:
    Scan(Catalog& catalog, const ScanOptions& options, std::filesystem::path absolute);  // the options outlive it

    const ScanOptions& options() const { return options_; }
    /// The row of the last state; nullptr when there is none.
    const Row* row(Key key) const { return state_.find(key); }
    const std::vector<Row>& rows() const { return state_.rows(); }
    /// The `at`s that the index knows of a source that has a row; sorted.
    std::vector<std::uint64_t> known(Key source) const;

    void problem(const std::string& name, std::string what, ErrorKind kind = ErrorKind::data);
    /// A source whose messages are as they were. Its row may be newer than the last one.
    void keep(Key key, std::string name, Row row);
    /// A file whose content is as it was; with the row of a tar also its members.
    void keep_file(const std::string& name, Row row);
    /// A source that could not be read now: a problem, and what is known of it stays.
    void keep_unread(Key key, const std::string& name, const Error& why);
    /// A source with what is to be read of it. Entries get their source here. location.row is complete but for its key.
    void add(Source source, SourceLocation location, std::vector<Entry> entries);
    /// Some folder could not be listed: whatever is not found may lie in there and is not gone.
    void incomplete() { incomplete_ = true; }
    /// What the archive is, for people. The first one that says something counts.
    void describe(const std::string& kind);

    void finish();

private:
    Catalog& catalog_;
    const ScanOptions& options_;
    State state_;
    std::vector<bool> seen_;  // for each row
    std::uint32_t archive_;
    bool incomplete_ = false;

    std::unordered_map<Key, std::vector<const Row*>> members_;  // of tars, by Row::outer

    void mark_seen(Key key);
};

/// A file that was opened, before it is read.
struct OpenFile {
    UniqueFd fd;
    std::filesystem::path path;
    std::string name;   ///< for people
    std::string inner;  ///< ArchivePath::inner
    Stamp stamp;
    bool racy = false;
    bool ours = false;      ///< in the spool folder
    std::string beginning;  ///< kProbe bytes at most
};
inline constexpr std::size_t kProbe = std::size_t{64} << 10;
Result<OpenFile> open_file(const ArchivePath& place);

/// What the file of a row is, for people.
std::string description(const Row& row);

/// Whether the options ask to read a source in the way it was read before.
bool is_read_alike(const Row& row, const Scan& scan);

/// A file that may be anything that a file can be.
struct FileRules {
    bool is_message = false;  ///< whatever text it holds is one message: it lies in a folder for such
};
void scan_file(Scan& scan, const ArchivePath& place, FileRules rules = {});
void scan_file(Scan& scan, const OpenFile& file, FileRules rules = {});

/// A file that is compressed, or a tar, by its beginning.
bool is_packed(std::string_view beginning);
void scan_packed(Scan& scan, const OpenFile& file);

/// A folder and all that is below it.
void scan_tree(Scan& scan, const ArchivePath& place);

/// cur and new of a maildir: one source.
void scan_maildir(Scan& scan, const ArchivePath& place);

/// The messages of a public-inbox: one source. False when the folder has nothing to do with git, or is a working copy
/// of another repository, whose files may be mail.
bool scan_git(Scan& scan, const ArchivePath& place);

/// Why something is left out, where others must recognise it.
inline constexpr const char* kEmpty = "empty, skipped";
inline constexpr const char* kNoInbox = "a git repository, but no public-inbox; git format-patch makes mail of commits";

}  // namespace patchseek::archive
