#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 16 * 1024, NEXT_BLOCK = 64 * 1024 };

typedef struct block {
    struct block *older;
    size_t size, used;
    alignas(max_align_t) uint8_t at[];
} block;

typedef struct hook {
    struct hook *older;
    void (*call)(void *);
    void *object;
} hook;

struct arena {
    block *newest;
    hook *hooks;
};

static block *block_new(size_t size, block *older) {
    block *b = malloc(sizeof *b + size);
    must(b != NULL);
    b->older = older;
    b->size = size;
    b->used = 0;
    return b;
}

static block *block_drop(block *b) {
    block *older = b->older;
    wipe(b->at, b->used);
    free(b);
    return older;
}

arena *arena_new_sized(size_t first) {
    arena *a = malloc(sizeof *a);
    must(a != NULL);
    a->newest = block_new(first, NULL);
    a->hooks = NULL;
    return a;
}

arena *arena_new(void) { return arena_new_sized(FIRST_BLOCK); }

/* A hook may hang up another one while it runs (a release that drops a child), so the list is taken one at a time. */
static void run_hooks(arena *a) {
    while (a->hooks) {
        hook h = *a->hooks;
        a->hooks = h.older;
        if (h.call) h.call(h.object);
    }
}

void arena_reset(arena *a) {
    run_hooks(a);
    while (a->newest->older) a->newest = block_drop(a->newest);
    wipe(a->newest->at, a->newest->used);
    a->newest->used = 0;
}

void arena_release(arena *a) {
    if (!a) return;
    arena_reset(a);
    block_drop(a->newest);
    free(a);
}

void *arena_take(arena *a, size_t size) {
    const size_t alignment = alignof(max_align_t);
    must(size <= SIZE_MAX / 2);
    size = (size + alignment - 1) & ~(alignment - 1);
    block *b = a->newest;
    if (b->size - b->used < size) {
        b = block_new(size > NEXT_BLOCK ? size : NEXT_BLOCK, b);
        a->newest = b;
    }
    void *p = b->at + b->used;
    b->used += size;
    memset(p, 0, size);
    return p;
}

void *arena_take_array(arena *a, size_t size, size_t count) {
    size_t total;
    must(!__builtin_mul_overflow(size, count, &total));
    return arena_take(a, total);
}

bytes arena_copy(arena *a, bytes source) {
    uint8_t *p = arena_take(a, source.len + 1);
    if (source.len) memcpy(p, source.at, source.len);
    return (bytes){p, source.len};
}

char *arena_string(arena *a, bytes source) { return (char *)(uintptr_t)arena_copy(a, source).at; }

bytes arena_format(arena *a, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char probe[1];
    int n = vsnprintf(probe, sizeof probe, format, args);
    va_end(args);
    must(n >= 0);
    char *p = arena_take(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (bytes){(uint8_t *)p, (size_t)n};
}

void arena_on_free(arena *a, void (*call)(void *), void *object) {
    hook *h = arena_take(a, sizeof *h);
    *h = (hook){a->hooks, call, object};
    a->hooks = h;
}

/* Both must fit: an exchange hangs several hooks on its own arena with itself as their object. */
void arena_drop_hook(arena *a, void (*call)(void *), void *object) {
    for (hook *h = a->hooks; h; h = h->older)
        if (h->call == call && h->object == object) {
            h->call = NULL;
            h->object = NULL;
        }
}

size_t arena_used(const arena *a) {
    size_t n = 0;
    for (const block *b = a->newest; b; b = b->older) n += b->used;
    return n;
}
