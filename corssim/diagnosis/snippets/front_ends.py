"""Development servers that fetch for the page: then the browser asks its own origin, and there is no CORS at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from .model import Snippet
from .quoting import quoted

if TYPE_CHECKING:
    from .model import ServerChange

_SERVER: Final = "https://api.example"
_WHEN: Final = (
    "Then the page asks for {path} of its own origin, without the server's name in the URL. This is for development: "
    "where the built page and the server are of two origins, the server has to allow it all the same."
)


def _prefix(change: ServerChange) -> tuple[str, bool]:
    """The first part of the path, to be passed on; /api where there is none, and then it has to be taken off again."""
    first = change.path.strip("/").partition("/")[0]
    # A path of one part may be a page of the front end.
    return (f"/{first}", False) if "/" in change.path.strip("/") else ("/api", True)


def vite(change: ServerChange) -> Snippet:
    """https://vite.dev/config/server-options#server-proxy"""
    prefix, taken_off = _prefix(change)
    rewrite = f'\n        rewrite: (path) => path.replace(/^\\{prefix}/, ""),' if taken_off else ""
    text = (
        'import { defineConfig } from "vite";\n\n'
        "export default defineConfig({\n"
        "  server: {\n"
        "    proxy: {\n"
        f"      {quoted(prefix)}: {{\n"
        f"        target: {quoted(change.server or _SERVER)},\n"
        f"        changeOrigin: true,{rewrite}\n"
        "      },\n"
        "    },\n"
        "  },\n"
        "});\n"
    )
    note = f"vite.config.js, with the plugins that are there. {_WHEN.format(path=prefix + '/…')}"
    return Snippet("vite", "Vite: server.proxy", "javascript", text, note)


def webpack(change: ServerChange) -> Snippet:
    """https://webpack.js.org/configuration/dev-server/#devserverproxy"""
    prefix, taken_off = _prefix(change)
    rewrite = f'\n        pathRewrite: {{ "^{prefix}": "" }},' if taken_off else ""
    text = (
        "module.exports = {\n"
        "  devServer: {\n"
        "    proxy: [\n"
        "      {\n"
        f"        context: [{quoted(prefix)}],\n"
        f"        target: {quoted(change.server or _SERVER)},\n"
        f"        changeOrigin: true,{rewrite}\n"
        "      },\n"
        "    ],\n"
        "  },\n"
        "};\n"
    )
    note = f"webpack.config.js; Vue CLI has devServer in vue.config.js. {_WHEN.format(path=prefix + '/…')}"
    return Snippet("webpack", "webpack: devServer.proxy", "javascript", text, note)


def angular(change: ServerChange) -> Snippet:
    """https://angular.dev/tools/cli/serve#proxying-to-a-backend-server"""
    prefix, taken_off = _prefix(change)
    row = {"target": change.server or _SERVER, "changeOrigin": True, "secure": True}
    if taken_off:
        row["pathRewrite"] = {f"^{prefix}": ""}
    # As the beginning of a path: the globs of its Vite leave out /.x and, with a query, the prefix itself.
    text = json.dumps({prefix: row}, indent=2) + "\n"
    note = (
        'src/proxy.conf.json, named by "proxyConfig" in the options of "serve" in angular.json, or ng serve '
        f"--proxy-config src/proxy.conf.json. {_WHEN.format(path=prefix + '/…')}"
    )
    return Snippet("angular", "Angular: proxy.conf.json", "json", text, note)


def create_react_app(change: ServerChange) -> Snippet:
    """https://create-react-app.dev/docs/proxying-api-requests-in-development/#configuring-the-proxy-manually"""
    prefix, taken_off = _prefix(change)
    server = quoted(change.server or _SERVER)
    # Below a path, version 2 of the package passes on the whole path and version 3 the rest of it.
    path = f'request.originalUrl.replace(/^\\{prefix}/, "")' if taken_off else "request.originalUrl"
    text = (
        'const { createProxyMiddleware } = require("http-proxy-middleware");\n\n'
        "module.exports = function (app) {\n"
        "  app.use(\n"
        f"    {quoted(prefix)},\n"
        "    createProxyMiddleware({\n"
        f"      target: {server},\n"
        "      changeOrigin: true,\n"
        f"      pathRewrite: (path, request) => {path},\n"
        "    }),\n"
        "  );\n"
        "};\n"
    )
    note = (
        "src/setupProxy.js, read as the server starts; npm install http-proxy-middleware where it is not there. "
        f'"proxy": {server} in package.json passes on too, but react-scripts 5 does not start with it where HOST is '
        'set or the machine has no private address ("options.allowedHosts[0] should be a non-empty string"). '
        f"{_WHEN.format(path=prefix + '/…')}"
    )
    return Snippet("create-react-app", "Create React App: setupProxy.js", "javascript", text, note)


def next_rewrites(change: ServerChange) -> Snippet:
    """https://nextjs.org/docs/app/api-reference/config/next-config-js/rewrites"""
    prefix, taken_off = _prefix(change)
    target = (change.server or _SERVER) + ("" if taken_off else prefix)
    text = (
        "module.exports = {\n"
        "  async rewrites() {\n"
        f'    return [{{ source: "{prefix}/:path*", destination: "{target}/:path*" }}];\n'
        "  },\n"
        "};\n"
    )
    note = (
        f"next.config.js. The page asks for {prefix}/… of its own origin, in production too: there is no CORS then, "
        "and cookies are those of the page's own host."
    )
    return Snippet("next-rewrites", "Next.js: rewrites", "javascript", text, note)
