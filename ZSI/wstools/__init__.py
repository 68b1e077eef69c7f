"""What ZSI kept under ``ZSI.wstools``: namespaces, WSDLs, canonical XML, and small helpers.

``import ZSI`` is enough for ``ZSI.wstools.Namespaces``; modules are imported when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

ident: Final = "ZSI.wstools"

_MODULES: Final = frozenset(
    ("MIMEAttachment", "Namespaces", "TimeoutSocket", "UserTuple", "Utility", "WSDLTools",
     "XMLname", "c14n", "logging")
)  # fmt: skip


def __getattr__(name: str) -> Any:
    """A module of this package."""
    if name not in _MODULES:
        raise AttributeError(f"ZSI.wstools has no {name}: see docs/from-zsi.md")
    return import_module(f"{__name__}.{name}")
