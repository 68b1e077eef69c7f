"""Template expressions: Jinja2's syntax tree becomes closures of our own.

Jinja2 reads the text; nothing of it runs. What a template can do is what the tables below say:
names, fields of messages, arithmetic, comparisons, and the functions of `ZSI.mock.functions`.
Each costs what `TemplateLimits` allows, no code is made of text, and no attribute of a Python
object can be reached. Names and fields are checked against the contract while compiling.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from jinja2 import nodes

from ZSI.errors import quote
from ZSI.mock.arithmetic import ARITHMETIC, COMPARISONS, number, plain
from ZSI.mock.errors import DefinitionError, RenderError, listed, nearest
from ZSI.mock.facts import Facts
from ZSI.mock.functions import FILTERS, FUNCTIONS, MODULES, TESTS, Absent, Run
from ZSI.mock.lookup import Type, Wanted, called, complex_type_of, find, names_in
from ZSI.mock.paths import BoundStep, is_plain, own_text, unwrapped
from ZSI.mock.scope import Scope
from ZSI.mock.subtypes import subtypes
from ZSI.mock.world import Loop
from ZSI.names import QName
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType
from ZSI.TC.compound import Compound
from ZSI.TC.resolve import AnyType
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import UNSET

T = TypeVar("T")

Evaluate: TypeAlias = Callable[[Run], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a value beforehand: its schema type, and whether it is a list of such."""

    type: Type | None = None
    many: bool = False

    @property
    def item(self) -> Kind:
        """What is known of one of its items; of no list: of itself."""
        if isinstance(self.type, ArrayType) and not self.many:
            return Kind(self.type.item_type)
        return Kind(self.type)


UNKNOWN = Kind()


@dataclass(frozen=True, slots=True)
class Known:
    """What the names in a template mean.

    Attributes:
        scope: reads prefixes, and is the place of the definition.
        request: the type of requests. headers: the declared header blocks.
        variables: of the loops around.
    """

    scope: Scope
    request: Type | None = None
    headers: Mapping[QName, type[Compound]] = field(default_factory=dict)
    variables: Mapping[str, Kind] = field(default_factory=dict)

    def with_variables(self, **variables: Kind) -> Known:
        """The same inside a loop."""
        return replace(self, variables={**self.variables, **variables})

    def at(self, scope: Scope) -> Known:
        """The same at another place of the definition."""
        return replace(self, scope=scope)


@dataclass(frozen=True, slots=True)
class Made:
    """A compiled expression and what is known of its value."""

    run: Evaluate
    kind: Kind = UNKNOWN


def _request(run: Run) -> Any:
    return _there(run.world.request, "the request")


def _store(run: Run) -> Any:
    return run.world.store


_NOTHING = Made(lambda run: Absent("else"))
#: Names that stand for one value.
_VALUES: dict[str, Evaluate] = {
    "now": lambda run: run.world.now,
    "today": lambda run: run.world.now.date(),
    "request": _request,
    "store": _store,
}
_NAMES = (*_VALUES, "header", *FUNCTIONS, *MODULES)


class Compiler:
    """Compiles the expressions of one template.

    Args:
        known: what names mean.
        depth: of nesting, from `TemplateLimits`.
    """

    def __init__(self, known: Known, depth: int) -> None:
        self.known = known
        self.local: dict[str, Kind] = dict(known.variables)
        self._left = depth

    def error(self, message: str, expected: str = "", near: Iterable[str] = ()) -> DefinitionError:
        """What is wrong with the template."""
        return DefinitionError(
            message, where=self.known.scope.where, expected=expected, nearest=near
        )

    def unknown(self, what: str, name: str, known: Iterable[str]) -> DefinitionError:
        """Nothing has this name; the names that there are, and the nearest."""
        every = list(known)
        return self.error(f"no {what}", listed(every), nearest(name, every))

    def compile(self, node: nodes.Node) -> Made:
        """The closure of an expression.

        Raises:
            DefinitionError: templates have no such thing, or nothing has the name.
        """
        method = _EXPRESSIONS.get(type(node))
        if method is None:
            raise self.error(f"a template has no {type(node).__name__.lower()} here")
        return self.below(method, node)

    def below(self, method: Callable[[Any, Any], T], node: nodes.Node) -> T:
        """What a method makes of a node, one step further down.

        Raises:
            DefinitionError: the template is nested too deeply.
        """
        self._left -= 1
        if self._left < 0:
            raise self.error("the template is nested too deeply")
        try:
            return method(self, node)
        finally:
            self._left += 1

    def _constant(self, node: nodes.Const) -> Made:
        value = node.value
        if isinstance(value, float):
            value = Decimal(repr(value))
        return Made(lambda run: value)

    def _text(self, node: nodes.TemplateData) -> Made:
        text = node.data
        return Made(lambda run: text)

    # ------------------------------------------------------------------ names

    def _name(self, node: nodes.Name) -> Made:
        name = node.name
        if name in self.local:
            return Made(lambda run: _there(run.names.get(name), name), self.local[name])
        if name in _VALUES:
            return Made(_VALUES[name], Kind(self.known.request) if name == "request" else UNKNOWN)
        if name in FUNCTIONS or name in MODULES or name == "header":
            expected = f"{name}(…)" if name in FUNCTIONS else f"{name}.something"
            raise self.error(f"{name} alone is no value", expected)
        raise self.unknown(f"name {quote(name)} in templates", name, [*self.local, *_NAMES])

    def _attribute(self, node: nodes.Getattr | nodes.Getitem) -> Made:
        """``a.b`` and ``a["b"]``: a function, a header block, a field, or an item."""
        name: Any = node.attr if isinstance(node, nodes.Getattr) else None
        if isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Slice):
                raise self.error("a template has no slices", "the filters first, last or cut")
            if not isinstance(node.arg, nodes.Const):
                return self._item(self.compile(node.node), self.compile(node.arg))
            name = node.arg.value
        if isinstance(node.node, nodes.Name) and node.node.name not in self.local:
            root = node.node.name
            if root in MODULES:
                function = self._function_in(root, str(name))
                self._check_arguments(f"{root}.{name}", function, (), {})
                return Made(function)
            if root == "header":
                return self._header(str(name))
        outer = self.compile(node.node)
        if isinstance(name, str):
            return self._field(outer, name)
        return self._item(outer, Made(lambda run: name))

    def _item(self, outer: Made, key: Made) -> Made:
        scope = self.known.scope

        def run(state: Run) -> Any:
            return item_of(outer.run(state), key.run(state), scope)

        indexed = outer.kind.many or isinstance(outer.kind.type, ArrayType)
        return Made(run, outer.kind.item if indexed else UNKNOWN)

    def _field(self, outer: Made, name: str) -> Made:
        kind = self._field_kind(outer.kind, name)
        if isinstance(outer.kind.type, ArrayType):
            return Made(outer.run, kind)  # the items are all that an array has
        scope = self.known.scope
        step = _step(name, scope)

        def run(state: Run) -> Any:
            return part_of(outer.run(state), name, step)

        return Made(run, kind)

    def _field_kind(self, outer: Kind, name: str) -> Kind:
        """What is known of a field; what cannot be there is refused."""
        if outer.type is None or isinstance(outer.type, AnyType):
            return UNKNOWN
        if outer.many:
            raise self.error(
                f"{name} is asked of a list of {called(outer.type)}",
                f"an item: [0].{name}, a loop, or the filters first and last",
            )
        if isinstance(outer.type, SimpleType):
            if name in _MOMENT_PARTS:
                return UNKNOWN
            raise self.error(f"{name} is asked of a value of {called(outer.type)}", "its end there")
        if name == ".":
            return UNKNOWN
        wanted = Wanted.read(name, self.known.scope)
        declared = find(outer.type, wanted)
        derived = () if declared is not None else subtypes(outer.type)
        hits = [declared] if declared is not None else []
        hits += [hit for ctype in derived if (hit := find(ctype, wanted))]
        if not hits:
            names = [known for ctype in (outer.type, *derived) for known in names_in(ctype)]
            raise self.unknown(f"field {quote(name)} in {called(outer.type)}", name, names)
        kinds = {Kind(hit.type, hit.field.many or hit.wild) for hit in hits}
        return kinds.pop() if len(kinds) == 1 else UNKNOWN

    def _header(self, name: str) -> Made:
        """``header.Block``, and ``header["p:Block"]`` for blocks that nobody declares."""
        wanted = Wanted.read(name, self.known.scope)
        declared = next((c for n, c in self.known.headers.items() if wanted.is_(n)), None)
        if declared is None and wanted.space is None:
            known = [n.localname for n in self.known.headers]
            raise self.error(
                f"the contract declares no header block {quote(name)}",
                f"{listed(known)}; or header['p:name'] for one that it does not declare",
                nearest(name, known),
            )

        def run(state: Run) -> Any:
            if state.world.call is None:
                return Absent(f"header {name}")
            blocks = Facts(state.world.call).blocks(wanted, declared)
            return blocks[0] if blocks else Absent(f"header {name}")

        return Made(run, Kind(declared.complex_type()) if declared is not None else UNKNOWN)

    # ------------------------------------------------------------------ calls

    def _function_in(self, module: str, name: str) -> Callable[..., Any]:
        found = MODULES[module].get(name)
        if found is None:
            raise self.unknown(f"{module}.{name}", name, MODULES[module])
        return found

    def _call(self, node: nodes.Call) -> Made:
        called_node = node.node
        if isinstance(called_node, nodes.Name) and called_node.name in FUNCTIONS:
            return self._calling(called_node.name, FUNCTIONS[called_node.name], (), node)
        if (
            isinstance(called_node, nodes.Getattr)
            and isinstance(called_node.node, nodes.Name)
            and called_node.node.name in MODULES
        ):
            module = called_node.node.name
            function = self._function_in(module, called_node.attr)
            return self._calling(f"{module}.{called_node.attr}", function, (), node)
        root = getattr(called_node, "node", called_node)
        if isinstance(root, nodes.Name) and root.name not in (*self.local, *_NAMES):
            raise self.unknown(
                f"name {quote(root.name)} in templates", root.name, [*self.local, *_NAMES]
            )
        name = getattr(called_node, "attr", getattr(called_node, "name", "that"))
        modules = (f"{m}.{f}" for m, functions in MODULES.items() for f in functions)
        raise self.error(
            f"{name} cannot be called",
            f"{listed([*FUNCTIONS, *modules])}; methods are filters: x|{name}",
            nearest(str(name), [*FUNCTIONS, *FILTERS]),
        )

    def _calling(
        self,
        shown: str,
        function: Callable[..., Any],
        first: tuple[Made, ...],
        node: nodes.Call | nodes.Filter | nodes.Test,
    ) -> Made:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise self.error("a template has no * in calls")
        given = (*first, *map(self.compile, node.args))
        named = {
            str(pair.key): self.compile(pair.value)
            for pair in node.kwargs
            if isinstance(pair, nodes.Keyword)
        }
        self._check_arguments(shown, function, given, named)

        def run(state: Run) -> Any:
            state.step()
            arguments = [each.run(state) for each in given]
            keywords = {key: each.run(state) for key, each in named.items()}
            return function(state, *arguments, **keywords)

        return Made(run)

    def _check_arguments(
        self,
        shown: str,
        function: Callable[..., Any],
        given: tuple[Made, ...],
        named: Mapping[str, Made],
    ) -> None:
        try:
            inspect.signature(function).bind(None, *given, **named)
        except TypeError as error:
            raise self.error(f"{shown}: {error}") from None

    def _filter(self, node: nodes.Filter) -> Made:
        function = FILTERS.get(node.name)
        if function is None or node.node is None:
            raise self.unknown(f"filter {quote(node.name)}", node.name, FILTERS)
        return self._calling(f"|{node.name}", function, (self.compile(node.node),), node)

    def _test(self, node: nodes.Test) -> Made:
        function = TESTS.get(node.name)
        if function is None:
            raise self.unknown(f"test {quote(node.name)}", node.name, TESTS)
        return self._calling(f"is {node.name}", function, (self.compile(node.node),), node)

    # ------------------------------------------------------------------ operators

    def _binary(self, node: nodes.BinExpr) -> Made:
        left, right = self.compile(node.left), self.compile(node.right)
        work = ARITHMETIC[type(node)]
        return Made(lambda run: work(run, left.run(run), right.run(run)))

    def _unary(self, node: nodes.UnaryExpr) -> Made:
        inner = self.compile(node.node)
        work = operator.neg if isinstance(node, nodes.Neg) else operator.pos
        return Made(lambda run: work(number(inner.run(run))))

    def _not(self, node: nodes.Not) -> Made:
        inner = self.compile(node.node)
        return Made(lambda run: not inner.run(run))

    def _and(self, node: nodes.And) -> Made:
        left, right = self.compile(node.left), self.compile(node.right)
        return Made(lambda run: left.run(run) and right.run(run))

    def _or(self, node: nodes.Or) -> Made:
        left, right = self.compile(node.left), self.compile(node.right)
        return Made(lambda run: left.run(run) or right.run(run))

    def _condition(self, node: nodes.CondExpr) -> Made:
        test, yes = self.compile(node.test), self.compile(node.expr1)
        no = self.compile(node.expr2) if node.expr2 is not None else _NOTHING
        return Made(lambda run: yes.run(run) if test.run(run) else no.run(run))

    def _compare(self, node: nodes.Compare) -> Made:
        first = self.compile(node.expr)
        rest = [(COMPARISONS[each.op], self.compile(each.expr)) for each in node.ops]

        def run(state: Run) -> bool:
            left = plain(first.run(state))
            for holds, other in rest:
                right = plain(other.run(state))
                if not holds(left, right):
                    return False
                left = right
            return True

        return Made(run)

    def _concat(self, node: nodes.Concat) -> Made:
        parts = [self.compile(part) for part in node.nodes]
        return Made(lambda run: "".join(run.text(part.run(run)) for part in parts))

    def _list(self, node: nodes.List | nodes.Tuple) -> Made:
        parts = [self.compile(part) for part in node.items]

        def run(state: Run) -> list[Any]:
            made = [part.run(state) for part in parts]
            if any(isinstance(item, list | tuple | dict) for item in made):
                raise RenderError("a list in a list")  # these would grow without end
            return state.items(made)

        return Made(run)


# --------------------------------------------------------------------------- at run time


def _there(value: Any, what: str) -> Any:
    return Absent(what) if value is None else value


def _step(name: str, scope: Scope) -> BoundStep | None:
    return BoundStep(Wanted.read(name, scope), None, None) if name != "." else None


_MOMENT_PARTS = frozenset(["year", "month", "day", "hour", "minute", "second"])


def part_of(value: Any, name: str, step: BoundStep | None) -> Any:
    """A field of a message, an entry of a mapping, a part of a date.

    Raises:
        RenderError: the value has no parts.
    """
    ctype = complex_type_of(value)
    if ctype is not None and step is not None:  # a field of a message: most are so
        return _field_of(value, name, step, ctype)
    if isinstance(value, Absent):
        return value
    if isinstance(value, Loop):
        value = value.values
    if isinstance(value, Mapping):
        return _there(value.get(name), name)
    if isinstance(value, datetime | date | time):
        return getattr(value, name) if name in _MOMENT_PARTS else Absent(name)
    if step is None:
        return own_text(value)
    if not isinstance(value, AnyXML):
        raise RenderError(f"{name} is asked of {quote(value)}")
    return _single([inner for _, inner in step.take(value)], name)


def _field_of(value: Any, name: str, step: BoundStep, ctype: ComplexType) -> Any:
    """A field of a typed object: a list if it repeats."""
    hit = step.hit(ctype)
    if hit is not None and step.index is None and is_plain(hit):
        found = value.__dict__.get(hit.field.key)
        return Absent(name) if found is None or found is UNSET else unwrapped(found)
    items = [inner for _, inner in step.take(value)]
    return items if hit is not None and (hit.field.many or hit.wild) else _single(items, name)


def _single(found: list[Any], name: str) -> Any:
    return Absent(name) if not found else found[0] if len(found) == 1 else found


def item_of(value: Any, key: Any, scope: Scope) -> Any:
    """``value[key]``: an item of a list, counted from 0, or a part by name.

    Raises:
        RenderError: the value has no items, or is none that has parts.
    """
    if isinstance(key, str):
        return part_of(value, key, _step(key, scope))
    if isinstance(value, Absent):
        return value
    if not isinstance(value, list | tuple | str) or not isinstance(key, int):
        raise RenderError(f"[{quote(key)}] is asked of {quote(value)}")
    try:
        return value[key]
    except IndexError:
        return Absent(f"[{key}]")


_EXPRESSIONS: dict[type[nodes.Node], Callable[[Compiler, Any], Made]] = {
    nodes.Const: Compiler._constant,
    nodes.TemplateData: Compiler._text,
    nodes.Name: Compiler._name,
    nodes.Getattr: Compiler._attribute,
    nodes.Getitem: Compiler._attribute,
    nodes.Call: Compiler._call,
    nodes.Filter: Compiler._filter,
    nodes.Test: Compiler._test,
    **dict.fromkeys(ARITHMETIC, Compiler._binary),
    nodes.Neg: Compiler._unary,
    nodes.Pos: Compiler._unary,
    nodes.Not: Compiler._not,
    nodes.And: Compiler._and,
    nodes.Or: Compiler._or,
    nodes.CondExpr: Compiler._condition,
    nodes.Compare: Compiler._compare,
    nodes.Concat: Compiler._concat,
    nodes.List: Compiler._list,
    nodes.Tuple: Compiler._list,
}
