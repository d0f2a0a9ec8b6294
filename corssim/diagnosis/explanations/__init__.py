"""What each reason means, who can mend it and how, and the concepts behind them. All of it is data."""

from __future__ import annotations

from .finding import Found, all_explanations, all_topics, entry_named, explanation_of, find, topic_named
from .model import Explanation, Mender, Myth, Topic
from .translated import explanation_in

__all__ = [
    "Explanation",
    "Found",
    "Mender",
    "Myth",
    "Topic",
    "all_explanations",
    "all_topics",
    "entry_named",
    "explanation_in",
    "explanation_of",
    "find",
    "topic_named",
]
