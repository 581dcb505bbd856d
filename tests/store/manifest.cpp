// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/manifest.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "../folder.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

Manifest sample() {
    return {schema::kVersion,
            std::numeric_limits<std::uint64_t>::max(),
            -5,
            {{"gen-000001/0", true}, {"gen-000001/1", false, "gen-000002/dead-1"}},
            {{"/mail/a \"b\"\n", "00", "mbox", 7, true, "message", "archives/00-000017"},
             {"/mail/\xFF\xFE", "ff", "maildir", 1, false}},
            {0, 4294967295},
            "relations-000017",
            {{"/src/\xFE", "0f", {}, "", 0}, {"/src/b", "10", {"master", "v1.x"}, "commits/10-000001", 3}},
            "data-0123456789abcdef",
            {{"gen-000001/0/words", 5, 4294967295}, {"texts/000000", 1ull << 40, 0}}};
}

// With the checksum that a manifest ends in.
std::string sealed(const std::string& json) {
    const auto text = json.substr(0, json.rfind('}'));
    return text + ",\n  \"checksum\": " + std::to_string(checksum(text)) + "\n}\n";
}

// Sets a variable for one test.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        value ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

private:
    const char* name_;
    std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("a manifest comes back as it was, and is JSON") {
    const Folder folder;
    const Manifest before = sample();
    std::filesystem::create_directory(folder / before.data);
    REQUIRE(write_manifest(folder.path, before));
    CHECK(nlohmann::json::accept(*read_file(folder / "manifest.json")));
    const auto after = read_manifest(folder.path);
    REQUIRE(after);
    CHECK((*after == before));
}

TEST_CASE("where no index is, the way to make one is told") {
    const Folder folder;
    const auto text = [](const std::filesystem::path& index) {
        const auto manifest = read_manifest(index);
        REQUIRE_FALSE(manifest);
        CHECK(manifest.error().kind == ErrorKind::no_input);
        return manifest.error().message;
    };
    const std::string here = folder.path.native();
    CHECK(text(folder.path) == "no index in '" + here + "'; make one with: patchseek-index --db " + here + " ARCHIVE");
    CHECK(text(folder / "it's") ==
          "no index in '" + here + "/it's'; make one with: patchseek-index --db '" + here + "/it'\\''s' ARCHIVE");
    put(folder / "file", "");
    CHECK(text(folder / "file").starts_with("no index in '"));
}

TEST_CASE("another schema is refused with the way out, whatever else stands there") {
    const Folder folder;
    struct Case {
        const char *json, *schema;
    };
    for (const Case& c :
         {Case{R"({"schema": 98, "shards": "elsewhere"})", "98"}, Case{R"({"schema": 0})", "0"},
          Case{R"({"schema": -1})", "-1"}, Case{R"({"schema": 18446744073709551615})", "18446744073709551615"}}) {
        put(folder / "manifest.json", c.json);
        const auto manifest = read_manifest(folder.path);
        REQUIRE_FALSE(manifest);
        CHECK(manifest.error().kind == ErrorKind::data);
        CHECK(manifest.error().message == "index '" + folder.path.native() + "' has schema " + c.schema +
                                              ", this program needs " + std::to_string(schema::kVersion) +
                                              "; patchseek-index --db " + folder.path.native() +
                                              " --rebuild makes it anew");
    }
}

TEST_CASE("a damaged manifest is refused with the way out") {
    const Folder folder;
    const auto object = [](const std::string& key, const std::string& value) {
        nlohmann::json json =
            nlohmann::json::parse(R"({"schema":1,"generation":1,"updated":1,"shards":[],"archives":[],"texts":[]})");
        json["schema"] = schema::kVersion;
        if (!key.empty()) json[key] = nlohmann::json::parse(value);
        return sealed(json.dump());
    };
    put(folder / "manifest.json", object("", ""));
    REQUIRE(read_manifest(folder.path));
    for (const std::string& text :
         {std::string(),
          std::string("{"),
          std::string("[]"),
          std::string("{}"),
          std::string(R"({"schema":"1"})"),
          std::string(1000000, '['),
          object("generation", "-1"),
          object("generation", "\"1\""),
          object("updated", "1.5"),
          object("", "").substr(0, 20) + ' ' + object("", "").substr(20),
          object("data", "7"),
          object("data", "\"data-1/..\""),
          object("data", "\"elsewhere\""),
          object("files", "[]"),
          object("files", R"({"a":[1]})"),
          object("files", R"({"a":[1,4294967296]})"),
          object("files", R"({"../a":[1,1]})"),
          object("shards", "{}"),
          object("shards", "[1]"),
          object("archives", "null"),
          object("texts", "7"),
          object("texts", "[-1]"),
          object("texts", "[4294967296]"),
          object("shards", R"([{"folder":"a"}])"),
          object("shards", R"([{"folder":"a","newest_first":true,"dead":7}])"),
          object("shards", R"([{"folder":"a","newest_first":true,"dead":"../b"}])"),
          object("shards", R"([{"folder":"a","newest_first":true,"dead":""}])"),
          object("shards", R"([{"folder":"../a","newest_first":true}])"),
          object("shards", R"([{"folder":"/a","newest_first":true}])"),
          object("shards", R"([{"folder":"a/../../b","newest_first":true}])"),
          object("shards", R"([{"folder":"","newest_first":true}])"),
          object("archives", R"([{"path":"a","key":"0","messages":1,"settled":true}])"),
          object("archives", R"([{"path":"a","key":"0","kind":"mbox","messages":1}])"),
          object("archives",
                 R"([{"path":"a","path_bytes":"!","key":"0","kind":"mbox","messages":1,"settled":true}])")}) {
        CAPTURE(text.substr(0, 200));
        put(folder / "manifest.json", text);
        const auto manifest = read_manifest(folder.path);
        REQUIRE_FALSE(manifest);
        CHECK(manifest.error().kind == ErrorKind::data);
        CHECK(manifest.error().message == "index '" + folder.path.native() +
                                              "' is damaged: manifest.json cannot be read; patchseek-index --db " +
                                              folder.path.native() + " --rebuild makes it anew");
    }
}

TEST_CASE("the default index follows the environment") {
    struct Case {
        const char *db, *data, *home, *index;
    };
    for (const Case& c : {Case{"/db", "/data", "/home", "/db"}, Case{"db", nullptr, "/home", "db"},
                          Case{"", "/data", "/home", "/data/patchseek"},
                          Case{nullptr, "relative", "/home", "/home/.local/share/patchseek"},
                          Case{nullptr, "", "/home", "/home/.local/share/patchseek"}}) {
        const Variable db("PATCHSEEK_DB", c.db), data("XDG_DATA_HOME", c.data), home("HOME", c.home);
        CHECK(default_index() == c.index);
    }
}
