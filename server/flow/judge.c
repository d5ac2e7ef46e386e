/* JUDGE: the endpoint asks the policy, and says what it then needs. Synchronous, and it may run again from nothing. */
#include "flow/flow.h"
#include "flow/told.h"

/* The account's own id in the family in the path; nobody for the auditor, who gets no values. */
static actor viewer_of(const exchange *x) {
    if (x->families_read == 0 || x->session->kind >= ACCOUNT_AUDITOR) return ACTOR_NONE;
    const membership *m = session_membership(x->session, x->family_ids[0]);
    return m ? family_actor(facts_of(x), m->as) : ACTOR_NONE;
}

static void start_from_nothing(exchange *x) {
    x->want_count = 0;
    x->mutation_count = 0;
    for (unsigned i = 0; i < x->text_count; i++) buf_release(&x->texts[i].sealed);
    x->text_count = 0;
    x->extra = (mutation){0};
    x->extra_families = NULL, x->extra_family_count = 0;
    x->record_note = (bytes){0};
    x->new_owner = (uuid){{0}};
    x->ruling = (ruling){.valid_until = MOMENT_NEVER};
    x->refused_by = RULE_R01;
    x->faults.count = 0;
}

/* Levels (design.md 2): what a reader may only know to be there, or get in summary, is never fetched for him. Permits and wants
 * both stand in the order of the entries. Only content has levels; a listed helper's line is a value of its own. */
static void mark_parts(exchange *x) {
    const facts *f = x->want_count ? facts_of(x) : NULL;
    for (uint32_t w = 0, p = 0; w < x->want_count; w++) {
        while (p < x->ruling.count && x->ruling.permits[p].entry < x->wants[w].entry) p++;
        must(p < x->ruling.count && x->ruling.permits[p].entry == x->wants[w].entry); /* nothing without a permit */
        entry_kind kind = f->entries[x->wants[w].entry].kind;
        x->wants[w].part = x->ruling.permits[p].level < LEVEL_EXACT && (kind == KIND_PLAN || kind == KIND_REGISTER);
    }
}

verdict step_judge(exchange *x) {
    start_from_nothing(x);
    x->now = clock_now(x->service->set.clock);
    x->told = NULL;
    x->viewer = viewer_of(x);
    if (x->families_read > 0) x->told = told_facts_of(x->arena, facts_of(x), x->viewer, x->now);
    result r = x->route->endpoint->judge(x);
    if (ok(r)) mark_parts(x);
    return go_or_fail(x, r);
}

result bad_member(exchange *x, const char *pointer, const char *detail) {
    if (x->faults.count < FAULTS_MAX)
        x->faults.items[x->faults.count++] = (json_fault){bytes_of_string(pointer), detail};
    return FAIL(UNPROCESSABLE);
}

void judge_all(exchange *x, unsigned kinds) {
    const facts *f = facts_of(x);
    permit *room = ARENA_ARRAY(x->arena, permit, f->entry_count + 1);
    policy_judge(f, x->viewer, x->now, kinds, room, &x->ruling);
}

void want_body(exchange *x, uint32_t entry, uint32_t version) {
    if (x->want_count == x->want_room) {
        uint32_t room = x->want_room ? 2 * x->want_room : WANTS_STEP;
        wanted *more = ARENA_ARRAY(x->arena, wanted, room);
        if (x->want_count) memcpy(more, x->wants, x->want_count * sizeof *more);
        x->wants = more;
        x->want_room = room;
    }
    x->wants[x->want_count++] = (wanted){entry, version, false};
}

void mutate(exchange *x, const statement *what, params *with) {
    must(x->mutation_count < MUTATIONS_MAX);
    x->mutations[x->mutation_count++] = (mutation){what, with};
}

void seal_text(exchange *x, uuid entry, uuid owner, field_id field, uint32_t version, bytes plain) {
    must(x->text_count < TEXTS_MAX);
    x->texts[x->text_count++] = (text_to_seal){entry, owner, field, version, plain, buf_new(64 * 1024)};
}
