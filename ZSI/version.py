"""The release, as ZSI's code asks for it: a tuple of numbers.

>>> len(Version)
3
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _release() -> tuple[int, int, int]:
    """Of the installed distribution; zeros where the package is used without being installed."""
    try:
        numbers = [int(part) for part in version("zsi-mock").split(".")[:3]]
    except (PackageNotFoundError, ValueError):
        numbers = [0, 0, 0]
    major, minor, micro = (*numbers, 0, 0, 0)[:3]
    return major, minor, micro


Version = _release()
