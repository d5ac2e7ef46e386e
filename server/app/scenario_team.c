/* The helpers of a scenario: their places and roles. */
#include "app/scenario_make.h"

static bool is_letter(uint8_t c) { return c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* Words are compared in lower case, with the capital and accented letters that these words can have. */
static bool word_is(bytes word, const char *lower) {
    size_t n = strlen(lower);
    if (word.len != n) return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = word.at[i];
        if (c >= 'A' && c <= 'Z') c |= 0x20;
        if (i && word.at[i - 1] == 0xC3 && c >= 0x80 && c <= 0x9E) c = (uint8_t)(c + 0x20);
        if (c != (uint8_t)lower[i]) return false;
    }
    return true;
}

static bool word_ends(bytes word, const char *lower) {
    size_t n = strlen(lower);
    return word.len >= n && word_is(bytes_make(word.at + word.len - n, n), lower);
}

/* The coordinator is known by his role's name: as a word of its own, or composed with the family. A care coordinator
 * of a school coordinates the school. */
static bool names_coordinator(bytes role) {
    static const char *const words[] = {"coördinator", "coordinator", "coordinateur", "coordinatrice",
                                        "co\xC3\xB6rdinatrice"};
    for (size_t i = 0, end; i < role.len; i = end + 1) {
        for (end = i; end < role.len && is_letter(role.at[end]); end++) {}
        bytes word = {role.at + i, end - i};
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (word_is(word, words[k])) return true;
        if (word_ends(word, "regisseur") || word_ends(word, "gezinsco\xC3\xB6rdinator") ||
            word_ends(word, "gezinscoordinator"))
            return true;
    }
    return false;
}

static result read_secrecy(maker *m, place at, bytes *out) {
    TRY(read_text(&m->in, at, out));
    bool known = bytes_is(*out, "professional") || bytes_is(*out, "discretion") || bytes_is(*out, "none");
    return known ? OK : refuse(&m->in, at, "must be professional, discretion or none");
}

static result read_helper_flags(maker *m, place at, scenario_helper *h) {
    h->in_team = true;
    TRY(read_maybe_bool(&m->in, member(at, "in_team"), &h->in_team));
    TRY(read_maybe_bool(&m->in, member(at, "break_glass_role"), &h->emergency_role));
    TRY(read_maybe_bool(&m->in, member(at, "authority_role"), &h->authority_role));
    TRY(read_maybe_bool(&m->in, member(at, "safety_role"), &h->safety));
    return OK;
}

static result read_helper(maker *m, place at) {
    TRY(read_keys(
        &m->in, at,
        "id name role org secrecy from until listed authority_role safety_role internal_disclosure break_glass_role "
        "in_team"));
    scenario_helper h = {0};
    TRY(read_new_id(m, at, &h.id));
    TRY(read_text(&m->in, member(at, "name"), &h.name));
    TRY(read_maybe_text(&m->in, member(at, "role"), &h.role));
    TRY(read_maybe_text(&m->in, member(at, "org"), &h.organisation));
    TRY(read_secrecy(m, member(at, "secrecy"), &h.secrecy));
    TRY(read_maybe_when(&m->in, member(at, "from"), &h.from));
    TRY(read_maybe_when(&m->in, member(at, "until"), &h.until));
    TRY(ends_after(&m->in, h.from.len ? h.from : m->out->intake, member(at, "until"), h.until));
    TRY(read_maybe_text(&m->in, member(at, "listed"), &h.listed));
    TRY(read_maybe_text(&m->in, member(at, "internal_disclosure"), &h.internal_disclosure));
    TRY(read_helper_flags(m, at, &h));
    h.coordinator = names_coordinator(h.role);
    m->helpers[m->out->helper_count++] = h;
    return OK;
}

result read_team(maker *m, place list) {
    size_t count;
    if (!list.v) return refuse(&m->in, list, "is missing");
    TRY(read_list(&m->in, list, HELPERS_MAX, &count));
    m->helpers = ARENA_ARRAY(m->in.a, scenario_helper, count);
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_helper(m, w.at));
    return OK;
}

/* The role is for people under professional secrecy only; in others the file's word changes nothing. */
result read_emergency_roles(maker *m, place list) {
    scenario_refs who;
    TRY(read_refs(m, list, HELPERS, &who));
    for (size_t i = 0; i < who.count; i++) m->helpers[who.at[i].at].emergency_role = true;
    for (size_t i = 0; i < m->out->helper_count; i++)
        if (!bytes_is(m->helpers[i].secrecy, "professional")) m->helpers[i].emergency_role = false;
    return OK;
}
