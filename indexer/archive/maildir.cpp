// SPDX-License-Identifier: GPL-2.0-or-later
#include "maildir.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "content.hpp"
#include "patchseek/base/file.hpp"
#include "scan.hpp"
#include "unpack.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr auto kMailFolders = std::to_array({"cur", "new"});

bool is_folder(const fs::path& path, struct stat& info) {
    return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<Done> list_folder(const fs::path& path, const std::string& sub, MaildirListing& out) {
    std::error_code error;
    const fs::path folder = path / sub;
    if (fs::symlink_status(folder, error).type() != fs::file_type::directory) return Done{};
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        const std::string name = it->path().filename().native();
        if (name.starts_with('.')) continue;
        auto& list = it->is_symlink(ignored) ? out.links : it->is_directory(ignored) ? out.folders : out.names;
        list.push_back(sub + '/' + name);
    }
    if (error) return system_error("cannot list '" + folder.native() + "'", error.value());
    return Done{};
}

class MaildirScan {
public:
    MaildirScan(Scan& scan, const ArchivePath& where) : scan_(scan), where_(where), key_(key_of(where.inner)) {}
    void run();

private:
    void take(MaildirListing listing);
    void take(const std::string& name);
    std::uint64_t size_of_mail(const std::string& name);

    Scan& scan_;
    const ArchivePath& where_;
    Key key_;
    std::vector<std::uint64_t> known_;
    std::unordered_set<std::uint64_t> seen_;
    Source source_;
    SourceLocation location_;
    std::vector<Entry> entries_;
};

// Of a file that is new; 0 when it is no message. Whatever text it holds is one, however little of a header is left.
std::uint64_t MaildirScan::size_of_mail(const std::string& name) {
    struct stat info {};
    const fs::path path = where_.path / name;
    const auto fd = open_regular_below(path, fs::path(where_.inner) / name);
    if (!fd) return scan_.problem(path.native(), fd.error().message, fd.error().kind), 0;
    if (::fstat(fd->get(), &info) != 0 || info.st_size == 0) return scan_.problem(path.native(), kEmpty), 0;
    const auto beginning = read_at(fd->get(), 0, kProbe, path.native());
    if (!beginning) return scan_.problem(path.native(), beginning.error().message, beginning.error().kind), 0;
    const bool is_text = beginning->find('\0') == std::string::npos || !compression(*beginning).empty();
    if (!is_text && !detect(*beginning)) return scan_.problem(path.native(), "binary, skipped"), 0;
    return static_cast<std::uint64_t>(info.st_size);
}

std::uint64_t key_of_mail(const std::string& name) {
    return maildir_key(std::string_view(name).substr(name.find('/') + 1));
}

// One that is not known.
void MaildirScan::take(const std::string& name) {
    const std::uint64_t key = key_of_mail(name);
    if (!seen_.insert(key).second) return;
    const std::uint64_t size = size_of_mail(name);
    if (size == 0) return;
    entries_.push_back({0, key, {location_.names.size(), size}, nullptr});
    location_.names.push_back(name);
}

void MaildirScan::take(MaildirListing listing) {
    for (const std::string& link : listing.links)
        scan_.problem((where_.path / link).native(), "symbolic link, not followed");
    for (const std::string& folder : listing.folders)
        scan_.problem((where_.path / folder).native(), "folder where only messages should be, skipped");
    auto& kept = source_.kept;
    std::erase_if(listing.names, [&](const std::string& name) {
        const std::uint64_t key = key_of_mail(name);
        const bool known = std::ranges::binary_search(known_, key);
        if (known) kept.push_back(key);
        return known;
    });
    std::ranges::sort(kept);
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    // What is new comes in one order, whatever the file system says first.
    std::ranges::sort(listing.names);
    for (const std::string& name : listing.names) take(name);
}

void MaildirScan::run() {
    const std::string name = where_.path.native();
    const SourceState* old = scan_.last(key_);
    if (old && (old->stub || old->form != Form::maildir)) old = nullptr;
    // Before the listing: what changes meanwhile shows the next time.
    location_.state.form = Form::maildir;
    location_.state.stamp = stamp_of_maildir(where_.path);
    location_.state.racy = is_fresh(location_.state.stamp);
    if (old && !old->racy && old->stamp == location_.state.stamp) return scan_.keep(key_, name, *old);
    auto listing = list_maildir(where_.path);
    if (!listing) return scan_.keep_unread(key_, name, listing.error());
    if (old) known_ = scan_.known(key_);
    take(std::move(*listing));
    location_.path = where_.path;
    location_.inner = where_.inner;
    source_.key = key_;
    source_.name = name;
    scan_.add(std::move(source_), std::move(location_), std::move(entries_));
}

}  // namespace

bool is_maildir(const fs::path& path) {
    struct stat ignored {};
    return std::ranges::any_of(kMailFolders, [&](const char* sub) { return is_folder(path / sub, ignored); });
}

Stamp stamp_of_maildir(const fs::path& path) {
    struct stat cur {
    }, fresh{};
    const bool has_cur = is_folder(path / kMailFolders[0], cur);
    const bool has_new = is_folder(path / kMailFolders[1], fresh);
    Stamp stamp;
    stamp.size = (has_cur ? 1 : 0) + (has_new ? 2 : 0);
    if (has_cur) stamp.mtime = stamp_of(cur).mtime;
    if (has_new) stamp.ctime = stamp_of(fresh).mtime;
    stamp.inode = (has_cur ? cur.st_ino : 0) ^ (has_new ? fresh.st_ino << 32 : 0);
    return stamp;
}

std::uint64_t maildir_key(std::string_view file_name) { return key_of(file_name.substr(0, file_name.find(':'))); }

Result<MaildirListing> list_maildir(const fs::path& path) {
    MaildirListing out;
    for (const char* sub : kMailFolders)
        if (auto listed = list_folder(path, sub, out); !listed) return listed.error();
    for (auto* list : {&out.links, &out.folders}) std::ranges::sort(*list);
    return out;
}

std::string MaildirNames::find(const fs::path& path, std::uint64_t key) {
    const Stamp stamp = stamp_of_maildir(path);
    if (path != path_ || stamp != stamp_ || is_fresh(stamp)) {
        names_.clear();
        path_ = path;
        stamp_ = stamp;
        const auto listing = list_maildir(path);
        if (!listing) return {};
        for (const std::string& name : listing->names)
            names_.emplace(maildir_key(std::string_view(name).substr(name.find('/') + 1)), name);
    }
    const auto found = names_.find(key);
    return found == names_.end() ? std::string() : found->second;
}

void scan_maildir(Scan& scan, const ArchivePath& where) { MaildirScan(scan, where).run(); }

}  // namespace patchseek::archive
