"""The table of rules in the documentation is the rules."""

from pathlib import Path

from .. import rules

PAGE = Path(__file__).resolve().parents[6] / "docs" / "reference" / "linter.md"


def test_every_rule_stands_in_the_documentation_as_it_is():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert lines == [f"| `{rule.id}` | {rule.name('zh')} / {rule.name('en')} | {rule.severity} | {rule.hints[1]} |"
                     for rule in rules().values()]
