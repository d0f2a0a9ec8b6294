"""What an audit finds in a server's policy: a topic a code."""

from __future__ import annotations

from .model import FETCH, Topic

_RISKS = "https://www.usenix.org/conference/usenixsecurity18/presentation/chen-jianjun"
_CREDENTIALS = FETCH + "cors-protocol-and-credentials"

AUDIT_FINDINGS = (
    Topic(
        name="any-origin-with-credentials",
        title="Any origin is reflected, with credentials",
        anchor=_RISKS,
        text=(
            "The server puts into Access-Control-Allow-Origin whatever the request says in Origin, and adds "
            "Access-Control-Allow-Credentials: true. So any site that a user visits can read, with that user's "
            "cookies, all that the user may read there: it is as if there were no same-origin policy.\n\n"
            "Keep a list of whole origins, compare Origin with it letter by letter, and answer with the one that "
            "matches or with none."
        ),
        related=("any-origin-reflected", "credentials", "look-alike-allowed", "side-effects"),
    ),
    Topic(
        name="any-origin-reflected",
        title="Any origin is reflected, without credentials",
        anchor=_RISKS,
        text=(
            "Every origin is allowed, as by `*`. For public data that is right, and `*` says it better: caches need "
            "not keep an answer an origin apart. It is wrong for what is protected by the network alone, such as an "
            "intranet: a site outside reads that through the browser of someone inside.\n\n"
            "    Access-Control-Allow-Origin: *"
        ),
        related=("wildcard", "vary", "any-origin-with-credentials"),
    ),
    Topic(
        name="null-allowed",
        title="The origin null is allowed",
        anchor=_RISKS,
        text=(
            "`null` is the origin of every sandboxed frame and of every data: page, on any site. To allow it is to "
            "allow everybody; with credentials, everybody who gets a user to open a page. It mostly stands on a list "
            "because someone tried a page from a file.\n\n"
            "Take it off, and serve such pages over http://localhost."
        ),
        related=("null-origin", "any-origin-with-credentials"),
    ),
    Topic(
        name="look-alike-allowed",
        title="An origin that looks like an allowed one is allowed, too",
        anchor=_RISKS,
        text=(
            "The server does not compare whole origins: it looks at how one begins (app.example.com.evil.test), at how "
            "it ends (evilapp.example.com), for a text anywhere in it, or by an expression whose `.` matches any "
            "character (appxexample.com). Whoever registers such a name is let in.\n\n"
            "Compare the whole of Origin with each entry of a list. Where an expression is needed, escape its dots and "
            "let it match from the first character to the last:\n\n"
            r"    ^https://(app|www)\.example\.com$"
        ),
        related=("origin", "special-character-allowed", "any-subdomain-allowed", "public-suffix-wildcard"),
    ),
    Topic(
        name="special-character-allowed",
        title="A character in the host is taken for its end",
        anchor=_RISKS,
        text=(
            "An origin such as https://app.example.com_.evil.test is allowed: the comparison takes `_`, a backtick or "
            "another sign for the end of the host. Browsers differ in what they let a host have; each character passes "
            "in at least one of them, or has in the past.\n\n"
            "Compare whole origins with a list, and parse none of them by an expression."
        ),
        related=("look-alike-allowed", "origin"),
    ),
    Topic(
        name="public-suffix-wildcard",
        title="A wildcard covers names that anybody can have",
        anchor="https://publicsuffix.org/",
        text=(
            "Every host below a suffix such as github.io, co.uk or com is allowed, and anybody can have one. It is as "
            "good as any origin.\n\nList the hosts that are yours."
        ),
        related=("same-site", "any-subdomain-allowed", "third-party-allowed"),
    ),
    Topic(
        name="any-subdomain-allowed",
        title="Any subdomain is allowed",
        anchor=_RISKS,
        text=(
            "Whatever runs under any name of the domain reads along. One of them is enough: a forgotten name that "
            "points to a service which someone else can take over, a page that can be made to run foreign script, a "
            "host that customers fill. With credentials that is worth a warning.\n\n"
            "List the hosts that need access, or be as sure of all of them as of the server itself."
        ),
        related=("same-site", "look-alike-allowed", "http-origin-allowed"),
    ),
    Topic(
        name="http-origin-allowed",
        title="An http origin is allowed by an https server",
        anchor=_RISKS,
        text=(
            "A page that came over http can be written by whoever controls the network: a wireless network is enough. "
            "If its origin is allowed, they read what the https server answers, so that its encryption is for "
            "nothing.\n\nAllow https origins alone, and http://localhost in development."
        ),
        related=("https-pages", "mixed-content", "any-subdomain-allowed"),
    ),
    Topic(
        name="any-port-allowed",
        title="Any port of a host is allowed",
        anchor=FETCH + "origin-header",
        text=(
            "The comparison leaves the port out, and the port is part of the origin. Another program on that host "
            "reads along: on a machine of one's own that is mostly harmless, on a shared one it is not.\n\nCompare it "
            "too."
        ),
        related=("origin", "any-localhost-port-allowed"),
    ),
    Topic(
        name="third-party-allowed",
        title="A site where anybody publishes script is allowed",
        anchor=_RISKS,
        text=(
            "The server allows a playground or a host of other people's pages, such as codepen.io or a name below "
            "github.io. It came from a demo or from an example. Anybody can put script there, and it then reads what "
            "the server answers.\n\nTake it off the list; for a demo allow the one host that is yours."
        ),
        related=("public-suffix-wildcard", "any-origin-with-credentials"),
    ),
    Topic(
        name="any-localhost-port-allowed",
        title="Any port of localhost is allowed",
        anchor=_RISKS,
        text=(
            "Programs on a visitor's own machine serve pages, too: development servers, tools, other people's "
            "software. With credentials, each of them reads what the user may read. It is mostly a setting of "
            "development that went along to production.\n\nAllow localhost in development alone, by the port that is "
            "used."
        ),
        related=("localhost", "any-port-allowed", "private-address-allowed"),
    ),
    Topic(
        name="private-address-allowed",
        title="Any address of a private network is allowed",
        anchor="https://datatracker.ietf.org/doc/html/rfc1918",
        text=(
            "10.*, 172.16.* to 172.31.* and 192.168.* are other machines in every network: in a café or a hotel, "
            "somebody else's. A page there comes over http, and script on it reads what the server answers to the "
            "user.\n\nAllow hosts by name. For a device on a desk, allow its one address, in development alone."
        ),
        related=("local-network", "any-localhost-port-allowed", "http-origin-allowed"),
    ),
    Topic(
        name="allow-origin-values",
        title="Values of Access-Control-Allow-Origin that match nothing",
        anchor=FETCH + "http-new-header-syntax",
        text=(
            "The header holds one origin as browsers write it, `*`, or `null`. A slash at the end, a path, upper case, "
            "the scheme's own port, quotes, a wildcard in the host, several origins: none of these equals any origin, "
            "so the answer allows nobody.\n\n"
            "    Access-Control-Allow-Origin: https://app.example"
        ),
        related=("origin", "allow-origin-mismatch", "allow-origin-multiple", "allow-origin-invalid"),
    ),
    Topic(
        name="wildcard-with-credentials",
        title="`*` beside Allow-Credentials: useless, not dangerous",
        anchor=_CREDENTIALS,
        text=(
            "Browsers refuse `Access-Control-Allow-Origin: *` for every request with credentials, so that "
            "Access-Control-Allow-Credentials: true beside it does nothing. Nothing is opened by it, and pages that "
            "ask with credentials fail.\n\n"
            "Name the origin that asks, from a list, where credentials are meant. Do not answer by reflecting every "
            "one."
        ),
        related=("wildcard", "credentials", "allow-origin-wildcard-with-credentials"),
    ),
    Topic(
        name="literal-wildcard",
        title="`*` in a list of names, where credentials are allowed",
        anchor=_CREDENTIALS,
        text=(
            "In Access-Control-Allow-Methods, -Allow-Headers and -Expose-Headers, `*` covers every name for requests "
            "without credentials. For those with them it is a name like any other, which nothing has.\n\nList the "
            "names."
        ),
        related=("wildcard", "credentials", "exposed-headers"),
    ),
    Topic(
        name="authorization-under-wildcard",
        title="`*` does not cover Authorization",
        anchor=FETCH + "http-new-header-syntax",
        text=(
            "By the standard, `*` in Access-Control-Allow-Headers covers every header but Authorization. Browsers let "
            "it pass today, and may not tomorrow. Name it beside:\n\n"
            "    Access-Control-Allow-Headers: *, Authorization"
        ),
        related=("wildcard", "header-disallowed-by-preflight"),
    ),
    Topic(
        name="max-age-unparsable",
        title="Access-Control-Max-Age is no number",
        anchor=FETCH + "http-new-header-syntax",
        text=(
            "The value is seconds, in digits alone. With anything else, and where the header is sent twice, browsers "
            "keep what the preflight allowed for 5 seconds or not at all.\n\n    Access-Control-Max-Age: 600"
        ),
        related=("preflight-cache",),
    ),
    Topic(
        name="max-age-above-cap",
        title="Access-Control-Max-Age is more than browsers keep",
        anchor=FETCH + "http-new-header-syntax",
        text=(
            "Chromium keeps what a preflight allowed for 2 hours at most, Firefox for 24, WebKit for 10 minutes. More "
            "than that is cut, which does no harm; who counts on it is mistaken."
        ),
        related=("preflight-cache",),
    ),
    Topic(
        name="vary-missing",
        title="The answer depends on Origin, and Vary does not say so",
        anchor=FETCH + "cors-protocol-and-http-caches",
        text=(
            "A cache that holds the answer for one origin hands it to another, whose page is blocked for a while, or "
            "gets what was made for somebody else. It shows now and then, and for some users only.\n\n"
            "Send `Vary: Origin` with every answer of the URL, also with those that allow nothing and those to "
            "requests without an Origin."
        ),
        related=("vary", "allow-origin-mismatch", "allow-origin-missing"),
    ),
)
