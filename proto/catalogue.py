"""The 69 fields and the law of each jurisdiction as C tables (policy/catalogue.h)."""
import re

from strict import c_bool, c_string, exact_keys, fail_unless, load, write

FIELD_KEYS = {"id", "section", "class", "about", "writers", "steps", "break_glass", "joint", "protects", "nl", "fr",
              "en", "who_writes", "typical", "note"}
ABOUT = ("family", "team", "member", "adult", "child", "household", "any")
WRITERS = ("CO", "FA", "CH", "SELF", "P")
STEPS = {"SS1": "STEP_NAMED", "SS2": "STEP_FOUR_EYES", "SS3": "STEP_SUBJECT_ONLY", "SS4": "STEP_SAFETY_CHECK",
         "SS5": "STEP_NOT_HERE"}

LAW_ENUMS = {
    "VIEW": ("NOTHING", "IDENTITY", "C1", "ALL", "ALL_UNLESS_HELD"),
    "TRANSITION": ("NONE", "PAUSE", "PARENTS_ONLY"),
    "GIVERS": ("HOLDERS_GOOD_FAITH", "HOLDERS_ALL", "MINOR", "MINOR_AND_HOLDERS"),
}
LAW = {  # member of `jurisdiction` in policy/catalogue.h: an enum above, bool, or the largest number that it holds
    "able_presumed_from": 255, "alone_from": 255,
    "view_under_12": "VIEW", "view_12_15": "VIEW", "view_16_17": "VIEW",
    "view_not_able_12_15": "VIEW", "view_not_able_16_17": "VIEW",
    "able_under_12_as_12": bool, "process_info_16plus": bool, "trusted_reads": bool,
    "givers_under_12": "GIVERS", "givers_12_15": "GIVERS", "givers_16_17": "GIVERS",
    "at_12": "TRANSITION", "at_16": "TRANSITION", "at_18": "TRANSITION",
    "transition_grace_days": 65535, "cross_domain_public_task": bool, "same_mission_required": bool,
    "break_glass_minutes": 65535, "reconfirm_days": 65535, "reconfirm_grace_days": 65535,
    "grant_months_max": 65535, "emergency_review_days": 65535, "first_talk_days": 65535,
    "audit_years": 65535, "min_group": 65535, "work_plan_months": 65535,
    "file_until_age": 255, "file_years": 255,
}


def check_field(field, where, sections):
    exact_keys(field, FIELD_KEYS, where)
    fail_unless(re.fullmatch(r"[a-z][a-z_]{1,30}", field["id"]), where, "id must be lower-case words")
    where = f"{where} ({field['id']})"
    fail_unless(field["section"] in sections, where, f"no such section: {field['section']}")
    fail_unless(re.fullmatch(r"C[0-5]", field["class"]), where, "class must be C0 to C5")
    fail_unless(field["about"] in ABOUT, where, f"about must be one of {', '.join(ABOUT)}")
    for key, words in (("writers", WRITERS), ("steps", tuple(STEPS))):
        fail_unless(isinstance(field[key], list) and [w for w in words if w in field[key]] == field[key], where,
                    f"{key} must be a list out of {', '.join(words)}, in that order")
    for key in ("break_glass", "joint", "protects"):
        fail_unless(isinstance(field[key], bool), where, f"{key} must be true or false")
    for key in ("nl", "fr", "en"):
        fail_unless(isinstance(field[key], str) and field[key].strip(), where, f"{key} must be a text")
    for key in ("who_writes", "typical", "note"):
        fail_unless(isinstance(field[key], str), where, f"{key} must be a string")
    # A rule of the domain, kept where a slip of the pen would break it (R-54).
    fail_unless(not (field["break_glass"] and (field["class"] == "C5" or "SS5" in field["steps"])), where,
                "C5 and SS5 never open by emergency")


def check_catalogue(doc, path, count):
    exact_keys(doc, {"sections", "fields"}, path)
    for number, field in enumerate(doc["fields"], 1):
        check_field(field, f"{path}: field {number}", doc["sections"])
    names = [field["id"] for field in doc["fields"]]
    twice = sorted({name for name in names if names.count(name) > 1})
    fail_unless(not twice, path, f"duplicate field {', '.join(twice)}")
    fail_unless(len(names) == count, path, f"{len(names)} fields, but FIELD_COUNT is {count}")
    order = [field["section"] for field in doc["fields"]]
    fail_unless(order == sorted(order), path, "fields must stand in the order of their sections")
    return doc["fields"]


def flags(words, names):
    return " | ".join(names[word] for word in words) or "0"


def field_row(field):
    section = field["section"]
    writers = flags(field["writers"], {w: f"WRITER_{w}" for w in WRITERS})
    traits = {key: field[key] for key in ("break_glass", "joint", "protects")}
    traits |= {"own_space": section == "I", "safety": section == "H"}
    return (f"    {{.name = {c_string(field['id'])}, .section = '{section}', .class_ = {field['class']},\n"
            f"     .about = ABOUT_{field['about'].upper()}, .writers = {writers},\n"
            f"     .steps = {flags(field['steps'], STEPS)},\n"
            f"     {', '.join(f'.{key} = {c_bool(value)}' for key, value in traits.items())},\n"
            f"     .nl = {c_string(field['nl'])}, .fr = {c_string(field['fr'])}, .en = {c_string(field['en'])}}},\n")


def law_value(key, value, where):
    kind = LAW[key]
    if kind is bool:
        fail_unless(isinstance(value, bool), where, f"{key} must be true or false")
        return c_bool(value)
    if isinstance(kind, str):
        fail_unless(value in LAW_ENUMS[kind], where, f"{key} must be one of {', '.join(LAW_ENUMS[kind])}")
        return f"{kind}_{value}"
    least = 0 if key.startswith("file_") else 1  # 0: the file is not kept by that
    fail_unless(isinstance(value, int) and not isinstance(value, bool) and least <= value <= kind, where,
                f"{key} must be {least} to {kind}")
    return str(value)


def check_jurisdictions(doc, path):
    exact_keys(doc, {"keys", "jurisdictions"}, path)
    for number, row in enumerate(doc["keys"], 1):
        exact_keys(row, {"key", "why"}, f"{path}: key {number}")
    keys = [row["key"] for row in doc["keys"]]
    fail_unless(len(set(keys)) == len(keys), path, "a cfg key stands twice")
    for row in doc["jurisdictions"]:
        where = f"{path}: {row.get('code')}"
        exact_keys(row, {"code", "law", "cfg"}, where)
        exact_keys(row["law"], LAW, f"{where}: law")
        exact_keys(row["cfg"], keys, f"{where}: cfg")
        for key, value in row["cfg"].items():
            fail_unless(isinstance(value, str) and value, where, f"cfg {key} must be a text")
    codes = [row["code"] for row in doc["jurisdictions"]]
    fail_unless(codes and len(set(codes)) == len(codes), path, "each jurisdiction once, at least one")
    return keys, doc["jurisdictions"]


def jurisdiction_tables(keys, rows, path):
    out = []
    for number, row in enumerate(rows):
        out.append(f"static const char *const cfg_{number}[] = {{\n")
        out += [f"    {c_string(key)}, {c_string(row['cfg'][key])},\n" for key in keys]
        out.append("    NULL,\n};\n\n")
    out.append("const jurisdiction jurisdictions[] = {\n")
    for number, row in enumerate(rows):
        out.append(f"    {{.code = {c_string(row['code'])},\n")
        out += [f"     .{key} = {law_value(key, row['law'][key], path + ': ' + row['code'])},\n" for key in LAW]
        out.append(f"     .cfg = cfg_{number}}},\n")
    out.append(f"}};\n\nconst size_t jurisdiction_count = {len(rows)};\n")
    return "".join(out)


def named_fields(header):
    """The FIELD_ constants that the rules name, out of the header's extern declaration, so that they stand once."""
    text = re.sub(r"/\*.*?\*/", "", open(header, encoding="utf-8").read(), flags=re.S)
    count = re.search(r"\bFIELD_COUNT\s*=\s*(\d+)", text)
    named = re.search(r"extern const field_id ([^;]*);", text)
    fail_unless(count and named, header, "no FIELD_COUNT or no extern const field_id")
    return int(count.group(1)), [name.strip() for name in named.group(1).split(",")]


def field_constants(names, fields, header):
    place = {"FIELD_" + field["id"].upper(): number for number, field in enumerate(fields)}
    for name in names:
        fail_unless(name in place, header, f"{name} is named, but the catalogue has no such field")
    return "const field_id " + ",\n    ".join(f"{name} = {place[name]}" for name in names) + ";\n"


def make(options):
    count, names = named_fields(options.header)
    fields = check_catalogue(load(options.parts[0]), options.parts[0], count)
    keys, rows = check_jurisdictions(load(options.parts[1]), options.parts[1])
    write(options.out, "".join([
        "/* Generated by proto/generate.py from proto/catalogue.json and proto/jurisdictions.json; do not edit. */\n",
        '#include "policy/catalogue.h"\n\n',
        f'_Static_assert(FIELD_COUNT == {len(fields)}, "catalogue.json and catalogue.h differ");\n\n',
        "const field_row catalogue[FIELD_COUNT] = {\n", *map(field_row, fields), "};\n\n",
        field_constants(names, fields, options.header), "\n", jurisdiction_tables(keys, rows, options.parts[1])]))
