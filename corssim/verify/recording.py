"""One case through one browser: its cookies, its page, its steps; what script saw, and what arrived."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .page import CasePage

if TYPE_CHECKING:
    from pathlib import Path

    from .browsers.driver import Driver
    from .case import Case
    from .server import CaseOnLoopback


async def record(case: Case, driver: Driver, server: CaseOnLoopback, folder: Path) -> dict[str, Any]:
    """The record of a case. Raises DriverError where the browser does not follow."""
    server.begin(case)
    await driver.begin(case)
    try:
        page = CasePage(driver, server, folder)
        for cookie in case.get("cookies", ()):
            told = cookie["set_cookie"]
            texts = [told] if isinstance(told, str) else told
            await page.visit(cookie["url"], *(("Set-Cookie", text) for text in texts))
        await page.open(case["page"])
        await driver.console()
        steps: list[dict[str, Any]] = []
        for index, step in enumerate(case["steps"]):
            server.step = index
            await page.wait(step.get("wait_ms", 0))
            if "on" in step:
                await page.go_to(step["on"])
                await driver.console()
            if step["api"] == "page":
                await page.open(step["page"])
                await driver.console()
                steps.append({"outcome": "ok", "page": step["page"]})
                continue
            steps.append(await page.run(step))
            if lines := await driver.console():
                steps[-1]["console"] = list(dict.fromkeys(lines))  # each text once, as in what was given
        if page.files is not None:
            steps = json.loads(json.dumps(steps).replace(page.files + "/", "file:///tmp/"))
        return {"id": case["id"], "steps": steps, "wire": list(server.wire)}
    finally:
        await driver.end()
