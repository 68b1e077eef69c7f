"""Arithmetic and comparisons in templates, each bounded in what it costs.

Numbers are whole or decimal as far as can be: 0.1 + 0.2 is 0.3, and 1 / 4 is 0.25.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from jinja2 import nodes

from ZSI.errors import quote
from ZSI.mock.errors import RenderError
from ZSI.mock.functions import Absent, Run
from ZSI.mock.operators import plain as plain_value
from ZSI.TC.anyxml import AnyXML

_PLAIN = frozenset([int, str, bool, float, Decimal, datetime, date, timedelta])


def plain(value: Any) -> Any:
    """The value to compare or to calculate with: of simple content its text's."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, AnyXML):
        return value.text
    return plain_value(value)


def number(value: Any) -> Any:
    """An operand.

    Raises:
        RenderError: it is absent.
    """
    value = plain(value)
    if isinstance(value, Absent):
        raise RenderError(f"{value!r} is no number")
    return value


def _pair(left: Any, right: Any) -> tuple[Any, Any]:
    """Two operands; a float beside a Decimal becomes one."""
    left, right = number(left), number(right)
    if isinstance(left, Decimal) and isinstance(right, float):
        return left, Decimal(repr(right))
    if isinstance(left, float) and isinstance(right, Decimal):
        return Decimal(repr(left)), right
    return left, right


def _calculated(work: Callable[[Any, Any], Any]) -> Callable[[Run, Any, Any], Any]:
    """Arithmetic on numbers and times, where the result is no larger than its operands."""

    def calculate(run: Run, left: Any, right: Any) -> Any:
        run.step()
        left, right = _pair(left, right)
        for side in (left, right):
            if not isinstance(side, int | float | Decimal | date | time | timedelta):
                raise RenderError(f"calculating with {quote(side)}")
        return _bounded(run, work(left, right))

    return calculate


def _bounded(run: Run, value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > run.limits.bits:
        raise RenderError(f"the template makes a number of more than {run.limits.bits} bits")
    return value


def _add(run: Run, left: Any, right: Any) -> Any:
    """Numbers and times; texts and lists end to end."""
    left, right = _pair(left, right)
    if isinstance(left, str) and isinstance(right, str):
        run.room(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return run.items([*run.items(left), *run.items(right)])
    return _PLUS(run, left, right)


def _times(run: Run, left: Any, right: Any) -> Any:
    left, right = _pair(left, right)
    if isinstance(left, int) and isinstance(right, int):
        _bounded(run, 1 << min(left.bit_length() + right.bit_length(), 1 << 20))
    return _TIMES(run, left, right)


def _power(run: Run, left: Any, right: Any) -> Any:
    left, right = _pair(left, right)
    if isinstance(left, int) and isinstance(right, int):
        _bounded(run, 1 << min(max(left.bit_length() * right, 0), 1 << 20))
    return _POWER(run, left, right)


def _divide(left: Any, right: Any) -> Any:
    """Whole numbers divide into a decimal: 1 / 4 is 0.25."""
    if isinstance(left, int) and isinstance(right, int):
        return Decimal(left) / Decimal(right)
    return left / right


_PLUS = _calculated(operator.add)
_TIMES = _calculated(operator.mul)
_POWER = _calculated(operator.pow)
#: By the operator's node: (run, left, right) -> the result.
ARITHMETIC: Final[dict[type[nodes.BinExpr], Callable[[Run, Any, Any], Any]]] = {
    nodes.Add: _add,
    nodes.Sub: _calculated(operator.sub),
    nodes.Mul: _times,
    nodes.Div: _calculated(_divide),
    nodes.FloorDiv: _calculated(operator.floordiv),
    nodes.Mod: _calculated(operator.mod),
    nodes.Pow: _power,
}
#: By Jinja2's name of the operator.
COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}
