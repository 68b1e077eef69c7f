"""The repository obeys the rules of the house, and each rule can be broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests import architecture
from tests.architecture import Source, read_sources

ROOT = Path(__file__).parents[1]
Rule = Callable[[Iterable[Source]], Iterator[str]]


@cache
def sources(*folders: str) -> list[Source]:
    """Read once for all the rules."""
    return read_sources(ROOT, *folders)


class RepositoryTests(SynchronousTestCase):
    """Nothing in the repository breaks a rule."""

    def setUp(self) -> None:
        self.library = sources("ZSI", "twisted")
        self.code = [*self.library, *sources("bench", "echo_service.py")]
        self.everything = [*self.code, *sources("tests")]

    def hold(self, violations: Iterable[str]) -> None:
        if found := list(violations):
            self.fail("\n" + "\n".join(found))

    def test_sources_are_found(self) -> None:
        """A wrong folder would let every rule pass."""
        self.assertIn("ZSI.names", {source.name for source in self.library})
        self.assertIn("tests.architecture", {source.name for source in self.everything})

    def test_direction(self) -> None:
        """names < xmlio < … < mock < testing."""
        self.hold(architecture.direction(self.library))

    def test_cycles(self) -> None:
        self.hold(architecture.cycles(self.library))

    def test_top_reaches_no_twisted(self) -> None:
        """``import ZSI`` stays quick."""
        for source in self.library:
            if source.name == "ZSI":
                self.hold(architecture.outside(source, self.library))

    def test_sizes(self) -> None:
        self.hold(architecture.sizes(self.code))

    def test_twisted_imports(self) -> None:
        self.hold(architecture.twisted_imports(self.library))

    def test_global_reactor(self) -> None:
        self.hold(architecture.global_reactor(self.library))

    def test_parsers(self) -> None:
        self.hold(architecture.parsers(self.library))

    def test_evaluation(self) -> None:
        self.hold(architecture.evaluation(self.library))

    def test_relaxations(self) -> None:
        self.hold(architecture.relaxations(self.everything))

    def test_mirrored(self) -> None:
        self.hold(architecture.unmirrored(ROOT, self.library))


class RulesTests(SynchronousTestCase):
    """Each rule finds what breaks it, and only that."""

    def broken(self, rule: Rule, **modules: str) -> list[str]:
        """What a rule says of modules given as ``ZSI_parse="import x"``."""
        sources = [
            Source.of(name.replace("__", "."), text + "\n") for name, text in modules.items()
        ]
        return list(rule(sources))

    def test_upward_import(self) -> None:
        low, high = "from ZSI.parse import ParsedSoap", "from ZSI.names import XSD"
        (line,) = self.broken(architecture.direction, ZSI__names=low, ZSI__parse=high)
        self.assertIn("ZSI.names:1: names must not import ZSI.parse", line)

    def test_relative_and_hidden_imports(self) -> None:
        text = "def late():\n    from .mock import engine"
        self.assertEqual(len(self.broken(architecture.direction, ZSI__writer=text)), 1)
        checked = (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .mock import engine"
        )
        self.assertEqual(self.broken(architecture.direction, ZSI__writer=checked), [])

    def test_submodule_taken_by_name(self) -> None:
        text = "from ZSI import parse"
        (line,) = self.broken(architecture.direction, ZSI__limits=text, ZSI__parse="")
        self.assertIn("ZSI.parse", line)
        (line,) = self.broken(architecture.direction, ZSI__limits="from ZSI import Fault")
        self.assertIn("imports ZSI itself", line)

    def test_room_without_floor(self) -> None:
        (line,) = self.broken(architecture.direction, ZSI__cellar="")
        self.assertIn("cellar has no floor", line)

    def test_cycle(self) -> None:
        sources = {
            "ZSI__TC__a": "from ZSI.TC import b",
            "ZSI__TC__b": "from .c import x",
            "ZSI__TC__c": "import ZSI.TC.a",
        }
        self.assertEqual(
            self.broken(architecture.cycles, **sources),
            ["ZSI.TC.a -> ZSI.TC.b -> ZSI.TC.c -> ZSI.TC.a"],
        )

    def test_top_that_reaches_twisted(self) -> None:
        top = Source.of("ZSI", "from ZSI.parse import ParsedSoap", package=True)
        rest = [
            Source.of("ZSI.parse", "from ZSI import fault"),
            Source.of("ZSI.fault", "from twisted.python import log"),
        ]
        (line,) = architecture.outside(top, [top, *rest])
        self.assertIn("ZSI.fault", line)

    def test_long_module_and_function(self) -> None:
        long = "\n" * 601
        self.assertEqual(len(self.broken(architecture.sizes, ZSI__names=long)), 1)
        function = "def f():\n" + "    x = 1\n" * 60
        self.assertEqual(len(self.broken(architecture.sizes, ZSI__names=function)), 1)
        self.assertEqual(self.broken(architecture.sizes, ZSI__names=function[:-10]), [])

    def test_twisted_in_a_dry_room(self) -> None:
        text = "from twisted.internet import defer"
        self.assertEqual(len(self.broken(architecture.twisted_imports, ZSI__parse=text)), 1)
        self.assertEqual(self.broken(architecture.twisted_imports, ZSI__twisted__site=text), [])
        own = "from ZSI.twisted import site"
        self.assertEqual(self.broken(architecture.twisted_imports, ZSI__mock__x=own), [])

    def test_reactor(self) -> None:
        for text in (
            "from twisted.internet import reactor",
            "import twisted.internet.reactor",
            "from twisted.internet.threads import deferToThread",
        ):
            found = self.broken(architecture.global_reactor, ZSI__twisted__site=text)
            self.assertEqual(len(found), 1, text)
            self.assertEqual(self.broken(architecture.global_reactor, ZSI__mock__serving=text), [])

    def test_second_parser(self) -> None:
        text = "from lxml import etree\netree.fromstring(b'')"
        self.assertEqual(len(self.broken(architecture.parsers, ZSI__wsdl__load=text)), 1)
        self.assertEqual(self.broken(architecture.parsers, ZSI__xmlio=text), [])

    def test_eval(self) -> None:
        self.assertEqual(len(self.broken(architecture.evaluation, ZSI__mock__x="eval('1')")), 1)
        self.assertEqual(len(self.broken(architecture.evaluation, ZSI__mock__x="import pickle")), 1)
        self.assertEqual(self.broken(architecture.evaluation, ZSI__mock__x="re.compile('1')"), [])

    def test_relaxation_without_reason(self) -> None:
        bad = ("type: ignore", "type: ignore[misc]", "noqa", "noqa: F401", "noqa  no code given")
        for comment in bad:
            found = self.broken(architecture.relaxations, ZSI__names=f"x = 1  # {comment}")
            self.assertTrue(found, comment)
        for comment in ("type: ignore[misc]  # lxml has no stub for it", "noqa: F401 re-exported"):
            found = self.broken(architecture.relaxations, ZSI__names=f"x = 1  # {comment}")
            self.assertEqual(found, [])

    def test_module_without_test(self) -> None:
        root = Path(self.mktemp())
        (root / "tests" / "twisted_").mkdir(parents=True)
        (root / "tests" / "twisted_" / "test_wsresource.py").touch()
        covers = '"""Waits.\n\nCovers: ZSI.twisted.waiting,\nZSI.twisted.chain.\n"""\n'
        (root / "tests" / "twisted_" / "test_all.py").write_text(covers, "utf-8")
        names = ("WSresource", "front", "waiting", "chain")
        sources = [Source.of(f"ZSI.twisted.{name}", "") for name in names]
        (line,) = architecture.unmirrored(root, sources)
        self.assertIn("tests/twisted/test_front.py", line)
