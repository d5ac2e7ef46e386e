/* The table of settings: kind, name, default, least, most, help.
 *
 * `name` is the name in the file, KRING_NAME in the environment and --name (with '-' for '_') on the command line. For numbers the
 * limits are those of the value, for texts those of the length. Kinds: TEXT, PATH, LIST (words apart by blanks), SECRET (the path
 * of a file that holds it; else the systemd credential of that name), CONNINFO (libpq's, which must not hold a password), LEVEL,
 * NUMBER, SWITCH (yes or no). The limits of the wire (net/limits.h, security.md 2f) are rows of the same kind as NUMBER. */
#ifndef KRING_APP_SETTINGS_TABLE_H
#define KRING_APP_SETTINGS_TABLE_H

#include "net/limits.h"

#define KRING_SETTINGS(X)                                                                                               \
    /* where it listens */                                                                                              \
    X(LIST, listen, "127.0.0.1 ::1", 1, 400, "addresses to listen on")                                                  \
    X(NUMBER, port, "8443", 0, 65535, "TCP port; 0 takes a free one")                                                   \
    X(LIST, origins, "", 0, 1000, "origins of our own pages; empty: https://localhost, 127.0.0.1 and [::1] at the port")\
    X(PATH, certificate, "", 0, 1024, "PEM chain of the server's certificate; read again on SIGHUP")                    \
    X(SECRET, certificate_key, "", 0, 1024, "its private key")                                                          \
    /* the databases */                                                                                                 \
    X(CONNINFO, data_db, "dbname=kring", 1, 2000, "families and the log, as the role kring_app")                        \
    X(CONNINFO, keys_db, "dbname=kring_keys", 1, 2000, "wrapped keys; in a cluster of its own")                         \
    X(CONNINFO, data_owner_db, "", 0, 2000, "the same databases as kring_owner: only for kringd migrate")               \
    X(CONNINFO, keys_owner_db, "", 0, 2000, "")                                                                         \
    X(CONNINFO, log_db, "dbname=kring", 1, 2000, "the same database as the role kring_log: only for kringd log")        \
    X(NUMBER, links, "4", 1, 64, "connections to data_db; three or four that share commits beat many")                  \
    X(NUMBER, keys_links, "1", 1, 16, "connections to keys_db")                                                         \
    X(NUMBER, queue, "1024", 1, 100000, "units that may wait for a connection before 503")                              \
    X(NUMBER, disclosures_at_once, "32", 1, 64, "reads that may share one commit")                                      \
    X(SWITCH, single_user, "no", 0, 1, "accept that the server's user could also become the owner: a demo on one account")\
    /* keys and passwords */                                                                                            \
    X(SECRET, kek_file, "", 0, 1024, "the key that wraps all keys; made by kringd keys init")                           \
    X(NUMBER, argon2_memory_kib, "65536", 19456, 262144, "Argon2id memory; below 47104 with at least 2 passes")        \
    X(NUMBER, argon2_passes, "3", 1, 10, "Argon2id passes")                                                             \
    X(NUMBER, argon2_jobs, "2", 1, 2, "hashes at once")                                                                 \
    X(NUMBER, argon2_queue, "64", 1, 1024, "log-ins that may wait for a hash before 503")                               \
    /* sessions, in minutes */                                                                                          \
    X(NUMBER, person_idle, "720", 5, 10080, "a family member's session ends after so many idle minutes")                \
    X(NUMBER, person_absolute, "20160", 15, 43200, "and after so many in any case")                                     \
    X(NUMBER, helper_idle, "15", 5, 720, "the same for a helper")                                                       \
    X(NUMBER, helper_absolute, "720", 15, 1440, "")                                                                     \
    X(NUMBER, auditor_idle, "15", 5, 720, "the same for an auditor")                                                    \
    X(NUMBER, auditor_absolute, "720", 15, 1440, "")                                                                    \
    X(NUMBER, operator_idle, "15", 5, 720, "the same for an operator")                                                  \
    X(NUMBER, operator_absolute, "720", 15, 1440, "")                                                                   \
    /* throttling of log-ins */                                                                                         \
    X(NUMBER, throttle_account, "5", 1, 1000, "wrong passwords for one account in a window, from places new to it") \
    X(NUMBER, throttle_network, "30", 1, 1000000, "wrong passwords from one network (IPv4 /24, IPv6 /48) in a window")  \
    X(NUMBER, throttle_total, "50", 1, 1000000, "wrong passwords for one account in a window, from everywhere")         \
    X(NUMBER, throttle_window, "15", 1, 1440, "the window, in minutes; no wait is permanent")                           \
    X(NUMBER, refusals_a_minute, "60", 1, 10000, "refusals that one session can put on the log in a minute")            \
    /* caches; none holds anything in clear but keys */                                                                 \
    X(NUMBER, family_cache_mib, "48", 1, 65536, "facts and sealed bodies of families")                                  \
    X(NUMBER, session_cache_mib, "4", 1, 4096, "sessions")                                                              \
    X(NUMBER, keys_cache, "16384", 64, 1000000, "opened keys")                                                          \
    /* watching (R-66): from how many on a sign is raised */                                                            \
    X(NUMBER, watch_families_hour, "15", 2, 1000, "different families in an hour by one account: at once")               \
    X(NUMBER, watch_families_week, "40", 2, 10000, "different families in a week by one account: weekly list")           \
    X(NUMBER, watch_nights, "3", 1, 7, "nights (23:00 to 6:00) of a week on which a helper looks, without an emergency") \
    X(NUMBER, watch_left, "3", 1, 1000, "tries in a day at a family after leaving its team: at once; the first is listed") \
    X(NUMBER, watch_no_aim, "3", 1, 7, "days of a week on which a helper looks where there is nothing for him to do")    \
    X(NUMBER, watch_idle_weeks, "6", 1, 52, "a helper who wrote something in so many weeks has something to do there")   \
    X(PATH, alarm_command, "", 0, 1024, "program that is told of each severe sign: a line with its name and id on standard input") \
    /* keeping and erasing */                                                                                           \
    X(NUMBER, keys_backup_days, "7", 1, 7, "how long backups of keys_db live: what was erased is beyond recall after that") \
    X(SWITCH, statutory_file, "no", 0, 1, "the plans are the statutory file of their organisation: kept as long as the law says") \
    X(NUMBER, log_years, "5", 5, 100, "years that records of the log are kept; as long as a statutory file, if longer") \
    /* the log: only for kringd log, which is a process and a user of its own */                                        \
    X(TEXT, log_origin, "", 0, 200, "the log's name for ever, such as kring.example.org/log")                           \
    X(SECRET, log_key, "", 0, 1024, "the key that signs checkpoints; made by kringd log init")                          \
    X(PATH, log_state, "", 0, 1024, "what was signed last; apart from the database and its backups")                    \
    X(PATH, log_policy, "", 0, 1024, "witnesses and how many of them must cosign (C2SP tlog-policy); empty: none")      \
    X(NUMBER, log_interval_ms, "1000", 100, 60000, "how often records get their place and a checkpoint is published")   \
    /* running */                                                                                                       \
    X(LEVEL, log_level, "info", 4, 5, "debug, info, warn or error")                                                     \
    X(SWITCH, demo, "no", 0, 1, "a demonstration: a shifted clock is allowed")                                          \
    X(PATH, clock_file, "", 0, 1024, "the demonstration's clock; only with demo = yes")

#endif
