"""What `interlock run --format json` said of one script."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any


class Run:
    """One run. Every field is there even if the program said nothing that can be read."""

    def __init__(self, script: Path, status_code: int, said: dict[str, Any], stderr: str) -> None:
        self.script = script
        self.status_code = status_code
        self.stderr = stderr
        self.said = said
        self.status: str = said.get("status") or "no answer"
        self.effect: str = (said.get("decision") or {}).get("effect") or "-"
        self.seconds: float = ((said.get("timings_ms") or {}).get("total") or 0.0) / 1000
        self.figures: int = len(said.get("figures") or ())
        self.notebook: str = said.get("notebook") or ""
        self.level: str = (said.get("observed") or {}).get("level") or ""
        self.notes: list[str] = (said.get("observed") or {}).get("notes") or []

    @classmethod
    def parse(cls, script: Path, done: subprocess.CompletedProcess[bytes]) -> Run:
        """Read the program's answer; what is no JSON object counts as none."""
        try:
            said = json.loads(done.stdout)
        except ValueError:
            said = {}
        return cls(
            script, done.returncode, said if isinstance(said, dict) else {}, done.stderr.decode(errors="replace")
        )

    @staticmethod
    def must_refuse(script: Path) -> bool:
        """Report whether script is one of those that the policy is to refuse."""
        return script.name.startswith("refused_")

    def as_expected(self) -> bool:
        """Report whether the run ended as its script should, with a notebook to show for it."""
        if not self.notebook:
            return False
        if self.must_refuse(self.script):
            return (self.status, self.status_code) == ("refused", 3)
        return (self.status, self.status_code) == ("succeeded", 0) and self.said.get("results") is not None

    def not_confinable(self) -> bool:
        """Report whether this host cannot give the isolation that the policy asks for.

        Status 6 alone does not say so: a full disk has it too.
        """
        return self.status_code == 6 and (self.said.get("error") or {}).get("name") == "isolation"

    def reason(self) -> tuple[str, str, str]:
        """Return the first reason of a refusal: where, what, and what would be allowed."""
        reasons = [r for r in (self.said.get("decision") or {}).get("reasons") or [] if r.get("effect") == "deny"]
        if not reasons:
            return "", self.error_text(), (self.said.get("error") or {}).get("hint") or ""
        first = reasons[0]
        line = (first.get("source") or {}).get("line") or 0
        policy = first.get("policy") or {}
        where = f"line {line}" if line else ""
        rule = f"{first.get('rule', '')} ({policy.get('file', '')}:{policy.get('line', 0)})"
        return where, f"{first.get('message', '')} [{rule}]", first.get("hint", "")

    def error_text(self) -> str:
        """Return why the run did not end well, in the program's words and the script's last ones."""
        error = self.said.get("error") or {}
        tail = (self.said.get("stderr") or self.stderr).strip().splitlines()[-4:]
        words = [error.get("message") or f"exit status {self.status_code}", *tail]
        return "\n".join(dict.fromkeys(words))
