/* The facts of a family as they come out of the rows of sql/facts.sql: every noun, in its runs, and what names nothing that is
 * there. */
#include "fake.h"

/* ---- rows, told by the columns that matter ---- */

typedef struct {
    int column;
    uuid id;
    const uuid *ids;
    const char *const *texts;
    const char *text;
    size_t count; /* of ids or texts */
    moment at;
    int32_t number;
    bool flag;
} cell;

static moment day(int n) { return INT64_C(1790000000) * SECOND + n * DAY; }

static bool may_be_null(const char *column) {
    static const char *const names[] = {"by_id", "entered_by", "organisation", "request_id", "of_id", "assignee_id", "owner_id", "left_by"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(column, names[i]) == 0) return true;
    return false;
}

static void put_default(params *p, uint32_t type, const char *column) {
    switch (type) {
    case TYPE_UUID:
        if (may_be_null(column)) param_null(p, type);
        else param_uuid(p, id_of(0x98)); /* nobody of this family */
        break;
    case TYPE_UUID_ARRAY: param_uuids(p, NULL, 0); break;
    case TYPE_TEXT: param_string(p, ""); break;
    case TYPE_TEXT_ARRAY: param_texts(p, NULL, 0); break;
    case TYPE_TIMESTAMPTZ: param_moment(p, day(0)); break;
    case TYPE_INT4: param_int4(p, 1); break;
    case TYPE_INT8: param_int8(p, 1); break;
    default: must(type == TYPE_BOOL); param_bool(p, false);
    }
}

static void put_cell(params *p, uint32_t type, const cell *c) {
    bytes texts[8];
    must(c->count <= 8);
    for (size_t i = 0; c->texts && i < c->count; i++) texts[i] = bytes_of_string(c->texts[i]);
    switch (type) {
    case TYPE_UUID: param_uuid(p, c->id); break;
    case TYPE_UUID_ARRAY: param_uuids(p, c->ids, c->count); break;
    case TYPE_TEXT: param_string(p, c->text); break;
    case TYPE_TEXT_ARRAY: param_texts(p, texts, c->count); break;
    case TYPE_TIMESTAMPTZ: param_moment(p, c->at); break;
    case TYPE_INT4: param_int4(p, c->number); break;
    default: must(type == TYPE_BOOL); param_bool(p, c->flag);
    }
}

static void put_row(const statement *s, const cell *cells, size_t count) {
    params *p = params_new(fake_arena());
    for (int column = 0; column < s->column_count; column++) {
        const cell *chosen = NULL;
        for (size_t i = 0; i < count; i++)
            if (cells[i].column == column) chosen = &cells[i];
        if (chosen) put_cell(p, s->columns[column].type, chosen);
        else put_default(p, s->columns[column].type, s->columns[column].name);
    }
    fake_row(p);
}

#define PUT(s, ...) put_row(s, (const cell[]){__VA_ARGS__}, COUNT(((const cell[]){__VA_ARGS__})))
#define IDS(...) .ids = (const uuid[]){__VA_ARGS__}, .count = COUNT(((const uuid[]){__VA_ARGS__}))
#define TEXTS(...) .texts = (const char *const[]){__VA_ARGS__}, .count = COUNT(((const char *const[]){__VA_ARGS__}))

/* ---- one family with something of everything ---- */

/* Two adults, a child; a home; two helpers. 0x99 means nothing here. */
#define LEEN id_of(0x21)
#define KARIM id_of(0x22)
#define NOOR id_of(0x23)
#define HOUSE id_of(0x2a)
#define SOFIE id_of(0x31)
#define BRAM id_of(0x32)
#define STRANGER id_of(0x99)

static bool put_people(const statement *s) {
    if (s == &stmt_facts_people) {
        PUT(s, {facts_people__id, .id = LEEN}, {facts_people__member, .flag = true});
        PUT(s, {facts_people__id, .id = KARIM}, {facts_people__member, .flag = true});
        PUT(s, {facts_people__id, .id = NOOR}, {facts_people__member, .flag = true});
    } else if (s == &stmt_facts_households) {
        PUT(s, {facts_households__id, .id = HOUSE});
    } else if (s == &stmt_facts_helpers) {
        PUT(s, {facts_helpers__id, .id = SOFIE});
        PUT(s, {facts_helpers__id, .id = BRAM});
    } else if (s == &stmt_facts_family) {
        PUT(s, {facts_family__jurisdiction, .text = "NL"}, {facts_family__language, .text = "nl"},
            {facts_family__erased_at, .at = MOMENT_NEVER}, {facts_family__closed_at, .at = day(41)},
            {facts_family__paused_at, .at = day(40)}, {facts_family__closing_at, .at = day(7)},
            {facts_family__closing_by, .id = KARIM});
    } else {
        return false;
    }
    return true;
}

static bool put_standing(const statement *s) {
    if (s == &stmt_facts_capacities) {
        PUT(s, {facts_capacities__person_id, .id = NOOR}, {facts_capacities__able, .flag = true},
            {facts_capacities__review_at, .at = MOMENT_NEVER});
        PUT(s, {facts_capacities__person_id, .id = NOOR}, {facts_capacities__topics, TEXTS("goals", "debts_detail")},
            {facts_capacities__by_id, .id = BRAM}, {facts_capacities__review_at, .at = day(9)});
        PUT(s, {facts_capacities__person_id, .id = NOOR}, {facts_capacities__topics, TEXTS("no_longer_a_field")});
    } else if (s == &stmt_facts_conflicts) {
        PUT(s, {facts_conflicts__child_id, .id = NOOR}, {facts_conflicts__valid_until, .at = day(5)});
        PUT(s, {facts_conflicts__id, .id = id_of(0x46)}, {facts_conflicts__child_id, .id = NOOR},
            {facts_conflicts__topics, TEXTS("goals")});
    } else if (s == &stmt_facts_locks) {
        PUT(s, {facts_locks__id, .id = id_of(0x41)}, {facts_locks__not_for, .id = KARIM}, {facts_locks__about, IDS(NOOR, HOUSE)},
            {facts_locks__lifted_at, .at = MOMENT_NEVER});
        PUT(s, {facts_locks__id, .id = id_of(0x42)}, {facts_locks__not_for, .id = BRAM}, {facts_locks__fields, TEXTS("goals")},
            {facts_locks__lifted_at, .at = day(3)});
        PUT(s, {facts_locks__id, .id = id_of(0x43)}, {facts_locks__not_for, .id = STRANGER}, {facts_locks__about, IDS(STRANGER)});
    } else if (s == &stmt_facts_trusted) {
        PUT(s, {facts_trusted__id, .id = id_of(0x47)}, {facts_trusted__trusted_id, .id = SOFIE},
            {facts_trusted__minor_id, .id = NOOR}, {facts_trusted__ended_at, .at = MOMENT_NEVER});
        PUT(s, {facts_trusted__trusted_id, .id = LEEN}, {facts_trusted__minor_id, .id = STRANGER},
            {facts_trusted__ended_at, .at = MOMENT_NEVER});
    } else if (s == &stmt_facts_places) {
        PUT(s, {facts_places__helper_id, .id = SOFIE}, {facts_places__safety, .flag = true},
            {facts_places__organisation, .id = id_of(0x51)}, {facts_places__secrecy, .text = "discretion"});
        PUT(s, {facts_places__helper_id, .id = BRAM}, {facts_places__secrecy, .text = "none"});
    } else if (s == &stmt_facts_holds) {
        PUT(s, {facts_holds__id, .id = id_of(0x61)}, {facts_holds__by_id, .id = BRAM}, {facts_holds__from_whom, IDS(LEEN, SOFIE)},
            {facts_holds__fields, TEXTS("goals")}, {facts_holds__review_at, .at = day(8)});
    } else {
        return false;
    }
    return true;
}

static bool put_requests(const statement *s) {
    if (s == &stmt_facts_requests) {
        PUT(s, {facts_requests__id, .id = id_of(0x71)}, {facts_requests__asker_id, .id = LEEN},
            {facts_requests__recipient_id, .id = BRAM}, {facts_requests__about, IDS(NOOR)},
            {facts_requests__fields, TEXTS("goals", "debts_detail")}, {facts_requests__derived, TEXTS("goals")},
            {facts_requests__exists_only, TEXTS("debts_detail")}, {facts_requests__secrecy_ground, .text = "legal_duty"},
            {facts_requests__lapses_at, .at = day(14)},
            {facts_requests__ended_at, .at = MOMENT_NEVER});
        PUT(s, {facts_requests__id, .id = id_of(0x72)}, {facts_requests__asker_id, .id = BRAM},
            {facts_requests__recipient_id, .id = BRAM}, {facts_requests__ended_at, .at = day(2)});
    } else if (s == &stmt_facts_replies) {
        PUT(s, {facts_replies__request_id, .id = id_of(0x71)}, {facts_replies__person_id, .id = LEEN},
            {facts_replies__yes, TEXTS("goals")}, {facts_replies__no, TEXTS("debts_detail")},
            {facts_replies__counts_at, .at = day(1)});
        PUT(s, {facts_replies__request_id, .id = STRANGER}, {facts_replies__person_id, .id = LEEN});
        PUT(s, {facts_replies__request_id, .id = id_of(0x71)}, {facts_replies__person_id, .id = KARIM},
            {facts_replies__counts_at, .at = MOMENT_NEVER}, {facts_replies__entered_by, .id = SOFIE},
            {facts_replies__level, .text = "derived"}, {facts_replies__valid_until, .at = day(10)},
            {facts_replies__id, .id = id_of(0x75)});
        PUT(s, {facts_replies__request_id, .id = id_of(0x71)}, {facts_replies__person_id, .id = BRAM});
        PUT(s, {facts_replies__request_id, .id = id_of(0x72)}, {facts_replies__person_id, .id = NOOR});
    } else if (s == &stmt_facts_grants) {
        PUT(s, {facts_grants__id, .id = id_of(0x81)}, {facts_grants__recipient_id, .id = BRAM},
            {facts_grants__basis, .text = "public_task"}, {facts_grants__request_id, .id = id_of(0x72)});
        PUT(s, {facts_grants__id, .id = id_of(0x82)}, {facts_grants__recipient_id, .id = BRAM});
        PUT(s, {facts_grants__id, .id = id_of(0x83)}, {facts_grants__request_id, .id = STRANGER});
    } else if (s == &stmt_facts_grant_fields) {
        PUT(s, {facts_grant_fields__grant_id, .id = id_of(0x82)}, {facts_grant_fields__field, .text = "goals"},
            {facts_grant_fields__level, .text = "derived"});
        PUT(s, {facts_grant_fields__grant_id, .id = id_of(0x82)}, {facts_grant_fields__field, .text = "debts_detail"},
            {facts_grant_fields__level, .text = "exists"});
        PUT(s, {facts_grant_fields__grant_id, .id = id_of(0x83)}, {facts_grant_fields__field, .text = "goals"},
            {facts_grant_fields__level, .text = "exact"});
    } else if (s == &stmt_facts_stops) {
        PUT(s, {facts_stops__grant_id, .id = id_of(0x82)}, {facts_stops__kind, .text = "superseded"},
            {facts_stops__by_id, .id = LEEN}, {facts_stops__ended_at, .at = day(6)});
        PUT(s, {facts_stops__grant_id, .id = STRANGER});
        PUT(s, {facts_stops__grant_id, .id = id_of(0x83)}, {facts_stops__ended_at, .at = MOMENT_NEVER});
    } else {
        return false;
    }
    return true;
}

static void put_entry(const statement *s, uint8_t id, const char *kind, uuid of) {
    PUT(s, {facts_entries__id, .id = id_of(id)}, {facts_entries__kind, .text = kind}, {facts_entries__of_id, .id = of},
        {facts_entries__field, .text = "goals"}, {facts_entries__owner_id, .id = NOOR},
        {facts_entries__ended_at, .at = MOMENT_NEVER});
}

static bool put_entries(const statement *s) {
    if (s == &stmt_facts_emergencies) {
        PUT(s, {facts_emergencies__id, .id = id_of(0x91)}, {facts_emergencies__helper_id, .id = BRAM},
            {facts_emergencies__fields, TEXTS("goals")}, {facts_emergencies__told_at, .at = day(3)},
            {facts_emergencies__review_due_at, .at = day(5)}, {facts_emergencies__reviewed_at, .at = MOMENT_NEVER});
    } else if (s == &stmt_facts_entries) {
        put_entry(s, 0xa1, "summary", id_of(0xa3)); /* before what it is of, as another order of the rows may bring it */
        put_entry(s, 0xa2, "plan", STRANGER);
        put_entry(s, 0xa3, "plan", STRANGER);
        put_entry(s, 0xa4, "statement", id_of(0xa2));
        put_entry(s, 0xa5, "statement", STRANGER);
        put_entry(s, 0xa6, "request", id_of(0x72));
        put_entry(s, 0xa7, "request", STRANGER);
        put_entry(s, 0xa8, "reason", id_of(0x91));
        put_entry(s, 0xa9, "reason", STRANGER);
        put_entry(s, 0xaa, "grant", id_of(0x83));
        put_entry(s, 0xab, "label", HOUSE);
        PUT(s, {facts_entries__id, .id = id_of(0xac)}, {facts_entries__kind, .text = "summary"},
            {facts_entries__owner_id, .id = NOOR});
    } else if (s == &stmt_facts_epochs) {
        PUT(s, {facts_epochs__owner_id, .id = LEEN}, {facts_epochs__epoch, .number = 3});
    } else if (s == &stmt_facts_restrictions) {
        PUT(s, {facts_restrictions__entry_id, .id = id_of(0xa2)}, {facts_restrictions__ended_at, .at = day(4)});
        PUT(s, {facts_restrictions__entry_id, .id = id_of(0xa2)}, {facts_restrictions__ended_at, .at = MOMENT_NEVER});
        PUT(s, {facts_restrictions__entry_id, .id = STRANGER});
        PUT(s, {facts_restrictions__entry_id, .id = id_of(0xa8)}, {facts_restrictions__ended_at, .at = MOMENT_NEVER});
    } else {
        return s == &stmt_facts_confirms || s == &stmt_facts_versions; /* none */
    }
    return true;
}

static bool put_everything(const statement *s) {
    return put_people(s) || put_standing(s) || put_requests(s) || put_entries(s);
}

/* ---- loading ---- */

static arena *memory;
static family *loaded;

static void on_done(void *ctx, unit *u) { (void)u, *(bool *)ctx = true; }

static result load_family(bool (*rows_of)(const statement *)) {
    bool done = false;
    f_.own_facts = rows_of;
    unit *u = unit_new(memory);
    family_ask(u, memory, id_of(0x10));
    assert_int_equal(unit_count(u), FAMILY_STATEMENTS);
    pool_submit(f_.settings.data, u, on_done, &done);
    while (!done) fake_step();
    f_.own_facts = NULL;
    return family_read(u, 0, id_of(0x10), &loaded);
}

static int start(void **state) {
    (void)state;
    fake_start();
    memory = arena_new();
    loaded = NULL;
    return 0;
}

static int stop(void **state) {
    (void)state;
    if (loaded) family_release(&loaded->node);
    arena_release(memory);
    fake_stop();
    return 0;
}

static field_id field(const char *name) { return field_by_name(bytes_of_string(name)); }

static bool is_all(const field_set s) {
    unsigned there = 0;
    for (unsigned i = 0; i < 128; i++) there += has_field(s, (field_id)i);
    return there == FIELD_COUNT && has_field(s, 0) && has_field(s, FIELD_COUNT - 1);
}

static bool is_only(const field_set s, const char *a, const char *b) {
    field_set want = {0};
    if (a) add_field(want, field(a));
    if (b) add_field(want, field(b));
    return s[0] == want[0] && s[1] == want[1];
}

static const facts *everything(void) {
    assert_ok(load_family(put_everything));
    return &loaded->facts;
}

/* '{}' is all 69 fields and no bit behind them; a list that names nothing known is nothing. */
static void topics_are_all_some_or_none(void **state) {
    (void)state;
    const facts *f = everything();
    assert_int_equal(f->capacity_count, 3);
    assert_true(is_all(f->capacities[0].topics) && f->capacities[0].able);
    assert_int_equal(f->capacities[0].by, ACTOR_NONE);
    assert_true(is_only(f->capacities[1].topics, "goals", "debts_detail") && !f->capacities[1].able);
    assert_int_equal(f->capacities[1].by, HELPER(1));
    assert_true(f->capacities[1].review == day(9) && f->capacities[1].person == 2);
    assert_true(is_only(f->capacities[2].topics, NULL, NULL));
    assert_int_equal(f->conflict_count, 2);
    assert_true(is_all(f->conflicts[0].topics) && f->conflicts[0].until == day(5) && f->conflicts[0].child == 2);
    assert_true(is_only(f->conflicts[1].topics, "goals", NULL) && uuid_equal(f->conflicts[1].id, id_of(0x46)));
}

static void locks_and_trusted_people_are_read(void **state) {
    (void)state;
    const facts *f = everything();
    assert_int_equal(f->lock_count, 3);
    assert_true(is_all(f->locks[0].fields) && f->locks[0].about == (PERSON(2) | HOME(0)) && f->locks[0].not_for == 1);
    assert_true(f->locks[0].until == MOMENT_NEVER && uuid_equal(f->locks[0].id, id_of(0x41)));
    assert_true(is_only(f->locks[1].fields, "goals", NULL) && f->locks[1].not_for == HELPER(1) && f->locks[1].until == day(3));
    assert_true(f->locks[2].not_for == ACTOR_NONE && f->locks[2].about == UNKNOWN_SUBJECT);
    assert_int_equal(f->trusted_count, 2);
    assert_true(f->trusted[0].trusted == HELPER(0) && f->trusted[0].minor == 2 && f->trusted[0].until == MOMENT_NEVER);
    assert_true(uuid_equal(f->trusted[0].id, id_of(0x47)));
    assert_true(f->trusted[1].until == MOMENT_MIN); /* of somebody who is not there: it must not be somebody else's */
    assert_true(f->places[0].safety && !f->places[1].safety && f->places[0].secrecy == 1);
    assert_true(uuid_equal(f->places[0].organisation, id_of(0x51)) && uuid_is_zero(f->places[1].organisation));
    assert_true(uuid_equal(f->holds[0].id, id_of(0x61)) && f->holds[0].by == HELPER(1) && f->holds[0].review == day(8));
    assert_true(f->holds[0].from_whom == PERSON(0)); /* people only */
    assert_true(f->closed == day(40) && f->erased == MOMENT_NEVER); /* the pause, which comes before the closing */
    assert_true(f->course.closed == day(41) && f->course.paused == day(40) && f->course.closing == day(7));
    assert_int_equal(f->course.closing_by, family_actor(f, KARIM));
    assert_int_equal(f->course.pausing_by, ACTOR_NONE);
    assert_int_equal(family_epoch(loaded, LEEN), 3); /* a key that was rotated, and one that was not */
    assert_int_equal(family_epoch(loaded, KARIM), FIRST_EPOCH);
}

static void replies_are_a_run_of_their_request(void **state) {
    (void)state;
    const facts *f = everything();
    assert_int_equal(f->request_count, 2);
    const request_fact *q = f->requests;
    assert_true(q[0].asker == 0 && q[0].recipient == HELPER(1) && q[0].about == PERSON(2));
    assert_true(is_only(q[0].fields, "goals", "debts_detail") && q[0].lapses == day(14) && q[0].withdrawn == MOMENT_NEVER);
    assert_true(is_only(q[0].derived, "goals", NULL) && is_only(q[0].exists, "debts_detail", NULL));
    assert_true(q[0].ground == GROUND_LEGAL_DUTY && q[1].ground == GROUND_NONE);
    assert_true(q[1].asker == HELPER(1) && q[1].withdrawn == day(2));
    /* Neither the reply to nothing nor that of a helper is there: nobody's word may pass for another's. */
    assert_int_equal(f->reply_count, 3);
    assert_true(q[0].first_reply == 0 && q[0].reply_count == 2 && q[1].first_reply == 2 && q[1].reply_count == 1);
    assert_true(is_only(f->replies[0].yes, "goals", NULL) && is_only(f->replies[0].no, "debts_detail", NULL));
    assert_true(f->replies[0].counts == day(1) && f->replies[1].counts == MOMENT_NEVER && f->replies[1].person == 1);
    assert_true(f->replies[1].entered_by == HELPER(0) && f->replies[0].entered_by == ACTOR_NONE);
    assert_true(f->replies[1].level == LEVEL_DERIVED && f->replies[1].until == day(10));
    assert_true(uuid_equal(f->replies[1].id, id_of(0x75)));
    assert_int_equal(f->replies[2].person, 2);
}

static void grants_know_their_request_levels_and_stops(void **state) {
    (void)state;
    const facts *f = everything();
    assert_int_equal(f->grants[0].request, 1);
    assert_int_equal(f->grants[1].request, UINT16_MAX);
    assert_int_equal(f->grants[2].request, UINT16_MAX);
    assert_true(f->grants[1].first_field == 0 && f->grants[1].field_count == 2 && f->grants[2].first_field == 2);
    assert_int_equal(f->grant_fields[0].level, LEVEL_DERIVED);
    assert_int_equal(f->grant_fields[1].level, LEVEL_EXISTS);
    assert_int_equal(f->grant_fields[2].level, LEVEL_EXACT);
    assert_int_equal(f->stop_count, 2);
    assert_true(f->stops[0].grant == 1 && f->stops[0].until == day(6) && f->stops[1].grant == 2);
    assert_true(f->stops[0].kind == STOP_SUPERSEDED && f->stops[0].by == 0 && f->stops[1].by == ACTOR_NONE);
    assert_int_equal(family_request(f, id_of(0x72)), 1);
    assert_int_equal(family_request(f, id_of(0x81)), -1);
    assert_int_equal(family_lock(f, id_of(0x42)), 1);
    assert_int_equal(family_hold(f, id_of(0x61)), 0);
    assert_int_equal(family_emergency(f, STRANGER), -1);
}

static void entries_are_of_what_they_name(void **state) {
    (void)state;
    const facts *f = everything();
    static const uint32_t of[] = {2, UINT32_MAX, UINT32_MAX, 1, UINT32_MAX, 1, UINT32_MAX, 0, UINT32_MAX, 2, 0, UINT32_MAX};
    assert_int_equal(f->entry_count, COUNT(of));
    for (uint32_t i = 0; i < COUNT(of); i++) assert_int_equal(f->entries[i].of, of[i]);
    assert_int_equal(f->entries[0].kind, KIND_SUMMARY);
    assert_int_equal(f->entries[7].kind, KIND_REASON);
    assert_int_equal(f->restriction_count, 3);
    assert_true(f->restrictions[0].entry == 1 && f->restrictions[0].until == day(4));
    assert_true(f->restrictions[1].entry == 1 && f->restrictions[1].until == MOMENT_NEVER && f->restrictions[2].entry == 7);
    const emergency_fact *e = &f->emergencies[0];
    assert_true(e->told == day(3) && e->review_due == day(5) && e->reviewed == MOMENT_NEVER && e->helper == 1);
}

/* A ruling ends where any row begins, ends, is told of or falls due. */
static void every_row_is_a_moment(void **state) {
    (void)state;
    const facts *f = everything();
    static const int days[] = {1, 2, 3, 4, 5, 6, 14, 40};
    for (size_t i = 0; i < COUNT(days); i++) {
        bool there = false;
        for (uint32_t k = 0; k < f->moment_count; k++) there |= f->moments[k] == day(days[i]);
        if (!there) fail_msg("day %d is no moment", days[i]);
    }
}

/* ---- bounds ---- */

static const statement *many;
static size_t how_many;

static bool put_many(const statement *s) {
    if (s == &stmt_facts_family) return put_people(s);
    for (size_t i = 0; s == many && i < how_many; i++) put_row(s, NULL, 0);
    return strncmp(s->name, "facts_", 6) == 0;
}

static void what_is_too_much_is_refused(void **state) {
    (void)state;
    static const struct {
        const statement *what;
        size_t most;
    } table[] = {
        {&stmt_facts_requests, REQUESTS_MAX}, {&stmt_facts_grants, GRANTS_MAX}, {&stmt_facts_helpers, HELPERS_MAX},
        {&stmt_facts_people, PEOPLE_MAX},     {&stmt_facts_locks, UINT16_MAX},  {&stmt_facts_stops, UINT16_MAX},
        {&stmt_facts_replies, UINT16_MAX},    {&stmt_facts_trusted, UINT16_MAX}, {&stmt_facts_restrictions, UINT16_MAX},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        many = table[i].what, how_many = table[i].most + 1;
        assert_fails(load_family(put_many), TOO_MUCH);
        if (how_many > 4096) continue; /* what fits is enough to try with the small ones */
        how_many--;
        result r = load_family(put_many);
        if (!ok(r)) fail_msg("%s: %zu rows were refused", many->name, how_many);
        family_release(&loaded->node);
        loaded = NULL;
    }
}

/* ---- organisations ---- */

static void organisations_are_alike_or_not(void **state) {
    (void)state;
    uuid here = id_of(0x10), there = id_of(0x11);
    uuid one = family_organisation(f_.ring, memory, here, BYTES("OCMW Waterdijk"));
    assert_true(uuid_equal(one, family_organisation(f_.ring, memory, here, BYTES("  ocmw waterdijk "))));
    assert_false(uuid_equal(one, family_organisation(f_.ring, memory, here, BYTES("OCMW Waterdijk-Oost"))));
    assert_false(uuid_equal(one, family_organisation(f_.ring, memory, there, BYTES("OCMW Waterdijk"))));
    assert_true(uuid_is_zero(family_organisation(f_.ring, memory, here, BYTES(""))));
    char *name = arena_take(memory, 2000);
    memset(name, 'a', 2000);
    uuid long_one = family_organisation(f_.ring, memory, here, bytes_make(name, 2000));
    uuid shorter = family_organisation(f_.ring, memory, here, bytes_make(name, 1999));
    assert_false(uuid_is_zero(long_one) || uuid_equal(long_one, shorter));
    uint8_t plain[SHA256_SIZE]; /* never a hash that anybody could make from the name */
    secret_sha256(BYTES("ocmw waterdijk"), plain);
    assert_memory_not_equal(plain, one.b, sizeof one.b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(topics_are_all_some_or_none, start, stop),
        cmocka_unit_test_setup_teardown(locks_and_trusted_people_are_read, start, stop),
        cmocka_unit_test_setup_teardown(replies_are_a_run_of_their_request, start, stop),
        cmocka_unit_test_setup_teardown(grants_know_their_request_levels_and_stops, start, stop),
        cmocka_unit_test_setup_teardown(entries_are_of_what_they_name, start, stop),
        cmocka_unit_test_setup_teardown(every_row_is_a_moment, start, stop),
        cmocka_unit_test_setup_teardown(what_is_too_much_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(organisations_are_alike_or_not, start, stop),
    };
    return cmocka_run_group_tests_name("family facts", tests, NULL, NULL);
}
