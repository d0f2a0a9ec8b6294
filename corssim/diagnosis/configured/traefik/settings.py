"""What Traefik is told: entry points, routers and middlewares, from wherever a text has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ....records import field, record
from ..trees import UnreadTree, child, names_in, text_of, trees_of
from .labels import LABEL, OPTION, pairs_in, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..trees import Tree

LABELS, FILE, RESOURCES, NONE = "labels", "file", "kubernetescrd", ""
_OF_LABELS: Final = ("docker", "swarm", "ecs", "marathon", "rancher", "nomad", "consulcatalog")
_PARTS: Final = ("http", "routers", "middlewares", "services")
_TRUE: Final = ("1", "t", "T", "TRUE", "true", "True")
_FALSE: Final = ("", "0", "f", "F", "FALSE", "false", "False")
_INNER: Final = lazy_pattern(r"(?i)accessControl|customResponseHeaders|(?m:^\s*routers\s*:)")
_DEEPEST: Final = 60
_MOST_PLACES: Final = 50_000
_MOST_MIDDLEWARES: Final = 100


@record(frozen=True, kw_only=True)
class Middleware:
    """A middleware: its name, who provides it, its kinds in small letters (more than one are refused).

    None: it is referred to, and its settings are not in the text.
    """

    name: str
    provider: str = NONE
    namespace: str = ""
    kinds: Mapping[str, Tree]

    @property
    def headers(self) -> dict[str, Tree]:
        """The options of a headers middleware, names in small letters."""
        options = self.kinds.get("headers", {})
        return {key.lower(): value for key, value in options.items()} if isinstance(options, dict) else {}

    @property
    def is_of_cors(self) -> bool:
        """Whether it sends headers of CORS."""
        own = child(dict(self.headers), "customresponseheaders")
        names = own if isinstance(own, dict) else {}
        return any(key.startswith("accesscontrol") for key in self.headers) or any(
            name.lower().startswith("access-control-") for name in names
        )


@record(frozen=True, kw_only=True)
class Router:
    """A router. `rule`: None where the text has none; `middlewares` as they are referred to."""

    name: str
    provider: str = NONE
    rule: str | None = None
    priority: int = 0
    entry_points: tuple[str, ...] = ()
    middlewares: tuple[str, ...] = ()
    is_tls: bool = False
    service: str = ""


@record(frozen=True, kw_only=True)
class EntryPoint:
    """An entry point, as far as it is told."""

    name: str
    port: str = ""
    middlewares: tuple[str, ...] = ()
    is_tls: bool = False
    leads_to: str = ""
    is_permanent: bool = True


@record(eq=False)
class Settings:
    """All of it. `unread` is what stands in the text and could not be read."""

    routers: list[Router] = field(default_factory=list)
    middlewares: list[Middleware] = field(default_factory=list)
    entry_points: dict[str, EntryPoint] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    has_labels: bool = False

    def middleware(self, reference: str, provider: str) -> Middleware:
        """The one that is referred to; one without a kind where none or more than one is in the text.

        https://doc.traefik.io/traefik/providers/overview/#provider-namespace
        """
        name, _, given = reference.partition("@")
        wanted = LABELS if given in _OF_LABELS else given or provider
        found = [each for each in self.middlewares if each.provider == wanted and _is_meant(each, name, given)]
        if len({repr(each.kinds) for each in found}) == 1:
            return found[0]
        missing = "which is in there more than once," if found else "which is not in there,"
        return Middleware(name=f"{reference.lstrip('/')}, {missing}", kinds={})

    def chain_of(self, references: Iterable[str], provider: str) -> list[Middleware]:
        """The middlewares in their order, chains opened."""
        found: list[Middleware] = []
        left = [(each, provider) for each in references][::-1]
        seen = 0
        while left and seen < _MOST_MIDDLEWARES:
            seen += 1
            reference, of = left.pop()
            middleware = self.middleware(reference, of)
            inner = middleware.kinds.get("chain")
            if inner is not None and len(middleware.kinds) == 1:
                inside = _references(child(inner, "middlewares"), middleware.namespace)
                left += [(each, middleware.provider) for each in inside][::-1]
            else:
                found.append(middleware)
        return [*found, Middleware(name="a chain without an end", kinds={})] if left else found


def _is_meant(middleware: Middleware, name: str, given: str) -> bool:
    if middleware.provider != RESOURCES:
        return middleware.name == name
    own = middleware.namespace or "default"
    if "/" not in name:  # as an annotation has it: with its namespace before it
        return name == f"{own}-{middleware.name}" or (
            not middleware.namespace and bool(given) and name.endswith(f"-{middleware.name}")
        )
    namespace, _, short = name.partition("/")
    return short == middleware.name and (not namespace or not middleware.namespace or namespace == own)


def flag(tree: Tree) -> bool | None:
    """A flag as Go reads it; None for what it does not."""
    text = text_of(tree)
    return True if text in _TRUE else False if text in _FALSE else None


def settings_of(text: str) -> Settings:
    """What a text tells Traefik."""
    settings = Settings()
    trees: list[Tree] = []
    try:
        trees = trees_of(text)
    except UnreadTree as unread:
        settings.unread.append(str(unread))
    walk = _Walk(settings)
    for tree in trees:
        walk.into(tree, "", 0)
    if not (settings.middlewares or settings.routers) and (labels := list(pairs_in(text))):
        settings.unread.clear()
        _add_labels(labels, settings)
    if not (settings.middlewares or settings.routers):
        for tree in trees:
            walk.bare(tree, "", 0)
    _add_options(OPTION.findall(text), settings)
    return settings


class _Walk:
    """Finds settings wherever they stand in a tree: in a file, in resources, in labels, in a text inside."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = 0

    def _counts(self, depth: int) -> bool:
        self._places += 1
        return depth < _DEEPEST and self._places < _MOST_PLACES

    def into(self, tree: Tree, key: str, depth: int) -> None:
        """What stands in a part of a tree that is the value of `key`."""
        if not self._counts(depth) or key.lower() in ("tcp", "udp"):
            return
        if isinstance(tree, str):
            if "\n" in tree and _INNER.search(tree) is not None:
                self._text(tree, depth)
            return
        labels = list(_labels_in(tree))
        if labels:
            _add_labels(labels, self._settings)
        if isinstance(tree, list):
            for each in tree:
                self.into(each, key, depth + 1)
            return
        if _resource(tree, self._settings):
            return
        taken = _add_file(tree, self._settings, FILE)
        for name, value in tree.items():
            if name.lower() not in taken:
                self.into(value, name, depth + 1)

    def _text(self, text: str, depth: int) -> None:
        try:
            trees = trees_of(text)
        except UnreadTree as unread:
            self._settings.unread.append(str(unread))
            return
        for each in trees:
            self.into(each, "", depth + 1)

    def bare(self, tree: Tree, key: str, depth: int) -> None:
        """Options of a headers middleware, alone or under its name, where that is all there is."""
        if not self._counts(depth) or isinstance(tree, str):
            return
        if isinstance(tree, list):
            for each in tree:
                self.bare(each, key, depth + 1)
            return
        found = Middleware(name=key if key.lower() not in ("spec", *_PARTS) else "", kinds={"headers": tree})
        if key.lower() != "headers" and "headers" in [name.lower() for name in tree]:
            found = Middleware(name=found.name, kinds={name.lower(): value for name, value in tree.items()})
        if found.is_of_cors:
            self._settings.middlewares.append(found)
            return
        for name, value in tree.items():
            self.bare(value, name, depth + 1)


def _labels_in(tree: list[Tree] | dict[str, Tree]) -> Iterable[tuple[str, str]]:
    """Labels of a container: in a mapping or a list, where Compose takes `$$` for `$`."""
    if isinstance(tree, list):
        pairs = [each.partition("=")[::2] for each in tree if isinstance(each, str) and "=" in each]
    else:
        pairs = [(name, value) for name, value in tree.items() if isinstance(value, str)]
    return [(name.strip(), value.strip().replace("$$", "$")) for name, value in pairs if LABEL.fullmatch(name.strip())]


def _add_labels(pairs: list[tuple[str, str]], settings: Settings) -> None:
    tree = tree_of(pairs)
    if flag(tree.get("enable", "true")) is False:
        return
    settings.has_labels = True
    _add_file(tree.get("http", ""), settings, LABELS)


def _add_file(tree: Tree, settings: Settings, provider: str) -> set[str]:
    """Routers, middlewares and entry points of a file; which of its names were taken."""
    taken = set()
    for kind in ("routers", "middlewares", "entrypoints"):
        given = child(tree, kind)
        if not isinstance(given, dict) or not all(isinstance(each, dict | str) for each in given.values()):
            continue
        named = {name: each for name, each in given.items() if isinstance(each, dict)}
        if named:
            taken.add(kind)
        if kind == "routers":
            settings.routers += [_router(name, each, provider) for name, each in named.items()]
        elif kind == "middlewares":
            settings.middlewares += [
                Middleware(name=name, provider=provider, kinds={key.lower(): value for key, value in each.items()})
                for name, each in named.items()
            ]
        else:
            settings.entry_points |= {name.lower(): _entry_point(name.lower(), each) for name, each in named.items()}
    return taken


def _router(name: str, tree: Tree, provider: str) -> Router:
    tls = child(tree, "tls")
    has_tls = isinstance(tree, dict) and "tls" in [key.lower() for key in tree]
    return Router(
        name=name,
        provider=provider,
        rule=text_of(child(tree, "rule")) or None,
        priority=_number(child(tree, "priority")),
        entry_points=tuple(each.lower() for each in names_in(_listed(child(tree, "entryPoints")))),
        middlewares=names_in(_listed(child(tree, "middlewares"))),
        is_tls=has_tls and (isinstance(tls, dict) or provider == FILE or flag(tls) is not False),
        service=text_of(child(tree, "service")),
    )


def _listed(tree: Tree) -> Tree:
    """A list, also where it is written with numbers: `middlewares[0]=…`."""
    return list(tree.values()) if isinstance(tree, dict) else tree


def _number(tree: Tree) -> int:
    text = text_of(tree)
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 20 else 0


def _entry_point(name: str, tree: Tree) -> EntryPoint:
    to = child(tree, "http", "redirections", "entryPoint")
    http = child(tree, "http")
    return EntryPoint(
        name=name,
        port=text_of(child(tree, "address")).rpartition(":")[2].partition("/")[0],
        middlewares=names_in(_listed(child(http, "middlewares"))),
        is_tls=isinstance(http, dict) and flag(child(http, "tls")) is not False and "tls" in map(str.lower, http),
        leads_to=text_of(child(to, "to")),
        is_permanent=flag(child(to, "permanent")) is not False or not text_of(child(to, "permanent")),
    )


def _add_options(options: list[tuple[str, str]], settings: Settings) -> None:
    """Options of Traefik's command that are of entry points."""
    tree = tree_of((name.lower(), value) for name, value in options)
    _add_file({"entrypoints": tree.get("entrypoints", "")}, settings, FILE)


def _resource(tree: dict[str, Tree], settings: Settings) -> bool:
    """Whether it is one of Kubernetes' resources, which then is taken.

    https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
    """
    kind, spec = text_of(child(tree, "kind")), child(tree, "spec")
    name, namespace = (text_of(child(tree, "metadata", each)) for each in ("name", "namespace"))
    if kind == "Middleware" and isinstance(spec, dict):
        kinds = {key.lower(): value for key, value in spec.items()}
        settings.middlewares.append(Middleware(name=name, provider=RESOURCES, namespace=namespace, kinds=kinds))
        return True
    if kind == "IngressRoute":
        routes = child(spec, "routes")
        for route in routes if isinstance(routes, list) else []:
            settings.routers.append(
                Router(
                    name=name,
                    provider=RESOURCES,
                    rule=text_of(child(route, "match")) or None,
                    priority=_number(child(route, "priority")),
                    entry_points=tuple(each.lower() for each in names_in(_listed(child(spec, "entryPoints")))),
                    middlewares=_references(child(route, "middlewares"), namespace),
                    is_tls=isinstance(spec, dict) and "tls" in spec,
                )
            )
        return True
    if kind == "Ingress":
        settings.routers += _of_ingress(tree, name)
        return True
    return False


def _references(tree: Tree, namespace: str) -> tuple[str, ...]:
    """Middlewares that a resource names, with the namespace in which they are looked for."""
    if isinstance(tree, str) or all(isinstance(each, str) for each in tree):
        return names_in(_listed(tree))
    found = []
    for each in tree if isinstance(tree, list) else []:
        name = text_of(child(each, "name"))
        own = text_of(child(each, "namespace")) or namespace
        found.append(name if "@" in name else f"{own}/{name}")
    return tuple(found)


def _of_ingress(tree: Tree, name: str) -> list[Router]:
    """https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/"""
    prefix = "traefik.ingress.kubernetes.io/router."
    annotations = child(tree, "metadata", "annotations")
    given = {
        key.removeprefix(prefix): text_of(value)
        for key, value in (annotations.items() if isinstance(annotations, dict) else ())
        if key.startswith(prefix)
    }
    rules = child(tree, "spec", "rules")
    found = []
    for rule in rules if isinstance(rules, list) else []:
        host = text_of(child(rule, "host"))
        paths = child(rule, "http", "paths")
        for path in paths if isinstance(paths, list) else [""]:
            where, kind = text_of(child(path, "path")), text_of(child(path, "pathType"))
            matcher = "Path" if kind == "Exact" else given.get("pathmatcher") or "PathPrefix"
            terms = [f"Host(`{host}`)"] if host else []
            terms += [f"{matcher}(`{where}`)"] if where else []
            found.append(
                Router(
                    name=name,
                    provider=RESOURCES,
                    rule=" && ".join(terms) or None,
                    priority=_number(given.get("priority", "")),
                    entry_points=names_in(given.get("entrypoints", "").lower()),
                    middlewares=names_in(given.get("middlewares", "")),
                    is_tls=bool(child(tree, "spec", "tls")) or flag(given.get("tls", "")) is True,
                )
            )
    return found
