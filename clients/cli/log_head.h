/* The checkpoint: whether the log signed it and enough witnesses saw it, and what was seen of the same log before. */
#ifndef KRING_CLI_LOG_HEAD_H
#define KRING_CLI_LOG_HEAD_H

#include "log_faults.h"
#include "log_fetch.h"
#include "crypto/log_policy.h"
#include "log_tree.h"

typedef struct {
    bool there;
    bytes note; /* as it came */
    note_view view;
    checkpoint says; /* its texts live in the note */
} log_head;

/* Leaves `there` false, with a fault, when nothing can be held against it. */
outcome log_head_fetch(log_source *s, const note_key *key, log_head *out, faults *f) MUST_USE;
/* `witnesses` is how many of the policy's there are. */
void log_head_policy(const log_head *h, const note_key *key, const log_policy *p, size_t *witnesses, faults *f);

/* In the state folder, one of each origin; NULL when there is no such place. */
const char *log_saved_path(kring *k, bytes origin);
/* What was kept, if anything was; a file that is no checkpoint of this log's ends the command. */
outcome log_saved_read(kring *k, const char *path, const note_key *key, log_head *out) MUST_USE;
/* That the log only grew since: nothing was removed, changed or put in between. */
void log_saved_compare(const log_head *saved, const log_head *h, const log_tree *t, faults *f);
void log_root_compare(const log_head *h, const log_tree *t, faults *f);

#endif
