"""What the whole suite needs: pytest's own fixture for running pytest."""

from __future__ import annotations

pytest_plugins = ["pytester"]
