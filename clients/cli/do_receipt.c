/* receipt: what a person keeps of what he gave and stopped, and whether such a file is genuine. */
#include "input.h"
#include "receipt.h"
#include "show.h"
#include "typed.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char keys_path[] = "/v1/receipt-keys";

/* ---------------------------------------------------------------------------- keys */

/* Whoever asks for a key says nothing of himself: no token goes along. */
static outcome fetch_keys(kring *k, receipt_keys *out, api_answer *a) {
    GO(api_call(k, &(http_request){.method = "GET", .path = keys_path, .repeatable = true}, a));
    if (receipt_keys_read(a->root, out)) return DONE;
    return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("no keys"));
}

/* The keys that were trusted, and where they come from. */
typedef struct {
    receipt_keys keys;
    bytes from;
} trusted;

static outcome keys_of_file(kring *k, const char *path, trusted *t) {
    bytes content;
    const json_value *root = NULL;
    json_fault fault;
    t->from = bytes_of_string(path);
    if (!read_all(k->memory, path, KEYS_FILE_MAX, &content)) return complain_errno(k, EXIT_USAGE, W_BAD_FILE, path);
    if (ok(json_parse(k->memory, content, &root, &fault)) && receipt_keys_read(root, &t->keys)) return DONE;
    return complain(k, EXIT_USAGE, W_BAD_KEYS, t->from);
}

/* "https://NAME", or the whole address of its keys. */
static outcome keys_of_address(kring *k, const char *typed, trusted *t) {
    bytes url = bytes_of_string(typed);
    size_t tail = sizeof keys_path - 1;
    const char *ca = has(k->args, O_CA) ? value_of(k->args, O_CA) : getenv("KRING_CA");
    if (url.len > tail && memcmp(url.at + url.len - tail, keys_path, tail) == 0) url.len -= tail;
    if (!url_parse(url, &t->from)) return complain(k, EXIT_USAGE, W_BAD_URL, bytes_of_string(typed));
    k->http = http_new(k->memory, t->from, ca && *ca ? ca : NULL);
    api_answer a;
    return fetch_keys(k, &t->keys, &a);
}

static bool has_session(kring *k) {
    const char *chosen = has(k->args, O_SESSION) ? value_of(k->args, O_SESSION) : getenv("KRING_SESSION");
    const char *path = session_path(k->memory, chosen);
    session s;
    return path && session_read(k->memory, path, &s) != SESSION_NONE;
}

static outcome keys_of_session(kring *k, trusted *t) {
    if (!has_session(k)) return complain(k, EXIT_USAGE, W_WHICH_KEYS, BYTES(""));
    GO(api_open(k));
    t->from = k->session.url;
    api_answer a;
    return fetch_keys(k, &t->keys, &a);
}

static outcome find_keys(kring *k, trusted *t) {
    const char *typed = value_of(k->args, O_KEYS);
    if (!typed) return keys_of_session(k, t);
    return strstr(typed, "://") ? keys_of_address(k, typed, t) : keys_of_file(k, typed, t);
}

/* ---------------------------------------------------------------------------- what it says */

static const json_value *purpose_of(const receipt *r) {
    return first_of(list_at(member_at(r->content, "processing"), "purposes"));
}

static bytes about_of(kring *k, const receipt *r) {
    bytes out = BYTES("");
    for (const json_value *v = first_of(list_at(purpose_of(r), "about")); v; v = json_next(v)) {
        bytes name = text_at(k, v, "name", ONE_LINE);
        out = join(k, out, ", ", name.len ? name : text_at(k, v, "id", ONE_LINE));
    }
    return out;
}

/* A line a field; what is shared whole needs no word more. */
static bytes fields_of(kring *k, const receipt *r) {
    bytes out = BYTES("");
    for (const json_value *v = first_of(list_at(purpose_of(r), "pii_information")); v; v = json_next(v)) {
        bytes label = text_at(k, v, "pii_type", ONE_LINE), level = text_at(k, v, "level", ONE_LINE);
        bytes aside = bytes_is(level, "exact") ? BYTES("") : words_of(k->lang, SET_LEVEL, level);
        if (!label.len) label = text_at(k, v, "pii_attribute_id", ONE_LINE);
        out = join(k, out, "\n", in_brackets(k, label, aside));
    }
    return out;
}

static bytes reader_of(kring *k, const receipt *r) {
    const json_value *to = first_of(list_at(purpose_of(r), "recipient_third_parties"));
    bytes name = text_at(k, to, "party_name", ONE_LINE), role = text_at(k, to, "party_role", ONE_LINE);
    bytes organisation = text_at(k, to, "party_organisation", ONE_LINE);
    return in_brackets(k, name.len ? name : text_at(k, to, "party_id", ONE_LINE), join(k, role, ", ", organisation));
}

static bytes deed_of(kring *k, const receipt *r) {
    return words_of(k->lang, SET_DEED, text_at(k, member_at(r->content, "event"), "event_state", ONE_LINE));
}

static void show_receipt(kring *k, const receipt *r) {
    const json_value *event = member_at(r->content, "event"), *purpose = purpose_of(r);
    const json_value *validity = member_at(event, "validity_duration");
    bytes who = text_at(k, event, "entity_name", ONE_LINE);
    show_pair(k, W_DEED, deed_of(k, r));
    show_pair(k, W_WHEN, time_at(k, event, "event_time"));
    show_pair(k, W_WHO, who.len ? who : text_at(k, event, "entity_id", ONE_LINE));
    show_pair(k, W_READER, reader_of(k, r));
    show_pair(k, W_WHAT, fields_of(k, r));
    show_pair(k, W_ABOUT, about_of(k, r));
    show_pair(k, W_PURPOSE, text_at(k, purpose, "purpose", MANY_LINES));
    show_pair(k, W_FROM, time_at(k, validity, "from"));
    show_pair(k, W_UNTIL, last_day_at(k, validity, "until"));
    show_pair(k, W_BASIS, words_of(k->lang, SET_BASIS, text_at(k, purpose, "lawful_basis", ONE_LINE)));
    show_pair(k, W_STOP, text_at(k, member_at(purpose, "withdrawal_method"), "text", MANY_LINES));
    show_pair(k, W_GRANT, text_at(k, member_at(r->content, "header"), "record_id", ONE_LINE));
    show_pair(k, W_ID, text_at(k, member_at(r->content, "header"), "receipt_id", ONE_LINE));
}

/* ---------------------------------------------------------------------------- verify */

static outcome tell_fault(kring *k, receipt_state s, const receipt *r, const char *path) {
    static const word sentences[] = {
        [RECEIPT_NONE] = W_RECEIPT_NONE,
        [RECEIPT_BAD_HEAD] = W_RECEIPT_BAD_HEAD,
        [RECEIPT_OTHER_WAY] = W_RECEIPT_OTHER_WAY,
        [RECEIPT_OTHER_KIND] = W_RECEIPT_OTHER_KIND,
        [RECEIPT_NO_SIGNATURE] = W_RECEIPT_NO_SIGNATURE,
        [RECEIPT_UNKNOWN_KEY] = W_RECEIPT_UNKNOWN_KEY,
        [RECEIPT_CHANGED] = W_RECEIPT_CHANGED,
    };
    bytes key = bytes_make(r->key, sizeof r->key);
    return complain(k, EXIT_REFUSED, sentences[s], s == RECEIPT_UNKNOWN_KEY ? key : bytes_of_string(path));
}

static void put_json(kring *k, receipt_state s, const receipt *r) {
    buf b = buf_new(SCREEN_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "valid"), json_bool(&w, s == RECEIPT_HOLDS);
    json_key(&w, "state"), json_string(&w, bytes_of_string(receipt_state_word(s)));
    if (r->key[0]) json_key(&w, "key"), json_string(&w, bytes_make(r->key, sizeof r->key));
    if (s == RECEIPT_HOLDS) json_key(&w, "receipt"), json_raw(&w, r->payload);
    json_close_object(&w);
    json_end(&w);
    show_json(k, &(api_answer){.raw.body = arena_copy(k->memory, buf_bytes(&b))});
    buf_release(&b);
}

static void show_verified(kring *k, const receipt *r, const trusted *t) {
    screen_heading(&k->out, bytes_of_string(word_in(k->lang, W_RECEIPT_HOLDS)));
    show_receipt(k, r);
    show_pair(k, W_KEY, text_clean(k->memory, bytes_make(r->key, sizeof r->key), ONE_LINE));
    show_pair(k, W_KEYS_OF, text_clean(k->memory, t->from, ONE_LINE));
    bytes state = text_at(k, member_at(r->content, "event"), "event_state", ONE_LINE);
    if (!bytes_is(state, "withdrawn") && !bytes_is(state, "objected"))
        screen_line(&k->out, bytes_of_string(word_in(k->lang, W_RECEIPT_THEN)));
}

outcome run_receipt_verify(kring *k) {
    const char *path = k->args->operands[0];
    bytes content;
    const json_value *root = NULL;
    json_fault fault;
    trusted *t = ARENA_NEW(k->memory, trusted);
    receipt r;
    if (!read_all(k->memory, path, RECEIPT_FILE_MAX, &content)) return complain_errno(k, EXIT_USAGE, W_BAD_FILE, path);
    if (ok(json_parse(k->memory, content, &root, &fault))) GO(find_keys(k, t));
    receipt_state s = receipt_verify(k->memory, root, &t->keys, &r);
    if (has(k->args, O_JSON)) put_json(k, s, &r);
    if (s != RECEIPT_HOLDS) return tell_fault(k, s, &r, path);
    if (!has(k->args, O_JSON)) show_verified(k, &r, t);
    return DONE;
}

/* ---------------------------------------------------------------------------- list and keep */

typedef struct {
    table table;
    receipt_keys keys;
    const char *folder; /* NULL: nothing is kept */
} receipt_list;

static outcome keep_file(kring *k, const char *folder, bytes name, bytes content) {
    bytes whole = arena_format(k->memory, "%s/%.*s%c", folder, (int)name.len, (const char *)name.at, 0);
    const char *path = (const char *)whole.at;
    if (!private_replace(k->memory, path, content)) return complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, path);
    return show_done(k, W_RECEIPT_KEPT, text_clean(k->memory, bytes_of_string(path), ONE_LINE));
}

/* The three texts as they came: nothing else of a JWS counts. */
static bytes file_of(kring *k, const json_value *jws) {
    static const char *const members[] = {"payload", "protected", "signature"};
    buf b = buf_new(RECEIPT_FILE_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    for (size_t i = 0; i < 3; i++)
        json_key(&w, members[i]), json_string(&w, json_bytes_of(json_member(jws, members[i])));
    json_close_object(&w);
    json_end(&w);
    buf_put_byte(&b, '\n');
    bytes out = arena_copy(k->memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}

/* What the server names must be an id before it becomes the name of a file. */
static outcome keep_receipt(kring *k, const receipt_list *l, const json_value *jws, const receipt *r) {
    bytes id = text_at(k, member_at(r->content, "header"), "receipt_id", ONE_LINE);
    uuid as;
    if (!ok(uuid_parse(id, &as))) return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("receipt_id"));
    return keep_file(k, l->folder, arena_format(k->memory, "receipt-%.*s.json", (int)id.len, (const char *)id.at),
                     file_of(k, jws));
}

/* Under the key's own name, so that a newer key never takes the place of one that older receipts need. */
static outcome keep_keys(kring *k, const receipt_list *l, const api_answer *a) {
    char name[SIGN_THUMBPRINT];
    public_key_thumbprint(l->keys.keys[0], name);
    return keep_file(k, l->folder, arena_format(k->memory, "receipt-keys-%.*s.json", SIGN_THUMBPRINT, name),
                     arena_format(k->memory, "%.*s\n", (int)a->raw.body.len, (const char *)a->raw.body.at));
}

/* A receipt that does not hold must not lie in a drawer for years as if it did. */
static outcome add_receipts(kring *k, const json_value *root, void *object) {
    receipt_list *l = object;
    for (const json_value *jws = first_of(list_at(root, "receipts")); jws; jws = json_next(jws)) {
        receipt r;
        receipt_state s = receipt_verify(k->memory, jws, &l->keys, &r);
        const char *why = receipt_state_word(s);
        if (s != RECEIPT_HOLDS) return complain(k, EXIT_UNREACHABLE, W_STRANGE, bytes_of_string(why));
        if (l->folder) GO(keep_receipt(k, l, jws, &r));
        table_row(&l->table, (bytes[]){time_at(k, member_at(r.content, "event"), "event_time"), deed_of(k, &r),
                                       fields_of(k, &r), reader_of(k, &r),
                                       text_at(k, member_at(r.content, "header"), "receipt_id", ONE_LINE)});
    }
    return DONE;
}

static outcome open_folder(kring *k, const char *folder) {
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) return DONE;
    return complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, folder);
}

static const char *receipts_path(kring *k, uuid grant) {
    char id[UUID_TEXT];
    uuid_write(grant, id);
    return family_path(k, (const char *)arena_format(k->memory, "/grants/%.*s/receipts%c", UUID_TEXT, id, 0).at);
}

outcome run_receipt_list(kring *k) {
    uuid grant;
    api_answer keys;
    receipt_list *l = ARENA_NEW(k->memory, receipt_list);
    GO(parse_id(k, k->args->operands[0], &grant));
    if (has(k->args, O_OUT) && has(k->args, O_JSON)) return complain(k, EXIT_USAGE, W_OUT_OR_JSON, BYTES(""));
    GO(api_family(k));
    GO(fetch_keys(k, &l->keys, &keys));
    l->folder = value_of(k->args, O_OUT);
    if (l->folder) {
        GO(open_folder(k, l->folder));
        GO(keep_keys(k, l, &keys));
    }
    l->table = table_new(k->memory, 5,
                         (const char *[]){word_in(k->lang, W_WHEN), word_in(k->lang, W_DEED), word_in(k->lang, W_WHAT),
                                          word_in(k->lang, W_READER), word_in(k->lang, W_ID)});
    table_fix(&l->table, 0);
    table_fix(&l->table, 4);
    GO(api_pages(k, receipts_path(k, grant), add_receipts, l));
    return show_table(k, &l->table);
}
