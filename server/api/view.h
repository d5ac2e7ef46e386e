/* What several endpoints write alike: ids, entries, and the opened bodies behind them. */
#ifndef KRING_API_VIEW_H
#define KRING_API_VIEW_H

#include "flow/endpoint.h"

/* The ids of a set of subjects, in the order of people, homes, the family. */
void view_subjects(json_writer *w, const facts *f, subjects s);
/* An opened entry body without its recorded author; `author` becomes that text's JSON string, quotes included, or is empty. */
bytes view_body(arena *a, bytes plain, bytes *author);
/* id ... body of one entry at that version, inside an open object. */
void view_entry(json_writer *w, exchange *x, uint32_t want);
/* Whom a grant names before this reader: its giver sees all; its recipient those that he may know; whoever sees it for himself, his
 * home or his small child sees only these, since what else it is about is no business of his (R-30). */
subjects view_grant_about(const exchange *x, const standing *s, const grant_fact *g);
/* The author member: an id when the author is recorded by id, else the words that were recorded; empty for a person of whom the
 * reader knows nothing. */
void view_author(json_writer *w, const exchange *x, const version_fact *v, bytes author_text);
/* The parsed members of an opened body (register entries and the like: not for the hot path). */
const json_value *view_parse(exchange *x, bytes plain);
void view_member(json_writer *w, const json_value *body, const char *from, const char *as);
/* Wants the summaries of that entry: those that the ruling holds. Call after the wants of all that comes before them. */
void view_want_summary(exchange *x, uint32_t entry);
/* The statements of that entry that the reader may see are part of its tag. */
void view_tag_statements(etag_maker *e, const exchange *x, uuid entry);
/* The entity tag of one entry at one version, with its statements: the same for a read and for If-Match. */
bytes view_entry_tag(exchange *x, uint32_t entry, uint32_t version);
/* The permit for an entry in x->ruling, or NULL. */
const permit *view_permit(const exchange *x, uint32_t entry);

/* Pages over what is visible only. `first` is the position in x->ruling.permits at which the page begins. */
result view_page_start(exchange *x, uint32_t *first) MUST_USE;
/* "next" when there is more: the cursor names the last entry that the reader saw. */
void view_page_end(json_writer *w, exchange *x, bool more, uint32_t last_entry);
/* The tag of an answer made of x->wants. */
bytes view_wants_tag(exchange *x, const char *what, bool more);

/* Field names of a body's list as a set; repeats are the schema's to refuse. */
void view_field_set(const json_value *list, field_set out);
/* Subjects of a body's list of ids; unknown ids become UNKNOWN_SUBJECT, which nobody may touch. */
subjects view_subject_set(const facts *f, const json_value *list);
/* Their ids as parameters of a statement. */
void view_subject_param(params *p, arena *a, const facts *f, subjects s);
/* A set of fields as a parameter: their names. */
void view_field_param(params *p, arena *a, const field_set fields);
/* Stores a text with its index row: `kind` as sql spells it, `of` what it belongs to (zero: nothing). `body` is JSON without white
 * space. Two mutations and one text of the exchange. */
void view_store_text(exchange *x, uuid entry, const char *kind, uuid of, subjects about, bytes body);
/* The same for a note that is in nobody's facts: the text of a member of the body. */
void view_store_note(exchange *x, uuid entry, subjects about, const char *member);
/* The viewer's own id in the family. */
static inline uuid me(const exchange *x) { return family_actor_id(facts_of(x), x->viewer); }
/* The viewer as he stands now, in the arena. */
standing *view_stand(exchange *x);
/* The id of what is about to be made, kept in x->place; a replay gets the one that it had. */
uuid view_begin(exchange *x);
/* A list of rows that are no facts: x->place becomes the viewer's standing, and the statement is asked for the family's rows. */
void view_ask_rows(exchange *x, const statement *list);
/* The entry in the path, if he reads it whole and that rule lets him act on it. */
result view_entry_in_path(exchange *x, answer (*may)(const standing *, uint32_t), uint32_t *entry) MUST_USE;
/* Is there room for so many entries more? Nobody fills a plan alone, of which others and an emergency have need: each has a
 * share, and a plan is full for him by his own texts long before the number of those he does not see could tell him anything
 * (T9). */
result view_room(exchange *x, uint32_t entries) MUST_USE;
/* 201: the id of what was made, and its place under the family's path. `noun` is what stands before the id: "rights#". */
void view_created(exchange *x, const char *noun, uuid id);
/* 204: done, and nothing to say. */
shaped view_done(exchange *x);
/* The record names the row that an act was about; its line shows to whoever acted, and to the auditor. */
void view_note_act(exchange *x, uuid of);
/* R-39: a young person has seen the limits of secrecy before his first word; fails with where to read them. */
result view_limits_seen(exchange *x, const standing *s) MUST_USE;
/* Whose key seals an entry about these: the one subject's, or the family's. */
uuid view_owner(const facts *f, subjects about);

#endif
