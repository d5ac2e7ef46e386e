/* Target: settings_parse_file (server/app/settings.c), behind which stands libinih.
 *
 * Any bytes are either settings within their limits or a fault with a place; never both, never neither, and never a character
 * that a terminal obeys. */
#include "app/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within_limits(const settings *s) {
#define TEXT_WITHIN(name, least, most) must(s->name && strlen(s->name) >= (least) && strlen(s->name) <= (most))
#define WITHIN_TEXT(name, least, most) TEXT_WITHIN(name, least, most)
#define WITHIN_PATH(name, least, most) TEXT_WITHIN(name, least, most)
#define WITHIN_LIST(name, least, most) TEXT_WITHIN(name, least, most)
#define WITHIN_SECRET(name, least, most) TEXT_WITHIN(name, least, most)
#define WITHIN_CONNINFO(name, least, most) TEXT_WITHIN(name, least, most)
#define WITHIN_LEVEL(name, least, most) TEXT_WITHIN(name, least, most)
#define WITHIN_NUMBER(name, least, most) must(s->name + 1 > (least) && s->name <= (most))
#define WITHIN_SWITCH(name, least, most) must(s->name == true || s->name == false)
#define X(kind, name, fallback, least, most, help) WITHIN_##kind(name, least, most);
    KRING_SETTINGS(X)
#undef X
#define X(name, standard, least, most, unit, help) must(s->net.name + UINT64_C(1) > (least) && s->net.name <= (most));
    NET_LIMITS(X)
#undef X
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena *a = arena_new();
    settings s;
    setting_fault fault;
    bool good = settings_parse_file(a, bytes_make(data, size), "fuzz.conf", &s, &fault);
    must(good == (fault.exit_code == 0));
    if (good) within_limits(&s);
    if (!good) must(strncmp(fault.text, "fuzz.conf:", 10) == 0 && fault.exit_code == EXIT_CONFIG);
    for (const char *c = fault.text; *c; c++) must((unsigned char)*c >= 0x20 && *c != 0x7f);
    arena_release(a);
    return 0;
}
