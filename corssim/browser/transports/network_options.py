"""How the live network is reached: what a user can set of it, looked at when it is set. Nothing is opened here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...fetch.rules import AnswerRules
from ...records import field, record
from ...url import parse_url

if TYPE_CHECKING:
    import ssl

ClientCertificate = str | tuple[str, str] | tuple[str, str, str]
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


@record(frozen=True)
class NetworkOptions:
    """How the live network is reached.

    `verify`: True for the public authorities, a path to a CA bundle (file or directory) or an SSLContext, False for
    no check at all. `cert`: a client certificate, a path or (certificate, key[, password]). `proxy`: the URL of an
    HTTP or SOCKS proxy. `timeout`: seconds for a whole exchange. `trust_env`: take proxies from HTTPS_PROXY and its
    kin and authorities from SSL_CERT_FILE. `answers`: how the browser reads what is no
    HTTP by the letter. Raises `UsageError` for what can't work.
    """

    verify: bool | str | ssl.SSLContext = True
    proxy: str | None = None
    http2: bool = False
    timeout: float = 30.0
    trust_env: bool = False
    cert: ClientCertificate | None = None
    answers: AnswerRules = field(default_factory=AnswerRules)

    def __post_init__(self) -> None:
        if isinstance(self.verify, str):
            try:
                authorities(self.verify)
            except OSError as error:
                raise UsageError(f"verify: {self.verify!r} is no CA bundle ({error})") from error
        if self.cert is not None:
            try:
                load_certificate(no_authorities(), self.cert)
            except OSError as error:
                raise UsageError(f"cert: {self.cert!r} can't be loaded ({error})") from error
        if not self.timeout > 0:
            raise UsageError(f"timeout: {self.timeout!r} is not a number of seconds above 0")
        if self.http2 and not _is_installed("h2"):
            raise UsageError("http2: the package h2 is not installed; pip install 'httpx[http2]'")
        if self.proxy is not None:
            _check_proxy(self.proxy)


def _check_proxy(proxy: str) -> None:
    url = parse_url(proxy)
    if url is None or url.scheme not in _PROXY_SCHEMES or not url.host:
        raise UsageError(f"proxy: {proxy!r} is no URL of a proxy, such as http://127.0.0.1:8080")
    if url.scheme.startswith("socks") and not _is_installed("socksio"):
        raise UsageError("proxy: the package socksio is not installed; pip install 'httpx[socks]'")


def _is_installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


def secured(options: NetworkOptions) -> ssl.SSLContext:
    """The context of secure connections: whom it trusts, and the certificate that it shows."""
    import ssl

    if isinstance(options.verify, ssl.SSLContext):
        context = options.verify
    elif isinstance(options.verify, str):
        context = authorities(options.verify)
    elif options.verify:
        context = public_authorities(trust_env=options.trust_env)
    else:
        context = no_authorities()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.cert is not None:
        load_certificate(context, options.cert)
    return context


def public_authorities(*, trust_env: bool) -> ssl.SSLContext:
    """A context that trusts the public authorities, or those that the environment names."""
    named = (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")) if trust_env else None
    if named is None:
        import certifi

        named = certifi.where()
    return authorities(named)


def authorities(path: str) -> ssl.SSLContext:
    """A context that trusts a CA bundle, a file or a directory. Raises OSError."""
    import ssl

    if os.path.isdir(path):
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)


def no_authorities() -> ssl.SSLContext:
    """A context that trusts nobody."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def load_certificate(context: Any, cert: ClientCertificate) -> None:
    """Have a context show a client certificate. Raises OSError."""
    context.load_cert_chain(*((cert,) if isinstance(cert, str) else cert))
