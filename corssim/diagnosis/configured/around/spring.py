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


_SOURCE: Final = lazy_pattern(
    r"\b(?:UrlBased)?CorsConfigurationSource\s+(?P<java>\w+)\s*\(|\bfun\s+(?P<kotlin>\w+)\s*\([^()]*\)\s*:\s*(?:UrlBased)?CorsConfigurationSource\b"
)
_TAKEN: Final = lazy_pattern(
    r"\bconfigurationSource\s*[(=]|\bnew\s+\w*Cors\w*Filter\s*\(|\bCors(?:Web)?Filter\s*\(|\bFilterRegistrationBean\b"
    r"|\"corsConfigurationSource\"|\bServerHttpSecurity\b|\bSecurityWebFilterChain\b|\bcors\.reactive\b"
)
_BEAN: Final = lazy_pattern(r"@Bean\b[^;{}]{0,200}?\bcorsConfigurationSource\s*\(")


def _is_taken_by_none(text: str) -> bool:
    """Whether a source is made that nothing names, and that is no bean of the name that Spring Security looks for.

    https://docs.spring.io/spring-security/reference/servlet/integrations/cors.html ; of WebFlux it looks for the type.
    """
    sources = [each["java"] or each["kotlin"] for each in _SOURCE.finditer(text)]
    if not sources or _TAKEN.search(text) is not None:
        return False
    is_alone = "@Bean" not in text and "corsConfigurationSource" in sources  # a part of a class
    return not is_alone and _BEAN.search(text) is None


def around_spring(text: str) -> list[str]:
    """Doubts of one configuration: a chain of security that does not ask for CORS, or turns it off."""
    off = _TURNED_OFF.search(text)
    if off is not None:
        return [off[0]]
    if _SECURITY.search(text) is not None and _ASKED.search(text) is None and _BY_ITSELF.search(text) is None:
        return ["Spring Security without .cors(…)"]
    if _is_taken_by_none(text):
        return ["a CorsConfigurationSource that nothing takes"]
    found = _IN_PART.search(text)
    return [] if found is None else [f"{found[0]})"]
