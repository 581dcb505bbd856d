// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/processes.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

using namespace patchseek;
using search::in_processes;

TEST_CASE("what pieces of work return comes back in their order, however long it is") {
    const auto answers =
        in_processes(4, [](std::size_t i) { return std::string(i * 500'000, static_cast<char>('a' + i)); });
    REQUIRE(answers);
    REQUIRE(answers->size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK((*answers)[i] == std::string(i * 500'000, static_cast<char>('a' + i)));
}

TEST_CASE("each piece but the first has a process of its own") {
    const auto answers = in_processes(3, [](std::size_t) { return std::to_string(::getpid()); });
    REQUIRE(answers);
    CHECK((*answers)[0] == std::to_string(::getpid()));
    CHECK((*answers)[1] != (*answers)[0]);
    CHECK((*answers)[2] != (*answers)[1]);
}

TEST_CASE("a copy that does not come to its end gives nothing, and the first piece throws here") {
    CHECK_FALSE(in_processes(2, [](std::size_t i) -> std::string {
        if (i == 1) throw std::runtime_error("it fails");
        return "done";
    }));
    CHECK_FALSE(in_processes(3, [](std::size_t i) -> std::string {
        if (i == 2) ::raise(SIGKILL);
        return "done";
    }));
    CHECK_THROWS_AS(in_processes(2,
                                 [](std::size_t i) -> std::string {
                                     if (i == 0) throw std::runtime_error("it fails");
                                     ::pause();
                                     return "never";
                                 }),
                    std::runtime_error);
}

TEST_CASE("a copy that is stopped is waited for until its piece is given up, and is ended") {
    int asked = 0;
    const auto answers = in_processes(
        3,
        [](std::size_t i) -> std::string {
            if (i == 1) ::raise(SIGSTOP);
            return "done";
        },
        [&] { return ++asked > 2; });
    REQUIRE(answers);
    CHECK(*answers == std::vector<std::string>{"done", "", "done"});
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}
