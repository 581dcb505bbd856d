// SPDX-License-Identifier: GPL-2.0-or-later
// Facts of real mail that only show when subject, body and references come together. The others are in tests/mail and
// tests/patch.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "document/record.hpp"
#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"

TEST_CASE("fact 42: a reply that keeps the subject of the patch is a reply by what it refers to and lacks") {
    std::ifstream file(TEST_DATA "/facts/42-reply-without-re.eml", std::ios::binary);
    const auto message = patchseek::mail::parse(std::string((std::istreambuf_iterator<char>(file)), {}));
    const auto patch = patchseek::patch::parse(message.subject, message.body, message.sender());
    const auto record = patchseek::document::make_record(message, patch);
    CHECK(record.kind == patchseek::store::MessageKind::reply);
    CHECK_FALSE(record.part);
    REQUIRE(record.trailers.size() == 1);
    CHECK(record.trailers[0].name == "Reviewed-by");
}
