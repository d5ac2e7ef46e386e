#include "api/why.h"

static const struct {
    rule rule;
    text_key key;
} reasons_may[] = {
    {RULE_R02, TEXT_WHY_MAY_SHARED},     {RULE_R14, TEXT_WHY_MAY_OWN},       {RULE_R15, TEXT_WHY_MAY_WORDS},
    {RULE_R16, TEXT_WHY_MAY_TASK},       {RULE_R17, TEXT_WHY_MAY_HOME},      {RULE_R18, TEXT_WHY_MAY_TOGETHER},
    {RULE_R19, TEXT_WHY_MAY_TEAM},       {RULE_R27, TEXT_WHY_MAY_BIRTH},     {RULE_R28, TEXT_WHY_MAY_PARENT},
    {RULE_R40, TEXT_WHY_MAY_TRUSTED},    {RULE_R50B, TEXT_WHY_MAY_EMERGENCY}, {RULE_R57C, TEXT_WHY_MAY_PROTECTED},
    {RULE_R57D, TEXT_WHY_MAY_RELEASED},
}, reasons_not[] = {
    {RULE_R02, TEXT_WHY_NOT_PAUSED},     {RULE_R08, TEXT_WHY_NOT_STOPPED},   {RULE_R11, TEXT_WHY_NOT_WINDOW},
    {RULE_R19, TEXT_WHY_NOT_PLACE},      {RULE_R24, TEXT_WHY_NOT_BIRTHDAY},  {RULE_R40, TEXT_WHY_NOT_HELD},
    {RULE_R48, TEXT_WHY_NOT_ENFORCEMENT}, {RULE_R54, TEXT_WHY_NOT_SEALED},   {RULE_R57D, TEXT_WHY_NOT_BY_NAME},
    {RULE_R58, TEXT_WHY_NOT_CLOSED},     {RULE_R74, TEXT_WHY_NOT_FROZEN},
};

text_key why_text(const answer *told) {
    for (size_t i = 0; told->allowed && i < sizeof reasons_may / sizeof *reasons_may; i++)
        if (reasons_may[i].rule == told->rule) return reasons_may[i].key;
    for (size_t i = 0; !told->allowed && i < sizeof reasons_not / sizeof *reasons_not; i++)
        if (reasons_not[i].rule == told->rule) return reasons_not[i].key;
    return told->allowed ? TEXT_WHY_MAY_SHARED : TEXT_WHY_NOT_UNKNOWN;
}
