"""What of ZSI's DOM utilities makes sense over lxml: names, and a proxy that builds elements."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from ZSI.errors import EvaluateException, ParseException
from ZSI.names import XMLNS, QName
from ZSI.wstools.c14n import Canonicalize
from ZSI.xmlio import parse_document

ident: Final = "ZSI.wstools.Utility"


class NamespaceError(EvaluateException):
    """A prefix that nothing declares."""


#: What ZSI raised for what is not well-formed.
ParseError = ParseException


def SplitQName(qname: str) -> tuple[str | None, str]:
    """Prefix and local name.

    >>> SplitQName("xsd:int"), SplitQName("int")
    (('xsd', 'int'), (None, 'int'))
    """
    prefix, _, local = qname.rpartition(":")
    return prefix or None, local


class ElementProxy:
    """Builds and reads elements by ZSI's names; ``node`` is the lxml element.

    Args:
        sw: unused but in ZSI's signature.
        message: the lxml element to stand for.

    >>> proxy = ElementProxy(None)
    >>> proxy.createDocument("urn:x", "root")
    >>> child = proxy.createAppendElement("urn:x", "child")
    >>> child.createAppendTextNode("text")
    >>> child.setAttributeNS(None, "a", "1")
    >>> str(proxy)
    '<ns0:root xmlns:ns0="urn:x"><ns0:child a="1">text</ns0:child></ns0:root>'
    """

    def __init__(self, sw: Any, message: Any = None) -> None:
        self.sw = sw
        self.node: Any = message

    def loadFromString(self, data: str | bytes) -> None:
        """Stand for the root of a document.

        Raises:
            ParseException: it is no XML, or has a DTD.
        """
        self.node = parse_document(data)

    def createDocument(
        self, namespaceURI: str | None, localName: str, doctype: None = None
    ) -> None:
        """Stand for the root of a new document."""
        self.node = etree.Element(QName(namespaceURI, localName).clark)

    def createAppendElement(
        self, namespaceURI: str | None, localName: str, prefix: str | None = None
    ) -> ElementProxy:
        """A new last child."""
        tag = QName(namespaceURI, localName).clark
        nsmap: Any = {prefix: namespaceURI} if prefix and namespaceURI else None
        return ElementProxy(self.sw, etree.SubElement(self.node, tag, nsmap=nsmap))

    def createAppendSetElement(
        self, namespaceURI: str | None, localName: str, prefix: str | None = None
    ) -> ElementProxy:
        """The first child of this name; a new one if there is none."""
        found = self.getElement(namespaceURI, localName)
        return found or self.createAppendElement(namespaceURI, localName, prefix)

    def createAppendTextNode(self, pyobj: Any) -> None:
        """Add text after what is there."""
        if len(self.node):
            self.node[-1].tail = (self.node[-1].tail or "") + str(pyobj)
        else:
            self.node.text = (self.node.text or "") + str(pyobj)

    def getElement(self, namespaceURI: str | None, localName: str) -> ElementProxy | None:
        """The first child of this name, or None."""
        found = self.node.find(QName(namespaceURI, localName).clark)
        return ElementProxy(self.sw, found) if found is not None else None

    def getValue(self) -> str:
        """The text."""
        return "".join(map(str, self.node.itertext()))

    def getAttributeValue(self, namespaceURI: str | None, localName: str) -> str | None:
        """The text of an attribute, or None."""
        found: str | None = self.node.get(QName(namespaceURI, localName).clark)
        return found

    def setAttributeNS(self, namespaceURI: str | None, localName: str, value: Any) -> None:
        """Set an attribute; its name may have a prefix, which does not count.

        Raises:
            NamespaceError: a declaration (``xmlns:p``), which lxml adds to new elements only.
        """
        prefix, local = SplitQName(localName)
        if namespaceURI == XMLNS or prefix == "xmlns":
            raise NamespaceError(f"declare {local} where the element is made: prefix={local!r}")
        self.node.set(QName(namespaceURI, local).clark, str(value))

    def evaluate(self, expression: str, processorNss: Any = None) -> list[Any]:
        """The nodes that an XPath expression finds."""
        found = self.node.xpath(expression, namespaces=processorNss)
        return found if isinstance(found, list) else [found]

    def canonicalize(self) -> str:
        """The canonical form."""
        return Canonicalize(self.node) or ""

    def getLocalName(self) -> str:
        """The local name."""
        return QName.from_clark(str(self.node.tag)).localname

    def getNamespaceURI(self) -> str | None:
        """The namespace."""
        return QName.from_clark(str(self.node.tag)).namespace

    def __str__(self) -> str:
        return etree.tostring(self.node, encoding="unicode")


class Collection(dict[str, Any]):
    """Things by name that can also be had by number, in their order, as ZSI's WSDL has them.

    >>> things = Collection({"a": 1, "b": 2})
    >>> things["b"], things[0], list(things)
    (2, 1, [1, 2])
    """

    def __getitem__(self, key: Any) -> Any:
        """By name, or by number."""
        if isinstance(key, (int, slice)):
            return list(self.values())[key]
        return super().__getitem__(key)

    def __iter__(self) -> Any:
        """The things, not their names."""
        return iter(self.values())

    def get(self, name: Any, default: Any = None) -> Any:
        """By name."""
        return super().get(name, default)

    def list(self) -> list[Any]:
        """The things in their order."""
        return [*self.values()]
