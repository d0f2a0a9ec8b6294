"""Transcripts: what curl, HTTPie, wget, PowerShell, nghttp and developer tools show of exchanges, as people paste it.

`dressing` takes off what stands around the lines, `notations` writes other programs' as curl's, `tokens` gives each its
class (`commands`, `titles`), `exchanges` groups them, `kept` drops what is none, `asked` and `answers` say what an
exchange tells of its request and of its answer, and `reader` judges what each is for.
"""

from .answers import (
    DOUBTS,
    NO_HEADERS,
    NO_PREFLIGHT,
    NO_REQUEST,
    WILLING,
    answers_to,
    guesses_of,
    is_stand_in,
    lack_preflight,
    shows_status_alone,
    with_stand_ins,
)
from .asked import NO_METHOD
from .exchanged import Exchanged
from .exchanges import exchanges_of
from .reader import needs_preflight, read_transcript

__all__ = [
    "DOUBTS", "NO_HEADERS", "NO_METHOD", "NO_PREFLIGHT", "NO_REQUEST", "WILLING", "Exchanged", "answers_to",
    "exchanges_of", "guesses_of", "is_stand_in", "lack_preflight", "needs_preflight", "read_transcript",
    "shows_status_alone", "with_stand_ins",
]  # fmt: skip
