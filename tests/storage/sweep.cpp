// SPDX-License-Identifier: GPL-2.0-or-later
#include "storage/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "../folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

// Everything below a folder, sorted.
std::vector<std::string> tree(const fs::path& top) {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(top))
        if (!entry.is_directory()) out.push_back(fs::relative(entry.path(), top));
    std::ranges::sort(out);
    return out;
}

void fill(const fs::path& index) {
    for (const char* folder :
         {"archives", "texts", "gen-000001/0", "gen-000001/1", "gen-000002/0", "gen-000003/dead-0", "tmp-1-1/0"})
        fs::create_directories(index / folder);
    for (const char* file : {"manifest.json", "lock", "notes.txt", "relations-000001", "relations-000002", "tmp-1.0",
                             "archives/00-000001", "archives/00-000002", "archives/tmp-1.1", "texts/000000",
                             "texts/000001", "texts/readme", "gen-000001/0/iamglass", "gen-000001/1/iamglass",
                             "gen-000002/0/iamglass", "gen-000003/dead-0/iamglass", "tmp-1-1/0/iamglass"})
        put(index / file, "x");
}

const store::Manifest kManifest = {3,
                                   2,
                                   0,
                                   {{"gen-000001/0", true, "gen-000003/dead-0"}},
                                   {{"/mail", "00", "mbox", 1, true, "", "archives/00-000002"}},
                                   {1},
                                   "relations-000002"};

}  // namespace

TEST_CASE("a sweep removes what the manifest does not name, and nothing that is not ours") {
    const Folder folder;
    fill(folder.path);
    storage::sweep_index(folder.path, kManifest);
    // Of a generation of which one shard lives, the others wait for the publication that drops them.
    CHECK(tree(folder.path) == std::vector<std::string>{"archives/00-000002", "gen-000001/0/iamglass",
                                                        "gen-000001/1/iamglass", "gen-000003/dead-0/iamglass", "lock",
                                                        "manifest.json", "notes.txt", "relations-000002",
                                                        "texts/000001", "texts/readme"});
}

TEST_CASE("temporaries go without a manifest") {
    const Folder folder;
    fill(folder.path);
    const auto before = tree(folder.path);
    storage::sweep_temporaries(folder.path);
    std::vector<std::string> wanted;
    std::ranges::copy_if(before, std::back_inserter(wanted),
                         [](const std::string& name) { return name.find("tmp-") == name.npos; });
    CHECK(tree(folder.path) == wanted);
}

TEST_CASE("what a publication replaced goes, with the folder of a generation that is empty then") {
    const Folder folder;
    fill(folder.path);
    storage::sweep_replaced(folder.path, kManifest, {"gen-000001/1", "gen-000002/0"});
    const auto after = tree(folder.path);
    const auto has = [&](const char* name) { return std::ranges::find(after, name) != after.end(); };
    CHECK(has("gen-000001/0/iamglass"));
    CHECK_FALSE(has("gen-000001/1/iamglass"));
    CHECK_FALSE(fs::exists(folder / "gen-000002"));
    CHECK_FALSE(has("texts/000000"));
    CHECK_FALSE(has("relations-000001"));
    CHECK(has("tmp-1-1/0/iamglass"));  // a build may be under way
}
