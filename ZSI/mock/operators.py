"""Tests of values: what stands on the right of a field in ``when``, checked and compiled.

A spec becomes a `ValueTest`: a literal is compared by typed value (XSD 1.0 part 2, 4.2.1), a
mapping of ``$`` operators by the table `OPERATORS`, a mapping of fields field by field, a list
item by item, a function is called. What a type cannot be is refused here, not when a call comes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import regex

from ZSI.errors import EvaluateException, Where, quote
from ZSI.limits import DEFAULT_LIMITS
from ZSI.mock.distance import ABSENT, FAILED, HOLDS, Verdict, between_values, shown
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.lookup import Type, called, complex_type_of, simple_type_of
from ZSI.mock.matchers import Operator, operators_in
from ZSI.mock.paths import BoundPath, own_text, parse_path
from ZSI.mock.scope import Scope
from ZSI.mock.values import coerce, lexical, simple_value, text_of
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.arrays import ArrayType
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.compare import compare, value_key
from ZSI.TC.complextype import ComplexType
from ZSI.TC.resolve import AnyType
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, TypedValue


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested: values of this type; ``many`` if the field may repeat."""

    type: Type
    scope: Scope
    many: bool = False

    def below(self, key: str) -> Target:
        """The same one key further inside the definition."""
        return replace(self, scope=self.scope.below(key))


@dataclass(frozen=True, slots=True, eq=False)
class ValueTest:
    """A compiled test of the values that a path selects.

    Attributes:
        shown: what is expected, in words.
        one: whether one value passes. near: how far one that fails is off.
        every: whether all values together pass; None: one of them must.
        keys: the value keys that pass, where it is equality; conditions are indexed by them.
        marks: the same where no type is declared: a value that passes has one of these
            `marks_of`, which some others may have as well.
    """

    shown: str
    one: Callable[[Any], bool]
    near: Callable[[Any], float] = lambda value: FAILED
    every: Callable[[list[Any]], bool] | None = None
    keys: frozenset[Hashable] | None = field(default=None)
    marks: frozenset[Hashable] | None = None

    def holds(self, values: list[Any]) -> bool:
        """Whether what was selected passes."""
        if self.every is not None:
            return self.every(values)
        return any(map(self.one, values))

    def verdict(self, place: str, values: list[Any]) -> Verdict:
        """The same with distance and reason."""
        if self.holds(values):
            return HOLDS
        if not values:
            return Verdict(ABSENT, (f"{place}: expected {self.shown}, but it is absent",))
        distance = min(map(self.near, values)) if self.every is None else FAILED
        actual = ", ".join(map(shown, values[:3])) + (" …" if len(values) > 3 else "")
        return Verdict(distance, (f"{place}: expected {self.shown}, was {actual}",))


def compile_test(spec: Any, target: Target) -> ValueTest:
    """The test that a spec stands for.

    Raises:
        DefinitionError: it cannot be met by a value of this type, or is none.
    """
    if isinstance(spec, Operator):
        return _operator(spec, target)
    if spec is NIL:
        return _operator(Operator("$nil"), target)
    if spec is None:
        return _operator(Operator("$absent"), target)
    if isinstance(spec, Mapping):
        return _mapping(spec, target)
    if callable(spec) and not isinstance(spec, type):
        return _function(spec)
    if isinstance(spec, list) and target.many:
        return _whole_list(spec, target)
    if isinstance(spec, list) and isinstance(target.type, ArrayType):
        return _whole_array(spec, target, target.type)
    return _equal(spec, target)


def plain(value: Any) -> Any:
    """The Python value of a typed value, and of simple content."""
    value = own_text(value)
    return value.value if isinstance(value, TypedValue) else value


# --------------------------------------------------------------------------- literals


def _equal(spec: Any, target: Target) -> ValueTest:
    simple = simple_type_of(target.type)
    if simple is not None and complex_type_of(spec) is None:
        return _equal_simple(simple_value(spec, simple, target.scope))
    expected = coerce(spec, target.type, target.scope)
    if isinstance(target.type, AnyType) and complex_type_of(expected) is None:
        return _equal_any(expected)
    return ValueTest(f"= {shown(expected)}", lambda value: bool(value == expected))


def _equal_simple(expected: Any) -> ValueTest:
    key = value_key(plain(expected))

    def one(value: Any) -> bool:
        return value_key(plain(value)) == key

    return ValueTest(
        f"= {shown(expected)}",
        one,
        lambda value: between_values(expected, plain(value)),
        keys=frozenset([key]),
    )


def _equal_any(expected: Any) -> ValueTest:
    """Equality where the message alone says the type: by value, else by text."""
    if isinstance(expected, AnyXML):
        return ValueTest(f"= {shown(expected)}", lambda value: bool(value == expected))
    wanted = plain(expected)
    key, text = value_key(wanted), lexical(wanted)

    def one(value: Any) -> bool:
        if type(value) is str and value == wanted:
            return True
        actual = plain(value)
        if actual is NIL or complex_type_of(actual) is not None:
            return False
        if not isinstance(actual, AnyXML) and value_key(actual) == key:
            return True
        return lexical(actual).strip() == text

    return ValueTest(
        f"= {shown(expected)}",
        one,
        lambda value: between_values(wanted, plain(value)),
        marks=frozenset([key_of(wanted), ("text", text)]),
    )


def marks_of(value: Any) -> tuple[Hashable, ...]:
    """What values that equal one another share, though their types may not be the same."""
    if type(value) is str:  # most are
        return value, ("text", value.strip())
    actual = plain(value)
    if actual is NIL or complex_type_of(actual) is not None:
        return ()
    text = ("text", lexical(actual).strip())
    return (text,) if isinstance(actual, AnyXML) else (key_of(actual), text)


def key_of(value: Any) -> Hashable:
    """The key by which equal values are found; None, which nothing has, for those without one."""
    try:
        key = value_key(plain(value))
        hash(key)
    except TypeError:
        return None
    return key


def _whole_list(specs: list[Any], target: Target) -> ValueTest:
    item = replace(target, many=False)
    tests = [compile_test(spec, item.below(f"[{n}]")) for n, spec in enumerate(specs, 1)]

    def every(values: list[Any]) -> bool:
        return len(values) == len(tests) and all(
            test.holds([value]) for test, value in zip(tests, values, strict=True)
        )

    said = f"exactly [{', '.join(test.shown for test in tests)}]"
    return ValueTest(said, lambda value: every([value]), every=every)


def _whole_array(specs: list[Any], target: Target, array: ArrayType) -> ValueTest:
    """A SOAP array is one value that is a list."""
    items = _whole_list(specs, replace(target, type=array.item_type))
    return ValueTest(items.shown, lambda value: isinstance(value, list) and items.holds(value))


def _function(function: Callable[[Any], object]) -> ValueTest:
    name = getattr(function, "__name__", type(function).__name__)
    return ValueTest(f"{name}(value) to be true", lambda value: bool(function(plain(value))))


# --------------------------------------------------------------------------- mappings


def _mapping(spec: Mapping[Any, Any], target: Target) -> ValueTest:
    """Operators and nested fields side by side: all must hold."""
    operators, fields = operators_in(spec)
    tests: list[ValueTest] = []
    for operator in sorted(operators, key=lambda each: each.name != "$type"):
        if operator.name == "$type":
            target = replace(target, type=_derived(operator.argument, target))
        tests.append(_operator(operator, target.below(operator.name)))
    if fields or not operators:
        tests.append(_nested(fields, target))
    return tests[0] if len(tests) == 1 else _all_of(tests)


def bind_fields(
    fields: Mapping[str, Any], root: Type, scope: Scope
) -> list[tuple[BoundPath, ValueTest]]:
    """The paths and tests of a mapping of fields.

    Raises:
        DefinitionError: a path or a spec does not fit the contract.
    """
    bound = []
    for text, spec in fields.items():
        inner = scope.below(text)
        path = parse_path(text, inner.where).bind(root, inner)
        bound.append((path, compile_test(spec, Target(path.type, inner, path.many))))
    return bound


def _nested(fields: Mapping[str, Any], target: Target) -> ValueTest:
    if isinstance(target.type, SimpleType):
        raise DefinitionError(
            f"fields {listed(fields)} of a value of {called(target.type)}",
            where=target.scope.where,
            expected="a value, or operators that start with $",
            nearest=nearest(f"${next(iter(fields), '')}", OPERATORS),
        )
    parts = bind_fields(fields, target.type, target.scope)

    def one(value: Any) -> bool:
        return value is not NIL and all(test.holds(path.values(value)) for path, test in parts)

    def near(value: Any) -> float:
        verdicts = [test.verdict("", path.values(value)) for path, test in parts]
        return sum(verdict.distance for verdict in verdicts) / (len(verdicts) or 1)

    said = ", ".join(f"{path} {test.shown}" for path, test in parts)
    return ValueTest(f"{{{said}}}", one, near)


def _derived(name: Any, target: Target) -> Type:
    """The type that ``$type`` narrows to."""
    declared = target.type if isinstance(target.type, ComplexType) else None
    found: Type = target.scope.type(str(name), declared)
    if declared is not None and (
        not isinstance(found, ComplexType) or found.steps_from(declared) is None
    ):
        raise DefinitionError(
            f"$type {quote(str(name))} is not {called(declared)} or derived from it",
            where=target.scope.where,
        )
    return found


# --------------------------------------------------------------------------- operators


def _operator(operator: Operator, target: Target) -> ValueTest:
    known = OPERATORS.get(operator.name)
    if known is None:
        raise DefinitionError(
            f"no operator {quote(operator.name)}",
            where=target.scope.where,
            expected=listed(OPERATORS),
            nearest=nearest(operator.name, OPERATORS),
        )
    return known(operator.argument, target)


def truth(given: Any, scope: Scope) -> bool:
    """The true or false that an operator takes.

    Raises:
        DefinitionError: it is neither.
    """
    return bool(simple_value(given, BUILTIN["boolean"], scope))


def _present(argument: Any, target: Target) -> ValueTest:
    if not truth(argument, target.scope):
        return _absent(True, target)
    return ValueTest("to be present", lambda value: True)


def _absent(argument: Any, target: Target) -> ValueTest:
    if not truth(argument, target.scope):
        return _present(True, target)
    return ValueTest("to be absent", lambda value: False, every=lambda values: not values)


def _nil(argument: Any, target: Target) -> ValueTest:
    if truth(argument, target.scope):
        return ValueTest("nil", lambda value: value is NIL)
    return ValueTest("a value, not nil", lambda value: value is not NIL)


def compile_pattern(
    pattern: Any, where: Where | None, *, whole: bool = False
) -> Callable[[str], bool]:
    """Whether a text has a match of a regular expression, or is one as a whole.

    One that takes longer than `Limits.pattern_ms` matches nothing.

    Raises:
        DefinitionError: it is none.
    """
    try:
        compiled = regex.compile(pattern)
    except (regex.error, TypeError) as error:
        raise DefinitionError(
            f"{quote(pattern)} is no regular expression: {error}", where=where
        ) from None
    find = compiled.fullmatch if whole else compiled.search
    seconds = DEFAULT_LIMITS.pattern_ms / 1_000

    def matches(text: str) -> bool:
        try:
            return find(text, timeout=seconds) is not None
        except TimeoutError:
            return False

    return matches


def is_valid(text: str, type: SimpleType) -> bool:
    """Whether a text is of a simple type."""
    try:
        type.parse(text, {})
    except EvaluateException:
        return False
    return True


def _matching(argument: Any, target: Target) -> ValueTest:
    matches = compile_pattern(argument, target.scope.where)
    simple = simple_type_of(target.type)
    return ValueTest(
        f"to match {quote(argument)}",
        lambda value: value is not NIL and matches(text_of(plain(value), simple)),
    )


def _several(argument: Any, target: Target, name: str) -> list[Any]:
    if isinstance(argument, list | tuple | set | frozenset) and argument:
        return list(argument)
    raise DefinitionError(
        f"{name} with {quote(argument)}", where=target.scope.where, expected="a list of values"
    )


def _one_of(argument: Any, target: Target) -> ValueTest:
    specs = _several(argument, target, "$in")
    tests = [_equal(spec, target.below(f"[{n}]")) for n, spec in enumerate(specs, 1)]
    if all(test.keys is not None for test in tests):
        keys: frozenset[Hashable] = frozenset().union(*(test.keys or () for test in tests))
        said = f"one of {', '.join(test.shown[2:] for test in tests)}"
        return ValueTest(
            said,
            lambda value: value_key(plain(value)) in keys,
            lambda value: min(test.near(value) for test in tests),
            keys=keys,
        )
    return _any_of(tests)


def _all_of(tests: Iterable[ValueTest]) -> ValueTest:
    parts = list(tests)
    every = None
    if any(part.every is not None for part in parts):
        single = [part for part in parts if part.every is None]

        def every(values: list[Any]) -> bool:
            together = all(part.holds(values) for part in parts if part.every is not None)
            return together and (
                not single or any(all(part.one(value) for part in single) for value in values)
            )

    return ValueTest(
        " and ".join(part.shown for part in parts),
        lambda value: all(part.one(value) for part in parts),
        lambda value: max(part.near(value) for part in parts if not part.one(value)),
        every,
    )


def _any_of(tests: Iterable[ValueTest]) -> ValueTest:
    parts = list(tests)
    every = None
    if any(part.every is not None for part in parts):

        def every(values: list[Any]) -> bool:
            return any(part.holds(values) for part in parts)

    return ValueTest(
        " or ".join(part.shown for part in parts),
        lambda value: any(part.one(value) for part in parts),
        lambda value: min(part.near(value) for part in parts),
        every,
    )


def _each(argument: Any, target: Target, name: str) -> list[ValueTest]:
    specs = _several(argument, target, name)
    return [compile_test(spec, target.below(f"[{n}]")) for n, spec in enumerate(specs, 1)]


def _not(argument: Any, target: Target) -> ValueTest:
    inner = compile_test(argument, target)
    return ValueTest(
        f"not {inner.shown}",
        lambda value: not inner.one(value),
        every=lambda values: not inner.holds(values),
    )


def _count(argument: Any, target: Target) -> ValueTest:
    number = compile_test(argument, Target(BUILTIN["nonNegativeInteger"], target.scope))

    array = isinstance(target.type, ArrayType)

    def every(values: list[Any]) -> bool:
        return number.holds([sum(map(len, values)) if array else len(values)])

    return ValueTest(f"a count {number.shown}", lambda value: every([value]), every=every)


def _contains(argument: Any, target: Target) -> ValueTest:
    simple = simple_type_of(target.type)
    if simple is not None and simple.variety == "list" and simple.item is not None:
        wanted = value_key(simple_value(argument, simple.item, target.scope))
        return ValueTest(
            f"to contain {shown(argument)}",
            lambda value: value is not NIL and wanted in map(value_key, plain(value)),
        )
    if isinstance(target.type, ArrayType):
        item = compile_test(argument, replace(target, type=target.type.item_type))
        return ValueTest(f"an item {item.shown}", lambda value: item.holds(value))
    part = lexical(argument)
    return ValueTest(
        f"to contain {quote(part)}",
        lambda value: value is not NIL and part in text_of(plain(value), simple),
    )


_ORDERED = frozenset(
    ["decimal", "float", "double", "duration", "dateTime", "time", "date", "gYearMonth", "gYear"]
)


def _range(argument: Any, target: Target) -> ValueTest:
    simple = simple_type_of(target.type)
    if simple is None or simple.primitive not in _ORDERED:
        raise DefinitionError(
            f"$range of {called(target.type)}, which has no order", where=target.scope.where,
            expected="a field that holds a number, a date, a time or a duration",
        )  # fmt: skip
    if not isinstance(argument, list | tuple) or len(argument) != 2:
        raise DefinitionError(
            f"$range with {quote(argument)}", where=target.scope.where, expected="[low, high]"
        )
    open_side = (None, "")
    low, high = (
        None if side in open_side else simple_value(side, simple, target.scope) for side in argument
    )
    if low is not None and high is not None and compare(low, high) == 1:
        raise DefinitionError(
            f"$range from {shown(low)} to {shown(high)}", where=target.scope.where,
            expected="low before high",
        )  # fmt: skip

    def one(value: Any) -> bool:
        value = plain(value)
        return (
            value is not NIL
            and (low is None or compare(low, value) in (-1, 0))
            and (high is None or compare(value, high) in (-1, 0))
        )

    def near(value: Any) -> float:
        return min(between_values(side, plain(value)) for side in (low, high) if side is not None)

    said = f"from {shown(low) if low is not None else '…'} to "
    return ValueTest(said + (shown(high) if high is not None else "…"), one, near)


def _valid(argument: Any, target: Target) -> ValueTest:
    """Valid for its own type, which decoding has seen to, or for the type named."""
    if isinstance(argument, bool) or argument in ("true", "false"):
        wanted = truth(argument, target.scope)
        return ValueTest("to be valid", lambda value: wanted)
    type = target.scope.type(str(argument))
    if not isinstance(type, SimpleType):
        raise DefinitionError(
            f"$valid {quote(str(argument))}", where=target.scope.where, expected="a simple type"
        )
    return ValueTest(
        f"text valid for {called(type)}", lambda value: is_valid(lexical(plain(value)), type)
    )


def _typed(argument: Any, target: Target) -> ValueTest:
    """``$type``: the value is of this type or of one derived from it."""
    wanted = _derived(argument, target)

    def one(value: Any) -> bool:
        actual = complex_type_of(value)
        if actual is not None:
            return actual.steps_from(wanted) is not None
        return isinstance(value, TypedValue) and value.type == getattr(wanted, "name", None)

    return ValueTest(f"a value of type {called(wanted)}", one)


#: What stands behind each ``$`` name: (argument, target) -> the test, or an error.
OPERATORS: dict[str, Callable[[Any, Target], ValueTest]] = {
    "$re": _matching,
    "$in": _one_of,
    "$not": _not,
    "$any": lambda argument, target: _any_of(_each(argument, target, "$any")),
    "$all": lambda argument, target: _all_of(_each(argument, target, "$all")),
    "$present": _present,
    "$absent": _absent,
    "$nil": _nil,
    "$count": _count,
    "$contains": _contains,
    "$range": _range,
    "$valid": _valid,
    "$type": _typed,
    "$value": _equal,
}
