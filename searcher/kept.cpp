// SPDX-License-Identifier: GPL-2.0-or-later
#include "kept.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <functional>
#include <optional>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/settings/settings.hpp"
#include "patchseek/store/manifest.hpp"
#include "query/diagnostics.hpp"
#include "query/parser.hpp"
#include "query/readings.hpp"

namespace patchseek {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSeenHead = "patchseek seen 1\n";
constexpr std::string_view kLock = ".lock";  // behind the name of what it locks
constexpr std::size_t kDigestSize = 16;      // hex digits that are kept of a digest

/// Below a folder of the user's.
Result<fs::path> folder_of(const char* variable, const char* below_home, const char* name) {
    const auto folder = store::user_folder(variable, below_home);
    if (folder.empty()) return Error{ErrorKind::usage, fmt::format("no home folder; ${} can name one", variable)};
    return folder / name;
}
Result<fs::path> queries_folder() { return folder_of("XDG_CONFIG_HOME", ".config", "queries"); }
Result<fs::path> seen_folder() { return folder_of("XDG_STATE_HOME", ".local/state", "seen"); }

Result<Done> put_file(const fs::path& file, std::string_view bytes) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) return creation_error("cannot make '" + file.parent_path().native() + "'", error.value());
    if (!settings::is_ours(file.parent_path()))
        return Error{ErrorKind::permission,
                     "'" + file.parent_path().native() +
                         "' is another user's, or others can write it: nothing is written there"};
    if (fs::is_directory(file, error))
        return Error{ErrorKind::cannot_create, "'" + file.native() + "' is a folder: nothing is written there"};
    return replace_file(file, bytes);
}

/// Names of the files in a folder, in their order; of one that is not there, none.
Result<std::vector<std::string>> names_in(const fs::path& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        out.push_back(it->path().filename().native());
    if (error && error != std::errc::no_such_file_or_directory)
        return system_error("cannot read '" + folder.native() + "'", error.value());
    std::ranges::sort(out);
    return out;
}

Result<Done> check_name(const std::string& name) {
    if (query::is_saved_name(name)) return Done{};
    return Error{
        ErrorKind::usage,
        "a name is up to 64 letters, digits, '-', '_' and '.', a letter or digit first; not " + query::quoted(name)};
}

Error unknown_name(const std::string& name) {
    return {ErrorKind::usage, "no query is saved as " + query::quoted(name) + "; --saved lists those that are"};
}

/// Of the section [saved] of the user's configuration.
Result<std::optional<std::string>> configured_query(const std::string& name) {
    const auto settings = settings::load();
    if (!settings) return settings.error();
    const auto found = settings->saved.find(name);
    if (found == settings->saved.end()) return std::optional<std::string>();
    return std::optional(found->second.text);
}

/// nullopt where none has the name.
Result<std::optional<std::string>> kept_query(const std::string& name) {
    const auto folder = queries_folder();
    if (!folder) return std::optional<std::string>();
    auto text = read_file(*folder / name);
    if (!text && text.error().kind == ErrorKind::no_input) return configured_query(name);
    if (!text) return text.error();
    return std::optional(std::string(trim(*text)));
}

/// A query with what is kept in it, as if `more` were kept too.
Result<std::string> with_kept_and(const KeptQuery& more, std::string_view query) {
    std::optional<Error> failed;
    auto out = query::with_saved(query, [&](const std::string& name) -> std::optional<std::string> {
        if (name == more.name) return more.query;
        auto text = kept_query(name);
        if (text) return *std::move(text);
        failed = text.error();
        return std::nullopt;
    });
    return failed ? Result<std::string>(*failed) : std::move(out);
}

std::string short_digest(const store::Record& record) { return record.digest.substr(0, kDigestSize); }

}  // namespace

Result<Done> check_kept(const std::string& name, const std::string& query) {
    const auto whole = with_kept_and({name, query}, query);
    if (!whole) return whole.error();
    const auto parsed = query::parse(*whole, {false, std::time(nullptr)});
    if (parsed || !query::readings(*whole).empty()) return Done{};
    Error error = parsed.error();
    if (query != *whole) error.offset = Error::npos;  // a place in what nobody typed
    return error;
}

Result<std::vector<KeptQuery>> kept_queries() {
    const auto folder = queries_folder();
    if (!folder) return folder.error();
    const auto names = names_in(*folder);
    if (!names) return names.error();
    std::vector<KeptQuery> out;
    for (const std::string& name : *names) {
        if (!query::is_saved_name(name)) continue;
        const auto text = kept_query(name);
        if (!text) return text.error();
        if (*text) out.push_back({name, **text});
    }
    const auto settings = settings::load();
    if (!settings) return settings.error();
    for (const auto& [name, query] : settings->saved)
        if (std::ranges::find(out, name, &KeptQuery::name) == out.end()) out.push_back({name, query.text});
    std::ranges::sort(out, {}, &KeptQuery::name);
    return out;
}

Result<Done> keep_query(const std::string& name, const std::string& query) {
    if (auto done = check_name(name); !done) return done;
    if (is_blank(query)) return Error{ErrorKind::usage, "--save takes a name and a query; --forget takes one away"};
    if (auto done = check_kept(name, query); !done) return done;
    const auto folder = queries_folder();
    if (!folder) return folder.error();
    return put_file(*folder / name, query + '\n');
}

Result<Done> forget_query(const std::string& name) {
    if (auto done = check_name(name); !done) return done;
    const auto folder = queries_folder();
    if (!folder) return folder.error();
    std::error_code error;
    if (const auto status = fs::symlink_status(*folder / name, error); fs::is_directory(status))
        return Error{ErrorKind::usage, "'" + (*folder / name).native() + "' is a folder and no query: it stays"};
    if (!fs::remove(*folder / name, error))
        return error ? system_error("cannot remove '" + (*folder / name).native() + "'", error.value())
                     : unknown_name(name);
    const auto seen = seen_folder();
    const auto names = seen ? names_in(*seen) : std::vector<std::string>();
    if (!names) return Done{};
    for (const std::string& file : *names)
        if (const auto size = name.size() + 1 + kDigestSize;
            file.starts_with(name + '@') && (file.size() == size || file.substr(std::min(size, file.size())) == kLock))
            fs::remove(*seen / file, error);
    return Done{};
}

Result<std::string> with_kept(std::string_view query) { return with_kept_and({}, query); }

namespace {

Result<UniqueFd> lock_beside(const fs::path& file) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    const auto path = file.native() + std::string(kLock);
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    while (fd && ::flock(fd.get(), LOCK_EX) != 0)
        if (errno != EINTR) return system_error("cannot lock '" + path + "'", errno);
    if (!fd) return Error{ErrorKind::io, system_error("cannot write '" + path + "'", errno).message};
    return fd;
}

}  // namespace

Result<FoundBefore> FoundBefore::read(const std::string& name, const std::string& index) {
    if (auto done = check_name(name); !done) return done.error();
    if (const auto query = kept_query(name); !query)
        return query.error();
    else if (!*query)
        return unknown_name(name);
    const auto folder = seen_folder();
    if (!folder) return folder.error();
    FoundBefore out;
    out.file_ = *folder / (name + '@' + sha256_hex(index).substr(0, kDigestSize));
    auto lock = lock_beside(out.file_);
    if (!lock) return lock.error();
    out.lock_ = std::move(*lock);
    if (auto done = out.load(); !done) return done.error();
    return out;
}

Result<Done> FoundBefore::load() {
    const auto text = read_file(file_);
    if (!text && text.error().kind == ErrorKind::no_input) return Done{};
    if (!text) return text.error();
    const std::string_view lines = std::string_view(*text).substr(std::min(kSeenHead.size(), text->size()));
    constexpr std::size_t kLine = kDigestSize + 1;
    bool whole = text->starts_with(kSeenHead) && lines.size() % kLine == 0;
    for (std::size_t at = 0; whole && at < lines.size(); at += kLine) {
        digests_.emplace_back(lines.substr(at, kDigestSize));
        whole = lines[at + kDigestSize] == '\n' && std::ranges::all_of(digests_.back(), is_hex);
    }
    if (!whole)
        return Error{ErrorKind::data, fmt::format("'{}' is damaged; remove it, and all is new again", file_.native())};
    std::ranges::sort(digests_);
    return Done{};
}

bool FoundBefore::has(const store::Record& record) const {
    return std::ranges::binary_search(digests_, short_digest(record));
}

Result<Done> FoundBefore::add(std::span<const reader::Hit> hits) {
    for (const reader::Hit& hit : hits) digests_.push_back(short_digest(hit.record));
    std::ranges::sort(digests_);
    digests_.erase(std::unique(digests_.begin(), digests_.end()), digests_.end());
    std::string text(kSeenHead);
    for (const std::string& digest : digests_) (text += digest) += '\n';
    return put_file(file_, text);
}

}  // namespace patchseek
