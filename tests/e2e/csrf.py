"""Cookies and pages: what a foreign page can make a browser send is refused; what our own page sends is taken
(security.md 2c)."""
from harness import Findings, test


def cookies(reply):
    return {v.split("=", 1)[0]: v for k, v in reply.headers if k.lower() == "set-cookie"}


@test("cookies: they are __Host-, Secure, HttpOnly and SameSite=Strict; a page's log-in bears no token in its body")
def _(world):
    found, stranger = Findings(), world.stranger()
    account, origin = world.shared.account("leen"), world.shared.demo["url"]
    login = {"login": account["login"], "password": account["password"]}
    plain = stranger.ask("POST", "/v1/session", login).must(201)
    page = stranger.ask(
        "POST", "/v1/session", login, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    ).must(201)
    found.check("token" in plain.json() and "csrf" not in plain.json(), "without an Origin", plain.json().keys())
    found.check("token" not in page.json() and "csrf" in page.json(), "with an Origin", page.json().keys())
    for name, value in cookies(page).items():
        for word in ("__Host-kring", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"):
            found.check(word in value, name, word)
        found.check("Domain" not in value, name, "has a domain")
    found.check(
        "Max-Age" not in cookies(page)["__Host-kring"] and "Expires" not in cookies(page)["__Host-kring"],
        "the session's cookie ends with the browser",
    )
    found.same(
        stranger.ask("POST", "/v1/session", login, headers={"Origin": "https://evil.example"}).problem(),
        "cross-site",
        "a foreign page logs in",
    )
    ended = stranger.ask("DELETE", "/v1/session", headers={"Authorization": "Bearer " + plain.json()["token"]})
    found.check(
        "Max-Age=0" in cookies(ended)["__Host-kring"] and ended.header("Clear-Site-Data"),
        "logging out clears the browser",
    )
    found.close(12)


@test(
    "cookies: a request that writes needs our own Origin and the session's MAC; foreign pages and foreign fetches are refused"
)
def _(world):
    found, stranger, path, family = Findings(), world.stranger(), world.path(), world.be
    account, origin = world.shared.account("leen"), world.shared.demo["url"]
    login = {"login": account["login"], "password": account["password"]}
    page = stranger.ask("POST", "/v1/session", login, headers={"Origin": origin}).must(201)
    other = stranger.ask("POST", "/v1/session", login, headers={"Origin": origin}).must(201)
    cookie, csrf, others = cookies(page)["__Host-kring"].split(";")[0], page.json()["csrf"], other.json()["csrf"]
    body = {"field": "parent_view", "about": [family.id_of("leen")], "text": "Van een pagina."}

    def write(**headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        return stranger.post(path + "/entries", body, headers={"Cookie": cookie, **headers})

    found.same(write().problem(), "cross-site", "no Origin, no MAC")
    found.same(write(Origin=origin).problem(), "cross-site", "no MAC")
    found.same(write(X_CSRF=csrf).problem(), "cross-site", "no Origin")
    found.same(write(Origin=origin, X_CSRF=others).problem(), "cross-site", "another session's MAC")
    found.same(
        write(Origin=origin, X_CSRF=csrf[:-1] + ("A" if csrf[-1] != "A" else "B")).problem(),
        "cross-site",
        "a wrong MAC",
    )
    found.same(write(Origin="https://evil.example", X_CSRF=csrf).problem(), "cross-site", "a foreign Origin")
    found.same(write(Origin="null", X_CSRF=csrf).problem(), "cross-site", "Origin null")
    found.same(write(Origin=origin.replace("https", "http"), X_CSRF=csrf).problem(), "cross-site", "http")
    found.same(
        write(Origin=origin, X_CSRF=csrf, Sec_Fetch_Site="cross-site").problem(),
        "cross-site",
        "Sec-Fetch-Site: cross-site",
    )
    found.same(
        write(Origin=origin, X_CSRF=csrf, Sec_Fetch_Site="same-site").problem(),
        "cross-site",
        "Sec-Fetch-Site: same-site",
    )
    found.same(write(Origin=origin, X_CSRF=csrf, Sec_Fetch_Site="same-origin").status, 201, "our own page")
    found.same(write(Origin=origin, X_CSRF=csrf).status, 201, "our own page, an old browser")
    found.same(stranger.get(path + "/plan", headers={"Cookie": cookie}).status, 200, "reading needs only the cookie")
    found.same(
        stranger.get(path + "/plan", headers={"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}).problem(),
        "cross-site",
        "a foreign page reads",
    )
    found.same(
        stranger.get(path + "/plan", headers={"Cookie": "x=y; " + cookie + "; z=1"}).status,
        200,
        "among other cookies",
    )
    for target in (path + "/grants", "/v1/session", "/v1/sessions"):
        method = "POST" if target.endswith("grants") else "DELETE"
        found.same(
            stranger.ask(method, target, headers={"Cookie": cookie, "Idempotency-Key": "x" * 20}).problem(),
            "cross-site",
            method,
            target,
        )
    found.close(17)


@test("headers: on every answer of every kind, and no word of what the server is")
def _(world):
    """The contract's checker looks at these on each reply of the suite; here the exact values, on one of each
    kind."""
    found, leen = Findings(), world.client("leen")
    replies = [
        leen.get(world.path() + "/plan"),
        leen.get("/v1/nothing"),
        leen.ask("PATCH", "/v1/account"),
        leen.get("/healthz"),
        leen.get("/v1/openapi.json"),
        world.stranger().get("/v1/account"),
        leen.ask("POST", "/v1/session", b"{", headers={"Content-Type": "application/json"}),
    ]
    for r in replies:
        found.same(r.header("X-Content-Type-Options"), "nosniff", r.target)
        found.same(r.header("Cache-Control"), "no-store", r.target)
        found.same(r.header("Referrer-Policy"), "no-referrer", r.target)
        found.check(
            "default-src 'none'" in r.header("Content-Security-Policy")
            and "frame-ancestors 'none'" in r.header("Content-Security-Policy"),
            r.target,
        )
        found.check(
            int(r.header("Strict-Transport-Security").split("=")[1].split(";")[0]) >= 31536000, r.target, "HSTS"
        )
        found.check(r.header("Server") is None and r.header("X-Powered-By") is None, r.target, "tells what it is")
        found.check((r.header("Content-Type") or "").endswith("; charset=utf-8"), r.target, r.header("Content-Type"))
        found.same(len([k for k, _ in r.headers]), len({k for k, _ in r.headers}), r.target, "a header twice")
    found.close(50)
