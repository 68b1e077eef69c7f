"""Contract -> plan: which classes there will be, under which names, in which order."""

from __future__ import annotations

from collections.abc import Iterator

from ZSI.errors import Where
from ZSI.generate.annotations import ANY_ARRAYS, builtin_name
from ZSI.generate.classes import Classes
from ZSI.generate.classplanner import ClassPlanner
from ZSI.generate.defaults import Defaults
from ZSI.generate.documents import copies
from ZSI.generate.identifiers import Names, identifier, module_base, module_names
from ZSI.generate.plan import Plan
from ZSI.generate.serviceplanner import ServicePlanner
from ZSI.generate.simpleplanner import array_of
from ZSI.names import QName
from ZSI.wsdl.components import ANY_TYPE, ComplexTypeDef, Schema, SimpleTypeDef
from ZSI.wsdl.model import Contract, ContractError


def make_plan(contract: Contract) -> Plan:
    """The plan of all classes of a contract and of its services.

    Deterministic: the same documents give an equal plan.

    Raises:
        ContractError: definitions nest without end or too deep.
    """
    try:
        return Planner(contract).plan()
    except RecursionError:
        raise ContractError(
            "definitions nest too deep to be generated",
            where=Where(contract.location), advice="named types instead of anonymous ones",
        ) from None  # fmt: skip


class Planner:
    """Works a contract's plan out; one use each."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.schema: Schema = contract.schema
        self.names: Names = module_names()
        self.type_names: dict[QName, str] = {}
        self.element_names: dict[QName, str] = {}
        self.classes = ClassPlanner(self.schema, self.type_names, self.element_names, self.names)

    def plan(self) -> Plan:
        """The plan."""
        types = {name: found for name, found in self.schema.types.items() if _is_ours(name)}
        elements = list(self.schema.elements)
        self._give_names(list(types), elements)
        classes, simple = self.classes, self.classes.simple
        simples = [
            simple.named(name, found)
            for name, found in types.items()
            if isinstance(found, SimpleTypeDef)
        ]
        arrays = [classes.array(name) for name in types if array_of(types[name]) is not None]
        for name, found in types.items():
            if isinstance(found, ComplexTypeDef) and found.array is None:
                classes.plan_type(name)
        for name in elements:
            classes.plan_element(self.schema.elements[name])
        services = ServicePlanner(self.contract, classes)
        made = services.plan()
        attributes = tuple(
            (name, simple.use(declared.type)[0])
            for name, declared in self.schema.attributes.items()
        )
        defaults = Defaults((*simples, *simple.hoisted))
        return Plan(
            base=self._base(),
            source=self.contract.location.replace("\\", "/").rpartition("/")[2],
            namespaces=tuple(ns for ns in self._namespaces() if ns is not None),
            simples=(*simples, *simple.hoisted),
            arrays=tuple(arrays),
            classes=Classes(
                defaults.checked(made) for made in (*classes.planned.values(), *services.messages)
            ),
            attributes=attributes,
            services=made,
            documents=copies(self.contract),
            notices=(*services.notices, *defaults.notices),
        )

    def _namespaces(self) -> Iterator[str | None]:
        """The target namespaces, of components first, then of rpc wrappers."""
        seen = dict.fromkeys(
            name.namespace for name in (*self.schema.elements, *filter(_is_ours, self.schema.types))
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
        return module_base(self.contract.location.replace("\\", "/").rpartition("/")[2])

    def _give_names(self, types: list[QName], elements: list[QName]) -> None:
        """Elements get the plain names; a type that shares its element's name shares the class.

        A name that another namespace has taken gets the number of its own namespace.
        """
        spaces = [namespace for namespace in self._namespaces() if namespace is not None]
        numbers = {namespace: number for number, namespace in enumerate(spaces)}

        def numbered(name: QName) -> str:
            number = numbers.get(name.namespace or "")
            local = identifier(name.localname)
            return f"{local}_ns{number}" if number is not None else f"{local}_"

        for name in elements:
            local = identifier(name.localname)
            self.element_names[name] = self.names.give(local, numbered(name))
        for name in types:
            local = identifier(name.localname)
            element = self.schema.elements.get(name)
            definition = self.schema.types[name]
            shared = (
                element is not None
                and element.type == name
                and isinstance(definition, ComplexTypeDef)
                and definition.array is None
            )
            if shared:
                self.type_names[name] = self.element_names[name]
            else:
                others = (f"{local}Type", numbered(name), f"{numbered(name)}Type")
                self.type_names[name] = self.names.give(local, *others)


def _is_ours(name: QName) -> bool:
    """Whether a component is generated: not built in."""
    return builtin_name(name) is None and name != ANY_TYPE and name not in ANY_ARRAYS
