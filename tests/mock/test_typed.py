"""Typed mocks: what ``wsdl2py --mock`` writes runs, and mypy --strict knows right from wrong."""

from __future__ import annotations

import sys
import tempfile
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.serving import BANK, post
from ZSI.generate.commands import wsdl2py
from ZSI.mock.client import RemoteMock
from ZSI.mock.matchers import matching

LANGUAGE = Path(__file__).parent / "language.wsdl"


class TypedTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def generated(self, wsdl: Path = BANK) -> list[str]:
        """What wsdl2py writes."""
        return wsdl2py(["--mock", "-q", "-o", str(self.folder), str(wsdl)])

    def imported(self, name: str = "Bank") -> Any:
        """The mock module, imported for this test only."""
        self.generated()
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        for module in (f"{name}_mock", f"{name}_types"):
            self.addCleanup(sys.modules.pop, module, None)
        return import_module(f"{name}_mock")


class RunTests(TypedTestCase):
    def test_a_mock_of_its_own(self) -> None:
        module = self.imported()
        with module.BankMock.serve() as bank:
            bank.GetBalance.when(account="42").reply(balance=Decimal("10"))
            bank.GetBalance.when(account=matching("^9")).fail("AccountNotFound", code=7)
            self.assertEqual(post(bank.url, "GetBalance", account="42").text("balance"), "10")
            self.assertEqual(post(bank.url, "GetBalance", account="99").text("code"), "7")
            bank.GetBalance.assert_called_with(account="42")
            self.assertRaises(AssertionError, bank.GetBalance.assert_called_once_with, account="42")
            self.assertEqual(bank.GetBalance.calls[-1].request.account, "99")
            self.assertEqual(bank.GetBalance.sample(balance=3).balance, Decimal(3))
            bank.mock.reset()
            bank.port("BankSoap12").GetBalance.reply(balance="12.00")
            answer = post(bank.url, "GetBalance", version="1.2", account="42")
            self.assertEqual(answer.text("balance"), "12.00")
            self.assertNotEqual(post(bank.url, "GetBalance", account="42").text("balance"),
                                "12.00")  # fmt: skip

    def test_objects_of_the_generated_classes(self) -> None:
        module = self.imported()
        types = sys.modules["Bank_types"]
        with module.BankMock.serve() as bank:
            bank.GetBalance.fail(types.AccountNotFound(code=7))
            (stub,) = bank.mock.engine.rules.all
            self.assertRegex(stub.shown, r"^GetBalance of test_typed\.py:\d+$")  # no generated line
            self.assertEqual(post(bank.url, "GetBalance", account="1").text("code"), "7")
            bank.OpenAccount.reply(types.OpenAccountResponse(account="1", refused="no"))
            body = ('<OpenAccount xmlns="urn:example:bank"><company><name>A</name><register>B'
                    "</register></company><currency>EUR</currency></OpenAccount>")  # fmt: skip
            self.assertEqual(post(bank.url, body=body).text("refused"), "no")

    def test_keywords_of_python(self) -> None:
        module = self.imported()
        with module.BankMock.serve() as bank:
            bank.Transfer.when(from_="1").reply(status="DONE")
            asked = {"from": "1", "to": "2", "amount": "1"}
            self.assertEqual(post(bank.url, "Transfer", **asked).text("status"), "DONE")

    def test_over_a_server_elsewhere(self) -> None:
        module = self.imported()
        with module.BankMock.serve(admin=True) as bank:
            remote = module.BankMock(RemoteMock(bank.mock.admin_url))
            remote.GetBalance.when(account="42").reply(balance="10.00")
            self.assertEqual(post(bank.url, "GetBalance", account="42").text("balance"), "10.00")
            remote.GetBalance.assert_called_once_with(account="42")

    def test_the_class_knows_its_wsdl_and_its_operations(self) -> None:
        module = self.imported()
        self.assertTrue(module.BankMock.wsdl().samefile(self.folder / "Bank_wsdl" / "bank.wsdl"))
        self.assertEqual(module.BankMock.GetBalance.op, "GetBalance")
        self.assertIn("What an account holds.", module.BankMock.GetBalance.__doc__)


RIGHT = """
    from __future__ import annotations
    from decimal import Decimal
    from typing import assert_type
    from ZSI.pytest_plugin import SoapMock
    from ZSI.mock.matchers import matching
    import Bank_types
    from Bank_mock import BankMock

    def test_right(soap_mock: SoapMock) -> None:
        bank = soap_mock(BankMock)
        assert_type(bank, BankMock)
        bank.GetBalance.when(account="42").reply(balance=Decimal("10"))
        bank.GetBalance.when(account=matching("^4"), on=None).reply(balance=10, status="OPEN")
        bank.Transfer.when({"amount/@currency": "EUR"}, from_="1").fail(
            "InsufficientFunds", missing=3)
        bank.Transfer.fail(Bank_types.AccountNotFound(code=7)).times(2).delay("1ms")
        bank.GetBalance.assert_called_once_with(account="42")
        assert_type(bank.GetBalance.calls[-1].request.account, str)
        bank.GetBalance.reply(bank.GetBalance.sample(balance=3))
        BankMock.GetBalance.variations()
        with BankMock.serve() as other:
            other.GetRates.reply(rate=[{"currency": "EUR"}])
            other.port("BankSoap12").GetBalance.delay("1ms")
            other.mock.gate("x").release()
"""

WRONG = """
    from __future__ import annotations
    from ZSI.pytest_plugin import SoapMock
    from Bank_mock import BankMock

    def test_wrong(soap_mock: SoapMock) -> None:
        bank = soap_mock(BankMock)
        bank.GetBalance.when(acount="42")
        bank.GetBalance.reply(balanc="10")
        bank.GetBalance.reply(balance=1.5)
        bank.GetBalence.reply()
        bank.GetBalance.fail("AcountNotFound")
        bank.GetBalance.fail("AccountNotFound", cod=7)
        bank.GetBalance.assert_called_with(acount="42")
        bank.GetBalance.calls[-1].request.acount
        bank.GetBalance.sample().balanc

"""


class MypyTests(TypedTestCase):
    def test_right_is_accepted_and_each_wrong_line_refused(self) -> None:
        if find_spec("mypy") is None:
            raise SkipTest("mypy is not installed")
        from mypy import api

        self.generated()
        for name, text in (("right", RIGHT), ("wrong", WRONG)):
            (self.folder / f"{name}.py").write_text(dedent(text))
        root = Path(__file__).parents[2]
        (self.folder / "mypy.ini").write_text(
            f"[mypy]\nstrict = true\nexplicit_package_bases = true\n"
            f"mypy_path = {root}:{self.folder}\nfollow_imports = silent\n"
        )
        files = [str(self.folder / f"{name}.py") for name in ("Bank_mock", "right", "wrong")]
        cache = root / ".mypy_cache" / "typed"
        said, trouble, _ = api.run(
            ["--config-file", str(self.folder / "mypy.ini"), "--cache-dir", str(cache),
             "--no-error-summary", *files]
        )  # fmt: skip
        self.assertEqual(trouble, "")
        lines = [line for line in said.splitlines() if ": error:" in line]
        self.assertEqual([line for line in lines if "wrong.py" not in line], [])
        numbers = {int(line.split("wrong.py:")[1].split(":")[0]) for line in lines}
        first = next(n for n, text in enumerate(dedent(WRONG).splitlines(), 1) if "acount" in text)
        self.assertEqual(numbers, set(range(first, first + 9)))
