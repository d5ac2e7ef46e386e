/* The rules and levels in words, as domain.md, the log and the contract spell them. Constant tables. */
#include "policy/policy.h"

static const char *const rule_texts[RULE_COUNT] = {
#define X(name, text) [RULE_##name] = text,
    POLICY_RULES(X)
#undef X
};

static const char *const level_texts[] = {"hidden", "exists", "derived", "exact"};

const char *rule_text(rule r) {
    must(r < RULE_COUNT);
    return rule_texts[r];
}

const char *level_text(level l) {
    must(l <= LEVEL_EXACT);
    return level_texts[l];
}
