/* Whose word is enough for a checkpoint: logs, witnesses, and how many of them (C2SP tlog-policy).
 *
 * The file is read strictly: what is not understood could have been a witness. */
#ifndef KRING_CRYPTO_LOG_POLICY_H
#define KRING_CRYPTO_LOG_POLICY_H

#include "crypto/checkpoint.h"

enum { POLICY_FILE_MAX = 1 << 20, POLICY_LOGS_MAX = 64, POLICY_NAMES_MAX = 128 };

typedef struct {
    bytes name;
    bool group;
    note_key key;  /* a witness's */
    bytes url;     /* of its add-checkpoint, without that word; empty: not said */
    unsigned need; /* of a group: so many of its members */
    int parent;    /* the group that it is a member of, or -1 */
} policy_name;

typedef struct {
    note_key logs[POLICY_LOGS_MAX];
    size_t log_count;
    policy_name names[POLICY_NAMES_MAX]; /* a group behind its members */
    size_t count;
    int quorum; /* one of these, or -1: none is asked */
} log_policy;

/* False: `line` and `why` say what is wrong, in a constant sentence. The keys' names live as long as the text. */
bool log_policy_parse(bytes text, log_policy *out, size_t *line, const char **why) MUST_USE;
/* No log is listed, or this one is. */
bool log_policy_lists(const log_policy *p, const note_key *log) MUST_USE;
/* The cosignatures are enough; `witnesses` says how many of the policy's there are. */
bool log_policy_met(const log_policy *p, const note_view *note, size_t *witnesses) MUST_USE;

#endif
