"""`corssim replay` on one machine: what it reads, writes, skips and goes on with."""

from __future__ import annotations

import gc
import gzip
import importlib
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corssim.browser.browser import Browser
from corssim.cli.environment import Environment
from corssim.cli.main import main
from corssim.replay import RESULTS, read_change, replay, session, tasks
from corssim.replay.har_tables import har_tables
from corssim.replay.traffic import sessions, write_traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHANGE = '[[answers]]\nurl = "https://api.example/*"\nremove = ["Access-Control-Allow-Origin"]\n'


def corssim(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    status = main(arguments, Environment(stdin=io.StringIO(), stdout=out, stderr=err, variables={}))
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def change(tmp_path: Path) -> str:
    path = tmp_path / "change.toml"
    path.write_text(CHANGE)
    return str(path)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    write_traffic(str(folder), 250)
    return folder


def replayed(recordings: Path | str, change: str, out: Path, *more: str) -> tuple[int, str, str]:
    return corssim(
        "replay", str(recordings), "--change", change, "-o", str(out), "--jobs", "1", "--browser", "chromium", *more
    )


def test_hars_in_results_out(recordings: Path, change: str, tmp_path: Path) -> None:
    status, out, err = replayed(recordings, change, tmp_path / "r.parquet")
    assert (status, err) == (1, "")
    assert "results break" in out
    table = pq.read_table(tmp_path / "r.parquet")
    assert table.schema.equals(RESULTS)
    assert table.filter(table.column("breaks")).num_rows > 0
    assert not (tmp_path / "r.parquet.parts").exists()


def test_nothing_breaks(recordings: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(CHANGE.replace("api.example", "nobody.example"))
    assert replayed(recordings, str(path), tmp_path / "r.parquet")[0] == 0


def as_gzip(path: Path) -> None:
    (path.parent / (path.name + ".gz")).write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


def as_zstd(path: Path) -> None:
    with pa.output_stream(str(path) + ".zst", compression="zstd") as file:
        file.write(path.read_bytes())
    path.unlink()


@pytest.mark.parametrize("pack", [as_gzip, as_zstd], ids=["gzip", "zstd"])
def test_packed_recordings(pack: Callable[[Path], None], recordings: Path, change: str, tmp_path: Path) -> None:
    replayed(recordings, change, tmp_path / "plain.parquet")
    for path in list(recordings.rglob("*.har")):
        pack(path)
    assert replayed(recordings, change, tmp_path / "packed.parquet")[0] == 1
    plain, packed = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("plain", "packed"))
    unnamed = [name for name in plain.column_names if name not in ("session_id", "source")]
    assert plain.select(unnamed).equals(packed.select(unnamed))


@pytest.mark.parametrize("form", ["glob", "url"])
def test_globs_and_urls(form: str, recordings: Path, change: str, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    given = {"glob": f"{recordings}/**/*.har", "url": f"file://{recordings}"}[form]
    replayed(recordings, change, tmp_path / "folder.parquet")
    assert replayed(given, change, tmp_path / "r.parquet")[0] == 1
    assert pq.read_table(tmp_path / "r.parquet").num_rows == pq.read_table(tmp_path / "folder.parquet").num_rows


BROKEN = {
    "cut off": b'{"log": {"entries": [{"request"',
    "empty": b"",
    "no HAR": b"[1, 2]",
    "not text": bytes(range(256)),
    "gzip that is none": b"\x1f\x8b\x00",
    "zstd that is none": b"\x28\xb5\x2f\xfdxxxx",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_and_nothing_else_is_lost(
    content: bytes, recordings: Path, change: str, tmp_path: Path
) -> None:
    replayed(recordings, change, tmp_path / "whole.parquet")
    (recordings / "0000" / "broken.har").write_bytes(content)
    status, out, err = replayed(recordings, change, tmp_path / "r.parquet")
    assert status == 2
    assert "broken.har" in err
    assert "1 could not be read" in out
    assert pq.read_table(tmp_path / "r.parquet").equals(pq.read_table(tmp_path / "whole.parquet"))


def test_a_malformed_entry_costs_itself_alone(recordings: Path, change: str, tmp_path: Path) -> None:
    path = next(recordings.rglob("*.har"))
    document = json.loads(path.read_text())
    whole = sum(table.num_rows for table in har_tables(str(path)))
    document["log"]["entries"].insert(3, {"request": 7})
    path.write_text(json.dumps(document))
    status, _, err = replayed(recordings, change, tmp_path / "r.parquet")
    assert status == 2
    assert "entry 3" in err
    assert sum(table.num_rows for table in har_tables(str(path))) == whole


def test_tables_give_what_the_function_gives(change: str, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_traffic(str(path), 300)
    replayed(path, change, tmp_path / "r.parquet")
    expected = replay(pq.read_table(path), read_change(change), ["chromium"])
    assert pq.read_table(tmp_path / "r.parquet").equals(expected)


def test_tables_in_any_order(change: str, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_traffic(str(path), 300)
    table = pq.read_table(path)
    shuffled = table.take(pa.array([(at * 7919) % table.num_rows for at in range(table.num_rows)]))
    pq.write_table(shuffled, tmp_path / "shuffled.parquet")
    replayed(path, change, tmp_path / "r.parquet")
    replayed(tmp_path / "shuffled.parquet", change, tmp_path / "s.parquet")
    assert pq.read_table(tmp_path / "s.parquet").equals(pq.read_table(tmp_path / "r.parquet"))


@pytest.mark.parametrize("kind", ["har", "parquet"])
def test_a_long_session_is_capped_and_that_is_said(kind: str, change: str, tmp_path: Path) -> None:
    target = tmp_path / ("t.parquet" if kind == "parquet" else "folder")
    write_traffic(str(target), 120)
    _, out, _ = replayed(target, change, tmp_path / "r.parquet", "--session-cap", "50")
    assert "begin in the middle" in out
    ids = pq.read_table(tmp_path / "r.parquet").column("session_id").to_pylist()
    assert any(session_id.endswith("#2") for session_id in ids)
    assert max(ids.count(session_id) for session_id in set(ids)) <= 50


def test_of_long_sessions_one_is_in_memory(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_traffic(str(tmp_path / "recordings"), 120)
    longest = max((tmp_path / "recordings").rglob("*.har"), key=lambda path: path.stat().st_size)
    alive: WeakSet[Browser] = WeakSet()
    counts = []

    class Counted(Browser):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            alive.add(self)

    def counted(*given: Any) -> Any:
        counts.append(len(alive))
        return replay(*given)

    monkeypatch.setattr(session, "Browser", Counted)
    monkeypatch.setattr(tasks, "SHARES_NOTHING", 10)
    monkeypatch.setattr(tasks, "replay", counted)
    gc.disable()
    try:
        settings = tasks.Settings(read_change(change), ("chromium",), 15, str(tmp_path))
        tasks.do(tasks.Task(0, (str(longest),), (), 1), settings)
    finally:
        gc.enable()
    assert len(counts) > 2
    assert set(counts) == {0}


def test_resume_does_what_is_missing_alone(recordings: Path, change: str, tmp_path: Path, monkeypatch: Any) -> None:
    from corssim.replay import recordings as planning, workers

    monkeypatch.setattr(planning, "_FILES_AT_ONCE", 2)
    whole, out = tmp_path / "whole.parquet", tmp_path / "r.parquet"
    replayed(recordings, change, whole)
    real, done = workers.do, []

    def until_ctrl_c(task: workers.Task, settings: workers.Settings) -> workers.Counts:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(task.number)
        return real(task, settings)

    monkeypatch.setattr(workers, "do", until_ctrl_c)
    status, _, err = replayed(recordings, change, out)
    assert status == 130
    assert "--resume" in err
    assert 0 < pq.read_table(out).num_rows < pq.read_table(whole).num_rows

    def counted(task: workers.Task, settings: workers.Settings) -> workers.Counts:
        done.append(task.number)
        return real(task, settings)

    monkeypatch.setattr(workers, "do", counted)
    assert replayed(recordings, change, out, "--resume")[0] == 1
    assert out.read_bytes() == whole.read_bytes()
    assert len(done) == len(set(done))


def test_resume_of_another_run_is_refused(recordings: Path, change: str, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    (tmp_path / "r.parquet.parts").mkdir()
    (tmp_path / "r.parquet.parts" / "plan").write_text("another")
    status, _, err = replayed(recordings, change, out, "--resume")
    assert status == 2
    assert "--resume" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["replay", "nowhere.har", "--change", "{change}", "-o", "r.parquet"], "nowhere.har"),
        (["replay", "x.har"], "--change"),
        (["replay", "{recordings}", "--change", "nowhere.toml", "-o", "r.parquet"], "nowhere.toml"),
        (["replay", "{recordings}", "--change", "{change}", "-o", "{change}"], "--force"),
        (["replay", "{recordings}", "--change", "{change}", "-o", "{recordings}"], "folder"),
        (["replay", "summary", "{change}"], "no file of results"),
        (["replay", "summary", "\udcff.parquet"], "no file of results"),
        (["replay", "summary"], "one file"),
        (["replay", "traffic"], "--exchanges"),
        (["replay", "{recordings}", "--change", "{change}", "-o", "nowhere/r.parquet", "--browser", "lynx"], "lynx"),
    ],
)
def test_mistakes(arguments: list[str], told: str, recordings: Path, change: str) -> None:
    given = [each.format(change=change, recordings=recordings) for each in arguments]
    status, out, err = corssim(*given)
    assert (status, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_table_that_is_none(tmp_path: Path, change: str) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    (tmp_path / "u.parquet").write_bytes(b"no parquet")
    for name in ("t", "u"):
        status, _, err = replayed(tmp_path / f"{name}.parquet", change, tmp_path / "r.parquet")
        assert status == 2
        assert f"{name}.parquet" in err


def test_the_summary(recordings: Path, change: str, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    replayed(recordings, change, out)
    status, text, _ = corssim("replay", "summary", str(out))
    assert status == 1
    assert "allow-origin-missing" in text
    html, policy = tmp_path / "s.html", tmp_path / "policy.toml"
    status, text, _ = corssim("replay", "summary", str(out), "--json", "--html", str(html), "--policy", str(policy))
    summary = json.loads(text)
    assert {row["server"] for row in summary["breaks"]} == {"https://api.example"}
    assert sum(row["requests"] for row in summary["breaks"]) == summary["requests_that_break"]
    assert "<svg" in html.read_text()
    # The policy keeps what breaks: that is what replaying the recordings under it says.
    status, _, _ = replayed(recordings, str(policy), tmp_path / "kept.parquet")
    assert status == 0


def test_questions_in_sql(recordings: Path, change: str, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    replayed(recordings, change, out)
    status, text, _ = corssim("replay", "summary", str(out), "--sql", "SELECT count(*) AS n FROM results", "--json")
    assert status == 0
    assert json.loads(text) == {"columns": ["n"], "rows": [[pq.read_table(out).num_rows]]}
    status, _, err = corssim("replay", "summary", str(out), "--sql", "SELECT nothing FROM results")
    assert (status, len(err.splitlines())) == (2, 1)


def test_traffic_is_the_same_for_the_same_seed() -> None:
    assert list(sessions(300, 1)) == list(sessions(300, 1))
    assert list(sessions(300, 1)) != list(sessions(300, 2))
    assert sum(len(document["log"]["entries"]) for document in sessions(1234)) == 1234


DEADLY = """
import os, signal
from corssim.replay import Change

class DeadlyChange(Change):
    @property
    def touches_all(self):
        if not os.path.exists(self.table.title):
            open(self.table.title, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().touches_all
"""


def test_many_workers_write_the_same_bytes_even_where_one_is_lost(
    recordings: Path, change: str, tmp_path: Path, monkeypatch: Any
) -> None:
    """The first worker that reads the change is killed by it: at its first use, in whichever process that is."""
    from corssim.replay import recordings as planning

    monkeypatch.setattr(planning, "_FILES_AT_ONCE", 1)
    replayed(recordings, change, tmp_path / "one.parquet")
    (tmp_path / "deadly.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(tmp_path)
    table = msgspec.structs.replace(read_change(change).table, title=str(tmp_path / "killed"))
    deadly = importlib.import_module("deadly").DeadlyChange(table)
    monkeypatch.setattr("corssim.replay.change.read_change", lambda _: deadly)
    assert replayed(recordings, change, tmp_path / "two.parquet", "--jobs", "2")[0] == 1
    assert (tmp_path / "killed").exists()
    assert (tmp_path / "two.parquet").read_bytes() == (tmp_path / "one.parquet").read_bytes()


def test_start_up_does_not_load_arrow() -> None:
    code = "import sys, corssim.cli.main as m; m.main(['--version']); sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
