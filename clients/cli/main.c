/* `kring`: the command line of Kring. It speaks the public contract and nothing else; what it shows, the server let
 * this reader see. */
#include "run.h"

#include <signal.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

enum { TROUBLE_MAX = 1 << 20 };

/* What the command line asks of `kring` itself: true when that was all. */
static bool answer_here(kring *k) {
    const arguments *a = k->args;
    if (has(a, O_VERSION)) {
        buf_put_string(&k->out.out, "kring " KRING_VERSION "\n");
        return true;
    }
    if (!has(a, O_HELP)) return false;
    if (a->command)
        put_help(&k->out.out, a->command);
    else if (a->operand_count == 0 || !put_group(&k->out.out, a->operands[0]))
        put_overview(&k->out.out);
    return true;
}

static outcome usage(kring *k, const buf *why) {
    buf_put_string(&k->trouble, "kring: ");
    buf_put(&k->trouble, text_clean(k->memory, buf_bytes(why), ONE_LINE));
    buf_format(&k->trouble, "\n%s\n", word_in(k->lang, W_FOR_HELP));
    return (outcome){EXIT_USAGE};
}

static bool choose_language(kring *k) {
    const char *lang = value_of(k->args, O_LANG);
    k->lang = language_of_environment();
    return !lang || language_by_code(bytes_of_string(lang), &k->lang);
}

static outcome run(kring *k, int argc, char **argv, arguments *args) {
    buf why = buf_new(TROUBLE_MAX);
    bool parsed = command_parse(argc, argv, args, &why);
    if (!choose_language(k) && parsed) buf_put_string(&why, "--lang must be nl, fr or en"), parsed = false;
    outcome o = parsed ? DONE : usage(k, &why);
    buf_release(&why);
    GO(o);
    return answer_here(k) ? DONE : args->command->run(k);
}

/* Scripts tell "the log is not what it was" from "nobody could look" by the exit status of log verify: what was found is 1, and
 * all else is of sysexits.h. */
static int status_of(const arguments *a, outcome o) {
    if (!a->command || a->command->run != run_log_verify) return (int)o.code;
    switch (o.code) {
    case EXIT_USAGE: return EX_USAGE;
    case EXIT_UNREACHABLE:
    case EXIT_UNAVAILABLE: return EX_UNAVAILABLE;
    default: return (int)o.code;
    }
}

int main(int argc, char **argv) {
    setrlimit(RLIMIT_CORE,
              &(struct rlimit){0, 0}); /* passwords, tokens and a family's words must not lie in a core file */
    signal(SIGPIPE, SIG_DFL);          /* `kring log | head` ends quietly, whatever our parent ignored */
    arguments *args = NULL;
    kring k = {.memory = arena_new(), .out = screen_new(STDOUT_FILENO), .trouble = buf_new(TROUBLE_MAX)};
    args = ARENA_NEW(k.memory, arguments);
    k.args = args;
    outcome o = run(&k, argc, argv, args);
    outcome shown = flush(&k);
    if (o.code == EXIT_DONE) o = shown;
    if (k.trouble.len && write(STDERR_FILENO, k.trouble.at, k.trouble.len) < 0)
        o.code = o.code ? o.code : EXIT_REFUSED;
    buf_release(&k.trouble);
    int status = status_of(args, o);
    arena_release(k.memory);
    return status;
}
