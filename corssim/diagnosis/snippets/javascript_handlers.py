"""Handlers in JavaScript that decide by hand: Next.js, Workers, Deno, Vercel and Node."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from .model import Snippet
from .quoting import array

if TYPE_CHECKING:
    from .model import ServerChange


def nextjs(change: ServerChange) -> Snippet:
    """https://nextjs.org/docs/app/api-reference/file-conventions/proxy"""
    text = (
        'import { NextResponse } from "next/server";\n\n'
        f"{_functions(change)}\n"
        "export function proxy(request) {\n"
        "  if (isPreflight(request)) return preflight(request);\n"
        "  const response = NextResponse.next();\n"
        "  for (const [name, value] of Object.entries(cors(request))) response.headers.set(name, value);\n"
        "  return response;\n"
        "}\n\n"
        'export const config = { matcher: "/api/:path*" };\n'
    )
    note = (
        "proxy.js beside app or pages; before Next.js 16 the file is middleware.js, and the function is called "
        "middleware."
    )
    return Snippet("nextjs", "Next.js: proxy (middleware)", "javascript", text, note)


def cloudflare_workers(change: ServerChange) -> Snippet:
    """https://developers.cloudflare.com/workers/examples/cors-header-proxy/"""
    text = (
        f"{_functions(change)}\n"
        "export default {\n"
        "  async fetch(request, env, context) {\n"
        "    if (isPreflight(request)) return preflight(request);\n"
        f"{_answered('answer(request, env, context)', '    ')}"
        "  },\n"
        "};\n"
    )
    note = "answer() is what the Worker did before. In front of a server of yours it is fetch(request)."
    return Snippet("cloudflare-workers", "Cloudflare Workers", "javascript", text, note)


def supabase(change: ServerChange) -> Snippet:
    """https://supabase.com/docs/guides/functions/cors"""
    text = (
        f"{_functions(change)}\n"
        "Deno.serve(async (request) => {\n"
        "  if (isPreflight(request)) return preflight(request);\n"
        f"{_answered('answer(request)', '  ')}"
        "});\n"
    )
    note = (
        "For Edge Functions: answer() is what the function did before, its errors caught in there. Deploy with "
        "--no-verify-jwt only if it checks the login itself: a preflight carries none. Supabase's REST and Auth allow "
        "every origin by themselves."
    )
    return Snippet("supabase", "Supabase Edge Functions, Deno", "javascript", text, note)


def vercel(change: ServerChange) -> Snippet:
    """https://vercel.com/docs/functions/functions-api-reference"""
    text = (
        f"{_functions(change)}\n"
        "export default {\n"
        "  async fetch(request) {\n"
        "    if (isPreflight(request)) return preflight(request);\n"
        f"{_answered('answer(request)', '    ')}"
        "  },\n"
        "};\n"
    )
    note = (
        "A function in api/; answer() is what it did before. Deployment Protection answers preflights with a login: "
        "let OPTIONS pass it (OPTIONS Allowlist in the project's settings)."
    )
    return Snippet("vercel", "Vercel Functions", "javascript", text, note)


def node(change: ServerChange) -> Snippet:
    """https://nodejs.org/api/http.html#responsesetheadername-value"""
    asked = 'request.headers["access-control-request-method"]'
    functions = _functions(change, header="request.headers.origin", has=asked, answers=False)
    text = (
        f"{functions}\n"
        "const server = http.createServer((request, response) => {\n"
        "  for (const [name, value] of Object.entries(cors(request))) response.setHeader(name, value);\n"
        "  if (isPreflight(request)) {\n"
        "    response.writeHead(204, allowed).end();\n"
        "    return;\n"
        "  }\n"
        "  answer(request, response);\n"
        "});\n"
    )
    return Snippet(
        "node",
        "Node.js: http",
        "javascript",
        text,
        "answer() is what the server did before.",
    )


def _functions(
    change: ServerChange,
    *,
    header: str = 'request.headers.get("Origin")',
    has: str = 'request.headers.has("Access-Control-Request-Method")',
    answers: bool = True,
) -> str:
    """The decision by hand: the headers of every answer, and the answer to preflights."""
    lines = []
    if change.is_for_anybody:
        lines += ["function cors() {", '  const headers = { "Access-Control-Allow-Origin": "*" };']
    else:
        lines += [f"const origins = {array(change.named_origins)};"]
        if change.parts_origins:
            lines.append(f"const trusted = {array(change.allow_origins)};")
        lines += [
            "",
            "function cors(request) {",
            f"  const origin = {header};",
            '  const headers = { Vary: "Origin" };',
        ]
        if change.any_origin:
            lines.append('  headers["Access-Control-Allow-Origin"] = origins.includes(origin) ? origin : "*";')
        else:
            lines += [
                "  if (!origins.includes(origin)) return headers;",
                '  headers["Access-Control-Allow-Origin"] = origin;',
            ]
        if change.allow_credentials:
            condition = "if (trusted.includes(origin)) " if change.parts_origins else ""
            lines.append(f'  {condition}headers["Access-Control-Allow-Credentials"] = "true";')
    if change.expose:
        lines.append(f'  headers["Access-Control-Expose-Headers"] = "{", ".join(change.expose)}";')
    lines += ["  return headers;", "}", "", "const allowed = {"]
    lines.append(f'  "Access-Control-Allow-Methods": "{", ".join(change.all_methods)}",')
    if change.headers:
        lines.append(f'  "Access-Control-Allow-Headers": "{", ".join(change.headers)}",')
    if change.max_age is not None:
        lines.append(f'  "Access-Control-Max-Age": "{change.max_age}",')
    lines += [
        "};",
        "",
        "function isPreflight(request) {",
        f'  return request.method === "OPTIONS" && {"" if answers else "!!"}{has};',
        "}",
    ]
    if answers:
        lines += [
            "",
            "function preflight(request) {",
            "  return new Response(null, { status: 204, headers: { ...cors(request), ...allowed } });",
            "}",
        ]
    return "\n".join(lines) + "\n"


def _answered(call: str, by: str) -> str:
    """The answer with its CORS headers in place of those that it has."""
    return indent(
        f"const answered = await {call};\n"
        "const response = new Response(answered.body, answered);\n"
        "for (const [name, value] of Object.entries(cors(request))) response.headers.set(name, value);\n"
        "return response;\n",
        by,
    )
