"""What elements of a simple type do like their value, as ZSI's did, which were that value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any


def _binary(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return operate(self.value, _bare(other))

    return method


def _reflected(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return operate(_bare(other), self.value)

    return method


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, PlainValue) else value


class PlainValue:
    """Arithmetic, comparison, items and methods of ``value``, for an object that holds it.

    It is true whatever its value, as any object is that has been received.

    >>> class Held(PlainValue):
    ...     def __init__(self, value):
    ...         self.value = value
    >>> Held("ab") + "c", Held(3) * 2, Held(("urn:x", "b"))[1], Held("ab").upper()
    ('abc', 6, 'b', 'AB')
    """

    value: Any

    __add__, __radd__ = _binary(operator.add), _reflected(operator.add)
    __sub__, __rsub__ = _binary(operator.sub), _reflected(operator.sub)
    __mul__, __rmul__ = _binary(operator.mul), _reflected(operator.mul)
    __truediv__, __rtruediv__ = _binary(operator.truediv), _reflected(operator.truediv)
    __floordiv__, __rfloordiv__ = _binary(operator.floordiv), _reflected(operator.floordiv)
    __mod__, __rmod__ = _binary(operator.mod), _reflected(operator.mod)
    __lt__, __le__ = _binary(operator.lt), _binary(operator.le)
    __gt__, __ge__ = _binary(operator.gt), _binary(operator.ge)

    def __getitem__(self, key: Any) -> Any:
        return self.value[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __contains__(self, item: Any) -> bool:
        return item in self.value

    def __bool__(self) -> bool:
        return True

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __neg__(self) -> Any:
        return -self.value

    def __abs__(self) -> Any:
        return abs(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __getattr__(self, name: str) -> Any:
        try:
            inherited: Any = super()
            return inherited.__getattr__(name)
        except AttributeError:
            value = self.__dict__.get("value")
            if name[:1] == "_" or value is None or not hasattr(value, name):
                raise
            return getattr(value, name)
