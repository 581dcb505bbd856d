// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/digest.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <new>

#include "patchseek/base/encoding.hpp"

namespace patchseek {
namespace {

void demand(bool done) {
    if (!done) throw std::bad_alloc();
}

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void Hash::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(context_of(context)); }

Hash::Hash(Algorithm algorithm) : context_(EVP_MD_CTX_new()) {
    demand(context_ != nullptr);
    const EVP_MD* method = algorithm == Algorithm::sha1 ? EVP_sha1() : EVP_sha256();
    demand(EVP_DigestInit_ex(context_of(context_.get()), method, nullptr) == 1);
}

// Given the method anew, OpenSSL looks for it anew, which takes longer than hashing what one file of a patch has.
void Hash::restart() { demand(EVP_DigestInit_ex(context_of(context_.get()), nullptr, nullptr) == 1); }

void Hash::add(std::string_view bytes) {
    demand(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()) == 1);
}

void Hash::value(unsigned char* out) const {
    const std::unique_ptr<void, Free> copy(EVP_MD_CTX_new());
    demand(copy != nullptr && EVP_MD_CTX_copy_ex(context_of(copy.get()), context_of(context_.get())) == 1);
    demand(EVP_DigestFinal_ex(context_of(copy.get()), out, nullptr) == 1);
}

Digest sha256(std::string_view bytes) {
    Digest out{};
    demand(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1);
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
    // Of no bytes at a null address zlib gives its initial value.
    if (bytes.empty()) return before;
    return static_cast<std::uint32_t>(
        ::crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
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
