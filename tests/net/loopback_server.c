/* The real listening server with the loopback service behind it, for the socket tests and for wrk:
 *     loopback_server CERT KEY [limit=value]... [port=N]
 * Prints its port, and ends with 0 only if every exchange was released. */
#include "app/server.h"
#include "base/log.h"
#include "loopback.h"

#include <stdio.h>
#include <stdlib.h>

static void on_stopped(void *owner) { server_release(*(server **)owner); }

static bool set_limit(net_limits *l, bytes name, uint32_t value) {
#define X(limit, standard, least, most, unit, help)                                                                     \
    if (bytes_is(name, #limit)) {                                                                                       \
        l->limit = value;                                                                                               \
        return true;                                                                                                    \
    }
    NET_LIMITS(X)
#undef X
    return false;
}

static void set(server_settings *s, const char *argument) {
    const char *equals = strchr(argument, '=');
    uint64_t value = 0;
    must(equals && ok(bytes_to_u64(bytes_of_string(equals + 1), UINT32_MAX, &value)));
    bytes name = bytes_make(argument, (size_t)(equals - argument));
    if (bytes_is(name, "port")) s->listen[0].port = (uint16_t)value;
    else must(set_limit(&s->limits, name, (uint32_t)value));
}

int main(int count, char **arguments) {
    must(count >= 3);
    uv_loop_t *loop = uv_default_loop();
    service loopback = {.loop = loop};
    server *running = NULL;
    server_settings s = {.listen = {{"127.0.0.1", 0}, {"::1", 0}}, .listen_count = 2, .limits = net_limits_default(),
                         .cert = arguments[1], .key = arguments[2], .service = &loopback, .stopped = on_stopped,
                         .owner = &running};
    for (int i = 3; i < count; i++) set(&s, arguments[i]);
    const char *why;
    if (getenv("LOOPBACK_QUIET")) log_set_level(LOG_ERROR);
    if (!ok(server_start(loop, &s, &running, &why))) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    printf("%d %d\n", server_port(running, 0), server_port(running, 1));
    fflush(stdout);
    uv_run(loop, UV_RUN_DEFAULT);
    bool clean = loopback.live == 0 && uv_loop_close(loop) == 0;
    return clean ? 0 : 3;
}
