"""Sweeps every WSDL of ``../shared/wsdl`` and prints tables; ``make corpus``.

``python -m tests.corpus [--part generate|samples] [--json] [--keep DIR] [--no-mypy] [NAME …]``;
NAME: a part of a path. Exits 1 if a sound WSDL fails, or a bad one is not refused.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.corpus import BAD_WSDLS, WSDLS

#: Seconds that one WSDL may take, and that a refusal may take.
PATIENCE = 120.0
REFUSAL_PATIENCE = 5.0
#: Processes at a time.
JOBS = 2
ROOT = Path(__file__).parents[2]

#: WSDLs on whose samples a judge and we differ, and why we do.
DISPUTED = {
    "KDSoap/unittests/default_attribute_value_wsdl/default_attribute_value.wsdl":
        "a default that its own type refuses: xmlschema puts it in all the same",
    "KDSoap/unittests/vidyo/VidyoPortalGuestService.wsdl":
        "a wildcard before an optional element of its namespace (UPA): xmlschema lets it take that",
    "soap4r/test/wsdl/group/group.wsdl":
        "a default that its own type refuses: xmlschema puts it in all the same",
    "soap4r/test/wsdl/soap/soapbodyparts.wsdl":
        "soap:body parts= says which parts the Body has: zeep expects them all",
}  # fmt: skip
#: What their complaints begin with.
JUDGES = ("xmlschema against", "zeep against")

#: What is shown of judges that have no verdict, by where a report has it.
NO_VERDICT = {"unread": "zeep cannot read it", "unknown": "libxml2 does not know"}

Row = dict[str, str]
Report = dict[str, Any]


def index(folder: Path) -> Iterator[Row]:
    """The lines of a folder's INDEX.tsv."""
    with (folder / "INDEX.tsv").open(newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def worker(module: str, *arguments: str) -> Report:
    """Run a worker; what it says, or how it ended."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return {"stage": "time", "error": f"not done after {PATIENCE:.0f} s"}
    try:
        found: Report = json.loads(ran.stdout.splitlines()[-1])
        return found
    except (ValueError, IndexError):
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        return {"stage": "ended", "error": f"exit {ran.returncode}: {said[-1] if said else ''}"}


def at_once(work: Callable[[Any], Report], items: Iterable[Any]) -> list[Report]:
    """The reports of all items, a few at a time."""
    with ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(work, items))


# -- generate: load, plan, print, import, build, mypy --------------------------------------------


def generate(rows: list[Row], folder: Path, mypy: bool) -> list[Report]:
    """The report of each WSDL."""

    def one(numbered: tuple[int, Row]) -> Report:
        package = folder / f"c{numbered[0]:03}"
        path = numbered[1]["path"]
        report = worker("tests.corpus.worker", str(WSDLS / path), str(package))
        return {**_start(numbered[1]), "package": package.name, **report}

    reports = at_once(one, enumerate(rows))
    if mypy:
        check_types(folder, reports)
    return reports


def _start(row: Row) -> Report:
    return {"path": row["path"], "dangling": int(row["dangling_refs"])}


def check_types(folder: Path, reports: list[Report]) -> None:
    """``mypy --strict`` over all packages in one run; adds ``mypy`` to the reports."""
    done = [report for report in reports if report["stage"] == "done"]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    command += ["--config-file", str(ROOT / "pyproject.toml")]
    command += ["--cache-dir", str(ROOT / ".mypy_cache" / "corpus")]
    command += [f"-p{report['package']}" for report in done]
    environment = {**os.environ, "MYPYPATH": f"{folder}:{ROOT}"}
    ran = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    lines = ran.stdout.splitlines()
    for report in done:
        report["mypy"] = [line for line in lines if f"{report['package']}/" in line]
    if ran.returncode not in (0, 1) or ran.stderr.strip():
        sys.exit("\n".join(["mypy did not run:", ran.stderr[-2000:], *lines[-5:]]))


def is_good(report: Report) -> bool:
    """Whether nothing is wrong with a WSDL's report."""
    wrong = report.get("wrong", ())
    if report["path"] in DISPUTED:
        wrong = [line for line in wrong if not line.startswith(JUDGES)]
    return not (report.get("error") or report.get("mypy") or wrong)


def table(reports: list[Report]) -> Iterator[str]:
    """The lines of the table."""
    for report in reports:
        seconds = report.get("seconds", {})
        wrong = report.get("error") or "; ".join(
            (*report.get("mypy", ()), *report.get("wrong", ()))
        )
        shown = "ok" if is_good(report) else str(report.get("stage", "wrong"))
        counts = (
            f"{report['counts'].get('samples', 0):6} samples"
            if "counts" in report
            else f"{report.get('classes', 0):5} classes {report.get('operations', 0):4} ops"
        )
        spent = sum(seconds.values()) if isinstance(seconds, dict) else seconds
        yield f"{shown:8} {counts} {spent:6.2f} s {report.get('mb', 0):4} MB  {report['path']}"
        if wrong:
            yield f"         {wrong[:300]}"
        if "counts" in report and report["path"] in DISPUTED:
            yield f"         disputed: {DISPUTED[report['path']]}"
        for line in report.get("unmade", ()):
            yield f"         no sample: {line[:200]}"
        for name, what in NO_VERDICT.items():
            if report.get(name):
                yield f"         {what}: {str(report[name])[:200]}"


def summary(reports: list[Report]) -> Iterator[str]:
    """How many of the sound WSDLs, and of the others, are right."""
    for name, kind in (("sound", False), ("with dangling references", True)):
        chosen = [report for report in reports if bool(report["dangling"]) is kind]
        yield f"{name}: {sum(map(is_good, chosen))} of {len(chosen)}"
    totals: Counter[str] = Counter()
    for report in reports:
        totals.update(report.get("counts", {}))
    yield from (f"{name}: {number}" for name, number in totals.items())


# -- what is to be refused -----------------------------------------------------------------------


def refusal(row: Row) -> Report:
    """What the command says of a file that cannot be read."""
    path = str(BAD_WSDLS / row["path"])
    command = [sys.executable, "-m", "ZSI.generate.commands", "--check", path]
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=REFUSAL_PATIENCE, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return {"path": row["path"], "exit": None, "said": "no answer"}
    return {"path": row["path"], "exit": ran.returncode, "said": ran.stderr.strip()}


def is_refused(report: Report) -> bool:
    """Whether it was refused with one line."""
    return report["exit"] == 66 and "\n" not in report["said"]


# -- samples -------------------------------------------------------------------------------------


def sample(rows: list[Row]) -> list[Report]:
    """The report of each WSDL's samples."""

    def one(row: Row) -> Report:
        return {**_start(row), **worker("tests.corpus.sampling", str(WSDLS / row["path"]))}

    return at_once(one, rows)


def main() -> None:
    """The sweep."""
    parser = argparse.ArgumentParser("python -m tests.corpus")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--part", choices=("generate", "samples"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="where the generated packages stay")
    parser.add_argument("--no-mypy", action="store_true")
    args = parser.parse_args()
    if not WSDLS.is_dir():
        sys.exit(f"{WSDLS} is not there: nothing to sweep")
    rows = [r for r in index(WSDLS) if not args.names or any(n in r["path"] for n in args.names)]
    found: dict[str, list[Report]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        if args.part in (None, "generate"):
            folder = (args.keep or Path(temporary)).absolute()
            found["generate"] = generate(rows, folder, not args.no_mypy)
            found["refused"] = at_once(refusal, index(BAD_WSDLS)) if not args.names else []
    if args.part in (None, "samples"):
        found["samples"] = sample(rows)
    if args.json:
        print(json.dumps(found, indent=1))
    else:
        _print(found)
    swept = found.get("generate", []) + found.get("samples", [])
    sound = all(is_good(report) for report in swept if not report["dangling"])
    sys.exit(0 if sound and all(map(is_refused, found.get("refused", []))) else 1)


def _print(found: dict[str, list[Report]]) -> None:
    for part in ("generate", "samples"):
        if part in found:
            print(f"== {part}", *table(found[part]), *summary(found[part]), sep="\n")
    refused = found.get("refused", [])
    for report in refused:
        if not is_refused(report):
            print(f"not refused: {report['path']}: exit {report['exit']}: {report['said'][:300]}")
    if refused:
        print(f"refused: {sum(map(is_refused, refused))} of {len(refused)}")


if __name__ == "__main__":
    main()
