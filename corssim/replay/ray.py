"""The function on Ray Data: https://docs.ray.io/en/latest/data/api/doc/ray.data.grouped_data.GroupedData.map_groups.html

A session is a group. A task that is lost is done again: what comes out depends on its sessions alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ray
import ray.data

from .har_tables import CAP
from .replaying import PROFILES, replay
from .rows import cut
from .tables import conformed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from .change import Change

_FOR_EACH_CPU = 4


def replay_dataset(exchanges: Any, change: Change, profiles: Iterable[str] = PROFILES, cap: int = CAP) -> Any:
    """The results of a dataset of exchanges, as a dataset: sessions in no order."""
    asked = tuple(profiles)

    def of_group(group: pa.Table) -> pa.Table:
        return replay(cut(conformed(group), cap), change, asked)

    groups = exchanges.groupby("session_id", num_partitions=_partitions())
    return groups.map_groups(of_group, batch_format="pyarrow")


def _partitions() -> int:
    """Some for each processor, so that long sessions do not leave the others waiting."""
    return max(2, _FOR_EACH_CPU * int(ray.cluster_resources().get("CPU", 1)))


def replay_files(
    paths: list[str],
    out: str,
    change: Change,
    profiles: Iterable[str] = PROFILES,
    cap: int = CAP,
    address: str | None = None,
) -> None:
    """Read tables of exchanges (Parquet), and write a folder of results. `address` None: this machine."""
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, include_dashboard=False, configure_logging=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    exchanges = ray.data.read_parquet(paths)
    replay_dataset(exchanges, change, profiles, cap).write_parquet(out)
