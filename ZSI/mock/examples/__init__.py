"""Small contracts of our own that documentation and tests use."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of the examples."""
    return sorted(path.stem for path in FOLDER.glob("*.wsdl"))


def example(name: str) -> Path:
    """The path of an example's WSDL.

    Raises:
        ValueError: there is no such example; names those that there are.
    """
    path = FOLDER / f"{name}.wsdl"
    if name not in names():
        raise ValueError(f"no example {name}: there is {', '.join(names())}")
    return path
