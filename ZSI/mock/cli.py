"""The command ``zsi-mock``: mock servers from WSDLs, and what belongs to them.

Exit codes: 0 done; 1 something is wrong (rules, a fault, a port that is taken); 64 wrong usage
(sysexits.h); 66 a WSDL or rule file cannot be read.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from ZSI.errors import ZSIException
from ZSI.mock.errors import DefinitionError
from ZSI.mock.mistakes import DefinitionErrors, InputError, Mistakes, each_of
from ZSI.mock.options import OPTIONS, Config, Option, from_command_line, from_environment
from ZSI.mock.rules import sorted_paths

OK = 0
WRONG = 1
EX_USAGE = 64
EX_NOINPUT = 66

Command = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    name = f"--{option.long}"
    words = option.words.replace("%", "%%")
    if option.default not in (None, (), False, True):
        words += f" ({option.default})"
    if option.flag:
        parser.add_argument(
            name, dest=option.name, action=argparse.BooleanOptionalAction, default=None, help=words
        )
    else:
        action = "append" if option.many else "store"
        parser.add_argument(
            name, dest=option.name, action=action, metavar=option.metavar, help=words
        )


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = _Parser("zsi-mock", description="SOAP mock servers from WSDLs.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, words: str, run: Command, **more: Any) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.",
                                   **more)  # fmt: skip
        made.set_defaults(run=run)
        return made

    _serve_parser(command("serve", "serve WSDLs and rule files until Ctrl-C", _serve))
    check = command("check", "hold rule files against their WSDLs, without serving them", _check)
    check.add_argument("paths", nargs="+", metavar="PATH", help="rule files, folders and WSDLs")
    check.add_argument("--against", action="append", default=[], metavar="WSDL",
                       help="another version of a WSDL, by the same file name: which stubs does "
                       "it break?")  # fmt: skip
    call = command("call", "call an operation and print its reply; 1 on a fault", _lazy("call"))
    call.add_argument("url", metavar="URL", help="of the service")
    call.add_argument("operation", metavar="OPERATION", help="Name, or Port/Name")
    _fields(call, "of the request; what it needs besides is made up")
    call.add_argument("--wsdl", help="in place of URL?wsdl")
    call.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'",
                      help="an HTTP header field")  # fmt: skip
    call.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="(60)")
    call.add_argument("--xml", action="store_true", help="print the envelope that came")
    call.add_argument("--json", action="store_true", help="print the reply as JSON")
    call.add_argument("-v", "--verbose", action="store_true", help="print the request as well")
    sample = command("sample", "print a sample message of an operation", _lazy("sample"))
    sample.add_argument("wsdl", metavar="WSDL")
    sample.add_argument("operation", metavar="OPERATION", help="Name, or Port/Name")
    _fields(sample, "over the sample")
    which = sample.add_mutually_exclusive_group()
    which.add_argument("--reply", action="store_true", help="the reply, not the request")
    which.add_argument("--fault", metavar="NAME", help="a declared fault")
    sample.add_argument("--minimal", action="store_true", help="without what is optional")
    sample.add_argument("--json", action="store_true", help="the fields as JSON, no envelope")
    sample.add_argument("--seed", type=int, default=0, metavar="NUMBER", help="of chance (0)")
    init = command("init", "print a rule file with every operation, commented out", _lazy("init"))
    init.add_argument("wsdl", metavar="WSDL")
    init.add_argument("-o", "--output", metavar="FILE", help="write it there; never over a file")
    example = command("example", "write a small WSDL of our own", _lazy("example"))
    example.add_argument("name", metavar="NAME", help="bank")
    example.add_argument("folder", nargs="?", default=".", metavar="DIR", help="where to (.)")
    schema = command("schema", "print the JSON Schema of rule files", _lazy("schema"))
    schema.add_argument("--markdown", action="store_true", help="their reference for people")
    return parser


def _fields(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("fields", nargs="*", default=[], metavar="PATH=VALUE",
                        help=f"fields {words}")  # fmt: skip


def _serve_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH",
                        help="WSDLs, by path or URL; rule files (.yaml, .yml), folders of "
                        "them")  # fmt: skip
    for option in OPTIONS:
        if option.name != "wsdl":
            _add_option(parser, option)
    parser.add_argument("--strict", action="store_true", help="--requests strict")
    parser.add_argument("--show-config", action="store_true",
                        help="print all settings and where they come from")  # fmt: skip


def _config(given: dict[str, Any]) -> Config:
    """The settings of command line and environment.

    Raises:
        SystemExit: a value is none; exit code 64.
    """
    mistakes = Mistakes()
    options = from_command_line(given, mistakes)
    environment = from_environment(os.environ, mistakes)
    if mistakes.found:
        for mistake in mistakes.found:
            print(f"zsi-mock: {mistake}", file=sys.stderr)
        raise SystemExit(EX_USAGE)
    return Config(options, environment)


def _serve(args: argparse.Namespace) -> int:
    rules, wsdls = sorted_paths(args.paths)
    given = {**vars(args), "wsdl": wsdls, "rules": [*rules, *(args.rules or ())]}
    if args.strict:
        given["requests"] = args.requests or "strict"
    config = _config(given)
    if not config["wsdl"] and not config["rules"]:
        print("zsi-mock: nothing to serve: give a WSDL, or a rule file with services\n"
              "  zsi-mock example bank; zsi-mock serve bank.wsdl", file=sys.stderr)  # fmt: skip
        return EX_USAGE
    if args.show_config:
        return _show(config)
    # what is imported and read now stays: to look through it for garbage is a tenth of the start
    gc.disable()
    try:
        # the network is imported late: other commands do without it
        from ZSI.mock.serving import serve

        return serve(config)
    finally:
        gc.enable()


def _show(config: Config) -> int:
    from ZSI.mock.composition import compose
    from ZSI.mock.options import show_config

    composition = compose(config, os.environ)
    print(show_config(composition.config, composition.services))
    return report(composition.mistakes)


def _check(args: argparse.Namespace) -> int:
    from ZSI.mock.commands import check

    rules, wsdls = sorted_paths(args.paths)
    return check(_config({"rules": rules, "wsdl": wsdls}), args.against)


def _lazy(name: str) -> Command:
    """A command that is imported when it runs."""

    def run(args: argparse.Namespace) -> int:
        module = import_module("ZSI.mock.calling" if name == "call" else "ZSI.mock.commands")
        code: int = getattr(module, name)(args)
        return code

    return run


def report(mistakes: Sequence[DefinitionError]) -> int:
    """Print mistakes on stderr; gives the exit code."""
    if not mistakes:
        return OK
    single = list(each_of(DefinitionErrors(mistakes)))
    for text in dict.fromkeys(map(str, single)):
        print(text, file=sys.stderr)
    return EX_NOINPUT if any(isinstance(error, InputError) for error in single) else WRONG


def _prepare_streams() -> None:
    """Nothing that a terminal cannot show, and no stream that was closed, stops a command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 as long as the process lives
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit code.

    Args:
        argv: its words; None: those of the process.
    """
    _prepare_streams()
    try:
        args = make_parser().parse_args(argv)
        code: int = args.run(args)
    except DefinitionError as error:
        return report([error])
    except ZSIException as error:
        print(f"zsi-mock: {error}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # whoever read the output has gone: zsi-mock sample … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"zsi-mock: {place}{error.strerror or error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the last net: a line, not a traceback, unless asked for
        if os.environ.get("ZSI_MOCK_DEBUG"):
            raise
        print(f"zsi-mock: unexpected {type(error).__name__}: {error}; please report it, with "
              "ZSI_MOCK_DEBUG=1 for the details", file=sys.stderr)  # fmt: skip
        return WRONG
    return code
