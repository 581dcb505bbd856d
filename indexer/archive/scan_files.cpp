// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

#include "content.hpp"
#include "git_inbox.hpp"
#include "maildir.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/layout.hpp"
#include "scan_packed.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

std::optional<SourceKind> kind_of(const Scan& scan, FileRules rules, std::string_view beginning) {
    if (rules.is_message && (detect(beginning) || beginning.find('\0') == beginning.npos)) return SourceKind::message;
    return scan.options().kind ? scan.options().kind : detect(beginning);
}

// Whether what the last run remembered still holds, without a look at the content.
bool is_unchanged(const SourceState* state, const Scan& scan, const fs::path& path) {
    if (!state || state->stub || state->racy || !is_read_alike(*state, scan)) return false;
    if (state->form != Form::file && state->form != Form::packed && state->form != Form::tar) return false;
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && stamp_of(info) == state->stamp;
}

// Of an mbox that was appended to: what need not be read again moves from the entries to `kept`.
std::vector<std::uint64_t> split_off_kept(std::vector<Entry>& entries, const SourceState& state,
                                          const std::vector<std::uint64_t>& known) {
    std::vector<std::uint64_t> kept;
    std::erase_if(entries, [&](const Entry& entry) {
        const bool same = entry.key < state.open_from ||
                          (entry.key == state.open_from && entry.span.offset + entry.span.size == state.stamp.size);
        if (!same || !std::ranges::binary_search(known, entry.key)) return false;
        kept.push_back(entry.key);
        return true;
    });
    return kept;
}

void read_file_source(Scan& scan, const OpenFile& file, Key key, SourceKind kind, bool forced) {
    const SourceState* old = scan.last(key);
    if (old && (old->stub || old->form != Form::file || old->kind != kind)) old = nullptr;
    auto found = read_contents({file.fd.get(), 0, file.stamp.size, file.name}, kind, old ? old->stamp.size : 0);
    if (!found) return scan.keep_unread(key, file.name, found.error());
    if (found->entries.empty()) return scan.problem(file.name, "holds no mail, skipped");

    SourceLocation location;
    location.path = file.path;
    if (!file.ours) location.inner = file.inner;
    location.ours = file.ours;
    location.birth = birth_of(file.fd.get());
    location.state.kind = kind;
    location.state.forced = forced;
    location.state.racy = file.racy;
    location.state.quoted = found->quoted;
    location.state.stamp = file.stamp;
    location.state.open_from = found->open_from;
    location.state.digest = found->digest;
    if (old && old->stamp.size == found->size && old->digest == found->digest)
        return scan.keep(key, file.name, std::move(location.state));
    Source source;
    source.key = key;
    source.name = file.name;
    source.kind = kind;
    const bool appended = old && kind == SourceKind::mbox && old->stamp.size < found->size && old->stamp.size > 0 &&
                          old->digest == found->before && old->quoted == found->quoted;
    if (appended) source.kept = split_off_kept(found->entries, *old, scan.known(key));
    scan.add(std::move(source), std::move(location), std::move(found->entries));
}

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
    namespace layout = schema::layout;
    if (!fs::exists(path / layout::kManifest, error)) return false;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
        if (it->path().filename().native().starts_with(layout::kDataPrefix)) return true;
    return false;
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
        std::reverse(pending_.begin() + first,
                     pending_.end());  // the first by name is on top
    }
}

}  // namespace

Result<OpenFile> open_file(const ArchivePath& where) {
    auto fd = open_regular_below(where.path, where.inner);
    if (!fd) return fd.error();
    struct stat info {};
    const std::string& name = where.path.native();
    if (::fstat(fd->get(), &info) != 0) return system_error("cannot read '" + name + "'", errno);
    OpenFile out{std::move(*fd), where.path, name, where.inner, stamp_of(info), false, false, {}};
    out.racy = is_fresh(out.stamp);
    auto beginning = read_at(out.fd.get(), 0, std::min<std::uint64_t>(kProbe, out.stamp.size), name);
    if (!beginning) return beginning.error();
    out.beginning = std::move(*beginning);
    return out;
}

std::string description(const SourceState& state) {
    if (state.form == Form::tar) return state.extra;
    return state.form == Form::packed ? archive::name(state.kind) + (", " + state.extra) : archive::name(state.kind);
}

bool is_read_alike(const SourceState& state, const Scan& scan) {
    const auto& kind = scan.options().kind;
    return state.forced == kind.has_value() && (!kind || state.kind == *kind);
}

void scan_file(Scan& scan, const OpenFile& file, FileRules rules) {
    if (file.stamp.size == 0) return scan.problem(file.name, kEmpty);
    if (!rules.is_message && is_packed(file.beginning)) return scan_packed(scan, file);
    const auto kind = kind_of(scan, rules, file.beginning);
    if (!kind) return scan.problem(file.name, why_no_mail(file.beginning));
    if (file.inner.empty()) scan.describe(archive::name(*kind));
    read_file_source(scan, file, key_of(file.inner), *kind, scan.options().kind.has_value());
}

void scan_file(Scan& scan, const ArchivePath& where, FileRules rules) {
    const std::string& name = where.path.native();
    const Key key = key_of(where.inner);
    const SourceState* state = scan.last(key);
    if (is_unchanged(state, scan, where.path)) {
        if (where.inner.empty()) scan.describe(description(*state));
        return scan.keep_file(name, *state);
    }
    const auto file = open_file(where);
    if (!file) return scan.keep_unread(key, name, file.error());
    scan_file(scan, *file, rules);
}

void scan_tree(Scan& scan, const ArchivePath& where) { Tree(scan).walk(where); }

}  // namespace patchseek::archive
