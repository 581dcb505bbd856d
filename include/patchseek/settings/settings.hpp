// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

/// What a user has written down once for all runs: ~/.config/patchseek/config. An option on the command line beats a
/// variable of the environment, and that beats the file.
namespace patchseek::settings {

/// What a value must look like.
enum class Form : std::uint8_t {
    text,
    path,    ///< from `/`, or from `~/`, which stands for the home folder
    number,  ///< decimal, 0 or more
    word,    ///< one of Key::words
};

/// One row of the table of keys, of which errors, `--config` and the man page are made.
struct Key {
    std::string_view name;
    std::string_view value;  ///< how its value is called: "DIR"
    Form form;
    std::string_view help;
    std::string_view usual = {};                   ///< what holds if nothing says it; empty: nothing
    std::string_view environment = {};             ///< the variable that beats the file; empty: none
    std::span<const std::string_view> words = {};  ///< of Form::word
    bool repeated = false;                         ///< each line adds one; else the last counts
};

/// All keys that stand before the first section.
std::span<const Key> keys();

/// A section: its keys are names of the user's own, of letters, digits, '-', '_' and '.'.
struct Section {
    std::string_view name;
    std::string_view help;
};
/// `[list]`, `[saved]` and `[db]`.
std::span<const Section> sections();

/// A value, and where it is from.
struct Value {
    std::string text;
    std::string origin;  ///< "/home/ann/.config/patchseek/config:3", "$PATCHSEEK_DB", "option", "default"
};

/// An error about a value from the file, with its place before the message.
Error error_in(const Value& value, const std::string& message);

/// What a file says. Empty where there is none.
struct Settings {
    std::filesystem::path file;  ///< that was read, or would be if it were there; empty: none is
    bool exists = false;
    std::map<std::string, std::vector<Value>, std::less<>> values;  ///< by key; several of a repeated one
    std::map<std::string, Value, std::less<>> lists;  ///< of [list]: List-Ids by the user's names for them
    std::map<std::string, Value, std::less<>> saved;  ///< of [saved]: queries by name
    std::map<std::string, Value, std::less<>> named;  ///< of [db]: indexes by name

    /// What holds of a key: `option` if it was given, else its variable, else the last of the file; nothing if none of
    /// them says.
    std::optional<Value> choose(std::string_view key, const std::optional<std::string>& option = std::nullopt) const;
    /// The indexes: `options`, those of --db, of which a name without '/' that stands in [db] is the one behind it;
    /// else those of $PATCHSEEK_DB, between colons, unless all of it is the path of one; else the lines of the file.
    /// None if nothing tells.
    std::vector<Value> indexes(const std::vector<std::string>& options = {}) const;
    /// The values of a repeated key.
    std::vector<Value> all(std::string_view key) const;
};

/// Reads a text in the INI form of Boost.ProgramOptions: `key = value`, `[section]`; what follows a '#' at the
/// beginning of a line or behind a blank is a comment. `name` and the line stand before each error, which is of kind
/// usage; `home` is what `~` stands for.
Result<Settings> parse(std::string_view text, const std::string& name, const std::string& home);

/// The file of $PATCHSEEK_CONFIG (no file if that is empty), else of $XDG_CONFIG_HOME/patchseek/config, else of
/// ~/.config/patchseek/config. Only a file that is named by the first must be there.
Result<Settings> load();

/// Whether what lies at a path is for this user to rely on, to run it or to believe it because it lies there: it, and
/// what it leads to if it is a link, is this user's or root's, and no other may write it. False if nothing is there.
bool is_ours(const std::filesystem::path& path);

}  // namespace patchseek::settings
