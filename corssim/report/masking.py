"""The names that reports use for what `corssim.masking` does."""

from __future__ import annotations

from ..masking import MASK, mask_body, mask_header
from ..masking import mask_text as mask_urls

__all__ = ["MASK", "mask_body", "mask_header", "mask_urls"]
