/* A whole log, computed again from its entries: every tile of every level must say what these make.
 *
 * What stays is 32 bytes for each entry; with them any node of the tree can be made, and so the root of any older tree. */
#ifndef KRING_CLI_LOG_TREE_H
#define KRING_CLI_LOG_TREE_H

#include "log_faults.h"
#include "log_fetch.h"

enum { LOG_LEVELS = 8 };

typedef struct {
    uint64_t size;
    buf level[LOG_LEVELS]; /* [l]: the hashes of the complete subtrees of 256^l leaves */
    bool whole;            /* nothing was missing, so a root can be made */
} log_tree;

/* Fetches and compares all of it, and gives up when there are more faults than are told. */
outcome log_tree_load(log_source *s, uint64_t size, log_tree *t, faults *f) MUST_USE;
void log_tree_release(log_tree *t);
/* Of the first `size` leaves; BAD_REQUEST when the tree is smaller. */
result log_tree_root(const log_tree *t, uint64_t size, uint8_t root[MERKLE_HASH]) MUST_USE;
/* The hash of that leaf; it must be one of the tree's. */
const uint8_t *log_tree_leaf(const log_tree *t, uint64_t index);

#endif
