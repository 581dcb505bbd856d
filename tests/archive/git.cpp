// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "archive/entry_reader.hpp"
#include "archive/git_inbox.hpp"
#include "fake_index.hpp"
#include "folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek::archive;

namespace {

void shell(const std::string& command) {
    CAPTURE(command);
    REQUIRE(std::system(("exec 2>&1; " + command).c_str()) == 0);
}

/// A repository made of commits that each hold the files given.
class Repository {
public:
    explicit Repository(fs::path at) : path(std::move(at)) {
        shell("git -c init.defaultBranch=master init -q --bare '" + path.native() + "'");
    }
    /// A commit that holds these files and no others.
    void commit(const std::vector<std::pair<std::string, std::string>>& files) {
        stream_ += "commit refs/heads/master\ncommitter a <a@b> " + std::to_string(1600000000 + commits_++) +
                   " +0000\ndata 0\n" + from_ + "deleteall\n";
        from_.clear();
        for (const auto& [name, bytes] : files)
            stream_ += "M 100644 inline " + name + "\ndata " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
    }
    void add(const std::string& message) { commit({{"m", message}}); }
    void remove(const std::string& message) { commit({{"d", message}}); }
    void write() {
        std::ofstream(path / "stream", std::ios::binary) << stream_;
        shell("git -C '" + path.native() + "' fast-import --quiet --force <'" + (path / "stream").native() + "'");
        fs::remove(path / "stream");
        stream_.clear();
        from_ = "from refs/heads/master^0\n";
    }
    /// Forgets its history: the next commit is a first one.
    void restart() {
        shell("git -C '" + path.native() + "' update-ref -d refs/heads/master");
        from_.clear();
    }
    fs::path path;

private:
    std::string stream_, from_;
    int commits_ = 0;
};

std::string message(const std::string& id, const std::string& body = "body\n") {
    return "From: a@b\nSubject: " + id + "\nMessage-ID: <" + id + "@x>\n\n" + body;
}

// Subjects of what the index knows.
std::string subjects(const FakeIndex& index) {
    std::set<std::string> found;
    for (const auto& [place, bytes] : index.messages) {
        const auto begin = bytes.find("Subject: ") + 9;
        found.insert(bytes.substr(begin, bytes.find('\n', begin) - begin));
    }
    std::string out;
    for (const std::string& subject : found) out += (out.empty() ? "" : " ") + subject;
    return out;
}

}  // namespace

TEST_CASE("a public-inbox v2 is followed through its epochs") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    Repository zero(path / "git/0.git");
    zero.add(message("1"));
    zero.add(message("2"));
    zero.add(message("3"));
    zero.remove(message("2"));
    zero.commit({});
    zero.write();
    Repository all(path / "all.git");
    FakeIndex index;
    CHECK(index.update(path) == 2);
    CHECK(subjects(index) == "1 3");
    CHECK(index.catalog.archives[0].kind == "public-inbox v2");
    CHECK(index.messages.begin()->second.starts_with("From: a@b\n"));
    CHECK(index.update(path) == 0);
    CHECK(index.kept_whole() == 1);

    // A later epoch removes what an earlier one brought; ten stands behind two.
    Repository ten(path / "git/10.git"), two(path / "git/2.git");
    two.remove(message("3"));
    two.add(message("4"));
    two.write();
    ten.remove(message("4"));
    ten.add(message("5"));
    ten.add(message("1"));
    ten.write();
    CHECK(index.update(path) == 1);
    CHECK(subjects(index) == "1 5");
    CHECK(index.messages == fresh(path));

    ten.remove(message("1"));
    ten.add(message("3"));
    ten.write();
    CHECK(index.update(path) == 1);
    CHECK(subjects(index) == "3 5");
    CHECK(index.messages == fresh(path));

    // Removed and back again: the same blob needs no reading.
    ten.remove(message("5"));
    ten.add(message("5"));
    ten.write();
    CHECK(index.update(path) == 0);
    CHECK(index.kept_whole() == 0);
    CHECK(subjects(index) == "3 5");

    SUBCASE("an epoch that is no more") {
        fs::remove_all(path / "git/10.git");
        CHECK(index.update(path) == 2);
        CHECK(subjects(index) == "1 4");
    }
    SUBCASE("by other names") {
        FakeIndex other;
        CHECK(other.update(path / "git") == 2);
        CHECK(subjects(other) == "3 5");
        FakeIndex through;
        CHECK(through.update(path / "all.git") == 2);
        FakeIndex tree;
        CHECK(tree.update(path.parent_path() / path.filename()) == 2);
    }
    CHECK(index.messages == fresh(path));
}

TEST_CASE("what was removed under another blob id is found by its Message-ID and body") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "0.git";
    Repository zero(path);
    zero.add(message("1"));
    zero.add(message("2"));
    zero.add(message("3"));
    zero.write();
    FakeIndex index;
    CHECK(index.update(path) == 3);
    zero.remove("Status: RO\n" + message("1"));   // of what was known
    zero.remove(message("2", "another body\n"));  // matches nothing
    zero.add(message("4"));
    zero.remove("Lines: 1\n" + message("4"));  // of what is new
    zero.remove("Lines: 1\n" + message("5"));  // before it comes
    zero.add(message("5"));
    zero.write();
    CHECK(index.update(path) == 1);
    CHECK(subjects(index) == "2 3 5");
    CHECK(index.messages == fresh(path));
}

TEST_CASE("a history that was rewritten is walked anew, and only blobs that are new are read") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "0.git";
    Repository zero(path);
    for (const char* id : {"1", "2", "3"}) zero.add(message(id));
    zero.write();
    FakeIndex index;
    CHECK(index.update(path) == 3);
    zero.restart();
    zero.add(message("1"));
    zero.commit({});  // purged
    zero.add(message("3", "edited\n"));
    zero.write();
    CHECK(index.update(path) == 1);
    CHECK(subjects(index) == "1 3");
    CHECK(index.messages == fresh(path));
}

TEST_CASE("a public-inbox v1 is the files of its last commit") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "v1.git";
    const std::string rest(37, 'b');
    Repository inbox(path);
    inbox.commit({{"aa/0" + rest, message("1")}, {"aa/1" + rest, message("2")}});
    inbox.write();
    FakeIndex index;
    CHECK(index.update(path) == 2);
    CHECK(index.catalog.archives[0].kind == "public-inbox v1");
    inbox.commit({{"aa/1" + rest, message("2")}, {"bb/0" + rest, message("3")}});
    inbox.write();
    CHECK(index.update(path) == 1);
    CHECK(subjects(index) == "2 3");
    CHECK(index.messages == fresh(path));
    CHECK(index.update(path) == 0);
    CHECK(index.kept_whole() == 1);
    inbox.commit({});
    inbox.write();
    CHECK(index.update(path) == 0);
    CHECK(index.messages.empty());
}

TEST_CASE("inboxes in a tree, and in .git of a working copy") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    Repository first(path / "lists/a/git/0.git"), second(path / "lists/b.git"), third(path / "lists/c/.git");
    first.add(message("1"));
    first.write();
    second.add(message("2"));
    second.write();
    third.commit({{"aa/" + std::string(38, 'c'), message("3")}});
    third.write();
    folder.put("lists/d.eml", kMail);
    FakeIndex index;
    CHECK(index.update(path) == 4);
    CHECK(subjects(index) == "1 2 3 x");
    CHECK(index.update(path) == 0);
    CHECK(index.messages.size() == 4);
}

TEST_CASE("what is expected of several inboxes by turns is fetched from each at once") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    Repository first(path / "a.git"), second(path / "b.git");
    for (const std::string number : {"1", "2", "3"}) {
        first.add(message("a" + number));
        second.add(message("b" + number));
    }
    first.write();
    second.write();
    Catalog catalog;
    REQUIRE(scan(catalog, path, {}));
    REQUIRE(catalog.entries.size() == 6);
    std::vector<const Entry*> turns;
    for (const std::size_t i : {0, 3, 1, 4, 2, 5}) turns.push_back(&catalog.entries[i]);
    EntryReader reader(catalog);
    reader.expect(turns);
    std::set<std::string> found;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        if (i == 2)  // nothing more can be had from either
            for (const auto& repository : {first.path, second.path})
                fs::rename(repository / "objects", repository / "away");
        const auto read = reader.read(*turns[i]);
        REQUIRE(read);
        found.insert(read->bytes);
    }
    CHECK(found == std::set{message("a1"), message("a2"), message("a3"), message("b1"), message("b2"), message("b3")});
}

TEST_CASE("a message of an inbox is named by its commit") {
    const Folder folder;
    fs::create_directories(folder.path / "git");
    Repository zero(fs::canonical(folder.path) / "git/0.git");
    zero.add(message("1"));
    zero.write();
    Catalog catalog;
    REQUIRE(scan(catalog, fs::canonical(folder.path), {}));
    REQUIRE(catalog.entries.size() == 1);
    const auto named = place(catalog, catalog.entries[0]);
    REQUIRE(named.size() == std::string("commit ").size() + 12);
    shell("test \"$(git -C '" + zero.path.native() + "' show '" + named.substr(7) +
          ":m' | grep -c '^Message-ID: <1@x>$')\" = 1");
}

TEST_CASE("a git repository that is no inbox says so") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path);
    Repository code(path / "code.git");
    code.commit({{"main.c", "int main;\n"}, {"m", "x"}});
    code.write();
    Catalog catalog;
    const auto bare = scan(catalog, path / "code.git", {});
    REQUIRE_FALSE(bare);
    CHECK(bare.error().message.find("no public-inbox") != std::string::npos);
    CHECK(catalog.archives.empty());
    shell("git clone -q '" + (path / "code.git").native() + "' '" + (path / "copy").native() + "'");
    const auto copy = scan(catalog, path / "copy", {});
    REQUIRE_FALSE(copy);
    CHECK(copy.error().message.find("no public-inbox") != std::string::npos);
    folder.put("copy/0001.patch", kMbox);
    FakeIndex index;
    CHECK(index.update(path / "copy") == 2);
    // Within a tree it is one more thing that is no mail.
    CHECK(index.update(path) == 2);
    CHECK(index.catalog.problems.back().name.find("main.c") != std::string::npos);
}

TEST_CASE("a repository of somebody else is refused, and says how it can be read") {
    if (::geteuid() != 0) return;
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "0.git";
    Repository zero(path);
    zero.add(message("1"));
    zero.write();
    FakeIndex index;
    CHECK(index.update(path) == 1);
    shell("chown -R 12345 '" + path.native() + "'");
    Catalog catalog;
    const auto foreign = scan(catalog, path, {});
    REQUIRE_FALSE(foreign);
    CAPTURE(foreign.error().message);
    CHECK(foreign.error().kind == patchseek::ErrorKind::permission);
    CHECK(foreign.error().message.find("safe.directory") != std::string::npos);
    // In a tree it is a problem, and what was known stays.
    FakeIndex tree;
    shell("chown -R 0 '" + path.native() + "'");
    CHECK(tree.update(folder.path) == 1);
    shell("chown -R 12345 '" + path.native() + "'");
    CHECK(tree.update(folder.path) == 0);
    CHECK(tree.messages.size() == 1);
    CHECK(tree.catalog.problems.size() == 1);
}

TEST_CASE("objects that are damaged cost their own messages only") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "0.git";
    Repository zero(path);
    zero.add(message("1"));
    zero.add(message("2"));
    zero.add(message("3"));
    zero.write();
    FakeIndex index;
    CHECK(index.update(path) == 3);
    const auto damage = [&](const std::string& revision) {
        shell("cd '" + path.native() + "' && f=objects/$(git rev-parse " + revision +
              " | sed 's,^..,&/,') && chmod u+w $f && echo junk >$f");
    };
    SUBCASE("a blob") {
        damage("HEAD~1:m");
        Catalog catalog;
        REQUIRE(scan(catalog, path, {}));
        REQUIRE(catalog.entries.size() == 2);
        EntryReader reader(catalog);
        CHECK(reader.read(catalog.entries[0]));
        CHECK(reader.read(catalog.entries[1]));
        REQUIRE(catalog.problems.size() == 1);
        CHECK(catalog.problems[0].what.starts_with("commit "));
    }
    SUBCASE("a blob that was missing is looked for alone") {
        const auto moved = [&](const char* from, const char* to) {
            shell("cd '" + path.native() + "' && f=objects/$(cat id) && mv \"" + from + "$f" + "\" \"" + to + "$f\"");
        };
        shell("cd '" + path.native() +
              "' && git rev-parse HEAD~1:m | sed 's,^..,&/,' >id && mkdir -p $(dirname "
              "away/objects/$(cat id))");
        moved("", "away/");
        FakeIndex other;
        CHECK(other.update(path) == 2);
        CHECK(other.catalog.problems.size() == 1);
        const auto is_named = [&] {
            return other.catalog.problems.size() == 1 &&
                   other.catalog.problems[0].what.ends_with(" is missing as before");
        };
        CHECK(other.update(path) == 0);
        CHECK(is_named());
        zero.add(message("4"));
        zero.write();
        CHECK(other.update(path) == 1);
        CHECK(is_named());
        moved("away/", "");
        CHECK(other.update(path) == 1);
        CHECK(other.catalog.problems.empty());
        CHECK(subjects(other) == "1 2 3 4");
    }
    SUBCASE("a tree") {
        damage("HEAD~1^{tree}");
        Catalog catalog;
        REQUIRE(scan(catalog, path, {}));
        CHECK(catalog.entries.size() == 2);
        CHECK(catalog.problems.size() == 1);
    }
    SUBCASE("a commit") {
        shell("git -C '" + path.native() + "' update-ref refs/heads/master HEAD~1");
        zero.add(message("4"));
        zero.write();
        damage("HEAD~2");
        // What stands before it cannot be seen any more, but it is not gone.
        CHECK(index.update(path) == 1);
        CHECK(subjects(index) == "1 2 3 4");
        CHECK(index.catalog.problems.size() == 1);
        CHECK(index.update(path) == 0);
        CHECK(subjects(index) == "1 2 3 4");
        CHECK(index.catalog.problems.size() == 1);
    }
}

TEST_CASE("nothing that a repository says of programs is run") {
    const Folder folder;
    const fs::path path = fs::canonical(folder.path) / "0.git";
    Repository zero(path);
    zero.add(message("1"));
    zero.commit({{"m", message("2")}});
    zero.write();
    const std::string canary = (folder.path / "canary").native();
    std::ofstream(path / "config", std::ios::app)
        << "[core]\n fsmonitor = touch " << canary << "\n hooksPath = " << path.native()
        << "/hooks\n sshCommand = touch " << canary << "\n pager = touch " << canary
        << "\n[filter \"x\"]\n smudge = touch " << canary << "\n process = touch " << canary
        << "\n[diff \"x\"]\n textconv = touch " << canary << "\n[remote \"origin\"]\n url = ext::touch " << canary
        << "\n promisor = true\n partialclonefilter = blob:none\n";
    std::ofstream(path / "info/attributes") << "* filter=x diff=x\n";
    for (const char* hook : {"post-checkout", "reference-transaction", "post-index-change"}) {
        std::ofstream(path / "hooks" / hook) << "#!/bin/sh\ntouch " << canary << "\n";
        fs::permissions(path / "hooks" / hook, fs::perms::owner_all);
    }
    FakeIndex index;
    CHECK(index.update(path) == 2);
    CHECK_FALSE(fs::exists(canary));
}

TEST_CASE("the identity of a message is its Message-ID and its body") {
    const auto same = [](std::string_view a, std::string_view b) { return message_identity(a) == message_identity(b); };
    CHECK(same("Message-ID: <1>\nA: 1\n\nx\n", "B: 2\nMessage-Id:\n <1>\n\nx\n\n"));
    CHECK_FALSE(same("Message-ID: <1>\n\nx\n", "Message-ID: <1>\n\ny\n"));
    CHECK_FALSE(same("Message-ID: <1>\n\nx\n", "Message-ID: <2>\n\nx\n"));
    CHECK(message_identity("A: 1\n\nMessage-ID: <1>\n") == 0);
    CHECK(message_identity("") == 0);
    CHECK(message_identity("Message-ID:") == 0);
}
