"""WS-Addressing headers: what a request says of itself, and what a reply has to answer to it.

WS-Addressing 1.0 core (9 May 2006) sections 3.2 to 3.4, and its drafts of 2003 and 2004, whose
blocks of the same names are read in the same way. Endpoint references are left to callers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ZSI.names import WSA_ALL, QName
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
        found.get("ReplyTo"),
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
