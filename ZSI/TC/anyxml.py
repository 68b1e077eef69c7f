"""AnyXML: content that no declaration describes, kept as it came.

What an ``anyType`` without ``xsi:type`` holds, what a wildcard took, what an unknown ``xsi:type``
announces. Names, attributes, text, order and the prefixes that text or attribute values may
refer to are kept (QNames in content, XSD 1.0 part 2, 3.2.18).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ZSI.names import XSI, QName
from ZSI.xmlio import escape_attribute, escape_text, parse_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

_PREFIX = re.compile(r"([^\W\d][\w.\-]*):")
_TYPE = f"{{{XSI}}}type"


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
        """Text alone, in an element without a name of its own."""
        return cls(parse_document(f"<value>{escape_text(text)}</value>"), named=False)

    @classmethod
    def of_element(cls, element: etree._Element) -> AnyXML:
        """From an lxml element, which is copied."""
        return cls(deepcopy(element))

    @property
    def name(self) -> QName | None:
        """The element's name; None if it stands for content alone."""
        return QName.from_clark(str(self._element.tag)) if self._named else None

    @property
    def text(self) -> str:
        """All text in it, in document order."""
        return "".join(self._element.itertext())

    @property
    def type(self) -> QName | None:
        """Its ``xsi:type``, resolved; None without one or if its prefix is unknown."""
        return _expand(self._element, self._element.get(_TYPE))

    @property
    def attributes(self) -> dict[str, str]:
        """Its attributes by name in Clark notation; a copy."""
        return {str(name): str(value) for name, value in self._element.attrib.items()}

    @property
    def children(self) -> tuple[AnyXML, ...]:
        """Its child elements."""
        return tuple(AnyXML(child) for child in self._element)

    @property
    def element(self) -> etree._Element:
        """A copy as an lxml element."""
        return deepcopy(self._element)

    def __iter__(self) -> Iterator[AnyXML]:
        return iter(self.children)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        if not len(self._element) and not self._element.keys():
            return f"AnyXML({self._element.text or ''!r})"
        return f"AnyXML(<{self._element.tag}>…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AnyXML):
            return NotImplemented
        named = self._named and other._named
        return _infoset(self._element, named) == _infoset(other._element, named)

    def __hash__(self) -> int:
        return hash((self._element.text or "", len(self._element)))

    def inner(self, prefix_for: Callable[[str], str]) -> tuple[str, str]:
        """Its attributes and its content as XML text, to be written inside another element.

        Args:
            prefix_for: gives the prefix that the writer declares for a namespace.

        Returns:
            The attributes with the declarations that they and the text need (each with a space
            before it), and the content.
        """
        element = self._element
        loose = _loose_prefixes(element)
        declared = element.nsmap
        attributes = [
            f' xmlns:{prefix}="{escape_attribute(declared[prefix])}"'
            for prefix in sorted(loose)
            if prefix in declared
        ]
        for name, value in element.attrib.items():
            qname = QName.from_clark(str(name))
            if name == _TYPE and ":" not in str(value) and (kind := self.type) is not None:
                # in the default namespace of where it came from, which is not that of where it goes
                value = f"{prefix_for(kind[0])}:{kind[1]}" if kind[0] else kind[1]
            if qname.namespace is not None:
                name = f"{prefix_for(qname.namespace)}:{qname.localname}"
            attributes.append(f' {name}="{escape_attribute(str(value))}"')
        parts = [escape_text(element.text or "")]
        for child in element:
            parts.append(_canonical(child))
            parts.append(escape_text(child.tail or ""))
        return "".join(attributes), "".join(parts)

    def outer(self) -> str:
        """The whole element as XML text with every declaration that it needs."""
        return _canonical(self._element)


def _canonical(element: etree._Element) -> str:
    """Exclusive C14N, with the prefixes that values may refer to (Exclusive XML C14N, 2.4)."""
    from lxml import etree

    return etree.tostring(
        element,
        method="c14n",
        exclusive=True,
        inclusive_ns_prefixes=sorted(
            prefix for node in element.iter() for prefix in _loose_prefixes(node)
        ),
        with_tail=False,
    ).decode()


def _loose_prefixes(element: etree._Element) -> set[str]:
    """Prefixes in scope that this element's text or attribute values seem to use."""
    texts = [element.text or "", *map(str, element.attrib.values())]
    texts.extend(child.tail or "" for child in element)
    found = {prefix for text in texts if ":" in text for prefix in _PREFIX.findall(text)}
    return found & {prefix for prefix in element.nsmap if prefix} - {"xml"} if found else found


def _expand(element: etree._Element, text: str | None) -> QName | None:
    """A QName in content, resolved by the declarations in scope."""
    if text is None:
        return None
    prefix, colon, local = text.strip().rpartition(":")
    namespace = element.nsmap.get(prefix if colon else None)
    return None if colon and namespace is None else QName(namespace, local)


def _infoset(element: etree._Element, named: bool = True) -> tuple[Any, ...]:
    """What two elements must share to be equal."""
    attributes = {
        str(name): _expand(element, str(value)) if name == _TYPE else str(value)
        for name, value in element.attrib.items()
    }
    return (
        element.tag if named else None,
        attributes,
        element.text or "",
        [(_infoset(child), child.tail or "") for child in element],
    )
