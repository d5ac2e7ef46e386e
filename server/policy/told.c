/* The family as somebody whom a safety lock keeps out of some fields is told of it (T7): there is no lock, and nothing of what
 * it hides.
 *
 * A refusal would tell him of the lock as surely as a gap. So all that he reads and does himself is judged by these facts, and
 * what he gives counts for nobody else (given_in_vain, T9). What he wrote or asked himself is his and stays; what others made of
 * it is not. Positions stay what they are: what is not there is recorded never, or ended before all time. */
#include "policy/inside.h"

bool policy_is_told_less(const facts *f, actor viewer, moment at) {
    for (unsigned i = 0; i < f->lock_count; i++) {
        const lock_fact *row = &f->locks[i];
        if (row->not_for == viewer && COUNTS(row, at) && !is_every_field(row->fields)) return true;
    }
    return false;
}

static void take_field(field_set set, field_id f) { set[f >> 6] &= ~((uint64_t)1 << (f & 63)); }

/* ---- what he wrote is his ---- */

static bool is_his(const standing *s, const version_fact *row) { return row->author == s->viewer || (row->wrote & s->self); }

static bool is_content(const entry_fact *e) { return e->kind == KIND_PLAN || e->kind == KIND_REGISTER; }

/* What hangs on an entry is kept from him as that entry is. */
static bool is_hidden(const standing *s, const entry_fact *e) {
    bool hangs = (e->kind == KIND_SUMMARY || e->kind == KIND_STATEMENT) && e->of < s->f->entry_count;
    if (hangs) e = &s->f->entries[e->of];
    return is_content(e) && is_locked_from_him(s, e->field, e->about);
}

static void tell_entry(const standing *s, told_facts *t, uint32_t entry) {
    entry_fact *e = &t->entries[entry];
    bool some = false;
    if (!is_hidden(s, e)) return;
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++) {
        bool his = is_his(s, &t->versions[v]);
        if (!his) t->versions[v].recorded = MOMENT_NEVER;
        some |= his;
    }
    if (!some) e->withdrawn = MOMENT_MIN;
    if (e->left_by == s->viewer && e->left < e->withdrawn) e->withdrawn = e->left;
}

/* ---- what was given and asked ---- */

/* Of a grant that he gave too he knows already: were it gone, that would tell him. Which fields are left stand first. */
static void tell_grant(const standing *s, told_facts *t, unsigned grant) {
    grant_fact *g = &t->grants[grant];
    grant_field_fact *row = &t->grant_fields[g->first_field];
    uint16_t kept = 0;
    if (g->givers & s->self) return;
    for (uint16_t i = 0; i < g->field_count; i++)
        if (!is_locked_from_him(s, row[i].field, g->about)) row[kept++] = row[i];
    if (kept == 0) g->recorded = MOMENT_NEVER;
    else g->field_count = kept;
}

static bool has_answered(const told_facts *t, const request_fact *r, actor viewer, field_id f) {
    for (uint32_t i = r->first_reply; i < r->first_reply + r->reply_count; i++) {
        const reply_fact *reply = &t->replies[i];
        if (reply->person == viewer && (has_field(reply->yes, f) || has_field(reply->no, f))) return true;
    }
    return false;
}

static void keep_silent(told_facts *t, const request_fact *r, actor viewer, field_id f) {
    for (uint32_t i = r->first_reply; i < r->first_reply + r->reply_count; i++)
        if (t->replies[i].person != viewer) take_field(t->replies[i].yes, f), take_field(t->replies[i].no, f);
}

/* Nobody answers what he asks; what he answered before is there, with his own word. */
static void tell_request(const standing *s, told_facts *t, unsigned request) {
    request_fact *r = &t->requests[request];
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(r->fields, f) || !is_locked_from_him(s, f, r->about)) continue;
        if (r->asker == s->viewer || has_answered(t, r, s->viewer, f)) keep_silent(t, r, s->viewer, f);
        else take_field(r->fields, f), take_field(r->derived, f), take_field(r->exists, f);
    }
    if (!(r->fields[0] | r->fields[1])) r->recorded = MOMENT_NEVER;
}

/* It is not about those who are locked. Who opened it knows whom he opened; who was opened himself is told all of it. */
static void tell_emergency(const standing *s, emergency_fact *e) {
    subjects locked = 0;
    if (HELPER(e->helper) == s->viewer || (e->about & s->self)) return;
    for (field_id f = 0; f < FIELD_COUNT; f++) locked |= subjects_if(has_field(e->fields, f), s->locked[f]);
    e->about &= ~locked;
    if (e->about == 0) e->recorded = MOMENT_NEVER;
}

void policy_tell(const standing *s, told_facts *t) {
    for (unsigned i = 0; i < t->f.lock_count; i++)
        if (t->locks[i].not_for == s->viewer && !is_every_field(t->locks[i].fields)) t->locks[i].recorded = MOMENT_NEVER;
    for (uint32_t i = 0; i < t->f.entry_count; i++) tell_entry(s, t, i);
    for (unsigned i = 0; i < t->f.grant_count; i++) tell_grant(s, t, i);
    for (unsigned i = 0; i < t->f.request_count; i++) tell_request(s, t, i);
    for (unsigned i = 0; i < t->f.emergency_count; i++) tell_emergency(s, &t->emergencies[i]);
}

bool policy_is_told_part(const facts *f, const facts *told, uint32_t entry) {
    must(entry < f->entry_count);
    const entry_fact *e = &f->entries[entry];
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (f->versions[v].recorded != told->versions[v].recorded) return true;
    return false;
}
