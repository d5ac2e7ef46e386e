"""What both generators need: faults with their place, JSON without duplicates, and C literals."""
import json


class Fault(Exception):
    """Something in the contract is wrong; the text says where."""


def fail_unless(condition, where, what):
    if not condition:
        raise Fault(f"{where}: {what}")


def load(path):
    def members(pairs):
        keys = [k for k, _ in pairs]
        twice = sorted({k for k in keys if keys.count(k) > 1})
        fail_unless(not twice, path, f"duplicate key {', '.join(twice)}")
        return dict(pairs)

    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file, object_pairs_hook=members)
        except json.JSONDecodeError as error:
            raise Fault(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None


def exact_keys(row, wanted, where):
    fail_unless(isinstance(row, dict), where, "must be an object")
    unknown, missing = sorted(set(row) - set(wanted)), sorted(set(wanted) - set(row))
    fail_unless(not unknown, where, f"unknown key {', '.join(unknown)}")
    fail_unless(not missing, where, f"missing key {', '.join(missing)}")


def c_string(text):
    """A C string literal; octal escapes, since a hex escape would swallow the digits behind it."""
    out = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in text.encode("utf-8"))
    return f'"{out}"'


def c_bool(value):
    return "true" if value else "false"


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
