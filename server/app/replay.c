#include "app/replay.h"

#include "api/preview.h"
#include "base/memory.h"
#include "flow/told.h"

#include <stdio.h>

void replay_start(replay *r, const facts *f, bool whole) { *r = (replay){.f = f, .whole = whole, .judged_from = MOMENT_MIN}; }

void replay_release(replay *r) { memory_give(r->writes, r->write_room * sizeof *r->writes); }

/* ---- which moment ---- */

static void add_write(replay *r, uint64_t version, moment at) {
    if (r->write_count == r->write_room) {
        size_t room = r->write_room ? 2 * r->write_room : 64;
        replay_write *more = memory_take(room * sizeof *more);
        if (r->write_count) memcpy(more, r->writes, r->write_count * sizeof *more);
        memory_give(r->writes, r->write_room * sizeof *r->writes);
        r->writes = more;
        r->write_room = room;
    }
    r->writes[r->write_count++] = (replay_write){version, at};
}

/* A write bears the moment at which it was judged, and is there from its commit on. A look in between, at the facts before it,
 * rests on the moment before that write. Which facts it rests on stands in the record. */
static moment moment_of(const replay *r, moment at, uint64_t version) {
    for (size_t i = r->write_count; i > 0 && version != 0; i--) {
        if (r->writes[i - 1].version < version) break;
        if (r->writes[i - 1].at <= at) at = r->writes[i - 1].at - 1;
    }
    return at;
}

/* ---- telling ---- */

static void tell_start(replay *r, const replay_line *line) {
    char id[UUID_TEXT], at[MOMENT_TEXT];
    uuid_write(line->id, id);
    moment_write(line->at, at);
    r->contradictions++;
    printf("contradiction: record %.*s at %.*s, %.*s: ", UUID_TEXT, id, MOMENT_TEXT, at, (int)line->kind.len, line->kind.at);
}

void replay_unreadable(replay *r, const replay_line *line) {
    tell_start(r, line);
    puts("it does not open");
}

static void tell_item(replay *r, const replay_line *line, const record_item *item, const char *said) {
    char id[UUID_TEXT];
    uuid_write(item->entry, id);
    tell_start(r, line);
    printf("entry %.*s version %u, recorded %s by %s; %s\n", UUID_TEXT, id, item->version, level_text(item->level),
           rule_text(item->rule), said);
}

static void tell_difference(replay *r, const replay_line *line, const record_item *item, const answer *a) {
    char said[64];
    snprintf(said, sizeof said, "the facts say %s by %s", level_text(a->level), rule_text(a->rule));
    bool ground = a->allowed && a->level == item->level && a->rule == item->rule;
    tell_item(r, line, item, ground ? "the facts say another ground" : said);
}

/* ---- judging ---- */

/* A family's log begins with its import; where that is gone, the first minutes of what is left may lack a write whose moment lies
 * before the cut and which came into force behind it. */
#define WRITES_IN_FORCE (5 * MINUTE)

static void find_beginning(replay *r, const replay_line *line) {
    if (r->records == 0 && !r->whole) r->judged_from = line->at + WRITES_IN_FORCE;
}

typedef struct {
    standing reader, asker; /* the asker: of a preview */
    bool preview;
} eyes;

static int version_of(const facts *f, const entry_fact *e, uint32_t number) {
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (f->versions[v].number == number) return (int)v;
    return -1;
}

static bool same_ground(const facts *f, const record_view *v, const record_item *item, const answer *a) {
    if (a->grant < 0 && a->emergency < 0) return !item->has_ground;
    uuid id = a->emergency >= 0 ? f->emergencies[a->emergency].id : f->grants[a->grant].id;
    return item->has_ground ? uuid_equal(id, item->ground) : v->ground_count == RECORD_GROUNDS_MAX; /* no room was left for it */
}

/* A preview shows nothing that its asker could not read himself. */
static bool asker_reads(const eyes *e, uint32_t entry, uint32_t version, level l) {
    if (!e->preview) return true;
    answer own = policy_entry(&e->asker, entry, version);
    return own.allowed && own.level >= l;
}

static void judge_item(replay *r, const replay_line *line, const record_view *v, const eyes *e, const record_item *item) {
    const facts *f = e->reader.f;
    int entry = family_entry(f, item->entry);
    int version = entry < 0 ? -1 : version_of(f, &f->entries[entry], item->version);
    r->items++;
    if (version < 0) {
        tell_item(r, line, item, "there is no such entry or version");
        return;
    }
    answer a = policy_entry(&e->reader, (uint32_t)entry, (uint32_t)version);
    bool same = a.allowed && a.level == item->level && a.rule == item->rule && same_ground(f, v, item, &a);
    if (!same) tell_difference(r, line, item, &a);
    else if (!asker_reads(e, (uint32_t)entry, (uint32_t)version, a.level)) tell_item(r, line, item, "the asker could not read it");
}

/* Whose eyes a preview looked through stands in its note. */
static void stand_preview(replay *r, arena *a, const record_view *v, moment at, eyes *e) {
    uuid as = {{0}};
    if (v->note.len == 17 && v->note.at[0] == 'p') memcpy(as.b, v->note.at + 1, sizeof as.b);
    e->asker = e->reader;
    actor him = family_actor(r->f, as);
    policy_stand(told_facts_of(a, preview_facts(a, e->asker.f, &e->asker), him, at), him, at, &e->reader);
}

void replay_record(replay *r, arena *a, const replay_line *line, const record_view *v) {
    find_beginning(r, line);
    r->records++;
    if (v->head.flags & RECORD_WROTE) add_write(r, v->head.family_version, line->at);
    if (v->item_count == 0 || line->at < r->judged_from) return;
    moment at = moment_of(r, line->at, v->head.family_version);
    eyes *e = ARENA_NEW(a, eyes);
    e->preview = bytes_is(line->kind, "preview.plan");
    actor him = family_actor(r->f, v->head.viewer);
    policy_stand(told_facts_of(a, r->f, him, at), him, at, &e->reader);
    if (e->preview) stand_preview(r, a, v, at, e);
    for (uint16_t i = 0; i < v->item_count; i++) {
        record_item item = record_item_at(v, i);
        judge_item(r, line, v, e, &item);
    }
}
