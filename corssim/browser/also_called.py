"""Other names of the browsers, and which recorded engine stands for them."""

from __future__ import annotations

from ..records import NamedTuple


class StandIn(NamedTuple):
    """A browser that was not recorded itself: `by` answers for it, `mind` says where it is known to differ."""

    by: str
    mind: str


ALSO_CALLED = {
    "chrome": StandIn(
        "chromium", "Chrome is built from it; settings of its own (extensions, policies) are not looked at."
    ),
    "edge": StandIn("chromium", "Edge is built from it; its tracking prevention is not looked at."),
    "safari": StandIn(
        "webkit",
        "WebKitGTK was recorded: the same engine over another network library. Safari is known to differ in how it "
        "reads and keeps cookies, in which certificates it trusts, and by Intelligent Tracking Prevention.",
    ),
}


def recorded_name(name: str) -> str:
    """The name of the recorded browser that is meant: in lower case, a stand-in for one that was not recorded."""
    lower = name.strip().lower()
    browser, dash, version = lower.partition("-")
    stand_in = ALSO_CALLED.get(browser)
    return lower if stand_in is None else f"{stand_in.by}{dash}{version}"
