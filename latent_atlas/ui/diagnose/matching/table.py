"""The table of the models that somebody has tried, and what may be said of their order."""

from collections.abc import Callable, Mapping
from html import escape

from latent_atlas.ui.diagnose.matching.ranking import (
    LEAST_TRIES,
    REACHED,
    Median,
    Standing,
    standings,
)
from latent_atlas.ui.diagnose.matching.records import Record
from vae_core.numerals import decimal, duration
from vae_core.sentences import counted

RULE = (
    "Brackets hold the median in 95 of 100 cases, by the order of the tries alone, which takes "
    f"{LEAST_TRIES} of them. A model is ahead of another where what is left, or the time, is "
    "surely less, by brackets that do not touch, and the other of the two not surely more. Where "
    "that does not decide, the place cannot be said. Of each target the first try alone counts, "
    "for Done shows where it was. One given up for another target counts with what it left; one "
    "that ends with the page, as it is reloaded or left, counts nowhere, and its target comes "
    "again."
)
CANDID = (
    "**Why by hand.** Numbers such as MIG need images whose factors are known; a hand does not. "
    "**What it does not show.** It is one hand, and it learns, so take turns between models. It "
    "tells whether the sliders can be found out, which is easier with few of them, and not whether "
    "each says one thing. Every model draws its own targets: one whose pictures all look alike is "
    "not punished for it."
)
_CANNOT = "cannot be said"
_STYLE = """<style>
.matching-table { overflow-x: auto; max-width: 100%; }
.matching-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.matching-table th, .matching-table td { padding: 8px 16px 8px 0; text-align: right;
  font-weight: 400; vertical-align: top; border: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); white-space: nowrap; }
.matching-table thead th { font-size: 14px; opacity: 0.72; }
.matching-table th:first-child { text-align: left; font-weight: 600; white-space: normal;
  min-width: 128px; overflow-wrap: anywhere; }
.matching-table tr[aria-current] th:first-child::after { content: " · here"; font-weight: 400; }
@media (max-width: 640px) {
  .matching-table :is(table, tbody, tr, th:first-child) { display: block; }
  .matching-table thead { display: none; }
  .matching-table tr { padding: 8px 0;
    border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
  .matching-table :is(th, td) { padding: 2px 0; border: 0; white-space: normal; }
  .matching-table td { display: grid; grid-template-columns: 128px minmax(0, 1fr); gap: 8px;
    text-align: left; }
  .matching-table td::before { content: attr(data-of); opacity: 0.72; }
}
</style>"""
_HEADS = (
    "Model",
    "Place",
    "Tries",
    f"Reached {decimal(100 * REACHED, 0)} %",
    "Time",
    "Left of the error",
)


def table(records: Mapping[str, Record], here: str) -> str:
    """The standings as HTML; `here` is the digest of the model that is looked at."""
    found = standings(
        {key: [t.as_try() for t in each.first_tries()] for key, each in records.items()}
    )
    enough = sum(each.tries >= LEAST_TRIES for each in found.values())
    rows = "".join(
        ('<tr aria-current="true">' if key == here else "<tr>")
        + f'<th scope="row">{escape(records[key].title)}</th>'
        + "".join(
            f'<td data-of="{escape(head)}">{escape(cell)}</td>'
            for head, cell in zip(_HEADS[1:], _cells(each, enough), strict=True)
        )
        + "</tr>"
        for key, each in found.items()
    )
    head = "".join(f'<th scope="col">{each}</th>' for each in _HEADS)
    return (
        f'{_STYLE}<div class="matching-table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def place(found: Standing, enough: int) -> str:
    """Where a model stands among so many that were tried often enough."""
    if found.tries < LEAST_TRIES:
        return f"after {counted(LEAST_TRIES - found.tries, 'more try', 'more tries')}"
    if found.places is None:
        return "no other to rank"
    best, worst = found.places
    if best == worst:
        return f"{best} of {enough}"
    if (best, worst) == (1, enough):
        return _CANNOT
    return f"{best} to {worst} of {enough}"


def share_text(share: float) -> str:
    """Such as 8.1 %, 62 %."""
    return f"{decimal(100 * share, 1 if share < REACHED else 0)} %"


def _cells(found: Standing, enough: int) -> tuple[str, ...]:
    given_up = f" ({found.given_up:,} given up)" if found.given_up else ""
    return (
        place(found, enough),
        f"{found.tries:,}{given_up}",
        f"{found.reached:,}",
        _median(found.seconds, duration),
        _median(found.share, share_text),
    )


def _median(found: Median, write: Callable[[float], str]) -> str:
    if found.low is None or found.high is None:
        return write(found.value)
    return f"{write(found.value)} [{write(found.low)}, {write(found.high)}]"
