"""Default and fixed values that their own types refuse: left out of a plan, with a notice.

XSD 1.0 part 1, 3.2.6 and 3.3.6 call such a schema invalid; real contracts have them, and what
they declare is otherwise in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ZSI.errors import ZSIException, quote
from ZSI.generate.build import simple_declaration
from ZSI.generate.plan import ArrayPlan, ClassPlan, ElementUse, FieldPlan, SimplePlan, TypeUse
from ZSI.names import QName
from ZSI.schema import Registry
from ZSI.TC.resolve import lookup, resolve
from ZSI.TC.simple import SimpleType


class Defaults:
    """Judges the defaults of one plan.

    Args:
        simples: the named simple types.

    Attributes:
        notices: a line for each that was left out.
    """

    def __init__(self, simples: Iterable[SimplePlan]) -> None:
        self._registry = Registry("defaults", public=False)
        for simple in simples:
            if simple.name is not None:
                self._registry.types[simple.name] = simple_declaration(simple)
        self.notices: list[str] = []

    def checked(self, plan: ClassPlan) -> ClassPlan:
        """The class without defaults that its types refuse."""
        text = next((field.type for field in plan.fields if field.kind == "text"), None)
        options = tuple(
            (key, value)
            for key, value in plan.options
            if key not in ("xsd_default", "fixed") or not self._is_refused(plan.python, text, value)
        )
        fields = tuple(self._field(plan.python, field) for field in plan.fields)
        nested = tuple(self.checked(inner) for inner in plan.nested)
        if (options, fields, nested) == (plan.options, plan.fields, plan.nested):
            return plan
        inner = {made.python: made for made in nested}
        fields = tuple(
            replace(field, type=inner.get(field.type.python, field.type))
            if isinstance(field.type, ClassPlan)
            else field
            for field in fields
        )
        return replace(plan, options=options, fields=fields, nested=nested)

    def _field(self, owner: str, field: FieldPlan) -> FieldPlan:
        changes: dict[str, Any] = {
            key: None
            for key in ("default", "fixed")
            if getattr(field, key) is not None
            and self._is_refused(f"{owner}.{field.key}", field.type, getattr(field, key))
        }
        return replace(field, **changes) if changes else field

    def _is_refused(self, what: str, use: TypeUse | None, text: str) -> bool:
        if use is None or isinstance(use, ClassPlan | ArrayPlan | ElementUse):
            return False
        try:
            if isinstance(use, QName):
                made = lookup(use, self._registry)
            else:
                made = resolve(simple_declaration(use), self._registry)
            if isinstance(made, SimpleType):
                made.parse(text, {})
        except ZSIException as refusal:
            self.notices.append(f"{what}: its default {quote(text)} is left out: {refusal}")
            return True
        return False
