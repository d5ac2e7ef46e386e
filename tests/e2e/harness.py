"""Named tests, one line each, and their sum. A test is a function that returns silently, or fails with what differed.

    @test("a name that reads as a promise")
    def _(world): ...

Tests run in the order in which they stand: the basics first, those that break things last.
"""
import sys
import time
import traceback

TESTS = []


class Failure(AssertionError):
    """What was expected did not happen; the text says what did."""


class Skip(Exception):
    """This machine can't do it; the text says why. Never counted as passed."""


def test(name):
    def register(function):
        TESTS.append((name, function))
        return function

    return register


def expect(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what))


def same(got, wanted, *what):
    if got != wanted:
        raise Failure(
            " ".join(str(w) for w in what), f"\n      got    {shorten(got)}\n      wanted {shorten(wanted)}"
        )


def shorten(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 600 else f"{text[:400]} … {text[-150:]}"


class Findings:
    """For tests that compare many things: goes on after the first difference, and fails with the first few."""

    def __init__(self):
        self.lines, self.checked = [], 0

    def check(self, condition, *what):
        self.checked += 1
        if not condition:
            self.lines.append(" ".join(str(w) for w in what))

    def same(self, got, wanted, *what):
        self.check(got == wanted, *what, f"got {shorten(got)}, wanted {shorten(wanted)}")

    def close(self, at_least=1):
        if self.lines:
            more = f"\n      … and {len(self.lines) - 12} more" if len(self.lines) > 12 else ""
            raise Failure(
                f"{len(self.lines)} of {self.checked} differ:\n      " + "\n      ".join(self.lines[:12]) + more
            )
        expect(self.checked >= at_least, f"only {self.checked} things were compared, {at_least} were meant to be")


def run(world, only=""):
    passed = failed = skipped = 0
    for name, function in TESTS:
        if only and only not in name and only not in function.__module__:
            continue
        began = time.monotonic()
        try:
            note = function(world)
        except Skip as why:
            skipped += 1
            print(f"skipped {name}: {why}", flush=True)
            continue
        except (Failure, AssertionError) as why:
            failed += 1
            print(f"FAILED  {name}: {' '.join(str(a) for a in why.args)}", flush=True)
            continue
        except Exception:  # whatever it is, the other tests still count
            failed += 1
            print(f"FAILED  {name}:\n{traceback.format_exc()}", flush=True)
            continue
        passed += 1
        print(f"ok      {name}{f': {note}' if note else ''} ({time.monotonic() - began:.1f} s)", flush=True)
    sys.stdout.flush()
    return passed, failed, skipped
