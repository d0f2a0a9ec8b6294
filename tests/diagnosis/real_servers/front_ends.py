"""Development servers that ask in the page's place, each with a snippet as its configuration."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from tests.diagnosis.real_servers.installed import LARGE, LARGE_PACKAGES, large_package, needs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.diagnosis.real_servers.serving import Configure


def webpack(folder: Path, port: int, text: str) -> Sequence[str]:
    command = large_package("webpack-cli", "webpack", "webpack-dev-server") / "bin" / "cli.js"
    write_project(folder, {"src/index.js": "", "webpack.config.js": text})
    flags = ["--mode", "development", "--port", str(port), "--host", "127.0.0.1"]
    return [needs("node"), str(command), "serve", *flags]


def next_rewrites(folder: Path, port: int, text: str) -> Sequence[str]:
    """Below the folder of the packages: it takes no link to them."""
    command = large_package("next", "react", "react-dom") / "dist" / "bin" / "next"
    project = Path(mkdtemp(prefix="next-", dir=LARGE))
    (project / "pages").mkdir(parents=True)
    (project / "pages" / "index.js").write_text("export default function Page() { return null; }")
    (project / "next.config.js").write_text(text)
    return [needs("node"), str(command), "dev", str(project), "-p", str(port), "-H", "127.0.0.1"]


def create_react_app(folder: Path, port: int, text: str) -> Sequence[str]:
    """The script of its server: the command starts that as a process of its own, which would outlive it."""
    script = large_package("react-scripts", "react", "http-proxy-middleware") / "scripts" / "start.js"
    write_project(folder, {"package.json": {}, "public/index.html": "", "src/index.js": "", "src/setupProxy.js": text})
    # It ends when its standard input does, but in CI.
    settings = ["CI=true", "BROWSER=none", "HOST=127.0.0.1", f"PORT={port}"]
    return [needs("env"), *settings, needs("node"), str(script)]


def create_react_app_with_version_3(folder: Path, port: int, text: str) -> Sequence[str]:
    """With the version of http-proxy-middleware that is installed by its name today; react-scripts brings another."""
    command = create_react_app(folder, port, text)
    (folder / "src" / "node_modules").mkdir()
    (folder / "src" / "node_modules" / "http-proxy-middleware").symlink_to(large_package("http-proxy-middleware-3"))
    return command


def angular(folder: Path, port: int, text: str, *, builder: str, entry: Mapping[str, Any]) -> Sequence[str]:
    command = large_package("@angular/cli", "@angular-devkit/build-angular", "@angular/core") / "bin" / "ng.js"
    of_the_build = {"index": "src/index.html", "tsConfig": "tsconfig.json", "outputPath": "dist", **entry}
    of_the_server = {"buildTarget": "app:build", "proxyConfig": "src/proxy.conf.json"}
    builders = {"build": (builder, of_the_build), "serve": ("dev-server", of_the_server)}
    architect = {
        target: {"builder": f"@angular-devkit/build-angular:{name}", "options": options}
        for target, (name, options) in builders.items()
    }
    write_project(
        folder,
        {
            "angular.json": {
                "version": 1,
                "cli": {"analytics": False},
                "projects": {"app": {"projectType": "application", "root": "", "architect": architect}},
            },
            "package.json": {},
            # Without `types`, those of all the other packages are compiled too.
            "tsconfig.json": {"compilerOptions": {"target": "ES2022", "types": []}, "files": ["src/main.ts"]},
            "src/index.html": "<html><head></head><body></body></html>",
            "src/main.ts": "export {};",
            "src/proxy.conf.json": text,
        },
    )
    return [needs("node"), str(command), "serve", "--port", str(port), "--host", "127.0.0.1"]


def write_project(folder: Path, files: Mapping[str, str | Mapping[str, Any]]) -> None:
    (folder / "node_modules").symlink_to(LARGE_PACKAGES)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


IN_THE_PAGES_PLACE: dict[str, tuple[str, Configure]] = {
    "webpack": ("webpack", webpack),
    "Next.js": ("next-rewrites", next_rewrites),
    "Create React App": ("create-react-app", create_react_app),
    "Create React App, version 3 of its proxy": ("create-react-app", create_react_app_with_version_3),
    "Angular": ("angular", partial(angular, builder="application", entry={"browser": "src/main.ts"})),
    "Angular with webpack": ("angular", partial(angular, builder="browser", entry={"main": "src/main.ts"})),
}
"""How the server is started and with whose snippet."""
