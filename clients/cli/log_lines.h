/* Lines of the log as text, one JSON object a line: taken from the server with their proofs, and checked. */
#ifndef KRING_CLI_LOG_LINES_H
#define KRING_CLI_LOG_LINES_H

#include "api.h"
#include "log_faults.h"
#include "crypto/log_policy.h"
#include "log_tree.h"

/* All that the family's log shows this reader, with proofs, newest first; after each page `page` may empty `lines`. */
outcome log_lines_take(kring *k, uuid family, buf *lines, outcome (*page)(kring *k, buf *lines, void *object),
                       void *object) MUST_USE;

typedef struct {
    const note_key *key;
    const log_policy *policy; /* NULL: nobody else must have seen the checkpoint */
    const log_tree *tree;     /* NULL: there is none to hold checkpoints against */
    faults *faults;
    uint64_t proven, unproven, newer; /* newer: by a checkpoint that is newer than the tree */
} lines_check;

/* `from` names them in faults. */
void log_lines_check(lines_check *c, const char *from, bytes lines, const uuid *family);

#endif
