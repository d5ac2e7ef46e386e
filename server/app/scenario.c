#include "app/scenario_make.h"

static result read_law(maker *m, place at) {
    bytes code;
    TRY(read_text(&m->in, at, &code));
    m->out->law = jurisdiction_by_code(code);
    return m->out->law ? OK : refuse(&m->in, at, "is no jurisdiction that is known here");
}

static result read_language(maker *m, place at) {
    TRY(read_text(&m->in, at, &m->out->language));
    bool known =
        bytes_is(m->out->language, "nl") || bytes_is(m->out->language, "fr") || bytes_is(m->out->language, "en");
    return known ? OK : refuse(&m->in, at, "must be nl, fr or en");
}

static bool stands_in_zones(uint8_t c) {
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || memchr("/_+-", c, 4);
}

/* The shape only; whether the zone exists PostgreSQL says, before anything is stored. */
static result read_zone(maker *m, place at) {
    TRY(read_text(&m->in, at, &m->out->time_zone));
    bytes z = m->out->time_zone;
    bool shaped = z.len <= 64;
    for (size_t i = 0; i < z.len; i++) shaped &= stands_in_zones(z.at[i]);
    return shaped ? OK : refuse(&m->in, at, "is no IANA time zone");
}

static result read_head(maker *m, place root) {
    bytes text;
    TRY(read_id(&m->in, member(root, "id"), &m->out->id));
    TRY(read_law(m, member(root, "jurisdiction")));
    TRY(read_zone(m, member(root, "time_zone")));
    TRY(read_language(m, member(root, "language")));
    TRY(read_when(&m->in, member(root, "demo_at"), &m->out->demo_at));
    TRY(read_when(&m->in, member(root, "intake_date"), &m->out->intake));
    TRY(read_maybe_text(&m->in, member(root, "notice"), &text));
    add_note(m, "notice", (scenario_refs){0}, BYTES(""), text);
    TRY(read_maybe_text(&m->in, member(root, "municipality"), &text));
    add_note(m, "municipality", (scenario_refs){0}, BYTES(""), text);
    TRY(read_maybe_when(&m->in, member(root, "first_talk_due"), &text));
    add_note(m, "first_talk_due", (scenario_refs){0}, BYTES(""), text);
    return OK;
}

static result read_family(maker *m, place root) {
    TRY(read_keys(&m->in, root,
                  "id notice language municipality jurisdiction time_zone demo_at intake_date first_talk_due members "
                  "households authority capacity trusted_person blocked_persons locks team entries consents events "
                  "break_glass_roles"));
    TRY(read_head(m, root));
    TRY(read_people_and_homes(m, root));
    TRY(read_team(m, member(root, "team")));
    TRY(read_emergency_roles(m, member(root, "break_glass_roles")));
    TRY(read_authorities(m, member(root, "authority")));
    TRY(read_capacities(m, member(root, "capacity")));
    TRY(read_blocks(m, member(root, "blocked_persons")));
    TRY(read_locks(m, member(root, "locks")));
    TRY(read_trusted_person(m, member(root, "trusted_person")));
    TRY(read_entries(m, member(root, "entries")));
    TRY(read_grants(m, member(root, "consents")));
    return read_events(m, member(root, "events"));
}

result scenario_parse(arena *a, bytes json, const scenario **out, scenario_fault *fault) {
    maker m = {.in = {.a = a, .fault = fault}, .out = ARENA_NEW(a, scenario)};
    const json_value *root;
    json_fault lexical;
    *fault = (scenario_fault){0};
    if (json.len > SCENARIO_BYTES_MAX) {
        *fault = (scenario_fault){BYTES(""), "the file is too large"};
        return FAIL(BAD_JSON);
    }
    if (!ok(json_parse_file(a, json, &root, &lexical))) {
        *fault = (scenario_fault){lexical.path, lexical.detail};
        return FAIL(BAD_JSON);
    }
    m.in.root = root;
    TRY(read_family(&m, (place){.v = root}));
    m.out->people = m.people, m.out->homes = m.homes, m.out->helpers = m.helpers, m.out->grants = m.grants,
    m.out->requests = m.requests, m.out->notes = m.notes;
    *out = m.out;
    return OK;
}
