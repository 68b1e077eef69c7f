"""Classes of a plan: complex types, global elements, anonymous types nested in them."""

from __future__ import annotations

from typing import Any

from ZSI.generate.annotations import ANY_ARRAYS
from ZSI.generate.fieldplanner import FieldPlanner, constraints_of
from ZSI.generate.identifiers import Names, field_names, identifier
from ZSI.generate.plan import ArrayPlan, ClassPlan, ElementUse, FieldPlan, TypeUse
from ZSI.generate.simpleplanner import SimplePlanner, array_of
from ZSI.names import QName
from ZSI.wsdl.components import ANY_TYPE, ComplexTypeDef, ElementDecl, Schema, TypeRef


class ClassPlanner:
    """Plans classes; one use each.

    Args:
        schema: where references are looked up.
        type_names: the Python names of complex types, simple types and arrays; filled before
            anything is planned. element_names: of global elements.
        names: the module's scope.

    Attributes:
        planned: the classes by Python name, a base before those that derive from it.
    """

    def __init__(
        self,
        schema: Schema,
        type_names: dict[QName, str],
        element_names: dict[QName, str],
        names: Names,
    ) -> None:
        self.schema = schema
        self.type_names = type_names
        self.element_names = element_names
        self.names = names
        self.simple = SimplePlanner(schema, type_names, names)
        self.planned: dict[str, ClassPlan] = {}
        self._begun: set[str] = set()

    # -- named things ---------------------------------------------------------------------------

    def plan_type(self, name: QName) -> None:
        """Plan a named complex type, its bases first."""
        definition = self.schema.types[name]
        python = self.type_names[name]
        if python in self._begun or not isinstance(definition, ComplexTypeDef):
            return
        chain = [name, *(base.name for base in self.schema.bases(definition) if base.name)]
        for step in reversed(chain):
            made = self.schema.types[step]
            known = self.type_names.get(step)
            if known is None or known in self._begun or array_of(made) is not None:
                continue
            assert isinstance(made, ComplexTypeDef)
            self._begun.add(known)
            element = self.schema.elements.get(step)
            shared = element if self.element_names.get(step) == known else None
            self.planned[known] = self.plan_class(made, known, type=step, element=shared)

    def plan_element(self, declared: ElementDecl) -> None:
        """Plan a global element's class: of an anonymous type, or derived from its type's."""
        python = self.element_names[declared.name]
        if python in self.planned:
            return
        if isinstance(declared.type, ComplexTypeDef) and declared.type.array is None:
            made = self.plan_class(declared.type, python, element=declared)
        else:
            made = self.standalone(
                python, declared.type, element=declared.name, options=element_options(declared),
                constraints=constraints_of(declared), documentation=declared.documentation,
            )  # fmt: skip
        self.planned[python] = made

    def standalone(self, python: str, ref: TypeRef, **attributes: Any) -> ClassPlan:
        """A class for an element of a named or simple type, or of an array."""
        if isinstance(ref, QName) and self._parent(ref) is not None:
            return ClassPlan(python, base=self._parent(ref), **attributes)
        use, hint = self.type_of(ref, "value", python, [], field_names())
        value = FieldPlan("value", "text", hint, type=use)
        return ClassPlan(python, simple=use, fields=(value,), **attributes)

    def array(self, name: QName) -> ArrayPlan:
        """A named SOAP array."""
        definition = self.schema.types[name]
        assert isinstance(definition, ComplexTypeDef)
        return self._array(name, definition, self.type_names[name])

    def _array(self, name: QName | None, definition: ComplexTypeDef, owner: str) -> ArrayPlan:
        info = definition.array
        assert info is not None
        if isinstance(info.item, ComplexTypeDef) and info.item.array is None:
            # an anonymous type of items cannot be nested in an alias: it becomes a class by itself
            python = self.names.give(f"{owner}Item")
            self.planned[python] = self.plan_class(info.item, python)
            item: tuple[TypeUse, str] = (self.planned[python], python)
        else:
            item = self.type_of(info.item, "item", owner, [], field_names())
        return self.simple.array(name, info, item, definition.documentation)

    # -- uses of types --------------------------------------------------------------------------

    def type_of(
        self,
        ref: TypeRef | ElementUse,
        wanted: str,
        owner: str,
        nested: list[ClassPlan],
        scope: Names,
    ) -> tuple[TypeUse, str]:
        """A type reference as the plan has it, and its annotation.

        Args:
            ref: the reference.
            wanted: what a class or alias for an anonymous type is called after.
            owner: the class in which the reference stands.
            nested: grows by the class of an anonymous complex type.
            scope: gives the name of that.
        """
        if isinstance(ref, ElementUse):
            return ref, self.element_names[ref.name]
        if isinstance(ref, ComplexTypeDef):
            if ref.array is not None:
                made = self._array(None, ref, owner)
                return made, made.hint
            python = self._nested_name(wanted, scope)
            plan = self.plan_class(ref, python)
            nested.append(plan)
            return plan, python
        if isinstance(ref, QName):
            if ref == ANY_TYPE:
                return ref, "Any"
            if ref in ANY_ARRAYS:
                return ref, "list[Any]"
            if ref in self.type_names:
                return ref, self.type_names[ref]
        alias = f"{owner}{_capital(wanted)}"
        return self.simple.use(ref, f"{alias}_" if alias in scope else alias)

    def _nested_name(self, wanted: str, scope: Names) -> str:
        """A name that neither the class nor the module has: both are in view in its body."""
        plain = f"{_capital(wanted)}Type"
        number = 1
        name = plain
        while name in self.names or name in scope:
            number += 1
            name = f"{plain}{number}"
        return scope.give(name)

    def _parent(self, base: QName) -> str | None:
        """The class of a named complex type that has been planned, if there is one."""
        definition = self.schema.types.get(base)
        if not isinstance(definition, ComplexTypeDef) or definition.array is not None:
            return None
        python = self.type_names.get(base)
        if python is not None and python not in self._begun:
            self.plan_type(base)
        return python if python in self.planned else None

    # -- classes --------------------------------------------------------------------------------

    def plan_class(
        self,
        definition: ComplexTypeDef,
        python: str,
        *,
        type: QName | None = None,
        element: ElementDecl | None = None,
    ) -> ClassPlan:
        """The class of a complex type, of an element if it is anonymous or shares the name."""
        extends = definition.derivation == "extension"
        parent = self._parent(definition.base) if extends else None
        nested: list[ClassPlan] = []
        scope = field_names(self._inherited(parent))

        def type_of(ref: TypeRef | ElementUse, wanted: str) -> tuple[TypeUse, str]:
            return self.type_of(ref, wanted, python, nested, scope)

        planner = FieldPlanner(self.schema, type_of, scope)
        fields, particles = planner.plan(definition, whole=parent is None)
        options = element_options(element) if element is not None else ()
        base = self.schema.types.get(definition.base)
        is_known = isinstance(base, ComplexTypeDef) and definition.base in self.type_names
        restricts = definition.base if is_known and parent is None and not extends else None
        documentation = definition.documentation
        if documentation is None and element is not None:
            documentation = element.documentation
        return ClassPlan(
            python,
            type=type,
            element=element.name if element is not None else None,
            base=parent,
            restricts=restricts,
            fields=fields,
            particles=particles,
            options=tuple(sorted((*options, *_type_options(definition)))),
            constraints=constraints_of(element) if element is not None else (),
            nested=tuple(nested),
            documentation=documentation,
        )

    def _inherited(self, python: str | None) -> list[str]:
        """The names in a planned class and in those that it derives from."""
        keys: list[str] = []
        while python is not None and python in self.planned:
            plan = self.planned[python]
            keys += (field.key for field in plan.fields)
            keys += (inner.python for inner in plan.nested)
            python = plan.base
        return keys


def _type_options(definition: ComplexTypeDef) -> tuple[tuple[str, Any], ...]:
    """The class keywords that say what is special about a type."""
    options: dict[str, Any] = {}
    if definition.mixed:
        options["mixed"] = True
    if definition.abstract:
        options["abstract"] = True
    if definition.block:
        options["block"] = tuple(sorted(definition.block))
    return tuple(options.items())


def element_options(declared: ElementDecl) -> tuple[tuple[str, Any], ...]:
    """The class keywords that say what is special about an element, sorted by name."""
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


def _capital(name: str) -> str:
    """A name as part of another, or as that of a class.

    >>> _capital("line-item")
    'Line_item'
    """
    made = identifier(name)
    return made[:1].upper() + made[1:]
