"""What a running mock shows of its contracts: ``?wsdl`` and a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from ZSI.mock.contract import MockContract
from ZSI.twisted.exchange import HttpResponse
from ZSI.twisted.pages import base_url, turned, xml_page
from ZSI.twisted.refusals import text_response


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
        ports = tuple((name, origin + quote(place, "/%")) for name, place in self.paths)
        return xml_page(turned(content, base, tuple(self.documents), ports))

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
