"""Permissions that a user grants or denies to a site. https://w3c.github.io/permissions/"""

from __future__ import annotations

from typing import Literal

PermissionName = Literal["loopback-network", "local-network", "storage-access", "insecure-form"]
"""Those of https://wicg.github.io/local-network-access/#permissions, that of
https://privacycg.github.io/storage-access/#permissions-integration (here one for all third parties), and whether a
secure page's form may go over http, which is no permission to the browser: it asks each time."""

STORAGE_ACCESS: PermissionName = "storage-access"
INSECURE_FORM: PermissionName = "insecure-form"

PermissionState = Literal["granted", "denied", "prompt"]
"""https://w3c.github.io/permissions/#permission-states"""
