#include "words.h"

#include <stdlib.h>

static const char *const texts[WORD_COUNT][LANG_COUNT] = {
#define X(name, nl, fr, en) [W_##name] = {nl, fr, en},
    KRING_WORDS(X)
#undef X
};

const char *word_in(language lang, word w) {
    must((unsigned)w < WORD_COUNT && (unsigned)lang < LANG_COUNT);
    return texts[w][lang];
}

void put_word(buf *out, language lang, word w, bytes detail) {
    const char *text = word_in(lang, w), *hole = strstr(text, "{}");
    if (!hole) {
        buf_put_string(out, text);
        return;
    }
    buf_put(out, bytes_make(text, (size_t)(hole - text)));
    buf_put(out, detail);
    buf_put_string(out, hole + 2);
}

bool language_by_code(bytes code, language *out) {
    static const char *const codes[LANG_COUNT] = {"nl", "fr", "en"};
    for (int i = 0; i < LANG_COUNT; i++) {
        if (!bytes_is(code, codes[i])) continue;
        *out = (language)i;
        return true;
    }
    return false;
}

/* POSIX: the first of the three that is set and not empty decides, even when it names a language that we do not
 * speak. */
language language_of_environment(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value) continue;
        language lang = LANG_EN;
        bool delimited = strlen(value) == 2 || (strlen(value) > 2 && strchr("_.@", value[2]));
        if (delimited && language_by_code(bytes_make(value, 2), &lang)) return lang;
        return LANG_EN;
    }
    return LANG_EN;
}

typedef struct {
    const char *type;
    word sentence;
} problem_row;

static const problem_row problem_rows[] = {
    {"unauthenticated", W_SESSION_OVER},
    {"bad-login", W_P_BAD_LOGIN},
    {"bad-code", W_P_BAD_CODE},
    {"limits-not-seen", W_P_LIMITS},
    {"second-factor-required", W_P_SECOND_FACTOR},
    {"forbidden", W_P_FORBIDDEN},
    {"not-found", W_P_NOT_FOUND},
    {"conflict", W_P_CONFLICT},
    {"precondition-failed", W_P_PRECONDITION},
    {"precondition-required", W_P_PRECONDITION},
    {"unprocessable", W_P_UNPROCESSABLE},
    {"bad-body", W_P_BAD_BODY},
    {"bad-query", W_P_BAD_BODY},
    {"too-many-requests", W_P_TOO_MANY},
    {"unavailable", W_P_UNAVAILABLE},
    {"internal", W_P_INTERNAL},
};

word word_of_problem(bytes type) {
    for (size_t i = 0; i < sizeof problem_rows / sizeof *problem_rows; i++)
        if (bytes_is(type, problem_rows[i].type)) return problem_rows[i].sentence;
    return W_NONE;
}

static const struct {
    word_set set;
    const char *contract_word;
    word w;
} word_rows[] = {
    {SET_LEVEL, "exact", W_LEVEL_EXACT},
    {SET_LEVEL, "derived", W_LEVEL_DERIVED},
    {SET_LEVEL, "exists", W_LEVEL_EXISTS},
    {SET_LEVEL, "hidden", W_LEVEL_HIDDEN},
    {SET_STATE, "active", W_STATE_ACTIVE},
    {SET_STATE, "waiting", W_STATE_WAITING},
    {SET_STATE, "paused", W_STATE_PAUSED},
    {SET_STATE, "ended", W_STATE_ENDED},
    {SET_KIND, "person", W_KIND_PERSON},
    {SET_KIND, "helper", W_KIND_HELPER},
    {SET_KIND, "auditor", W_KIND_AUDITOR},
    {SET_KIND, "operator", W_KIND_OPERATOR},
    {SET_KIND, "system", W_KIND_SYSTEM},
    {SET_ENTRY_KIND, "fact", W_KIND_FACT},
    {SET_ENTRY_KIND, "quote", W_KIND_QUOTE},
    {SET_ENTRY_KIND, "opinion", W_KIND_OPINION},
    {SET_SECRECY, "professional", W_SECRECY_PROFESSIONAL},
    {SET_SECRECY, "discretion", W_SECRECY_DISCRETION},
    {SET_SECRECY, "none", W_SECRECY_NONE},
    {SET_BASIS, "consent", W_BASIS_CONSENT},
    {SET_BASIS, "contract", W_BASIS_CONTRACT},
    {SET_BASIS, "legal_duty", W_BASIS_LEGAL_DUTY},
    {SET_BASIS, "vital", W_BASIS_VITAL},
    {SET_BASIS, "public_task", W_BASIS_PUBLIC_TASK},
    {SET_BASIS, "legitimate", W_BASIS_LEGITIMATE},
    {SET_BASIS, "unknown", W_UNKNOWN},
    {SET_DEED, "given", W_DEED_GIVEN},
    {SET_DEED, "reconfirmed", W_DEED_RECONFIRMED},
    {SET_DEED, "narrowed", W_DEED_NARROWED},
    {SET_DEED, "withdrawn", W_DEED_WITHDRAWN},
    {SET_DEED, "objected", W_DEED_OBJECTED},
    {SET_CELL, "own", W_CELL_OWN},
    {SET_CELL, "household", W_CELL_HOUSEHOLD},
    {SET_CELL, "parent", W_CELL_PARENT},
    {SET_CELL, "trusted", W_CELL_TRUSTED},
    {SET_CELL, "grant", W_CELL_GRANT},
    {SET_CELL, "emergency", W_CELL_EMERGENCY},
    {SET_DANGER, "threat_to_life", W_BASIS_VITAL},
    {SET_DANGER, "acute_danger", W_DANGER_ACUTE_DANGER},
    {SET_DANGER, "cannot_consent", W_DANGER_CANNOT_CONSENT},
    {SET_DANGER, "missing_person", W_DANGER_MISSING_PERSON},
    {SET_REVIEW, "justified", W_REVIEW_JUSTIFIED},
    {SET_REVIEW, "not_justified", W_REVIEW_NOT_JUSTIFIED},
    {SET_REVIEW, "misuse", W_REVIEW_MISUSE},
    {SET_REVIEWER, "privacy_officer", W_REVIEWER_PRIVACY_OFFICER},
    {SET_REVIEWER, "professional", W_REVIEWER_PROFESSIONAL},
    {SET_TASK, "answer", W_TASK_ANSWER},
    {SET_TASK, "not_agreed", W_TASK_NOT_AGREED},
    {SET_TASK, "confirm", W_TASK_CONFIRM},
    {SET_TASK, "paused", W_TASK_PAUSED},
    {SET_TASK, "expires", W_TASK_EXPIRES},
    {SET_TASK, "birthday", W_TASK_BIRTHDAY},
    {SET_TASK, "decide", W_TASK_DECIDE},
    {SET_TASK, "four_eyes", W_TASK_FOUR_EYES},
    {SET_TASK, "capacity_review", W_TASK_CAPACITY_REVIEW},
    {SET_TASK, "hold_review", W_TASK_HOLD_REVIEW},
    {SET_TASK, "emergency_review", W_TASK_EMERGENCY_REVIEW},
    {SET_TASK, "correction", W_TASK_CORRECTION},
    {SET_TASK, "emergency_alert", W_TASK_EMERGENCY_ALERT},
    {SET_NOTICE, "emergency", W_NOTICE_EMERGENCY},
    {SET_NOTICE, "emergency_that", W_NOTICE_EMERGENCY},
    {SET_NOTICE, "request", W_NOTICE_REQUEST},
    {SET_NOTICE, "capacity", W_NOTICE_CAPACITY},
    {SET_TASK, "mediation", W_TASK_MEDIATION},
    {SET_TASK, "objection", W_TASK_OBJECTION},
    {SET_NOTICE, "paper", W_NOTICE_PAPER},
    {SET_NOTICE, "shared", W_NOTICE_SHARED},
    {SET_NOTICE, "sharing_ended", W_NOTICE_SHARING_ENDED},
    {SET_REQUEST, "open", W_REQUEST_OPEN},
    {SET_REQUEST, "granted", W_REQUEST_GRANTED},
    {SET_REQUEST, "lapsed", W_REQUEST_LAPSED},
    {SET_REQUEST, "withdrawn", W_REQUEST_TAKEN_BACK},
    {SET_REQUEST, "yes", W_YES},
    {SET_REQUEST, "no", W_SAID_NO},
    {SET_ENDING, "open", W_ENDING_OPEN},
    {SET_ENDING, "pausing", W_ENDING_PAUSING},
    {SET_ENDING, "paused", W_STATE_PAUSED},
    {SET_ENDING, "closing", W_ENDING_CLOSING},
    {SET_ENDING, "closed", W_ENDING_CLOSED},
    {SET_ENDING, "erased", W_ENDING_ERASED},
    {SET_TASK, "contact_check", W_TASK_CONTACT_CHECK},
    {SET_TASK, "inform", W_TASK_INFORM},
    {SET_TASK, "copy", W_TASK_COPY},
    {SET_TASK, "birth", W_TASK_BIRTH},
    {SET_TASK, "invite_asked", W_TASK_INVITE_ASKED},
    {SET_TASK, "outside_plan", W_TASK_OUTSIDE_PLAN},
    {SET_TASK, "safety_alert", W_TASK_SAFETY_ALERT},
    {SET_INVITE, "open", W_INVITE_OPEN},
    {SET_INVITE, "handed_over", W_INVITE_HANDED},
    {SET_INVITE, "used", W_INVITE_USED},
    {SET_INVITE, "revoked", W_INVITE_REVOKED},
    {SET_INVITE, "over", W_INVITE_OVER},
    {SET_SIGN, "explained", W_SIGN_EXPLAINED},
    {SET_SIGN, "talked", W_SIGN_TALKED},
    {SET_SIGN, "measures", W_SIGN_MEASURES},
    {SET_SIGN, "mistaken", W_SIGN_MISTAKEN},
    {SET_HANDOVER, "draft", W_STEP_DRAFT},
    {SET_HANDOVER, "agreed", W_STEP_AGREED},
    {SET_HANDOVER, "talked", W_STEP_TALKED},
    {SET_HANDOVER, "accepted", W_STEP_ACCEPTED},
};

bytes words_of(language lang, word_set set, bytes contract_word) {
    for (size_t i = 0; i < sizeof word_rows / sizeof *word_rows; i++)
        if (word_rows[i].set == set && bytes_is(contract_word, word_rows[i].contract_word))
            return bytes_of_string(word_in(lang, word_rows[i].w));
    return contract_word;
}

/* One row a rule of the policy. Several rules both permit and refuse; the refusing sentence stands second. */
static const struct {
    const char *rule;
    const char *yes[LANG_COUNT], *no[LANG_COUNT];
} rules[] = {
    {"R-01", {NULL, NULL, NULL}, {"niemand deelt dit", "personne ne partage ceci", "nobody shares this"}},
    {"R-02",
     {"het wordt gedeeld", "c'est partagé", "it is shared"},
     {"het delen staat even stil", "le partage est en pause", "the sharing is paused"}},
    {"R-08", {NULL, NULL, NULL}, {"het delen is gestopt", "le partage est arrêté", "the sharing was stopped"}},
    {"R-11",
     {NULL, NULL, NULL},
     {"het delen is nog niet begonnen of al voorbij", "le partage n'a pas commencé ou est terminé",
      "the sharing has not begun or is over"}},
    {"R-14",
     {"het gaat over de lezer zelf", "cela concerne le lecteur", "it is about the reader"},
     {NULL, NULL, NULL}},
    {"R-15",
     {"de lezer schreef dit of zei er ja op", "le lecteur l'a écrit ou l'a accepté",
      "the reader wrote this or said yes to it"},
     {NULL, NULL, NULL}},
    {"R-16",
     {"de lezer heeft hier een taak", "le lecteur a ici une tâche", "the reader has a task in this"},
     {NULL, NULL, NULL}},
    {"R-17",
     {"de lezer beheert dit huis", "le lecteur gère ce foyer", "the reader manages this home"},
     {NULL, NULL, NULL}},
    {"R-18",
     {"wie samen het gezag heeft, leest dit samen", "ceux qui ont ensemble l'autorité le lisent ensemble",
      "those who share the authority read this together"},
     {NULL, NULL, NULL}},
    {"R-19",
     {"het hoort bij het werk van het team", "cela fait partie du travail de l'équipe",
      "it is part of the team's work"},
     {"de plaats in het team loopt niet", "la place dans l'équipe n'est pas active",
      "the place in the team does not run"}},
    {"R-19b",
     {"de lezer kent deze naam", "le lecteur connaît ce nom", "the reader knows this name"},
     {NULL, NULL, NULL}},
    {"R-21",
     {"wie mag beslissen, besloot dit", "qui peut décider l'a décidé", "who may decide has decided"},
     {"anderen moeten dit beslissen", "d'autres doivent le décider", "others must decide this"}},
    {"R-23",
     {"wie hier zelf over beslist, is genoteerd", "qui en décide seul est noté", "who decides this alone was noted"},
     {"wie hier zelf over beslist, is genoteerd", "qui en décide seul est noté", "who decides this alone was noted"}},
    {"R-24",
     {NULL, NULL, NULL},
     {"een verjaardag zette het delen stil", "un anniversaire a mis le partage en pause",
      "a birthday paused the sharing"}},
    {"R-27",
     {"voor de geboorte beslist wie zwanger is", "avant la naissance, la personne enceinte décide",
      "before birth the pregnant person decides"},
     {"voor de geboorte beslist wie zwanger is", "avant la naissance, la personne enceinte décide",
      "before birth the pregnant person decides"}},
    {"R-28",
     {"de lezer is ouder met gezag", "le lecteur est parent avec autorité", "the reader is a parent with authority"},
     {"een ouder leest dit niet op deze leeftijd", "un parent ne lit pas ceci à cet âge",
      "a parent does not read this at this age"}},
    {"R-05",
     {NULL, NULL, NULL},
     {"een pakket bevat alleen het gewone", "un lot contient seulement l'ordinaire", "a package holds the ordinary only"}},
    {"R-31",
     {NULL, NULL, NULL},
     {"wie moet beslissen, is het niet eens", "les décideurs ne sont pas d'accord", "those who must decide do not agree"}},
    {"R-32",
     {NULL, NULL, NULL},
     {"wie voor een kind beslist, is het niet eens", "les personnes qui décident pour un enfant ne sont pas d'accord",
      "those who decide for a child do not agree"}},
    {"R-33",
     {"de rechter besliste dit", "le tribunal en a décidé", "a court decided this"},
     {"de rechter besliste dit", "le tribunal en a décidé", "a court decided this"}},
    {"R-40",
     {"de lezer is de vertrouwenspersoon", "le lecteur est la personne de confiance", "the reader is the trusted person"},
     {"een helper houdt dit achter", "un professionnel retient ceci", "a helper holds this back"}},
    {"R-35",
     {"de coördinator brengt mensen in het plan", "la coordination fait entrer les personnes dans le plan",
      "the coordinator brings people into the plan"},
     {"de coördinator brengt mensen in het plan", "la coordination fait entrer les personnes dans le plan",
      "the coordinator brings people into the plan"}},
    {"R-38",
     {"een helper geeft de code zelf", "une personne qui aide donne le code elle-même", "a helper gives the code in person"},
     {"een helper geeft de code zelf", "une personne qui aide donne le code elle-même", "a helper gives the code in person"}},
    {"R-39",
     {NULL, NULL, NULL},
     {"eerst lezen wat we misschien moeten vertellen", "d'abord lire ce que nous devons peut-être dire",
      "first read what we may have to tell"}},
    {"R-42",
     {"het gezin zei ja tegen deze helper", "la famille a dit oui à cette personne", "the family said yes to this helper"},
     {"het gezin kiest wie erbij komt", "la famille choisit qui vient", "the family chooses who comes"}},
    {"R-75",
     {"wie in het plan staat, hoort het", "qui est dans le plan en est informé", "who is in the plan is told so"},
     {"wie in het plan staat, hoort het", "qui est dans le plan en est informé", "who is in the plan is told so"}},
    {"R-45",
     {"er is een doel voor", "il y a un objectif", "there is a goal for it"},
     {"een vraag heeft een doel en wie beslist nodig", "une demande a besoin d'un objectif et de qui décide",
      "a request needs a goal and those who decide"}},
    {"R-48",
     {NULL, NULL, NULL},
     {"dit gaat nooit naar wie moet controleren", "ceci ne va jamais à qui doit contrôler",
      "this never goes to those who enforce"}},
    {"R-50",
     {"noodtoegang mag hier", "l'accès d'urgence est permis ici", "emergency access is allowed here"},
     {"noodtoegang mag hier niet", "l'accès d'urgence n'est pas permis ici", "emergency access is not allowed here"}},
    {"R-53",
     {NULL, NULL, NULL},
     {"een vorige noodtoegang is nog niet nagekeken", "un accès d'urgence n'a pas encore été vérifié",
      "an earlier emergency access was not looked at yet"}},
    {"R-50b", {"er is noodtoegang", "il y a un accès d'urgence", "there is emergency access"}, {NULL, NULL, NULL}},
    {"R-54",
     {NULL, NULL, NULL},
     {"dit gaat ook bij nood niet open", "ceci ne s'ouvre pas, même en urgence",
      "this does not open even in an emergency"}},
    {"R-57c",
     {"de lezer wordt hierdoor beschermd", "ceci protège le lecteur", "this protects the reader"},
     {"dit lezen alleen wie het beschermt", "seules les personnes protégées le lisent",
      "only those it protects read this"}},
    {"R-57d",
     {"dit werd aan deze lezer apart gegeven", "ceci a été confié à ce lecteur",
      "this was released to this reader by name"},
     {"dit wordt alleen op naam gegeven", "ceci se confie seulement par nom", "this is released by name only"}},
    {"R-58",
     {NULL, NULL, NULL},
     {"de lezer is hiervan afgesloten", "l'accès du lecteur est fermé", "the reader is shut out from this"}},
    {"R-71",
     {"een eigen woord bij wat er staat", "un mot à soi à côté du texte", "one's own words beside the text"},
     {NULL, NULL, NULL}},
    {"R-73",
     {"het mag gewist worden", "cela peut être effacé", "it may be erased"},
     {"hierover beslist iemand anders", "quelqu'un d'autre en décide", "somebody else decides about this"}},
    {"R-77",
     {"er is iemand overleden", "une personne est décédée", "somebody has died"},
     {"dit noteert de coördinator", "la personne coordinatrice note ceci", "the coordinator notes this"}},
    {"R-82",
     {NULL, NULL, NULL},
     {"er wordt nu niets gewist", "rien n'est effacé pour le moment", "nothing is erased for now"}},
    {"R-74",
     {NULL, NULL, NULL},
     {"niemand leest dit tot iets is uitgezocht", "personne ne lit ceci avant une vérification",
      "nobody reads this until something is settled"}},
    {"R-80",
     {"het plan stopt met twee woorden", "le plan s'arrête avec deux mots", "a plan ends by two words"},
     {"het plan is gesloten", "le plan est fermé", "the plan is closed"}},
    {"T6",
     {"dit beschermt iemand", "ceci protège quelqu'un", "this protects somebody"},
     {"dit beschermt iemand", "ceci protège quelqu'un", "this protects somebody"}},
    {"R-92",
     {NULL, NULL, NULL},
     {"wie de dienst beheert of nakijkt, leest geen inhoud", "qui gère ou contrôle le service ne lit pas le contenu",
      "who runs or audits the service reads no content"}},
    {"R-102",
     {"het team zoals deze lezer het mag zien", "l'équipe comme ce lecteur peut la voir",
      "the team as this reader may see it"},
     {NULL, NULL, NULL}},
};

const char *words_of_rule(language lang, bytes rule, bool allowed) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (bytes_is(rule, rules[i].rule)) return allowed ? rules[i].yes[lang] : rules[i].no[lang];
    return NULL;
}

static const char *const sections[][LANG_COUNT] = {
    {"Plan en verloop", "Plan et démarche", "Plan & process"},
    {"Mensen en huizen", "Personnes et foyers", "People & homes"},
    {"Verhaal en stem", "Histoire et voix", "Story & voice"},
    {"Waar we sterk in zijn", "Forces et soutien", "Strengths & support"},
    {"Delen van het leven", "Domaines de vie", "Life domains"},
    {"Doelen en beslissingen", "Objectifs et décisions", "Goals & decisions"},
    {"Samenwerken", "Travailler ensemble", "Working together"},
    {"Veiligheid", "Sécurité", "Safety"},
    {"Alleen van mij", "Rien qu'à moi", "Own space"},
};

const char *words_of_section(language lang, char section) {
    return section >= 'A' && section <= 'I' ? sections[section - 'A'][lang] : NULL;
}
