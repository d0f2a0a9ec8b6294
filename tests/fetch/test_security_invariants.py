"""Invariants of the web's security that hold over any sequence of pages, redirects and cookies.

They are those of WebSpec (Veronese, Farinier, Bernardo, Tempesta, Squarcina and Maffei: "WebSpec: Towards
Machine-Checked Analysis of Browser Security Mechanisms", https://arxiv.org/abs/2201.01649) that a browser without
script and DOM can keep; the numbers are the paper's. Each is checked by what crossed the wire and what script got, not
by what the engine says of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from corssim import Blob, Browser, MockResponse, MockServer
from corssim.fetch.browsers import BROWSERS

if TYPE_CHECKING:
    from corssim import Outcome, Page
    from corssim.browser.argument_types import ProfileName
    from corssim.fetch.wire import WireRequest

HOSTS = ("app.example", "login.app.example", "api.example")
ORIGINS = tuple(f"{scheme}://{host}" for scheme in ("https", "http") for host in HOSTS)
SIMPLE_METHODS = ("GET", "HEAD", "POST")
SAFE_REQUEST_HEADERS = {"accept-language": "ko"}
UNSAFE_REQUEST_HEADERS = {"x-a": "1", "authorization": "b", "content-type": "application/json"}
FORBIDDEN_REQUEST_HEADERS = {"cookie": "forged=1", "origin": "https://forged.example", "host": "forged.example"}

origins = st.sampled_from(ORIGINS)
lists_of_origins = st.lists(st.sampled_from([*ORIGINS, "'self'"]), max_size=2)


class Answer(NamedTuple):
    """What a server says to every request for one URL: to preflights with `preflight_status`."""

    status: int
    preflight_status: int
    location: str | None
    allow_origin: str
    credentials: bool
    methods: str
    headers: str
    max_age: str | None
    set_cookie: str | None


class Arrived(NamedTuple):
    """A request that a server got, its answer, and the step of the program that it belongs to."""

    request: WireRequest
    status: int
    answer: dict[str, str]
    step: int

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.request.headers if key.lower() == name), None)


class Document(NamedTuple):
    """A page, and where its policy lets it connect to (None: to everywhere), and whether it says so by 'self'."""

    page: Page[Outcome]
    may_connect_to: frozenset[str] | None
    says_self: bool


cookies = st.tuples(
    st.sampled_from(["s", "__Host-h", "__Secure-q"]),
    st.sampled_from(["; Secure", "; Secure", ""]),
    st.sampled_from(["; Path=/", ""]),
    st.sampled_from(["; HttpOnly", ""]),
    st.sampled_from(["; Domain=app.example", "", ""]),
    st.sampled_from(["; SameSite=None", "; SameSite=Lax", ""]),
).map("".join)
answers = st.builds(
    lambda origin, *others: Answer(*others[:3], origin, *others[3:]),
    st.sampled_from(["*", "{origin}", "https://app.example", "null", ""]),
    st.sampled_from([200, 200, 404]),
    st.sampled_from([204, 200, 302, 404]),
    st.none(),
    st.booleans(),
    st.sampled_from(["", "PUT", "*", "PUT, DELETE"]),
    st.sampled_from(["", "x-a", "*", "x-a, authorization, content-type"]),
    st.sampled_from([None, "0", "600"]),
    st.none(),
)


fetches = st.fixed_dictionaries(
    {
        "document": st.integers(0, 9),
        "hops": st.lists(st.tuples(origins, st.integers(0, 1), answers, st.none() | cookies), min_size=1, max_size=3),
        "redirect": st.sampled_from([301, 302, 303, 307, 308]),
        "method": st.sampled_from([*SIMPLE_METHODS, "PUT", "DELETE"]),
        "names": st.sets(
            st.sampled_from([*SAFE_REQUEST_HEADERS, *UNSAFE_REQUEST_HEADERS, *FORBIDDEN_REQUEST_HEADERS]), max_size=3
        ),
        "mode": st.sampled_from(["cors", "cors", "cors", "no-cors", "same-origin"]),
        "credentials": st.sampled_from(["include", "include", "same-origin", "omit"]),
    }
)


def origin_of(url: str) -> str:
    return "/".join(url.split("/")[:3])


def upgraded(origin: str) -> str:
    return origin.replace("http://", "https://")


class SecurityInvariants(RuleBasedStateMachine):
    """Programs of several pages, frames and fetches; after each step all that was sent is looked at again."""

    profile: ClassVar[ProfileName] = "standard"

    @initialize(origin=origins, connect_src=st.none() | lists_of_origins)
    def begin(self, origin: str, connect_src: list[str] | None) -> None:
        self.plan: dict[str, Answer] = {}
        self.arrived: list[Arrived] = []
        self.set: dict[str, tuple[str, str]] = {}  # a cookie's value, which is its own, to where it came from
        self.step = 0
        self.browser = Browser(MockServer().route("*", respond=self.respond), profile=self.profile)
        self.documents: list[Document] = []
        self.open(origin, connect_src)

    def teardown(self) -> None:
        if hasattr(self, "browser"):
            self.browser.close()

    def respond(self, request: WireRequest) -> MockResponse:
        plan = self.plan[request.url]
        status = plan.preflight_status if request.is_preflight else plan.status
        headers = {
            "Access-Control-Allow-Origin": plan.allow_origin,
            "Access-Control-Allow-Methods": plan.methods,
            "Access-Control-Allow-Headers": plan.headers,
            "Access-Control-Expose-Headers": "Set-Cookie, X-Own",
        }
        if plan.credentials:
            headers["Access-Control-Allow-Credentials"] = "true"
        if plan.max_age is not None:
            headers["Access-Control-Max-Age"] = plan.max_age
        if plan.location is not None or 300 <= status < 400:
            headers["Location"] = plan.location or request.url
        if plan.set_cookie is not None:
            name, _, attributes = plan.set_cookie.partition(";")
            value = f"value-{len(self.set)}-."
            self.set[value] = (request.url, attributes)
            headers["Set-Cookie"] = f"{name}={value};{attributes}"
        self.arrived.append(Arrived(request, status, headers, self.step))
        return MockResponse(status, headers, "a body")

    # Steps

    @rule(origin=origins, connect_src=st.none() | lists_of_origins)
    def open(self, origin: str, connect_src: list[str] | None) -> None:
        """Visit a page, with or without a policy of its own."""
        policy = {} if connect_src is None else {"Content-Security-Policy": f"connect-src {' '.join(connect_src)}"}
        page = self.browser.page(f"{origin}/page", headers=policy)
        reachable = None
        if connect_src is not None:
            named = {origin if source == "'self'" else source for source in connect_src}
            reachable = frozenset(named | {upgraded(each) for each in named})
        self.documents.append(Document(page, reachable, "'self'" in (connect_src or ())))

    @rule(parent=st.integers(0, 9), scheme=st.sampled_from(["srcdoc", "blob", "data"]), sandboxed=st.booleans())
    def open_a_local_scheme(self, parent: int, scheme: str, sandboxed: bool) -> None:
        """Open a document of a local scheme in a frame: it has its embedder's policy, and no other."""
        embedder = self.documents[parent % len(self.documents)]
        if scheme == "srcdoc":
            page = embedder.page.frame(srcdoc=True, sandboxed=sandboxed)
        elif scheme == "blob":
            url = embedder.page.create_object_url(Blob(b"<p>", type="text/html"))
            page = embedder.page.frame(url, sandboxed=sandboxed)
        else:
            page = embedder.page.frame("data:text/html,<p>", sandboxed=sandboxed)
        self.documents.append(Document(page, embedder.may_connect_to, embedder.says_self))

    @rule(asked=fetches)
    def fetch(self, asked: dict[str, Any]) -> None:
        """Fetch in any document."""
        self.fetch_in(self.documents[asked["document"] % len(self.documents)], asked)

    @rule(asked=fetches, origin=origins)
    def visit_and_fetch(self, asked: dict[str, Any], origin: str) -> None:
        """Fetch in a new page without a policy of its own."""
        self.open(origin, None)
        self.fetch_in(self.documents[-1], asked)

    @rule(asked=fetches, at=st.integers(0, 1))
    def fetch_from_its_own_origin(self, asked: dict[str, Any], at: int) -> None:
        """Fetch in a page of the origin of a URL on the way, so that cookies are those of a first party."""
        hops = asked["hops"]
        self.open(hops[at % len(hops)][0], None)
        self.fetch_in(self.documents[-1], asked)

    def fetch_in(self, where: Document, asked: dict[str, Any]) -> None:
        """Fetch a URL that may lead on to others; every URL on the way may set a cookie."""
        hops, redirect, mode, method = asked["hops"], asked["redirect"], asked["mode"], asked["method"]
        self.step += 1
        urls = [f"{origin}/{path}" for origin, path, _, _ in hops]
        for at, (_, _, answer, cookie) in enumerate(hops):
            leads_on = at + 1 < len(urls) and urls[at + 1] not in urls[: at + 1]
            self.plan[urls[at]] = answer._replace(
                status=redirect if leads_on else answer.status,
                location=urls[at + 1] if leads_on else None,
                set_cookie=cookie,
            )
        known = SAFE_REQUEST_HEADERS | UNSAFE_REQUEST_HEADERS | FORBIDDEN_REQUEST_HEADERS
        if mode == "no-cors":
            method = method if method in SIMPLE_METHODS else "GET"
        outcome = where.page.fetch(
            urls[0],
            method=method,
            headers={name: known[name] for name in sorted(asked["names"])},
            mode=mode,
            credentials=asked["credentials"],
        )
        own = [each for each in self.arrived if each.step == self.step]
        for arrived in own:
            self.connections_go_where_the_policy_lets_them(where, arrived)
            self.origin_is_authentic(where, arrived)
            self.cookies_that_go_were_set_and_stay_secure(arrived)
            if mode == "cors" and not arrived.request.is_preflight:
                self.what_is_not_simple_was_asked_for(where, arrived)
        self.http_only_is_out_of_reach(outcome)
        self.cookies_are_where_they_may_be()

    # Invariants

    def cookies_are_where_they_may_be(self) -> None:
        """I.1: Secure cookies come over secure channels alone. I.3: a `__Host-` cookie is set by its own host."""
        for cookie in self.browser.cookies:
            url, _ = self.set[cookie.value]
            if cookie.secure:
                assert url.startswith("https://"), (cookie, url)
            if cookie.name.startswith("__Host-") and self.browser.profile.cookies.prefixes_bind:
                assert url.startswith(f"https://{cookie.domain}/"), (cookie, url)
                assert (cookie.host_only, cookie.path) == (True, "/")

    def http_only_is_out_of_reach(self, outcome: Outcome) -> None:
        """I.2: what is HttpOnly is in nothing that script gets; a fetch shows script no cookie at all."""
        shown = "" if outcome.response is None else repr((list(outcome.response.headers), outcome.response.body))
        assert not [value for value in self.set if value in shown]

    def cookies_that_go_were_set_and_stay_secure(self, arrived: Arrived) -> None:
        """I.1 on the way back, and that script forges none: what is sent was set, Secure over https alone."""
        for pair in filter(None, (arrived.header("cookie") or "").split("; ")):
            _, attributes = self.set[pair.partition("=")[2]]
            assert "Secure" not in attributes or arrived.request.url.startswith("https://"), arrived

    def connections_go_where_the_policy_lets_them(self, where: Document, arrived: Arrived) -> None:
        """I.5: a server's policy is enforced, on redirects too. I.7: local schemes inherit it.

        Where 'self' of opaque pages is any host over TLS, that was recorded.
        """
        is_wide = self.browser.profile.csp.self_of_opaque_pages_connects_by_tls_alone and where.says_self
        if is_wide and where.page.origin.is_opaque and arrived.request.url.startswith("https://"):
            return
        if where.may_connect_to is not None:
            assert origin_of(arrived.request.url) in where.may_connect_to, arrived

    def origin_is_authentic(self, where: Document, arrived: Arrived) -> None:
        """I.8: `Origin` is the origin of who asks, or `null`; never what script would like it to be."""
        assert arrived.header("origin") in (None, "null", str(where.page.origin)), arrived

    def what_is_not_simple_was_asked_for(self, where: Document, arrived: Arrived) -> None:
        """I.9: what is not simple goes elsewhere after a preflight alone. I.10: its target itself answered that."""
        url = arrived.request.url
        names = {name.lower() for name, _ in arrived.request.headers} & set(UNSAFE_REQUEST_HEADERS)
        method = arrived.request.method
        if origin_of(url) == str(where.page.origin) or (method in SIMPLE_METHODS and not names):
            return
        before = self.arrived[: self.arrived.index(arrived)]
        assert [each for each in before if self.allows(each, arrived, method, names)], (arrived, before)

    def allows(self, preflight: Arrived, arrived: Arrived, method: str, names: set[str]) -> bool:
        """Is that a preflight of this step, or one that is remembered, by which its target allowed the request?"""
        if not preflight.request.is_preflight or preflight.request.url != arrived.request.url:
            return False
        if not 200 <= preflight.status < 300:
            return False
        if preflight.step != arrived.step and preflight.answer.get("Access-Control-Max-Age") == "0":
            return False
        said = {name: {each.strip().lower() for each in value.split(",")} for name, value in preflight.answer.items()}
        wildcard_counts = self.browser.profile.preflights.wildcard_allows_authorization  # where it does, it is recorded
        methods, headers = said["Access-Control-Allow-Methods"], said["Access-Control-Allow-Headers"]
        return (
            preflight.answer["Access-Control-Allow-Origin"] in ("*", "{origin}", preflight.header("origin"))
            and (method in SIMPLE_METHODS or bool(methods & {method.lower(), "*"}))
            and all(
                name in headers or ("*" in headers and (name != "authorization" or wildcard_counts)) for name in names
            )
        )


@pytest.mark.parametrize("profile", ["standard", *BROWSERS])
def test_programs_of_pages_redirects_and_cookies_keep_the_invariants(profile: ProfileName) -> None:
    machine = type(f"{profile.title()}KeepsTheInvariants", (SecurityInvariants,), {"profile": profile})
    machine.TestCase.settings = settings(
        max_examples=80,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.reuse, Phase.generate],  # a failing program is short as it is, and takes long to be made shorter
    )
    machine.TestCase("runTest").debug()
