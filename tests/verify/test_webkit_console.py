"""What WebKitGTK prints of its console: the line, without the place of the script that it tells of."""

from __future__ import annotations

import pytest

from corssim.verify.browsers.webkit import console_line

_LINE = "CONSOLE SECURITY ERROR Not allowed to request resource"


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        pytest.param(_LINE, _LINE, id="as it is"),
        pytest.param(f"about:srcdoc:12:34: {_LINE}", _LINE, id="of a frame's own script"),
        pytest.param("https://app.example/a:1:2: CONSOLE JS ERROR Error: x", None, id="of a server's script"),
        pytest.param("MESA-LOADER: failed to open CONSOLE", None, id="something else"),
        pytest.param("a word before CONSOLE JS ERROR x", None, id="no URL before it"),
    ],
)
def test_the_place_of_a_script_is_no_part_of_the_line(printed: str, line: str | None) -> None:
    assert console_line(printed) == line
