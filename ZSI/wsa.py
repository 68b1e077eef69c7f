"""WS-Addressing headers: what a request says of itself, and what a reply has to answer to it.

WS-Addressing 1.0 core (9 May 2006) sections 3.2 to 3.4, and its drafts of 2003 and 2004, whose
blocks of the same names are read in the same way. `Address` is ZSI's face of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from typing import Any as Value
from uuid import uuid4

from ZSI.errors import WSActionException, quote
from ZSI.faultxml import typed_xml
from ZSI.names import WSA, WSA_200303, WSA_ALL, QName
from ZSI.TC.anyxml import AnyXML
from ZSI.xmlio import escape_attribute, escape_text

if TYPE_CHECKING:
    from lxml import etree


class Addressing(NamedTuple):
    """The addressing properties of a message; None for what it does not say.

    ``namespace`` is the version of WS-Addressing that it speaks.
    """

    namespace: str
    message_id: str | None = None
    action: str | None = None
    to: str | None = None
    reply_to: str | None = None
    relates_to: str | None = None


def read_addressing(headers: Iterable[etree._Element]) -> Addressing | None:
    """The addressing properties among header blocks; None if there are none.

    >>> from lxml import etree
    >>> block = etree.fromstring(
    ...     '<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing"> urn:1 </a:MessageID>')
    >>> read_addressing([block]).message_id
    'urn:1'
    """
    found: dict[str, str] = {}
    namespace = None
    for block in headers:
        name = QName.from_clark(str(block.tag))
        if name.namespace not in WSA_ALL:
            continue
        namespace = namespace or name.namespace
        if name.namespace != namespace:
            continue
        if name.localname == "ReplyTo":
            address = block.find(f"{{{namespace}}}Address")
            text = address.text if address is not None else None
        else:
            text = block.text
        found.setdefault(name.localname, (text or "").strip())
    if namespace is None:
        return None
    return Addressing(
        namespace, found.get("MessageID"), found.get("Action"), found.get("To"),
        found.get("ReplyTo"), found.get("RelatesTo"),
    )  # fmt: skip


def reply_headers(request: Addressing, action: str | None, message_id: str | None = None) -> str:
    """The header blocks of a reply as XML text: Action, RelatesTo and, if given, MessageID.

    Args:
        request: the properties of the request.
        action: the reply's action; left out if None.
        message_id: the reply's own identifier.

    >>> reply_headers(Addressing("urn:a", "urn:1"), None)
    '<wsa:RelatesTo xmlns:wsa="urn:a">urn:1</wsa:RelatesTo>'
    """
    blocks = (
        ("Action", action),
        ("MessageID", message_id),
        ("RelatesTo", request.message_id),
    )
    declared = f' xmlns:wsa="{escape_attribute(request.namespace)}"'
    return "".join(
        f"<wsa:{name}{declared}>{escape_text(text)}</wsa:{name}>"
        for name, text in blocks
        if text is not None
    )


#: Names of the header blocks that are read here.
UNDERSTOOD = frozenset(
    QName(uri, name)
    for uri in WSA_ALL
    for name in (
        "Action", "MessageID", "To", "From", "ReplyTo", "FaultTo", "RelatesTo", "Recipient",
    )
)  # fmt: skip


def anonymous(namespace: str) -> str:
    """The address that means "answer on this connection", of a version of WS-Addressing.

    >>> anonymous(WSA)
    'http://www.w3.org/2005/08/addressing/anonymous'
    """
    return f"{namespace}{'' if namespace in (WSA, WSA_200303) else '/role'}/anonymous"


class Address:
    """The addressing of one message (ZSI's ``Address``): made for a request or an answer, or read.

    Args:
        addressTo: where the message goes.
        wsAddressURI: the namespace of the version to speak; None: WS-Addressing 1.0.
        action: of the message.

    >>> from ZSI.writer import SoapWriter
    >>> from ZSI.parse import ParsedSoap
    >>> sw, sent, came = SoapWriter(), Address("http://there/"), Address()
    >>> sent.setRequest(None, "urn:do")
    >>> sent.serialize(sw)
    >>> came.parse(ParsedSoap(str(sw.add_body("<a/>"))))
    >>> came.getAction(), came.getMessageID() == sent.getMessageID()
    ('urn:do', True)
    """

    def __init__(
        self,
        addressTo: str | None = None,
        wsAddressURI: str | None = None,
        action: str | None = None,
    ) -> None:
        self.wsAddressURI = wsAddressURI or WSA
        self._to = addressTo
        self._action = action
        self._message_id: str | None = None
        self._relates_to: str | None = None
        self._reply_to: str | None = None
        self._parameters: tuple[str, ...] = ()
        self._any: list[AnyXML] = []

    @property
    def Any(self) -> list[AnyXML]:
        """The other header blocks of a message that was parsed: reference properties."""
        return self._any

    def setUp(self) -> None:
        """Nothing is left to be done (ZSI looked for its types here)."""

    def setAction(self, action: str) -> None:
        """Say what the action is."""
        self._action = action

    def getAction(self) -> str | None:
        """The action."""
        return self._action

    def getRelatesTo(self) -> str | None:
        """The MessageID of the request that an answer answers."""
        return self._relates_to

    def getMessageID(self) -> str | None:
        """The message's identifier."""
        return self._message_id

    def getTo(self) -> str | None:
        """Where the message goes."""
        return self._to

    def setRequest(self, endPointReference: Value, action: str) -> None:
        """Make it that of a request.

        Args:
            endPointReference: who is called, if not ``addressTo``: a URL, or an object with an
                ``_Address`` and perhaps ``_ReferenceParameters`` or ``_ReferenceProperties``,
                whose ``_any`` are sent as header blocks.
            action: of the request.
        """
        self._action = action
        self._message_id = f"urn:uuid:{uuid4()}"
        self._reply_to = anonymous(self.wsAddressURI)
        if endPointReference is None:
            return
        self._to = _text(_part(endPointReference, "Address", endPointReference)) or self._to
        blocks: list[str] = []
        for name in ("ReferenceParameters", "ReferenceProperties"):
            held = _part(_part(endPointReference, name, None), "any", None) or ()
            blocks += [_block(one) for one in held]
        self._parameters = tuple(blocks)

    def setResponseFromWSAddress(self, address: Address, localURL: str | None) -> None:
        """Make it that of the answer to a request.

        Args:
            address: of the request.
            localURL: of this service; unused, as answers say only whom they are for.
        """
        self.wsAddressURI = address.wsAddressURI
        self._to = address._reply_to or anonymous(address.wsAddressURI)
        self._message_id = f"urn:uuid:{uuid4()}"
        self._relates_to = address._message_id

    def checkResponse(self, ps: Value, action: str | None) -> None:
        """Whether a message is the answer to the request that this is the address of.

        Args:
            ps: the message; one without any addressing is let through, as faults often are.
            action: what its action has to be; None: anything.

        Raises:
            WSActionException: it is the answer to another request, or has another action.
        """
        found = read_addressing(ps.header_elements)
        if found is None or ps.IsAFault():
            return
        if action is not None and found.action not in (None, action):
            raise WSActionException(f"action {quote(found.action)}: expected {quote(action)}")
        if found.relates_to not in (None, self._message_id):
            raise WSActionException(f"an answer to {quote(found.relates_to)}: expected our own")

    def serialize(self, sw: Value, **kw: Value) -> None:
        """Write the header blocks."""
        address = None
        if self._reply_to is not None and self._relates_to is None:
            address = f"<wsa:Address>{escape_text(self._reply_to)}</wsa:Address>"
        declared = f' xmlns:wsa="{escape_attribute(self.wsAddressURI)}"'
        for name, inner in (
            ("MessageID", _escaped(self._message_id)),
            ("RelatesTo", _escaped(self._relates_to)),
            ("To", _escaped(self._to)),
            ("Action", _escaped(self._action)),
            ("ReplyTo", address),
        ):
            if inner is not None:
                sw.add_header(f"<wsa:{name}{declared}>{inner}</wsa:{name}>")
        for block in self._parameters:
            sw.add_header(block)

    def parse(self, ps: Value, **kw: Value) -> None:
        """Read those of a message.

        Raises:
            WSActionException: it has no Action.
        """
        found = read_addressing(ps.header_elements)
        if found is None or not found.action:
            raise WSActionException("the message has no WS-Addressing Action header block")
        self.wsAddressURI = found.namespace
        others = [e for e in ps.header_elements if QName.from_clark(e.tag).namespace not in WSA_ALL]
        self._any = [AnyXML(block) for block in others]
        self._to, self._action, self._message_id = found.to, found.action, found.message_id
        self._relates_to, self._reply_to = found.relates_to, found.reply_to


def _block(value: Value) -> str:
    """A header block of an object with a typecode, of an lxml element or of AnyXML."""
    if hasattr(value, "typecode"):
        return typed_xml(value)
    return AnyXML(getattr(value, "element", value)).outer()


def _part(value: Value, name: str, default: Value) -> Value:
    """A part of an endpoint reference, by either spelling of its attribute."""
    return getattr(value, f"_{name}", getattr(value, name, default))


def _text(value: Value) -> str:
    return str(getattr(value, "value", value))


def _escaped(text: str | None) -> str | None:
    return None if text is None else escape_text(text)
