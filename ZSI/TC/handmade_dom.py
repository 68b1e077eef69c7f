"""ZSI's small helpers for elements, over lxml (ZSI's were over minidom).

Their names begin with an underscore in ZSI's documentation too: ``ZSI._child_elements(elt)``.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from ZSI.errors import where_of
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENC, SOAP12_ENV, XML, XSD_1999, XSD_2000, XSI
from ZSI.xmlio import escape_text

_copyright = "Copyright the zsi-mock contributors. Licence: MIT."
_seqtypes: Final = (tuple, list)
_stringtypes: Final = (str,)
_inttypes: Final = (int,)
_floattypes: Final = (float,)
#: The class of the nodes.
_Node = etree._Element

_INSTANCES: Final = (XSI, f"{XSD_2000}-instance", f"{XSD_1999}-instance")
_STYLES: Final = (f"{{{SOAP11_ENV}}}encodingStyle", f"{{{SOAP12_ENV}}}encodingStyle")


def _attrs(elt: etree._Element) -> list[tuple[str, str]]:
    """The attributes as pairs of name (in Clark notation) and text."""
    return [(str(name), str(text)) for name, text in elt.attrib.items()]


def _children(elt: etree._Element) -> list[etree._Element]:
    """The child nodes."""
    return list(elt)


def _child_elements(elt: etree._Element) -> list[etree._Element]:
    """The child elements."""
    return [child for child in elt if _is_element(child)]


def _is_element(node: Any) -> bool:
    """Whether a node is an element, and no comment or processing instruction."""
    return bool(etree.iselement(node) and isinstance(node.tag, str))


def _find_attr(elt: etree._Element, name: str) -> str | None:
    """The text of an attribute without namespace, or None."""
    return elt.get(name)


def _find_attrNS(elt: etree._Element, namespaceURI: str | None, localName: str) -> str | None:
    """The text of an attribute, or None."""
    return elt.get(f"{{{namespaceURI}}}{localName}" if namespaceURI else localName)


def _find_attrNodeNS(
    elt: etree._Element, namespaceURI: str | None, localName: str
) -> tuple[str, str] | None:
    """An attribute as the pair of its name in Clark notation and its text, or None."""
    text = _find_attrNS(elt, namespaceURI, localName)
    name = f"{{{namespaceURI}}}{localName}" if namespaceURI else localName
    return (name, text) if text is not None else None


def _find_xsi_attr(elt: etree._Element, attr: str) -> str | None:
    """The text of ``xsi:type``, ``xsi:nil`` …, of any of the schema instance namespaces."""
    found = (elt.get(f"{{{uri}}}{attr}") for uri in _INSTANCES)
    return next((text for text in found if text is not None), None)


def _find_type(elt: etree._Element) -> str | None:
    """The text of ``xsi:type``, or None."""
    return _find_xsi_attr(elt, "type")


def _find_href(elt: etree._Element) -> str | None:
    """The text of ``href``, or None."""
    return elt.get("href")


def _find_arraytype(elt: etree._Element) -> str | None:
    """The text of ``soapenc:arrayType``, or None."""
    return elt.get(f"{{{SOAP11_ENC}}}arrayType")


def _find_encstyle(elt: etree._Element) -> str | None:
    """The encodingStyle in force at an element, or None."""
    step: etree._Element | None = elt
    while step is not None:
        for name in _STYLES:
            if (said := step.get(name)) is not None:
                return said
        step = step.getparent()
    return None


def _valid_encoding(elt: etree._Element) -> bool:
    """Whether the encodingStyle in force, if any, is SOAP's."""
    said = _find_encstyle(elt)
    return not said or any(uri.startswith((SOAP11_ENC, SOAP12_ENC)) for uri in said.split())


def _find_xmlns_prefix(elt: etree._Element, prefix: str) -> str | None:
    """The namespace that a prefix means at an element, or None."""
    return _resolve_prefix(elt, prefix)


def _find_default_namespace(elt: etree._Element) -> str | None:
    """The default namespace at an element, or None."""
    return _resolve_prefix(elt, None)


def _resolve_prefix(elt: etree._Element, prefix: str | None) -> str | None:
    """The namespace that a prefix means at an element; None: the default one. Never raises."""
    return XML if prefix == "xml" else elt.nsmap.get(prefix or None)


def _get_element_nsuri_name(elt: etree._Element) -> tuple[str | None, str]:
    """The namespace (None for none) and local name of an element."""
    name = etree.QName(elt)
    return name.namespace, name.localname


def _backtrace(elt: etree._Element, dom: Any = None) -> str:
    """The path of an element."""
    return where_of(elt).path or ""


def _get_idstr(pyobj: Any) -> str:
    """A name for an object, unique while it lives; no message of ours holds one."""
    return f"x{id(pyobj):x}"


def _get_postvalue_from_absoluteURI(url: str) -> str:
    """The path of a URL, as a request line has it.

    >>> _get_postvalue_from_absoluteURI("http://localhost:8080/a/b?c")
    '/a/b?c'
    """
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _textprotect(text: str) -> str:
    """Text with what XML reserves escaped.

    Raises:
        ValueRefused: it holds a character that XML does not.
    """
    return escape_text(text)
