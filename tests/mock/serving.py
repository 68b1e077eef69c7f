"""What tests of a running mock share: calls over a socket or straight into an engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ZSI.mock.contract import MockContract
from ZSI.mock.examples import example
from ZSI.mock.facade import Mock
from ZSI.mock.journal import JournalLimits
from ZSI.mock.settings import Settings
from ZSI.names import SOAP11_ENV, SOAP12_ENV
from ZSI.twisted.exchange import HttpRequest

BANK = example("bank")


def bank_mock(wsdl: Path = BANK, limits: JournalLimits | None = None, **settings: Any) -> Mock:
    """A mock without a socket."""
    return Mock([MockContract.load(wsdl)], Settings(**settings), limits or JournalLimits())


def element(name: str, fields: dict[str, Any], namespace: str = "urn:example:bank") -> str:
    """A body element with text children; a list repeats one, other text is XML."""
    inner = ""
    for key, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            inner += f"<{key}>{item}</{key}>"
    return f'<{name} xmlns="{namespace}">{inner}</{name}>'


def envelope(body: str, header: str = "", version: str = "1.1") -> bytes:
    """A message around some XML."""
    uri = SOAP12_ENV if version == "1.2" else SOAP11_ENV
    block = f"<e:Header>{header}</e:Header>" if header else ""
    return f'<e:Envelope xmlns:e="{uri}">{block}<e:Body>{body}</e:Body></e:Envelope>'.encode()


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The text of the first element of a local name."""
        found = re.search(rf"<(?:[\w.-]+:)?{name}(?:\s[^>]*)?>([^<]*)</".encode(), self.body)
        return found[1].decode() if found else None

    def all(self, name: str) -> list[str]:
        """The texts of all elements of a local name."""
        pattern = rf"<(?:[\w.-]+:)?{name}(?:\s[^>]*)?>([^<]*)</".encode()
        return [text.decode() for text in re.findall(pattern, self.body)]


def serve(
    mock: Mock, name: str = "", /, *, header: str = "", version: str = "1.1", session: str = "",
    http: dict[str, str] | None = None, body: str | None = None, **fields: Any,
) -> Said:  # fmt: skip
    """A call straight into the engine."""
    xml = body if body is not None else element(name, fields)
    kind = "application/soap+xml" if version == "1.2" else "text/xml"
    headers = (("content-type", kind), *((k.lower(), v) for k, v in (http or {}).items()))
    mount = mock.mounts[0]
    request = HttpRequest("POST", mount.path, mount.path, headers, envelope(xml, header, version))
    call = mock.engine.open(request, mount, session)
    handler = mock.engine.handler(call)
    given = None
    if handler is not None:
        try:
            given = handler(call.request)
        except Exception as error:
            given = error
    sent = mock.engine.close(call, mount, given).sent
    assert sent is not None
    return Said(sent.status, sent.body, dict(sent.headers))


def post(
    url: str, name: str = "", /, *, header: str = "", version: str = "1.1",
    http: dict[str, str] | None = None, body: str | None = None, **fields: Any,
) -> Said:  # fmt: skip
    """A call over a socket."""
    xml = body if body is not None else element(name, fields)
    kind = "application/soap+xml" if version == "1.2" else "text/xml"
    headers = {"Content-Type": kind, "SOAPAction": '""', **(http or {})}
    return send(url, "POST", envelope(xml, header, version), headers)


def send(url: str, method: str, data: bytes | None, headers: dict[str, str]) -> Said:
    """One HTTP request."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, data, headers)
        response = connection.getresponse()
        return Said(response.status, response.read(), dict(response.getheaders()))
    finally:
        connection.close()
