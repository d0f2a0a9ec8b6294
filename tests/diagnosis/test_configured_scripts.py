"""Programs of JavaScript as they run: what they import, call and make; what is not known is named; time is bounded."""

# ruff: noqa: E501, ISC004  (the lines of programs)

from __future__ import annotations

from time import monotonic

import pytest

from corssim.diagnosis.configured.javascript.reading import read_script
from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, WITH, PUT = "GET", "with credentials", "PUT"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
EXPRESS = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\n"
END = "\napp.all('/api/x', (req, res) => res.json({}));\napp.listen(80);\n"
STAR = "res.setHeader('Access-Control-Allow-Origin', '*');"
MINE = {(GET, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED}
ALL = {(GET, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): READABLE}

CASES: dict[str, tuple[str, dict[tuple[str, str], str | None]]] = {
    "a list that a function makes": (
        EXPRESS + f"function origins() {{ return ['{APP}', ...more()]; }}\nfunction more() {{ return []; }}\n"
        f"app.use(cors({{ origin: origins() }}));{END}",
        MINE,
    ),
    "origins of the environment, and what stands there in their place": (
        EXPRESS + f"app.use(cors({{ origin: process.env.ORIGINS ? process.env.ORIGINS.split(',') : ['{APP}'] }}));{END}",
        {(GET, APP): NOT_KNOWN, (GET, OTHER): NOT_KNOWN},
    ),
    "a condition of the environment that changes nothing": (
        EXPRESS + f"if (process.env.NODE_ENV !== 'test') {{ app.use(morgan('dev')); }}\napp.use(cors());{END}",
        ALL,
    ),
    "a condition of the environment that decides": (
        EXPRESS + f"if (process.env.NODE_ENV !== 'production') {{ app.use(cors()); }}{END}",
        {(GET, APP): NOT_KNOWN},
    ),
    "one condition that is asked twice": (
        EXPRESS + "const own = process.env.OWN === '1';\nif (own) { app.use(cors()); }\n"
        f"if (!own) {{ app.use(cors()); }}{END}",
        ALL,
    ),
    "a layer of a file that is not there, in front": (
        EXPRESS + f"app.use(require('./login'));\napp.use(cors());{END}",
        {(GET, APP): NOT_KNOWN},
    ),
    "a layer of a file that is not there, behind": (
        EXPRESS + f"app.use(cors());\napp.use(require('./login'));{END}",
        ALL,
    ),
    "a class that makes its application": (
        "import express from 'express';\nimport cors, { CorsOptions } from 'cors';\nexport class Server {\n"
        "  private readonly app: express.Application = express();\n  constructor(private port: number) { this.layers(); }\n"
        f"  private layers(): void {{ this.app.use(cors({{ origin: '{APP}' }} as CorsOptions)); }}\n"
        "  public start(): void { this.app.listen(this.port); }\n}\nnew Server(80).start();",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "a server that is started when the database is there": (
        EXPRESS + "connect().then(() => { app.use(cors()); app.get('/api/x', (q, r) => r.end()); app.listen(80); });",
        ALL,
    ),
    "a database that is asked before the answer": (
        EXPRESS + "app.use(cors());\napp.get('/api/x', (req, res) => { find((error, rows) => {\n"
        "  if (error) return res.status(500).end(); res.json(rows); }); });\napp.listen(80);",
        {(GET, APP): READABLE},
    ),
    "a login that stands between headers and the end of OPTIONS": (
        EXPRESS + f"app.use((req, res, next) => {{ {STAR} res.header('Access-Control-Allow-Methods', 'PUT'); next(); }});\n"
        f"app.use(login);\napp.options(/.*/, (req, res) => res.sendStatus(204));{END}",
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "options that a function calls back with": (
        EXPRESS + "const of = (req, callback) => callback(null, { origin: req.header('Origin') === "
        f"'{APP}' }});\napp.use(cors(of));{END}",
        MINE,
    ),
    "an error of the function that decides": (
        EXPRESS + f"app.use(cors({{ origin: (o, callback) => callback(o === '{APP}' ? null : new Error('no'), true) }}));{END}",
        MINE,
    ),
    "a header that a helper sets": (
        f"function open(res) {{ {STAR} }}\nrequire('http').createServer((req, res) => {{ open(res); res.end(); }}).listen(80);",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "a helper that is not there": (
        "require('http').createServer((req, res) => { setCors(res); res.end(); }).listen(80); // Access-Control-Allow-Origin",
        {(GET, APP): NOT_KNOWN},
    ),
    "a Worker": (
        f"const headers = {{ 'Access-Control-Allow-Origin': '{APP}', 'Access-Control-Allow-Methods': 'PUT' }};\n"
        "export default { async fetch(request) {\n"
        "  if (request.method === 'OPTIONS') { return new Response(null, { headers }); }\n"
        "  const response = new Response('x'); response.headers.set('Access-Control-Allow-Origin', headers"
        "['Access-Control-Allow-Origin']); return response; } };",
        MINE,
    ),
    "a route of Next.js": (
        "export async function GET() { return NextResponse.json({}, { headers: { 'Access-Control-Allow-Origin': '*' } }); }\n"
        "export async function PUT() { return NextResponse.json({}); }\nexport async function OPTIONS() {\n"
        "  return new Response(null, { headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT' } }); }",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "a function of a cloud": (
        "exports.handler = async (event) => { const headers = { 'Access-Control-Allow-Origin': '*',\n"
        "'Access-Control-Allow-Methods': 'PUT' }; if (event.httpMethod === 'OPTIONS') return { statusCode: 204, headers };\n"
        "return { statusCode: 200, headers, body: await find() }; };",
        ALL,
    ),
    "a function of Firebase": (
        "const functions = require('firebase-functions');\nconst cors = require('cors')({ origin: true });\n"
        "exports.api = functions.https.onRequest((req, res) => { cors(req, res, () => { res.send('x'); }); });",
        ALL,
    ),
    "a piece with dots for what is left out": (
        "const app = express()\n...\napp.use(cors({\n  origin: 'https://app.example',\n  ...\n}))\n",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED, (WITH, APP): NOT_KNOWN, (PUT, APP): NOT_KNOWN},
    ),
    "what is no script, behind the answer": (
        "app.use(cors({ origin: 'https://app.example' }));\nfunction later() { const = 5 5; }\n",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "what is no script, in front": ("const = 5 5;\napp.use(cors());\n", {(GET, APP): NOT_KNOWN}),
    "Fastify: a hook in front of the package": (
        "const app = require('fastify')();\napp.addHook('onRequest', login);\n"
        "app.register(require('@fastify/cors'));\napp.get('/api/x', async () => ({}));\napp.listen({ port: 80 });",
        {(GET, APP): NOT_KNOWN},
    ),
    "Fastify: what is waited for comes first": (
        "const app = require('fastify')();\nconst start = async () => {\n  await app.register(import('@fastify/cors'), "
        "{ origin: ['https://app.example'], methods: ['PUT'] });\n  app.addHook('onRequest', login);\n"
        "  app.put('/api/x', async () => ({}));\n  app.get('/api/x', async () => ({}));\n"
        "  await app.listen({ port: 80 });\n};\nstart();",
        {(GET, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Nest on Fastify, with types": (
        "import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';\nasync function start() {\n"
        "  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());\n"
        "  app.enableCors({ origin: 'https://app.example', allowedHeaders: null });\n  await app.listen(80);\n}\nstart();",
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN, (GET, OTHER): BLOCKED},
    ),
    "a function that is given the application of another file": (
        "export function configure(app: INestApplication): void {\n"
        "  app.enableCors({ origin: ['https://app.example'], credentials: true });\n}",
        {(GET, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "what is called back, and is declared below": (
        "const app = express();\nconst connect = () => { db.connect().then(() => { start(); })"
        ".catch(() => { setTimeout(connect, 5000); }); };\nconnect();\n"
        "const start = () => { app.use(cors()); app.get('/api/x', list); app.listen(80); };",
        {(GET, APP): READABLE, (PUT, APP): READABLE},
    ),
    "a request of a page": (
        "const answer = await fetch(url, { headers: { 'Access-Control-Allow-Origin': '*' } });",
        {(GET, APP): NOT_KNOWN},
    ),
    "a package that is used and not called": (EXPRESS + f"app.use(cors);{END}", {(GET, APP): NOT_KNOWN}),
    "another server behind the layer": (
        EXPRESS + "app.use(cors());\napp.use('/api', createProxyMiddleware({ target: 'http://b.example' }));\napp.listen(80);",
        {(GET, APP): NOT_KNOWN},
    ),
    "a package by another name": (
        "import Cors from 'cors';\nconst layer = Cors({ methods: ['GET'] });\nconst run = (req, res, fn) => new Promise((resolve, reject) => {\n"
        "  fn(req, res, (result) => (result instanceof Error ? reject(result) : resolve(result))); });\n"
        "export default async function handler(req, res) { await run(req, res, layer); res.json({}); }",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "a program that stops with an error": (
        "const app = express();\nasync function start() { app.use(cors()); null.name(); app.listen(80); }\nstart();",
        {(GET, APP): NOT_KNOWN},
    ),
    "an expression that goes on where it stopped": (
        EXPRESS + f"app.use(cors({{ origin: /app\\.example$/g }}));{END}",
        {(GET, APP): NOT_KNOWN},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_followed_through_the_program(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told


def test_what_is_not_known_is_named() -> None:
    text = EXPRESS + f"app.use(cors({{ origin: ['{APP}', process.env.CLIENT] }}));{END}"
    configured = read_configuration(text)
    assert [(grant.origins, grant.unknown) for grant in configured.grants] == [((APP,), ("process.env.CLIENT",))]


def test_a_program_that_sends_nothing_there_is_not_taken_for_one_that_is_not_known() -> None:
    text = "export default { async fetch(request) { return new Response('x'); } }; // Access-Control-Allow-Origin"
    configured = read_configuration(text)
    assert (configured.not_understood, configured.grants) == ((), ())
    assert verdict(text, GET, "/", APP) == BLOCKED


def test_expressions_that_are_held_against_the_origin_are_looked_at() -> None:
    configured = read_configuration(EXPRESS + f"app.use(cors({{ origin: [/^https:\\/\\/app\\.example/] }}));{END}")
    assert [mistake.code for mistake in mistakes_of(configured)] == ["pattern-without-end"]


HOSTILE = {
    "brackets inside each other": "app.use(cors(" + "(" * 20_000 + ")" * 20_000 + "));",
    "lists inside each other": "app.use(cors({ origin: " + "[" * 20_000 + "]" * 20_000 + " }));",
    "a function that calls itself": "function f() { return f(); }\nf();\napp.use(cors());",
    "functions that call each other twice": "".join(
        f"function f{n}() {{ f{n + 1}(); f{n + 1}(); }}\n" for n in range(60)
    )
    + "f0();\napp.use(cors());",
    "a loop without end": "while (true) { list.push(1); }\napp.use(cors());",
    "loops inside loops": "for (let a = 0; a < 1e6; a++) for (let b = 0; b < 1e6; b++) { x = a; }\napp.use(cors());",
    "a text that doubles": "let t = 'x'; for (let a = 0; a < 1000; a++) { t = t + t; }\napp.use(cors({ origin: t }));",
    "a list that doubles": "let t = [1]; for (let a = 0; a < 1000; a++) { t = [...t, ...t]; }\napp.use(cors({ origin: t }));",
    "many conditions": "".join(f"if (a{n}) {{ app.use(cors({{ origin: '{n}' }})); }}\n" for n in range(2_000)),
    "many layers": "app.use(cors());\n" * 20_000,
    "an expression that goes back and forth": "app.use(cors({ origin: /^(a+)+$/ }));\napp.use(cors({ origin: '*' }));",
    "a long chain": "app" + ".use(cors())" * 5_000 + ";",
    "one object inside itself": "const o = {}; o.o = o; app.use(cors(o)); const l = []; l.push(l); app.use(cors({ origin: l }));",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_time(name: str) -> None:
    began = monotonic()
    found = read_script(HOSTILE[name])
    for method in ("GET", "OPTIONS"):
        if found is not None and found.replies is not None:
            found.replies(WireRequest(method, "https://api.example/", (("Origin", APP),)))
    assert monotonic() - began < 20
