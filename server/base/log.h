/* The operator's log: one JSON object a line on standard error.
 *
 * There is no field type for content: an event is a literal from the source, and its values are numbers, ids, moments, result
 * codes and words from tables of ours (a step, a setting's name). Free text from outside, a name, a body or an SQL parameter
 * has no way in; log_text takes only a string literal or a table's word, which tests/gates.sh checks. */
#ifndef KRING_BASE_LOG_H
#define KRING_BASE_LOG_H

#include "base/clock.h"

typedef enum { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } log_level;

typedef struct {
    enum { LOG_NUMBER, LOG_ID, LOG_WORD, LOG_RESULT } type;
    const char *name;
    union {
        int64_t number;
        uuid id;
        const char *word;
        result outcome;
    };
} log_field;

#define LOG_N(field, value) ((log_field){.type = LOG_NUMBER, .name = "" field, .number = (int64_t)(value)})
#define LOG_I(field, value) ((log_field){.type = LOG_ID, .name = "" field, .id = (value)})
#define LOG_W(field, value) ((log_field){.type = LOG_WORD, .name = "" field, .word = (value)})
#define LOG_R(field, value) ((log_field){.type = LOG_RESULT, .name = "" field, .outcome = (value)})

void log_set_level(log_level least);
/* `event` is a literal such as "server.ready". At most 8 fields. One write() a line, so that lines never mix. */
void log_line(log_level level, const char *event, size_t count, const log_field *fields);

#define LOG(level, event, ...)                                                                                          \
    log_line(level, "" event, sizeof((log_field[]){LOG_N("", 0), __VA_ARGS__}) / sizeof(log_field) - 1,                 \
             (log_field[]){LOG_N("", 0), __VA_ARGS__} + 1)

#endif
