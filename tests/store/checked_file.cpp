// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/store/checked_file.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>
#include <string>

#include "../folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek;
using store::CheckedFile;

namespace {

constexpr std::size_t kPiece = CheckedFile::kPiece;

// Pieces that pack well, hardly and not at all, by turns.
std::string content(std::size_t size) {
    std::mt19937 random(7);
    std::string out;
    while (out.size() < size) {
        const auto kind = out.size() / kPiece % 3;
        out += static_cast<char>(kind == 0 ? out.size() / 100 : random() % (kind == 1 ? 12 : 256));
    }
    return out;
}

void write(const fs::path& path, std::string_view bytes) {
    auto file = store::CheckedFileWriter::create(path);
    REQUIRE(file);
    for (std::size_t at = 0; at < bytes.size(); at += 777) REQUIRE(file->append(bytes.substr(at, 777)));
    CHECK(file->size() == bytes.size());
    REQUIRE(file->finish("head"));
}

}  // namespace

TEST_CASE("any part of a checked file is what was written") {
    const Folder folder;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kPiece - 1, kPiece, kPiece + 1, 7 * kPiece + 100}) {
        CAPTURE(size);
        const auto bytes = content(size);
        write(folder.path / "file", bytes);
        CHECK(fs::file_size(folder.path / "file") < size + 100);
        const auto file = CheckedFile::open(folder.path / "file");
        REQUIRE(file);
        CHECK(file->size() == size);
        CHECK(file->head() == "head");
        for (std::size_t from = 0; from <= size; from += 1 + size / 50)
            for (const std::size_t count : {std::size_t{0}, std::size_t{1}, kPiece, size - from}) {
                if (count > size - from) continue;
                const auto part = file->read(from, count);
                REQUIRE(part);
                CHECK(*part == bytes.substr(from, count));
            }
        CHECK_FALSE(file->read(size, 1));
    }
}

TEST_CASE("a checked file that is not what was written gives errors, and no other bytes") {
    const Folder folder;
    const auto bytes = content(3 * kPiece + 100);
    write(folder.path / "file", bytes);
    std::ifstream in(folder.path / "file", std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    const auto holds = [&](std::string_view damaged) {
        std::ofstream(folder.path / "damaged", std::ios::binary | std::ios::trunc) << damaged;
        const auto file = CheckedFile::open(folder.path / "damaged");
        return file && file->read(0, bytes.size());
    };
    CHECK(holds(whole));
    for (std::size_t at = 0; at < whole.size(); at += at + 400 < whole.size() ? 97 : 1) {
        CAPTURE(at);
        auto flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 16);
        CHECK_FALSE(holds(flipped));
        CHECK_FALSE(holds(std::string_view(whole).substr(0, at)));
    }
}
