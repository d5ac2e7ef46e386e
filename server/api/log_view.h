/* Inside the log's view: a line, and whether the reader may see it. Only log*.c include this. */
#ifndef KRING_API_LOG_VIEW_H
#define KRING_API_LOG_VIEW_H

#include "api/texts.h"
#include "api/view.h"

typedef struct {
    record_row row;
    record_view view;
    record_item *items; /* visible ones */
    uint16_t *places;   /* where they stand among all */
    uint16_t item_count;
    field_id asked_field;
    subjects asked_about;
    field_set said;  /* what its note names of a grant or a request, as far as he sees it */
    bool emergency;  /* as the reader may know it */
    bool entry_note; /* its note names an entry that he sees, and nothing else */
    int64_t index;   /* in the tree; -1 while it has no place */
} log_line_;

typedef struct {
    standing *standing, *reader; /* the viewer's; whose look it was */
    moment from, until, before_at;
    uuid before_id;
    bool of_person;
    uuid person;     /* only his looks, if `of_person` */
    field_id field;  /* only lines that show it; FIELD_NONE: all */
    uint32_t limit, count, items;
    text_language language;
    const json_value **bodies; /* by position in the wants: those that were parsed */
    log_line_ *lines;
    record_row damaged[20];
    unsigned damaged_count;
    bool more, taken;          /* taken: the lines are there */
    struct log_proofs *proofs; /* NULL unless they are asked for */
} log_page;

static inline bool log_auditor(const exchange *x) { return x->session->kind == ACCOUNT_AUDITOR; }
/* Fills in what he may see of it. */
bool log_line_visible(exchange *x, const log_page *p, log_line_ *l);

/* The fields that it shows; and whom all of them are about, or 0 where that differs. */
subjects log_fields(const exchange *x, const log_line_ *l, field_set fields);

/* Its one plain sentence, in the language of the page; and what such sentences need, among the wants of JUDGE. */
bytes log_sentence(exchange *x, const log_page *p, const log_line_ *l);
void log_want_words(exchange *x, const standing *s);
/* The text of that kind of that position, if it is among the wants; after the receipt only. */
const json_value *log_body(exchange *x, entry_kind kind, unsigned of);

/* The proofs of a page's lines, in rounds after its last one. False: x->extra is the next round to ask for. */
void log_proofs_start(log_page *p, arena *a);
bool log_proofs_ready(exchange *x, log_page *p);
/* A C2SP tlog-proof of what the reader sees of it; empty while it stands in no published tree. */
bytes log_proof(exchange *x, const log_page *p, const log_line_ *l);

#endif
