"""ZSI's namespace classes: ``ns0.Echo_Dec().pyclass``, ``ns0.Item_Def(pname="item")``."""

from __future__ import annotations

from typing import Any

from ZSI.schema import Registry, type_definition
from ZSI.TC.accessors import spelled


class Namespace:
    """The declarations of one namespace under ZSI's names, looked up when asked for.

    ``X_Dec`` is the typecode of element X (calling it gives it back), ``X_Def`` the typecode
    class of type X; with ZSI's ``-s`` spellings they are ``X`` and ``X_``.

    Args:
        registry: the package's declarations.
        targetNamespace: the namespace.
    """

    def __init__(self, registry: Registry, targetNamespace: str | None) -> None:
        self._registry = registry
        self.targetNamespace = targetNamespace

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        wanted = ((name.removesuffix("_Dec"), True), (name.removesuffix("_Def"), False),
                  (name, True), (name.removesuffix("_"), False))  # fmt: skip
        for local, is_element in wanted:
            table = self._registry.elements if is_element else self._registry.types
            for found in table:
                if found[0] == self.targetNamespace and spelled(found[1]) == local:
                    if is_element:
                        return table[found].typecode
                    return type_definition(table[found], self._registry)
        raise AttributeError(
            f"{self.targetNamespace} declares no {name}: expected an element X as X_Dec "
            "or a type X as X_Def"
        )
