#include "db/link.h"

#include "base/log.h"
#include "db/transaction_inside.h"
#include "statements.h"

static void on_poll(uv_poll_t *handle, int status, int events);

static db_link *link_of(const uv_handle_t *handle) { return handle->data; }

void link_init(db_link *l, uv_loop_t *loop) {
    l->loop = loop;
    l->scratch = arena_new();
}

void link_release(db_link *l) {
    must(l->state == LINK_DOWN && l->polling == POLL_NONE);
    arena_release(l->scratch);
}

/* ---- the descriptor ---- */

static void watch(db_link *l, int wanted);

static void on_poll_closed(uv_handle_t *handle) {
    db_link *l = link_of(handle);
    l->polling = POLL_NONE;
    if (l->conn)
        watch(l, l->wanted);
    else
        l->events->closed(l);
}

static void unwatch(db_link *l) {
    if (l->polling != POLL_OPEN) return;
    uv_poll_stop(&l->poll);
    uv_close((uv_handle_t *)&l->poll, on_poll_closed);
    l->polling = POLL_CLOSING;
}

/* libpq may change its socket while it connects, and a poll handle cannot: then a new one is opened once the old one
 * is closed. */
static void watch(db_link *l, int wanted) {
    int fd = PQsocket(l->conn);
    l->wanted = wanted;
    if (l->polling == POLL_OPEN && fd != l->fd) unwatch(l);
    if (l->polling == POLL_CLOSING) return;
    if (l->polling == POLL_NONE) {
        if (fd < 0 || uv_poll_init(l->loop, &l->poll, fd) != 0) {
            link_drop(l);
            return;
        }
        l->poll.data = l;
        l->fd = fd;
        l->polling = POLL_OPEN;
    }
    uv_poll_start(&l->poll, wanted, on_poll);
}

/* ---- connecting ---- */

/* The server's notices may quote values: nobody hears them. */
static void drop_notice(void *ctx, const PGresult *notice) { (void)ctx, (void)notice; }

void link_connect(db_link *l) {
    must(l->state == LINK_DOWN && l->polling == POLL_NONE && !l->conn);
    l->state = LINK_CONNECTING;
    l->deadline = uv_now(l->loop) + l->connect_timeout_ms;
    memset(l->slots, 0, sizeof l->slots);
    l->prepared_count = 0;
    l->doomed = false;
    l->conn = PQconnectStartParams(l->keywords, l->values, 0);
    must(l->conn != NULL); /* out of memory */
    PQsetNoticeReceiver(l->conn, drop_notice, NULL);
    if (PQstatus(l->conn) == CONNECTION_BAD)
        link_drop(l);
    else
        watch(l, UV_WRITABLE);
}

static void come_up(db_link *l) {
    if (PQsetnonblocking(l->conn, 1) != 0 || !PQenterPipelineMode(l->conn)) {
        link_drop(l);
        return;
    }
    l->state = LINK_FREE;
    watch(l, UV_READABLE);
    l->events->up(l);
}

/* The watch is stopped first: PQconnectPoll may close the socket and open another under the same number, which epoll
 * would not know of. */
static void connect_step(db_link *l) {
    uv_poll_stop(&l->poll);
    switch (PQconnectPoll(l->conn)) {
    case PGRES_POLLING_READING: watch(l, UV_READABLE); break;
    case PGRES_POLLING_WRITING: watch(l, UV_WRITABLE); break;
    case PGRES_POLLING_OK: come_up(l); break;
    default: link_drop(l);
    }
}

void link_drop(db_link *l) {
    if (!l->conn) return;
    bool was_up = l->state == LINK_FREE || l->state == LINK_BUSY;
    unit *lost[2] = {l->now, l->next};
    l->now = l->next = NULL;
    unwatch(l); /* before the descriptor is closed, or libuv would watch a stranger's */
    PQfinish(l->conn);
    l->conn = NULL;
    l->state = LINK_DOWN;
    if (l->holder) transaction_lost(l->holder);
    l->holder = NULL;
    l->leased = l->rolling_back = false;
    l->failures++;
    l->events->down(l, was_up);
    for (size_t i = 0; i < 2; i++)
        if (lost[i]) {
            lost[i]->lost = lost[i]->state == UNIT_SENT && ok(lost[i]->outcome); /* after an error it would have been rolled back */
            unit_fail(lost[i], FAIL(UNAVAILABLE));
            l->events->answered(l, lost[i]);
        }
}

void link_tick(db_link *l, uint64_t now) {
    if ((l->state != LINK_CONNECTING && l->state != LINK_BUSY) || now < l->deadline) return;
    LOG(LOG_WARN, "db.link_timeout", LOG_W("while", l->state == LINK_BUSY ? "answering" : "connecting"));
    link_drop(l);
}

/* ---- sending ---- */

static prepared *find_prepared(db_link *l, const statement *s) {
    size_t i = ((uintptr_t)s >> 4) * 31 % PREPARED_SLOTS;
    while (l->slots[i].what && l->slots[i].what != s) i = (i + 1) % PREPARED_SLOTS;
    if (!l->slots[i].what) {
        must(++l->prepared_count <= PREPARED_MOST);
        l->slots[i].what = s;
    }
    return &l->slots[i];
}

static void expect(db_link *l, prepared *preparing, const statement *s, size_t part) {
    l->expected[l->expected_count++] = (expectation){preparing, s, part};
}

/* Oid is libpq's word for what is uint32_t here. */
static bool send_prepare(db_link *l, const statement *s, size_t part) {
    prepared *p = find_prepared(l, s);
    if (p->ready) return true;
    Oid types[PARAMS_MAX];
    for (size_t i = 0; i < s->param_count; i++) types[i] = s->params[i].type;
    p->ready = true; /* until we hear otherwise, so that it is prepared once a round */
    expect(l, p, s, part);
    return PQsendPrepare(l->conn, s->name, s->sql, s->param_count, types) != 0;
}

static bool send_statement(db_link *l, const statement *s, const params *p, size_t part) {
    int binary[PARAMS_MAX];
    for (size_t i = 0; i < s->param_count; i++) binary[i] = 1;
    if (!send_prepare(l, s, part)) return false;
    expect(l, NULL, s, part);
    return PQsendQueryPrepared(l->conn, s->name, s->param_count, params_values(p), params_lengths(p), binary, 1) != 0;
}

static void begin_round(db_link *l, size_t statements) {
    must(l->state == LINK_FREE);
    arena_reset(l->scratch);
    l->expected = ARENA_ARRAY(l->scratch, expectation, statements * 2);
    l->expected_count = l->at = 0;
    l->nulls = 0;
    l->state = LINK_BUSY;
    l->deadline = uv_now(l->loop) + l->answer_timeout_ms;
}

/* What does not fit into the socket waits for it to become writable. Reading goes on meanwhile, or both sides could
 * wait for each other with full buffers. */
static void flush(db_link *l) {
    int left = PQflush(l->conn);
    if (left < 0) {
        link_drop(l);
        return;
    }
    int wanted = left ? UV_READABLE | UV_WRITABLE : UV_READABLE;
    if (wanted != l->wanted) watch(l, wanted);
}

static void end_round(db_link *l, bool sent) {
    if (sent && PQpipelineSync(l->conn) == 1)
        flush(l);
    else
        link_drop(l);
}

static void forget_sent(unit *u) {
    db_link *l = u->holder;
    l->now = NULL;
}

void link_send(db_link *l, unit *u) {
    begin_round(l, u->count);
    l->now = u;
    u->state = UNIT_SENT;
    u->holder = l;
    u->forget = forget_sent;
    bool sent = true;
    for (size_t i = 0; i < u->count && sent; i++) sent = send_statement(l, u->parts[i].what, u->parts[i].with, i);
    end_round(l, sent);
}

void link_roll_back(db_link *l) {
    begin_round(l, 1);
    l->rolling_back = true;
    end_round(l, send_statement(l, &stmt_transaction_rollback, NULL, 0));
}

/* ---- answers ---- */

/* Five characters of A-Z and 0-9, or NULL: nothing else of the server's words reaches the log. */
static const char *clean_sqlstate(const PGresult *answer, char out[6]) {
    const char *state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    if (!state || strlen(state) != 5) return NULL;
    for (size_t i = 0; i < 5; i++) {
        bool fine = (state[i] >= '0' && state[i] <= '9') || (state[i] >= 'A' && state[i] <= 'Z');
        out[i] = state[i];
        if (!fine) return NULL;
    }
    out[5] = 0;
    return out;
}

static void take_failure(db_link *l, const char *name, const PGresult *answer) {
    char room[6];
    const char *sqlstate = clean_sqlstate(answer, room);
    result why = sqlstate_result(sqlstate);
    if (sqlstate_ends_link(sqlstate)) l->doomed = true;
    if (failed_as(why, R_INTERNAL) || failed_as(why, R_UNAVAILABLE))
        LOG(failed_as(why, R_INTERNAL) ? LOG_ERROR : LOG_WARN, "db.statement_failed", LOG_W("statement", name),
            LOG_W("sqlstate", sqlstate ? sqlstate : "none"));
    if (l->now) unit_fail(l->now, why);
}

/* After a failure the server skips everything up to the Sync: those come as PIPELINE_ABORTED and say nothing new. */
static void take_answer(db_link *l, PGresult *answer) {
    const expectation *e = &l->expected[l->at];
    ExecStatusType status = PQresultStatus(answer);
    bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!fine && e->preparing) e->preparing->ready = false;
    if (!fine && status != PGRES_PIPELINE_ABORTED) take_failure(l, e->what->name, answer);
    if (fine && !e->preparing && l->now)
        unit_take(l->now, e->part, answer);
    else
        PQclear(answer);
}

/* The Sync was answered: the transaction is over, or a held one is as far as it says. */
static void round_ends(db_link *l) {
    PGTransactionStatusType status = PQtransactionStatus(l->conn);
    unit *u = l->now;
    l->now = NULL;
    l->state = LINK_FREE;
    l->failures = 0;
    bool clean = status == PQTRANS_IDLE ||
                 (l->leased && !l->rolling_back && status != PQTRANS_UNKNOWN && status != PQTRANS_ACTIVE);
    if (u && l->at != l->expected_count) unit_fail(u, FAIL(INTERNAL));
    if (!clean) {
        LOG(LOG_ERROR, "db.link_not_clean", LOG_N("status", status));
        if (u) unit_fail(u, FAIL(INTERNAL));
    }
    if (l->holder && u && !ok(u->outcome)) transaction_failed(l->holder, u->outcome);
    if (status == PQTRANS_IDLE) {
        if (l->holder) transaction_over(l->holder);
        l->holder = NULL;
        l->leased = l->rolling_back = false;
    }
    if (!clean || l->doomed) link_drop(l);
    if (u) {
        u->forget = NULL;
        l->events->answered(l, u);
    }
}

/* After the last statement only the commit is left, which may fail by itself: a deferred key, a serialization
 * failure. */
static bool take_commit_failure(db_link *l, PGresult *answer) {
    bool failure = PQresultStatus(answer) == PGRES_FATAL_ERROR;
    if (failure) take_failure(l, "(commit)", answer);
    PQclear(answer);
    return failure;
}

/* Two ends in a row, or an answer that nobody asked for: the count is lost, and with it the link. */
static bool take_result(db_link *l, PGresult *answer) {
    if (!answer) {
        if (l->nulls++) return false;
        if (l->at < l->expected_count) l->at++;
        return true;
    }
    l->nulls = 0;
    if (PQresultStatus(answer) == PGRES_PIPELINE_SYNC) {
        PQclear(answer);
        round_ends(l);
        return true;
    }
    if (l->at == l->expected_count) return take_commit_failure(l, answer);
    take_answer(l, answer);
    return true;
}

static void read_answers(db_link *l) {
    while (l->state == LINK_BUSY && !PQisBusy(l->conn))
        if (!take_result(l, PQgetResult(l->conn))) {
            link_drop(l);
            return;
        }
}

/* Nothing is expected of a free link but its end: a last word and then the close, which is looked for at once, so
 * that no unit is sent to a server that has hung up. PQisBusy makes libpq look at what came. */
static void read_unasked(db_link *l) {
    PGnotify *note = NULL;
    if (PQisBusy(l->conn) || PQconsumeInput(l->conn) != 1 || PQstatus(l->conn) != CONNECTION_OK) {
        link_drop(l);
        return;
    }
    while ((note = PQnotifies(l->conn)) != NULL) PQfreemem(note);
}

static void on_poll(uv_poll_t *handle, int status, int events) {
    db_link *l = link_of((uv_handle_t *)handle);
    if (l->state == LINK_CONNECTING) {
        connect_step(l);
        return;
    }
    if (status < 0) {
        link_drop(l);
        return;
    }
    if (events & UV_WRITABLE) flush(l);
    if (!l->conn || !(events & UV_READABLE)) return;
    bool alive = PQconsumeInput(l->conn) == 1;
    if (alive && l->state == LINK_BUSY)
        read_answers(l);
    else if (alive)
        read_unasked(l);
    else
        link_drop(l);
}
