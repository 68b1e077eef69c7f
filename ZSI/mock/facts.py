"""What conditions ask of a call, each worked out once, however many stubs ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ZSI.errors import ZSIException
from ZSI.mock.lookup import Wanted
from ZSI.mock.paths import BoundPath
from ZSI.TC.anyxml import AnyXML

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.mock.exchange import Call
    from ZSI.mock.predicates import CompiledXPath
    from ZSI.TC.compound import Compound


class Facts:
    """One call as conditions see it; made for one match and then dropped.

    Attributes:
        call: the call.
        errors: what went wrong while conditions were asked, with the words for the log.
    """

    __slots__ = ("_blocks", "_selected", "_xpaths", "call", "errors")

    def __init__(self, call: Call) -> None:
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

    def xpath(self, expression: CompiledXPath) -> list[Any]:
        """What an XPath expression gives: nodes as text, a number or boolean as XPath writes it."""
        found = self._xpaths.get(expression.text)
        if found is None:
            found = self._xpaths[expression.text] = self._evaluated(expression)
        return found

    def _evaluated(self, expression: CompiledXPath) -> list[Any]:
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
