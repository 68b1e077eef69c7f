"""README, docs and docstrings say what really happens: their examples run."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.markdown import Block, blocks, commands, links
from tests.running import EchoServer, shared_echo_server

ROOT = Path(__file__).parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
SHELLS = ("console", "sh", "bash", "shell")
ADDRESS = "localhost:8080"


def documents() -> list[Path]:
    """Every Markdown file that people read."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def all_blocks(*languages: str) -> Iterator[Block]:
    """The fenced blocks in these languages."""
    for path in documents():
        for block in blocks(path):
            if block.language in languages:
                yield block


class DocstringsTests(SynchronousTestCase):
    """``>>>`` in the library's docstrings."""

    def test_modules(self) -> None:
        attempted = 0
        for path in sorted((ROOT / "ZSI").rglob("*.py")):
            if ">>> " not in path.read_text("utf-8"):
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            failed, tried = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
            self.assertEqual(failed, 0, f"{name}: its doctests fail; the output above says how")
            attempted += tried
        self.assertGreater(attempted, 20)


class PythonTests(SynchronousTestCase):
    """Python in the documents."""

    def test_sessions(self) -> None:
        """``>>>`` blocks of one document are one session."""
        runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
        parser = doctest.DocTestParser()
        for path in documents():
            names: dict[str, object] = {"__name__": "__main__"}
            for block in blocks(path):
                if block.language in ("python", "pycon") and ">>> " in block.text:
                    test = parser.get_doctest(block.text, names, block.where, str(path), block.line)
                    said: list[str] = []
                    runner.run(test, out=said.append, clear_globs=False)
                    if said:
                        self.fail(f"{block.where}\n{''.join(said)}")
                    names.update(test.globs)

    def test_programs(self) -> None:
        """Other blocks are at least Python; those marked ``run`` do what they say."""
        for block in all_blocks("python"):
            if ">>> " in block.text:
                continue
            code = compile(block.text, block.where, "exec")
            if block.mark == "run":
                exec(code, {"__name__": "documented"})


class ShellTests(SynchronousTestCase):
    """Shell blocks in the documents."""

    def test_every_block_is_decided(self) -> None:
        """Each is run, or says in its mark why not."""
        undecided = [block.where for block in all_blocks(*SHELLS) if not block.mark]
        self.assertEqual(undecided, [], "mark them <!-- run --> or <!-- not run: why -->")

    def test_blocks(self) -> None:
        """The commands succeed and print what the document says (``...`` stands for anything)."""
        marked = [block for block in all_blocks(*SHELLS) if block.mark == "run"]
        if not EchoServer.available():
            raise SkipTest("server.tac is not there")
        for block in marked:
            with tempfile.TemporaryDirectory() as folder:
                work = Path(folder, "clone")
                self.copy(work)
                for command in commands(block):
                    self.run_one(block, command.shell, command.output, work)

    def copy(self, work: Path) -> None:
        """What a user of a clone sees, without what is large or ours alone."""
        work.mkdir()
        for name in ("echo.wsdl", "envelope.xml", "echo_service.py", "server.tac", "generated"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, work / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, work / name)

    def run_one(self, block: Block, shell: str, expected: str, work: Path) -> None:
        """One command, with our server in place of the one that the document speaks of."""
        for program in re.findall(r"(?:^|[|;&(]\s*)(curl|POST|xmllint)\b", shell):
            if shutil.which(program) is None:
                raise SkipTest(f"{program} is not installed here")
        address = f"127.0.0.1:{shared_echo_server().port}"
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        done = subprocess.run(
            ["bash", "-c", shell.replace(ADDRESS, address)],
            cwd=work,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 0, f"{block.where}: {shell}\n{done.stderr}")
        if expected.strip():
            got = done.stdout.replace(address, ADDRESS)
            same = doctest.OutputChecker().check_output(expected + "\n", got.rstrip() + "\n", FLAGS)
            self.assertTrue(same, f"{block.where}: {shell}\nexpected:\n{expected}\ngot:\n{got}")


class LinksTests(SynchronousTestCase):
    """Relative links lead somewhere."""

    def test_links(self) -> None:
        dead = [
            f"{path.name}: {target}"
            for path in documents()
            for target in links(path)
            if not (path.parent / target).exists()
        ]
        self.assertEqual(dead, [])


class MarkdownTests(SynchronousTestCase):
    """The reader of fenced blocks, which decides what runs."""

    def test_blocks_and_commands(self) -> None:
        path = Path(self.mktemp())
        path.write_text(
            "text [a](b.md#c) [d](https://e)\n\n<!-- run -->\n```console\n$ one \\\n  two\nout\n"
            "$ three\n```\n\n- item\n\n  ```python\n  >>> 1\n  1\n  ```\n",
            "utf-8",
        )
        first, second = blocks(path)
        self.assertEqual((first.mark, first.line), ("run", 4))
        made = [(command.shell, command.output) for command in commands(first)]
        self.assertEqual(made, [("one \\\n  two", "out"), ("three", "")])
        self.assertEqual((second.language, second.text), ("python", ">>> 1\n1\n"))
        self.assertEqual(list(links(path)), ["b.md"])
