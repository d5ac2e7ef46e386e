/* The sequencer: gives every record that stands a place in the tree, and publishes what the signer signs.
 *
 * Durable (in the unit that made it), integrated (here), published (signed, and cosigned as the policy of witnesses asks). A batch
 * is one transaction: it moves the head from the size that was read, writes runs and tiles, and deletes exactly what it took, or it
 * is as if it had never been. So kill it when you like: what is left is what the database says. Waits by running its loop; it is a
 * process of its own (kringd log run), apart from what serves, which therefore never holds the log's key. */
#ifndef KRING_LOG_SEQUENCER_H
#define KRING_LOG_SEQUENCER_H

#include "db/pool.h"
#include "log/signer.h"
#include "log/tree.h"
#include "log/witness.h"

typedef struct sequencer sequencer;

typedef struct {
    uv_loop_t *loop;
    pool *data;         /* as kring_log; the caller's */
    log_signer *signer; /* the caller's */
    witnesses *witnesses; /* the caller's; NULL for none */
    kring_clock *clock;   /* the service's, from which the years of a record count; the caller's */
    uint32_t batch; /* 0: 4096 */
} sequencer_settings;

sequencer *sequencer_new(const sequencer_settings *settings);
void sequencer_release(sequencer *s);

/* Takes up all that is pending, batch by batch. UNAVAILABLE: the database; CONFLICT or STALE: another sequencer was faster, look
 * again; BAD_FILE: what the database holds is no tree. */
result sequencer_integrate(sequencer *s) MUST_USE;
/* Signs the tree as it is if it grew, and publishes it if the witnesses agree. FORBIDDEN: it does not extend what was signed; the
 * database says so from then on, and the server serves no data. */
result sequencer_publish(sequencer *s) MUST_USE;
uint64_t sequencer_size(const sequencer *s);

#endif
