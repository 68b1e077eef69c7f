"""Tests of ``wsdl2py`` as a command: options, output, exit codes.

Covers: ZSI.generate.commands, ZSI.generate.examples, ZSI.generate.listing,
ZSI.generate.progress
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from lxml import etree

from tests.generate.made import MadeTests
from tests.wsdl.small import TYPES, schema_text, wsdl_text
from ZSI.errors import Finding, Where
from ZSI.generate import commands, progress
from ZSI.generate.commands import main, wsdl2py
from ZSI.generate.progress import Progress

ROOT = Path(__file__).parents[2]


class CommandTests(MadeTests):
    """One run after another, in this process."""

    def setUp(self) -> None:
        super().setUp()
        self.wsdl = str(self.write("small.wsdl", wsdl_text()))
        self.out = self.folder / "out"

    def run_main(self, *words: str) -> int:
        """The exit code; what was said is in ``said`` and ``told`` (standard error)."""
        said, told = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
            ended = self.assertRaises(SystemExit, main, words)
        self.said, self.told = said.getvalue(), told.getvalue()
        return int(ended.code or 0)

    # -- writing --------------------------------------------------------------------------------

    def test_writes(self) -> None:
        self.assertEqual(self.run_main("-w", "-o", str(self.out), self.wsdl), 0)
        names = sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*.*"))
        self.assertEqual(names, ["Small_client.py", "Small_server.py", "Small_types.py",
                                 "Small_wsdl/small.wsdl"])  # fmt: skip
        self.assertEqual((self.said, self.told), ("", ""))

    def test_current_folder(self) -> None:
        before = Path.cwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        self.assertEqual(self.run_main("small.wsdl"), 0)
        self.assertTrue(Path("Small_types.py").exists())

    def test_package(self) -> None:
        """In a package the modules import one another relatively."""
        self.write("out/__init__.py", "")
        self.run_main("-o", str(self.out), self.wsdl)
        self.assertIn("from . import", (self.out / "Small_server.py").read_text())

    def test_check(self) -> None:
        self.assertEqual(self.run_main("--check", "-o", str(self.out), self.wsdl), 1)
        self.assertIn("Small_types.py is not what the WSDL gives: run wsdl2py", self.told)
        self.assertFalse(self.out.exists())
        self.run_main("-o", str(self.out), self.wsdl)
        self.assertEqual(self.run_main("--check", "-o", str(self.out), self.wsdl), 0)
        self.assertEqual(self.run_main("--check", "-w", "-o", str(self.out), self.wsdl), 1)

    def test_unchanged_files_are_left_alone(self) -> None:
        self.run_main("-o", str(self.out), self.wsdl)
        path = self.out / "Small_types.py"
        os.utime(path, (1, 1))
        self.run_main("-o", str(self.out), self.wsdl)
        self.assertEqual(path.stat().st_mtime, 1)

    def test_schema(self) -> None:
        schema = self.write("test_Choice.xsd", schema_text(TYPES))
        self.assertEqual(self.run_main("-x", "-o", str(self.out), str(schema)), 0)
        self.assertEqual([p.name for p in self.out.iterdir()], ["test_Choice_xsd_types.py"])

    def test_the_golden_files(self) -> None:
        """``generated`` is what the command makes of echo.wsdl."""
        before = Path.cwd()
        self.addCleanup(os.chdir, before)
        os.chdir(ROOT)
        self.assertEqual(
            self.run_main("--check", "-w", "-o", "generated", "echo.wsdl"), 0, "differs"
        )

    def test_as_a_function(self) -> None:
        made = wsdl2py(["-w", "-o", str(self.out), self.wsdl])
        self.assertEqual(made, [str(self.out / f"Small_{kind}.py")
                                for kind in ("types", "server", "client")])  # fmt: skip
        with contextlib.redirect_stderr(io.StringIO()):
            error = self.assertRaises(SystemExit, wsdl2py, ["nowhere.wsdl"])
        self.assertEqual(error.code, 66)

    def test_zsi_options(self) -> None:
        code = self.run_main("-a", "-b", "-l", "-s", "-p", "-o", str(self.out), self.wsdl)
        self.assertEqual(code, 0)
        self.assertEqual(
            [line.split()[1] for line in self.told.splitlines()],
            ["-b:", "-l:", "-s:", "-a:", "-p:"],
        )

    # -- looking --------------------------------------------------------------------------------

    def test_list(self) -> None:
        self.assertEqual(self.run_main("--list", self.wsdl), 0)
        self.assertEqual(self.said, "service S\n  port P  SOAP 1.1  http://localhost/x\n"
                         "    Ask  document/literal  Ask -> Answer\n")  # fmt: skip

    def test_list_what_is_not_served(self) -> None:
        text = wsdl_text().replace('message="t:In"', 'message="t:No"')
        self.run_main("--list", str(self.write("broken.wsdl", text)))
        self.assertIn("not served: message {urn:x}No is missing", self.said)

    def test_list_without_service(self) -> None:
        text = wsdl_text(service="", binding="")
        self.run_main("--list", str(self.write("bare.wsdl", text)))
        self.assertEqual(self.said, "no service; 0 types, 2 elements\n")

    def test_list_json(self) -> None:
        self.run_main("--list", "--json", self.wsdl)
        data = json.loads(self.said)
        (operation,) = data["services"][0]["ports"][0]["operations"]
        self.assertEqual((operation["name"], operation["soap_action"]), ("Ask", "urn:ask"))

    def test_json(self) -> None:
        text = wsdl_text(types=TYPES.replace("xs:int", "t:No"))
        self.run_main("--json", "-o", str(self.out), str(self.write("odd.wsdl", text)))
        data = json.loads(self.said)
        self.assertEqual(data["findings"][0]["rule"], "missing-type")
        self.assertEqual(data["findings"][0]["file"], str(self.folder / "odd.wsdl"))
        self.assertEqual(len(data["files"]), 4)
        self.assertEqual(self.told, "")

    def test_sample(self) -> None:
        self.assertEqual(self.run_main("--sample", "P/Ask", self.wsdl), 0)
        documents = [part for part in self.said.split("<!--") if part]
        self.assertEqual([part.split()[0] for part in documents], ["request", "response"])
        for part in documents:
            etree.fromstring(part.partition("-->")[2].strip())
        first = self.said
        self.run_main("--sample", "Ask", "--seed", "3", self.wsdl)
        self.assertNotEqual(self.said, first)
        self.run_main("--sample", "Ask", "--minimal", "--json", self.wsdl)
        self.assertEqual(list(json.loads(self.said)), ["request of P/Ask", "response of P/Ask"])

    def test_sample_of_nothing(self) -> None:
        self.assertEqual(self.run_main("--sample", "Asq", self.wsdl), 64)
        self.assertEqual(self.told, "wsdl2py: no operation Asq: did you mean Ask?\n")

    def test_lint(self) -> None:
        self.assertEqual(self.run_main("--lint", self.wsdl), 0)
        self.assertIn("no findings", self.said)
        odd = wsdl_text().replace("document", "rpc").replace("<soap:body", '<soap:body parts="x"')
        path = str(self.write("odd.wsdl", odd))
        self.assertEqual(self.run_main("--lint", path), 0)
        self.assertRegex(self.said, r"odd\.wsdl:\d+: warning: R\d{4}: ")
        self.run_main("--lint", "--json", path)
        self.assertTrue(json.loads(self.said)[0]["rule"].startswith("R"))

    # -- what goes wrong ------------------------------------------------------------------------

    def test_wrong_usage(self) -> None:
        for words in ((), ("--no-such",), (self.wsdl, "more"), ("--list", "--lint", self.wsdl)):
            self.assertEqual(self.run_main(*words), 64, words)
            self.assertIn("usage: wsdl2py", self.told)

    def test_unreadable(self) -> None:
        bad = self.write("bad.wsdl", "<a>")
        for path in (str(self.folder), "nowhere.wsdl", str(bad), self.wsdl + "\n2"):
            self.assertEqual(self.run_main(path), 66, path)
            self.assertEqual(len(self.told.splitlines()), 1, self.told)
            self.assertIn("expected", self.told)

    def test_strict(self) -> None:
        odd = wsdl_text(types=TYPES.replace("xs:int", "t:No"))
        path = str(self.write("odd.wsdl", odd))
        self.assertEqual(self.run_main("-o", str(self.out), path), 0)
        self.assertRegex(self.told, r"^wsdl2py: .*odd\.wsdl:\d+: warning: missing-type: ")
        self.assertEqual(self.run_main("-q", "-o", str(self.out), path), 0)
        self.assertEqual(self.told, "")
        self.assertEqual(self.run_main("--strict", "-o", str(self.out), path), 1)
        self.assertIn("missing-type", self.told)

    def test_unwritable(self) -> None:
        self.write("file", "")
        self.assertEqual(self.run_main("-o", str(self.folder / "file" / "x"), self.wsdl), 73)
        self.assertEqual(len(self.told.splitlines()), 1)

    def test_defect(self) -> None:
        """What nobody thought of ends in one line too, unless asked for."""
        self.patch(commands, "make_plan", lambda contract: 1 / 0)
        self.assertEqual(self.run_main(self.wsdl), 70)
        self.assertIn("unexpected ZeroDivisionError: division by zero; please report it", self.told)
        self.assertRaises(ZeroDivisionError, main, ["-d", self.wsdl])

    def test_interrupted(self) -> None:
        def interrupt(contract: object) -> None:
            raise KeyboardInterrupt

        self.patch(commands, "make_plan", interrupt)
        self.assertEqual(self.run_main(self.wsdl), 130)

    def test_lines_stay_lines(self) -> None:
        """A name with a line break or an escape sequence in it does not fake output."""
        told = io.StringIO()
        finding = Finding("rule", "a\nb\x1b[2J\u2028c", Where("x\ny.wsdl", 1))
        with contextlib.redirect_stderr(told):
            commands._say([finding])
        self.assertEqual(told.getvalue(), "wsdl2py: x y.wsdl:1: warning: rule: a b?[2J c\n")

    def test_many_findings_are_counted(self) -> None:
        elements = "".join(f'<xs:element name="e{n}" type="t:No{n}"/>' for n in range(150))
        path = str(self.write("odd.wsdl", wsdl_text(types=TYPES + elements)))
        self.run_main("-o", str(self.out), path)
        lines = self.told.splitlines()
        self.assertEqual(len(lines), commands.SHOWN + 1)
        self.assertEqual(lines[-1], "wsdl2py: 50 more findings: --json has them all")

    def test_script(self) -> None:
        """As a process of its own: a reader that goes away is no error."""
        command = f"{sys.executable} -m ZSI.generate.commands --list {Path(self.wsdl).absolute()}"
        ran = subprocess.run(
            f"{command} | head -c 1", shell=True, capture_output=True, cwd=ROOT, timeout=60
        )
        self.assertEqual((ran.stdout, ran.stderr), (b"s", b""))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class ProgressTests(MadeTests):
    """What is said while one waits."""

    def test_quick_runs_are_silent(self) -> None:
        stream = Terminal()
        with Progress(stream) as shown:
            shown.stage = "reading"
        self.assertEqual(stream.getvalue(), "")

    def test_long_runs(self) -> None:
        self.patch(progress, "PATIENCE", 0.01)
        self.patch(progress, "PERIOD", 0.01)
        stream = Terminal()
        with Progress(stream) as shown:
            shown.stage = "reading a.wsdl"
            while "reading" not in stream.getvalue():
                pass
        self.assertIn("\rwsdl2py: reading a.wsdl, 0 s", stream.getvalue())
        self.assertTrue(stream.getvalue().endswith(" \r"), "the line is wiped out")

    def test_no_terminal(self) -> None:
        self.patch(progress, "PATIENCE", 0.0)
        stream = io.StringIO()
        with Progress(stream):
            pass
        self.assertEqual(stream.getvalue(), "")
