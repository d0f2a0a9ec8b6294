"""The course as linked static pages: chapters, lessons and their steps, in each language. They load nothing."""

from __future__ import annotations

from .lessons import Chapter, Lesson, chapters_of
from .site import course_pages

__all__ = ["Chapter", "Lesson", "chapters_of", "course_pages"]
