#include "archive/catalog.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace fs = std::filesystem;
using namespace patchseek::archive;

namespace {

/// A folder of its own, gone with its test.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "patchseek-test-XXXXXX").native();
        REQUIRE(::mkdtemp(name.data()));
        path = name;
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    void put(const fs::path& name, std::string_view bytes) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << bytes;
    }
    fs::path path;
};

constexpr std::string_view kMail = "Subject: x\nFrom: a@b\n\nbody\n";
constexpr std::string_view kMbox = "From a@b Mon Oct 26 09:51:08 2020\nSubject: x\n\none\n\nFrom a@b Mon Oct 26 09:51:08 2020\nSubject: y\n\ntwo\n";

// Files that hold mail, relative to the folder, with the number of their messages.
std::string found(const Catalog& catalog, const fs::path& top) {
    std::string out;
    for (std::size_t i = 0; i < catalog.files.size(); ++i) {
        const auto count = std::ranges::count(catalog.entries, i, &Entry::file);
        out += (out.empty() ? "" : " ") + catalog.files[i].path.lexically_relative(top).native() + ":" + std::to_string(count);
    }
    return out;
}

std::string problems(const Catalog& catalog, const fs::path& top) {
    std::string out;
    for (const Problem& problem : catalog.problems)
        out += fs::path(problem.name).lexically_relative(top).native() + " ";
    return out;
}

}  // namespace

TEST_CASE("a tree gives its mail, names what is none, and follows no link") {
    const Folder folder;
    folder.put("b.mbox", kMbox);
    folder.put("a.eml", kMail);
    folder.put("sub/deep/1", kMail);
    folder.put("empty", "");
    folder.put("README", "text\n");
    folder.put("x.gz", "\x1F\x8B\x08");
    folder.put(".hidden", kMail);
    folder.put(".git/mail", kMail);
    REQUIRE(::mkfifo((folder.path / "fifo").c_str(), 0600) == 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder.path / "socket").native().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(socket);
    fs::create_symlink("..", folder.path / "sub/loop");
    fs::create_symlink("self", folder.path / "self");
    fs::create_symlink("/dev/zero", folder.path / "zero");
    fs::create_symlink("a.eml", folder.path / "link");

    Catalog catalog;
    REQUIRE(add_archive(catalog, folder.path));
    CHECK(found(catalog, folder.path) == "a.eml:1 b.mbox:2 sub/deep/1:1");
    CHECK(problems(catalog, folder.path) == "README empty fifo link self socket x.gz zero sub/loop ");
    REQUIRE(catalog.archives.size() == 1);
    CHECK(catalog.archives[0].kind == "tree");
    CHECK(catalog.archives[0].messages == 4);
    const auto gz = std::ranges::find(catalog.problems, (folder.path / "x.gz").native(), &Problem::name);
    CHECK(gz->what == "compressed with gzip, which is not read yet");
}

TEST_CASE("a maildir gives every message, its own folders too") {
    const Folder folder;
    folder.put("cur/1:2,S", kMail);
    folder.put("new/2", "hardly a header\n");
    folder.put("new/3", kMbox);
    folder.put("new/.hidden", kMail);
    folder.put("tmp/4", kMail);
    folder.put(".lists.kvm/cur/5", kMail);
    folder.put(".git/6", kMail);
    folder.put("nested/cur/7", kMail);
    folder.put("beside.eml", kMail);
    fs::create_directory(folder.path / ".lists.kvm/new");
    Catalog catalog;
    REQUIRE(add_archive(catalog, folder.path));
    CHECK(found(catalog, folder.path) == "beside.eml:1 .lists.kvm/cur/5:1 cur/1:2,S:1 nested/cur/7:1 new/2:1 new/3:1");
    CHECK(problems(catalog, folder.path).empty());
    CHECK(catalog.archives[0].kind == "maildir");
}

TEST_CASE("names may be any bytes") {
    const Folder folder;
    for (const char* name : {"line\nfeed", "\x1B[31mred", "\xFF\xFE", "-rf --help", " "}) folder.put(name, kMail);
    folder.put(std::string(255, 'n'), kMail);
    folder.put("\xFF\n.txt", "no mail\n");
    Catalog catalog;
    REQUIRE(add_archive(catalog, folder.path));
    CHECK(catalog.entries.size() == 6);
    REQUIRE(catalog.problems.size() == 1);
    CHECK(catalog.problems[0].name.ends_with("\xFF\n.txt"));
}

TEST_CASE("one file is an archive, a missing one an error, a forced kind is taken") {
    const Folder folder;
    folder.put("m", kMbox);
    folder.put("text", "just words\n");
    Catalog catalog;
    REQUIRE(add_archive(catalog, folder.path / "m"));
    REQUIRE(add_archive(catalog, folder.path / "m", Kind::message));
    REQUIRE(add_archive(catalog, folder.path / "text", Kind::message));
    CHECK(catalog.archives[0].kind == "mbox");
    CHECK(catalog.archives[1].kind == "message");
    CHECK(found(catalog, folder.path) == "m:2 m:1 text:1");
    const auto missing = add_archive(catalog, folder.path / "none");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == patchseek::ErrorKind::no_input);
}

TEST_CASE("a very deep tree is read to its bottom") {
    const Folder folder;
    fs::path deep = folder.path;
    for (int i = 0; i < 250; ++i) deep /= "d";
    fs::create_directories(deep);
    std::ofstream(deep / "m", std::ios::binary) << kMail;
    Catalog catalog;
    REQUIRE(add_archive(catalog, folder.path));
    CHECK(catalog.entries.size() == 1);
}

TEST_CASE("the reader gives messages without their frame, and survives a file that changed") {
    const Folder folder;
    folder.put("b.mbox", kMbox);
    folder.put("cur/1", "From a@b Mon Oct 26 09:51:08 2020\nSubject: z\n\n>From here\n\n");
    folder.put("new/2", "Subject: w\n\nbody\n\n");
    Catalog catalog;
    REQUIRE(add_archive(catalog, folder.path));
    EntryReader reader(catalog);
    std::string out;
    for (const Entry& entry : catalog.entries) {
        const auto raw = reader.read(entry);
        REQUIRE(raw);
        CHECK_FALSE(raw->cut);
        out += raw->bytes + "|";
    }
    CHECK(out == "Subject: x\n\none\n|Subject: y\n\ntwo\n|Subject: z\n\n>From here\n|Subject: w\n\nbody\n\n|");
    CHECK(reader.read(catalog.entries[0], 50)->bytes == "Subject: x\n\none\n");
    fs::resize_file(folder.path / "b.mbox", 3);
    EntryReader again(catalog);
    CHECK(again.read(catalog.entries[1])->bytes.empty());
    fs::remove(folder.path / "cur/1");
    CHECK_FALSE(again.read(catalog.entries[2]));
}
