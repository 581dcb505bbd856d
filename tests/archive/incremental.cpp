// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "archive/catalog.hpp"
#include "fake_index.hpp"
#include "folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek::archive;

namespace {

const std::string kSep = "From a@b Mon Oct 26 09:51:08 2020\n";

std::string mail(int number) {
    return kSep + "Subject: " + std::to_string(number) + "\n\nbody " + std::to_string(number) + "\n";
}

}  // namespace

TEST_CASE("an mbox that changed is read so that nothing differs from a fresh scan") {
    const std::string two = mail(1) + "\n" + mail(2);
    const auto sized = [&](const std::string& body) {
        return kSep + "A: 1\nContent-Length: " + std::to_string(body.size()) + "\n\n" + body;
    };
    const std::string swallowed = sized("x\n\n" + mail(2) + "\n");
    const std::string git = "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n";
    struct Case {
        const char* name;
        std::string before, after;
        std::size_t read;
    };
    for (const Case& c : {
             Case{"nothing new", two, two, 0},
             Case{"appended behind a blank line", two + "\n", two + "\n" + mail(3), 1},
             Case{"appended with a blank line", two, two + "\n" + mail(3), 2},
             Case{"appended without a blank line", two, two + mail(3), 1},
             Case{"the last message goes on", two, two + "more\n", 1},
             Case{"the last message goes on, another follows", two, two + "more\n\n" + mail(3), 2},
             Case{"only a blank line more", two, two + "\n", 1},
             Case{"only blank lines more", two + "\n", two + "\n\n\n", 1},
             Case{"the last line goes on", two.substr(0, two.size() - 1), two + "\n" + mail(3), 2},
             Case{"the separator was cut", two + "\nFrom a@b Mon", two + "\n" + mail(3), 2},
             Case{"the separator had no line behind", two + "\n" + kSep, two + "\n" + mail(3), 2},
             Case{"the separator's line becomes prose", two + "\n" + kSep, two + "\n" + kSep + "prose\n", 1},
             Case{"the first header line was cut", two + "\n" + kSep + "Subj", two + "\n" + mail(3), 2},
             Case{"the first header line was cut at its colon", two + "\n" + kSep + "Subject:", two + "\n" + mail(3),
                  1},
             Case{"git's separator follows at once", two, two + git + "A: 1\n\n", 1},
             Case{"a length that now holds swallows what were messages", swallowed.substr(0, swallowed.size() - 4),
                  swallowed + mail(3), 2},
             Case{"a length that held does no more", sized(two), sized(two) + "goes on\n", 3},
             Case{"bodies turn out to be unquoted", mail(1) + ">From x\n\n" + mail(2),
                  mail(1) + ">From x\n\n" + mail(2) + "\n" + kSep + "A: 1\nContent-Length: 7\n\nFrom y\n", 3},
             Case{"truncated", two + "\n" + mail(3), two, 2},
             Case{"shortened in the middle", two + "\n" + mail(3), mail(1) + "\n" + mail(3), 2},
             Case{"longer in the middle", two, mail(1) + "more\n\n" + mail(2), 2},
             Case{"one byte differs, and more follows", two, mail(7) + "\n" + mail(2) + "\n" + mail(3), 3},
             Case{"replaced, same size", two, mail(1) + "\n" + mail(3), 2},
             Case{"one message becomes many", "Subject: 1\nFrom: a@b\n\nbody\n", two, 2},
         }) {
        CAPTURE(c.name);
        const Folder folder;
        const fs::path path = fs::canonical(folder.path) / "m";
        folder.put("m", c.before);
        FakeIndex known;
        known.update(path);
        folder.put("m", c.after);
        CHECK(known.update(path) == c.read);
        CHECK(known.messages == fresh(path));
        CHECK(known.update(path) == 0);
        CHECK(known.messages == fresh(path));
    }
}

TEST_CASE("an mbox that grows byte by byte is at each length what a fresh scan says") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "m";
    const std::string whole =
        mail(1) + "\n\n" + mail(2) + "\n" + kSep + "A: 1\nContent-Length: 59\n\n" + mail(5) + "\nx\n" + mail(3);
    FakeIndex known;
    for (std::size_t size = mail(1).size(); size <= whole.size(); ++size) {
        folder.put("m", whole.substr(0, size));
        known.update(path);
        CAPTURE(size);
        REQUIRE(known.messages == fresh(path));
    }
}

TEST_CASE("a change that leaves size and time is seen by the content") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "m";
    folder.put("m", mail(1));
    folder.age("m", 100);
    FakeIndex known;
    known.update(path);
    folder.put("m", mail(2));
    folder.age("m", 100);
    // The status change is within two seconds of the scan.
    CHECK(known.update(path) == 1);
    CHECK(known.messages == fresh(path));
}

TEST_CASE("a file that nobody touched is not opened") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "m";
    folder.put("m", kMbox);
    FakeIndex known;
    known.update(path);
    known.make_settled();
    fs::permissions(path, fs::perms::none);
    // Changes ctime; a superuser reads it all the same.
    if (::geteuid() != 0) {
        CHECK(known.update(path.parent_path()) == 0);
        CHECK(known.catalog.problems.size() == 1);
    }
    fs::permissions(path, fs::perms::owner_all);
    CHECK(known.update(path) == 0);
    CHECK(known.kept_whole() == 1);
    const auto atime = [&] {
        struct stat info {};
        ::stat(path.c_str(), &info);
        return info.st_atim.tv_sec;
    };
    known.make_settled();
    const auto before = atime();
    CHECK(known.update(path) == 0);
    CHECK(known.kept_whole() == 1);
    CHECK(atime() == before);
}

TEST_CASE("a tree remembers each file, and names the ones that are gone") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    folder.put("a.eml", kMail);
    folder.put("b.mbox", kMbox);
    folder.put("sub/c.patch", "Fix it.\n\ndiff --git a/f b/f\n");
    folder.put("d.md",
               "#### t\n##### From: J <j@x>\n\n```c\none\n```\n#### u\n##### From: J <j@x>\n\n```c\ntwo\n```\n");
    FakeIndex known;
    CHECK(known.update(path) == 6);
    CHECK(known.update(path) == 0);
    CHECK(known.kept_whole() == 4);
    fs::remove(path / "a.eml");
    fs::rename(path / "sub", path / "moved");
    folder.put("d.md", "#### t\n##### From: J <j@x>\n\n```c\none\n```\n");
    CHECK(known.update(path) == 2);
    CHECK(known.catalog.archives[0].gone.size() == 2);
    CHECK(known.messages == fresh(path));
    folder.put("b.mbox", "");
    folder.put("d.md", "no mail\n");
    CHECK(known.update(path) == 0);
    CHECK(known.catalog.archives[0].gone.size() == 2);
    CHECK(known.messages == fresh(path));
}

TEST_CASE("what cannot be read now is not gone") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    folder.put("top/a.eml", kMail);
    folder.put("top/sub/b.eml", kMail);
    FakeIndex known;
    known.update(path / "top");
    const auto before = known.messages;
    fs::rename(path / "top", path / "away");
    Catalog catalog;
    const auto missing = scan(catalog, path / "top", {});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == patchseek::ErrorKind::no_input);
    CHECK(catalog.archives.empty());
    fs::create_directory(path / "top");
    ScanOptions options;
    options.state = state_of(known.catalog, 0, {});
    const auto unmounted = scan(catalog, path / "top", options);
    REQUIRE_FALSE(unmounted);
    CHECK(unmounted.error().kind == patchseek::ErrorKind::no_input);
    CHECK(catalog.archives.empty());
    fs::remove(path / "top");
    fs::rename(path / "away", path / "top");
    if (::geteuid() != 0) {
        fs::permissions(path / "top/sub", fs::perms::none);
        CHECK(known.update(path / "top") == 0);
        CHECK(known.catalog.problems.size() == 1);
        CHECK(known.messages == before);
        fs::permissions(path / "top/sub", fs::perms::owner_all);
    }
    CHECK(known.update(path / "top") == 0);
    CHECK(known.messages == before);
}

TEST_CASE("a maildir is followed by the names of its messages") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    for (const char* name : {"cur/1:2,S", "cur/2:2,", "new/3", "new/4", ".sub/cur/5:2,"})
        folder.put(name, "Subject: " + std::string(name) + "\n\n");
    FakeIndex known;
    CHECK(known.update(path) == 5);
    const auto first = known.messages;
    CHECK(known.update(path) == 0);
    CHECK(known.messages == first);

    fs::rename(path / "new/3", path / "cur/3:2,S");
    fs::rename(path / "cur/1:2,S", path / "cur/1:2,RS");
    CHECK(known.update(path) == 0);
    CHECK(known.messages == first);

    fs::remove(path / "cur/2:2,");
    folder.put("new/6", kMail);
    CHECK(known.update(path) == 1);
    CHECK(known.messages.size() == 5);

    known.make_settled();
    CHECK(known.update(path) == 0);
    CHECK(known.kept_whole() == 2);
    fs::remove_all(path / ".sub");
    CHECK(known.update(path) == 0);
    CHECK(known.catalog.archives[0].gone.size() == 1);
    CHECK(known.messages.size() == 4);
}

TEST_CASE("a folder whose times are older than two seconds is not listed") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    folder.put("cur/1", kMail);
    folder.put("new/2", kMail);
    folder.age("cur", 100);
    folder.age("new", 100);
    FakeIndex known;
    CHECK(known.update(path) == 2);
    CHECK(known.update(path) == 0);
    CHECK(known.kept_whole() == 1);
    folder.put("new/3", kMail);
    CHECK(known.update(path) == 1);
    // Listed again: it was changed just now.
    CHECK(known.update(path) == 0);
    CHECK(known.kept_whole() == 0);
}

TEST_CASE("unsettled sources are read whole, and are still missed when they go") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    folder.put("a.eml", kMail);
    folder.put("b.mbox", kMbox);
    FakeIndex known;
    CHECK(known.update(path, {1}) == 3);
    CHECK(known.update(path, {1}) == 2);
    fs::remove(path / "b.mbox");
    CHECK(known.update(path) == 0);
    CHECK(known.catalog.archives[0].gone.size() == 1);
    CHECK(known.messages.size() == 1);
}

TEST_CASE("another kind is another reading") {
    const Folder folder;
    folder.put("m", kMbox);
    ScanOptions options;
    Catalog first, second;
    REQUIRE(scan(first, folder.path / "m", options));
    options.state = state_of(first, 0, {});
    options.kind = SourceKind::message;
    REQUIRE(scan(second, folder.path / "m", options));
    CHECK(second.entries.size() == 1);
    CHECK_FALSE(second.sources[0].all_kept);
}
