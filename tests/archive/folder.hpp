// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// A folder of its own, gone with its test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "patchseek-test-XXXXXX").native();
        REQUIRE(::mkdtemp(name.data()));
        path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    void put(const std::filesystem::path& name, std::string_view bytes) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << bytes;
    }
    /// Sets the time of the last change, in seconds before now.
    void age(const std::filesystem::path& name, int seconds) const {
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME, &now);
        const timespec times[2] = {{now.tv_sec - seconds, 0}, {now.tv_sec - seconds, 0}};
        REQUIRE(::utimensat(AT_FDCWD, (path / name).c_str(), times, 0) == 0);
    }
    std::filesystem::path path;
};

inline constexpr std::string_view kMail = "Subject: x\nFrom: a@b\n\nbody\n";
inline constexpr std::string_view kMbox =
    "From a@b Mon Oct 26 09:51:08 2020\nSubject: x\n\none\n\nFrom a@b Mon Oct 26 09:51:08 2020\nSubject: y\n\ntwo\n";
