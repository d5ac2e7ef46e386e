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
    X(ACCOUNT, "Account", "Compte", "Account")                                                                       \
    X(FAMILY, "Gezin", "Famille", "Family")                                                                          \
    X(HOW, "Hoe", "Comment", "How")                                                                                  \
    X(CELL_OWN, "over zichzelf", "sur soi-même", "about oneself")                                                    \
    X(CELL_HOUSEHOLD, "beheert het huis", "gère le foyer", "manages the home")                                       \
    X(CELL_PARENT, "ouder met gezag", "parent avec autorité", "parent with authority")                               \
    X(CELL_TRUSTED, "vertrouwenspersoon", "personne de confiance", "trusted person")                                 \
    X(CELL_GRANT, "wordt gedeeld", "partagé", "shared")                                                              \
    X(CELL_EMERGENCY, "noodtoegang", "accès d'urgence", "emergency access")                                          \
    X(THEN_READS, "Dan kan {} ook lezen:", "Alors {} pourra lire aussi :", "Then {} can also read:")                 \
    X(THEN_NOT, "Dan leest {} niet meer:", "Alors {} ne lira plus :", "Then {} can no longer read:")                 \
    X(THEN_OTHERWISE, "Dan leest {} anders:", "Alors {} lira autrement :", "Then {} reads differently:")             \
    X(THEN_SAME, "Er verandert dan niets.", "Alors rien ne change.", "Nothing changes then.")                        \
    X(IF_ALL_AGREE, "als iedereen ja zegt", "si tout le monde dit oui", "if all say yes")                            \
    X(PHONE, "Telefoon", "Téléphone", "Phone")                                                                       \
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
    X(OWN_WORDS, "Eigen woorden erbij", "Mots de la personne concernée", "Own words next to it")                     \
    /* answers */                                                                                                    \
    X(NOTHING, "Hier staat niets dat jij mag lezen.", "Il n'y a rien ici que vous pouvez lire.",                     \
      "There is nothing here that you may read.")                                                                    \
    X(NO_HINTS, "Geen tips bij deze tekst.", "Pas de conseils pour ce texte.", "No hints for this text.")            \
    X(MORE_HINTS, "Er zijn nog meer plaatsen zoals deze.", "Il y a d'autres endroits comme ceux-ci.",                \
      "There are more places like these.")                                                                           \
    X(WHERE, "Waar", "Où", "Where")                                                                                  \
    X(WOULD_READ, "Wie leest dit nog", "Qui d'autre le lirait", "Who else would read it")                            \
    X(ELSEWHERE, "elders", "ailleurs", "elsewhere")                                                                  \
    X(HELPERS, "helpers", "professionnels de l'aide", "helpers")                                                     \
    X(NOBODY, "niemand", "personne", "nobody")                                                                       \
    X(READERS_UNTOLD, "Wie dit nog leest, staat hier niet voor jou.",                                                \
      "Qui d'autre le lirait ne vous est pas montré ici.", "Who else would read it is not shown to you here.")       \
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
    /* receipts */                                                                                                   \
    X(READER, "Lezer", "Lecteur", "Reader")                                                                          \
    X(STOP, "Stoppen", "Arrêter", "Stopping")                                                                        \
    X(KEY, "Sleutel", "Clé", "Key")                                                                                  \
    X(KEYS_OF, "Sleutels van", "Clés de", "Keys from")                                                               \
    X(RECEIPT_KEPT, "Bewaard in {}", "Gardé dans {}", "Kept in {}")                                                  \
    X(DEED_GIVEN, "gedeeld", "partagé", "shared")                                                                    \
    X(DEED_RECONFIRMED, "opnieuw ja gezegd", "confirmé à nouveau", "said yes again")                                 \
    X(DEED_NARROWED, "korter gedeeld", "partagé moins longtemps", "shared for a shorter time")                       \
    X(DEED_OBJECTED, "niet akkoord gezegd", "pas d'accord", "objected")                                              \
    X(DEED_WITHDRAWN, "gestopt met delen", "partage arrêté", "stopped sharing")                                      \
    X(RECEIPT_HOLDS, "De handtekening klopt: dit bewijs is echt.",                                                   \
      "La signature est correcte : ce reçu est vrai.",                                                               \
      "The signature holds: this receipt is genuine.")                                                               \
    X(RECEIPT_THEN, "Dit bewijs zegt wat toen gebeurde. Daarna kan het delen gestopt zijn.",                         \
      "Ce reçu dit ce qui s'est passé alors. Le partage peut être arrêté depuis.",                                   \
      "This receipt says what happened then. The sharing may have stopped since.")                                   \
    X(RECEIPT_NONE, "Dit is geen bewijs van Kring: {}", "Ceci n'est pas un reçu de Kring : {}",                      \
      "This is no receipt of Kring: {}")                                                                             \
    X(RECEIPT_BAD_HEAD, "Dit bewijs is beschadigd: het zegt niet meer hoe het getekend is. ({})",                    \
      "Ce reçu est abîmé : il ne dit plus comment il est signé. ({})",                                               \
      "This receipt is damaged: it no longer says how it was signed. ({})")                                          \
    X(RECEIPT_OTHER_WAY, "Dit bewijs telt niet: het is op een andere manier getekend. ({})",                         \
      "Ce reçu ne compte pas : il est signé d'une autre manière. ({})",                                              \
      "This receipt does not count: it is signed in another way. ({})")                                              \
    X(RECEIPT_OTHER_KIND, "Dit is iets anders dan een bewijs, of een soort die ik niet ken: {}",                     \
      "Ceci est autre chose qu'un reçu, ou un type inconnu : {}",                                                    \
      "This is something else than a receipt, or an unknown kind: {}")                                               \
    X(RECEIPT_NO_SIGNATURE, "Dit bewijs is beschadigd: de handtekening is niet heel. ({})",                          \
      "Ce reçu est abîmé : la signature n'est pas entière. ({})",                                                    \
      "This receipt is damaged: its signature is not whole. ({})")                                                   \
    X(RECEIPT_UNKNOWN_KEY, "Geen van deze sleutels tekende dit bewijs. Het noemt sleutel {}",                        \
      "Aucune de ces clés n'a signé ce reçu. Il nomme la clé {}",                                                    \
      "None of these keys signed this receipt. It names key {}")                                                     \
    X(RECEIPT_CHANGED, "Dit bewijs klopt niet: er is na het tekenen iets veranderd. ({})",                           \
      "Ce reçu n'est pas correct : il a changé après la signature. ({})",                                            \
      "This receipt does not hold: it was changed after it was signed. ({})")                                        \
    X(BAD_KEYS, "Hier staan geen sleutels voor bewijzen: {}", "Il n'y a pas de clés pour reçus ici : {}",            \
      "There are no keys for receipts here: {}")                                                                     \
    X(WHICH_KEYS, "Zeg welke sleutels je vertrouwt: --keys BESTAND of --keys https://NAAM",                          \
      "Dites à quelles clés vous vous fiez : --keys FICHIER ou --keys https://NOM",                                  \
      "Say which keys you trust: --keys FILE or --keys https://NAME")                                                \
    X(OUT_OR_JSON, "Kies --out of --json, niet allebei.", "Choisissez --out ou --json, pas les deux.",               \
      "Choose --out or --json, not both.")                                                                           \
    /* care, rights, hand-over */                                                                                    \
    X(OTHER_WAY, "Kon het anders?", "Autrement ?", "Another way?")                                                   \
    X(TOLD_THAT, "Wat er gelezen is, hoor je hier niet.", "Ce qui a été lu ne vous est pas dit ici.",                \
      "What was read is not told to you here.")                                                                      \
    X(TOLD_FIRST, "Het gezin wist het eerst.", "La famille l'a su d'abord.", "The family was told first.")             \
    X(NOT_TOLD_FIRST, "Het gezin wist het niet eerst:", "La famille ne l'a pas su d'abord :",                        \
      "The family was not told first:")                                                                              \
    X(TOLD_FROM, "Verteld vanaf", "Dit à partir du", "Told from")                                                    \
    X(UNTIL_TIME, "Tot", "Jusque", "Until")                                                                          \
    X(BEFORE, "Voor", "Avant le", "By")                                                                              \
    X(REVIEW_BY, "Na te kijken voor", "À vérifier avant le", "To be looked at by")                                   \
    X(REVIEWED, "Nagekeken", "Vérifié", "Looked at")                                                                 \
    X(MORE_THAN_USUAL, "Dit gebeurt vaker dan verwacht.", "Ceci arrive plus souvent que prévu.",                     \
      "This happens more often than expected.")                                                                      \
    X(LOCK, "Slot", "Verrou", "Lock")                                                                                \
    X(HOLD, "Achtergehouden", "Retenu", "Held back")                                                                 \
    X(ABLE, "Beslist zelf", "Décide seul", "Decides alone")                                                          \
    X(NOT_ABLE, "Beslist nog niet zelf", "Ne décide pas encore seul", "Does not decide alone yet")                   \
    X(CONFLICT, "Niet eens", "Pas d'accord", "Not agreed")                                                           \
    X(NOT_FOR, "niet voor {}", "pas pour {}", "not for {}")                                                          \
    X(SEEN, "Gezien", "Vu", "Seen")                                                                                  \
    X(ABOUT_ID, "Bij", "Lié à", "Of")                                                                                \
    X(KEPT_FOR, "Blijft bewaard", "Gardé", "Kept for")                                                               \
    X(HANDS_OVER, "Draagt over", "Transmet", "Hands over")                                                           \
    X(TAKES_OVER, "Neemt over", "Reprend", "Takes over")                                                             \
    X(EMERGENCY_OPEN, "De noodtoegang is open. Wie dit aangaat, hoort ervan.",                                       \
      "L'accès d'urgence est ouvert. Les personnes concernées l'apprennent.",                                        \
      "The emergency access is open. Those whom it concerns are told.")                                              \
    X(EMERGENCY_ENDED, "De noodtoegang is gestopt.", "L'accès d'urgence est terminé.",                               \
      "The emergency access has ended.")                                                                             \
    X(EMERGENCY_DELAYED, "Het vertellen wacht tot dan.", "L'annonce attend jusque-là.",                              \
      "The telling waits until then.")                                                                               \
    X(EMERGENCY_REVIEWED, "Jouw oordeel is genoteerd.", "Votre avis est noté.", "Your judgement is noted.")          \
    X(NOTED, "Genoteerd: {}", "Noté : {}", "Noted: {}")                                                              \
    X(OVER, "Dit is nu voorbij.", "C'est terminé maintenant.", "This is over now.")                                  \
    X(LOCK_WORD, "Jouw woord telt. Het slot gaat open met twee mensen.",                                             \
      "Votre voix compte. Le verrou s'ouvre à deux personnes.",                                                      \
      "Your word counts. It takes two people to open the lock.")                                                     \
    X(TASK_DONE, "Klaar.", "C'est fait.", "Done.")                                                                   \
    X(NOTICE_SEEN, "Gezien.", "Vu.", "Seen.")                                                                        \
    X(STATEMENT_ADDED, "Jouw woorden staan er nu bij: {}", "Vos mots sont maintenant à côté : {}",                   \
      "Your words now stand beside it: {}")                                                                          \
    X(CORRECTION_ASKED, "Je vroeg om dit na te kijken: {}", "Vous avez demandé de vérifier ceci : {}",               \
      "You asked to look at this again: {}")                                                                         \
    X(FROZEN, "Dit leest nu niemand, tot het is uitgezocht: {}", "Personne ne lit ceci avant une vérification : {}", \
      "Nobody reads this until it is settled: {}")                                                                   \
    X(READABLE_AGAIN, "Dit is weer te lezen.", "Ceci est de nouveau lisible.", "This can be read again.")            \
    X(ERASURE_ASKED, "Gevraagd: {}", "Demandé : {}", "Asked: {}")                                                    \
    X(ERASURE_DECIDED, "Je besluit is genoteerd.", "Votre décision est notée.", "Your decision is noted.")           \
    X(TO_BE_DECIDED, "nog te bekijken", "à examiner", "still to be decided")                                         \
    X(BEYOND_RECALL, "Nergens meer na", "Plus nulle part après le", "Nowhere any more after")                       \
    X(KEPT_UNTIL, "Bewaard tot", "Gardé jusqu'au", "Kept until")                                                     \
    X(HELD_UNTIL, "Niets gewist tot", "Rien n'est effacé avant le", "Nothing erased before")                         \
    X(COPY_OFFER, "Wil je een kopie? Typ: kring export", "Voulez-vous une copie ? Tapez : kring export",             \
      "Do you want a copy? Type: kring export")                                                                      \
    X(ENDING_OPEN, "het plan loopt", "le plan est en cours", "the plan runs")                                        \
    X(ENDING_PAUSING, "iemand vraagt een pauze", "quelqu'un demande une pause", "somebody asks for a pause")         \
    X(ENDING_CLOSING, "iemand vraagt om af te ronden", "quelqu'un demande de clôturer", "somebody asks to close it") \
    X(ENDING_CLOSED, "het plan is afgerond", "le plan est clôturé", "the plan is closed")                            \
    X(ENDING_ERASED, "het plan is gewist", "le plan est effacé", "the plan is erased")                               \
    X(HANDOVER_PROPOSED, "Voorgesteld: {}", "Proposé : {}", "Proposed: {}")                                          \
    X(HANDOVER_AGREED, "Je bent het eens met de overdracht.", "Vous êtes d'accord avec la transmission.",            \
      "You agree with the hand-over.")                                                                               \
    X(HANDOVER_TALKED, "Het gesprek is genoteerd.", "L'entretien est noté.", "The talk is noted.")                   \
    X(HANDOVER_ACCEPTED, "Jij bent nu de coördinator van dit gezin.", "Vous coordonnez maintenant cette famille.",   \
      "You are now the coordinator of this family.")                                                                 \
    X(DANGER_ACUTE_DANGER, "direct gevaar", "danger immédiat", "acute danger")                                       \
    X(DANGER_CANNOT_CONSENT, "iemand kan zelf geen ja zeggen", "la personne ne peut pas dire oui",                   \
      "somebody cannot say yes")                                                                                     \
    X(DANGER_MISSING_PERSON, "iemand is weg", "une personne a disparu", "somebody is missing")                       \
    X(REVIEW_JUSTIFIED, "terecht", "justifié", "justified")                                                          \
    X(REVIEW_NOT_JUSTIFIED, "niet terecht", "pas justifié", "not justified")                                         \
    X(REVIEW_MISUSE, "misbruik", "abus", "misuse")                                                                   \
    X(REVIEWER_PRIVACY_OFFICER, "wie de privacy bewaakt", "qui veille à la vie privée", "privacy officer")           \
    X(REVIEWER_PROFESSIONAL, "een andere helper", "un autre professionnel", "another helper")                        \
    X(TASK_ANSWER, "een vraag wacht op je antwoord", "une demande attend votre réponse",                             \
      "a request waits for your answer")                                                                             \
    X(TASK_NOT_AGREED, "niet iedereen is het eens", "tout le monde n'est pas d'accord", "not everybody agrees")      \
    X(TASK_CONFIRM, "zeg of het delen doorgaat", "dites si le partage continue", "say whether the sharing goes on")  \
    X(TASK_PAUSED, "het delen staat stil tot je ja zegt", "le partage attend votre oui",                             \
      "the sharing waits for your yes")                                                                              \
    X(TASK_EXPIRES, "het delen loopt af", "le partage se termine", "the sharing comes to its end")                   \
    X(TASK_BIRTHDAY, "een verjaardag verandert wie beslist", "un anniversaire change qui décide",                    \
      "a birthday changes who decides")                                                                              \
    X(TASK_DECIDE, "beslis wat gedeeld blijft", "décidez ce qui reste partagé", "decide what stays shared")          \
    X(TASK_FOUR_EYES, "kijk mee als tweede", "regardez comme deuxième personne", "look along as the second")         \
    X(TASK_CAPACITY_REVIEW, "kijk opnieuw wie zelf beslist", "revoyez qui décide seul",                              \
      "look again at who decides alone")                                                                             \
    X(TASK_HOLD_REVIEW, "kijk opnieuw naar wat wordt achtergehouden", "revoyez ce qui est retenu",                   \
      "look again at what is held back")                                                                             \
    X(TASK_EMERGENCY_REVIEW, "kijk een noodtoegang na", "vérifiez un accès d'urgence",                               \
      "look at an emergency access")                                                                                 \
    X(TASK_CORRECTION, "iemand zegt dat dit niet klopt", "quelqu'un dit que ceci n'est pas correct",                 \
      "somebody says that this is not right")                                                                        \
    X(TASK_EMERGENCY_ALERT, "noodtoegang gebeurt vaker dan verwacht",                                                \
      "l'accès d'urgence est plus fréquent que prévu", "emergency access is more frequent than expected")            \
    X(NOTICE_EMERGENCY, "er was een noodtoegang", "il y a eu un accès d'urgence", "there was an emergency access")   \
    X(NOTICE_REQUEST, "er is een vraag om te delen", "il y a une demande de partage", "there is a request to share") \
    X(NOTICE_CAPACITY, "er is genoteerd wie zelf beslist", "il est noté qui décide seul",                            \
      "it was noted who decides alone")                                                                              \
    X(TASK_CONTACT_CHECK, "vraag of het contact nog klopt", "vérifiez si le contact est encore bon",                 \
      "ask whether the contact is still right")                                                                      \
    X(TASK_INFORM, "vertel dat deze persoon in het plan staat", "dites à cette personne qu'elle est dans le plan",   \
      "tell this person about being in the plan")                                                                    \
    X(TASK_COPY, "dit is nu van jou: bewaar een kopie", "ceci est maintenant à vous : gardez une copie",             \
      "this is yours now: keep a copy")                                                                              \
    X(TASK_BIRTH, "kies wat je wil delen over dit kind", "choisissez ce que vous partagez sur cet enfant",           \
      "choose what to share about this child")                                                                       \
    X(TASK_INVITE_ASKED, "iemand vraagt om een uitnodiging", "quelqu'un demande une invitation",                     \
      "somebody asks for an invitation")                                                                             \
    X(TASK_OUTSIDE_PLAN, "iemand vraagt een uitnodiging voor wie over geen kind beslist",                            \
      "quelqu'un demande une invitation pour qui ne décide pour aucun enfant",                                       \
      "somebody asks for an invitation for one who decides for no child")                                            \
    X(TASK_SAFETY_ALERT, "iemand die is afgesloten, werd uitgenodigd of probeerde een code",                         \
      "une personne exclue a été invitée ou a essayé un code", "somebody who is shut out was invited or tried a code") \
    X(HELPER_ADDED, "Toegevoegd, nog zonder iets te lezen: {}", "Ajouté, sans rien lire encore : {}",                \
      "Added, and reads nothing yet: {}")                                                                            \
    X(PERSON_ADDED, "Toegevoegd: {}", "Ajouté : {}", "Added: {}")                                                    \
    X(IN_PLAN_NOTED, "Genoteerd.", "Noté.", "Noted.")                                                                     \
    X(BIRTH_RECORDED, "Welkom. Er is nog niets gedeeld.", "Bienvenue. Rien n'est encore partagé.",                   \
      "Welcome. Nothing is shared yet.")                                                                             \
    X(CODE_MADE, "De code, alleen nu te zien: {}", "Le code, visible seulement maintenant : {}",                     \
      "The code, shown this once: {}")                                                                               \
    X(INVITE_ASKED, "Gevraagd aan de coördinator: {}", "Demandé à la coordination : {}",                             \
      "The coordinator was asked: {}")                                                                               \
    X(CODE_HANDED, "De code is gegeven.", "Le code est donné.", "The code was given.")                               \
    X(CODE_REVOKED, "Deze code werkt niet meer.", "Ce code ne fonctionne plus.", "This code no longer works.")       \
    X(JOINED, "Je hoort erbij. Meld je nu aan: kring login {}", "Vous en faites partie. Connectez-vous : kring login {}", \
      "You are in. Log in now: kring login {}")                                                                      \
    X(LIMITS_SEEN, "Je kan nu schrijven.", "Vous pouvez maintenant écrire.", "You can write now.")                   \
    X(AGREED, "Je plaats in het team begint nu.", "Votre place dans l'équipe commence maintenant.",                  \
      "Your place in the team begins now.")                                                                          \
    X(INVITE_OPEN, "open", "ouverte", "open")                                                                        \
    X(INVITE_HANDED, "gegeven", "donnée", "handed over")                                                             \
    X(INVITE_USED, "gebruikt", "utilisée", "used")                                                                   \
    X(INVITE_REVOKED, "gestopt", "arrêtée", "revoked")                                                               \
    X(INVITE_OVER, "voorbij", "terminée", "over")                                                                    \
    X(STEP_DRAFT, "voorgesteld", "proposé", "proposed")                                                              \
    X(STEP_AGREED, "het gezin zegt ja", "la famille dit oui", "the family says yes")                                 \
    X(STEP_TALKED, "besproken", "discuté", "talked about")                                                           \
    X(STEP_ACCEPTED, "overgenomen", "repris", "taken over")                                                          \
    /* levels */                                                                                                     \
    X(LEVEL_EXACT, "alles", "tout", "all of it")                                                                     \
    X(LEVEL_DERIVED, "in het kort", "en bref", "in short")                                                           \
    X(LEVEL_EXISTS, "alleen dat het er is", "seulement que cela existe", "only that it is there")                    \
    X(LEVEL_HIDDEN, "niets", "rien", "nothing")                                                                      \
    /* asking and answering */                                                                                       \
    X(GOAL, "Doel", "Objectif", "Goal")                                                                              \
    X(ANSWER_BY, "Antwoord voor", "Répondre avant le", "Answer before")                                              \
    X(YOU_SAID, "jij zei", "vous avez dit", "you said")                                                              \
    X(ONE_BY_ONE, "apart te kiezen", "à choisir à part", "chosen one by one")                                        \
    X(OTHERS, "anderen", "d'autres", "others")                                                                       \
    X(ONE_IS_ENOUGH, "een ja is genoeg", "un seul oui suffit", "one yes is enough")                                  \
    X(WRITTEN_FOR_YOU, "In jouw naam opgeschreven door", "Noté en votre nom par", "Written down for you by")         \
    X(SAID_YES, "Ja", "Oui", "Yes")                                                                                  \
    X(SAID_NO, "Nee", "Non", "No")                                                                                   \
    X(REQUEST_OPEN, "open", "ouvert", "open")                                                                        \
    X(REQUEST_GRANTED, "wordt gedeeld", "partagé", "shared")                                                         \
    X(REQUEST_LAPSED, "verlopen", "expiré", "lapsed")                                                                \
    X(REQUEST_TAKEN_BACK, "teruggenomen", "retiré", "taken back")                                                    \
    X(ASKED, "Je vraag is verstuurd: {}", "Votre demande est envoyée : {}", "Your question is sent: {}")             \
    X(ANSWERED, "Je antwoord is bewaard.", "Votre réponse est gardée.", "Your answer is kept.")                      \
    X(WAITS_FOR_WITNESS, "Opgeschreven. Het telt als iemand anders het bevestigt: {}",                               \
      "Noté. Cela compte quand quelqu'un d'autre le confirme : {}",                                                  \
      "Written down. It counts when somebody else confirms it: {}")                                                  \
    X(CONFIRMED, "Bevestigd.", "Confirmé.", "Confirmed.")                                                            \
    X(TAKEN_BACK, "Je vraag is teruggenomen.", "Votre demande est retirée.", "Your question is taken back.")         \
    X(GRANT_PAUSED, "Het delen staat even stil.", "Le partage est en pause.", "The sharing is paused.")              \
    X(GRANT_RESUMED, "Jouw pauze is voorbij.", "Votre pause est finie.", "Your pause is over.")                      \
    X(GRANT_CONFIRMED, "Je blijft dit delen.", "Vous continuez à partager ceci.", "You keep sharing this.")          \
    X(GRANT_NARROWED, "Je deelt nu minder.", "Vous partagez moins maintenant.", "You share less now.")               \
    X(SECOND_EYES, "Je zei als tweede ja.", "Vous avez dit oui en second.", "You said yes as the second.")           \
    X(OBJECTED, "Je bezwaar is ontvangen. Het delen stopt nu.", "Votre objection est reçue. Le partage s'arrête.",   \
      "Your objection is received. The sharing stops now.")                                                          \
    X(YES_OR_NO, "Zeg ja of nee: --yes of --no", "Dites oui ou non : --yes ou --no", "Say yes or no: --yes or --no") \
    X(NARROW_WHAT, "Noem een vroeger einde of velden: --until of --field",                                           \
      "Indiquez une fin plus proche ou des champs : --until ou --field",                                             \
      "Name an earlier end or fields: --until or --field")                                                           \
    X(TASK_MEDIATION, "praat met wie het niet eens is", "parlez avec ceux qui ne sont pas d'accord",                 \
      "talk with those who do not agree")                                                                            \
    X(TASK_OBJECTION, "iemand heeft bezwaar", "quelqu'un a une objection", "somebody objects")                       \
    X(NOTICE_PAPER, "iemand schreef jouw antwoord op", "quelqu'un a noté votre réponse",                             \
      "somebody wrote down your answer")                                                                             \
    X(NOTICE_SHARED, "er wordt iets met jou gedeeld", "quelque chose est partagé avec vous",                         \
      "something is shared with you")                                                                                \
    X(NOTICE_SHARING_ENDED, "er wordt iets niet meer met jou gedeeld", "quelque chose n'est plus partagé avec vous", \
      "something is no longer shared with you")                                                                      \
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
    X(NO_SUCH_LAW, "Voor dat recht is er geen lijst: {}", "Il n'y a pas de liste pour ce droit : {}",                \
      "There is no list for that law: {}")                                                                           \
    X(NOT_AN_ID, "Dat is geen nummer: {}", "Ceci n'est pas un numéro : {}", "That is not an id: {}")                 \
    X(BAD_TIME, "Schrijf het moment als 2026-01-31 of 2026-01-31T12:00+01:00: {}",                                   \
      "Écrivez le moment comme 2026-01-31 ou 2026-01-31T12:00+01:00 : {}",                                           \
      "Write the time as 2026-01-31 or 2026-01-31T12:00+01:00: {}")                                                  \
    X(WHY_WHAT, "Zeg waarover: --field en --about, of --entry", "Dites sur quoi : --field et --about, ou --entry",   \
      "Say about what: --field and --about, or --entry")                                                             \
    X(NOT_A_FORMAT, "--format is ndjson of fhir: {}", "--format est ndjson ou fhir : {}",                            \
      "--format is ndjson or fhir: {}")                                                                              \
    X(BAD_MINUTES, "Minuten zijn een getal van 1 tot 1440: {}", "Les minutes sont un nombre de 1 à 1440 : {}",       \
      "Minutes are a number from 1 to 1440: {}")                                                                     \
    X(ABLE_OR_NOT, "Kies --able of --not-able.", "Choisissez --able ou --not-able.", "Choose --able or --not-able.") \
    X(FOR_HELP, "Hulp: kring help", "Aide : kring help", "Help: kring help")                                         \
    /* the log */                                                                                                    \
    X(LOG_WHICH, "Zeg welk log: --url, --dir of --demo", "Dites quel journal : --url, --dir ou --demo",              \
      "Say which log: --url, --dir or --demo")                                                                       \
    X(SIGN_SEVERE, "METEEN GEMELD.", "SIGNALÉ TOUT DE SUITE.", "TOLD AT ONCE.")                                      \
    X(SIGN_FAMILIES_HOUR, "Keek bij {} gezinnen in een uur.", "A regardé {} familles en une heure.",                 \
      "Looked at {} families within an hour.")                                                                       \
    X(SIGN_FAMILIES_WEEK, "Keek bij {} gezinnen in een week.", "A regardé {} familles en une semaine.",              \
      "Looked at {} families within a week.")                                                                        \
    X(SIGN_NIGHTS, "Keek in {} nachten van een week, zonder noodgeval.",                                             \
      "A regardé pendant {} nuits d'une semaine, sans urgence.", "Looked on {} nights of a week, without an emergency.") \
    X(SIGN_LEFT, "Keek bij een gezin waar de hulp al gestopt is.",                                                   \
      "A regardé une famille où l'aide est terminée.", "Looked at a family where the help has ended.")              \
    X(SIGN_LEFT_AGAIN, "Keek {} keer in een dag bij een gezin waar de hulp al gestopt is.",                          \
      "A regardé {} fois en un jour une famille où l'aide est terminée.",                                           \
      "Looked {} times in a day at a family where the help has ended.")                                              \
    X(SIGN_TIE, "Keek bij een gezin en deelt een computer met iemand van dat gezin.",                                \
      "A regardé une famille et partage un ordinateur avec une personne de cette famille.",                          \
      "Looked at a family and shares a computer with somebody of it.")                                               \
    X(SIGN_NO_AIM, "Keek op {} dagen van een week bij een gezin, zonder taak, vraag of eigen tekst daar.",           \
      "A regardé une famille pendant {} jours d'une semaine, sans tâche, demande ni texte à soi.",                   \
      "Looked at a family on {} days of a week, without a task, a request or an own text there.")                    \
    X(SIGN_DECOY_FAMILY, "Opende een plan dat niemand hoort te openen.", "A ouvert un plan que personne ne doit ouvrir.", \
      "Opened a plan that nobody is to open.")                                                                       \
    X(SIGN_DECOY_ACCOUNT, "Iemand wilde inloggen met een account dat niemand hoort te gebruiken.",                   \
      "Quelqu'un a voulu se connecter avec un compte que personne ne doit utiliser.",                                \
      "Somebody tried to log in with an account that nobody is to use.")                                             \
    X(SIGN_OPEN, "nog te bekijken", "à examiner", "to be looked into")                                               \
    X(SIGN_EXPLAINED, "er was een goede reden", "il y avait une bonne raison", "there was a good reason")            \
    X(SIGN_TALKED, "besproken", "discuté", "talked about")                                                           \
    X(SIGN_MEASURES, "er is iets aan gedaan", "des mesures ont été prises", "something was done")                    \
    X(SIGN_MISTAKEN, "er was niets aan de hand", "ce n'était rien", "it was nothing")                                \
    X(SIGN_REVIEWED, "Opgeschreven.", "C'est noté.", "Noted.")                                                       \
    X(AFFECTED_DAMAGED, "Let op: van sommige regels is niet te zien over wie ze gaan. Deze lijst is niet volledig.", \
      "Attention : pour certaines lignes, on ne voit pas qui elles concernent. Cette liste n'est pas complète.",     \
      "Beware: of some lines nobody can see whom they are about. This list is not complete.")                        \
    X(LOG_WHICH_KEY, "Zeg met welke sleutel: --key of --demo", "Dites avec quelle clé : --key ou --demo",            \
      "Say by which key: --key or --demo")                                                                           \
    X(LOG_ONE_PLACE, "Bij --dir hoort geen --url en geen --mirror.", "Avec --dir, ni --url ni --mirror.",            \
      "With --dir neither --url nor --mirror.")                                                                      \
    X(LOG_BAD_KEY, "Dat is geen sleutel van een log: {}", "Ceci n'est pas la clé d'un journal : {}",                 \
      "That is no key of a log: {}")                                                                                 \
    X(LOG_BAD_POLICY, "Wie moet tekenen, staat hier niet goed: {}", "Qui doit signer n'est pas bien écrit ici : {}", \
      "Who must sign is not written well here: {}")                                                                  \
    X(LOG_BAD_SAVED, "Wat van het log bewaard werd, klopt niet: {}", "Ce qui était gardé du journal n'est pas bon : {}", \
      "What was kept of the log is not right: {}")                                                                   \
    X(LOG_WHOLE, "het log is heel, met {} regels", "le journal est entier, avec {} lignes",                          \
      "the log is whole, with {} records")                                                                           \
    X(LOG_EXTENDS, "er kwam alleen bij sinds de vorige keer ({})",                                                   \
      "il n'a fait que grandir depuis la dernière fois ({})", "it only grew since the last time ({})")               \
    X(LOG_FIRST_LOOK, "nu voor het eerst bekeken", "vu pour la première fois", "seen for the first time now")        \
    X(LOG_WITNESSED, "{} getuigen tekenden", "{} témoins ont signé", "{} witnesses signed")                          \
    X(LOG_PROVEN, "{} regels van jou bewezen", "{} de vos lignes prouvées", "{} of your lines proven")               \
    X(LOG_UNPROVEN, "{} regels nog zonder bewijs", "{} lignes encore sans preuve", "{} lines without a proof yet")   \
    X(LOG_NEWER, "{} ervan zijn nieuwer dan dit log", "{} sont plus récentes que ce journal",                        \
      "{} of them are newer than this log")                                                                          \
    X(LOG_NO_PROOFS, "de server gaf geen bewijs bij jouw regels", "le serveur n'a pas donné de preuves pour vos lignes", \
      "the server gave no proofs with your lines")                                                                   \
    X(LOG_FAULTY, "niet in orde: {} fouten", "pas en ordre : {} fautes", "not ok: {} faults")                        \
    X(LOG_MORE, "en nog {}", "et encore {}", "and {} more")                                                          \
    /* problems by type (RFC 9457): base/result.h has the types */                                                   \
    X(P_BAD_LOGIN, "De naam of het wachtwoord klopt niet.", "Le nom ou le mot de passe n'est pas correct.",          \
      "The login or the password is not right.")                                                                     \
    X(P_BAD_CODE, "De code, de naam of het wachtwoord klopt niet.", "Le code, le nom ou le mot de passe n'est pas correct.", \
      "The code, the login or the password is not right.")                                                           \
    X(P_LIMITS, "Lees eerst wat we misschien moeten vertellen: kring limits show",                                   \
      "Lisez d'abord ce que nous devons peut-être dire : kring limits show",                                         \
      "First read what we may have to tell: kring limits show")                                                      \
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
typedef enum {
    SET_LEVEL, SET_STATE, SET_KIND, SET_ENTRY_KIND, SET_SECRECY, SET_BASIS, SET_CELL, SET_DEED,
    SET_DANGER, SET_REVIEW, SET_REVIEWER, SET_TASK, SET_NOTICE, SET_HANDOVER, SET_REQUEST, SET_ENDING, SET_INVITE, SET_SIGN
} word_set;
bytes words_of(language lang, word_set set, bytes contract_word);
/* What a rule of the policy says in a few words, or NULL. `rule` is "R-02". */
const char *words_of_rule(language lang, bytes rule, bool allowed);
/* The name of section 'A' to 'I', or NULL. */
const char *words_of_section(language lang, char section);

#endif
