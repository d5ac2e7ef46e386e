/* The people of a scenario, their homes, and who may decide for whom. */
#include "app/scenario_make.h"

enum { BLOCKS_MAX = 256, AUTHORITIES_MAX = 256, CAPACITIES_MAX = 1024, LOCKS_MAX = 256, LIFTS_MAX = 8 };

/* ---- people and homes ---- */

static result read_birth_dates(maker *m, place at, scenario_person *p) {
    place born = member(at, "born"), due = member(at, "due"), owner = member(at, "data_owner_until_birth");
    if (!born.v) return refuse(&m->in, born, "is missing: a date, or null for an unborn child");
    p->unborn = json_is_null(born.v);
    if (!p->unborn) {
        if (due.v) return refuse(&m->in, due, "is for an unborn child only");
        if (owner.v) return refuse(&m->in, owner, "is for an unborn child only");
        return read_date(&m->in, born, &p->born);
    }
    TRY(read_date(&m->in, due, &p->due));
    if (p->account) return refuse(&m->in, member(at, "account"), "an unborn child has no account");
    return owner.v ? OK : refuse(&m->in, owner, "is missing: who decides for the unborn child");
}

static result read_member(maker *m, place at) {
    TRY(read_keys(&m->in, at, "id name born due data_owner_until_birth role households account limits_shown lang note"));
    scenario_person p = {.member = true};
    TRY(read_new_id(m, at, &p.id));
    TRY(read_text(&m->in, member(at, "name"), &p.name));
    TRY(read_maybe_text(&m->in, member(at, "role"), &p.role));
    TRY(read_maybe_text(&m->in, member(at, "lang"), &p.languages));
    TRY(read_maybe_bool(&m->in, member(at, "account"), &p.account));
    TRY(read_maybe_when(&m->in, member(at, "limits_shown"), &p.limits));
    TRY(read_birth_dates(m, at, &p));
    bytes note;
    TRY(read_maybe_text(&m->in, member(at, "note"), &note));
    scenario_ref self = {REF_PERSON, (uint16_t)m->out->people_count};
    add_note(m, "member", one_ref(m->in.a, self), BYTES(""), note);
    m->people[m->out->people_count++] = p;
    return OK;
}

/* Only after all members are known: an owner may stand behind the child in the file. */
static result read_data_owner(maker *m, place at, size_t i) {
    if (!m->people[i].unborn) return OK;
    place owner = member(at, "data_owner_until_birth");
    scenario_ref who;
    TRY(read_ref(m, owner, MEMBERS, &who));
    if (m->people[who.at].unborn) return refuse(&m->in, owner, "an unborn child decides for nobody");
    m->people[i].owner = who.at;
    return OK;
}

static result read_home(maker *m, place at) {
    TRY(read_keys(&m->in, at, "id label address protected managers members"));
    scenario_home h = {0};
    TRY(read_new_id(m, at, &h.id));
    TRY(read_text(&m->in, member(at, "label"), &h.label));
    TRY(read_maybe_text(&m->in, member(at, "address"), &h.address));
    TRY(read_maybe_bool(&m->in, member(at, "protected"), &h.shielded));
    TRY(read_refs(m, member(at, "managers"), MEMBERS, &h.managers));
    TRY(read_refs(m, member(at, "members"), MEMBERS, &h.residents));
    m->homes[m->out->home_count++] = h;
    return OK;
}

/* The file may say on either side who lives where; both count. */
static result read_homes_of_member(maker *m, place at, size_t i) {
    TRY(read_refs(m, member(at, "households"), HOMES, &m->people[i].homes));
    for (size_t h = 0; h < m->people[i].homes.count; h++)
        add_ref(m->in.a, &m->homes[m->people[i].homes.at[h].at].residents, (scenario_ref){REF_PERSON, (uint16_t)i});
    return OK;
}

result read_people_and_homes(maker *m, place root) {
    place members = member(root, "members"), homes = member(root, "households");
    size_t count;
    TRY(read_some(&m->in, members, PEOPLE_MAX, &count));
    m->people = ARENA_ARRAY(m->in.a, scenario_person, PEOPLE_MAX);
    for (item_walk w = items_of(members); has_item(&w); next_item(&w)) {
        TRY(read_member(m, w.at));
        m->out->member_count++;
    }
    for (item_walk w = items_of(members); has_item(&w); next_item(&w)) TRY(read_data_owner(m, w.at, w.index));
    TRY(read_some(&m->in, homes, HOMES_MAX, &count));
    m->homes = ARENA_ARRAY(m->in.a, scenario_home, count);
    for (item_walk w = items_of(homes); has_item(&w); next_item(&w)) TRY(read_home(m, w.at));
    for (item_walk w = items_of(members); has_item(&w); next_item(&w)) TRY(read_homes_of_member(m, w.at, w.index));
    return OK;
}

/* ---- authority, capacity, blocked persons ---- */

static result read_authority(maker *m, place at, scenario_authority *out) {
    TRY(read_keys(&m->in, at, "child holders form evidence conflict_flag conflict_since conflict_about conflict_topics"));
    scenario_ref child;
    bytes about;
    TRY(read_ref(m, member(at, "child"), MEMBERS, &child));
    out->child = child.at;
    TRY(read_refs(m, member(at, "holders"), MEMBERS, &out->holders));
    if (holds_ref(out->holders, child))
        return refuse(&m->in, member(at, "holders"), "a child has no authority over itself");
    TRY(read_maybe_text(&m->in, member(at, "form"), &out->form));
    TRY(read_maybe_text(&m->in, member(at, "evidence"), &out->evidence));
    TRY(read_maybe_when(&m->in, member(at, "conflict_since"), &out->conflict_since));
    TRY(read_maybe_text(&m->in, member(at, "conflict_about"), &about));
    TRY(read_maybe_fields(m, member(at, "conflict_topics"), &out->conflict_topics));
    /* Who tells since when they disagree tells that they do, unless the flag says that it is over. */
    out->conflict = out->conflict_since.len > 0;
    TRY(read_maybe_bool(&m->in, member(at, "conflict_flag"), &out->conflict));
    add_note(m, "authority_conflict", one_ref(m->in.a, child), out->conflict_since, about);
    return OK;
}

result read_authorities(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, AUTHORITIES_MAX, &count));
    scenario_authority *all = ARENA_ARRAY(m->in.a, scenario_authority, count);
    m->out->authorities = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w))
        TRY(read_authority(m, w.at, &all[m->out->authority_count++]));
    return OK;
}

/* Whether there is a field of which both speak. */
static bool speak_of_one(scenario_fields a, scenario_fields b) {
    if (a.count == 0 || b.count == 0) return true;
    for (size_t i = 0; i < a.count; i++)
        if (memchr(b.at, a.at[i], b.count)) return true;
    return false;
}

static result read_capacity(maker *m, place at, scenario_capacity *out) {
    TRY(read_keys(&m->in, at, "child able basis date topics by review"));
    scenario_ref child;
    bytes basis;
    TRY(read_ref(m, member(at, "child"), MEMBERS, &child));
    out->child = child.at;
    TRY(read_bool(&m->in, member(at, "able"), &out->able));
    TRY(read_when(&m->in, member(at, "date"), &out->date));
    TRY(read_maybe_text(&m->in, member(at, "basis"), &basis));
    TRY(read_maybe_fields(m, member(at, "topics"), &out->topics));
    TRY(read_maybe_when(&m->in, member(at, "review"), &out->review));
    if (member(at, "by").v) TRY(read_ref(m, member(at, "by"), HELPERS, &out->by));
    for (size_t i = 0; i < m->out->capacity_count; i++)
        if (m->out->capacities[i].child == out->child && bytes_equal(m->out->capacities[i].date, out->date) &&
            speak_of_one(m->out->capacities[i].topics, out->topics))
            return refuse(&m->in, member(at, "date"), "this child has two answers on one day");
    add_note(m, "capacity", one_ref(m->in.a, child), out->date, basis);
    return OK;
}

result read_capacities(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, CAPACITIES_MAX, &count));
    scenario_capacity *all = ARENA_ARRAY(m->in.a, scenario_capacity, count);
    m->out->capacities = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_capacity(m, w.at, &all[m->out->capacity_count]));
        m->out->capacity_count++;
    }
    return OK;
}

/* An id of a member is that member; one seen before is the same stranger; else somebody new, who is no member. */
static result read_blocked_person(maker *m, place at, bytes name, uint16_t *person) {
    place id_at = member(at, "id");
    bytes id;
    TRY(read_id(&m->in, id_at, &id));
    scenario_ref who = find(m, id, PEOPLE | HOMES | HELPERS);
    if (who.kind == REF_HOME || who.kind == REF_HELPER)
        return refuse(&m->in, id_at, "a person is blocked, not a household or a helper");
    *person = who.at;
    if (who.kind == REF_PERSON) return OK;
    if (m->out->people_count == PEOPLE_MAX) return refuse(&m->in, id_at, "too many people");
    *person = (uint16_t)m->out->people_count;
    m->people[m->out->people_count++] = (scenario_person){.id = id, .name = name};
    return OK;
}

static result read_block(maker *m, place at, scenario_block *out) {
    TRY(read_keys(&m->in, at, "id name relation protects basis until"));
    bytes name;
    TRY(read_text(&m->in, member(at, "name"), &name));
    TRY(read_blocked_person(m, at, name, &out->person));
    TRY(read_some_refs(m, member(at, "protects"), MEMBERS | HOMES, &out->protects));
    if (holds_ref(out->protects, (scenario_ref){REF_PERSON, out->person}))
        return refuse(&m->in, member(at, "protects"), "nobody is protected against himself");
    TRY(read_maybe_when(&m->in, member(at, "until"), &out->until));
    bytes text;
    TRY(read_maybe_text(&m->in, member(at, "relation"), &text));
    TRY(read_maybe_text(&m->in, member(at, "basis"), &text));
    return note_whole(m, "blocked_person", at, (scenario_refs){0}, BYTES(""));
}

result read_blocks(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, BLOCKS_MAX, &count));
    scenario_block *all = ARENA_ARRAY(m->in.a, scenario_block, count);
    m->out->blocks = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w))
        TRY(read_block(m, w.at, &all[m->out->block_count++]));
    return OK;
}

static result read_lifts(maker *m, place list, scenario_lock *lock) {
    TRY(read_list(&m->in, list, LIFTS_MAX, &lock->lift_count));
    scenario_lift *lifts = ARENA_ARRAY(m->in.a, scenario_lift, lock->lift_count);
    lock->lifts = lifts;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_keys(&m->in, w.at, "by at"));
        TRY(read_ref(m, member(w.at, "by"), MEMBERS | HELPERS, &lifts[w.index].by));
        TRY(read_when(&m->in, member(w.at, "at"), &lifts[w.index].at));
        TRY(ends_after(&m->in, lock->from, member(w.at, "at"), lifts[w.index].at));
        for (size_t i = 0; i < w.index; i++)
            if (same_ref(lifts[i].by, lifts[w.index].by))
                return refuse(&m->in, member(w.at, "by"), "lifts it twice; two different people lift a lock");
    }
    return OK;
}

static result read_lock(maker *m, place at, scenario_lock *out) {
    TRY(read_keys(&m->in, at, "not_for about fields set_by from lifted"));
    TRY(read_ref(m, member(at, "not_for"), PEOPLE | HELPERS, &out->not_for));
    TRY(read_some_refs(m, member(at, "about"), MEMBERS | HOMES, &out->about));
    if (holds_ref(out->about, out->not_for))
        return refuse(&m->in, member(at, "about"), "nobody is locked out from himself");
    TRY(read_maybe_fields(m, member(at, "fields"), &out->fields));
    TRY(read_ref(m, member(at, "set_by"), MEMBERS | HELPERS, &out->set_by));
    TRY(read_when(&m->in, member(at, "from"), &out->from));
    return read_lifts(m, member(at, "lifted"), out);
}

result read_locks(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, LOCKS_MAX, &count));
    scenario_lock *all = ARENA_ARRAY(m->in.a, scenario_lock, count);
    m->out->locks = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w))
        TRY(read_lock(m, w.at, &all[m->out->lock_count++]));
    return OK;
}

/* A minor chooses him, and he must be somebody whom the plan can know: a member, or a helper. */
static result keep_trusted(maker *m, place at, scenario_ref minor, bool named, bytes seen) {
    place id = member(at, "id");
    if (!id.v) return OK;
    scenario_trusted *one = ARENA_NEW(m->in.a, scenario_trusted);
    *one = (scenario_trusted){.minor = minor.at, .seen = seen};
    TRY(read_ref(m, id, MEMBERS | HELPERS, &one->trusted));
    if (same_ref(one->trusted, minor)) return refuse(&m->in, id, "nobody is his own trusted person");
    if (!named) return refuse(&m->in, member(at, "named_by_minor"), "must be true: a minor chooses him");
    m->out->trusted = one, m->out->trusted_count = 1;
    return OK;
}

result read_trusted_person(maker *m, place at) {
    if (!at.v || json_is_null(at.v)) return OK;
    TRY(read_keys(&m->in, at, "for id name relation adult involved_in_help named_by_minor register_extract_seen"));
    scenario_ref whose;
    bytes text, seen;
    bool flag = false, named = false;
    TRY(read_ref(m, member(at, "for"), MEMBERS, &whose));
    TRY(read_text(&m->in, member(at, "name"), &text));
    TRY(read_maybe_text(&m->in, member(at, "relation"), &text));
    TRY(read_maybe_bool(&m->in, member(at, "adult"), &flag));
    TRY(read_maybe_bool(&m->in, member(at, "involved_in_help"), &flag));
    TRY(read_maybe_bool(&m->in, member(at, "named_by_minor"), &named));
    TRY(read_maybe_when(&m->in, member(at, "register_extract_seen"), &seen));
    TRY(keep_trusted(m, at, whose, named, seen));
    return note_whole(m, "trusted_person", at, one_ref(m->in.a, whose), seen);
}
