"""What developer tools write beside and above headers, in the languages in which people have them."""

from __future__ import annotations

import re

from ...patterns import lazy_pattern

LABELS = {
    "request url": "url", "url": "url", "request method": "method", "method": "method", "status code": "status",
    "status": "status", "statuscode": "status", "remote address": "", "referrer policy": "", "address": "",
    "initiator": "", "source": "", "version": "", "transferred": "", "request priority": "", "dns resolution": "",
    "scheme": "scheme", "filename": "target", "statusdescription": "", "content type": "", "http version": "",
    # German
    "anforderungs-url": "url", "anfrage-url": "url", "anforderungsmethode": "method", "anfragemethode": "method",
    "statuscode ": "status", "remote-adresse": "", "remoteadresse": "", "referrer-richtlinie": "", "übertragen": "",
    "adresse": "", "anfragepriorität": "", "dns-auflösung": "",
    # French
    "url de la requête": "url", "url de requête": "url", "méthode de la requête": "method",
    "méthode de requête": "method", "code d'état": "status", "code d’état": "status", "code de statut": "status",
    "statut": "status", "adresse distante": "", "règlement sur les url de provenance": "", "transfert": "",
    "politique de référent": "",
    # Spanish, Portuguese, Italian
    "url de solicitud": "url", "url de la solicitud": "url", "método de solicitud": "method",
    "método de la solicitud": "method", "código de estado": "status", "estado": "status", "dirección remota": "",
    "política de referencia": "", "url da solicitação": "url", "url de solicitação": "url",
    "método da solicitação": "method", "método de solicitação": "method", "código de status": "status",
    "endereço remoto": "", "política do referenciador": "", "url richiesta": "url", "url della richiesta": "url",
    "metodo richiesta": "method", "metodo di richiesta": "method", "codice di stato": "status", "stato": "status",
    "indirizzo remoto": "", "norme sui referrer": "",
    # Russian, Polish, Turkish
    "url запроса": "url", "метод запроса": "method", "код статуса": "status", "код состояния": "status",
    "статус": "status", "удаленный адрес": "", "удалённый адрес": "", "правило для url перехода": "",
    "adres url żądania": "url", "metoda żądania": "method", "kod stanu": "status", "adres zdalny": "",
    "istek url'si": "url", "istek url’si": "url", "istek yöntemi": "method", "durum kodu": "status",
    # Chinese, Japanese, Korean
    "请求网址": "url", "请求 url": "url", "请求url": "url", "請求網址": "url", "要求網址": "url", "请求方法": "method",
    "請求方法": "method", "要求方法": "method", "状态代码": "status", "状态码": "status", "状态": "status",
    "狀態碼": "status", "狀態代碼": "status", "远程地址": "", "遠端位址": "", "引荐来源网址政策": "", "引用者策略": "",
    "參照網址政策": "", "リクエスト url": "url", "要求 url": "url", "リクエスト メソッド": "method",
    "リクエストメソッド": "method", "要求メソッド": "method", "ステータス コード": "status",
    "ステータスコード": "status", "ステータス": "status", "リモート アドレス": "", "リファラー ポリシー": "",
    "요청 url": "url", "요청 메서드": "method", "요청 메소드": "method", "상태 코드": "status", "상태": "status",
    "원격 주소": "", "리퍼러 정책": "", "참조자 정책": "",
}  # fmt: skip
"""What stands beside a value, in lower case: which value of the exchange it is, "" for one that decides nothing."""

REQUEST_TITLES = frozenset({
    "request headers", "request", "request header", "request headersview source", "request headersview parsed",
    "anfrageheader", "anforderungsheader", "anfrage-kopfzeilen",
    "anfragekopfzeilen", "en-têtes de requête", "en-têtes de la requête", "encabezados de solicitud",
    "encabezados de la solicitud", "cabeceras de la petición", "cabeçalhos da solicitação", "cabeçalhos de solicitação",
    "intestazioni richiesta", "intestazioni della richiesta", "заголовки запроса", "nagłówki żądania",
    "istek başlıkları", "请求标头", "请求头", "請求標頭", "要求標頭", "リクエスト ヘッダー", "リクエストヘッダー",
    "要求ヘッダー", "요청 헤더",
})  # fmt: skip
RESPONSE_TITLES = frozenset({
    "response headers", "response", "response header", "response headersview source", "response headerview source",
    "response headersview parsed", "antwortheader", "antwort-kopfzeilen", "antwortkopfzeilen",
    "en-têtes de réponse", "en-têtes de la réponse", "encabezados de respuesta", "encabezados de la respuesta",
    "cabeceras de la respuesta", "cabeçalhos da resposta", "cabeçalhos de resposta", "intestazioni risposta",
    "intestazioni della risposta", "заголовки ответа", "nagłówki odpowiedzi", "yanıt başlıkları", "响应标头", "响应头",
    "回應標頭", "レスポンス ヘッダー", "レスポンスヘッダー", "応答ヘッダー", "응답 헤더",
})  # fmt: skip
BODY_TITLES = frozenset({
    "query string parameters", "form data", "request payload", "preview", "query string", "request data",
    "request body", "response body",
})  # fmt: skip
OTHER_TITLES = BODY_TITLES | {"general", "summary", "headers", "allgemein", "général", "generales", "geral", "常规"}

_IS_CODE = lazy_pattern(r"^[\"'`{(\[]|[,;{(]$")
_SPACES = lazy_pattern(r"[\s\u00a0\u202f]+")


def label_of(text: str) -> str | None:
    """The label that a line begins with, or is. None where it is none."""
    label = _SPACES.sub(" ", text.replace("：", ":").partition(":")[0]).strip().lower()
    return label if label in LABELS else None


def has_labels(text: str) -> bool:
    """Report whether a text has two of a URL, a method and a status under their labels, or a status among others."""
    lines = [line.strip() for line in text.splitlines()[:300]]
    lines = [line for line in lines if not _IS_CODE.search(_told_by(line))]
    labels = [label for line in lines if (label := label_of(line)) is not None]
    has_status = any(
        LABELS.get(label_of(line) or "") == "status" and re.match(r"[1-5]\d\d\b", _told_by(line) or following)
        for line, following in zip(lines, [*lines[1:], ""], strict=False)
    )
    return len({LABELS[label] for label in labels} & {"url", "method", "status"}) >= 2 or (
        has_status and len(labels) > 1
    )


def _told_by(line: str) -> str:
    return line.replace("：", ":").partition(":")[2].strip()
