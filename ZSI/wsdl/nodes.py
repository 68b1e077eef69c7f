"""Small readers over the lxml nodes of WSDL and XSD documents."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from ZSI.names import WSDL, XML, XSD, XSD_1999, XSD_2000, QName

Node: TypeAlias = etree._Element

#: The XML Schema namespaces read; the drafts are read as the Recommendation, with a finding.
XSD_NAMESPACES = (XSD, XSD_2000, XSD_1999)

# fmt: off
_XSD_NAMES = (
    "schema", "import", "include", "redefine", "annotation", "documentation", "appinfo",
    "element", "attribute", "group", "attributeGroup", "simpleType", "complexType",
    "simpleContent", "complexContent", "restriction", "extension", "list", "union",
    "sequence", "choice", "all", "any", "anyAttribute", "key", "keyref", "unique", "selector",
    "field", "notation", "enumeration", "pattern", "length", "minLength", "maxLength",
    "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "totalDigits",
    "fractionDigits", "whiteSpace",
    "precision", "scale", "encoding",  # of the drafts
)
# fmt: on
_XSD_TAGS: dict[object, str] = {
    f"{{{ns}}}{name}": name for ns in XSD_NAMESPACES for name in _XSD_NAMES
}

_MODELS = frozenset(("group", "all", "choice", "sequence"))
_ATTRIBUTES = frozenset(("attribute", "attributeGroup", "anyAttribute"))
_FACETS = frozenset(_XSD_NAMES[_XSD_NAMES.index("enumeration") :])
_TYPES = frozenset(("simpleType", "complexType"))
_COMPONENTS = _TYPES | {"group", "attributeGroup"}
#: Where content models may stand side by side.
_PARTICLES = frozenset(("schema", "redefine", "sequence", "choice"))
#: What an element of XML Schema 1.0 may hold besides annotations, each with its local name.
_CONTENT: dict[str, frozenset[str]] = {
    "schema": _COMPONENTS | {"import", "include", "redefine", "element", "attribute", "notation"},
    "redefine": _COMPONENTS,
    "element": _TYPES | {"key", "keyref", "unique"},
    # elements right inside are read as a sequence, with a finding of their own
    "complexType": _MODELS | _ATTRIBUTES | {"simpleContent", "complexContent", "element"},
    "simpleContent": frozenset(("restriction", "extension")),
    "complexContent": frozenset(("restriction", "extension")),
    "restriction": _MODELS | _ATTRIBUTES | _FACETS | {"simpleType"},
    "extension": _MODELS | _ATTRIBUTES,
    "sequence": frozenset(("element", "group", "choice", "sequence", "any")),
    "choice": frozenset(("element", "group", "choice", "sequence", "any")),
    "all": frozenset(("element",)),
    "group": _MODELS - {"group"},
    "attribute": frozenset(("simpleType",)),
    "attributeGroup": _ATTRIBUTES,
    "simpleType": frozenset(("restriction", "list", "union")),
    "list": frozenset(("simpleType",)),
    "union": frozenset(("simpleType",)),
}

#: NameStartChar and NameChar of XML 1.0, fifth edition, without the colon.
_NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NCNAME = re.compile(f"[{_NAME_START}][{_NAME_START}.0-9\xb7\u0300-\u036f\u203f\u2040-]*")

WSDL_DEFINITIONS = f"{{{WSDL}}}definitions"
WSDL_TYPES = f"{{{WSDL}}}types"
WSDL_IMPORT = f"{{{WSDL}}}import"
WSDL_DOCUMENTATION = f"{{{WSDL}}}documentation"


def xsd_name(node: Node) -> str | None:
    """The local name of an XML Schema element of any of the namespaces read, else None."""
    return _XSD_TAGS.get(node.tag)


def xsd_children(node: Node) -> Iterator[tuple[str, Node]]:
    """The XML Schema children but for annotations, each with its local name."""
    for child in node:
        name = _XSD_TAGS.get(child.tag)
        if name is not None and name != "annotation":
            yield name, child


def unknown_xsd(schema: Node) -> dict[str, Node]:
    """The elements in an XML Schema namespace that XSD 1.0 does not know: the first of each name.

    What stands in annotations is nobody's business.
    """
    found: dict[str, Node] = {}
    for namespace in XSD_NAMESPACES:
        for node in schema.iter(f"{{{namespace}}}*"):
            local = split_tag(node)[1]
            if node.tag not in _XSD_TAGS and local not in found and not _is_annotation(node):
                found[local] = node
    return found


def misplaced_xsd(schema: Node) -> dict[str, Node]:
    """Elements of XSD where XSD 1.0 has none of their kind: the first of each, by what is wrong."""
    found: dict[str, Node] = {}
    for node in schema.iter(f"{{{XSD}}}*"):
        outer = _XSD_TAGS.get(node.tag, "")
        allowed = _CONTENT.get(outer)
        if allowed is None:
            continue
        models = 0
        for name, child in xsd_children(node):
            wrong = ""
            if name not in allowed:
                wrong = f"xs:{name} does not belong right inside xs:{outer}"
            elif outer not in _PARTICLES and name in _MODELS:
                models += 1
                wrong = f"a second content model in xs:{outer} is left out" if models == 2 else ""
            if wrong and wrong not in found and not _is_annotation(node):
                found[wrong] = child
    return found


def _is_annotation(node: Node) -> bool:
    """Whether an element stands in an xs:annotation."""
    return any(_XSD_TAGS.get(above.tag) == "annotation" for above in node.iterancestors())


def elements(node: Node) -> Iterator[Node]:
    """The child elements (no comments, no processing instructions)."""
    for child in node:
        if isinstance(child.tag, str):
            yield child


def elements_below(node: Node) -> Iterator[Node]:
    """The element itself and all elements below it, in document order."""
    return node.iter("{*}*")


def split_tag(node: Node) -> tuple[str, str]:
    """Namespace (``""`` for none) and local name of an element."""
    namespace, _, local = str(node.tag).rpartition("}")
    return namespace[1:], local


def xsd_documentation(node: Node) -> str | None:
    """The text of all xs:documentation of an element's xs:annotation, tidied, or None."""
    found = [
        "".join(text.itertext())
        for note in node
        if _XSD_TAGS.get(note.tag) == "annotation"
        for text in note
        if _XSD_TAGS.get(text.tag) == "documentation"
    ]
    return "\n\n".join(filter(None, map(tidy, found))) or None


def wsdl_documentation(node: Node) -> str | None:
    """The text of the wsdl:documentation children, tidied, or None."""
    found = ["".join(text.itertext()) for text in node.findall(WSDL_DOCUMENTATION)]
    return "\n\n".join(filter(None, map(tidy, found))) or None


def tidy(text: str) -> str | None:
    """Text with common indentation and empty edges gone; None if nothing is left.

    >>> tidy("  One.\\n     Two.\\n     ")
    'One.\\nTwo.'
    """
    return inspect.cleandoc(text).strip() or None


def words(text: str | None) -> tuple[str, ...]:
    """The members of a whitespace-separated list."""
    return tuple(text.split()) if text else ()


def is_ncname(text: str) -> bool:
    """Whether a name can be the local name of an element or attribute (Namespaces in XML 1.0).

    >>> is_ncname("area-Code"), is_ncname("area:Code"), is_ncname("area code")
    (True, False, False)
    """
    return _NCNAME.fullmatch(text) is not None


def is_true(text: str | None) -> bool:
    """Whether an xs:boolean attribute is true, in whatever case."""
    return text is not None and text.strip().lower() in ("true", "1")


def is_qualified(text: str) -> bool:
    """Whether ``form``, or a schema's default of it, says qualified, in whatever case."""
    return text.strip().lower() == "qualified"


def qname_at(text: str, node: Node, chameleon: str | None = None) -> tuple[QName, bool]:
    """A QName in an attribute of ``node``, and whether its namespace is a guess.

    An unprefixed name takes the default namespace, else that of the schema that includes a
    chameleon. The guess is loose where there was no prefix or an undeclared one.
    """
    prefix, _, local = text.strip().rpartition(":")
    if prefix:
        namespace = XML if prefix == "xml" else node.nsmap.get(prefix)
        return QName(namespace, local), namespace is None
    return QName(node.nsmap.get(None) or chameleon, local), True
