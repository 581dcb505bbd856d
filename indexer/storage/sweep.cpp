// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep.hpp"

#include <algorithm>

#include "patchseek/schema/layout.hpp"
#include "patchseek/store/text_store.hpp"

namespace fs = std::filesystem;
namespace layout = patchseek::schema::layout;

namespace patchseek::storage {
namespace {

/// What stands in a folder under a name that is unwanted. A list, since a folder must not change while it is read.
template <class IsUnwanted>
std::vector<fs::path> unwanted_in(const fs::path& folder, const IsUnwanted& is_unwanted) {
    std::error_code error;
    std::vector<fs::path> out;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (is_unwanted(it->path().filename().native())) out.push_back(it->path());
    return out;
}

void sweep_generations(const fs::path& index, const store::Manifest& manifest) {
    const auto is_unwanted = [&](const std::string& name) {
        const auto is_of = [&](const store::Shard& shard) {
            return shard.folder.starts_with(name + '/') || shard.dead.starts_with(name + '/');
        };
        return name.starts_with(layout::kGenerationPrefix) && std::ranges::none_of(manifest.shards, is_of);
    };
    std::error_code ignored;
    for (const fs::path& path : unwanted_in(index, is_unwanted)) fs::remove_all(path, ignored);
}

void sweep_texts(const fs::path& index, const store::Manifest& manifest) {
    const auto is_unwanted = [&](const std::string& name) {
        const auto is_named = [&](std::uint32_t number) { return store::text_file(index, number).filename() == name; };
        return name.find_first_not_of("0123456789") == name.npos && std::ranges::none_of(manifest.texts, is_named);
    };
    std::error_code ignored;
    for (const fs::path& path : unwanted_in(index / layout::kTexts, is_unwanted)) fs::remove(path, ignored);
}

void sweep_relations(const fs::path& index, const store::Manifest& manifest) {
    const auto is_unwanted = [&](const std::string& name) {
        return name.starts_with(layout::kRelationsPrefix) && name != manifest.relations;
    };
    std::error_code ignored;
    for (const fs::path& path : unwanted_in(index, is_unwanted)) fs::remove(path, ignored);
}

void sweep_commits(const fs::path& index, const store::Manifest& manifest) {
    const auto is_unwanted = [&](const std::string& name) {
        return std::ranges::none_of(manifest.repositories, [&](const store::Repository& repository) {
            return fs::path(repository.file).filename() == name;
        });
    };
    std::error_code ignored;
    for (const fs::path& path : unwanted_in(index / layout::kCommits, is_unwanted)) fs::remove(path, ignored);
}

void sweep_states(const fs::path& index, const store::Manifest& manifest) {
    const auto is_unwanted = [&](const std::string& name) {
        const auto is_named = [&](const store::Archive& archive) {
            return fs::path(archive.state).filename().native() == name;
        };
        return name.find('-') != name.npos && std::ranges::none_of(manifest.archives, is_named);
    };
    std::error_code ignored;
    for (const fs::path& path : unwanted_in(index / layout::kArchiveStates, is_unwanted)) fs::remove(path, ignored);
}

}  // namespace

void sweep_index(const fs::path& index, const store::Manifest& manifest) {
    sweep_generations(index, manifest);
    sweep_temporaries(index);
    sweep_texts(index, manifest);
    sweep_relations(index, manifest);
    sweep_commits(index, manifest);
    sweep_states(index, manifest);
}

void sweep_temporaries(const fs::path& index) {
    const auto is_unwanted = [](const std::string& name) { return name.starts_with(layout::kTemporaryPrefix); };
    std::error_code ignored;
    for (const fs::path& folder : {index, index / layout::kArchiveStates, index / layout::kCommits})
        for (const fs::path& path : unwanted_in(folder, is_unwanted)) fs::remove_all(path, ignored);
}

void sweep_replaced(const fs::path& index, const store::Manifest& manifest, const std::vector<std::string>& replaced) {
    sweep_texts(index, manifest);
    sweep_relations(index, manifest);
    sweep_commits(index, manifest);
    sweep_states(index, manifest);
    std::error_code ignored;
    for (const std::string& folder : replaced) {
        fs::remove_all(index / folder, ignored);
        fs::remove((index / folder).parent_path(), ignored);  // unless others of that generation are named still
    }
}

}  // namespace patchseek::storage
