"""Java and Kotlin: Spring Security in front of Spring's own settings of CORS, and what is on in some profiles alone."""

from __future__ import annotations

from typing import Final

from ....patterns import lazy_pattern

_SECURITY: Final = lazy_pattern(
    r"\b(?:HttpSecurity|SecurityFilterChain|SecurityWebFilterChain|WebSecurityConfigurerAdapter)\b|\bauthorize(?:Http)?Requests\b|\bauthorizeExchange\b"
    r"|\.\s*(?:requestMatchers|antMatchers|mvcMatchers|sessionManagement|httpBasic|formLogin|oauth2ResourceServer)\s*\("
)
_ASKED: Final = lazy_pattern(r"(?:\.|\b(?:http|and\(\))\s*\.?\s*)cors\s*[({]|\bcors\s*\{")
_TURNED_OFF: Final = lazy_pattern(
    r"\.cors\s*\(\s*\)\s*\.\s*disable\b|\bcors\s*\(\s*\w+\s*->\s*\w+\s*\.\s*disable\b|\bcors\s*\(\s*\w+\s*::\s*disable\b|\bcors\s*\{\s*(?:it\.)?disable\b"
)
_BY_ITSELF: Final = lazy_pattern(
    r"\bFilterRegistrationBean\b|\bHIGHEST_PRECEDENCE\b|\baddFilterBefore\s*\(\s*(?:new\s+)?\w*[cC]ors"
)
_IN_PART: Final = lazy_pattern(r"@(?:Profile|Conditional\w*)\s*\([^()\n]{0,60}")


def around_spring(text: str) -> list[str]:
    """Doubts of one configuration: a chain of security that does not ask for CORS, or turns it off."""
    off = _TURNED_OFF.search(text)
    if off is not None:
        return [off[0]]
    if _SECURITY.search(text) is not None and _ASKED.search(text) is None and _BY_ITSELF.search(text) is None:
        return ["Spring Security without .cors(…)"]
    found = _IN_PART.search(text)
    return [] if found is None else [f"{found[0]})"]
