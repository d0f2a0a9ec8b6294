"""Programs of JavaScript around a layer for CORS: what each program answers when it is run, or not known.

Each was run with the frameworks themselves, and asked from both pages; where it is told, it is what they answered.
"""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, WITH, AUTH, JSON, PUT = "GET", "with credentials", "with Authorization", "POST of JSON", "PUT"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
Asked = tuple[str, str]
MINE: dict[Asked, str | None] = {(GET, APP): READABLE, (GET, OTHER): BLOCKED}
UNTOLD: dict[Asked, str | None] = {(GET, APP): NOT_KNOWN}
NO_PUT: dict[Asked, str | None] = {(GET, APP): READABLE, (PUT, APP): BLOCKED}
A_LIST = "const l = ['https://app.example'];"
CORS = "app.use(cors());"
MY_CORS = "app.use(cors({ origin: 'https://app.example' }));"
MY_LIST = "app.use(cors({ origin: ['https://app.example'] }));"
KOA = "const Koa = require('koa');\nconst app = new Koa();\n"
HONO = "import { Hono } from 'hono';\nconst app = new Hono();\n"
FASTIFY = "const fastify = require('fastify')();\n"


def _function(body: str, of: str = "(origin, cb) => ") -> str:
    return f"{A_LIST}\napp.use(cors({{ origin: {of}{body} }}));"


FUNCTIONS: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "those on a list": (_function("{ if (l.includes(origin)) cb(null, true); else cb(null, false); }"), MINE),
    "those that are not on a list": (
        _function("{ if (l.includes(origin)) cb(new Error('no')); else cb(null, true); }"),
        {(GET, APP): BLOCKED, (GET, OTHER): READABLE},
    ),
    "the opposite of what a list has": (
        _function("cb(null, !l.includes(origin))"),
        {(GET, APP): BLOCKED, (GET, OTHER): READABLE},
    ),
    "behind the first of a list": (
        _function("{ if (l.indexOf(origin) > 0) cb(null, true); else cb(null, false); }"),
        {(GET, APP): BLOCKED, (GET, OTHER): BLOCKED},
    ),
    "a place that is taken for a truth": (
        _function("{ if (l.indexOf(origin)) cb(null, true); else cb(null, false); }"),
        {(GET, APP): BLOCKED, (GET, OTHER): READABLE},
    ),
    "an end of the origin": (
        _function("cb(null, !origin || origin.endsWith('app.example'))"),
        MINE,
    ),
    "refused before the end": (
        _function("{ if (!origin) return cb(null, true); const ok = l.includes(origin); "
                  "if (!ok) { return cb(new Error('no')); } return cb(null, true); }"),
        MINE,
    ),
    "by one origin": (
        _function("{ if (origin === 'https://app.example') { cb(null, true) } else { cb(null, false) } }"),
        MINE,
    ),
    "by an expression": (_function("cb(null, /app\\.example$/.test(origin))"), MINE),
    "an origin that is made a text": (_function("cb(null, l.includes(String(origin)))"), MINE),
    "by a set": (
        _function("{ const s = new Set(l); const t = new Set(['https://app.example']); cb(null, t.has(origin)); }"),
        MINE,
    ),
    "by two lists": (
        _function("{ const m = ['https://other.example']; cb(null, l.includes(origin) || m.includes(origin)); }"),
        {(GET, APP): READABLE, (GET, OTHER): READABLE},
    ),
    "a text that has the origin": (
        _function("{ const t = 'https://app.example,x'; cb(null, t.includes(origin)); }"),
        MINE,
    ),
    "a function that never calls back": (_function("origin", "(origin) => "), UNTOLD),
    "what another function says": (_function("cb(null, isAllowed(origin))"), UNTOLD),
    "Koa: of a context": (
        KOA + "app.use(cors({ origin: (ctx) => { const o = ctx.get('Origin'); if "
        "(['https://app.example'].includes(o)) return o; return ''; } }));",
        MINE,
    ),
    "Koa: the context itself": (KOA + "app.use(cors({ origin: (o) => o }));", UNTOLD),
    "Hono: of the origin": (
        HONO + "app.use('*', cors({ origin: (origin) => origin.endsWith('app.example') ? origin : "
        "'http://x.example' }));",
        MINE,
    ),
}  # fmt: skip

SETTINGS: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "an origin that is undefined": ("app.use(cors({ origin: undefined }));", {(GET, APP): BLOCKED}),
    "an empty list of methods": ("app.use(cors({ methods: [] }));", {(GET, APP): READABLE, (PUT, APP): BLOCKED}),
    "methods in small letters": ("app.use(cors({ methods: ['put'] }));", {(GET, APP): READABLE, (PUT, APP): BLOCKED}),
    "an empty list of headers": (
        "app.use(cors({ allowedHeaders: [] }));",
        {(GET, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "a status that is no success": (
        "app.use(cors({ optionsSuccessStatus: 404 }));",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "an origin that is set later": (
        "const o = { origin: '*' };\no.origin = 'https://app.example';\napp.use(cors(o));",
        MINE,
    ),
    "an origin beside one in a comment": ("app.use(cors({ origin: [/* '*', */ 'https://app.example'] }));", MINE),
    "an origin of an inner object": (
        "app.use(cors({ origin: 'https://app.example', own: { origin: false } }));",
        MINE,
    ),
    "Koa: an origin that is true": (KOA + "app.use(cors({ origin: true }));", {(GET, APP): BLOCKED}),
    "Hono: an origin that is an expression": (HONO + "app.use('*', cors({ origin: /app/ }));", UNTOLD),
    "Hono: methods that are no list": (HONO + "app.use('*', cors({ allowMethods: 'GET,PUT' }));", NO_PUT),
    "Fastify: a star in a list": (FASTIFY + "fastify.register(require('@fastify/cors'), { origin: ['*'] });", UNTOLD),
    "Fastify: settings by the request": (
        FASTIFY + "fastify.register(require('@fastify/cors'), { delegator: (q, cb) => cb(null, { origin: "
        "false }) });",
        {(GET, APP): BLOCKED},
    ),
}  # fmt: skip

AROUND: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "a layer that is made and not used": ("const app = express();\ncors();\napp.listen(80);", UNTOLD),
    "a header that is taken away": (
        CORS + "\napp.use((q, s, next) => { s.removeHeader('Access-Control-Allow-Origin'); next(); });",
        {(GET, APP): BLOCKED},
    ),
    "a header by no name": (
        CORS + "\napp.get('/api/x', (q, res) => { for (const n of all) res.setHeader(n, v); res.end(); });",
        UNTOLD,
    ),
    "an Origin that is taken away": (
        f"app.use((req, res, next) => {{ delete req.headers.origin; next(); }});\n{MY_LIST}",
        {(GET, APP): BLOCKED},
    ),
    "a method that is changed": (f"app.use((req, res, next) => {{ req.method = 'GET'; next(); }});\n{CORS}", NO_PUT),
    "an application inside another": (
        "const app = express();\nconst sub = express();\nsub.use(cors());\napp.use('/api', sub);\napp.listen(80);",
        {(GET, APP): READABLE, (PUT, APP): READABLE},
    ),
    "another application": (
        "const app = express();\nconst other = express();\nother.use(cors());\napp.listen(80);",
        UNTOLD,
    ),
    "an application in which others are": (
        ("const app = new Hono();\nconst api = new Hono();\napp.use(cors());\napp.route('/api', "
        "api);\nserve({ fetch: app.fetch });"),
        {(GET, APP): READABLE},
    ),
    "a function around a layer": (
        "app.use((q, s, next) => { if (q.path === '/x') return cors()(q, s, next); next(); });",
        UNTOLD,
    ),
    "a function that is a layer": (
        "app.use((q, s, next) => { cors({ origin: 'https://app.example' })(q, s, next); });",
        MINE,
    ),
    "a login in the same call": ("app.use(login, cors());", UNTOLD),
    "a function that nothing calls": (f"function setUp(app) {{\n {CORS}\n}}\napp.listen(80);", UNTOLD),
    "a function that is called": (f"function setUp(app) {{\n {MY_CORS}\n}}\nsetUp(app);\napp.listen(80);", MINE),
    "a function that is called behind routes": (
        f"function setUp(app) {{\n {CORS}\n}}\napp.get('/api/x', list);\nsetUp(app);\napp.listen(80);",
        UNTOLD,
    ),
    "methods of a class, routes first": (
        (f"class A {{ constructor() {{ this.routes(); this.layers(); }}\n layers() {{ this.{CORS} }}\n"
        " routes() { this.app.get('/api/x', list); } }\nnew A().app.listen(80);"),
        UNTOLD,
    ),
    "methods of a class, layers first": (
        (f"class A {{ constructor() {{ this.layers(); this.routes(); }}\n layers() {{ this.{MY_CORS} }}\n"
        " routes() { this.app.get('/api/x', list); } }\nnew A().app.listen(80);"),
        MINE,
    ),
    "a list of paths": ("app.use(['/api', '/v2'], cors());", {(GET, APP): READABLE}),
    "a handler of OPTIONS before": (
        f"app.options('*', (q, s) => s.sendStatus(200));\n{CORS}",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "a route of another path before": (f"app.get('/', home);\n{MY_CORS}\napp.listen(80);", MINE),
    "routes of a router before, in one chain": (f"{KOA}app.use(router.routes()).use(cors());", UNTOLD),
    "a login before, in one chain": ("app.use(express.json()).use(login).use(cors());", UNTOLD),
    "a layer of one method": (
        "app.post('/api/x', cors(), add);\napp.listen(80);",
        {(GET, APP): BLOCKED},
    ),
    "Fastify: a plugin of a plugin": (
        FASTIFY + "fastify.register(async (s) => { s.register(require('@fastify/cors'), { origin: true }); });",
        UNTOLD,
    ),
    "Fastify: an answer beside the framework": (
        FASTIFY + "fastify.register(cors, { origin: true });\nfastify.get('/api/x', (q, reply) => { "
        "reply.raw.end('x') });",
        UNTOLD,
    ),
    "Nest: two layers": (
        ("const app = await NestFactory.create(AppModule, { cors: true });\napp.enableCors({ origin: "
        "'https://app.example' });"),
        {(GET, APP): READABLE, (GET, OTHER): READABLE},
    ),
    "a whole program": (
        """require('dotenv').config();
const express = require('express');
const app = express();
app.set('trust proxy', 1);
app.use(helmet());
app.use(express.json({ limit: '50mb' }));
app.use((req, res, next) => { console.log(req.method); req.time = Date.now(); next(); });
app.use(cors({ origin: ['https://app.example'], credentials: true }));
const users = express.Router();
users.get('/', async (req, res) => { try { res.json([]); } catch (error) { res.status(500).json({}); } });
app.use('/api/x', users);
app.use((err, req, res, next) => { console.error(err.stack); res.status(500).json({ message: err.message }); });
mongoose.connect(process.env.MONGO_URI).then(() => { app.listen(80, () => console.log('up')); });""",
        {(WITH, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
}  # fmt: skip

CASES = FUNCTIONS | SETTINGS | AROUND


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_as_the_frameworks_answer(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told
