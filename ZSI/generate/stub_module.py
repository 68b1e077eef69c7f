"""What the server and the client module of a plan share: heads, message names, documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ZSI.generate.plan import FaultPlan, HeaderPlan, MessagePlan, OperationPlan, Plan
from ZSI.generate.source import Bracket, docstring, readable


class StubModule:
    """Base of the two.

    Args:
        plan: what to print.
        package: the output folder is a package, so that modules import one another relatively.
        twisted: for Twisted; else blocking, and served by ZSI's containers.
    """

    def __init__(self, plan: Plan, package: bool, twisted: bool = True) -> None:
        self.plan = plan
        self.package = package
        self.twisted = twisted

        self._classes = {made.python: made for made in plan.classes}
        self._derived = {
            made.base for made in plan.classes if made.base and (made.type or not made.element)
        }

    def wide(self, message: MessagePlan | None) -> str | None:
        """The class of the type of a message's element, where another type derives from it."""
        made = self._classes.get(message.cls) if message is not None else None
        if made is None or made.element is None or made.base not in self._derived:
            return None
        return made.base

    def derivable(self, message: MessagePlan) -> bool:
        """Whether an object of another class may stand for a message: one of a derived type."""
        return self.wide(message) is not None or message.cls in self._derived

    def operations(self) -> Iterator[OperationPlan]:
        """Every operation of every port of every service."""
        for service in self.plan.services:
            for port in service.ports:
                yield from port.operations

    def module(self, what: str, imports: dict[str, str], body: str) -> str:
        """The module's text.

        Args:
            what: the docstring.
            imports: by name: the module that it is imported from, for names used in the body;
                in the order of their lines.
            body: what follows the imports.
        """
        used = set(re.findall(r"[^\W\d]\w*", body))
        lines: dict[str, list[str]] = {}
        for name, module in imports.items():
            if name in used:
                lines.setdefault(module, []).append(name)
        blocks: dict[str, str] = {}
        for module, names in lines.items():
            ordered = ", ".join(sorted(names, key=lambda name: (not name.isupper(), name)))
            blocks.setdefault(module.partition(".")[0], "")
            blocks[module.partition(".")[0]] += f"from {module} import {ordered}\n"
        aliases = self._aliases()
        if aliases or "_types." in body:
            types = f"{self.plan.base}_types"
            relative = f"from . import {types} as _types\n"
            blocks["."] = relative if self.package else f"import {types} as _types\n"
        return (
            f"{docstring(what, '')}\nfrom __future__ import annotations\n\n"
            + "\n".join(blocks.values())
            + ("\n" + aliases if aliases else "")
            + body
        )

    def _aliases(self) -> str:
        """ZSI's message names for the classes, and its namespace classes."""
        found = {f"ns{number}": f"ns{number}" for number, _ in enumerate(self.plan.namespaces)}
        for operation in self.operations():
            for message in (operation.input, operation.output):
                if message is not None:
                    found.setdefault(message.python, message.cls)
        return "".join(f"{python} = _types.{cls}\n" for python, cls in found.items())


def annotation(message: MessagePlan | None, methods: set[str], wide: str | None = None) -> str:
    """A message's name; by the types module where a method of the class hides it.

    Args:
        message: None: there is none.
        methods: the names of the class's methods.
        wide: the class of the element's type, where the message may be of a derived type.
    """
    if message is None:
        return "None"
    if wide is not None:
        return f"_types.{wide}"
    return f"_types.{message.cls}" if message.python in methods else message.python


def classes(plans: tuple[HeaderPlan, ...] | tuple[FaultPlan, ...]) -> tuple[str, ...]:
    """The classes of headers or faults, each once."""
    return tuple(dict.fromkeys(f"_types.{plan.python}" for plan in plans if plan.python))


def listed(name: str, items: tuple[str, ...]) -> Iterator[Bracket]:
    """A keyword with a tuple, if there is anything in it."""
    if items:
        yield Bracket(f"{name}=(", items, ")")


def notes(operation: OperationPlan, fallback: str, *more: str) -> str:
    """The docstring of an operation's method."""
    parts = [readable(operation.documentation) or fallback]
    headers = [plan.python or plan.element.localname for plan in operation.headers]
    if headers:
        parts.append(f"Header blocks: {', '.join(dict.fromkeys(headers))}.")
    faults = [f"{plan.name} ({plan.python})" if plan.python else plan.name
              for plan in operation.faults]  # fmt: skip
    if faults:
        parts.append(f"Declared faults: {', '.join(dict.fromkeys(faults))}.")
    return "\n\n".join((*parts, *more))
