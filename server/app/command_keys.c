/* kringd keys init: the key that wraps all keys, made once and never replaced. Losing it loses everything that is sealed, so the
 * command says so; it is never printed and never in a database. */
#include "app/command.h"
#include "crypto/kek.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* O_EXCL: an existing key is never overwritten, by whatever name. */
static bool key_write(const char *path) {
    uint8_t key[KEY_SIZE];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (fd < 0) return false;
    secret_random(key, sizeof key);
    bool fine = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    wipe(key, sizeof key);
    fine = close(fd) == 0 && fine;
    if (!fine) (void)unlink(path); /* half a key is worse than none */
    return fine;
}

int keys_command(command *c) {
    const char *path = c->set.kek_file;
    if (c->line.count != 2 || strcmp(c->line.word[1], "init") != 0)
        return command_failed(EXIT_USAGE, "kringd keys init --kek-file FILE");
    if (!*path) return command_failed(EXIT_CONFIG, "kek_file is not set");
    if (!key_write(path)) return command_failed(EXIT_CONFIG, "%s: %s", path, strerror(errno));
    printf("kringd: made %s. Keep a copy apart from the databases' backups: without it nothing can be read again.\n", path);
    return 0;
}
