"""What a service shows on GET: its WSDL, and a page for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from inspect import cleandoc
from typing import Any
from urllib.parse import parse_qsl, quote

from lxml import etree

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import WSDL, WSDL_SOAP11, WSDL_SOAP12, XSD
from ZSI.twisted.dispatching import known_operations
from ZSI.twisted.exchange import HttpResponse, valid_host
from ZSI.twisted.refusals import text_response
from ZSI.xmlio import parse_document

_XML_FIELDS = ((b"Content-Type", b"text/xml; charset=utf-8"),)
_ADDRESSES = tuple(f"{{{namespace}}}address" for namespace in (WSDL_SOAP11, WSDL_SOAP12))
#: Elements that lead to other documents: the attribute that does, and the query for what it names.
_LINKS = {
    f"{{{WSDL}}}import": ("location", "wsdl"),
    f"{{{XSD}}}import": ("schemaLocation", "xsd"),
    f"{{{XSD}}}include": ("schemaLocation", "xsd"),
    f"{{{XSD}}}redefine": ("schemaLocation", "xsd"),
}
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~%-]+)*/?")
# a WSDL is parsed as a document of ours, so only nesting and size are bounded
_LIMITS = Limits(body_bytes=DEFAULT_LIMITS.document_bytes)


def page(resource: Any, request: Any) -> HttpResponse:
    """The answer to GET: ``?wsdl``, ``?wsdl=<name>``, ``?xsd=<name>``, or what lives here."""
    query = request.uri.partition(b"?")[2].decode("latin-1")
    base = base_url(request, resource.trust_proxy)
    for key, value in parse_qsl(query, keep_blank_values=True)[:1]:
        if key.lower() in ("wsdl", "xsd"):
            return document_page(resource, base, value)
    return text_response(200, description(resource, base))


def base_url(request: Any, trust_proxy: bool = False) -> str:
    """The address that the client has used for this path, without the query.

    Args:
        trust_proxy: believe X-Forwarded-Proto, -Host and -Prefix, which a proxy in front of us
            has set; anybody else could set them too.
    """
    scheme = "https" if request.isSecure() else "http"
    host = request.getHeader(b"host")
    prefix = ""
    if trust_proxy:
        scheme = _forwarded(request, b"x-forwarded-proto", {"http", "https"}) or scheme
        forwarded = _first(request, b"x-forwarded-host")
        if forwarded and valid_host([forwarded], b"HTTP/1.1"):
            host = forwarded
        found = _first(request, b"x-forwarded-prefix").decode("latin-1")
        prefix = found.rstrip("/") if _PREFIX.fullmatch(found) else ""
    if not host or not valid_host([host], b"HTTP/1.1"):
        host = _own_host(request.getHost())
    path = quote(request.path.decode("latin-1"), safe=_PATH_SAFE)
    return f"{scheme}://{host.decode('ascii')}{prefix}{path}"


def _first(request: Any, name: bytes) -> bytes:
    """The first of the values that a chain of proxies has put into a field."""
    value: bytes = request.getHeader(name) or b""
    return value.partition(b",")[0].strip()


def _forwarded(request: Any, name: bytes, allowed: set[str]) -> str | None:
    value = _first(request, name).decode("latin-1").lower()
    return value if value in allowed else None


def _own_host(address: Any) -> bytes:
    """Where we listen, for a client that has not said how it calls us (HTTP/1.0)."""
    host = getattr(address, "host", "localhost")
    port = getattr(address, "port", 80)
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").encode("ascii")


def document_page(resource: Any, base: str, name: str) -> HttpResponse:
    """The WSDL, or a document that it imports, with its addresses and links turned to ``base``."""
    documents = documents_of(resource)
    if not documents:
        return text_response(404, "there is no WSDL for this service\n")
    name = name or next(iter(documents))
    content = documents.get(name)
    if content is None:
        return text_response(404, "there is no such document; these are: " + _listed(documents))
    return xml_page(turned(content, base, tuple(documents)))


def xml_page(content: bytes) -> HttpResponse:
    """An answer that is a document."""
    return HttpResponse(200, _XML_FIELDS, content)


def _listed(documents: Mapping[str, bytes]) -> str:
    return ", ".join(documents) + "\n"


def documents_of(resource: Any) -> Mapping[str, bytes]:
    """The documents of a service: of the generated class, or ZSI's ``_wsdl`` text."""
    if resource.documents is not None:
        contents: Mapping[str, bytes] = resource.documents.contents
        return contents
    text = getattr(resource, "_wsdl", None)
    if not text:
        return {}
    return {"service.wsdl": text.encode("utf-8") if isinstance(text, str) else text}


@lru_cache(maxsize=32)
def turned(
    content: bytes,
    base: str,
    names: tuple[str, ...],
    ports: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """A document with every SOAP address and every link turned to this server.

    Args:
        content: a WSDL or schema document.
        base: the address that was asked.
        names: of the documents that are served; links to others stay as they are.
        ports: the addresses of ports by their names, where they are others than ``base``.
    """
    root = parse_document(content, limits=_LIMITS)
    by_port = dict(ports)
    for element in root.iter(*_ADDRESSES):
        port = element.getparent()
        name = port.get("name", "") if port is not None else ""
        element.set("location", by_port.get(name, base))
    for element in root.iter(*_LINKS):
        attribute, query = _LINKS[str(element.tag)]
        location = element.get(attribute)
        if location is not None and location in names:
            element.set(attribute, f"{base}?{query}={quote(location)}")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def description(resource: Any, base: str) -> str:
    """What lives here, in words."""
    kind = type(resource)
    lines = [f"{kind.__name__}: a SOAP service", ""]
    if kind.__doc__:
        lines += [cleandoc(kind.__doc__).partition("\n\n")[0], ""]
    lines += [
        f"POST envelopes to {base}",
        "as text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2).",
        "",
    ]
    if documents_of(resource):
        lines += [f"WSDL: {base}?wsdl", ""]
    operations = known_operations(resource)
    lines += ["Operations:", *(f"  {name}" for name in operations)] if operations else []
    return "\n".join(lines) + "\n"
