"""Calls of script: each input gives what it means."""

from __future__ import annotations

import pytest

from corssim.scenario.sources import UnreadableSource, read_source

from .meaning import INPUTS, Means, check_reading, text_of

_ACCEPT = "application/json, text/plain, */*"
_JQUERY_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_ALLOWS = "access-control-allow-"

CALLS = {
    "angular-httpclient-login.ts": Means(
        "http://192.168.188.129:3000/tools/login",
        "POST",
        headers={"content-type": "application/json", "accept": _ACCEPT},
        asks="content-type",
        credentials="include",
        guesses="page",
        not_known="result",
        body="${result}",
        kind="angular",
    ),
    "axios-acao-in-request.js": Means(
        "http://localhost:8912/",
        headers={
            f"{_ALLOWS}origin": "*",
            f"{_ALLOWS}headers": "*",
            f"{_ALLOWS}credentials": "true",
            "accept": _ACCEPT,
        },
        asks=f"{_ALLOWS}credentials,{_ALLOWS}headers,{_ALLOWS}origin",
        guesses="page",
        define={"url": "http://localhost:8912/"},
        kind="axios",
    ),
    "axios-formdata-acao.js": Means(
        "https://uploads.s3.example/",
        "POST",
        headers={f"{_ALLOWS}origin": "*", f"{_ALLOWS}methods": "GET,PUT,POST,DELETE,PATCH,OPTIONS", "accept": _ACCEPT},
        asks=f"{_ALLOWS}methods,{_ALLOWS}origin",
        guesses="page",
        define={"params.url": "https://uploads.s3.example/"},
        not_known="key params.file",
        body=[("${key}", "${fields[key]}"), ("file", "${params.file}")],
    ),
    "axios-template-url.js": Means(
        "http://localhost:8000/api/v1/manager/restaurant/5/payment-methods",
        "POST",
        headers={"content-type": "application/json", "accept": _ACCEPT},
        asks="content-type",
        guesses="page",
        define={"SERVER_ADDRESS": "http://localhost:8000", "restaurantName": "5"},
        not_known="checkedPayments",
        body='{"payment_methods":"${checkedPayments}"}',
    ),
    "axios-token-header.js": Means(
        "http://127.0.0.1/shop/v1/repository/all",
        "POST",
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-auth": '${localStorage.getItem("token")}',
            f"{_ALLOWS}origin": "*",
            "accept": _ACCEPT,
        },
        asks=f"{_ALLOWS}origin,x-auth",
        guesses="page",
        not_known='localStorage.getItem("token")',
        body=[("page", "1")],
    ),
    "fetch-await-user-agent.js": Means(
        "https://id.example/SpOTy/ontology",
        headers={"user-agent": "to-force-preflight-query"},
        asks="user-agent",
        guesses="page",
        kind="fetch",
    ),
    "fetch-basic-template.js": Means(
        "https://127.0.0.1:8443/oauth/token",
        "POST",
        headers={
            "accept": "application/json",
            "content-type": "application/json",
            "authorization": "${window.btoa(`${CLIENT_ID}:`)}",
        },
        asks="authorization,content-type",
        guesses="page",
        define={"TOKEN_API_PATH": "https://127.0.0.1:8443/oauth/token"},
        not_known="CLIENT_ID",
        body='{"grant_type":"client_credentials","client_id":"public"}',
    ),
    "fetch-copy-chrome-69-one-line.js": Means(
        "http://deploy.example/xxx/regist",
        "POST",
        "http://deploy.example/",
        credentials="include",
        guesses="",
        body='{"user_name":"ada","role":"Developer"}',
    ),
    "fetch-copy-chrome-96.js": Means(
        "https://api.example/g2v23/admin/status.json?_=1657801318414",
        page="http://localhost:8000/",
        credentials="omit",
        guesses="",
    ),
    "fetch-copy-chrome-edited-templates.js": Means(
        "https://pay.example/dp-rest/1.0/acquire",
        "POST",
        "https://www.app.example/",
        headers={
            "accept": "application/json, text/javascript, */*; q=0.01",
            "authorization": "${bearerToken}",
            "cache-control": "no-cache",
            "content-type": "application/json",
            "pragma": "no-cache",
        },
        asks="authorization,cache-control,content-type,pragma",
        credentials="include",
        guesses="",
        not_known="bearerToken cardNumber cardExp",
        body='{"accountNumber":"${cardNumber}","cardExpiryDate":"${cardExp}"}',
    ),
    "fetch-copy-firefox-84.js": Means(
        "https://git.example/favicon.ico", page="https://git.example/", credentials="include", guesses=""
    ),
    "fetch-copy-node-126.js": Means(
        "https://192.168.0.1/cgi/cgi_set",
        "POST",
        "https://192.168.0.1/",
        headers={
            "accept": "application/json, text/javascript, */*; q=0.01",
            "content-type": "application/x-www-form-urlencoded",
            "x-requested-with": "XMLHttpRequest",
        },
        guesses="page credentials",
        cookies=("Session-Id=dummy",),
        body="Object=Device.NAT.PortMapping&Operation=Add&ExternalPort=1540",
    ),
    "fetch-csrf-variables.js": Means(
        "https://api.example/",
        "POST",
        headers={"content-type": "application/json", "x-csrf-token": "${csrfToken}"},
        asks="content-type,x-csrf-token",
        guesses="page method",
        define={"endpoint": "https://api.example/"},
        not_known="req csrfToken data",
        body="${JSON.stringify(data)}",
    ),
    "fetch-new-headers-through-proxy.js": Means(
        "https://proxy.example/https://api.target.example/api",
        headers={"x-auth-token": "dummy", "content-type": "application/json", "accept": "application/hal+json"},
        asks="content-type,x-auth-token",
        guesses="page",
    ),
    "fetch-no-cors-with-headers.js": Means(
        "https://api.example/v2",
        headers={"accept": "application/json", "authorization": "dummy"},
        mode="no-cors",
        guesses="url page",
    ),
    "fetch-request-object.ts": Means(
        "https://localhost:44317/api/logic/save",
        "POST",
        headers={"content-type": "application/json", "authorization": "Bearer ${this.authService.getToken()}"},
        asks="authorization,content-type",
        guesses="call page",
        not_known="this.authService.getToken() this.myPayload",
        body="${JSON.stringify(this.myPayload)}",
    ),
    "fetch-timestamp-post-no-options.js": Means("https://api.example/cors-test", "POST", guesses="page"),
    "fetch-variables-init.js": Means(
        "https://paste.example/?pasteID=foo",
        headers={"x-requested-with": "JSONHttpRequest"},
        asks="x-requested-with",
        guesses="page",
    ),
    "jquery-ajax-bearer.js": Means(
        "http://192.0.2.1:5000/it/comments/save",
        "POST",
        headers={
            "authorization": "Bearer ${jwtToken}",
            "accept": "application/json, text/javascript, */*; q=0.01",
            "content-type": _JQUERY_FORM,
        },
        asks="authorization",
        guesses="page",
        not_known="jwtToken payload",
        body="${payload}",
        kind="jquery",
    ),
    "jquery-ajax-beforesend.js": Means(
        "https://api.example/",
        "POST",
        headers={"accept": "application/json, text/javascript, */*; q=0.01", "headerkey": "${headerValue}"},
        asks="headerkey",
        credentials="include",
        guesses="page",
        define={"url": "https://api.example/"},
        not_known="headerValue headerKey",
    ),
    "jquery-ajax-credentials.js": Means(
        "https://api.example/",
        "POST",
        headers={"accept": "*/*", "content-type": _JQUERY_FORM},
        credentials="include",
        guesses="page",
        define={"serviceURL": "https://api.example/"},
        not_known="cmd",
        body="${cmd}",
    ),
    "xhr-formdata-bearer.js": Means(
        "https://api.example/upload",
        "POST",
        headers={"authorization": "Bearer 1234"},
        asks="authorization",
        credentials="include",
        guesses="page",
        define={"form.getAttribute('action')": "https://api.example/upload"},
        not_known='document.getElementById("imageForm") document.getElementById("imageInput").files[0]',
        body=[("(the form's fields)", "${form}"), ("file", '${document.getElementById("imageInput").files[0]}')],
        kind="xhr",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_gives_what_it_means(name: str) -> None:
    check_reading(read_source(text_of(f"js/{name}"), CALLS[name].define), CALLS[name])


def test_every_call_has_a_row() -> None:
    assert {path.name for path in (INPUTS / "js").iterdir()} == {*CALLS}


@pytest.mark.parametrize("name", [name for name, means in CALLS.items() if means.define])
def test_without_definitions_what_is_not_known_is_named(name: str) -> None:
    not_known = read_source(text_of(f"js/{name}")).not_known
    assert {unknown.name for unknown in not_known} >= set(CALLS[name].define or {})
    assert all(unknown.flag.startswith("--define ") for unknown in not_known)


INSTANCE = """
const API_URL = process.env.REACT_APP_API || 'http://localhost:5000/api';
const api = axios.create({ baseURL: API_URL, withCredentials: true, headers: {'X-App': 'web'} });
api.interceptors.request.use((config) => { config.headers.Authorization = `Bearer ${token}`; return config; });
export const login = async ({email}) => { const { data } = await api.post('/login', { email }); return data; }
"""
COMPONENT = """
export default function App() {
  useEffect(() => {
    const load = async () => {
      try { setItems(await (await
        fetch(`https://api.example/items?limit=${10 + 5}`, {credentials: 'include'})).json()); }
      catch (e) { console.error(e) }
    };
    load();
  }, []);
  return <div onClick={() => go()}>{items.length}</div>;
}
"""
SERVICE = """
@Injectable()
export class ItemService {
  private apiUrl: string = 'https://api.example/v1';
  constructor(private http: HttpClient) {}
  getItems(): Observable<Item[]> {
    const params = new HttpParams().set('page', '1').append('q', 'a b');
    return this.http.get<Item[]>(`${this.apiUrl}/items`, { params, withCredentials: true });
  }
}
"""
HELPER = """
function call(endpoint, method = 'GET', data) {
  const options = { method, headers: { 'Content-Type': 'application/json' } };
  if (data) options.body = JSON.stringify(data);
  return fetch(BASE_URL + endpoint, options);
}
const BASE_URL = "https://api.example";
call('/users', 'DELETE');
"""
DEFAULTS = """
axios.defaults.baseURL = 'https://api.example'; axios.defaults.headers.common['X-A'] = '1';
axios.defaults.headers.post['Content-Type'] = 'application/x-www-form-urlencoded';
axios.post('/user', 'a=b').then(r => r)
"""
FORM = """
const form = new FormData(); form.append('image', input.files[0]);
await fetch("https://api.example/upload", { method: "POST", body: form });
"""
UPLOAD = """
var xhr = new XMLHttpRequest(); xhr.upload.onprogress = function () {};
xhr.open("POST", "https://api.example/a"); xhr.send("x");
"""
JSON_TYPE = {"content-type": "application/json"}

LIBRARIES = {
    "an axios instance with an interceptor": (
        INSTANCE, "xhr POST http://localhost:5000/api/login include",
        {"x-app": "1", **JSON_TYPE, "authorization": "1", "accept": "1"},
    ),
    "axios's defaults": (
        DEFAULTS, "xhr POST https://api.example/user same-origin",
        {"x-a": "1", "content-type": "application/x-www-form-urlencoded", "accept": "1"},
    ),
    "axios.get with params and auth": (
        "axios.get('https://api.example/u', { params: { a: 1, b: 'ä' }, auth: {username: 'ada', password: 'x'} })",
        "xhr GET https://api.example/u?a=1&b=%C3%A4 same-origin", {"authorization": "Basic YWRhOng=", "accept": "1"},
    ),
    "a React component": (COMPONENT, "fetch GET https://api.example/items?limit=15 include", {}),
    "an Angular service": (SERVICE, "xhr GET https://api.example/v1/items?page=1&q=a%20b include", {"accept": "1"}),
    "a helper that is called": (HELPER, "fetch DELETE https://api.example/users same-origin", JSON_TYPE),
    "a form with a file": (FORM, "fetch POST https://api.example/upload same-origin", {}),
    "a listener of an upload": (UPLOAD, "xhr POST https://api.example/a same-origin", {}),
    "new Request": (
        "fetch(new Request('https://api.example/x', {method: 'POST', headers: new Headers([['X-A', '1']])}))",
        "fetch POST https://api.example/x same-origin", {"x-a": "1"},
    ),
    "new URL with parameters": (
        "const url = new URL('/a?x=1', 'https://api.example'); url.searchParams.set('q', 'b c'); fetch(url)",
        "fetch GET https://api.example/a?x=1&q=b+c same-origin", {},
    ),
    "$.post": (
        "$.post('https://api.example/s', {name: 'J'}, function (d) {}, 'json')",
        "xhr POST https://api.example/s same-origin", {"content-type": _JQUERY_FORM, "accept": "1"},
    ),
    "$.ajax with JSON": (
        "$.ajax('https://api.example/z', {type: 'PUT', contentType: 'application/json', data: JSON.stringify({a: 1})})",
        "xhr PUT https://api.example/z same-origin", {**JSON_TYPE, "accept": "1"},
    ),
    "crossDomain: false sends X-Requested-With": (
        "$.ajax({url: 'https://api.example/z', crossDomain: false})",
        "xhr GET https://api.example/z same-origin", {"accept": "1", "x-requested-with": "XMLHttpRequest"},
    ),
    "superagent": (
        "superagent.post('https://api.example/x').set('X-A', '1').send({a: 1}).withCredentials().end(() => {})",
        "xhr POST https://api.example/x include", {"x-a": "1", **JSON_TYPE},
    ),
    "ky": (
        "ky.post('https://api.example/k', {json: {a: 1}, credentials: 'include'}).json()",
        "fetch POST https://api.example/k include", {**JSON_TYPE, "accept": "application/json"},
    ),
    "AngularJS": (
        "$http({method: 'POST', url: 'https://api.example/h', data: {a: 1}})",
        "xhr POST https://api.example/h same-origin",
        {"content-type": "application/json;charset=utf-8", "accept": "1"},
    ),
    "Apollo": (
        "new HttpLink({uri: 'https://api.example/graphql', credentials: 'include'})",
        "fetch POST https://api.example/graphql include", JSON_TYPE,
    ),
    "a configuration without its call": (
        "const config = {method: 'post', url: 'https://api.example/x', data: {a: 1}}",
        "xhr POST https://api.example/x same-origin", {**JSON_TYPE, "accept": "1"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_has_defaults_of_its_own(name: str) -> None:
    text, request, headers = LIBRARIES[name]
    reading = read_source(text)
    step = reading.step
    given = getattr(step, "credentials", None)
    credentials = "include" if given == "include" or getattr(step, "with_credentials", None) is True else "same-origin"
    assert f"{step.action} {reading.method} {reading.url} {credentials}" == request  # type: ignore[union-attr]
    got = {name.lower(): value for name, value in dict(step.headers).items()}  # type: ignore[union-attr]
    assert got.keys() == headers.keys()
    assert all(value in ("1", got[name]) for name, value in headers.items())


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("navigator.sendBeacon('https://api.example/b', JSON.stringify({a: 1}))", "send_beacon"),
        ("new EventSource('https://api.example/e', {withCredentials: true})", "event_source"),
        ("$.getJSON('https://api.example/x?callback=?', function (d) {})", "load"),
    ],
)
def test_other_apis(text: str, action: str) -> None:
    assert read_source(text).step.action == action  # type: ignore[union-attr]


def test_a_value_that_the_text_gives_as_a_default_is_told_as_assumed() -> None:
    assert ("process.env.REACT_APP_API", "http://localhost:5000/api", "likely") in [
        guess[:3] for guess in read_source(INSTANCE).guessed
    ]
    assert read_source(INSTANCE, {"process.env.REACT_APP_API": "https://b.example"}).url == "https://b.example/login"


def test_scripts_in_a_page() -> None:
    text = "<html><script>const a = 'https://a.example/';</script><p>x</p><script>fetch(a)</script></html>"
    assert read_source(text).url == "https://a.example/"


def test_further_requests_are_named() -> None:
    reading = read_source("fetch('https://a.example/'); fetch('https://b.example/', {method: 'PUT'})")
    assert [each.url for each in reading.further] == ["https://b.example/"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("const app = express(); app.get('/x', (req, res) => res.json({}))", "no request is in the text"),
        ("hello there, my request is blocked", "no URL, no command and no script"),
        ("fetch('https://api.example/x', {method: 'POST'", "no script (line 1)"),
        ("Access to fetch at 'https://a.example' has been blocked by CORS policy: No …", "`corssim explain` reads"),
        ("fetch(" + "[" * 5000 + "]" * 5000 + ")", "nested too deep"),
        ("let a = [" + "fetch('https://a.example/')," * 40_000 + "]", "too long to be read"),
        ("for (const a of b) { " * 300 + "x" + "}" * 300, "nested too deep"),
        ("function f() { return f() + f() } f()", "no request is in the text"),
    ],
)
def test_what_is_no_call_is_one_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_source(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
