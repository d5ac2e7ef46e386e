/* log search: the auditor's look over the logs of all families. Ids, kinds and rules; nobody's name. */
#include "show.h"
#include "typed.h"

static outcome put_id(kring *k, buf *path, const char *name, option_id o) {
    uuid id;
    if (!has(k->args, o)) return DONE;
    GO(parse_id(k, value_of(k->args, o), &id));
    put_id_query(path, name, id);
    return DONE;
}

static void put_as_typed(kring *k, buf *path, const char *name, option_id o) {
    if (has(k->args, o)) put_query(path, name, bytes_of_string(value_of(k->args, o)));
}

static outcome put_filters(kring *k, buf *path) {
    GO(put_time_query(k, path, "from", O_FROM, false));
    GO(put_time_query(k, path, "until", O_UNTIL, true));
    GO(put_id(k, path, "account", O_ACCOUNT));
    GO(put_id(k, path, "organisation", O_ORGANISATION));
    GO(put_id(k, path, "family", O_FAMILY));
    put_as_typed(k, path, "class_at_least", O_CLASS), put_as_typed(k, path, "rule", O_RULE);
    put_as_typed(k, path, "outcome", O_OUTCOME), put_as_typed(k, path, "kind", O_KIND);
    if (has(k->args, O_EMERGENCY)) put_query(path, "emergency", BYTES("yes"));
    return DONE;
}

static bytes deed_of(kring *k, const json_value *r) {
    bytes deed = join(k, text_at(k, r, "kind", ONE_LINE), " ", text_at(k, r, "rule", ONE_LINE));
    if (bytes_is(text_at(k, r, "outcome", ONE_LINE), "refused"))
        deed = join(k, deed, "\n", bytes_of_string(word_in(k->lang, W_REFUSED)));
    if (true_at(r, "emergency")) deed = join(k, deed, "\n", bytes_of_string(word_in(k->lang, W_EMERGENCY)));
    for (const json_value *c = first_of(list_at(r, "changes")); c; c = json_next(c))
        deed = join(k, deed, "\n", text_clean(k->memory, json_bytes_of(c), ONE_LINE));
    return deed;
}

static outcome add_rows(kring *k, const json_value *root, void *object) {
    for (const json_value *r = first_of(list_at(root, "records")); r; r = json_next(r))
        table_row(object, (bytes[]){time_at(k, r, "at"), deed_of(k, r), text_at(k, r, "family", ONE_LINE),
                                    text_at(k, r, "account", ONE_LINE)});
    return DONE;
}

outcome run_log_search(kring *k) {
    const char *path;
    GO(api_open(k));
    GO(make_path(k, "/v1/log", put_filters, &path));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_WHEN), word_in(k->lang, W_DEED), word_in(k->lang, W_FAMILY),
                                         word_in(k->lang, W_WHO)});
    table_fix(&t, 0), table_fix(&t, 2), table_fix(&t, 3);
    GO(api_pages(k, path, add_rows, &t));
    return show_table(k, &t);
}
