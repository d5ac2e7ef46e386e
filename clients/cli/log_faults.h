/* What is wrong with a log, said so that it can be found again: the first few in words, all of them counted. */
#ifndef KRING_CLI_LOG_FAULTS_H
#define KRING_CLI_LOG_FAULTS_H

#include "base/arena.h"

enum { FAULTS_MAX = 20 };

typedef struct {
    arena *memory;
    size_t count;
    bytes text[FAULTS_MAX]; /* as it came: to be cleaned before it is shown */
} faults;

#define FAULT(f, ...)                                                                                                \
    do {                                                                                                             \
        if ((f)->count < FAULTS_MAX) (f)->text[(f)->count] = arena_format((f)->memory, __VA_ARGS__);                 \
        (f)->count++;                                                                                                \
    } while (0)

/* Whoever could say no more of them has seen enough. */
static inline bool faults_full(const faults *f) { return f->count >= FAULTS_MAX; }

#endif
