/* The tree over a log's leaves (RFC 6962 section 2.1): its root, and the two proofs that make it worth having.
 *
 * An inclusion proof says that a leaf is in a tree; a consistency proof says that a tree only added leaves to an older one.
 * Making them reads hashes of complete subtrees wherever these are kept; checking them needs nothing but the proof. What a
 * proof says is about a root: the size and the root belong together, so take both from one signed checkpoint. */
#ifndef KRING_CRYPTO_MERKLE_H
#define KRING_CRYPTO_MERKLE_H

#include "base/bytes.h"

/* A consistency proof in the largest tree has 63 hashes, an inclusion proof one less. */
enum { MERKLE_HASH = 32, MERKLE_PROOF_MAX = 63 };
#define MERKLE_SIZE_MAX (UINT64_C(1) << 62)

/* SHA-256(0x00 | entry), SHA-256(0x01 | left | right), SHA-256(""): the first byte keeps a node from passing for a leaf. */
void merkle_leaf(bytes entry, uint8_t out[MERKLE_HASH]);
void merkle_node(const uint8_t left[MERKLE_HASH], const uint8_t right[MERKLE_HASH], uint8_t out[MERKLE_HASH]);
void merkle_empty(uint8_t out[MERKLE_HASH]);

/* Hash of the complete subtree of 2^level leaves that begins at leaf index << level. Its failure ends what asked for it. */
typedef result (*merkle_read)(void *ctx, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]);

/* BAD_REQUEST: no such leaf or size; `out`, `proof` and `count` mean nothing after a failure. */
result merkle_root(uint64_t size, merkle_read read, void *ctx, uint8_t out[MERKLE_HASH]) MUST_USE;
/* RFC 6962 2.1.1: the leaf's neighbour first. */
result merkle_inclusion(uint64_t index, uint64_t size, merkle_read read, void *ctx,
                        uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH], size_t *count) MUST_USE;
/* RFC 6962 2.1.2; empty from an empty tree and between equal sizes. */
result merkle_consistency(uint64_t old, uint64_t size, merkle_read read, void *ctx,
                          uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH], size_t *count) MUST_USE;

/* RFC 9162 2.1.3.2. `leaf` is the leaf's hash. False for whatever comes from outside and is not so. */
bool merkle_check_inclusion(uint64_t index, uint64_t size, const uint8_t leaf[MERKLE_HASH], const uint8_t (*proof)[MERKLE_HASH],
                            size_t count, const uint8_t root[MERKLE_HASH]) MUST_USE;
/* RFC 9162 2.1.4.2. The empty tree has one root, every tree extends it, and that needs no proof: a proof is refused then, as
 * between equal sizes. */
bool merkle_check_consistency(uint64_t old, uint64_t size, const uint8_t (*proof)[MERKLE_HASH], size_t count,
                              const uint8_t old_root[MERKLE_HASH], const uint8_t root[MERKLE_HASH]) MUST_USE;

#endif
