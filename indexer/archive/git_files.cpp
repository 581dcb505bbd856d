// SPDX-License-Identifier: GPL-2.0-or-later
#include "git_service.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/file.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::size_t kLargestText = std::size_t{1} << 20;  // of a file that is read here
constexpr off_t kLargestFile = off_t{4} << 30;              // but for packs
constexpr std::size_t kMostPlaces = 100, kMostFiles = 1'000'000;
constexpr int kDeepest = 20;  // of folders below refs

const char* kind_of(mode_t mode) {
    if (S_ISFIFO(mode)) return "a named pipe";
    if (S_ISSOCK(mode)) return "a socket";
    if (S_ISDIR(mode)) return "a folder";
    return "a device";
}

class Files {
public:
    Result<std::vector<fs::path>> of(const fs::path& path);

private:
    Result<Done> repository(const fs::path& path);
    Result<Done> objects(const fs::path& path);
    Result<Done> file(const fs::path& path);
    Result<Done> folder(const fs::path& path, int depth);
    Result<std::string> text_of(const fs::path& path);
    Result<Done> configuration(const fs::path& path);
    Result<fs::path> repository_at(const fs::path& path);
    bool add(const fs::path& path);

    std::vector<fs::path> found_;
    std::set<fs::path> known_;
    std::size_t files_ = 0;
};

// False: it was there, or there are too many.
bool Files::add(const fs::path& path) {
    if (found_.size() >= kMostPlaces || !known_.insert(path.lexically_normal()).second) return false;
    found_.push_back(path);
    return true;
}

// One that git opens as a file, if it is there.
Result<Done> Files::file(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return Done{};
    if (!S_ISREG(info.st_mode))
        return Error{ErrorKind::data,
                     "'" + path.native() + "' is " + kind_of(info.st_mode) + ", where git keeps a file"};
    if (info.st_size > kLargestFile && path.extension() != ".pack")
        return Error{ErrorKind::data, "'" + path.native() + "' is larger than any that git makes"};
    return Done{};
}

// Everything below it.
Result<Done> Files::folder(const fs::path& path, int depth) {
    std::error_code error, ignored;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
        if (++files_ > kMostFiles) return Error{ErrorKind::data, "'" + path.native() + "' holds too many files"};
        if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
            if (depth == kDeepest) return Error{ErrorKind::data, "'" + path.native() + "' is nested too deeply"};
            if (auto good = folder(it->path(), depth + 1); !good) return good;
        } else if (!it->is_directory(ignored)) {
            if (auto good = file(it->path()); !good) return good;
        }
    }
    return Done{};
}

// "" of one that is not there.
Result<std::string> Files::text_of(const fs::path& path) {
    if (auto good = file(path); !good) return good.error();
    const auto fd = open_regular(path);
    if (!fd) return std::string();
    auto text = read_at(fd->get(), 0, kLargestText + 1, path.native());
    if (text && text->size() > kLargestText)
        return Error{ErrorKind::data,
                     "'" + path.native() + "' has more than " + std::to_string(kLargestText) + " bytes"};
    return text;
}

std::string_view taken_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return trim(line);
}

// "path = value" of a section [include] or [includeIf "..."]; nullopt for other lines.
std::optional<fs::path> included(std::string_view line, const fs::path& folder) {
    constexpr std::string_view kPath = "path";
    if (!starts_with_any_case(line, kPath)) return std::nullopt;
    auto value = trim(line.substr(kPath.size()));
    if (!value.starts_with('=')) return std::nullopt;
    value = trim(value.substr(1));
    if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    const char* home = std::getenv("HOME");
    if (value.starts_with("~/") && home) return fs::path(home) / value.substr(2);
    return folder / value;
}

Result<Done> Files::configuration(const fs::path& path) {
    const auto text = text_of(path);
    if (!text) return text.error();
    bool includes = false;
    for (std::string_view rest = *text; !rest.empty();) {
        auto line = taken_line(rest);
        if (line.starts_with('[')) {
            includes = starts_with_any_case(line, "[include");
            line = trim(line.substr(std::min(line.find(']'), line.size() - 1) + 1));
        }
        const auto other = includes ? included(line, path.parent_path()) : std::nullopt;
        if (!other || !add(*other)) continue;
        if (auto good = configuration(*other); !good) return good;
    }
    return Done{};
}

Result<Done> Files::objects(const fs::path& path) {
    std::error_code error;
    if (!add(fs::weakly_canonical(path, error))) return Done{};
    if (auto good = folder(path, 0); !good) return good;
    const auto text = text_of(path / "info" / "alternates");
    if (!text) return text.error();
    for (std::string_view rest = *text; !rest.empty();) {
        const auto line = taken_line(rest);
        if (line.empty() || line.starts_with('#')) continue;
        if (auto good = objects(path / line); !good) return good;
    }
    return Done{};
}

// That a working copy's `.git` is, or names.
Result<fs::path> Files::repository_at(const fs::path& path) {
    std::error_code error;
    const fs::path git = path / ".git";
    if (!fs::exists(git, error)) return path;
    if (fs::is_directory(git, error)) return git;
    const auto text = text_of(git);
    if (!text) return text.error();
    constexpr std::string_view kNames = "gitdir:";
    const auto line = trim(*text);
    return line.starts_with(kNames) ? path / trim(line.substr(kNames.size())) : git;
}

Result<Done> Files::repository(const fs::path& path) {
    std::error_code error;
    if (!add(fs::weakly_canonical(path, error))) return Done{};
    for (const char* name : {"HEAD", "packed-refs", "shallow", "gitdir", "config.worktree"})
        if (auto good = file(path / name); !good) return good;
    if (auto good = folder(path / "refs", 0); !good) return good;
    if (auto good = configuration(path / "config"); !good) return good;
    if (auto good = objects(path / "objects"); !good) return good;
    const auto common = text_of(path / "commondir");
    if (!common) return common.error();
    return common->empty() ? Result<Done>(Done{}) : repository(path / trim(*common));
}

Result<std::vector<fs::path>> Files::of(const fs::path& path) {
    const auto at = repository_at(path);
    if (!at) return at.error();
    if (auto good = repository(*at); !good) return good.error();
    return std::move(found_);
}

}  // namespace

Result<std::vector<fs::path>> files_of_repository(const fs::path& path) { return Files().of(path); }

}  // namespace patchseek::archive
