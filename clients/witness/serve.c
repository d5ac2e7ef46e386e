#include "serve.h"

#include "base/clock.h"
#include "base/memory.h"
#include "request.h"
#include "trouble.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

/* Idle connections are a stranger's cheapest weapon; honest logs ask in one piece. */
enum { IDLE_SECONDS = 15, CONNECTIONS_MAX = 256 };

static const char text_plain[] = "text/plain; charset=utf-8";

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *type, bytes body) {
    struct MHD_Response *r = MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.at, MHD_RESPMEM_MUST_COPY);
    if (!r) return MHD_NO;
    bool dressed = MHD_add_response_header(r, "Content-Type", type) == MHD_YES &&
                   MHD_add_response_header(r, "Cache-Control", "no-store") == MHD_YES &&
                   (status != MHD_HTTP_METHOD_NOT_ALLOWED || MHD_add_response_header(r, "Allow", "POST") == MHD_YES);
    enum MHD_Result queued = dressed ? MHD_queue_response(c, status, r) : MHD_NO;
    MHD_destroy_response(r);
    return queued;
}

static bool is_too_long(struct MHD_Connection *c) {
    const char *told = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
    uint64_t length;
    return told && !ok(bytes_to_u64(bytes_of_string(told), REQUEST_MAX, &length));
}

/* The headers are there: what can be refused by them alone is refused before its body comes. */
static enum MHD_Result begin(struct MHD_Connection *c, const char *path, const char *method, void **kept) {
    if (strcmp(path, "/add-checkpoint") != 0) return answer(c, 404, text_plain, BYTES("There is only /add-checkpoint\n"));
    if (strcmp(method, "POST") != 0) return answer(c, 405, text_plain, BYTES("Use POST\n"));
    if (is_too_long(c)) return answer(c, 413, text_plain, BYTES("The body is larger than the limit\n"));
    buf *body = MEMORY_NEW(buf);
    *body = buf_new(REQUEST_MAX);
    *kept = body;
    return MHD_YES;
}

static enum MHD_Result finish(struct MHD_Connection *c, const witness *w, const buf *body) {
    buf text = buf_new(ANSWER_MAX);
    unsigned status = judge(w, buf_bytes(body), (uint64_t)(clock_real() / SECOND), &text);
    must(buf_ok(&text));
    enum MHD_Result queued = answer(c, status, status == 409 ? "text/x.tlog.size" : text_plain, buf_bytes(&text));
    buf_release(&text);
    return queued;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *path, const char *method, const char *version,
                                  const char *data, size_t *len, void **kept) {
    (void)version;
    if (!*kept) return begin(c, path, method, kept);
    buf *body = *kept;
    if (*len == 0) return finish(c, cls, body);
    buf_put(body, bytes_make(data, *len));
    *len = 0;
    return buf_ok(body) ? MHD_YES : MHD_NO; /* in chunks, its length was not told before; the connection ends */
}

static void on_done(void *cls, struct MHD_Connection *c, void **kept, enum MHD_RequestTerminationCode why) {
    (void)cls, (void)c, (void)why;
    buf *body = *kept;
    if (body) buf_release(body);
    memory_give(body, sizeof *body);
    *kept = NULL;
}

static void say_where(struct MHD_Daemon *d, const config *c) {
    struct sockaddr_storage at = c->address;
    const union MHD_DaemonInfo *port = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
    char host[64];
    must(port && getnameinfo((struct sockaddr *)&at, c->address_len, host, sizeof host, NULL, 0, NI_NUMERICHOST) == 0);
    printf(at.ss_family == AF_INET6 ? "witness: listening on [%s]:%u\n" : "witness: listening on %s:%u\n", host, port->port);
    fflush(stdout);
}

int serve(const config *c, const witness *w) {
    sigset_t ending;
    int which;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    must(pthread_sigmask(SIG_BLOCK, &ending, NULL) == 0); /* before the thread starts: it inherits this */
    signal(SIGPIPE, SIG_IGN);
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | (c->address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    struct MHD_Daemon *d =
        MHD_start_daemon(flags, 0, NULL, NULL, on_request, (void *)(uintptr_t)w,
                         MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&c->address,
                         MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
                         MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!d) return trouble(EX_UNAVAILABLE, "can't listen there: %s", strerror(errno));
    say_where(d, c);
    must(sigwait(&ending, &which) == 0);
    MHD_stop_daemon(d); /* an answer that is lost here was kept: the log asks again and gets it */
    return 0;
}
