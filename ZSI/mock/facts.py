"""What conditions ask of a call, each worked out once, however many stubs ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

from ZSI.errors import ZSIException
from ZSI.mock.lookup import Wanted
from ZSI.mock.paths import BoundPath
from ZSI.names import QName
from ZSI.TC.anyxml import AnyXML

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

    from ZSI.parse import ParsedSoap
    from ZSI.TC.compound import Compound


class Http(Protocol):
    """The request as HTTP brought it: `ZSI.twisted.exchange.HttpRequest`."""

    @property
    def method(self) -> str:
        """``POST``."""

    @property
    def uri(self) -> str:
        """The request target."""

    @property
    def path(self) -> str:
        """The target without its query."""

    @property
    def query(self) -> str:
        """What follows its question mark."""

    def header(self, name: str) -> str | None:
        """The value of a header field, or None."""


class CallLike(Protocol):
    """The part of `ZSI.mock.exchange.Call` that is asked here."""

    @property
    def http(self) -> Http:
        """The HTTP request."""

    @property
    def ps(self) -> ParsedSoap | None:
        """The message; None if it is none."""

    @property
    def request(self) -> Any:
        """The typed request; None if it could not be decoded."""

    @property
    def session(self) -> str:
        """The session that the call belongs to."""


class OperationLike(Protocol):
    """The part of `ZSI.mock.operations.MockOperation` that definitions are checked against."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def request_class(self) -> type[Compound] | None:
        """The class of requests."""

    @property
    def response_class(self) -> type[Compound] | None:
        """The class of responses; None for one-way operations."""

    @property
    def faults(self) -> Mapping[str, type[Compound]]:
        """The classes of declared faults' details, by the fault's name."""

    @property
    def headers(self) -> Mapping[QName, type[Compound]]:
        """The classes of the header blocks declared for requests."""

    @property
    def reply_headers(self) -> Mapping[QName, type[Compound]]:
        """The classes of the header blocks declared for responses."""


class Facts:
    """One call as conditions see it; made for one match and then dropped.

    Attributes:
        call: the call.
        errors: what went wrong while conditions were asked, with the words for the log.
    """

    __slots__ = ("_blocks", "_selected", "_xpaths", "call", "errors")

    def __init__(self, call: CallLike) -> None:
        self.call = call
        self.errors: list[tuple[str, Exception]] = []
        self._selected: dict[str, list[Any]] = {}
        self._blocks: dict[Any, list[Any]] = {}
        self._xpaths: dict[Any, list[Any]] = {}

    def selected(self, path: BoundPath) -> list[Any]:
        """What a path selects in the typed request."""
        found = self._selected.get(path.key)
        if found is None:
            request = self.call.request
            found = path.values(request) if request is not None else []
            self._selected[path.key] = found
        return found

    def blocks(self, wanted: Wanted, declared: type[Compound] | None) -> list[Any]:
        """The header blocks of a name: typed where declared and valid, else as they came."""
        found = self._blocks.get(wanted)
        if found is None:
            ps = self.call.ps
            elements = ps.header_elements if ps is not None else []
            found = [
                self._block(element, declared)
                for element in elements
                if wanted.tagged(str(element.tag))
            ]
            self._blocks[wanted] = found
        return found

    def _block(self, element: etree._Element, declared: type[Compound] | None) -> Any:
        if declared is not None and self.call.ps is not None:
            try:
                return self.call.ps.parse_element(declared.typecode, element)
            except ZSIException as error:
                self.errors.append((f"header block {element.tag!s} is invalid", error))
        return AnyXML(element)

    def xpath(self, expression: XPathLike) -> list[Any]:
        """What an XPath expression gives: nodes as text, a number or boolean as XPath writes it."""
        found = self._xpaths.get(expression.text)
        if found is None:
            found = self._xpaths[expression.text] = self._evaluated(expression)
        return found

    def _evaluated(self, expression: XPathLike) -> list[Any]:
        if self.call.ps is None:
            return []
        try:
            return expression.evaluate(self.call.ps)
        except Exception as error:  # libxml2 has many ways to fail on a document
            self.errors.append((f"XPath {expression.text}", error))
            return []

    def parameters(self, name: str) -> list[str]:
        """The values of a query parameter."""
        pairs = parse_qsl(self.call.http.query, keep_blank_values=True, max_num_fields=1_000)
        return [value for key, value in pairs if key == name]


class XPathLike(Protocol):
    """A compiled XPath expression."""

    @property
    def text(self) -> str:
        """As written."""

    def evaluate(self, ps: ParsedSoap) -> list[str]:
        """What it gives for a message."""
