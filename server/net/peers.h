/* How many connections each peer has: one count for an IPv4 address, one for an IPv6 /64 (what one subscriber gets).
 *
 * Bounded by its maker and keyed by a random seed, so that nobody can choose addresses that collide. */
#ifndef KRING_NET_PEERS_H
#define KRING_NET_PEERS_H

#include "base/arena.h"

typedef struct peers peers;

/* Room for `most` peers at once. */
peers *peers_new(arena *a, uint32_t most);
/* One connection more; false, and no change, if the peer has `limit` already or the table is full. */
bool peers_enter(peers *p, const uint8_t address[16], uint32_t limit) MUST_USE;
void peers_leave(peers *p, const uint8_t address[16]);
uint32_t peers_count(const peers *p, const uint8_t address[16]);

#endif
