// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>

#include "../folder.hpp"
#include "patchseek/base/exit_code.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

std::size_t entries(const Folder& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path), {}));
}

}  // namespace

TEST_CASE("errno decides the kind of an error and its exit code") {
    struct Case {
        int number;
        ErrorKind kind;
        int code;
    };
    for (const Case& c : {Case{ENOENT, ErrorKind::no_input, 66}, Case{ENOTDIR, ErrorKind::no_input, 66},
                          Case{EACCES, ErrorKind::permission, 77}, Case{EPERM, ErrorKind::permission, 77},
                          Case{EROFS, ErrorKind::permission, 77}, Case{ENOMEM, ErrorKind::resources, 71},
                          Case{EMFILE, ErrorKind::resources, 71}, Case{ENFILE, ErrorKind::resources, 71},
                          Case{ENOSPC, ErrorKind::io, 74}, Case{EIO, ErrorKind::io, 74}}) {
        const Error error = system_error("cannot read 'x'", c.number);
        CHECK(error.kind == c.kind);
        CHECK(exit_code(error.kind) == c.code);
        CHECK(error.message == std::string("cannot read 'x': ") + std::strerror(c.number));
    }
}

TEST_CASE("the text of a system's reason decides, in whatever case a library writes it") {
    const std::string reason = std::strerror(EMFILE);
    CHECK(kind_of_reason("cannot open 'x': " + reason) == ErrorKind::resources);
    CHECK(kind_of_reason("no lock on 'x': " + std::string(1, 't') + reason.substr(1)) == ErrorKind::resources);
    CHECK(kind_of_reason("the block has no items") == std::nullopt);
}

TEST_CASE("only a regular file opens, and nothing blocks") {
    const Folder folder;
    put(folder / "file", "text");
    fs::create_symlink("file", folder / "link");
    fs::create_symlink("loop", folder / "loop");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (folder / "socket").c_str());
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);

    struct Case {
        fs::path path;
        std::string reason;
    };
    for (const Case& c :
         {Case{folder / "fifo", "is a FIFO"}, Case{folder.path, "is a folder"}, Case{folder / "socket", "is a socket"},
          Case{"/dev/null", "is a device"}, Case{folder / "none", "No such file or directory"},
          Case{folder / "file/x", "Not a directory"}}) {
        const auto fd = open_regular(c.path);
        REQUIRE_FALSE(fd);
        CHECK(fd.error().kind == ErrorKind::no_input);
        CHECK(fd.error().message == "cannot read '" + c.path.native() + "': " + c.reason);
    }
    CHECK_FALSE(open_regular(folder / "loop"));
    for (const char* name : {"file", "link"}) {
        const auto fd = open_regular(folder / name);
        REQUIRE(fd);
        CHECK((::fcntl(fd->get(), F_GETFL) & O_NONBLOCK) == 0);
        CHECK((::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC) != 0);
    }
}

TEST_CASE("reading: all of a file, a piece, and past its end") {
    const Folder folder;
    std::string big;
    for (int i = 0; i < 700000; ++i) big += std::to_string(i);
    put(folder / "big", big);
    put(folder / "empty", "");
    CHECK(*read_file(folder / "big") == big);
    CHECK(read_file(folder / "empty")->empty());
    CHECK_FALSE(read_file(folder / "none"));
    const auto fd = open_regular(folder / "big");
    REQUIRE(fd);
    CHECK(*read_at(fd->get(), 5, 10, "big") == big.substr(5, 10));
    CHECK(*read_at(fd->get(), 1, big.size(), "big") == big.substr(1));
    CHECK(read_at(fd->get(), big.size(), 10, "big")->empty());
    CHECK(read_at(fd->get(), ~std::uint64_t{0}, ~std::size_t{0}, "big")->empty());
    CHECK(*read_at(fd->get(), big.size() - 3, ~std::size_t{0}, "big") == big.substr(big.size() - 3));
    CHECK(read_at(-1, 0, 1, "gone").error().message == "cannot read 'gone': Bad file descriptor");
}

TEST_CASE("a mapped file has the bytes of the file, wherever it is moved") {
    const Folder folder;
    put(folder / "f", "some bytes");
    put(folder / "empty", "");
    auto one = MappedFile::open(folder / "f");
    REQUIRE(one);
    const auto bytes = one->bytes();
    MappedFile other = std::move(*one);
    CHECK(bytes == "some bytes");
    CHECK(one->bytes().empty());
    auto third = *MappedFile::open(folder / "empty");
    CHECK(third.bytes().empty());
    third = std::move(other);
    CHECK(third.bytes() == "some bytes");
    // A new file of that name leaves it as it is.
    REQUIRE(replace_file(folder / "f", "others"));
    CHECK(bytes == "some bytes");
    CHECK(MappedFile::open(folder / "none").error().kind == ErrorKind::no_input);
    CHECK_FALSE(MappedFile::open(folder.path));
}

TEST_CASE("a file is replaced whole or not at all") {
    const Folder folder;
    put(folder / "f", "old");
    REQUIRE(replace_file(folder / "f", "new"));
    CHECK(*read_file(folder / "f") == "new");
    CHECK(entries(folder) == 1);

    SUBCASE("a folder stands in the way") {
        fs::create_directory(folder / "d");
        put(folder / "d/x", "");
        CHECK_FALSE(replace_file(folder / "d", "new"));
        CHECK(entries(folder) == 2);
    }
    SUBCASE("no folder to write in") {
        const auto done = replace_file(folder / "none/f", "new");
        CHECK(done.error().message == "cannot write '" + (folder / "none/f").native() + "': No such file or directory");
    }
    SUBCASE("no room") {
        rlimit before = {};
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit small = before;
        small.rlim_cur = 2;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
        const auto done = replace_file(folder / "f", "a longer text");
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
        std::signal(SIGXFSZ, handler);
        REQUIRE_FALSE(done);
        CHECK(done.error().kind == ErrorKind::io);
        CHECK(*read_file(folder / "f") == "new");
        CHECK(entries(folder) == 1);
    }
}

TEST_CASE("a full device is an error of kind io") {
    const UniqueFd full(::open("/dev/full", O_WRONLY));
    if (!full) return;
    const auto done = write_all(full.get(), "x", "/dev/full");
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::io);
    CHECK(write_all(full.get(), "", "/dev/full"));
}

TEST_CASE("closed standard descriptors are taken by /dev/null") {
    const UniqueFd kept(::fcntl(0, F_DUPFD_CLOEXEC, 10));
    ::close(0);
    reserve_standard_descriptors();
    struct stat there = {}, null = {};
    CHECK(::fstat(0, &there) == 0);
    CHECK(::stat("/dev/null", &null) == 0);
    CHECK(there.st_rdev == null.st_rdev);
    ::dup2(kept.get(), 0);
}

TEST_CASE("below a folder no link is followed, and the folder may be one") {
    const Folder folder;
    const auto at = [&](const char* name) { return folder.path / name; };
    for (const auto& [name, text] : {std::pair{"top/a", "inside"}, std::pair{"outside", "secret"}}) {
        fs::create_directories(at(name));
        std::ofstream(at(name) / "mail") << text;
    }
    fs::create_symlink("top", at("named"));
    const auto read = [&](const char* top, const char* inner) {
        auto fd = open_regular_below(at(top) / inner, inner);
        if (!fd) return Result<std::string>(fd.error());
        return read_at(fd->get(), 0, 100, inner);
    };
    CHECK(*read("top", "a/mail") == "inside");
    CHECK(*read("named", "a/mail") == "inside");
    CHECK(read("top", "b/mail").error().kind == ErrorKind::no_input);
    fs::create_symlink("mail", at("top/a/link"));
    CHECK(read("top", "a/link").error().message.ends_with("a symbolic link, not followed"));
    fs::rename(at("top/a"), at("top/old"));
    fs::create_symlink("../outside", at("top/a"));
    CHECK(read("top", "a/mail").error().kind == ErrorKind::no_input);
    CHECK(*read("top", "old/mail") == "inside");
    REQUIRE(::mkfifo(at("top/old/fifo").c_str(), 0600) == 0);
    CHECK(read("top", "old/fifo").error().message.ends_with("is a FIFO"));
    CHECK(*read_at(open_regular_below(at("named/old/mail"), "")->get(), 0, 100, "named") == "inside");
}
