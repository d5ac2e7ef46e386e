/* Makes the service, and keeps its counters. */
#include "flow/flow.h"

#include "base/memory.h"

static const uint8_t *service_key(const service_settings *set, const char *purpose) {
    const uint8_t *key = keyring_service(set->ring, purpose);
    must(key != NULL); /* app/ has added them all before it makes the service */
    return key;
}

service *service_new(const service_settings *settings) {
    service *s = MEMORY_NEW(service);
    s->set = *settings;
    s->boot = uuid_random();
    cache_init(&s->sessions, settings->session_cache_bytes, session_release);
    cache_init(&s->families, settings->family_cache_bytes, family_release);
    s->cursor_key = service_key(settings, "cursor");
    s->csrf_key = s->throttle_key = service_key(settings, "session-mac");
    s->pepper = service_key(settings, "password-pepper");
    s->login_key = service_key(settings, "login-index");
    s->idempotency_key = service_key(settings, "idempotency");
    s->signer = signer_new(service_key(settings, "receipt"));
    public_key_thumbprint(signer_public(s->signer), s->signer_name);
    s->hasher = hasher_new(s);
    pool_set_source(settings->data, disclose_next, s);
    readiness_start(s);
    eraser_start(s);
    return s;
}

void service_release(service *s) {
    if (!s) return;
    must(s->queue_first == NULL);
    eraser_stop(s);
    retirer_stop(s);
    watch_stop(s);
    readiness_stop(s);
    hasher_release(s->hasher);
    signer_release(s->signer);
    cache_done(&s->sessions);
    cache_done(&s->families);
    boot_pulse_stop(s);
    counters_release(s);
    memory_give(s, sizeof *s);
}

moment service_keys_backup(const service *s) { return s->set.keys_backup; }
bool service_keeps_file(const service *s) { return s->set.statutory_file; }
