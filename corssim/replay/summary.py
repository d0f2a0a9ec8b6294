"""What results come to: which servers, pages, reasons and browsers break, and the smallest change that mends most."""

from __future__ import annotations

import os
import re
from typing import Any

from ..errors import UsageError
from .tables import are_results

_MOST = 50  # rows of each table
_ALLOWS = re.compile(r"Access-Control-Allow-Origin: ([^;( ]+)")
_SAFELISTED = ("GET", "HEAD", "POST")
_REQUEST = "session_id || ' ' || seq"


class Results:
    """A file of results, asked with SQL by DuckDB: its table is `results`."""

    def __init__(self, path: str) -> None:
        import duckdb

        if not are_results(path):
            raise UsageError(f"{path} is no file of results; `corssim replay … -o {path}` makes one")
        self._connection = duckdb.connect(config={"memory_limit": "1GB"})
        files = os.path.join(path, "*.parquet") if os.path.isdir(path) else path
        self._connection.read_parquet(files).create_view("results")

    def rows(self, sql: str, *, flag: str = "--sql") -> tuple[list[str], list[tuple[Any, ...]]]:
        """The columns' names and the rows of an answer. Raises `UsageError` with what DuckDB says."""
        import duckdb

        try:
            answer = self._connection.execute(sql)
            columns = [column[0] for column in answer.description or ()]
            return columns, answer.fetchall()
        except duckdb.Error as error:
            raise UsageError(f"{flag}: {str(error).strip().splitlines()[0]}") from error

    def dicts(self, sql: str) -> list[dict[str, Any]]:
        """The rows of an answer as JSON types."""
        columns, rows = self.rows(sql)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def close(self) -> None:
        self._connection.close()


def summary_of(results: Results) -> dict[str, Any]:
    """Counts, what breaks by server, page, reason and browser, and what mends it, as JSON types."""
    counted = results.dicts(
        f"""SELECT count(DISTINCT {_REQUEST}) AS requests, count(DISTINCT session_id) AS sessions,
        count(DISTINCT {_REQUEST}) FILTER (breaks) AS requests_that_break,
        count(DISTINCT session_id) FILTER (breaks) AS sessions_that_break,
        count(DISTINCT {_REQUEST}) FILTER (breaks IS NULL) AS requests_not_known,
        count(DISTINCT {_REQUEST}) FILTER (loses_cookies) AS requests_that_lose_cookies,
        list_sort(list(DISTINCT profile)) AS browsers FROM results"""
    )[0]
    return {
        **counted,
        "breaks": results.dicts(
            f"""SELECT server, page, reason_after AS reason, list_sort(list(DISTINCT profile)) AS browsers,
            count(DISTINCT {_REQUEST}) AS requests, count(DISTINCT session_id) AS sessions
            FROM results WHERE breaks GROUP BY ALL ORDER BY requests DESC, server, page, reason LIMIT {_MOST}"""
        ),
        "pages": results.dicts(
            f"""SELECT page, count(DISTINCT {_REQUEST}) AS requests, count(DISTINCT session_id) AS sessions
            FROM results WHERE breaks GROUP BY ALL ORDER BY requests DESC, page LIMIT {_MOST}"""
        ),
        "fixes": results.dicts(
            f"""SELECT server, fix, count(DISTINCT {_REQUEST}) AS requests, count(DISTINCT session_id) AS sessions
            FROM results WHERE breaks AND fix IS NOT NULL
            GROUP BY ALL ORDER BY requests DESC, server, fix LIMIT {_MOST}"""
        ),
        "policies": _policies(results),
    }


def _policies(results: Results) -> list[dict[str, Any]]:
    """By server on which something breaks, the policy that allows what its pages have asked for and got so far."""
    rows = results.dicts(
        """SELECT server, list_sort(list(DISTINCT page) FILTER (page <> server)) AS pages,
        list(DISTINCT fix) FILTER (breaks AND fix IS NOT NULL) AS fixes, list_sort(list(DISTINCT method)) AS methods,
        list_sort(list_distinct(flatten(list(unsafe_headers)))) AS headers,
        bool_or(credentials = 'include') AS credentials,
        count(DISTINCT session_id || ' ' || seq) FILTER (breaks) AS mends
        FROM results WHERE verdict_before = 'readable' AND page <> server GROUP BY server
        HAVING bool_or(breaks AND fix IS NOT NULL) ORDER BY mends DESC, server"""
    )
    return [
        {"server": row["server"], "mends": row["mends"], "policy": _policy(row)}
        for row in rows[:_MOST]
        if any(_ALLOWS.search(fix) for fix in row["fixes"])
    ]


def _policy(row: dict[str, Any]) -> dict[str, Any]:
    named = {origin for fix in row["fixes"] for origin in _ALLOWS.findall(fix)}
    origins = sorted({*row["pages"], *named} - {"*"})
    policy: dict[str, Any] = {"allow_origins": origins}
    methods = [method for method in row["methods"] if method not in _SAFELISTED]
    policy |= {"allow_methods": methods} if methods else {}
    policy |= {"allow_headers": row["headers"]} if row["headers"] else {}
    return policy | ({"allow_credentials": True} if row["credentials"] else {})


def as_change(summary: dict[str, Any]) -> str:
    """The policies as a change file, to try them on the recordings."""
    import tomli_w

    servers = [{"origin": each["server"], "policy": each["policy"]} for each in summary["policies"]]
    return f"# Made by corssim\n\n{tomli_w.dumps({'title': 'The policies that keep what breaks', 'server': servers})}"
