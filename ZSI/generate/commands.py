"""The command ``wsdl2py``: a WSDL in, modules with typed classes, a server stub and a client out.

Exit codes (sysexits.h, as ZSI used them):

====  =============================================================================
0     done
1     ``--check`` found differences, or there are findings under ``--strict``
64    wrong usage, an unknown operation among it
66    the input cannot be read; one line says where, what was expected, what to try
70    a defect of wsdl2py: please report it
73    the output cannot be written
====  =============================================================================
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ZSI.errors import Finding, ZSIException
from ZSI.generate.client_module import ClientModule
from ZSI.generate.examples import UnknownOperation, examples
from ZSI.generate.listing import finding_data, lines, listed
from ZSI.generate.mock_module import MockModule
from ZSI.generate.plan import Plan
from ZSI.generate.planner import make_plan
from ZSI.generate.progress import Progress
from ZSI.generate.server_module import ServerModule
from ZSI.generate.types_module import TypesModule
from ZSI.version import Version
from ZSI.wsdl.lint import lint
from ZSI.wsdl.load import load_contract, load_schema
from ZSI.wsdl.model import Contract, ContractError, StrictFindings
from ZSI.wsdl.sources import LoadPolicy

EX_USAGE = 64
EX_NOINPUT = 66
EX_SOFTWARE = 70
EX_CANTCREAT = 73

#: Findings beyond this many are counted only: ``--json`` has all of them.
SHOWN = 100

#: ZSI's options whose meaning has become the default, and what is to be said when they are given.
_ALWAYS = {
    "complexType": "-b: getters, setters and new_x() are always there",
    "lazy": "-l: typecodes are always evaluated when first used",
    "simple_naming": "-s: plain class names are the default; ns0 knows both spellings",
    "address": "-a: actions are always generated; clients use them by wsAddressURI, services "
    "on Twisted by their factory",
    "pydoc": "-p: no HTML is written; python -m pydoc shows the docstrings",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "wsdl2py",
        description="Generate typed Python from a WSDL 1.1 contract.",
        epilog="Exit codes: 0 done; 1 --check or --strict found something; 64 wrong usage; "
        "66 the input cannot be read; 70 a defect of wsdl2py; 73 the output cannot be written.",
    )
    add = parser.add_argument
    add("wsdl", metavar="WSDL", help="path of the WSDL, or with -x of an XML Schema")
    add("-o", "--output-dir", type=Path, default=Path(), metavar="DIR", help="where to write")
    add("-w", "--twisted", action="store_true", help="server and client on Twisted")
    add("--mock", action="store_true", help="typed mocks too, for tests: BankMock")
    add("-x", "--schema", action="store_true", help="the input is a schema: types only")
    add("--check", action="store_true", help="write nothing; exit 1 if the files differ")
    add("--strict", action="store_true", help="findings are errors")
    add("--allow-network", action="store_true", help="fetch imports by http and https")
    add("--allow-files", action="store_true", help="read imports from anywhere on this machine")
    add("-q", "--quiet", action="store_true", help="say nothing of findings")
    add("-d", "--debug", action="store_true", help="log, and show tracebacks of defects")
    add("--version", action="version", version=f"wsdl2py {'.'.join(map(str, Version))}")
    for flag, name, what in (
        ("-b", "complexType", "ZSI's properties and new_x(): always there now"),
        ("-l", "lazy", "ZSI's typecodes on first use: always so now"),
        ("-s", "simple-naming", "ZSI's names without _Dec and _Def: always so now"),
        ("-a", "address", "ZSI's wsa_Op of services with WS-Addressing (not with -w)"),
        ("-p", "pydoc", "ZSI's HTML documents: there are docstrings now"),
    ):
        add(flag, f"--{name}", action="store_true", help=what)
    show = parser.add_argument_group("to look instead of writing")
    shown = show.add_mutually_exclusive_group()
    shown.add_argument("--list", action="store_true", help="services, ports and operations")
    shown.add_argument("--lint", action="store_true", help="what breaks WS-I Basic Profile 1.1")
    shown.add_argument("--sample", metavar="OPERATION", help="request and response, filled in")
    show.add_argument("--minimal", action="store_true", help="the smallest sample")
    show.add_argument("--seed", type=int, metavar="N", help="a random sample")
    show.add_argument("--json", action="store_true", help="say it as JSON on standard output")
    return parser


def plan_files(
    plan: Plan,
    *,
    package: bool,
    twisted: bool = True,
    types_only: bool = False,
    mock: bool = False,
    addressed: bool = False,
) -> dict[str, bytes]:
    """The files of a plan: relative name -> content. Deterministic.

    Args:
        plan: what to print.
        package: the output folder is a package: modules import one another relatively.
        twisted: server and client for Twisted; else ZSI's containers and a blocking client.
        types_only: neither server nor client nor copies of the documents.
        mock: typed mocks too.
        addressed: servers for ZSI's containers have ZSI's methods for WS-Addressing.
    """
    files = TypesModule(plan, package).files()
    if not types_only:
        server = ServerModule(plan, package, twisted, addressed)
        files[f"{plan.base}_server.py"] = server.source()
        files[f"{plan.base}_client.py"] = ClientModule(plan, package, twisted).source()
    if mock and not types_only:
        files[f"{plan.base}_mock.py"] = MockModule(plan, package).source()
    made = {name: text.encode() for name, text in files.items()}
    if not types_only:
        made |= {f"{plan.base}_wsdl/{name}": content for name, content in plan.documents}
    return made


@dataclass(frozen=True, slots=True)
class Run:
    """What one run has read: the command line, the contract and its plan."""

    args: argparse.Namespace
    contract: Contract
    plan: Plan

    def files(self) -> dict[str, bytes]:
        """The files that the command line asks for."""
        args = self.args
        package = (args.output_dir / "__init__.py").exists()
        return plan_files(
            self.plan,
            package=package,
            twisted=args.twisted,
            types_only=args.schema,
            mock=args.mock,
            addressed=args.address,
        )

    def notes(self) -> list[str]:
        """Findings, notices of the plan, and what is to be said of options."""
        notes = [*map(str, self.contract.findings), *self.plan.notices]
        if len(notes) > SHOWN:
            notes = [*notes[:SHOWN], f"{len(notes) - SHOWN} more findings: --json has them all"]
        return notes + [note for name, note in _ALWAYS.items() if getattr(self.args, name)]


def read(args: argparse.Namespace, progress: Progress) -> Run:
    """Load the contract and plan its classes.

    Raises:
        ContractError: the input cannot be read.
    """
    policy = LoadPolicy(
        strict=args.strict, allow_network=args.allow_network, allow_files=args.allow_files
    )
    progress.stage = f"reading {args.wsdl}"
    contract = (load_schema if args.schema else load_contract)(args.wsdl, policy=policy)
    progress.stage = "planning classes"
    return Run(args, contract, make_plan(contract))


def _list(run: Run) -> int:
    data = listed(run.contract, run.plan)
    if run.args.json:
        _print_json({**data, "findings": finding_data(run.contract.findings)})
    else:
        print(*lines(data), sep="\n")
    return 0


def _lint(run: Run) -> int:
    findings = lint(run.contract)
    if run.args.json:
        _print_json(finding_data(findings))
    else:
        for finding in findings:
            print(finding)
        print(f"{len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}")
    return 1 if findings and run.args.strict else 0


def _sample(run: Run) -> int:
    args = run.args
    made = list(examples(run.plan, args.sample, minimal=args.minimal, seed=args.seed))
    if args.json:
        _print_json(dict(made))
        return 0
    for title, envelope in made:
        print(f"<!-- {title.replace('--', '- -')} -->\n{envelope}")
    return 0


def _write(run: Run, progress: Progress) -> int:
    """Write the modules, or compare them with what is there."""
    args = run.args
    progress.stage = "writing modules"
    files = run.files()
    different = [
        name for name, content in files.items() if not _is(args.output_dir / name, content)
    ]
    if not args.check:
        for name in different:
            path = args.output_dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
    if args.json:
        _print_json({
            "files": [str(args.output_dir / name) for name in files],
            "different": [str(args.output_dir / name) for name in different],
            "findings": finding_data(run.contract.findings),
            "notices": list(run.plan.notices),
        })  # fmt: skip
    if args.check and different:
        _say(f"{args.output_dir / name} is not what the WSDL gives: run wsdl2py"
             for name in different)  # fmt: skip
        return 1
    return 0


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _print_json(data: object) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))


def _say(notes: Iterable[str | Finding]) -> None:
    """Lines on standard error; nothing in them can break out of its line."""
    for note in notes:
        text = " ".join(f"wsdl2py: {note}".split())
        print("".join(c if c.isprintable() else "?" for c in text), file=sys.stderr)


def run(args: argparse.Namespace, progress: Progress) -> tuple[int, Run | None]:
    """Do what the command line says; the exit code, and what was read."""
    try:
        done = read(args, progress)
        if not args.quiet and not args.json:
            _say(done.notes())
        if args.list:
            return _list(done), done
        if args.lint:
            return _lint(done), done
        if args.sample is not None:
            return _sample(done), done
        return _write(done, progress), done
    except StrictFindings as error:
        _say(error.findings)
        return 1, None
    except ContractError as error:
        _say([str(error)])
        return EX_NOINPUT, None
    except UnknownOperation as error:
        _say([str(error)])
        return EX_USAGE, None


def wsdl2py(args: Sequence[str] | None = None) -> list[str]:
    """Generate and return the paths of the modules (ZSI's function).

    Args:
        args: the command line's words; None: those of the process.

    Raises:
        SystemExit: with the exit code, unless all went well; the reason is on standard error.
        OSError: a file cannot be written.

    >>> wsdl2py(["-w", "-o", "out", "echo.wsdl"])  # doctest: +SKIP
    ['out/EchoServer_types.py', 'out/EchoServer_server.py', 'out/EchoServer_client.py']
    """
    parsed = _parser().parse_args(args)
    with Progress(sys.stderr) as progress:
        code, done = run(parsed, progress)
    if code or done is None:
        raise SystemExit(code)
    return [str(parsed.output_dir / name) for name in done.files() if name.endswith(".py")]


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The console script."""
    args = _parser().parse_args(argv)
    if args.debug:
        logging.basicConfig(level=logging.DEBUG)
    try:
        with Progress(sys.stderr) as progress:
            code, _ = run(args, progress)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()
        code = 0
    except OSError as error:
        _say([f"{error.filename}: {error.strerror}"])
        code = EX_CANTCREAT
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # the last net: a line, not a traceback, unless asked for
        if args.debug:
            raise
        known = isinstance(error, ZSIException)
        what = "" if known else f"unexpected {type(error).__name__}: "
        advice = "" if known else "; please report it, with -d for the details"
        _say([f"{args.wsdl}: {what}{error}{advice}"])
        code = EX_NOINPUT if known else EX_SOFTWARE
    sys.exit(code)


if __name__ == "__main__":
    main()
