#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What JSON objects of answers are made of. Absent is absent: nothing is put for it.
namespace patchseek::render {

using Json = nlohmann::ordered_json;

void put(Json& object, const char* key, const std::string& text);
void put(Json& object, const char* key, const std::vector<std::string>& texts);
void put(Json& object, const char* key, const std::optional<std::uint32_t>& number);
/// What somebody may have to look up again by its exact bytes, which JSON cannot hold.
void put_exact(Json& object, const std::string& key, const std::string& text);

/// One line, with the characters escaped that move a cursor when they are printed.
std::string line_of(const Json& json);

}  // namespace patchseek::render
