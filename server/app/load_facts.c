/* The facts of a family as rows: who, when and under which rule; never a word of what was said. */
#include "app/load_rows.h"
#include "flow/family.h"
#include "statements.h"

static void add_people(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->people_count; i++) {
        const scenario_person *p = &ids->s->people[i];
        row_begin(&r);
        row_put_id(&r, "id", ids->people[i]);
        row_put_text(&r, "born", p->born);
        /* When a child is due stays in the sealed body alone: no rule asks for it. */
        row_put_flag(&r, "unborn", p->unborn);
        row_put_id(&r, "owner", p->unborn ? ids->people[p->owner] : (uuid){0});
        row_put_flag(&r, "member", p->member);
        row_put_flag(&r, "account", p->account);
        row_put_number(&r, "ordinal", (int64_t)i + 1);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_people);
}

static void add_births(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->birth_count; i++) {
        row_begin(&r);
        row_put_id(&r, "person", ids->people[ids->s->births[i].person]);
        row_put_text(&r, "at", ids->s->births[i].at);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_births);
}

static void add_limits(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->member_count; i++) {
        if (ids->s->people[i].limits.len == 0) continue;
        row_begin(&r);
        row_put_id(&r, "person", ids->people[i]);
        row_put_text(&r, "at", ids->s->people[i].limits);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_limits);
}

static void add_homes(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->home_count; i++) {
        row_begin(&r);
        row_put_id(&r, "id", ids->homes[i]);
        row_put_flag(&r, "shielded", ids->s->homes[i].shielded);
        row_put_number(&r, "ordinal", (int64_t)i + 1);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_households);
}

static void add_helpers(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->helper_count; i++) {
        row_begin(&r);
        row_put_id(&r, "id", ids->helpers[i]);
        row_put_number(&r, "ordinal", (int64_t)i + 1);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_helpers);
}

static void put_relation(row_list *r, const char *kind, uuid person, uuid of) {
    row_begin(r);
    json_key(&r->w, "kind");
    json_string(&r->w, bytes_of_string(kind));
    row_put_id(r, "person", person);
    row_put_id(r, "of", of);
    row_end(r);
}

static void put_relations(row_list *r, const char *kind, const load_ids *ids, scenario_refs people, uuid of) {
    for (size_t i = 0; i < people.count; i++) put_relation(r, kind, load_id_of(ids, people.at[i]), of);
}

/* Two records of authority over one child may name the same holder; the fact is one. */
static bool named_before(const scenario *s, size_t row, scenario_ref holder) {
    for (size_t i = 0; i < row; i++)
        for (size_t k = 0;
             s->authorities[i].child == s->authorities[row].child && k < s->authorities[i].holders.count; k++)
            if (s->authorities[i].holders.at[k].at == holder.at) return true;
    return false;
}

static void add_relations(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->home_count; i++) {
        put_relations(&r, "lives_in", ids, ids->s->homes[i].residents, ids->homes[i]);
        put_relations(&r, "manages", ids, ids->s->homes[i].managers, ids->homes[i]);
    }
    for (size_t i = 0; i < ids->s->authority_count; i++) {
        const scenario_authority *a = &ids->s->authorities[i];
        for (size_t k = 0; k < a->holders.count; k++)
            if (!named_before(ids->s, i, a->holders.at[k]))
                put_relation(&r, "holds_authority", load_id_of(ids, a->holders.at[k]), ids->people[a->child]);
    }
    rows_add(&r, l, u, ids, &stmt_load_relations);
}

static void add_capacities(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->capacity_count; i++) {
        const scenario_capacity *c = &ids->s->capacities[i];
        row_begin(&r);
        row_put_id(&r, "id", load_new_id(ids, "capacity", arena_format(l->a, "%zu", i)));
        row_put_id(&r, "person", ids->people[c->child]);
        row_put_flag(&r, "able", c->able);
        row_put_fields(&r, "topics", c->topics.at, c->topics.count);
        row_put_id(&r, "by_id", load_id_of(ids, c->by));
        row_put_text(&r, "review", c->review);
        row_put_text(&r, "at", c->date);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_capacities);
}

static void add_conflicts(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->authority_count; i++) {
        const scenario_authority *a = &ids->s->authorities[i];
        if (!a->conflict) continue;
        row_begin(&r);
        row_put_id(&r, "id", load_new_id(ids, "conflict", arena_format(l->a, "%zu", i)));
        row_put_id(&r, "child", ids->people[a->child]);
        row_put_fields(&r, "topics", a->conflict_topics.at, a->conflict_topics.count);
        row_put_text(&r, "since", a->conflict_since);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_conflicts);
}

static void add_blocks(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->block_count; i++) {
        const scenario_block *b = &ids->s->blocks[i];
        row_begin(&r);
        row_put_id(&r, "id", load_new_id(ids, "block", arena_format(l->a, "%zu", i)));
        row_put_id(&r, "person", ids->people[b->person]);
        row_put_ids(&r, "protects", ids, b->protects);
        row_put_text(&r, "until", b->until);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_blocks);
}

/* Named by what it says; of several that say the same, by how many stand before it. */
static uuid lock_id(loader *l, const load_ids *ids, size_t i) {
    const scenario_lock *all = ids->s->locks, *k = &all[i];
    size_t like = 0;
    for (size_t b = 0; b < i; b++)
        like += bytes_equal(all[b].from, k->from) &&
                bytes_equal(load_ref_name(ids, all[b].not_for), load_ref_name(ids, k->not_for));
    bytes ref = load_named_by(l, k->from, load_ref_name(ids, k->not_for));
    return load_new_id(ids, "lock", arena_format(l->a, "%.*s %zu", (int)ref.len, ref.at, like));
}

static void put_lifts(row_list *r, const load_ids *ids, const scenario_lock *k, uuid lock) {
    for (size_t i = 0; i < k->lift_count; i++) {
        row_begin(r);
        row_put_id(r, "lock", lock);
        row_put_id(r, "by_id", load_id_of(ids, k->lifts[i].by));
        row_put_text(r, "at", k->lifts[i].at);
        row_end(r);
    }
}

static void add_locks(loader *l, unit *u, const load_ids *ids) {
    row_list locks, lifts;
    rows_begin(&locks);
    rows_begin(&lifts);
    for (size_t i = 0; i < ids->s->lock_count; i++) {
        const scenario_lock *k = &ids->s->locks[i];
        uuid id = lock_id(l, ids, i);
        row_begin(&locks);
        row_put_id(&locks, "id", id);
        row_put_id(&locks, "not_for", load_id_of(ids, k->not_for));
        row_put_ids(&locks, "about", ids, k->about);
        row_put_fields(&locks, "fields", k->fields.at, k->fields.count);
        row_put_id(&locks, "set_by", load_id_of(ids, k->set_by));
        row_put_text(&locks, "from", k->from);
        row_end(&locks);
        put_lifts(&lifts, ids, k, id);
    }
    rows_add(&locks, l, u, ids, &stmt_load_locks);
    rows_add(&lifts, l, u, ids, &stmt_load_lock_lifts);
}

static void add_trusted(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->trusted_count; i++) {
        const scenario_trusted *t = &ids->s->trusted[i];
        row_begin(&r);
        row_put_id(&r, "id", load_new_id(ids, "trusted", arena_format(l->a, "%zu", i)));
        row_put_id(&r, "minor", ids->people[t->minor]);
        row_put_id(&r, "trusted", load_id_of(ids, t->trusted));
        row_put_text(&r, "seen", t->seen);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_trusted);
}

static void add_places(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->helper_count; i++) {
        const scenario_helper *h = &ids->s->helpers[i];
        if (!h->in_team) continue; /* no place */
        row_begin(&r);
        row_put_id(&r, "helper", ids->helpers[i]);
        row_put_flag(&r, "coordinator", h->coordinator);
        row_put_flag(&r, "authority_role", h->authority_role);
        row_put_flag(&r, "listed", h->listed.len > 0);
        row_put_flag(&r, "safety", h->safety);
        row_put_text(&r, "secrecy", h->secrecy);
        row_put_id(&r, "organisation", family_organisation(l->ring, l->a, ids->family, h->organisation));
        row_put_text(&r, "from", h->from);
        row_put_text(&r, "until", h->until);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_places);
}

static void add_emergency_roles(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->helper_count; i++) {
        if (!ids->s->helpers[i].emergency_role) continue;
        row_begin(&r);
        row_put_id(&r, "helper", ids->helpers[i]);
        row_put_text(&r, "from", ids->s->helpers[i].from);
        row_put_text(&r, "until", ids->s->helpers[i].until);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_emergency_roles);
}

static void add_handovers(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->handover_count; i++) {
        const scenario_handover *h = &ids->s->handovers[i];
        row_begin(&r);
        row_put_id(&r, "id", load_new_id(ids, "handover", load_named_by(l, h->at, ids->s->helpers[h->from].id)));
        row_put_id(&r, "from_id", ids->helpers[h->from]);
        row_put_id(&r, "to_id", ids->helpers[h->to]);
        row_put_text(&r, "at", h->at);
        row_put_text(&r, "accepted", h->accepted);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_handovers);
}

/* ---- requests ---- */

static void add_requests(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->request_count; i++) {
        const scenario_request *q = &ids->s->requests[i];
        const scenario_grant *g = &ids->s->grants[q->grant];
        row_begin(&r);
        row_put_id(&r, "id", ids->requests[i]);
        row_put_id(&r, "asker", load_id_of(ids, q->asker));
        row_put_id(&r, "recipient", load_id_of(ids, g->to));
        row_put_ids(&r, "about", ids, g->about);
        row_put_fields(&r, "fields", &q->field, 1);
        row_put_text(&r, "basis", bytes_of_string(g->basis));
        row_put_number(&r, "ordinal", (int64_t)i + 1);
        row_put_text(&r, "at", q->at);
        row_put_text(&r, "until", g->until);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_requests);
}

static void add_request_fields(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->request_count; i++) {
        row_begin(&r);
        row_put_id(&r, "request", ids->requests[i]);
        row_put_text(&r, "field", bytes_of_string(catalogue[ids->s->requests[i].field].name));
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_request_fields);
}

static void put_replies(row_list *r, loader *l, const load_ids *ids, size_t i, scenario_refs people, bool yes) {
    const scenario_request *q = &ids->s->requests[i];
    bytes grant = ids->s->grants[q->grant].id, field = bytes_of_string(catalogue[q->field].name);
    for (size_t k = 0; k < people.count; k++) {
        row_begin(r);
        bytes ref = load_named_by(l, load_named_by(l, field, grant), load_ref_name(ids, people.at[k]));
        row_put_id(r, "id", load_new_id(ids, "reply", ref));
        row_put_id(r, "request", ids->requests[i]);
        row_put_id(r, "person", load_id_of(ids, people.at[k]));
        row_put_fields(r, "yes", &q->field, yes);
        row_put_fields(r, "no", &q->field, !yes);
        row_put_text(r, "at", q->at);
        row_end(r);
    }
}

static void add_replies(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->request_count; i++) {
        put_replies(&r, l, ids, i, ids->s->requests[i].yes, true);
        put_replies(&r, l, ids, i, ids->s->requests[i].no, false);
    }
    rows_add(&r, l, u, ids, &stmt_load_replies);
}

/* ---- grants ---- */

static void add_grants(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->grant_count; i++) {
        const scenario_grant *g = &ids->s->grants[i];
        row_begin(&r);
        row_put_id(&r, "id", ids->grants[i]);
        row_put_id(&r, "recipient", load_id_of(ids, g->to));
        row_put_ids(&r, "about", ids, g->about);
        row_put_ids(&r, "givers", ids, g->givers);
        row_put_text(&r, "basis", bytes_of_string(g->basis));
        row_put_flag(&r, "protective", g->protective.len > 0);
        row_put_number(&r, "ordinal", (int64_t)i + 1);
        row_put_text(&r, "from", g->from);
        row_put_text(&r, "until", g->until);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_grants);
}

static bytes field_name(field_id f) { return bytes_of_string(catalogue[f].name); }

static void add_grant_fields(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->grant_count; i++)
        for (size_t k = 0; k < ids->s->grants[i].field_count; k++) {
            row_begin(&r);
            row_put_id(&r, "grant_id", ids->grants[i]);
            row_put_text(&r, "field", field_name(ids->s->grants[i].fields[k].field));
            row_put_text(&r, "four_eyes", ids->s->grants[i].fields[k].four_eyes);
            row_end(&r);
        }
    rows_add(&r, l, u, ids, &stmt_load_grant_fields);
}

static void add_grant_ends(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->grant_count; i++)
        for (size_t k = 0; k < ids->s->grants[i].end_count; k++) {
            const scenario_grant_end *e = &ids->s->grants[i].ends[k];
            row_begin(&r);
            row_put_id(&r, "grant_id", ids->grants[i]);
            row_put_text(&r, "field", field_name(e->field));
            row_put_text(&r, "kind", e->refused ? BYTES("refused") : BYTES("withdrawn"));
            row_put_id(&r, "by_id", load_id_of(ids, e->by));
            row_put_text(&r, "at", e->at);
            row_end(&r);
        }
    rows_add(&r, l, u, ids, &stmt_load_grant_ends);
}

static void put_confirm(row_list *r, uuid grant, bytes at) {
    row_begin(r);
    row_put_id(r, "grant_id", grant);
    row_put_text(r, "at", at);
    row_end(r);
}

/* The giving itself is the first confirmation. */
static void add_grant_confirms(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->grant_count; i++) {
        put_confirm(&r, ids->grants[i], ids->s->grants[i].from);
        for (size_t k = 0; k < ids->s->grants[i].reconfirmed_count; k++)
            put_confirm(&r, ids->grants[i], ids->s->grants[i].reconfirmed[k]);
    }
    rows_add(&r, l, u, ids, &stmt_load_grant_confirms);
}

static void put_grant_field_names(row_list *r, const scenario_grant *g) {
    json_key(&r->w, "fields");
    json_open_array(&r->w);
    for (size_t i = 0; i < g->field_count; i++) json_string(&r->w, field_name(g->fields[i].field));
    json_close_array(&r->w);
}

/* what a grant's text holds back from whom. It is not lifted when the grant ends, nor when its review is late.
 */
static void add_holds(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->grant_count; i++) {
        const scenario_grant *g = &ids->s->grants[i];
        if (g->withheld_from.count == 0) continue;
        row_begin(&r);
        row_put_id(&r, "id", load_new_id(ids, "hold", g->id));
        row_put_ids(&r, "about", ids, g->about);
        row_put_ids(&r, "from_whom", ids, g->withheld_from);
        put_grant_field_names(&r, g);
        row_put_id(&r, "by_id", load_id_of(ids, g->withheld_by));
        row_put_text(&r, "review", g->withheld_review);
        row_put_text(&r, "from", g->from);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_holds);
}

static void add_emergencies(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->emergency_count; i++) {
        const scenario_emergency *e = &ids->s->emergencies[i];
        row_begin(&r);
        row_put_id(&r, "id", ids->emergencies[i]);
        row_put_id(&r, "helper", ids->helpers[e->helper]);
        row_put_ids(&r, "about", ids, e->about);
        row_put_fields(&r, "fields", e->fields.at, e->fields.count);
        row_put_text(&r, "reason_code", bytes_of_string(e->reason_code));
        row_put_text(&r, "at", e->at);
        row_put_text(&r, "ended", e->ended);
        row_put_number(&r, "minutes", e->minutes);
        row_put_text(&r, "told", e->told);
        row_put_number(&r, "review_days", ids->s->law->emergency_review_days);
        row_end(&r);
    }
    rows_add(&r, l, u, ids, &stmt_load_emergencies);
}

static void add_reviews(loader *l, unit *u, const load_ids *ids) {
    row_list r;
    rows_begin(&r);
    for (size_t i = 0; i < ids->s->emergency_count; i++)
        for (size_t k = 0; k < ids->s->emergencies[i].reviewer_count; k++) {
            const scenario_emergency *e = &ids->s->emergencies[i];
            const scenario_reviewer *by = &e->reviewers[k];
            row_begin(&r);
            row_put_id(&r, "emergency", ids->emergencies[i]);
            row_put_id(&r, "by_id", by->who.kind ? load_id_of(ids, by->who) : load_new_id(ids, "reviewer", by->name));
            /* Who is not of the team is the privacy officer: an account of the service's. */
            row_put_text(&r, "by_kind", by->who.kind ? BYTES("helper") : BYTES("account"));
            row_put_text(&r, "outcome", bytes_of_string(e->outcome));
            row_put_text(&r, "at", e->reviewed);
            row_end(&r);
        }
    rows_add(&r, l, u, ids, &stmt_load_reviews);
}

static void add_family(loader *l, unit *u, const load_ids *ids) {
    params *p = params_new(l->a);
    param_uuid(p, ids->family);
    param_string(p, ids->s->law->code);
    param_text(p, ids->s->time_zone);
    param_text(p, ids->s->language);
    param_text(p, ids->s->intake);
    unit_add(u, &stmt_load_family, p);
}

/* What the file tells of the past is told; the scheduler begins where the demonstration does. */
static void add_due(loader *l, unit *u, const load_ids *ids) {
    params *p = params_new(l->a);
    param_uuid(p, ids->family);
    param_text(p, ids->s->time_zone);
    param_text(p, ids->s->demo_at);
    unit_add(u, &stmt_load_due, p);
}

void load_add_facts(loader *l, unit *u, const load_ids *ids) {
    static void (*const parts[])(loader *, unit *, const load_ids *) = {
        add_family,     add_people,         add_births,       add_homes,       add_helpers,         add_relations,
        add_capacities, add_conflicts,      add_blocks,       add_locks,       add_trusted,         add_places,
        add_handovers,  add_emergency_roles, add_requests,    add_request_fields, add_replies,      add_grants,
        add_grant_fields, add_grant_ends,   add_grant_confirms, add_holds,     add_emergencies,     add_reviews,
        add_limits,     add_due,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) parts[i](l, u, ids);
}
