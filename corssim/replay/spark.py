"""The function on Spark: https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.GroupedData.applyInArrow.html

A session is a group. A task that is lost is done again: what comes out depends on its sessions alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from .har_tables import CAP
from .replaying import PROFILES, replay
from .rows import cut
from .tables import RESULTS, conformed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from .change import Change


def replay_frame(exchanges: Any, change: Change, profiles: Iterable[str] = PROFILES, cap: int = CAP) -> Any:
    """The results of a data frame of exchanges, as a data frame: sessions in no order."""
    asked = tuple(profiles)

    def of_group(group: pa.Table) -> pa.Table:
        return replay(cut(conformed(group), cap), change, asked)

    return exchanges.groupBy("session_id").applyInArrow(of_group, schema=from_arrow_schema(RESULTS))


def replay_files(
    paths: list[str],
    out: str,
    change: Change,
    profiles: Iterable[str] = PROFILES,
    cap: int = CAP,
    address: str | None = None,
) -> None:
    """Read tables of exchanges (Parquet), and write a folder of results. `address` None: this machine."""
    builder = SparkSession.builder.appName("corssim replay").master(address or "local[*]")
    session = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false").getOrCreate()
    replay_frame(session.read.parquet(*paths), change, profiles, cap).write.parquet(out)
