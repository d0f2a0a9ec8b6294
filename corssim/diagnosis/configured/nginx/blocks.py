"""The blocks of an nginx configuration, and those of them that count for a URL."""

from __future__ import annotations

from typing import Final

from ....patterns import lazy_pattern
from ....records import field, record, replace
from ....url import parse_url
from ..model import matches

_NGINX_TOKEN: Final = lazy_pattern(r"#[^\n]*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[{};]|(?:\$\{\w+\}|[^\s{};])+")
_ESCAPED: Final = lazy_pattern(r"\\([\"'\\])")
_DEEPEST = 50
_MOST_REDIRECTS = 10


@record()
class Block:
    """A block of nginx: its directive's words, its directives and the blocks in it."""

    words: list[str]
    directives: list[list[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    items: list[list[str] | Block] = field(default_factory=list)
    """The directives and the blocks, in the order of the text."""

    @property
    def name(self) -> str:
        return " ".join(self.words).replace(" )", ")") or "the file"


def parsed(text: str) -> Block:
    """The file as a block: its directives, and the blocks in it."""
    stack = [Block([])]
    words: list[str] = []
    for token in (found[0] for found in _NGINX_TOKEN.finditer(text)):
        if token.startswith("#"):
            continue
        if token == "{":
            block = Block(words)
            stack[-1].blocks.append(block)
            stack[-1].items.append(block)
            if len(stack) < _DEEPEST:
                stack.append(block)
            words = []
        elif token == "}":
            if words and any("_by_lua" in each.words[0] for each in stack if each.words):
                stack[-1].directives.append(words)  # code: no semicolon ends what stands there
            if len(stack) > 1:
                stack.pop()
            words = []
        elif token == ";":
            stack[-1].directives.append(words)
            stack[-1].items.append(words)
            words = []
        else:
            words.append(_ESCAPED.sub(r"\1", token.strip("'\"") if token[0] in "'\"" else token))
    return stack[0]


def all_blocks(block: Block) -> list[Block]:
    """Every block inside, in the order of the text."""
    return [inner for each in block.blocks for inner in (each, *all_blocks(each))]


def servers_for(top: Block, host: str) -> list[Block]:
    """The servers that may be meant by a host: those that name it, else all that do more than lead elsewhere."""
    of_http = [each for each in top.blocks if each.words[:1] not in (["rtmp"], ["stream"], ["mail"])]
    blocks = [inner for each in of_http for inner in (each, *all_blocks(each))]
    servers = [block for block in blocks if block.words[:1] == ["server"]]
    named = [server for server in servers if _is_for_host(server, host)] or servers
    return [server for server in named if not _leads_on(server)] or named


def _leads_on(server: Block) -> bool:
    """Whether a server does nothing but redirect."""
    rows = [row for block in (server, *all_blocks(server)) for row in block.directives]
    redirects = any(row[:1] == ["return"] and row[1:2] and row[1][:1] in "3h$" for row in rows)
    return redirects and not any(row[:1] and row[0] in _SERVES for row in rows)


_SERVES: Final = (
    "add_header",
    "more_set_headers",
    "proxy_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "grpc_pass",
    "try_files",
)


def block_for(top: Block, url: str, server: Block | None = None) -> Block | None:
    """What counts for a URL: the settings of the server and of the location that nginx chooses, in one block.

    None where the file does not tell: it has no location, or only a part of a server's. With one of several servers
    given, what counts there.

    https://nginx.org/en/docs/http/ngx_http_core_module.html#location,
    https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
    """
    parts = parse_url(url)
    if parts is None:
        return None
    is_one_of_several = server is not None
    if server is None:
        servers = servers_for(top, parts.host or "")
        if len(servers) > 1:
            return None
        server = servers[0] if servers else top
    chain = _where_it_ends(server, parts.path or "/")
    if not chain and not is_one_of_several and (server is top or not locations_in(server)):
        return None
    http = [block for block in top.blocks if block.words[:1] == ["http"]]
    around = [top, *http, server] if server is not top else [top]
    maps = [block for block in all_blocks(top) if block.words[:1] == ["map"]]
    return _as_one([*around, *chain], maps)


def _is_for_host(server: Block, host: str) -> bool:
    names = [name for row in server.directives if row[:1] == ["server_name"] for name in row[1:]]
    for name in names:
        if name == host or (name.startswith(("*.", ".")) and host.endswith(name.lstrip("*"))):
            return True
        if name.startswith("~") and matches(name[1:], host):
            return True
    return False


def locations_in(block: Block) -> list[Block]:
    return [inner for inner in block.blocks if inner.words[:1] == ["location"] and len(inner.words) > 1]


def _locations(block: Block, path: str) -> list[Block]:
    """The location that is chosen for a path, and those inside it."""
    chosen = location_of(block, path)
    return [] if chosen is None else [chosen, *_locations(chosen, path)]


def _where_it_ends(server: Block, path: str) -> list[Block]:
    """The locations of a path, or those of where `try_files` leads what is no file.

    https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files
    """
    chain: list[Block] = []
    for _ in range(_MOST_REDIRECTS):
        chain = _locations(server, path)
        rows = [row for row in (chain[-1].directives if chain else ()) if row[:1] == ["try_files"] and len(row) > 2]
        is_a_file = "." in path.rpartition("/")[2] or path.endswith("/")
        if not rows or is_a_file or rows[-1][-1][:1] not in ("/", "@"):
            break
        target = rows[-1][-1].partition("?")[0]
        if target.startswith("@"):
            return [each for each in locations_in(server) if each.words[1] == target][:1] or chain
        path = target
    return chain


def location_of(block: Block, path: str) -> Block | None:
    """An exact one; the longest prefix, if it says so; the first expression; the longest prefix."""
    locations = locations_in(block)
    longest: Block | None = None
    for location in locations:
        sign, value = (location.words[1], location.words[-1]) if len(location.words) > 2 else ("", location.words[1])
        if sign == "=" and value == path:
            return location
        is_longer = longest is None or len(value) > len(longest.words[-1])
        if sign in ("", "^~") and path.startswith(value) and is_longer and not value.startswith("@"):
            longest = location
    if longest is not None and longest.words[1] == "^~":
        return longest
    for location in locations:
        sign = location.words[1]
        if sign in ("~", "~*") and matches(location.words[-1], path, ignores_case=sign == "~*"):
            return location
    return longest


def _as_one(chain: list[Block], maps: list[Block]) -> Block:
    """The innermost block with what it inherits: an add_header of its own takes the place of all those around it."""
    one = replace(chain[-1], directives=[], blocks=list(maps))
    headers: list[list[str]] = []
    for block in chain:
        own = [row for row in block.directives if row[:1] == ["add_header"]]
        headers = own or headers
        one.directives += [row for row in block.directives if row[:1] != ["add_header"]]
        one.blocks += [inner for inner in block.blocks if _counts_as_it_is(inner)]
    one.directives += headers
    return one


def _counts_as_it_is(block: Block) -> bool:
    """Whether a block belongs to the place around it: conditions, lists of methods, code."""
    return bool(block.words) and (block.words[0] in ("if", "limit_except") or "_by_lua" in block.words[0])


PASSES: Final = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass")
_OF_A_PROGRAM: Final = ("proxy_", "fastcgi_", "uwsgi_", "scgi_", "grpc_")
_OF_A_SERVER: Final = ("listen", "server_name", "root", "alias", "try_files")


def is_of_a_program(place: Block) -> bool:
    """Whether a program answers what comes to a place: it is passed on there.

    A part that stands by itself, with directives for what is passed on, is included where that is done: the snippet of
    an Ingress, a panel's field for a location, a file of vhost.d.
    """
    names = {row[0] for row in place.directives if row}
    if not names.isdisjoint(PASSES):
        return True
    is_part = not place.words and not any(each.words[:1] in (["server"], ["location"]) for each in all_blocks(place))
    return is_part and names.isdisjoint(_OF_A_SERVER) and any(name.startswith(_OF_A_PROGRAM) for name in names)
