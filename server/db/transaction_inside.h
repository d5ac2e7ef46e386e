/* What the link and the pool tell a transaction. Inside db/ only. */
#ifndef KRING_DB_TRANSACTION_INSIDE_H
#define KRING_DB_TRANSACTION_INSIDE_H

#include "db/transaction.h"

struct db_link;

/* Its BEGIN goes out on this link. */
void transaction_on(transaction *t, struct db_link *l);
/* The link is gone; the server has rolled back, or will. */
void transaction_lost(transaction *t);
/* One of its units failed; nothing but a rollback can follow. */
void transaction_failed(transaction *t, result why);
/* The server is outside it: committed or rolled back. */
void transaction_over(transaction *t);

#endif
