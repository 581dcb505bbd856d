// SPDX-License-Identifier: GPL-2.0-or-later

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <memory>
#include <mutex>
#include <span>

#include "limits.hpp"
#include "parts.hpp"
#include "sandbox/helper.hpp"

namespace patchseek::mail {
namespace {

constexpr char kSigned = 's', kEncrypted = 'e', kUnreadable = 'u';

// In the process that reads it: one of these, and the content.
std::string answer(std::shared_ptr<void>&, std::string_view der, std::span<const int>) {
    struct Free {
        void operator()(CMS_ContentInfo* cms) const { CMS_ContentInfo_free(cms); }
    };
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<CMS_ContentInfo, Free> cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();  // the queue is the thread's, and nobody else empties it
    if (!cms) return {kUnreadable};
    const int kind = OBJ_obj2nid(CMS_get0_type(cms.get()));
    if (kind == NID_pkcs7_enveloped || kind == NID_id_smime_ct_authEnvelopedData || kind == NID_pkcs7_encrypted)
        return {kEncrypted};
    ASN1_OCTET_STRING** const content = kind == NID_pkcs7_signed ? CMS_get0_content(cms.get()) : nullptr;
    ERR_clear_error();
    if (!content || !*content) return {kUnreadable};
    const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(*content));
    return kSigned + std::string(bytes, static_cast<std::size_t>(ASN1_STRING_length(*content)));
}

// Such mail is rare: all threads share one process.
Result<std::string> ask(std::string_view der) {
    static std::mutex mutex;
    static sandbox::Helper helper(answer);
    const std::lock_guard lock(mutex);
    return helper.call(der);
}

}  // namespace

Pkcs7 read_pkcs7(std::string_view der) {
    if (der.empty() || der.size() > kMaxSigned) return {};
    auto reply = ask(der);
    if (!reply || reply->empty()) return {};
    if (reply->front() == kEncrypted) return {Pkcs7::Kind::encrypted, {}};
    if (reply->front() != kSigned) return {};
    return {Pkcs7::Kind::signed_data, reply->substr(1)};
}

}  // namespace patchseek::mail
