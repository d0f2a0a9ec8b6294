"""Ray gives what one machine gives, byte for byte, and loses nothing with a worker.

A few hundred exchanges here; `python -m tests.replay.engines` shows the same on 200,000, and on Spark.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from corssim.cli.environment import Environment
from corssim.cli.main import main
from corssim.replay import Change, read_change, replay
from corssim.replay.change import ChangeTable
from corssim.replay.traffic import write_traffic

from .engines import DROPS, SETTINGS, sorted_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL = {"RAY_DATA_USE_DATASOURCE_V2": "0"}
"""A way to read that starts fewer processes."""


class DeadlyChange(Change):
    """A change at whose first use, in whichever process, that process is killed. Its title is a file that tells so."""

    @property
    def touches_all(self) -> bool:
        marker = Path(self.table.title)
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().touches_all


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A Ray of one processor: the least there is."""
    for name, value in (SETTINGS | _SMALL).items():
        monkeypatch.setenv(name, value)
    engine = pytest.importorskip("ray", reason="ray is not installed: pip install 'corssim[ray]'")
    quiet = {"include_dashboard": False, "log_to_driver": False, "configure_logging": False}
    engine.init(num_cpus=1, object_store_memory=80_000_000, **quiet)
    engine.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers have no tests
    yield engine
    engine.shutdown()


@pytest.mark.usefixtures("ray")
@pytest.mark.filterwarnings("default")  # Ray's own
def test_ray_gives_the_same_bytes_where_a_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, change_file, marker, out = (tmp_path / name for name in ("t.parquet", "change.toml", "killed", "results"))
    write_traffic(str(path), 300)
    change_file.write_text(DROPS)
    change = read_change(str(change_file))
    deadly = DeadlyChange(ChangeTable(title=str(marker), answers=change.table.answers))
    monkeypatch.setattr("corssim.replay.change.read_change", lambda _: deadly)
    command = ["replay", str(path), "--change", str(change_file), "--engine", "ray", "--browser", "chromium"]
    streams = {name: io.StringIO() for name in ("stdin", "stdout", "stderr")}
    assert main([*command, "-o", str(out)], Environment(**streams, variables={})) == 1
    assert marker.exists()
    expected = replay(pq.read_table(path), change, ["chromium"])
    assert sorted_bytes(pq.read_table(out)) == sorted_bytes(expected)
