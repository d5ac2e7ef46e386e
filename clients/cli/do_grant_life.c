/* grant: what becomes of it. Stopping it for a while or for good takes one line, and no reason. */
#include "consent.h"
#include "deed.h"
#include "show.h"
#include "typed.h"

outcome run_grant_pause(kring *k) { return deed_do_and_tell(k, "grants", "/pause", NULL, W_GRANT_PAUSED, BYTES("")); }

outcome run_grant_resume(kring *k) { return deed_do_and_tell(k, "grants", "/resume", NULL, W_GRANT_RESUMED, BYTES("")); }

outcome run_grant_confirm(kring *k) { return deed_do_and_tell(k, "grants", "/confirm", NULL, W_GRANT_CONFIRMED, BYTES("")); }

static outcome put_fields(kring *k, json_writer *w) { return put_option_fields(k, w, "fields"); }

outcome run_grant_four_eyes(kring *k) {
    return deed_do_and_tell(k, "grants", "/four-eyes", put_fields, W_SECOND_EYES, BYTES(""));
}

static outcome put_objection(kring *k, json_writer *w) { return put_option_text(k, w, "text", O_TEXT_FILE); }

outcome run_grant_object(kring *k) { return deed_do_and_tell(k, "grants", "/objection", put_objection, W_OBJECTED, BYTES("")); }

/* Fields at a lower level go on in a grant of their own, which says again what it is for: the same as now, unless told
 * otherwise. */
static outcome put_narrowing(kring *k, json_writer *w) {
    GO(put_option_moment(k, w, "until", O_UNTIL, true));
    if (!has(k->args, O_FIELD)) return DONE;
    json_key(w, "fields");
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) {
        bytes field, level;
        GO(consent_field(k, k->args->values[O_FIELD][i], &field, &level));
        json_open_object(w);
        json_key(w, "field"), json_string(w, field);
        json_key(w, "level"), json_string(w, level.len ? level : BYTES("exact"));
        json_close_object(w);
    }
    json_close_array(w);
    if (has(k->args, O_PURPOSE_FILE)) return put_option_text(k, w, "purpose", O_PURPOSE_FILE);
    api_answer a;
    const char *path;
    GO(thing_path(k, "grants", "", &path));
    GO(api_get(k, path, &a));
    json_key(w, "purpose"), json_string(w, text_at(k, a.root, "purpose", MANY_LINES));
    return DONE;
}

outcome run_grant_narrow(kring *k) {
    if (!has(k->args, O_UNTIL) && !has(k->args, O_FIELD)) return complain(k, EXIT_USAGE, W_NARROW_WHAT, BYTES(""));
    return deed_do_and_tell(k, "grants", "/narrow", put_narrowing, W_GRANT_NARROWED, BYTES(""));
}
