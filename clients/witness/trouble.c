#include "trouble.h"

#include <stdarg.h>
#include <stdio.h>

int trouble(int code, const char *format, ...) {
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *c = line; *c; c++) /* a terminal must not obey what stood in a file */
        if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '?';
    fprintf(stderr, "witness: %s\n", line);
    return code;
}
