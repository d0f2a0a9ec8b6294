"""The URL parser itself: ada where it is installed, else the browser's own `URL`, which Pyodide has at hand.

https://url.spec.whatwg.org/#concept-basic-url-parser
"""

from __future__ import annotations

try:
    import ada_url
except ImportError:  # under Pyodide, for which there is no ada
    import js
    from pyodide.ffi import JsException

    def parsed(text: str, base: str | None) -> str | None:
        try:
            return str((js.URL.new(text) if base is None else js.URL.new(text, base)).href)
        except JsException:
            return None

    def changed(href: str, parts: dict[str, str]) -> str:
        url = js.URL.new(href)
        for name, value in parts.items():
            setattr(url, name, value)
        return str(url.href)

else:
    _LONGEST_READ_AGAIN = 1 << 14  # characters of a host that is not ASCII

    def parsed(text: str, base: str | None) -> str | None:
        """The serialised URL, or None for failure. Raises UnicodeEncodeError for lone surrogates, or replaces them."""
        try:
            href: str = ada_url.URL(text, base).href
            # A longer one is written, but not read again, and so it is none. Chromium and WebKit refuse such hosts from
            # about a thousand characters on, Firefox labels of as many.
            if len(href) > _LONGEST_READ_AGAIN and "xn--" in href:
                ada_url.URL(href)
            return href
        except UnicodeEncodeError:
            raise
        except ValueError:
            return None

    def changed(href: str, parts: dict[str, str]) -> str:
        """The serialised URL after its setters (`protocol`, `username`, …), which may refuse, and then nothing changes.

        https://url.spec.whatwg.org/#url-class
        """
        try:
            return ada_url.replace_url(href, **parts)
        except ValueError:
            return href
