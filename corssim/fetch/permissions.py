"""Permissions that a user grants or denies to a site. https://w3c.github.io/permissions/"""

from __future__ import annotations

from typing import Literal

PermissionName = Literal["loopback-network", "local-network"]
"""https://wicg.github.io/local-network-access/#permissions"""

PermissionState = Literal["granted", "denied", "prompt"]
"""https://w3c.github.io/permissions/#permission-states"""
