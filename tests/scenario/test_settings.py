"""What a browser's user has set, in a scenario file."""

from __future__ import annotations

import pytest

from corssim.scenario import ScenarioError, parse_scenario, run_scenario

_FILE = """
title = "t"
page = "https://app.example/"
{setting}

[[server]]
url = "*"
[server.headers]
Access-Control-Allow-Origin = "{{origin}}"
Access-Control-Allow-Credentials = "true"
Set-Cookie = "a=1; SameSite=None; Secure"

[[step]]
fetch = "https://api.example/"
credentials = "include"

[[step]]
fetch = "https://api.example/"
credentials = "include"
expect.sent = [{{ request = "GET https://api.example/", headers = {{ Cookie = {cookie} }} }}]
"""


@pytest.mark.parametrize(
    ("setting", "profile", "cookie"),
    [
        ("", "chromium", '"a=1"'),
        ("", "firefox", '"a=1"'),
        ("", "webkit", "false"),
        ('third_party_cookies = "block"', "chromium", "false"),
        ('third_party_cookies = "no-new"', "firefox", "false"),
        ('third_party_cookies = "allow"', "webkit", '"a=1"'),
    ],
)
def test_third_party_cookies_are_as_the_browser_ships_or_as_the_file_says(
    setting: str, profile: str, cookie: str
) -> None:
    result = run_scenario(parse_scenario(_FILE.format(setting=setting, cookie=cookie)), profile)
    assert [str(mismatch) for mismatch in result.mismatches] == []


def test_https_first_is_a_setting_too() -> None:
    scenario = parse_scenario(_FILE.format(setting="https_first = false", cookie='"a=1"'))
    assert run_scenario(scenario, "chromium").profile.upgrades.https_first == "no"


def test_languages_are_a_setting_too() -> None:
    scenario = parse_scenario(_FILE.format(setting='languages = "de, en"', cookie='"a=1"'))
    assert scenario.settings.languages == ("de", "en")
    assert run_scenario(scenario, "firefox").profile.languages.accepted == "de,en"


@pytest.mark.parametrize("languages", ["", "de;q=0.9"])
def test_what_are_no_languages_is_told_with_its_line(languages: str) -> None:
    with pytest.raises(ScenarioError, match=r"scenario:4: languages: .*such as 'de-DE,de,en'"):
        parse_scenario(_FILE.format(setting=f'languages = "{languages}"', cookie="false"))


def test_what_is_no_setting_is_told_with_its_line() -> None:
    with pytest.raises(ScenarioError, match=r"scenario:4.*third_party_cookies"):
        parse_scenario(_FILE.format(setting='third_party_cookies = "some"', cookie="false"))
