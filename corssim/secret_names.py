"""Names that say that what goes by them is a secret: of headers, parameters, cookies and fields alike."""

from __future__ import annotations

import re
from functools import cache

SECRET_WORDS = frozenset(
    [
        "apikey",
        "assertion",
        "auth",
        "authentication",
        "authorization",
        "bearer",
        "credential",
        "credentials",
        "csrf",
        "csrftoken",
        "cvc",
        "cvv",
        "dpop",
        "haslo",
        "hmac",
        "jwt",
        "kennwort",
        "key",
        "nonce",
        "oauth",
        "otp",
        "parola",
        "passcode",
        "passphrase",
        "passwd",
        "password",
        "passwort",
        "pin",
        "pswd",
        "psw",
        "pwd",
        "secret",
        "senha",
        "sessid",
        "sid",
        "sig",
        "signature",
        "ssn",
        "ticket",
        "token",
        "tokens",
        "totp",
        "wachtwoord",
        "xsrf",
        "xsrftoken",
    ]
)
"""Words of a name: `X-Api-Key`, `client_secret` and `accessToken` have one; `keyword` and `monkey` do not."""

SECRET_NAMES = frozenset(
    [
        "aspsessionid",
        "authcode",
        "authorizationcode",
        "awsaccesskeyid",
        "code",
        "codechallenge",
        "codeverifier",
        "cookie",
        "cookies",
        "devicecode",
        "motdepasse",
        "googleaccessid",
        "jsessionid",
        "phpsessid",
        "samlrequest",
        "samlresponse",
        "session",
        "sessionid",
        "sessionstate",
        "setcookie",
        "usercode",
        "xsession",
        "xsessionid",
    ]
)
"""Whole names, in lower case without what stands between words: `code` is a secret, `country_code` is not."""

SECRET_ENDINGS = (
    "apikeys",
    "accesscode",
    "accesskey",
    "activationcode",
    "apikey",
    "authkey",
    "confirmationcode",
    "credential",
    "credentials",
    "logincode",
    "mfacode",
    "passphrase",
    "privatekey",
    "recoverycode",
    "resetcode",
    "secret",
    "secretkey",
    "secrets",
    "securitycode",
    "sessionid",
    "sessionkey",
    "signature",
    "smscode",
    "token",
    "tokens",
    "verificationcode",
)
"""Ends of names that show no words: `accesstoken`, `csrfmiddlewaretoken`, `sms_code`."""

_SECRET_PARTS = ("password", "passwd", "contraseña", "пароль", "密码", "密碼", "パスワード", "비밀번호")
_SECRET_LAST_WORDS = frozenset(["pass", "pw", "userpass"])  # `db_pass`, and not `pass_rate`

OPEN_NAMES = frozenset(
    [
        "authtype",
        "cachekey",
        "contentsignature",
        "idempotencykey",
        "keyid",
        "proxypass",
        "publickey",
        "secwebsocketkey",
        "sentrykey",  # the public key of a DSN, made to stand in pages
        "signatureinput",
        "surrogatekey",
        "tokentype",
        "xcachekey",
    ]
)
"""Names that have such a word and hold no secret."""

LONGEST_NAME = 128
"""Characters of a name that is looked at."""


@cache
def _words() -> re.Pattern[str]:
    return re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")  # when first needed


def _words_of(name: str) -> list[str]:
    words = name.replace("_", "-").split("-")
    if name.isascii() and all(word.isalpha() and (word[1:].islower() or len(word) == 1) for word in words):
        return words  # as in most headers
    return _words().findall(name)


def is_secret_name(name: str) -> bool:
    """Report whether what goes by this name is a secret: a header, a parameter, a cookie's or a field's name."""
    words = [word.lower() for word in _words_of(name[:LONGEST_NAME])]
    whole = "".join(words)
    if whole in OPEN_NAMES:
        return False
    if whole in SECRET_NAMES or not SECRET_WORDS.isdisjoint(words) or whole.endswith(SECRET_ENDINGS):
        return True
    return (bool(words) and words[-1] in _SECRET_LAST_WORDS) or any(part in name.lower() for part in _SECRET_PARTS)
