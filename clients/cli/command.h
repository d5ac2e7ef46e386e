/* Every command and every option, in one table: parsing, help, completion and the tests of the manual all read it.
 *
 * Texts, passwords and tokens never come as arguments, since other users of the machine can read those. */
#ifndef KRING_CLI_COMMAND_H
#define KRING_CLI_COMMAND_H

#include "base/buf.h"

enum { OPERANDS_MAX = 4, TIMES_MAX = 70 };

typedef enum {
    FILL_NOTHING, FILL_FILE, FILL_FIELD, FILL_SECTION, FILL_LANGUAGE, FILL_ENTRY_KIND, FILL_JURISDICTION,
    FILL_DANGER, FILL_OUTCOME, FILL_RESULT, FILL_GROUND, FILL_DECISION, FILL_EVIDENCE,
    FILL_FORMAT, FILL_PACKAGE, FILL_SECRECY_GROUND, FILL_LEVEL, FILL_CHANNEL, FILL_BASIS
} filling;

/* id, long name, letter or 0, the value's name or NULL, what completes it, what it does */
#define KRING_OPTIONS(X)                                                                                             \
    X(HELP, "help", 'h', NULL, FILL_NOTHING, "explain this command")                                                 \
    X(VERSION, "version", 'V', NULL, FILL_NOTHING, "print the version")                                              \
    X(JSON, "json", 0, NULL, FILL_NOTHING, "print the server's JSON as it came, one document a page")                \
    X(LANG, "lang", 0, "LANG", FILL_LANGUAGE, "nl, fr or en; else what LC_ALL, LC_MESSAGES or LANG says")            \
    X(SESSION, "session", 0, "FILE", FILL_FILE, "where the session is kept; else KRING_SESSION")                     \
    X(FAMILY, "family", 0, "ID", FILL_NOTHING, "which family; not needed when you have one")                         \
    X(URL, "url", 0, "URL", FILL_NOTHING, "the server, https://NAME[:PORT]; else KRING_URL. Of a log: with its path") \
    X(CA, "ca", 0, "FILE", FILL_FILE, "trust this authority and no other; else KRING_CA")                            \
    X(PASSWORD_FILE, "password-file", 0, "FILE", FILL_FILE, "the password is the first line of FILE")                \
    X(DEMO, "demo", 0, "FILE", FILL_FILE, "take server, authority, password or log from a demo.json")                \
    X(ALL, "all", 0, NULL, FILL_NOTHING, "everywhere, not only here")                                                \
    X(SECTION, "section", 0, "LETTER", FILL_SECTION, "only this section, A to I")                                    \
    X(FIELD, "field", 0, "FIELD", FILL_FIELD, "a field of the catalogue, such as need_money")                        \
    X(ABOUT, "about", 0, "WHO", FILL_NOTHING, "a person, a home or 'family', by name or id")                         \
    X(KIND, "kind", 0, "KIND", FILL_ENTRY_KIND, "fact, quote or opinion; of the log, such as plan.read")              \
    X(ASSIGNEE, "assignee", 0, "WHO", FILL_NOTHING, "whose task it is")                                              \
    X(REVIEW_AT, "review-at", 0, "DATE", FILL_NOTHING, "when to look at it again")                                   \
    X(TEXT_FILE, "text-file", 0, "FILE", FILL_FILE, "the text; else standard input")                                 \
    X(REASON_FILE, "reason-file", 0, "FILE", FILL_FILE, "the reason: why a text changes, why a child was not asked") \
    X(SAW, "saw", 0, "VERSION", FILL_NOTHING, "the version that you saw: refused when there is a newer one")         \
    X(TO, "to", 0, "WHO", FILL_NOTHING, "who may read it: a helper or a person, by name or id")                      \
    X(PURPOSE_FILE, "purpose-file", 0, "FILE", FILL_FILE, "why you share it; else standard input")                   \
    X(FROM, "from", 0, "TIME", FILL_NOTHING, "from this moment, or this day")                                        \
    X(UNTIL, "until", 0, "TIME", FILL_NOTHING, "until this moment, or through this day")                             \
    X(VIEWER, "viewer", 0, "WHO", FILL_NOTHING, "who would read, by name or id")                                     \
    X(PERSON, "person", 0, "WHO", FILL_NOTHING, "only what this person or helper did, by name or id")                \
    X(ACCOUNT, "account", 0, "ID", FILL_NOTHING, "whose account did it")                                             \
    X(CLASS, "class-at-least", 0, "NUMBER", FILL_NOTHING, "fields of this class or a higher one, 0 to 5")            \
    X(RULE, "rule", 0, "RULE", FILL_NOTHING, "the rule that allowed or refused it, such as R-50b")                   \
    X(EMERGENCY, "emergency", 0, NULL, FILL_NOTHING, "only what an emergency access opened")                         \
    X(AT, "at", 0, "TIME", FILL_NOTHING, "at which moment; else now")                                                \
    X(ENTRY, "entry", 0, "ID", FILL_NOTHING, "which entry: instead of a field, or of those to erase")                \
    X(AS, "as", 0, "WHO", FILL_NOTHING, "see as this person or helper, by name or id")                               \
    X(YES, "yes", 0, "FIELD", FILL_FIELD, "a field to say yes to")                                                   \
    X(NO, "no", 0, "FIELD", FILL_FIELD, "a field to say no to")                                                      \
    X(JURISDICTION, "jurisdiction", 0, "CODE", FILL_JURISDICTION, "BE-VLG or NL; else both")                         \
    X(OUT, "out", 0, "PATH", FILL_FILE, "where to keep them: receipts in a folder, a log in a file")                  \
    X(FORMAT, "format", 0, "FORMAT", FILL_FORMAT, "ndjson, or fhir: AuditEvents for an audit repository")            \
    X(KEYS, "keys", 0, "KEYS", FILL_FILE, "keys that you trust: a file, or the https address of a server")           \
    X(MINUTES, "minutes", 0, "COUNT", FILL_NOTHING, "for how many minutes; else as long as the law here allows")     \
    X(REASON, "reason", 0, "CODE", FILL_DANGER, "which danger it is")                                                \
    X(OTHER_WAY_FILE, "other-way-file", 0, "FILE", FILL_FILE, "could it be solved with consent, or in another way?") \
    X(RESULT, "result", 0, "RESULT", FILL_RESULT, "what you think of it, having looked")                             \
    X(BY, "by", 0, "WHO", FILL_NOTHING, "who asked, by name or id")                                                  \
    X(OUTCOME, "outcome", 0, "OUTCOME", FILL_OUTCOME, "of an erasure, of a line of the log, or what became of a sign") \
    X(NOT_FOR, "not-for", 0, "WHO", FILL_NOTHING, "from whom it is kept, by name or id")                             \
    X(GROUND, "ground", 0, "GROUND", FILL_GROUND, "why it is held back, from somebody or from erasing")              \
    X(ABLE, "able", 0, NULL, FILL_NOTHING, "decides alone")                                                          \
    X(NOT_ABLE, "not-able", 0, NULL, FILL_NOTHING, "does not decide alone yet")                                      \
    X(SEEN_ON, "seen-on", 0, "DATE", FILL_NOTHING, "when the extract from the register was seen")                    \
    X(DECISION, "decision", 0, "KIND", FILL_DECISION, "what the court decided")                                      \
    X(EVIDENCE, "evidence", 0, "PAPER", FILL_EVIDENCE, "which paper you saw")                                         \
    X(GOAL_FILE, "goal-file", 0, "FILE", FILL_FILE, "for which goal a helper needs it")                               \
    X(PACKAGE, "package", 0, "NAME", FILL_PACKAGE, "some fields together, none of them sensitive")                   \
    X(SECRECY_GROUND, "secrecy-ground", 0, "GROUND", FILL_SECRECY_GROUND, "why somebody bound by secrecy may get it") \
    X(TICKS, "ticks", 0, NULL, FILL_NOTHING, "all five conditions of a shared secret hold")                          \
    X(RELEASE, "release", 0, "FIELD", FILL_FIELD, "share this sensitive field too, after the warning")               \
    X(CHILD_ASKED, "child-asked", 0, NULL, FILL_NOTHING, "the child under 12 was asked; else --reason-file")         \
    X(NOT_AGREED, "not-agreed", 0, NULL, FILL_NOTHING, "only what those who must give do not agree on")              \
    X(READ_LEVEL, "level", 0, "LEVEL", FILL_LEVEL, "give no more than this: exact, derived or exists")               \
    X(GIVER, "giver", 0, "WHO", FILL_NOTHING, "whose answer it is, by name or id")                                   \
    X(CHANNEL, "channel", 0, "CHANNEL", FILL_CHANNEL, "paper or in_person")                                          \
    X(BASIS, "basis", 0, "BASIS", FILL_BASIS, "shared on another ground than consent, for the coordinator")          \
    X(TOLD_ON, "told-on", 0, "TIME", FILL_NOTHING, "when those concerned were told")                                 \
    X(TOLD_FIRST, "told-first", 0, NULL, FILL_NOTHING, "about safety: the family was told first")                    \
    X(NOT_TOLD_FILE, "not-told-file", 0, "FILE", FILL_FILE, "about safety: why the family was not told first")       \
    X(ROLE, "role", 0, "TEXT", FILL_NOTHING, "what somebody is here, in a few words")                                \
    X(ORGANISATION, "organisation", 0, "NAME", FILL_NOTHING, "for whom a helper works; of the log, its mark")         \
    X(SECRECY, "secrecy", 0, "SECRECY", FILL_NOTHING, "professional, discretion or none, as the organisation says")  \
    X(LISTED, "listed", 0, "TEXT", FILL_NOTHING, "what the team shows instead of the name")                          \
    X(BORN, "born", 0, "DATE", FILL_NOTHING, "date of birth")                                                        \
    X(DUE, "due", 0, "DATE", FILL_NOTHING, "when a child is expected")                                               \
    X(HOME, "home", 0, "HOME", FILL_NOTHING, "where somebody lives, by name or id")                                  \
    X(OWNER, "owner", 0, "WHO", FILL_NOTHING, "who decides for an unborn child, by name or id")                      \
    X(HOLDER, "holder", 0, "WHO", FILL_NOTHING, "who decides for a child, by name or id")                            \
    X(AGREED_BY, "agreed-by", 0, "WHO", FILL_NOTHING, "an adult of the family who said yes, by name or id")          \
    X(CONTACT, "contact", 0, "CONTACT", FILL_NOTHING, "an e-mail address or phone number that is only yours")        \
    X(KEY, "key", 0, "VKEY", FILL_NOTHING, "the log's verifier key, from somebody whom you trust")                   \
    X(CHECKPOINT, "checkpoint", 0, "FILE", FILL_FILE, "what was seen of the log before; else kept with the session") \
    X(POLICY, "policy", 0, "FILE", FILL_FILE, "which witnesses must have signed (C2SP tlog-policy)")                 \
    X(RECORDS, "records", 0, "FILE", FILL_FILE, "check these lines, as 'kring log export' wrote them")               \
    X(DIR, "dir", 0, "DIR", FILL_FILE, "read the log in this folder instead of from a server")                       \
    X(MIRROR, "mirror", 0, "DIR", FILL_FILE, "keep a copy of the log in this folder")                                \
    X(OPEN, "open", 0, NULL, FILL_NOTHING, "only what nobody has looked into yet")                                   \
    X(COMPLETION, "completion", 0, NULL, FILL_NOTHING, "print the completion script for bash")

typedef enum {
#define X(id, name, letter, value, fill, text) O_##id,
    KRING_OPTIONS(X)
#undef X
    OPTION_COUNT
} option_id;

__extension__ typedef unsigned __int128 option_set; /* more than 64 options */
#define OPT(id) ((option_set)1 << O_##id)

typedef struct {
    const char *name;
    char letter;
    const char *value;
    filling fill;
    const char *text;
} option_row;

extern const option_row option_rows[OPTION_COUNT];

typedef struct kring kring;
/* How it ends; the exit status of the program. */
typedef enum {
    EXIT_DONE,
    EXIT_REFUSED,     /* refused, or nothing there */
    EXIT_USAGE,
    EXIT_LOGGED_OUT,
    EXIT_UNREACHABLE, /* no connection, no safe connection, or no Kring server */
    EXIT_UNAVAILABLE, /* the server can't answer now */
    EXIT_CONFLICT,    /* somebody changed it first */
    EXIT_BAD_DATA = 65 /* log verify: a file that can't be read (sysexits.h) */
} exit_code;
/* A struct, so that it cannot be dropped or taken for an int. */
typedef struct {
    exit_code code;
} outcome;
#define DONE ((outcome){EXIT_DONE})
#define GO(expression)                                                                                               \
    do {                                                                                                             \
        outcome go_ = (expression);                                                                                  \
        if (go_.code != EXIT_DONE) return go_;                                                                       \
    } while (0)

typedef struct {
    const char *words;      /* "entry show" */
    const char *operands;   /* "ID", or "" */
    uint8_t operands_min, operands_max;
    option_set options;     /* besides those that every command has */
    option_set required, many;
    const char *summary;
    const char *details;    /* a paragraph for its help, or "" */
    outcome (*run)(kring *k);
} command;

#define EVERYWHERE (OPT(HELP) | OPT(VERSION) | OPT(JSON) | OPT(LANG) | OPT(SESSION))

extern const command commands[];
extern const size_t command_count;

typedef struct {
    const command *command; /* NULL: none was named */
    const char *operands[OPERANDS_MAX];
    uint8_t operand_count;
    uint8_t times[OPTION_COUNT];
    const char *values[OPTION_COUNT][TIMES_MAX];
} arguments;

static inline bool has(const arguments *a, option_id o) { return a->times[o] > 0; }
/* The value, or NULL. */
static inline const char *value_of(const arguments *a, option_id o) { return a->times[o] ? a->values[o][0] : NULL; }

/* False with a sentence in `why`. With --help or --version what is missing is not missed. */
bool command_parse(int argc, char **argv, arguments *out, buf *why) MUST_USE;
/* The command of exactly these words, or NULL. */
const command *command_named(const char *words);

void put_overview(buf *out);
void put_help(buf *out, const command *c);
/* Help for all commands whose words begin with this one ("entry"); false if there are none. */
bool put_group(buf *out, const char *first_word);
void put_completion(buf *out);

#endif
