#include "base/clock.h"

#include <time.h>

moment clock_real(void) {
    struct timespec t;
    must(clock_gettime(CLOCK_REALTIME, &t) == 0);
    return (moment)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

moment clock_now(kring_clock *c) {
    moment now = clock_real() + c->shift;
    if (now > c->newest) c->newest = now;
    return c->newest;
}

uint64_t clock_ticks(void) {
    struct timespec t;
    must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Days from civil and back (H. Hinnant's algorithms): exact, no table, no time zone. */
static int64_t days_of(int64_t y, unsigned m, unsigned d) {
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    unsigned yoe = (unsigned)(y - era * 400);
    unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + (int64_t)doe - 719468;
}

static void civil_of(int64_t days, int64_t *y, unsigned *m, unsigned *d) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned doe = (unsigned)(days - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = (int64_t)yoe + era * 400 + (*m <= 2);
}

static void put_digits(char *p, int64_t v, int n) {
    while (n--) {
        p[n] = (char)('0' + v % 10);
        v /= 10;
    }
}

void moment_write(moment v, char out[MOMENT_TEXT]) {
    static const moment first = INT64_C(-62135596800) * SECOND, last = INT64_C(253402300799) * SECOND;
    v = v < first ? first : v > last ? last : v;
    int64_t day = v / DAY, rest = v % DAY;
    if (rest < 0) day--, rest += DAY;
    int64_t y;
    unsigned m, d;
    civil_of(day, &y, &m, &d);
    memcpy(out, "0000-00-00T00:00:00.000000Z", MOMENT_TEXT);
    put_digits(out, y, 4), put_digits(out + 5, m, 2), put_digits(out + 8, d, 2);
    put_digits(out + 11, rest / HOUR, 2), put_digits(out + 14, rest / MINUTE % 60, 2);
    put_digits(out + 17, rest / SECOND % 60, 2), put_digits(out + 20, rest % SECOND, 6);
}

static bool take_digits(bytes *t, int n, unsigned *out) {
    if (t->len < (size_t)n) return false;
    unsigned v = 0;
    for (int i = 0; i < n; i++) {
        if (t->at[i] < '0' || t->at[i] > '9') return false;
        v = v * 10 + (unsigned)(t->at[i] - '0');
    }
    t->at += n, t->len -= (size_t)n;
    *out = v;
    return true;
}

static bool take(bytes *t, char c) {
    if (t->len == 0 || t->at[0] != (uint8_t)c) return false;
    t->at++, t->len--;
    return true;
}

static unsigned days_in(unsigned y, unsigned m) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m == 2 && leap ? 29 : days[m - 1];
}

result moment_parse(bytes text, moment *out) {
    bytes t = text;
    unsigned y, mo, d, h, mi, s, micros = 0, oh = 0, om = 0;
    bool shape = take_digits(&t, 4, &y) && take(&t, '-') && take_digits(&t, 2, &mo) && take(&t, '-') &&
                 take_digits(&t, 2, &d) && take(&t, 'T') && take_digits(&t, 2, &h) && take(&t, ':') &&
                 take_digits(&t, 2, &mi) && take(&t, ':') && take_digits(&t, 2, &s);
    ENSURE(shape, BAD_REQUEST);
    ENSURE(y >= 1 && mo >= 1 && mo <= 12 && d >= 1 && d <= days_in(y, mo) && h < 24 && mi < 60 && s < 60, BAD_REQUEST);
    if (take(&t, '.')) {
        unsigned scale = 100000, digit;
        ENSURE(t.len > 0 && t.at[0] >= '0' && t.at[0] <= '9', BAD_REQUEST);
        while (t.len > 0 && t.at[0] >= '0' && t.at[0] <= '9') {
            ENSURE(scale > 0 && take_digits(&t, 1, &digit), BAD_REQUEST);
            micros += digit * scale;
            scale /= 10;
        }
    }
    int sign = 0;
    if (!take(&t, 'Z')) {
        sign = take(&t, '+') ? 1 : take(&t, '-') ? -1 : 0;
        ENSURE(sign != 0 && take_digits(&t, 2, &oh) && take(&t, ':') && take_digits(&t, 2, &om), BAD_REQUEST);
        ENSURE(oh < 24 && om < 60, BAD_REQUEST);
    }
    ENSURE(t.len == 0, BAD_REQUEST);
    int64_t seconds = days_of(y, mo, d) * 86400 + h * 3600 + mi * 60 + s;
    seconds -= sign * (int64_t)(oh * 3600 + om * 60);
    *out = seconds * SECOND + micros;
    return OK;
}
