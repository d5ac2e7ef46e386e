#include "flow/session.h"

#include "base/memory.h"
#include "statements.h"

uuid session_key(const uint8_t token_hash[32]) {
    uuid key;
    memcpy(key.b, token_hash, sizeof key.b);
    return key;
}

static const char *const kinds[] = {"person", "helper", "auditor", "operator"};

const char *account_kind_text(account_kind kind) { return kinds[kind]; }

account_kind account_kind_of(bytes word) {
    for (unsigned i = 0; i < 4; i++)
        if (bytes_is(word, kinds[i])) return (account_kind)i;
    must(false); /* an account kind that the schema does not know */
    return ACCOUNT_OPERATOR;
}

void session_ask(unit *u, arena *a, const uint8_t token_hash[32]) {
    params *p = params_new(a);
    param_bytes(p, bytes_make(token_hash, 32));
    unit_add(u, &stmt_session_find, p);
    params *q = params_new(a);
    param_bytes(q, bytes_make(token_hash, 32));
    unit_add(u, &stmt_session_memberships, q);
}

static void read_memberships(session *s, rows r) {
    for (size_t i = 0; i < s->membership_count; i++)
        s->memberships[i] = (membership){
            .family = row_uuid(r, i, session_memberships__family_id),
            .as = row_uuid(r, i, session_memberships__as_id),
            .helper = bytes_is(row_text(r, i, session_memberships__as_kind), "helper"),
        };
}

result session_read(unit *u, const uint8_t token_hash[32], const moment idle[4], moment now, session **out) {
    rows r = unit_rows(u, 0), m = unit_rows(u, 1);
    ENSURE(rows_count(r) == 1, UNAUTHENTICATED);
    ENSURE(row_moment(r, 0, session_find__ended_at) > now && row_moment(r, 0, session_find__disabled_at) > now, UNAUTHENTICATED);
    size_t size = sizeof(session) + rows_count(m) * sizeof(membership);
    session *s = memory_take(size);
    *s = (session){
        .id = row_uuid(r, 0, session_find__id),
        .account = row_uuid(r, 0, session_find__account_id),
        .kind = account_kind_of(row_text(r, 0, session_find__kind)),
        .expires = row_moment(r, 0, session_find__expires_at),
        .last_seen = row_moment(r, 0, session_find__last_seen_at),
        .read_at = now,
        .membership_count = (uint16_t)rows_count(m),
        .size = size,
    };
    memcpy(s->token_hash, token_hash, 32);
    read_memberships(s, m);
    if (!session_live(s, idle, now)) {
        session_release(&s->node);
        return FAIL(UNAUTHENTICATED);
    }
    *out = s;
    return OK;
}

bool session_live(const session *s, const moment idle[4], moment now) {
    return s->expires > now && s->last_seen > now - idle[s->kind];
}

const membership *session_membership(const session *s, uuid family) {
    for (unsigned i = 0; i < s->membership_count; i++)
        if (uuid_equal(s->memberships[i].family, family)) return &s->memberships[i];
    return NULL;
}

void session_release(cached *node) {
    session *s = (session *)node;
    memory_give(s, s->size);
}
