/* How long a ruling takes: 20 people, 200 grants to 20 helpers, 300 entries. Prints; asserts nothing. */
#include "world.h"

#include <stdio.h>
#include <time.h>

static world w;
static permit permits[WORLD_ENTRIES];

static void build(dice *d) {
    world_start(&w, "BE-VLG");
    for (unsigned i = 0; i < 12; i++) add_adult(&w);
    for (unsigned i = 0; i < 8; i++) add_child(&w, 5 + i);
    for (unsigned h = 0; h < 4; h++) add_relation(&w, MANAGES, h, add_home(&w));
    for (unsigned p = 0; p < 20; p++) add_relation(&w, LIVES_IN, p, p % 4);
    for (unsigned c = 12; c < 20; c++)
        add_relation(&w, HOLDS_AUTHORITY, c % 4, c), add_relation(&w, HOLDS_AUTHORITY, (c + 1) % 4, c);
    for (unsigned i = 0; i < 20; i++) add_helper(&w);
    for (unsigned i = 0; i < 200; i++) {
        add_grant(&w, HELPER(i % 20), PERSON(i % 4), PERSON(roll(d, 20)) | PERSON(roll(d, 20)), random_field(d));
        for (unsigned f = 0; f < 7; f++) add_grant_field(&w, random_field(d));
    }
    for (unsigned i = 0; i < 300; i++)
        add_entry(&w, KIND_PLAN, random_field(d), PERSON(roll(d, 20)) | (i % 4 ? 0 : PERSON(roll(d, 20))));
    world_finish(&w);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void measure(const char *who, actor viewer) {
    enum { ROUNDS = 20000 };
    ruling r = {0};
    double start = seconds();
    for (unsigned i = 0; i < ROUNDS; i++) policy_judge(&w.f, viewer, NOW, ~0u, permits, &r);
    double judged = seconds();
    standing s;
    for (unsigned i = 0; i < ROUNDS; i++) policy_stand(&w.f, viewer, NOW, &s);
    double stood = seconds();
    printf("%-8s judge %6.2f us (%u permits), of it stand %6.2f us\n", who, (judged - start) / ROUNDS * 1e6, r.count,
           (stood - judged) / ROUNDS * 1e6);
}

int main(void) {
    dice d = {1};
    build(&d);
    measure("parent", 1);
    measure("child", 15);
    measure("helper", HELPER(3));
    for (unsigned i = 0; i < 200; i++) w.grants[i].recipient = HELPER(3);
    measure("all to 1", HELPER(3));
    return 0;
}
