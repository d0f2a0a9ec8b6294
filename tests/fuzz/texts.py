"""What people paste: commands, calls of script, transcripts, lines of consoles, configurations; and masking."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corssim.cli.typed import typed_cookies, typed_page, typed_url
from corssim.diagnosis.configured.judge import judged, mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from corssim.diagnosis.console_lines.read import read_console
from corssim.errors import UsageError
from corssim.masking import mask_body, mask_header, mask_text
from corssim.report.safe_text import safe
from corssim.scenario.sources import UnreadableSource, curl, httpie, is_source, read_source, wget
from corssim.scenario.sources.javascript import read_javascript
from corssim.scenario.sources.request_file import read_request_file
from corssim.scenario.sources.transcript import read_transcript
from tests.scenario.sources.meaning import INPUTS

from .target import is_one_line, target

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim.scenario.sources import Reading


def _inputs(folder: str, longest: int = 6000) -> list[str]:
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted((INPUTS / folder).iterdir())]
    return [text for text in texts if len(text) <= longest]


def _is_read_or_told(read: Callable[[str], Reading], text: str) -> None:
    """One reading, or one line."""
    try:
        reading = read(text)
    except UnreadableSource as error:
        is_one_line(error)
        return
    for each in (reading, *reading.further):
        assert each.step is not None or each.rules
        if each.step is not None:
            assert each.url is not None
            assert each.method
            assert each.page is None or each.scenario().steps == (each.step,)


@target(
    "curl commands",
    *_inputs("curl"),
    "curl -X PUT https://api.example/ -H 'A: b' -d @- --json '{}' -u a:b",
    "http PUT api.example/x a=b A:b c:=1 q==2",
    "wget --post-data=a https://api.example/ --header 'A: b'",
    words="curl -X -H -d --data-raw $'\\n' ' \" \\ ^ ` $( ) && | ; > < -F -u --json --url -b -k -G http wget "
    "Invoke-WebRequest -Uri @{ } https://api.example/ {a,b} [1-9]",
    longest=30_000,
)
def curl_commands(text: str) -> None:
    _is_read_or_told(read_source, text)
    for module, read in ((curl, curl.read_curl), (httpie, httpie.read_httpie), (wget, wget.read_wget)):
        if module.COMMAND.match(text) is not None:
            _is_read_or_told(read, text)


@target(
    "calls of script",
    *_inputs("js"),
    "fetch('https://api.example/', {method: 'PUT', headers: {'A': `b${c}`}})",
    "axios.post(url, {a: 1}, {withCredentials: true})",
    "const x = new XMLHttpRequest(); x.open('GET', '/a'); x.send()",
    "$.ajax({url: 'https://api.example', type: 'DELETE'})",
    "<script>fetch('/a')</script>",
    "<img src=https://a.example>",
    words="fetch( axios.get( new XMLHttpRequest() .open( .send( await const let = => ( ) { } [ ] ' \" ` ${ , : + ? ... "
    "headers: method: 'PUT' body: JSON.stringify( credentials: 'include' function return if ( for while "
    "// /* */ \\u0041",
    longest=5_000,  # the parser's own mending is beyond that
)
def calls_of_script(text: str) -> None:
    _is_read_or_told(read_source, text)
    _is_read_or_told(read_javascript, text)


@target(
    "transcripts",
    *_inputs("http"),
    "PUT /x HTTP/1.1\r\nHost: api.example\r\nOrigin: https://app.example\r\n\r\n",
    "> GET / HTTP/2\n> host: api.example\n>\n< HTTP/2 200\n< access-control-allow-origin: *\n<\n",
    "POST https://api.example/\nA: b\n\n{}\n\n###\nGET {{host}}/\n",
    words="HTTP/1.1 HTTP/2 200 > < * : GET PUT Host: Origin: access-control-allow-origin: :method :authority ### {{a}} "
    "Request-URL Status-Code 204 \\r\\n :status",
    longest=30_000,
)
def transcripts(text: str) -> None:
    _is_read_or_told(read_source, text)
    _is_read_or_told(read_transcript, text)
    _is_read_or_told(read_request_file, text)


@target(
    "console lines",
    "Access to fetch at 'https://api.example/x' from origin 'https://app.example' has been blocked by CORS policy: No "
    "'Access-Control-Allow-Origin' header is present on the requested resource.",
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
    "https://api.example/x. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.",
    "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200",
    "main.js:1 Uncaught (in promise) TypeError: Failed to fetch\n    at f (a.js:1:2)",
    "Refused to load the script 'https://a.example/x.js' because it violates the following Content Security Policy "
    "directive: \"script-src 'self'\".",
    words="Access to fetch at 'https://api.example/x' from origin has been blocked by CORS policy: (Reason: "
    'Cross-Origin Request Blocked: Status code: 200 Refused to [Error] Uncaught TypeError: Failed to fetch ‘ ’ " . '
    "net::ERR_FAILED Mixed Content: because it violates",
    longest=20_000,
)
def console_lines(text: str) -> None:
    readings = read_console(text)
    assert readings
    for reading in readings:
        assert reading.text.isprintable()
        assert json.loads(json.dumps(reading.as_dict()))["browser"] == reading.browser
        command = reading.check_command()
        assert command is None or command.startswith("corssim check ")
        assert isinstance(reading.fix_in("    Access-Control-Allow-Headers: x\nhttps://app.example"), str)


@target(
    "configurations",
    *_inputs("conf"),
    "add_header Access-Control-Allow-Origin $http_origin always;",
    'Header set Access-Control-Allow-Origin "*"',
    "app.use(cors({origin: /a$/, credentials: true}))",
    "CORS_ALLOWED_ORIGINS = ['https://a.example']",
    "<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>",
    "header Access-Control-Allow-Origin *",
    "allow do\n  origins '*'\n  resource '*', headers: :any\nend",
    words="add_header Access-Control-Allow-Origin Access-Control-Allow-Methods * always ; { } if ( $http_origin ~* ^ $ "
    "Header set cors( origin: /a$/ location map server AllowedOrigins: [ ] <CORSRule> CORSMiddleware allow_origins= "
    "# // /* */ ' \" \\ allow do end @CrossOrigin ( ) .*",
    longest=20_000,
)
def configurations(text: str) -> None:
    try:
        configured = read_configuration(text)
    except UsageError as error:
        is_one_line(error)
        return
    mistakes_of(configured)
    for each in judged(configured):
        assert each.request


_WORD = re.compile(r"[^\W_]{4,}")
_SEARCHED = 8192  # characters: looking for each word costs the square
_MARKER = "h4nkyp4nky"
_SECRET = ("?token={}&a=b", "https://a.example/?api_key={}#x", "Authorization: Bearer {}", '{{"password": "{}"}}')


@target(
    "masking",
    "https://user:pass@a.example/?token=a&b=c#access_token=d",
    "Authorization: Basic YQ==\nCookie: a=b; c=d",
    '{"password": "a", "b": [{"apiKey": "c"}]}',
    "a=b&client_secret=c",
    "curl -u a:b -H 'X-Api-Key: c'",
    words='?token= &key= #code= Authorization: Basic Cookie: Set-Cookie: = ; { " : password } [ %3D %26 %3F :// @ '
    "X-Amz-Signature= Bearer \\ ,",
)
def masking(text: str) -> None:
    for mask in (mask_text, mask_body):
        masked = mask(text)
        # Once more may hide more, where the mask made the text look like another kind. It shows nothing new.
        again, shown = unquote(mask(masked)), unquote(masked)
        assert len(text) > _SEARCHED or all(word in shown for word in _WORD.findall(again)), masked
    for name in ("Cookie", "Set-Cookie", "WWW-Authenticate", "Location", "X-A"):
        assert isinstance(mask_header(name, text), str)
    for secret in _SECRET:
        for mask in (mask_text, mask_body):
            assert _MARKER not in mask(f"{text}\n{secret.format(_MARKER)}\n"), (mask, secret)
    assert all(each.isprintable() or each == "\n" for each in safe(text, None))


@target("what is typed", "localhost:3000", "app.example", "a=b; c=d", "https://a.example/?b", words=": / @ = ; . ..")
def what_is_typed(text: str) -> None:
    text = text.replace("\n", " ")  # messages repeat what was typed, and are made printable where they are printed
    for read in (typed_page, typed_cookies, lambda typed: typed_url(typed, None)):
        try:
            assert read(text) is not None
        except UsageError as error:
            is_one_line(error)
    assert is_source(text) in (True, False)
