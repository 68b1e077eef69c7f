"""AnyXML: content that no declaration describes, kept as it came.

What an ``anyType`` without ``xsi:type`` holds, what a wildcard took, what an unknown ``xsi:type``
announces. Names, attributes, text, order and the prefixes that text or attribute values may
refer to are kept (QNames in content, XSD 1.0 part 2, 3.2.18).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from ZSI.names import XSI, QName
from ZSI.xmlio import (
    escape_attribute,
    escape_text,
    parse_document,
    serialize_element,
    try_canonicalize,
)

if TYPE_CHECKING:
    from ZSI.TC.encode import EncodeContext

#: Looked for where a word begins only, or a long one would be gone through from each character.
_PREFIX: Final = re.compile(r"(?<![\w.\-])[\d.\-]*+([^\W\d][\w.\-]*+):")
_TYPE: Final = f"{{{XSI}}}type"
#: Bytes of an element up to which it is written in canonical form.
_SMALL: Final = 4_096
_START_TAG: Final = re.compile(r"<[^\s/>]+(?:\s+[^\s=>]+=(?:\"[^\"]*\"|'[^']*'))*+\s*(/?)>")


class AnyXML:
    """One element with everything in it. Immutable; ``str()`` is its text.

    Equal when names, attributes, text and children are equal, whatever the prefixes; the name
    of the outermost element counts only where both have one.

    >>> any_xml = AnyXML.xml("<a><b x='1'>bold</b> plain</a>")
    >>> str(any_xml), [child.name.localname for child in any_xml], any_xml.children[0]["x"]
    ('bold plain', ['b'], '1')
    >>> AnyXML.of_text("plop")
    AnyXML('plop')
    """

    __slots__ = ("_element", "_named")

    def __init__(self, element: etree._Element, *, named: bool = True) -> None:
        self._element = element
        self._named = named

    @classmethod
    def xml(cls, text: str | bytes) -> AnyXML:
        """From the text of one element.

        Raises:
            ParseException: the text is not well-formed, or holds a DTD.
        """
        return cls(parse_document(text))

    @classmethod
    def of_text(cls, text: str) -> AnyXML:
        """Text alone, in an element without a name of its own.

        Raises:
            ValueRefused: a character that XML cannot hold.
        """
        return cls(parse_document(f"<value>{escape_text(text)}</value>"), named=False)

    @classmethod
    def of_element(cls, element: etree._Element) -> AnyXML:
        """From an lxml element, which is copied with the prefixes in scope."""
        return cls(parse_document(serialize_element(element)))

    @property
    def name(self) -> QName | None:
        """The element's name; None if it stands for content alone."""
        return QName.from_clark(str(self._element.tag)) if self._named else None

    @property
    def text(self) -> str:
        """All text in it, in document order."""
        return "".join(self._element.itertext("*"))

    @property
    def type(self) -> QName | None:
        """Its ``xsi:type``, resolved; None without one or if its prefix is unknown."""
        return _expand(self._element, self._element.get(_TYPE))

    @property
    def attributes(self) -> dict[str, str]:
        """Its attributes by name in Clark notation; a copy."""
        return {str(name): str(value) for name, value in self._element.items()}

    @property
    def children(self) -> tuple[AnyXML, ...]:
        """Its child elements."""
        return tuple(AnyXML(child) for child in self._element.iterchildren("*"))

    @property
    def element(self) -> etree._Element:
        """A copy as an lxml element, with the prefixes in scope."""
        return parse_document(serialize_element(self._element))

    def __iter__(self) -> Iterator[AnyXML]:
        return iter(self.children)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        if not len(self._element) and not self._element.keys():
            return f"AnyXML({self._element.text or ''!r})"
        return f"AnyXML(<{self._element.tag!s}>…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AnyXML):
            return NotImplemented
        named = self._named and other._named
        return _infoset(self._element, named) == _infoset(other._element, named)

    def __hash__(self) -> int:
        return hash(self.text)

    def __copy__(self) -> AnyXML:
        return self

    def __deepcopy__(self, memo: object) -> AnyXML:
        return self

    def __reduce__(self) -> tuple[Callable[..., AnyXML], tuple[bytes, bool]]:
        return _restore, (serialize_element(self._element), self._named)

    def outer(self) -> str:
        """The whole element as XML text with every declaration that it needs."""
        return _canonical(self._element)

    def under(self, tag: str, context: EncodeContext) -> str:
        """Its attributes and content as XML text under another name.

        Args:
            tag: the name, with the prefix that the message has for it.
            context: gives prefixes and knows those that stand around the element.
        """
        element = self._element
        scope = element.nsmap
        source = serialize_element(element)
        small = len(source) <= _SMALL
        # what text and attribute values may mean has to stay; where the message uses a prefix
        # otherwise, its names here get one of their own
        kept = {
            prefix: scope[prefix]
            for prefix in (sorted(_loose_prefixes(element)) if small else scope)
            if prefix and prefix != "xml"
        }
        aliases: dict[str, str] = {}

        def here(name: str) -> str:
            prefix, colon, local = name.rpartition(":")
            uri = context.namespace_of(prefix) if colon else None
            if uri is None or kept.get(prefix, uri) == uri:
                return name
            alias = prefix + "_"
            while alias in kept:
                alias += "_"
            aliases[alias] = uri
            return f"{alias}:{local}"

        name = here(tag)
        attributes = "".join(
            f' {here(context.qname(QName.from_clark(str(key))))}="{escape_attribute(text)}"'
            for key, text in self._attributes(context, here)
        )
        declared = "".join(
            f' xmlns:{prefix}="{escape_attribute(uri)}"' for prefix, uri in (kept | aliases).items()
        )
        default = scope.get(None)
        if not small and (default is None or ":" in name):
            declared += f' xmlns="{escape_attribute(default)}"' if default is not None else ""
            content = _content(source.decode())
        else:
            # each child declares what it needs: little, or it cannot be done otherwise
            content = "".join(_parts(element, context))
        context.spend(len(content))
        return f"<{name}{declared}{attributes}>{content}</{name}>"

    def _attributes(
        self, context: EncodeContext, here: Callable[[str], str]
    ) -> Iterator[tuple[str, str]]:
        """The attributes, ``xsi:type`` without a prefix as it must be where it goes."""
        for name, text in self._element.items():
            kind = self.type if name == _TYPE and ":" not in text else None
            yield str(name), here(context.qname(kind)) if kind is not None else str(text)


def _restore(text: bytes, named: bool) -> AnyXML:
    return AnyXML(parse_document(text), named=named)


def _content(source: str) -> str:
    """What stands between the tags of an element."""
    start = _START_TAG.match(source)
    assert start is not None  # libxml2 has written it
    return "" if start[1] else source[start.end() : source.rindex("</")]


def _parts(element: etree._Element, context: EncodeContext) -> Iterator[str]:
    """The content of an element, each child with the declarations that it needs."""
    yield escape_text(element.text or "")
    room = context.room
    for child in element:
        if isinstance(child.tag, str):
            part = _canonical(child)
            room -= len(part)
            if room < 0:
                context.spend(context.room + 1)
            yield part
        yield escape_text(child.tail or "")


def _canonical(element: etree._Element) -> str:
    """Exclusive C14N, with the prefixes that values may refer to (Exclusive XML C14N, 2.4).

    Not of what is long: there each element would declare its namespaces again, so that a name of
    1 MB comes back as often as it was used; declarations stay where they were.
    """
    source = serialize_element(element)
    if len(source) > _SMALL:
        return source.decode()
    loose: set[str] = set()
    if ":" in "".join(element.itertext("*")) or any(
        ":" in text for node in element.iter("*") for text in node.values()
    ):
        loose = {prefix for node in element.iter("*") for prefix in _loose_prefixes(node)}
    made = try_canonicalize(element, inclusive_prefixes=sorted(loose))
    # a namespace that is no URI has no canonical form
    return (source if made is None else made).decode()


def _loose_prefixes(element: etree._Element) -> set[str]:
    """Prefixes in scope that this element's text or attribute values seem to use."""
    texts = [element.text or "", *map(str, element.values())]
    texts.extend(child.tail or "" for child in element)
    found = {prefix for text in texts if ":" in text for prefix in _PREFIX.findall(text)}
    return found & {prefix for prefix in element.nsmap if prefix} - {"xml"} if found else found


def _expand(element: etree._Element, text: str | None) -> QName | None:
    """A QName in content, resolved by the declarations in scope."""
    if text is None:
        return None
    prefix, colon, local = text.strip().rpartition(":")
    namespace = element.nsmap.get(prefix if colon else None)
    return None if colon and namespace is None else QName(namespace or None, local)


def _infoset(element: etree._Element, named: bool = True) -> tuple[Any, ...]:
    """What two elements must share to be equal."""
    attributes = {
        str(name): _expand(element, str(value)) if name == _TYPE else str(value)
        for name, value in element.items()
    }
    content: list[Any] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            content += [_infoset(child), child.tail or ""]
        else:
            content[-1] += child.tail or ""
    return (element.tag if named else None, attributes, content)
