/* The listening server over real sockets: TLS versions and ciphers, deadlines, order, disconnects, limits, drain,
 * reload, and what an idle connection costs. The server is its own process, so its memory and its exit are judged
 * apart from the client's. */
#include "base/bytes.h"
#include "base/clock.h"
#include "certificate.h"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

extern char **environ;
static char folder[] = "/tmp/kring-net-XXXXXX", cert[64], key[64], program[1024];

/* ---- the server's process ---- */

typedef struct {
    pid_t pid;
    int port, port6;
} process;

static process server_begin(const char *const *options, size_t count) {
    char *arguments[16] = {program, cert, key};
    for (size_t i = 0; i < count; i++) arguments[3 + i] = (char *)(uintptr_t)options[i];
    int out[2];
    assert_int_equal(pipe(out), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    process p = {0};
    assert_int_equal(posix_spawn(&p.pid, program, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    assert_int_equal(fscanf(f, "%d %d", &p.port, &p.port6), 2);
    fclose(f);
    return p;
}

#define SERVER(...)                                                                                                  \
    server_begin((const char *const[]){"backlog=4096", __VA_ARGS__},                                                 \
                 sizeof((const char *[]){"", __VA_ARGS__}) / sizeof(char *))

static int server_wait(const process *p) {
    int status;
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* 0 also means: no exchange was left, no handle stayed open, no sanitizer complained. */
static void server_end(const process *p) {
    kill(p->pid, SIGTERM);
    assert_int_equal(server_wait(p), 0);
}

static long resident_kib(const process *p) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", p->pid);
    FILE *f = fopen(path, "r");
    long kib = 0;
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1) break;
    if (f) fclose(f);
    return kib;
}

/* ---- a blocking client ---- */

typedef struct {
    int fd;
    SSL *ssl;
} client;

static SSL_CTX *client_context(void) {
    static SSL_CTX *c;
    if (!c) c = SSL_CTX_new(TLS_client_method());
    return c;
}

static int dial(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval limit = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static bool client_try(client *c, SSL_CTX *context, int port) {
    *c = (client){dial(port), SSL_new(context)};
    SSL_set_fd(c->ssl, c->fd);
    return SSL_connect(c->ssl) == 1;
}

static client client_open(int port) {
    client c;
    assert_true(client_try(&c, client_context(), port));
    return c;
}

static void client_close(client *c) {
    SSL_free(c->ssl);
    close(c->fd);
    ERR_clear_error();
}

static void send_text(client *c, const char *text) {
    assert_int_equal(SSL_write(c->ssl, text, (int)strlen(text)), (int)strlen(text));
}

/* One answer: its status, its body in `body`. 0 at the end of the connection. */
static int answer(client *c, char *body, size_t cap) {
    char head[4096];
    size_t n = 0, length = 0;
    while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0) {
        assert_true(n < sizeof head - 1);
        if (SSL_read(c->ssl, head + n, 1) != 1) return 0;
        n++;
    }
    head[n] = 0;
    const char *l = strstr(head, "Content-Length: ");
    if (l) length = strtoul(l + 16, NULL, 10);
    for (size_t got = 0; got < length;) {
        char piece[16384];
        size_t want = length - got < sizeof piece ? length - got : sizeof piece;
        int k = SSL_read(c->ssl, piece, (int)want);
        if (k <= 0) return 0;
        for (int i = 0; i < k && got + (size_t)i < cap - 1; i++) body[got + (size_t)i] = piece[i];
        got += (size_t)k;
    }
    body[length < cap - 1 ? length : cap - 1] = 0;
    return atoi(head + 9);
}

static int ask(client *c, const char *target, char *body, size_t cap) {
    char text[512];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target);
    send_text(c, text);
    return answer(c, body, cap);
}

static bool at_end(client *c) {
    char one;
    return SSL_read(c->ssl, &one, 1) <= 0;
}

static uint64_t waited(client *c, char *body, size_t cap, int *status) {
    uint64_t from = clock_ticks();
    *status = answer(c, body, cap);
    return clock_ticks() - from;
}

/* ---- TLS ---- */

typedef struct {
    int version;
    const char *ciphers;
    bool welcome;
} offer;

static bool accepted(int port, const offer *o, const unsigned char *alpn, unsigned alpn_len, client *c) {
    SSL_CTX *x = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(x, 0);
    SSL_CTX_set_min_proto_version(x, o->version);
    SSL_CTX_set_max_proto_version(x, o->version);
    if (o->ciphers) assert_true(SSL_CTX_set_cipher_list(x, o->ciphers));
    if (alpn) SSL_CTX_set_alpn_protos(x, alpn, alpn_len);
    bool is = client_try(c, x, port);
    SSL_CTX_free(x);
    return is;
}

static void chooses_versions_and_ciphers(void **state) {
    (void)state;
    static const offer offers[] = {
        {TLS1_3_VERSION, NULL, true},
        {TLS1_2_VERSION, NULL, true},
        {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", true},
        {TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", true},
        {TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0", false},
        {TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0", false},
        {TLS1_2_VERSION, "AES128-GCM-SHA256:@SECLEVEL=0", false},
        {TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", false},
        {TLS1_1_VERSION, "ALL:@SECLEVEL=0", false},
        {TLS1_VERSION, "ALL:@SECLEVEL=0", false},
    };
    process p = SERVER("linger_time=200");
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
        client c;
        char body[256];
        if (accepted(p.port, &offers[i], NULL, 0, &c) != offers[i].welcome) fail_msg("offer %zu", i);
        if (offers[i].welcome) assert_int_equal(ask(&c, "/echo", body, sizeof body), 200);
        client_close(&c);
    }
    server_end(&p);
}

static void speaks_only_http_1_1(void **state) {
    (void)state;
    process p = SERVER("linger_time=200");
    const offer o = {TLS1_3_VERSION, NULL, true};
    const unsigned char *chosen;
    unsigned len;
    client c;
    assert_true(accepted(p.port, &o, (const unsigned char *)"\x02h2\x08http/1.1", 12, &c));
    SSL_get0_alpn_selected(c.ssl, &chosen, &len);
    assert_true(bytes_is(bytes_make(chosen, len), "http/1.1"));
    client_close(&c);
    assert_false(accepted(p.port, &o, (const unsigned char *)"\x02h2", 3, &c));
    client_close(&c);
    server_end(&p);
}

static void gives_no_tickets_and_no_renegotiation(void **state) {
    (void)state;
    process p = SERVER("linger_time=200");
    char body[256];
    const offer old = {TLS1_2_VERSION, NULL, true}, new = {TLS1_3_VERSION, NULL, true};
    client c;
    assert_true(accepted(p.port, &old, NULL, 0, &c));
    assert_false(SSL_SESSION_has_ticket(SSL_get_session(c.ssl)));
    assert_true(SSL_renegotiate(c.ssl) != 1 || SSL_do_handshake(c.ssl) != 1 ||
                ask(&c, "/echo", body, sizeof body) == 0);
    client_close(&c);
    assert_true(accepted(p.port, &new, NULL, 0, &c));
    assert_int_equal(ask(&c, "/echo", body, sizeof body), 200);
    assert_false(SSL_SESSION_is_resumable(SSL_get_session(c.ssl)));
    assert_int_equal(SSL_get_negotiated_group(c.ssl), NID_X25519);
    assert_int_equal(SSL_key_update(c.ssl, SSL_KEY_UPDATE_REQUESTED),
                     1); /* is answered, and the connection lives on */
    assert_int_equal(ask(&c, "/bytes?50000", body, sizeof body), 200);
    assert_int_equal(ask(&c, "/echo", body, sizeof body), 200);
    client_close(&c);
    server_end(&p);
}

/* ---- requests ---- */

static void answers_in_order(void **state) {
    (void)state;
    process p = SERVER("linger_time=200");
    client c = client_open(p.port);
    char body[4096];
    send_text(
        &c,
        "GET /later?80 HTTP/1.1\r\nHost: a\r\n\r\nGET /echo?1 HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /echo?2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcHEAD /bytes?9 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(answer(&c, body, sizeof body), 200);
    assert_string_equal(body, "later");
    assert_int_equal(answer(&c, body, sizeof body), 200);
    assert_string_equal(body, "GET /echo?1\nHost=a\n\n");
    assert_int_equal(answer(&c, body, sizeof body), 200);
    assert_string_equal(body, "POST /echo?2\nHost=a\nContent-Length=3\n\nabc");
    client_close(&c);
    server_end(&p);
}

/* More than the server reads ahead, while the first one is in work: nothing is lost, nothing overtakes. */
static void holds_back_a_flood_of_requests(void **state) {
    (void)state;
    process p = SERVER("linger_time=200", "keepalive_requests=100000");
    client c = client_open(p.port);
    char body[4096], expected[64];
    send_text(&c, "GET /later?150 HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 3000; i++) {
        char text[128];
        snprintf(text, sizeof text, "GET /echo?%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
        send_text(&c, text);
    }
    assert_int_equal(answer(&c, body, sizeof body), 200);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(answer(&c, body, sizeof body), 200);
        snprintf(expected, sizeof expected, "GET /echo?%d\nHost=a\n\n", i);
        assert_string_equal(body, expected);
    }
    client_close(&c);
    server_end(&p);
}

static void sends_large_answers(void **state) {
    (void)state;
    static const unsigned sizes[] = {0, 1, 15000, 16383, 16384, 16385, 40000, 300000, 5000000};
    process p = SERVER("linger_time=200", "write_queue=32768");
    client c = client_open(p.port);
    char *body = malloc(5000001), target[32];
    assert_non_null(body);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        snprintf(target, sizeof target, "/bytes?%u", sizes[i]);
        assert_int_equal(ask(&c, target, body, 5000001), 200);
        assert_int_equal(strlen(body), sizes[i]);
        for (unsigned k = 0; k < sizes[i]; k++)
            if (body[k] != (char)('a' + k % 26)) fail_msg("byte %u of %u", k, sizes[i]);
    }
    free(body);
    client_close(&c);
    server_end(&p);
}

static void answers_and_closes_after_a_fault(void **state) {
    (void)state;
    process p = SERVER("linger_time=200");
    char body[4096];
    client c = client_open(p.port);
    send_text(
        &c,
        "GET /echo HTTP/1.1\r\nHost: a\r\n\r\nGET http://a/ HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\n\r\n");
    assert_int_equal(answer(&c, body, sizeof body), 200);
    assert_int_equal(answer(&c, body, sizeof body), 400);
    assert_string_equal(body, "bad-request");
    assert_true(at_end(&c));
    client_close(&c);
    /* a refused body that is still on its way must not destroy the answer by a reset */
    c = client_open(p.port);
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
    char junk[8192];
    memset(junk, 'j', sizeof junk);
    for (int i = 0; i < 20; i++) SSL_write(c.ssl, junk, sizeof junk);
    assert_int_equal(answer(&c, body, sizeof body), 413);
    client_close(&c);
    server_end(&p);
}

static void closes_after_so_many_requests(void **state) {
    (void)state;
    process p = SERVER("linger_time=200", "keepalive_requests=3");
    char body[4096];
    client c = client_open(p.port);
    for (int i = 0; i < 3; i++) assert_int_equal(ask(&c, "/echo", body, sizeof body), 200);
    assert_true(at_end(&c));
    client_close(&c);
    c = client_open(p.port);
    assert_int_equal(ask(&c, "/close", body, sizeof body), 200);
    assert_true(at_end(&c));
    client_close(&c);
    server_end(&p);
}

/* ---- slowness ---- */

static void slow_handshakes_end(void **state) {
    (void)state;
    process p = SERVER("handshake_time=150");
    int fd = dial(p.port);
    uint64_t from = clock_ticks();
    char one;
    assert_int_equal(write(fd, "\x16\x03\x01", 3), 3);
    assert_true(read(fd, &one, 1) <= 0);
    assert_in_range(clock_ticks() - from, 100, 3000);
    close(fd);
    server_end(&p);
}

static void slow_headers_end(void **state) {
    (void)state;
    process p = SERVER("header_time=200", "linger_time=100");
    char body[256];
    int status = 0;
    client c = client_open(p.port);
    uint64_t from = clock_ticks();
    /* each byte is in time, the whole is not */
    for (int i = 0; i < 4; i++) {
        send_text(&c, "G");
        usleep(40000);
    }
    status = answer(&c, body, sizeof body);
    assert_int_equal(status, 408);
    assert_in_range(clock_ticks() - from, 150, 3000);
    assert_true(at_end(&c));
    client_close(&c);
    server_end(&p);
}

static void slow_bodies_end(void **state) {
    (void)state;
    process p = SERVER("body_time=5000", "body_grace=150", "body_rate=1000", "linger_time=100");
    char body[256];
    int status;
    client c = client_open(p.port);
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n0123456789");
    assert_in_range(waited(&c, body, sizeof body, &status), 100, 3000);
    assert_int_equal(status, 408);
    client_close(&c);
    server_end(&p);
    p = SERVER("body_time=200", "linger_time=100");
    c = client_open(p.port);
    send_text(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    assert_in_range(waited(&c, body, sizeof body, &status), 150, 3000);
    assert_int_equal(status, 408);
    client_close(&c);
    server_end(&p);
}

static void slow_work_expires(void **state) {
    (void)state;
    process p = SERVER("handler_time=200", "linger_time=100");
    char body[256];
    int status;
    client c = client_open(p.port);
    send_text(&c, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_in_range(waited(&c, body, sizeof body, &status), 150, 3000);
    assert_int_equal(status, 503);
    assert_int_equal(ask(&c, "/later?50", body, sizeof body), 200);
    client_close(&c);
    server_end(&p);
}

static void slow_readers_end(void **state) {
    (void)state;
    process p = SERVER("write_time=200", "linger_time=100", "write_queue=32768");
    char body[256];
    client c = client_open(p.port);
    send_text(&c, "GET /bytes?8000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    usleep(500000);
    client d = client_open(p.port);
    assert_int_equal(ask(&d, "/counts", body, sizeof body), 200);
    assert_int_equal(strncmp(body, "1 ", 2), 0); /* only the one that asks: the other was given up */
    client_close(&c);
    client_close(&d);
    server_end(&p);
}

static void idle_connections_end(void **state) {
    (void)state;
    process p = SERVER("idle_time=200", "linger_time=100");
    char body[256];
    client c = client_open(p.port);
    assert_int_equal(ask(&c, "/echo", body, sizeof body), 200);
    uint64_t from = clock_ticks();
    assert_true(at_end(&c));
    assert_int_equal(SSL_get_error(c.ssl, 0), SSL_ERROR_ZERO_RETURN); /* with a goodbye, not a cut */
    assert_in_range(clock_ticks() - from, 150, 3000);
    client_close(&c);
    server_end(&p);
}

/* ---- peers that go away ---- */

static void disconnects_release_what_is_in_work(void **state) {
    (void)state;
    process p = SERVER("linger_time=100");
    char body[256];
    static const char *const beginnings[] = {"",
                                             "GET /echo HT",
                                             "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab",
                                             "GET /never HTTP/1.1\r\nHost: a\r\n\r\n",
                                             "GET /later?60 HTTP/1.1\r\nHost: a\r\n\r\n",
                                             "GET /bytes?8000000 HTTP/1.1\r\nHost: a\r\n\r\n"};
    for (size_t i = 0; i < 5 * sizeof beginnings / sizeof *beginnings; i++) {
        client c = client_open(p.port);
        const char *text = beginnings[i % (sizeof beginnings / sizeof *beginnings)];
        if (*text) send_text(&c, text);
        usleep(2000);
        struct linger reset = {1, 0};
        if (i % 2) setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        client_close(&c);
    }
    usleep(150000);
    client c = client_open(p.port);
    assert_int_equal(ask(&c, "/counts", body, sizeof body), 200);
    assert_int_equal(strncmp(body, "1 ", 2), 0);
    client_close(&c);
    server_end(&p);
}

/* Every prefix of a conversation, cut hard, at the bytes of the wire: the server outlives it and loses nothing. */
static void survives_a_cut_at_any_byte(void **state) {
    (void)state;
    process p = SERVER("linger_time=50", "handshake_time=300");
    for (size_t cut = 1; cut < 900; cut += 7) {
        int fd = dial(p.port), inside[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, inside), 0);
        SSL *ssl = SSL_new(client_context());
        SSL_set_fd(ssl, inside[0]);
        SSL_set_connect_state(ssl);
        size_t sent = 0;
        bool asked = false;
        for (int turn = 0; turn < 60 && sent < cut; turn++) {
            char piece[4096];
            if (SSL_do_handshake(ssl) == 1 && !asked)
                asked = SSL_write(ssl, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 31) == 31;
            ssize_t n = read(inside[1], piece, sizeof piece);
            if (n > 0) n = send(fd, piece, (size_t)n < cut - sent ? (size_t)n : cut - sent, MSG_NOSIGNAL);
            if (n > 0) sent += (size_t)n;
            n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);
            if (n > 0) assert_int_equal(write(inside[1], piece, (size_t)n), n);
            else usleep(200);
        }
        SSL_free(ssl);
        ERR_clear_error();
        close(inside[0]);
        close(inside[1]);
        close(fd);
    }
    server_end(&p);
}

/* ---- many ---- */

enum { MANY = 1000 };

static void serves_a_thousand_at_once(void **state) {
    (void)state;
    process p = SERVER("connections_per_address=2000", "linger_time=200", "idle_time=60000", "handshake_time=60000");
    static client c[MANY];
    char body[256];
    long before = resident_kib(&p);
    for (int i = 0; i < MANY; i++) c[i] = client_open(p.port);
    for (int i = 0; i < MANY; i++) assert_int_equal(ask(&c[i], "/bytes?5000", body, sizeof body), 200);
    long each = (resident_kib(&p) - before) * 1024 / MANY;
    print_message("an idle connection costs %ld bytes\n", each);
    if (!SANITIZED) assert_in_range(each, 1000, 19000); /* ten thousand under 200 MiB */
    for (int i = 0; i < MANY; i++) assert_int_equal(ask(&c[i], "/echo", body, sizeof body), 200);
    for (int i = 0; i < MANY; i++) client_close(&c[i]);
    server_end(&p);
}

static void keeps_the_connection_limits(void **state) {
    (void)state;
    process p = SERVER("connections_per_address=3", "linger_time=100");
    client c[4];
    char body[256];
    for (int i = 0; i < 3; i++) c[i] = client_open(p.port);
    assert_false(client_try(&c[3], client_context(), p.port));
    client_close(&c[3]);
    client_close(&c[0]);
    usleep(50000);
    c[0] = client_open(p.port);
    for (int i = 0; i < 3; i++) assert_int_equal(ask(&c[i], "/echo", body, sizeof body), 200);
    for (int i = 0; i < 3; i++) client_close(&c[i]);
    server_end(&p);
    p = SERVER("connections=2", "linger_time=100");
    for (int i = 0; i < 2; i++) c[i] = client_open(p.port);
    assert_false(client_try(&c[2], client_context(), p.port));
    for (int i = 0; i < 3; i++) client_close(&c[i]);
    server_end(&p);
}

static void sheds_work_before_it_starts(void **state) {
    (void)state;
    process p = SERVER("running=1", "linger_time=100");
    char body[256];
    client c = client_open(p.port), d = client_open(p.port);
    send_text(&c, "GET /later?300 HTTP/1.1\r\nHost: a\r\n\r\n");
    usleep(100000);
    assert_int_equal(ask(&d, "/echo", body, sizeof body), 503);
    assert_int_equal(answer(&c, body, sizeof body), 200);
    assert_int_equal(ask(&d, "/echo", body, sizeof body), 200); /* shedding keeps the connection */
    client_close(&c);
    client_close(&d);
    server_end(&p);
}

/* ---- the end, and the certificate ---- */

static void drains(void **state) {
    (void)state;
    process p = SERVER("linger_time=2000", "drain_time=5000");
    char body[256];
    client idle = client_open(p.port), busy = client_open(p.port), half = client_open(p.port);
    assert_int_equal(ask(&idle, "/echo", body, sizeof body), 200);
    send_text(&busy, "GET /later?300 HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    send_text(&half, "GET /echo HTTP/1.1\r\n");
    usleep(100000);
    kill(p.pid, SIGTERM);
    assert_true(at_end(&idle));
    client_close(&idle);
    usleep(20000);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)p.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    assert_int_not_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    close(fd);
    send_text(&half, "Host: a\r\n\r\n");
    assert_int_equal(answer(&half, body, sizeof body), 200);
    assert_true(at_end(&half));
    client_close(&half);
    assert_int_equal(answer(&busy, body, sizeof body), 200);
    assert_true(at_end(&busy)); /* the pipelined one is not begun: the client repeats it elsewhere */
    client_close(&busy);
    assert_int_equal(server_wait(&p), 0);
}

static void drains_within_its_bound(void **state) {
    (void)state;
    process p = SERVER("drain_time=200");
    client c = client_open(p.port);
    send_text(&c, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
    usleep(50000);
    uint64_t from = clock_ticks();
    kill(p.pid, SIGTERM);
    assert_int_equal(server_wait(&p), 0);
    assert_in_range(clock_ticks() - from, 150, 4000);
    client_close(&c);
    p = SERVER("drain_time=60000");
    c = client_open(p.port);
    send_text(&c, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
    usleep(50000);
    kill(p.pid, SIGTERM);
    usleep(50000);
    kill(p.pid, SIGINT); /* the second one means now */
    assert_int_equal(server_wait(&p), 0);
    client_close(&c);
}

static bool shows(client *c, const char *name) {
    X509 *x = SSL_get1_peer_certificate(c->ssl);
    char cn[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, cn, sizeof cn);
    X509_free(x);
    return strcmp(cn, name) == 0;
}

static void reloads_the_certificate(void **state) {
    (void)state;
    process p = SERVER("linger_time=100");
    char body[256];
    client old = client_open(p.port);
    assert_true(shows(&old, "first"));
    certificate_make(cert, key, KEY_P256, "second", -60, 3600, 0600);
    kill(p.pid, SIGHUP);
    usleep(100000);
    client c = client_open(p.port);
    assert_true(shows(&c, "second"));
    assert_int_equal(ask(&old, "/echo", body, sizeof body), 200); /* what began before goes on */
    client_close(&c);
    certificate_make(cert, key, KEY_P256, "expired", -7200, -3600, 0600);
    kill(p.pid, SIGHUP);
    usleep(100000);
    c = client_open(p.port);
    assert_true(shows(&c, "second"));
    client_close(&c);
    client_close(&old);
    certificate_make(cert, key, KEY_P256, "first", -60, 3600, 0600);
    server_end(&p);
}

static int set_up(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    certificate_make(cert, key, KEY_P256, "first", -60, 3600, 0600);
    signal(SIGPIPE, SIG_IGN);
    setenv("LOOPBACK_QUIET", "1", 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(cert);
    unlink(key);
    rmdir(folder);
    SSL_CTX_free(client_context());
    return 0;
}

int main(int count, char **arguments) {
    if (count < 2) return 2;
    snprintf(program, sizeof program, "%s", arguments[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_versions_and_ciphers),
        cmocka_unit_test(speaks_only_http_1_1),
        cmocka_unit_test(gives_no_tickets_and_no_renegotiation),
        cmocka_unit_test(answers_in_order),
        cmocka_unit_test(holds_back_a_flood_of_requests),
        cmocka_unit_test(sends_large_answers),
        cmocka_unit_test(answers_and_closes_after_a_fault),
        cmocka_unit_test(closes_after_so_many_requests),
        cmocka_unit_test(slow_handshakes_end),
        cmocka_unit_test(slow_headers_end),
        cmocka_unit_test(slow_bodies_end),
        cmocka_unit_test(slow_work_expires),
        cmocka_unit_test(slow_readers_end),
        cmocka_unit_test(idle_connections_end),
        cmocka_unit_test(disconnects_release_what_is_in_work),
        cmocka_unit_test(survives_a_cut_at_any_byte),
        cmocka_unit_test(serves_a_thousand_at_once),
        cmocka_unit_test(keeps_the_connection_limits),
        cmocka_unit_test(sheds_work_before_it_starts),
        cmocka_unit_test(drains),
        cmocka_unit_test(drains_within_its_bound),
        cmocka_unit_test(reloads_the_certificate),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
