"""The command ``wsdl2py``: a WSDL in, modules with typed classes, a server stub and a client out.

Exit codes (sysexits.h, as ZSI used them): 0 done; 1 ``--check`` found differences, or findings
under ``--strict``; 64 wrong usage; 66 the input cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from ZSI.generate.client_module import ClientModule
from ZSI.generate.plan import Plan
from ZSI.generate.planner import make_plan
from ZSI.generate.server_module import ServerModule
from ZSI.generate.types_module import TypesModule
from ZSI.wsdl.load import load_contract, load_schema
from ZSI.wsdl.model import Contract, ContractError, StrictFindings
from ZSI.wsdl.sources import LoadPolicy

EX_USAGE = 64
EX_NOINPUT = 66

#: ZSI's options whose meaning has become the default, and what is to be said when they are given.
_ALWAYS = {
    "complexType": "-b: getters, setters and new_x() are always there",
    "lazy": "-l: typecodes are always evaluated when first used",
    "simple_naming": "-s: plain class names are the default; ns0 knows both spellings",
    "address": "-a: WS-Addressing actions are always generated; the handlers come later",
    "pydoc": "-p: no HTML is written; python -m pydoc shows the docstrings",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("wsdl2py", description="Generate typed Python from a WSDL 1.1 contract.")
    add = parser.add_argument
    add("wsdl", metavar="WSDL", help="path of the WSDL, or with -x of an XML Schema")
    add("-o", "--output-dir", type=Path, default=Path(), metavar="DIR", help="where to write")
    add("-w", "--twisted", action="store_true", help="server and client on Twisted")
    add("-x", "--schema", action="store_true", help="the input is a schema: types only")
    add("--check", action="store_true", help="write nothing; exit 1 if the files differ")
    add("--strict", action="store_true", help="findings are errors")
    add("--allow-network", action="store_true", help="fetch imports by http and https")
    add("--allow-files", action="store_true", help="read imports from anywhere on this machine")
    add("-q", "--quiet", action="store_true", help="say nothing of findings")
    add("-d", "--debug", action="store_true", help="show the traceback of unexpected errors")
    for flag, name in (
        ("-b", "complexType"), ("-l", "lazy"), ("-s", "simple-naming"), ("-a", "address"),
        ("-p", "pydoc"),
    ):  # fmt: skip
        add(flag, f"--{name}", action="store_true", help="as in ZSI; now always so")
    return parser


def plan_files(
    plan: Plan, *, package: bool, twisted: bool = True, types_only: bool = False
) -> dict[str, bytes]:
    """The files of a plan: relative name -> content. Deterministic."""
    files: dict[str, str] = {f"{plan.base}_types.py": TypesModule(plan, package).source()}
    if not types_only:
        files[f"{plan.base}_server.py"] = ServerModule(plan, package, twisted).source()
        files[f"{plan.base}_client.py"] = ClientModule(plan, package, twisted).source()
    made = {name: text.encode() for name, text in files.items()}
    if not types_only:
        made |= {f"{plan.base}_wsdl/{name}": content for name, content in plan.documents}
    return made


def _load(args: argparse.Namespace) -> Contract:
    policy = LoadPolicy(
        strict=args.strict, allow_network=args.allow_network, allow_files=args.allow_files
    )
    read = load_schema if args.schema else load_contract
    return read(args.wsdl, policy=policy)


def generate(args: argparse.Namespace) -> tuple[dict[str, bytes], Contract, Plan]:
    """Load the contract and print its modules.

    Raises:
        ContractError: the input cannot be read.
    """
    contract = _load(args)
    plan = make_plan(contract)
    package = (args.output_dir / "__init__.py").exists()
    files = plan_files(plan, package=package, twisted=args.twisted, types_only=args.schema)
    return files, contract, plan


def run(args: argparse.Namespace) -> int:
    """Do what the command line says; gives the exit code."""
    try:
        files, contract, plan = generate(args)
    except StrictFindings as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)
        return 1
    except ContractError as error:
        print(f"wsdl2py: {error}", file=sys.stderr)
        return EX_NOINPUT
    if not args.quiet:
        notes = [*map(str, contract.findings), *plan.notices]
        notes += [note for name, note in _ALWAYS.items() if getattr(args, name)]
        for note in notes:
            print(f"wsdl2py: {note}", file=sys.stderr)
    if args.check:
        return _check(args.output_dir, files)
    for name, content in files.items():
        path = args.output_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
    return 0


def _check(folder: Path, files: dict[str, bytes]) -> int:
    """Compare with what is there; one line for each file that differs."""
    differing = [
        name
        for name, content in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]
    for name in differing:
        print(f"wsdl2py: {folder / name} is not what the WSDL gives: run wsdl2py", file=sys.stderr)
    return 1 if differing else 0


def wsdl2py(args: Sequence[str] | None = None) -> list[str]:
    """Generate and return the paths written (ZSI's function).

    Args:
        args: the command line's words; None: those of the process.

    Raises:
        ContractError: the input cannot be read. SystemExit: wrong usage.
    """
    parsed = _parser().parse_args(args)
    files, _, _ = generate(parsed)
    code = run(parsed)
    if code:
        raise SystemExit(code)
    return [str(parsed.output_dir / name) for name in files if name.endswith(".py")]


def main() -> NoReturn:
    """The console script."""
    parsed = _parser().parse_args()
    try:
        code = run(parsed)
    except OSError as error:
        print(f"wsdl2py: {error.filename}: {error.strerror}", file=sys.stderr)
        code = 73  # EX_CANTCREAT
    except Exception as error:  # the last net: a line, not a traceback, unless asked for
        if parsed.debug:
            raise
        print(f"wsdl2py: {parsed.wsdl}: unexpected {type(error).__name__}: {error}; "
              "please report it, with -d for the details", file=sys.stderr)  # fmt: skip
        code = 70  # EX_SOFTWARE
    sys.exit(code)


if __name__ == "__main__":
    main()
