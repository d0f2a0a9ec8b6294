"""curl's options: which take a value, their short names, and why a browser has none of some."""

from __future__ import annotations

TAKE_A_VALUE = frozenset(
    "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout "  # noqa: SIM905
    "connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary "
    "data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url "
    "dump-header egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account "
    "ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms "
    "haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface json keepalive-time key key-type krb "
    "libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs "
    "max-time netrc-file next-url noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey "
    "preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type "
    "proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey "
    "proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user "
    "proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry "
    "retry-delay retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service "
    "socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max "
    "tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii unix-socket upload-file url "
    "url-query user user-agent variable write-out".split()
)
SHORT = {
    "A": "user-agent", "b": "cookie", "c": "cookie-jar", "C": "continue-at", "d": "data", "D": "dump-header", "e":
    "referer", "E": "cert", "F": "form", "G": "get", "H": "header", "I": "head", "K": "config", "k": "insecure",
    "g": "globoff", "L": "location", "m": "max-time", "n": "netrc", "o": "output", "P": "ftp-port", "Q": "quote",
    "r": "range", "T": "upload-file", "t": "telnet-option", "u": "user", "U": "proxy-user", "w": "write-out", "x":
    "proxy", "X": "request", "Y": "speed-limit", "y": "speed-time", "z": "time-cond",
}  # fmt: skip
SHORT_WITH_VALUE = frozenset("AbcCdDeEFHKmoPQrTtuUwxXYyz")

_ANOTHER_SERVER = "a browser asks the server that the URL names, which may answer otherwise"
_PASSWORDS_OF_A_FILE = "a file of passwords is not read; where one fits, curl sends Authorization, -u gives it"
_KEPT_METHOD = "a browser goes on with GET after a POST (301, 302) and whatever else (303)"
WHY_PASSED_OVER = {
    "abstract-unix-socket": _ANOTHER_SERVER,
    "cert": "a browser sends a client's certificate with credentials alone, and never with a preflight",
    "config": "a file of options is not read: put them into the command",
    "connect-to": _ANOTHER_SERVER,
    "etag-compare": "the If-None-Match that it sends comes from a file, which is not read",
    "netrc": _PASSWORDS_OF_A_FILE,
    "netrc-file": _PASSWORDS_OF_A_FILE,
    "netrc-optional": _PASSWORDS_OF_A_FILE,
    "post301": _KEPT_METHOD,
    "post302": _KEPT_METHOD,
    "post303": _KEPT_METHOD,
    "request-target": "a browser asks for the URL's own path",
    "resolve": f"{_ANOTHER_SERVER}; --resolve tells the check an address",
    "unix-socket": _ANOTHER_SERVER,
    "insecure": "curl does not check the certificate; a browser does, and fails where it is not trusted",
    "location": "fetch() follows redirects unless told otherwise",
    "proxy": "the browser's own proxy settings count; --proxy sets one for the check",
    "user-agent": "the browser sends its own",
}
