// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/catalog.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "archive/entry_reader.hpp"
#include "archive/state.hpp"
#include "folder.hpp"
#include "patchseek/base/file.hpp"

namespace fs = std::filesystem;
using namespace patchseek::archive;

namespace {

// Sources, relative to the folder, with the number of their messages.
std::string found(const Catalog& catalog, const fs::path& top) {
    std::string out;
    for (std::size_t i = 0; i < catalog.sources.size(); ++i) {
        const auto count = std::ranges::count(catalog.entries, i, &Entry::source);
        out += (out.empty() ? "" : " ") + fs::path(catalog.sources[i].name).lexically_relative(top).native() + ":" +
               std::to_string(count);
    }
    return out;
}

patchseek::Result<patchseek::Done> add(Catalog& catalog, const fs::path& path, std::optional<SourceKind> kind = {}) {
    ScanOptions options;
    options.kind = kind;
    return scan(catalog, path, options);
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
    folder.put("binary", std::string_view("\0\1", 2));
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
    REQUIRE(add(catalog, folder.path));
    CHECK(found(catalog, folder.path) == "a.eml:1 b.mbox:2 sub/deep/1:1");
    CHECK(problems(catalog, folder.path) == "README binary empty fifo link self socket zero sub/loop ");
    REQUIRE(catalog.archives.size() == 1);
    CHECK(catalog.archives[0].kind == "tree");
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
    REQUIRE(add(catalog, folder.path));
    CHECK(found(catalog, folder.path) == ".:3 beside.eml:1 .lists.kvm:1 nested:1");
    CHECK(problems(catalog, folder.path).empty());
    CHECK(catalog.archives[0].kind == "maildir");
}

TEST_CASE("names may be any bytes") {
    const Folder folder;
    for (const char* name : {"line\nfeed", "\x1B[31mred", "\xFF\xFE", "-rf --help", " "}) folder.put(name, kMail);
    folder.put(std::string(255, 'n'), kMail);
    folder.put("\xFF\n.txt", "no mail\n");
    Catalog catalog;
    REQUIRE(add(catalog, folder.path));
    CHECK(catalog.entries.size() == 6);
    REQUIRE(catalog.problems.size() == 1);
    CHECK(catalog.problems[0].name.ends_with("\xFF\n.txt"));
}

TEST_CASE("one file is an archive, a missing one an error, a forced kind is taken") {
    const Folder folder;
    folder.put("m", kMbox);
    folder.put("text", "just words\n");
    Catalog catalog;
    REQUIRE(add(catalog, folder.path / "m"));
    REQUIRE(add(catalog, folder.path / "m", SourceKind::message));
    REQUIRE(add(catalog, folder.path / "text", SourceKind::message));
    CHECK(catalog.archives[0].kind == "mbox");
    CHECK(catalog.archives[1].kind == "message");
    CHECK(found(catalog, folder.path) == "m:2 m:1 text:1");
    const auto missing = add(catalog, folder.path / "none");
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
    REQUIRE(add(catalog, folder.path));
    CHECK(catalog.entries.size() == 1);
}

TEST_CASE("the reader gives messages without their frame, and survives a file that changed") {
    const Folder folder;
    folder.put("b.mbox", kMbox);
    folder.put("cur/1", "From a@b Mon Oct 26 09:51:08 2020\nSubject: z\n\n>From here\n\n");
    folder.put("new/2", "Subject: w\n\nbody\n\n");
    Catalog catalog;
    REQUIRE(add(catalog, folder.path));
    EntryReader reader(catalog);
    std::string out;
    for (const Entry& entry : catalog.entries) {
        const auto raw = reader.read(entry);
        REQUIRE(raw);
        CHECK_FALSE(raw->cut);
        out += raw->bytes + "|";
    }
    CHECK(out == "Subject: z\n\n>From here\n|Subject: w\n\nbody\n\n|Subject: x\n\none\n|Subject: y\n\ntwo\n|");
    CHECK(reader.read(catalog.entries[2], 50)->bytes == "Subject: x\n\none\n");
}

namespace {

std::uint64_t inode_of(const fs::path& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_ino;
}

// Another file of that name and, as happens when a file is replaced twice, of that inode number. False where the file
// system does not give a number out again.
bool replace_on_its_inode(const fs::path& path, std::string_view bytes) {
    const auto inode = inode_of(path);
    // Some file systems stamp births with the clock's tick, 10 ms at most.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    fs::remove(path);
    for (int i = 0; i < 100; ++i) {
        const fs::path other = path.native() + std::to_string(i);
        std::ofstream(other, std::ios::binary) << bytes;
        if (inode_of(other) != inode) continue;
        fs::rename(other, path);
        return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a file that is no longer what was scanned gives no message") {
    using patchseek::ErrorKind;
    const Folder folder;
    Catalog catalog;
    const auto rescan = [&] {
        folder.put("b.mbox", kMbox);
        folder.age("b.mbox", 100);
        catalog = Catalog();
        REQUIRE(add(catalog, folder.path));
    };
    const auto is_busy = [&](EntryReader& reader) {
        const auto raw = reader.read(catalog.entries[1]);
        return !raw && raw.error().kind == ErrorKind::busy;
    };
    rescan();
    EntryReader reader(catalog);
    REQUIRE(reader.read(catalog.entries[1]));
    std::ofstream(folder.path / "b.mbox", std::ios::app) << "more";
    const bool has_births = birth_of(patchseek::open_regular(folder.path / "b.mbox")->get()) != 0;
    CHECK(is_busy(reader) != has_births);
    EntryReader appended(catalog);
    if (has_births) CHECK(appended.read(catalog.entries[1])->bytes == "Subject: y\n\ntwo\n");
    fs::resize_file(folder.path / "b.mbox", kMbox.size());
    CHECK(is_busy(reader));
    rescan();
    fs::resize_file(folder.path / "b.mbox", 3);
    EntryReader cut(catalog);
    CHECK(is_busy(cut));
    rescan();
    folder.put("other", kMbox);
    fs::rename(folder.path / "other", folder.path / "b.mbox");
    EntryReader replaced(catalog);
    CHECK(is_busy(replaced));
    rescan();
    EntryReader reused(catalog);
    if (replace_on_its_inode(folder.path / "b.mbox", std::string(kMbox) + "\n" + std::string(kMbox)))
        CHECK(is_busy(reused));
    else
        MESSAGE("this file system gives no inode number out again");
    fs::remove(folder.path / "b.mbox");
    EntryReader gone(catalog);
    CHECK(gone.read(catalog.entries[1]).error().kind == ErrorKind::no_input);
}

TEST_CASE("a maildir's message is found again under other flags") {
    const Folder folder;
    folder.put("new/1", "Subject: 1\n\n");
    folder.put("cur/2:2,", "Subject: 2\n\n");
    folder.put("cur/3:2,", "Subject: 3\n\n");
    Catalog catalog;
    REQUIRE(add(catalog, folder.path));
    REQUIRE(catalog.entries.size() == 3);
    fs::rename(folder.path / "new/1", folder.path / "cur/1:2,S");
    fs::rename(folder.path / "cur/2:2,", folder.path / "cur/2:2,FS");
    fs::remove(folder.path / "cur/3:2,");
    EntryReader reader(catalog);
    CHECK(reader.read(catalog.entries[0])->bytes == "Subject: 2\n\n");
    CHECK(reader.read(catalog.entries[1]).error().kind == patchseek::ErrorKind::no_input);
    CHECK(reader.read(catalog.entries[2])->bytes == "Subject: 1\n\n");
    CHECK(place(catalog, catalog.entries[0]) == "cur/2:2,");
}

TEST_CASE("an MH folder is a file for each message, what was deleted left out") {
    const Folder folder;
    folder.put("mh/.mh_sequences", "unseen: 2\n");
    folder.put("mh/1", "Subject: hardly a header\n\nbody\n");
    folder.put("mh/2", kMbox);
    folder.put("mh/,3", kMail);
    folder.put("mh/#4", kMail);
    folder.put("numbers/5", kMail);
    folder.put("numbers/6", kMbox);
    folder.put("numbers/,7", kMail);
    Catalog catalog;
    REQUIRE(add(catalog, folder.path));
    CHECK(found(catalog, folder.path) == "mh/1:1 mh/2:1 numbers/5:1 numbers/6:2");
    CHECK(problems(catalog, folder.path).empty());
    REQUIRE(add(catalog, folder.path / "mh"));
    REQUIRE(add(catalog, folder.path / "numbers"));
    CHECK(catalog.archives[1].kind == "mh");
    CHECK(catalog.archives[2].kind == "mh");
}

TEST_CASE("mbox variants give the same message bytes") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    const std::string next = "\n" + sep + "Subject: y\n\ntwo\n";
    struct Case {
        const char* name;
        std::string mbox;
    };
    for (const Case& c : {
             Case{"mboxrd", sep + "Subject: x\n\n>From a\n>>From b\n" + next},
             Case{"mboxcl", sep + "Subject: x\nContent-Length: 17\n\n>From a\n>>From b\n" + next},
             Case{"mboxcl2", sep + "Content-Length: 15\nSubject: x\nStatus: RO\n\nFrom a\n>From b\n" + next},
         }) {
        CAPTURE(c.name);
        const Folder folder;
        folder.put("m", c.mbox);
        Catalog catalog;
        REQUIRE(add(catalog, folder.path / "m"));
        REQUIRE(catalog.entries.size() == 2);
        CHECK(EntryReader(catalog).read(catalog.entries[0])->bytes == "Subject: x\n\nFrom a\n>From b\n");
    }
}

TEST_CASE("a hole of 4 GiB costs nothing, and mail behind it is found") {
    const Folder folder;
    folder.put("m", kMbox);
    std::fstream file(folder.path / "m", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((std::int64_t{4} << 30) + 5);
    file << "\n\n" << kMbox;
    file.close();
    const auto start = std::chrono::steady_clock::now();
    Catalog catalog;
    REQUIRE(add(catalog, folder.path / "m"));
    CHECK(catalog.entries.size() == 4);
    CHECK(EntryReader(catalog).read(catalog.entries[3])->bytes == "Subject: y\n\ntwo\n");
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}
