"""``xs:keyref`` in samples: what refers to a key gets a value of one (XSD 1.0 part 1, 3.11).

Selectors and fields are followed over the objects of a sample. What they cannot say there (keys
that are not there, keys of other elements) is left as it is: a reader has a finding then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ZSI.TC import Compound
from ZSI.TC.identity import IdentityConstraint
from ZSI.TC.values import NIL


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value stands: in the fields of an object, in a list of them if ``index`` is set."""

    fields: dict[str, Any]
    key: str
    index: int | None = None

    @property
    def value(self) -> Any:
        """What stands there."""
        held = self.fields.get(self.key)
        return held[self.index] if self.index is not None and held is not None else held

    def put(self, value: Any) -> None:
        """Let something else stand there."""
        if self.index is None:
            self.fields[self.key] = value
        else:
            self.fields[self.key][self.index] = value


def tie(made: Any, constraints: Iterable[IdentityConstraint]) -> None:
    """Let the references of an element's constraints be values of its keys.

    Args:
        made: the element's object; changed.
        constraints: of its declaration.
    """
    constraints = tuple(constraints)
    root = Slot({"": made}, "")
    for reference in constraints:
        if reference.kind != "keyref":
            continue
        found = [c for c in constraints if c.name == reference.refer and c.kind != "keyref"]
        keys = [
            [slot.value for slot in slots]
            for constraint in found
            for slots in _identified(root, constraint)
        ]
        for number, slots in enumerate(_identified(root, reference) if keys else ()):
            for slot, value in zip(slots, keys[number % len(keys)], strict=False):
                slot.put(value)


def _identified(root: Slot, constraint: IdentityConstraint) -> Iterator[list[Slot]]:
    """The fields of each thing that a constraint selects; of those that have all of them."""
    for node in _selected(root, constraint.selector):
        fields = [next(_selected(node, path), None) for path in constraint.fields]
        leaves = [_leaf(slot) for slot in fields if slot is not None]
        if len(leaves) == len(constraint.fields):
            yield leaves


def _leaf(slot: Slot) -> Slot:
    """The slot of the text, where an element has attributes too."""
    value = slot.value
    text = value.complex_type().text if isinstance(value, Compound) else None
    return Slot(value.__dict__, text.key) if text is not None else slot


def _selected(node: Slot, path: str) -> Iterator[Slot]:
    """What a path leads to, in the order of its alternatives."""
    for alternative in path.split("|"):
        text = "".join(alternative.split())
        found: Iterable[Slot] = [node]
        if text.startswith(".//"):
            found, text = _descendants(node), text[3:]
        for step in text.split("/"):
            found = [slot for start in found for slot in _step(start, step)]
        yield from found


def _step(node: Slot, step: str) -> Iterator[Slot]:
    """One step of a path: itself, an attribute or children, by local name."""
    if step == ".":
        yield node
        return
    axis, _, name = step.replace("@", "attribute::").rpartition("::")
    local = name.rpartition(":")[2]
    value = node.value
    if not isinstance(value, Compound):
        return
    ctype = value.complex_type()
    uses = ctype.attributes.values() if axis == "attribute" else ctype.children
    for use in uses:
        if use.name is not None and local in ("*", use.name.localname):
            yield from _slots(value, use.key)


def _slots(value: Compound, key: str) -> Iterator[Slot]:
    held = value.__dict__.get(key)
    if isinstance(held, list):
        yield from (Slot(value.__dict__, key, index) for index in range(len(held)))
    elif held is not None and held is not NIL:
        yield Slot(value.__dict__, key)


def _descendants(node: Slot) -> list[Slot]:
    """A node and all below it."""
    found = [node]
    for slot in found:
        if isinstance(slot.value, Compound):
            for use in slot.value.complex_type().children:
                found += _slots(slot.value, use.key)
    return found
