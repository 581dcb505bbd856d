#include "smime.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <memory>

#include "limits.hpp"

namespace patchseek::mail {

Pkcs7 read_pkcs7(std::string_view der) {
    struct Free {
        void operator()(CMS_ContentInfo* cms) const { CMS_ContentInfo_free(cms); }
    };
    Pkcs7 result;
    if (der.empty() || der.size() > kMaxSigned) return result;
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<CMS_ContentInfo, Free> cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    if (!cms) {
        ERR_clear_error();  // the queue is the thread's, and nobody else empties it
        return result;
    }
    const int kind = OBJ_obj2nid(CMS_get0_type(cms.get()));
    if (kind == NID_pkcs7_enveloped || kind == NID_id_smime_ct_authEnvelopedData || kind == NID_pkcs7_encrypted)
        result.kind = Pkcs7::Kind::sealed;
    if (kind != NID_pkcs7_signed) return result;
    ASN1_OCTET_STRING** const content = CMS_get0_content(cms.get());
    if (!content || !*content) {
        ERR_clear_error();
        return result;
    }
    const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(*content));
    result.content.assign(bytes, static_cast<std::size_t>(ASN1_STRING_length(*content)));
    result.kind = Pkcs7::Kind::signed_data;
    return result;
}

}  // namespace patchseek::mail
