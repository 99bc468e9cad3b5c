"""All runs of a folder as rows, read for one drawing of the page."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from latent_atlas.ui.train.run_view import Seen, Signature, read_runs, signature
from vae_core.errors import AtlasError
from vae_core.runs import Row, row_of


@dataclass(frozen=True)
class Found:
    """Rows, newest first; `damaged` are folders that cannot be read, each with a sentence."""

    rows: list[Row]
    damaged: list[tuple[Path, str]]

    @property
    def signature(self) -> Signature:
        """Which runs there are, in which states: when it changes the page is drawn anew."""
        return signature([Seen(row.run, row.status) for row in self.rows])

    @property
    def active(self) -> bool:
        """Whether something is still going to happen to one of them by itself."""
        return any(row.status.active for row in self.rows)


def read_rows(runs_dir: Path) -> Found:
    """Of every log only what is new is read; a run that vanishes meanwhile is left out."""
    runs = read_runs(runs_dir)
    rows = []
    for each in runs.seen:
        with suppress(AtlasError):
            rows.append(row_of(each.run))
    return Found(rows, runs.damaged)
