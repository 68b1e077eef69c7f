"""One tree of errors. Each knows where it happened, what was expected and whose fault it is.

The names ``ZSIException``, ``ParseException``, ``EvaluateException``, ``FaultException`` and
``WSActionException`` are ZSI's documented ones; what is raised inside the package derives from
them. ``blame`` decides the SOAP fault code: ``"client"`` becomes Client/Sender, ``"server"``
Server/Receiver (SOAP 1.1 section 4.4.1, SOAP 1.2 part 1 section 5.4.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ZSI.names import QName

if TYPE_CHECKING:
    from ZSI.fault import Fault

Blame = Literal["client", "server"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a document: file (or None for a message), line (1-based) and element path.

    >>> str(Where("echo.wsdl", 12, "/definitions/types"))
    'echo.wsdl:12: /definitions/types'
    >>> str(Where(None, 3, "/Envelope/Body"))
    'line 3: /Envelope/Body'
    """

    file: str | None = None
    line: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        if self.file is not None:
            place = self.file if self.line is None else f"{self.file}:{self.line}"
        else:
            place = "" if self.line is None else f"line {self.line}"
        if not self.path:
            return place
        return f"{place}: {self.path}" if place else self.path


class ZSIException(Exception):
    """Base of everything that the package raises on purpose."""

    #: Whose fault: of the one who sent the document, or of the one who runs the code. What that
    #: one writes, or is answered by others, is its own affair: see `SoapWriter`, `ZSI.call`.
    blame: Blame = "server"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unusual that was read all the same; ``--pedantic`` refuses it.

    >>> str(Finding("soapaction-missing", "no SOAPAction header"))
    'warning: soapaction-missing: no SOAPAction header'
    """

    rule: str
    message: str
    where: Where | None = None
    severity: str = "warning"

    def __str__(self) -> str:
        place = str(self.where) if self.where else ""
        text = f"{self.severity}: {self.rule}: {self.message}"
        return f"{place}: {text}" if place else text


class ParseException(ZSIException):
    """A message is not what SOAP says it must be.

    Args:
        message: what is wrong and what was expected.
        inheader: true if the trouble is in the SOAP Header (ZSI's flag).
        elt: the lxml element at fault, if any; its path and line are kept, not the element.
        dom: accepted for ZSI's signature; unused.
        where: the place, if ``elt`` is not given.
    """

    blame: Blame = "client"

    def __init__(
        self,
        message: str,
        inheader: bool = False,
        elt: Any = None,
        dom: Any = None,
        *,
        where: Where | None = None,
    ) -> None:
        super().__init__(message)
        self.str = message
        self.inheader = bool(inheader)
        self.where = where if where is not None or elt is None else where_of(elt)
        #: Number of the SOAP version to answer in, once the message has told it ("1.1", "1.2").
        self.version: str | None = None

    @property
    def trace(self) -> str | None:
        """The path of the element at fault, as ZSI named it."""
        return self.where.path if self.where else None

    def __str__(self) -> str:
        return with_trace(self.str, self.where)


class VersionMismatch(ParseException):
    """The root element is no Envelope of SOAP 1.1 or 1.2; ``version`` is what to answer in."""

    def __init__(self, message: str, version: str, *, where: Where | None = None) -> None:
        super().__init__(message, where=where)
        self.version = version


#: Names of header blocks that a fault tells; in SOAP 1.2 each is a header block of the fault.
_MOST_BLOCKS = 100


class MustUnderstand(ParseException):
    """Header blocks that must be understood and are not; ``blocks`` are their names, each once."""

    def __init__(self, blocks: Sequence[QName], *, where: Where | None = None) -> None:
        self.blocks = tuple(dict.fromkeys(blocks))[:_MOST_BLOCKS]
        shown = ", ".join(quote(name.clark) for name in self.blocks[:10])
        super().__init__(f"header not understood: {shown}", inheader=True, where=where)


class DataEncodingUnknown(ParseException):
    """An encodingStyle that nobody here decodes (SOAP 1.2 part 1 section 5.4.6)."""


class UnknownOperation(ParseException):
    """No operation takes what the message holds; says which operations there are.

    Args:
        name: what was asked for: an element's name, an action.
        known: the names of the operations, all of them; a few are shown.
        meant: what it is but for its namespace.
    """

    #: Operations named in the message; vim25 has 379.
    SHOWN: ClassVar[int] = 20

    def __init__(
        self,
        name: object,
        known: Iterable[str] = (),
        *,
        meant: str | None = None,
        where: Where | None = None,
    ) -> None:
        self.known = tuple(sorted(known))
        shown = ", ".join(self.known[: self.SHOWN]) or "none"
        more = len(self.known) - self.SHOWN
        rest = f" and {more} more" if more > 0 else ""
        wanted = f"; did you mean {meant}?" if meant else ""
        super().__init__(
            f"unknown operation {quote(name)}; operations here: {shown}{rest}{wanted}", where=where
        )


class RequestRefused(ParseException):
    """The HTTP request cannot carry a SOAP message; ``status`` says why (405, 413, 415)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class EvaluateException(ZSIException):
    """A value cannot be read from, or written as, what its typecode says.

    ``trace`` is the element path, as in ZSI; ``where`` carries the line as well.
    """

    blame: Blame = "client"

    def __init__(
        self, message: str, trace: str | None = None, *, where: Where | None = None
    ) -> None:
        super().__init__(message)
        self.str = message
        self.where = where if where is not None or trace is None else Where(path=trace)

    @property
    def trace(self) -> str | None:
        """The path of the element at fault, as ZSI named it."""
        return self.where.path if self.where else None

    def __str__(self) -> str:
        return with_trace(self.str, self.where)


class ValueRefused(EvaluateException, ValueError):
    """One value breaks one rule of its type; the rule is named as XSD names it.

    Args:
        rule: the facet or lexical rule, e.g. ``"maxLength"``, ``"xsd:int"``.
        expected: what would be right, in words.
        value: the offending text or value; quoted, cut to ``quoted_chars``.
        where: the place, once known; decoders fill it in on the way out.
    """

    def __init__(
        self, rule: str, expected: str, value: object, *, where: Where | None = None
    ) -> None:
        self.rule = rule
        self.expected = expected
        self.value = value
        super().__init__(f"{quote(value)} breaks {rule}: expected {expected}", where=where)

    def at(self, where: Where) -> ValueRefused:
        """The same error with its place."""
        return type(self)(self.rule, self.expected, self.value, where=where)


class StructureError(EvaluateException):
    """An element or attribute is missing, unknown, misplaced or too many.

    Args:
        rule: ``"missing"``, ``"unexpected"``, ``"nil"``, ``"type"``, ``"text"``, ``"attribute"`` …
        expected: tags or names that would be right here.
    """

    def __init__(
        self, message: str, *, rule: str, expected: tuple[str, ...] = (), where: Where | None = None
    ) -> None:
        self.rule = rule
        self.expected = expected
        super().__init__(message, where=where)


#: What the limits count that a message may exceed: those of `ZSI.limits` and libxml2's own.
_LIMITED = {
    "body_bytes": "bytes, and no more than 250 times what it has when compressed",
    "depth": "levels of elements",
    "elements": "elements and attributes in all",
    "attributes": "attributes an element",
    "scopes": "namespace declarations in scope, counted at each element",
    "references": "references that are followed",
    "array_items": "gaps in this array",
    "text_bytes": "bytes of text in one place",
    "attribute_bytes": "bytes in an attribute",
    "name_bytes": "bytes in a name",
}


class LimitExceeded(ParseException):
    """A safety limit of `ZSI.limits.Limits` stopped the document; ``limit`` is its field."""

    def __init__(self, limit: str, maximum: int, *, where: Where | None = None) -> None:
        self.limit = limit
        self.maximum = maximum
        what = _LIMITED.get(limit)
        shown = f": it may have {maximum:,} {what}" if what else ""
        super().__init__(f"the document exceeds the limit {limit}={maximum}{shown}", where=where)


class FaultException(ZSIException):
    """A SOAP fault, received by a client or raised by a service to be sent as it is."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault
        self.str = str(fault)

    def __str__(self) -> str:
        return self.str


class WSActionException(ZSIException):
    """A WS-Addressing action is missing or is not the one expected."""

    blame: Blame = "client"


class AmbiguousDeclaration(ZSIException):
    """Two imported packages declare one name differently; the message names both modules."""


def with_trace(message: str, where: Where | None) -> str:
    """The message followed by its place in ZSI's brackets."""
    place = str(where) if where else ""
    return f"{message} [Element trace: {place}]" if place else message


#: What the usual repr of an object ends with; it is nobody's business.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def quote(value: object, limit: int = 80) -> str:
    """A value for an error message: its text in quotes, cut, control characters escaped.

    >>> quote("a" * 200, 5), quote(object())
    ("'aaaaa…'", '<object object>')
    """
    try:
        text = value if isinstance(value, str) else _ADDRESS.sub("", repr(value))
    except ValueError:  # an int with more digits than Python writes
        text = f"<{type(value).__name__}>"
    if len(text) > limit:
        text = text[:limit] + "…"
    return repr(text) if isinstance(value, str) else text


def where_of(elt: Any, file: str | None = None) -> Where:
    """The place of an lxml element: its line, and a path with positions among equal siblings.

    Local names only, since prefixes are the sender's choice.
    """
    steps: list[str] = []
    node = elt
    while node is not None and isinstance(node.tag, str):
        local = node.tag.rpartition("}")[2]
        parent = node.getparent()
        if parent is not None:
            twins = [child for child in parent if child.tag == node.tag]
            if len(twins) > 1:
                local += f"[{twins.index(node) + 1}]"
        steps.append(local)
        node = parent
    return Where(file, getattr(elt, "sourceline", None), "/" + "/".join(reversed(steps)))
