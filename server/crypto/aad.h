/* Associated data: where a sealed value belongs.
 *
 * It is not stored with the envelope but made again from the row it is found in, so that a value moved to another
 * row, family, person, field or version does not open (T13). Each use has a label of its own and fixed widths: no
 * two contexts, of one use or of two, give the same bytes. */
#ifndef KRING_CRYPTO_AAD_H
#define KRING_CRYPTO_AAD_H

#include "base/bytes.h"

enum {
    AAD_LABEL = 8,
    KEK_ID = 8,
    PURPOSE = 16,
    AAD_BODY = AAD_LABEL + 3 * 16 + 3 * 4,
    AAD_FAMILY_KEY = AAD_LABEL + 16 + 4 + KEK_ID,
    AAD_OWNER_KEY = AAD_LABEL + 16 + 16 + 4,
    AAD_AUDIT_KEY = AAD_LABEL + 16 + KEK_ID,
    AAD_SERVICE_KEY = AAD_LABEL + PURPOSE + KEK_ID,
    AAD_RECORD = AAD_LABEL + 16 + 16,
    AAD_ACCOUNT = AAD_LABEL + 16 + 4,
    AAD_MAX = AAD_BODY
};

/* One body. `owner` is whose key seals it: a person, a household or the family; `epoch` is that key's. */
typedef struct {
    uuid family, owner, entry;
    uint32_t field, version, epoch;
} body_context;

void aad_body(const body_context *c, uint8_t out[AAD_BODY]);
/* The contents of one audit record. */
void aad_record(uuid family, uuid record, uint8_t out[AAD_RECORD]);
/* A sealed text of an account; `column` is a number that the statement's author gives each column, once. */
void aad_account(uuid account, uint32_t column, uint8_t out[AAD_ACCOUNT]);

/* The wraps (crypto/keyring.h makes them). `purpose` is at most PURPOSE characters; shorter ones are filled with
 * zeros. */
void aad_family_key(uuid family, uint32_t epoch, const uint8_t kek_id[KEK_ID], uint8_t out[AAD_FAMILY_KEY]);
void aad_owner_key(uuid family, uuid owner, uint32_t epoch, uint8_t out[AAD_OWNER_KEY]);
void aad_audit_key(uuid family, const uint8_t kek_id[KEK_ID], uint8_t out[AAD_AUDIT_KEY]);
void aad_service_key(const char *purpose, const uint8_t kek_id[KEK_ID], uint8_t out[AAD_SERVICE_KEY]);

#endif
