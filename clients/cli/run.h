/* One run of `kring`: what every command works with, and the commands themselves. */
#ifndef KRING_CLI_RUN_H
#define KRING_CLI_RUN_H

#include "command.h"
#include "http.h"
#include "names.h"
#include "screen.h"
#include "session.h"
#include "words.h"

struct kring {
    arena *memory;
    const arguments *args;
    language lang;
    screen out;  /* standard output, collected */
    buf trouble; /* what goes to standard error at the end */
    session session;
    http *http; /* NULL until the session is there */
    uuid family;
    bool family_known;
    names names;
};

/* Puts the sentence (its detail cleaned here) into k->trouble and gives the outcome. */
outcome complain(kring *k, exit_code code, word w, bytes detail) MUST_USE;
outcome complain_errno(kring *k, exit_code code, word w, const char *path) MUST_USE;
/* Writes what was collected; EXIT_REFUSED when nobody takes it. */
outcome flush(kring *k) MUST_USE;

/* do_account.c */
outcome run_login(kring *k);
outcome run_logout(kring *k);
outcome run_whoami(kring *k);
outcome run_families(kring *k);
/* do_family.c */
outcome run_people(kring *k);
outcome run_homes(kring *k);
outcome run_team(kring *k);
/* do_plan.c */
outcome run_plan(kring *k);
outcome run_entry_show(kring *k);
outcome run_entry_write(kring *k);
outcome run_entry_revise(kring *k);
outcome run_entry_withdraw(kring *k);
/* do_grant.c */
outcome run_grant_list(kring *k);
outcome run_grant_show(kring *k);
outcome run_grant_give(kring *k);
outcome run_grant_withdraw(kring *k);
/* do_log.c */
outcome run_why(kring *k);
outcome run_log(kring *k);
/* help.c */
outcome run_help(kring *k);

#endif
