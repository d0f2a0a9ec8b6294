"""Programs of JavaScript that are drawn, layer by layer, as people write them."""

# ruff: noqa: E501  (each program's statements stand on one line)

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from .installed import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from random import Random

APP, OTHER = "https://app.example", "https://other.example"
PATHS = ("/items", "/api/x", "/api/x/1")
LIST = f"['https://a.example', '{APP}']"
CHECKS = (
    "list.includes(origin)",
    "list.indexOf(origin) !== -1",
    "list.indexOf(origin) > 0",
    "list.some((each) => each === origin)",
    "list.some((each) => origin && origin.startsWith(each))",
    f"origin === '{APP}'",
    "/app\\.example$/.test(origin)",
    "origin && origin.endsWith('.example') && !origin.includes('other')",
    "new Set(list).has(origin)",
    "!list.includes(origin)",
    "allowed(origin)",
    "new URL(origin).hostname === 'app.example'",
    "by[origin]",
    "list.find((each) => each == origin) !== undefined",
    "list.filter((each) => each === origin).length > 0",
    "origin.match(/^https:\\/\\/(app|www)\\./)",
    "origin.split('//')[1] === 'app.example'",
)
PREAMBLE = (
    f"const list = {LIST};\nconst by = {{ '{APP}': true }};\n"
    "function allowed(origin) { for (const each of list) { if (each === origin) return true; } return false; }\n"
)


def _origin(random: Random) -> str:
    check = random.choice(CHECKS)
    return random.choice(
        [
            "'*'", "true", "false", f"'{APP}'", "list", f"[/app\\.example$/, '{OTHER}/']", "/app\\.example$/", "['*']", "undefined",
            "[...list, 'https://b.example']", "list.map((each) => each.toLowerCase())", "list.join(',')", "list[1]",
            "`https://${'app'}.example`",
            f"(origin, callback) => {{ if (!origin || {check}) callback(null, true); else callback(null, false); }}",
            f"(origin, callback) => {{ if ({check}) {{ callback(null, true); }} else {{ callback(new Error('no')); }} }}",
            f"function (origin, callback) {{ const ok = {check}; return callback(null, ok ? origin : false); }}",
            f"(origin, callback) => callback({check} ? null : new Error('no'), true)",
            f"(origin, callback) => {{ callback(null, {check}); }}",
            f"(origin, callback) => {{ switch (origin) {{ case '{APP}': callback(null, true); break; default: callback(null, '{OTHER}'); }} }}",
            "async (origin, callback) => { const found = await Promise.resolve(list); callback(null, found); }",
        ]
    )  # fmt: skip


def cors_options(random: Random) -> str:
    """The settings of the package cors."""
    given = {
        "origin": _origin(random),
        "credentials": random.choice(["true", "false", "'true'"]),
        "methods": random.choice(["['GET', 'PUT']", "'GET,PUT,DELETE'", "[]", "'*'", "['put']"]),
        "allowedHeaders": random.choice(["['X-One', 'Content-Type']", "'x-one'", "[]", "'*'", "undefined"]),
        "exposedHeaders": random.choice(["['X-Two']", "'*'", "[]"]),
        "maxAge": random.choice(["600", "0", "'5'"]),
        "optionsSuccessStatus": random.choice(["200", "204", "404"]),
        "preflightContinue": random.choice(["true", "false"]),
    }
    kept = [f"{name}: {value}" for name, value in given.items() if random.random() < (0.8 if name == "origin" else 0.3)]
    return f"{{ {', '.join(kept)} }}"


def _cors(random: Random) -> str:
    if random.random() < 0.15:
        return "cors()"
    if random.random() < 0.15:
        return f"cors((req, callback) => {{ callback(null, req.method === 'PUT' ? {cors_options(random)} : {cors_options(random)}); }})"
    return f"cors({cors_options(random)})"


def _sets(random: Random, name: str, value: str) -> str:
    verb = random.choice(["res.header", "res.set", "res.setHeader", "res.append"])
    if verb == "res.set" and random.random() < 0.4:
        return f"res.set({{ '{name}': {value} }});"
    return f"{verb}('{name}', {value});"


def _middleware(random: Random) -> str:
    statements = []
    origin = random.choice(
        ["'*'", "origin", "req.headers.origin", "req.get('Origin')", f"'{APP}'", "list[1]", "origin || '*'"]
    )
    check = random.choice(CHECKS)
    sets = _sets(random, "Access-Control-Allow-Origin", origin)
    statements.append(
        random.choice(
            [
                sets, sets, f"if ({check}) {{ {sets} }}", f"if ({check}) {{ {sets} }} else {{ res.removeHeader('Access-Control-Allow-Origin'); }}",
                f"if (!({check})) {{ return res.status(403).end(); }} {sets}",
                f"try {{ if ({check}) {sets} }} catch (error) {{ }}",
                f"for (const each of list) {{ if (each === origin) {{ {sets} }} }}",
            ]
        )
    )  # fmt: skip
    if random.random() < 0.4:
        statements.append(_sets(random, "Access-Control-Allow-Credentials", random.choice(["'true'", "true"])))
    statements.append(
        _sets(random, "Access-Control-Allow-Methods", random.choice(["'GET, PUT'", "'*'", "['GET', 'PUT'].join(', ')"]))
    )
    if random.random() < 0.6:
        statements.append(
            _sets(
                random,
                "Access-Control-Allow-Headers",
                random.choice(["'x-one'", "'*'", "req.headers['access-control-request-headers'] || ''"]),
            )
        )
    random.shuffle(statements)
    end = random.choice(
        [
            "res.sendStatus(204)",
            "res.status(200).end()",
            "res.status(200).json({})",
            "res.writeHead(204), res.end()",
            "res.sendStatus(405)",
        ]
    )
    options = random.choice(
        [
            "", f"if (req.method === 'OPTIONS') return {end};", f"if ('OPTIONS' == req.method) {{ {end}; }} else {{ next(); }}",
            f"if (req.method.toLowerCase() === 'options') {{ {end}; return; }}",
            f"if (req.method !== 'OPTIONS') {{ return next(); }} {end};",
        ]
    )  # fmt: skip
    last = "" if "next()" in options else " next();"
    begin = random.choice(
        ["const origin = req.headers.origin;", "const { origin } = req.headers;", "const origin = req.get('origin');"]
    )
    at = random.randint(0, len(statements))
    if "else { next()" in options or "return next()" in options:
        at = len(statements)
    body = [begin, *statements[:at], options, *statements[at:]]
    return f"(req, res, next) => {{ {' '.join(body)}{last} }}"


ANSWERS = (
    "(req, res) => res.json({})",
    "async (req, res) => { res.status(201).send('stored'); }",
    "function (req, res) { res.set('Access-Control-Expose-Headers', 'x-three'); res.end('x'); }",
    "(req, res, next) => { next(new Error('broken')); }",
    f"(req, res) => {{ res.header('Access-Control-Allow-Origin', '{OTHER}').send('x'); }}",
)


def _layer(random: Random, of: str, number: int, depth: int = 0) -> str:
    path = random.choice(
        ["'/items'", "'/api'", "'/api/x'", "'/api/:name'", "['/api/x', '/items']", "/^\\/api/", "'/{*all}'"]
    )
    prefix = random.choice(["", "", f"{path}, "])
    kind = random.randint(0, 9)
    if kind <= 2:
        return f"{of}.use({prefix}{_cors(random)});"
    if kind == 3:
        return f"{of}.options({path}, {_cors(random)});"
    if kind <= 5:
        return f"{of}.use({prefix}{_middleware(random)});"
    if kind == 6:
        guard = random.choice(["if (!req.headers.authorization) return res.sendStatus(401); next();", "next();",
                               "if (req.method === 'OPTIONS') return next('route'); next();", "req.user = 1; next();"])  # fmt: skip
        return f"{of}.use({prefix}(req, res, next) => {{ {guard} }});"
    if kind == 7 and depth < 2:
        inner = [_layer(random, f"r{number}", number * 10 + each, depth + 1) for each in range(random.randint(1, 3))]
        return f"const r{number} = express.Router();\n" + "\n".join(inner) + f"\n{of}.use({prefix}r{number});"
    verb = random.choice(["get", "put", "all", "post"])
    own = random.choice(["", f"{_cors(random)}, ", f"{_middleware(random)}, "])
    if random.random() < 0.2:
        return f"{of}.route({path}).{verb}({own}{random.choice(ANSWERS)}).get({random.choice(ANSWERS)});"
    return f"{of}.{verb}({path}, {own}{random.choice(ANSWERS)});"


def express(random: Random) -> str:
    layers = [_layer(random, "app", number) for number in range(1, random.randint(2, 6))]
    tail = random.choice(["", "app.use((err, req, res, next) => { res.status(500).json({}); });\n"])
    return (
        "const express = require('express');\nconst cors = require('cors');\nconst app = express();\n"
        + PREAMBLE + "\n".join(layers) + "\napp.all('/items', (req, res) => res.send('x'));\n" + tail + "module.exports = app;\n"
    )  # fmt: skip


def _koa_origin(random: Random) -> str:
    check = random.choice(CHECKS)
    return random.choice(
        [
            "'*'", f"'{APP}'", "list[1]", "undefined", "''",
            f"(ctx) => {{ const origin = ctx.get('Origin'); if ({check}) return origin; return ''; }}",
            f"async (ctx) => {{ const origin = ctx.request.header.origin; return {check} ? origin : list[0]; }}",
            f"function (ctx) {{ const {{ origin }} = ctx.headers; if (!({check})) {{ return false; }} return origin; }}",
        ]
    )  # fmt: skip


def _koa_cors(random: Random) -> str:
    given = {
        "origin": _koa_origin(random),
        "credentials": random.choice(["true", "false", "() => true"]),
        "allowMethods": random.choice(["['GET', 'PUT']", "'GET,PUT,DELETE'", "''"]),
        "allowHeaders": random.choice(["['X-One', 'Content-Type']", "'x-one'"]),
        "exposeHeaders": "['X-Two']",
        "maxAge": random.choice(["600", "'5'", "0"]),
        "keepHeadersOnError": random.choice(["true", "false"]),
    }
    kept = [f"{name}: {value}" for name, value in given.items() if random.random() < (0.7 if name == "origin" else 0.3)]
    return f"cors({{ {', '.join(kept)} }})"


def _koa_middleware(random: Random) -> str:
    check = random.choice(CHECKS)
    sets = random.choice(["ctx.set('Access-Control-Allow-Origin', {})", "ctx.set({{ 'Access-Control-Allow-Origin': {} }})",
                          "ctx.response.set('Access-Control-Allow-Origin', {})", "ctx.append('Access-Control-Allow-Origin', {})"])  # fmt: skip
    sets = sets.format(random.choice(["'*'", "origin", "ctx.get('Origin')", f"'{APP}'"]))
    first = random.choice([f"{sets};", f"if ({check}) {{ {sets}; }}", f"if (!({check})) {{ ctx.throw(403); }} {sets};"])
    lists = "ctx.set('Access-Control-Allow-Methods', 'GET, PUT'); ctx.set('Access-Control-Allow-Headers', 'x-one');"
    end = random.choice(
        ["ctx.status = 204; return;", "ctx.body = 'ok'; return;", "ctx.body = null; return;", "return ctx.throw(405);"]
    )
    options = random.choice(
        ["", f"if (ctx.method === 'OPTIONS') {{ {end} }}", f"if (ctx.request.method == 'OPTIONS') {{ {end} }}"]
    )
    last = random.choice(["await next();", "await next(); ctx.remove('Access-Control-Allow-Credentials');",
                          "try { await next(); } catch (error) { ctx.status = 500; ctx.body = 'x'; }"])  # fmt: skip
    parts = [first, lists, options]
    random.shuffle(parts)
    if random.random() < 0.2:
        parts = [last, *parts]
        last = ""
    return f"async (ctx, next) => {{ const origin = ctx.get('Origin'); {' '.join(parts)} {last} }}"


def _koa_layer(random: Random, number: int) -> str:
    kind = random.randint(0, 6)
    if kind <= 1:
        return f"app.use({_koa_cors(random)});"
    if kind <= 3:
        return f"app.use({_koa_middleware(random)});"
    if kind == 4:
        return random.choice(["app.use(async (ctx, next) => { if (!ctx.headers.authorization) { ctx.throw(401); } await next(); });",
                              "app.use((ctx, next) => { ctx.state.user = 1; return next(); });",
                              "app.use(async (ctx, next) => { if (ctx.path === '/items') { ctx.body = 'own'; return; } await next(); });"])  # fmt: skip
    prefix = random.choice(["", "{ prefix: '/api' }"])
    path = random.choice(["'/items'", "'/x'", "'/api/x'", "'/x/:name'"])
    own = random.choice(["", f"{_koa_middleware(random)}, ", f"{_koa_cors(random)}, "])
    verb = random.choice(["get", "put", "all", "options"])
    answer = random.choice(["(ctx) => { ctx.body = {}; }", "async (ctx) => { ctx.status = 201; ctx.body = 'x'; }",
                            "() => { throw new Error('broken'); }"])  # fmt: skip
    allowed = random.choice(["", f"\napp.use(r{number}.allowedMethods());"])
    used = random.choice(["", f"r{number}.use({_koa_middleware(random)});\n"])
    return f"const r{number} = new Router({prefix});\n{used}r{number}.{verb}({path}, {own}{answer});\napp.use(r{number}.routes());{allowed}"


def koa(random: Random) -> str:
    layers = [_koa_layer(random, number) for number in range(1, random.randint(2, 6))]
    return (
        "const Koa = require('koa');\nconst cors = require('@koa/cors');\nconst Router = require('@koa/router');\n"
        "const app = new Koa();\napp.silent = true;\n" + PREAMBLE + "\n".join(layers)
        + "\napp.use((ctx) => { ctx.body = 'x'; });\nmodule.exports = app;\n"
    )  # fmt: skip


def _hono_cors(random: Random) -> str:
    check = random.choice(CHECKS)
    given = {
        "origin": random.choice(
            ["'*'", f"'{APP}'", "list", "[]", f"(origin) => {check} ? origin : ''", f"(origin, c) => {{ if ({check}) {{ return origin; }} return null; }}",
             f"(origin) => {check} ? origin : '{OTHER}'"]
        ),
        "credentials": random.choice(["true", "false"]),
        "allowMethods": random.choice(["['GET', 'PUT']", "['PUT', 'OPTIONS']", "[]"]),
        "allowHeaders": random.choice(["['X-One', 'Content-Type']", "[]"]),
        "exposeHeaders": "['X-Two']",
        "maxAge": random.choice(["600", "0"]),
    }  # fmt: skip
    kept = [f"{name}: {value}" for name, value in given.items() if random.random() < (0.7 if name == "origin" else 0.3)]
    if "allowMethods" not in " ".join(kept):
        kept.append("allowMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH']")  # its default differs by version
    return f"cors({{ {', '.join(kept)} }})"


def _hono_middleware(random: Random) -> str:
    check = random.choice(CHECKS)
    sets = random.choice(["c.header('Access-Control-Allow-Origin', {})", "c.res.headers.set('Access-Control-Allow-Origin', {})",
                          "c.header('Access-Control-Allow-Origin', {}, {{ append: true }})"])  # fmt: skip
    sets = sets.format(random.choice(["'*'", "origin", f"'{APP}'"]))
    first = random.choice(
        [f"{sets};", f"if ({check}) {{ {sets}; }}", f"if (!({check})) {{ return c.text('no', 403); }} {sets};"]
    )
    lists = "c.header('Access-Control-Allow-Methods', 'GET, PUT'); c.header('Access-Control-Allow-Headers', 'x-one');"
    end = random.choice(["return c.body(null, 204);", "return new Response(null, { status: 204 });", "return c.text('', 200);",
                         "return c.newResponse(null, 204, { 'Access-Control-Max-Age': '5' });", "c.status(204); return c.body(null);"])  # fmt: skip
    options = random.choice(["", f"if (c.req.method === 'OPTIONS') {{ {end} }}"])
    parts = [first, lists, options]
    random.shuffle(parts)
    last = random.choice(["await next();", "await next();", "return next();"])
    if random.random() < 0.3:
        parts, last = [last if "return" not in last else "await next();", *parts], ""
    return f"async (c, next) => {{ const origin = c.req.header('origin') || ''; {' '.join(parts)} {last} }}"


def _hono_layer(random: Random, of: str, number: int) -> str:
    path = random.choice(["'*'", "'/api/*'", "'/items'", "'/api/x'", "'/api/:name'"])
    kind = random.randint(0, 6)
    if kind <= 1:
        return f"{of}.use({path}, {_hono_cors(random)});"
    if kind <= 3:
        return f"{of}.use({random.choice(['', f'{path}, '])}{_hono_middleware(random)});"
    if kind == 4 and of == "app":
        inner = "\n".join(_hono_layer(random, f"r{number}", number * 10 + each) for each in range(2))
        return f"const r{number} = new Hono();\n{inner}\napp.route({random.choice(['/api', '/'])!r}, r{number});"
    verb = random.choice(["get", "put", "all", "options"])
    answer = random.choice(["(c) => c.json({})", "(c) => c.text('x', 201)", "() => new Response('x')", "() => { throw new Error('broken'); }",
                            f"(c) => c.text('x', 200, {{ 'Access-Control-Allow-Origin': '{OTHER}' }})"])  # fmt: skip
    return f"{of}.{verb}({path}, {random.choice(['', _hono_middleware(random) + ', '])}{answer});"


def hono(random: Random) -> str:
    layers = [_hono_layer(random, "app", number) for number in range(1, random.randint(2, 6))]
    return (
        "const { Hono } = require('hono');\nconst { cors } = require('hono/cors');\n"
        "const app = new Hono();\napp.onError((error, c) => c.text('broken', 500));\n" + PREAMBLE + "\n".join(layers)
        + "\napp.all('/items', (c) => c.text('x'));\nmodule.exports = app;\n"
    )  # fmt: skip


def _fastify_cors(random: Random) -> str:
    check = random.choice(CHECKS)
    given = {
        "origin": random.choice(
            ["'*'", "true", "false", f"'{APP}'", "list", f"[/app\\.example$/, '{OTHER}/']", "/app\\.example$/", "undefined",
             f"(origin, callback) => {{ if (!origin || {check}) {{ callback(null, true); }} else {{ callback(new Error('no'), false); }} }}",
             f"(origin, callback) => callback(null, {check} ? origin : false)",
             f"async (origin) => {{ if ({check}) {{ return true; }} return false; }}",
             f"async (origin) => {{ if (!({check})) {{ throw new Error('no'); }} return '*'; }}"]
        ),
        "credentials": random.choice(["true", "false"]),
        "allowedHeaders": random.choice(["['X-One', 'Content-Type']", "'x-one'", "[]"]),
        "exposedHeaders": "['X-Two']",
        "maxAge": random.choice(["600", "0"]),
        "preflight": random.choice(["true", "false"]),
        "strictPreflight": random.choice(["true", "false"]),
        "preflightContinue": random.choice(["true", "false"]),
        "optionsSuccessStatus": random.choice(["200", "404"]),
        "hook": random.choice(["'onRequest'", "'preHandler'", "'preParsing'"]),
    }  # fmt: skip
    kept = [
        f"{name}: {value}" for name, value in given.items() if random.random() < (0.8 if name == "origin" else 0.25)
    ]
    kept.append(f"methods: {random.choice(METHODS)}")  # its default differs by version
    return f"{{ {', '.join(kept)} }}"


METHODS = ("['GET', 'PUT']", "'GET,PUT,DELETE'", "['*']")


def _fastify_hook(random: Random) -> str:
    check = random.choice(CHECKS)
    sets = random.choice(["reply.header('Access-Control-Allow-Origin', {});", "reply.headers({{ 'Access-Control-Allow-Origin': {} }});",
                          "reply.raw.setHeader('Access-Control-Allow-Origin', {});"])  # fmt: skip
    sets = sets.format(random.choice(["'*'", "origin", f"'{APP}'"]))
    body = random.choice(
        [sets, f"if ({check}) {{ {sets} }}", f"if (!({check})) {{ return reply.code(403).send('no'); }} {sets}"]
    )
    lists = "reply.header('Access-Control-Allow-Methods', 'GET, PUT').header('Access-Control-Allow-Headers', 'x-one');"
    is_async = random.random() < 0.5
    answers = random.choice(["", "return reply.code(204).send();", "return reply.status(200).send('');"])
    options = f"if (request.method === 'OPTIONS') {{ {answers} }}" if answers else ""
    guard = random.choice(
        ["", "", "if (!request.headers.authorization) { throw new Error('no'); }" if is_async else ""]
    )
    parts = [body, lists, options, guard]
    random.shuffle(parts)
    begin = "const { origin } = request.headers;"
    if is_async:
        return f"async (request, reply) => {{ {begin} {' '.join(parts)} }}"
    return f"(request, reply, done) => {{ {begin} {' '.join(parts)} done(); }}"


def _fastify_layer(random: Random, of: str, number: int, depth: int = 0) -> str:
    kind = random.randint(0, 5)
    if kind == 0:
        return (
            f"{of}.addHook('{random.choice(['onRequest', 'preHandler', 'preValidation'])}', {_fastify_hook(random)});"
        )
    if kind == 1 and depth < 2:
        inner = "\n".join(_fastify_layer(random, f"f{number}", number * 10 + each, depth + 1) for each in range(2))
        plugin = f"async (f{number}) => {{\n{inner}\n}}"
        wrapped = random.choice([plugin, plugin, f"fp({plugin})"])
        return f"{of}.register({wrapped}{random.choice(['', ', { prefix: String.raw`/api` }'.replace('String.raw`/api`', repr('/api'))])});"
    path = f"'/own{number}'" if random.random() < 0.7 else f"'/{'api/' if depth == 0 else ''}x/:name{number}'"
    answer = random.choice(["async () => ({})", "(request, reply) => { reply.code(201).send('x'); }", "async () => { throw new Error('broken'); }",
                            f"async (request, reply) => {{ reply.header('Access-Control-Allow-Origin', '{OTHER}'); return 'x'; }}"])  # fmt: skip
    if kind == 2:
        return f"{of}.route({{ method: ['GET', 'PUT'], url: {path}, onRequest: {_fastify_hook(random)}, handler: {answer} }});"
    return f"{of}.{random.choice(['get', 'put'])}({path}, {answer});"


def fastify(random: Random) -> str:
    layers = [_fastify_layer(random, "app", number) for number in range(1, random.randint(2, 5))]
    if random.random() < 0.8:
        awaited = random.choice(["", "await "])
        layers.insert(
            random.randint(0, len(layers)), f"{awaited}app.register(require('@fastify/cors'), {_fastify_cors(random)});"
        )
    return (
        "const app = require('fastify')();\nconst fp = require('fastify-plugin');\n" + PREAMBLE
        + "const start = async () => {\n" + "\n".join(layers) + "\napp.all('/items', async () => 'x');\nawait app.ready();\nreturn app.server;\n};\n"
        + "module.exports = start();\n"
    )  # fmt: skip


DRAWN: dict[str, Callable[[Random], str]] = {"express": express, "koa": koa, "hono": hono, "fastify": fastify}

_ASKING = """
const http = require('http');
process.env.NODE_ENV = 'test';
process.on('unhandledRejection', () => {});
const [programs, requests] = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
const ask = (port, [method, path, headers]) => new Promise((resolve) => {
  const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent: false, timeout: 1500 }, (answer) => {
    const all = {};
    for (let i = 0; i < answer.rawHeaders.length; i += 2) {
      const name = answer.rawHeaders[i].toLowerCase();
      if (name.startsWith('access-control-')) (all[name] = all[name] || []).push(answer.rawHeaders[i + 1]);
    }
    answer.resume();
    answer.on('end', () => resolve([answer.statusCode, all]));
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve(null));
  request.end();
});
(async () => {
  for (const file of programs) {
    let found = [];
    try {
      const served = await require(file);
      const web = served.fetch && require('@hono/node-server').getRequestListener(served.fetch);
      const handler = typeof served === 'function' ? served : served.callback ? served.callback() : web || served;
      const server = typeof handler.listen === 'function' && typeof handler !== 'function' ? handler : http.createServer(handler);
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      for (const request of requests) found.push(await ask(server.address().port, request));
      server.close();
    } catch (error) { found = String(error); }
    console.log(JSON.stringify(found));
  }
  process.exit(0);
})();
"""


def answers_of(
    programs: Sequence[str], requests: Sequence[tuple[str, str, dict[str, str]]], folder: Path, modules: Path
) -> list[Any]:
    """What each program answers to each request when it is run; a text where it does not start."""
    (folder / "node_modules").symlink_to(modules)
    files = []
    for number, text in enumerate(programs):
        file = folder / f"program{number}.js"
        file.write_text(text)
        files.append(str(file))
    (folder / "ask.js").write_text(_ASKING)
    (folder / "asked.json").write_text(json.dumps([files, requests]))
    command = [needs("node"), str(folder / "ask.js"), str(folder / "asked.json")]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=280, check=False)
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith(("[", '"'))]
