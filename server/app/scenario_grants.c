/* The consents of a scenario: given, confirmed, withdrawn, refused, held back. */
#include "app/scenario_make.h"

enum { RECONFIRMED_MAX = 256 };

static const char *basis_word(bytes said) {
    static const char *const known[][2] = {
        {"consent", "consent"},
        {"6.1.a", "consent"},
        {"contract", "contract"},
        {"6.1.b", "contract"},
        {"legal_duty", "legal_duty"},
        {"legal_obligation", "legal_duty"},
        {"6.1.c", "legal_duty"},
        {"vital_interest", "vital_interest"},
        {"vital_interests", "vital_interest"},
        {"6.1.d", "vital_interest"},
        {"public_task", "public_task"},
        {"6.1.e", "public_task"},
        {"legitimate_interest", "legitimate_interest"},
        {"legitimate_interests", "legitimate_interest"},
        {"6.1.f", "legitimate_interest"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_is(said, known[i][0])) return known[i][1];
    return "unknown";
}

static scenario_grant_field *field_of(scenario_grant_field *fields, size_t count, field_id f) {
    for (size_t i = 0; i < count; i++)
        if (fields[i].field == f) return &fields[i];
    return NULL;
}

static result read_grant_fields(maker *m, place list, scenario_grant_field **fields, size_t *count) {
    TRY(read_list(&m->in, list, FIELD_COUNT, count));
    *fields = ARENA_ARRAY(m->in.a, scenario_grant_field, *count);
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        field_id f;
        TRY(read_field(m, w.at, &f));
        if (field_of(*fields, w.index, f)) return refuse(&m->in, w.at, "is named twice");
        (*fields)[w.index].field = f;
    }
    return OK;
}

/* A member of an object whose names are fields of this grant. */
static result read_own_field(maker *m, place at, scenario_grant_field *fields, size_t count,
                             scenario_grant_field **out) {
    *out = field_of(fields, count, field_by_name(json_name_of(at.v)));
    return *out ? OK : refuse(&m->in, at, "is no field of this consent");
}

/* "who date": the professional who looked, and when. */
static result read_approval(maker *m, place at, bytes *when) {
    bytes said;
    TRY(read_text(&m->in, at, &said));
    bytes who = next_part(&said, ' ');
    *when = said.at ? next_part(&said, '\0') : said;
    if (!find(m, who, HELPERS).kind) return refuse(&m->in, at, "must begin with a helper of this file");
    return is_when(*when) ? OK : refuse(&m->in, at, "must end with a date");
}

static result read_four_eyes(maker *m, place object, scenario_grant_field *fields, size_t count) {
    TRY(read_object(&m->in, object));
    for (item_walk w = items_of(object); has_item(&w); next_item(&w)) {
        scenario_grant_field *f;
        TRY(read_own_field(m, w.at, fields, count, &f));
        TRY(read_approval(m, w.at, &f->four_eyes));
    }
    return OK;
}

typedef struct {
    scenario_grant_end at[2 * FIELD_COUNT];
    size_t count;
} grant_ends;

static scenario_grant_end *end_of(grant_ends *ends, field_id f, bool refused) {
    for (size_t i = 0; i < ends->count; i++)
        if (ends->at[i].field == f && ends->at[i].refused == refused) return &ends->at[i];
    return NULL;
}

static result read_withdrawn(maker *m, place object, scenario_grant_field *fields, size_t count, scenario_ref by,
                             grant_ends *ends) {
    TRY(read_object(&m->in, object));
    for (item_walk w = items_of(object); has_item(&w); next_item(&w)) {
        scenario_grant_field *f;
        scenario_grant_end end = {.by = by};
        TRY(read_own_field(m, w.at, fields, count, &f));
        TRY(read_when(&m->in, w.at, &end.at));
        end.field = f->field;
        ends->at[ends->count++] = end;
    }
    return OK;
}

/* Who began it asks: one of the givers, unless the file names another. Without either nobody is known to have asked, and there
 * is no request that anybody could have seen. */
static result keep_request(maker *m, place at, scenario_request q) {
    if (q.yes.count) q.asker = q.yes.at[0];
    if (member(at, "asked_by").v) TRY(read_ref(m, member(at, "asked_by"), MEMBERS | HELPERS, &q.asker));
    if (!q.asker.kind) return OK;
    for (size_t i = 0; i < q.yes.count; i++)
        if (holds_ref(q.no, q.yes.at[i])) return refuse(&m->in, member(at, "no"), "names somebody who said yes");
    if (m->out->request_count == REQUESTS_MAX) return refuse(&m->in, at, "is one more than this program can hold");
    if (m->out->request_count == m->requests_room) {
        size_t room = m->requests_room ? m->requests_room * 2 : 16;
        scenario_request *more = ARENA_ARRAY(m->in.a, scenario_request, room);
        if (m->out->request_count) memcpy(more, m->requests, m->out->request_count * sizeof *more);
        m->requests = more, m->requests_room = room;
    }
    m->requests[m->out->request_count++] = q;
    return OK;
}

static result read_refusal(maker *m, place at, grant_ends *ends) {
    TRY(read_keys(&m->in, at, "field asked asked_by yes no result"));
    scenario_grant_end end = {.refused = true};
    scenario_refs yes, no;
    bytes outcome;
    TRY(read_field(m, member(at, "field"), &end.field));
    TRY(read_when(&m->in, member(at, "asked"), &end.at));
    TRY(read_refs(m, member(at, "yes"), MEMBERS, &yes));
    TRY(read_refs(m, member(at, "no"), MEMBERS, &no));
    TRY(read_maybe_text(&m->in, member(at, "result"), &outcome));
    if (end_of(ends, end.field, true)) return refuse(&m->in, member(at, "field"), "is refused twice");
    if (no.count == 1) end.by = no.at[0];
    ends->at[ends->count++] = end;
    return keep_request(m, at, (scenario_request){.grant = (uint16_t)m->out->grant_count, /* being read */
                                                  .field = end.field,
                                                  .yes = yes,
                                                  .no = no,
                                                  .at = end.at});
}

static result read_refused(maker *m, place list, grant_ends *ends) {
    size_t count;
    TRY(read_list(&m->in, list, FIELD_COUNT, &count));
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_refusal(m, w.at, ends));
    return OK;
}

static result read_reconfirmed(maker *m, place list, scenario_grant *g) {
    TRY(read_list(&m->in, list, RECONFIRMED_MAX, &g->reconfirmed_count));
    bytes *days = ARENA_ARRAY(m->in.a, bytes, g->reconfirmed_count);
    g->reconfirmed = days;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_when(&m->in, w.at, &days[w.index]));
    return OK;
}

/* Consent is given by people; another basis may have been noted by a helper, who gives nothing. */
static result read_givers(maker *m, place at, scenario_grant *g) {
    bool consent = strcmp(g->basis, "consent") == 0;
    scenario_refs by, co;
    TRY((consent ? read_some_refs : read_refs)(m, member(at, "by"), consent ? MEMBERS : MEMBERS | HELPERS, &by));
    TRY(read_refs(m, member(at, "co_signed"), MEMBERS | HELPERS, &co));
    for (size_t i = 0; i < by.count; i++)
        if (by.at[i].kind == REF_PERSON) add_ref(m->in.a, &g->givers, by.at[i]);
    for (size_t i = 0; i < co.count; i++)
        if (co.at[i].kind == REF_PERSON) add_ref(m->in.a, &g->givers, co.at[i]);
    return OK;
}

static result read_hold(maker *m, place at, scenario_grant *g) {
    place by = member(at, "withheld_by");
    TRY(read_refs(m, member(at, "withheld_from"), PEOPLE, &g->withheld_from));
    if (by.v && !json_is_null(by.v)) TRY(read_ref(m, by, MEMBERS | HELPERS, &g->withheld_by));
    TRY(read_maybe_text(&m->in, member(at, "withheld_ground"), &g->withheld_ground));
    TRY(read_maybe_when(&m->in, member(at, "withheld_review"), &g->withheld_review));
    return OK;
}

static result read_grant_times(maker *m, place at, scenario_grant *g) {
    TRY(read_when(&m->in, member(at, "from"), &g->from));
    TRY(read_when(&m->in, member(at, "until"), &g->until));
    TRY(ends_after(&m->in, g->from, member(at, "until"), g->until));
    return read_reconfirmed(m, member(at, "reconfirmed"), g);
}

static result read_grant_texts(maker *m, place at, scenario_grant *g) {
    bytes basis;
    TRY(read_text(&m->in, member(at, "basis"), &basis));
    g->basis = basis_word(basis);
    TRY(read_maybe_text(&m->in, member(at, "purpose"), &g->purpose));
    TRY(read_maybe_text(&m->in, member(at, "note"), &g->note));
    return read_maybe_text(&m->in, member(at, "protective"), &g->protective);
}

static result read_new_grant_id(maker *m, place at, bytes *out) {
    TRY(read_id(&m->in, member(at, "id"), out));
    for (size_t i = 0; i < m->out->grant_count; i++)
        if (bytes_equal(m->grants[i].id, *out)) return refuse(&m->in, member(at, "id"), "this id is taken");
    return OK;
}

static result read_grant_content(maker *m, place at, scenario_grant *g) {
    scenario_grant_field *fields;
    grant_ends *ends = ARENA_NEW(m->in.a, grant_ends);
    TRY(read_grant_fields(m, member(at, "fields"), &fields, &g->field_count));
    TRY(read_four_eyes(m, member(at, "four_eyes"), fields, g->field_count));
    scenario_ref by = g->givers.count == 1 ? g->givers.at[0] : (scenario_ref){.kind = REF_NONE};
    TRY(read_withdrawn(m, member(at, "withdrawn"), fields, g->field_count, by, ends));
    TRY(read_refused(m, member(at, "refused"), ends));
    if (!g->field_count && !ends->count) return refuse(&m->in, member(at, "fields"), "must name a field");
    g->fields = fields;
    g->ends = ends->at, g->end_count = ends->count;
    return OK;
}

static result read_grant(maker *m, place at, scenario_grant *g) {
    TRY(read_keys(&m->in, at,
                  "id by about to fields from until basis purpose reconfirmed withdrawn refused four_eyes co_signed "
                  "protective withheld_from withheld_by withheld_ground withheld_review note"));
    TRY(read_new_grant_id(m, at, &g->id));
    TRY(read_grant_texts(m, at, g));
    TRY(read_givers(m, at, g));
    TRY(read_some_refs(m, member(at, "about"), MEMBERS | HOMES | FAMILY, &g->about));
    TRY(read_ref(m, member(at, "to"), MEMBERS | HELPERS, &g->to));
    TRY(read_grant_times(m, at, g));
    TRY(read_grant_content(m, at, g));
    TRY(read_hold(m, at, g));
    /* Answers to a refused question, who looked with four eyes, the basis as it was said: whole, and for nobody yet.
     */
    return note_whole(m, "consent", at, (scenario_refs){0}, g->from);
}

/* Facts number the fields and the confirmations of all grants together. */
static result check_grant_totals(maker *m, place at) {
    size_t fields = 0, confirms = 0;
    for (size_t i = 0; i < m->out->grant_count; i++) {
        fields += m->grants[i].field_count;
        confirms += 1 + m->grants[i].reconfirmed_count;
    }
    return fields <= UINT16_MAX && confirms <= UINT16_MAX ? OK
                                                          : refuse(&m->in, at, "hold more than this program can");
}

result read_grants(maker *m, place list) {
    size_t count;
    if (!list.v) return refuse(&m->in, list, "is missing");
    TRY(read_list(&m->in, list, GRANTS_MAX, &count));
    m->grants = ARENA_ARRAY(m->in.a, scenario_grant, count);
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_grant(m, w.at, &m->grants[m->out->grant_count]));
        m->out->grant_count++;
    }
    return check_grant_totals(m, list);
}

/* The event tells what the consent's `withdrawn` says too. Where they differ the stricter counts: the earlier moment.
 */
static void withdraw(maker *m, scenario_grant *g, scenario_grant_end end) {
    scenario_grant_end *ends = ARENA_ARRAY(m->in.a, scenario_grant_end, g->end_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < g->end_count; i++) {
        bool same = !g->ends[i].refused && g->ends[i].field == end.field;
        if (!same) ends[n++] = g->ends[i];
        if (same && when_before(g->ends[i].at, end.at)) end.at = g->ends[i].at;
    }
    ends[n++] = end;
    g->ends = ends, g->end_count = n;
}

result read_withdrawal(maker *m, place at, bytes when) {
    bytes id;
    scenario_grant *g = NULL;
    scenario_grant_end end = {.at = when};
    TRY(read_id(&m->in, member(at, "consent"), &id));
    for (size_t i = 0; i < m->out->grant_count; i++)
        if (bytes_equal(m->grants[i].id, id)) g = &m->grants[i];
    if (!g) return refuse(&m->in, member(at, "consent"), "names no consent of this file");
    if (member(at, "by").v) TRY(read_ref(m, member(at, "by"), MEMBERS | HELPERS, &end.by));
    place list = member(at, "fields");
    scenario_fields fields;
    TRY(read_fields(m, list, &fields));
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        end.field = fields.at[w.index];
        bool own = false;
        for (size_t i = 0; i < g->field_count; i++) own |= g->fields[i].field == end.field;
        if (!own) return refuse(&m->in, w.at, "is no field of that consent");
        withdraw(m, g, end);
    }
    return OK;
}
