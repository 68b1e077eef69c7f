"""What every SOAP client does between typed objects and bytes, whatever sends them. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ZSI import TC
from ZSI.envelope import SOAP11, SoapVersion
from ZSI.errors import EvaluateException, FaultException, ParseException, ZSIException, quote
from ZSI.fault import fault_of_element, typed_detail
from ZSI.limits import Limits

#: Seconds for a call, unless the Binding says otherwise.
TIMEOUT = 120.0


class HttpError(ZSIException):
    """A server answered with something that is no SOAP message.

    Args:
        status: of the answer.
        reason: what was wrong with it.
        body: what came.
    """

    def __init__(self, status: int, reason: str, body: bytes) -> None:
        shown = quote(body[:200].decode("utf-8", "replace"), 200) if body else "an empty body"
        super().__init__(f"HTTP status {status}: {reason}; got {shown}")
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Received:
    """An answer: status, Content-Type and decoded body."""

    status: int
    content_type: bytes | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Codec:
    """How a client writes requests and reads answers.

    Attributes:
        version: of SOAP.
        nsdict: further prefixes for envelopes to declare.
        reader: makes a message of ``(bytes, media_type=, limits=)``.
        writer: makes a writer of ``(nsdict=, version=, encodingStyle=)``.
        limits: of answers.
    """

    version: SoapVersion
    nsdict: Mapping[str, str]
    reader: Callable[..., Any]
    writer: Callable[..., Any]
    limits: Limits

    def writing(self, style: str | None = None, nsdict: Mapping[str, str] | None = None) -> Any:
        """A writer for one request.

        Args:
            style: SOAP encoding of the Body.
            nsdict: further prefixes for this one.
        """
        prefixes = {**self.nsdict, **(nsdict or {})}
        return self.writer(nsdict=prefixes, version=self.version, encodingStyle=style)

    def request(
        self, request: Any, headers: Iterable[Any], encoded: bool, how: Any = None
    ) -> bytes:
        """The envelope of a request object.

        Args:
            request: the object.
            headers: objects with a typecode.
            encoded: declare SOAP encoding.
            how: the typecode to write the object with; None: its own.
        """
        writer = self.writing(self.version.encoding_style if encoded else None)
        writer.serialize(request, how, header_pyobjs=headers)
        return str(writer).encode("utf-8")

    def fields(self, action: str) -> list[tuple[str, str]]:
        """The HTTP header fields that say what a request is."""
        found = [("Content-Type", self.version.content_type(action or None))]
        if self.version is SOAP11:
            found.append(("SOAPAction", f'"{one_line(action)}"'))
        return found

    def message(self, received: Received) -> Any:
        """The message in an answer.

        Raises:
            HttpError: there is none.
        """
        try:
            return self.reader(received.body, media_type=received.content_type, limits=self.limits)
        except ParseException as error:
            raise HttpError(received.status, error.str, received.body) from error


def response_of(
    parsed: Any, typecode: Any, replyheaders: tuple[Any, ...] = (), faults: tuple[Any, ...] = ()
) -> tuple[Any, dict[tuple[str | None, str], Any]]:
    """The typed response of a message, and the header blocks that were asked for.

    Args:
        parsed: the message.
        typecode: of the response; None if none is expected.
        replyheaders: typecodes of header blocks.
        faults: typecodes of declared faults' details.

    Raises:
        FaultException: the message is a fault.
        EvaluateException: it is not what the typecode says.
    """
    raise_fault(parsed, faults)
    if typecode is None:
        return None, {}
    try:
        response = parsed.Parse(typecode)
        return response, parsed.ParseHeaderElements(replyheaders) if replyheaders else {}
    except ZSIException as error:
        error.blame = "server"  # a service that asks another: its own clients cannot help it
        raise


def raise_fault(parsed: Any, faults: tuple[Any, ...] = ()) -> None:
    """Raise the fault that a message is, if it is one; details that ``faults`` name are typed.

    Raises:
        FaultException: it is.
    """
    if not parsed.IsAFault():
        return
    fault = fault_of_element(parsed.body_root)
    if fault.detail:
        fault.detail = [_typed_detail(parsed, entry, faults) for entry in fault.detail]
    raise FaultException(fault)


def _typed_detail(parsed: Any, entry: Any, faults: tuple[Any, ...]) -> Any:
    """An entry of a fault's detail, as an object if its declaration is known and it obeys it.

    Those of the operation come first: another package may declare the same name.
    """
    for typecode in faults:
        if typecode.name is not None and getattr(entry, "tag", None) == typecode.name.clark:
            try:
                return parsed.parse_element(typecode, entry)
            except EvaluateException:
                return entry
    return typed_detail(parsed, entry)


def untyped(obj: Any, opname: Any, namespace: str | None = None) -> tuple[Any, Any]:
    """An object without a typecode, and the one to write it with: `TC.Any` by the operation's name.

    Args:
        obj: plain Python, or a list of objects with typecodes, which become parts by their names.
        opname: of the operation; an object without any name is left to the writer to refuse.
        namespace: of the operation.

    >>> untyped([1, 2], "add")
    ([1, 2], <Any add>)
    """
    if opname is None or hasattr(obj, "typecode"):
        return obj, None
    name = (namespace, opname) if namespace else opname
    if not isinstance(obj, (list, tuple)):
        return obj, TC.Any(name)
    if obj and all(hasattr(part, "typecode") for part in obj):
        return {part.typecode.pname: part for part in obj}, TC.Any(name)
    return list(obj), TC.Any(name, aslist=True, parts=True)


def one_line(action: str) -> str:
    """An action without what would end its quotes or its line.

    >>> one_line('urn:a"\\r\\nX: y')
    'urn:aX: y'
    """
    return "".join(c for c in action if c.isprintable() and c != '"')
