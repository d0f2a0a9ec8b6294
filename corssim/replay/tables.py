"""The two tables: recorded exchanges, and what came of them. Columns are only ever added, behind those that are there.

What each column means stands in README.md beside this file.
"""

from __future__ import annotations

import glob
import os

import pyarrow as pa

VERSION = "1"
"""Of both schemas; it grows when a column is added."""

_METADATA = {"corssim.replay": VERSION}
_HEADERS = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
_NAMES = pa.list_(pa.string())

EXCHANGES = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("page_url", pa.string()),
        ("top_url", pa.string()),
        ("method", pa.string()),
        ("url", pa.string()),
        ("mode", pa.string()),
        ("credentials", pa.string()),
        ("destination", pa.string()),
        ("initiator", pa.string()),
        ("request_headers", _HEADERS),
        ("status", pa.int16()),
        ("response_headers", _HEADERS),
        ("preflight", pa.struct([("status", pa.int16()), ("response_headers", _HEADERS)])),
        ("server_ip", pa.string()),
        ("source", pa.string()),
    ],
    _METADATA,
)
"""Recorded exchanges, a row each."""

RESULTS = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("profile", pa.string(), nullable=False),
        ("verdict_before", pa.string()),
        ("verdict_after", pa.string()),
        ("reason_before", pa.string()),
        ("reason_after", pa.string()),
        ("preflighted", pa.bool_()),
        ("preflight_cached", pa.bool_()),
        ("reached_server", pa.bool_()),
        ("cookies_sent", pa.bool_()),
        ("sure", _NAMES),
        ("fix", pa.string()),
        ("breaks", pa.bool_()),
        ("loses_cookies", pa.bool_()),
        ("page", pa.string()),
        ("server", pa.string()),
        ("method", pa.string()),
        ("credentials", pa.string()),
        ("unsafe_headers", _NAMES),
        ("source", pa.string()),
    ],
    _METADATA,
)
"""What came of each exchange, a row a browser."""

ORDER = ("session_id", "seq", "profile")
"""The key of a result, and the order in which results are compared."""


def is_of_exchanges(schema: pa.Schema) -> bool:
    """Report whether a table can be one of exchanges: the columns without which nothing can be told are there."""
    return {"session_id", "seq", "method", "url"} <= set(schema.names)


def conformed(table: pa.Table, schema: pa.Schema = EXCHANGES) -> pa.Table:
    """The table with the schema's columns in its order; those that it lacks are null. Raises `pa.ArrowInvalid` where a
    column is of another kind."""
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def are_results(path: str) -> bool:
    """Report whether a file, or a folder that an engine has written, holds results."""
    import pyarrow.parquet as pq

    names = sorted(glob.glob(os.path.join(glob.escape(path), "*.parquet"))) if os.path.isdir(path) else [path]
    try:
        # A pipe is no file: it would be waited for.
        are_files = bool(names) and all(map(os.path.isfile, names))
        return are_files and set(RESULTS.names) <= set(pq.read_schema(names[0]).names)
    except (pa.ArrowException, OSError, ValueError):  # ValueError: its name is not UTF-8
        return False
