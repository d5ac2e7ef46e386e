/* One check of a log: what it is held against, and what came of it. */
#ifndef KRING_CLI_LOG_VERIFY_H
#define KRING_CLI_LOG_VERIFY_H

#include "log_head.h"
#include "log_lines.h"

typedef struct {
    kring *k;
    log_source *source; /* NULL: only lines are checked */
    bytes server, key_text;
    note_key key;
    log_policy *policy; /* NULL: none was given */
    const char *saved_path; /* NULL: nothing is held against, or kept for, another time */
    log_head head, saved;
    log_tree tree;
    faults faults;
    size_t witnesses;
    lines_check lines;
    bool lines_refused; /* the server gave no proofs */
} verification;

/* The log, the key and the policy that are meant. */
outcome log_choose(verification *v) MUST_USE;
/* The verdict, on standard output; EXIT_REFUSED when there are faults. */
outcome log_tell(verification *v) MUST_USE;

#endif
