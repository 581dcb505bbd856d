#include "maildir.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "keys.hpp"
#include "patchseek/base/file.hpp"

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

std::uint64_t maildir_at(std::string_view file_name) { return key_of(file_name.substr(0, file_name.find(':'))); }

Result<MaildirListing> list_maildir(const fs::path& path) {
    MaildirListing out;
    for (const char* sub : kMailFolders)
        if (auto listed = list_folder(path, sub, out); !listed) return listed.error();
    for (auto* list : {&out.links, &out.folders}) std::ranges::sort(*list);
    return out;
}

std::string MaildirNames::find(const fs::path& path, std::uint64_t at) {
    const Stamp stamp = stamp_of_maildir(path);
    if (path != path_ || stamp != stamp_ || is_fresh(stamp)) {
        names_.clear();
        path_ = path;
        stamp_ = stamp;
        const auto listing = list_maildir(path);
        if (!listing) return {};
        for (const std::string& name : listing->names)
            names_.emplace(maildir_at(std::string_view(name).substr(name.find('/') + 1)), name);
    }
    const auto found = names_.find(at);
    return found == names_.end() ? std::string() : found->second;
}

}  // namespace patchseek::archive
