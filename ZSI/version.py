"""The release, as ZSI's code asks for it: a tuple of numbers.

>>> from ZSI.version import Version
>>> len(Version)
3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Version: tuple[int, int, int]


def _release() -> tuple[int, int, int]:
    """Of the installed distribution; zeros where the package is used without being installed."""
    from importlib.metadata import PackageNotFoundError, version  # 18 ms that few need

    try:
        numbers = [int(part) for part in version("zsi-mock").split(".")[:3]]
    except (PackageNotFoundError, ValueError):
        numbers = [0, 0, 0]
    major, minor, micro = (*numbers, 0, 0, 0)[:3]
    return major, minor, micro


def __getattr__(name: str) -> tuple[int, int, int]:
    """``Version``, looked up when it is first asked for."""
    if name != "Version":
        raise AttributeError(name)
    globals()["Version"] = release = _release()
    return release
