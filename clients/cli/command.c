#include "command.h"

#include "policy/catalogue.h"
#include "run.h"

#include <getopt.h>
#include <stdio.h>

const option_row option_rows[OPTION_COUNT] = {
#define X(id, name, letter, value, fill, text) [O_##id] = {name, letter, value, fill, text},
    KRING_OPTIONS(X)
#undef X
};
_Static_assert(OPTION_COUNT <= 128, "option_set has 128 bits");

#define WHO_IS "WHO is a call name, a home's name, 'family', or an id; a name must fit exactly one."
static const char help_level[] = "FIELD may end with =derived or =exists: less than the value itself.";
#define TEXT_IS "The text comes from FILE or standard input ('-'), never from an argument."
static const char help_text[] = TEXT_IS;
#define REPLY_IS "Fields that you do not name stay open. You see what you say yes to before it is sent."
/* What a yes may bring along. */
#define YES_NEEDS (OPT(TICKS) | OPT(RELEASE) | OPT(CHILD_ASKED) | OPT(REASON_FILE))
#define SECOND_WORD_IS \
    "The coordinator says the second word, or after 14 days another adult of the family; you, if there is no other."
#define ANY_ADULT "Any adult of the family may."
#define FIRST_TOLD (OPT(TOLD_FIRST) | OPT(NOT_TOLD_FILE))

const command commands[] = {
    {"login", "LOGIN", 1, 1, OPT(URL) | OPT(CA) | OPT(PASSWORD_FILE) | OPT(DEMO), 0, 0, "log in and keep the session",
     "The password is asked without showing it, or read from --password-file, or from standard input when that is no "
     "terminal.",
     run_login},
    {"join", "CODE LOGIN", 2, 2, OPT(URL) | OPT(CA) | OPT(PASSWORD_FILE) | OPT(CONTACT), 0, 0,
     "come into a plan with the code that somebody gave you",
     "LOGIN is the name that you choose, or have already. The password is asked without showing it, or read from --password-file.",
     run_join},
    {"logout", "", 0, 0, OPT(ALL), 0, 0, "end the session", "With --all every session of this account, at once.", run_logout},
    {"whoami", "", 0, 0, 0, 0, 0, "show whose session this is", "", run_whoami},
    {"families", "", 0, 0, 0, 0, 0, "list your families", "", run_families},
    {"people", "", 0, 0, OPT(FAMILY), 0, 0, "list the people whom you may know of", "", run_people},
    {"homes", "", 0, 0, OPT(FAMILY), 0, 0, "list the homes that you may know of", "", run_homes},
    {"team", "", 0, 0, OPT(FAMILY), 0, 0, "list who helps", "", run_team},
    {"plan state", "", 0, 0, OPT(FAMILY), 0, 0, "show whether the plan runs, and how long it is kept", "", run_plan_state},
    {"plan ask-pause", "", 0, 0, OPT(FAMILY), 0, 0, "ask for a pause: helpers then read nothing", SECOND_WORD_IS,
     run_plan_turn},
    {"plan pause", "", 0, 0, OPT(FAMILY), 0, 0, "pause the plan after somebody asked", "", run_plan_turn},
    {"plan resume", "", 0, 0, OPT(FAMILY), 0, 0, "go on after a pause, or stop what was asked", ANY_ADULT, run_plan_turn},
    {"plan ask-close", "", 0, 0, OPT(FAMILY), 0, 0, "ask to close the plan", SECOND_WORD_IS, run_plan_turn},
    {"plan close", "", 0, 0, OPT(FAMILY), 0, 0, "close the plan after somebody asked", "It is kept for a while, then erased.",
     run_plan_turn},
    {"plan reopen", "", 0, 0, OPT(FAMILY), 0, 0, "open a closed plan again, or stop what was asked", ANY_ADULT, run_plan_turn},
    {"plan hold", "", 0, 0, OPT(FAMILY) | OPT(GROUND) | OPT(REVIEW_AT) | OPT(TEXT_FILE), OPT(GROUND) | OPT(REVIEW_AT), 0,
     "for the privacy officer: erase nothing for now", "Until a review within six months. " TEXT_IS, run_plan_hold},
    {"plan release", "", 0, 0, OPT(FAMILY), 0, 0, "for the privacy officer: hold nothing back from erasing any more", "",
     run_plan_release},
    {"plan", "", 0, 0, OPT(FAMILY) | OPT(SECTION) | OPT(ABOUT) | OPT(FIELD) | OPT(AS), 0, 0,
     "read the plan, as far as it is shared with you",
     "With --as you see what that person reads, as far as you may read it too. " WHO_IS, run_plan},
    {"entry show", "ID", 1, 1, OPT(FAMILY), 0, 0, "show one entry with its earlier versions", "", run_entry_show},
    {"entry write", "", 0, 0,
     OPT(FAMILY) | OPT(FIELD) | OPT(ABOUT) | OPT(KIND) | OPT(ASSIGNEE) | OPT(REVIEW_AT) | OPT(TEXT_FILE) | FIRST_TOLD,
     OPT(FIELD) | OPT(ABOUT), OPT(ABOUT), "write an entry", help_text, run_entry_write},
    {"entry revise", "ID", 1, 1, OPT(FAMILY) | OPT(TEXT_FILE) | OPT(REASON_FILE) | OPT(SAW) | FIRST_TOLD, 0, 0,
     "write a new version of an entry", help_text, run_entry_revise},
    {"entry withdraw", "ID", 1, 1, OPT(FAMILY) | OPT(SAW), 0, 0, "take an entry out of the plan", "", run_entry_withdraw},
    {"hint", "", 0, 0, OPT(FAMILY) | OPT(FIELD) | OPT(ABOUT) | OPT(KIND) | OPT(TEXT_FILE), OPT(FIELD) | OPT(ABOUT), OPT(ABOUT),
     "see hints for a text before you write it, and who would read it",
     "The text comes from FILE or standard input ('-'), never from an argument. It is not kept.", run_hint},
    {"grant list", "", 0, 0, OPT(FAMILY), 0, 0, "list what is shared, as far as it concerns you", "", run_grant_list},
    {"grant show", "ID", 1, 1, OPT(FAMILY), 0, 0, "show one grant", "", run_grant_show},
    {"grant give", "", 0, 0,
     OPT(FAMILY) | OPT(TO) | OPT(FIELD) | OPT(PACKAGE) | OPT(ABOUT) | OPT(PURPOSE_FILE) | OPT(FROM) | OPT(UNTIL) | YES_NEEDS |
         OPT(BASIS) | OPT(SECRECY_GROUND) | OPT(TOLD_ON),
     OPT(TO) | OPT(ABOUT) | OPT(UNTIL), OPT(FIELD) | OPT(ABOUT) | OPT(RELEASE), "share fields with one reader until a day",
     "You are asked why you share it; the answer comes from FILE or standard input. You see what you say yes to before it is sent. "
     "FIELD may end with =derived or =exists: less than the value itself.",
     run_grant_give},
    {"grant pause", "ID", 1, 1, OPT(FAMILY), 0, 0, "stop sharing for a while", "Each giver pauses for himself.", run_grant_pause},
    {"grant resume", "ID", 1, 1, OPT(FAMILY), 0, 0, "go on sharing after your own pause", "", run_grant_resume},
    {"grant narrow", "ID", 1, 1, OPT(FAMILY) | OPT(FIELD) | OPT(UNTIL) | OPT(PURPOSE_FILE), 0, OPT(FIELD),
     "share less: until an earlier day, or fields at a lower level",
     "FIELD ends with =derived or =exists. Such fields go on in a grant of their own.", run_grant_narrow},
    {"grant confirm", "ID", 1, 1, OPT(FAMILY), 0, 0, "go on sharing what must be confirmed again", "", run_grant_confirm},
    {"grant four-eyes", "ID", 1, 1, OPT(FAMILY) | OPT(FIELD), OPT(FIELD), OPT(FIELD),
     "say as the second professional that this may be shared",
     "From another organisation than the reader's, or in the safety role.", run_grant_four_eyes},
    {"grant object", "ID", 1, 1, OPT(FAMILY) | OPT(TEXT_FILE), 0, 0, "object to what is shared without your consent",
     "It stops at once. " TEXT_IS, run_grant_object},
    {"grant withdraw", "ID", 1, 1, OPT(FAMILY) | OPT(FIELD), 0, OPT(FIELD),
     "stop sharing: all of a grant, or only the fields named", "It works from the next read on.", run_grant_withdraw},
    {"request who", "", 0, 0, OPT(FAMILY) | OPT(FIELD) | OPT(ABOUT) | OPT(TO), OPT(FIELD) | OPT(ABOUT), OPT(FIELD) | OPT(ABOUT),
     "show whose yes something would need", "Only people whom you know are named.", run_request_who},
    {"request ask", "", 0, 0,
     OPT(FAMILY) | OPT(TO) | OPT(FIELD) | OPT(PACKAGE) | OPT(ABOUT) | OPT(PURPOSE_FILE) | OPT(GOAL_FILE) | OPT(FROM) | OPT(UNTIL) |
         OPT(SECRECY_GROUND) | YES_NEEDS,
     OPT(ABOUT) | OPT(UNTIL), OPT(FIELD) | OPT(ABOUT) | OPT(RELEASE), "ask those who must give",
     "A helper names the goal for which it is needed. A member of the family names the reader with --to, and says the first yes. "
     "What it is for comes from FILE or standard input. After 14 days without an answer it lapses.",
     run_request_ask},
    {"request list", "", 0, 0, OPT(FAMILY) | OPT(NOT_AGREED), 0, 0, "list what was asked, as far as it concerns you",
     "Nobody sees what another said.", run_request_list},
    {"request show", "ID", 1, 1, OPT(FAMILY), 0, 0, "show one request", "", run_request_show},
    {"request reply", "ID", 1, 1, OPT(FAMILY) | OPT(YES) | OPT(NO) | OPT(UNTIL) | OPT(READ_LEVEL) | YES_NEEDS, 0,
     OPT(YES) | OPT(NO) | OPT(RELEASE), "say yes or no, field by field", REPLY_IS, run_request_reply},
    {"request paper", "ID", 1, 1,
     OPT(FAMILY) | OPT(GIVER) | OPT(CHANNEL) | OPT(YES) | OPT(NO) | OPT(UNTIL) | OPT(READ_LEVEL) | YES_NEEDS, OPT(GIVER),
     OPT(YES) | OPT(NO) | OPT(RELEASE), "write down what a giver said on paper or in person",
     "It counts when another helper or the giver confirms it.", run_request_paper},
    {"request witness", "ID", 1, 1, OPT(FAMILY), 0, 0, "confirm what was written down for a giver", "ID is that of the answer.",
     run_request_witness},
    {"request withdraw", "ID", 1, 1, OPT(FAMILY), 0, 0, "take back what you asked", "", run_request_withdraw},
    {"why", "", 0, 0, OPT(FAMILY) | OPT(VIEWER) | OPT(FIELD) | OPT(ABOUT) | OPT(AT) | OPT(ENTRY), OPT(VIEWER), OPT(ABOUT),
     "ask whether somebody may read something, and why",
     "Name a field and whom it is about, or --entry. Whom the answer does not concern is told nothing.", run_why},
    {"matrix", "", 0, 0, OPT(FAMILY) | OPT(ABOUT), 0, 0, "show who may read what about you",
     "Or about a child whose content you decide, or a home that you manage.", run_matrix},
    {"what-if give", "", 0, 0, OPT(FAMILY) | OPT(TO) | OPT(FIELD) | OPT(ABOUT) | OPT(FROM) | OPT(UNTIL) | OPT(AT),
     OPT(TO) | OPT(FIELD) | OPT(ABOUT) | OPT(UNTIL), OPT(FIELD) | OPT(ABOUT),
     "show what somebody could read if you shared this; nothing changes", help_level, run_what_if_give},
    {"what-if withdraw", "ID", 1, 1, OPT(FAMILY) | OPT(FIELD) | OPT(AT), 0, OPT(FIELD),
     "show what would vanish if you stopped sharing", "", run_what_if_withdraw},
    {"what-if narrow", "ID", 1, 1, OPT(FAMILY) | OPT(FIELD) | OPT(UNTIL) | OPT(AT), 0, OPT(FIELD),
     "show what would change if you shared less", "FIELD ends with =derived or =exists; --until names an earlier end.",
     run_what_if_narrow},
    {"what-if pause", "ID", 1, 1, OPT(FAMILY) | OPT(AT), 0, 0, "show what would vanish while a grant is paused", "",
     run_what_if_pause},
    {"what-if reply", "ID", 1, 1, OPT(FAMILY) | OPT(YES) | OPT(NO) | OPT(AT), 0, OPT(YES) | OPT(NO),
     "show what an answer to a request would open", "ID is the request. What needs others too is marked.", run_what_if_reply},
    {"readable", "", 0, 0, OPT(FAMILY) | OPT(VIEWER) | OPT(AT), OPT(VIEWER), 0,
     "list what somebody could read at a moment, and why", "From what was recorded then.", run_readable},
    {"log verify", "", 0, 0,
     OPT(URL) | OPT(KEY) | OPT(CA) | OPT(DEMO) | OPT(CHECKPOINT) | OPT(POLICY) | OPT(RECORDS) | OPT(DIR) | OPT(MIRROR) |
         OPT(FAMILY),
     0, OPT(RECORDS), "check that nothing was removed from the log, or changed in it",
     "All of it is fetched and computed again, and held against what was seen before. Who is logged in has his own lines "
     "checked too.",
     run_log_verify},
    {"log export", "", 0, 0, OPT(FAMILY) | OPT(OUT) | OPT(FORMAT), 0, 0,
     "keep your lines of the log with their proofs, one JSON object a line",
     "'kring log verify --records' checks them, with or without the server. With --format fhir each line is a FHIR R4 AuditEvent "
     "by IHE's Basic Audit Log Patterns (BALP), in the form that FHIR servers import in bulk (application/fhir+ndjson): one "
     "resource a line and no Bundle, which would have to be held whole. It tells no more than the line, and the line goes along.",
     run_log_export},
    {"log search", "", 0, 0,
     OPT(FROM) | OPT(UNTIL) | OPT(ACCOUNT) | OPT(ORGANISATION) | OPT(FAMILY) | OPT(CLASS) | OPT(RULE) | OPT(EMERGENCY) |
         OPT(OUTCOME) | OPT(KIND),
     0, 0, "for the auditor: search the logs of all families", "Ids only, no content and no names. Each search is on the log.",
     run_log_search},
    {"log affected", "", 0, 0, OPT(FROM) | OPT(UNTIL) | OPT(ACCOUNT) | OPT(ORGANISATION) | OPT(FAMILY), 0, 0,
     "for the auditor: whose data was shown, for telling them of a breach",
     "A line for each person or home, entry and account, as CSV; with --json an object a line. Ids and fields, no value.",
     run_log_affected},
    {"log", "", 0, 0, OPT(FAMILY) | OPT(FROM) | OPT(UNTIL) | OPT(PERSON) | OPT(FIELD), 0, 0,
     "show who looked, at what, when and why", "One sentence a line, newest first. It tells what you may read yourself.", run_log},
    {"watch review", "ID", 1, 1, OPT(OUTCOME), OPT(OUTCOME), 0, "for the auditor: say what became of a sign, once",
     "OUTCOME is explained, talked, measures or mistaken.", run_watch_review},
    {"watch", "", 0, 0, OPT(FROM) | OPT(UNTIL) | OPT(OPEN), 0, 0, "for the auditor: signs of unusual reading in the last week",
     "Ids and counts, nobody's name. --from and --until give another period; --open all that nobody has looked into.", run_watch},
    {"emergency open", "", 0, 0,
     OPT(FAMILY) | OPT(FIELD) | OPT(ABOUT) | OPT(REASON) | OPT(MINUTES) | OPT(TEXT_FILE) | OPT(OTHER_WAY_FILE),
     OPT(FIELD) | OPT(ABOUT) | OPT(REASON) | OPT(OTHER_WAY_FILE), OPT(FIELD) | OPT(ABOUT),
     "open fields because of danger; those whom it concerns are told",
     "What is happening comes from FILE or standard input, in 30 characters or more.", run_emergency_open},
    {"emergency list", "", 0, 0, OPT(FAMILY), 0, 0, "list emergency accesses, as far as you are told", "", run_emergency_list},
    {"emergency end", "ID", 1, 1, OPT(FAMILY), 0, 0, "end your emergency access before its time", "", run_emergency_end},
    {"emergency delay", "ID", 1, 1, OPT(FAMILY) | OPT(UNTIL) | OPT(REASON_FILE), OPT(UNTIL), 0,
     "tell of it later, because telling is dangerous", "72 hours after it was opened, at most. The reason is kept.",
     run_emergency_delay},
    {"emergency review", "ID", 1, 1, OPT(FAMILY) | OPT(RESULT), OPT(RESULT), 0, "say whether it was right to open it",
     "By the privacy officer, and by a professional of another organisation.", run_emergency_review},
    {"lock set", "", 0, 0, OPT(FAMILY) | OPT(ABOUT) | OPT(NOT_FOR) | OPT(FIELD), OPT(ABOUT) | OPT(NOT_FOR), OPT(ABOUT) | OPT(FIELD),
     "keep something from somebody, above every permission",
     "Without --field all of it. The one whom it keeps out finds no trace of it.", run_lock_set},
    {"lock lift", "ID", 1, 1, OPT(FAMILY), 0, 0, "one of the two words that open a lock", "", run_lock_lift},
    {"safeguard list", "", 0, 0, OPT(FAMILY), 0, 0, "list what protects somebody, as far as you may act on it", "",
     run_safeguard_list},
    {"hold write", "", 0, 0, OPT(FAMILY) | OPT(FIELD) | OPT(ABOUT) | OPT(NOT_FOR) | OPT(GROUND) | OPT(REVIEW_AT) | OPT(REASON_FILE),
     OPT(FIELD) | OPT(ABOUT) | OPT(NOT_FOR) | OPT(GROUND) | OPT(REVIEW_AT), OPT(FIELD) | OPT(ABOUT) | OPT(NOT_FOR),
     "hold fields back from somebody, until a review", "", run_hold_write},
    {"hold end", "ID", 1, 1, OPT(FAMILY), 0, 0, "hold it back no longer", "", run_hold_end},
    {"capacity write", "WHO", 1, 1, OPT(FAMILY) | OPT(ABLE) | OPT(NOT_ABLE) | OPT(FIELD) | OPT(REVIEW_AT) | OPT(REASON_FILE), 0,
     OPT(FIELD), "note whether a young person decides alone", "Without --field for everything. The young person is told.",
     run_capacity_write},
    {"conflict note", "WHO", 1, 1, OPT(FAMILY) | OPT(FIELD), 0, OPT(FIELD), "note that those who decide for a child do not agree",
     "Without --field about everything.", run_conflict_note},
    {"conflict end", "ID", 1, 1, OPT(FAMILY), 0, 0, "note that they agree again", "", run_conflict_end},
    {"trusted name", "WHO", 1, 1, OPT(FAMILY) | OPT(ABOUT) | OPT(SEEN_ON), OPT(ABOUT), 0,
     "name the trusted person of a young person", "--about is the young person.", run_trusted_name},
    {"trusted end", "ID", 1, 1, OPT(FAMILY), 0, 0, "be, or have, a trusted person no longer", "", run_trusted_end},
    {"court note", "WHO", 1, 1, OPT(FAMILY) | OPT(DECISION) | OPT(ABOUT) | OPT(EVIDENCE) | OPT(UNTIL),
     OPT(DECISION) | OPT(ABOUT) | OPT(EVIDENCE), OPT(ABOUT), "note what a court decided: enforced, and shown to nobody",
     "WHO is the one it binds, --about those whom it protects.", run_court_note},
    {"task list", "", 0, 0, OPT(FAMILY), 0, 0, "list what waits for you, and until when", "", run_task_list},
    {"task done", "ID", 1, 1, OPT(FAMILY), 0, 0, "say that a task is done", "", run_task_done},
    {"notice list", "", 0, 0, OPT(FAMILY), 0, 0, "list that something happened; never what", "", run_notice_list},
    {"notice seen", "ID", 1, 1, OPT(FAMILY), 0, 0, "say that you have seen it", "", run_notice_seen},
    {"statement add", "ID", 1, 1, OPT(FAMILY) | OPT(TEXT_FILE), 0, 0, "put your own words beside a text about you",
     "The text comes from FILE or standard input ('-'). Helpers can't take it away.", run_statement_add},
    {"statement withdraw", "ID", 1, 1, OPT(FAMILY), 0, 0, "take your own words away again", "", run_statement_withdraw},
    {"correction ask", "ID", 1, 1, OPT(FAMILY) | OPT(TEXT_FILE), 0, 0, "say that a text about you is not right",
     "What should be different comes from FILE or standard input ('-').", run_correction_ask},
    {"restriction set", "ID", 1, 1, OPT(FAMILY), 0, 0, "freeze a text about you: nobody reads it until it is settled", "",
     run_restriction_set},
    {"restriction list", "", 0, 0, OPT(FAMILY), 0, 0, "list what you have frozen", "", run_restriction_list},
    {"restriction end", "ID", 1, 1, OPT(FAMILY), 0, 0, "let it be read again", "", run_restriction_end},
    {"export", "", 0, 0, OPT(FAMILY), 0, 0, "read a copy of what is kept about you, and who may read it",
     "With --json it is the whole copy, to keep.", run_export},
    {"erase ask", "ID", 1, 1, OPT(FAMILY), 0, 0, "ask that a text about you be erased",
     "What stands in your own space goes at once.", run_erase_ask},
    {"erase all", "", 0, 0, OPT(FAMILY), 0, 0, "ask that everything about you be erased", "Each text is decided on its own.",
     run_erase_all},
    {"erase list", "", 0, 0, OPT(FAMILY), 0, 0, "list what was asked, and what became of it", "", run_erase_list},
    {"erase decide", "ID", 1, 1, OPT(FAMILY) | OPT(ENTRY) | OPT(BY) | OPT(OUTCOME), OPT(ENTRY) | OPT(BY) | OPT(OUTCOME), 0,
     "decide about one text of a request",
     "What is about others too stays. Erased is for good: after the day that 'kring erase list' shows, no backup brings it back.",
     run_erase_decide},
    {"death note", "WHO", 1, 1, OPT(FAMILY) | OPT(AT), OPT(AT), 0, "note that somebody has died",
     "The account reads nothing more. What was shared goes on by its own rules.", run_death_note},
    {"handover propose", "WHO", 1, 1, OPT(FAMILY), 0, 0, "propose who coordinates after you", "No grant moves along.",
     run_handover_propose},
    {"handover list", "", 0, 0, OPT(FAMILY), 0, 0, "list hand-overs and how far they are", "", run_handover_list},
    {"handover agree", "ID", 1, 1, OPT(FAMILY), 0, 0, "agree as an adult of the family", "", run_handover_agree},
    {"handover talk", "ID", 1, 1, OPT(FAMILY), 0, 0, "say that the talk was held", "", run_handover_talk},
    {"handover accept", "ID", 1, 1, OPT(FAMILY), 0, 0, "take over: from now on you coordinate", "", run_handover_accept},
    {"helper add", "NAME", 1, 1,
     OPT(FAMILY) | OPT(ROLE) | OPT(ORGANISATION) | OPT(SECRECY) | OPT(LISTED) | OPT(GOAL_FILE) | OPT(UNTIL) | OPT(AGREED_BY),
     OPT(ROLE) | OPT(SECRECY) | OPT(UNTIL) | OPT(AGREED_BY), OPT(AGREED_BY), "add a helper to the team, for a goal and until a day",
     "--agreed-by names the adults of the family who said yes. For which goal comes from FILE or standard input. Who was added "
     "reads nothing before the working agreements were accepted.",
     run_helper_add},
    {"person add", "NAME", 1, 1,
     OPT(FAMILY) | OPT(ROLE) | OPT(BORN) | OPT(DUE) | OPT(OWNER) | OPT(HOME) | OPT(HOLDER) | OPT(EVIDENCE), 0,
     OPT(HOME) | OPT(HOLDER), "add a person to the plan",
     "NAME is the call name. An unborn child has --due, and --owner is she who decides. --holder and --evidence say who decides "
     "for a child; the coordinator notes it.",
     run_person_add},
    {"person informed", "WHO", 1, 1, OPT(FAMILY) | OPT(REASON_FILE), 0, 0, "note that somebody was told that he is in the plan",
     "With --reason-file why he was not.", run_person_informed},
    {"person contact", "WHO", 1, 1, OPT(FAMILY), 0, 0, "note that a young person's contact is still only his", "",
     run_person_contact},
    {"birth record", "WHO", 1, 1, OPT(FAMILY) | OPT(AT) | OPT(HOLDER) | OPT(EVIDENCE), OPT(AT), OPT(HOLDER),
     "record that a child is born", "Nothing that was shared before goes along. --holder and --evidence as in 'kring person add'.",
     run_birth_record},
    {"invite make", "WHO", 1, 1, OPT(FAMILY), 0, 0, "invite a person or a helper who is in the plan",
     "The coordinator sees a code, this once. Anybody else asks the coordinator.", run_invite_make},
    {"invite list", "", 0, 0, OPT(FAMILY), 0, 0, "list invitations, and how far they are", "", run_invite_list},
    {"invite handover", "ID", 1, 1, OPT(FAMILY), 0, 0, "note that you gave the code in person", "", run_invite_handover},
    {"invite revoke", "ID", 1, 1, OPT(FAMILY), 0, 0, "make a code useless", "", run_invite_revoke},
    {"limits show", "", 0, 0, OPT(FAMILY), 0, 0, "read what we may have to tell, before you write",
     "It is kept that you saw these words.", run_limits_show},
    {"agreements accept", "", 0, 0, OPT(FAMILY), 0, 0, "read the working agreements and say yes to them",
     "Before that a helper reads nothing.", run_agreements_accept},
    {"safety", "", 0, 0, OPT(JURISDICTION), 0, 0, "show whom to call in danger",
     "It needs no log-in and no connection. Kring itself calls nobody and reports nothing.", run_safety},
    {"receipt list", "ID", 1, 1, OPT(FAMILY) | OPT(OUT), 0, 0, "list the receipts of what you gave or stopped in a grant",
     "Keep them with --out: they prove it without the server.", run_receipt_list},
    {"receipt verify", "FILE", 1, 1, OPT(KEYS) | OPT(CA), 0, 0, "tell whether a receipt is genuine, and what it says",
     "With a file of keys nothing is asked of anybody. Without --keys the server of your session is asked for its keys.",
     run_receipt_verify},
    {"help", "[COMMAND]", 0, 2, OPT(COMPLETION), 0, 0, "explain a command", "", run_help},
};
const size_t command_count = sizeof commands / sizeof *commands;

const command *command_named(const char *words) {
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].words, words) == 0) return &commands[i];
    return NULL;
}

/* ---------------------------------------------------------------------------- parsing */

enum { LONG_BASE = 256 };

static void make_options(struct option *longs, char *shorts) {
    *shorts++ = '-'; /* operands come in their order, between the options */
    *shorts++ = ':'; /* what is wrong is ours to say */
    for (int o = 0; o < OPTION_COUNT; o++) {
        int takes = option_rows[o].value ? required_argument : no_argument;
        longs[o] = (struct option){option_rows[o].name, takes, NULL, LONG_BASE + o};
        if (!option_rows[o].letter) continue;
        *shorts++ = option_rows[o].letter;
        if (takes == required_argument) *shorts++ = ':';
    }
}

static int option_of(int c) {
    if (c >= LONG_BASE) return c - LONG_BASE;
    for (int o = 0; o < OPTION_COUNT; o++)
        if (option_rows[o].letter == c && c) return o;
    return OPTION_COUNT;
}

static bool take_operand(arguments *out, const char *value, buf *why) {
    if (out->operand_count == OPERANDS_MAX) {
        buf_format(why, "too many arguments: %s", value);
        return false;
    }
    out->operands[out->operand_count++] = value;
    return true;
}

static bool take_option(arguments *out, int o, const char *value, buf *why) {
    if (out->times[o] == TIMES_MAX) {
        buf_format(why, "too many --%s", option_rows[o].name);
        return false;
    }
    out->values[o][out->times[o]++] = value;
    return true;
}

static bool read_arguments(int argc, char **argv, arguments *out, buf *why) {
    struct option longs[OPTION_COUNT + 1] = {0};
    char shorts[2 + 2 * OPTION_COUNT + 1] = {0};
    make_options(longs, shorts);
    optind = 0; /* glibc: start anew */
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (c == ':') buf_format(why, "%s needs a value", argv[optind - 1]);
        if (c == '?') buf_format(why, "no such option: %s", argv[optind - 1]);
        if (c == ':' || c == '?') return false;
        if (c == 1 ? !take_operand(out, optarg, why) : !take_option(out, option_of(c), optarg, why)) return false;
    }
    while (optind < argc)
        if (!take_operand(out, argv[optind++], why)) return false;
    return true;
}

static void drop_operands(arguments *a, uint8_t count) {
    a->operand_count = (uint8_t)(a->operand_count - count);
    for (uint8_t i = 0; i < a->operand_count; i++)
        a->operands[i] = a->operands[i + count];
}

static bool begins(const command *c, const char *first) {
    size_t n = strlen(first);
    return strncmp(c->words, first, n) == 0 && (c->words[n] == ' ' || !c->words[n]);
}

static bool find_command(arguments *a, buf *why) {
    if (a->operand_count == 0) return true;
    bool group = false;
    for (size_t i = 0; i < command_count; i++) {
        const command *c = &commands[i];
        const char *space = strchr(c->words, ' ');
        if (!begins(c, a->operands[0])) continue;
        group = true;
        if (space && (a->operand_count < 2 || strcmp(space + 1, a->operands[1]) != 0)) continue;
        a->command = c;
        drop_operands(a, space ? 2 : 1);
        return true;
    }
    if (group && a->operand_count == 1 && has(a, O_HELP)) return true; /* kring entry --help */
    if (!group)
        buf_format(why, "no such command: %s", a->operands[0]);
    else if (a->operand_count == 1)
        buf_format(why, "%s what? kring help %s", a->operands[0], a->operands[0]);
    else
        buf_format(why, "no such command: %s %s", a->operands[0], a->operands[1]);
    return false;
}

static bool check_options(const arguments *a, buf *why) {
    const command *c = a->command;
    for (int o = 0; o < OPTION_COUNT; o++) {
        option_set bit = (option_set)1 << o;
        const char *name = option_rows[o].name;
        if (a->times[o] && !((c->options | EVERYWHERE) & bit))
            buf_format(why, "--%s is no option of 'kring %s'", name, c->words);
        else if (a->times[o] > 1 && option_rows[o].value && !(c->many & bit))
            buf_format(why, "--%s stands twice", name);
        else if (!a->times[o] && (c->required & bit))
            buf_format(why, "'kring %s' needs --%s", c->words, name);
        if (why->len) return false;
    }
    if (a->operand_count < c->operands_min)
        buf_format(why, "'kring %s' needs %s", c->words, c->operands);
    else if (a->operand_count > c->operands_max)
        buf_format(why, "too many arguments: %s", a->operands[c->operands_max]);
    return why->len == 0;
}

bool command_parse(int argc, char **argv, arguments *out, buf *why) {
    memset(out, 0, sizeof *out);
    if (!read_arguments(argc, argv, out, why)) {
        buf unused = buf_new(why->max); /* whose arguments they are decides the exit status */
        (void)find_command(out, &unused);
        buf_release(&unused);
        return false;
    }
    if (!find_command(out, why)) return false;
    if (has(out, O_HELP) || has(out, O_VERSION)) return true;
    if (out->command) return check_options(out, why);
    buf_put_string(why, "no command");
    return false;
}

/* ---------------------------------------------------------------------------- help */

static void put_option_name(buf *out, int o) {
    buf_format(out, "--%s", option_rows[o].name);
    if (option_rows[o].value) buf_format(out, " %s", option_rows[o].value);
}

static void put_usage(buf *out, const command *c) {
    buf_format(out, "kring %s", c->words);
    for (int o = 0; o < OPTION_COUNT; o++) {
        option_set bit = (option_set)1 << o;
        if (!(c->options & bit)) continue;
        buf_put_string(out, c->required & bit ? " " : " [");
        put_option_name(out, o);
        if (c->many & bit) buf_put_string(out, "...");
        if (!(c->required & bit)) buf_put_string(out, "]");
    }
    if (*c->operands) buf_format(out, " %s", c->operands);
    buf_put_string(out, "\n");
}

static void put_options(buf *out, option_set set) {
    for (int o = 0; o < OPTION_COUNT; o++) {
        if (!(set >> o & 1)) continue;
        size_t start = out->len;
        buf_put_string(out, "  ");
        if (option_rows[o].letter) buf_format(out, "-%c, ", option_rows[o].letter);
        put_option_name(out, o);
        size_t used = out->len - start;
        buf_format(out, "%*s%s\n", (int)(used < 24 ? 24 - used : 1), "", option_rows[o].text);
    }
}

void put_overview(buf *out) {
    buf_put_string(out, "Usage: kring COMMAND [OPTION]...\n\nOne shared plan for one family; you read what was "
                        "agreed, and every look is on the log.\n\n");
    for (size_t i = 0; i < command_count; i++)
        buf_format(out, "  %-16s %s\n", commands[i].words, commands[i].summary);
    buf_put_string(out, "\nEverywhere:\n");
    put_options(out, EVERYWHERE);
    buf_put_string(out, "\n'kring help COMMAND' explains one; 'man kring' explains all.\n");
}

void put_help(buf *out, const command *c) {
    buf_put_string(out, "Usage: ");
    put_usage(out, c);
    buf_format(out, "\n%s.\n", c->summary);
    if (*c->details) buf_format(out, "%s\n", c->details);
    buf_put_string(out, "\n");
    put_options(out, c->options | EVERYWHERE);
}

bool put_group(buf *out, const char *first_word) {
    bool any = false;
    for (size_t i = 0; i < command_count; i++) {
        if (!begins(&commands[i], first_word)) continue;
        buf_put_string(out, any ? "       " : "Usage: ");
        put_usage(out, &commands[i]);
        any = true;
    }
    return any;
}

/* ---------------------------------------------------------------------------- completion */

static bytes head_of(const command *c) {
    const char *space = strchr(c->words, ' ');
    return bytes_make(c->words, space ? (size_t)(space - c->words) : strlen(c->words));
}

/* Commands of one group stand beside each other in the table, one of a single word ("plan") behind those of two. */
static bool opens_group(size_t i) { return i == 0 || !bytes_equal(head_of(&commands[i]), head_of(&commands[i - 1])); }

static void put_first_words(buf *out) {
    for (size_t i = 0; i < command_count; i++) {
        if (!opens_group(i)) continue;
        buf_put(out, head_of(&commands[i]));
        buf_put_byte(out, ' ');
    }
}

static void put_second_words(buf *out, bytes head) {
    for (size_t i = 0; i < command_count; i++) {
        const char *space = strchr(commands[i].words, ' ');
        if (space && bytes_equal(head_of(&commands[i]), head)) buf_format(out, "%s ", space + 1);
    }
}

static void put_fields(buf *out) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        buf_format(out, "%s ", catalogue[f].name);
}

static void put_jurisdictions(buf *out) {
    for (size_t i = 0; i < jurisdiction_count; i++)
        buf_format(out, "%s ", jurisdictions[i].code);
}

static void put_filling(buf *out, filling fill) {
    switch (fill) {
    case FILL_FILE:
        buf_put_string(out, "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")");
        return;
    case FILL_SECTION: buf_put_string(out, "_kring_words \"A B C D E F G H I\""); return;
    case FILL_LANGUAGE: buf_put_string(out, "_kring_words \"nl fr en\""); return;
    case FILL_ENTRY_KIND: buf_put_string(out, "_kring_words \"fact quote opinion\""); return;
    case FILL_DANGER: buf_put_string(out, "_kring_words \"threat_to_life acute_danger cannot_consent missing_person\""); return;
    case FILL_OUTCOME:
        buf_put_string(out, "_kring_words \"erased kept_law kept_subject kept_claim explained talked measures mistaken\"");
        return;
    case FILL_RESULT: buf_put_string(out, "_kring_words \"justified not_justified misuse\""); return;
    case FILL_GROUND:
        buf_put_string(out, "_kring_words \"agogic_exception good_care privacy_of_others court_case complaint inspection claim\"");
        return;
    case FILL_DECISION:
        buf_put_string(out, "_kring_words \"sole_authority suspended_contact contact_ban authority_ended lifted\"");
        return;
    case FILL_EVIDENCE: buf_put_string(out, "_kring_words \"judgment order protocol registry\""); return;
    case FILL_FORMAT: buf_put_string(out, "_kring_words \"ndjson fhir\""); return;
    case FILL_PACKAGE: buf_put_string(out, "_kring_words \"basis introduction coordination school leisure\""); return;
    case FILL_SECRECY_GROUND:
        buf_put_string(out,
                       "_kring_words \"subject_release shared_secret_BE joint_secret_same_team nl_direct_involvement legal_duty "
                       "right_to_report state_of_necessity not_under_secrecy\"");
        return;
    case FILL_LEVEL: buf_put_string(out, "_kring_words \"exact derived exists\""); return;
    case FILL_CHANNEL: buf_put_string(out, "_kring_words \"paper in_person\""); return;
    case FILL_BASIS: buf_put_string(out, "_kring_words \"contract legal_duty vital public_task legitimate\""); return;
    case FILL_JURISDICTION:
        buf_put_string(out, "_kring_words \"");
        put_jurisdictions(out);
        buf_put_byte(out, '"');
        return;
    case FILL_FIELD:
        buf_put_string(out, "_kring_words \"");
        put_fields(out);
        buf_put_byte(out, '"');
        return;
    case FILL_NOTHING: buf_put_byte(out, ':'); return;
    }
}

static void put_values(buf *out) {
    buf_put_string(out, "    case $before in\n");
    for (int o = 0; o < OPTION_COUNT; o++) {
        if (!option_rows[o].value) continue;
        buf_format(out, "    --%s) ", option_rows[o].name);
        put_filling(out, option_rows[o].fill);
        buf_put_string(out, "; return ;;\n");
    }
    buf_put_string(out, "    esac\n");
}

/* first and second: the command's words before the cursor, without options and their values. */
static void put_finding(buf *out) {
    buf_put_string(out, "    for ((i = 1; i < COMP_CWORD; i++)); do\n        case ${COMP_WORDS[i]} in\n        ");
    bool any = false;
    for (int o = 0; o < OPTION_COUNT; o++)
        if (option_rows[o].value) buf_format(out, "%s--%s", any ? "|" : "", option_rows[o].name), any = true;
    buf_put_string(out, ") ((i++)) ;;\n        -*) ;;\n"
                        "        *) if [[ -z $first ]]; then first=${COMP_WORDS[i]}; elif [[ -z $second ]]; then "
                        "second=${COMP_WORDS[i]}; fi ;;\n"
                        "        esac\n    done\n");
}

static void put_operands(buf *out) {
    buf_put_string(out, "    if [[ $word != -* ]]; then\n        case \"$first $second\" in\n        \" \"|\"help "
                        "\") _kring_words \"");
    put_first_words(out);
    buf_put_string(out, "\" ;;\n");
    for (size_t i = 0; i < command_count; i++) {
        if (!opens_group(i) || !strchr(commands[i].words, ' ')) continue;
        bytes head = head_of(&commands[i]);
        buf_format(out, "        \"%.*s \"|\"help %.*s\") _kring_words \"", (int)head.len, (const char *)head.at,
                   (int)head.len, (const char *)head.at);
        put_second_words(out, head);
        buf_put_string(out, "\" ;;\n");
    }
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].operands, "FILE") != 0) continue;
        buf_format(out, "        \"%s\") ", commands[i].words);
        put_filling(out, FILL_FILE);
        buf_put_string(out, " ;;\n");
    }
    buf_put_string(out, "        esac\n        return\n    fi\n");
}

static void put_option_words(buf *out) {
    buf_put_string(out, "    case \"$first $second\" in\n");
    for (size_t i = 0; i < command_count; i++) {
        const command *c = &commands[i];
        buf_format(out, "    \"%s%s) _kring_words \"", c->words, strchr(c->words, ' ') ? "\"" : " \"*");
        for (int o = 0; o < OPTION_COUNT; o++)
            if ((c->options | EVERYWHERE) >> o & 1) buf_format(out, "--%s ", option_rows[o].name);
        buf_put_string(out, "\" ;;\n");
    }
    buf_put_string(out, "    esac\n");
}

void put_completion(buf *out) {
    buf_put_string(
        out, "# bash completion for kring, made from its table of commands (kring help --completion).\n"
             "# It never asks the server for names: every look is on the log, and a key is no look.\n"
             "_kring_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\"); }\n"
             "_kring() {\n"
             "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} first=\"\" second=\"\" i\n"
             "    COMPREPLY=()\n");
    put_values(out);
    put_finding(out);
    put_operands(out);
    put_option_words(out);
    buf_put_string(out, "}\ncomplete -F _kring kring\n");
}
