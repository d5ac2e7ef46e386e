"""Random families, judged twice: by the policy and by an oracle from the prose. No answer may differ.

Usage: prove.py JUDGE [--worlds N] [--seed FIRST] [--at-least WORLDS] [--seconds S] [--jobs J] [--wrong RULE | --wrong-all]

World number `seed` is always the same family. The first disagreements are shrunk, row by row, and told as a story. --wrong breaks
one rule of the oracle (--wrong-all each in turn): then a disagreement must be found, or this proof could not fail.
"""

import argparse
import copy
import json
import multiprocessing
import os
import subprocess
import sys
import time

import oracle
import story
import worlds

SETS = {"protects", "about", "fields", "topics", "from_whom", "givers", "agreed", "wrote", "yes", "no"}
ROWS = ("relations", "capacities", "conflicts", "blocks", "locks", "trusted", "places", "emergency_roles", "grants", "requests", "holds",
        "emergencies", "entries")
INNER = {"grants": ("fields", "confirms", "stops"), "entries": ("versions", "restrictions"), "requests": ("replies",)}
LISTS = ("asks", "givers", "helpers", "grants", "requests", "parts", "asked", "states", "told")


class Judge:
    """The policy, behind a pipe: a world in, its answers out."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answers(self, world):
        self.process.stdin.write(as_line(world))
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the judge stopped at world {world['seed']}")
        return json.loads(line)


def as_line(world):
    out = {name: value for name, value in world.items() if name != "then"}
    for rows in ROWS:
        out[rows] = [as_row(row) for row in world[rows]]
    out["asks"] = [(field, "%x" % about) for field, about in world["asks"]]
    return json.dumps(out, separators=(",", ":")) + "\n"


def as_row(row):
    return {name: "%x" % value if name in SETS and isinstance(value, int)
            else [as_row(inner) for inner in value] if isinstance(value, list) else value for name, value in row.items()}


def differences(world, judged):
    """[(question, kind, which, ours, theirs)] and how many answers there were."""
    found, count = [], 0
    for q, (question, theirs) in enumerate(zip(world["questions"], judged)):
        ours = oracle.answer(world, question)
        theirs["parts"] = [int(mask, 16) for mask in theirs["parts"]]
        count += len(world["entries"]) * 2 + sum(len(ours[kind]) for kind in LISTS) + 2
        if not theirs["steady"]:
            found.append((q, "steady", None, True, False))
        for kind in ("permits", "versions"):
            if ours[kind] != theirs[kind]:
                mine, other = ({row[0]: row[1:] for row in side[kind]} for side in (ours, theirs))
                found += [(q, kind, e, mine.get(e), other.get(e)) for e in sorted(mine.keys() | other.keys()) if mine.get(e) != other.get(e)]
        for kind in LISTS:
            if ours[kind] != theirs[kind]:
                found += [(q, kind, i, a, b) for i, (a, b) in enumerate(zip(ours[kind], theirs[kind])) if a != b and a is not None]
        if ours["known"] != theirs["known"]:
            found += [(q, "known", s, ours["known"] >> s & 1, theirs["known"] >> s & 1) for s in oracle.bits(ours["known"] ^ theirs["known"])]
    return found, count


# ---- shrinking


def focus(world, difference):
    """The same world with that one question."""
    q, kind, which, _, _ = difference
    small = copy.deepcopy({name: value for name, value in world.items() if name != "then"})
    small["questions"] = [small["questions"][q]]
    small["asks"] = [small["asks"][which]] if kind == "asks" else []
    small["gives"] = [small["gives"][which]] if kind == "givers" else []
    return small


def without(world, rows, at):
    """The world without that row; what spoke of it goes too, and positions move up."""
    small = copy.deepcopy({name: value for name, value in world.items() if name != "then"})
    del small[rows][at]
    kinds = {"grants": (oracle.GRANT,), "entries": (oracle.SUMMARY, oracle.STATEMENT)}.get(rows)
    if kinds:
        small["entries"] = [row for row in small["entries"] if row["kind"] not in kinds or row["of"] != at]
        for row in small["entries"]:
            if row["kind"] in kinds and row["of"] > at:
                row["of"] -= 1
    return small


def smaller(world):
    for rows in ROWS:
        for at in reversed(range(len(world[rows]))):
            if at < len(world[rows]):
                yield lambda w, rows=rows, at=at: without(w, rows, at), rows, at
    for rows, inners in INNER.items():
        for at in range(len(world[rows])):
            for inner in inners:
                for i in reversed(range(len(world[rows][at][inner]))):
                    if inner not in ("versions", "fields") or len(world[rows][at][inner]) > 1:
                        yield lambda w, r=rows, a=at, n=inner, i=i: without_inner(w, r, a, n, i), rows, at
    for rows, names in (("grants", ("about",)), ("entries", ("about",)), ("blocks", ("protects",)), ("locks", ("about", "fields")),
                        ("holds", ("about", "fields", "from_whom")), ("emergencies", ("about", "fields"))):
        for at in range(len(world[rows])):
            for name in names:
                for bit in oracle.bits(world[rows][at][name]):
                    if world[rows][at][name] != 1 << bit and not (name == "fields" and world[rows][at][name] == oracle.ALL_FIELDS):
                        yield lambda w, r=rows, a=at, n=name, b=bit: without_bit(w, r, a, n, b), rows, at


def without_inner(world, rows, at, inner, i):
    small = copy.deepcopy({name: value for name, value in world.items() if name != "then"})
    del small[rows][at][inner][i]
    if inner in ("versions", "fields") and not small[rows][at][inner]:
        raise KeyError(inner)
    return small


def without_bit(world, rows, at, name, bit):
    small = copy.deepcopy({key: value for key, value in world.items() if key != "then"})
    small[rows][at][name] &= ~(1 << bit)
    if not small[rows][at][name]:
        raise KeyError(name)
    return small


def same_fault(judge, world, kind):
    found, _ = differences(world, judge.answers(world))
    return next((difference for difference in found if difference[1] == kind), None)


def shrink(judge, world, difference):
    kind = difference[1]
    world = focus(world, difference)
    left = same_fault(judge, world, kind)
    if not left:
        return None, difference
    progress = True
    while progress:
        progress = False
        for make, rows, at in list(smaller(world)):
            try:
                candidate = make(world)
            except (IndexError, KeyError):
                continue
            still = same_fault(judge, candidate, kind)
            if still:
                world, left, progress = candidate, still, True
    return world, left


# ---- many worlds


def work(arguments):
    """One process: its share of the seeds. Yields nothing to the others but counts and the seeds that differ."""
    path, wrong, seeds, deadline = arguments
    oracle.WRONG.clear()
    oracle.WRONG.update(wrong)
    judge, done, answers, differing, permits, asked = Judge(path), 0, 0, [], 0, 0
    for seed in seeds:
        if time.monotonic() > deadline:
            break
        world = worlds.world(seed)
        judged = judge.answers(world)
        found, count = differences(world, judged)
        done += 1
        answers += count
        for theirs in judged:
            permits += sum(level > 0 for level in theirs["asks"])
            asked += len(world["asks"])
        if found:
            differing.append((seed, [(q, kind, which) for q, kind, which, _, _ in found]))
    judge.process.stdin.close()
    judge.process.wait()
    return done, answers, differing, permits, asked


def run(args, wrong=()):
    deadline = time.monotonic() + (args.seconds or 1e9)
    size = min(200, max(1, args.worlds // (args.jobs * 4)))
    last = args.seed + args.worlds
    shares = [(args.judge, tuple(wrong), range(at, min(at + size, last)), deadline) for at in range(args.seed, last, size)]
    total = [0, 0, [], 0, 0]
    with multiprocessing.Pool(args.jobs) as pool:
        for part in pool.imap_unordered(work, shares):
            total = [a + b for a, b in zip(total, part)]
    return total


def tell(args, differing):
    judge = Judge(args.judge)
    kinds = {}
    for seed, found in sorted(differing):
        for kind in {kind for _, kind, _ in found}:
            kinds.setdefault(kind, []).append(seed)
    told = 0
    for kind, seeds in sorted(kinds.items()):
        print(f"\n{kind}: {len(seeds)} worlds: {' '.join(map(str, seeds[:12]))}{' …' if len(seeds) > 12 else ''}")
        for seed in seeds[: args.stories]:
            world = worlds.world(seed)
            found, _ = differences(world, judge.answers(world))
            small, left = shrink(judge, world, next(row for row in found if row[1] == kind))
            if small:
                print(story.tell(small, left))
                told += 1
    judge.process.stdin.close()
    judge.process.wait()
    return told


def prove_each_wrong(args):
    """Each rule broken in turn must be noticed."""
    missed, before = [], dict(run(args)[2])
    for rule in oracle.RULES:
        done, _, differing, _, _ = run(args, (rule,))
        noticed = sum(before.get(seed) != found for seed, found in differing)
        print(f"  without {rule:24} {noticed:6} of {done} worlds differ", flush=True)
        if not noticed:
            missed.append(rule)
    print(f"{len(oracle.RULES)} broken rules, {len(missed)} not noticed" + (": " + ", ".join(missed) if missed else ""))
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("judge")
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-least", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--stories", type=int, default=1)
    parser.add_argument("--wrong", choices=oracle.RULES)
    parser.add_argument("--wrong-all", action="store_true")
    args = parser.parse_args()
    if args.wrong_all:
        return prove_each_wrong(args)
    began = time.monotonic()
    wrong = (args.wrong,) if args.wrong else ()
    done, answers, differing, permits, asked = run(args, wrong)
    oracle.WRONG.update(wrong)
    if differing:
        tell(args, differing)
    seconds = time.monotonic() - began
    print(f"seeds {args.seed} to {args.seed + done - 1}; {permits * 100 // max(asked, 1)} % of the thought values permitted; {done / seconds:.0f} worlds a second")
    print(f"{done} worlds, {answers} answers, {sum(len(found) for _, found in differing)} disagreements")
    if args.wrong:
        return 0 if differing else 1
    if done < args.at_least:
        print(f"fewer than {args.at_least} worlds")
        return 1
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
