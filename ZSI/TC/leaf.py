"""Reading leaves: text by a simple type, attributes that nobody declared, QNames in content.

Also what every decoder carries along, the `DecodeContext`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ZSI.errors import Finding, StructureError, ValueRefused, where_of
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENC, SOAP12_ENV, XSI, QName
from ZSI.TC.simple import SimpleType

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.schema import Registry
    from ZSI.TC.fields import Field

XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"
#: Attributes that every element may carry (XSD 1.0 part 1, 2.6).
XSI_ATTRIBUTES = frozenset(
    f"{{{XSI}}}{name}" for name in ("type", "nil", "schemaLocation", "noNamespaceSchemaLocation")
)
#: Attributes of SOAP encoding: of references, their targets, and arrays (SOAP 1.1 section 5).
ENCODING_ATTRIBUTES = frozenset(
    ["id", "href", *(f"{{{uri}}}{name}" for uri in (SOAP11_ENC, SOAP12_ENC) for name in (
        "arrayType", "arraySize", "id", "itemType", "nodeType", "offset", "position", "ref", "root",
    ))]
)  # fmt: skip
#: Attributes that SOAP puts on body elements; in literal messages they are read with a finding.
SOAP_ATTRIBUTES = frozenset(f"{{{uri}}}encodingStyle" for uri in (SOAP11_ENV, SOAP12_ENV))


class DecodeContext:
    """What one message carries along while it is decoded.

    Args:
        registry: where ``xsi:type`` and wildcard names are looked up.
        pedantic: refuse what is only unusual instead of noting a finding.
        tails: look for stray text between elements; false when a scan has found none.

    Attributes:
        source: the message that is being read (a ``ParsedSoap``), where there is one.
        findings: what was unusual.
        encoded: the message is SOAP-encoded: accessors are known by their local names.
        references: what ``href`` and ``id`` mean in it (`ZSI.TC.multiref.References`).
    """

    __slots__ = (
        "encoded", "findings", "limits", "pedantic", "references", "registry", "source", "tails"
    )  # fmt: skip

    def __init__(
        self,
        registry: Registry,
        *,
        pedantic: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        tails: bool = True,
    ) -> None:
        self.registry = registry
        self.pedantic = pedantic
        self.limits = limits
        self.tails = tails
        self.source: Any = None
        self.findings: list[Finding] = []
        self.encoded = False
        self.references: Any = None

    def unusual(self, elt: etree._Element, rule: str, message: str) -> None:
        """Note what has one sensible reading but should not be sent; refuse it if pedantic.

        Raises:
            StructureError: if ``pedantic``.
        """
        if self.pedantic:
            raise StructureError(message, rule=rule, where=where_of(elt))
        self.findings.append(Finding(rule, message, where_of(elt)))


def read_simple(
    elt: etree._Element, actual: SimpleType, use: Field, context: DecodeContext
) -> Any:
    """Read an element whose type is simple (cvc-elt.5, cvc-type.3.1 of XSD 1.0 part 1)."""
    if len(elt):
        raise StructureError(
            f"element {elt[0].tag} stands where only text may: expected a value of {actual}",
            rule="simple-content", where=where_of(elt[0]),
        )  # fmt: skip
    for name in elt.keys():
        if name not in XSI_ATTRIBUTES:
            foreign_attribute(elt, str(name), (), context)
    text = elt.text or ""
    if not text:
        text = use.fixed or use.xsd_default or ""
    try:
        value = actual.parse(text, elt.nsmap if actual.needs_namespaces else None)
        if use.fixed is not None:
            check_fixed(actual, value, use.fixed, text)
    except ValueRefused as refusal:
        if refusal.where is None:
            refusal.where = where_of(elt)
        raise
    return value


def check_fixed(actual: SimpleType, value: Any, fixed: str, text: str) -> None:
    """A fixed element or attribute has the fixed value (cvc-elt.5.2.2.2, cvc-au)."""
    if value != actual.parse(fixed, {}):
        raise ValueRefused("fixed", f"the fixed value {fixed!r}", text)


def expand(elt: etree._Element, text: str) -> QName:
    """A QName in an attribute's value, by the declarations in scope (part 2, 3.2.18).

    Raises:
        ValueRefused: its prefix is not declared.
    """
    prefix, colon, local = text.strip().rpartition(":")
    namespace = elt.nsmap.get(prefix if colon else None)
    if (colon and namespace is None) or not local:
        raise ValueRefused("xsd:QName", "a name with a declared prefix", text, where=where_of(elt))
    return QName(namespace, local)


def foreign_attribute(
    elt: etree._Element, name: str, known: tuple[str, ...], context: DecodeContext
) -> None:
    """An attribute that nothing declares: SOAP's own is only unusual, others are refused."""
    if context.references is not None and name in ENCODING_ATTRIBUTES:
        return
    if name in SOAP_ATTRIBUTES:
        if not context.encoded:
            context.unusual(elt, "encodingStyle", f"attribute {name} in a literal message")
        return
    expected = ", ".join(known) or "no attribute"
    raise StructureError(
        f"unexpected attribute {name}: expected {expected}", rule="attribute", where=where_of(elt)
    )
