/* What was asked, as far as it concerns the reader.
 *
 * Who asked sees what is open, lapsed or shared: whether somebody said no, or nothing yet, looks the same, byte for byte.
 * Who must give sees his own part and his own word. The answer is written whole before its tag is made, so the tag is made of what
 * he sees. */
#include "api/request.h"
#include "api/texts.h"

enum { PAGE_MAX = 4 * 1024 * 1024, TAG_PIECE = 1024 };

typedef struct {
    standing s;
    bool more;
} request_view;

static const standing *stands(const exchange *x) { return &((const request_view *)x->place)->s; }

static request_view *start(exchange *x) {
    judge_all(x, 1u << KIND_REQUEST);
    request_view *v = ARENA_NEW(x->arena, request_view);
    policy_stand(facts_of(x), x->viewer, x->now, &v->s);
    v->more = false;
    x->place = v;
    return v;
}

static bool is_request(const exchange *x, uint32_t i) {
    return facts_of(x)->entries[x->ruling.permits[i].entry].kind == KIND_REQUEST;
}

static result judge_list(exchange *x) {
    request_view *v = start(x);
    uint32_t first, limit = query_number(x, "limit", 500);
    TRY(view_page_start(x, &first));
    for (uint32_t i = first; i < x->ruling.count; i++) {
        if (!is_request(x, i)) continue;
        v->more = x->want_count == limit;
        if (v->more) break;
        want_body(x, x->ruling.permits[i].entry, x->ruling.permits[i].version);
    }
    return OK;
}

static result judge_get(exchange *x) {
    int r = family_request(facts_of(x), x->path_ids[1]);
    start(x);
    for (uint32_t i = 0; r >= 0 && i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        if (!is_request(x, i) || facts_of(x)->entries[p->entry].of != (uint32_t)r) continue;
        want_body(x, p->entry, p->version);
        return OK;
    }
    return FAIL(NOT_FOUND);
}

/* ---- states ---- */

static const char *field_state(const exchange *x, uint32_t r, field_id field) {
    const request_fact *q = &facts_of(x)->requests[r];
    if (request_granted(stands(x), r, field)) return "granted";
    if (q->withdrawn <= x->now) return "withdrawn";
    return q->lapses <= x->now ? "lapsed" : "open";
}

/* Of those fields that he sees: the one that is not granted, if there is one. */
static const char *state_of(const exchange *x, uint32_t r, const field_set seen) {
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        const char *state = has_field(seen, f) ? field_state(x, r, f) : "granted";
        if (strcmp(state, "granted") != 0) return state;
    }
    return "granted";
}

/* ---- writing ---- */

static bool asks(const exchange *x, const request_fact *q) {
    return q->asker == x->viewer || (is_helper(q->recipient) && q->recipient == x->viewer);
}

/* His own part of it: whom it is about, whether others must say yes too, and what he said. */
static void write_part(json_writer *w, const exchange *x, uint32_t r, field_id field) {
    const standing *s = stands(x);
    const request_fact *q = &s->f->requests[r];
    request_word word = request_said(s->f, q, (unsigned)x->viewer, field, x->now);
    json_key(w, "about"), view_subjects(w, s->f, request_part(s, r, field));
    json_key(w, "others"), json_bool(w, (policy_request_givers(s, r, field) & ~s->self) != 0);
    if (word != SAID_NOTHING) json_key(w, "answer"), json_string(w, word == SAID_YES ? BYTES("yes") : BYTES("no"));
    json_key(w, "release"), json_bool(w, consent_needs_release(s, q->recipient, field));
    consent_write_steps(w, field);
}

static void write_fields(json_writer *w, const exchange *x, uint32_t r, const field_set seen, const field_set parts) {
    const request_fact *q = &facts_of(x)->requests[r];
    choice asked = {.fields = {q->fields[0], q->fields[1]}, .derived = {q->derived[0], q->derived[1]},
                    .exists = {q->exists[0], q->exists[1]}};
    json_key(w, "fields");
    json_open_array(w);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(seen, f)) continue;
        json_open_object(w);
        json_key(w, "field"), json_string(w, consent_name(f));
        json_key(w, "level"), json_string(w, bytes_of_string(level_text(consent_level(&asked, f))));
        json_key(w, "state"), json_string(w, bytes_of_string(field_state(x, r, f)));
        if (has_field(parts, f)) write_part(w, x, r, f);
        json_close_object(w);
    }
    json_close_array(w);
}

/* the words that must have been shown before something sensitive is released to him, one by one. */
static void write_warning(json_writer *w, unsigned secrecy) {
    static const char *const languages[] = {"nl", "fr", "en"};
    text_key key = secrecy == 1 ? TEXT_WARNING_DISCRETION : TEXT_WARNING_NONE;
    json_key(w, "warning");
    json_open_array(w);
    for (text_language l = IN_NL; l < TEXT_LANGUAGES; l++) {
        uint8_t hash[SHA256_SIZE];
        char hex[2 * SHA256_SIZE];
        text_hash(text_of(key, l), hash);
        hex_encode(bytes_make(hash, sizeof hash), hex);
        json_open_object(w);
        json_key(w, "key"), json_string(w, bytes_of_string(text_rows[key].key));
        json_key(w, "language"), json_string(w, bytes_of_string(languages[l]));
        json_key(w, "text"), json_string(w, text_of(key, l));
        json_key(w, "hash"), json_string(w, bytes_make(hex, sizeof hex));
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_names(json_writer *w, const char *key, const field_set fields) {
    json_key(w, key);
    json_open_array(w);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f)) json_string(w, consent_name(f));
    json_close_array(w);
}

/* what was written down in his name, for him to confirm. */
static void write_pending(json_writer *w, const exchange *x, const request_fact *q) {
    const facts *f = facts_of(x);
    json_key(w, "pending");
    json_open_array(w);
    for (uint32_t i = q->first_reply; i < q->first_reply + q->reply_count; i++) {
        const reply_fact *reply = &f->replies[i];
        if (reply->person != x->viewer || reply->counts <= x->now) continue;
        json_open_object(w);
        json_key(w, "id"), json_uuid(w, reply->id);
        json_key(w, "entered_by"), json_uuid(w, family_actor_id(f, reply->entered_by));
        json_key(w, "at"), json_moment(w, reply->recorded);
        write_names(w, "yes", reply->yes);
        write_names(w, "no", reply->no);
        json_close_object(w);
    }
    json_close_array(w);
}

/* What a yes of his needs. */
static void write_needs(json_writer *w, const exchange *x, uint32_t r, const field_set parts, subjects about) {
    const standing *s = stands(x);
    const request_fact *q = &s->f->requests[r];
    bool release = false;
    for (field_id f = 0; f < FIELD_COUNT; f++) release |= has_field(parts, f) && consent_needs_release(s, q->recipient, f);
    if (release) write_warning(w, consent_secrecy(s, q->recipient));
    json_key(w, "ticks"), json_bool(w, q->ground == GROUND_SHARED_SECRET_BE);
    json_key(w, "child_view"), json_bool(w, consent_children(s, about, parts) != 0);
    write_pending(w, x, q);
}

static void write_grants(json_writer *w, const exchange *x, uint32_t r) {
    const facts *f = facts_of(x);
    json_key(w, "grants");
    json_open_array(w);
    for (unsigned i = 0; i < f->grant_count; i++)
        if (f->grants[i].request == r && policy_sees_grant(stands(x), i)) json_uuid(w, f->grants[i].id);
    json_close_array(w);
}

static subjects about_seen(const exchange *x, uint32_t r, const field_set parts) {
    const standing *s = stands(x);
    const request_fact *q = &s->f->requests[r];
    subjects about = asks(x, q) ? q->about & (x->ruling.known | s->own | THE_FAMILY) : 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(parts, f)) about |= request_part(s, r, f);
    return about;
}

static void write_request(json_writer *w, exchange *x, uint32_t want) {
    const facts *f = facts_of(x);
    uint32_t r = f->entries[x->wants[want].entry].of;
    const request_fact *q = &f->requests[r];
    const json_value *body = view_parse(x, plain_of(x, want));
    field_set parts, seen;
    policy_request_parts(stands(x), r, parts);
    for (unsigned i = 0; i < 2; i++) seen[i] = asks(x, q) ? q->fields[i] : parts[i];
    subjects about = about_seen(x, r, parts);
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, q->id);
    json_key(w, "state"), json_string(w, bytes_of_string(state_of(x, r, seen)));
    json_key(w, "asker"), json_uuid(w, family_actor_id(f, q->asker));
    json_key(w, "recipient"), json_uuid(w, family_actor_id(f, q->recipient));
    if (is_helper(q->recipient)) {
        json_key(w, "secrecy");
        json_string(w, bytes_of_string(consent_secrecy_word(consent_secrecy(stands(x), q->recipient))));
    }
    json_key(w, "about"), view_subjects(w, f, about);
    write_fields(w, x, r, seen, parts);
    view_member(w, body, "purpose", "purpose");
    view_member(w, body, "goal", "goal");
    if (q->ground != GROUND_NONE) json_key(w, "secrecy_ground"), json_string(w, bytes_of_string(family_ground_words[q->ground]));
    if (parts[0] | parts[1]) write_needs(w, x, r, parts, about);
    write_grants(w, x, r);
    json_key(w, "asked_at"), json_moment(w, q->recorded);
    json_key(w, "lapses_at"), json_moment(w, q->lapses);
    json_key(w, "from"), json_moment(w, q->from);
    json_key(w, "until"), json_moment(w, q->until);
    json_close_object(w);
}

static void write_not_agreed(json_writer *w, const exchange *x) {
    const standing *s = stands(x);
    json_key(w, "not_agreed");
    json_open_array(w);
    for (uint32_t r = 0; r < s->f->request_count; r++) {
        field_set refused;
        policy_not_agreed(s, r, refused);
        if (!(refused[0] | refused[1])) continue;
        json_open_object(w);
        json_key(w, "request"), json_uuid(w, s->f->requests[r].id);
        write_names(w, "fields", refused);
        json_close_object(w);
    }
    json_close_array(w);
}

/* ---- shaping ---- */

static shaped send(exchange *x, buf *whole, const char *what) {
    must(buf_ok(whole));
    bytes all = buf_bytes(whole);
    etag_maker e;
    etag_start(&e, what);
    for (size_t i = 0; i < all.len; i += TAG_PIECE) etag_add(&e, all.at + i, all.len - i < TAG_PIECE ? all.len - i : TAG_PIECE);
    if (!answer_not_modified(x, etag_end(&e, x->arena))) {
        json_writer w = answer_json(x, 200);
        json_raw(&w, all);
        json_end(&w);
    }
    buf_release(whole);
    return SHAPED;
}

static shaped shape_list(exchange *x) {
    bool more = ((const request_view *)x->place)->more;
    buf b = buf_new(PAGE_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "requests");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++) write_request(&w, x, i);
    json_close_array(&w);
    if (bytes_is(query_text(x, "not_agreed"), "true")) write_not_agreed(&w, x);
    view_page_end(&w, x, more, more ? x->wants[x->want_count - 1].entry : 0);
    json_close_object(&w);
    json_end(&w);
    return send(x, &b, "requests");
}

static shaped shape_get(exchange *x) {
    buf b = buf_new(PAGE_MAX);
    json_writer w = json_to(&b);
    write_request(&w, x, 0);
    json_end(&w);
    return send(x, &b, "request");
}

const endpoint endpoint_request_list = {.kind = "request.list", .judge = judge_list, .shape = shape_list};
const endpoint endpoint_request_get = {.kind = "request.read", .judge = judge_get, .shape = shape_get};
