// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats.hpp"

/// Answers as JSON objects. Absent is absent: nothing is put for it. What a terminal would obey is escaped.
namespace patchseek::render {

/// A hit as one line, its end not included: all keys, or some in their order, as far as it has them.
std::string json_object(const reader::Hit& hit, const std::vector<std::string>& fields = {});

/// One line of --batch, its end not included: what a query found and the cursor behind that, if it is not empty; or why
/// it was not understood.
std::string batch_answer(std::string_view query, const reader::Page& page, bool partial,
                         const std::vector<std::string>& fields = {}, const std::string& cursor = {});
std::string batch_error(std::string_view query, const Error& error);

/// Objects one behind the other: lines for jsonl, one array for json, which is an array also of nothing.
class JsonRecords {
public:
    JsonRecords(Format format, const Style& style, Output& out);
    void add(const std::string& object);
    void finish();

private:
    bool array_;
    const Style& style_;
    Output& out_;
    bool first_ = true;
};

// What the keys are: answers.schema.json, which is installed, and is the one place that knows them.

/// The text of that file.
extern const std::string_view kAnswersSchema;

/// The keys of each kind of object, for a person.
std::string json_help();

/// The keys of a message.
std::vector<std::string> keys();

/// Reads `id,subject,date`: keys of a message, commas between. Another name is an Error, kind usage.
Result<std::vector<std::string>> parse_keys(std::string_view text);

// What objects are made of.

using Json = nlohmann::ordered_json;

void put(Json& object, const char* key, const std::string& text);
void put(Json& object, const char* key, const std::vector<std::string>& texts);
void put(Json& object, const char* key, const std::optional<std::uint32_t>& number);
/// A text that somebody may have to look up again by its exact bytes: where it is no UTF-8, `<key>_bytes` has them in
/// base64.
void put_exact(Json& object, const std::string& key, const std::string& text);

/// A commit of a message.
Json json_of(const reader::AppliedAs& commit);

/// One line, with the characters escaped that move a cursor when they are printed.
std::string line_of(const Json& json);

}  // namespace patchseek::render
