#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

#include "maildir.hpp"
#include "patchseek/base/file.hpp"
#include "scan.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

// How the files of a folder are to be taken.
enum class FolderKind : std::uint8_t {
    plain,
    maildir,
    mh,       // each file is a message
    numbers,  // as an MH folder, but nothing of MH's own in it says so
};

constexpr std::array<const char*, 4> kFolderNames{"tree", "maildir", "mh", "mh"};

class Tree {
public:
    explicit Tree(Scan& scan) : scan_(scan) {}
    void walk(const ArchivePath& top);

private:
    std::vector<fs::directory_entry> list(const fs::path& path);
    void visit(const ArchivePath& folder, FolderKind kind, const fs::directory_entry& entry);

    Scan& scan_;
    // A stack of our own: the depth of a tree is the archive's choice, not ours.
    std::vector<ArchivePath> pending_;
};

std::vector<fs::directory_entry> Tree::list(const fs::path& path) {
    std::vector<fs::directory_entry> out;
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) out.push_back(*it);
    if (error) {
        const auto failed = system_error("cannot list", error.value());
        scan_.problem(path.native(), failed.message, failed.kind);
        scan_.incomplete();
    }
    std::ranges::sort(out, {}, [](const fs::directory_entry& entry) { return entry.path().native(); });
    return out;
}

// MH (nmh, mh-profile(5)): a message's file is named by its number, a deleted one has a ',' or '#' in front.
bool is_number(std::string_view name) { return !name.empty() && name.find_first_not_of("0123456789") == name.npos; }
bool is_deleted_of_mh(std::string_view name) {
    return (name.starts_with(',') || name.starts_with('#')) && is_number(name.substr(1));
}

// An index of patchseek, which may lie beside what it indexes.
bool is_index(const fs::path& path) {
    std::error_code error;
    return fs::exists(path / "manifest.json", error) && fs::is_directory(path / "texts", error);
}

FolderKind kind_of(const fs::path& path, const std::vector<fs::directory_entry>& entries) {
    if (is_maildir(path)) return FolderKind::maildir;
    bool numbers = false;
    std::error_code error;
    for (const fs::directory_entry& entry : entries) {
        const std::string name = entry.path().filename().native();
        if (name == ".mh_sequences" || name == ".xmhcache") return FolderKind::mh;
        if (name.starts_with('.') || entry.is_directory(error) || is_deleted_of_mh(name)) continue;
        if (!is_number(name)) return FolderKind::plain;
        numbers = true;
    }
    return numbers ? FolderKind::numbers : FolderKind::plain;
}

// One thing found in a folder: read, put off, or left out.
void Tree::visit(const ArchivePath& folder, FolderKind kind, const fs::directory_entry& entry) {
    std::error_code error;
    const std::string name = entry.path().filename().native();
    const bool is_folder = !entry.is_symlink(error) && entry.is_directory(error);
    const bool in_maildir = kind == FolderKind::maildir;
    if (is_folder && is_index(entry.path())) return;
    // Maildir++ gives its sub-folders names such as ".lists.kvm".
    if (name.starts_with('.') && !(in_maildir && is_folder && is_maildir(entry.path()))) return;
    if (entry.is_symlink(error)) return scan_.problem(entry.path().native(), "symbolic link, not followed");
    if (is_folder) {
        if (!in_maildir || (name != "tmp" && name != "cur" && name != "new"))
            pending_.push_back(folder.below(entry.path()));
        return;
    }
    if ((kind == FolderKind::mh || kind == FolderKind::numbers) && is_deleted_of_mh(name)) return;
    scan_file(scan_, folder.below(entry.path()), {kind == FolderKind::mh && is_number(name)});
}

void Tree::walk(const ArchivePath& top) {
    pending_.push_back(top);
    while (!pending_.empty()) {
        const ArchivePath here = std::move(pending_.back());
        pending_.pop_back();
        if (scan_git(scan_, here)) continue;
        const auto entries = list(here.path);
        const FolderKind kind = kind_of(here.path, entries);
        scan_.describe(kFolderNames[static_cast<std::size_t>(kind)]);
        if (kind == FolderKind::maildir) scan_maildir(scan_, here);
        const auto first = static_cast<std::ptrdiff_t>(pending_.size());
        for (const auto& entry : entries) visit(here, kind, entry);
        std::reverse(pending_.begin() + first, pending_.end());  // the first by name is on top
    }
}

}  // namespace

void scan_tree(Scan& scan, const ArchivePath& place) { Tree(scan).walk(place); }

}  // namespace patchseek::archive
