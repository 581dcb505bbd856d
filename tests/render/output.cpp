// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/output.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "capture.hpp"

using patchseek::ErrorKind;
using patchseek::UniqueFd;
using patchseek::render::Colour;
using patchseek::render::Output;
using patchseek::render::want_colour;

TEST_CASE("a full device fails as io, and the failure stays") {
    const UniqueFd full(::open("/dev/full", O_WRONLY));
    REQUIRE(full);
    Output out(full.get());
    out.write("x");
    const auto done = out.finish();
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::io);
    CHECK(done.error().message == "cannot write 'standard output': No space left on device");
    CHECK(out.failed());
    CHECK_FALSE(out.reader_gone());
    CHECK_FALSE(out.finish());
}

TEST_CASE("rendering stops and tells when its output fails") {
    const UniqueFd full(::open("/dev/full", O_WRONLY));
    Output out(full.get());
    patchseek::reader::Page page;
    page.hits.assign(2000, sample_hit());
    patchseek::render::info(patchseek::render::Format::text).write(page, {}, out);
    CHECK(out.failed());
    const auto done = out.finish();
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::io);
}

TEST_CASE("a reader that left is told apart") {
    const auto handler = std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const UniqueFd writing(ends[1]);
    ::close(ends[0]);
    Output out(writing.get());
    out.write(std::string(1 << 20, 'x'));
    CHECK_FALSE(out.finish());
    CHECK(out.reader_gone());
    std::signal(SIGPIPE, handler);
}

TEST_CASE("a closed descriptor is an error even with nothing to write") {
    Output out(-1);
    CHECK_FALSE(out.is_terminal());
    CHECK_FALSE(out.finish());
}

TEST_CASE("much text arrives whole") {
    std::string all;
    const std::string got = captured([&](Output& out) {
        for (int i = 0; i < 100000; ++i) {
            all += std::to_string(i);
            out.write(std::to_string(i));
        }
        CHECK(out.flush());
    });
    CHECK(got == all);
}

TEST_CASE("colour is for terminals that have it, and for whoever insists") {
    const UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY));
    REQUIRE(master);
    REQUIRE(::grantpt(master.get()) == 0);
    REQUIRE(::unlockpt(master.get()) == 0);
    const UniqueFd terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
    REQUIRE(terminal);
    const UniqueFd file(::open("/dev/null", O_WRONLY));
    struct Case {
        const char *term, *no_color;
        bool on_terminal;
    };
    for (const Case& c : {Case{"xterm", nullptr, true}, Case{"xterm", "", true}, Case{"xterm", "1", false},
                          Case{"dumb", nullptr, false}, Case{nullptr, nullptr, false}}) {
        c.term ? ::setenv("TERM", c.term, 1) : ::unsetenv("TERM");
        c.no_color ? ::setenv("NO_COLOR", c.no_color, 1) : ::unsetenv("NO_COLOR");
        CHECK(want_colour(Colour::automatic, terminal.get()) == c.on_terminal);
        CHECK_FALSE(want_colour(Colour::automatic, file.get()));
        CHECK(want_colour(Colour::always, file.get()));
        CHECK_FALSE(want_colour(Colour::never, terminal.get()));
    }
    ::unsetenv("NO_COLOR");
}

TEST_CASE("raw bytes and exact names never reach a terminal") {
    const UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY));
    REQUIRE(::grantpt(master.get()) == 0);
    REQUIRE(::unlockpt(master.get()) == 0);
    const UniqueFd terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
    Output out(terminal.get());
    REQUIRE(out.is_terminal());
    patchseek::reader::Hit hit = sample_hit();
    hit.text.raw = "a\x1B[2J";
    hit.record.files = {patchseek::patch::FileChange{"f\x1B[2J"}};
    patchseek::render::info(patchseek::render::Format::raw).write({{hit}, 1, true}, {}, out);
    patchseek::render::info(patchseek::render::Format::files).write({{hit}, 1, true}, {.record_end = '\0'}, out);
    REQUIRE(out.finish());
    char got[64] = {};
    const ssize_t size = ::read(master.get(), got, sizeof got);
    REQUIRE(size > 0);
    CHECK(std::string(got, static_cast<std::size_t>(size)) == std::string("a^[[2Jf^[[2J\0", 13));
}

TEST_CASE("the pager of git's configuration") {
    struct Case {
        const char* config;
        const char* pager;
    };
    for (const Case& c :
         {Case{"[core]\n\tpager = less -R\n", "less -R"}, Case{"[Core]\nPAGER=\"a # b\" ; c\n", "a # b"},
          Case{"[core]\npager = a\n[user]\npager = b\n", "a"}, Case{"[core]\npager =\n", ""},
          Case{"[core]\npager = a\\\"b\r\n", "a\"b"}}) {
        CAPTURE(std::string(c.config));
        REQUIRE(patchseek::render::pager_in(c.config));
        CHECK(*patchseek::render::pager_in(c.config) == c.pager);
    }
    for (const char* config : {"", "[core]\n", "pager = a", "[corex]\npager = a\n", "[core \"x\"]\npager = a\n"})
        CHECK_FALSE(patchseek::render::pager_in(config));
}
