/* DISCLOSE and REFUSE: the record is committed before anything is opened or refused.
 *
 * Exchanges wait in a queue; whenever a link falls idle it takes whatever waits as one group: one statement checks all their
 * sessions and versions and inserts the records, a second fetches the sealed bodies that are not cached, and one Sync commits
 * them all (performance.md). There is no timer. A row that does not come back was stale: its exchange starts again. A group that
 * fails is run once more, each exchange alone. */
#include "flow/flow.h"

#include "statements.h"

/* ---- one record ---- */

void record_head_of(const exchange *x, unsigned i, record_head *out) {
    static const viewer_kind kinds[] = {VIEWER_PERSON, VIEWER_HELPER, VIEWER_AUDITOR, VIEWER_OPERATOR};
    *out = (record_head){.rule = (uint8_t)x->refused_by, .result = (uint8_t)x->outcome.code};
    if (x->session) {
        out->viewer_kind = kinds[x->session->kind];
        out->session = x->session->id;
        const membership *m = i == FAMILY_NONE ? NULL : session_membership(x->session, x->family_ids[i]);
        out->viewer = m ? m->as : x->session->account;
    }
    if (x->joined) {
        out->viewer_kind = x->joined->helper ? VIEWER_HELPER : VIEWER_PERSON;
        out->viewer = x->joined->as;
    }
    if (i < x->families_read) out->family_version = x->families[i]->facts.version;
    bool writes = x->route && (x->route->course == COURSE_WRITE || x->joined) && !x->replay;
    if (writes && i < x->families_read && ok(x->outcome)) out->flags |= RECORD_WROTE;
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    bool v4 = memcmp(x->request.peer, mapped, sizeof mapped) == 0;
    memcpy(out->network, v4 ? x->request.peer + 12 : x->request.peer, v4 ? 3 : 6);
    out->network_bits = v4 ? 24 : 48;
}

/* Only what is disclosed stands in it: the permits behind the wants, in their order. */
static uint32_t disclosed(const exchange *x, unsigned i, permit *out) {
    if (i != 0 || x->want_count == 0) return 0;
    uint32_t n = 0, p = 0;
    for (uint32_t w = 0; w < x->want_count; w++) {
        while (p < x->ruling.count && x->ruling.permits[p].entry < x->wants[w].entry) p++;
        must(p < x->ruling.count && x->ruling.permits[p].entry == x->wants[w].entry); /* nothing without a permit */
        out[n] = x->ruling.permits[p];
        out[n++].version = x->wants[w].version;
    }
    return n;
}

/* Of what is disclosed, not of what might have been; and of a look of his own, not of one through another's eyes. */
static bool emergency_in(const exchange *x) {
    if (x->ruling.viewer != x->viewer) return false;
    for (uint32_t w = 0, p = 0; w < x->want_count; w++) {
        while (p < x->ruling.count && x->ruling.permits[p].entry < x->wants[w].entry) p++;
        must(p < x->ruling.count);
        if (x->ruling.permits[p].emergency >= 0) return true;
    }
    return false;
}

/* The place that a helper acts from now; NULL for everybody else. */
static const place_fact *place_of_viewer(const exchange *x, unsigned i) {
    if (i >= x->families_read) return NULL;
    const facts *f = &x->families[i]->facts;
    const membership *m = x->session ? session_membership(x->session, x->family_ids[i]) : NULL;
    actor a = m && m->helper ? family_actor(f, m->as) : ACTOR_NONE;
    for (unsigned p = 0; is_helper(a) && p < f->place_count; p++) {
        const place_fact *at = &f->places[p];
        if (at->helper == a - FIRST_HELPER && at->from <= x->now && x->now < at->until) return at;
    }
    return NULL;
}

/* A helper without a place can only act in an emergency. */
static record_role role_of(viewer_kind kind, const place_fact *place, bool emergency) {
    static const record_role others[] = {RECORD_ROLE_NONE, RECORD_ROLE_PERSON, RECORD_ROLE_HELPER, RECORD_ROLE_AUDITOR,
                                         RECORD_ROLE_OPERATOR};
    if (kind != VIEWER_HELPER) return others[kind];
    if (!place) return emergency ? RECORD_ROLE_EMERGENCY : RECORD_ROLE_HELPER;
    if (place->coordinator) return RECORD_ROLE_COORDINATOR;
    return place->authority_role ? RECORD_ROLE_AUTHORITY : place->safety ? RECORD_ROLE_SAFETY : RECORD_ROLE_HELPER;
}

static record_purpose purpose_of(viewer_kind kind, bool emergency) {
    static const record_purpose purposes[] = {RECORD_PURPOSE_OPERATION, RECORD_PURPOSE_OWN, RECORD_PURPOSE_CARE,
                                              RECORD_PURPOSE_OVERSIGHT, RECORD_PURPOSE_OPERATION};
    return emergency ? RECORD_PURPOSE_EMERGENCY : purposes[kind];
}

static record_program program_of(const exchange *x) {
    bytes agent = request_header(&x->request, "User-Agent");
    if (bytes_starts(agent, "kring/")) return RECORD_PROGRAM_TERMINAL;
    return bytes_starts(agent, "Mozilla/") ? RECORD_PROGRAM_BROWSER : RECORD_PROGRAM_OTHER;
}

static void row_of(const exchange *x, unsigned i, record_place place, record_row *out) {
    bool done = place.result == R_DONE;
    *out = (record_row){.family = i == FAMILY_NONE ? SERVICE_FAMILY : x->family_ids[i], .id = place.id, .at = place.at,
                        .boot = x->service->boot, .counter = place.counter, .kind = bytes_of_string(x->kind),
                        .outcome = done ? BYTES("done") : BYTES("refused"), .emergency = done && emergency_in(x),
                        .class_ = RECORD_NO_CLASS};
    out->account = x->session ? x->session->account : x->joined ? x->joined->account : SERVICE_FAMILY;
    if (!done) out->rule = bytes_of_string(rule_text(x->refused_by));
}

result seal_record(exchange *x, unsigned i, record_place place, arena *a, record_sealed *out) {
    record_draft d = {.note = x->record_note};
    permit *items = ARENA_ARRAY(a, permit, x->want_count + 1);
    row_of(x, i, place, &d.row);
    record_head_of(x, i, &d.head);
    if (d.head.viewer_kind <= VIEWER_PERSON) /* the log must not tell where somebody stays; nor of who is not known yet */
        memset(d.head.network, 0, sizeof d.head.network), d.head.network_bits = 0;
    const place_fact *from = place_of_viewer(x, i);
    if (from) d.row.organisation = from->organisation;
    d.head.result = (uint8_t)place.result, d.head.program = program_of(x);
    d.head.role = role_of(d.head.viewer_kind, from, d.row.emergency);
    d.head.purpose = purpose_of(d.head.viewer_kind, d.row.emergency);
    if (place.result == R_DONE) d.count = disclosed(x, i, items);
    d.permits = items;
    if (d.count) d.facts = facts_of(x);
    return record_seal(&d, i == FAMILY_NONE ? keyring_find_audit(x->service->set.ring, SERVICE_FAMILY) : x->audit_keys[i], a, out);
}

/* ---- a group ---- */

typedef struct {
    exchange *x;    /* NULL once its arena is gone */
    unsigned family; /* which of its families, or FAMILY_NONE */
    uuid record;
    uint64_t counter;
    bool committed, looks;
    family_look look; /* if `looks` */
} line;

typedef struct {
    line *line;
    uint32_t version;
} fetched_body;

typedef struct group {
    service *service;
    arena *arena;
    uint32_t count, wants;
    moment now;
    bool alone;       /* a retry of one exchange, or one with rows of its own */
    line *lines;
    fetched_body *fetched;
} group;

static bool is_refusal(const exchange *x) { return !ok(x->outcome); }
static unsigned lines_of(const exchange *x) {
    if (is_refusal(x)) return 1;
    return x->family_count ? x->family_count : 1;
}

static void leave_group(void *l_) {
    line *l = l_;
    l->x = NULL;
}

/* A refusal may come before the family's keys are there: it then stands in the service's own log. */
static unsigned family_of_line(const exchange *x, unsigned i) { return x->families_read > i && x->audit_keys[i] ? i : FAMILY_NONE; }

static void add_lines(group *g, exchange *x) {
    for (unsigned i = 0; i < lines_of(x); i++) {
        line *l = &g->lines[g->count++];
        *l = (line){.x = x, .family = family_of_line(x, i), .record = uuid_random(), .counter = counter_take(g->service)};
        arena_on_free(x->arena, leave_group, l);
    }
}

static uint32_t missing_bodies(const exchange *x) {
    uint32_t n = 0;
    if (is_refusal(x)) return 0;
    for (uint32_t i = 0; i < x->want_count; i++)
        n += !x->wants[i].part && x->families[0]->envelopes[x->wants[i].version].at == NULL;
    return n;
}

/* ---- the statements of a group ---- */

static void add_context(group *g, unit *u) {
    buf set = buf_new(1 << 16);
    buf_put_byte(&set, '{');
    for (uint32_t i = 0; i < g->count; i++) {
        line *l = &g->lines[i];
        if (i) buf_put_byte(&set, ',');
        buf_put_uuid(&set, l->family == FAMILY_NONE ? SERVICE_FAMILY : l->x->family_ids[l->family]);
    }
    buf_put_byte(&set, '}');
    must(buf_ok(&set));
    params *p = params_new(g->arena);
    param_text(p, buf_bytes(&set));
    buf_release(&set);
    unit_add(u, &stmt_context_set, p);
}

/* From here on the unit sees these families and no other: what the record needs of its own has been done. Only clear columns of the
 * log are read so, and only for the auditor. */
static void add_extra_context(exchange *x, unit *u) {
    must(x->session->kind == ACCOUNT_AUDITOR && x->extra_family_count <= FAMILIES_MAX);
    buf set = buf_new(1 << 16);
    buf_put_byte(&set, '{');
    for (uint32_t i = 0; i < x->extra_family_count; i++) {
        if (i) buf_put_byte(&set, ',');
        buf_put_uuid(&set, x->extra_families[i]);
    }
    buf_put_byte(&set, '}');
    must(buf_ok(&set));
    params *p = params_new(x->arena);
    param_text(p, arena_copy(x->arena, buf_bytes(&set)));
    buf_release(&set);
    unit_add(u, &stmt_context_set, p);
}

#define COLUMN(type, name) type *name = ARENA_ARRAY(g->arena, type, g->count)

static result add_disclose(group *g, unit *u, moment now) {
    COLUMN(bytes, tokens); COLUMN(moment, idle); COLUMN(uuid, families); COLUMN(int64_t, versions); COLUMN(uuid, records);
    COLUMN(int64_t, counters); COLUMN(bytes, kinds); COLUMN(bytes, outcomes); COLUMN(bool, emergencies); COLUMN(uuid, actors);
    COLUMN(bytes, sealed); COLUMN(uuid, organisations); COLUMN(int32_t, classes); COLUMN(bytes, rules); COLUMN(bytes, leaves);
    COLUMN(record_sealed, made);
    for (uint32_t i = 0; i < g->count; i++) {
        line *l = &g->lines[i];
        exchange *x = l->x;
        const record_row *row = &made[i].row;
        record_place place = {l->record, now, l->counter, x->outcome.code};
        TRY(seal_record(x, l->family, place, g->arena, &made[i]));
        tokens[i] = bytes_make(x->token_hash, sizeof x->token_hash);
        idle[i] = now - g->service->set.session_idle[x->session->kind];
        /* A stale refusal is no answer either. */
        versions[i] = l->family == FAMILY_NONE ? -1 : (int64_t)x->families[l->family]->facts.version;
        families[i] = row->family, records[i] = row->id, counters[i] = (int64_t)row->counter, actors[i] = row->account;
        kinds[i] = row->kind, outcomes[i] = row->outcome, emergencies[i] = row->emergency, sealed[i] = made[i].sealed;
        organisations[i] = row->organisation, classes[i] = row->class_, rules[i] = row->rule, leaves[i] = BYTES_OF(made[i].leaf);
        l->looks = look_of(x, row, &l->look);
    }
    params *p = params_new(g->arena);
    param_byteas(p, tokens, g->count), param_moments(p, idle, g->count), param_uuids(p, families, g->count);
    param_int8s(p, versions, g->count), param_uuids(p, records, g->count), param_int8s(p, counters, g->count);
    param_texts(p, kinds, g->count), param_texts(p, outcomes, g->count), param_bools(p, emergencies, g->count);
    param_uuids(p, actors, g->count), param_byteas(p, sealed, g->count);
    param_uuid(p, g->service->boot);
    param_moment(p, now);
    param_uuids(p, organisations, g->count), param_int4s(p, classes, g->count), param_texts(p, rules, g->count);
    param_byteas(p, leaves, g->count);
    unit_add(u, &stmt_disclose, p);
    return OK;
}

/* The bodies that nobody has fetched yet; `n` is the place in g->fetched. */
static void add_bodies(group *g, unit *u) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < g->count; i++)
        if (g->lines[i].family == 0) most += missing_bodies(g->lines[i].x);
    if (most == 0) return;
    g->fetched = arena_take_array(g->arena, sizeof *g->fetched, most);
    int32_t *n = ARENA_ARRAY(g->arena, int32_t, most), *versions = ARENA_ARRAY(g->arena, int32_t, most);
    uuid *families = ARENA_ARRAY(g->arena, uuid, most), *entries = ARENA_ARRAY(g->arena, uuid, most);
    for (uint32_t i = 0; i < g->count; i++) {
        line *l = &g->lines[i];
        if (l->family != 0 || is_refusal(l->x)) continue;
        family *f = l->x->families[0];
        for (uint32_t w = 0; w < l->x->want_count; w++) {
            wanted v = l->x->wants[w];
            if (v.part || f->envelopes[v.version].at) continue;
            n[g->wants] = (int32_t)g->wants;
            families[g->wants] = f->facts.family;
            entries[g->wants] = f->facts.entries[v.entry].id;
            versions[g->wants] = (int32_t)f->facts.versions[v.version].number;
            g->fetched[g->wants].line = l;
            g->fetched[g->wants++].version = v.version;
        }
    }
    params *p = params_new(g->arena);
    param_int4s(p, n, g->wants), param_uuids(p, families, g->wants), param_uuids(p, entries, g->wants);
    param_int4s(p, versions, g->wants);
    unit_add(u, &stmt_bodies, p);
}

/* The last statement of what is shared: most groups have none, since an hour's first look stands for it. */
static void add_looks(group *g, unit *u, moment now) {
    family_look *looks = ARENA_ARRAY(g->arena, family_look, g->count);
    size_t n = 0;
    for (uint32_t i = 0; i < g->count; i++)
        if (g->lines[i].looks) looks[n++] = g->lines[i].look;
    looks_add(u, g->arena, looks, n, now);
}

/* ---- what came of it ---- */

static void keep_bodies(group *g, rows bodies) {
    for (size_t i = 0; i < rows_count(bodies); i++) {
        int32_t n = row_int4(bodies, i, bodies__n);
        must(n >= 0 && (uint32_t)n < g->wants);
        line *l = g->fetched[n].line;
        if (!l->x || !l->committed) continue;
        family *f = l->x->families[0];
        cache_add_weight(&g->service->families, &f->node,
                         family_keep_envelope(f, g->fetched[n].version, row_bytes(bodies, i, bodies__envelope)));
    }
}

static void mark_committed(group *g, rows done) {
    for (size_t i = 0; i < rows_count(done); i++) {
        uint64_t counter = (uint64_t)row_int8(done, i, disclose__counter);
        for (uint32_t k = 0; k < g->count; k++)
            if (g->lines[k].counter == counter) g->lines[k].committed = true;
    }
    for (uint32_t k = 0; k < g->count; k++)
        if (!g->lines[k].committed) counter_give_back(g->service, g->lines[k].counter);
}

/* All of an exchange's lines (it may read several families) must stand. */
static bool all_committed(const group *g, const exchange *x) {
    for (uint32_t i = 0; i < g->count; i++)
        if (g->lines[i].x == x && !g->lines[i].committed) return false;
    return true;
}

static void drop_from_group(group *g, exchange *x) {
    for (uint32_t i = 0; i < g->count; i++)
        if (g->lines[i].x == x) {
            arena_drop_hook(x->arena, leave_group, &g->lines[i]);
            g->lines[i].x = NULL;
        }
}

static void tell(group *g, exchange *x) {
    bool stands = all_committed(g, x);
    uuid record = {{0}};
    for (uint32_t i = 0; i < g->count; i++)
        if (g->lines[i].x == x) {
            record = g->lines[i].record;
            if (stands && g->lines[i].looks) look_keep(x, &g->lines[i].look, g->now);
        }
    drop_from_group(g, x);
    if (stands) x->receipt = (receipt){true, record};
    exchange_resume(x, stands ? GO_ON : GO_BACK);
}

static void tell_all(group *g) {
    for (uint32_t i = 0; i < g->count; i++)
        if (g->lines[i].x) tell(g, g->lines[i].x);
}

static void run_alone(exchange *x);

/* Once again, each alone: one bad row must not fail its neighbours. */
static void split(group *g, result why, const unit *u) {
    for (uint32_t i = 0; i < g->count; i++) counter_settle(g->service, g->lines[i].counter, u);
    for (uint32_t i = 0; i < g->count; i++) {
        exchange *x = g->lines[i].x;
        if (!x) continue;
        drop_from_group(g, x);
        if (x->answered) continue; /* its deadline passed */
        if (g->alone) exchange_resume(x, fail(x, failed_as(why, R_UNAVAILABLE) ? why : FAIL(INTERNAL)));
        else run_alone(x);
    }
}

static void group_done(void *g_, unit *u) {
    group *g = g_;
    result r = unit_result(u);
    if (ok(r)) {
        mark_committed(g, unit_rows(u, 1));
        if (g->wants) keep_bodies(g, unit_rows(u, 2));
        tell_all(g);
    } else {
        split(g, r, u);
    }
    arena_release(g->arena);
}

static group *group_new(service *s, uint32_t lines) {
    arena *a = arena_new();
    group *g = ARENA_NEW(a, group);
    g->service = s;
    g->arena = a;
    g->lines = ARENA_ARRAY(a, line, lines);
    return g;
}

static unit *group_unit(group *g, moment now) {
    unit *u = unit_new_with_done(g->arena, group_done, g);
    g->now = now;
    add_context(g, u);
    if (!ok(add_disclose(g, u, now))) return NULL;
    add_bodies(g, u);
    add_looks(g, u, now);
    g->service->counters.groups++;
    g->service->counters.disclosures += g->count;
    return u;
}

/* ---- the queue ---- */

static void leave_queue(void *x_) {
    exchange *x = x_;
    service *s = x->service;
    exchange **p = &s->queue_first, *before = NULL;
    while (*p && *p != x) before = *p, p = &(*p)->next_in_queue;
    if (!*p) return;
    *p = x->next_in_queue;
    if (s->queue_last == x) s->queue_last = before;
    x->next_in_queue = NULL;
}

static void enqueue(exchange *x) {
    service *s = x->service;
    x->next_in_queue = NULL;
    if (s->queue_last) s->queue_last->next_in_queue = x;
    else s->queue_first = x;
    s->queue_last = x;
    arena_on_free(x->arena, leave_queue, x);
    pool_wake(s->set.data);
}

static exchange *dequeue(service *s) {
    exchange *x = s->queue_first;
    if (!x) return NULL;
    s->queue_first = x->next_in_queue;
    if (!s->queue_first) s->queue_last = NULL;
    x->next_in_queue = NULL;
    arena_drop_hook(x->arena, leave_queue, x);
    return x;
}

void leave_disclosures(exchange *x) {
    arena_drop_hook(x->arena, leave_queue, x);
    leave_queue(x);
}

static bool in_time(const exchange *x, moment now) { return is_refusal(x) || now < x->ruling.valid_until; }

/* A ruling whose time is over is judged again instead of sent. That may answer, end or queue any exchange, so it comes before the
 * first line of a group is made. */
static void send_back_late(service *s, moment now) {
    exchange *x = s->queue_first;
    for (unsigned n = 0; x && n < s->set.disclosures_at_once; n++) {
        exchange *next = x->next_in_queue;
        if (!in_time(x, now)) {
            leave_disclosures(x);
            exchange_resume(x, GO_BACK);
            next = s->queue_first;
            n = 0;
        }
        x = next;
    }
}

/* Until the queue is empty or a unit is made: once the pool has heard NULL it does not ask again before it is woken. */
unit *disclose_next(void *s_) {
    service *s = s_;
    for (;;) {
        moment now = clock_now(s->set.clock);
        send_back_late(s, now);
        if (!s->queue_first) return NULL;
        group *g = group_new(s, s->set.disclosures_at_once + FAMILIES_MAX);
        while (s->queue_first && g->count < s->set.disclosures_at_once) add_lines(g, dequeue(s));
        unit *u = group_unit(g, now);
        if (u) return u;
        split(g, FAIL(UNAVAILABLE), NULL);
        arena_release(g->arena);
    }
}

static void run_alone(exchange *x) {
    service *s = x->service;
    moment now = clock_now(s->set.clock);
    if (!in_time(x, now)) {
        exchange_resume(x, GO_BACK);
        return;
    }
    group *g = group_new(s, FAMILIES_MAX);
    g->alone = true;
    add_lines(g, x);
    unit *u = group_unit(g, now);
    if (u) {
        pool_submit(s->set.data, u, group_done, g);
        return;
    }
    split(g, FAIL(UNAVAILABLE), NULL);
    arena_release(g->arena);
}

/* ---- with rows of its own, or in a locked transaction: alone, in the exchange's arena ---- */

static void own_done(void *x_, unit *u);
static void own_committed(void *x_, result r);

typedef struct {
    uuid record;
    uint64_t counter;
    fetched_body *fetched; /* what was asked for: meanwhile others may have fetched some of it */
    uint32_t wants;
} own_line;

static verdict disclose_own(exchange *x) {
    group g = {.service = x->service, .arena = x->arena, .alone = true};
    g.lines = ARENA_ARRAY(x->arena, line, FAMILIES_MAX);
    own_line *own = ARENA_NEW(x->arena, own_line);
    unit *u = unit_new(x->arena);
    if (!x->receipt.issued) {
        moment now = clock_now(x->service->set.clock);
        if (!in_time(x, now)) return GO_BACK;
        g.lines[g.count++] =
            (line){.x = x, .family = family_of_line(x, 0), .record = uuid_random(), .counter = counter_take(x->service)};
        add_context(&g, u);
        result r = add_disclose(&g, u, now);
        if (!ok(r)) {
            counter_give_back(x->service, g.lines[0].counter);
            return fail(x, r);
        }
        add_bodies(&g, u);
        add_looks(&g, u, now);
        *own = (own_line){g.lines[0].record, g.lines[0].counter, g.fetched, g.wants};
    } else {
        g.lines[g.count++] = (line){.x = x, .family = x->families_read > 0 ? 0 : FAMILY_NONE, .record = x->receipt.record};
        add_context(&g, u);
    }
    if (x->extra_families) add_extra_context(x, u);
    if (x->extra.what) unit_add(u, x->extra.what, x->extra.with);
    x->unit = u;
    x->place_in_group = own;
    if (x->locked) transaction_run(x->locked, u, own_done, x);
    else pool_submit(x->service->set.data, u, own_done, x);
    return WAITING;
}

static void keep_own_bodies(exchange *x, unit *u) {
    const own_line *own = x->place_in_group;
    if (own->wants == 0) return;
    rows bodies = unit_rows(u, 2);
    family *f = x->families[0];
    for (size_t i = 0; i < rows_count(bodies); i++) {
        int32_t n = row_int4(bodies, i, bodies__n);
        must(n >= 0 && (uint32_t)n < own->wants);
        cache_add_weight(&x->service->families, &f->node,
                         family_keep_envelope(f, own->fetched[n].version, row_bytes(bodies, i, bodies__envelope)));
    }
}

static void own_done(void *x_, unit *u) {
    exchange *x = x_;
    const own_line *own = x->place_in_group;
    result r = unit_result(u);
    bool first = !x->receipt.issued, stands = !first || (ok(r) && rows_count(unit_rows(u, 1)) == 1);
    if (first && !stands) counter_settle(x->service, own->counter, u);
    if (!ok(r)) {
        exchange_resume(x, fail(x, r));
        return;
    }
    if (!stands) {
        exchange_resume(x, GO_BACK);
        return;
    }
    if (first) keep_own_bodies(x, u);
    if (x->extra.what) x->extra_rows = unit_rows(u, unit_count(u) - 1);
    if (x->locked) {
        transaction_commit(x->locked, own_committed, x);
        return;
    }
    if (first) x->receipt = (receipt){true, own->record};
    exchange_resume(x, GO_ON);
}

static void own_committed(void *x_, result r) {
    exchange *x = x_;
    const own_line *own = x->place_in_group;
    if (ok(r)) x->receipt = (receipt){true, own->record};
    else counter_lose(x->service, own->counter); /* a commit that failed may have been one */
    unlock_family(x);
    exchange_resume(x, ok(r) ? GO_ON : fail(x, r));
}

verdict step_disclose(exchange *x) {
    if (x->extra.what || x->locked) return disclose_own(x);
    enqueue(x);
    return WAITING;
}

/* A session that is refused over and over is told so, but stops filling the log. */
static bool too_many_refusals(exchange *x) {
    session *s = x->session;
    if (x->now - s->refusals_since > MINUTE) {
        s->refusals_since = x->now;
        s->refusals = 0;
    }
    return ++s->refusals > x->service->set.refusals_a_minute;
}

verdict step_refuse(exchange *x) {
    x->service->counters.refusals++;
    if (too_many_refusals(x)) return fail(x, FAIL(TOO_MANY));
    x->extra = (mutation){0}; /* what JUDGE wanted before it refused */
    if (x->locked) return disclose_own(x);
    enqueue(x);
    return WAITING;
}
