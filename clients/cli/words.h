/* Every word that a person reads from `kring`, in Dutch, French and English: plain language, one row a sentence.
 *
 * The help, the options and the JSON stay English; headings, answers and what went wrong are in the reader's
 * language. A "{}" in a sentence is the place of its one detail. */
#ifndef KRING_CLI_WORDS_H
#define KRING_CLI_WORDS_H

#include "base/buf.h"

typedef enum { LANG_NL, LANG_FR, LANG_EN, LANG_COUNT } language;

/* name, nl, fr, en */
#define KRING_WORDS(X)                                                                                               \
    /* headings */                                                                                                   \
    X(NAME, "Naam", "Nom", "Name")                                                                                   \
    X(BORN, "Geboren", "Né(e) le", "Born")                                                                           \
    X(LANGUAGE, "Taal", "Langue", "Language")                                                                        \
    X(ROLE, "Rol", "Rôle", "Role")                                                                                   \
    X(ORGANISATION, "Organisatie", "Organisation", "Organisation")                                                   \
    X(SECRECY, "Zwijgplicht", "Secret", "Secrecy")                                                                   \
    X(ID, "Nummer", "Numéro", "Id")                                                                                  \
    X(HOME, "Huis", "Foyer", "Home")                                                                                 \
    X(ADDRESS, "Adres", "Adresse", "Address")                                                                        \
    X(WHO_LIVES_HERE, "Wie woont hier", "Qui habite ici", "Who lives here")                                          \
    X(FAMILY, "Gezin", "Famille", "Family")                                                                          \
    X(LAW, "Recht", "Droit", "Law")                                                                                  \
    X(FULL_NAME, "Volledige naam", "Nom complet", "Full name")                                                       \
    X(TEXT, "Tekst", "Texte", "Text")                                                                                \
    X(FROM, "Vanaf", "À partir du", "From")                                                                          \
    X(UNTIL, "Tot en met", "Jusqu'au", "Until")                                                                      \
    X(WHAT, "Wat", "Quoi", "What")                                                                                   \
    X(ABOUT, "Over", "Sur", "About")                                                                                 \
    X(TO, "Wie mag lezen", "Qui peut lire", "Who may read")                                                          \
    X(GIVERS, "Wie deelt", "Qui partage", "Who shares")                                                              \
    X(PURPOSE, "Waarom", "Pourquoi", "Why")                                                                          \
    X(STATE, "Stand", "État", "State")                                                                               \
    X(WHEN, "Wanneer", "Quand", "When")                                                                              \
    X(DEED, "Wat gebeurde", "Ce qui s'est passé", "What happened")                                                   \
    X(WHO, "Wie", "Qui", "Who")                                                                                      \
    X(RULE, "Regel", "Règle", "Rule")                                                                                \
    X(GRANT, "Deling", "Partage", "Grant")                                                                           \
    X(EMERGENCY, "Noodtoegang", "Accès d'urgence", "Emergency access")                                               \
    X(LEVEL, "Hoeveel", "Niveau", "Level")                                                                           \
    X(VERSION, "Versie", "Version", "Version")                                                                       \
    X(BY, "Door", "Par", "By")                                                                                       \
    X(WITHDRAWN, "Weggehaald", "Retiré", "Withdrawn")                                                                \
    X(BASIS, "Reden in de wet", "Raison légale", "Legal reason")                                                     \
    X(CREDENTIAL, "Naam om in te loggen", "Identifiant", "Login")                                                    \
    X(KIND, "Soort", "Type", "Kind")                                                                                 \
    X(SERVER, "Server", "Serveur", "Server")                                                                         \
    X(LOGGED_IN_UNTIL, "Ingelogd tot", "Connecté jusqu'au", "Logged in until")                                       \
    X(RESULT, "Uitkomst", "Résultat", "Result")                                                                      \
    X(COORDINATOR, "coördinator", "personne coordinatrice", "coordinator")                                           \
    X(EARLIER, "Eerder", "Avant", "Earlier")                                                                         \
    /* answers */                                                                                                    \
    X(NOTHING, "Hier staat niets dat jij mag lezen.", "Il n'y a rien ici que vous pouvez lire.",                     \
      "There is nothing here that you may read.")                                                                    \
    X(YES_MAY_READ, "Ja, mag dit lezen.", "Oui, peut lire ceci.", "Yes, may read this.")                             \
    X(NO_MAY_NOT, "Nee, mag dit niet lezen.", "Non, ne peut pas lire ceci.", "No, may not read this.")               \
    X(LOGGED_IN, "Je bent ingelogd als {}.", "Vous êtes connecté comme {}.", "You are logged in as {}.")             \
    X(LOGGED_OUT, "Je bent uitgelogd.", "Vous êtes déconnecté.", "You are logged out.")                              \
    X(ALREADY_OUT, "Je was al uitgelogd.", "Vous étiez déjà déconnecté.", "You were logged out already.")            \
    X(WRITTEN, "Geschreven: {}", "Écrit : {}", "Written: {}")                                                        \
    X(REVISED, "Verbeterd: {}", "Corrigé : {}", "Revised: {}")                                                       \
    X(REMOVED, "Weggehaald: {}", "Retiré : {}", "Withdrawn: {}")                                                     \
    X(SHARED, "Je deelt nu: {}", "Vous partagez maintenant : {}", "You now share: {}")                               \
    X(STOPPED, "Je deelt niet meer: {}", "Vous ne partagez plus : {}", "You no longer share: {}")                    \
    X(STATE_ACTIVE, "wordt gedeeld", "partagé", "shared")                                                            \
    X(STATE_WAITING, "nog niet begonnen", "pas encore commencé", "not begun yet")                                    \
    X(STATE_PAUSED, "staat even stil", "en pause", "paused")                                                         \
    X(STATE_ENDED, "voorbij", "terminé", "over")                                                                     \
    X(YES, "ja", "oui", "yes")                                                                                       \
    X(REFUSED, "geweigerd", "refusé", "refused")                                                                     \
    X(KIND_PERSON, "gezinslid", "membre de la famille", "family member")                                             \
    X(KIND_HELPER, "helper", "professionnel de l'aide", "helper")                                                    \
    X(KIND_AUDITOR, "kijkt na of alles klopt", "vérifie que tout est correct", "auditor")                            \
    X(KIND_OPERATOR, "beheert de dienst", "gère le service", "operator")                                             \
    X(KIND_SYSTEM, "de dienst zelf", "le service lui-même", "the service itself")                                    \
    X(KIND_FACT, "gezien", "observé", "seen")                                                                        \
    X(KIND_QUOTE, "gezegd", "dit", "said")                                                                           \
    X(KIND_OPINION, "mening", "avis", "opinion")                                                                     \
    X(SECRECY_PROFESSIONAL, "beroepsgeheim", "secret professionnel", "professional secrecy")                         \
    X(SECRECY_DISCRETION, "discretieplicht", "devoir de discrétion", "duty of discretion")                           \
    X(SECRECY_NONE, "geen", "aucun", "none")                                                                         \
    X(BASIS_CONSENT, "toestemming", "accord", "consent")                                                             \
    X(BASIS_CONTRACT, "contract", "contrat", "contract")                                                             \
    X(BASIS_LEGAL_DUTY, "de wet verplicht het", "la loi l'oblige", "the law demands it")                             \
    X(BASIS_VITAL, "levensgevaar", "danger de mort", "danger to life")                                               \
    X(BASIS_PUBLIC_TASK, "taak van de overheid", "mission publique", "public task")                                  \
    X(BASIS_LEGITIMATE, "gerechtvaardigd belang", "intérêt légitime", "legitimate interest")                         \
    X(PASSWORD_PROMPT, "Wachtwoord: ", "Mot de passe : ", "Password: ")                                              \
    X(TEXT_PROMPT, "Typ de tekst. Klaar? Druk op Ctrl-D op een lege regel.",                                         \
      "Écrivez le texte. Pour finir : Ctrl-D sur une ligne vide.",                                                   \
      "Type the text. To finish, press Ctrl-D on an empty line.")                                                    \
    X(UNKNOWN, "onbekend", "inconnu", "unknown")                                                                     \
    X(DUE, "verwacht op {}", "attendu le {}", "due on {}")                                                           \
    X(GROUND, "Berust op", "Repose sur", "Rests on")                                                                 \
    X(REVIEW_ON, "Opnieuw bekijken op", "À revoir le", "Look at again on")                                           \
    X(TASK_OF, "Taak van", "Tâche de", "Task of")                                                                    \
    X(AS, "Als", "En tant que", "As")                                                                                \
    X(NEWER, "Er is al een nieuwere versie: {}", "Il y a déjà une version plus récente : {}",                        \
      "There is a newer version already: {}")                                                                        \
    X(THE_FAMILY, "het gezin", "la famille", "the family")                                                           \
    /* levels */                                                                                                     \
    X(LEVEL_EXACT, "alles", "tout", "all of it")                                                                     \
    X(LEVEL_DERIVED, "in het kort", "en bref", "in short")                                                           \
    X(LEVEL_EXISTS, "alleen dat het er is", "seulement que cela existe", "only that it is there")                    \
    X(LEVEL_HIDDEN, "niets", "rien", "nothing")                                                                      \
    /* what went wrong */                                                                                            \
    X(NOT_LOGGED_IN, "Log eerst in: kring login NAAM", "Connectez-vous d'abord : kring login NOM",                   \
      "Log in first: kring login NAME")                                                                              \
    X(SESSION_OVER, "Je sessie is voorbij. Log opnieuw in: kring login NAAM",                                        \
      "Votre session est terminée. Reconnectez-vous : kring login NOM",                                              \
      "Your session is over. Log in again: kring login NAME")                                                        \
    X(OTHER_SERVER, "Je bent ingelogd bij een andere server dan KRING_URL zegt: {}",                                 \
      "Vous êtes connecté à un autre serveur que celui de KRING_URL : {}",                                           \
      "You are logged in at another server than KRING_URL says: {}")                                                 \
    X(NO_URL, "Zeg bij welke server: --url of KRING_URL", "Indiquez le serveur : --url ou KRING_URL",                \
      "Say which server: --url or KRING_URL")                                                                        \
    X(BAD_URL, "Het adres moet https://NAAM[:POORT] zijn: {}", "L'adresse doit être https://NOM[:PORT] : {}",        \
      "The address must be https://NAME[:PORT]: {}")                                                                 \
    X(UNREACHABLE, "De server antwoordt niet: {}", "Le serveur ne répond pas : {}",                                  \
      "The server does not answer: {}")                                                                              \
    X(UNSAFE, "De verbinding is niet veilig, er is niets verstuurd: {}",                                             \
      "La connexion n'est pas sûre, rien n'a été envoyé : {}", "The connection is not safe, nothing was sent: {}")   \
    X(LOST, "De verbinding viel weg. Misschien is het toch gebeurd: kijk het na. ({})",                              \
      "La connexion a été coupée. C'est peut-être fait quand même : vérifiez. ({})",                                 \
      "The connection was lost. It may have happened all the same: look before you try again. ({})")                 \
    X(STRANGE, "Dit antwoord komt niet van een Kring-server ({}).",                                                  \
      "Cette réponse ne vient pas d'un serveur Kring ({}).", "This answer does not come from a Kring server ({}).")  \
    X(TOO_LARGE, "Het antwoord is te groot (meer dan 16 MiB).", "La réponse est trop grande (plus de 16 Mio).",      \
      "The answer is too large (more than 16 MiB).")                                                                 \
    X(WAIT, "Wacht {} seconden en probeer opnieuw.", "Attendez {} secondes et réessayez.",                           \
      "Wait {} seconds and try again.")                                                                              \
    X(BAD_FILE, "Kan dit bestand niet lezen: {}", "Impossible de lire ce fichier : {}", "Can't read this file: {}")  \
    X(NOT_TEXT, "Dit is geen tekst in UTF-8: {}", "Ceci n'est pas du texte en UTF-8 : {}",                           \
      "This is not text in UTF-8: {}")                                                                               \
    X(BAD_WRITE, "Kan dit bestand niet schrijven: {}", "Impossible d'écrire ce fichier : {}",                        \
      "Can't write this file: {}")                                                                                   \
    X(BAD_OUTPUT, "Kan het antwoord niet schrijven: {}", "Impossible d'écrire la réponse : {}",                      \
      "Can't write the answer: {}")                                                                                  \
    X(OPEN_FILE, "Anderen kunnen bij je sessiebestand. Maak het weer van jou alleen (0600) of log opnieuw in: {}",   \
      "D'autres ont accès à votre fichier de session. Gardez-le pour vous (0600) ou reconnectez-vous : {}",          \
      "Others can reach your session file. Keep it to yourself (0600) or log in again: {}")                          \
    X(OPEN_FOLDER, "Anderen kunnen schrijven in de map van je sessie: {}",                                           \
      "D'autres peuvent écrire à côté de votre session : {}",                                                        \
      "Others can write in the folder of your session: {}")                                                          \
    X(BAD_SESSION, "Je sessiebestand is beschadigd. Log opnieuw in: {}",                                             \
      "Votre fichier de session est abîmé. Reconnectez-vous : {}",                                                   \
      "Your session file is damaged. Log in again: {}")                                                              \
    X(NO_HOME, "Geen plaats voor de sessie: zet HOME, XDG_STATE_HOME of --session",                                  \
      "Pas de place pour la session : HOME, XDG_STATE_HOME ou --session",                                            \
      "No place for the session: set HOME, XDG_STATE_HOME or --session")                                             \
    X(NO_PASSWORD, "Geen wachtwoord gelezen.", "Aucun mot de passe lu.", "No password read.")                        \
    X(NO_TEXT, "Geen tekst gelezen.", "Aucun texte lu.", "No text read.")                                            \
    X(BAD_DEMO, "Dit is geen demo.json: {}", "Ceci n'est pas un demo.json : {}", "This is not a demo.json: {}")      \
    X(NO_ACCOUNT, "Geen demo-account met die naam. Er zijn: {}", "Pas de compte démo de ce nom. Il y a : {}",        \
      "No demo account of that name. There are: {}")                                                                 \
    X(NO_FAMILY, "Je hebt nog geen gezin hier.", "Vous n'avez pas encore de famille ici.",                           \
      "You have no family here yet.")                                                                                \
    X(WHICH_FAMILY, "Je hebt meer dan een gezin. Kies er een met --family: {}",                                      \
      "Vous avez plus d'une famille. Choisissez avec --family : {}",                                                 \
      "You have more than one family. Choose one with --family: {}")                                                 \
    X(NOT_A_FAMILY, "--family moet een nummer zijn uit 'kring families': {}",                                        \
      "--family doit être un numéro de 'kring families' : {}",                                                       \
      "--family must be an id from 'kring families': {}")                                                            \
    X(NO_SUCH_NAME, "Niemand en niets met die naam dat jij mag zien: {}",                                            \
      "Personne et rien de ce nom que vous pouvez voir : {}",                                                        \
      "Nobody and nothing of that name that you may see: {}")                                                        \
    X(WHICH_NAME, "Die naam past bij meer dan een. Neem het nummer: {}",                                             \
      "Ce nom va avec plus d'un. Prenez le numéro : {}", "That name fits more than one. Use the id: {}")             \
    X(NO_SUCH_FIELD, "Dat veld is er niet: {}", "Ce champ n'existe pas : {}", "There is no such field: {}")          \
    X(NO_SUCH_SECTION, "Een deel is een letter van A tot I: {}", "Une partie est une lettre de A à I : {}",          \
      "A section is a letter from A to I: {}")                                                                       \
    X(NOT_AN_ID, "Dat is geen nummer: {}", "Ceci n'est pas un numéro : {}", "That is not an id: {}")                 \
    X(BAD_TIME, "Schrijf het moment als 2026-01-31 of 2026-01-31T12:00+01:00: {}",                                   \
      "Écrivez le moment comme 2026-01-31 ou 2026-01-31T12:00+01:00 : {}",                                           \
      "Write the time as 2026-01-31 or 2026-01-31T12:00+01:00: {}")                                                  \
    X(WHY_WHAT, "Zeg waarover: --field en --about, of --entry", "Dites sur quoi : --field et --about, ou --entry",   \
      "Say about what: --field and --about, or --entry")                                                             \
    X(FOR_HELP, "Hulp: kring help", "Aide : kring help", "Help: kring help")                                         \
    /* problems by type (RFC 9457): base/result.h has the types */                                                   \
    X(P_BAD_LOGIN, "De naam of het wachtwoord klopt niet.", "Le nom ou le mot de passe n'est pas correct.",          \
      "The login or the password is not right.")                                                                     \
    X(P_SECOND_FACTOR, "Dit account vraagt ook een code. Dat kan hier nog niet.",                                    \
      "Ce compte demande aussi un code. Ce n'est pas encore possible ici.",                                          \
      "This account also asks for a code. That can't be done here yet.")                                             \
    X(P_FORBIDDEN, "Dat mag je niet doen.", "Vous ne pouvez pas faire cela.", "You may not do that.")                \
    X(P_NOT_FOUND, "Hier is niets voor jou.", "Il n'y a rien ici pour vous.", "There is nothing here for you.")      \
    X(P_CONFLICT, "Iets veranderde op hetzelfde moment. Lees het opnieuw en probeer nog eens.",                      \
      "Quelque chose a changé en même temps. Relisez et réessayez.",                                                 \
      "Something changed at the same time. Read it again and try once more.")                                        \
    X(P_PRECONDITION, "Iemand veranderde dit na jou. Er is niets verloren. Lees het opnieuw.",                       \
      "Quelqu'un a changé ceci après vous. Rien n'est perdu. Relisez.",                                              \
      "Somebody changed this after you read it. Nothing is lost. Read it again.")                                    \
    X(P_UNPROCESSABLE, "Dat kan niet.", "Ce n'est pas possible.", "That can't be done.")                             \
    X(P_BAD_BODY, "De server begreep iets niet.", "Le serveur n'a pas compris quelque chose.",                       \
      "The server did not understand something.")                                                                    \
    X(P_TOO_MANY, "Te veel pogingen.", "Trop d'essais.", "Too many tries.")                                          \
    X(P_UNAVAILABLE, "De dienst kan nu niet antwoorden.", "Le service ne peut pas répondre maintenant.",             \
      "The service can't answer now.")                                                                               \
    X(P_INTERNAL, "Er ging iets mis bij de server.", "Quelque chose s'est mal passé côté serveur.",                  \
      "Something went wrong on the server's side.")

typedef enum {
#define X(name, nl, fr, en) W_##name,
    KRING_WORDS(X)
#undef X
    WORD_COUNT,
    W_NONE = WORD_COUNT
} word;

const char *word_in(language lang, word w);
/* The sentence with its "{}" replaced; one without ignores the detail, which must be safe to show already. */
void put_word(buf *out, language lang, word w, bytes detail);

/* "nl", "fr" or "en"; false for anything else. */
bool language_by_code(bytes code, language *out);
/* From LC_ALL, LC_MESSAGES, LANG, in the order of POSIX; English when they name none of ours. */
language language_of_environment(void);

/* The sentence for a problem type's last segment, or W_NONE. */
word word_of_problem(bytes type);
/* One of the contract's words ("exact", "paused", "professional", ...) in the reader's language; the word itself
 * when it is none of ours. `set` tells apart what bears the same word. */
typedef enum { SET_LEVEL, SET_STATE, SET_KIND, SET_ENTRY_KIND, SET_SECRECY, SET_BASIS } word_set;
bytes words_of(language lang, word_set set, bytes contract_word);
/* What a rule of the policy says in a few words, or NULL. `rule` is "R-02". */
const char *words_of_rule(language lang, bytes rule, bool allowed);
/* The name of section 'A' to 'I', or NULL. */
const char *words_of_section(language lang, char section);

#endif
