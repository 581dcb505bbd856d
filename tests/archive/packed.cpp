// SPDX-License-Identifier: GPL-2.0-or-later
#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "archive/unpack.hpp"
#include "fake_index.hpp"
#include "folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek::archive;

namespace {

struct File {
    std::string name, bytes;
    unsigned type = AE_IFREG;
};

la_ssize_t append(::archive*, void* out, const void* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

using Step = int (*)(::archive*);

std::string pack(Step filter, Step format, const std::vector<File>& files) {
    std::string out;
    ::archive* writer = archive_write_new();
    REQUIRE(filter(writer) == ARCHIVE_OK);
    REQUIRE(format(writer) == ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(writer, 1);
    REQUIRE(archive_write_open(writer, &out, nullptr, append, nullptr) == ARCHIVE_OK);
    for (const File& file : files) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, file.name.c_str());
        archive_entry_set_filetype(entry, file.type);
        archive_entry_set_perm(entry, 0644);
        if (file.type == AE_IFLNK) archive_entry_set_symlink(entry, "/etc/passwd");
        archive_entry_set_size(entry, static_cast<la_int64_t>(file.type == AE_IFREG ? file.bytes.size() : 0));
        REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
        if (file.type == AE_IFREG)
            REQUIRE(archive_write_data(writer, file.bytes.data(), file.bytes.size()) ==
                    static_cast<la_ssize_t>(file.bytes.size()));
        archive_entry_free(entry);
    }
    REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
    archive_write_free(writer);
    return out;
}

std::string compress(std::string_view bytes, Step filter = archive_write_add_filter_gzip) {
    return pack(filter, archive_write_set_format_raw, {{"x", std::string(bytes)}});
}
std::string tar(const std::vector<File>& files, Step filter = archive_write_add_filter_none) {
    return pack(filter, archive_write_set_format_pax_restricted, files);
}

/// A folder with files to scan, and one to unpack into.
struct Packed {
    Folder folder, spool;
    fs::path path = fs::canonical(folder.path);
    FakeIndex index{spool.path};
    Catalog catalog;

    /// Names and numbers of messages; what is no mail behind.
    std::string scanned(const std::string& name) {
        ScanOptions options;
        options.spool = spool.path;
        catalog = Catalog();
        const auto done = scan(catalog, path / name, options);
        if (!done) return "error: " + done.error().message;
        std::string out;
        for (std::uint32_t i = 0; i < catalog.sources.size(); ++i) {
            const auto count = std::ranges::count(catalog.entries, i, &Entry::source);
            if (count > 0)
                out +=
                    catalog.sources[i].name.substr((path / name).native().size()) + ":" + std::to_string(count) + " ";
        }
        for (const Problem& problem : catalog.problems) out += problem.name.substr((path / name).native().size()) + "!";
        return out;
    }
    std::string bytes(std::size_t entry) { return EntryReader(catalog).read(catalog.entries[entry])->bytes; }
};

}  // namespace

TEST_CASE("compressed files are read as what they hold") {
    const std::string dump = "#### t\n##### From: J <j@x>\n\n```c\none\n```\n";
    struct Case {
        const char* name;
        Step filter;
        std::string_view bytes;
        const char* kind;
        int messages;
    };
    for (const Case& c : {
             Case{"gzip", archive_write_add_filter_gzip, kMbox, "mbox, gzip", 2},
             Case{"bzip2", archive_write_add_filter_bzip2, kMbox, "mbox, bzip2", 2},
             Case{"xz", archive_write_add_filter_xz, kMbox, "mbox, xz", 2},
             Case{"zstd", archive_write_add_filter_zstd, kMbox, "mbox, zstd", 2},
             Case{"compress", archive_write_add_filter_compress, kMbox, "mbox, compress (.Z)", 2},
             Case{"message", archive_write_add_filter_gzip, kMail, "message, gzip", 1},
             Case{"dump", archive_write_add_filter_xz, dump, "markdown, xz", 1},
             Case{"diff", archive_write_add_filter_zstd, "diff --git a/f b/f\n", "diff, zstd", 1},
         }) {
        CAPTURE(c.name);
        Packed at;
        at.folder.put("x", compress(c.bytes, c.filter));
        CHECK(at.scanned("x") == ":" + std::to_string(c.messages) + " ");
        CHECK(at.catalog.archives[0].kind == c.kind);
        CHECK(at.catalog.entries[0].key == (c.bytes == dump ? dump.find("one") : 0));
        CHECK(std::string(c.bytes).find(at.bytes(0)) != std::string::npos);
        CHECK(at.index.update(at.path / "x") == static_cast<std::size_t>(c.messages));
        CHECK(at.index.update(at.path / "x") == 0);
        CHECK(at.index.kept_whole() == 1);
        CHECK(at.index.catalog.archives[0].kind == c.kind);
        at.index.make_settled();
        CHECK(at.index.update(at.path / "x") == 0);
        CHECK(at.index.catalog.archives[0].kind == c.kind);
    }
}

TEST_CASE("two gzip files behind one another are one") {
    Packed at;
    at.folder.put("x", compress(kMbox) + compress("\n" + std::string(kMbox)));
    CHECK(at.scanned("x") == ":4 ");
}

TEST_CASE("a tar gives each member as the file that it is") {
    for (const Step filter :
         {archive_write_add_filter_none, archive_write_add_filter_gzip, archive_write_add_filter_xz}) {
        Packed at;
        const std::vector<File> files{
            {"lists", "", AE_IFDIR},
            {"./lists/2020-10.mbox", std::string(kMbox)},
            {"/lists/a.eml", std::string(kMail)},
            {"../../escape.eml", std::string(kMail)},
            {"lists/more.mbox.gz", compress(kMbox)},
            {"lists/more.eml.bz2", compress(kMail, archive_write_add_filter_bzip2)},
            {"README", "words\n"},
            {"empty", ""},
            {"link", "", AE_IFLNK},
            {"fifo", "", AE_IFIFO},
            {"nested.tar", tar({{"b.eml", std::string(kMail)}})},
            {"nested.tgz", compress(tar({{"b.eml", std::string(kMail)}}))},
            {".hidden", std::string(kMail)},
            {"x/.git/m", std::string(kMail)},
        };
        at.folder.put("x", tar(files, filter));
        CHECK(at.scanned("x") ==
              "/lists/2020-10.mbox:2 /lists/a.eml:1 /../../escape.eml:1 /lists/more.mbox.gz:2 /lists/more.eml.bz2:1 "
              "/README!/empty!/link!/fifo!/nested.tar!/nested.tgz!");
        CHECK(at.catalog.archives[0].kind.starts_with("tar"));
        CHECK(at.bytes(1) == "Subject: y\n\ntwo\n");
        CHECK(at.bytes(3) == kMail);
        CHECK(at.bytes(5) == "Subject: y\n\ntwo\n");
        CHECK(std::distance(fs::directory_iterator(at.spool.path), fs::directory_iterator()) == 1);
    }
}

TEST_CASE("a tar's members are followed by their names") {
    Packed at;
    std::vector<File> files{
        {"a.eml", std::string(kMail)}, {"b.mbox", std::string(kMbox)}, {"b.mbox", std::string(kMail)}};
    at.folder.put("x.tar", tar(files));
    CHECK(at.index.update(at.path) == 4);
    CHECK(at.index.update(at.path) == 0);
    CHECK(at.index.kept_whole() == 4);  // the tar is one
    CHECK(at.index.messages.size() == 4);
    at.index.make_settled();
    CHECK(at.index.update(at.path, {1}) == 0);
    // One of its members was to be read again.
    CHECK(at.index.update(at.path) == 4);
    files.erase(files.begin());
    at.folder.put("x.tar", tar(files));
    CHECK(at.index.update(at.path) == 3);
    CHECK(at.index.catalog.archives[0].gone.size() == 1);
    CHECK(at.index.messages == fresh(at.path, at.spool.path));
    fs::remove(at.path / "x.tar");
    at.folder.put("y.eml", kMail);
    CHECK(at.index.update(at.path) == 1);
    CHECK(at.index.messages.size() == 1);
}

TEST_CASE("a maildir in a tar keeps its messages' places when flags change") {
    Packed at;
    const std::string other = "Subject: hardly a header\n\n";
    at.folder.put(
        "x",
        tar({{"m/cur/1:2,S", std::string(kMail)}, {"m/new/2", other}, {"m/tmp/3", other}, {"m/.sub/cur/4:2,", other}}));
    CHECK(at.scanned("x") == "/m:2 /m/.sub:1 ");
    CHECK(at.index.update(at.path / "x") == 3);
    auto before = at.index.messages;
    at.folder.put("x", tar({{"m/cur/1:2,RS", std::string(kMail)}, {"m/cur/2:2,S", other}, {"m/.sub/new/4", other}}));
    at.index.update(at.path / "x");
    CHECK(at.index.messages == before);
    CHECK(before.size() == 3);
}

TEST_CASE("what is cut short gives what came before") {
    std::string mbox;
    for (int i = 0; i < 3000; ++i)
        mbox += "From a@b Mon Oct 26 09:51:08 2020\nSubject: " + std::to_string(i * 2654435761U) + "\n\nbody\n\n";
    for (const Step filter :
         {archive_write_add_filter_gzip, archive_write_add_filter_bzip2, archive_write_add_filter_zstd}) {
        Packed at;
        const std::string whole =
            compress(mbox + mbox + mbox + mbox + mbox + mbox + mbox + mbox, filter);  // more than a block of bzip2
        at.folder.put("x", whole.substr(0, whole.size() * 9 / 10));
        const std::string found = at.scanned("x");
        CAPTURE(found);
        REQUIRE(at.catalog.problems.size() == 1);
        CHECK(at.catalog.problems[0].what.ends_with("; what comes before is read"));
        CHECK(at.catalog.entries.size() > 1000);
        CHECK(at.catalog.entries.size() < 24'000);
    }
    Packed at;
    const std::string whole = tar({{"a.eml", std::string(kMail)}, {"b.mbox", mbox}});
    at.folder.put("x", whole.substr(0, whole.size() / 2));
    at.scanned("x");
    CHECK(at.catalog.problems.size() == 1);
    CHECK(at.catalog.entries.size() > 1000);
    at.folder.put("junk", "\x1F\x8B\x08 and then junk");
    CHECK(at.scanned("junk").starts_with("error: "));
}

TEST_CASE("a bomb is stopped and named") {
    // 400 MiB that shrink to less than 100 KB; twice, since gzip alone packs no better than 1:1000.
    std::string lines;
    while (lines.size() < std::size_t{1} << 20)
        lines += "Words that are said a thousand times and more, again and again.\n";
    std::string bomb;
    ::archive* writer = archive_write_new();
    archive_write_add_filter_gzip(writer);
    archive_write_add_filter_gzip(writer);
    archive_write_set_format_raw(writer);
    archive_write_open(writer, &bomb, nullptr, append, nullptr);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_entry_free(entry);
    archive_write_data(writer, kMbox.data(), kMbox.size());
    for (int i = 0; i < 400; ++i) archive_write_data(writer, lines.data(), lines.size());
    archive_write_close(writer);
    archive_write_free(writer);
    REQUIRE(bomb.size() < 100'000);
    Packed at;
    SUBCASE("compressed") {
        at.folder.put("x", bomb);
        CHECK(at.scanned("x") == ":2 !");
    }
#ifndef PATCHSEEK_SANITIZED  // which take ten seconds for each
    SUBCASE("in a tar, many times") {
        at.folder.put("x", tar({{"1.gz", bomb}, {"2.gz", bomb}, {"3.gz", bomb}, {"4.gz", bomb}}));
        at.scanned("x");
        CHECK(at.catalog.problems.size() >= 4);
        CHECK(at.catalog.entries.size() <= 8);
    }
#endif
    CHECK(at.catalog.problems[0].what.find("unpacks to more than") != std::string::npos);
    std::uintmax_t used = 0;
    for (const auto& file : fs::directory_iterator(at.spool.path)) used += file.file_size();
    CHECK(used < (std::uintmax_t{300} << 20));
}

TEST_CASE("a tar of very many things that are no mail names some of them") {
    std::vector<File> files{{"a.eml", std::string(kMail)}};
    for (int i = 0; i < 5000; ++i) files.push_back({"junk" + std::to_string(i), "words\n"});
    Packed at;
    at.folder.put("x", tar(files, archive_write_add_filter_gzip));
    at.scanned("x");
    CHECK(at.catalog.entries.size() == 1);
    CHECK(at.catalog.problems.size() == 101);
    CHECK(at.catalog.problems.back().what == "4900 more members that were not read");
}

TEST_CASE("a sparse member of a tar is limited by what it claims") {
    Packed at;
    at.folder.put("sparse", kMbox);
    fs::resize_file(at.path / "sparse", std::uintmax_t{1} << 40);
    std::fstream(at.path / "sparse", std::ios::in | std::ios::out | std::ios::binary).seekp((std::int64_t{1} << 40) - 1)
        << "x";
    REQUIRE(std::system(("cd '" + at.path.native() + "' && tar -S -cf x sparse").c_str()) == 0);
    REQUIRE(fs::file_size(at.path / "x") < 100'000);
    const auto start = std::chrono::steady_clock::now();
    const std::string found = at.scanned("x");
    CAPTURE(found);
    CHECK(at.catalog.entries.size() == 2);
    CHECK(at.catalog.problems.size() == 1);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("tars and compression are told by their bytes") {
    CHECK(is_tar(tar({{"a", "b"}})));
    CHECK(is_tar(pack(archive_write_add_filter_none, archive_write_set_format_v7tar, {{"a", "b"}})));
    CHECK(is_tar(pack(archive_write_add_filter_none, archive_write_set_format_gnutar, {{std::string(300, 'a'), "b"}})));
    CHECK_FALSE(is_tar(std::string(512, '\0')));
    CHECK_FALSE(is_tar(std::string(512, 'a')));
    CHECK_FALSE(is_tar(tar({{"a", "b"}}).substr(0, 511)));
    CHECK(compression("BZh91AY") == "bzip2");
    CHECK(compression("BZh is how mail may begin").empty());
    CHECK(compression("").empty());
}

TEST_CASE("standard input is any of them, and its messages' places do not depend on their order") {
    const std::string first = "From a@b Mon Oct 26 09:51:08 2020\nSubject: x\n\none\n\n";
    const std::string second = "From a@b Mon Oct 26 09:51:08 2020\nSubject: y\n\ntwo\n\n";
    Packed at;
    const auto read = [&](const std::string& bytes) {
        at.folder.put("in", bytes);
        const int saved = ::dup(STDIN_FILENO);
        const int file = ::open((at.path / "in").c_str(), O_RDONLY);
        ::dup2(file, STDIN_FILENO);
        ::close(file);
        ScanOptions options;
        options.spool = at.spool.path;
        at.catalog = Catalog();
        const auto done = scan(at.catalog, "-", options);
        ::dup2(saved, STDIN_FILENO);
        ::close(saved);
        std::vector<std::uint64_t> places;
        if (!done) return places;
        CHECK(at.catalog.archives[0].additive);
        CHECK(at.catalog.archives[0].path == "-");
        CHECK(state_of(at.catalog, 0, {}).empty());
        for (const Entry& entry : at.catalog.entries) places.push_back(entry.key);
        std::ranges::sort(places);
        return places;
    };
    const auto places = read(first + second);
    CHECK(places.size() == 2);
    CHECK(at.bytes(1) == "Subject: y\n\ntwo\n");
    CHECK(read(second + first) == places);
    CHECK(read(second + first + second) == places);
    CHECK(read(compress(second + first)) == places);
    CHECK(at.catalog.archives[0].kind == "mbox, gzip");
    CHECK(read(tar({{"m", second + first}})) == places);
    CHECK(read(second).size() == 1);
    CHECK(read("no mail").empty());
    CHECK(at.catalog.archives.empty());
    CHECK(read("").empty());
    CHECK(at.catalog.archives.size() == 1);
}
