/* What a holder of authority reads of a child by parenthood: the table of R-28 as the jurisdiction's row has it.
 *
 * Never section H, own space or C5 (R-60b), whatever the row says. */
#include "policy/inside.h"

bool view_shows(parent_view v, field_id field) {
    if (is_hushed(field)) return false;
    if (v == VIEW_IDENTITY) return field == FIELD_MEMBER_IDENTITY;
    if (v == VIEW_C1) return catalogue[field].class_ == C1;
    return v >= VIEW_ALL && catalogue[field].class_ >= C1;
}

static parent_view view_with(const standing *s, unsigned child, bool able, bool unable) {
    const jurisdiction *law = s->f->law;
    if (s->under_12 & PERSON(child)) return law->able_under_12_as_12 && able ? law->view_12_15 : law->view_under_12;
    if (s->under_16 & PERSON(child)) return unable ? law->view_not_able_12_15 : law->view_12_15;
    return unable ? law->view_not_able_16_17 : law->view_16_17;
}

parent_view view_of_child(const standing *s, unsigned child) {
    return view_with(s, child, s->recorded_able & PERSON(child), s->recorded_unable & PERSON(child));
}

bool parent_reads(const standing *s, unsigned child, field_id field) {
    capacity recorded = capacity_in(s, child, field);
    return view_shows(view_with(s, child, recorded == RECORDED_ABLE, recorded == RECORDED_UNABLE), field);
}
