/* The keys of the service itself (login index, pepper, MACs): read at start-up, made when they are not there yet. */
#ifndef KRING_APP_SERVICE_KEYS_H
#define KRING_APP_SERVICE_KEYS_H

#include "crypto/keyring.h"
#include "db/pool.h"

/* Puts all service keys and the service's own audit key into the ring. What is missing is made, stored if nobody was faster, and
 * read back: what the database holds is what counts. NO_KEY: they were wrapped under another KEK. */
result service_keys_load(uv_loop_t *loop, pool *keys, keyring *ring, moment now) MUST_USE;

#endif
