/* Finds a field or a jurisdiction by the name that it bears outside. The tables are generated from proto/. */
#include "policy/catalogue.h"

/* Without strlen, so that the library stays free of every symbol but the compiler's own. */
static bool spells(bytes name, const char *text) {
    for (size_t i = 0; i < name.len; i++)
        if (text[i] == '\0' || (uint8_t)text[i] != name.at[i]) return false;
    return text[name.len] == '\0';
}

field_id field_by_name(bytes name) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (spells(name, catalogue[f].name)) return f;
    return FIELD_NONE;
}

const jurisdiction *jurisdiction_by_code(bytes code) {
    for (size_t i = 0; i < jurisdiction_count; i++)
        if (spells(code, jurisdictions[i].code)) return &jurisdictions[i];
    return NULL;
}
