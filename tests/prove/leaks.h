/* Rules of the policy that can be broken on purpose while the endpoints run, one at a time: what the linker's --wrap puts
 * between them. */
#ifndef KRING_TESTS_PROVE_LEAKS_H
#define KRING_TESTS_PROVE_LEAKS_H

#include <stdbool.h>

bool leak_choose(const char *word);

#endif
