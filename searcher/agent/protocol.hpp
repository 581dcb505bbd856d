// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A server of the Model Context Protocol on two descriptors: one message a line, JSON-RPC 2.0. It speaks the revision
/// 2026-07-28, in which each request says its version in `_meta`, and the handshakes of 2025-11-25 and 2025-06-18
/// (modelcontextprotocol.io/specification). What the tools do is not its business.
namespace patchseek::agent {

using Json = nlohmann::ordered_json;

/// What a tool answers: a text, or how to mend what was asked.
struct Reply {
    std::string text;
    bool failed = false;
};

/// A text that a client may read.
struct Resource {
    std::string uri, name, title, description, text;
};

/// What is served. All is called by one thread, save cancel().
class Service {
public:
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service() = default;

    virtual std::string instructions() const = 0;
    /// An array of tools, as `tools/list` answers it; the same each time.
    virtual Json tools() const = 0;
    virtual bool has(std::string_view tool) const = 0;
    virtual Reply call(const std::string& tool, const Json& arguments) = 0;
    virtual std::vector<Resource> resources() const = 0;
    /// A call begins, or (from another thread) the one at work is to end soon, whatever it answers then.
    virtual void begin() = 0;
    virtual void cancel() = 0;
};

/// Longer lines are answered by an error.
inline constexpr std::size_t kMaxLine = std::size_t{1} << 20;

/// Serves until `in` ends, then answers what was asked, and returns true; false if `out` cannot be written any more.
/// Lines are read while a tool is at work, so that it can be cancelled.
bool serve(int in, int out, Service& service);

}  // namespace patchseek::agent
