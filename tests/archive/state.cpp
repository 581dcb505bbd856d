#include "archive/state.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace patchseek::archive;

namespace {

Row row(Key key) {
    Row out;
    out.key = key;
    out.outer = 7;
    out.form = Form::member;
    out.kind = SourceKind::diff;
    out.stub = true;
    out.racy = true;
    out.quoted = false;
    out.stamp = {1, -2, 3, 4};
    out.open_from = 5;
    out.digest.fill(6);
    out.extra = std::string("x\0\n", 3);
    return out;
}

}  // namespace

TEST_CASE("rows come back as they were, in the order of their keys") {
    const std::string text = write_state({row(~Key{0}), row(0), Row{}});
    CHECK(write_state(State(text).rows()) == text);
    const State state(write_state({row(9), row(2)}));
    REQUIRE(state.rows().size() == 2);
    REQUIRE(state.find(9));
    CHECK_FALSE(state.find(3));
    const Row& back = *state.find(9);
    CHECK(back.outer == 7);
    CHECK(back.form == Form::member);
    CHECK(back.kind == SourceKind::diff);
    CHECK(back.stub);
    CHECK(back.racy);
    CHECK_FALSE(back.quoted);
    CHECK(back.stamp == row(9).stamp);
    CHECK(back.open_from == 5);
    CHECK(back.digest == row(9).digest);
    CHECK(back.extra == row(9).extra);
}

TEST_CASE("a state that cannot be read is empty") {
    const std::string good = write_state({row(1), row(2)});
    CHECK(State("").rows().empty());
    CHECK(State("patchseek archive state 9\n").rows().empty());
    for (std::size_t size = 0; size < good.size(); ++size) REQUIRE(State(good.substr(0, size)).rows().empty());
    std::string lies = good;
    lies.replace(26, 8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F");
    CHECK(State(lies).rows().empty());
}

TEST_CASE("a state of 60,000 sources is no burden") {
    std::vector<Row> rows;
    for (Key key = 0; key < 60'000; ++key) rows.push_back(row(key * 0x9E3779B97F4A7C15));
    const auto start = std::chrono::steady_clock::now();
    const std::string text = write_state(rows);
    const auto written = std::chrono::steady_clock::now();
    CHECK(State(text).rows().size() == rows.size());
    const auto read = std::chrono::steady_clock::now();
    MESSAGE("written in " << (written - start).count() / 1000 << " us, read in " << (read - written).count() / 1000
                          << " us");
    CHECK(read - start < std::chrono::milliseconds(500));  // some 20 ms when nothing else runs
}
