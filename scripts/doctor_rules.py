"""Write the table of the doctor's rules into ``docs/doctor.md``, from what the rules declare."""

from pathlib import Path

from vae_core.runs.doctor import RULES

PAGE = Path(__file__).parents[1] / "docs" / "doctor.md"
BEGIN = "<!-- From what the rules declare: scripts/doctor_rules.py writes it. -->\n\n"


def with_table(page: str) -> str:
    """The page with one line a rule, whatever stood there."""
    before, begin, rest = page.partition(BEGIN)
    lines = [
        "rule | what it means | yes from",
        "---|---|---",
        *(f"`{rule.name}` | {rule.sentence} | {rule.tolerance}" for rule in RULES.values()),
    ]
    return f"{before}{begin}{chr(10).join(lines)}\n\n{rest[rest.index('## ') :]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
