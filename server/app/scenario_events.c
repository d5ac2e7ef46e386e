/* The events of a scenario: those that change who may read what; the others are only told. */
#include "app/scenario_make.h"

enum { EVENTS_MAX = 4096, REVIEWERS_MAX = 8 };

/* Only these words may stand in clear; any other reason is kept with the event's sealed text. */
static const char *reason_word(bytes said) {
    static const char *const known[] = {"threat_to_life",        "acute_danger",   "acute_danger_child",
                                        "acute_danger_to_child", "cannot_consent", "missing_person"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_is(said, known[i])) return known[i];
    return "other";
}

static const char *outcome_word(bytes said) {
    static const char *const known[][2] = {
        {"justified", "justified"},     {"gegrond", "justified"},         {"fond\xC3\xA9", "justified"},
        {"not_justified", "not_justified"}, {"ongegrond", "not_justified"}, {"non fond\xC3\xA9", "not_justified"},
        {"misuse", "misuse"},           {"misbruik", "misuse"},           {"abus", "misuse"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_is(said, known[i][0])) return known[i][1];
    return NULL;
}

/* By his id or his whole name; whoever is neither is from outside. */
static scenario_ref helper_called(const maker *m, bytes name) {
    for (uint16_t i = 0; i < m->out->helper_count; i++)
        if (bytes_equal(m->helpers[i].name, name) || bytes_equal(m->helpers[i].id, name))
            return (scenario_ref){REF_HELPER, i};
    return (scenario_ref){.kind = REF_NONE};
}

static result read_reviewers(maker *m, place list, scenario_emergency *e) {
    TRY(read_some(&m->in, list, REVIEWERS_MAX, &e->reviewer_count));
    scenario_reviewer *all = ARENA_ARRAY(m->in.a, scenario_reviewer, e->reviewer_count);
    e->reviewers = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        scenario_reviewer *r = &all[w.index];
        TRY(read_text(&m->in, w.at, &r->name));
        r->who = helper_called(m, r->name);
        if (r->who.kind && r->who.at == e->helper) return refuse(&m->in, w.at, "nobody reviews what he opened himself");
        for (size_t i = 0; i < w.index; i++)
            if (bytes_equal(all[i].name, r->name) || (r->who.kind && same_ref(all[i].who, r->who)))
                return refuse(&m->in, w.at, "is named twice");
    }
    return OK;
}

static result read_review(maker *m, place at, scenario_emergency *e) {
    bytes said;
    if (!at.v || json_is_null(at.v)) return OK;
    TRY(read_keys(&m->in, at, "at by result follow_up"));
    TRY(read_when(&m->in, member(at, "at"), &e->reviewed));
    TRY(ends_after(&m->in, e->at, member(at, "at"), e->reviewed));
    TRY(read_text(&m->in, member(at, "result"), &said));
    e->outcome = outcome_word(said);
    if (!e->outcome) return refuse(&m->in, member(at, "result"), "must be justified, not_justified or misuse");
    return read_reviewers(m, member(at, "by"), e);
}

static result read_emergency(maker *m, place at, bytes when, scenario_emergency *e) {
    scenario_ref by;
    bytes reason;
    int64_t minutes = m->out->law->break_glass_minutes;
    TRY(read_ref(m, member(at, "by"), HELPERS, &by));
    e->helper = by.at, e->at = when;
    TRY(read_some_refs(m, member(at, "about"), MEMBERS | HOMES, &e->about));
    TRY(read_fields(m, member(at, "fields"), &e->fields));
    TRY(read_maybe_text(&m->in, member(at, "reason_code"), &reason));
    e->reason_code = reason_word(reason);
    TRY(read_maybe_text(&m->in, member(at, "reason"), &e->reason));
    TRY(read_maybe_int(&m->in, member(at, "minutes"), 1, 7 * 24 * 60, &minutes));
    e->minutes = (uint32_t)(minutes < m->out->law->break_glass_minutes ? minutes : m->out->law->break_glass_minutes);
    TRY(read_maybe_when(&m->in, member(at, "ended"), &e->ended));
    TRY(ends_after(&m->in, when, member(at, "ended"), e->ended));
    TRY(read_maybe_when(&m->in, member(at, "told"), &e->told));
    TRY(ends_after(&m->in, when, member(at, "told"), e->told));
    return read_review(m, member(at, "review"), e);
}

static result read_handover(maker *m, place at, bytes when, scenario_handover *h) {
    scenario_ref from, to;
    TRY(read_ref(m, member(at, "from"), HELPERS, &from));
    TRY(read_ref(m, member(at, "to"), HELPERS, &to));
    if (same_ref(from, to)) return refuse(&m->in, member(at, "to"), "nobody hands over to himself");
    h->from = from.at, h->to = to.at, h->at = when;
    return read_maybe_when(&m->in, member(at, "accepted"), &h->accepted);
}

/* Of the one unborn child, or of the one that `member` names. A birth of nobody unborn is only told. */
static result read_birth(maker *m, place at, bytes when, scenario_birth *births) {
    place named = member(at, "member");
    scenario_ref child = {.kind = REF_NONE};
    size_t unborn = 0;
    for (uint16_t i = 0; i < m->out->member_count; i++)
        if (m->people[i].unborn) unborn++, child = (scenario_ref){REF_PERSON, i};
    if (unborn > 1 && !named.v) return refuse(&m->in, named, "is missing: which of the unborn children");
    if (named.v) TRY(read_ref(m, named, MEMBERS, &child));
    if (!child.kind) return OK;
    if (!m->people[child.at].unborn) return refuse(&m->in, named, "names a member who is born already");
    for (size_t i = 0; i < m->out->birth_count; i++)
        if (births[i].person == child.at) return refuse(&m->in, at, "this child is born twice");
    births[m->out->birth_count++] = (scenario_birth){child.at, when};
    return OK;
}

typedef struct {
    scenario_emergency *emergencies;
    scenario_handover *handovers;
    scenario_birth *births;
} event_room;

static result read_event_of(maker *m, place at, bytes type, bytes when, event_room *room) {
    scenario_refs about;
    if (bytes_is(type, "withdrawal")) return read_withdrawal(m, at, when);
    if (bytes_is(type, "break_glass"))
        return read_emergency(m, at, when, &room->emergencies[m->out->emergency_count++]);
    if (bytes_is(type, "handover")) return read_handover(m, at, when, &room->handovers[m->out->handover_count++]);
    if (bytes_is(type, "birth")) return read_birth(m, at, when, room->births);
    if (bytes_is(type, "age_transition")) return read_refs(m, member(at, "about"), MEMBERS, &about);
    return OK; /* told, and sealed as it stands */
}

static result read_event(maker *m, place at, event_room *room) {
    bytes type, when;
    TRY(read_object(&m->in, at));
    TRY(read_text(&m->in, member(at, "type"), &type));
    TRY(read_when(&m->in, member(at, "at"), &when));
    TRY(read_event_of(m, at, type, when, room));
    return note_whole(m, "event", at, (scenario_refs){0}, when);
}

result read_events(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, EVENTS_MAX, &count));
    event_room room = {.emergencies = ARENA_ARRAY(m->in.a, scenario_emergency, count),
                       .handovers = ARENA_ARRAY(m->in.a, scenario_handover, count),
                       .births = ARENA_ARRAY(m->in.a, scenario_birth, count)};
    m->out->emergencies = room.emergencies, m->out->handovers = room.handovers, m->out->births = room.births;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_event(m, w.at, &room));
    return OK;
}
