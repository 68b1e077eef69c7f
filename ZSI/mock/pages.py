"""What a running mock shows of its contracts: ``?wsdl`` and a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from lxml import etree

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.mock.contract import MockContract
from ZSI.names import WSDL, WSDL_SOAP11, WSDL_SOAP12, XSD
from ZSI.twisted.exchange import HttpResponse
from ZSI.twisted.pages import base_url
from ZSI.twisted.refusals import text_response
from ZSI.xmlio import parse_document

_XML = ((b"Content-Type", b"text/xml; charset=utf-8"),)
_ADDRESSES = tuple(f"{{{namespace}}}address" for namespace in (WSDL_SOAP11, WSDL_SOAP12))
_LINKS = {
    f"{{{WSDL}}}import": ("location", "wsdl"),
    f"{{{XSD}}}import": ("schemaLocation", "xsd"),
    f"{{{XSD}}}include": ("schemaLocation", "xsd"),
    f"{{{XSD}}}redefine": ("schemaLocation", "xsd"),
}
_LIMITS = Limits(body_bytes=DEFAULT_LIMITS.document_bytes)


class Pages:
    """The documents of a contract, with the address of each port where the client called.

    Args:
        contract: whose documents.
        paths: the path of each port.
    """

    def __init__(self, contract: MockContract, paths: Mapping[str, str]) -> None:
        self.documents = dict(contract.plan.documents)
        self.paths = tuple(paths.items())
        self.contract = contract

    def page(self, resource: Any, request: Any) -> HttpResponse:
        """The answer to GET: ``?wsdl``, ``?wsdl=<name>``, ``?xsd=<name>``, or what lives here."""
        query = request.uri.partition(b"?")[2].decode("latin-1")
        base = base_url(request, resource.trust_proxy)
        for key, value in parse_qsl(query, keep_blank_values=True)[:1]:
            if key.lower() in ("wsdl", "xsd"):
                return self._document(base, request.path.decode("latin-1"), value)
        return text_response(200, self._description(resource, base))

    def _document(self, base: str, path: str, name: str) -> HttpResponse:
        content = self.documents.get(name or next(iter(self.documents), ""))
        if content is None:
            known = ", ".join(self.documents)
            return text_response(404, f"there is no such document; these are: {known}\n")
        origin = base.removesuffix(path)
        if path.startswith("/~") and path not in dict(self.paths).values():
            # a session's WSDL leads its clients back to the session
            origin += "/~" + path[2:].partition("/")[0]
        return HttpResponse(
            200, _XML, readdressed(content, base, origin, self.paths, tuple(self.documents))
        )

    def _description(self, resource: Any, base: str) -> str:
        names = dict.fromkeys(o.name for o in resource.mount.router.operations)
        lines = [
            f"{self.contract.plan.source}, mocked by zsi-mock",
            "",
            f"POST envelopes to {base}",
            f"WSDL: {base}?wsdl",
            "",
            "Operations:",
            *(f"  {name}" for name in names),
        ]
        return "\n".join(lines) + "\n"


@lru_cache(maxsize=32)
def readdressed(
    content: bytes,
    base: str,
    origin: str,
    paths: tuple[tuple[str, str], ...],
    names: tuple[str, ...],
) -> bytes:
    """A document with every SOAP address and every link turned to this server.

    Args:
        content: a WSDL or schema document.
        base: the address that was asked; origin: its scheme and host.
        paths: the path of each port. names: of the documents that are served.
    """
    root = parse_document(content, limits=_LIMITS)
    by_port = dict(paths)
    for element in root.iter(*_ADDRESSES):
        parent = element.getparent()
        path = by_port.get(parent.get("name") or "") if parent is not None else None
        element.set("location", origin + quote(path, "/%") if path is not None else base)
    for element in root.iter(*_LINKS):
        attribute, query = _LINKS[str(element.tag)]
        location = element.get(attribute)
        if location is not None and location in names:
            element.set(attribute, f"{base}?{query}={quote(location)}")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
