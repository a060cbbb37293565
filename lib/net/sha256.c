#include "net/sha256.h"

#include <openssl/evp.h>

enum vol_status vol_sha256(const void *bytes, size_t n, char out[VOL_SHA256_MAX])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (EVP_Digest(bytes, n, sum, &len, EVP_sha256(), NULL) != 1 || len != 32)
        return VOL_EOS;
    for (unsigned i = 0; i < len; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[2 * len] = '\0';
    return VOL_OK;
}
