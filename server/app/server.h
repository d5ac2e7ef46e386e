/* The listening server: addresses, signals, certificates, the supervisor's notices. Everything about one connection
 * is net/'s.
 *
 * SIGTERM and SIGINT drain within a bound (a second one ends at once), SIGHUP loads the certificate again for new
 * connections and keeps the old one if the new one is not right. Listening sockets may be handed over by systemd
 * (LISTEN_FDS). */
#ifndef KRING_APP_SERVER_H
#define KRING_APP_SERVER_H

#include "net/net.h"

enum { SERVER_LISTEN_MAX = 8 };

typedef struct {
    const char *address; /* numeric, IPv4 or IPv6; an IPv6 socket takes IPv6 only */
    uint16_t port;       /* 0: any free one */
} server_address;

/* All strings must live as long as the server. */
typedef struct {
    server_address listen[SERVER_LISTEN_MAX];
    size_t listen_count;
    net_limits limits;
    const char *cert, *key;
    service *service;
    /* Called once, when a drain is over and every connection has gone: stop the rest, then server_release. */
    void (*stopped)(void *owner);
    void *owner;
} server_settings;

typedef struct server server;

/* Listens and tells the supervisor READY=1. On a failure *why is a sentence and nothing stays open. */
result server_start(uv_loop_t *loop, const server_settings *s, server **out, const char **why) MUST_USE;
/* What SIGTERM and SIGHUP do. */
void server_drain(server *s);
void server_reload(server *s);
uint16_t server_port(const server *s, size_t listener);
net_counts server_counts(const server *s);
/* After `stopped`; memory goes in the loop's next turns. */
void server_release(server *s);

/* "READY=1", "STOPPING=1", "STATUS=…" to $NOTIFY_SOCKET, if there is one (sd_notify(3)). */
void supervisor_tell(const char *what);

#endif
