"""The commands that need no network: check, sample, init, example, schema."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ZSI.mock import examples
from ZSI.mock.cache import default_folder
from ZSI.mock.composition import compose
from ZSI.mock.contract import MockContract
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.mistakes import DefinitionErrors, InputError
from ZSI.mock.options import Config
from ZSI.mock.rules import ENDINGS
from ZSI.mock.shown import as_data
from ZSI.wsdl.model import ContractError
from ZSI.wsdl.sources import LoadPolicy


def load(location: str) -> MockContract:
    """A contract named on the command line; a URL may be fetched.

    Raises:
        InputError: it cannot be read.
    """
    policy = LoadPolicy(allow_network="://" in location)
    try:
        return MockContract.load(location, policy=policy, folder=default_folder())
    except ContractError as error:
        raise InputError(str(error)) from None


def schema(args: argparse.Namespace) -> int:
    """Print the JSON Schema of rule files, or their reference."""
    if args.markdown:
        from ZSI.mock.reference import reference_text

        sys.stdout.write(reference_text())
        return 0
    from ZSI.mock.ruleschema import FILE

    sys.stdout.write(FILE.read_text("utf-8"))
    return 0


def example(args: argparse.Namespace) -> int:
    """Write an example's WSDL; a file that is there is left alone.

    Raises:
        DefinitionError: there is no such example, or another file of its name.
    """
    try:
        source = examples.example(args.name)
    except ValueError as error:
        raise DefinitionError(str(error), nearest=nearest(args.name, examples.names())) from None
    folder = Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.name
    if target.exists() and target.read_bytes() != source.read_bytes():
        raise DefinitionError(f"{target} is there already, and is another")
    target.write_bytes(source.read_bytes())
    print(f"{target} written; try: zsi-mock serve {target}")
    return 0


def sample(args: argparse.Namespace) -> int:
    """Print a sample message.

    Raises:
        DefinitionError: the contract does not know the operation, a field or the fault.
        InputError: the WSDL cannot be read.
    """
    from ZSI.mock import asking

    fields = asking.fields_of_words(args.fields)
    operation = load(args.wsdl).operations.find(args.operation)[0]
    if operation.problem is not None:
        raise DefinitionError(f"{operation.title} cannot be served: {operation.problem}")
    cls: Any = operation.request_class
    if args.fault is not None:
        cls = operation.faults.get(args.fault)
        if cls is None:
            raise DefinitionError(
                f"{operation.name} declares no fault {args.fault}",
                expected=listed(operation.faults),
                nearest=nearest(args.fault, operation.faults),
            )
    elif args.reply:
        cls = operation.response_class
        if cls is None:
            raise DefinitionError(f"{operation.name} is one-way: it has no reply")
    value = asking.made(
        operation, cls, fields, now=datetime.now(UTC), seed=args.seed, full=not args.minimal
    )
    if args.json:
        print(json.dumps(as_data(value), indent=2, ensure_ascii=False))
    elif args.fault is not None:
        print(asking.fault_envelope_of(operation, args.fault, value))
    else:
        print(asking.envelope(operation, value, cls, pretty=True))
    return 0


def init(args: argparse.Namespace) -> int:
    """Print or write a rule file with every operation.

    Raises:
        DefinitionError: the file is there already.
        InputError: the WSDL cannot be read.
    """
    from ZSI.mock.scaffold import rule_file

    location = args.wsdl
    contract = load(location)
    if args.output is None:
        sys.stdout.write(rule_file(contract, location))
        return 0
    target = Path(args.output)
    if "://" not in location:
        location = os.path.relpath(location, target.parent)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(rule_file(contract, location))
    except FileExistsError:
        raise DefinitionError(f"{target} is there already") from None
    rules = "" if target.suffix.lower() in ENDINGS else "--rules "
    print(f"{target} written; try: zsi-mock serve {rules}{target}")
    return 0


def check(config: Config, against: Sequence[str]) -> int:
    """Hold the stubs of rule files against their contracts, and say what is wrong.

    Args:
        config: names rule files and WSDLs.
        against: other versions of WSDLs, each for the one of the same file name.

    Raises:
        DefinitionError: something is wrong.
    """
    from ZSI.mock.checking import all_mistakes

    instead = {Path(path).name: path for path in against}
    composition = compose(config, os.environ, instead=instead)
    mistakes = all_mistakes(composition)
    unused = set(instead) - {Path(str(path)).name for path in composition.watched}
    mistakes += [DefinitionError(f"--against {instead[name]}: no service has {name}")
                 for name in sorted(unused)]  # fmt: skip
    if mistakes:
        raise DefinitionErrors(mistakes)
    for served in composition.served:
        _say_of(served.contract)
    count = len(composition.stubs)
    print(f"{count} stub{'s' if count != 1 else ''}, nothing wrong")
    return 0


def _say_of(contract: MockContract) -> None:
    names = {operation.name for operation in contract.operations}
    print(f"{contract.name}: {contract.plan.source}, {len(names)} operations")
    for operation in contract.operations:
        if operation.problem is not None:
            print(f"  {operation.title} is answered with a fault: {operation.problem}")
    for finding in contract.planned.findings:
        print(f"  {finding}")
    for warning in contract.warnings:
        print(f"  warn: {warning}")
