"""The pytest plugin, run by pytest in a process of its own as a user would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.large import NETSUITE, run
from tests.mock.serving import BANK

ROOT = Path(__file__).parents[1]

CLIENT = """
    import pytest
    from tests.mock.serving import BANK, post

    def balance(bank, account="42", **how):
        return post(bank.url, "GetBalance", account=account, **how).text("balance")
"""


class PluginTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        if find_spec("pytest") is None:
            raise SkipTest("pytest is not installed")

    def run_pytest(self, text: str, *options: str, client: str = CLIENT) -> tuple[int, str]:
        """Run a test module; gives the exit code and what pytest says."""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "test_it.py").write_text(dedent(client) + dedent(text))
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200",
                           "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # fmt: skip
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
            command += ["-p", "ZSI.pytest_plugin"]
            done = subprocess.run(
                [*command, *options], cwd=folder, env=environment, text=True, timeout=120,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            return done.returncode, done.stdout

    def passes(self, text: str, *options: str, **how: Any) -> str:
        """Run a test module that passes."""
        code, said = self.run_pytest(text, *options, **how)
        self.assertEqual(code, 0, said)
        return said


class FixtureTests(PluginTestCase):
    def test_stub_call_and_assert(self) -> None:
        self.passes("""
            def test_balance(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.when(account="42").reply(balance="10.00")
                assert balance(bank) == "10.00"
                bank.GetBalance.when(account="42").assert_called_once()
        """)

    def test_a_failing_assertion_names_the_field_and_the_journal(self) -> None:
        code, said = self.run_pytest("""
            def test_balance(soap_mock):
                bank = soap_mock(BANK)
                balance(bank, "41")
                bank.GetBalance.assert_called_once_with(account="42")
        """)
        self.assertEqual(code, 1)
        self.assertIn("account: expected = '42', was '41'", said)
        self.assertIn("GetBalance(account=41) sample 200", said)
        self.assertNotIn("dsl.py", said)  # the test's own line, not ours

    def test_mistakes_are_shown_at_the_line_that_makes_them(self) -> None:
        text = """
            def test_field(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.when(acount="42").reply(balance="10.00")

            def test_operation(soap_mock):
                soap_mock(BANK).GetBalence.reply()

            def test_assertion(soap_mock):
                soap_mock(BANK).GetBalance.assert_called_once_with(acount="42")

            def test_contract(soap_mock):
                soap_mock("bnk.wsdl")

            def test_contract_near(soap_mock):
                open("bank.wsdl", "w").close()
                soap_mock("bnk.wsdl")

            def test_option(soap_mock):
                soap_mock(BANK, prot=80)

            def test_nothing(soap_mock):
                soap_mock()

            def test_class(soap_mock):
                soap_mock(dict)

            def test_no_services(soap_mock):
                text = BANK.read_text()
                with open("portless.wsdl", "w") as file:
                    file.write(text.partition("<service")[0] + "</definitions>")
                soap_mock("portless.wsdl")
                assert not "a report all the same"
        """
        code, said = self.run_pytest(text)
        self.assertEqual(code, 1)
        for words in (
            "NoSuchField: GetBalance: when: acount: no field 'acount' in GetBalance; "
            "expected account, on; did you mean account?",
            "no operation GetBalence; did you mean GetBalance?",
            "bnk.wsdl: there is no such file",
            "/bank.wsdl\n",
            "did you mean port",
            "nothing to serve; expected the path of a WSDL, or a typed mock",
            "dict is no typed mock",
            "a report all the same",
        ):
            self.assertIn(words, said)
        self.assertNotIn("ZSI/mock", said.replace("ZSI.mock", ""))
        self.assertNotIn("twisted", said)
        self.assertIn("paths.py", self.run_pytest(text, "--full-trace")[1])

    def test_teardown_fails_on_what_went_unnoticed(self) -> None:
        code, said = self.run_pytest("""
            def test_unmatched(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.when(account="42").reply()
                balance(bank, "41")

            def test_handler(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.reply(lambda request: 1 / 0)
                balance(bank)

            def test_invalid(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.reply(lambda request: {"balance": "much"})
                balance(bank)

            def test_opted_out(soap_mock):
                bank = soap_mock(BANK, check=False)
                bank.GetBalance.when(account="42").reply()
                balance(bank, "41")
        """)
        self.assertEqual(code, 1)
        self.assertIn("4 passed, 3 errors", said)
        self.assertIn("calls that no stub matched: 1", said)
        self.assertIn("ZeroDivisionError: division by zero (test_it.py:15)", said)
        self.assertIn("much", said)
        self.assertIn("GetBalance(account=41) fallback 500", said)  # the journal

    def test_tests_do_not_see_one_another(self) -> None:
        self.passes("""
            urls = []

            def test_first(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.reply(balance="10.00")
                bank.mock.store["x"] = 1
                assert balance(bank) == "10.00"
                urls.append(bank.url)

            def test_second(soap_mock):
                bank = soap_mock(BANK)
                assert bank.url == urls[0]  # the same server, reset
                assert balance(bank) != "10.00"
                assert len(bank.GetBalance.calls) == 1
                assert not bank.mock.store

            def test_two_at_once(soap_mock):
                one, two = soap_mock(BANK), soap_mock(BANK)
                one.GetBalance.reply(balance="1.00")
                two.GetBalance.reply(balance="2.00")
                assert (balance(one), balance(two)) == ("1.00", "2.00")

            def test_options(soap_mock):
                bank = soap_mock(BANK, requests="warn", front="web")
                assert balance(bank, "x" * 50)
        """)

    def test_a_contract_that_changes_is_served_anew(self) -> None:
        self.passes("""
            import pathlib

            @pytest.mark.parametrize("name", ["balance", "saldo"])
            def test_changed(soap_mock, tmp_path_factory, name):
                path = pathlib.Path("changing.wsdl")
                path.write_text(BANK.read_text().replace('"balance"', f'"{name}"'))
                bank = soap_mock(path)
                assert post(bank.url, "GetBalance", account="1").text(name)
        """)

    def test_paths_are_also_looked_for_beside_the_test(self) -> None:
        text = """
            import os, pathlib

            def test_beside(soap_mock, monkeypatch, tmp_path):
                pathlib.Path("beside.wsdl").write_text(BANK.read_text())
                monkeypatch.chdir(tmp_path)
                assert balance(soap_mock("beside.wsdl"))
                pathlib.Path("here.wsdl").write_text(BANK.read_text())
                assert balance(soap_mock("here.wsdl"))  # the current folder goes first

            def test_nowhere(soap_mock):
                soap_mock("nowhere.wsdl")
        """
        code, said = self.run_pytest(text)
        self.assertIn("nowhere.wsdl: there is no such file", said)
        self.assertIn("1 failed, 1 passed", said)

    def test_nothing_of_twisted_before_the_fixture_is_used(self) -> None:
        self.passes(
            """
            import sys

            def test_before():
                assert not [m for m in sys.modules if m.split(".")[0] == "twisted"]
                assert not [m for m in sys.modules if m.startswith("ZSI.mock")]

            def test_after(soap_mock):
                from ZSI.mock.examples import example
                soap_mock(example("bank"))
                assert "twisted.internet.reactor" not in sys.modules  # the global one stays free
            """,
            client="",
        )

    def test_servers_end_with_the_run(self) -> None:
        self.passes("""
            import threading, atexit

            def test_serve(soap_mock):
                balance(soap_mock(BANK))
                assert [t for t in threading.enumerate() if t.name == "zsi-mock"]

            @atexit.register
            def look():
                assert not [t for t in threading.enumerate() if t.name == "zsi-mock"]
        """)

    def test_five_hundred_tests_leak_nothing(self) -> None:
        self.passes("""
            import os, threading, time

            def open_now():
                return len(os.listdir("/proc/self/fd")), threading.active_count()

            def settled():  # the server closes its end of a connection a moment later
                last = None
                while last != (last := open_now()):
                    time.sleep(0.2)
                return last

            before = []

            @pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="no /proc")
            @pytest.mark.parametrize("number", range(500))
            def test_often(soap_mock, number):
                bank = soap_mock(BANK)
                bank.GetBalance.when(account=str(number)).reply(balance="1.00")
                assert balance(bank, str(number)) == "1.00"
                if number == 1:
                    before.append(settled())
                if number == 499:
                    assert settled() == before[0]
        """)


class ReadmeTests(PluginTestCase):
    """The README's own test, as it stands and with a client that errs."""

    def test_as_it_stands_and_failing_on_purpose(self) -> None:
        if find_spec("zeep") is None:
            raise SkipTest("zeep is not installed")
        text = (ROOT / "README.md").read_text()
        found = re.search(r"```python\n(# test_bank.py, beside bank.wsdl\n.*?)```", text, re.DOTALL)
        assert found is not None, "the README has no test"
        test = found[1].replace('"bank.wsdl"', repr(str(BANK)))
        self.passes(test, client="")
        other = test.replace(
            'service.GetBalance(account="42").balance == 10', 'service.GetBalance(account="41")'
        )
        code, said = self.run_pytest(
            other.replace('bank.GetBalance.when(account="42").reply(balance="10.00")', ""),
            client="",
        )  # fmt: skip
        self.assertEqual(code, 1)
        words = re.search(r"```\n(AssertionError: .*?)\n```", text, re.DOTALL)
        assert words is not None, "the README does not show what a failing assertion says"
        for line in words[1].splitlines():  # but for the time of the call
            for part in re.split(r"\d\d:\d\d:\d\d\.\d{6}", line.strip()):
                self.assertIn(part, said)


class LargeContractTests(PluginTestCase):
    """Thirty tests on NetSuite's WSDL; ``python -m tests.mock.large`` prints their figures."""

    def setUp(self) -> None:
        super().setUp()
        if not NETSUITE.exists():
            raise SkipTest("no ../shared/wsdl/netsuite-v2017.2")

    def test_read_once_and_each_test_quick(self) -> None:
        figures = run()
        self.assertIn("30 passed", figures.said)
        self.assertEqual(figures.reads, (1,))
        slow = [test for test in figures.later if test[1] > 0.05]
        # a search's first reply has 1,200 elements, which a busy machine may take longer for
        self.assertLessEqual(len(slow), 3, slow)
        self.assertEqual([test for test in slow if test[1] > 0.15], [])

    def test_workers_share_the_cache_on_disk(self) -> None:
        if find_spec("xdist") is None:
            raise SkipTest("pytest-xdist is not installed")
        with tempfile.TemporaryDirectory() as name:
            cache = Path(name) / "cache"
            for _ in range(2):  # both start without it; then both find it
                figures = run(2, cache, "test_fault or test_never or log")
                self.assertIn("4 passed", figures.said)
                self.assertEqual(figures.reads, (1, 1))
                self.assertEqual({path.suffix for path in cache.iterdir()}, {".contract"})


class CompanyTests(PluginTestCase):
    """With the plugins that it has to live with."""

    def needs(self, name: str) -> None:
        if find_spec(name) is None:
            raise SkipTest(f"{name} is not installed")

    def test_xdist(self) -> None:
        self.needs("xdist")
        said = self.passes("""
            @pytest.mark.parametrize("number", range(20))
            def test_often(soap_mock, number):
                bank = soap_mock(BANK)
                bank.GetBalance.when(account=str(number)).reply(balance="1.00")
                assert balance(bank, str(number)) == "1.00"
                bank.GetBalance.assert_called_once()
        """, "-p", "xdist", "-n", "2")  # fmt: skip
        self.assertIn("20 passed", said)

    def test_asyncio(self) -> None:
        self.needs("pytest_asyncio")
        self.passes("""
            import asyncio

            @pytest.mark.asyncio
            async def test_async(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.reply(balance="10.00")
                found = await asyncio.gather(*(asyncio.to_thread(balance, bank) for _ in range(5)))
                assert found == ["10.00"] * 5
        """, "-p", "pytest_asyncio.plugin")  # fmt: skip

    def test_pytest_twisted(self) -> None:
        self.needs("pytest_twisted")
        self.passes("""
            import pytest_twisted
            from twisted.internet.threads import deferToThread

            @pytest_twisted.ensureDeferred
            async def test_twisted(soap_mock):
                bank = soap_mock(BANK)
                bank.GetBalance.reply(balance="10.00")
                assert await deferToThread(balance, bank) == "10.00"
        """, "-p", "pytest_twisted")  # fmt: skip

    def test_the_entry_point(self) -> None:
        text = (ROOT / "pyproject.toml").read_text()
        self.assertIn('"ZSI.pytest_plugin"', text)
        self.assertIn("[project.entry-points.pytest11]", text)
