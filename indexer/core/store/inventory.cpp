// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/inventory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "checked_file.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/store/text_store.hpp"

namespace patchseek::store {
namespace {

namespace fs = std::filesystem;
namespace layout = patchseek::schema::layout;

constexpr std::size_t kPiece = std::size_t{1} << 20;

Error damaged(const fs::path& index, const std::string& what) {
    return Error{ErrorKind::data, "index '" + index.native() + "' is damaged: " + what + "; " + way_out(index)};
}

bool is_text(const fs::path& path) { return path.parent_path().filename() == layout::kTexts; }
bool is_of_member(const fs::path& path) { return path.is_absolute(); }

/// Looks at names below a folder that is held open, so that it stays the same folder.
class Folder {
public:
    Folder(const fs::path& index, int fd) : index_(index), fd_(fd) {}

    Result<Done> demand(const File& file) {
        if (auto folders = demand_folders(fs::path(file.path).parent_path()); !folders) return folders;
        struct stat status = {};
        if (auto looked = look(file.path, status); !looked) return looked;
        if (!S_ISREG(status.st_mode)) return damaged(index_, "'" + file.path + "' is no regular file");
        const auto size = static_cast<std::uint64_t>(status.st_size);
        if (is_text(file.path) ? size >= file.size : size == file.size) return Done{};
        return damaged(index_,
                       "'" + file.path + "' has " + std::to_string(size) + " bytes of " + std::to_string(file.size));
    }

private:
    Result<Done> look(const std::string& path, struct stat& status) {
        if (::fstatat(fd_, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return Done{};
        if (errno == ENOENT || errno == ENOTDIR) return damaged(index_, "'" + path + "' is missing");
        return system_error("cannot read '" + (index_ / path).native() + "'", errno);
    }
    // Each once.
    Result<Done> demand_folders(const fs::path& folder) {
        if (folder == folder.root_path() || seen_.contains(folder.native())) return Done{};
        if (auto above = demand_folders(folder.parent_path()); !above) return above;
        struct stat status = {};
        if (auto looked = look(folder.native(), status); !looked) return looked;
        if (!S_ISDIR(status.st_mode)) return damaged(index_, "'" + folder.native() + "' is no folder");
        seen_.insert(folder.native());
        return Done{};
    }

    const fs::path& index_;
    int fd_;
    std::set<std::string> seen_;
};

// Of a part of a file; `sum` is that of what stands before.
Result<std::uint32_t> checksum_from(const fs::path& path, std::uint64_t from, std::uint64_t to, std::uint32_t sum) {
    const auto fd = open_regular(path);
    if (!fd) return fd.error();
    while (from < to) {
        const auto bytes = read_at(fd->get(), from, std::min<std::uint64_t>(kPiece, to - from), path.native());
        if (!bytes) return bytes.error();
        if (bytes->empty()) return Error{ErrorKind::data, "'" + path.native() + "' is shorter than it was"};
        sum = checksum(*bytes, sum);
        from += bytes->size();
    }
    return sum;
}

// The files in a folder of a shard, or of what is dead of one.
Result<std::vector<std::string>> files_in(const fs::path& data, const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator it(data / folder, error), end; !error && it != end; it.increment(error))
        out.push_back(folder + '/' + it->path().filename().native());
    if (error) return system_error("cannot list '" + (data / folder).native() + "'", error.value());
    return out;
}

Result<std::vector<std::string>> names_of(const fs::path& data, const Manifest& manifest) {
    std::vector<std::string> out;
    for (const Shard& shard : manifest.shards)
        for (const std::string& folder : {shard.folder, shard.dead}) {
            if (folder.empty() || is_of_member(folder)) continue;
            const auto files = files_in(data, folder);
            if (!files) return files.error();
            out.insert(out.end(), files->begin(), files->end());
        }
    for (const Archive& archive : manifest.archives)
        if (!archive.state.empty()) out.push_back(archive.state);
    for (const Repository& repository : manifest.repositories)
        if (!repository.file.empty() && !is_of_member(repository.file)) out.push_back(repository.file);
    if (!manifest.relations.empty()) out.push_back(manifest.relations);
    for (const std::uint32_t number : manifest.texts) out.push_back(text_file("", number).native());
    std::ranges::sort(out);
    return out;
}

}  // namespace

Result<Done> verify_presence(const fs::path& index, const Manifest& manifest, std::size_t threads) {
    if (manifest.files.empty()) return Done{};
    const auto data = data_of(index, manifest);
    // The index itself may be a link, no folder in it.
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (manifest.data.empty() ? 0 : O_NOFOLLOW);
    UniqueFd fd(::open(data.c_str(), flags));
    if (!fd && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return damaged(index, "'" + manifest.data + "' is missing");
    if (!fd) return system_error("cannot read '" + data.native() + "'", errno);
    const auto verify = [&](Folder& folder, const File& file) -> Result<Done> {
        if (auto there = folder.demand(file); !there) return there;
        if (!file.path.ends_with("/iamglass")) return Done{};
        const auto whole = has_its_checksum(data, file);
        if (!whole) return whole.error();
        if (!*whole) return damaged(index, "'" + file.path + "' is not what was written");
        return Done{};
    };
    threads = std::min(threads, manifest.files.size());
    // Of each thread the first that fails, and its place in the manifest.
    std::vector<std::optional<std::pair<std::size_t, Error>>> failures(threads);
    in_parallel(threads, [&](std::size_t thread) {
        Folder folder(index, fd.get());
        for (std::size_t i = thread; i < manifest.files.size() && !failures[thread]; i += threads)
            if (auto done = verify(folder, manifest.files[i]); !done) failures[thread].emplace(i, done.error());
    });
    std::erase(failures, std::nullopt);
    if (failures.empty()) return Done{};
    return std::ranges::min_element(failures, {}, [](const auto& one) { return one->first; })->value().second;
}

const File* find_file(const Manifest& manifest, std::string_view path) {
    const auto it = std::ranges::lower_bound(manifest.files, path, {}, &File::path);
    return it == manifest.files.end() || it->path != path ? nullptr : &*it;
}

Result<bool> has_its_checksum(const fs::path& data, const File& file) {
    const auto sum = checksum_from(data / file.path, 0, file.size, 0);
    if (!sum && sum.error().kind == ErrorKind::data) return false;
    if (!sum) return sum.error();
    return *sum == file.checksum;
}

Result<std::vector<File>> take_inventory(const fs::path& data, const Manifest& manifest,
                                         const std::vector<File>& before) {
    const auto names = names_of(data, manifest);
    if (!names) return names.error();
    std::vector<File> out;
    for (const std::string& name : *names) {
        const auto known = std::ranges::lower_bound(before, name, {}, &File::path);
        File file = known != before.end() && known->path == name ? *known : File{name};
        const bool is_known = known != before.end() && known->path == name;
        if (!is_known || is_text(name)) {
            std::error_code error;
            const auto size = fs::file_size(data / name, error);
            // It is named before it is made.
            if (error == std::errc::no_such_file_or_directory && is_text(name)) continue;
            if (error) return system_error("cannot read '" + (data / name).native() + "'", error.value());
            const auto sum = checksum_from(data / name, file.size, size, file.checksum);
            if (!sum) return sum.error();
            file = {name, size, *sum};
        }
        out.push_back(std::move(file));
    }
    std::ranges::copy_if(manifest.files, std::back_inserter(out), is_of_member, &File::path);
    std::ranges::sort(out, {}, &File::path);
    return out;
}

Result<bool> has_table(const fs::path& database, const char* table) {
    struct stat status = {};
    const auto path = database / (std::string(table) + ".glass");
    if (::stat(path.c_str(), &status) == 0) return status.st_size > 0;
    if (errno == ENOENT) return false;
    return system_error("cannot read '" + path.native() + "'", errno);
}

Error not_opened(const fs::path& database, const char* table, bool again) {
    const auto path = database / (std::string(table) + ".glass");
    const auto fd = open_regular(path);
    if (!fd) return fd.error();
    if (again) return not_as_written(path.native());
    return Error{ErrorKind::resources, "cannot read '" + path.native() + "': out of descriptors or memory; try again"};
}

}  // namespace patchseek::store
