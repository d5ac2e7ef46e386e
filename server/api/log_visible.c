/* Which lines of the log somebody may see, and what of them (R-63, R-64, T8).
 *
 * A line speaks of entries; it shows only those that the reader may see himself, and no line is left when none is. It shows only
 * actors whom he may know: a shelter's name betrays as much as the address. A helper sees his own looks. The auditor sees
 * every line and no value. */
#include "api/log_view.h"

static bool shows_entry(const exchange *x, uuid id) {
    int e = family_entry(facts_of(x), id);
    if (e < 0) return false;
    entry_kind kind = facts_of(x)->entries[e].kind;
    bool spoken_of = kind == KIND_PLAN || kind == KIND_REGISTER || kind == KIND_GRANT;
    return spoken_of && (log_auditor(x) || view_permit(x, (uint32_t)e));
}

/* A version that he may not read leaves no line either. Zero: no version in particular. */
static bool shows_version(const exchange *x, const log_page *p, uuid id, uint32_t number) {
    const facts *f = facts_of(x);
    if (!shows_entry(x, id)) return false;
    if (log_auditor(x) || number == 0) return true;
    uint32_t at = (uint32_t)family_entry(f, id);
    const entry_fact *e = &f->entries[at];
    if (f->versions[view_permit(x, at)->version].number == number) return true;
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (f->versions[v].number == number) return policy_entry(p->standing, at, v).allowed;
    return false;
}

static bool shows_grant(const exchange *x, const log_page *p, uuid id) {
    int g = family_grant(facts_of(x), id);
    return g >= 0 && (log_auditor(x) || policy_sees_grant(p->standing, (uint32_t)g));
}

/* What was given or withdrawn must be a field that he sees of that grant, or the line would tell of the others. */
static bool shows_grant_fields(const exchange *x, const log_page *p, uuid id, const uint8_t *named, field_set said) {
    if (!shows_grant(x, p, id)) return false;
    const field_set fields = {get_u64(named), get_u64(named + 8)};
    uint32_t g = (uint32_t)family_grant(facts_of(x), id);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f) && (log_auditor(x) || policy_sees_grant_field(p->standing, g, f))) add_field(said, f);
    return log_auditor(x) || said[0] || said[1];
}

/* A grant that he does not see is no ground that he may tell apart from another one. */
static bool shows_ground(const exchange *x, const log_page *p, uuid id) {
    return family_grant(facts_of(x), id) < 0 || shows_grant(x, p, id);
}

static bool knows_actor(const exchange *x, const log_page *p, const record_view *v) {
    if (log_auditor(x) ||
        uuid_equal(v->head.viewer, x->viewer == ACTOR_NONE ? (uuid){{0}} : family_actor_id(facts_of(x), x->viewer)))
        return true;
    actor a = family_actor(facts_of(x), v->head.viewer);
    if (is_helper(a)) return policy_sees_helper(p->standing, (uint8_t)(a - FIRST_HELPER)) != LEVEL_HIDDEN;
    return is_person(a) ? (x->ruling.known & PERSON(a)) != 0 : v->head.viewer_kind == VIEWER_AUDITOR;
}

static void add_item(log_line_ *l, record_item item) { l->items[l->item_count++] = item; }

/* That something was opened in an emergency shows with what was opened, or it would tell of what is hidden. */
static bool emergency_shows(const log_line_ *l) {
    for (uint16_t i = 0; i < l->item_count; i++)
        if (l->items[i].rule == RULE_R50B) return true;
    return false;
}

static int emergency_at(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->emergency_count; i++)
        if (uuid_equal(f->emergencies[i].id, id)) return (int)i;
    return -1;
}

/* what an emergency opened shows to those who are told all of it, from when they are told. */
static bool hides_emergency(const exchange *x, const log_page *p, const record_item *item) {
    int e = item->has_ground ? emergency_at(facts_of(x), item->ground) : -1;
    return e >= 0 && !log_auditor(x) && policy_told(p->standing, (uint32_t)e) != TOLD_ALL;
}

static bool shows_emergency(const exchange *x, const log_page *p, uuid id) {
    int e = emergency_at(facts_of(x), id);
    return log_auditor(x) || (e >= 0 && policy_told(p->standing, (uint32_t)e) != TOLD_NOTHING);
}

/* Of a request each sees what he asked, or is asked. */
static bool shows_request_fields(const exchange *x, const log_page *p, uuid id, const uint8_t *named, field_set said) {
    const facts *f = facts_of(x);
    said[0] = get_u64(named), said[1] = get_u64(named + 8);
    if (log_auditor(x)) return true;
    for (unsigned i = 0; i < f->request_count; i++) {
        field_set parts;
        if (!uuid_equal(f->requests[i].id, id)) continue;
        if (f->requests[i].asker == x->viewer) return true;
        policy_request_parts(p->standing, i, parts);
        said[0] &= parts[0], said[1] &= parts[1];
        return said[0] || said[1];
    }
    said[0] = said[1] = 0;
    return false;
}

/* Since when some lock keeps the viewer out: what he could see in his log before, he sees on. */
static moment locked_since(const exchange *x) {
    const facts *f = real_facts_of(x);
    moment since = MOMENT_NEVER;
    for (unsigned i = 0; i < f->lock_count; i++) {
        const lock_fact *row = &f->locks[i];
        moment begins = row->recorded > row->from ? row->recorded : row->from;
        if (row->not_for == x->viewer && x->now < row->until && begins < since) since = begins;
    }
    return since;
}

/* T7: what others said beside his own text, or did with it, since it is locked from him. Such a line names no version. */
static bool is_behind(const exchange *x, const log_page *p, const log_line_ *l, uuid id) {
    const facts *f = real_facts_of(x);
    bool own = uuid_equal(l->view.head.viewer, family_actor_id(f, x->viewer));
    if (own || log_auditor(x) || facts_of(x) == f || l->row.at < locked_since(x)) return false;
    int e = family_entry(f, id);
    policy_stand(f, x->viewer, x->now, p->reader);
    return e >= 0 && !policy_ask(p->reader, f->entries[e].field, f->entries[e].about).allowed;
}

/* A write, a grant, a request, an emergency or a question stands in the record's note. */
static bool read_note(const exchange *x, const log_page *p, log_line_ *l) {
    bytes n = l->view.note;
    uuid id;
    if (n.len < 17) return false;
    memcpy(id.b, n.at + 1, 16);
    if (n.at[0] == 'e' && n.len == 21) {
        if (!shows_version(x, p, id, get_u32(n.at + 17)) || (get_u32(n.at + 17) == 0 && is_behind(x, p, l, id))) return false;
        l->entry_note = true;
        add_item(l, (record_item){.entry = id, .version = (uint16_t)get_u32(n.at + 17), .rule = RULE_R14, .field = FIELD_NONE});
        return true;
    }
    if (n.at[0] == 'g' && n.len == 33) return shows_grant_fields(x, p, id, n.at + 17, l->said);
    if (n.at[0] == 'r' && n.len == 33) return shows_request_fields(x, p, id, n.at + 17, l->said);
    if (n.at[0] == 'm' && n.len == 17) return shows_emergency(x, p, id);
    if (n.at[0] != 'a' || n.len != 34) return false;
    l->asked_field = n.at[17];
    l->asked_about = (subjects)get_u64(n.at + 26);
    bool thought = l->asked_field < FIELD_COUNT && l->asked_about != 0;
    /* That somebody asks about a safety plan tells its subject that one is thought of (T8): only who asked sees that he did. */
    bool own = x->viewer != ACTOR_NONE && uuid_equal(l->view.head.viewer, family_actor_id(facts_of(x), x->viewer));
    bool quiet = thought && catalogue[l->asked_field].safety && !own;
    bool shown = log_auditor(x) || (thought && !quiet && policy_concerns(p->standing, l->asked_field, l->asked_about));
    if (!shown) l->asked_field = FIELD_NONE; /* the line may show for its items all the same */
    return shown;
}

/* An act that speaks of nothing whose visibility changes (a lock set, a hold written): a line for whoever did it, and the
 * auditor. */
static bool is_plain_act(bytes note) { return note.len > 0 && note.at[0] == 'o'; }

/* T7: by the facts that somebody who is kept out is told of, who looked could not have: then he did not. */
static bool could_read(const exchange *x, const log_page *p, const log_line_ *l, const record_item *item) {
    const facts *f = facts_of(x);
    int e = family_entry(f, item->entry);
    if (f == real_facts_of(x) || e < 0 || l->row.at < locked_since(x)) return true;
    const entry_fact *row = &f->entries[e];
    policy_stand(f, family_actor(f, l->view.head.viewer), l->row.at, p->reader);
    for (uint32_t v = row->first_version; v < row->first_version + row->version_count; v++)
        if (f->versions[v].number == item->version) return policy_entry(p->reader, (uint32_t)e, v).allowed;
    return false;
}

/* A look at the log opens what grants are for, so that it can tell of them: no look at the grants, and a line of its own only to
 * the auditor. */
static bool speaks_of_items(const exchange *x, const log_line_ *l) {
    return log_auditor(x) || !bytes_is(l->row.kind, "log.read");
}

bool log_line_visible(exchange *x, const log_page *p, log_line_ *l) {
    bool own = x->viewer != ACTOR_NONE && uuid_equal(l->view.head.viewer, family_actor_id(facts_of(x), x->viewer));
    if (is_helper(x->viewer) && !own) return false;
    if (!knows_actor(x, p, &l->view)) return false;
    l->items = ARENA_ARRAY(x->arena, record_item, (size_t)l->view.item_count + 1);
    l->places = ARENA_ARRAY(x->arena, uint16_t, (size_t)l->view.item_count + 1);
    l->asked_field = FIELD_NONE;
    for (uint16_t i = 0; speaks_of_items(x, l) && i < l->view.item_count; i++) {
        record_item item = record_item_at(&l->view, i);
        if (!shows_version(x, p, item.entry, item.version)) continue;
        if (!own && (hides_emergency(x, p, &item) || !could_read(x, p, l, &item))) continue;
        item.has_ground = item.has_ground && shows_ground(x, p, item.ground);
        l->places[l->item_count] = i;
        add_item(l, item);
    }
    bool note = read_note(x, p, l) || (own && is_plain_act(l->view.note));
    l->emergency = log_auditor(x) ? l->row.emergency : emergency_shows(l);
    return note || l->item_count > 0 || log_auditor(x);
}
