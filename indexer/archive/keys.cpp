#include "keys.hpp"

#include <openssl/evp.h>

#include <cstdlib>
#include <cstring>

namespace patchseek::archive {
namespace {

// libcrypto fails here only without memory or when it was built without SHA-256.
void demand(bool done) {
    if (!done) std::abort();
}

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

Digest sha256(std::string_view bytes) {
    Digest out{};
    demand(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1);
    return out;
}

}  // namespace

Key key_of(std::string_view bytes) {
    const Digest digest = sha256(bytes);
    Key key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i) key = key << 8 | digest[i];
    return key;
}

Key archive_key(const std::filesystem::path& absolute) { return key_of(absolute.native()); }

void Hasher::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(context_of(context)); }

Hasher::Hasher() : context_(EVP_MD_CTX_new()) {
    demand(context_ != nullptr);
    demand(EVP_DigestInit_ex(context_of(context_.get()), EVP_sha256(), nullptr) == 1);
}

void Hasher::feed(std::string_view bytes) {
    seen_ += bytes.size();
    demand(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()) == 1);
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
    const std::unique_ptr<void, Free> copy(EVP_MD_CTX_new());
    demand(copy != nullptr && EVP_MD_CTX_copy_ex(context_of(copy.get()), context_of(context_.get())) == 1);
    Digest out{};
    demand(EVP_DigestFinal_ex(context_of(copy.get()), out.data(), nullptr) == 1);
    if (holes_.empty()) return out;
    std::string with_holes(reinterpret_cast<const char*>(out.data()), out.size());
    with_holes.append(reinterpret_cast<const char*>(holes_.data()), holes_.size() * sizeof holes_[0]);
    return sha256(with_holes);
}

}  // namespace patchseek::archive
