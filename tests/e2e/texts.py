"""The words that people read and the numbers to call: for everybody, the same for everybody, and cheap to keep."""
import json
import os
import subprocess

from harness import Findings, expect, test
from instance import ROOT, build

LANGUAGES = ("nl", "fr", "en")


@test("texts: all of them in each language without a log-in, as they stand in proto/, with one version")
def _(world):
    found, stranger = Findings(), world.stranger()
    source = json.loads((ROOT / "proto/texts.json").read_text("utf-8"))
    versions = set()
    for language in LANGUAGES:
        answer = stranger.get(f"/v1/texts/{language}").must(200).json()
        found.same(answer["language"], language, "the language")
        versions.add(answer["version"])
        found.same(
            {row["key"]: row["text"] for row in answer["texts"]},
            {key: row[language] for key, row in source["texts"].items()},
            language,
        )
        for screen in answer["screens"]:
            lines = [line["key"] + "?" * line["optional"] for line in screen["lines"]]
            found.same(lines, source["screens"][screen["screen"]], language, screen["screen"])
    found.same(len(versions), 1, "one version for all languages")
    found.close(10)


@test("texts: a page keeps them and asks again with their tag; the tag says nothing of who asks")
def _(world):
    found, stranger, leen = Findings(), world.stranger(), world.client("leen")
    targets = [f"/v1/texts/{language}" for language in LANGUAGES]
    targets += [f"/v1/safety-points/{law}?language={language}" for law in ("BE-VLG", "NL") for language in LANGUAGES]
    tags = {}
    for target in targets:
        first = stranger.get(target).must(200)
        found.same(leen.get(target).bare(), first.bare(), target, "with a session")
        found.same(first.header("Cache-Control"), "public, no-cache", target)
        tags[target] = first.header("ETag")
        again = stranger.get(target, headers={"If-None-Match": tags[target]})
        found.same((again.status, again.body), (304, b""), target, "known")
        found.same(stranger.ask("HEAD", target).header("ETag"), tags[target], target, "HEAD")
    found.same(len({tags[t] for t in targets[:3]}), 3, "a tag a language")
    for target in targets[:3]:
        other = stranger.get(target, headers={"If-None-Match": tags[targets[3]]})
        found.same(other.status, 200, target, "another's tag")
    found.close(40)


@test("texts: an unknown language or law is not there, and a wrong one is refused")
def _(world):
    found, stranger = Findings(), world.stranger()
    for target in ("/v1/texts", "/v1/texts/de", "/v1/texts/NL", "/v1/safety-points", "/v1/safety-points/FR"):
        found.same(stranger.get(target).status, 404, target)
    found.same(stranger.get("/v1/safety-points/NL?language=de").problem(), "bad-query", "a language that is not there")
    found.same(stranger.get("/v1/texts/nl?language=nl").problem(), "bad-query", "a parameter that is not there")
    found.same(stranger.ask("POST", "/v1/texts/nl", {}).status, 405, "nobody writes them here")
    found.close(8)


@test("texts: whom to call in each law and language: 112 first, and no number that the law's table does not give (R-56)")
def _(world):
    found, stranger = Findings(), world.stranger()
    laws = json.loads((ROOT / "proto/jurisdictions.json").read_text("utf-8"))["jurisdictions"]
    for law in laws:
        given, path = law["cfg"]["report.safety_points"], f"/v1/safety-points/{law['code']}"
        found.same(stranger.get(path).json()["language"], "nl", path, "when no language is said")
        for language in LANGUAGES:
            answer = stranger.get(f"{path}?language={language}").must(200).json()
            numbers = [point["phone"] for point in answer["points"]]
            found.same((answer["jurisdiction"], answer["language"], numbers[0]), (law["code"], language, "112"), path)
            found.check(all(number is None or number in given for number in numbers), path, numbers)
    found.close(14)


@test("texts: 'kring safety' needs neither log-in nor server, and says what the server says")
def _(world):
    found, stranger = Findings(), world.stranger()
    home = world.folder("home-nobody")

    def kring(*arguments, code=0):
        done = subprocess.run(
            [build() / "clients/cli/kring", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            # A server that is not there: it must not even be asked.
            env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "KRING_URL": "https://localhost:1"},
        )
        expect(done.returncode == code, arguments, done.returncode, done.stderr)
        return done.stdout

    for law in ("BE-VLG", "NL"):
        for language in LANGUAGES:
            served = stranger.get(f"/v1/safety-points/{law}?language={language}").json()
            told = json.loads(kring("safety", "--json", "--jurisdiction", law, "--lang", language))
            found.same(told, served, law, language)
            shown = kring("safety", "--jurisdiction", law, "--lang", language)
            for point in served["points"]:
                found.check(point["name"] in shown and (point["phone"] or "-") in shown, law, language, point["code"])
    both = kring("safety")
    found.check("1712" in both and "0800-2000" in both, "both laws")
    kring("safety", "--jurisdiction", "FR", code=2)
    found.same(list(home.iterdir()), [], "nothing was kept")
    found.close(30)
