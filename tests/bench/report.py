"""Medians, the table and the JSON of what run.sh wrote down.

    report.py RESULTS JSON [--short]

A line of a measurement: label, connections, done, microseconds, p50, p99, ticks of the server, ticks of PostgreSQL.
"""
import json
import os
import statistics
import sys

TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
runs, memory, asked, timed, stored, out = {}, {}, {}, {}, {}, {}
for line in open(sys.argv[1]):
    word = line.split()
    if word[0] == "memory":
        memory[word[1]] = int(word[2]) / 1024
    elif word[0] == "asked":
        asked[word[1]] = dict(zip(("times", "p50_ms", "p99_ms", "worst_ms"), map(float, word[2:6])))
    elif word[0] == "timed":
        timed[word[1]] = {"seconds": float(word[2]), "mib": int(word[3]) / 1024}
    elif word[0] == "stored":
        stored[word[1]] = int(word[2])
    elif word[0] in ("connections", "policy", "records"):
        out[word[0]] = float(word[1])
    elif word[0] != "warm":
        done, us, p50, p99, server, pg = map(float, word[2:8])
        runs.setdefault((word[0], int(word[1])), []).append((done * 1e6 / us, p50 / 1e3, p99 / 1e3, server * TICK_US / done, pg * TICK_US / done))

rows = {}
for (what, connections), tried in runs.items():
    middle = [statistics.median(column) for column in zip(*tried)]
    rows[what, connections] = dict(zip(("per_second", "p50_ms", "p99_ms", "server_us", "postgres_us"), middle), what=what, connections=connections,
                                   rounds=len(tried), least=min(t[0] for t in tried), most=max(t[0] for t in tried))

if rows:
    print(f"{'what':14}{'conns':>6}{'req/s':>9}{'least':>9}{'most':>9}{'p50 ms':>9}{'p99 ms':>9}{'server us':>11}{'postgres us':>12}")
for r in sorted(rows.values(), key=lambda r: (r["connections"], r["what"])):
    print(f"{r['what']:14}{r['connections']:6}{r['per_second']:9.0f}{r['least']:9.0f}{r['most']:9.0f}{r['p50_ms']:9.2f}{r['p99_ms']:9.2f}"
          f"{r['server_us']:11.1f}{r['postgres_us']:12.1f}")

ratios = []
for (what, connections), a in rows.items():
    for other in ("plain", "exact", "untreed"):
        b = rows.get((other, connections))
        if what == "reads" and b:
            ratios.append({"of": "reads", "to": other, "connections": connections, "per_second": a["per_second"] / b["per_second"],
                           "p99": a["p99_ms"] / b["p99_ms"]})
for r in ratios:
    print(f"reads : {r['to']} at {r['connections']:2} connections: {r['per_second']:.2f} times the requests, {r['p99']:.2f} times the p99")
for kind in ("hot", "uncached"):
    few, many = rows.get((f"{kind}-few", 16)), rows.get((f"{kind}-many", 16))
    if few and many:
        out[f"{kind}_p50_ratio"] = many["p50_ms"] / few["p50_ms"]
        print(f"{kind}: p50 among many families is {out[f'{kind}_p50_ratio']:.2f} times that among 1,000")

for what, r in asked.items():
    print(f"{what:28}{r['p50_ms']:9.2f} ms p50{r['p99_ms']:9.2f} ms p99 of {r['times']:.0f}")
for what, r in timed.items():
    print(f"{what}: {r['seconds']:.1f} s, {r['mib']:.0f} MiB at most")
for what, n in stored.items():
    print(f"{what}: {n / 2**20:.0f} MiB, {n / out['records']:.1f} bytes a record")
if stored:
    print(f"the whole log: {sum(stored.values()) / 2**30:.2f} GiB, {sum(stored.values()) / out['records']:.0f} bytes a record")
late = [what for what in ("checkpoint", "line-with-proof", "last-month-first-page") if asked and asked[what]["p99_ms"] >= 100]

for name, mib in memory.items():
    print(f"server memory, {name}: {mib:.1f} MiB")
if "connected" in memory and out.get("connections"):
    out["per_connection_kib"] = (memory["connected"] - memory["loaded"]) * 1024 / out["connections"]
    print(f"each of {out['connections']:.0f} idle connections: {out['per_connection_kib']:.1f} KiB")
if "policy" in out:
    print(f"policy: a ruling on 20 people, 200 grants and 300 entries takes {out['policy']:.1f} us at most")

with open(sys.argv[2], "w") as f:
    json.dump({"runs": list(rows.values()), "ratios": ratios, "memory_mib": memory, "asked": asked, "timed": timed, "stored": stored, **out}, f,
              indent=1)
if late:
    sys.exit(f"100 ms or more: {', '.join(late)}")
if "--short" in sys.argv:
    print("1 passed, 0 failed")
