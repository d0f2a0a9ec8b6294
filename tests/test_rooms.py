"""The algorithms stay readable: a file of theirs holds what a reader takes in at once."""

from __future__ import annotations

from pathlib import Path

import corssim.fetch

LONGEST = 300  # lines


def test_no_file_of_the_algorithms_is_long() -> None:
    files = list(Path(corssim.fetch.__file__).parent.rglob("*.py"))
    assert len(files) > 50
    long = {file.name: count for file in files if (count := len(file.read_text().splitlines())) > LONGEST}
    assert long == {}
