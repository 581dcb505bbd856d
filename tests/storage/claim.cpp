// SPDX-License-Identifier: GPL-2.0-or-later
#include "storage/claim.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "../folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek;
using namespace std::string_literals;

namespace {

const std::string kData = "data-0123456789abcdef";

/// Whether a folder with such a lock can be claimed.
bool takes(const std::string& lock, bool has_manifest, bool has_data = false) {
    const Folder folder;
    const fs::path index = folder.path / "index";
    fs::create_directory(index);
    fs::permissions(index, fs::perms::owner_all);
    const auto put = [&](const char* name, const std::string& text) {
        std::ofstream(index / name, std::ios::binary) << text;
        ::chmod((index / name).c_str(), 0600);
    };
    put("lock", lock);
    if (has_manifest) put("manifest.json", "{}");
    if (has_data) fs::create_directory(index / kData);
    return bool(storage::Claim::take(index, {}));
}

}  // namespace

TEST_CASE("what a power cut leaves of a lock is a lock") {
    for (const std::string& lock :
         {std::string(), std::string("123"), std::string(30, '\0'), "123        " + kData,
          "123        " + kData.substr(0, 9), std::string("123 da"), "123" + std::string(9, '\0')}) {
        CAPTURE(lock);
        CHECK(takes(lock, false));
        CHECK(takes(lock, true));
    }
    CHECK(takes("9         " + kData, false, true));
    CHECK(takes("\0garbage"s + kData, true, true));
    CHECK(takes("12345data-0123", true));
}

TEST_CASE("a folder whose makers are killed again and again can still be claimed") {
    const Folder folder;
    const fs::path index = folder.path / "index";
    fs::create_directory(index);
    fs::permissions(index, fs::perms::owner_all);
    std::ofstream(index / "lock").close();
    ::chmod((index / "lock").c_str(), 0600);
    for (int killed = 0; killed < 30; ++killed) {
        CAPTURE(killed);
        auto claim = storage::Claim::take(index, {});
        REQUIRE(claim);
        const auto data = claim->make_data();
        REQUIRE(data);
        std::ofstream(index / *data / "something").close();
        // What the one before left is gone.
        CHECK(std::distance(fs::directory_iterator(index), {}) == 2);
    }
}

TEST_CASE("a lock of somebody else is none") {
    for (const char* lock : {"mine", "123 mine", "data", "123 data-01 data-02", "123 data-0123456789abcdef mine"}) {
        CAPTURE(lock);
        CHECK_FALSE(takes(lock, false));
    }
    CHECK_FALSE(takes("123", false, true));
    CHECK_FALSE(takes(std::string(300, ' '), true));
}
