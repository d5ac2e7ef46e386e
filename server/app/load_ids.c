#include "app/load_inside.h"

/* The layout of a random UUID (RFC 9562), so that nothing tells such an id from another. */
static uuid as_random(const uint8_t hash[SHA256_SIZE]) {
    uuid id;
    memcpy(id.b, hash, sizeof id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0F) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3F) | 0x80);
    return id;
}

static uuid seeded_id(bytes scenario_id, const char *kind, bytes ref) {
    uint8_t hash[SHA256_SIZE];
    buf seed = buf_new(4096);
    bytes parts[] = {BYTES("kring-seed"), scenario_id, bytes_of_string(kind), ref};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        buf_put_u64(&seed, parts[i].len), buf_put_byte(&seed, ' '), buf_put(&seed, parts[i]);
    must(buf_ok(&seed));
    secret_sha256(buf_bytes(&seed), hash);
    buf_release(&seed);
    return as_random(hash);
}

/* The same scenario always gives the same family in one installation, so that the primary key refuses it a second
 * time; without the installation's key the id tells nothing of the name. */
static uuid family_id(const loader *l, const scenario *s) {
    uint8_t hash[SHA256_SIZE];
    if (l->settings->seed_ids) return seeded_id(s->id, "family", s->id);
    const uint8_t *key = keyring_service(l->ring, "login-index");
    must(key != NULL);
    secret_hmac(key, BYTES("scenario"), s->id, hash);
    return as_random(hash);
}

uuid load_new_id(const load_ids *ids, const char *kind, bytes ref) {
    return ids->seeded ? seeded_id(ids->s->id, kind, ref) : uuid_random();
}

bytes load_named_by(loader *l, bytes at, bytes who) {
    return arena_format(l->a, "%.*s %.*s", (int)at.len, at.at, (int)who.len, who.at);
}

static const uuid *request_ids(loader *l, const load_ids *ids) {
    const scenario *s = ids->s;
    uuid *made = ARENA_ARRAY(l->a, uuid, s->request_count);
    for (size_t i = 0; i < s->request_count; i++) {
        bytes field = bytes_of_string(catalogue[s->requests[i].field].name);
        made[i] = load_new_id(ids, "request", load_named_by(l, field, s->grants[s->requests[i].grant].id));
    }
    return made;
}

static const uuid *emergency_ids(loader *l, const load_ids *ids) {
    const scenario *s = ids->s;
    uuid *made = ARENA_ARRAY(l->a, uuid, s->emergency_count);
    for (size_t i = 0; i < s->emergency_count; i++) {
        const scenario_emergency *e = &s->emergencies[i];
        made[i] = load_new_id(ids, "emergency", load_named_by(l, e->at, s->helpers[e->helper].id));
    }
    return made;
}

load_ids load_make_ids(loader *l, const scenario *s) {
    load_ids ids = {.s = s, .family = family_id(l, s), .seeded = l->settings->seed_ids};
    uuid *people = ARENA_ARRAY(l->a, uuid, s->people_count), *homes = ARENA_ARRAY(l->a, uuid, s->home_count);
    uuid *helpers = ARENA_ARRAY(l->a, uuid, s->helper_count), *grants = ARENA_ARRAY(l->a, uuid, s->grant_count);
    for (size_t i = 0; i < s->people_count; i++) people[i] = load_new_id(&ids, "person", s->people[i].id);
    for (size_t i = 0; i < s->home_count; i++) homes[i] = load_new_id(&ids, "household", s->homes[i].id);
    for (size_t i = 0; i < s->helper_count; i++) helpers[i] = load_new_id(&ids, "helper", s->helpers[i].id);
    for (size_t i = 0; i < s->grant_count; i++) grants[i] = load_new_id(&ids, "grant", s->grants[i].id);
    ids.people = people, ids.homes = homes, ids.helpers = helpers, ids.grants = grants;
    ids.requests = request_ids(l, &ids), ids.emergencies = emergency_ids(l, &ids);
    return ids;
}

uuid load_id_of(const load_ids *ids, scenario_ref who) {
    switch (who.kind) {
    case REF_PERSON: return ids->people[who.at];
    case REF_HOME: return ids->homes[who.at];
    case REF_HELPER: return ids->helpers[who.at];
    case REF_FAMILY: return ids->family;
    case REF_NONE: break;
    }
    return (uuid){0};
}

bytes load_ref_name(const load_ids *ids, scenario_ref who) {
    switch (who.kind) {
    case REF_PERSON: return ids->s->people[who.at].id;
    case REF_HOME: return ids->s->homes[who.at].id;
    case REF_HELPER: return ids->s->helpers[who.at].id;
    case REF_FAMILY: return ids->s->id;
    case REF_NONE: break;
    }
    return BYTES("");
}
