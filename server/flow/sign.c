/* The receipts that people keep: signed, so that others believe them without asking us.
 *
 * A receipt is a JWS (RFC 7515) in its flattened JSON form, Ed25519 (RFC 8037), the key named by its thumbprint (RFC 7638): formats
 * that others' tools verify. The type in the head says what was signed, so that a signature is never taken for one under something
 * else. No time and no randomness goes in: the same payload always gives the same bytes. */
#include "flow/flow.h"

static const char *base64url_of(arena *a, bytes raw, size_t *len) {
    char *text = arena_take(a, (raw.len + 2) / 3 * 4 + 1);
    *len = base64url_encode(raw, text);
    return text;
}

static bytes head_of(const exchange *x) {
    return arena_format(x->arena, "{\"alg\":\"EdDSA\",\"kid\":\"%.*s\",\"typ\":\"kring-receipt\"}", SIGN_THUMBPRINT,
                        x->service->signer_name);
}

void sign_receipt(exchange *x, bytes payload, json_writer *w) {
    must(x->receipt.issued);
    size_t head_len, body_len, len;
    const char *head = base64url_of(x->arena, head_of(x), &head_len), *body = base64url_of(x->arena, payload, &body_len);
    uint8_t signature[SIGN_SIZE];
    bytes input = arena_format(x->arena, "%.*s.%.*s", (int)head_len, head, (int)body_len, body);
    signer_sign(x->service->signer, input, signature);
    const char *signed_ = base64url_of(x->arena, BYTES_OF(signature), &len);
    json_open_object(w);
    json_key(w, "payload"), json_string(w, bytes_make(body, body_len));
    json_key(w, "protected"), json_string(w, bytes_make(head, head_len));
    json_key(w, "signature"), json_string(w, bytes_make(signed_, len));
    json_close_object(w);
}

void write_receipt_key(exchange *x, json_writer *w) {
    size_t len;
    const char *text = base64url_of(x->arena, bytes_make(signer_public(x->service->signer), SIGN_PUBLIC), &len);
    json_open_object(w);
    json_key(w, "kty"), json_string(w, BYTES("OKP"));
    json_key(w, "crv"), json_string(w, BYTES("Ed25519"));
    json_key(w, "x"), json_string(w, bytes_make(text, len));
    json_key(w, "kid"), json_string(w, bytes_make(x->service->signer_name, SIGN_THUMBPRINT));
    json_key(w, "use"), json_string(w, BYTES("sig"));
    json_key(w, "alg"), json_string(w, BYTES("EdDSA"));
    json_close_object(w);
}

bytes service_origin(const exchange *x) {
    const char *first = x->service->set.origins[0];
    return first ? bytes_of_string(first) : BYTES("");
}
