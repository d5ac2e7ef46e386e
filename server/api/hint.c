/* Hints for a writer, before he writes: what in his text he might move, drop or split, and who would read it in which home (R-44,
 * R-46, R-46b, R-47).
 *
 * A READ with a body. The text is looked at in the exchange's memory and goes with it; the record says who asked, of which field
 * and about whom. Every name that it is compared with has a permit of the ruling behind it, and the preview names only people and
 * helpers whom the writer may know: so neither the answer nor its length tells him of anybody else. */
#include "api/hint_scan.h"
#include "api/view.h"

typedef struct {
    field_id field;
    subjects about; /* as asked, what is unknown included */
    standing me;    /* the writer */
} question;

/* ---- what the writer may know ---- */

static bool is_wanted(const entry_fact *e) {
    if (e->kind == KIND_NAME || e->kind == KIND_LABEL) return true;
    return e->field == FIELD_MEMBER_IDENTITY || e->field == FIELD_HOUSEHOLD_ADDRESS || e->field == FIELD_PROTECTED_ADDRESS;
}

/* As for the access question: 'a' | viewer | field | at | about. */
static void note(exchange *x, const question *q) {
    uint8_t *p = arena_take(x->arena, 1 + 16 + 1 + 8 + 8);
    p[0] = 'a';
    memcpy(p + 1, family_actor_id(facts_of(x), x->viewer).b, 16);
    p[17] = q->field;
    put_u64(p + 18, (uint64_t)x->now);
    put_u64(p + 26, q->about);
    x->record_note = bytes_make(p, 34);
}

static result judge(exchange *x) {
    question *q = ARENA_NEW(x->arena, question);
    judge_all(x, 1u << KIND_NAME | 1u << KIND_LABEL | 1u << KIND_REGISTER);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        if (is_wanted(&facts_of(x)->entries[p->entry])) want_body(x, p->entry, p->version);
    }
    policy_stand(facts_of(x), x->viewer, x->now, &q->me);
    q->field = field_by_name(json_bytes_of(json_member(x->body, "field")));
    q->about = view_subject_set(facts_of(x), json_member(x->body, "about"));
    x->place = q;
    note(x, q);
    return OK;
}

static subjects known_to_writer(const exchange *x, const question *q) { return x->ruling.known | q->me.self | THE_FAMILY; }

static bytes text_of(exchange *x, uint32_t want, const char *member) {
    const json_value *v = json_member(view_parse(x, plain_of(x, want)), member);
    return json_is_string(v) ? json_bytes_of(v) : (bytes){0};
}

static void add_name(hint_names *names, exchange *x, uint32_t want) {
    const entry_fact *e = &facts_of(x)->entries[x->wants[want].entry];
    bool shielded = e->kind == KIND_REGISTER && e->field == FIELD_PROTECTED_ADDRESS;
    if (e->kind == KIND_NAME) hint_add_call_name(names, text_of(x, want, "text"), PERSON(e->of));
    else if (e->kind == KIND_LABEL) hint_add_label(names, text_of(x, want, "text"), HOME(e->of));
    else if (e->field == FIELD_MEMBER_IDENTITY) hint_add_full_name(names, text_of(x, want, "name"), e->about);
    else hint_add_address(names, text_of(x, want, "text"), shielded ? HOME(e->of) : e->about);
}

static hint_names names_of(exchange *x) {
    hint_names names = hint_names_new(x->arena);
    for (uint32_t i = 0; i < x->want_count; i++) add_name(&names, x, i);
    return names;
}

/* ---- homes ---- */

static bool reads(const standing *s, field_id field, subjects about) {
    answer a = policy_ask(s, field, about);
    return a.allowed && a.level == LEVEL_EXACT;
}

/* Those who live there, as far as he may know it: as one of them, or as a reader of household_members (R-19b). */
static subjects residents_told(const exchange *x, const question *q, unsigned home) {
    const standing *me = &q->me;
    bool told = (me->residents[home] & me->self) || reads(me, FIELD_HOUSEHOLD_MEMBERS, HOME(home));
    return told && (x->ruling.known & HOME(home)) ? me->residents[home] & known_to_writer(x, q) : 0;
}

/* Those who decide with him, or for him, are known to decide; others' authority is a field (R-19b). */
static subjects holders_told(const exchange *x, const question *q, unsigned child) {
    const standing *me = &q->me;
    bool told = ((me->holders[child] | PERSON(child)) & me->self) || reads(me, FIELD_LEGAL_AUTHORITY, PERSON(child));
    return told ? me->holders[child] & known_to_writer(x, q) : 0;
}

/* Somebody in two homes that he knows, or a child of whom somebody decides who does not live in the home that he knows. */
static subjects in_two_homes(const exchange *x, const question *q) {
    subjects once = 0, twice = 0, with[PEOPLE_MAX] = {0};
    for (unsigned h = 0; h < facts_of(x)->home_count; h++) {
        subjects here = residents_told(x, q, h);
        twice |= once & here;
        once |= here;
        for (unsigned p = 0; p < PEOPLE_MAX; p++)
            if (here & PERSON(p)) with[p] |= here;
    }
    for (unsigned p = 0; p < PEOPLE_MAX; p++)
        if ((once & PERSON(p)) && (holders_told(x, q, p) & ~with[p])) twice |= PERSON(p);
    subjects homes = x->ruling.known & ALL_HOMES;
    return twice || (homes & (homes - 1)) ? twice | THE_FAMILY : 0;
}

/* ---- hints ---- */

static unsigned language_of(const exchange *x) {
    static const char *const codes[HINT_LANGUAGES] = {"nl", "fr", "en"};
    bytes asked = query_text(x, "language"), code = asked.at ? asked : bytes_of_string(facts_of(x)->language);
    for (unsigned i = 0; i < HINT_LANGUAGES; i++)
        if (bytes_is(code, codes[i])) return i;
    return HINT_LANGUAGES - 1;
}

static const char *field_title(field_id field, unsigned language) {
    const field_row *row = &catalogue[field];
    return language == 0 ? row->nl : language == 1 ? row->fr : row->en;
}

/* The group's sentence with the better field's name in it. */
static bytes sentence_of(arena *a, const hint_group *g, unsigned language) {
    const char *text = g->sentence[language], *hole = strstr(text, "{}");
    if (!hole || g->field == FIELD_NONE) return bytes_of_string(text);
    return arena_format(a, "%.*s%s%s", (int)(hole - text), text, field_title(g->field, language), hole + 2);
}

static const char *kind_text(hint_kind kind) {
    static const char *const texts[HINT_KIND_COUNT] = {
#define X(name, text) [HINT_##name] = text,
        HINT_KINDS(X)
#undef X
    };
    must(kind < HINT_KIND_COUNT);
    return texts[kind];
}

static void write_place(json_writer *w, const hint *h) {
    json_key(w, "from"), json_int(w, h->from);
    json_key(w, "to"), json_int(w, h->to);
    json_key(w, "from_char"), json_int(w, h->from_char);
    json_key(w, "to_char"), json_int(w, h->to_char);
}

static void write_hint(json_writer *w, exchange *x, const hint *h, unsigned language) {
    const hint_group *g = &hint_groups[h->group];
    bool one = h->whose != 0 && (h->whose & (h->whose - 1)) == 0;
    json_open_object(w);
    json_key(w, "kind"), json_string(w, bytes_of_string(kind_text(g->kind)));
    json_key(w, "group"), json_string(w, bytes_of_string(g->id));
    json_key(w, "sentence"), json_string(w, sentence_of(x->arena, g, language));
    if (h->located) write_place(w, h);
    if (g->field != FIELD_NONE) json_key(w, "field"), json_string(w, bytes_of_string(catalogue[g->field].name));
    if (one) json_key(w, "person"), json_uuid(w, family_subject_id(facts_of(x), (unsigned)__builtin_ctzll(h->whose)));
    json_close_object(w);
}

static void write_hints(json_writer *w, exchange *x, const question *q) {
    hint_names names = names_of(x);
    hint_list *list = ARENA_NEW(x->arena, hint_list);
    const hint_question asked = {
        .text = json_bytes_of(json_member(x->body, "text")),
        .field = q->field,
        .about = q->about & known_to_writer(x, q),
        .in_two_homes = in_two_homes(x, q),
        .kind_given = json_member(x->body, "kind") != NULL,
        .names = &names,
    };
    hint_scan(x->arena, &asked, list);
    json_key(w, "hints");
    json_open_array(w);
    for (size_t i = 0; i < list->count; i++) write_hint(w, x, &list->items[i], language_of(x));
    json_close_array(w);
    json_key(w, "more"), json_bool(w, list->more);
}

/* ---- the preview ---- */

static bool would_read(const exchange *x, const question *q, actor reader, standing *room) {
    policy_stand(facts_of(x), reader, x->now, room);
    return reads(room, q->field, q->about);
}

/* Besides the writer himself. */
static subjects people_reading(const exchange *x, const question *q, standing *room) {
    subjects readers = 0;
    for (unsigned p = 0; p < facts_of(x)->people_count; p++)
        if ((x->ruling.known & ~q->me.self & PERSON(p)) && would_read(x, q, (actor)p, room)) readers |= PERSON(p);
    return readers;
}

static void open_line(json_writer *w, const char *at) {
    json_open_object(w);
    json_key(w, "at"), json_string(w, bytes_of_string(at));
}

static void close_line(json_writer *w, const exchange *x, subjects readers) {
    json_key(w, "readers"), view_subjects(w, facts_of(x), readers);
    json_close_object(w);
}

static void write_home(json_writer *w, exchange *x, uint32_t label, subjects readers) {
    unsigned home = facts_of(x)->entries[x->wants[label].entry].of;
    open_line(w, "home");
    json_key(w, "home"), json_uuid(w, facts_of(x)->homes[home].id);
    json_key(w, "label"), json_string(w, text_of(x, label, "text"));
    close_line(w, x, readers);
}

/* Gives those whom a home's line has named. */
static subjects write_homes(json_writer *w, exchange *x, const question *q, subjects readers) {
    subjects shown = 0;
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->wants[i].entry];
        subjects here = e->kind == KIND_LABEL ? residents_told(x, q, e->of) : 0;
        if (here == 0) continue;
        write_home(w, x, i, readers & here);
        shown |= readers & here;
    }
    return shown;
}

static void write_team(json_writer *w, exchange *x, const question *q, standing *room) {
    const facts *f = facts_of(x);
    open_line(w, "team");
    json_key(w, "readers");
    json_open_array(w);
    for (uint8_t h = 0; h < f->helper_count; h++) {
        bool seen = HELPER(h) != x->viewer && policy_sees_helper(&q->me, h) != LEVEL_HIDDEN;
        if (seen && would_read(x, q, HELPER(h), room)) json_uuid(w, f->helpers[h].id);
    }
    json_close_array(w);
    json_close_object(w);
}

/* Who reads what is told to those whom it concerns, as by the access question: else a helper could ask here for others'
 * grants, blocks and holds. */
static void write_preview(json_writer *w, exchange *x, const question *q) {
    if (!policy_concerns(&q->me, q->field, q->about)) return;
    standing *room = ARENA_NEW(x->arena, standing);
    subjects readers = people_reading(x, q, room);
    json_key(w, "preview");
    json_open_array(w);
    subjects shown = write_homes(w, x, q, readers);
    open_line(w, "elsewhere");
    close_line(w, x, readers & ~shown);
    write_team(w, x, q, room);
    json_close_array(w);
}

static shaped shape(exchange *x) {
    const question *q = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    write_hints(&w, x, q);
    write_preview(&w, x, q);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_hint_ask = {.kind = "hint.ask", .judge = judge, .shape = shape};
