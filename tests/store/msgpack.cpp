// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/store/msgpack.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace patchseek::store;
using Json = nlohmann::json;

namespace {

/// What events tell, as a value again.
class Builder {
public:
    bool number_unsigned(std::uint64_t value) { return put(value); }
    bool number_integer(std::int64_t value) { return put(value); }
    bool string(std::string_view value) { return put(std::string(value)); }
    bool key(char letter) {
        key_.back() = std::string(1, letter);
        return true;
    }
    bool start_array() { return open(Json::array()); }
    bool start_object() { return open(Json::object()); }
    bool end_array() { return close(); }
    bool end_object() { return close(); }

    Json whole;

private:
    bool open(Json&& one) {
        if (open_.size() > 8) return false;
        open_.push_back(std::move(one));
        key_.emplace_back();
        return true;
    }
    bool close() {
        Json one = std::move(open_.back());
        open_.pop_back();
        key_.pop_back();
        return put(std::move(one));
    }
    bool put(Json one) {
        if (open_.empty())
            whole = std::move(one);
        else if (open_.back().is_array())
            open_.back().push_back(std::move(one));
        else
            open_.back()[key_.back()] = std::move(one);
        return true;
    }

    std::vector<Json> open_;
    std::vector<std::string> key_;
};

/// Numbers and sizes around those at which MessagePack writes them otherwise.
std::uint64_t size(std::mt19937& chance, std::uint64_t most) {
    constexpr std::uint64_t kEdges[] = {0, 15, 31, 127, 255, 65535, UINT32_MAX, UINT64_MAX >> 1};
    const auto edge = kEdges[chance() % std::size(kEdges)] + chance() % 3;
    return edge <= most ? edge : chance() % (most + 1);
}

Json any_value(std::mt19937& chance, int depth) {
    switch (chance() % (depth > 3 ? 3 : 5)) {
        case 0: return size(chance, std::numeric_limits<std::uint64_t>::max());
        case 1: return -static_cast<std::int64_t>(size(chance, std::numeric_limits<std::int64_t>::max()));
        case 2: return std::string(size(chance, 70'000), 'x');
        case 3: {
            Json out = Json::array();
            for (auto left = size(chance, depth == 0 ? 70'000 : 20); left > 0; --left)
                out.push_back(left < 4 ? any_value(chance, depth + 1) : Json(left));
            return out;
        }
        default: {
            Json out = Json::object();
            for (auto left = size(chance, 40); left > 0; --left)
                out[std::string(1, static_cast<char>('0' + left))] =
                    left < 4 ? any_value(chance, depth + 1) : Json(left);
            return out;
        }
    }
}

}  // namespace

TEST_CASE("what nlohmann writes is read as it was, and nothing else") {
    std::mt19937 chance(11);  // always the same
    for (int round = 0; round < 300; ++round) {
        const Json value = any_value(chance, 0);
        std::string bytes;
        Json::to_msgpack(value, bytes);
        Builder builder;
        REQUIRE(MsgpackReader(bytes, builder).read());
        CHECK(builder.whole == value);
        Builder other;
        CHECK_FALSE(MsgpackReader(bytes + '\x01', other).read());
        const std::string cut = bytes.substr(0, chance() % bytes.size());
        Builder third;
        CHECK_FALSE(MsgpackReader(cut, third).read());
    }
}
