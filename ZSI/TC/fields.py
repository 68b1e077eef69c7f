"""Fields of compound types, and the specifiers with which generated classes declare them.

A field is one attribute of a Python class and what it means in XML. It is a non-data descriptor:
values live in the instance's ``__dict__``; what is not there reads as the field's absence
(an empty list, None, or ``UNSET`` for a required field).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ZSI.names import QName
from ZSI.TC.values import UNSET
from ZSI.TC.wildcard import ProcessContents, Wildcard, wildcard

if TYPE_CHECKING:
    from ZSI.TC.identity import IdentityConstraint

Kind = Literal["element", "attribute", "any", "any_attribute", "text"]


class Field:
    """One attribute of a compound type.

    Attributes:
        key: the Python attribute's name.
        kind: ``element``, ``attribute``, ``any`` (``xsd:any``), ``any_attribute`` or ``text``
            (the text of simple content).
        name: the XML name; None for wildcards and text.
        type: the type: a name to be looked up in the registry, a `SimpleType`, a compound class,
            a `ComplexType` or a hand-written typecode.
        least, most: occurrence in the content model (``most`` None: unbounded); for attributes
            ``least`` 1 means required.
        many: holds a list. Follows from the content model once it is known.
        nillable, xsd_default, fixed: as in XSD; the last two are lexical.
        ref: refers to a global element, which others may substitute; what the declaration of
            that says (nillable, default, fixed, block, constraints) counts.
        block: kinds of derivation and substitution that the element itself forbids.
        constraints: identity constraints of the element.
    """

    __slots__ = (
        "block", "constraints", "fixed", "key", "kind", "least", "many", "most", "name",
        "nillable", "optional", "ref", "type", "typed", "wildcard", "xsd_default",
    )  # fmt: skip

    def __init__(
        self,
        kind: Kind,
        name: tuple[str | None, str] | None,
        type: Any,
        *,
        least: int = 1,
        most: int | None = 1,
        nillable: bool = False,
        xsd_default: str | None = None,
        fixed: str | None = None,
        ref: bool = False,
        wildcard: Wildcard | None = None,
        block: Iterable[str] = (),
        constraints: tuple[IdentityConstraint, ...] = (),
        key: str = "",
        optional: bool | None = None,
        typed: bool = False,
    ) -> None:
        self.kind = kind
        self.name = QName(*name) if name is not None else None
        self.type = type
        self.least = least
        self.most = most
        self.many = most is None or most > 1
        self.optional = least == 0 if optional is None else optional
        self.nillable = nillable
        self.xsd_default = xsd_default
        self.fixed = fixed
        self.ref = ref
        self.wildcard = wildcard
        self.block = frozenset(block)
        self.constraints = constraints
        self.key = key
        self.typed = typed

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.many or self.kind == "any_attribute":
            # a list or dict read before it was set becomes the instance's own: append works
            made: Any = [] if self.many else {}
            instance.__dict__[self.key] = made
            return made
        return None if self.optional else UNSET

    def copy(self, **changes: Any) -> Field:
        """The same field with some attributes changed."""
        twin = Field(self.kind, self.name, self.type)
        for slot in Field.__slots__:
            setattr(twin, slot, changes.get(slot, getattr(self, slot)))
        return twin

    @property
    def shown(self) -> str:
        """The field's XML name for an error message."""
        if self.name is None:
            return self.key
        return "@" + self.name.localname if self.kind == "attribute" else self.name.localname

    def __repr__(self) -> str:
        return f"<Field {self.key}: {self.kind} {self.shown}>"


def element(
    name: str,
    type: Any,
    *,
    ns: str | None = None,
    min: int | None = None,
    max: int | None = 1,
    nillable: bool = False,
    xsd_default: str | None = None,
    fixed: str | None = None,
    ref: bool = False,
    block: Iterable[str] = (),
    constraints: tuple[IdentityConstraint, ...] = (),
    default: Any = UNSET,
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a child element (XSD 1.0 part 1, 3.3).

    Args:
        name, ns: its XML name; ``ns`` None for an unqualified one.
        type: a name like ``(XSD, "int")``, a simple type or a compound class.
        min, max: occurrence; ``max`` None means unbounded. ``min`` is 1 unless ``default`` or
            ``default_factory`` is given.
        nillable, xsd_default, fixed: as in XSD, the last two as text.
        ref: a reference to a global element, open to its substitution group.
        block, constraints: of the element declaration, unless it is a reference.
        default, default_factory: for type checkers: the field need not be given.
    """
    optional = default is not UNSET or default_factory is not None
    least = min if min is not None else 0 if optional else 1
    return Field(
        "element", (ns, name), type, least=least, most=max, nillable=nillable,
        xsd_default=xsd_default, fixed=fixed, ref=ref, block=block, constraints=constraints,
        optional=optional or least == 0,
    )  # fmt: skip


def attribute(
    name: str,
    type: Any,
    *,
    ns: str | None = None,
    required: bool = False,
    xsd_default: str | None = None,
    fixed: str | None = None,
    default: Any = UNSET,
) -> Any:
    """Declare an attribute (XSD 1.0 part 1, 3.2); arguments as for `element`."""
    optional = default is not UNSET or not required
    return Field(
        "attribute", (ns, name), type, least=int(required), xsd_default=xsd_default,
        fixed=fixed, optional=optional,
    )  # fmt: skip


def any_element(
    namespaces: str | Iterable[str | None] = "##any",
    *,
    target: str | None = None,
    process: ProcessContents = "strict",
    min: int | None = None,
    max: int | None = 1,
    default: Any = UNSET,
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a wildcard for elements (XSD 1.0 part 1, 3.10)."""
    optional = default is not UNSET or default_factory is not None
    least = min if min is not None else 0 if optional else 1
    admitted = wildcard(namespaces, target=target, process=process)
    return Field(
        "any", None, None, least=least, most=max, wildcard=admitted,
        optional=optional or least == 0,
    )  # fmt: skip


def any_attributes(
    namespaces: str | Iterable[str | None] = "##any",
    *,
    target: str | None = None,
    process: ProcessContents = "strict",
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a wildcard for attributes: a dict from names in Clark notation to text."""
    admitted = wildcard(namespaces, target=target, process=process)
    return Field("any_attribute", None, None, least=0, wildcard=admitted)


def text(type: Any, *, default: Any = UNSET) -> Any:
    """Declare the text of a type with simple content (XSD 1.0 part 1, 3.4.2)."""
    return Field("text", None, type, optional=default is not UNSET)


@dataclass(frozen=True, slots=True)
class Particles:
    """A group in a generated class's content model; items are field keys or nested groups.

    A key may carry an occurrence of its own, ``("item", 0, 2)``, else its field's holds. ``...``
    alone means all of the class's own element fields, in their order.
    """

    kind: Literal["sequence", "choice", "all"]
    items: tuple[Item | EllipsisType, ...]
    min: int = 1
    max: int | None = 1


Item: TypeAlias = "str | tuple[str, int, int | None] | Particles"


def in_sequence(*items: Item | EllipsisType, min: int = 1, max: int | None = 1) -> Particles:
    """``xsd:sequence`` of fields and groups, in this order."""
    return Particles("sequence", items, min, max)


def one_of(*items: Item | EllipsisType, min: int = 1, max: int | None = 1) -> Particles:
    """``xsd:choice`` of fields and groups."""
    return Particles("choice", items, min, max)


def in_any_order(*items: Item | EllipsisType, min: int = 1, max: int | None = 1) -> Particles:
    """``xsd:all`` of fields."""
    return Particles("all", items, min, max)
