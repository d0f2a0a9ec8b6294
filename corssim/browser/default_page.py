"""The page that asks where none is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.address_space import AddressSpace, address_space, is_local_name, is_loopback_name, literal_address

if TYPE_CHECKING:
    from ..url import URL

_OF_THE_WEB = {"http": "http://app.example/"}
_IN_DEVELOPMENT = "http://localhost:3000/"
_BESIDE_IT = "http://localhost:5173/"  # where the server itself has the port


def default_page(url: URL | None) -> str:
    """A page of another origin that may, but for CORS, ask for the URL.

    Who asks for a server of his own machine or network develops a page on this machine: browsers let no page of the
    web there without asking the user. https://wicg.github.io/local-network-access/
    """
    if url is None:
        return "https://app.example/"
    if is_of_the_own_network(url):
        return _BESIDE_IT if (url.scheme, url.host, url.port) == ("http", "localhost", 3000) else _IN_DEVELOPMENT
    return _OF_THE_WEB.get(url.scheme, "https://app.example/")


def is_of_the_own_network(url: URL) -> bool:
    """Report whether a URL says by itself that it leads to this machine or to the network around it."""
    literal, host = literal_address(url), url.host or ""
    if literal is not None:
        return address_space(literal) is not AddressSpace.PUBLIC
    return is_loopback_name(host) or is_local_name(host)
