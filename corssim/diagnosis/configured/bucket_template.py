"""Rules of buckets as templates of CloudFormation have them, in YAML.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-corsrule.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .buckets import rule_of, rules_of_s3
from .model import Mistake
from .scan import list_of, scalar_of, without_comments

if TYPE_CHECKING:
    from .model import Configured, Grant

TEMPLATE_SIGN: Final = r"(?m)^[^\S\n]*C(?:ors|ORS)Rules:[^\S\n]*(?:#[^\n]*)?$"
_RULES: Final = lazy_pattern(r"(?m)^(?P<indent>[^\S\n]*)C(?:ors|ORS)Rules:[^\S\n]*$")
_ITEM: Final = lazy_pattern(r"^(?P<indent>[^\S\n]*)-(?=[^\S\n]|$)")
_MOST: Final = 100
# The API and the console call these otherwise than templates do.
_OF_TEMPLATES: Final = {
    "ExposeHeader": "ExposedHeaders", "ExposeHeaders": "ExposedHeaders", "MaxAgeSeconds": "MaxAge",
}  # fmt: skip
_OF_THE_CONSOLE: Final = lazy_pattern(r"(?m)^[^\S\n]*(?:-[^\S\n]+)?(?P<name>ExposeHeaders?|MaxAgeSeconds):")


def read_bucket_template(text: str) -> Configured | None:
    """The rules of the bucket; of several whose rules differ it is not known which is meant."""
    text = without_comments(text)
    found = [_rules(text[each.end() :], len(each["indent"])) for each in islice(_RULES.finditer(text), _MOST)]
    found = [rules for rules in found if rules]
    if not found:
        return None
    configured = rules_of_s3(found[0])
    refused = _OF_THE_CONSOLE.search(text)
    if refused is not None:
        of_templates = _OF_TEMPLATES[refused["name"]]
        mistake = Mistake(
            "setting-refused", f"{refused['name']} is no setting of a template: it is refused.", f"{of_templates}: …"
        )
        configured = replace(configured, mistakes=(*configured.mistakes, mistake))
    several = any(rules != found[0] for rules in found)
    return replace(configured, not_understood=("more than one bucket",)) if several else configured


def _rules(text: str, depth: int) -> tuple[Grant, ...]:
    """The items of the list that begins with the next line, of a key that is set in by `depth`."""
    items: list[list[str]] = []
    of_items: int | None = None
    for line in text.split("\n")[1:]:
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        begins = _ITEM.match(line)
        if indent < depth or (indent == depth and begins is None):
            break
        if begins is not None and of_items in (None, indent):
            of_items = indent
            items.append([line.replace("-", " ", 1)])
        elif items:
            items[-1].append(line)
    return tuple(_rule(number, "\n".join(item)) for number, item in enumerate(items, 1))


def _rule(number: int, text: str) -> Grant:
    return rule_of(
        f"rule {number}",
        list_of(text, "AllowedOrigins") or (),
        list_of(text, "AllowedMethods") or (),
        list_of(text, "AllowedHeaders") or (),
        list_of(text, "ExposedHeaders", "ExposeHeaders"),
        scalar_of(text, "MaxAge", "MaxAgeSeconds"),
    )
