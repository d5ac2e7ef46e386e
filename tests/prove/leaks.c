#include "leaks.h"

#include "policy/policy.h"

#include <stdio.h>
#include <string.h>

typedef enum { NO_LEAK, LEAK_LOCK, LEAK_GRANT, LEAK_GRANT_FIELD, LEAK_TOLD, LEAK_HELPER, LEAK_REQUEST, LEAK_KNOWN, LEAK_ENTRY, LEAKS } leak;
static const char *const words[LEAKS] = {"none", "lock", "grant", "grant_field", "told", "helper", "request", "known", "entry"};
static leak broken;

bool leak_choose(const char *word) {
    for (int i = 1; i < LEAKS; i++)
        if (strcmp(word, words[i]) == 0) return (broken = (leak)i) != NO_LEAK;
    fprintf(stderr, "no rule to break: %s\n", word);
    return false;
}

#define WRAPPED(type, name, parameters) \
    type __real_##name parameters;      \
    type __wrap_##name parameters;      \
    type __wrap_##name parameters

WRAPPED(bool, policy_sees_lock, (const standing *s, uint32_t lock)) {
    return broken == LEAK_LOCK || __real_policy_sees_lock(s, lock);
}

WRAPPED(bool, policy_sees_grant, (const standing *s, uint32_t grant)) {
    return broken == LEAK_GRANT || __real_policy_sees_grant(s, grant);
}

WRAPPED(bool, policy_sees_grant_field, (const standing *s, uint32_t grant, field_id field)) {
    return broken == LEAK_GRANT_FIELD || __real_policy_sees_grant_field(s, grant, field);
}

WRAPPED(telling, policy_told, (const standing *s, uint32_t emergency)) {
    return broken == LEAK_TOLD ? TOLD_THAT : __real_policy_told(s, emergency);
}

WRAPPED(level, policy_sees_helper, (const standing *s, uint8_t helper)) {
    return broken == LEAK_HELPER ? LEVEL_EXACT : __real_policy_sees_helper(s, helper);
}

WRAPPED(bool, policy_sees_request, (const standing *s, uint32_t request)) {
    return broken == LEAK_REQUEST || __real_policy_sees_request(s, request);
}

/* One entry that he may not read stands among those that he may; or he knows of everybody. */
WRAPPED(void, policy_judge, (const facts *f, actor viewer, moment at, unsigned kinds, permit *permits, ruling *out)) {
    __real_policy_judge(f, viewer, at, kinds, permits, out);
    if (broken == LEAK_KNOWN) out->known = ~(subjects)0;
    if (broken != LEAK_ENTRY || f->entry_count == 0) return;
    uint32_t n = 0;
    for (uint32_t e = 0; e < f->entry_count; e++) {
        bool asked = kinds >> f->entries[e].kind & 1;
        if (asked) permits[n++] = (permit){e, f->entries[e].first_version, LEVEL_EXISTS, RULE_R02, -1, -1};
    }
    out->count = n;
}
