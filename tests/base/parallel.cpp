// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/parallel.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <vector>

using namespace patchseek;

namespace {

// What a copy of a copy of this process does when its parent is killed: `early` before it has asked to end with it,
// else after. It tells 'g' when it may go on, then 'n' if it found its parent gone; the end of what it tells is its
// own.
struct Copies {
    int from = -1;
    pid_t parent = -1;
};

Copies make(bool early) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        const pid_t self = ::getpid();
        if (::fork() != 0)
            for (;;) ::pause();
        const auto tell = [&](char what) { (void)!::write(ends[1], &what, 1); };
        if (early) {
            tell('g');
            while (::getppid() == self) ::usleep(1000);
            if (!end_with(self)) tell('n');
            ::_exit(0);
        }
        if (end_with(self)) tell('g');
        for (;;) ::pause();
    }
    ::close(ends[1]);
    return {ends[0], parent};
}

char next(int from) {
    char what = 0;
    pollfd one{from, POLLIN, 0};
    if (::poll(&one, 1, 10'000) <= 0) return 't';
    return ::read(from, &what, 1) == 1 ? what : '.';
}

}  // namespace

TEST_CASE("a copy does not outlive the process that made it, however early that is killed") {
    for (const bool early : {true, false}) {
        CAPTURE(early);
        const auto copies = make(early);
        CHECK(next(copies.from) == 'g');
        ::kill(copies.parent, SIGKILL);
        ::waitpid(copies.parent, nullptr, 0);
        if (early) CHECK(next(copies.from) == 'n');
        CHECK(next(copies.from) == '.');
        ::close(copies.from);
    }
}

TEST_CASE("work is done for each number once, also where there are none") {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
        std::vector<int> done(count);
        in_parallel(count, [&](std::size_t i) { ++done[i]; });
        CHECK(done == std::vector<int>(count, 1));
    }
    CHECK(processors() >= 1);
}
