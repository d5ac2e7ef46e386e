/* What the files of `kringd load` share. Everything lives in the loader's arena, which is wiped at the end. */
#ifndef KRING_APP_LOAD_INSIDE_H
#define KRING_APP_LOAD_INSIDE_H

#include "app/load.h"
#include "crypto/keyring.h"
#include "db/pool.h"

#include <uv.h>


typedef struct {
    const load_settings *settings;
    arena *a;
    uv_loop_t loop;
    pool *data, *keys;
    keyring *ring;
    const char *why; /* of the last failure: a sentence for the operator, or NULL */
} loader;

void load_tell(const loader *l, const char *step, size_t done, size_t total);
/* Waits for the unit: a command has nothing else to do meanwhile. */
result load_run(loader *l, pool *p, unit *u) MUST_USE;
/* A unit whose first statement names the family that it may touch. */
unit *load_unit(loader *l, const statement *context, uuid family);

/* ---- keys (load_keys.c): stored if missing, then read back, so that nothing is sealed under a key that isn't stored
 * ---- */
result load_service_keys(loader *l) MUST_USE;
result load_family_keys(loader *l, uuid family, const uuid *owners, size_t count) MUST_USE;

/* ---- ids (load_ids.c) ---- */
typedef struct {
    const scenario *s;
    uuid family;
    const uuid *people, *homes, *helpers, *grants, *requests, *emergencies;
    bool seeded;
} load_ids;

load_ids load_make_ids(loader *l, const scenario *s);
/* For things that the file gives no name: `ref` tells them apart by content. Random unless the ids are seeded. */
uuid load_new_id(const load_ids *ids, const char *kind, bytes ref);
uuid load_id_of(const load_ids *ids, scenario_ref who);
bytes load_ref_name(const load_ids *ids, scenario_ref who);
/* What happened is named by when and by whom, so that its id does not depend on what else is in the file. */
bytes load_named_by(loader *l, bytes at, bytes who);

/* ---- rows ---- */
/* load_facts.c: everything but entries; `u` gets its statements. */
void load_add_facts(loader *l, unit *u, const load_ids *ids);
/* load_entries.c: seals every text. */
result load_add_entries(loader *l, unit *u, const load_ids *ids) MUST_USE;

/* ---- accounts (load_accounts.c) ---- */
typedef struct {
    uuid id, as_id; /* as_id: zero for the auditor and the operator */
    const char *kind;
    bytes ref, login, prepared; /* prepared: in the one form that a login has */
    bytes password;
    uint8_t index[LOGIN_INDEX];
    char phc[PHC_SIZE];
} load_account;

typedef struct {
    load_account *at;
    size_t count;
} load_accounts;

result load_make_accounts(loader *l, const load_ids *ids, load_accounts *out) MUST_USE;
result load_add_accounts(loader *l, unit *u, const load_ids *ids, const load_accounts *accounts) MUST_USE;

/* ---- the log (load_record.c) ---- */
result load_add_record(loader *l, unit *u, const load_ids *ids, moment at) MUST_USE;

/* ---- demo.json (load_json.c) ---- */
/* Adds the family and its accounts to what the file holds, in a new file beside it; the loader puts it in place after
 * the commit. */
result load_write_demo_json(loader *l, const load_ids *ids, const load_accounts *accounts) MUST_USE;
result load_place_demo_json(loader *l) MUST_USE;
void load_drop_demo_json(loader *l);
/* A new file that names this family lies there, and the database holds the family: the load before died between
 * commit and rename. */
bool load_recover_demo_json(loader *l, uuid family);

#endif
