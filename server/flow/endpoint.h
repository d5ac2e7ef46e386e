/* What an endpoint is, and all that it may touch of an exchange.
 *
 * An endpoint is a few small synchronous functions. It never waits, never sees a socket, a link or a key, and gets plaintext only
 * after the engine has a receipt for exactly what it wanted. The order of the calls is the course's (flow/course.c). */
#ifndef KRING_FLOW_ENDPOINT_H
#define KRING_FLOW_ENDPOINT_H

#include "db/transaction.h"
#include "flow/family.h"
#include "flow/record.h"
#include "flow/service.h"
#include "flow/session.h"
#include "json/read.h"
#include "json/write.h"
#include "policy/policy.h"

/* NOTHING_THERE: for what is public only (not found, or not yet); to a reader, hidden and absent are told apart nowhere but in
 * JUDGE. */
typedef enum { SHAPED, REPEAT, NOTHING_THERE } shaped;

typedef struct endpoint {
    const char *kind; /* noun.verb, as the log tells it */
    /* JUDGE. From facts and session: what may be done, and what it needs: x->wants (bodies), x->extra (rows), x->mutations and
     * x->texts (a write). May run again when the facts turn out stale, so it starts from nothing each time. */
    result (*judge)(exchange *x);
    /* SHAPE. Writes the response; after a receipt. REPEAT asks for another round of `extra` rows under the same receipt. */
    shaped (*shape)(exchange *x);
    /* A PUBLIC endpoint has only this; one of course LOG, whose judge may want `extra` alone, both. */
    bool families;    /* acts on every family of the session, not on one in its path */
    bool for_auditor; /* the auditor may use it on any family */
    bool for_operator;
    bool erases;      /* a WRITE after which the eraser has something to do */
} endpoint;

/* Who acts in a WRITE is recorded as who wrote; a text to seal becomes a `body` row. */
typedef struct {
    uuid entry, owner;
    uint32_t field, version;
    bytes plain;
    buf sealed;
} text_to_seal;

typedef struct {
    const statement *what;
    params *with;
} mutation;

enum { WANTS_STEP = 64, TEXTS_MAX = 8, MUTATIONS_MAX = 32, FAMILIES_MAX = 64, PATH_IDS_MAX = 4, QUERY_MAX = 72 };

typedef struct {
    uint32_t entry, version; /* positions in the facts of the (one) family */
    bool part;               /* the ruling gives less than the value: it is recorded, and its body is neither fetched nor opened */
} wanted;

typedef struct {
    const query_param *param;
    bytes value; /* decoded */
} query_value;

/* The proof that a record is committed. Only disclose.c and commit.c make one. */
typedef struct {
    bool issued;
    uuid record;
} receipt;

typedef struct login_attempt login_attempt;

/* JOIN: who the bearer of a code has become; there is no session yet that could say so. */
typedef struct {
    uuid account, family, as;
    bool helper;
} joined;

struct exchange {
    service *service;
    arena *arena;
    void (*ready)(void *owner, exchange *x);
    void *owner;
    request request;
    response response;

    const uint8_t *course; /* the steps to walk, ended by STEP_END */
    uint8_t at;
    bool walking, waiting, answered;
    result outcome;
    const char *detail; /* a constant sentence for the problem */
    json_faults faults;
    uint64_t retry_after; /* seconds; 0: no header */

    /* ROUTE, ADMIT */
    const route *route;
    uuid path_ids[PATH_IDS_MAX];
    bytes path_rest; /* of a path that takes all the rest */
    query_value query[QUERY_MAX];
    uint8_t query_count;
    const json_value *body;
    bytes if_match, idempotency_key;
    bool by_cookie;

    /* FACTS */
    moment now;
    uint8_t token_hash[SHA256_SIZE];
    session *session;
    session_looks *looks_before; /* of the session that is read again; or NULL */
    uuid family_ids[FAMILIES_MAX];
    family *families[FAMILIES_MAX];
    cipher_key *audit_keys[FAMILIES_MAX]; /* held */
    uint8_t family_count, families_read;
    bool idempotency_read, replay;
    uuid made_id;
    uint8_t misses;
    transaction *locked; /* after two misses */
    arena *lock_memory;  /* of `locked`: releasing it is the rollback */
    login_attempt *login;
    const joined *joined; /* NULL but in a JOIN that is being committed */

    /* JUDGE */
    actor viewer;
    const facts *told; /* the facts that he is judged by; NULL before JUDGE (T7) */
    ruling ruling;
    rule refused_by;
    const char *kind;   /* of the record; the operation unless the endpoint says otherwise */
    wanted *wants;
    uint32_t want_count, want_room;
    mutation mutations[MUTATIONS_MAX], extra;
    const uuid *extra_families; /* the auditor's: in whose context `extra` runs, FAMILIES_MAX at most; NULL: that of the record */
    uint32_t extra_family_count;
    uint8_t mutation_count, text_count;
    text_to_seal texts[TEXTS_MAX];
    bytes record_note;  /* further content of the record: ids only (what was asked, what was made) */
    uuid new_owner;     /* a person who comes into being with this WRITE: SEAL makes his key, before anything is stored */
    bool writes_account; /* a WRITE without a family: only the session is checked */

    /* DISCLOSE, OPEN, COMMIT */
    receipt receipt;
    rows extra_rows;
    unit *unit;
    bytes *plain;       /* by position in wants */
    exchange *next_in_queue;
    void *place_in_group;
    uint8_t key_loads;
    void *place;        /* endpoint's own state between judge and shape; in the arena */
};

/* ---- for endpoints ---- */

/* The facts of the family in the path, as its viewer is told of them. */
static inline const facts *facts_of(const exchange *x) { return x->told ? x->told : &x->families[0]->facts; }
/* As they are: for what an act does to others, never for what its actor is told. */
static inline const facts *real_facts_of(const exchange *x) { return &x->families[0]->facts; }
/* The first value of a query parameter, or an empty span with at == NULL. */
bytes query_text(const exchange *x, const char *name);
/* FORMAT_UUID, FORMAT_MOMENT parameters are already checked; these convert. */
bool query_uuid(const exchange *x, const char *name, uuid *out);
bool query_moment(const exchange *x, const char *name, moment *out);
uint32_t query_number(const exchange *x, const char *name, uint32_t otherwise);
/* Judges everything of these kinds for the viewer; sets x->ruling. */
void judge_all(exchange *x, unsigned kinds);
void want_body(exchange *x, uint32_t entry, uint32_t version);
/* The plaintext of the i-th want: after the receipt only. An empty object when the ruling gives less than the value. */
bytes plain_of(const exchange *x, uint32_t i);
void mutate(exchange *x, const statement *what, params *with);
void seal_text(exchange *x, uuid entry, uuid owner, field_id field, uint32_t version, bytes plain);
/* A writer on the response's body, with status and content type set. */
json_writer answer_json(exchange *x, int status);
/* A strong ETag over what the reader sees: feed it ids, versions and levels. 24 characters with quotes. */
typedef struct {
    uint8_t seen[4096];
    size_t len;
    uint8_t chain[SHA256_SIZE];
} etag_maker;
void etag_start(etag_maker *e, const char *what);
void etag_add(etag_maker *e, const void *bytes_, size_t len);
bytes etag_end(etag_maker *e, arena *a);
/* If-None-Match (a read) says that the reader has it: the answer becomes 304 without a body. */
bool answer_not_modified(exchange *x, bytes etag);
/* Opaque, deterministic cursors: a MAC over what they carry, for this operation and family. */
bytes cursor_make(exchange *x, bytes place);
result cursor_read(exchange *x, bytes text, uint8_t *place, size_t cap, size_t *len) MUST_USE;
/* Of a list of records, newest first: the page ends behind that one; and where the next begins, which is before everything
 * without a cursor in the query. */
bytes cursor_behind(exchange *x, moment at, uuid id);
result cursor_before(exchange *x, moment *at, uuid *id) MUST_USE;
/* What stands for an organisation in a place of that family: the same for the same name, and says nothing else. */
uuid organisation_mark(const exchange *x, bytes name);
/* Opens a record's sealed content (the log view). */
result open_record(exchange *x, uuid record, bytes sealed, bytes *plain) MUST_USE;
/* The same of a record of the service itself. */
result open_service_record(exchange *x, uuid record, bytes sealed, bytes *plain) MUST_USE;
/* The session's own account's sealed text in that column. */
enum { ACCOUNT_LOGIN = 1 };
result open_account_text(exchange *x, uint32_t column, bytes sealed, bytes *plain) MUST_USE;
/* Writes `payload`, signed for whoever keeps it, as one value: a flattened JWS (RFC 7515). After the receipt only. */
void sign_receipt(exchange *x, bytes payload, json_writer *w);
/* The public half of the key that signs, as a JWK (RFC 8037): it is nobody's secret, so any course may write it. */
void write_receipt_key(exchange *x, json_writer *w);
/* By what name others know this service: the first of our own origins. */
bytes service_origin(const exchange *x);
/* A creating POST: what a replay of its Idempotency-Key will be told; call last in JUDGE. */
void idempotency_keep(exchange *x, int status, uuid made);
/* Fails JUDGE with a fault of the caller's own body. */
result bad_member(exchange *x, const char *pointer, const char *detail);

#endif
