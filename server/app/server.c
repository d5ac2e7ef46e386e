#include "app/server.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>


enum { SIGNALS = 3, FIRST_HANDED_FD = 3 };

struct server {
    arena *memory;
    uv_loop_t *loop;
    server_settings settings;
    net *net;
    uv_tcp_t listeners[SERVER_LISTEN_MAX];
    size_t listening, working;
    uv_signal_t signals[SIGNALS];
    uv_timer_t bound; /* of the drain */
    int handles;      /* that libuv still knows */
    bool draining, listen_closed, released;
};

/* ---- the supervisor ---- */

void supervisor_tell(const char *what) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    if (len < 2 || len >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@')) return;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') to.sun_path[0] = 0; /* the abstract name space */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    ssize_t sent = sendto(fd, what, strlen(what), MSG_NOSIGNAL, (struct sockaddr *)&to, size);
    (void)sent; /* a supervisor that does not listen is not our trouble */
    close(fd);
}

/* How many sockets systemd hands over (sd_listen_fds(3)); the variables are for this process only, and once. */
static size_t handed_over(void) {
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    uint64_t p = 0, n = 0;
    bool ours = pid && count && ok(bytes_to_u64(bytes_of_string(pid), INT32_MAX, &p)) && p == (uint64_t)getpid() &&
                ok(bytes_to_u64(bytes_of_string(count), SERVER_LISTEN_MAX, &n));
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return ours ? (size_t)n : 0;
}

/* ---- handles: the memory goes when libuv has let go of the last one ---- */

static void on_handle_closed(uv_handle_t *h) {
    server *s = h->data;
    if (--s->handles == 0 && s->released) arena_release(s->memory);
}

static void close_handle(uv_handle_t *h) {
    if (!uv_is_closing(h)) uv_close(h, on_handle_closed);
}

static void stop_listening(server *s) {
    if (s->listen_closed) return;
    s->listen_closed = true;
    for (size_t i = 0; i < s->listening; i++) close_handle((uv_handle_t *)&s->listeners[i]);
}

/* ---- draining ---- */

static void on_drained(void *owner) {
    server *s = owner;
    uv_timer_stop(&s->bound);
    LOG(LOG_INFO, "server.stopped", LOG_N("requests", net_count(s->net).requests));
    if (s->settings.stopped) s->settings.stopped(s->settings.owner);
}

static void on_bound(uv_timer_t *t) {
    server *s = t->data;
    LOG(LOG_WARN, "server.drain_cut_short", LOG_N("connections", net_count(s->net).connections));
    net_close_all(s->net);
}

void server_drain(server *s) {
    if (s->draining) {
        on_bound(&s->bound);
        return;
    }
    s->draining = true;
    supervisor_tell("STOPPING=1");
    LOG(LOG_INFO, "server.draining", LOG_N("connections", net_count(s->net).connections));
    stop_listening(s);
    must(uv_timer_start(&s->bound, on_bound, s->settings.limits.drain_time, 0) == 0);
    net_drain(s->net, on_drained, s);
}

/* ---- the certificate ---- */

void server_reload(server *s) {
    tls_context *t;
    const char *why = NULL;
    supervisor_tell("RELOADING=1");
    if (ok(tls_context_load(s->settings.cert, s->settings.key, &t, &why))) {
        net_set_tls(s->net, t);
        tls_context_release(t);
        LOG(LOG_INFO, "server.certificate_reloaded", LOG_N("connections", net_count(s->net).connections));
    } else {
        LOG(LOG_ERROR, "server.certificate_kept", LOG_W("why", why));
    }
    supervisor_tell("READY=1");
}

static void on_signal(uv_signal_t *signal, int number) {
    if (number == SIGHUP) server_reload(signal->data);
    else server_drain(signal->data);
}

static void watch_signals(server *s) {
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};
    signal(SIGPIPE, SIG_IGN); /* a peer that went away is an error of its write(), not the end of the server */
    for (size_t i = 0; i < SIGNALS; i++) {
        must(uv_signal_init(s->loop, &s->signals[i]) == 0);
        s->signals[i].data = s;
        s->handles++;
        must(uv_signal_start(&s->signals[i], on_signal, numbers[i]) == 0);
    }
}

/* ---- listening ---- */

static void on_connection(uv_stream_t *listener, int status) {
    server *s = listener->data;
    if (status == 0) net_accept(s->net, listener);
}

static uv_tcp_t *listener_new(server *s) {
    uv_tcp_t *l = &s->listeners[s->listening++];
    must(uv_tcp_init(s->loop, l) == 0);
    l->data = s;
    s->handles++;
    return l;
}

static bool address_of(const server_address *a, struct sockaddr_storage *out) {
    *out = (struct sockaddr_storage){0};
    return uv_ip4_addr(a->address, a->port, (struct sockaddr_in *)out) == 0 ||
           uv_ip6_addr(a->address, a->port, (struct sockaddr_in6 *)out) == 0;
}

static int bind_and_listen(server *s, const struct sockaddr_storage *at) {
    uv_tcp_t *l = listener_new(s);
    unsigned flags = at->ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0;
    int failed = uv_tcp_bind(l, (const struct sockaddr *)at, flags);
    return failed ? failed : uv_listen((uv_stream_t *)l, (int)s->settings.limits.backlog, on_connection);
}

/* A machine without IPv6 has no ::1: that address is passed over with a word in the log, as long as another one
 * works. */
static result listen_on(server *s, const server_address *a, const char **why) {
    struct sockaddr_storage at;
    *why = "an address to listen on is not a numeric one";
    ENSURE(address_of(a, &at), BAD_SETTING);
    int failed = bind_and_listen(s, &at);
    bool missing = failed == UV_EADDRNOTAVAIL || failed == UV_EAFNOSUPPORT;
    if (missing)
        LOG(LOG_WARN, "server.address_passed_over", LOG_N("port", a->port), LOG_N("ipv6", at.ss_family == AF_INET6));
    s->working += !failed;
    *why = "an address to listen on is in use or needs more rights";
    ENSURE(!failed || missing, BAD_SETTING);
    return OK;
}

static result take_over(server *s, int fd, const char **why) {
    *why = "a socket handed over by the supervisor can't be used";
    ENSURE(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0, BAD_SETTING);
    uv_tcp_t *l = listener_new(s);
    ENSURE(uv_tcp_open(l, fd) == 0, BAD_SETTING);
    ENSURE(uv_listen((uv_stream_t *)l, (int)s->settings.limits.backlog, on_connection) == 0, BAD_SETTING);
    s->working++;
    return OK;
}

static result listen_all(server *s, const char **why) {
    size_t handed = handed_over();
    for (size_t i = 0; i < handed; i++) TRY(take_over(s, FIRST_HANDED_FD + (int)i, why));
    if (handed > 0) return OK;
    *why = "there is no address to listen on";
    ENSURE(s->settings.listen_count > 0 && s->settings.listen_count <= SERVER_LISTEN_MAX, BAD_SETTING);
    for (size_t i = 0; i < s->settings.listen_count; i++) TRY(listen_on(s, &s->settings.listen[i], why));
    *why = "none of the addresses to listen on is this machine's";
    ENSURE(s->working > 0, BAD_SETTING);
    return OK;
}

/* ---- beginning and end ---- */

static server *server_new(uv_loop_t *loop, const server_settings *settings, tls_context *t) {
    arena *memory = arena_new();
    server *s = ARENA_NEW(memory, server);
    s->memory = memory;
    s->loop = loop;
    s->settings = *settings;
    s->net = net_new(loop, &settings->limits, settings->service, t);
    must(uv_timer_init(loop, &s->bound) == 0);
    s->bound.data = s;
    s->handles++;
    watch_signals(s);
    return s;
}

result server_start(uv_loop_t *loop, const server_settings *settings, server **out, const char **why) {
    tls_context *t;
    *out = NULL;
    TRY(tls_context_load(settings->cert, settings->key, &t, why));
    server *s = server_new(loop, settings, t);
    tls_context_release(t);
    result r = listen_all(s, why);
    if (!ok(r)) {
        server_release(s);
        return r;
    }
    *why = NULL;
    *out = s;
    LOG(LOG_INFO, "server.listening", LOG_N("listeners", s->working), LOG_N("port", server_port(s, 0)));
    supervisor_tell("READY=1");
    return OK;
}

uint16_t server_port(const server *s, size_t listener) {
    struct sockaddr_storage at = {0};
    int len = sizeof at;
    if (listener >= s->listening || uv_tcp_getsockname(&s->listeners[listener], (struct sockaddr *)&at, &len) != 0)
        return 0;
    return at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                    : ntohs(((struct sockaddr_in *)&at)->sin_port);
}

net_counts server_counts(const server *s) { return net_count(s->net); }

void server_release(server *s) {
    stop_listening(s);
    net_release(s->net);
    for (size_t i = 0; i < SIGNALS; i++) close_handle((uv_handle_t *)&s->signals[i]);
    s->released = true;
    close_handle((uv_handle_t *)&s->bound);
}
