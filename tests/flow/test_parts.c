/* The parts below the courses, each against a model or a table: cache, record, cursors, tags, cookies. */
#include "fake.h"

#include "flow/retire.h"

#include <stdlib.h>

/* ---- the cache, and one that is a plain list ---- */

typedef struct {
    cached node;
    bool released;
} item;

enum { ITEMS = 400, KEYS = 24, CACHE_MAX = 1000 };

static item items[ITEMS];
static unsigned used;

static void release_item(cached *c) {
    item *i = (item *)c;
    assert_false(i->released);
    assert_int_equal(c->holders, 0);
    i->released = true;
}

/* Oldest first. */
typedef struct {
    unsigned id, key, holders;
    size_t weight;
} line;

static struct {
    line in[ITEMS];
    unsigned count;
    unsigned holders[ITEMS]; /* of items that are out of it */
    size_t weights[ITEMS];
    bool inside[ITEMS];
} model;

static int place_of(unsigned key) {
    for (unsigned i = 0; i < model.count; i++)
        if (model.in[i].key == key) return (int)i;
    return -1;
}

static line model_remove(unsigned at) {
    line l = model.in[at];
    memmove(&model.in[at], &model.in[at + 1], (model.count - at - 1) * sizeof l);
    model.count--;
    model.inside[l.id] = false;
    return l;
}

static size_t model_weight(void) {
    size_t w = 0;
    for (unsigned i = 0; i < model.count; i++) w += model.weights[model.in[i].id];
    return w;
}

static void model_evict(void) {
    for (unsigned i = 0; i < model.count && model_weight() > CACHE_MAX;)
        if (model.holders[model.in[i].id] == 0) model_remove(i);
        else i++;
}

static void assert_same(const cache *c) {
    assert_int_equal(c->weight, model_weight());
    unsigned n = 0;
    for (const cached *i = c->ends.newer; i != &c->ends; i = i->newer, n++)
        assert_ptr_equal(i, &items[model.in[n].id].node);
    assert_int_equal(n, model.count);
    for (unsigned i = 0; i < used; i++)
        assert_int_equal(items[i].released, !model.inside[i] && model.holders[i] == 0);
}

static void a_cache_forgets_what_is_longest_unused(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 60; seed++) {
        srand(seed);
        memset(items, 0, sizeof items), memset(&model, 0, sizeof model), used = 0;
        cache c;
        cache_init(&c, CACHE_MAX, release_item);
        for (unsigned step = 0; step < 900; step++) {
            unsigned key = (unsigned)rand() % KEYS, what = (unsigned)rand() % 8;
            int at = place_of(key);
            if (what < 3) {
                cached *found = cache_find(&c, id_of((uint8_t)key));
                assert_int_equal(found != NULL, at >= 0);
                if (at >= 0) {
                    line l = model_remove((unsigned)at);
                    model.in[model.count++] = l, model.inside[l.id] = true, model.holders[l.id]++;
                    assert_ptr_equal(found, &items[l.id].node);
                }
            } else if (what == 3 && used < ITEMS) {
                unsigned id = used++;
                size_t weight = (unsigned)rand() % 300 + (rand() % 20 == 0 ? CACHE_MAX : 0);
                if (at >= 0) model_remove((unsigned)at);
                model.in[model.count++] = (line){.id = id, .key = key};
                model.inside[id] = true, model.holders[id] = 1, model.weights[id] = weight;
                model_evict();
                cache_put(&c, &items[id].node, id_of((uint8_t)key), weight);
            } else if (used > 0) {
                unsigned id = (unsigned)rand() % used;
                if (what < 6 && model.holders[id] > 0) {
                    model.holders[id]--;
                    cache_let_go(&c, &items[id].node);
                } else if (what == 6 && model.holders[id] > 0) {
                    model.weights[id] += 50;
                    if (model.inside[id]) model_evict();
                    cache_add_weight(&c, &items[id].node, 50);
                } else if (what == 7 && model.holders[id] > 0) { /* only a holder can drop */
                    for (unsigned i = 0; i < model.count; i++)
                        if (model.in[i].id == id) model_remove(i), i = model.count;
                    cache_drop(&c, &items[id].node);
                }
            }
            assert_same(&c);
        }
        for (unsigned i = 0; i < used; i++)
            for (; model.holders[i] > 0; model.holders[i]--) cache_let_go(&c, &items[i].node);
        cache_done(&c);
        for (unsigned i = 0; i < used; i++) assert_true(items[i].released);
    }
}

static void done_while_held(void *c) { cache_done(c); }
static void let_go_too_often(void *c) { cache_let_go(c, &items[0].node); }

static void a_cache_knows_its_holders(void **state) {
    (void)state;
    memset(items, 0, sizeof items);
    cache c;
    cache_init(&c, 10, release_item);
    cache_put(&c, &items[0].node, id_of(1), 100); /* held, so it stays although it is too heavy */
    assert_ptr_equal(cache_find(&c, id_of(1)), &items[0].node);
    cache_let_go(&c, &items[0].node);
    assert_true(aborts(done_while_held, &c));
    cache_put(&c, &items[1].node, id_of(1), 1); /* replaced, and still there for its holder */
    assert_false(items[0].released);
    cache_let_go(&c, &items[0].node);
    assert_true(items[0].released);
    cache_drop(&c, &items[1].node);
    assert_false(items[1].released);
    assert_null(cache_find(&c, id_of(1)));
    cache_let_go(&c, &items[1].node);
    assert_true(items[1].released);
    assert_true(aborts(let_go_too_often, &c));
    cache_done(&c);
}

/* ---- records ---- */

enum { ENTRIES = 90 };
static entry_fact entries[ENTRIES];
static version_fact versions[ENTRIES];
static grant_fact grants[ENTRIES];
static emergency_fact emergencies[2];

static facts some_facts(void) {
    for (unsigned i = 0; i < ENTRIES; i++) {
        entries[i] = (entry_fact){.id = id_of((uint8_t)(i + 1)), .first_version = i, .version_count = 1};
        versions[i] = (version_fact){.number = i % 7 + 1};
        grants[i] = (grant_fact){.id = id_of((uint8_t)(i + 100))};
    }
    emergencies[0].id = id_of(0xee);
    return (facts){.entries = entries,
                   .versions = versions,
                   .grants = grants,
                   .emergencies = emergencies,
                   .entry_count = ENTRIES,
                   .version_count = ENTRIES,
                   .grant_count = ENTRIES,
                   .emergency_count = 1};
}

static record_head random_head(void) {
    record_head h = {.viewer_kind = (viewer_kind)(rand() % 5),
                     .viewer = id_of((uint8_t)rand()),
                     .session = id_of((uint8_t)rand()),
                     .result = (uint8_t)(rand() % R_COUNT),
                     .rule = (uint8_t)(rand() % RULE_COUNT),
                     .family_version = (uint64_t)rand()};
    for (int i = 0; i < 6; i++) h.network[i] = (uint8_t)rand();
    h.network_bits = rand() % 2 ? 24 : 48;
    h.program = (record_program)(rand() % RECORD_PROGRAM_COUNT), h.role = (record_role)(rand() % RECORD_ROLE_COUNT);
    h.purpose = (record_purpose)(rand() % RECORD_PURPOSE_COUNT);
    return h;
}

static void a_record_reads_back(void **state) {
    (void)state;
    facts f = some_facts();
    for (unsigned seed = 1; seed < 400; seed++) {
        srand(seed);
        permit permits[ENTRIES];
        uint32_t n = (uint32_t)rand() % ENTRIES;
        bool emergency = false;
        for (uint32_t i = 0; i < n; i++) {
            permits[i] = (permit){i,
                                  i,
                                  (level)(rand() % 4),
                                  (rule)(rand() % RULE_COUNT),
                                  (int16_t)(rand() % 3 ? rand() % 60 : -1),
                                  (int16_t)(rand() % 9 ? -1 : 0)};
            emergency |= permits[i].emergency >= 0;
        }
        record_head h = random_head();
        uint8_t words[40];
        for (size_t i = 0; i < sizeof words; i++) words[i] = (uint8_t)rand();
        bytes note = bytes_make(words, (size_t)rand() % sizeof words);
        buf out = buf_new(1 << 16), again = buf_new(1 << 16);
        record_write(&out, &(record_draft){.head = h, .facts = &f, .permits = permits, .count = n, .note = note});
        record_write(&again, &(record_draft){.head = h, .facts = &f, .permits = permits, .count = n, .note = note});
        assert_true(bytes_equal(buf_bytes(&out), buf_bytes(&again)));
        record_view v;
        assert_ok(record_parse(buf_bytes(&out), &v));
        assert_int_equal(v.head.viewer_kind, h.viewer_kind);
        assert_true(uuid_equal(v.head.viewer, h.viewer) && uuid_equal(v.head.session, h.session));
        assert_memory_equal(v.head.network, h.network, 6);
        assert_int_equal(v.head.network_bits, h.network_bits);
        assert_int_equal(v.head.program, h.program);
        assert_int_equal(v.head.role, h.role);
        assert_int_equal(v.head.purpose, h.purpose);
        assert_int_equal(v.head.result, h.result);
        assert_int_equal(v.head.rule, h.rule);
        assert_int_equal(v.head.family_version, h.family_version);
        assert_int_equal(v.head.flags, emergency ? RECORD_EMERGENCY : 0);
        assert_true(bytes_equal(v.note, note));
        assert_int_equal(v.item_count, n);
        for (uint16_t i = 0; i < n; i++) {
            record_item it = record_item_at(&v, i);
            assert_true(uuid_equal(it.entry, entries[i].id));
            assert_int_equal(it.version, versions[i].number);
            assert_int_equal(it.level, permits[i].level);
            assert_int_equal(it.rule, permits[i].rule);
            bool grounded = permits[i].grant >= 0 || permits[i].emergency >= 0;
            assert_int_equal(it.has_ground, grounded);
            if (permits[i].emergency >= 0)
                assert_true(uuid_equal(it.ground, emergencies[0].id)); /* the weakest is the ground */
            else if (grounded) assert_true(uuid_equal(it.ground, grants[permits[i].grant].id));
        }
        buf_release(&out), buf_release(&again);
    }
}

static void take_out(buf *b, size_t at, size_t n) {
    memmove(b->at + at, b->at + at + n, b->len - at - n);
    b->len -= n;
}

/* What was written before a record had a commitment, and before it named the family's version. */
static void an_older_record_reads_back(void **state) {
    (void)state;
    enum { HEAD = 43, GROUNDS = 1 + 16 + 2, ITEM = 20 };
    facts f = some_facts();
    permit p = {0, 0, LEVEL_EXACT, RULE_R02, 0, -1};
    record_head h = random_head();
    buf out = buf_new(1 << 16);
    record_write(&out, &(record_draft){.head = h, .facts = &f, .permits = &p, .count = 1, .note = BYTES("note")});
    record_view v;
    take_out(&out, HEAD + 8 + RECORD_SECRET, 4); /* client, role, purpose, the network's bits */
    out.at[0] = 3;
    assert_ok(record_parse(buf_bytes(&out), &v));
    assert_int_equal(record_item_at(&v, 0).field, entries[0].field);
    assert_false(record_committed(&v)); /* it stands in no tree */
    take_out(&out, HEAD + 8 + RECORD_SECRET + GROUNDS + ITEM, 1); /* the field */
    take_out(&out, HEAD + 8, RECORD_SECRET);
    out.at[0] = 2;
    assert_ok(record_parse(buf_bytes(&out), &v));
    assert_int_equal(v.head.family_version, h.family_version);
    assert_int_equal(record_item_at(&v, 0).field, FIELD_NONE);
    assert_true(bytes_is(v.note, "note"));
    assert_false(record_committed(&v));
    take_out(&out, HEAD, 8);
    out.at[0] = 1;
    assert_ok(record_parse(buf_bytes(&out), &v));
    assert_int_equal(v.head.family_version, 0);
    assert_int_equal(v.item_count, 1);
    assert_true(uuid_equal(record_item_at(&v, 0).entry, entries[0].id) && bytes_is(v.note, "note"));
    out.at[0] = RECORD_VERSION + 1;
    assert_fails(record_parse(buf_bytes(&out), &v), BAD_ENVELOPE);
    buf_release(&out);
}

static void leaf_of(const record_row *row, bytes plain, uint8_t out[RECORD_HASH]) {
    record_view v;
    arena *a = arena_new();
    assert_ok(record_parse(plain, &v));
    record_leaf(row, &v, a, out);
    arena_release(a);
}

/* T13: whatever stands in clear, and whatever is sealed, is in the tree. */
static void any_change_is_another_leaf(void **state) {
    (void)state;
    enum { ROWS = 11 };
    facts f = some_facts();
    permit permits[3] = {{0, 0, LEVEL_EXACT, RULE_R02, 0, -1}, {1, 1, LEVEL_EXACT, RULE_R02, -1, -1}, {2, 2, LEVEL_DERIVED, RULE_R02, 1, -1}};
    record_row lines_[ROWS] = {{.family = id_of(1), .id = id_of(2), .at = 3, .boot = id_of(4), .counter = 5, .kind = BYTES("plan.read"),
                              .outcome = BYTES("done"), .account = id_of(6), .class_ = RECORD_NO_CLASS}};
    for (size_t i = 1; i < ROWS; i++) lines_[i] = lines_[0];
    lines_[1].family = id_of(9), lines_[2].id = id_of(9), lines_[3].at = 4, lines_[4].boot = id_of(9), lines_[5].counter = 6;
    lines_[6].kind = BYTES("plan.reae"), lines_[7].outcome = BYTES("refused"), lines_[8].account = id_of(9), lines_[9].organisation = id_of(9);
    lines_[10].emergency = true;
    buf out = buf_new(1 << 16);
    record_head head = random_head();
    record_write(&out, &(record_draft){.head = head, .facts = &f, .permits = permits, .count = 3, .note = BYTES("note")});
    uint8_t before[RECORD_HASH], got[RECORD_HASH];
    leaf_of(&lines_[0], buf_bytes(&out), before);
    for (size_t i = 1; i < ROWS; i++) {
        leaf_of(&lines_[i], buf_bytes(&out), got);
        assert_memory_not_equal(got, before, RECORD_HASH);
    }
    for (size_t i = 1; i < out.len; i++) {
        record_view v;
        out.at[i] ^= 0x41;
        bool parses = ok(record_parse(buf_bytes(&out), &v));
        if (parses) leaf_of(&lines_[0], buf_bytes(&out), got);
        if (parses) assert_memory_not_equal(got, before, RECORD_HASH);
        out.at[i] ^= 0x41;
    }
    leaf_of(&lines_[0], buf_bytes(&out), got);
    assert_memory_equal(got, before, RECORD_HASH);
    buf_release(&out);
}

static void more_grounds_than_there_is_room_for(void **state) {
    (void)state;
    facts f = some_facts();
    permit permits[ENTRIES];
    for (uint32_t i = 0; i < ENTRIES; i++) permits[i] = (permit){i, i, LEVEL_EXACT, RULE_R02, (int16_t)i, -1};
    record_head h = {.viewer_kind = VIEWER_HELPER};
    buf out = buf_new(1 << 16);
    record_write(&out, &(record_draft){.head = h, .facts = &f, .permits = permits, .count = ENTRIES, .note = (bytes){0}});
    record_view v;
    assert_ok(record_parse(buf_bytes(&out), &v));
    assert_int_equal(v.ground_count, RECORD_GROUNDS_MAX);
    for (uint16_t i = 0; i < ENTRIES; i++) {
        record_item it = record_item_at(&v, i);
        assert_int_equal(it.has_ground, i < RECORD_GROUNDS_MAX); /* never another one's */
        if (it.has_ground) assert_true(uuid_equal(it.ground, grants[i].id));
    }
    buf_release(&out);
}

/* Whatever the bytes are: refused, or what was read lies within them. Each try is a block of its own, so that
 * a sanitizer sees. */
static void read_all(bytes plain) {
    uint8_t *exact = malloc(plain.len ? plain.len : 1);
    memcpy(exact, plain.at, plain.len);
    record_view v;
    if (ok(record_parse(bytes_make(exact, plain.len), &v))) {
        assert_true(v.ground_count <= RECORD_GROUNDS_MAX);
        assert_true(v.head.viewer_kind <= VIEWER_OPERATOR && v.head.rule < RULE_COUNT);
        for (uint32_t i = 0; i < v.item_count; i++) {
            record_item it = record_item_at(&v, (uint16_t)i);
            assert_true(it.rule < RULE_COUNT && it.level <= LEVEL_EXACT);
        }
        assert_true(v.note.at >= exact && v.note.at + v.note.len == exact + plain.len);
    }
    free(exact);
}

static void a_damaged_record_is_refused_or_bounded(void **state) {
    (void)state;
    facts f = some_facts();
    permit permits[5];
    for (uint32_t i = 0; i < 5; i++) permits[i] = (permit){i, i, LEVEL_EXACT, RULE_R02, (int16_t)i, -1};
    record_head h = {.viewer_kind = VIEWER_HELPER};
    buf out = buf_new(1 << 16);
    record_write(&out, &(record_draft){.head = h, .facts = &f, .permits = permits, .count = 5, .note = (bytes){0}});
    bytes whole_record = buf_bytes(&out);
    record_view v;
    for (size_t n = 0; n < whole_record.len; n++) {
        read_all(bytes_make(whole_record.at, n));
        assert_fails(record_parse(bytes_make(whole_record.at, n), &v),
                     BAD_ENVELOPE); /* without a note every byte is needed */
    }
    for (size_t i = 0; i < whole_record.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            out.at[i] ^= (uint8_t)(1 << bit);
            read_all(whole_record);
            out.at[i] ^= (uint8_t)(1 << bit);
        }
    for (unsigned value = 0; value < 256; value++) { /* the counts, whole */
        uint8_t kept = out.at[51];
        out.at[51] = (uint8_t)value;
        read_all(whole_record);
        out.at[51] = kept;
    }
    buf_release(&out);
}

static void beyond_the_items(void *v) { (void)record_item_at(v, 5); }

static void an_item_that_is_not_there_aborts(void **state) {
    (void)state;
    record_view v = {.item_count = 5};
    assert_true(aborts(beyond_the_items, &v));
}

/* ---- tags ---- */

static void etag_of(const void *at, size_t len, size_t step, char out[25]) {
    arena *a = arena_new();
    etag_maker e;
    etag_start(&e, "x");
    for (size_t i = 0; i < len; i += step) etag_add(&e, (const uint8_t *)at + i, len - i < step ? len - i : step);
    bytes tag = etag_end(&e, a);
    assert_int_equal(tag.len, 24);
    memcpy(out, tag.at, 24);
    out[24] = 0;
    arena_release(a);
}

static void a_tag_is_of_all_that_was_fed(void **state) {
    (void)state;
    static uint8_t text[20000];
    char first[25], other[25];
    for (size_t len = 4000; len < 4200; len += 7) { /* around the fold */
        etag_of(text, len, 16, first);
        assert_true(first[0] == '"' && first[23] == '"');
        text[len - 1] ^= 1;
        etag_of(text, len, 16, other);
        assert_string_not_equal(first, other);
        text[len - 1] ^= 1;
        etag_of(text, len, 16, other);
        assert_string_equal(first, other);
        etag_of(text, len + 1, 16, other);
        assert_string_not_equal(first, other);
    }
    text[0] ^= 1;
    etag_of(text, sizeof text, 20, first);
    text[0] ^= 1;
    etag_of(text, sizeof text, 20, other);
    assert_string_not_equal(first, other);
}

/* ---- cursors ---- */

static told t;

static int start(void **state) {
    (void)state;
    fake_start();
    return 0;
}

static int stop(void **state) {
    (void)state;
    fake_stop();
    return 0;
}

static exchange *reading(const route *r, uuid of) {
    exchange *x = ask(&t, METHOD_GET, "/", NULL, NULL);
    x->route = r;
    x->family_ids[0] = of;
    return x;
}

static void a_cursor_is_good_for_one_list_of_one_family(void **state) {
    (void)state;
    const route *plan = NULL, *log = NULL;
    for (size_t i = 0; i < route_count; i++) {
        if (strcmp(routes[i].template, "/v1/families/{family}/plan") == 0) plan = &routes[i];
        if (strcmp(routes[i].template, "/v1/families/{family}/log") == 0) log = &routes[i];
    }
    assert_true(plan && log);
    uint8_t place[48], out[48];
    size_t len;
    for (size_t i = 0; i < sizeof place; i++) place[i] = (uint8_t)(i * 7);
    for (size_t n = 1; n <= sizeof place; n++) {
        exchange *x = reading(plan, id_of(1));
        bytes made = cursor_make(x, bytes_make(place, n));
        char text[128];
        memcpy(text, made.at, made.len);
        assert_ok(cursor_read(x, made, out, sizeof out, &len));
        assert_true(len == n && memcmp(out, place, n) == 0);
        assert_fails(cursor_read(x, made, out, n - 1, &len), BAD_CURSOR); /* larger than its reader has room for */
        for (size_t cut = 0; cut < made.len; cut++)
            assert_fails(cursor_read(x, bytes_make(text, cut), out, sizeof out, &len), BAD_CURSOR);
        for (size_t i = 0; i < made.len; i++) {
            char kept = text[i];
            for (const char *c = "AZaz09-_=+/ "; *c; c++) {
                text[i] = *c;
                if (*c != kept)
                    assert_fails(cursor_read(x, bytes_make(text, made.len), out, sizeof out, &len),
                                 BAD_CURSOR);
            }
            text[i] = kept;
        }
        x->family_ids[0] = id_of(2);
        assert_fails(cursor_read(x, bytes_make(text, made.len), out, sizeof out, &len), BAD_CURSOR);
        x->family_ids[0] = id_of(1);
        x->route = log;
        assert_fails(cursor_read(x, bytes_make(text, made.len), out, sizeof out, &len), BAD_CURSOR);
        exchange_release(x);
    }
}

/* ---- cookies ---- */

static void a_cookie_is_found_by_its_whole_name(void **state) {
    (void)state;
    static const struct {
        const char *cookie, *value; /* NULL: not there */
    } table[] = {
        {"k=v", "v"},
        {"a=b; k=v", "v"},
        {"a=b;k=v;c=d", "v"},
        {"k=", ""},
        {"k=a=b", "a=b"},
        {"k=first; k=second", "first"},
        {"a=k=v", NULL},  /* in another's value */
        {"xk=v", NULL},   /* at the end of another's name */
        {"kx=v", NULL},
        {"K=v", NULL},    /* names have a case */
        {"k", NULL},
        {"", NULL},
        {";;;  ;", NULL},
        {"a=\"; k=v\"", "v\""}, /* quotes are no part of the syntax that browsers send */
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        request r = {.header_count = 1, .headers = {{BYTES("cookie"), bytes_of_string(table[i].cookie)}}};
        bytes v = request_cookie(&r, "k");
        if (!table[i].value) assert_null(v.at);
        else assert_true(v.at && bytes_is(v, table[i].value));
    }
    request none = {0};
    assert_null(request_cookie(&none, "k").at);
}

static void too_many_headers(void *r_) {
    response *r = r_;
    for (int i = 0; i <= RESPONSE_HEADERS_MAX; i++) response_add_header(r, "X", BYTES("y"));
}

static void headers_are_found_without_case(void **state) {
    (void)state;
    request r = {.header_count = 3,
                 .headers = {{BYTES("IF-match"), BYTES("1")},
                             {BYTES("If-Match"), BYTES("2")},
                             {BYTES("X"), BYTES("")}}};
    assert_true(bytes_is(request_header(&r, "If-Match"), "1"));
    assert_int_equal(request_header_count(&r, "if-MATCH"), 2);
    assert_true(request_header(&r, "x").at != NULL);
    assert_null(request_header(&r, "Y").at);
    response out = {0};
    assert_true(aborts(too_many_headers, &out));
}

/* ---- what a sweep of old records says of itself ---- */

static void a_retirement_names_exactly_its_leaves(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        srand(seed);
        uint64_t leaves[RETIRE_BATCH], next = (uint64_t)rand() % 5;
        size_t count = seed == 1 ? 0 : seed == 2 ? RETIRE_BATCH : (size_t)rand() % RETIRE_BATCH, seen = 0;
        for (size_t i = 0; i < count; i++) leaves[i] = next, next += rand() % 3 ? 1 : 1 + (uint64_t)rand() % 100000;
        buf b = buf_new(64 + 12 * RETIRE_BATCH); /* what the sweep gives it: a batch fits, however its leaves lie */
        uuid whose = uuid_random();
        retire_note_write(&b, whose, 42, (uint32_t)count + 3, leaves, count);
        assert_true(buf_ok(&b));
        retire_note n;
        assert_ok(retire_note_read(buf_bytes(&b), &n));
        assert_true(uuid_equal(n.family, whose) && n.newest == 42 && n.records == count + 3);
        for (uint16_t i = 0; i < n.run_count; i++)
            for (uint32_t k = 0; k < retire_note_run(&n, i).count; k++) assert_int_equal(retire_note_run(&n, i).first + k, leaves[seen++]);
        assert_int_equal(seen, count);
        for (size_t len = 0; len < b.len; len++) assert_fails(retire_note_read(bytes_make(b.at, len), &n), BAD_ENVELOPE);
        b.at[28] = 0, b.at[27] = 0; /* fewer records than leaves */
        if (count) assert_fails(retire_note_read(buf_bytes(&b), &n), BAD_ENVELOPE);
        b.at[0] = 'o';
        assert_fails(retire_note_read(buf_bytes(&b), &n), BAD_ENVELOPE);
        buf_release(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cache_forgets_what_is_longest_unused),
        cmocka_unit_test(a_cache_knows_its_holders),
        cmocka_unit_test(a_record_reads_back),
        cmocka_unit_test(an_older_record_reads_back), cmocka_unit_test(any_change_is_another_leaf),
        cmocka_unit_test(more_grounds_than_there_is_room_for),
        cmocka_unit_test(a_damaged_record_is_refused_or_bounded),
        cmocka_unit_test(an_item_that_is_not_there_aborts),
        cmocka_unit_test(a_tag_is_of_all_that_was_fed),
        cmocka_unit_test_setup_teardown(a_cursor_is_good_for_one_list_of_one_family, start, stop),
        cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
        cmocka_unit_test(headers_are_found_without_case),
        cmocka_unit_test(a_retirement_names_exactly_its_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
