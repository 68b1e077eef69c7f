"""What SOAP says of the envelope: versions, media types, header blocks, who must understand.

SOAP 1.1 section 4 and SOAP 1.2 part 1 section 5, without I/O and without typecodes.

>>> envelope = parse_envelope(
...     '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
...     '<e:Body><Echo xmlns="urn:ZSI"/></e:Body></e:Envelope>')
>>> envelope.version.number, envelope.root.tag
('1.1', '{urn:ZSI}Echo')
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn, cast

from lxml import etree

from ZSI import names
from ZSI.errors import (
    Finding,
    MustUnderstand,
    ParseException,
    VersionMismatch,
    quote,
    where_of,
)
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import QName
from ZSI.versions import (
    SOAP11,
    SOAP12,
    VERSIONS,
    MediaType,
    SoapVersion,
    envelope_prefixes,
    envelope_tag,
    parse_media_type,
    refuse_media_type,
)
from ZSI.xmlio import parse_utf8, to_utf8

__all__ = [
    "SOAP11",
    "SOAP12",
    "VERSIONS",
    "Envelope",
    "HeaderBlock",
    "MediaType",
    "SoapVersion",
    "check_understood",
    "envelope_prefixes",
    "envelope_tag",
    "parse_envelope",
    "parse_media_type",
    "read_envelope",
    "refuse_media_type",
    "version_of",
]


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """A child of Header; ``actor`` is None for the ultimate receiver (SOAP 1.2: role)."""

    element: etree._Element
    name: QName
    must_understand: bool
    actor: str | None
    relay: bool


class Envelope(NamedTuple):
    """A message whose envelope obeys its version; a tuple, since it is made for each request.

    Attributes:
        version: `SOAP11` or `SOAP12`.
        element: the Envelope; ``header`` (or None) and ``body`` are its children.
        headers: the header blocks, in document order.
        root: the body element to serve: the first (1.1: as ``soapenc:root`` says), or None.
        body_elements: all children of Body.
        trailers: elements after Body, where they were allowed.
        findings: what was unusual.
    """

    version: SoapVersion
    element: etree._Element
    header: etree._Element | None
    headers: tuple[HeaderBlock, ...]
    body: etree._Element
    root: etree._Element | None
    body_elements: tuple[etree._Element, ...]
    trailers: tuple[etree._Element, ...]
    findings: tuple[Finding, ...]

    @property
    def is_fault(self) -> bool:
        """Whether the body is a Fault of the envelope's version."""
        return self.root is not None and self.root.tag == f"{{{self.version.namespace}}}Fault"


_VERSION_OF: Final[dict[object, SoapVersion]] = {
    f"{{{v.namespace}}}Envelope": v for v in VERSIONS.values()
}
_HEADER: Final = {v: f"{{{v.namespace}}}Header" for v in VERSIONS.values()}
_BODY: Final = {v: f"{{{v.namespace}}}Body" for v in VERSIONS.values()}
_ENCODING_STYLE: Final = {v: f"{{{v.namespace}}}encodingStyle" for v in VERSIONS.values()}
_MUST_UNDERSTAND: Final = {v: f"{{{v.namespace}}}mustUnderstand" for v in VERSIONS.values()}
_RELAY: Final = f"{{{names.SOAP12_ENV}}}relay"
_ROOT: Final = f"{{{names.SOAP11_ENC}}}root"
#: White space of XML; ``str.strip`` alone takes more.
_BLANK: Final = " \t\r\n"


def _name(element: etree._Element) -> QName:
    return QName.from_clark(str(element.tag))


def version_of(root: etree._Element) -> SoapVersion | None:
    """The version of an Envelope element, None for any other element."""
    return _VERSION_OF.get(root.tag)


def parse_envelope(
    data: bytes | str,
    *,
    media_type: MediaType | None = None,
    limits: Limits = DEFAULT_LIMITS,
    trailers: bool = False,
) -> Envelope:
    """`parse_document` and `read_envelope` in one, which spares a walk through large messages.

    Raises:
        ParseException: see there.
    """
    charset = media_type.charset if media_type is not None else None
    if charset == "utf-8" and isinstance(data, bytes) and data[:1] == b"<":
        text = data
    else:
        text = to_utf8(data, charset)
    root = parse_utf8(text, limits=limits)
    # without a "<?" after the XML declaration there is no processing instruction to look for
    start = text.find(b"?>") + 2 if text[:5] == b"<?xml" else 0
    if text.find(b"?", start) >= 0 and text.find(b"<?", start) >= 0:
        return _read(root, media_type, trailers, True)
    return _plain(root, media_type) or _read(root, media_type, trailers, False)


def read_envelope(
    root: etree._Element, *, media_type: MediaType | None = None, trailers: bool = False
) -> Envelope:
    """Check the envelope around a message and take it apart (SOAP 1.1 section 4, 1.2 section 5).

    An empty Body is legal here (``root`` is None); whoever dispatches refuses it.

    Args:
        root: the document's root element.
        media_type: of the message: decides in which version a VersionMismatch is answered.
        trailers: allow elements after Body, which SOAP 1.1 section 4.1.1 does (1.2 never).

    Raises:
        VersionMismatch: no Envelope of a version we speak.
        ParseException: an envelope that breaks its version's rules.
    """
    return _read(root, media_type, trailers, True)


def _read(
    root: etree._Element, media_type: MediaType | None, trailers: bool, instructions: bool
) -> Envelope:
    version = _VERSION_OF.get(root.tag)
    if version is None:
        _refuse_root(root, media_type)
    try:
        if instructions:
            _refuse_instructions(root)
        return _take_apart(version, root, media_type, trailers and version is SOAP11)
    except ParseException as error:
        error.version = version.number
        raise


def _plain(root: etree._Element, media_type: MediaType | None) -> Envelope | None:
    """An Envelope without attributes that holds nothing but a Body with one element: most are so.

    Returns:
        None for any other one, right or wrong: `_read` judges it.
    """
    version = _VERSION_OF.get(root.tag)
    if version is None or len(root) != 1 or root.keys():
        return None
    if media_type is not None and media_type.type != version.media_type:
        return None
    body = root[0]
    if body.tag != _BODY[version] or len(body) != 1 or body.keys():
        return None
    entry = body[0]
    if (root.text or body.text or body.tail or entry.tail) and any(
        text is not None and text.strip(_BLANK)
        for text in (root.text, body.text, body.tail, entry.tail)
    ):
        return None
    # the tuple itself: the constructor of a NamedTuple costs three times as much
    return tuple.__new__(Envelope, (version, root, None, (), body, entry, (entry,), (), ()))


def _refuse_root(root: etree._Element, media_type: MediaType | None) -> NoReturn:
    """SOAP 1.1 section 4.1.2; 1.2 section 5.4.6, where a wrong local name counts as well."""
    answer = media_type.version if media_type is not None else SOAP11
    name = _name(root)
    where = where_of(root)
    expected = f"expected an Envelope of {SOAP11.namespace} or {SOAP12.namespace}"
    if name.localname == "Envelope" or answer is SOAP12:
        raise VersionMismatch(
            f"the root element is {quote(name.clark)}, {expected}", answer.number, where=where
        )
    error = ParseException(f"no SOAP: the root element is {quote(name.clark)}, {expected}")
    error.where = where
    error.version = answer.number
    raise error


def _refuse_instructions(root: etree._Element) -> None:
    """SOAP 1.1 section 3, SOAP 1.2 part 1 section 5: no processing instruction anywhere."""
    kind = etree.ProcessingInstruction
    for found in (
        root.iter(kind),
        root.itersiblings(kind),
        root.itersiblings(kind, preceding=True),
    ):
        instruction = next(found, None)
        if instruction is not None:
            target = quote(cast("etree._ProcessingInstruction", instruction).target)
            raise ParseException(f"a SOAP message has no processing instruction, here is {target}")


def _take_apart(
    version: SoapVersion, root: etree._Element, media_type: MediaType | None, trailers: bool
) -> Envelope:
    findings: list[Finding] = []
    if media_type is not None and media_type.type != version.media_type:
        _note_media_type(version, media_type, findings)
    if root.keys():
        _check_attributes(version, root, findings)
    children = _children(root, "Envelope")
    header = None
    blocks: tuple[HeaderBlock, ...] = ()
    if children and children[0].tag == _HEADER[version]:
        header = children.pop(0)
        if header.keys():
            _check_attributes(version, header, findings)
        blocks = tuple([_block(version, elt, findings) for elt in _children(header, "Header")])
    if not children or children[0].tag != _BODY[version]:
        _refuse_structure(version, root, children)
    body = children.pop(0)
    if children and not trailers:
        _refuse_trailer(version, children[0])
    if body.keys():
        _check_attributes(version, body, findings)
    entries = tuple(_children(body, "Body"))
    first = entries[0] if entries else None
    if len(entries) > 1 and version is SOAP11:
        first = _serialization_root(entries)
    return Envelope(
        version, root, header, blocks, body, first, entries, tuple(children), tuple(findings)
    )


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    """The child elements; anything but white space between them is refused."""
    children = parent[:]  # twice as fast as list(parent)
    text = parent.text
    if text is not None and text.strip(_BLANK):
        _refuse_text(parent, name, text)
    comments = False  # there are some only in a tree that others parsed
    for child in children:
        tail = child.tail
        if tail is not None and tail.strip(_BLANK):
            _refuse_text(parent, name, tail)
        if not isinstance(child.tag, str):
            comments = True
    return [elt for elt in children if isinstance(elt.tag, str)] if comments else children


def _refuse_text(parent: etree._Element, name: str, text: str) -> NoReturn:
    raise ParseException(f"{name} holds elements only, here is {quote(text.strip())}", elt=parent)


def _note_media_type(version: SoapVersion, media_type: MediaType, findings: list[Finding]) -> None:
    kind = media_type.type
    if kind.startswith("multipart/") and media_type.version is version:
        return
    said = quote(kind) if kind else "missing"
    findings.append(
        Finding(
            "media-type",
            f"Content-Type is {said}, a SOAP {version.number} message is {version.media_type}",
        )
    )


def _check_attributes(
    version: SoapVersion, element: etree._Element, findings: list[Finding]
) -> None:
    """SOAP 1.1 section 4.1.1; 1.2 sections 5.1, 5.2 and 5.3, and 5.1.1 for encodingStyle."""
    local = _name(element).localname
    for name in element.keys():  # noqa: SIM118 -- an lxml element iterates over its children
        if name[:1] == "{":
            if version is SOAP12 and name == _ENCODING_STYLE[version]:
                findings.append(
                    Finding(
                        "encoding-style-place",
                        f"encodingStyle has no place on {local} (SOAP 1.2 part 1, 5.1.1)",
                        where_of(element),
                    )
                )
        elif name != "id" and (version is SOAP12 or local == "Envelope"):
            raise ParseException(
                f"attributes of {local} are namespace-qualified, {quote(name)} is not", elt=element
            )


def _refuse_structure(
    version: SoapVersion, root: etree._Element, children: list[etree._Element]
) -> NoReturn:
    """Say what stands where Body should."""
    if not children:
        raise ParseException("the Envelope has no Body", elt=root)
    found = children[0]
    name = _name(found)
    if found.tag == _HEADER[version]:
        problem = "a second Header: there is one at most, before Body"
    elif name.localname in ("Body", "Header"):
        problem = f"{name.localname} is in the namespace {quote(name.namespace or '')}, not in that"
        problem += f" of its Envelope, {version.namespace}"
    else:
        problem = f"expected Header or Body, here is {quote(name.clark)}"
    raise ParseException(problem, elt=found)


def _refuse_trailer(version: SoapVersion, found: etree._Element) -> NoReturn:
    if found.tag == _BODY[version]:
        raise ParseException("a second Body: there is exactly one", elt=found)
    if found.tag == _HEADER[version]:
        raise ParseException("Header stands before Body, not after it", elt=found)
    name = quote(_name(found).clark)
    raise ParseException(f"nothing stands after Body, here is {name}", elt=found)


def _serialization_root(entries: tuple[etree._Element, ...]) -> etree._Element:
    """SOAP 1.1 section 5.6: ``soapenc:root`` "1" is the root, "0" is none, else the first."""
    candidate = None
    for element in entries:
        mark = element.get(_ROOT)
        if mark is None or mark.strip(_BLANK) == "0":
            if mark is None and candidate is None:
                candidate = element
        elif mark.strip(_BLANK) == "1":
            return element
        else:
            raise ParseException(f"soapenc:root is 0 or 1, not {quote(mark)}", elt=element)
    if candidate is None:
        raise ParseException("no serialization root found: every soapenc:root is 0", elt=entries[0])
    return candidate


# --------------------------------------------------------------------------- header blocks


def _block(version: SoapVersion, element: etree._Element, findings: list[Finding]) -> HeaderBlock:
    """SOAP 1.1 section 4.2, SOAP 1.2 part 1 section 5.2."""
    name = _name(element)
    if not name.namespace:
        findings.append(
            Finding(
                "header-namespace",
                f"header blocks are namespace-qualified, {quote(name.localname)} is not",
                where_of(element),
            )
        )
    actor = (element.get(version.actor_attribute) or "").strip(_BLANK)
    return HeaderBlock(
        element=element,
        name=name,
        must_understand=_boolean(version, element, _MUST_UNDERSTAND[version]),
        actor=None if actor in version.ultimate else actor,
        relay=version is SOAP12 and _boolean(version, element, _RELAY),
    )


def _boolean(version: SoapVersion, element: etree._Element, attribute: str) -> bool:
    text = element.get(attribute)
    if text is None:
        return False
    value = version.booleans.get(text.strip(_BLANK))
    if value is None:
        local = QName.from_clark(attribute).localname
        expected = ", ".join(version.booleans)
        raise ParseException(f"{local} is one of {expected}, not {quote(text)}", True, element)
    return value


def check_understood(
    envelope: Envelope,
    understood: Callable[[QName], bool] | Container[QName],
    actors: Collection[str] = (),
) -> None:
    """Refuse a message with a mandatory header block for us that nobody here understands.

    A block is for us if it names no actor, the ultimate receiver, the next one, or one of
    ``actors`` (SOAP 1.1 section 4.2.2, SOAP 1.2 part 1 sections 2.2 and 2.4); a block for role
    "none" or for another actor is left alone.

    Args:
        understood: names of the understood blocks, or a predicate.
        actors: URIs of the actors (roles) that we act in, besides "next" and the last one.

    Raises:
        MustUnderstand: naming all such blocks.
    """
    missing = [
        block
        for block in envelope.headers
        if block.must_understand
        and (
            block.actor is None
            or block.actor == envelope.version.next_actor
            or (block.actor in actors and block.actor != names.SOAP12_ROLE_NONE)
        )
        and not (understood(block.name) if callable(understood) else block.name in understood)
    ]
    if missing:
        error = MustUnderstand(
            [block.name for block in missing], where=where_of(missing[0].element)
        )
        error.version = envelope.version.number
        raise error
