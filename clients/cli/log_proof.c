#include "log_proof.h"

#include "crypto/base64.h"
#include "crypto/record.h"

/* ---------------------------------------------------------------------------- lines */

static bool take_prefix(bytes *line, const char *prefix) {
    size_t n = strlen(prefix);
    if (!bytes_starts(*line, prefix)) return false;
    *line = bytes_make(line->at + n, line->len - n);
    return true;
}

static bool decode(arena *a, bytes text, bytes *out) {
    uint8_t *raw = arena_take(a, text.len / 4 * 3 + 1);
    size_t len = 0;
    if (!ok(base64_decode(text, raw, text.len / 4 * 3, &len))) return false;
    *out = bytes_make(raw, len);
    return true;
}

static bool read_hashes(bytes *text, log_proof *out) {
    bytes line;
    while (bytes_cut(text, '\n', &line)) {
        size_t len = 0;
        if (line.len == 0) return true;
        if (out->hash_count == MERKLE_PROOF_MAX) return false;
        if (!ok(base64_decode(line, out->hashes[out->hash_count], MERKLE_HASH, &len)) || len != MERKLE_HASH) return false;
        out->hash_count++;
    }
    return false; /* no empty line */
}

/* ---------------------------------------------------------------------------- what `extra` opens */

static bool take(bytes *from, size_t n, const uint8_t **out) {
    if (from->len < n) return false;
    *out = from->at;
    *from = bytes_make(from->at + n, from->len - n);
    return true;
}

static bool take16(bytes *from, uint16_t *out) {
    const uint8_t *p;
    if (!take(from, 2, &p)) return false;
    *out = get_u16(p);
    return true;
}

static const char *take_part(bytes *from, const uint8_t *hashes, uint16_t slots, shown_part *out) {
    const uint8_t *salt, *content;
    uint8_t hash[RECORD_HASH];
    uint16_t len;
    if (!take16(from, &out->position) || !take(from, RECORD_SALT, &salt) || !take16(from, &len) || !take(from, len, &content))
        return "a part of it is cut off";
    if (out->position >= slots) return "it opens a part that is none of the record's";
    out->content = bytes_make(content, len);
    record_part_hash(salt, out->content, hash);
    if (memcmp(hash, hashes + (size_t)out->position * RECORD_HASH, RECORD_HASH) != 0)
        return "a part that it opens is not the one that was committed to";
    return NULL;
}

static const char *take_parts(arena *a, bytes from, const uint8_t *hashes, uint16_t slots, log_proof *out) {
    out->parts = ARENA_ARRAY(a, shown_part, slots);
    bool *taken = ARENA_ARRAY(a, bool, slots);
    while (from.len) {
        if (out->part_count == slots) return "it opens more parts than there are";
        shown_part *p = &out->parts[out->part_count++];
        const char *why = take_part(&from, hashes, slots, p);
        if (why) return why;
        if (taken[p->position]) return "it opens a part twice";
        taken[p->position] = true;
        bool ordered = out->part_count == 1 || p->position >= PART_ITEMS || p->position > p[-1].position;
        if (!ordered) return "its parts are not in their order";
    }
    return out->part_count && out->parts[0].position == PART_HEAD ? NULL : "it does not open who looked, and when";
}

static const char *open_extra(arena *a, bytes from, log_proof *out) {
    const uint8_t *version, *hashes;
    uint8_t commitment[RECORD_HASH], entry[RECORD_ENTRY];
    uint16_t slots;
    if (!take(&from, 1, &version) || *version != 1) return "its version is another";
    if (!take16(&from, &slots) || slots == 0 || record_slots(slots) != slots || !take(&from, (size_t)slots * RECORD_HASH, &hashes))
        return "its hashes are not so many as they must be";
    record_commit((const uint8_t (*)[RECORD_HASH])(const void *)hashes, slots, commitment);
    record_entry(commitment, entry);
    merkle_leaf(BYTES_OF(entry), out->leaf);
    return take_parts(a, from, hashes, slots, out);
}

/* ---------------------------------------------------------------------------- the whole */

const char *log_proof_read(arena *a, bytes text, log_proof *out) {
    bytes line, extra;
    *out = (log_proof){0};
    if (!bytes_cut(&text, '\n', &line) || !bytes_is(line, "c2sp.org/tlog-proof@v1"))
        return "it is no tlog-proof of version 1";
    if (!bytes_cut(&text, '\n', &line) || !take_prefix(&line, "extra ") || !decode(a, line, &extra))
        return "it has no extra data";
    if (!bytes_cut(&text, '\n', &line) || !take_prefix(&line, "index ") ||
        !ok(bytes_to_u64(line, MERKLE_SIZE_MAX - 1, &out->index)))
        return "it has no index";
    if (!read_hashes(&text, out)) return "its hashes are not what they must be";
    if (!ok(note_open(text, &out->note))) return "it has no signed checkpoint";
    if (!ok(checkpoint_parse(out->note.text, &out->head))) return "its checkpoint is none";
    return open_extra(a, extra, out);
}

const char *log_proof_check(const log_proof *p, const note_key *log) {
    if (!note_verify(&p->note, log)) return "its checkpoint is not signed by the log";
    if (!bytes_equal(p->head.origin, log->name)) return "its checkpoint is of another log";
    if (!merkle_check_inclusion(p->index, p->head.size, p->leaf, p->hashes, p->hash_count, p->head.root))
        return "the record is not in the tree of its checkpoint";
    return NULL;
}
