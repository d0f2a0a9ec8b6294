"""`python -m corssim` is the command `corssim`."""

from __future__ import annotations

import sys

from .cli.main import main

sys.exit(main())
