"""What a choice in a content model means for a value: which fields shut one another out.

Where a field of one branch is set, those of the others go, and what its own branch needs comes.
XSD 1.0 part 1, 3.8.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from ZSI.TC.complextype import ComplexType
from ZSI.TC.model import AllOf, Choice, Leaf, Model, Repeat, Sequence, leaves, nullable


def _keys(model: Model) -> frozenset[str]:
    return frozenset(leaf.key for leaf in leaves(model))


def _choices(model: Model, repeated: bool = False) -> Iterator[tuple[Choice, bool]]:
    """The choices of a model, each with whether it may be made more than once."""
    match model:
        case Leaf():
            return
        case Repeat():
            many = model.most is None or model.most > 1
            yield from _choices(model.item, repeated or many)
            return
        case Choice():
            yield model, repeated
    for item in model.items:
        yield from _choices(item, repeated)


_KEY = "mock: choices"


def choices_of(ctype: ComplexType) -> tuple[tuple[Choice, bool], ...]:
    """The choices of a type, found once, each with whether it may be made more than once."""
    table = ctype.registry.built.setdefault(_KEY, {})
    found: tuple[tuple[Choice, bool], ...] | None = table.get(ctype)
    if found is None:
        found = table[ctype] = tuple(_choices(ctype.model))
    return found


def rivals(ctype: ComplexType, key: str) -> frozenset[str]:
    """The fields in other branches of the choices that this field is in."""
    return _rivals(ctype, key, repeated_too=True)


def excludes(ctype: ComplexType, one: str, other: str) -> bool:
    """Whether the two fields can never stand together."""
    return other in _rivals(ctype, one, repeated_too=False)


def _rivals(ctype: ComplexType, key: str, *, repeated_too: bool) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for choice, repeated in choices_of(ctype):
        if repeated and not repeated_too:
            continue
        branches = [_keys(item) for item in choice.items]
        own = [branch for branch in branches if key in branch]
        if own:
            found |= frozenset().union(*branches) - frozenset().union(*own)
    return found


def companions(ctype: ComplexType, keys: frozenset[str]) -> tuple[str, ...]:
    """The fields that these fields' branches of choices need beside them, in model order."""
    found: dict[str, None] = {}
    for choice, _ in choices_of(ctype):
        for branch in choice.items:
            if _keys(branch) & keys:
                found.update(dict.fromkeys(_needed(branch, keys)))
    return tuple(found)


def _needed(model: Model, keys: frozenset[str]) -> Iterator[str]:
    """The leaves that a model cannot do without; of a choice, those of the branch with a key."""
    if nullable(model) and not _keys(model) & keys:
        return
    match model:
        case Leaf():
            yield model.key
        case Repeat():
            yield from _needed(model.item, keys)
        case Choice():
            chosen = next((item for item in model.items if _keys(item) & keys), model.items[0])
            yield from _needed(chosen, keys)
        case Sequence() | AllOf():
            for item in model.items:
                yield from _needed(item, keys)
