"""The last stages of an exchange: what answers -> typed reply -> checked bytes.

A reply that breaks the contract is never sent: the caller gets a Server fault that says so, for
the mistake is the test's own. Raw bytes are exempt.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ZSI.errors import FaultException, Finding, ZSIException
from ZSI.fault import Fault, fault_envelope, fault_for, fault_of_element
from ZSI.mock.errors import below
from ZSI.mock.exchange import INVALID_REPLY, Call, Sent
from ZSI.mock.operations import MockOperation
from ZSI.mock.paths import BoundPath, parse_path
from ZSI.mock.replies import Rendered, ReplyMaker
from ZSI.mock.shown import masked_reason
from ZSI.mock.stubs import SAMPLE, Stub
from ZSI.parse import ParsedSoap
from ZSI.writer import SoapWriter, typecode_for, write_message
from ZSI.wsa import read_addressing, reply_headers

if TYPE_CHECKING:
    from ZSI.mock.engine import Engine, Mount

#: Near misses that a fault shows.
SHOWN_MISSES = 3


class NoMatch(ZSIException):
    """None of an operation's stubs matched; the message shows the nearest misses."""


class Renderer:
    """Makes what goes over the wire; one for each engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.maker = ReplyMaker(engine)

    def check(self, stub: Stub, operation: MockOperation) -> None:
        """Check the replies of a stub against an operation.

        Raises:
            DefinitionError: see `ZSI.mock.replies.ReplyMaker.check`.
        """
        if stub.per is not None:
            _turn_path(stub, operation)
        self.maker.check(stub, operation)

    def turn_key(self, stub: Stub, call: Call) -> Any:
        """The value of the field that a stub counts its turns by."""
        assert call.operation is not None
        path = _turn_path(stub, call.operation)
        values = path.values(call.request) if call.request is not None else []
        return tuple(str(value) for value in values)

    def render(self, call: Call, mount: Mount, given: Any = None) -> dict[str, Any]:
        """``reply``, ``provenance`` and ``sent`` of a call, which every failure gets as a fault.

        Attributes, and not the call with them: one copy at the end is enough.
        """
        try:
            if call.source == "sample" and given is None:
                return self._sample(call, mount)
            return self._sent(call, mount, self._rendered(call, mount, given))
        except Exception as error:
            theirs = error is call.error or error is given
            return self.fault(call, mount, error, theirs=theirs)

    def _sample(self, call: Call, mount: Mount) -> dict[str, Any]:
        """The reply that nobody has said anything about: most are so."""
        operation, ps = call.operation, call.ps
        assert operation is not None and ps is not None
        cls = operation.response_class
        if cls is None or operation.encoded or ps.header is not None:
            return self._sent(call, mount, self.maker.make(call, SAMPLE))
        value, notes = self.maker.echoed(call, cls)
        version = ps.version
        body = write_message(value, version, mount.settings.prefix, cls)
        sent = Sent(200, body, version.content_type(operation.reply_action))
        return {"reply": value, "sent": sent, "provenance": notes}

    def _rendered(self, call: Call, mount: Mount, given: Any) -> Rendered:
        if call.error is not None:
            raise call.error
        if isinstance(given, BaseException):
            raise given
        if call.source == "fallback":
            return self._fallback(call, mount)
        assert call.stub is not None
        if call.source == "handler":
            return self.maker.given(call, given)
        assert call.chosen is not None
        return self.maker.make(call, call.chosen)

    def _fallback(self, call: Call, mount: Mount) -> Rendered:
        """What answers where an operation has stubs and none matches."""
        assert call.operation is not None
        chosen = self.engine.fallback(call.operation, mount.settings, call.session)
        if chosen == "fault":
            raise NoMatch(miss_text(call))
        return self.maker.make(call, SAMPLE if chosen == "sample" else chosen)

    # ------------------------------------------------------------------ bytes

    def _sent(self, call: Call, mount: Mount, rendered: Rendered) -> dict[str, Any]:
        """Write a rendered reply as the version of the request, checked against its types."""
        if rendered.error is not None:
            made = self.fault(call, mount, rendered.error, rendered)
            return made | {"provenance": rendered.provenance}
        status, read = rendered.status, {"reply": rendered.value}
        operation = call.operation
        if rendered.raw is not None:
            sent = Sent(status or 200, rendered.raw, rendered.media_type, rendered.http)
        elif rendered.envelope is not None:
            body = rendered.envelope.encode()
            read = read_reply(call, body)
            sent = Sent(status or 200, body, call.version.content_type(), rendered.http)
        elif (
            operation is None
            or operation.one_way
            or (rendered.value is None and rendered.xml is None)
        ):
            sent = Sent(status or 202, headers=rendered.http)
        else:
            body = self._written(call, operation, mount, rendered)
            if rendered.xml is not None:
                read = read_reply(call, body)
            media_type = call.version.content_type(operation.reply_action)
            sent = Sent(status or 200, body, media_type, rendered.http)
        return read | {"sent": sent, "provenance": rendered.provenance}

    def _written(
        self, call: Call, operation: MockOperation, mount: Mount, rendered: Rendered
    ) -> bytes:
        """A typed object or XML, with header blocks, as a message."""
        ps = call.ps
        plain = ps is not None and ps.header is None and not rendered.header_xml
        texts = () if plain else self._headers(call, rendered)
        if not (texts or rendered.headers or operation.encoded or rendered.xml is not None):
            prefix = mount.settings.prefix
            return write_message(rendered.value, call.version, prefix, operation.response_class)
        writer = SoapWriter(version=call.version, prefix=mount.settings.prefix)
        for text in texts:
            writer.add_header(text)
        if rendered.xml is not None:
            writer.add_body(rendered.xml)
        else:
            style = call.version.encoding_style if operation.encoded else None
            writer.encodingStyle = style
            for header in rendered.headers:
                writer.serialize_header(header)
            value = rendered.value
            writer.serialize(value, typecode_for(value, operation.response_class))
        return bytes(writer)

    def _headers(self, call: Call, rendered: Rendered) -> tuple[str, ...]:
        """RelatesTo and Action for a request that carries a MessageID, and XML header blocks."""
        texts = rendered.header_xml
        if call.ps is not None and call.ps.header is not None:
            addressing = read_addressing(call.ps.header_elements)
            if addressing is not None and addressing.message_id is not None:
                action = call.operation.reply_action if call.operation is not None else None
                own = f"urn:uuid:{uuid.UUID(int=self.engine.random.getrandbits(128), version=4)}"
                return (*texts, reply_headers(addressing, action, own))
        return texts

    def fault(
        self,
        call: Call,
        mount: Mount,
        error: BaseException,
        rendered: Rendered | None = None,
        *,
        theirs: bool = True,
    ) -> dict[str, Any]:
        """Answer with a fault: one that a stub wants, or one about what went wrong.

        Args:
            theirs: it may be the client's mistake; one in making the reply never is.
        """
        shown = explained(error, theirs)
        made: dict[str, Any] = {}
        try:
            reply = fault_for(shown, call.version)
            text = fault_envelope(
                reply.fault,
                reply.version,
                prefix=mount.settings.prefix,
                headers=self._headers(call, rendered or Rendered()),
                serialize_detail=lambda entry: str(
                    SoapWriter(envelope=False, version=reply.version).serialize(entry)
                ),
            )
        except Exception as failed:
            finding = Finding(INVALID_REPLY, str(failed), severity="error")
            made["findings"] = (*call.findings, finding)
            reply = fault_for(
                Fault("Server", f"the fault cannot be written: {failed}"), call.version
            )
            text = fault_envelope(reply.fault, reply.version, prefix=mount.settings.prefix)
        meant = isinstance(error, Fault | FaultException)
        status = (rendered.status if rendered is not None else None) or reply.status
        http = rendered.http if rendered is not None else ()
        made["error"] = call.error if meant else error
        made["reply"] = reply.fault
        made["sent"] = Sent(status, text, reply.version.content_type(), http)
        return made


def read_reply(call: Call, body: bytes) -> dict[str, Any]:
    """What becomes of a call by an answer that others have written: ``reply``, or a finding.

    Such an answer is sent as it is, and reported if it breaks the contract.
    """
    cls = call.operation.response_class if call.operation is not None else None
    if cls is None:
        return {}
    try:
        parsed = ParsedSoap(body)
        if parsed.IsAFault():
            return {"reply": fault_of_element(parsed.body_root)}
        return {"reply": parsed.Parse(cls.typecode)}
    except ZSIException as error:
        finding = Finding(INVALID_REPLY, str(error), severity="error")
        return {"findings": (*call.findings, finding)}


def _turn_path(stub: Stub, operation: MockOperation) -> BoundPath:
    """The field that a stub counts its turns by.

    Raises:
        DefinitionError: requests have no such field.
    """
    assert stub.per is not None
    scope = replace(operation.scope, where=below(stub.where, "per"))
    scope = scope.with_namespaces(stub.when.namespaces)
    return parse_path(stub.per, scope.where).bind(operation.request_class.complex_type(), scope)


def explained(error: BaseException, theirs: bool = True) -> BaseException:
    """The error as the client is told: of a mock's own troubles every word, of bugs none."""
    if isinstance(error, Fault | FaultException):
        return error
    if theirs and getattr(error, "blame", None) == "client":
        return error
    if isinstance(error, ZSIException):
        return Fault("Server", str(error))
    return error


def miss_text(call: Call) -> str:
    """Why no stub matched, with the nearest misses."""
    misses = call.misses() if call.misses is not None else ()
    name = call.operation.name if call.operation is not None else "?"
    lines = [f"no stub of {name} matches this request"]
    for miss in misses[:SHOWN_MISSES]:
        lines.append(f"{miss.stub.shown}: {'; '.join(map(masked_reason, miss.reasons))}")
    return ". Nearest: ".join(lines[:2]) + "".join(f" | {line}" for line in lines[2:])
