// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"
#include "search/search.hpp"

/// The tools that --mcp offers, as one table: names, arguments, and what each does.
namespace patchseek {

struct AgentArgument {
    enum class Type { text, number, flag, detail } type;
    std::string name;
    std::string help;
    bool required = false;
    std::size_t usual = 0, least = 0, most = 0;  ///< of numbers
};

/// Arguments that have been checked; numbers and flags that are not given have their usual values.
struct AgentCall {
    std::map<std::string, std::string, std::less<>> texts;
    std::map<std::string, std::size_t, std::less<>> numbers;
    std::map<std::string, bool, std::less<>> flags;
    bool full = false;  ///< `detail` is full

    /// The text of an argument; empty if it is not given.
    std::string text(std::string_view name) const {
        const auto found = texts.find(name);
        return found == texts.end() ? std::string() : found->second;
    }
};

struct AgentTool {
    std::string name, title, help;
    std::vector<AgentArgument> arguments;
    /// The whole answer; an Error says how to mend what was asked.
    Result<std::string> (*run)(search::Index& index, const Options& options, const AgentCall& call);
};

const std::vector<AgentTool>& agent_tools();

/// The part of an answer that `max_bytes` has room for, from where `cursor` says, cut at the end of a line; what is
/// left is said, with the cursor to go on with. A line above it says that all of it is data.
/// A cursor that is none is an Error.
Result<std::string> cut_to_budget(std::string answer, const AgentCall& call);

}  // namespace patchseek
