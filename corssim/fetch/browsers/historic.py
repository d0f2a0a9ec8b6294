"""Browsers of the past, for teaching. Nothing of them was recorded."""

from __future__ import annotations

from ..profile import BrowserProfile
from ..rules import UrlRules

IE11 = BrowserProfile(name="ie11", urls=UrlRules(same_origin_ignores_port=True))
"""Internet Explorer compared origins without their ports."""

VERSIONS = (IE11,)
