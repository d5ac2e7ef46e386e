#include "crypto/aad.h"

static uint8_t *put(uint8_t *p, const void *what, size_t len) {
    memcpy(p, what, len);
    return p + len;
}

static uint8_t *put_label(uint8_t *p, const char label[AAD_LABEL + 1]) { return put(p, label, AAD_LABEL); }
static uint8_t *put_id(uint8_t *p, uuid id) { return put(p, id.b, sizeof id.b); }

static uint8_t *put_number(uint8_t *p, uint32_t v) {
    put_u32(p, v);
    return p + 4;
}

void aad_body(const body_context *c, uint8_t out[AAD_BODY]) {
    uint8_t *p = put_label(out, "kringbd1");
    p = put_id(p, c->family);
    p = put_id(p, c->owner);
    p = put_id(p, c->entry);
    p = put_number(p, c->field);
    p = put_number(p, c->version);
    p = put_number(p, c->epoch);
    must(p == out + AAD_BODY);
}

void aad_record(uuid family, uuid record, uint8_t out[AAD_RECORD]) {
    uint8_t *p = put_id(put_id(put_label(out, "kringrc1"), family), record);
    must(p == out + AAD_RECORD);
}

void aad_account(uuid account, uint32_t column, uint8_t out[AAD_ACCOUNT]) {
    uint8_t *p = put_number(put_id(put_label(out, "kringac1"), account), column);
    must(p == out + AAD_ACCOUNT);
}

void aad_family_key(uuid family, uint32_t epoch, const uint8_t kek_id[KEK_ID], uint8_t out[AAD_FAMILY_KEY]) {
    uint8_t *p = put_number(put_id(put_label(out, "kringfk1"), family), epoch);
    must(put(p, kek_id, KEK_ID) == out + AAD_FAMILY_KEY);
}

void aad_owner_key(uuid family, uuid owner, uint32_t epoch, uint8_t out[AAD_OWNER_KEY]) {
    uint8_t *p = put_number(put_id(put_id(put_label(out, "kringpk1"), family), owner), epoch);
    must(p == out + AAD_OWNER_KEY);
}

void aad_audit_key(uuid family, const uint8_t kek_id[KEK_ID], uint8_t out[AAD_AUDIT_KEY]) {
    uint8_t *p = put_id(put_label(out, "kringak1"), family);
    must(put(p, kek_id, KEK_ID) == out + AAD_AUDIT_KEY);
}

void aad_service_key(const char *purpose, const uint8_t kek_id[KEK_ID], uint8_t out[AAD_SERVICE_KEY]) {
    uint8_t padded[PURPOSE] = {0};
    size_t len = strlen(purpose);
    must(len > 0 && len <= PURPOSE);
    memcpy(padded, purpose, len);
    uint8_t *p = put(put_label(out, "kringsk1"), padded, PURPOSE);
    must(put(p, kek_id, KEK_ID) == out + AAD_SERVICE_KEY);
}
