"""Why a document is no contract; apart from the model, which takes long to import."""

from __future__ import annotations

from ZSI.errors import Finding, Where, ZSIException


class ContractError(ZSIException):
    """A document cannot be read as a contract: one line, ``file:line: what; expected; try``.

    >>> str(ContractError("not WSDL 1.1", where=Where("a.wsdl", 3), expected="definitions"))
    'a.wsdl:3: not WSDL 1.1; expected definitions'
    """

    def __init__(
        self, message: str, *, where: Where | None = None, expected: str = "", advice: str = ""
    ) -> None:
        self.message = message
        self.where = where
        self.expected = expected
        self.advice = advice
        super().__init__(message)

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        text += f"; expected {self.expected}" if self.expected else ""
        text += f"; try {self.advice}" if self.advice else ""
        return " ".join(text.split())


class StrictFindings(ContractError):
    """`LoadPolicy.strict` is set and the contract has findings; all of them in ``findings``."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = findings[0]
        more = f" (and {len(findings) - 1} more findings)" if len(findings) > 1 else ""
        super().__init__(
            f"{first.rule}: {first.message}{more}", where=first.where, advice="without --strict"
        )
