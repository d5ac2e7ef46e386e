/* What was asked, given, stopped, held back and opened in an emergency. */
#include "flow/family_inside.h"

static level level_at(rows r, size_t row, int column) {
    bytes word = row_text(r, row, column);
    return bytes_is(word, "exact") ? LEVEL_EXACT : bytes_is(word, "derived") ? LEVEL_DERIVED : LEVEL_EXISTS;
}

const char *const family_ground_words[GROUND_COUNT] = {
    "",           "subject_release", "shared_secret_BE",   "joint_secret_same_team", "nl_direct_involvement",
    "legal_duty", "right_to_report", "state_of_necessity", "not_under_secrecy"};

secrecy_ground family_ground(bytes word) {
    for (unsigned i = 1; i < GROUND_COUNT; i++)
        if (bytes_is(word, family_ground_words[i])) return (secrecy_ground)i;
    return GROUND_NONE;
}

static grant_basis basis_of(bytes word) {
    static const char *const words[] = {"consent",        "contract",    "legal_duty",
                                        "vital_interest", "public_task", "legitimate_interest"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_is(word, words[i])) return (grant_basis)i;
    return BASIS_UNKNOWN;
}

/* Replies come in the order of their requests, so each request's are a run. */
static void read_replies(reader *r) {
    MAKE(reply_fact, replies, AT_REPLIES)
    request_fact *requests = (request_fact *)(uintptr_t)f->requests;
    size_t n = rows_count(from);
    for (size_t i = 0; i < n; i++) {
        int q = family_request(f, row_uuid(from, i, facts_replies__request_id));
        actor person = actor_at(f, from, i, facts_replies__person_id);
        if (q < 0 || !is_person(person)) continue;
        if (requests[q].reply_count++ == 0) requests[q].first_reply = f->reply_count;
        reply_fact *reply = &made[f->reply_count++];
        *reply = (reply_fact){.id = row_uuid(from, i, facts_replies__id),
                              .person = person,
                              .entered_by = actor_at(f, from, i, facts_replies__entered_by),
                              .level = (uint8_t)level_at(from, i, facts_replies__level),
                              .until = row_moment(from, i, facts_replies__valid_until),
                              .recorded = row_moment(from, i, facts_replies__recorded_at),
                              .counts = row_moment(from, i, facts_replies__counts_at)};
        fields_at(from, i, facts_replies__yes, reply->yes);
        fields_at(from, i, facts_replies__no, reply->no);
    }
}

static void read_requests(reader *r) {
    MAKE(request_fact, requests, AT_REQUESTS)
    f->request_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->request_count; i++) {
        made[i] = (request_fact){.id = row_uuid(from, i, facts_requests__id),
                                 .asker = actor_at(f, from, i, facts_requests__asker_id),
                                 .recipient = actor_at(f, from, i, facts_requests__recipient_id),
                                 .about = subjects_at(f, from, i, facts_requests__about),
                                 .ground = family_ground(row_text(from, i, facts_requests__secrecy_ground)),
                                 .recorded = row_moment(from, i, facts_requests__recorded_at),
                                 .lapses = row_moment(from, i, facts_requests__lapses_at),
                                 .from = row_moment(from, i, facts_requests__valid_from),
                                 .until = row_moment(from, i, facts_requests__valid_until),
                                 .withdrawn = row_moment(from, i, facts_requests__ended_at)};
        fields_at(from, i, facts_requests__fields, made[i].fields);
        fields_at(from, i, facts_requests__derived, made[i].derived);
        fields_at(from, i, facts_requests__exists_only, made[i].exists);
    }
    read_replies(r);
}

/* Fields and confirmations come in the order of their grants, so each grant's are a run. */
static void read_grant_fields(reader *r) {
    MAKE(grant_field_fact, grant_fields, AT_GRANT_FIELDS)
    grant_fact *grants = (grant_fact *)(uintptr_t)f->grants;
    size_t n = rows_count(from);
    for (size_t i = 0; i < n; i++) {
        int g = family_grant(f, row_uuid(from, i, facts_grant_fields__grant_id));
        field_id field = field_by_name(row_text(from, i, facts_grant_fields__field));
        if (g < 0 || field == FIELD_NONE) continue;
        if (grants[g].field_count++ == 0) grants[g].first_field = (uint16_t)f->grant_field_count;
        made[f->grant_field_count++] = (grant_field_fact){
            .field = field,
            .level = (uint8_t)level_at(from, i, facts_grant_fields__level),
            .four_eyes = row_moment(from, i, facts_grant_fields__four_eyes_at),
            .ended = row_moment(from, i, facts_grant_fields__ended_at),
        };
    }
}

static void read_confirms(reader *r) {
    MAKE(confirm_fact, confirms, AT_CONFIRMS)
    grant_fact *grants = (grant_fact *)(uintptr_t)f->grants;
    size_t n = rows_count(from);
    for (size_t i = 0; i < n; i++) {
        int g = family_grant(f, row_uuid(from, i, facts_confirms__grant_id));
        if (g < 0) continue;
        if (grants[g].confirm_count++ == 0) grants[g].first_confirm = (uint16_t)f->confirm_count;
        made[f->confirm_count++] = (confirm_fact){row_moment(from, i, facts_confirms__recorded_at),
                                                  row_moment(from, i, facts_confirms__lapses_at)};
    }
}

static stop_kind stop_of(bytes word) {
    static const char *const words[] = {"paused", "shortened", "superseded"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_is(word, words[i])) return (stop_kind)i;
    return STOP_OBJECTION;
}

static void read_stops(reader *r) {
    MAKE(stop_fact, stops, AT_STOPS)
    size_t n = rows_count(from);
    for (size_t i = 0; i < n; i++) {
        int g = family_grant(f, row_uuid(from, i, facts_stops__grant_id));
        if (g < 0) continue;
        made[f->stop_count++] = (stop_fact){.grant = (uint16_t)g,
                                            .kind = stop_of(row_text(from, i, facts_stops__kind)),
                                            .by = actor_at(f, from, i, facts_stops__by_id),
                                            .recorded = row_moment(from, i, facts_stops__recorded_at),
                                            .from = row_moment(from, i, facts_stops__valid_from),
                                            .until = row_moment(from, i, facts_stops__ended_at)};
    }
}

static uint16_t request_at(const facts *f, rows r, size_t row, int column) {
    int q = row_is_null(r, row, column) ? -1 : family_request(f, row_uuid(r, row, column));
    return q < 0 ? UINT16_MAX : (uint16_t)q;
}

static void read_grants(reader *r) {
    MAKE(grant_fact, grants, AT_GRANTS)
    f->grant_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->grant_count; i++)
        made[i] = (grant_fact){
            .id = row_uuid(from, i, facts_grants__id),
            .recipient = family_actor(f, row_uuid(from, i, facts_grants__recipient_id)),
            .about = subjects_at(f, from, i, facts_grants__about),
            .givers = subjects_at(f, from, i, facts_grants__givers) & ALL_PEOPLE,
            .basis = basis_of(row_text(from, i, facts_grants__basis)),
            .recorded = row_moment(from, i, facts_grants__recorded_at),
            .from = row_moment(from, i, facts_grants__valid_from),
            .until = row_moment(from, i, facts_grants__valid_until),
            .request = request_at(f, from, i, facts_grants__request_id),
        };
    read_grant_fields(r);
    read_confirms(r);
    read_stops(r);
}

static void read_holds(reader *r) {
    MAKE(hold_fact, holds, AT_HOLDS)
    f->hold_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->hold_count; i++) {
        made[i] = (hold_fact){.id = row_uuid(from, i, facts_holds__id),
                              .by = actor_at(f, from, i, facts_holds__by_id),
                              .about = subjects_at(f, from, i, facts_holds__about),
                              .from_whom = subjects_at(f, from, i, facts_holds__from_whom) & ALL_PEOPLE,
                              .review = row_moment(from, i, facts_holds__review_at),
                              .recorded = row_moment(from, i, facts_holds__recorded_at),
                              .from = row_moment(from, i, facts_holds__valid_from),
                              .until = row_moment(from, i, facts_holds__valid_until)};
        fields_at(from, i, facts_holds__fields, made[i].fields);
    }
}

static void read_emergencies(reader *r) {
    MAKE(emergency_fact, emergencies, AT_EMERGENCIES)
    f->emergency_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->emergency_count; i++) {
        made[i] = (emergency_fact){.id = row_uuid(from, i, facts_emergencies__id),
                                   .helper = helper_at(f, from, i, facts_emergencies__helper_id),
                                   .about = subjects_at(f, from, i, facts_emergencies__about),
                                   .told = row_moment(from, i, facts_emergencies__told_at),
                                   .review_due = row_moment(from, i, facts_emergencies__review_due_at),
                                   .reviewed = row_moment(from, i, facts_emergencies__reviewed_at),
                                   .recorded = row_moment(from, i, facts_emergencies__recorded_at),
                                   .from = row_moment(from, i, facts_emergencies__valid_from),
                                   .until = row_moment(from, i, facts_emergencies__valid_until)};
        fields_at(from, i, facts_emergencies__fields, made[i].fields);
    }
}

void family_read_sharing(reader *r) {
    read_requests(r);
    read_grants(r); /* which name their request */
    read_holds(r);
    read_emergencies(r);
}
