/* Rows for a statement of sql/load.sql: a JSON list of objects, written as they come. Ids, field names, moments and
 * flags only. */
#ifndef KRING_APP_LOAD_ROWS_H
#define KRING_APP_LOAD_ROWS_H

#include "app/load_inside.h"
#include "json/write.h"

typedef struct {
    buf text;
    json_writer w;
} row_list;

void rows_begin(row_list *r);
static inline void row_begin(row_list *r) { json_open_object(&r->w); }
static inline void row_end(row_list *r) { json_close_object(&r->w); }
void row_put_id(row_list *r, const char *name, uuid id);      /* the zero id is null */
void row_put_text(row_list *r, const char *name, bytes text); /* an empty one is null */
void row_put_flag(row_list *r, const char *name, bool flag);
void row_put_number(row_list *r, const char *name, int64_t n);
void row_put_fields(row_list *r, const char *name, const field_id *fields, size_t count);
void row_put_ids(row_list *r, const char *name, const load_ids *ids, scenario_refs who);
/* Adds the statement with family, rows and, where it wants them, zone and intake; the list is gone then. */
void rows_add(row_list *r, loader *l, unit *u, const load_ids *ids, const statement *to);

#endif
