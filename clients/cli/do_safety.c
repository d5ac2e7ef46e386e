/* safety: whom to call. The table is part of the program, so that it answers without a log-in, a server or a network:
 * whoever needs it must not have to wait for any of these. */
#include "safety_points.h"
#include "show.h"

_Static_assert((int)SAFETY_LANGUAGES == (int)LANG_COUNT, "both have nl, fr and en, in this order");

static void print_json(kring *k, const safety_jurisdiction *j) {
    buf_put(&k->out.out, j->json[k->lang]);
    buf_put_byte(&k->out.out, '\n');
}

static void print_points(kring *k, const safety_jurisdiction *j) {
    table t = table_new(k->memory, 3,
                        (const char *[]){word_in(k->lang, W_PHONE), word_in(k->lang, W_WHO), word_in(k->lang, W_WHEN)});
    table_fix(&t, 0);
    for (size_t i = 0; i < j->count; i++) {
        const safety_point *p = &j->points[i];
        table_row(&t, (bytes[]){p->phone ? bytes_of_string(p->phone) : BYTES("-"), bytes_of_string(p->name[k->lang]),
                                bytes_of_string(p->when[k->lang])});
    }
    screen_heading(&k->out, bytes_of_string(j->code));
    table_print(&t, &k->out);
    screen_line(&k->out, BYTES(""));
}

outcome run_safety(kring *k) {
    const char *code = value_of(k->args, O_JURISDICTION);
    bool any = false;
    for (size_t i = 0; i < safety_jurisdiction_count; i++) {
        const safety_jurisdiction *j = &safety_jurisdictions[i];
        if (code && strcasecmp(code, j->code) != 0) continue;
        any = true;
        if (has(k->args, O_JSON))
            print_json(k, j);
        else
            print_points(k, j);
    }
    if (!any) return complain(k, EXIT_USAGE, W_NO_SUCH_LAW, bytes_of_string(code));
    if (has(k->args, O_JSON)) return DONE;
    screen_paragraph(&k->out, 0, join(k, BYTES("- "), "", bytes_of_string(safety_no_number[k->lang])));
    screen_paragraph(&k->out, 0, bytes_of_string(safety_intro[k->lang]));
    return DONE;
}
