/* The scenario parser: whatever the optional keys, a good file is read whole; one fault anywhere and it is refused with its place.
 *
 * Most cases take one small good family and change one piece of its text; a case whose piece is not there fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/scenario.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

static const char small[] =
    "{\"id\":\"small\",\"jurisdiction\":\"NL\",\"time_zone\":\"Europe/Amsterdam\",\"language\":\"nl\","
    "\"demo_at\":\"2026-05-11T12:00\",\"intake_date\":\"2025-11-03\",\"municipality\":\"Zandhaven\",\"first_talk_due\":\"2025-12-03\","
    "\"members\":["
    "{\"id\":\"ann\",\"name\":\"Ann Bos\",\"born\":\"1990-02-28\",\"role\":\"moeder\",\"households\":[\"H1\"],\"account\":true,\"lang\":\"nl\"},"
    "{\"id\":\"kim\",\"name\":\"Kim Bos\",\"born\":\"2016-02-29\",\"role\":\"kind\",\"households\":[],\"account\":false,\"lang\":\"nl\"},"
    "{\"id\":\"pip\",\"name\":\"Pip\",\"born\":null,\"due\":\"2026-08-01\",\"data_owner_until_birth\":\"ann\",\"role\":\"\",\"households\":[\"H1\"]}],"
    "\"households\":[{\"id\":\"H1\",\"label\":\"Thuis\",\"address\":\"Laan 1\",\"managers\":[\"ann\"],\"members\":[\"ann\",\"kim\"]}],"
    "\"authority\":[{\"child\":\"kim\",\"holders\":[\"ann\"],\"form\":\"een\",\"evidence\":\"register\",\"conflict_flag\":false}],"
    "\"capacity\":[{\"child\":\"kim\",\"able\":false,\"basis\":\"leeftijd\",\"date\":\"2025-11-10\"}],"
    "\"trusted_person\":{\"for\":\"kim\",\"name\":\"Wil\",\"adult\":true},"
    "\"blocked_persons\":[{\"id\":\"rob\",\"name\":\"Rob\",\"relation\":\"ex\",\"protects\":[\"ann\"],\"basis\":\"vonnis\",\"until\":\"2027-01-31\"}],"
    "\"team\":[{\"id\":\"sam\",\"name\":\"Sam\",\"role\":\"regisseur\",\"org\":\"Wijk\",\"secrecy\":\"professional\",\"from\":\"2025-11-03\",\"until\":\"2026-12-31\"},"
    "{\"id\":\"iza\",\"name\":\"Iza\",\"role\":\"crisis\",\"org\":\"Dienst\",\"secrecy\":\"professional\",\"in_team\":false}],"
    "\"entries\":[{\"field\":\"need_money\",\"about\":[\"H1\"],\"by\":\"ann, sam\",\"date\":\"2025-11-20\",\"text\":\"Rekeningen.\",\"assignee\":\"sam\",\"agreed\":[\"kim\"]},"
    "{\"field\":\"national_number\",\"about\":[\"ann\"],\"by\":\"ann\",\"date\":\"2025-11-20\",\"text\":\"123\"}],"
    "\"consents\":[{\"id\":\"C1\",\"by\":[\"ann\"],\"about\":[\"ann\",\"H1\"],\"to\":\"sam\",\"fields\":[\"need_money\",\"safety_plan\"],\"from\":\"2025-11-20\","
    "\"until\":\"2026-11-19\",\"basis\":\"consent\",\"purpose\":\"budget\",\"reconfirmed\":[\"2026-02-01\"],\"four_eyes\":{\"safety_plan\":\"iza 2025-12-01\"},"
    "\"withdrawn\":{\"need_money\":\"2026-03-01T09:00\"},\"refused\":[{\"field\":\"debts_detail\",\"asked\":\"2026-01-05\",\"yes\":[],\"no\":[\"ann\"],\"result\":\"nee\"}],"
    "\"withheld_from\":[\"ann\"],\"withheld_by\":\"iza\",\"withheld_ground\":\"zorg\",\"withheld_review\":\"2026-04-01\"}],"
    "\"events\":[{\"at\":\"2026-03-01T08:00\",\"type\":\"withdrawal\",\"consent\":\"C1\",\"fields\":[\"need_money\"],\"by\":\"ann\",\"text\":\"stop\"},"
    "{\"at\":\"2026-03-02T20:00\",\"type\":\"break_glass\",\"by\":\"iza\",\"about\":[\"kim\"],\"fields\":[\"medication_allergies\"],\"reason_code\":\"iets geheims\",\"minutes\":600},"
    "{\"at\":\"2026-03-03T20:00\",\"type\":\"handover\",\"from\":\"sam\",\"to\":\"iza\",\"reason\":\"weg\",\"steps\":[\"praten\"],\"accepted\":\"2026-03-04T10:00\"},"
    "{\"at\":\"2026-08-02T03:00\",\"type\":\"birth\",\"text\":\"Pip is er\"},"
    "{\"at\":\"2026-08-03\",\"type\":\"party\",\"cake\":{\"layers\":3,\"nice\":true,\"of\":[\"room\",\"fruit\"]}}],"
    "\"break_glass_roles\":[\"iza\"]}";

/* What a family may have more than that. */
#define LOCKS "\"locks\":[{\"not_for\":\"rob\",\"about\":[\"kim\",\"H1\"],\"set_by\":\"sam\",\"from\":\"2026-01-10\"}," \
    "{\"not_for\":\"iza\",\"about\":[\"ann\"],\"fields\":[\"need_money\"],\"set_by\":\"ann\",\"from\":\"2026-01-11T09:00\"," \
    "\"lifted\":[{\"by\":\"ann\",\"at\":\"2026-02-01\"},{\"by\":\"sam\",\"at\":\"2026-02-03T10:00\"}]}],"
#define REVIEW "\"minutes\":600,\"told\":\"2026-03-03T20:00\",\"reason\":\"kim is weg\",\"review\":{\"at\":\"2026-03-05T11:00\"," \
    "\"by\":[\"Sam\",\"FG\"],\"result\":\"gegrond\"}"

static const scenario *parsed(arena *a, bytes text) {
    const scenario *s = NULL;
    scenario_fault fault = {0};
    if (!ok(scenario_parse(a, text, &s, &fault)))
        fail_msg("refused at \"%.*s\": %s", (int)fault.path.len, (const char *)fault.path.at, fault.sentence);
    return s;
}

static bytes changed(arena *a, const char *piece, const char *by) {
    const char *at = strstr(small, piece);
    if (!at) fail_msg("the small family has no %s", piece);
    return arena_format(a, "%.*s%s%s", (int)(at - small), small, by, at + strlen(piece));
}

/* ---- what must be refused ---- */

typedef struct {
    const char *piece, *by, *path;
} broken;

static const broken faults[] = {
    /* not JSON at all: the whole file */
    {"{\"id\":\"small\",", "{\"id\":\"small\"", ""},
    {"\"nl\",\"demo_at\"", "\"nl\",\"demo_at\":1,\"demo_at\"", ""},
    /* missing, of the wrong kind, unknown */
    {"\"id\":\"small\",", "", "/id"},
    {"\"id\":\"small\"", "\"id\":7", "/id"},
    {"\"id\":\"small\"", "\"id\":\"\"", "/id"},
    {"\"id\":\"small\"", "\"id\":\"a b\"", "/id"},
    {"\"jurisdiction\":\"NL\",", "", "/jurisdiction"},
    {"\"jurisdiction\":\"NL\"", "\"jurisdiction\":\"BE\"", "/jurisdiction"},
    {"\"language\":\"nl\"", "\"language\":\"de\"", "/language"},
    {"Europe/Amsterdam", "Europe Amsterdam", "/time_zone"},
    {"\"time_zone\":\"Europe/Amsterdam\",", "", "/time_zone"},
    {"\"municipality\":\"Zandhaven\"", "\"municipality\":[]", "/municipality"},
    {"\"municipality\":", "\"town/~x\":", "/town~1~0x"},
    {"\"members\":[", "\"members\":[],\"team\":[", ""}, /* the same name twice */
    {"\"ann\",\"name\"", "\"ann\",\"shoe_size\":41,\"name\"", "/members/0/shoe_size"},
    {"\"trusted_person\":{\"for\":\"kim\",", "\"trusted_person\":{", "/trusted_person/for"},
    {"\"adult\":true", "\"adult\":\"yes\"", "/trusted_person/adult"},
    /* dates and moments */
    {"2026-05-11T12:00", "2026-05-11T24:00", "/demo_at"},
    {"2026-05-11T12:00", "2026-05-11T12:00Z", "/demo_at"},
    {"2026-05-11T12:00", "2026-05-11 12:00", "/demo_at"},
    {"1990-02-28", "1990-02-30", "/members/0/born"},
    {"1990-02-28", "1990-2-28", "/members/0/born"},
    {"1990-02-28", "1990-02-28T10:00", "/members/0/born"},
    {"2016-02-29", "2015-02-29", "/members/1/born"},
    {"\"2025-11-03\",\"municipality\"", "\"0000-01-01\",\"municipality\"", "/intake_date"},
    {"\"until\":\"2026-12-31\"", "\"until\":\"2025-11-02\"", "/team/0/until"},
    {"\"until\":\"2026-11-19\"", "\"until\":\"2025-11-19\"", "/consents/0/until"},
    {"\"until\":\"2026-11-19\",", "", "/consents/0/until"},
    {"\"2026-02-01\"", "\"2026-02-31\"", "/consents/0/reconfirmed/0"},
    {"2026-03-01T09:00", "straks", "/consents/0/withdrawn/need_money"},
    {"iza 2025-12-01", "iza", "/consents/0/four_eyes/safety_plan"},
    {"\"minutes\":600", "\"minutes\":600,\"ended\":\"2026-03-02T19:00\"", "/events/1/ended"},
    {"\"minutes\":600", "\"minutes\":0", "/events/1/minutes"},
    {"\"minutes\":600", "\"minutes\":\"600\"", "/events/1/minutes"},
    /* ids that mean nothing, or two things */
    {"\"id\":\"kim\"", "\"id\":\"ann\"", "/members/1/id"},
    {"\"id\":\"H1\"", "\"id\":\"kim\"", "/households/0/id"},
    {"\"id\":\"sam\"", "\"id\":\"H1\"", "/team/0/id"},
    {"\"id\":\"rob\"", "\"id\":\"sam\"", "/blocked_persons/0/id"},
    {"\"households\":[\"H1\"],\"account\":true", "\"households\":[\"H2\"],\"account\":true", "/members/0/households/0"},
    {"\"data_owner_until_birth\":\"ann\"", "\"data_owner_until_birth\":\"sam\"", "/members/2/data_owner_until_birth"},
    {"\"data_owner_until_birth\":\"ann\"", "\"data_owner_until_birth\":\"pip\"", "/members/2/data_owner_until_birth"},
    {",\"data_owner_until_birth\":\"ann\"", "", "/members/2/data_owner_until_birth"},
    {"\"due\":\"2026-08-01\",", "", "/members/2/due"},
    {"\"born\":\"1990-02-28\"", "\"born\":\"1990-02-28\",\"due\":\"2026-01-01\"", "/members/0/due"},
    {"\"born\":\"1990-02-28\",", "", "/members/0/born"},
    {"\"managers\":[\"ann\"]", "\"managers\":[\"sam\"]", "/households/0/managers/0"},
    {"\"members\":[\"ann\",\"kim\"]", "\"members\":[\"ann\",\"ann\"]", "/households/0/members/1"},
    {"\"child\":\"kim\",\"holders\"", "\"child\":\"H1\",\"holders\"", "/authority/0/child"},
    {"\"holders\":[\"ann\"]", "\"holders\":[\"kim\"]", "/authority/0/holders"},
    {"\"able\":false", "\"able\":null", "/capacity/0/able"},
    {"\"protects\":[\"ann\"]", "\"protects\":[]", "/blocked_persons/0/protects"},
    {"\"id\":\"rob\"", "\"id\":\"ann\"", "/blocked_persons/0/protects"},
    {"\"secrecy\":\"professional\",\"from\"", "\"secrecy\":\"secret\",\"from\"", "/team/0/secrecy"},
    {"\"need_money\",\"about\":[\"H1\"]", "\"need_gold\",\"about\":[\"H1\"]", "/entries/0/field"},
    {"\"need_money\",\"about\":[\"H1\"]", "\"need_money\",\"about\":[]", "/entries/0/about"},
    {"\"need_money\",\"about\":[\"H1\"]", "\"need_money\",\"about\":[\"sam\"]", "/entries/0/about/0"},
    {"\"need_money\",\"about\":[\"H1\"]", "\"need_money\",\"about\":[\"rob\"]", "/entries/0/about/0"},
    {"\"about\":[\"H1\"]", "\"about\":\"H1\"", "/entries/0/about"},
    {"\"assignee\":\"sam\"", "\"assignee\":\"H1\"", "/entries/0/assignee"},
    {"\"agreed\":[\"kim\"]", "\"agreed\":[\"sam\"]", "/entries/0/agreed/0"},
    {",\"text\":\"Rekeningen.\"", "", "/entries/0/text"},
    {"\"by\":[\"ann\"],\"about\"", "\"by\":[],\"about\"", "/consents/0/by"},
    {"\"by\":[\"ann\"],\"about\"", "\"by\":[\"sam\"],\"about\"", "/consents/0/by/0"},
    {"\"to\":\"sam\"", "\"to\":\"H1\"", "/consents/0/to"},
    {"[\"need_money\",\"safety_plan\"]", "[\"need_money\",\"need_money\"]", "/consents/0/fields/1"},
    {"[\"need_money\",\"safety_plan\"]", "[\"need_money\",\"nothing\"]", "/consents/0/fields/1"},
    {"{\"safety_plan\":", "{\"need_housing\":", "/consents/0/four_eyes/need_housing"},
    {"iza 2025-12-01", "rob 2025-12-01", "/consents/0/four_eyes/safety_plan"},
    {"{\"need_money\":\"2026-03-01T09:00\"}", "{\"goals\":\"2026-03-01T09:00\"}", "/consents/0/withdrawn/goals"},
    {"\"no\":[\"ann\"]", "\"no\":[\"nobody\"]", "/consents/0/refused/0/no/0"},
    {"\"withheld_from\":[\"ann\"]", "\"withheld_from\":[\"sam\"]", "/consents/0/withheld_from/0"},
    {"\"consent\":\"C1\"", "\"consent\":\"C2\"", "/events/0/consent"},
    {"\"consent\":\"C1\",\"fields\":[\"need_money\"]", "\"consent\":\"C1\",\"fields\":[\"goals\"]", "/events/0/fields/0"},
    {"\"by\":\"iza\",\"about\":[\"kim\"]", "\"by\":\"ann\",\"about\":[\"kim\"]", "/events/1/by"},
    {"\"fields\":[\"medication_allergies\"]", "\"fields\":[]", "/events/1/fields"},
    {"\"from\":\"sam\",\"to\":\"iza\"", "\"from\":\"sam\",\"to\":\"sam\"", "/events/2/to"},
    {"\"type\":\"birth\"", "\"type\":\"birth\",\"member\":\"ann\"", "/events/3/member"},
    {"\"type\":\"party\"", "\"type\":\"birth\"", "/events/4"},
    {"\"at\":\"2026-08-03\",", "", "/events/4/at"},
    {"\"break_glass_roles\":[\"iza\"]", "\"break_glass_roles\":[\"ann\"]", "/break_glass_roles/0"},
    {",\"type\":\"party\"", "", "/events/4/type"},
    /* topics, locks, trusted people, reviews, requests */
    {"\"able\":false", "\"able\":false,\"topics\":[]", "/capacity/0/topics"},
    {"\"able\":false", "\"able\":false,\"topics\":[\"nothing\"]", "/capacity/0/topics/0"},
    {"\"able\":false", "\"able\":false,\"by\":\"ann\"", "/capacity/0/by"},
    {"\"capacity\":[", "\"capacity\":[{\"child\":\"kim\",\"able\":true,\"date\":\"2025-11-10\",\"topics\":[\"goals\"]},", "/capacity/1/date"},
    {"\"conflict_flag\":false", "\"conflict_flag\":true,\"conflict_topics\":[\"goals\",\"goals\"]", "/authority/0/conflict_topics/1"},
    {"\"team\":[", "\"locks\":[{\"not_for\":\"H1\",\"about\":[\"kim\"],\"set_by\":\"ann\",\"from\":\"2026-01-10\"}],\"team\":[", "/locks/0/not_for"},
    {"\"team\":[", "\"locks\":[{\"not_for\":\"kim\",\"about\":[\"kim\"],\"set_by\":\"ann\",\"from\":\"2026-01-10\"}],\"team\":[", "/locks/0/about"},
    {"\"team\":[", "\"locks\":[{\"not_for\":\"rob\",\"about\":[\"kim\"],\"fields\":[],\"set_by\":\"ann\",\"from\":\"2026-01-10\"}],\"team\":[", "/locks/0/fields"},
    {"\"team\":[", "\"locks\":[{\"not_for\":\"rob\",\"about\":[\"kim\"],\"set_by\":\"rob\",\"from\":\"2026-01-10\"}],\"team\":[", "/locks/0/set_by"},
    {"\"team\":[", "\"locks\":[{\"not_for\":\"rob\",\"about\":[\"kim\"],\"set_by\":\"ann\",\"from\":\"2026-01-10\",\"lifted\":["
     "{\"by\":\"ann\",\"at\":\"2026-01-11\"},{\"by\":\"ann\",\"at\":\"2026-01-12\"}]}],\"team\":[", "/locks/0/lifted/1/by"},
    {"\"team\":[", "\"locks\":[{\"not_for\":\"rob\",\"about\":[\"kim\"],\"set_by\":\"ann\",\"from\":\"2026-01-10\",\"lifted\":["
     "{\"by\":\"ann\",\"at\":\"2026-01-09\"}]}],\"team\":[", "/locks/0/lifted/0/at"},
    {"\"for\":\"kim\",\"name\"", "\"for\":\"kim\",\"named_by_minor\":true,\"id\":\"wil\",\"name\"", "/trusted_person/id"},
    {"\"for\":\"kim\",\"name\"", "\"for\":\"kim\",\"named_by_minor\":true,\"id\":\"kim\",\"name\"", "/trusted_person/id"},
    {"\"for\":\"kim\",\"name\"", "\"for\":\"kim\",\"id\":\"iza\",\"name\"", "/trusted_person/named_by_minor"},
    {"\"in_team\":false", "\"safety_role\":1", "/team/1/safety_role"},
    {"\"minutes\":600", "\"told\":\"2026-03-01T10:00\"", "/events/1/told"},
    {"\"minutes\":600", "\"review\":{\"at\":\"2026-03-02\",\"by\":[\"FG\"],\"result\":\"goed\"}", "/events/1/review/result"},
    {"\"minutes\":600", "\"review\":{\"at\":\"2026-03-01\",\"by\":[\"FG\"],\"result\":\"misuse\"}", "/events/1/review/at"},
    {"\"minutes\":600", "\"review\":{\"at\":\"2026-03-05\",\"by\":[\"FG\",\"FG\"],\"result\":\"misuse\"}", "/events/1/review/by/1"},
    {"\"minutes\":600", "\"review\":{\"at\":\"2026-03-05\",\"by\":[\"Sam\",\"sam\"],\"result\":\"misuse\"}", "/events/1/review/by/1"},
    {"\"minutes\":600", "\"review\":{\"at\":\"2026-03-05\",\"by\":[\"Iza\"],\"result\":\"misuse\"}", "/events/1/review/by/0"},
    {"\"minutes\":600", "\"review\":{\"at\":\"2026-03-05\",\"by\":[],\"result\":\"misuse\"}", "/events/1/review/by"},
    {"\"yes\":[],\"no\":[\"ann\"]", "\"yes\":[\"ann\"],\"no\":[\"ann\"]", "/consents/0/refused/0/no"},
    {"\"yes\":[],\"no\":[\"ann\"]", "\"asked_by\":\"rob\",\"no\":[\"ann\"]", "/consents/0/refused/0/asked_by"},
};

static void refuses_each_fault_at_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        arena *a = arena_new();
        const scenario *s = NULL;
        scenario_fault fault = {0};
        result r = scenario_parse(a, changed(a, faults[i].piece, faults[i].by), &s, &fault);
        if (ok(r)) fail_msg("accepted: %s instead of %s", faults[i].by, faults[i].piece);
        if (!bytes_is(fault.path, faults[i].path))
            fail_msg("%s: the place is \"%.*s\", not \"%s\" (%s)", faults[i].by, (int)fault.path.len, (const char *)fault.path.at, faults[i].path, fault.sentence);
        assert_non_null(fault.sentence);
        assert_null(s);
        arena_release(a);
    }
}

/* A list longer than the facts can hold is refused at the list, whatever it holds. */
static void refuses_too_many(void **state) {
    (void)state;
    arena *a = arena_new();
    buf b = buf_new(1 << 20);
    buf_put_string(&b, "\"managers\":[");
    for (int i = 0; i < 400; i++) buf_put_string(&b, i ? ",\"ann\"" : "\"ann\"");
    buf_put_string(&b, "]");
    const scenario *s = NULL;
    scenario_fault fault;
    bytes text = changed(a, "\"managers\":[\"ann\"]", arena_string(a, buf_bytes(&b)));
    assert_false(ok(scenario_parse(a, text, &s, &fault)));
    assert_true(bytes_is(fault.path, "/households/0/managers"));
    buf_release(&b);
    arena_release(a);
}

/* Cut off anywhere, it is refused and nothing is read past the end (the sanitizer looks on). */
static void refuses_every_beginning(void **state) {
    (void)state;
    for (size_t n = 0; n < sizeof small - 1; n += 7) {
        arena *a = arena_new();
        const scenario *s = NULL;
        scenario_fault fault;
        uint8_t *cut = malloc(n + 1); /* its own allocation, so that one byte too far is seen */
        assert_non_null(cut);
        memcpy(cut, small, n);
        assert_false(ok(scenario_parse(a, bytes_make(cut, n), &s, &fault)));
        free(cut);
        arena_release(a);
    }
}

/* ---- what must be accepted ---- */

static const broken variations[] = {
    {"\"trusted_person\":{\"for\":\"kim\",\"name\":\"Wil\",\"adult\":true},", "", NULL},
    {"\"trusted_person\":{\"for\":\"kim\",\"name\":\"Wil\",\"adult\":true}", "\"trusted_person\":null", NULL},
    {"\"municipality\":\"Zandhaven\",", "\"notice\":\"let op\",", NULL},
    {"\"jurisdiction\":\"NL\"", "\"jurisdiction\":\"BE-VLG\"", NULL},
    {"\"events\":[", "\"events\":[{\"at\":\"2026-01-01T00:00\",\"type\":\"age_transition\",\"about\":[\"kim\"],\"rule\":\"x\"},", NULL},
    {"\"to\":\"sam\"", "\"to\":\"kim\"", NULL},
    {"\"from\":\"2025-11-20\"", "\"from\":\"2025-11-20T14:30:15\"", NULL},
    {"\"withheld_from\":[\"ann\"],", "", NULL},
    {",\"withheld_review\":\"2026-04-01\"", "", NULL},
    {"\"purpose\":\"budget\"", "\"purpose\":\"budget\",\"co_signed\":[\"kim\"],\"protective\":\"gevaar\",\"note\":\"n\"", NULL},
    {"\"basis\":\"consent\",\"purpose\"", "\"basis\":\"6.1.e\",\"purpose\"", NULL},
    {"\"until\":\"2027-01-31\"", "\"until\":null", NULL},
    {"\"id\":\"rob\"", "\"id\":\"kim\"", NULL},
    {"\"need_money\",\"about\":[\"H1\"]", "\"plan_status\",\"about\":[\"small\"]", NULL},
    {"\"in_team\":false", "\"break_glass_role\":true,\"listed\":\"iemand\",\"authority_role\":true", NULL},
    {"\"agreed\":[\"kim\"]", "\"agreed\":null", NULL},
    {"\"address\":\"Laan 1\"", "\"address\":\"Laan 1\",\"protected\":true", NULL},
    {",\"break_glass_roles\":[\"iza\"]", "", NULL},
    {"\"team\":[", LOCKS "\"team\":[", NULL},
    {"\"minutes\":600", REVIEW, NULL},
    {"\"minutes\":600", "\"review\":null", NULL},
    {"\"for\":\"kim\",\"name\"", "\"for\":\"kim\",\"named_by_minor\":true,\"id\":\"iza\",\"name\"", NULL},
    {"\"capacity\":[", "\"capacity\":[{\"child\":\"kim\",\"able\":true,\"date\":\"2025-11-11\",\"topics\":[\"goals\"],\"by\":\"iza\",\"review\":\"2026-11-11\"},", NULL},
    {"\"conflict_flag\":false", "\"conflict_flag\":true,\"conflict_topics\":[\"goals\"]", NULL},
};

static void accepts_each_variation(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof variations / sizeof *variations; i++) {
        arena *a = arena_new();
        parsed(a, changed(a, variations[i].piece, variations[i].by));
        arena_release(a);
    }
}

static void means_what_it_says(void **state) {
    (void)state;
    arena *a = arena_new();
    const scenario *s = parsed(a, bytes_of_string(small));
    assert_int_equal(s->people_count, 4);
    assert_int_equal(s->member_count, 3);
    assert_true(s->people[2].unborn && s->people[2].owner == 0 && !s->people[3].member);
    /* Both sides of the file say who lives there. */
    assert_int_equal(s->homes[0].residents.count, 3);
    /* A withdrawal counts from the earlier of its two tellings; the refused field is no field of the grant. */
    assert_int_equal(s->grants[0].end_count, 2);
    const scenario_grant_end *withdrawn = s->grants[0].ends[0].refused ? &s->grants[0].ends[1] : &s->grants[0].ends[0];
    assert_true(bytes_is(withdrawn->at, "2026-03-01T08:00"));
    assert_true(bytes_is(s->grants[0].fields[1].four_eyes, "2025-12-01"));
    assert_true(s->grants[0].fields[0].four_eyes.len == 0);
    /* An emergency never lasts longer than the jurisdiction allows, and tells no free text in clear. */
    assert_int_equal(s->emergencies[0].minutes, 120);
    assert_string_equal(s->emergencies[0].reason_code, "other");
    assert_true(s->helpers[0].coordinator && !s->helpers[1].coordinator);
    assert_true(s->helpers[1].emergency_role && !s->helpers[1].in_team && !s->helpers[0].emergency_role);
    assert_int_equal(s->births[0].person, 2);
    /* SS5: never stored. */
    assert_int_equal(s->entry_count, 1);
    assert_int_equal(s->left_out, 1);
    arena_release(a);
}

static void knows_locks(void **state) {
    (void)state;
    arena *a = arena_new();
    const scenario *s = parsed(a, changed(a, "\"team\":[", LOCKS "\"team\":["));
    assert_int_equal(s->lock_count, 2);
    assert_true(s->locks[0].fields.count == 0 && s->locks[0].lift_count == 0); /* of everything, and not lifted */
    assert_true(s->locks[0].not_for.kind == REF_PERSON && s->locks[0].not_for.at == 3 && s->locks[0].about.count == 2);
    assert_true(s->locks[1].not_for.kind == REF_HELPER && s->locks[1].set_by.kind == REF_PERSON);
    assert_true(s->locks[1].fields.count == 1 && s->locks[1].fields.at[0] == field_by_name(BYTES("need_money")));
    assert_true(s->locks[1].lift_count == 2 && bytes_is(s->locks[1].lifts[1].at, "2026-02-03T10:00"));
    s = parsed(a, bytes_of_string(small));
    assert_int_equal(s->lock_count + s->trusted_count, 0); /* one who is neither member nor helper is only told */
    s = parsed(a, changed(a, "\"for\":\"kim\",\"name\"", "\"for\":\"kim\",\"named_by_minor\":true,\"id\":\"iza\",\"name\""));
    assert_true(s->trusted_count == 1 && s->trusted[0].minor == 1 && s->trusted[0].trusted.at == 1);
    arena_release(a);
}

static void knows_reviews_and_requests(void **state) {
    (void)state;
    arena *a = arena_new();
    const scenario *s = parsed(a, changed(a, "\"minutes\":600", REVIEW));
    const scenario_emergency *e = &s->emergencies[0];
    assert_string_equal(e->outcome, "justified");
    assert_true(e->reviewer_count == 2 && e->reviewers[0].who.kind == REF_HELPER && e->reviewers[0].who.at == 0);
    assert_true(e->reviewers[1].who.kind == REF_NONE && bytes_is(e->reviewers[1].name, "FG"));
    assert_true(bytes_is(e->reviewed, "2026-03-05T11:00") && bytes_is(e->told, "2026-03-03T20:00"));
    /* Refused by the only one who answered: nobody is known to have asked. */
    assert_int_equal(s->request_count, 0);
    s = parsed(a, changed(a, "\"yes\":[]", "\"yes\":[\"kim\"]"));
    assert_int_equal(s->request_count, 1);
    const scenario_request *q = &s->requests[0];
    assert_true(q->grant == 0 && q->field == field_by_name(BYTES("debts_detail")) && q->asker.at == 1);
    assert_true(q->yes.count == 1 && q->no.count == 1 && q->no.at[0].at == 0 && bytes_is(q->at, "2026-01-05"));
    s = parsed(a, changed(a, "\"yes\":[]", "\"asked_by\":\"sam\",\"yes\":[]"));
    assert_true(s->request_count == 1 && s->requests[0].asker.kind == REF_HELPER && s->requests[0].asker.at == 0);
    arena_release(a);
}

/* `by` counts only if each of its comma-parts is an id. */
static void knows_authors(void **state) {
    (void)state;
    static const struct {
        const char *by;
        size_t wrote;
        ref_kind author;
    } cases[] = {
        {"ann", 1, REF_PERSON},           {"sam", 0, REF_HELPER},      {"ann, sam", 1, REF_NONE}, {"ann,kim", 2, REF_NONE},
        {"ann (met hulp)", 0, REF_NONE},  {"ann, iemand", 0, REF_NONE}, {"rondetafel", 0, REF_NONE}, {"rob", 0, REF_NONE},
        {"ann, ann", 1, REF_NONE},        {"ann,", 0, REF_NONE},        {", ann", 0, REF_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena *a = arena_new();
        const char *by = arena_string(a, arena_format(a, "\"by\":\"%s\",\"date\"", cases[i].by));
        const scenario *s = parsed(a, changed(a, "\"by\":\"ann, sam\",\"date\"", by));
        if (s->entries[0].wrote.count != cases[i].wrote || s->entries[0].author.kind != cases[i].author)
            fail_msg("by \"%s\": %zu wrote, author of kind %d", cases[i].by, s->entries[0].wrote.count, (int)s->entries[0].author.kind);
        arena_release(a);
    }
}

static void knows_coordinators(void **state) {
    (void)state;
    static const struct {
        const char *role;
        bool coordinator;
    } cases[] = {
        {"procesbegeleider en co\xC3\xB6rdinator", true}, {"CO\xC3\x96RDINATOR", true}, {"Coordinator (acting)", true},
        {"zorgco\xC3\xB6rdinator school", false}, {"zorgcoordinator", false}, {"gezinsregisseur", true}, {"Regisseur wijkteam", true},
        {"regisseurs", false}, {"gezinsco\xC3\xB6rdinator", true}, {"coordinatrice familiale", true}, {"coordinateur", true},
        {"huisarts", false}, {"assistent van de co\xC3\xB6rdinatoren", false}, {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena *a = arena_new();
        const char *role = arena_string(a, arena_format(a, "\"role\":\"%s\"", cases[i].role));
        if (parsed(a, changed(a, "\"role\":\"regisseur\"", role))->helpers[0].coordinator != cases[i].coordinator)
            fail_msg("\"%s\"", cases[i].role);
        arena_release(a);
    }
}

/* Twins: which of them, the event must say. */
static void knows_who_is_born(void **state) {
    (void)state;
    static const char pip[] = "{\"id\":\"pip\",\"name\":\"Pip\",";
    static const char twin[] = "{\"id\":\"bo\",\"name\":\"Bo\",\"born\":null,\"due\":\"2026-08-01\",\"data_owner_until_birth\":\"ann\"},"
                               "{\"id\":\"pip\",\"name\":\"Pip\",";
    arena *a = arena_new();
    const scenario *s = NULL;
    scenario_fault fault;
    bytes text = changed(a, pip, twin);
    assert_false(ok(scenario_parse(a, text, &s, &fault)));
    assert_true(bytes_is(fault.path, "/events/3/member"));
    const char *at = strstr((const char *)text.at, "\"type\":\"birth\",");
    assert_non_null(at);
    int head = (int)(at - (const char *)text.at);
    s = parsed(a, arena_format(a, "%.*s\"member\":\"bo\",%s", head, (const char *)text.at, at));
    assert_int_equal(s->births[0].person, 2);
    arena_release(a);
}

/* ---- the families that are shipped ---- */

static bytes shipped(arena *a, const char *name) {
    const char *root = getenv("KRING_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/proto/demo/%s", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("%s is not there", path);
    static uint8_t text[1 << 20];
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    return arena_copy(a, bytes_make(text, n));
}

static void reads_the_shipped_families(void **state) {
    (void)state;
    arena *a = arena_new();
    const scenario *be = parsed(a, shipped(a, "scenario_be.json")), *nl = parsed(a, shipped(a, "scenario_nl.json"));
    assert_int_equal(be->member_count, 7);
    assert_int_equal(be->entry_count, 33);
    assert_int_equal(be->grant_count, 23);
    assert_int_equal(be->handover_count + be->birth_count + be->emergency_count, 3);
    assert_true(be->request_count == 1 && be->requests[0].yes.count == 1 && be->requests[0].no.at[0].at == 1);
    assert_true(be->emergencies[0].reviewer_count == 2 && nl->emergencies[0].reviewer_count == 2);
    assert_true(be->helpers[0].coordinator && be->helpers[1].coordinator && !be->helpers[4].coordinator);
    assert_int_equal(nl->home_count, 3);
    assert_int_equal(nl->block_count, 2);
    assert_int_equal(nl->people_count, nl->member_count + 1); /* one of the blocked is a member */
    assert_true(nl->homes[2].shielded && nl->helpers[7].authority_role);
    assert_string_equal(nl->grants[20].basis, "public_task");
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_each_fault_at_its_place), cmocka_unit_test(refuses_too_many),
        cmocka_unit_test(refuses_every_beginning),         cmocka_unit_test(accepts_each_variation),
        cmocka_unit_test(means_what_it_says),              cmocka_unit_test(knows_authors),
        cmocka_unit_test(knows_locks),                     cmocka_unit_test(knows_reviews_and_requests),
        cmocka_unit_test(knows_coordinators),              cmocka_unit_test(knows_who_is_born),
        cmocka_unit_test(reads_the_shipped_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
