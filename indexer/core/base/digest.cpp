// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/digest.hpp"

#include <libdeflate.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <zlib.h>

#include <variant>

#include "patchseek/base/encoding.hpp"

namespace patchseek {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Nettle and not libcrypto, whose loading takes a quarter of the time that a search needs to start.
struct Sha1 {
    sha1_ctx context{};
    Sha1() { restart(); }
    void restart() { sha1_init(&context); }
    void update(std::string_view bytes) { sha1_update(&context, bytes.size(), bytes_of(bytes)); }
    void digest(unsigned char* out) { sha1_digest(&context, SHA1_DIGEST_SIZE, out); }
};

struct Sha256 {
    sha256_ctx context{};
    Sha256() { restart(); }
    void restart() { sha256_init(&context); }
    void update(std::string_view bytes) { sha256_update(&context, bytes.size(), bytes_of(bytes)); }
    void digest(unsigned char* out) { sha256_digest(&context, SHA256_DIGEST_SIZE, out); }
};

}  // namespace

struct Hash::State {
    std::variant<Sha1, Sha256> method;
};

Hash::Hash(Algorithm algorithm) : state_(std::make_unique<State>()) {
    if (algorithm == Algorithm::sha256) state_->method.emplace<Sha256>();
}

Hash::Hash(Hash&&) noexcept = default;
Hash& Hash::operator=(Hash&&) noexcept = default;
Hash::~Hash() = default;

void Hash::restart() {
    std::visit([](auto& method) { method.restart(); }, state_->method);
}

void Hash::add(std::string_view bytes) {
    std::visit([bytes](auto& method) { method.update(bytes); }, state_->method);
}

// A digest ends what it is taken of, so it is taken of a copy.
void Hash::value(unsigned char* out) const {
    std::visit([out](auto copy) { copy.digest(out); }, state_->method);
}

Digest sha256(std::string_view bytes) {
    Digest out{};
    Sha256 method;
    method.update(bytes);
    method.digest(out.data());
    return out;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

bool is_whole_gzip(const std::function<std::string_view()>& read) {
    constexpr int kGzip = 15 + 16;  // the largest window, and gzip's own header
    std::array<unsigned char, 1 << 16> room;
    z_stream stream{};
    if (inflateInit2(&stream, kGzip) != Z_OK) return false;
    bool between = true, good = true;  // members; and nothing is wrong yet
    for (auto bytes = read(); good && !bytes.empty(); bytes = read()) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream.avail_in = static_cast<uInt>(bytes.size());
        while (good && stream.avail_in > 0) {
            if (between && *stream.next_in == 0) {
                ++stream.next_in, --stream.avail_in;
                continue;
            }
            stream.next_out = room.data();
            stream.avail_out = static_cast<uInt>(room.size());
            const int code = inflate(&stream, Z_NO_FLUSH);
            between = code == Z_STREAM_END;
            good = code == Z_OK || (between && inflateReset(&stream) == Z_OK);
        }
    }
    inflateEnd(&stream);
    return good && between;
}

std::uint32_t checksum(std::string_view bytes, std::uint32_t before) {
    // Of no bytes at a null address libdeflate gives its initial value.
    return bytes.empty() ? before : ::libdeflate_crc32(before, bytes.data(), bytes.size());
}

void Hasher::feed(std::string_view bytes) {
    seen_ += bytes.size();
    hash_.add(bytes);
}

void Hasher::skip(std::uint64_t hole) {
    if (!holes_.empty() && holes_.back().first + holes_.back().second == seen_) {
        holes_.back().second += hole;
    } else {
        holes_.emplace_back(seen_, hole);
    }
    seen_ += hole;
}

Digest Hasher::digest() const {
    Digest out{};
    hash_.value(out.data());
    if (holes_.empty()) return out;
    std::string with_holes(reinterpret_cast<const char*>(out.data()), out.size());
    with_holes.append(reinterpret_cast<const char*>(holes_.data()), holes_.size() * sizeof holes_[0]);
    return sha256(with_holes);
}

}  // namespace patchseek
