"""Reading leaves: text by a simple type, QNames in attributes; and what every decoder carries.

XSD 1.0 part 1, 3.3.4 (Element Locally Valid, clause 5) and 3.14.4 (String Valid).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import Finding, StructureError, ValueRefused, where_of
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENC, SOAP12_ENV, XSI, QName
from ZSI.TC.compare import value_key
from ZSI.TC.lexical import XML_SPACE, Namespaces
from ZSI.TC.scopes import Scope
from ZSI.TC.simple import SimpleType

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.schema import Registry
    from ZSI.TC.fields import Field

XSI_TYPE: Final = f"{{{XSI}}}type"
XSI_NIL: Final = f"{{{XSI}}}nil"
#: Attributes that every element may carry (XSD 1.0 part 1, 2.6).
XSI_ATTRIBUTES: Final = frozenset(
    f"{{{XSI}}}{name}" for name in ("type", "nil", "schemaLocation", "noNamespaceSchemaLocation")
)
#: Attributes of SOAP encoding: of references, their targets, and arrays (SOAP 1.1 section 5).
ENCODING_ATTRIBUTES: Final = frozenset(
    ["id", "href", *(f"{{{uri}}}{name}" for uri in (SOAP11_ENC, SOAP12_ENC) for name in (
        "arrayType", "arraySize", "id", "itemType", "nodeType", "offset", "position", "ref", "root",
    ))]
)  # fmt: skip
#: Attributes that SOAP puts on body elements; in literal messages they are read with a finding.
SOAP_ATTRIBUTES: Final = frozenset(f"{{{uri}}}encodingStyle" for uri in (SOAP11_ENV, SOAP12_ENV))
#: Attributes that SOAP puts on header blocks, whatever their type (SOAP 1.1 section 4.2, SOAP 1.2
#: part 1, 5.2).
HEADER_ATTRIBUTES: Final = SOAP_ATTRIBUTES | frozenset(
    [f"{{{SOAP11_ENV}}}mustUnderstand", f"{{{SOAP11_ENV}}}actor"]
    + [f"{{{SOAP12_ENV}}}{name}" for name in ("mustUnderstand", "role", "relay")]
)
#: Findings kept for one message: each costs a look at its element's siblings.
MOST_FINDINGS: Final = 20
#: The built-in types whose values are unique in a document, refer to such, or to a DTD.
_ID_ROLES: Final = {
    "ID": "ID", "IDREF": "IDREF", "IDREFS": "IDREF", "ENTITY": "ENTITY", "ENTITIES": "ENTITY",
}  # fmt: skip


class DecodeContext:
    """What one message carries along while it is decoded.

    Args:
        registry: where ``xsi:type`` and wildcard names are looked up.
        pedantic: refuse what is only unusual instead of noting a finding.
        limits: what the message may cost.
        source: the message that is being read (a ``ParsedSoap``), where there is one.

    Attributes:
        block: the header block that is being read, where it is one.
        findings: what was unusual, the first `MOST_FINDINGS` of it.
        encoded: the message is SOAP-encoded: accessors are known by their local names.
        references: what ``href`` and ``id`` mean in it (`ZSI.TC.multiref.References`).
        one_by_one: runs of alike elements are read one by one from here on (`ZSI.TC.rows`).
        in_vain: characters of text that was written for runs which ended before it did, less
            those of the runs.
        tables: node tables of identity constraints, by their names, innermost elements first.
    """

    # what most messages never touch is in the class: one of these is made for each message
    block: etree._Element | None = None
    encoded = False
    one_by_one = False
    in_vain = 0
    references: Any = None
    _ids: dict[str, etree._Element] | None = None
    #: Elements with values of type xsd:IDREF, and each of these.
    idrefs: list[tuple[str, etree._Element]] | None = None

    def __init__(
        self,
        registry: Registry,
        pedantic: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        source: Any = None,
    ) -> None:
        self.registry = registry
        self.pedantic = pedantic
        self.limits = limits
        self.source = source
        self.findings: list[Finding] = []
        self.tables: list[tuple[QName, dict[Hashable, etree._Element]]] = []

    def around(self, elt: etree._Element) -> Namespaces:
        """The declarations in scope at an element; without default namespace it may be ``""``."""
        return elt.nsmap if self.source is None else self.source.scopes.around(elt)

    @property
    def ids(self) -> dict[str, etree._Element]:
        """Elements by their value of type xsd:ID."""
        if self._ids is None:
            self._ids = {}
        return self._ids

    def unusual(self, elt: etree._Element, rule: str, message: str) -> None:
        """Note what has one sensible reading but should not be sent; refuse it if pedantic.

        Raises:
            StructureError: if ``pedantic``.
        """
        if self.pedantic:
            raise StructureError(message, rule=rule, where=where_of(elt))
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(rule, message, where_of(elt)))

    def note_ids(self, elt: etree._Element, role: str, value: Any) -> None:
        """Note a value of a type made of xsd:ID, IDREF or ENTITY (3.14.4; cvc-id, 3.15.4)."""
        values = value if isinstance(value, list) else [value]
        if role == "ENTITY":
            self.unusual(elt, "ENTITY", f"no DTD declares the entity {values[0]!r}: none is read")
        elif role == "IDREF":
            if self.idrefs is None:
                self.idrefs = []
            self.idrefs.extend((each, elt) for each in values)
        elif self.ids.setdefault(value, elt) is not elt:
            self.unusual(elt, "ID", f"the ID {value!r} is there already: expected another")

    def finish(self) -> None:
        """Judge what only the whole message tells: whether each IDREF refers to something."""
        referring, self.idrefs = self.idrefs, None
        for value, elt in referring or ():
            if value not in self.ids:
                self.unusual(elt, "IDREF", f"the IDREF {value!r} refers to no ID of the message")


def id_role(simple: SimpleType) -> str | None:
    """``"ID"``, ``"IDREF"`` or ``"ENTITY"`` for types made of those, lists too; else None."""
    item = simple.item if simple.item is not None else simple
    return _ID_ROLES.get(simple.builtin or item.builtin or "")


def text_of(elt: etree._Element, expected: object) -> str:
    """The text of an element that may hold nothing else.

    Raises:
        StructureError: it has a child element.
    """
    text = elt.text or ""
    for node in elt:
        if isinstance(node.tag, str):
            raise StructureError(
                f"element {node.tag} stands where only text may: expected a value of {expected}",
                rule="simple-content", where=where_of(node),
            )  # fmt: skip
        text += node.tail or ""  # a processing instruction or comment does not count
    return text


def read_simple(elt: etree._Element, actual: SimpleType, use: Field, context: DecodeContext) -> Any:
    """Read an element whose type is simple (cvc-elt.5, cvc-type.3.1 of XSD 1.0 part 1)."""
    for name in elt.keys():  # noqa: SIM118 -- an lxml element iterates over its children
        if name not in XSI_ATTRIBUTES:
            foreign_attribute(elt, str(name), (), context)
    text = text_of(elt, actual) if len(elt) else elt.text or ""
    try:
        return parse_text(elt, text, actual, use, context)
    except ValueRefused as refusal:
        if refusal.where is None:
            refusal.where = where_of(elt)
        raise


def parse_text(
    elt: etree._Element, text: str, actual: SimpleType, use: Field, context: DecodeContext
) -> Any:
    """The value of an element's text: default where there is none, fixed, ID and IDREF."""
    if not text:
        text = use.fixed or use.xsd_default or ""
    value = actual.parse(text, context.around(elt) if actual.needs_namespaces else None)
    if use.fixed is not None:
        check_fixed(actual, value, use.fixed, text)
    role = id_role(actual)
    if role is not None:
        context.note_ids(elt, role, value)
    return value


def check_fixed(actual: SimpleType, value: Any, fixed: str, given: Any) -> None:
    """A fixed element or attribute has the fixed value (cvc-elt.5.2.2.2, cvc-au).

    Raises:
        ValueRefused: quotes what was ``given``.
    """
    if value_key(value) != value_key(actual.parse(fixed, {})):
        raise ValueRefused("fixed", f"the fixed value {fixed!r}", given)


def expand(elt: etree._Element, text: str, context: DecodeContext | None = None) -> QName:
    """A QName in an attribute's value, by the declarations in scope (part 2, 3.2.18).

    Raises:
        ValueRefused: its prefix is not declared, or it is no QName.
    """
    around = elt.nsmap if context is None else context.around(elt)
    names = around.names if isinstance(around, Scope) else {}
    found = names.get(text)
    if found is None:
        prefix, colon, local = text.strip(XML_SPACE).rpartition(":")
        namespace = around.get(prefix if colon else None)
        if (colon and namespace is None) or not local:
            raise ValueRefused(
                "xsd:QName", "a name with a declared prefix", text, where=where_of(elt)
            )
        found = names[text] = QName(namespace or None, local)  # xmlns="" takes the default away
    return found


def foreign_attribute(
    elt: etree._Element, name: str, known: tuple[str, ...], context: DecodeContext
) -> None:
    """An attribute that nothing declares: SOAP's own is only unusual, others are refused."""
    if context.references is not None and name in ENCODING_ATTRIBUTES:
        return
    if name in HEADER_ATTRIBUTES and context.block is elt:
        return
    if name in SOAP_ATTRIBUTES:
        if not context.encoded:
            context.unusual(elt, "encodingStyle", f"attribute {name} in a literal message")
        return
    shown = ", ".join(known[:8]) + (f" or {len(known) - 8} others" if len(known) > 8 else "")
    raise StructureError(
        f"unexpected attribute {name}: expected {shown or 'no attribute'}",
        rule="attribute", expected=known, where=where_of(elt),
    )  # fmt: skip
