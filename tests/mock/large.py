"""Thirty tests of a large contract in one run of pytest, and what each of them takes.

``python -m tests.mock.large [workers]`` prints the figures of NetSuite's WSDL: seconds of processor
and of the clock for each test with everything in it: fixture, stubs, calls, assertions, reset.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from ZSI.mock.cache import default_folder
from ZSI.mock.contract import MockContract
from ZSI.mock.facade import Mock
from ZSI.samples import minimal
from ZSI.writer import SoapWriter

ROOT = Path(__file__).parents[2]
NETSUITE = ROOT.parent / "shared" / "wsdl" / "netsuite-v2017.2" / "netsuite.wsdl"
#: Operations that a stub and a call is tried with; six tests more say something of their own.
OPERATIONS = (
    "login", "changePassword", "changeEmail", "logout", "add", "delete", "search", "searchMore",
    "searchNext", "update", "upsert", "addList", "deleteList", "updateList", "getList", "getAll",
    "getSavedSearch", "initialize", "getSelectValue", "getCurrencyRate", "getServerTime", "attach",
    "asyncSearch", "getDeleted",
)  # fmt: skip

#: Notes what each test took, and each contract that is read: from its documents or the cache.
CONFTEST = """
    import json, os, sys, time
    import pytest

    notes = open(f"notes.{os.getpid()}", "a")
    #: what a server reads to know a contract; looks at whether documents changed are not counted
    read = []

    def hook(event, given):
        if event == "open" and str(given[0]).endswith(".contract") and os.path.exists(given[0]):
            read.append("cache")
        if event == "import" and given[0] == "ZSI.wsdl.load":
            read.append("documents")

    sys.addaudithook(hook)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(item, nextitem):
        cpu, clock = time.process_time(), time.perf_counter()
        result = yield
        took = [time.process_time() - cpu, time.perf_counter() - clock]
        print(json.dumps([item.name, *took]), file=notes, flush=True)
        return result

    def pytest_sessionfinish():
        print(json.dumps(["read", len(read), 0]), file=notes, flush=True)
"""

TESTS = """
    from pathlib import Path
    import pytest
    from tests.mock.serving import send
    from tests.mock.large import NETSUITE, OPERATIONS

    def call(mock, name):
        request = Path("requests", name).read_bytes()
        return send(mock.url, "POST", request, {"Content-Type": "text/xml", "SOAPAction": '""'})

    @pytest.mark.parametrize("name", OPERATIONS)
    def test_operation(soap_mock, name):
        mock = soap_mock(NETSUITE)
        mock[name].reply()
        assert call(mock, name).status == 200
        mock[name].assert_called_once()

    def test_record(soap_mock):
        mock = soap_mock(NETSUITE)
        mock.get.when({"baseRef/@internalId": "id-1"}).reply(
            {"//record": {"$type": "listRel:Customer", "entityId": "ACME"}})
        assert call(mock, "get").text("entityId") == "ACME"
        mock.get.assert_called_once_with({"baseRef/@internalId": "id-1"})

    def test_fault(soap_mock):
        mock = soap_mock(NETSUITE)
        mock.login.fail("invalidCredentialsFault", code="USER_ERROR", message="no")
        assert call(mock, "login").status == 500

    def test_trouble(soap_mock):
        mock = soap_mock(NETSUITE)
        mock.getServerTime.raw(b"busy", status=503)
        assert call(mock, "getServerTime").status == 503

    def test_unmatched(soap_mock):
        mock = soap_mock(NETSUITE, check=False)
        mock.get.when({"baseRef/@internalId": "42"}).reply()
        assert "internalId" in call(mock, "get").text("faultstring")

    def test_handler(soap_mock):
        mock = soap_mock(NETSUITE)

        @mock.getServerTime.handler
        def answer(request):
            return mock.getServerTime.sample()

        assert call(mock, "getServerTime").status == 200

    def test_never(soap_mock):
        mock = soap_mock(NETSUITE)
        mock["delete"].assert_not_called()
"""


@dataclass(frozen=True)
class Figures:
    """What a run took.

    Attributes:
        tests: by process, for each test in its order: name, seconds of processor, of the clock.
        reads: by process, how often a contract was read.
        said: what pytest said.
    """

    tests: tuple[tuple[tuple[str, float, float], ...], ...]
    reads: tuple[int, ...]
    said: str

    @property
    def later(self) -> tuple[tuple[str, float, float], ...]:
        """All tests but the first of each process, which has the server to start."""
        return tuple(test for process in self.tests for test in process[1:])


def run(workers: int = 0, cache: Path | None = None, only: str = "") -> Figures:
    """Run the tests.

    Args:
        only: those whose names pytest finds with this.
        workers: of pytest-xdist; 0: without it.
        cache: the folder of the contract cache; None: the user's.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conftest.py").write_text(dedent(CONFTEST))
        (folder / "test_large.py").write_text(dedent(TESTS))
        requests(folder / "requests")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        if cache is not None:
            environment["ZSI_MOCK_CACHE"] = str(cache)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "ZSI.pytest_plugin"]
        command += ["-p", "xdist", "-n", str(workers)] if workers else []
        command += ["-k", only] if only else []
        done = subprocess.run(
            command, cwd=folder, env=environment, text=True, timeout=300, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return _figures(folder, done.stdout)


def requests(folder: Path) -> None:
    """What a client sends: samples, but searches for little; a full one has 1,000 criteria."""
    folder.mkdir()
    mock = Mock([MockContract.load(NETSUITE, folder=default_folder())])
    for name in {*OPERATIONS, "get"}:
        if "earch" in name:
            request = minimal(mock.engine.operations.find(name)[0].request_class)
            (folder / name).write_bytes(bytes(SoapWriter().serialize(request)))
        else:
            (folder / name).write_bytes(mock.sample_request(name))


def _figures(folder: Path, said: str) -> Figures:
    tests: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    reads = []
    for path in sorted(folder.glob("notes.*")):
        for line in path.read_text().splitlines():
            name, cpu, clock = json.loads(line)
            if name != "read":
                tests[path.name].append((name, cpu, clock))
            elif path.name in tests:  # else it only starts the workers
                reads.append(int(cpu))
    return Figures(tuple(map(tuple, tests.values())), tuple(reads), said)


def main() -> None:
    """Run them as the command line says, and print a table."""
    figures = run(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(figures.said)
    for process in figures.tests:
        for name, cpu, clock in process:
            print(f"{name:40} {cpu * 1000:8.1f} ms of processor {clock * 1000:8.1f} ms")
    later = sorted(figures.later, key=lambda test: test[1])
    print(f"contracts read by process: {figures.reads}")
    print(f"first of each process: {[f'{p[0][1]:.3f} s' for p in figures.tests]} of processor")
    middle, most = (test[1] * 1000 for test in (later[len(later) // 2], later[-1]))
    print(f"others: {middle:.1f} ms at the median, {most:.1f} ms at most, of processor")


if __name__ == "__main__":
    main()
