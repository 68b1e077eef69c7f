"""The classes of a plan: in their order, by name, and how they belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from ZSI.generate.plan import ClassPlan
    from ZSI.schema import Name


@dataclass(frozen=True, slots=True)
class Relations:
    """What is known of classes before one of them is looked at.

    Attributes:
        types, elements: the Python name of the class, by the name of what it stands for.
        derived: the types derived directly from a type. members: of a substitution group's head.
    """

    types: Mapping[Name, str]
    elements: Mapping[Name, str]
    derived: Mapping[Name, Sequence[Name]]
    members: Mapping[Name, Sequence[Name]]

    @classmethod
    def of(cls, plans: Mapping[str, ClassPlan]) -> Relations:
        """The relations of classes, given by their Python names."""
        types: dict[Name, str] = {}
        elements: dict[Name, str] = {}
        derived: dict[Name, list[Name]] = {}
        members: dict[Name, list[Name]] = {}
        for plan in plans.values():
            name, element = _pair(plan.type), _pair(plan.element)
            if name is not None:
                types[name] = plan.python
                base = plans[plan.base].type if plan.base is not None else plan.restricts
                if base is not None:
                    derived.setdefault(_pair(base), []).append(name)
            if element is not None:
                elements[element] = plan.python
                head = dict(plan.options).get("head")
                if head is not None:
                    members.setdefault(_pair(head), []).append(element)
        return cls(types, elements, derived, members)


@overload
def _pair(name: Name) -> Name: ...


@overload
def _pair(name: None) -> None: ...


def _pair(name: Name | None) -> Name | None:
    """A name as a plain tuple, which a pickle reads faster than one of a class."""
    return (name[0], name[1]) if name is not None else None


class Classes(Sequence["ClassPlan"]):
    """The classes of a plan, in its order and by name.

    Args:
        plans: the classes.
    """

    def __init__(self, plans: Iterable[ClassPlan] = ()) -> None:
        self._plans = {plan.python: plan for plan in plans}
        self.relations = Relations.of(self._plans)

    def named(self, python: str) -> ClassPlan:
        """The class of a Python name.

        Raises:
            KeyError: there is none.
        """
        return self._plans[python]

    def __iter__(self) -> Iterator[ClassPlan]:
        return map(self.named, self._plans)

    def __len__(self) -> int:
        return len(self._plans)

    @overload
    def __getitem__(self, place: int) -> ClassPlan: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[ClassPlan]: ...

    def __getitem__(self, place: int | slice) -> ClassPlan | Sequence[ClassPlan]:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classes) and tuple(self) == tuple(other)

    def __repr__(self) -> str:
        return f"<Classes {', '.join(plan.python for plan in self)}>"
