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
    struct consent_shown *shown; /* the words before a yes (consent.h), until it is said */
};

/* Puts the sentence (its detail cleaned here) into k->trouble and gives the outcome. */
outcome complain(kring *k, exit_code code, word w, bytes detail) MUST_USE;
outcome complain_errno(kring *k, exit_code code, word w, const char *path) MUST_USE;
/* Writes what was collected; EXIT_REFUSED when nobody takes it. */
outcome flush(kring *k) MUST_USE;

/* do_account.c */
outcome run_login(kring *k);
outcome run_join(kring *k);
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
/* do_hint.c */
outcome run_hint(kring *k);
/* do_grant.c */
outcome run_grant_list(kring *k);
outcome run_grant_show(kring *k);
outcome run_grant_give(kring *k);
outcome run_grant_withdraw(kring *k);
/* do_grant_life.c */
outcome run_grant_pause(kring *k);
outcome run_grant_resume(kring *k);
outcome run_grant_narrow(kring *k);
outcome run_grant_confirm(kring *k);
outcome run_grant_four_eyes(kring *k);
outcome run_grant_object(kring *k);
/* do_request.c */
outcome run_request_ask(kring *k);
outcome run_request_list(kring *k);
outcome run_request_show(kring *k);
outcome run_request_who(kring *k);
outcome run_request_reply(kring *k);
outcome run_request_paper(kring *k);
outcome run_request_witness(kring *k);
outcome run_request_withdraw(kring *k);
/* do_log.c */
outcome run_why(kring *k);
outcome run_log(kring *k);
/* do_log_search.c */
outcome run_log_search(kring *k);
/* do_affected.c */
outcome run_log_affected(kring *k);
/* do_watch.c */
outcome run_watch(kring *k);
outcome run_watch_review(kring *k);
/* log_verify.c, log_export.c */
outcome run_log_verify(kring *k);
outcome run_log_export(kring *k);
/* do_preview.c */
outcome run_matrix(kring *k);
outcome run_what_if_give(kring *k);
outcome run_what_if_withdraw(kring *k);
outcome run_what_if_narrow(kring *k);
outcome run_what_if_pause(kring *k);
outcome run_what_if_reply(kring *k);
outcome run_readable(kring *k);
/* do_care.c */
outcome run_emergency_open(kring *k);
outcome run_emergency_list(kring *k);
outcome run_emergency_end(kring *k);
outcome run_emergency_delay(kring *k);
outcome run_emergency_review(kring *k);
outcome run_lock_set(kring *k);
outcome run_lock_lift(kring *k);
outcome run_safeguard_list(kring *k);
outcome run_hold_write(kring *k);
outcome run_hold_end(kring *k);
outcome run_capacity_write(kring *k);
outcome run_conflict_note(kring *k);
outcome run_conflict_end(kring *k);
outcome run_trusted_name(kring *k);
outcome run_trusted_end(kring *k);
outcome run_court_note(kring *k);
/* do_right.c */
outcome run_task_list(kring *k);
outcome run_task_done(kring *k);
outcome run_notice_list(kring *k);
outcome run_notice_seen(kring *k);
outcome run_statement_add(kring *k);
outcome run_statement_withdraw(kring *k);
outcome run_correction_ask(kring *k);
outcome run_restriction_set(kring *k);
outcome run_restriction_list(kring *k);
outcome run_restriction_end(kring *k);
outcome run_export(kring *k);
outcome run_erase_ask(kring *k);
outcome run_erase_all(kring *k);
outcome run_erase_list(kring *k);
outcome run_erase_decide(kring *k);
outcome run_plan_state(kring *k);
outcome run_plan_turn(kring *k);
outcome run_plan_hold(kring *k);
outcome run_plan_release(kring *k);
outcome run_death_note(kring *k);
outcome run_handover_propose(kring *k);
outcome run_handover_list(kring *k);
outcome run_handover_agree(kring *k);
outcome run_handover_talk(kring *k);
outcome run_handover_accept(kring *k);
/* do_people.c */
outcome run_helper_add(kring *k);
outcome run_person_add(kring *k);
outcome run_person_informed(kring *k);
outcome run_person_contact(kring *k);
outcome run_invite_make(kring *k);
outcome run_invite_list(kring *k);
outcome run_invite_handover(kring *k);
outcome run_invite_revoke(kring *k);
outcome run_birth_record(kring *k);
outcome run_limits_show(kring *k);
outcome run_agreements_accept(kring *k);
/* do_safety.c */
outcome run_safety(kring *k);
/* do_receipt.c */
outcome run_receipt_list(kring *k);
outcome run_receipt_verify(kring *k);
/* help.c */
outcome run_help(kring *k);

#endif
