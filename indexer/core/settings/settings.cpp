// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/settings/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <cstdlib>
#include <sstream>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/spelling.hpp"

namespace po = boost::program_options;

namespace patchseek::settings {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} << 10;
constexpr auto kWhen = std::to_array<std::string_view>({"auto", "always", "never"});

// clang-format off
constexpr auto kKeys = std::to_array<Key>({
    {"db", "DIR", Form::path, "the index; a line for each of several that are searched as one", {}, "PATCHSEEK_DB", {}, true},
    {"archives", "PATH", Form::path, "an archive that patchseek-index reads when none is named, and that --update adds if the index does not have it yet; a line for each", {}, {}, {}, true},
    {"mailmap", "FILE", Form::path, "a .mailmap as git has it: whoever is asked for is found under all names"},
    {"format", "F", Form::text, "the format of answers, a name or a template as --format takes it", "text"},
    {"limit", "N", Form::number, "how many answers text and oneline show; 0 is all; formats for programs have all", "20"},
    {"sort", "KEY", Form::text, "the order of answers, as --sort takes it; series stay in the order of their parts", "relevance"},
    {"color", "WHEN", Form::word, "whether answers have colours: auto (on a terminal), always or never", "auto", "NO_COLOR", kWhen},
    {"link-template", "URL", Form::text, "on a terminal that knows links, ids lead there: %s is the id", {}, "PATCHSEEK_LINK_TEMPLATE"},
});
constexpr auto kSections = std::to_array<Section>({
    {"list", "short names of lists: NAME = LIST-ID, so that list:NAME in a query asks for LIST-ID"},
    {"saved", "queries with a name: NAME = QUERY, which saved:NAME in a query stands for"},
    {"db", "indexes with a name: NAME = DIR, which --db NAME stands for"},
});
// clang-format on

std::string in_quotes(std::string_view text) { return '\'' + std::string(text.substr(0, 60)) + '\''; }

/// A '#' inside a word is text; Boost cuts each line at the first there is.
constexpr char kNumberSign = '\x01';
std::string with_signs_kept(std::string_view line) {
    std::string out(line);
    for (std::size_t i = 1; i < out.size(); ++i) {
        if (out[i] != '#') continue;
        if (is_space(out[i - 1])) break;
        out[i] = kNumberSign;
    }
    return out;
}

/// Reads a file line by line, so that an error can say which.
class Reader {
public:
    Reader(const std::string& name, const std::string& home) : name_(name), home_(home) {}

    Result<Settings> read(std::string_view text) {
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            auto line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            ++line_;
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (auto done = read_line(line); !done) return done.error();
        }
        return std::move(settings_);
    }

private:
    std::string place() const { return name_ + ':' + std::to_string(line_); }
    Error bad(const std::string& message) const { return error_in({{}, place()}, message); }

    Result<Done> read_line(std::string_view line) {
        if (std::ranges::any_of(
                line, [](char c) { return (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) && c != '\t'; }))
            return bad("the line has a control character");
        const auto text = with_signs_kept(line);
        if (const auto bare = trim(std::string_view(text).substr(0, text.find('#')));
            bare.starts_with('[') && bare.ends_with(']')) {
            section_ = trim(bare.substr(1, bare.size() - 2));
            return known_section();
        }
        std::istringstream stream(section_.empty() ? text : '[' + section_ + "]\n" + text);
        try {
            const auto parsed = po::parse_config_file(stream, po::options_description(), true);
            for (const auto& option : parsed.options)
                if (auto done = add(option.string_key, option.value.empty() ? std::string() : option.value.front());
                    !done)
                    return done;
            return Done{};
        } catch (const po::error&) {
            return bad("a line is 'key = value' or '[section]', not " + in_quotes(trim(line)));
        }
    }

    Result<Done> known_section() const {
        std::vector<std::string_view> names;
        for (const Section& section : kSections) names.push_back(section.name);
        if (std::ranges::find(names, section_) != names.end()) return Done{};
        const auto meant = nearest(section_, names);
        return bad(
            "unknown section " + in_quotes('[' + section_ + ']') +
            (meant ? ", did you mean '[" + std::string(*meant) + "]'?" : "; there are [list], [saved] and [db]"));
    }

    Result<Done> add(const std::string& full, std::string value) {
        std::ranges::replace(value, kNumberSign, '#');
        const std::string key = section_.empty() ? full : full.substr(section_.size() + 1);
        if (value.empty()) return bad("nothing stands behind " + in_quotes(key + " ="));
        if (!section_.empty()) return add_named(key, std::move(value));
        const auto known = std::ranges::find(kKeys, key, &Key::name);
        if (known == kKeys.end()) return unknown_key(key);
        auto read = in_form(*known, std::move(value));
        if (!read) return read.error();
        auto& values = settings_.values[key];
        if (!known->repeated) values.clear();
        values.push_back({*std::move(read), place()});
        return Done{};
    }

    Result<Done> add_named(const std::string& name, std::string value) {
        const auto plain = [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; };
        if (!std::ranges::all_of(name, plain))
            return bad("a name has letters, digits, '-', '_' and '.', unlike " + in_quotes(name));
        if (section_ == "db") {
            auto path = in_form(kKeys.front(), std::move(value));
            if (!path) return path.error();
            settings_.named[name] = {*std::move(path), place()};
            return Done{};
        }
        (section_ == "list" ? settings_.lists : settings_.saved)[name] = {std::move(value), place()};
        return Done{};
    }

    Error unknown_key(const std::string& key) const {
        std::vector<std::string_view> names;
        std::string all;
        for (const Key& one : kKeys) {
            names.push_back(one.name);
            (all += all.empty() ? "" : ", ") += one.name;
        }
        const auto meant = nearest(key, names);
        return bad("unknown key " + in_quotes(key) +
                   (meant ? ", did you mean '" + std::string(*meant) + "'?" : "; there are " + all));
    }

    Result<std::string> in_form(const Key& key, std::string value) const {
        const std::string takes = in_quotes(key.name) + " takes ";
        switch (key.form) {
            case Form::text: return value;
            case Form::number:
                if (value.size() > 18 || !std::ranges::all_of(value, is_digit))
                    return bad(takes + "a number, not " + in_quotes(value));
                return value;
            case Form::word:
                if (std::ranges::find(key.words, value) == key.words.end())
                    return bad(takes + "auto, always or never, not " + in_quotes(value));
                return value;
            case Form::path: break;
        }
        if (value.starts_with("~/") && !home_.empty()) value.replace(0, 1, home_);
        if (!value.starts_with('/')) return bad(takes + "a path that begins with '/' or '~/', not " + in_quotes(value));
        return value;
    }

    const std::string& name_;
    const std::string& home_;
    std::size_t line_ = 0;
    std::string section_;
    Settings settings_;
};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

std::span<const Key> keys() { return kKeys; }
std::span<const Section> sections() { return kSections; }

Error error_in(const Value& value, const std::string& message) {
    return {ErrorKind::usage, value.origin + ": " + message};
}

std::optional<Value> Settings::choose(std::string_view key, const std::optional<std::string>& option) const {
    if (option) return Value{*option, "option --" + std::string(key)};
    const auto known = std::ranges::find(kKeys, key, &Key::name);
    if (known != kKeys.end() && !known->environment.empty()) {
        const std::string name(known->environment);
        if (auto value = variable(name.c_str()); !value.empty())
            return Value{key == "color" ? "never" : std::move(value), '$' + name};
    }
    const auto found = values.find(key);
    if (found == values.end()) return std::nullopt;
    return found->second.back();
}

std::vector<Value> Settings::indexes(const std::vector<std::string>& options) const {
    std::vector<Value> out;
    for (const std::string& option : options) {
        const auto known = named.find(option);
        out.push_back(known != named.end() ? known->second : Value{option, "option --db"});
    }
    if (!out.empty()) return out;
    const auto usual = choose("db");
    if (!usual || !usual->origin.starts_with('$')) return all("db");
    std::error_code error;
    for (std::string_view rest = usual->text; !rest.empty();) {
        const auto end =
            std::filesystem::exists(usual->text, error) ? rest.size() : std::min(rest.find(':'), rest.size());
        if (end > 0) out.push_back({std::string(rest.substr(0, end)), usual->origin});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

std::vector<Value> Settings::all(std::string_view key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::vector<Value>() : found->second;
}

Result<Settings> parse(std::string_view text, const std::string& name, const std::string& home) {
    return Reader(name, home).read(text);
}

Result<Settings> load() {
    const std::string home = variable("HOME");
    const bool named = std::getenv("PATCHSEEK_CONFIG") != nullptr;
    Settings none;
    if (named) {
        none.file = variable("PATCHSEEK_CONFIG");
        if (none.file.empty() || none.file == "/dev/null") return Settings();
    } else {
        std::string base = variable("XDG_CONFIG_HOME");
        if (!base.starts_with('/')) base.clear();  // as the XDG base directory specification has it
        if (base.empty() && home.empty()) return none;
        none.file = std::filesystem::path(base.empty() ? home + "/.config" : base) / "patchseek" / "config";
    }
    std::error_code error;
    // A home that is somebody else's, as under sudo, is no reason to do nothing.
    if (!named && !std::filesystem::exists(none.file, error)) return none;
    const auto size = std::filesystem::file_size(none.file, error);
    if (!error && size > kMaxBytes)
        return Error{ErrorKind::usage, "'" + none.file.native() + "' is too long for a configuration"};
    const auto text = read_file(none.file);
    if (!text) return text.error();
    auto settings = parse(*text, none.file.native(), home);
    if (!settings) return settings;
    settings->file = none.file;
    settings->exists = true;
    return settings;
}

bool is_ours(const std::filesystem::path& path) {
    const auto is_trusted = [](const struct stat& status) {
        return status.st_uid == ::geteuid() || status.st_uid == 0;
    };
    struct stat link {
    }, file{};
    if (::lstat(path.c_str(), &link) != 0 || ::stat(path.c_str(), &file) != 0) return false;
    // Where each user has a group of his own, files are its to write.
    const bool is_group = (file.st_mode & S_IWGRP) != 0 && file.st_gid != ::getegid();
    return is_trusted(link) && is_trusted(file) && !is_group && (file.st_mode & S_IWOTH) == 0;
}

}  // namespace patchseek::settings
