// SPDX-License-Identifier: GPL-2.0-or-later
#include "protocol.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "patchseek/base/file.hpp"

namespace patchseek::agent {
namespace {

constexpr auto kModern = std::to_array<std::string_view>({"2026-07-28"});
constexpr auto kLegacy = std::to_array<std::string_view>({"2025-11-25", "2025-06-18"});
constexpr const char* kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr const char* kServerKey = "io.modelcontextprotocol/serverInfo";

// JSON-RPC 2.0, section 5.1, and the protocol's own.
constexpr int kParseError = -32700, kInvalidRequest = -32600, kNoMethod = -32601, kInvalidParams = -32602,
              kInternalError = -32603, kVersionError = -32022;

struct Failure {
    int code;
    std::string message;
    Json data = nullptr;
};

/// What has been read and is not answered yet, and which request is at work: what the two threads share.
class Inbox {
public:
    explicit Inbox(Service& service) : service_(service) {}

    /// Waits where so much is waiting that a client must have lost its way.
    void push(Json message) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return waiting_.size() < kMost; });
        waiting_.push_back(std::move(message));
        ready_.notify_one();
    }
    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        ready_.notify_one();
    }
    std::optional<Json> next() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return ended_ || !waiting_.empty(); });
        if (waiting_.empty()) return std::nullopt;
        Json out = std::move(waiting_.front());
        waiting_.pop_front();
        room_.notify_one();
        at_work_ = out.is_object() && out.contains("id") ? out["id"] : Json();
        cancelled_ = false;
        service_.begin();
        return out;
    }
    /// Whether the request at work is still to be answered. It is not at work any more.
    bool done() {
        const std::lock_guard lock(mutex_);
        at_work_ = nullptr;
        return !cancelled_;
    }
    void cancel(const Json& id) {
        const std::lock_guard lock(mutex_);
        if (!id.is_null() && at_work_ == id) {
            cancelled_ = true;
            service_.cancel();
        }
        std::erase_if(waiting_,
                      [&](const Json& one) { return one.is_object() && one.contains("id") && one["id"] == id; });
    }

private:
    static constexpr std::size_t kMost = 1000;
    Service& service_;
    std::mutex mutex_;
    std::condition_variable ready_, room_;
    std::deque<Json> waiting_;
    Json at_work_;
    bool cancelled_ = false, ended_ = false;
};

bool is_id(const Json& id) { return id.is_string() || id.is_number_integer(); }

/// A line as a message; what is none becomes a string that says why, which no message is.
Json message_of(std::string_view line, bool too_long) {
    if (too_long) return "the line is too long";
    constexpr int kDeepest = 64;  // values are copied by functions that call themselves
    bool too_deep = false;
    const auto look = [&](int depth, Json::parse_event_t, Json&) { return !(too_deep = too_deep || depth > kDeepest); };
    Json out = Json::parse(line, look, false);
    if (too_deep) return "the message is nested too deep";
    if (out.is_discarded()) return "the line is no JSON";
    return out.is_object() ? out : Json("a message is an object");
}

void take_line(std::string_view line, bool too_long, Inbox& inbox) {
    if (line.find_first_not_of(" \t\r") == line.npos && !too_long) return;
    Json message = message_of(line, too_long);
    if (message.is_object() && message.value("method", Json()) == "notifications/cancelled") {
        const auto params = message.find("params");
        if (params != message.end() && params->is_object()) inbox.cancel(params->value("requestId", Json()));
        return;
    }
    inbox.push(std::move(message));
}

void read_lines(int in, const std::shared_ptr<Inbox>& inbox) {
    std::string line;
    bool too_long = false;
    std::array<char, 65536> buffer;
    for (;;) {
        const auto got = ::read(in, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        while (!bytes.empty()) {
            const auto end = std::min(bytes.find('\n'), bytes.size());
            if (line.size() + end > kMaxLine) too_long = true;
            if (!too_long) line += bytes.substr(0, end);
            const bool whole = end < bytes.size();
            bytes.remove_prefix(whole ? end + 1 : end);
            if (!whole) continue;
            take_line(line, too_long, *inbox);
            line.clear();
            too_long = false;
        }
    }
    if (!line.empty() || too_long) take_line(line, too_long, *inbox);
    inbox->end();
}

/// Answers messages, one after another.
class Server {
public:
    explicit Server(Service& service) : service_(service) {}

    /// The answer; nothing for what is answered by nothing.
    std::optional<Json> answer(const Json& message) {
        if (message.is_string())
            return failed({}, {message == "the line is no JSON" ? kParseError : kInvalidRequest, message});
        const auto id = message.find("id");
        const bool has_method = message.contains("method") && message["method"].is_string();
        if (id == message.end() && has_method) return std::nullopt;  // a notification
        if (!has_method && (message.contains("result") || message.contains("error"))) return std::nullopt;
        if (id == message.end() || !is_id(*id))
            return failed({}, {kInvalidRequest, "a request has an id, which is a string or an integer"});
        if (message.value("jsonrpc", Json()) != "2.0" || !has_method)
            return failed(*id, {kInvalidRequest, "a request has \"jsonrpc\": \"2.0\" and a method"});
        const Json params = message.value("params", Json::object());
        if (!params.is_object()) return failed(*id, {kInvalidParams, "params is an object"});
        try {
            Json result = dispatch(message["method"], params);
            return Json{{"jsonrpc", "2.0"}, {"id", *id}, {"result", std::move(result)}};
        } catch (const Failure& failure) {
            return failed(*id, failure);
        }
    }
    static Json failed(const Json& id, const Failure& failure) {
        Json out{{"jsonrpc", "2.0"}};
        if (!id.is_null()) out["id"] = id;
        out["error"] = {{"code", failure.code}, {"message", failure.message}};
        if (!failure.data.is_null()) out["error"]["data"] = failure.data;
        return out;
    }

private:
    static Json server_info() {
        return {{"name", "patchseek"},
                {"title", "patchseek: search patches on mailing lists"},
                {"version", PATCHSEEK_VERSION}};
    }
    static Json versions() {
        Json out = Json::array();
        for (const auto one : kModern) out.push_back(one);
        for (const auto one : kLegacy) out.push_back(one);
        return out;
    }
    static Json capabilities() { return {{"tools", Json::object()}, {"resources", Json::object()}}; }

    /// Whether the request says its version itself; one that is not known is a Failure.
    static bool says_version(const Json& params) {
        const auto meta = params.find("_meta");
        if (meta == params.end()) return false;
        if (!meta->is_object()) throw Failure{kInvalidParams, "_meta is an object"};
        const auto version = meta->find(kVersionKey);
        if (version == meta->end()) return false;
        if (!version->is_string()) throw Failure{kInvalidParams, std::string(kVersionKey) + " is a string"};
        const Json known = versions();
        if (std::find(known.begin(), known.end(), *version) == known.end())
            throw Failure{
                kVersionError, "Unsupported protocol version", {{"supported", known}, {"requested", *version}}};
        const auto capabilities = meta->find(kCapabilitiesKey);
        if (capabilities == meta->end() || !capabilities->is_object())
            throw Failure{kInvalidParams, "_meta has " + std::string(kCapabilitiesKey) + ", which is an object"};
        return std::find(kModern.begin(), kModern.end(), version->get<std::string>()) != kModern.end();
    }

    Json dispatch(const std::string& method, const Json& params) {
        const bool modern = says_version(params);
        if (!modern && method == "initialize") return initialize(params);
        if (!modern && method == "ping") return Json::object();
        if (!modern && !initialized_)
            throw Failure{kInvalidParams, "a request says its protocol version in _meta, as " +
                                              std::string(kVersionKey) +
                                              ", unless an initialize request came before it"};
        Json out;
        bool cached = true;
        if (modern && method == "server/discover")
            out = {{"supportedVersions", versions()},
                   {"capabilities", capabilities()},
                   {"instructions", service_.instructions()}};
        else if (method == "tools/list")
            out = {{"tools", (no_cursor(params), service_.tools())}};
        else if (method == "resources/list")
            out = {{"resources", (no_cursor(params), resources())}};
        else if (method == "resources/templates/list")
            out = {{"resourceTemplates", (no_cursor(params), Json::array())}};
        else if (method == "resources/read")
            out = read_resource(params, modern);
        else if (method == "tools/call")
            out = call(params), cached = false;
        else
            throw Failure{kNoMethod, "Method not found: " + method.substr(0, 100)};
        return modern ? as_modern(std::move(out), cached) : out;
    }

    static Json as_modern(Json result, bool cached) {
        result["resultType"] = "complete";
        if (cached) result["ttlMs"] = 3'600'000, result["cacheScope"] = "public";
        result["_meta"][kServerKey] = server_info();
        return result;
    }

    Json initialize(const Json& params) {
        const auto version = params.find("protocolVersion");
        if (version == params.end() || !version->is_string() || !params.value("capabilities", Json()).is_object() ||
            !params.value("clientInfo", Json()).is_object())
            throw Failure{kInvalidParams, "initialize takes protocolVersion, capabilities and clientInfo"};
        initialized_ = true;
        const bool known = std::find(kLegacy.begin(), kLegacy.end(), version->get<std::string>()) != kLegacy.end();
        return {{"protocolVersion", known ? *version : Json(kLegacy.front())},
                {"capabilities", capabilities()},
                {"serverInfo", server_info()},
                {"instructions", service_.instructions()}};
    }

    static void no_cursor(const Json& params) {
        if (params.contains("cursor")) throw Failure{kInvalidParams, "Invalid cursor: there is one page"};
    }

    Json resources() const {
        Json out = Json::array();
        for (const Resource& one : service_.resources())
            out.push_back({{"uri", one.uri},
                           {"name", one.name},
                           {"title", one.title},
                           {"description", one.description},
                           {"mimeType", "text/plain"}});
        return out;
    }

    Json read_resource(const Json& params, bool modern) const {
        constexpr int kLegacyNotFound = -32002;
        const auto uri = params.find("uri");
        if (uri == params.end() || !uri->is_string()) throw Failure{kInvalidParams, "resources/read takes a uri"};
        for (const Resource& one : service_.resources())
            if (one.uri == *uri)
                return {
                    {"contents", Json::array({{{"uri", one.uri}, {"mimeType", "text/plain"}, {"text", one.text}}})}};
        throw Failure{modern ? kInvalidParams : kLegacyNotFound, "Resource not found", {{"uri", *uri}}};
    }

    Json call(const Json& params) {
        const auto name = params.find("name");
        const Json arguments = params.value("arguments", Json::object());
        if (name == params.end() || !name->is_string())
            throw Failure{kInvalidParams, "tools/call takes the name of a tool"};
        if (!arguments.is_object()) throw Failure{kInvalidParams, "arguments is an object"};
        const auto tool = name->get<std::string>();
        if (!service_.has(tool)) throw Failure{kInvalidParams, "Unknown tool: " + tool.substr(0, 100)};
        Reply reply;
        try {
            reply = service_.call(tool, arguments);
        } catch (const std::exception& error) {
            throw Failure{kInternalError, error.what()};
        }
        return {{"content", Json::array({{{"type", "text"}, {"text", std::move(reply.text)}}})},
                {"isError", reply.failed}};
    }

    Service& service_;
    bool initialized_ = false;
};

}  // namespace

bool serve(int in, int out, Service& service) {
    const auto inbox = std::make_shared<Inbox>(service);
    // It may wait for a line for ever: whoever cannot be answered any more is not waited for.
    std::thread(read_lines, in, inbox).detach();
    Server server(service);
    while (const auto message = inbox->next()) {
        const auto answer = server.answer(*message);
        if (!inbox->done() || !answer) continue;
        const std::string line = answer->dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
        if (const auto done = write_all(out, line, "standard output"); !done) return false;
    }
    return true;
}

}  // namespace patchseek::agent
