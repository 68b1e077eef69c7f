"""The ``pattern`` facet: compiled when first needed, matched in bounded time.

elementpath knows the syntax (XSD 1.0 part 2, appendix F) and writes it as a Python expression;
the ``regex`` module matches it because it can be told when to stop (it counts CPU time). Every
pattern goes that way, also the harmless ones. Both are imported with the first pattern only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ZSI.errors import ValueRefused, quote
from ZSI.limits import Limits

#: A character class escape, a pair of anything escaped, or a bracket: what `_wrap_escapes` walks.
_TOKEN = re.compile(r"\\[sSwWdD]|\\.|[\[\]]", re.DOTALL)
#: Characters of a translated pattern: compiling takes 2 microseconds each, ``\\p{L}`` makes 4,000.
_TRANSLATED_CHARS = 200_000
#: Pieces that compiling makes of a pattern, counts written out: 2 microseconds each, and memory.
_PIECES = 200_000
#: What the number of pieces follows from: groups, counts, and everything else, one piece each.
_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|\{(\d*)[^}]*\}|\[(?:\\.|[^\]\\])*\]|.", re.DOTALL)


class PatternExpired(ValueRefused):
    """A pattern could not decide within `Limits.pattern_ms`; no other union member is tried."""


class UnusablePattern(ValueError):
    """A pattern that is not one of XSD 1.0; values are not checked against it."""


def _wrap_escapes(pattern: str) -> str:
    r"""Put ``\s \w \d`` and their opposites in brackets, where elementpath knows them.

    Python's ``\w`` has "_" but no "+", its ``\s`` has the no-break space.

    >>> _wrap_escapes(r"\w[\w-[\d]]\\w")
    '[\\w][\\w-[\\d]]\\\\w'
    """
    depth = 0

    def wrap(match: re.Match[str]) -> str:
        nonlocal depth
        token = match[0]
        depth += {"[": 1, "]": -1}.get(token, 0)
        return f"[{token}]" if not depth and token[0] == "\\" and token[1] in "sSwWdD" else token

    return _TOKEN.sub(wrap, pattern)


def _pieces(pattern: str) -> int:
    """How many pieces a pattern has with the least of its counts written out.

    >>> _pieces("a{3}"), _pieces("(a{10}b){10}"), _pieces("[a-z]{0,99}")
    (3, 110, 1)
    """
    totals, last = [0], [0]
    for match in _PIECE.finditer(pattern):
        token = match[0]
        if token == "(":
            totals.append(0)
            last.append(0)
        elif token == ")" and len(totals) > 1:
            inner = totals.pop()
            last.pop()
            totals[-1] += inner
            last[-1] = inner
        elif match[1] is not None:
            more = last[-1] * (int(match[1] or 1) - 1)
            totals[-1] += max(more, 0)
        else:
            totals[-1] += 1
            last[-1] = 1
    return sum(totals)


@lru_cache(maxsize=4096)
def _attempt(pattern: str) -> Any:
    """The compiled expression, or the `UnusablePattern` that says why there is none."""
    import regex
    from elementpath.regex import RegexError, translate_pattern

    try:
        if _pieces(pattern) > _PIECES:
            raise ValueError("its counts multiply to too many pieces")
        translated = translate_pattern(
            _wrap_escapes(pattern), back_references=False, lazy_quantifiers=False, anchors=False
        )
        if len(translated) > _TRANSLATED_CHARS:
            raise ValueError("too long to compile")
        return regex.compile(translated, regex.VERSION0)
    except (RegexError, regex.error, ValueError, OverflowError, RecursionError) as error:
        return UnusablePattern(f"{quote(pattern)}: {error}")


def compiled(pattern: str) -> Any:
    """The pattern as a compiled ``regex`` expression for ``fullmatch``; cached by its text.

    Raises:
        UnusablePattern: the text is no XSD 1.0 regular expression.
    """
    machine = _attempt(pattern)
    if isinstance(machine, UnusablePattern):
        raise machine
    return machine


def is_usable(pattern: str) -> bool:
    """Whether values can be checked against the pattern.

    >>> is_usable("[A-Z]{3}"), is_usable("(?i)x")
    (True, False)
    """
    return not isinstance(_attempt(pattern), UnusablePattern)


def group_check(patterns: tuple[str, ...], limits: Limits) -> Callable[[str], None]:
    """A check for the patterns of one derivation step, of which one must match (4.3.4).

    If one of them cannot be used, the step lets everything pass.

    >>> from ZSI.limits import DEFAULT_LIMITS
    >>> group_check(("[A-Z]+", "[0-9]+"), DEFAULT_LIMITS)("a1")
    Traceback (most recent call last):
    ...
    ZSI.errors.ValueRefused: 'a1' breaks pattern: expected text matching '[A-Z]+' or '[0-9]+'
    """
    timeout = limits.pattern_ms / 1000
    machines: list[Any] | None = None

    def check(text: str) -> None:
        nonlocal machines
        if machines is None:  # two threads may both do this, with one result
            usable = all(is_usable(pattern) for pattern in patterns)
            machines = [compiled(pattern) for pattern in patterns] if usable else []
        if not machines:
            return
        try:
            for machine in machines:
                if machine.fullmatch(text, timeout=timeout):
                    return
        except TimeoutError:
            raise PatternExpired("pattern", f"an answer within {limits.pattern_ms} ms from "
                f"{in_words(patterns)}; simplify the pattern", text) from None  # fmt: skip
        raise ValueRefused("pattern", f"text matching {in_words(patterns)}", text)

    return check


def in_words(patterns: tuple[str, ...]) -> str:
    """The patterns of one step for an error message."""
    shown = " or ".join(quote(pattern) for pattern in patterns[:5])
    return shown if len(patterns) <= 5 else f"{shown} or {len(patterns) - 5} others"
