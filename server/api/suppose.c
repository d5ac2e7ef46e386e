#include "api/suppose.h"

static facts *copy_of(arena *a, const facts *f) {
    facts *copy = ARENA_NEW(a, facts);
    *copy = *f;
    return copy;
}

/* The rows and room for `more`. */
#define COPY_ROWS(a, type, rows, count, more) \
    memcpy(ARENA_ARRAY((a), type, (size_t)(count) + (more) + 1), (count) ? (const void *)(rows) : "", \
           (size_t)(count) * sizeof(type))

/* days of 24 hours, so the last day may end an hour early or late when a clock changes on the way; PostgreSQL knows the
 * midnight when the grant is really there. */
static moment lapse_of(const facts *f, moment now) {
    return now + (f->law->reconfirm_days + f->law->reconfirm_grace_days) * DAY;
}

static unsigned count_fields(const field_levels *levels) {
    unsigned n = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++) n += levels->of[f] != LEVEL_HIDDEN;
    return n;
}

bool suppose_grant(arena *a, const facts **f, const grant_fact *grant, const field_levels *levels, moment now) {
    const facts *old = *f;
    unsigned more = count_fields(levels);
    bool room = old->grant_field_count + more <= UINT16_MAX && old->confirm_count < UINT16_MAX;
    if (!room || old->grant_count >= GRANTS_MAX) return false;
    facts *copy = copy_of(a, old);
    grant_fact *grants = COPY_ROWS(a, grant_fact, old->grants, old->grant_count, 1);
    grant_field_fact *fields = COPY_ROWS(a, grant_field_fact, old->grant_fields, old->grant_field_count, more);
    confirm_fact *confirms = COPY_ROWS(a, confirm_fact, old->confirms, old->confirm_count, 1);
    grant_fact *g = &grants[copy->grant_count++];
    *g = *grant;
    g->first_field = (uint16_t)old->grant_field_count, g->field_count = (uint16_t)more;
    g->first_confirm = (uint16_t)old->confirm_count, g->confirm_count = 1;
    for (field_id i = 0; i < FIELD_COUNT; i++)
        if (levels->of[i] != LEVEL_HIDDEN)
            fields[copy->grant_field_count++] =
                (grant_field_fact){.field = i, .level = levels->of[i], .four_eyes = MOMENT_NEVER, .ended = MOMENT_NEVER};
    confirms[copy->confirm_count++] = (confirm_fact){now, lapse_of(old, now)};
    copy->grants = grants, copy->grant_fields = fields, copy->confirms = confirms;
    *f = copy;
    return true;
}

void suppose_levels(arena *a, const facts **f, uint32_t grant, const field_levels *levels, moment now) {
    facts *copy = copy_of(a, *f);
    const grant_fact *g = &copy->grants[grant];
    grant_field_fact *fields = COPY_ROWS(a, grant_field_fact, copy->grant_fields, copy->grant_field_count, 0);
    for (unsigned i = 0; i < g->field_count; i++) {
        grant_field_fact *row = &fields[g->first_field + i];
        uint8_t l = levels->of[row->field];
        if (l == LEVEL_HIDDEN && row->ended > now) row->ended = now;
        if (l != LEVEL_HIDDEN && l < row->level) row->level = l;
    }
    copy->grant_fields = fields;
    *f = copy;
}

void suppose_until(arena *a, const facts **f, uint32_t grant, moment until) {
    facts *copy = copy_of(a, *f);
    grant_fact *grants = COPY_ROWS(a, grant_fact, copy->grants, copy->grant_count, 0);
    if (until < grants[grant].until) grants[grant].until = until;
    copy->grants = grants;
    *f = copy;
}

void suppose_stop(arena *a, const facts **f, uint32_t grant, moment now) {
    facts *copy = copy_of(a, *f);
    stop_fact *stops = COPY_ROWS(a, stop_fact, copy->stops, copy->stop_count, 1);
    stops[copy->stop_count++] = (stop_fact){.grant = (uint16_t)grant, .recorded = now, .from = now, .until = MOMENT_NEVER};
    copy->stops = stops;
    *f = copy;
}
