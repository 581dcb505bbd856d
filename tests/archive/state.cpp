// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/state.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <string>

#include "patchseek/base/encoding.hpp"

using namespace patchseek::archive;

namespace {

SourceState state(Key key) {
    SourceState out;
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

TEST_CASE("states come back as they were, in the order of their keys") {
    const std::string text = write_state({state(~Key{0}), state(0), SourceState{}});
    CHECK(write_state(ArchiveState(text).sources()) == text);
    const ArchiveState read(write_state({state(9), state(2)}));
    REQUIRE(read.sources().size() == 2);
    REQUIRE(read.find(9));
    CHECK_FALSE(read.find(3));
    const SourceState& back = *read.find(9);
    CHECK(back.outer == 7);
    CHECK(back.form == Form::member);
    CHECK(back.kind == SourceKind::diff);
    CHECK(back.stub);
    CHECK(back.racy);
    CHECK_FALSE(back.quoted);
    CHECK(back.stamp == state(9).stamp);
    CHECK(back.open_from == 5);
    CHECK(back.digest == state(9).digest);
    CHECK(back.extra == state(9).extra);
}

TEST_CASE("a state is written as ever") {
    if (std::endian::native != std::endian::little) return;  // numbers stand as in memory
    const char* const golden =
        "cGF0Y2hzZWVrIGFyY2hpdmUgc3RhdGUgMQoCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEEAAkAAAAAAAAABwAAAAAAAAABAAAA"
        "AAAAAP7/////////AwAAAAAAAAAEAAAAAAAAAAUAAAAAAAAABgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYDAAAABAMD"
        "AHgACg==";
    CHECK(patchseek::base64(write_state({state(9), SourceState{}})) == golden);
    CHECK(write_state(ArchiveState(patchseek::from_base64(golden).value_or("")).sources()) ==
          write_state({state(9), SourceState{}}));
}

TEST_CASE("a state that cannot be read is empty") {
    const std::string good = write_state({state(1), state(2)});
    CHECK(ArchiveState("").sources().empty());
    CHECK(ArchiveState("patchseek archive state 9\n").sources().empty());
    for (std::size_t size = 0; size < good.size(); ++size)
        REQUIRE(ArchiveState(good.substr(0, size)).sources().empty());
    std::string lies = good;
    lies.replace(26, 8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F");
    CHECK(ArchiveState(lies).sources().empty());
}

TEST_CASE("a state of 60,000 sources comes back whole") {
    std::vector<SourceState> states;
    for (Key key = 0; key < 60'000; ++key) states.push_back(state(key * 0x9E3779B97F4A7C15));
    CHECK(ArchiveState(write_state(states)).sources().size() == states.size());
}
