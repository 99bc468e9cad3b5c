"""Hold what the program computes against what it is known to be, and write the table.

    python -m benchmarks.accuracy [--write docs/accuracy.md] [--data-dir DIR]

Without --write the table is printed. Every number is computed anew, on one thread, from fixed
seeds; the anchors of `mnist-2d` alone were computed elsewhere, by other code.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import torch

from benchmarks.accuracy.bounds import linear_rows, shipped_rows
from benchmarks.accuracy.geometry import geometry_rows
from benchmarks.accuracy.gradients import gradient_rows
from benchmarks.accuracy.likelihoods import likelihood_rows
from benchmarks.accuracy.row import STANDARD_ERRORS, Missing, Row, line

COMMAND = "python -m benchmarks.accuracy --write docs/accuracy.md"
HEAD = f"""# How right the numbers are

Made by `{COMMAND}`: every line is computed anew, on one thread and from fixed seeds.

Each quantity is held against an exact value (a closed form, quadrature) or one that other code
finds. Where ours is sampled, its ± in this table is one standard error (not the 95 of 100 cases of
the app and the commands), and the line *agrees* if the two values differ by no more than
{STANDARD_ERRORS} of them; where it is not, by no more than the tolerance that stands there
(“within”). Of many sampled lines one in some 370 is off by chance. Bounds, rates and log p(x) are
means over images, in nats an image; gradients are those of −ELBO.

| quantity | model | exact or independent value | ours | ± one standard error; tolerance | verdict |
|---|---|---|---|---|---|
"""


def all_rows(data_dir: Path | None) -> Iterator[Row | Missing]:
    """Every comparison, in the order of the document."""
    return chain(
        linear_rows(50),
        shipped_rows(12, data_dir),
        likelihood_rows(),
        gradient_rows(60),
        geometry_rows(),
    )


def document(rows: Iterable[Row | Missing]) -> str:
    """The page, in Markdown."""
    found = list(rows)
    compared = [row for row in found if isinstance(row, Row)]
    agreed = sum(row.agrees for row in compared)
    summary = f"\n{agreed} of {len(compared)} lines agree.\n"
    return HEAD + "\n".join(map(line, found)) + "\n" + summary


def main(words: list[str] | None = None) -> int:
    """Print the page or write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--write", type=Path)
    parser.add_argument("--data-dir", type=Path)
    args = parser.parse_args(words)
    torch.set_num_threads(1)
    text = document(all_rows(args.data_dir))
    if args.write is None:
        sys.stdout.write(text)
    else:
        args.write.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
