"""Findings in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from ZSI.errors import Finding, Where


@dataclass(slots=True)
class Notes:
    """Findings in the making; each is said once."""

    findings: dict[tuple[str, str, Where | None], Finding] = field(default_factory=dict)
    muted: bool = False

    def add(
        self, rule: str, message: str, where: Where | None = None, severity: str = "warning"
    ) -> None:
        """Note a finding unless it has been noted before."""
        if not self.muted:
            self.findings.setdefault(
                (rule, message, where), Finding(rule, message, where, severity)
            )
