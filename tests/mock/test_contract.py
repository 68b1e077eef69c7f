"""Contracts, their operations, and the cache that keeps them.

Covers: ZSI.mock.contract, ZSI.mock.operations, ZSI.mock.cache.
"""

from __future__ import annotations

import json
import os
import pickle
import stat
import sys
from pathlib import Path
from unittest import mock

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.large import NETSUITE
from tests.mock.serving import serve
from ZSI import samples
from ZSI.mock import cache
from ZSI.mock.cache import Planned, default_folder, load_planned
from ZSI.mock.contract import MockContract, path_of
from ZSI.mock.examples import example
from ZSI.mock.facade import Mock
from ZSI.mock.operations import OperationTable, UnknownName
from ZSI.names import SOAP11_ENC
from ZSI.writer import SoapWriter
from ZSI.wsdl.model import ContractError
from ZSI.wsdl.sources import LoadPolicy

BANK = Path(example("bank"))


class ContractTests(SynchronousTestCase):
    """A WSDL as the mock holds it."""

    def setUp(self) -> None:
        self.bank = MockContract.load(BANK)

    def test_operations(self) -> None:
        names = {operation.title for operation in self.bank.operations}
        self.assertEqual(len(names), 12)
        self.assertIn("BankSoap12/GetBalance", names)
        (operation,) = self.bank.operations.find("BankSoap/GetBalance")
        self.assertEqual(operation.contract, "Bank")
        self.assertEqual(operation.version.number, "1.1")
        self.assertEqual(operation.request_class.__name__, "GetBalance")
        self.assertEqual(list(operation.faults), ["AccountNotFound"])
        self.assertEqual([name.localname for name in operation.headers], ["Session"])
        assert operation.response_class is not None
        self.assertEqual(operation.response_class.__name__, "GetBalanceResponse")
        (one_way,) = self.bank.operations.find("BankSoap/ReportFraud")
        self.assertTrue(one_way.one_way)
        self.assertIsNone(one_way.response_class)

    def test_once_a_process(self) -> None:
        self.assertIs(MockContract.load(BANK), self.bank)
        named = MockContract.load(BANK, name="other")
        self.assertIsNot(named, self.bank)
        self.assertEqual((named.name, named.operations.all[0].contract), ("other", "other"))
        self.assertIs(named.planned, self.bank.planned)

    def test_paths(self) -> None:
        self.assertEqual(self.bank.paths(), {"BankSoap": "/bank", "BankSoap12": "/bank"})
        self.assertIsNone(path_of("http://[bad/x"))
        self.assertIsNone(path_of("jms:queue/x"))
        self.assertIsNone(path_of("http:8080://localhost/sql"))
        self.assertEqual(path_of(" https://h/a "), "/a")

    def test_unreadable(self) -> None:
        error = self.assertRaises(ContractError, MockContract.load, "none.wsdl")
        self.assertIn("none.wsdl", str(error))

    def test_broken_operation(self) -> None:
        """It is known, with the reason, and the others are served."""
        folder = Path(self.mktemp())
        folder.mkdir()
        text = BANK.read_text("utf-8").replace('element="bank:Transfer"', 'element="bank:Gone"')
        (folder / "b.wsdl").write_text(text, "utf-8")
        contract = MockContract.load(folder / "b.wsdl")
        (broken,) = contract.operations.find("BankSoap/Transfer")
        self.assertIn("Gone", broken.problem or "")
        (fine,) = contract.operations.find("BankSoap/GetBalance")
        self.assertIsNone(fine.problem)

    def test_warnings(self) -> None:
        """Where less is checked than a schema wants, or others may check otherwise."""
        self.assertEqual(self.bank.warnings, ())
        on = '<xs:element name="on" type="xs:date" minOccurs="0"/>'
        folder = Path(self.mktemp())
        folder.mkdir()
        for name, text, said in (
            ("gone.wsdl", on.replace("xs:date", "bank:Gone"),
             "Bank: type {urn:example:bank}Gone is not defined in any document read "),
            ("twice.wsdl", on * 2, "Bank: libxml2 does not compile its schema (local complex type: "
             "The content model is not determinist.): messages are checked by our own reading"),
        ):  # fmt: skip
            path = folder / name
            path.write_text(BANK.read_text("utf-8").replace(on, text, 1), "utf-8")
            (warning,) = MockContract.load(path).warnings
            self.assertIn(said, warning)


class NamesTests(SynchronousTestCase):
    """Operations by the names that stubs give them."""

    def setUp(self) -> None:
        one, two = MockContract.load(BANK), MockContract.load(BANK, name="second")
        self.table = OperationTable([*one.operations, *two.operations])

    def said(self, *args: object, **named: object) -> str:
        return str(self.assertRaises(UnknownName, self.table.find, *args, **named))

    def test_find(self) -> None:
        self.assertEqual(len(self.table.find("GetBalance")), 4)
        self.assertEqual(len(self.table.find("BankSoap12/GetBalance")), 2)
        self.assertEqual(len(self.table.find("GetBalance", service="second")), 2)
        self.assertEqual(len(self.table.find("GetBalance", service="Bank")), 4)
        self.assertEqual(len(self.table), 24)

    def test_unknown(self) -> None:
        self.assertEqual(
            self.said("GetBalence"), "no operation GetBalence; did you mean GetBalance?"
        )
        self.assertIn("no operation X; expected GetBalance", self.said("X"))
        self.assertEqual(self.said("BankSoap13/X"),
                         "no port BankSoap13; did you mean BankSoap12 or BankSoap?")  # fmt: skip
        self.assertEqual(self.said("GetBalance", service="sekond"),
                         "no service sekond; did you mean second?")  # fmt: skip
        self.assertIn("has no input x", self.said("GetBalance", input="x"))
        error = self.assertRaises(UnknownName, OperationTable().find, "x")
        self.assertEqual(str(error), "no operation x; expected none")


class CacheTests(SynchronousTestCase):
    """What is kept on disk, and when it counts."""

    def setUp(self) -> None:
        base = Path(self.mktemp())
        base.mkdir()
        self.folder = base / "cache"
        self.wsdl = base / "b.wsdl"
        self.wsdl.write_bytes(BANK.read_bytes())
        self.patch(cache, "_kept", {})

    def load(self, **options: object) -> Planned:
        cache._kept.clear()  # another process
        return load_planned(self.wsdl, LoadPolicy(**options), self.folder)  # type: ignore[arg-type]  # options of any kind

    def entry(self) -> Path:
        (found,) = self.folder.iterdir()
        return found

    def include(self, location: str) -> None:
        text = self.wsdl.read_text("utf-8")
        at = text.index(">", text.index("<xs:schema")) + 1
        added = f'<xs:include schemaLocation="{location}"/>'
        self.wsdl.write_text(text[:at] + added + text[at:], "utf-8")

    def forbid_reading(self) -> None:
        def read(location: object, policy: object) -> Planned:
            raise AssertionError("it was read again")

        self.patch(cache, "read_planned", read)

    def test_found_again(self) -> None:
        first = self.load()
        self.forbid_reading()
        self.assertEqual(self.load(), first)
        self.assertIs(load_planned(self.wsdl, LoadPolicy(), self.folder),
                      load_planned(self.wsdl, LoadPolicy(), None))  # fmt: skip

    def test_classes_are_read_one_by_one(self) -> None:
        first = self.load().plan.classes
        kept = self.load().plan.classes
        self.assertEqual(kept._plans, {})
        self.assertEqual(kept.named("GetBalance"), first.named("GetBalance"))
        self.assertEqual(list(kept._plans), ["GetBalance"])
        self.assertEqual((kept, len(kept)), (first, len(first)))

    def test_private(self) -> None:
        self.load()
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(self.entry().stat().st_mode), 0o600)

    def test_a_changed_document(self) -> None:
        self.load()
        text = self.wsdl.read_text("utf-8").replace("AccountStatus", "StatusOfAccount")
        self.wsdl.write_text(text, "utf-8")
        changed = self.load()
        self.assertIn("StatusOfAccount", repr(changed.plan.simples))
        known = load_planned(self.wsdl, LoadPolicy(), None)
        self.wsdl.write_bytes(BANK.read_bytes())
        self.assertIsNot(load_planned(self.wsdl, LoadPolicy(), None), known)

    def test_a_changed_import(self) -> None:
        folder = self.wsdl.parent
        schema = folder / "t.xsd"
        schema.write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', "utf-8")
        text = self.wsdl.read_text("utf-8")
        at = text.index(">", text.index("<xs:schema")) + 1
        self.wsdl.write_text(
            text[:at] + '<xs:include schemaLocation="t.xsd"/>' + text[at:], "utf-8"
        )
        self.assertEqual(len(self.load().documents or ()), 2)
        schema.write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
            '<xs:element name="New" type="xs:int"/></xs:schema>',
            "utf-8",
        )
        self.assertIn("New", repr(self.load().plan.classes))

    def test_a_missing_import_may_come(self) -> None:
        text = self.wsdl.read_text("utf-8")
        at = text.index(">", text.index("<xs:schema")) + 1
        self.wsdl.write_text(
            text[:at] + '<xs:include schemaLocation="t.xsd"/>' + text[at:], "utf-8"
        )
        self.assertIsNone(self.load().documents)
        self.assertFalse(list(self.folder.iterdir()))

    def test_options_tell_entries_apart(self) -> None:
        self.load()
        self.load(allow_files=True)
        self.assertEqual(len(list(self.folder.iterdir())), 2)

    def test_networked_ones_are_never_kept(self) -> None:
        self.load(allow_network=True)
        self.assertFalse(self.folder.exists())

    def test_not_ours(self) -> None:
        """A pickle is code: entries that others may have written are not read."""
        self.load()
        entry = self.entry()

        def reads() -> bool:
            with mock.patch.object(cache, "read_planned", side_effect=cache.read_planned) as read:
                self.load()
            return bool(read.called)

        self.assertFalse(reads())
        os.chmod(entry, 0o620)
        self.assertTrue(reads())
        os.chmod(entry, 0o600)
        self.assertFalse(reads())
        os.chmod(self.folder, 0o755)
        self.assertTrue(reads())
        os.chmod(self.folder, 0o700)
        with mock.patch.object(os, "geteuid", return_value=os.geteuid() + 1):
            self.assertTrue(reads())
        target = entry.with_name("elsewhere")
        entry.rename(target)
        entry.symlink_to(target.name)
        self.assertTrue(reads())

    def test_folder_that_is_a_link(self) -> None:
        real = self.folder.with_name("real")
        real.mkdir(0o700)
        self.folder.symlink_to(real.name)
        self.load()
        self.assertFalse(list(real.iterdir()))

    def test_damaged(self) -> None:
        whole = self.load()
        entry = self.entry()
        data = entry.read_bytes()
        head = data.partition(b"\n")[0] + b"\n"
        gone = json.dumps({"/none": "0"}).encode() + b"\n"
        bad = (b"", b"{", b"null\n", gone, head, head + b"garbage", head + pickle.dumps("a"))
        for damaged in (*bad, data[:-100], b"null\n" + data[len(head) :]):
            entry.write_bytes(damaged)
            with mock.patch.object(cache, "read_planned", side_effect=cache.read_planned) as read:
                self.assertEqual(self.load().plan, whole.plan)
            self.assertTrue(read.called)

    def test_what_cannot_be_kept_whole(self) -> None:
        with mock.patch.object(cache, "_Pickler", side_effect=RecursionError):
            self.assertTrue(self.load().plan.services)
        self.assertFalse(list(self.folder.iterdir()))

    def test_another_release(self) -> None:
        """Neither an entry of other code of ours, nor one of another Python."""
        self.load()
        with mock.patch.object(cache, "_release", return_value="another"):
            self.load()
        with mock.patch.object(sys, "version", "another"):
            self.load()
        self.assertEqual(len(list(self.folder.iterdir())), 3)

    def test_known_documents(self) -> None:
        """What we have ourselves does not change."""
        text = self.wsdl.read_text("utf-8")
        at = text.index(">", text.index("<xs:schema")) + 1
        added = f'<xs:import namespace="{SOAP11_ENC}"/>'
        added += f'<xs:element name="known" type="e:string" xmlns:e="{SOAP11_ENC}"/>'
        self.wsdl.write_text(text[:at] + added + text[at:], "utf-8")
        self.assertEqual(len(self.load().documents or ()), 1)

    def test_few_in_the_process(self) -> None:
        with mock.patch.object(cache, "MOST_KEPT", 2):
            for number in range(4):
                other = self.wsdl.with_name(f"{number}.wsdl")
                other.write_bytes(BANK.read_bytes())
                load_planned(other, LoadPolicy(), None)
                self.assertLessEqual(len(cache._kept), 2)
        self.forbid_reading()
        load_planned(other, LoadPolicy(), None)

    def test_the_oldest_make_room(self) -> None:
        self.load()
        first = self.entry()
        os.utime(first, (1, 1))
        self.load()  # used: it is not the oldest any more
        for number in range(5):
            old = self.folder / f"{number}.contract"
            old.write_bytes(b"")
            os.utime(old, (10 + number, 10 + number))
        with mock.patch.object(cache, "MOST_ENTRIES", 3):
            self.load(allow_files=True)
        names = {path.name for path in self.folder.iterdir()}
        self.assertEqual(len(names), 3)
        self.assertLessEqual({first.name, "4.contract"}, names)

    def test_folder_that_cannot_be(self) -> None:
        self.folder.write_text("a file", "utf-8")
        self.assertTrue(self.load().plan.services)

    def test_default_folder(self) -> None:
        def with_(**environ: str) -> Path | None:
            with mock.patch.dict(os.environ, environ, clear=True):
                return default_folder()

        self.assertEqual(with_(ZSI_MOCK_CACHE="/x"), Path("/x"))
        self.assertIsNone(with_(ZSI_MOCK_CACHE="off"))
        self.assertEqual(with_(XDG_CACHE_HOME="/c"), Path("/c/zsi-mock"))
        self.assertEqual(with_(HOME="/h"), Path("/h/.cache/zsi-mock"))


class LargeContractTests(SynchronousTestCase):
    """What a call makes of a contract of 1,600 classes: what its messages use."""

    def setUp(self) -> None:
        if not NETSUITE.exists():
            raise SkipTest("no ../shared/wsdl/netsuite-v2017.2")
        # not the one of the process, whose classes other tests have made
        self.contract = MockContract(load_planned(NETSUITE, folder=default_folder()))
        self.mock = Mock([self.contract])

    def ask(self, name: str) -> bytes:
        request = samples.minimal(self.mock.engine.operations.find(name)[0].request_class)
        body = str(SoapWriter(envelope=False).serialize(request))
        return serve(self.mock, body=body).body

    def made(self) -> tuple[int, int, int]:
        """Classes; their types that can be written; those that can be read."""
        types = [cls.complex_type().__dict__ for cls in self.contract.built._classes.values()]
        written, read = (sum(use in each for each in types) for use in ("_encoders", "decode"))
        return len(types), written, read

    def test_only_what_messages_use(self) -> None:
        self.assertEqual(self.made(), (0, 0, 0))
        self.ask("getServerTime")
        few, written, read = self.made()
        self.assertLess(few, 20)
        self.assertLess(written, 10)
        self.assertLess(read, 10)
        reply = self.ask("search")
        # of 300 types of records and 150 of searches that may stand in the messages, one of each
        many, written, read = self.made()
        self.assertGreater(reply.count(b"<"), 2_000)
        self.assertLess(many, 100)
        self.assertLess(written, 60)
        self.assertLess(read, 10)
        self.ask("searchMore")
        self.assertLess(self.made()[0] - many, 10)
