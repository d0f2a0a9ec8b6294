"""Which browsers are installed here, and what stands in the way of one."""

from __future__ import annotations

import shutil
import subprocess

from .errors import DriverError

_PROGRAMS = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "firefox": ("firefox-esr", "firefox")}
_SYSTEM_PYTHON = "/usr/bin/python3"
_BINDINGS = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2"


def program(browser: str) -> str:
    """The path of a browser's program. Raises DriverError where there is none."""
    found = next((path for name in _PROGRAMS[browser] if (path := shutil.which(name))), None)
    if found is None:
        raise DriverError(f"{browser} is not installed ({' or '.join(_PROGRAMS[browser])} on the PATH)")
    return found


def why_not(browser: str) -> str | None:
    """Why a browser cannot be driven here, in words; None where it can."""
    if browser == "webkit":
        if shutil.which("xvfb-run") is None:
            return "xvfb-run is not installed: WebKitGTK needs a display"
        if (
            shutil.which(_SYSTEM_PYTHON) is None
            or subprocess.run([_SYSTEM_PYTHON, "-c", _BINDINGS], capture_output=True).returncode
        ):
            return f"WebKitGTK's bindings for {_SYSTEM_PYTHON} are not installed (gir1.2-webkit2-4.1, python3-gi)"
    else:
        try:
            program(browser)
        except DriverError as error:
            return str(error)
    if shutil.which("certutil") is None:
        return "certutil is not installed (libnss3-tools): the browser could not be told which certificates to trust"
    return None
