"""The plan: everything that a contract's Python classes will be, as frozen values.

One plan serves the generator, which prints it, and the mock, which builds classes from it; see
`ZSI.generate.planner` for how it is made. Names here are final Python names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ZSI.generate.classes import Classes
from ZSI.names import QName
from ZSI.TC.identity import IdentityConstraint
from ZSI.TC.wildcard import Wildcard

#: A type by name or by the element that has it, an anonymous simple type or array, a nested class.
TypeUse: TypeAlias = "QName | ElementUse | SimplePlan | ArrayPlan | ClassPlan"
#: A field's key, perhaps with an occurrence of its own, or a group.
GroupItem: TypeAlias = "str | tuple[str, int, int | None] | GroupPlan"


@dataclass(frozen=True, slots=True)
class ElementUse:
    """The anonymous complex type of a global element."""

    name: QName


@dataclass(frozen=True, slots=True)
class SimplePlan:
    """A simple type: a restriction of ``base``, a list of ``item`` or a union of ``members``.

    Attributes:
        name: None for an anonymous type.
        hint: its annotation, spelled out.
        python: the alias that annotations use instead; long anonymous enumerations have one too.
        literal: the hint is a ``Literal`` of the enumeration's very values.
    """

    name: QName | None
    hint: str
    python: str | None = None
    literal: bool = False
    base: TypeUse | None = None
    item: TypeUse | None = None
    members: tuple[TypeUse, ...] = ()
    facets: tuple[tuple[str, Any], ...] = ()
    final: tuple[str, ...] = ()
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class ArrayPlan:
    """A SOAP array (SOAP 1.1 section 5.4.2): in Python a list, nested for each dimension.

    ``dimensions`` are the ranks as ``wsdl:arrayType`` writes them, sizes dropped: ``"[,]"``.
    """

    name: QName | None
    hint: str
    item: TypeUse
    python: str | None = None
    dimensions: str = "[]"
    item_name: QName | None = None
    soap12: bool = False
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of a class. ``annotation`` is the whole annotation."""

    key: str
    kind: Literal["element", "attribute", "any", "any_attribute", "text"]
    annotation: str
    name: QName | None = None
    type: TypeUse | None = None
    min: int = 1
    max: int | None = 1
    nillable: bool = False
    default: str | None = None
    fixed: str | None = None
    ref: bool = False
    many: bool = False
    optional: bool = False
    block: tuple[str, ...] = ()
    constraints: tuple[IdentityConstraint, ...] = ()
    wildcard: Wildcard | None = None
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group of the content model; items are field keys, perhaps with an occurrence, or groups."""

    kind: Literal["sequence", "choice", "all"]
    items: tuple[GroupItem, ...]
    min: int = 1
    max: int | None = 1


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """One class.

    Attributes:
        python: its name in the module, or in the class that it is nested in.
        type, element, message: the XML names that it stands for; one of them, ``element`` and
            an anonymous type together, or none for nested classes and for messages whose parts
            stand in the Body side by side (the option ``body`` tells those).
        base: the Python name of the class that it derives from; None: `Compound`.
        restricts: the base type's name where the class does not derive from its class.
        simple: the type of a global element of simple type.
        particles: the content model unless it is the fields in sequence.
        options: further class keywords, sorted by name.
        constraints: of the element.
    """

    python: str
    type: QName | None = None
    element: QName | None = None
    message: QName | None = None
    base: str | None = None
    restricts: QName | None = None
    simple: TypeUse | None = None
    fields: tuple[FieldPlan, ...] = ()
    particles: GroupPlan | None = None
    options: tuple[tuple[str, Any], ...] = ()
    constraints: tuple[IdentityConstraint, ...] = ()
    nested: tuple[ClassPlan, ...] = ()
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class HeaderPlan:
    """A header block that the binding declares."""

    element: QName
    python: str | None


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """A declared fault: its name and the class of its detail (None: the element is unknown)."""

    name: str
    element: QName | None
    python: str | None


@dataclass(frozen=True, slots=True)
class MessagePlan:
    """A message as Python sees it.

    Attributes:
        python: the name under which modules know it (ZSI's: the wsdl:message's).
        cls: the class in the types module.
        root: the name of the body element; None where the Body is empty.
        stand_ins: the elements that may come in its place: of its substitution group.
    """

    python: str
    cls: str
    root: QName | None
    stand_ins: tuple[QName, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """One operation that can be served.

    Attributes:
        name: the XML name; ``method`` the typed method's, ``soap_method`` ZSI's.
        input, output: the messages; ``output`` None for one-way operations.
    """

    name: str
    method: str
    soap_method: str
    input: MessagePlan
    output: MessagePlan | None = None
    soap_action: str | None = None
    style: Literal["document", "rpc"] = "document"
    encoded: bool = False
    faults: tuple[FaultPlan, ...] = ()
    headers: tuple[HeaderPlan, ...] = ()
    output_headers: tuple[HeaderPlan, ...] = ()
    input_action: str | None = None
    output_action: str | None = None
    input_name: str | None = None
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class PortPlan:
    """A port: its address, and the class of calls by its binding."""

    name: str
    python: str
    binding: str
    address: str | None
    soap12: bool
    operations: tuple[OperationPlan, ...]


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service: one server class (and one client class a port)."""

    name: str
    python: str
    path: str
    ports: tuple[PortPlan, ...]
    operations: tuple[OperationPlan, ...]
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All classes of a contract and how services use them.

    Attributes:
        base: the stem of the module names.
        source: the file that the contract was read from, its last component.
        namespaces: the target namespaces in order of appearance; ns0 is the first.
        documents: files to lie beside the modules: name and bytes, the root document first.
    """

    base: str
    source: str
    namespaces: tuple[str, ...]
    simples: tuple[SimplePlan, ...] = ()
    arrays: tuple[ArrayPlan, ...] = ()
    classes: Classes = field(default_factory=Classes)
    attributes: tuple[tuple[QName, TypeUse], ...] = ()
    services: tuple[ServicePlan, ...] = ()
    documents: tuple[tuple[str, bytes], ...] = ()
    notices: tuple[str, ...] = field(default=())
