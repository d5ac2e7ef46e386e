/* kringd decoy: marks a family or an account that nobody is ever to touch. Whoever does raises a severe sign.
 *
 * Nothing else is different about it, for anybody: the mark is a MAC of the id, so neither a reader nor a thief of the database can
 * tell. That something was marked, and what, is a record of the service, which the auditor alone finds. */
#include "app/clock_file.h"
#include "app/command.h"
#include "app/reader.h"
#include "app/service_keys.h"
#include "crypto/crypto.h"
#include "flow/record.h"
#include "flow/service.h"
#include "statements.h"

typedef struct {
    reader r;
    arena *a;
    bool family;
    uuid id;
} decoying;

static const uuid service_family;

static result is_there(decoying *d, bool *there) {
    unit *u = reader_unit(d->a, &stmt_context_set, d->id);
    params *p = params_new(d->a);
    param_uuid(p, d->id);
    size_t at = unit_add(u, d->family ? &stmt_family_lock_read : &stmt_account_login_text, p);
    TRY(reader_ask(&d->r, u));
    *there = rows_count(unit_rows(u, at)) == 1;
    return OK;
}

/* 'd' | id 16. A start of its own, with one record, which ends with it. */
static result add_record(decoying *d, unit *u, moment now) {
    uint8_t note[17] = {'d'};
    memcpy(note + 1, d->id.b, sizeof d->id.b);
    record_draft draft = {.row = {.family = service_family, .id = uuid_random(), .at = now, .boot = uuid_random(),
                                  .kind = BYTES("decoy.mark"), .outcome = BYTES("done"), .class_ = RECORD_NO_CLASS},
                          .head = {.viewer_kind = VIEWER_OPERATOR, .role = RECORD_ROLE_OPERATOR},
                          .note = BYTES_OF(note)};
    record_sealed made;
    TRY(record_seal(&draft, keyring_find_audit(d->r.ring, service_family), d->a, &made));
    record_add(u, d->a, &made);
    return OK;
}

static result mark(decoying *d, moment now) {
    uint8_t mac[DECOY_MARK];
    unit *u = reader_unit(d->a, &stmt_context_set, service_family);
    params *p = params_new(d->a);
    decoy_mark(keyring_service(d->r.ring, "session-mac"), d->id, mac);
    param_bytes(p, arena_copy(d->a, BYTES_OF(mac))), param_moment(p, now);
    unit_add(u, &stmt_decoy_insert, p);
    TRY(add_record(d, u, now));
    return reader_ask(&d->r, u);
}

static int run(command *c, decoying *d) {
    bool there = false;
    kring_clock clock = {0};
    setting_fault fault;
    if (*c->set.clock_file && !clock_file_read(c->set.clock_file, &clock, &fault)) return command_faulted(&fault);
    moment now = clock_now(&clock);
    result done = service_keys_load(&d->r.loop, d->r.keys, d->r.ring, now);
    if (ok(done)) done = is_there(d, &there);
    if (ok(done) && !there) return command_failed(EXIT_DATA, "there is no such %s", d->family ? "family" : "account");
    if (ok(done)) done = mark(d, now);
    return ok(done) ? 0 : command_failed(EXIT_UNAVAILABLE, "the databases can't be asked, or the keys are not those of kek_file");
}

int decoy_command(command *c) {
    decoying d = {.family = c->line.count == 3 && strcmp(c->line.word[1], "family") == 0};
    bool account = c->line.count == 3 && strcmp(c->line.word[1], "account") == 0;
    if ((!d.family && !account) || !ok(uuid_parse(bytes_of_string(c->line.word[2]), &d.id)))
        return command_failed(EXIT_USAGE, "kringd decoy family ID, or kringd decoy account ID");
    crypto_init();
    int bad = reader_open(&d.r, &c->set, "kringd decoy");
    if (bad) return bad;
    d.a = arena_new();
    bad = run(c, &d);
    arena_release(d.a);
    reader_close(&d.r);
    return bad;
}
