/* help: from the table of commands, and nothing else. */
#include "run.h"

/* The words behind "help" as one: "entry show". */
static const char *asked(kring *k) {
    const arguments *a = k->args;
    const char *second = a->operand_count == 2 ? a->operands[1] : NULL;
    return (const char *)arena_format(k->memory, "%s%s%s%c", a->operands[0], second ? " " : "", second ? second : "",
                                      0)
        .at;
}

outcome run_help(kring *k) {
    const arguments *a = k->args;
    if (has(a, O_COMPLETION)) {
        put_completion(&k->out.out);
        return DONE;
    }
    if (a->operand_count == 0) {
        put_overview(&k->out.out);
        return DONE;
    }
    const command *c = command_named(asked(k));
    if (c)
        put_help(&k->out.out, c);
    else if (a->operand_count == 2 || !put_group(&k->out.out, a->operands[0]))
        return complain(k, EXIT_USAGE, W_FOR_HELP, BYTES(""));
    return DONE;
}
