/* Every text of a scenario on its way into the database: sealed under the key of whom it is about, and only so. */
#include "app/load_rows.h"
#include "app/scenario_read.h"
#include "crypto/envelope.h"
#include "statements.h"

enum { BODY_MAX = 1 << 20 };

typedef struct {
    loader *l;
    const load_ids *ids;
    row_list entries, versions;
    uuid *body_entries;
    int32_t *body_versions;
    bytes *envelopes;
    size_t bodies;
    int64_t ordinal;
    buf body; /* the plaintext being made; wiped after each */
    json_writer w;
    result failed; /* the first failure stays */
} sealer;

/* What a line of the index says. */
typedef struct {
    uuid id, of, assignee, author;
    const char *kind;
    field_id field; /* FIELD_NONE: none */
    scenario_refs about, wrote, agreed;
    uuid owner;
    bytes at; /* empty: the intake */
    int32_t version;
} line;

/* One subject: that person's or home's own key; several, or none in particular: the family's (design.md 6). */
static uuid owner_of(const load_ids *ids, scenario_refs about) {
    return about.count == 1 ? load_id_of(ids, about.at[0]) : ids->family;
}

static void put_line(sealer *s, const line *e) {
    row_list *r = &s->entries;
    row_begin(r);
    row_put_id(r, "id", e->id);
    row_put_text(r, "kind", bytes_of_string(e->kind));
    json_key(&r->w, "field");
    json_string(&r->w, bytes_of_string(e->field == FIELD_NONE ? "" : catalogue[e->field].name));
    row_put_id(r, "of_id", e->of);
    row_put_id(r, "assignee", e->assignee);
    row_put_ids(r, "about", s->ids, e->about);
    row_put_id(r, "owner", e->owner);
    row_put_number(r, "ordinal", ++s->ordinal);
    row_end(r);
}

static void put_version(sealer *s, const line *e) {
    row_list *r = &s->versions;
    row_begin(r);
    row_put_id(r, "entry", e->id);
    row_put_number(r, "version", e->version);
    row_put_id(r, "author", e->author);
    row_put_ids(r, "wrote", s->ids, e->wrote);
    row_put_ids(r, "agreed", s->ids, e->agreed);
    row_put_text(r, "at", e->at);
    row_end(r);
}

static result seal_body(sealer *s, const line *e, bytes *envelope) {
    uint8_t aad[AAD_BODY];
    body_context c = {.family = s->ids->family,
                      .owner = e->owner,
                      .entry = e->id,
                      .field = e->field,
                      .version = (uint32_t)e->version,
                      .epoch = FIRST_EPOCH};
    cipher_key *key = keyring_find(s->l->ring, s->ids->family, e->owner, FIRST_EPOCH);
    ENSURE(key != NULL && buf_ok(&s->body), TOO_MUCH);
    aad_body(&c, aad);
    buf sealed = buf_new(2 * BODY_MAX);
    result made = envelope_seal(key, ENVELOPE_GCM, FIRST_EPOCH, BYTES_OF(aad), buf_bytes(&s->body), &sealed);
    if (ok(made)) *envelope = arena_copy(s->l->a, buf_bytes(&sealed));
    buf_release(&sealed);
    return made;
}

static json_writer *body_begin(sealer *s) {
    buf_clear(&s->body);
    s->w = json_to(&s->body);
    json_open_object(&s->w);
    return &s->w;
}

static void body_text(sealer *s, const char *name, bytes text) {
    if (text.len == 0) return;
    json_key(&s->w, name);
    json_string(&s->w, text);
}

/* Seals the body that was begun as this line's; version 1 brings the line itself. */
static void body_end(sealer *s, line *e) {
    json_close_object(&s->w);
    json_end(&s->w);
    if (e->version == 0) e->version = 1;
    result made = seal_body(s, e, &s->envelopes[s->bodies]);
    buf_clear(&s->body);
    if (!ok(made)) {
        if (ok(s->failed)) s->failed = made;
        return;
    }
    s->body_entries[s->bodies] = e->id, s->body_versions[s->bodies] = e->version;
    s->bodies++;
    if (e->version == 1) put_line(s, e);
    put_version(s, e);
}

static void seal_text(sealer *s, line *e, const char *name, bytes text) {
    if (text.len == 0) return;
    body_begin(s);
    body_text(s, name, text);
    body_end(s, e);
}

/* ---- what the register says of people ---- */

static scenario_ref person_ref(size_t i) { return (scenario_ref){REF_PERSON, (uint16_t)i}; }

static line register_line(sealer *s, field_id field, const char *what, bytes ref, scenario_refs about) {
    return (line){.id = load_new_id(s->ids, what, ref),
                  .kind = "register",
                  .field = field,
                  .about = about,
                  .owner = owner_of(s->ids, about)};
}

static void body_identity(sealer *s, const scenario_person *p, bytes born) {
    json_writer *w = body_begin(s);
    body_text(s, "name", p->name);
    json_key(w, "born");
    if (born.len)
        json_string(w, born);
    else
        json_null(w);
    body_text(s, "due", p->due);
}

static bytes first_word(bytes name) {
    const uint8_t *blank = memchr(name.at, ' ', name.len);
    return blank && blank > name.at ? bytes_make(name.at, (size_t)(blank - name.at)) : name;
}

static void seal_person(sealer *s, size_t i) {
    const scenario_person *p = &s->ids->s->people[i];
    scenario_ref self = person_ref(i);
    scenario_refs about = {&self, 1};
    line identity = register_line(s, FIELD_MEMBER_IDENTITY, "identity", p->id, about);
    line role = register_line(s, FIELD_FAMILY_ROLE, "role", p->id, about);
    line language = register_line(s, FIELD_PREFERRED_LANGUAGE, "language", p->id, about);
    line name = register_line(s, FIELD_MEMBER_IDENTITY, "name", p->id, about);
    body_identity(s, p, p->born);
    body_end(s, &identity);
    for (size_t b = 0; b < s->ids->s->birth_count; b++) {
        const scenario_birth *birth = &s->ids->s->births[b];
        if (birth->person != i) continue;
        identity.version = 2, identity.at = birth->at;
        body_identity(s, p, bytes_make(birth->at.at, 10));
        body_end(s, &identity);
    }
    seal_text(s, &role, "text", p->role);
    seal_text(s, &language, "text", p->languages);
    name.kind = "name", name.of = s->ids->people[i];
    seal_text(s, &name, "text", first_word(p->name));
}

/* ---- homes ---- */

/* Who lives there as the home's readers may know it: an unborn child is known only through the pregnancy (R-19b). */
static bool counts_as_resident(const scenario *sc, uint16_t person, bytes at) {
    if (!sc->people[person].unborn) return true;
    for (size_t b = 0; at.len && b < sc->birth_count; b++)
        if (sc->births[b].person == person && !when_before(at, sc->births[b].at)) return true;
    return false;
}

static scenario_refs residents_at(sealer *s, const scenario_home *h, bytes at) {
    scenario_ref *list = ARENA_ARRAY(s->l->a, scenario_ref, h->residents.count);
    size_t n = 0;
    for (size_t i = 0; i < h->residents.count; i++)
        if (counts_as_resident(s->ids->s, h->residents.at[i].at, at)) list[n++] = h->residents.at[i];
    return (scenario_refs){list, n};
}

static void body_residents(sealer *s, scenario_refs residents) {
    json_writer *w = body_begin(s);
    json_key(w, "residents");
    json_open_array(w);
    for (size_t i = 0; i < residents.count; i++) json_uuid(w, load_id_of(s->ids, residents.at[i]));
    json_close_array(w);
}

/* A new version with each birth in that home. */
static void seal_residents(sealer *s, const scenario_home *h, line *e) {
    body_residents(s, residents_at(s, h, BYTES("")));
    body_end(s, e);
    size_t before = residents_at(s, h, BYTES("")).count;
    for (size_t b = 0; b < s->ids->s->birth_count; b++) {
        bytes at = s->ids->s->births[b].at;
        scenario_refs now = residents_at(s, h, at);
        if (now.count <= before) continue;
        before = now.count;
        e->version++, e->at = at;
        body_residents(s, now);
        body_end(s, e);
    }
}

/* the address of a protected home is about those who live there, and nobody else covers it. */
static void seal_address(sealer *s, const scenario_home *h, scenario_refs home) {
    scenario_refs residents = residents_at(s, h, BYTES(""));
    bool shielded = h->shielded && residents.count > 0;
    line e = register_line(s, h->shielded ? FIELD_PROTECTED_ADDRESS : FIELD_HOUSEHOLD_ADDRESS, "address", h->id,
                           shielded ? residents : home);
    e.of = load_id_of(s->ids, home.at[0]);
    seal_text(s, &e, "text", h->address);
}

static void seal_home(sealer *s, size_t i) {
    const scenario_home *h = &s->ids->s->homes[i];
    scenario_ref self = {REF_HOME, (uint16_t)i};
    scenario_refs home = {&self, 1};
    line members = register_line(s, FIELD_HOUSEHOLD_MEMBERS, "residents", h->id, home);
    line label = register_line(s, FIELD_HOUSEHOLD_MEMBERS, "label", h->id, home);
    seal_residents(s, h, &members);
    seal_address(s, h, home);
    label.kind = "label", label.of = s->ids->homes[i];
    seal_text(s, &label, "text", h->label);
}

static void seal_authority(sealer *s, size_t i) {
    const scenario_authority *a = &s->ids->s->authorities[i];
    scenario_ref child = person_ref(a->child);
    bytes ref =
        arena_format(s->l->a, "%.*s %zu", (int)load_ref_name(s->ids, child).len, load_ref_name(s->ids, child).at, i);
    line e = register_line(s, FIELD_LEGAL_AUTHORITY, "authority", ref, (scenario_refs){&child, 1});
    json_writer *w = body_begin(s);
    json_key(w, "holders");
    json_open_array(w);
    for (size_t k = 0; k < a->holders.count; k++) json_uuid(w, load_id_of(s->ids, a->holders.at[k]));
    json_close_array(w);
    body_text(s, "form", a->form);
    body_text(s, "evidence", a->evidence);
    body_end(s, &e);
}

/* ---- helpers ---- */

static void seal_helper(sealer *s, size_t i) {
    const scenario_helper *h = &s->ids->s->helpers[i];
    line e = {.id = load_new_id(s->ids, "helper line", h->id),
              .kind = "helper",
              .field = FIELD_TEAM_MEMBERS,
              .of = s->ids->helpers[i],
              .owner = s->ids->family}; /* his name is there before his place begins: a hand-over speaks of him */
    line listed = e;
    body_begin(s);
    body_text(s, "name", h->name);
    body_text(s, "role", h->role);
    body_text(s, "organisation", h->organisation);
    body_text(s, "secrecy", h->secrecy);
    body_text(s, "internal_disclosure", h->internal_disclosure);
    body_end(s, &e);
    listed.id = load_new_id(s->ids, "listed line", h->id), listed.kind = "listed";
    seal_text(s, &listed, "listed", h->listed);
}

/* ---- the plan ---- */

/* Names an entry by what it says it is, not by where it stands, so that taking out others changes no id. */
static bytes content_ref(sealer *s, const scenario_entry *e) {
    buf b = buf_new(64 * 1024);
    buf_put_string(&b, catalogue[e->field].name);
    for (size_t i = 0; i < e->about.count; i++)
        buf_put_byte(&b, ','), buf_put(&b, load_ref_name(s->ids, e->about.at[i]));
    buf_format(&b, " %.*s %u", (int)e->date.len, e->date.at, e->repeats);
    bytes ref = arena_copy(s->l->a, buf_bytes(&b));
    must(buf_ok(&b));
    buf_release(&b);
    return ref;
}

static scenario_refs either(sealer *s, scenario_refs a, scenario_refs b) {
    scenario_ref *list = ARENA_ARRAY(s->l->a, scenario_ref, a.count + b.count);
    size_t n = 0;
    for (size_t i = 0; i < a.count; i++) list[n++] = a.at[i];
    for (size_t i = 0; i < b.count; i++) {
        bool there = false;
        for (size_t k = 0; k < a.count; k++) there |= a.at[k].at == b.at[i].at;
        if (!there) list[n++] = b.at[i];
    }
    return (scenario_refs){list, n};
}

static void seal_entry(sealer *s, size_t i) {
    const scenario_entry *e = &s->ids->s->entries[i];
    line index = {.id = load_new_id(s->ids, "entry", content_ref(s, e)),
                  .kind = "plan",
                  .field = e->field,
                  .about = e->about,
                  .assignee = load_id_of(s->ids, e->assignee),
                  .author = load_id_of(s->ids, e->author),
                  .wrote = e->wrote,
                  .agreed = either(s, e->wrote, e->agreed),
                  .owner = owner_of(s->ids, e->about),
                  .at = e->date};
    body_begin(s);
    body_text(s, "text", e->text);
    body_text(s, "author", e->by);
    body_end(s, &index);
}

static void seal_grant(sealer *s, size_t i) {
    const scenario_grant *g = &s->ids->s->grants[i];
    line e = {.id = load_new_id(s->ids, "grant line", g->id),
              .kind = "grant",
              .field = FIELD_NONE,
              .of = s->ids->grants[i],
              .about = g->about,
              .owner = owner_of(s->ids, g->about),
              .at = g->from};
    body_begin(s);
    json_key(&s->w, "purpose");
    json_string(&s->w, g->purpose);
    body_text(s, "note", g->note);
    body_text(s, "protective", g->protective);
    body_text(s, "withheld_ground", g->withheld_ground);
    body_end(s, &e);
}

/* for what it was asked. */
static void seal_request(sealer *s, size_t i) {
    const scenario_request *q = &s->ids->s->requests[i];
    const scenario_grant *g = &s->ids->s->grants[q->grant];
    bytes ref = load_named_by(s->l, bytes_of_string(catalogue[q->field].name), g->id);
    line e = {.id = load_new_id(s->ids, "request line", ref),
              .kind = "request",
              .field = FIELD_NONE,
              .of = s->ids->requests[i],
              .about = g->about,
              .owner = owner_of(s->ids, g->about),
              .at = q->at};
    seal_text(s, &e, "purpose", g->purpose);
}

static void seal_reason(sealer *s, size_t i) {
    const scenario_emergency *em = &s->ids->s->emergencies[i];
    scenario_ref by = {REF_HELPER, em->helper};
    line e = {.id = load_new_id(s->ids, "reason", load_named_by(s->l, em->at, load_ref_name(s->ids, by))),
              .kind = "reason",
              .field = FIELD_NONE,
              .of = s->ids->emergencies[i],
              .about = em->about,
              .author = load_id_of(s->ids, by),
              .owner = owner_of(s->ids, em->about),
              .at = em->at};
    seal_text(s, &e, "text", em->reason);
}

static void seal_note(sealer *s, size_t i) {
    const scenario_note *n = &s->ids->s->notes[i];
    bytes ref = arena_format(s->l->a, "%zu", i);
    line e = {.id = load_new_id(s->ids, "note", ref),
              .kind = "note",
              .field = FIELD_NONE,
              .about = n->about,
              .owner = owner_of(s->ids, n->about),
              .at = n->date};
    body_begin(s);
    body_text(s, "kind", bytes_of_string(n->what));
    body_text(s, "text", n->text);
    body_end(s, &e);
}

/* ---- all of it ---- */

static void sealer_begin(sealer *s, loader *l, const load_ids *ids) {
    const scenario *sc = ids->s;
    size_t most = sc->member_count * 5 + sc->home_count * (3 + sc->birth_count) + sc->authority_count +
                  sc->helper_count * 2 + sc->entry_count + sc->grant_count + sc->request_count + sc->emergency_count +
                  sc->note_count;
    *s = (sealer){.l = l, .ids = ids, .body = buf_new(BODY_MAX), .failed = OK};
    s->body_entries = ARENA_ARRAY(l->a, uuid, most);
    s->body_versions = ARENA_ARRAY(l->a, int32_t, most);
    s->envelopes = ARENA_ARRAY(l->a, bytes, most);
    rows_begin(&s->entries);
    rows_begin(&s->versions);
}

static void seal_everything(sealer *s) {
    const scenario *sc = s->ids->s;
    const struct {
        size_t count;
        void (*seal)(sealer *s, size_t i);
    } parts[] = {
        {sc->member_count, seal_person}, {sc->home_count, seal_home},   {sc->authority_count, seal_authority},
        {sc->helper_count, seal_helper}, {sc->entry_count, seal_entry}, {sc->grant_count, seal_grant},
        {sc->request_count, seal_request}, {sc->emergency_count, seal_reason}, {sc->note_count, seal_note},
    };
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (size_t i = 0; i < parts[p].count; i++) {
            if (i % 512 == 0) load_tell(s->l, "sealing", i, parts[p].count);
            parts[p].seal(s, i);
        }
}

static void add_bodies(sealer *s, unit *u) {
    params *p = params_new(s->l->a);
    param_uuid(p, s->ids->family);
    param_uuids(p, s->body_entries, s->bodies);
    param_int4s(p, s->body_versions, s->bodies);
    param_byteas(p, s->envelopes, s->bodies);
    unit_add(u, &stmt_load_bodies, p);
}

result load_add_entries(loader *l, unit *u, const load_ids *ids) {
    sealer s;
    sealer_begin(&s, l, ids);
    seal_everything(&s);
    rows_add(&s.entries, l, u, ids, &stmt_load_entries);
    rows_add(&s.versions, l, u, ids, &stmt_load_versions);
    add_bodies(&s, u);
    buf_release(&s.body);
    return s.failed;
}
