/* Who decides for himself, field by field: R-23.
 *
 * A record may speak of some fields only. For each field the newest record that names it decides; without any, the presumption
 * of an age. Sets without a field are the general ones: records that speak of everything. */
#include "policy/inside.h"

static bool is_newer(const capacity_fact *a, const capacity_fact *b) {
    return a->from != b->from ? a->from > b->from : a->recorded >= b->recorded;
}

static bool is_known(const standing *s, const capacity_fact *row) { return row->recorded <= s->at && row->from <= s->at; }

static capacity of_row(const capacity_fact *row) {
    if (!row) return NOT_RECORDED;
    return row->able ? RECORDED_ABLE : RECORDED_UNABLE;
}

static capacity capacity_in_general(const standing *s, unsigned child) {
    const capacity_fact *newest = NULL;
    for (unsigned i = 0; i < s->f->capacity_count; i++) {
        const capacity_fact *row = &s->f->capacities[i];
        if (row->person != child || !is_known(s, row) || !is_every_field(row->topics)) continue;
        if (!newest || is_newer(row, newest)) newest = row;
    }
    return of_row(newest);
}

capacity capacity_in(const standing *s, unsigned child, field_id field) {
    const capacity_fact *newest = NULL;
    for (unsigned i = 0; i < s->f->capacity_count; i++) {
        const capacity_fact *row = &s->f->capacities[i];
        if (row->person != child || !is_known(s, row) || !has_field(row->topics, field)) continue;
        if (!newest || is_newer(row, newest)) newest = row;
    }
    return of_row(newest);
}

/* Able by record, or presumed so from an age; below 12 a record only counts where the law says so. */
static bool decides(const standing *s, unsigned child, capacity recorded) {
    const jurisdiction *law = s->f->law;
    subjects bit = PERSON(child);
    uint8_t from = law->able_presumed_from;
    bool old_enough = from <= 12 ? !(s->under_12 & bit) : from <= 16 && !(s->under_16 & bit);
    if (recorded == RECORDED_ABLE) return law->able_under_12_as_12 || !(s->under_12 & bit);
    return recorded == NOT_RECORDED && old_enough;
}

void stand_capacity(standing *s) {
    for EACH_SUBJECT (p, s->minor) {
        capacity recorded = capacity_in_general(s, (unsigned)p);
        s->recorded_able |= subjects_if(recorded == RECORDED_ABLE, PERSON(p));
        s->recorded_unable |= subjects_if(recorded == RECORDED_UNABLE, PERSON(p));
        s->able |= subjects_if(decides(s, (unsigned)p, recorded), PERSON(p));
    }
    for (unsigned i = 0; i < s->f->capacity_count; i++) {
        const capacity_fact *row = &s->f->capacities[i];
        s->topical |= subjects_if(is_known(s, row) && !is_every_field(row->topics), PERSON(row->person) & s->minor);
    }
}

subjects able_in(const standing *s, field_id field) {
    subjects able = s->able & ~s->topical;
    for EACH_SUBJECT (p, s->topical)
        able |= subjects_if(decides(s, (unsigned)p, capacity_in(s, (unsigned)p, field)), PERSON(p));
    return able;
}

bool policy_is_able(const standing *s, field_id field, unsigned child) {
    must(field < FIELD_COUNT && child < PEOPLE_MAX);
    return (able_in(s, field) & PERSON(child)) != 0;
}
