#include "app/load_rows.h"

enum { ROWS_BYTES_MAX = 64 * 1024 * 1024 };

void rows_begin(row_list *r) {
    r->text = buf_new(ROWS_BYTES_MAX);
    r->w = json_to(&r->text);
    json_open_array(&r->w);
}

void row_put_id(row_list *r, const char *name, uuid id) {
    json_key(&r->w, name);
    if (uuid_is_zero(id))
        json_null(&r->w);
    else
        json_uuid(&r->w, id);
}

void row_put_text(row_list *r, const char *name, bytes text) {
    json_key(&r->w, name);
    if (text.len == 0)
        json_null(&r->w);
    else
        json_string(&r->w, text);
}

void row_put_flag(row_list *r, const char *name, bool flag) {
    json_key(&r->w, name);
    json_bool(&r->w, flag);
}

void row_put_number(row_list *r, const char *name, int64_t n) {
    json_key(&r->w, name);
    json_int(&r->w, n);
}

void row_put_fields(row_list *r, const char *name, const field_id *fields, size_t count) {
    json_key(&r->w, name);
    json_open_array(&r->w);
    for (size_t i = 0; i < count; i++) json_string(&r->w, bytes_of_string(catalogue[fields[i]].name));
    json_close_array(&r->w);
}

void row_put_ids(row_list *r, const char *name, const load_ids *ids, scenario_refs who) {
    json_key(&r->w, name);
    json_open_array(&r->w);
    for (size_t i = 0; i < who.count; i++) json_uuid(&r->w, load_id_of(ids, who.at[i]));
    json_close_array(&r->w);
}

void rows_add(row_list *r, loader *l, unit *u, const load_ids *ids, const statement *to) {
    params *p = params_new(l->a);
    json_close_array(&r->w);
    json_end(&r->w);
    must(buf_ok(&r->text)); /* the bounds of the scenario format keep it far below */
    param_uuid(p, ids->family);
    param_text(p, buf_bytes(&r->text));
    if (to->param_count > 2) param_text(p, ids->s->time_zone);
    if (to->param_count > 3) param_text(p, ids->s->intake);
    unit_add(u, to, p);
    buf_release(&r->text);
}
