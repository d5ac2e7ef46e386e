/* watch: what the privacy officer looks at each week, and what became of it. Ids and counts; nobody's name. */
#include "show.h"
#include "typed.h"

#define WEEK (7 * DAY)

/* The last seven days, unless he says from when. */
static outcome put_period(kring *k, buf *path) {
    char from[MOMENT_TEXT];
    GO(put_time_query(k, path, "from", O_FROM, false));
    GO(put_time_query(k, path, "until", O_UNTIL, true));
    if (has(k->args, O_OPEN)) put_query(path, "open", BYTES("yes"));
    if (has(k->args, O_FROM) || has(k->args, O_UNTIL) || has(k->args, O_OPEN)) return DONE;
    moment_write(clock_real() - WEEK, from);
    put_query(path, "from", bytes_make(from, sizeof from));
    return DONE;
}

static word word_of_sign(bytes sign) {
    static const struct {
        const char *sign;
        word w;
    } rows[] = {{"families_hour", W_SIGN_FAMILIES_HOUR}, {"families_week", W_SIGN_FAMILIES_WEEK}, {"nights", W_SIGN_NIGHTS},
                {"left", W_SIGN_LEFT}, {"left_again", W_SIGN_LEFT_AGAIN}, {"tie", W_SIGN_TIE}, {"no_aim", W_SIGN_NO_AIM},
                {"decoy_family", W_SIGN_DECOY_FAMILY}, {"decoy_account", W_SIGN_DECOY_ACCOUNT}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (bytes_is(sign, rows[i].sign)) return rows[i].w;
    return W_NONE;
}

static bytes sentence_of(kring *k, const json_value *s) {
    bytes sign = text_at(k, s, "sign", ONE_LINE);
    word w = word_of_sign(sign);
    bytes said = w == W_NONE ? sign : filled(k, w, number_at(k, s, "count"));
    return true_at(s, "severe") ? join(k, bytes_of_string(word_in(k->lang, W_SIGN_SEVERE)), " ", said) : said;
}

static bytes families_of(kring *k, const json_value *s) {
    bytes all = BYTES("");
    for (const json_value *f = first_of(list_at(s, "families")); f; f = json_next(f))
        if (json_is_string(f)) all = join(k, all, " ", text_clean(k->memory, json_bytes_of(f), ONE_LINE));
    return all;
}

static bytes outcome_of(kring *k, const json_value *s) {
    bytes outcome_ = text_at(k, s, "outcome", ONE_LINE);
    return outcome_.len ? words_of(k->lang, SET_SIGN, outcome_) : bytes_of_string(word_in(k->lang, W_SIGN_OPEN));
}

static outcome add_signs(kring *k, const json_value *root, void *object) {
    for (const json_value *s = first_of(list_at(root, "signs")); s; s = json_next(s), ++*(size_t *)object) {
        screen_heading(&k->out, time_at(k, s, "at"));
        screen_paragraph(&k->out, 0, sentence_of(k, s));
        show_pair(k, W_ACCOUNT, text_at(k, s, "account", ONE_LINE));
        show_pair(k, W_ORGANISATION, text_at(k, s, "organisation", ONE_LINE));
        show_pair(k, W_FAMILY, families_of(k, s));
        show_pair(k, W_ID, text_at(k, s, "id", ONE_LINE));
        show_pair(k, W_STATE, outcome_of(k, s));
    }
    return DONE;
}

outcome run_watch(kring *k) {
    const char *path;
    size_t count = 0;
    GO(api_open(k));
    GO(make_path(k, "/v1/signs", put_period, &path));
    GO(api_pages(k, path, add_signs, &count));
    if (!count && !has(k->args, O_JSON)) screen_line(&k->out, bytes_of_string(word_in(k->lang, W_NOTHING)));
    return DONE;
}

static outcome put_outcome(kring *k, json_writer *w) {
    json_key(w, "outcome"), json_string(w, bytes_of_string(value_of(k->args, O_OUTCOME)));
    return DONE;
}

outcome run_watch_review(kring *k) {
    uuid sign;
    char id[UUID_TEXT];
    bytes body;
    api_answer a;
    GO(parse_id(k, k->args->operands[0], &sign));
    GO(api_open(k));
    GO(make_body(k, put_outcome, &body));
    uuid_write(sign, id);
    bytes path = arena_format(k->memory, "/v1/signs/%.*s/review%c", UUID_TEXT, id, 0);
    GO(api_call(k, &(http_request){.method = "POST", .path = (const char *)path.at, .token = k->session.token, .body = body}, &a));
    return show_done(k, W_SIGN_REVIEWED, BYTES(""));
}
