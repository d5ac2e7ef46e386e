/* What one more word makes of a family's requests: each request's words stay a run, and nobody else's change. */
#include "api/request.h"

#include "../flow/fake.h"

enum { REQUESTS = 4 };

static request_fact requests[REQUESTS];
static reply_fact replies[8];
static facts facts_;

/* Request 0 has two words, 1 none, 2 one, 3 two. */
static int start(void **state) {
    (void)state;
    static const unsigned of[] = {0, 0, 2, 3, 3};
    memset(requests, 0, sizeof requests), memset(replies, 0, sizeof replies);
    for (uint32_t i = 0; i < COUNT(of); i++) {
        request_fact *q = &requests[of[i]];
        if (q->reply_count++ == 0) q->first_reply = i;
        replies[i] = (reply_fact){.id = id_of((uint8_t)(i + 1)), .person = (uint8_t)of[i], .counts = i, .until = MOMENT_NEVER};
        add_field(replies[i].yes, 3);
    }
    facts_ = (facts){.request_count = REQUESTS, .reply_count = COUNT(of), .requests = requests, .replies = replies};
    return 0;
}

static bytes words_of(arena *a, const facts *f, uint32_t r) {
    uint8_t *ids = arena_take(a, 8);
    const request_fact *q = &f->requests[r];
    for (uint32_t i = 0; i < q->reply_count; i++) ids[i] = f->replies[q->first_reply + i].id.b[15];
    return bytes_make(ids, q->reply_count);
}

static void a_word_is_the_newest_of_its_request_and_of_no_other(void **state) {
    (void)state;
    for (uint32_t r = 0; r < REQUESTS; r++) {
        arena *a = arena_new();
        const reply_fact said = {.id = id_of(99)};
        bytes before[REQUESTS];
        for (uint32_t i = 0; i < REQUESTS; i++) before[i] = words_of(a, &facts_, i);
        const facts *then = request_suppose_said(a, &facts_, r, &said);
        for (uint32_t i = 0; i < REQUESTS; i++) {
            bytes now = words_of(a, then, i);
            bool his = i == r;
            assert_int_equal(now.len, before[i].len + his);
            assert_memory_equal(now.at, before[i].at, before[i].len);
            if (his) assert_int_equal(now.at[before[i].len], id_of(99).b[15]);
            assert_true(bytes_equal(words_of(a, &facts_, i), before[i])); /* the family itself stays as it was */
        }
        assert_int_equal(then->reply_count, facts_.reply_count + 1);
        arena_release(a);
    }
}

static void a_new_request_has_no_words_and_takes_none(void **state) {
    (void)state;
    arena *a = arena_new();
    request_fact asked = {.id = id_of(77), .first_reply = 2, .reply_count = 2};
    const facts *then = request_suppose_asked(a, &facts_, &asked);
    assert_int_equal(then->request_count, REQUESTS + 1);
    assert_int_equal(then->requests[REQUESTS].reply_count, 0);
    const reply_fact said = {.id = id_of(99)};
    const facts *answered = request_suppose_said(a, then, REQUESTS, &said);
    assert_true(bytes_equal(words_of(a, answered, REQUESTS), bytes_make(&said.id.b[15], 1)));
    for (uint32_t i = 0; i < REQUESTS; i++) assert_true(bytes_equal(words_of(a, answered, i), words_of(a, &facts_, i)));
    arena_release(a);
}

static void the_newest_word_that_counts_decides(void **state) {
    (void)state;
    arena *a = arena_new();
    reply_fact no = {.id = id_of(99), .person = 0, .counts = MOMENT_NEVER};
    add_field(no.no, 3);
    const facts *pending = request_suppose_said(a, &facts_, 0, &no);
    assert_int_equal(request_said(pending, &pending->requests[0], 0, 3, 100), SAID_YES);
    assert_int_equal(request_said(pending, &pending->requests[0], 0, 4, 100), SAID_NOTHING);
    assert_int_equal(request_said(pending, &pending->requests[0], 1, 3, 100), SAID_NOTHING);
    const facts *counted = request_suppose_counts(a, pending, pending->requests[0].first_reply + 2, 50);
    assert_int_equal(request_said(counted, &counted->requests[0], 0, 3, 49), SAID_YES);
    assert_int_equal(request_said(counted, &counted->requests[0], 0, 3, 50), SAID_NO);
    assert_int_equal(request_said(pending, &pending->requests[0], 0, 3, 50), SAID_YES);
    arena_release(a);
}

static void a_level_is_one_and_the_last_that_was_set(void **state) {
    (void)state;
    choice c = {0};
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        static const level order[] = {LEVEL_DERIVED, LEVEL_EXISTS, LEVEL_EXACT, LEVEL_EXISTS, LEVEL_DERIVED};
        assert_int_equal(consent_level(&c, f), LEVEL_EXACT);
        for (size_t i = 0; i < COUNT(order); i++) {
            consent_set_level(&c, f, order[i]);
            assert_int_equal(consent_level(&c, f), order[i]);
        }
        assert_false(has_field(c.exists, f));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_word_is_the_newest_of_its_request_and_of_no_other, start),
        cmocka_unit_test_setup(a_new_request_has_no_words_and_takes_none, start),
        cmocka_unit_test_setup(the_newest_word_that_counts_decides, start),
        cmocka_unit_test_setup(a_level_is_one_and_the_last_that_was_set, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
