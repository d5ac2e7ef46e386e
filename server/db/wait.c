#include "db/pool.h"

#include <uv.h>

static void unit_arrived(void *arrived, unit *u) {
    (void)u;
    *(bool *)arrived = true;
}

result unit_wait(uv_loop_t *loop, pool *p, unit *u) {
    bool arrived = false;
    pool_submit(p, u, unit_arrived, &arrived);
    while (!arrived) (void)uv_run(loop, UV_RUN_ONCE);
    return unit_result(u);
}
