"""Exchanges as rows of a table, read a session at a time and without a Python object for each null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

Pairs = tuple[tuple[str, str], ...]


class Preflight(NamedTuple):
    """What came to the preflight that was recorded."""

    status: int
    response_headers: Pairs


class Row(NamedTuple):
    """One recorded exchange. "" is what the table does not tell; `status` is 0 where no answer came."""

    seq: int
    started: float | None
    page_url: str
    top_url: str
    method: str
    url: str
    mode: str
    credentials: str
    destination: str
    initiator: str
    request_headers: Pairs
    status: int
    response_headers: Pairs
    preflight: Preflight | None
    server_ip: str
    source: str

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return next((value for key, value in self.request_headers if key.lower() == name), None)

    def response_header(self, name: str) -> str | None:
        """A header of the answer."""
        return next((value for key, value in self.response_headers if key.lower() == name), None)


def sessions_of(table: pa.Table) -> Iterator[tuple[str, list[Row]]]:
    """The sessions of a table, each with its rows by `seq`. The table is in the order of its sessions or is sorted."""
    if not table.num_rows:
        return
    table = table.combine_chunks()
    if not _is_sorted(table):
        table = table.take(_order(table))
    ids = table.column("session_id").to_pylist()
    rows = _rows(table)
    start = 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or ids[at] != ids[start]:
            yield ids[start], rows[start:at]
            start = at


def cut(session: pa.Table, cap: int) -> pa.Table:
    """The rows of one session, by `seq`; what is beyond `cap` exchanges is another session, named `ID#2` and so on."""
    session = session.sort_by("seq")
    if session.num_rows <= cap:
        return session
    name = session.column("session_id")[0].as_py()
    names = [name if at < cap else f"{name}#{at // cap + 1}" for at in range(session.num_rows)]
    place = session.schema.get_field_index("session_id")
    return session.set_column(place, session.schema.field(place), pa.array(names, pa.string()))


def _is_sorted(table: pa.Table) -> bool:
    """Report whether each session stands together, its rows by `seq`."""
    ids, numbers = table.column("session_id").to_pylist(), table.column("seq").to_pylist()
    seen = {ids[0]}
    for at in range(1, len(ids)):
        if ids[at] != ids[at - 1]:
            if ids[at] in seen:
                return False
            seen.add(ids[at])
        elif numbers[at] < numbers[at - 1]:
            return False
    return True


def _order(table: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    return pc.sort_indices(table, sort_keys=[("session_id", "ascending"), ("seq", "ascending")])


def _rows(table: pa.Table) -> list[Row]:
    preflight = _array(table, "preflight")
    preflight_headers = _header_lists(preflight.field("response_headers"))
    preflights = [
        Preflight(status or 0, headers) if is_there else None
        for is_there, status, headers in zip(
            preflight.is_valid().to_pylist(), preflight.field("status").to_pylist(), preflight_headers, strict=True
        )
    ]
    return [
        Row(*row)
        for row in zip(
            table.column("seq").to_pylist(),
            _seconds(_array(table, "started_at")),
            *(
                _texts(table, name)
                for name in (
                    "page_url",
                    "top_url",
                    "method",
                    "url",
                    "mode",
                    "credentials",
                    "destination",
                    "initiator",
                )
            ),
            _header_lists(_array(table, "request_headers")),
            [status or 0 for status in table.column("status").to_pylist()],
            _header_lists(_array(table, "response_headers")),
            preflights,
            _texts(table, "server_ip"),
            _texts(table, "source"),
            strict=True,
        )
    ]


def _array(table: pa.Table, name: str) -> Any:
    """A column in one piece."""
    column = table.column(name).combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _texts(table: pa.Table, name: str) -> list[str]:
    return [text or "" for text in table.column(name).to_pylist()]


def _seconds(started: pa.Array) -> list[float | None]:
    return [None if at is None else at / 1e6 for at in started.cast(pa.int64()).to_pylist()]


def _header_lists(column: pa.ListArray) -> list[Pairs]:
    """The pairs of each row, made from the flat columns: a tenth of what `to_pylist` takes."""
    values = column.values
    names = [name or "" for name in values.field("name").to_pylist()]
    texts = [value or "" for value in values.field("value").to_pylist()]
    pairs = list(zip(names, texts, strict=True))
    offsets = column.offsets.to_pylist()
    valid = column.is_valid().to_pylist()
    return [tuple(pairs[offsets[at] : offsets[at + 1]]) if is_there else () for at, is_there in enumerate(valid)]
