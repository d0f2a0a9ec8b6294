"""Real tools against servers of our own, and their transcripts as people paste them: what was exchanged is known.

`python -m tests.scenario.sources.tools COUNT SEED` draws many; a test draws a few.
"""

from __future__ import annotations

import os
import pty
import random
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

CORS = "access-control-"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
PAGE = "https://app.example"


@dataclass
class Exchange:
    """What a server saw and answered. `headers` are those of CORS."""

    method: str
    url: str
    origin: str | None
    status: int
    headers: list[tuple[str, str]]


@dataclass
class Answer:
    """What a path is answered with."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


@dataclass
class Servers:
    """Where they listen, what they answer, and what they saw since it was last asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[Exchange] = field(default_factory=list)
    plain: str = ""
    tls: str = ""
    http2: str = ""
    proxy: str = ""


def _handler(servers: Servers, scheme: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "Kestrel", ""

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = servers.answers[self.path]
            front = self.headers.get("X-Front") or scheme
            cors = [(name.lower(), value) for name, value in answer.headers if name.lower().startswith(CORS)]
            url = f"{front}://{self.headers['Host']}{self.path}"
            origin = self.headers.get("Origin")
            servers.seen.append(Exchange(self.command, url, origin, answer.status, cors))
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler


class _Proxy(BaseHTTPRequestHandler):
    """Tunnels, and passes on what is asked for by its whole URL."""

    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response_only(200, "Connection established")
            self.end_headers()
            back = threading.Thread(target=_pump, args=(there, self.connection), daemon=True)
            back.start()
            _pump(self.connection, there)
            back.join(2)
        self.close_connection = True

    def passed_on(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        lines = [f"{name}: {value}" for name, value in self.headers.items() if not name.lower().startswith("proxy-")]
        target = url._replace(scheme="", netloc="").geturl()
        head = "\r\n".join([f"{self.command} {target} HTTP/1.1", *lines, "Connection: close", "", ""])
        with socket.create_connection((str(url.hostname), int(url.port or 80))) as there:
            there.sendall(head.encode() + body)
            _pump(there, self.connection)
        self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


for _method in METHODS:
    setattr(_Proxy, f"do_{_method}", _Proxy.passed_on)


def _pump(here: socket.socket, there: socket.socket) -> None:
    try:
        while data := here.recv(65536):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)
    except OSError:
        pass


_NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port} ssl http2; ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;
    location / {{
      proxy_pass {behind}; proxy_http_version 1.1; proxy_set_header Host $http_host;
      proxy_set_header X-Front https;
    }}
  }}
}}
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _serving(stack: ExitStack, server: ThreadingHTTPServer) -> str:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return f"127.0.0.1:{server.server_address[1]}"


@contextmanager
def servers() -> Iterator[Servers]:
    """A plain server and a proxy; one with TLS where openssl is there, one with HTTP/2 where nginx is."""
    there = Servers()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        there.plain = "http://" + _serving(stack, ThreadingHTTPServer(("127.0.0.1", 0), _handler(there, "http")))
        there.proxy = "http://" + _serving(stack, ThreadingHTTPServer(("127.0.0.1", 0), _Proxy))
        if shutil.which("openssl"):
            make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.example -keyout key -out cert"
            subprocess.run(make.split(), cwd=folder, check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{folder}/cert", f"{folder}/key")
            secure = ThreadingHTTPServer(("127.0.0.1", 0), _handler(there, "https"))
            secure.socket = context.wrap_socket(secure.socket, server_side=True)
            there.tls = "https://" + _serving(stack, secure)
            if (nginx := shutil.which("nginx") or shutil.which("/usr/sbin/nginx")) is not None:
                port = _free_port()
                text = _NGINX.format(folder=folder, port=port, behind=there.plain)
                Path(folder, "conf").write_text(text, encoding="utf-8")
                command = [nginx, "-c", f"{folder}/conf", "-e", f"{folder}/errors"]
                process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                stack.callback(process.wait)
                stack.callback(process.terminate)
                there.http2 = f"https://127.0.0.1:{port}"
                _wait_for(port)
        yield there


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


@dataclass
class Pasted:
    """A text, the exchanges that it shows, and whether it tells their requests and their scheme."""

    text: str
    exchanges: list[Exchange]
    tells_requests: bool
    tells_scheme: bool
    how: str


def draw(there: Servers, rng: random.Random, http: str | None = None) -> Pasted:
    """What one or two commands print, as someone pastes it."""
    runs = [_run(there, rng, http) for _ in range(rng.choice((1, 1, 1, 2)))]
    shows_command = len(runs) > 1 or rng.random() < 0.7 or any("httpie" in run.how for run in runs)
    prompt = rng.choice(_PROMPTS)
    pieces = []
    for run in runs:
        printed = _with_cuts(run, rng) if shows_command else run.printed
        pieces.append((f"{prompt}{run.typed}\n" if shows_command else "") + printed)
    text = _dressed(pieces, rng)
    shows_sent = all(run.shows_sent for run in runs)
    return Pasted(
        text=text,
        exchanges=[each for run in runs for each in run.exchanges],
        tells_requests=shows_command or shows_sent,
        tells_scheme=shows_command or all("-v" in run.how for run in runs),
        how=f"{'; '.join(run.how for run in runs)} | {prompt!r} {'command' if shows_command else 'no command'}",
    )


_PROMPTS = (
    "$ ", "% ", "# ", "> ", "ada@host:~$ ", "ada@host ~ % ", "(base) ada@host dir % ", "[ada@host ~]$ ",
    "root@1a2b:/# ", "PS C:\\Users\\ada> ", "C:\\Users\\ada>", "\u279c  ~ ", "\u279c  api git:(main) \u2717 ",
    "(venv) \u276f ", "", "~ \u276f ", "bash-5.1$ ",
)  # fmt: skip


@dataclass
class _Ran:
    typed: str
    printed: str
    exchanges: list[Exchange]
    shows_sent: bool
    how: str


_STATUSES = (200, 200, 200, 204, 201, 400, 401, 403, 404, 405, 500)
_BODIES = (
    b"",
    b'{"ok": true}',
    b'{"ok": true}\n',
    b"<html>\n<h1>no: way</h1>\n</html>\n",
    b"date: none\n\nserver: x\n",
    b"ok",
)


def _answer(there: Servers, rng: random.Random, *, leads_to: str = "") -> str:
    """A path with a drawn answer."""
    headers = [("Date", "Thu, 26 Nov 2026 10:00:00 GMT")] * (rng.random() < 0.2)
    allowed = rng.choice(("", "", "*", PAGE, "https://other.example", "null"))
    if allowed:
        headers.append(("Access-Control-Allow-Origin", allowed))
    for name, values in (
        ("Access-Control-Allow-Credentials", ("true", "false")),
        ("Access-Control-Allow-Methods", ("GET, POST", "PUT,DELETE", "*")),
        ("Access-Control-Allow-Headers", ("content-type, authorization", "*", "X-A")),
        ("Access-Control-Max-Age", ("600", "86400")),
        ("Access-Control-Expose-Headers", ("X-A, X-B", "*")),
        ("Vary", ("Origin", "Accept-Encoding, Origin")),
        ("X-Powered-By", ("Express",)),
        ("Content-Type", ("application/json", "text/html; charset=utf-8")),
        ("Content-Security-Policy", ("default-src 'self'; script-src 'self' https://cdn.example",)),
        ("Set-Cookie", ("sid=1; Path=/; HttpOnly",)),
    ):
        if rng.random() < 0.35:
            headers.append((name, rng.choice(values)))
    rng.shuffle(headers)
    status = rng.choice((301, 302, 303, 307, 308)) if leads_to else rng.choice(_STATUSES)
    if leads_to:
        headers.append(("Location", leads_to))
    path = f"/api/{len(there.answers)}{rng.choice(('', '?a=b', '/items'))}"
    there.answers[path] = Answer(status, headers, b"" if status == 204 else rng.choice(_BODIES))
    return path


def _run(there: Servers, rng: random.Random, http: str | None) -> _Ran:
    base = rng.choice([each for each in (there.plain, there.tls, there.http2) if each])
    tool = rng.choice(("curl", "curl", "curl", "wget", *(("httpie",) * (http is not None))))
    if tool == "wget" and shutil.which("wget") is None:
        tool = "curl"
    leads_on = rng.random() < 0.15
    path = _answer(there, rng)
    if leads_on:
        path = _answer(there, rng, leads_to=rng.choice((path, base + path)))
    method = rng.choice(("GET", "GET", "POST", "PUT", "OPTIONS", "OPTIONS"))
    headers = [f"Origin: {PAGE}"] if rng.random() < 0.7 else []
    if method == "OPTIONS" and rng.random() < 0.7:
        headers.append(f"Access-Control-Request-Method: {rng.choice(('PUT', 'DELETE', 'GET'))}")
        headers += ["Access-Control-Request-Headers: x-a,content-type"] * (rng.random() < 0.5)
    make = {"curl": _curl, "wget": _wget, "httpie": _httpie}[tool]
    arguments, shown, shows_sent = make(there, rng, base, path, method, headers, leads_on)
    there.seen.clear()
    program = http if tool == "httpie" and http is not None else tool
    on_a_terminal = rng.random() < 0.4 and tool == "curl"
    for _ in range(3):  # where a connection broke on our side, nothing is told
        there.seen.clear()
        if "HTTP/" in (printed := _printed([program, *arguments], on_a_terminal=on_a_terminal)):
            break
    seen = list(there.seen)
    typed = " ".join([{"httpie": "http"}.get(tool, tool), *(_quoted(each, rng) for each in arguments)])
    seen = seen if leads_on and shown == "all" else seen[-1:] if tool == "httpie" else seen
    return _Ran(typed, printed, seen, shows_sent, f"{tool} {' '.join(a for a in arguments if a.startswith('-'))}")


def _curl(
    there: Servers, rng: random.Random, base: str, path: str, method: str, headers: list[str], leads_on: bool
) -> tuple[list[str], str, bool]:
    shape = rng.choice(
        (["-v"], ["-v"], ["-i"], ["-i", "-s"], ["-I"], ["-sD", "-", "-o", os.devnull], ["-v", "-i"], ["-sv"])
    )
    arguments = [*shape]
    if "-I" in shape:
        arguments += ["-X", method] * (method not in ("GET", "OPTIONS")) or (
            ["-X", "OPTIONS"] if method == "OPTIONS" else []
        )
    elif method != "GET":
        arguments += [f"-X{method}"] if rng.random() < 0.2 else [rng.choice(("-X", "--request")), method]
    for header in headers:
        arguments += [rng.choice(("-H", "--header")), header]
    if method in ("POST", "PUT") and "-I" not in shape:
        arguments += ["-H", "Content-Type: application/json", "-d", '{"a": 1}']
    arguments += ["-k"] * base.startswith("https") + ["-L"] * (leads_on and "-I" not in shape)
    arguments += [rng.choice(("--http1.1", "--http2"))] * (rng.random() < 0.3)
    if rng.random() < 0.15:
        arguments += ["-x", there.proxy]
    arguments.insert(rng.choice((0, len(arguments))), base + path)
    return arguments, "all", "-v" in shape or "-sv" in shape


def _wget(
    there: Servers, rng: random.Random, base: str, path: str, method: str, headers: list[str], leads_on: bool
) -> tuple[list[str], str, bool]:
    arguments = ["-S", "-O", os.devnull, *(f"--header={each}" for each in headers)]
    arguments += [f"--method={method}"] * (method != "GET") + ["--no-check-certificate"] * base.startswith("https")
    return [*arguments, "--tries=1", "--no-hsts", base + path], "all", False


def _httpie(
    there: Servers, rng: random.Random, base: str, path: str, method: str, headers: list[str], leads_on: bool
) -> tuple[list[str], str, bool]:
    shape = rng.choice((["-v"], ["--headers"], ["-v", "--pretty=none"], []))
    if shape == []:
        shape = ["--print=hb"]
    arguments = [*shape, "--ignore-stdin", *(["--verify=no"] * base.startswith("https"))]
    arguments += ["--follow", "--all"] * leads_on
    items = [each.replace(": ", ":") for each in headers] + ["a=b"] * (method in ("POST", "PUT"))
    return [*arguments, method, base + path, *items], "all" if leads_on else "", "-v" in shape


def _quoted(argument: str, rng: random.Random) -> str:
    if all(each.isalnum() or each in "-_./:=" for each in argument):
        return argument
    return f'"{argument}"' if '"' not in argument and rng.random() < 0.4 else f"'{argument}'"


def _printed(command: list[str], *, on_a_terminal: bool) -> str:
    """What both streams have, as a terminal or a pipe mixes them."""
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "",
        "http_proxy": "",
        "https_proxy": "",
        "HTTP_PROXY": "",
    }
    environment |= {"COLUMNS": "200", "HTTPS_PROXY": "", "ALL_PROXY": "", "all_proxy": ""}
    if not on_a_terminal:
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, timeout=20)
        return ran.stdout.decode("utf-8", "replace").replace("\r", "")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    read = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:
            break
        if not data:
            break
        read += data
    os.close(ours)
    process.wait()
    return read.decode("utf-8", "replace").replace("\r", "")


def _with_cuts(run: _Ran, rng: random.Random) -> str:
    """Without lines that tell nothing, as people leave them out: curl's own, and others with dots in their place."""
    lines = run.printed.split("\n")
    if rng.random() < 0.3:
        lines = [line for line in lines if not line.startswith(("* ", "{ [", "} ["))]
    dull = [
        n for n, line in enumerate(lines) if line.startswith(("< date", "< Date", "< server", "< Server", "Server:"))
    ]
    if dull and rng.random() < 0.3:
        lines[rng.choice(dull)] = rng.choice(("...", "[...]", "<snip>", "\u2026"))
    return "\n".join(lines)


def _dressed(pieces: list[str], rng: random.Random) -> str:
    how = rng.choice(("", "", "fences", "fence", "quote", "indent", "words", "times", "ids"))
    if how == "fences":
        fenced = "\n\nand then\n\n".join(f"```\n{each.rstrip()}\n```" for each in pieces)
        return f"Here it is:\n\n{fenced}\n\nAny ideas: what is wrong?\n"
    text = "\n".join(each.rstrip("\n") + "\n" for each in pieces)
    if how == "fence":
        return f"```bash\n{text.rstrip()}\n```\n"
    if how == "quote":
        return "".join(f"> {line}\n" for line in text.split("\n"))
    if how == "indent":
        return "I get this:\n\n" + "".join(f"    {line}\n" for line in text.split("\n")) + "\nWhy?\n"
    if how == "words":
        return f"Describe the bug\nIt does not work.\n\n{text}\nVersion: 1.2\nBrowser: Chrome\n"
    if how == "times":
        return "".join(f"10:01:{n % 60:02}.{n * 37 % 1000:03} {line}\n" for n, line in enumerate(text.split("\n")))
    if how == "ids":
        return "".join(f"api-1  | {line}\n" for line in text.split("\n"))
    return text


def difference(pasted: Pasted) -> str:
    """What the reader makes of a text that is not so; "" where all is as it was."""
    from corssim.scenario.sources.transcript.asked import is_preflight, sent_header, url_of
    from corssim.scenario.sources.transcript.reader import joined_exchanges, read_transcript

    read = [each for each in joined_exchanges(pasted.text) if each.has_answer]
    if len(read) != len(pasted.exchanges):
        return f"{len(read)} exchanges, not {len(pasted.exchanges)}"
    for one, true in zip(read, pasted.exchanges, strict=True):
        cors = [(name.lower(), value) for name, value in one.response_headers if name.lower().startswith(CORS)]
        if one.status != true.status or sorted(cors) != sorted(true.headers):
            return f"answer {one.status} {cors}, not {true.status} {true.headers}"
        if not pasted.tells_requests:
            continue
        url, told = url_of(one, []), true.url
        if not pasted.tells_scheme:
            url, told = url.partition("://")[2], told.partition("://")[2]
        is_told = not one.is_hop or bool(one.target)  # curl -L -X keeps the method, and prints none
        if (one.method if is_told else true.method, url) != (true.method, told):
            return f"request {one.method} {url}, not {true.method} {told}"
        if sent_header(one, "origin") != true.origin:
            return f"origin {sent_header(one, 'origin')}, not {true.origin}"
        if is_told and is_preflight(one) != (true.method == "OPTIONS"):
            return "preflight or not"
    reading = read_transcript(pasted.text)
    return "" if reading.rules else "no rules"


def main(count: int, seed: int) -> None:
    """Draw many, and print those that are read otherwise."""
    wrong = 0
    with servers() as there:
        for number in range(count):
            rng = random.Random(seed * 100_000 + number)
            pasted = draw(there, rng, os.environ.get("HTTPIE"))
            try:
                told = difference(pasted)
            except Exception as error:  # what it raises is told with its text
                told = f"raised {error!r}"
            if told:
                wrong += 1
                print(f"=== {number}: {pasted.how}\n{told}\n{pasted.text}", flush=True)
    print(f"{count - wrong} of {count} as they were")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
