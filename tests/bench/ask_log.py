"""Asks a server with a long log, over one TLS connection, what people ask of it; prints milliseconds of each question.

    ask_log.py PORT READERS_FILE TIMES DAYS RESULTS

READERS_FILE is grow_log's. The families are chosen at random, so most were not asked before. The last month is DAYS days, page after
page to the end; its first page, which is what a screen shows, is told apart. A line "asked WHAT p50 p99 worst" goes to RESULTS for each.
"""
import datetime
import http.client
import json
import random
import ssl
import sys
import time

port, readers, times, days, results = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
lines = [line.split() for line in open(readers)]
parents = [(family, token) for kind, family, token in lines if kind == "parent"]
auditor = next(token for kind, _, token in lines if kind == "auditor")
rng = random.Random(1)
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
link = http.client.HTTPSConnection("127.0.0.1", port, context=context)


class Unavailable(Exception):
    """After so many milliseconds."""


def get(path, token=None):
    began = time.perf_counter()
    link.request("GET", path, headers={"Authorization": "Bearer " + token} if token else {})
    reply = link.getresponse()
    body = reply.read()
    took = (time.perf_counter() - began) * 1000
    if reply.status == 503:
        raise Unavailable(took)
    if reply.status != 200:
        sys.exit(f"{path}: {reply.status} {body[:200]}")
    return took, body


def moment(days_ago):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days_ago)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def tell(what, took, more=""):
    took = sorted(took)
    pick = lambda q: took[min(len(took) - 1, int(len(took) * q))]  # noqa: E731
    with open(results, "a") as out:
        out.write(f"asked {what} {len(took)} {pick(0.5):.2f} {pick(0.99):.2f} {took[-1]:.2f}\n")
    print(f"{what:32}{len(took):6} times {pick(0.5):9.2f} ms p50 {pick(0.99):9.2f} ms p99 {took[-1]:9.2f} ms worst  {more}", flush=True)


def month():
    """(of the first page, of all pages, how many lines)"""
    family, token = rng.choice(parents)
    path = f"/v1/families/{family}/log?from={moment(days)}&until={moment(0)}"
    first, body = get(path, token)
    page, whole = json.loads(body), first
    count = len(page["records"])
    while "next" in page:
        took, body = get(path + "&cursor=" + page["next"], token)
        page, whole = json.loads(body), whole + took
        count += len(page["records"])
    return first, whole, count


def proof():
    family, token = rng.choice(parents)
    took, body = get(f"/v1/families/{family}/log?proofs=yes&limit=1&until={moment(rng.randrange(1, 300))}", token)
    if not json.loads(body)["records"][0]["proof"].startswith("c2sp.org/tlog-proof@v1\n"):
        sys.exit("a line has no proof")
    return took


def page_of_proofs():
    family, token = rng.choice(parents)
    return get(f"/v1/families/{family}/log?proofs=yes&until={moment(rng.randrange(1, 300))}", token)[0]


get("/audit/checkpoint")
tell("checkpoint", [get("/audit/checkpoint")[0] for _ in range(times)])
tiles = int(get("/audit/checkpoint")[1].split(b"\n")[1]) // 256
name = lambda n: f"x{n // 1000:03d}/{n % 1000:03d}" if n >= 1000 else f"{n:03d}"  # noqa: E731
tell("tile", [get(f"/audit/tile/0/{name(rng.randrange(tiles))}")[0] for _ in range(times if tiles else 0)] or [0.0])
tell("line-with-proof", [proof() for _ in range(times)])
tell("page-of-100-with-proofs", [page_of_proofs() for _ in range(times)])
months = [month() for _ in range(times)]
lines_each = sorted(n for _, _, n in months)
tell("last-month-first-page", [m[0] for m in months])
tell("last-month-all-pages", [m[1] for m in months], f"{lines_each[len(lines_each) // 2]} lines")


def search(what, query):
    """Without bounds in time it may look at every record there is: then it is told that there was no answer in time."""
    took, late = [], 0
    for _ in range(max(1, times // 20)):
        try:
            took.append(get("/v1/log?" + query, auditor)[0])
        except Unavailable as why:
            took.append(why.args[0])
            late += 1
        if late == 3:
            break
    tell(what, took, f"{late} without an answer" if late else "")


someone = json.loads(get("/v1/log?limit=1", auditor)[1])["records"][0]["account"]
search("search-newest", "")
for name_, query in (("account", f"account={someone}"), ("refused", "outcome=refused"), ("emergencies", "emergency=yes")):
    search(f"search-{name_}-month", f"{query}&from={moment(days)}")
    search(f"search-{name_}-all", query)
