/* JOIN: whoever bears a code becomes the person or helper it was made for. WORK (Argon2id off the loop), CODE, FACTS, COMMIT.
 *
 * A wrong, used, revoked or late code, one for somebody who is kept out, and a wrong password walk the same steps with the same
 * number of statements and get one answer. Guessing is throttled in the buckets of the log-in, so that neither door
 * helps at the other. Only what the bearer of a good code says of himself is answered in particular: his contact. */
#include "flow/login_inside.h"

#include "statements.h"

enum { ACCOUNT_CONTACT = 2, CONTACT_INDEX = 16, NO_CONTACTS = FAMILY_STATEMENTS };

struct joining {
    uint8_t code_hash[SHA256_SIZE], contact_index[CONTACT_INDEX], contact_login[LOGIN_INDEX];
    bytes contact; /* in its one form; empty: none was given */
    bool found, handed_over, taken, good, alert, used_contact;
    uuid invitation, mine, alert_of; /* alert_of: who is kept out, or whose contact was tried */
    joined who;
    const char *fault; /* of /contact */
};

/* ---- WORK ---- */

static void worked(void *x_, result r, const char *new_phc) {
    exchange *x = x_;
    login_attempt *l = x->login;
    if (failed_as(r, R_UNAVAILABLE)) {
        exchange_resume(x, fail(x, r));
        return;
    }
    l->right = ok(r) && l->fits;
    if (new_phc) memcpy(l->new_phc, new_phc, PHC_SIZE);
    exchange_resume(x, GO_ON);
}

/* One Argon2id, whether the log-in is new or known. */
verdict step_join_work(exchange *x) {
    login_attempt *l = x->login;
    l->join = ARENA_NEW(x->arena, joining);
    result r = l->known_account ? hasher_verify(x->service->hasher, x->arena, l->password, l->phc, worked, x)
                                : hasher_make(x->service->hasher, x->arena, l->password, worked, x);
    return ok(r) ? WAITING : fail(x, r);
}

/* ---- CODE ---- */

static void code_found(void *x_, unit *u) {
    exchange *x = x_;
    joining *j = x->login->join;
    result r = unit_result(u);
    if (ok(r) && rows_count(unit_rows(u, 0)) == 1) {
        rows one = unit_rows(u, 0);
        j->found = true;
        j->handed_over = row_bool(one, 0, join_find__handed_over);
        j->taken = row_bool(one, 0, join_find__taken);
        j->invitation = row_uuid(one, 0, join_find__id);
        j->mine = row_uuid_or_zero(one, 0, join_find__mine);
        j->who = (joined){.account = x->login->account, .family = row_uuid(one, 0, join_find__family_id),
                          .as = row_uuid(one, 0, join_find__for_id),
                          .helper = bytes_is(row_text(one, 0, join_find__for_kind), "helper")};
    }
    exchange_resume(x, ok(r) ? GO_ON : fail(x, r));
}

verdict step_join_code(exchange *x) {
    joining *j = x->login->join;
    *j = (joining){0};
    x->joined = NULL;
    x->now = clock_now(x->service->set.clock);
    if (!ok(secret_code_hash(json_bytes_of(json_member(x->body, "code")), j->code_hash))) x->login->right = false;
    unit *u = unit_new(x->arena);
    params *p = params_new(x->arena);
    param_bytes(p, bytes_make(j->code_hash, SHA256_SIZE)), param_uuid(p, x->login->account), param_moment(p, x->now);
    unit_add(u, &stmt_join_find, p);
    pool_submit(x->service->set.data, u, code_found, x);
    return WAITING;
}

/* ---- FACTS, and what they say ---- */

static bool is_mail(bytes text) {
    const uint8_t *at = memchr(text.at, '@', text.len);
    return at && at > text.at && at + 1 < text.at + text.len;
}

/* Digits alone, with the country before them: one number has one form. */
static bytes one_number(exchange *x, bytes text, const jurisdiction *law) {
    char *digits = arena_take(x->arena, text.len + 1);
    size_t n = 0;
    bool abroad = text.len > 0 && text.at[0] == '+';
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] >= '0' && text.at[i] <= '9') digits[n++] = (char)text.at[i];
        else if (!memchr("+ ./()-", text.at[i], 7)) return (bytes){0};
    }
    if (n > 2 && digits[0] == '0' && digits[1] == '0') return bytes_make(digits + 2, n - 2);
    if (abroad || n < 6 || digits[0] != '0') return bytes_make(digits, n < 6 ? 0 : n);
    const char *country = strcmp(law->code, "NL") == 0 ? "31" : "32";
    return arena_format(x->arena, "%s%.*s", country, (int)n - 1, digits + 1);
}

static void read_contact(exchange *x, const jurisdiction *law) {
    joining *j = x->login->join;
    bytes prepared;
    const json_value *given = json_member(x->body, "contact");
    if (!given || !ok(secret_prepare_login(json_bytes_of(given), x->arena, &prepared))) return;
    j->contact = is_mail(prepared) ? prepared : one_number(x, prepared, law);
    if (j->contact.len == 0) return;
    uint8_t mac[SHA256_SIZE], *message = arena_take(x->arena, 16 + j->contact.len);
    memcpy(message, j->who.family.b, 16);
    memcpy(message + 16, j->contact.at, j->contact.len);
    secret_hmac(x->service->login_key, BYTES("contact"), bytes_make(message, 16 + j->contact.len), mac);
    memcpy(j->contact_index, mac, CONTACT_INDEX);
    secret_login_index(x->service->login_key, j->contact, j->contact_login);
}

static bool is_this(rows r, size_t i, int column, const uint8_t index[16]) {
    return bytes_equal(row_bytes(r, i, column), bytes_make(index, 16));
}

static bool is_kept_out(const facts *f, uuid id, moment at) { return policy_is_kept_out(f, family_actor(f, id), at); }

static void note_used(exchange *x, const facts *f, uuid by) {
    joining *j = x->login->join;
    j->used_contact = true;
    if (j->alert || !is_kept_out(f, by, x->now)) return;
    j->alert = true;
    j->alert_of = by;
}

/* Whose it is decides only whether the safety role learns of it; the answer never tells. */
static void find_contact(exchange *x, const facts *f, rows contacts, rows logins) {
    joining *j = x->login->join;
    if (j->contact.len == 0) return;
    for (size_t i = 0; i < rows_count(contacts); i++) {
        if (!is_this(contacts, i, join_contacts__contact_index, j->contact_index)) continue;
        note_used(x, f, row_uuid(contacts, i, join_contacts__person_id));
    }
    for (size_t i = 0; i < rows_count(logins); i++) {
        if (!is_this(logins, i, join_logins__login_index, j->contact_login)) continue;
        note_used(x, f, row_uuid(logins, i, join_logins__as_id));
    }
}

/* Good: everything but perhaps the contact is as it must be. */
static void judge(exchange *x, const facts *f, rows contacts, rows logins) {
    login_attempt *l = x->login;
    joining *j = l->join;
    actor whom = family_actor(f, j->who.as);
    bool fits = !l->known_account || l->kind == (j->who.helper ? ACCOUNT_HELPER : ACCOUNT_PERSON);
    bool minor = is_person(whom) && x->now < f->people[whom].turns_18;
    read_contact(x, f->law);
    bool mine = !uuid_is_zero(j->mine) && is_kept_out(f, j->mine, x->now);
    j->alert = mine || policy_is_kept_out(f, whom, x->now);
    j->alert_of = mine ? j->mine : j->who.as;
    find_contact(x, f, contacts, logins);
    j->good = l->right && fits && !j->alert && !j->taken && uuid_is_zero(j->mine) && (j->handed_over || !minor) &&
              policy_may_join(f, whom, x->now);
    if (minor && j->contact.len == 0) j->fault = "an e-mail address or phone number of your own is needed here";
    else if (j->used_contact) j->fault = "this can't be used here: choose one that only you use";
    else if (json_member(x->body, "contact") && j->contact.len == 0) j->fault = "is neither an e-mail address nor a phone number";
}

static void facts_found(void *x_, unit *u) {
    exchange *x = x_;
    joining *j = x->login->join;
    family *f = NULL;
    result r = unit_result(u);
    if (ok(r) && j->found) r = family_read(u, 0, j->who.family, &f);
    if (f) {
        cache_put(&x->service->families, &f->node, j->who.family, family_weight(f));
        x->families[x->families_read++] = f;
        x->family_ids[0] = j->who.family;
        judge(x, &f->facts, unit_rows(u, NO_CONTACTS), unit_rows(u, NO_CONTACTS + 1));
    }
    exchange_resume(x, ok(r) ? AGAIN : fail(x, r));
}

/* Where there is no such code the service's own family is asked for, which is none: the same statements, and no rows. */
verdict step_join_facts(exchange *x) {
    joining *j = x->login->join;
    if (x->unit) {
        x->unit = NULL;
        return GO_ON;
    }
    x->unit = unit_new(x->arena);
    params *contacts = params_new(x->arena), *logins = params_new(x->arena);
    family_ask(x->unit, x->arena, j->who.family);
    param_uuid(contacts, j->who.family);
    unit_add(x->unit, &stmt_join_contacts, contacts);
    param_uuid(logins, j->who.family), param_uuid(logins, x->login->account);
    unit_add(x->unit, &stmt_join_logins, logins);
    pool_submit(x->service->set.data, x->unit, facts_found, x);
    return WAITING;
}

/* ---- COMMIT ---- */

static void add_context(exchange *x, unit *u, uuid second) {
    char set[2 * (UUID_TEXT + 1) + 1];
    params *p = params_new(x->arena);
    set[0] = '{', set[UUID_TEXT + 1] = ',', set[2 * UUID_TEXT + 2] = '}';
    uuid_write(SERVICE_FAMILY, set + 1);
    uuid_write(second, set + UUID_TEXT + 2);
    param_text(p, arena_copy(x->arena, bytes_make(set, sizeof set)));
    unit_add(u, &stmt_context_set, p);
}

static result seal_text_of_account(exchange *x, uint32_t column, bytes text, bytes *out) {
    uint8_t aad[AAD_ACCOUNT];
    cipher_key *key = keyring_service_cipher(x->service->set.ring, "account-text");
    ENSURE(key != NULL, UNAVAILABLE);
    aad_account(x->login->join->who.account, column, aad);
    buf sealed = buf_new(4096);
    result made = envelope_seal(key, ENVELOPE_XAES, 0, bytes_make(aad, sizeof aad), text, &sealed);
    if (ok(made)) *out = arena_copy(x->arena, buf_bytes(&sealed));
    buf_release(&sealed);
    return made;
}

static const char *kind_word(const joining *j) { return j->who.helper ? "helper" : "person"; }

static result add_account(exchange *x, unit *u) {
    login_attempt *l = x->login;
    bytes sealed;
    if (l->known_account) return OK;
    l->join->who.account = uuid_random();
    TRY(seal_text_of_account(x, ACCOUNT_LOGIN, l->name, &sealed));
    params *p = params_new(x->arena);
    param_uuid(p, l->join->who.account), param_string(p, kind_word(l->join)), param_bytes(p, bytes_make(l->index, LOGIN_INDEX));
    param_bytes(p, sealed), param_string(p, l->new_phc), param_moment(p, x->now);
    unit_add(u, &stmt_join_account, p);
    return OK;
}

static result add_contact(exchange *x, unit *u) {
    joining *j = x->login->join;
    bytes sealed;
    if (j->contact.len == 0 || j->who.helper) return OK;
    TRY(seal_text_of_account(x, ACCOUNT_CONTACT, j->contact, &sealed));
    params *p = params_new(x->arena);
    param_uuid(p, j->who.family), param_uuid(p, j->who.as), param_bytes(p, bytes_make(j->contact_index, CONTACT_INDEX));
    param_bytes(p, sealed), param_moment(p, x->now);
    unit_add(u, &stmt_join_contact, p);
    return OK;
}

static result add_joining(exchange *x, unit *u) {
    joining *j = x->login->join;
    params *check = params_new(x->arena), *use = params_new(x->arena), *member = params_new(x->arena);
    add_context(x, u, j->who.family);
    param_uuid(check, j->who.family), param_int8(check, (int64_t)x->families[0]->facts.version);
    unit_add(u, &stmt_join_check, check);
    param_uuid(use, j->who.family), param_uuid(use, j->invitation), param_moment(use, x->now);
    unit_add(u, &stmt_join_use, use);
    TRY(add_account(x, u));
    param_uuid(member, j->who.account), param_uuid(member, j->who.family), param_string(member, kind_word(j));
    param_uuid(member, j->who.as);
    unit_add(u, &stmt_join_membership, member);
    TRY(add_contact(x, u));
    login_clear_failures(x, u);
    x->joined = &j->who;
    return OK;
}

static void add_refusal(exchange *x, unit *u) {
    joining *j = x->login->join;
    params *alert = params_new(x->arena);
    let_go_of_families(x); /* the line stands on the service's log, whichever family it was */
    add_context(x, u, j->who.family);
    login_add_failure(x, u);
    param_uuid(alert, j->who.family), param_uuid(alert, uuid_random()), param_uuid(alert, j->alert_of), param_moment(alert, x->now);
    param_bool(alert, j->found && j->alert);
    unit_add(u, &stmt_join_alert, alert);
}

static result outcome_of(exchange *x) {
    const joining *j = x->login->join;
    if (!j->good) return FAIL(BAD_CODE);
    return j->fault ? bad_member(x, "/contact", j->fault) : OK;
}

static void join_done(void *x_, unit *u) {
    exchange *x = x_;
    result r = unit_result(u);
    if (!ok(r)) counter_settle(x->service, x->login->counter, u);
    bool again = failed_as(r, R_STALE) || failed_as(r, R_CONFLICT); /* somebody came first: look again */
    if (ok(r) && x->joined) {
        cache_drop(&x->service->families, &x->families[0]->node);
        x->receipt = (receipt){true, x->login->record};
    }
    if (again) x->joined = NULL;
    if (ok(r) && !x->joined) r = outcome_of(x);
    exchange_resume(x, ok(r) ? GO_ON : again ? GO_BACK : fail(x, r));
}

static void note_invitation(exchange *x) {
    uint8_t *p = arena_take(x->arena, 17);
    p[0] = 'o';
    memcpy(p + 1, x->login->join->invitation.b, 16);
    x->record_note = bytes_make(p, 17);
}

verdict step_join_commit(exchange *x) {
    login_attempt *l = x->login;
    const joining *j = l->join;
    bool joins = j->good && !j->fault;
    if (joins) {
        verdict v = keys_ready(x, j->who.family);
        if (v != GO_ON) return v;
        if (!x->audit_keys[0]) x->audit_keys[0] = cipher_key_hold(keyring_find_audit(x->service->set.ring, j->who.family));
    }
    unit *u = unit_new(x->arena);
    record_sealed record;
    result r = OK;
    if (joins) r = add_joining(x, u);
    else add_refusal(x, u);
    l->record = uuid_random();
    x->refused_by = j->alert ? RULE_R58 : RULE_R38;
    x->record_note = l->known_account ? arena_copy(x->arena, bytes_make(l->account.b, 16)) : (bytes){0};
    if (joins) note_invitation(x);
    l->counter = counter_take(x->service);
    record_place place = {l->record, x->now, l->counter, joins ? R_DONE : R_BAD_CODE};
    if (ok(r)) r = seal_record(x, joins ? 0 : FAMILY_NONE, place, x->arena, &record);
    if (!ok(r)) {
        counter_give_back(x->service, l->counter);
        return fail(x, r);
    }
    record_add(u, x->arena, &record);
    pool_submit(x->service->set.data, u, join_done, x);
    return WAITING;
}
