// SPDX-License-Identifier: GPL-2.0-or-later
#include "replica.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "patchseek/base/digest.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/store/manifest.hpp"

namespace fs = std::filesystem;
namespace layout = patchseek::schema::layout;

namespace patchseek::storage {
namespace {

constexpr int kAttempts = 50;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::int64_t kSecondsOfReaders = 600;
constexpr std::size_t kPiece = std::size_t{4} << 20;

/// A file of the replica that its manifest does not list any more.
struct Retired {
    std::int64_t since;
    std::string path;
};

std::vector<Retired> read_retired(const fs::path& data) {
    std::vector<Retired> out;
    const auto bytes = read_file(data / layout::kRetired);
    if (!bytes) return out;
    for (std::size_t begin = 0; begin < bytes->size();) {
        const auto end = std::min(bytes->find('\n', begin), bytes->size());
        const std::string line = bytes->substr(begin, end - begin);
        begin = end + 1;
        Retired one{};
        const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), one.since);
        one.path = line.substr(std::min(static_cast<std::size_t>(rest - line.data()) + 1, line.size()));
        const fs::path path = one.path;
        const bool inside = path.is_relative() && std::ranges::find(path, fs::path("..")) == path.end();
        if (error == std::errc() && !one.path.empty() && inside) out.push_back(std::move(one));
    }
    return out;
}

class Replica {
public:
    Replica(fs::path index, fs::path target, Claim claim)
        : index_(std::move(index)), target_(std::move(target)), claim_(std::move(claim)) {}

    Result<Replicated> run() {
        if (auto begun = begin(); !begun) return begun.error();
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            if (attempt > 0) std::this_thread::sleep_for(kPause);
            auto now = store::read_manifest(index_);
            if (!now) return now.error();
            const auto whole = copy_files(*now);
            if (!whole) return whole.error();
            if (!*whole) continue;
            out_.generation = now->generation;
            now->data = before_.data;
            if (auto written = store::write_manifest(target_, *now); !written) return written.error();
            claim_.keep(before_.data);
            if (auto done = retire(*now); !done) return done.error();
            return out_;
        }
        return Error{ErrorKind::busy, "index '" + index_.native() + "' changes faster than it can be copied"};
    }

private:
    Result<Done> begin() {
        auto before = store::read_manifest(target_);
        if (!before && before.error().kind == ErrorKind::data)
            return Error{ErrorKind::data, before.error().message + "; or remove it, and publish again"};
        if (!before && before.error().kind != ErrorKind::no_input) return before.error();
        std::error_code error;
        if (before && !fs::exists(store::data_of(target_, *before) / layout::kRetired, error))
            return Error{ErrorKind::cannot_create,
                         "'" + target_.native() + "' is an index of its own and no copy; name another folder"};
        if (before) before_ = std::move(*before);
        if (auto ours = claim_.demand_ours(before_.data); !ours) return ours;
        if (before_.data.empty()) {
            auto data = claim_.make_data();
            if (!data) return data.error();
            before_.data = std::move(*data);
        }
        data_ = target_ / before_.data;
        // By this file a copy is known.
        return before_.generation > 0 ? Result<Done>(Done{}) : replace_file(data_ / layout::kRetired, "");
    }

    // A copy that was damaged is made anew.
    bool has(const store::File& file) const {
        const auto* known = store::find_file(before_, file.path);
        if (!known || *known != file) return false;
        const auto whole = store::has_its_checksum(data_, file);
        return whole && *whole;
    }

    // Whether all are there now; not if the writer removed one.
    Result<bool> copy_files(const store::Manifest& manifest) {
        const auto from = store::data_of(index_, manifest);
        std::set<fs::path> folders = {data_, target_};
        for (const store::File& file : manifest.files) {
            if (has(file)) continue;
            const auto folder = (data_ / file.path).parent_path();
            for (auto one = folder; one != target_; one = one.parent_path()) folders.insert(one);
            std::error_code error;
            fs::create_directories(folder, error);
            if (error) return creation_error("cannot make '" + folder.native() + "'", error.value());
            const auto copied = copy(from, file);
            if (!copied || !*copied) return copied;
        }
        for (const fs::path& folder : folders)
            if (auto synced = sync_path(folder); !synced) return synced.error();
        return true;
    }

    Result<bool> copy(const fs::path& from, const store::File& file) {
        const auto source = from / file.path;
        auto in = open_regular(source);
        if (!in) {
            if (in.error().kind == ErrorKind::no_input) return false;
            return in.error();
        }
        const auto temporary =
            data_ / (layout::kTemporaryPrefix + std::to_string(::getpid()) + "-" + std::to_string(++copies_));
        constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        const UniqueFd out(::open(temporary.c_str(), kFlags, 0666));
        if (!out) return system_error("cannot write '" + temporary.native() + "'", errno);
        auto written = copy_bytes(in->get(), out.get(), file, source);
        if (written && ::fsync(out.get()) != 0)
            written = system_error("cannot write '" + temporary.native() + "'", errno);
        if (written && ::rename(temporary.c_str(), (data_ / file.path).c_str()) != 0)
            written = system_error("cannot write '" + (data_ / file.path).native() + "'", errno);
        if (!written) {
            ::unlink(temporary.c_str());
            return written.error();
        }
        ++out_.files;
        out_.bytes += file.size;
        return true;
    }

    static Result<Done> copy_bytes(int from, int to, const store::File& file, const fs::path& source) {
        std::uint32_t sum = 0;
        for (std::uint64_t at = 0; at < file.size;) {
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, file.size - at));
            const auto bytes = read_at(from, at, size, source.native());
            if (!bytes) return bytes.error();
            if (bytes->empty()) break;
            if (auto written = write_all(to, *bytes, "the replica"); !written) return written;
            sum = checksum(*bytes, sum);
            at += bytes->size();
        }
        if (sum == file.checksum) return Done{};
        return Error{ErrorKind::data, "'" + source.native() + "' is damaged; patchseek-index --check tells more"};
    }

    // Removes what is listed no more and what no reader can need any more; remembers the rest.
    Result<Done> retire(const store::Manifest& manifest) {
        const auto now = static_cast<std::int64_t>(std::time(nullptr));
        auto retired = read_retired(data_);
        for (const store::File& file : before_.files)
            if (std::ranges::none_of(retired, [&](const Retired& one) { return one.path == file.path; }))
                retired.push_back({now, file.path});
        std::erase_if(retired, [&](const Retired& one) { return store::find_file(manifest, one.path) != nullptr; });
        std::erase_if(retired, [&](const Retired& one) {
            // A clock that was set back must not keep them for ever.
            const bool gone = now - one.since > kSecondsOfReaders || one.since > now;
            if (gone) remove(one.path);
            return gone;
        });
        std::string text;
        for (const Retired& one : retired) text += std::to_string(one.since) + ' ' + one.path + '\n';
        return replace_file(data_ / layout::kRetired, text);
    }

    // With the folders that are empty then.
    void remove(const std::string& path) const {
        std::error_code ignored;
        fs::remove(data_ / path, ignored);
        for (auto folder = (data_ / path).parent_path(); folder != data_; folder = folder.parent_path())
            if (::rmdir(folder.c_str()) != 0) break;
    }

    fs::path index_, target_, data_;
    Claim claim_;
    store::Manifest before_;
    Replicated out_;
    unsigned copies_ = 0;
};

}  // namespace

Result<Replicated> replicate(const fs::path& index, const fs::path& given, const Opening& opening) {
    const fs::path target = given.has_filename() ? given : given.parent_path();  // "dir/"
    std::error_code error;
    const auto inner = fs::weakly_canonical(target, error), outer = fs::weakly_canonical(index, error);
    if (std::ranges::mismatch(outer, inner).in1 == outer.end())
        return Error{ErrorKind::usage, "--publish takes another folder than that of the index"};
    const auto there = store::read_manifest(index);
    if (!there) return there.error();
    if (!there->members.empty())
        return Error{ErrorKind::usage, "index '" + index.native() + "' only links others: publish those"};
    auto claim = Claim::take(target, opening);
    if (!claim) return claim.error();
    return Replica(index, target, std::move(*claim)).run();
}

}  // namespace patchseek::storage
