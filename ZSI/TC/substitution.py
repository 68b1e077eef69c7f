"""What may stand where something else is declared: ``xsi:type`` and substitution groups.

XSD 1.0 part 1: 3.3.4 (Element Locally Valid, clause 4), 3.3.6 (Substitution Group OK),
3.4.6 (Type Derivation OK, Complex), 3.14.6 (Type Derivation OK, Simple).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ZSI.TC.resolve import AnyType, resolve
from ZSI.TC.simple import SimpleType

if TYPE_CHECKING:
    from ZSI.names import QName
    from ZSI.schema import Registry

NONE: frozenset[str] = frozenset()
_RESTRICTION = frozenset(("restriction",))


def steps_between(actual: Any, declared: Any) -> frozenset[str] | None:
    """The kinds of derivation that lead from the declared type to the actual one.

    Returns:
        A set of ``"extension"`` and ``"restriction"``, empty for the same type; None where the
        actual type is not derived from the declared one.
    """
    if actual is declared:
        return NONE
    if isinstance(actual, AnyType):
        return None
    if not isinstance(actual, SimpleType):
        found: frozenset[str] | None = actual.steps_from(declared)
        return found
    if isinstance(declared, AnyType):
        return _RESTRICTION
    if isinstance(declared, SimpleType) and actual.derives_from(declared):
        return _RESTRICTION
    return None


def may_replace(actual: Any, declared: Any, blocked: frozenset[str] = NONE) -> bool:
    """Whether ``xsi:type`` may name the actual type where the other is declared (cvc-elt.4.3).

    Args:
        blocked: what the element declaration blocks; the declared type's own block counts too.
    """
    steps = steps_between(actual, declared)
    return steps is not None and not steps & (blocked | getattr(declared, "block", NONE))


def substitutes(head: QName, registry: Registry) -> dict[str, Any]:
    """The elements that may stand for a global element, through any number of steps.

    Returns:
        Classes by tag, without the head itself. Abstract members are among them: they are
        refused with a better reason when they come.
    """
    known: dict[str, Any] | None = registry.built.get(("substitutes", head))
    if known is None:
        known = {}
        declared = registry.elements.get(head)
        for tag, name in registry.substitutes(head).items() if declared is not None else ():
            member = registry.elements.get(name)
            if member is not None and _is_substitutable(member, declared, registry):
                known[tag] = member
        registry.built[("substitutes", head)] = known
    return known


def _is_substitutable(member: Any, head: Any, registry: Registry) -> bool:
    """Substitution Group OK (Transitive), 3.3.6, by the head's block."""
    blocked = head.element_declaration().use.block
    if "substitution" in blocked:
        return False
    wanted = resolve(head.element_declaration().use.type, registry)
    actual: Any = resolve(member.element_declaration().use.type, registry)
    steps = steps_between(actual, wanted)
    if steps is None:  # e-props-correct.4: an error of the schema, no reason to refuse a message
        return True
    blocked |= getattr(wanted, "block", NONE)
    while (between := getattr(actual, "base", None)) is not None and between is not wanted:
        blocked |= getattr(between, "block", NONE)
        actual = between
    return not steps & blocked
