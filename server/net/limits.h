/* Every bound and deadline of the network side, once: name, default, smallest, largest, unit, help.
 *
 * The settings table of app/ includes the same lines, so a limit without a setting and a text cannot exist
 * (security.md 2f). Bounds are bytes or counts, deadlines milliseconds; a deadline is total, never restarted by a
 * byte that arrives. */
#ifndef KRING_NET_LIMITS_H
#define KRING_NET_LIMITS_H

#include <stdint.h>

#define NET_LIMITS(X)                                                                                                   \
    X(request_line, 4096, 64, 16384, "bytes", "longest request line; longer is 414")                                    \
    X(header_line, 8192, 64, 65536, "bytes", "longest single header; longer is 431")                                    \
    X(headers_size, 16384, 256, 65536, "bytes", "all headers together; more is 431")                                    \
    X(header_count, 64, 4, 64, "headers", "how many headers a request may have; more is 431")                           \
    X(body_size, 262144, 1024, 16777216, "bytes", "largest request body, chunked or not; larger is 413")                \
    X(handshake_time, 5000, 100, 60000, "ms", "a TLS handshake must be done in this time")                              \
    X(header_time, 5000, 100, 60000, "ms", "from the first byte of a request to the end of its headers")                \
    X(body_time, 10000, 100, 600000, "ms", "from the end of the headers to the end of the body")                        \
    X(body_rate, 1024, 1, 1048576, "bytes/s", "a body that arrives more slowly on the whole is given up")               \
    X(body_grace, 2000, 0, 60000, "ms", "a body's rate is not judged before this time")                                 \
    X(handler_time, 10000, 100, 600000, "ms", "an answer that is not ready by then becomes 503")                        \
    X(write_time, 30000, 100, 600000, "ms", "the peer must have taken an answer in this time")                          \
    X(idle_time, 15000, 100, 600000, "ms", "a kept connection may wait this long for its next request")                 \
    X(linger_time, 2000, 10, 60000, "ms", "how long a closing connection waits for the peer's own close")               \
    X(drain_time, 15000, 0, 600000, "ms", "how long a stopping server lets running requests finish")                    \
    X(keepalive_requests, 1000, 1, 1000000, "requests", "a connection is closed after so many")                         \
    X(connections, 10000, 1, 100000, "connections", "open at once; more are closed before any work")                    \
    X(connections_per_address, 64, 1, 100000, "connections", "open at once from one IPv4 address or IPv6 /64")          \
    X(running, 1024, 1, 100000, "requests", "in work at once; more are answered 503")                                   \
    X(write_queue, 262144, 32768, 16777216, "bytes", "unsent bytes of one connection before it waits for the peer")     \
    X(backlog, 1024, 1, 65535, "connections", "waiting to be accepted")

typedef struct {
#define X(name, standard, least, most, unit, help) uint32_t name;
    NET_LIMITS(X)
#undef X
} net_limits;

static inline net_limits net_limits_default(void) {
    return (net_limits){
#define X(name, standard, least, most, unit, help) .name = (standard),
        NET_LIMITS(X)
#undef X
    };
}

#endif
