"""The journal in a file: what it keeps, and that it survives restarts and kill -9."""

from __future__ import annotations

import sqlite3
import stat
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.kill import kill_once
from tests.mock.serving import BANK, bank_mock, post, serve
from ZSI.mock.journal import JournalLimits
from ZSI.mock.server import MockServer
from ZSI.mock.shown import as_dict
from ZSI.mock.sqlite_journal import JournalFileError, SqliteJournal, keep_in


class SqliteTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "journal.db"

    def kept(self, limits: JournalLimits | None = None) -> tuple[object, SqliteJournal]:
        """A mock whose journal is in the file."""
        mock = bank_mock(limits=limits)
        made = keep_in(mock, f"sqlite:{self.path}")
        assert made is not None
        self.addCleanup(made.close)
        return mock, made


class SqliteJournalTests(SqliteTestCase):
    def test_a_restart_finds_everything(self) -> None:
        mock, file = self.kept()
        mock.op("GetBalance").when(account="42").reply(balance="10.00")
        mock.op("GetBalance").when(account="13").fail("AccountNotFound", code=7)
        header = '<Session xmlns="urn:example:bank"><sessionId>s1</sessionId></Session>'
        serve(mock, "GetBalance", account="42", header=header, http={"X-Env": "uat"})
        serve(mock, "GetBalance", account="13", session="t1")
        serve(mock, "GetBalance", account="9")
        serve(mock, body="<Nonsense/>")
        before = [as_dict(entry, bodies=True) for entry in mock.journal]
        file.close()
        again, _ = self.kept()
        after = [as_dict(entry, bodies=True) for entry in again.journal]
        self.assertEqual(after, before)
        balance = again.op("GetBalance")
        balance.when(account="42").header({"Session/sessionId": "s1"}).assert_called_once()
        balance.http({"X-Env": "uat"}).assert_called_once()
        self.assertEqual(len(again.session("t1").op("GetBalance").calls), 1)
        self.assertEqual(len(again.report().unmatched), 1)
        serve(again, "GetBalance", account="1")
        self.assertEqual([entry.number for entry in again.journal], [1, 2, 3, 4, 5])

    def test_bounded(self) -> None:
        mock, file = self.kept(JournalLimits(count=3))
        for account in "12345":
            serve(mock, "GetBalance", account=account)
        self.assertEqual(len(list(file.entries())), 3)
        other, more = self.kept(JournalLimits(bytes=1_500))
        self.assertLess(len(list(more.entries())), 3)
        self.assertEqual(len(list(more.entries())), len(other.journal))

    def test_cleared(self) -> None:
        mock, file = self.kept()
        serve(mock, "GetBalance", account="1")
        serve(mock, "GetBalance", account="2", session="t1")
        mock.session("t1").reset()
        self.assertEqual([entry.session for entry in file.entries()], [""])
        mock.reset()
        self.assertEqual(list(file.entries()), [])

    def test_secrets_never_reach_the_file(self) -> None:
        mock, file = self.kept()
        serve(mock, "GetBalance", account="1", http={"Authorization": "Basic c2VjcmV0"})
        file.close()
        content = b"".join(path.read_bytes() for path in self.path.parent.iterdir())
        self.assertNotIn(b"c2VjcmV0", content)
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)

    def test_files_of_something_else(self) -> None:
        self.path.write_text("no database, but long enough to be read as one" * 100)
        self.assertRaises(JournalFileError, SqliteJournal, self.path)
        self.path.unlink()
        with sqlite3.connect(self.path) as connection:
            connection.execute("CREATE TABLE other (x)")
        connection.close()
        error = self.assertRaises(JournalFileError, SqliteJournal, self.path)
        self.assertIn("something else", str(error))
        error = self.assertRaises(JournalFileError, keep_in, bank_mock(), "mysql:x")
        self.assertIn("sqlite:FILE", str(error))
        self.assertIsNone(keep_in(bank_mock(), "memory"))

    def test_a_server_in_this_process(self) -> None:
        for number in (1, 2):
            with MockServer(BANK, journal=f"sqlite:{self.path}") as bank:
                post(bank.url, "GetBalance", account="42")
                bank.GetBalance.when(account="42").assert_called()
                self.assertEqual(len(bank.GetBalance.calls), number)


class KillTests(SqliteTestCase):
    def test_kill_9_under_load(self) -> None:
        for seed in range(2):  # fifty in make soak
            listed = kill_once(self.path.with_name(f"{seed}.db"), seed)
            self.assertGreater(listed, 0)
