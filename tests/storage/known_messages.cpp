// SPDX-License-Identifier: GPL-2.0-or-later
#include "storage/known_messages.hpp"

#include <doctest/doctest.h>

#include <string>

using patchseek::storage::Added;

TEST_CASE("what was added is always held to be, and seldom what was not") {
    constexpr int kCount = 10'000;
    Added added(kCount);
    const auto name = [](int i) { return "<" + std::to_string(i) + "@mail.example>"; };
    for (int i = 0; i < kCount; ++i) added.add(name(i));
    int missed = 0, wrong = 0;
    for (int i = 0; i < kCount; ++i) {
        missed += !added.may_hold(name(i));
        wrong += added.may_hold(name(kCount + i));
    }
    CHECK(missed == 0);
    CHECK(wrong < kCount / 100);
    CHECK_FALSE(Added(0).may_hold("anything"));
}
