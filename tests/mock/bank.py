"""The bank of the examples, served in memory: what tests of the mock's engine share."""

from __future__ import annotations

from functools import cache
from typing import Any

from lxml import etree

from ZSI.mock.contract import MockContract
from ZSI.mock.examples import example
from ZSI.mock.exchange import Sent
from ZSI.mock.facade import Mock
from ZSI.mock.settings import Settings
from ZSI.twisted.exchange import HttpRequest

NS = "urn:example:bank"
ENVELOPES = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
MEDIA_TYPES = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}


@cache
def contract() -> MockContract:
    return MockContract.load(example("bank"))


def bank(**settings: Any) -> Mock:
    return Mock([contract()], Settings(**settings))


def envelope(body: str, header: str = "", version: str = "1.1") -> bytes:
    """An envelope around body content."""
    head = f"<e:Header>{header}</e:Header>" if header else ""
    return (
        f'<e:Envelope xmlns:e="{ENVELOPES[version]}">{head}<e:Body>{body}</e:Body></e:Envelope>'
    ).encode()


def balance(account: str = "42") -> str:
    """A GetBalance request's body."""
    return f'<GetBalance xmlns="{NS}"><account>{account}</account></GetBalance>'


def ask(
    mock: Mock, body: str | bytes, *, header: str = "", version: str = "1.1", session: str = "",
    **fields: str,
) -> Sent:  # fmt: skip
    """What the mock answers, without delays and handlers."""
    data = body if isinstance(body, bytes) else envelope(body, header, version)
    headers = {"content-type": MEDIA_TYPES[version], "soapaction": '""', **fields}
    http = HttpRequest("POST", "/bank", "/bank", tuple(headers.items()), data)
    return mock.engine.serve(http, mock.mounts[0], session)


def texts(sent: Sent) -> dict[str, str]:
    """The leaves below the body element by local name; of a fault, its code and string too."""
    root = etree.fromstring(sent.body)
    return {
        etree.QName(node).localname: node.text or ""
        for node in root.iter(etree.Element)
        if not len(node)
    }
