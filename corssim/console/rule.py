"""Which lines a browser prints for a block: rows of a table, the first that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..fetch.reasons import Reason, Stage
    from .story import Story
    from .template import Template


@record(frozen=True)
class Rule:
    """A row: for these reasons, stages and APIs (empty: all) and where `when` holds, these lines."""

    reasons: frozenset[Reason]
    templates: tuple[Template, ...]
    stages: frozenset[Stage] = frozenset()
    apis: frozenset[str] = frozenset()
    when: Callable[[Story], bool] | None = None

    def fits(self, story: Story) -> bool:
        blocked = story.blocked
        return (
            blocked is not None
            and blocked.reason in self.reasons
            and (not self.stages or blocked.stage in self.stages)
            and (not self.apis or story.started.api in self.apis)
            and (self.when is None or self.when(story))
        )


def templates_for(story: Story, rules: Iterable[Rule]) -> tuple[Template, ...]:
    """The lines for what blocked this fetch; none where no row fits."""
    return next((rule.templates for rule in rules if rule.fits(story)), ())
