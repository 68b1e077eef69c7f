"""Contract -> plan: which classes there will be, under which names, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ZSI.generate.annotations import simple_hint
from ZSI.generate.documents import copies
from ZSI.generate.fieldplanner import FieldPlanner, nested_name
from ZSI.generate.identifiers import Names, identifier, module_base, module_names
from ZSI.generate.plan import ClassPlan, FieldPlan, Plan, SimplePlan, TypeUse
from ZSI.generate.serviceplanner import ServicePlanner
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD, QName
from ZSI.TC.builtin import BUILTIN
from ZSI.wsdl.components import (
    AttributeDecl,
    ComplexTypeDef,
    ElementDecl,
    Schema,
    SimpleTypeDef,
    TypeRef,
)
from ZSI.wsdl.model import Contract

_BUILTIN_SPACES = frozenset((XSD, SOAP11_ENC, SOAP12_ENC))


def make_plan(contract: Contract) -> Plan:
    """The plan of all classes of a contract and of its services.

    Deterministic: the same documents give an equal plan.
    """
    return Planner(contract).plan()


class Planner:
    """Works a contract's plan out; one use each."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.schema: Schema = contract.schema
        self.names: Names = module_names()
        #: Python names of complex types, of simple types' aliases and of elements.
        self.type_names: dict[QName, str] = {}
        self.element_names: dict[QName, str] = {}
        self.planned: dict[str, ClassPlan] = {}

    def plan(self) -> Plan:
        """The plan."""
        wanted = [name for name in self.schema.types if self._is_ours(name)]
        elements = [name for name in self.schema.elements if self._is_ours(name)]
        self._give_names(wanted, elements)
        simples = tuple(
            self._simple(name, definition)
            for name in wanted
            if isinstance(definition := self.schema.types[name], SimpleTypeDef)
        )
        for name in wanted:
            if isinstance(self.schema.types[name], ComplexTypeDef):
                self._plan_type(name)
        for name in elements:
            self._plan_element(self.schema.elements[name])
        services = ServicePlanner(self.contract, self.element_names, self.names, self.type_of)
        made = services.plan()
        attributes = tuple(
            (name, self._attribute_type(declared))
            for name, declared in self.schema.attributes.items()
            if self._is_ours(name)
        )
        return Plan(
            base=self._base(),
            source=self.contract.location.replace("\\", "/").rpartition("/")[2],
            namespaces=tuple(ns for ns in self._namespaces() if ns is not None),
            simples=simples,
            classes=(*self.planned.values(), *services.messages),
            attributes=attributes,
            services=made,
            documents=copies(self.contract),
            notices=services.notices,
        )

    def _is_ours(self, name: QName) -> bool:
        """Whether a component is generated: not built in."""
        return name.namespace not in _BUILTIN_SPACES

    def _namespaces(self) -> Iterator[str | None]:
        """The target namespaces, of components first, then of rpc wrappers."""
        seen = dict.fromkeys(
            name.namespace
            for name in (*self.schema.elements, *self.schema.types)
            if self._is_ours(name)
        )
        yield from seen
        if self.contract.target_namespace not in seen:
            yield self.contract.target_namespace

    def _base(self) -> str:
        """The stem of module names: definitions/@name, else the first service's (ZSI)."""
        if self.contract.name:
            return module_base(self.contract.name)
        service = next(iter(self.contract.services), None)
        if service is not None:
            return module_base(service.localname)
        return module_base(self.contract.location.rpartition("/")[2])

    def _give_names(self, types: list[QName], elements: list[QName]) -> None:
        """Elements get the plain names; a type that shares its element's name shares the class."""
        for name in elements:
            self.element_names[name] = self.names.give(identifier(name.localname))
        for name in types:
            local = identifier(name.localname)
            element = self.schema.elements.get(name)
            definition = self.schema.types[name]
            if element is not None and element.type == name and isinstance(definition, ComplexTypeDef):
                self.type_names[name] = self.element_names[name]
            else:
                self.type_names[name] = self.names.give(local, f"{local}Type")

    def _simple(self, name: QName | None, definition: SimpleTypeDef) -> SimplePlan:
        """A simple type, named or not."""
        facets: dict[str, Any] = {}
        for facet in definition.facets:
            if facet.name in ("enumeration", "pattern"):
                facets.setdefault(facet.name, []).append(facet.value)
            else:
                facets[facet.name] = facet.value
            if facet.namespaces:
                facets["namespaces"] = tuple(
                    dict.fromkeys((*facets.get("namespaces", ()), *facet.namespaces))
                )
        use = self.simple_use
        return SimplePlan(
            name,
            simple_hint(definition, self.schema),
            python=self.type_names.get(name) if name is not None else None,
            base=use(definition.base) if definition.base is not None else None,
            item=use(definition.item) if definition.item is not None else None,
            members=tuple(use(member) for member in definition.members),
            facets=tuple(sorted(facets.items())),
            final=tuple(sorted(definition.final)),
            documentation=definition.documentation,
        )

    def simple_use(self, ref: QName | SimpleTypeDef) -> TypeUse:
        """A reference to a simple type as the plan has it."""
        if isinstance(ref, SimpleTypeDef):
            return self._simple(None, ref)
        if ref.namespace in (SOAP11_ENC, SOAP12_ENC) and ref.localname in BUILTIN:
            return QName(XSD, ref.localname)
        return ref

    def _attribute_type(self, declared: AttributeDecl) -> TypeUse:
        return self.simple_use(declared.type)

    def type_of(
        self, ref: TypeRef, wanted: str, nested: list[ClassPlan] | None = None
    ) -> tuple[TypeUse, str]:
        """A type reference as the plan has it, and its annotation.

        An anonymous complex type becomes a class in ``nested``.
        """
        if isinstance(ref, ComplexTypeDef):
            assert nested is not None
            name = Names(plan.python for plan in nested).give(nested_name(wanted))
            made = self._class(ref, name)
            nested.append(made)
            return made, name
        if isinstance(ref, SimpleTypeDef):
            return self._simple(None, ref), simple_hint(ref, self.schema)
        if ref in self.type_names and not ref == QName(XSD, "anyType"):
            return ref, self.type_names[ref]
        return self.simple_use(ref), simple_hint(ref, self.schema)

    def _plan_type(self, name: QName) -> None:
        """Plan a named type after its base."""
        python = self.type_names[name]
        definition = self.schema.types[name]
        if python in self.planned or not isinstance(definition, ComplexTypeDef):
            return
        for base in reversed(list(self.schema.bases(definition))):
            if base.name is not None and base.name in self.type_names:
                if self.type_names[base.name] not in self.planned and base.name != name:
                    self._plan_type(base.name)
        element = self.schema.elements.get(name)
        shared = element if self.element_names.get(name) == python else None
        self.planned[python] = self._class(definition, python, type=name, element=shared)

    def _plan_element(self, declared: ElementDecl) -> None:
        """Plan a global element's class: of an anonymous type, or derived from its type's."""
        python = self.element_names[declared.name]
        if python in self.planned:
            return
        definition = self.schema.type_of(declared.type)
        if isinstance(declared.type, ComplexTypeDef):
            self.planned[python] = self._class(declared.type, python, element=declared)
            return
        options = _element_options(declared)
        simple: TypeUse | None = None
        base = None
        if isinstance(definition, ComplexTypeDef) and declared.type in self.type_names:
            base = self.type_names[declared.type]  # type: ignore[index]  # a name: see the test
        else:
            assert not isinstance(declared.type, ComplexTypeDef)
            simple = self.simple_use(declared.type)
        hint = simple_hint(declared.type, self.schema)
        fields = () if simple is None else (FieldPlan("value", "text", hint, type=simple),)
        self.planned[python] = ClassPlan(
            python, element=declared.name, base=base, simple=simple, fields=fields,
            options=options, documentation=declared.documentation,
        )  # fmt: skip

    def _class(
        self,
        definition: ComplexTypeDef,
        python: str,
        *,
        type: QName | None = None,
        element: ElementDecl | None = None,
    ) -> ClassPlan:
        """The class of a complex type, of an element if it is anonymous or shares the name."""
        nested: list[ClassPlan] = []
        base = self.schema.types.get(definition.base)
        extends = isinstance(base, ComplexTypeDef) and definition.derivation == "extension"
        parent = self.type_names.get(definition.base) if extends else None
        inherited = self._inherited(parent) if parent is not None else ()
        planner = FieldPlanner(
            self.schema, lambda ref, wanted: self.type_of(ref, wanted, nested), inherited
        )
        fields, particles = planner.plan(definition, whole=parent is None)
        options = dict(_element_options(element)) if element is not None else {}
        options |= _type_options(definition)
        restricts = None
        if isinstance(base, ComplexTypeDef) and parent is None and base.name in self.type_names:
            restricts = definition.base
        return ClassPlan(
            python,
            type=type,
            element=element.name if element is not None else None,
            base=parent,
            restricts=restricts,
            fields=fields,
            particles=particles,
            options=tuple(sorted(options.items())),
            nested=tuple(nested),
            documentation=definition.documentation
            or (element.documentation if element is not None else None),
        )

    def _inherited(self, python: str) -> tuple[str, ...]:
        """The field keys of a planned class and of those that it derives from."""
        keys: list[str] = []
        step: str | None = python
        while step is not None and step in self.planned:
            plan = self.planned[step]
            keys.extend(field.key for field in plan.fields)
            step = plan.base
        return tuple(keys)


def _type_options(definition: ComplexTypeDef) -> dict[str, Any]:
    """The class keywords that say what is special about a type."""
    options: dict[str, Any] = {}
    if definition.mixed:
        options["mixed"] = True
    if definition.abstract:
        options["abstract"] = True
    if definition.block:
        options["block"] = tuple(sorted(definition.block))
    return options


def _element_options(declared: ElementDecl) -> tuple[tuple[str, Any], ...]:
    """The class keywords that say what is special about an element."""
    options: dict[str, Any] = {}
    if declared.nillable:
        options["nillable"] = True
    if declared.abstract:
        options["abstract_element"] = True
    if declared.block:
        options["block_element"] = tuple(sorted(declared.block))
    if declared.substitution_group is not None:
        options["head"] = declared.substitution_group
    if declared.default is not None:
        options["xsd_default"] = declared.default
    if declared.fixed is not None:
        options["fixed"] = declared.fixed
    return tuple(sorted(options.items()))
