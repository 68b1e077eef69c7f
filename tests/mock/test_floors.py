"""The floors of ZSI.mock are those that its docstring names, and imports only go down.

Covers: ZSI.mock.
"""

from __future__ import annotations

import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import ZSI.mock
from tests.architecture import Source, internal_imports, read_sources

ROOT = Path(__file__).parents[2]
#: Not on a floor: data, and another name of the command line.
BESIDE = {"examples", "__main__"}


def floors(text: str) -> dict[str, int]:
    """The floor of each module that is named, the lowest 0."""
    found: dict[str, int] = {}
    floor = -1
    for line in text.splitlines()[4:]:
        named = re.match(r" {4}(\w+) {2,}\S", line)
        if named is None:
            floor += bool(line) and not line.startswith(" ")
        else:
            assert named[1] not in found, f"{named[1]} is named twice"
            found[named[1]] = floor
    return found


def climbing(sources: dict[str, Source], known: dict[str, int]) -> list[str]:
    """Imports from a floor above."""
    return [
        f"{name}:{line} imports {target}"
        for name, source in sources.items()
        for line, target in internal_imports(source, sources)
        if known.get(target.removeprefix("ZSI.mock."), -1)
        > known.get(name.removeprefix("ZSI.mock."), len(known))
    ]


class FloorsTests(SynchronousTestCase):
    """A reader finds every module, and finds what it stands on below it."""

    def setUp(self) -> None:
        self.sources = {source.name: source for source in read_sources(ROOT, "ZSI/mock")}
        self.known = floors(ZSI.mock.__doc__ or "")

    def test_every_module_has_a_floor(self) -> None:
        names = {name.split(".")[2] for name in self.sources if name != "ZSI.mock"}
        self.assertEqual(set(self.known), names - BESIDE)

    def test_imports_go_down(self) -> None:
        self.assertEqual(climbing(self.sources, self.known), [])

    def test_an_import_that_climbs_is_found(self) -> None:
        low = Source.of("ZSI.mock.errors", "from ZSI.mock.cli import main\n")
        self.assertEqual(len(climbing({low.name: low}, self.known)), 1)
