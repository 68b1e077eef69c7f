"""Libraries that make values of XML and XML of values, in the order of the table.

Each module has a ``NAME`` and ``codec(kind)``, which gives a `Codec` or raises `Absent`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MODULES = ("lxml_tree", "lxml_loop", "ours", "zeep_", "xsdata_")


@dataclass(frozen=True, slots=True)
class Codec:
    """Both directions of one library for one kind of document.

    Args:
        read: an envelope to a value.
        write: a value back to XML; None where the library is only a yardstick for reading.
    """

    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes | str] | None


def modules() -> list[Any]:
    """The modules themselves."""
    return [importlib.import_module(f"bench.codecs.{name}") for name in MODULES]
