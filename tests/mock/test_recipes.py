"""The documents of the mock server say what really happens: rule files and commands are tried.

A rule file counts for the commands that follow it in its document. ``zsi-mock`` runs in this
process, against a server on a free port in place of the one that the document speaks of.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import yaml
from twisted.trial.unittest import SynchronousTestCase

from tests.markdown import Block, blocks, commands
from tests.mock.test_ruleschema import check
from ZSI.mock import cli
from ZSI.mock.checking import check_stubs
from ZSI.mock.composition import compose
from ZSI.mock.examples import example
from ZSI.mock.facade import Mock
from ZSI.mock.options import Config, Said
from ZSI.mock.ruleschema import make_schema
from ZSI.mock.server import Listener, mock_root

DOCS = Path(__file__).parents[2] / "docs" / "mock"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
ADDRESS = "localhost:8080"
MINE = "run by tests/mock/test_recipes.py"


class Served:
    """What a rule file serves, on a free port."""

    def __init__(self, rules: Path | None, wsdl: Path) -> None:
        given = {"cache": Said("off", "-"), "endpoint": Said(("-",), "-")}
        given["rules"] = Said((str(rules),) if rules else (), "-")
        given["wsdl"] = Said(() if rules else (str(wsdl),), "-")
        composition = compose(Config(given), {})
        self.mock = Mock(services=composition.served)
        wrong = check_stubs(self.mock.engine, composition.stubs, composition.entries)
        self.mistakes = [*composition.mistakes, *wrong]
        if not self.mistakes:
            self.mock.engine.load(composition.stubs)
        self._listener: Listener | None = None

    @property
    def address(self) -> str:
        """Its address; it listens from now on."""
        if self._listener is None:
            self._listener = Listener(lambda reactor: mock_root(self.mock, reactor), "127.0.0.1", 0)
            self.mock.base_url = f"http://127.0.0.1:{self._listener.port}"
        return f"127.0.0.1:{self._listener.port}"

    def stop(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.stop()


class RecipesTests(SynchronousTestCase):
    """Each document, from top to bottom."""

    def setUp(self) -> None:
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(folder)
        self.folder = folder
        (folder / "bank.wsdl").write_bytes(example("bank").read_bytes())
        self.served = Served(None, Path("bank.wsdl"))
        self.ran = 0

    def tearDown(self) -> None:
        self.served.stop()

    def test_start(self) -> None:
        self.document("start.md")
        self.assertGreater(self.ran, 5)

    def test_stubs(self) -> None:
        self.document("stubs.md")
        self.assertGreater(self.ran, 30)

    def test_rules(self) -> None:
        self.document("rules.md")
        self.assertGreater(self.ran, 4)

    def test_nothing_is_left_out(self) -> None:
        tried = {"start.md", "stubs.md", "rules.md"}
        for path in DOCS.glob("*.md"):
            if path.name not in tried:
                languages = {block.language for block in blocks(path) if block.mark == MINE}
                self.assertEqual(languages, set(), path.name)

    def document(self, name: str) -> None:
        """Try what a document says."""
        for block in blocks(DOCS / name):
            if block.language == "yaml" and not block.mark:
                self.rules(block)
            elif block.mark == MINE:
                for command in commands(block):
                    self.command(block, command.shell, command.output)

    def rules(self, block: Block) -> None:
        """A rule file is right, for the contract and for editors."""
        schema = make_schema()
        self.assertTrue(check(yaml.safe_load(block.text), schema, schema), block.where)
        path = Path("rules.yaml")
        path.write_text(block.text, "utf-8")
        self.served.stop()
        self.served = Served(path, Path("bank.wsdl"))
        self.assertEqual([str(mistake) for mistake in self.served.mistakes], [], block.where)

    def command(self, block: Block, shell: str, expected: str) -> None:
        """A command prints what the document says."""
        self.ran += 1
        address = self.served.address if ADDRESS in shell else ADDRESS
        code, got = self.run_one(shell.replace(ADDRESS, address))
        self.assertEqual(code, 0, f"{block.where}: {shell}\n{got}")
        got = got.replace(address, ADDRESS) if "http://..." not in expected else got
        same = doctest.OutputChecker().check_output(expected.strip() + "\n", got, FLAGS)
        self.assertTrue(
            same or not expected.strip(),
            f"{block.where}: {shell}\nexpected:\n{expected}\ngot:\n{got}",
        )

    def run_one(self, shell: str) -> tuple[int, str]:
        """Exit code and output; what stands after zsi-mock's words is left to the shell."""
        found = re.match(r"zsi-mock ([^|;]*)(.*)", shell, re.S)
        if found is None:
            return self.bash(shell, "")
        code, out = self.zsi_mock(shlex.split(found[1]))
        rest = found[2].strip()
        if rest.startswith("|"):
            return self.bash(f"cat {rest}", out)
        if rest.startswith(";"):
            after, more = self.bash(f"(exit {code}){rest}", "")
            return after, out + more
        return code, out

    def zsi_mock(self, words: list[str]) -> tuple[int, str]:
        out = io.StringIO()
        environ = mock.patch.dict(os.environ, {"ZSI_MOCK_CACHE": "off"})
        with environ, redirect_stdout(out), redirect_stderr(out):
            return cli.main(words), out.getvalue()

    def bash(self, shell: str, given: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", shell], input=given, capture_output=True, text=True, timeout=30
        )
        return done.returncode, done.stdout + done.stderr
