#include "app/command.h"

#include <stdarg.h>

int command_failed(int exit_code, const char *format, ...) {
    setting_fault fault = {.exit_code = exit_code};
    va_list args;
    va_start(args, format);
    vsnprintf(fault.text, sizeof fault.text, format, args);
    va_end(args);
    return command_faulted(&fault);
}

int command_faulted(const setting_fault *fault) {
    fputs("kringd: ", stderr);
    for (const char *c = fault->text; *c; c++) fputc((unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c, stderr);
    fputc('\n', stderr);
    return fault->exit_code;
}

static command_flag *flag_of(const char *word, command_flag *flags, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(flags[i].flag, word) == 0) return &flags[i];
    return NULL;
}

bool command_flags_read(const command *c, int from, command_flag *flags, size_t count) {
    for (int i = from; i < c->line.count; i += 2) {
        command_flag *f = flag_of(c->line.word[i], flags, count);
        if (!f) return (void)command_failed(EXIT_USAGE, "\"%.60s\" is not understood; see kringd --help", c->line.word[i]), false;
        if (i + 1 == c->line.count) return (void)command_failed(EXIT_USAGE, "%s needs a value", f->flag), false;
        if (f->count == f->max) return (void)command_failed(EXIT_USAGE, "%s comes too often", f->flag), false;
        f->values[f->count++] = c->line.word[i + 1];
    }
    return true;
}
