#include "base/memory.h"

#include <stdlib.h>

void *memory_take(size_t size) {
    void *p = calloc(1, size ? size : 1);
    must(p != NULL);
    return p;
}

void memory_give(void *p, size_t size) {
    if (!p) return;
    wipe(p, size);
    free(p);
}
