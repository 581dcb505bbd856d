// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/interner.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using namespace patchseek;

TEST_CASE("equal texts have one number, others another, however many they are") {
    Interner interner;
    for (int round = 0; round < 2; ++round) {
        std::map<std::string, std::uint32_t> wanted;
        std::mt19937 random(1);
        for (int i = 0; i < 50'000; ++i) {
            const auto text = std::string(random() % 30, 'x') + std::to_string(random() % 3000);
            const auto next = static_cast<std::uint32_t>(wanted.size());
            const auto number = wanted.try_emplace(i == 0 ? "" : text, next).first->second;
            REQUIRE(interner.number(i == 0 ? "" : text) == number);
        }
        CHECK(interner.size() == wanted.size());
        for (const auto& [text, number] : wanted) CHECK(interner.text(number) == text);
        std::vector<std::uint32_t> order;
        for (const auto& [text, number] : wanted) order.push_back(number);
        CHECK(interner.sorted() == order);
        interner.clear();
        CHECK(interner.size() == 0);
    }
}
