/* One family as the server holds it: its facts, and the sealed bodies that were fetched, in a bounded cache.
 *
 * Ciphertext only: no plaintext is ever cached. A cached family may be behind the database; whoever acts on it names its version
 * in DISCLOSE or COMMIT and starts again if that is no longer the newest (design.md 3). */
#ifndef KRING_FLOW_FAMILY_H
#define KRING_FLOW_FAMILY_H

#include "crypto/keyring.h"
#include "db/unit.h"
#include "flow/cache.h"
#include "policy/facts.h"

/* The newest epoch of a key that was rotated; the others are at their first. */
typedef struct {
    uuid owner;
    uint32_t epoch;
} owner_epoch;

typedef struct {
    cached node;      /* key: the family */
    arena *arena;     /* of the facts */
    facts facts;
    bytes *envelopes; /* by position in facts.versions; at == NULL: not fetched yet */
    owner_epoch *epochs;
    uint32_t epoch_count;
} family;

/* The unit that loads a family's facts: how many statements it adds, and reading them back. Runs alone or inside a transaction. */
void family_ask(unit *u, arena *a, uuid id);
/* NOT_FOUND if there is no such family, TOO_MUCH if it exceeds the bounds of policy/facts.h (an import refuses such a family). */
result family_read(unit *u, unsigned first_statement, uuid id, family **out) MUST_USE;
enum { FAMILY_STATEMENTS = 25 };

/* Under which of the owner's keys a text is sealed now: whoever seals under another one finds the family's version moved on. */
uint32_t family_epoch(const family *f, uuid owner);

/* Keeps a copy of a sealed body; returns by how much the family grew. */
size_t family_keep_envelope(family *f, uint32_t version, bytes envelope);
/* What `from` has of the same entries at the same versions, so that newer facts do not begin without bodies. */
void family_carry_envelopes(family *to, const family *from);
size_t family_weight(const family *f);
void family_release(cached *node);

/* The subject that an id of this family is, or UNKNOWN_SUBJECT. */
subjects family_subject(const facts *f, uuid id);
/* The actor that an id of this family is, or ACTOR_NONE. */
actor family_actor(const facts *f, uuid id);
uuid family_subject_id(const facts *f, unsigned subject);
uuid family_actor_id(const facts *f, actor a);
/* Positions, or -1. */
int family_entry(const facts *f, uuid id);
int family_grant(const facts *f, uuid id);
int family_request(const facts *f, uuid id);
int family_emergency(const facts *f, uuid id);
int family_lock(const facts *f, uuid id);
int family_hold(const facts *f, uuid id);

/* What place.organisation holds: the same for one organisation in one family, however its name is spelt, and nothing that anybody
 * could tell without the installation's key. The zero id for no name. */
uuid family_organisation(const keyring *ring, arena *a, uuid id, bytes name);
/* The ground that a word of the contract and of SQL names, or GROUND_NONE; and back. */
secrecy_ground family_ground(bytes word);
extern const char *const family_ground_words[GROUND_COUNT];

#endif
