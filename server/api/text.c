/* The words and the numbers to call: no log-in, no family, nothing that depends on who asks. A page keeps them and asks again with
 * their tag, so that nobody ever reads words of yesterday under a question of today. */
#include "api/texts.h"
#include "flow/endpoint.h"
#include "safety_points.h"

/* Constant bytes under a tag made of their version. */
static shaped answer_constant(exchange *x, const char *version, const char *what, bytes body) {
    response_add_header(&x->response, "Cache-Control", BYTES("public, no-cache"));
    if (answer_not_modified(x, arena_format(x->arena, "\"%s-%s\"", version, what))) return SHAPED;
    x->response.status = 200;
    x->response.content_type = "application/json; charset=utf-8";
    x->response.fixed_body = body;
    return SHAPED;
}

static shaped shape_nl(exchange *x) { return answer_constant(x, text_set_version, "nl", texts_json[IN_NL]); }
static shaped shape_fr(exchange *x) { return answer_constant(x, text_set_version, "fr", texts_json[IN_FR]); }
static shaped shape_en(exchange *x) { return answer_constant(x, text_set_version, "en", texts_json[IN_EN]); }

_Static_assert((int)SAFETY_LANGUAGES == (int)TEXT_LANGUAGES, "both tables have the same languages in the same order");

static const safety_jurisdiction *points_of(const char *code) {
    for (size_t i = 0; i < safety_jurisdiction_count; i++)
        if (strcmp(safety_jurisdictions[i].code, code) == 0) return &safety_jurisdictions[i];
    must(false); /* the contract names a jurisdiction that the table does not have */
}

/* ADMIT let nothing else through than the contract's languages. */
static shaped answer_points(exchange *x, const char *code) {
    text_language language = IN_NL;
    bytes asked = query_text(x, "language");
    if (asked.at) must(text_language_by_code(asked, &language));
    static const char *const tags[TEXT_LANGUAGES] = {"nl", "fr", "en"};
    return answer_constant(x, safety_version, tags[language], points_of(code)->json[language]);
}

static shaped shape_be_vlg(exchange *x) { return answer_points(x, "BE-VLG"); }
static shaped shape_netherlands(exchange *x) { return answer_points(x, "NL"); }

const endpoint endpoint_texts_nl = {.kind = "text.read", .shape = shape_nl};
const endpoint endpoint_texts_fr = {.kind = "text.read", .shape = shape_fr};
const endpoint endpoint_texts_en = {.kind = "text.read", .shape = shape_en};
const endpoint endpoint_safety_points_be_vlg = {.kind = "safety_points.read", .shape = shape_be_vlg};
const endpoint endpoint_safety_points_nl = {.kind = "safety_points.read", .shape = shape_netherlands};
