// SPDX-License-Identifier: GPL-2.0-or-later
#include "database_writer.hpp"

#include <fcntl.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <numeric>
#include <utility>

#include "patchseek/base/binary.hpp"

namespace fs = std::filesystem;

namespace patchseek::glass {
namespace {

// Keys of what is no term begin with a NUL and one of these.
constexpr std::string_view kMetadata("\0\xC0", 2), kBounds("\0\xD0", 2), kValues("\0\xD8", 2), kLengths("\0\xE0", 2);
/// How large a piece of the values of a slot becomes: Xapian's own have as many bytes.
constexpr std::size_t kPiece = 2000;
/// What the file of the version begins with.
constexpr std::string_view kMagic("\x0F\x0DXapian Glass\x04\x6E", 16);

std::string bounds_key(std::uint32_t slot) {
    std::string key(kBounds);
    for (; slot > 0; slot >>= 8) key += static_cast<char>(slot);
    return key;
}

std::string values_key(std::uint32_t slot, std::uint32_t first) {
    std::string key(kValues);
    BinaryWriter(key).varint(slot);
    append_sorted(key, first);
    return key;
}

}  // namespace

DatabaseWriter::DatabaseWriter(fs::path folder)
    : folder_(std::move(folder)), postlist_(folder_ / "postlist.glass"), data_(folder_ / "docdata.glass") {}

Result<DatabaseWriter> DatabaseWriter::create(const fs::path& folder) {
    std::error_code error;
    fs::create_directory(folder, error);
    if (error) return system_error("cannot create '" + folder.native() + "'", error.value());
    return DatabaseWriter(folder);
}

Result<std::uint32_t> DatabaseWriter::add(const Document& document) {
    ++last_;
    const auto length = postings_.add(last_, document.terms);
    if (!length) return length.error();
    if (*length > UINT32_MAX) return Error{ErrorKind::internal, "a document is too long for the index"};
    lengths_.push_back(static_cast<std::uint32_t>(*length));
    for (const auto& [slot, value] : document.values)
        if (!value.empty()) add_value(slot, value);
    if (document.data.empty()) return last_;
    std::string key;
    append_sorted(key, last_);
    if (auto done = data_.put(key, document.data); !done) return done.error();
    return last_;
}

void DatabaseWriter::add_value(std::uint32_t slot, std::string_view value) {
    Stream& stream = values_[slot];
    const bool begins = stream.pieces.empty() || stream.pieces.back().second.size() >= kPiece;
    if (begins) stream.pieces.push_back({last_, {}});
    BinaryWriter out(stream.pieces.back().second);
    if (!begins) out.varint(last_ - stream.last - 1);
    out.text(value);
    stream.last = last_;
    if (stream.count == 0 || value < stream.least) stream.least = value;
    if (value > stream.most) stream.most = value;
    ++stream.count;
    values_bytes_ += value.size() + 2;
}

// The bounds of all slots, then the values of all. Keys do not sort as slots do.
Result<Done> DatabaseWriter::write_values() {
    std::map<std::string, std::string> bounds;
    std::map<std::string, std::string_view> pieces;
    for (const auto& [slot, stream] : values_) {
        BinaryWriter out(bounds[bounds_key(slot)]);
        out.varint(stream.count);
        out.text(stream.least);
        if (stream.most != stream.least) out.bytes(stream.most);
        for (const auto& [first, piece] : stream.pieces) pieces[values_key(slot, first)] = piece;
    }
    for (const auto& [key, tag] : bounds)
        if (auto done = postlist_.put(key, tag); !done) return done;
    for (const auto& [key, tag] : pieces)
        if (auto done = postlist_.put(key, tag); !done) return done;
    return Done{};
}

Result<Done> DatabaseWriter::write_lengths() {
    if (lengths_.empty()) return Done{};
    ListWriter list(postlist_, kLengths, kLengths, 0, 0);
    std::uint32_t document = 0;
    for (const auto length : lengths_)
        if (auto done = list.add(++document, length); !done) return done;
    return list.finish();
}

Result<Done> DatabaseWriter::write_postlist(const std::map<std::string, std::string>& metadata) {
    for (const auto& [name, text] : metadata)
        if (auto done = postlist_.put(std::string(kMetadata) + name, text); !done) return done;
    if (auto done = write_values(); !done) return done;
    if (auto done = write_lengths(); !done) return done;
    return postings_.write(postlist_);
}

// Whoever opens the database reads this file first.
Result<Done> DatabaseWriter::write_version() const {
    std::array<char, 16> id{};
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
        return system_error("cannot get random bytes", errno);
    std::string text(kMagic);
    BinaryWriter out(text);
    out.raw(id.data(), id.size());
    out.varint(1);  // revision
    out.bytes(postlist_.root());
    out.bytes(data_.root());
    for (int table = 0; table < 4; ++table) out.bytes(TableWriter({}).root());  // terms, positions, words
    std::uint32_t least = 0, most = 0;
    for (const auto length : lengths_) {
        if (length > 0 && (least == 0 || length < least)) least = length;
        most = std::max(most, length);
    }
    out.varint(last_);
    out.varint(0);  // numbers above the last that were given
    out.varint(least);
    out.varint(postings_.most());
    out.varint(most - postings_.most());
    out.varint(0);  // the oldest set of changes, of which there are none
    out.varint(std::accumulate(lengths_.begin(), lengths_.end(), std::uint64_t{0}));
    out.varint(0);  // of spelling
    const auto path = folder_ / "iamglass";
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd) return system_error("cannot create '" + path.native() + "'", errno);
    return write_all(fd.get(), text, path.native());
}

Result<Done> DatabaseWriter::finish(const std::map<std::string, std::string>& metadata) {
    if (auto done = write_postlist(metadata); !done) return done;
    if (auto done = postlist_.finish(); !done) return done;
    if (auto done = data_.finish(); !done) return done;
    return write_version();
}

}  // namespace patchseek::glass
