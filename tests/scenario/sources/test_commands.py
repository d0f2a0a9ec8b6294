"""Commands: each input gives what it means."""

from __future__ import annotations

import pytest

from corssim.scenario.sources import UnreadableSource, read_source

from .meaning import INPUTS, Means, check_reading, text_of

UNTOLD = "page mode credentials"
TYPE_TOLD_BY_NAME = "credentials headers.content-type"
QUEUE = "/api/queue-and-play?deviceSerialNumber=xxx&guideId=s56876&callSign="

COMMANDS = {
    "chrome-bash-ansi-c-newlines.txt": Means(
        "http://api.example/api/query",
        "POST",
        headers={"content-type": "application/json", "x-requested-with": "XMLHttpRequest"},
        asks="content-type,x-requested-with",
        guesses=UNTOLD,
        body='{\n    "queries": [\n        {',
        kind="curl",
    ),
    "chrome-bash-json.txt": Means(
        "https://ug.example/mcp/pc/search",
        "POST",
        "https://www.app.example/",
        headers={"content-type": "application/json"},
        asks="content-type",
        body='{"invoke_info":{"pos_1":[{}],"pos_2":[{}],"pos_3":[{}]}}',
    ),
    "chrome-bash-multipart.txt": Means(
        "https://bfe.app.example/video/playbackProgress",
        "POST",
        "https://teacher.app.example/",
        guesses=UNTOLD,
        body=[("userId", "1001"), ("lessonId", "65068"), ("playedProgress", "406.722075")],
    ),
    "chrome-bash-preflight-copied.txt": Means(
        "https://www.api.example/graphql",
        "POST",
        "https://static.app.example/",
        headers={"content-type": "application/json"},
        asks="content-type",
        guesses=TYPE_TOLD_BY_NAME,
    ),
    "chrome-bash-preflight-new-tab-page.txt": Means(
        "https://api.example/context/graphql",
        "POST",
        "chrome-search://local-ntp",
        headers={
            "access-control-allow-origin": "(value not told)",
            "content-type": "application/json",
            "x-client-id": "(value not told)",
        },
        asks="access-control-allow-origin,content-type,x-client-id",
        guesses="credentials headers.access-control-allow-origin headers.content-type headers.x-client-id",
    ),
    "chrome-cmd-123-mixed-quotes.txt": Means(
        "https://api.shop.example/v1/orders",
        "POST",
        "https://gamma.app.example/",
        headers={
            "accept": "application/json, text/plain, */*",
            "authorization": "Bearer dummy",
            "content-type": "application/json",
        },
        asks="authorization,content-type",
        body='{"clientId":"080592","pedido":"X000200569033","iibbPerception":0}',
    ),
    "chrome-cmd-145-all-caret.txt": Means(
        "http://api.example:8203/system/auth/login",
        "POST",
        "http://localhost:58938/",
        headers={"content-type": "application/json", "tenant-id": "1"},
        asks="content-type,tenant-id",
        guesses="mode credentials",
        body='{"username":"admin","password":"dummy"}',
    ),
    "firefox-bash-125-form-type-json-body.txt": Means(
        "https://search.example/1/indexes/*/queries?x-agent=Client%20for%20JavaScript%20(4.22.0)%3B%20Browser%20(lite)"
        "&x-api-key=dummy&x-application-id=APP",
        "POST",
        "https://www.app.example/",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body='{"requests":[{"indexName":"companies"',
    ),
    "firefox-bash-50-preflight-307.txt": Means(
        "https://api.example/v1",
        "GET",
        "http://localhost:8000/",
        headers={"authorization": "(value not told)"},
        asks="authorization",
        guesses="credentials headers.authorization",
    ),
    "firefox-cmd-130-doubled-quotes.txt": Means(
        "https://app.example/api/list",
        "POST",
        "https://app.example/",
        headers={"accept": "application/json, text/plain, */*", "content-type": "application/json;charset=utf-8"},
        body='{"lkcId":"xx","isShowHideLabel":0}',
        cookies=("JSESSIONID=dummy", "SERVERID=dummy"),
    ),
    "hand-get-data-urlencode.txt": Means(
        "http://localhost:8086/query?pretty=true&db=mydb"
        "&q=SELECT+%22idle%22+FROM+%22cpu%22+WHERE+%22region%22%3d%27Beijing%27",
        guesses=UNTOLD,
    ),
    "hand-get-with-data.txt": Means(
        "https://api.example/synthetics/api/v3/monitors?test=2&limit=100&w=4",
        headers={"x-api-key": "123456789"},
        asks="x-api-key",
        guesses=UNTOLD,
    ),
    "hand-insecure-location-user-json.txt": Means(
        "https://localhost:9443/v1/bdbs",
        "POST",
        headers={"authorization": "Basic YWRhOnNlY3JldA==", "content-type": "application/json"},
        asks="authorization,content-type",
        guesses=UNTOLD,
        body='{\n    "name": "db1",\n',
    ),
    "hand-preflight-double-quotes.txt": Means(
        f"https://layla.api.example{QUEUE}&mediaOwnerCustomerId=xxx",
        "POST",
        "https://media.app.example/",
        headers={"content-type": "application/json", "csrf": "(value not told)"},
        asks="content-type,csrf",
        guesses=f"{TYPE_TOLD_BY_NAME} headers.csrf",
    ),
    "httpie-preflight.txt": Means(
        f"http://localhost{QUEUE}",
        "POST",
        "https://media.app.example/",
        headers={"content-type": "application/json", "csrf": "(value not told)"},
        asks="content-type,csrf",
        guesses=f"{TYPE_TOLD_BY_NAME} headers.csrf",
        kind="httpie",
    ),
    "postman-export-form.txt": Means(
        "http://router.example/cgi-bin/admin/network/wan",
        "POST",
        guesses=UNTOLD,
        body=[
            ("token", "dummy"),
            ("cbi.submit", "1"),
            ("tab.network.wan", "general"),
            ("cbid.network.wan.ac", ""),
        ],
    ),
    "powershell-131-post-json.txt": Means(
        "http://localhost:13000/api/config:updateOrCreate?filterKeys[]=id",
        "POST",
        "http://localhost:13000/",
        headers={
            "accept": "application/json, text/plain, */*",
            "authorization": "Bearer dummy",
            "x-authenticator": "basic",
            "x-locale": "zh-CN",
            "x-role": "root",
            "content-type": "application/json",
        },
        body='{"id":1,"ssoApiUrl":"http://sso.example:8082","clientId":"dummy"}',
        kind="powershell",
    ),
    "powershell-138-get-cross-site.txt": Means(
        "https://raw.example/refs/heads/main/compose.yml", "GET", "https://app.example/"
    ),
    "safari-18-bash.txt": Means(
        "https://search.example/1/compositions/comp1/simulate?x-agent=Client%20(1.16.0)%3B%20Browser",
        "POST",
        "https://dashboard.app.example/",
        headers={
            "content-type": "text/plain",
            "accept": "application/json",
            "x-application-id": "APP",
            "x-api-key": "dummy",
        },
        asks="x-api-key,x-application-id",
        body='"snippetEllipsisText":"…"}}',
    ),
}
UPLOADING = "hand-preflight-no-space-insecure.txt"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_gives_what_it_means(name: str) -> None:
    check_reading(read_source(text_of(f"curl/{name}")), COMMANDS[name])


def test_every_command_has_a_row() -> None:
    assert {path.name for path in (INPUTS / "curl").iterdir()} == {*COMMANDS, UPLOADING}


def test_a_preflight_that_asks_for_no_header_is_that_of_an_upload_listener() -> None:
    reading = read_source(text_of(f"curl/{UPLOADING}"))
    assert reading.step is not None
    assert (reading.step.action, reading.method, reading.url) == ("xhr", "POST", "https://localhost:9095/v2/pet")
    assert [guess.what for guess in reading.guessed] == ["credentials", "api"]
    assert any(each.startswith("-k: ") for each in reading.passed_over)


FORMS = [
    ("curl api.example/x", "GET", "http://api.example/x", {}),
    ("$ curl https://api.example/x | jq .", "GET", "https://api.example/x", {}),
    ("curl -sSLo out.json https://api.example/x && echo done", "GET", "https://api.example/x", {}),
    ("curl -XPUT -d@body.json https://api.example/x", "PUT", "https://api.example/x",
     {"content-type": "application/x-www-form-urlencoded"}),
    ("curl -I https://api.example/x", "HEAD", "https://api.example/x", {}),
    ("curl -T file.bin https://api.example/x", "PUT", "https://api.example/x", {}),
    ("curl --json '{}' https://api.example/x", "POST", "https://api.example/x",
     {"content-type": "application/json", "accept": "application/json"}),
    ("curl -d a=1 -d b=2 --url 'https://api.example/x'", "POST", "https://api.example/x",
     {"content-type": "application/x-www-form-urlencoded"}),
    ("curl --oauth2-bearer tok https://api.example/x?a=b&c", "GET", "https://api.example/x?a=b&c",
     {"authorization": "Bearer tok"}),
    ("curl 'https://ada:secret@api.example/x'", "GET", "https://api.example/x",
     {"authorization": "Basic YWRhOnNlY3JldA=="}),
    ("curl -u bob:no 'https://ada:no@api.example/x' -H 'authorization: Bearer tok'", "GET", "https://api.example/x",
     {"authorization": "Bearer tok"}),
    ("curl -u ada:secret 'https://bob:no@api.example/x'", "GET", "https://api.example/x",
     {"authorization": "Basic YWRhOnNlY3JldA=="}),
    ("curl https://api.example/x -H 'X-A;' -H 'X-B:' -H 'If-None-Match: \"a\"'", "GET", "https://api.example/x",
     {"x-a": "", "if-none-match": '"a"'}),
    ('curl https://api.example/x -H "Cache-Control: no-cache"', "GET", "https://api.example/x",
     {"cache-control": "no-cache"}),
    ("http POST api.example/x X-Key:1 name=ada age:=3 q==1", "POST", "http://api.example/x?q=1",
     {"x-key": "1", "content-type": "application/json", "accept": "application/json, */*;q=0.5"}),
    ("https api.example/x -A bearer -a tok", "GET", "https://api.example/x", {"authorization": "Bearer tok"}),
    ("http :3000/x", "GET", "http://localhost:3000/x", {}),
    ("Invoke-RestMethod https://api.example/x -Method Delete -Headers @{ 'X-A' = '1' }", "DELETE",
     "https://api.example/x", {"x-a": "1"}),
    ('$headers = @{ "X-A" = "1" }\nirm -Uri "https://api.example/x" -Headers $headers | Out-Null', "GET",
     "https://api.example/x", {"x-a": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "method", "url", "headers"), FORMS, ids=[form[0][:50] for form in FORMS])
def test_a_form_that_people_write(text: str, method: str, url: str, headers: dict[str, str]) -> None:
    reading = read_source(text)
    given = {name.lower(): value for name, value in dict(reading.step.headers).items()}  # type: ignore[union-attr]
    assert (reading.method, reading.url, given) == (method, url, headers)


def test_a_value_that_was_covered_up_is_not_told() -> None:
    reading = read_source("curl --location 'https://api.example/x' --header 'Authorization: ••••••'")
    assert dict(reading.step.headers) == {"Authorization": "(value not told)"}  # type: ignore[union-attr]
    assert "headers.authorization" in [guess.what for guess in reading.guessed]


def test_cookies_across_origins_mean_include() -> None:
    reading = read_source("curl https://api.example/x -H 'Origin: https://app.example' -b 'sid=1; a=b'")
    assert reading.cookies == ("sid=1", "a=b")
    assert reading.step.credentials == "include"  # type: ignore[union-attr]
    assert "credentials" not in {guess.what for guess in reading.guessed}


def test_variables_are_named_or_defined() -> None:
    text = 'curl "$API/items" -H "Authorization: Bearer ${TOKEN}"'
    reading = read_source(text)
    assert [(unknown.name, unknown.where) for unknown in reading.not_known] == [("API", "url"), ("TOKEN", "a value")]
    reading = read_source(text, {"API": "https://api.example", "TOKEN": "t"})
    assert (reading.url, reading.not_known) == ("https://api.example/items", ())


BROKEN = [
    ("curl 'https://api.example", "the quote ' in line 1 is not closed"),
    ("curl -H", "it needs a value"),
    ("curl -s", "no URL is in this command"),
    ("curl 'http://[::1'", "is not a URL"),
    ("http POST", "no URL is in this command"),
    ("http POST api.example x:=nope", "is not JSON"),
    ('Invoke-WebRequest -Uri "https://api.example', "a quote in line 1 is not closed"),
    ("Invoke-WebRequest -Method GET", "no URL is in this command"),
    ("   ", "is empty"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[text for text, _ in BROKEN])
def test_what_breaks_off_is_one_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_source(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
