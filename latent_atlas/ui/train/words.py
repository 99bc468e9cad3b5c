"""What the Train page says: titles that tell what to see, and what happened to a run."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.train.course import collapsed, course
from latent_atlas.ui.train.history import LogContent
from latent_atlas.ui.train.reading import Story, settings_now
from vae_core.models import Bounds
from vae_core.numerals import decimal, duration, places_for, with_error
from vae_core.quantities import RATE, Quantity
from vae_core.runs import RESUMABLE, Run, RunConfig, RunStatus, State
from vae_core.runs.collapse import collapse_sentences
from vae_core.runs.trend import Trend
from vae_core.sentences import counted

# When the curve of a run that does not train came to its end.
_AT_REST: Mapping[State, str] = MappingProxyType(
    {
        "queued": "it was last trained",
        "finished": "training ended",
        "paused": "it was paused",
        "stopped": "it was stopped",
        "interrupted": "training was cut off",
        "failed": "training failed",
    }
)

# After a gain that is within the most that its ± can be: it is a fact of the test images alone.
_ELSEWHERE = "on other test images it may not have"


def number(value: float | None, digits: int = 1) -> str:
    """A number with a true minus sign, or a dash when there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return decimal(value, digits)


def mean(value: float, half_width: float | None, digits: int = 1) -> str:
    """A mean with its ±; one whose ± was not recorded has so many digits, and none."""
    return number(value, digits) if half_width is None else with_error(value, half_width)


def time_left(seconds: float | None) -> str:
    """Such as "4 s left": whole seconds, counted down to the last one."""
    if seconds is None or not math.isfinite(seconds):
        return "– left"
    return f"{duration(math.ceil(max(seconds, 0)), 0)} left"


def about(seconds: float) -> str:
    """Such as "About 40 s" or "About 3 minutes": no more than a few tried batches can tell."""
    if seconds < 10:
        return "A few seconds"
    if seconds < 55:
        return f"About {math.ceil(seconds / 10) * 10} s"
    minutes = math.ceil(seconds / 60)
    if minutes < 90:
        return f"About {counted(minutes, 'minute')}"
    return f"About {counted(round(minutes / 60), 'hour')}"


def epochs_done(status: RunStatus) -> str:
    """Such as "012 / 040": never wider or narrower while a run lasts."""
    total = math.ceil(status.epochs - 1e-9)
    width = max(3, len(str(total)))
    return f"{int(status.epoch + 1e-6):0{width}d} / {total:0{width}d}"


def trend_title(quantity: Quantity, log: LogContent, status: RunStatus) -> str:
    """Say what a run's first quantity does, or did until the run came to rest."""
    noun, unit = quantity.noun, quantity.unit.removesuffix(" per image")
    if status.diverged is not None:
        if status.state == "failed":
            return f"Training has diverged: the {noun} stopped being a number"
        return f"Training has diverged: the {noun} is worse than without training"
    found = course(quantity, log)
    if found is None:
        return quantity.question
    if found.way == "jumping":
        jumps = "jumped" if status.state in _AT_REST else "jumps"
        dip = _difference(found.dip, found.dip_half_width, None)
        return f"The {noun} {jumps} by up to {dip} {unit}: a smaller learning rate calms it"
    rate = collapsed(log, status.epoch)
    if rate is not None:
        told = mean(rate, log.latest_half_widths.get(RATE.name), 2)
        return f"The code has collapsed: it is {told} nats long, as good as nothing"
    better = quantity.better == "higher"
    up, down, climbs, rising, rose, risen = (
        ("up", "down", "climbs", "rising", "rose", "risen")
        if better
        else ("down", "up", "falls", "falling", "fell", "fallen")
    )
    if found.way == "memorising":
        return f"Test has turned {down} while train {climbs}: the model is memorising"
    gain = _difference(found.gain, found.gain_half_width, found.now_half_width)
    over = f"{unit} over the last {counted(found.over, 'image')}"
    if (when := _AT_REST.get(status.state)) is not None:
        did = {"fast": f"was still {rising}", "slow": f"was still creeping {up}"}
        if found.way == "level":
            return f"The {noun} levelled off at {_at_rest(quantity, found, status)} {unit}"
        if found.undecided:
            return f"The {noun} {rose} by {gain} {over}: {_ELSEWHERE}"
        return f"The {noun} {did[found.way]} when {when}: {gain} {over}"
    if found.way == "level":
        return f"The {noun} has levelled off"
    if found.undecided:
        return f"The {noun} has {risen} by {gain} {over}: {_ELSEWHERE}"
    does = f"is {rising} fast" if found.way == "fast" else f"still creeps {up}"
    return f"The {noun} {does}: {gain} {over}"


def _difference(value: float, half_width: float | None, now_half_width: float | None) -> str:
    """Such as "12.0 ± at most 1.9"; where that was not recorded, the number alone."""
    if half_width is None:
        return number(value, _places(now_half_width))
    places = places_for(half_width)
    return f"{decimal(value, places)} ± at most {decimal(half_width, places)}"


def _at_rest(quantity: Quantity, found: Trend, status: RunStatus) -> str:
    """The mean that table, message and command line give of a run, else that of its curve's end."""
    tested = (status.test or {}).get(quantity.name)
    if tested is None:
        return mean(found.now, found.now_half_width)
    return mean(tested, (status.test_half_widths or {}).get(quantity.name))


def _places(half_width: float | None) -> int:
    """How many decimals what goes without a ± has beside a mean with this one."""
    return 1 if half_width is None else places_for(half_width)


def value_title(quantity: Quantity, log: LogContent, *, diverged: bool = False) -> str:
    """Say how large one of the other quantities is on test images; of a run that has diverged
    there is nothing to say.
    """
    column = log.column(quantity)
    if diverged or column is None or log.latest_test is None or math.isnan(log.latest_test[column]):
        return quantity.question
    value = log.latest_test[column]
    half_width = log.latest_half_widths.get(log.quantities[column].name)
    if quantity.silence is not None and value < quantity.least:
        return quantity.silence.format(value=mean(value, half_width, 2))
    told = mean(value, half_width)
    if quantity.surplus is not None and value < 0:
        return quantity.surplus.format(value=told)
    return quantity.answer.format(value=told)


def how_far(status: RunStatus) -> str:
    """Where a run stands, in epochs."""
    return f"epoch {int(status.epoch + 1e-6)} of {math.ceil(status.epochs - 1e-9)}"


def message(story: Story, others: Sequence[tuple[Run, RunStatus]]) -> str:
    """One to four sentences, in Markdown: what happened to a run, and what to do."""
    run, status = story.run, story.status
    where = how_far(status)
    told = escaped_message(sentence(status.reason))
    wrong = escaped_message(status.diverged or "") or _collapse(story)
    starting = "Starting: the first point is a second or two away."
    match status.state:
        case "queued":
            before = next((r for r, s in others if s.state == "running" and r.id != run.id), None)
            if before is None:
                return starting
            return f"Waiting for “{escaped(before.title)}” to end; this run then starts by itself."
        case "running":
            return wrong if status.samples else starting
        case "finished":
            first = run.config.algorithm.reports[0]
            value = (status.test or {}).get(first.name)
            half_width = (status.test_half_widths or {}).get(first.name)
            told = f"Finished in {duration(status.seconds)}"
            # Of some kinds of model nothing is measured on test images.
            if value is not None or run.config.inability(Bounds) is None:
                told += f": {measured(first, value, half_width, run.config)}"
            told += "."
            if not story.begun:
                told += " Its curves are lost: metrics.jsonl is missing or empty."
            return f"{told} {wrong}".strip()
        case "paused":
            told = told or f"Paused at {where}. Nothing is lost: resume whenever you like."
        case "stopped":
            told = told or f"Stopped at {where}."
        case "interrupted":
            told = told or f"The training process ended before its time, at {where}."
        case "failed":
            told = told or f"Training failed at {where}."
            wrong = ""  # its reason says it
    if status.diverged is None and status.state in RESUMABLE and "resume" not in told.lower():
        told += " Resume goes on from the last checkpoint."
    return f"{told} {wrong}".strip()


def measured(
    quantity: Quantity, value: float | None, half_width: float | None, config: RunConfig
) -> str:
    """Such as "test ELBO −141.2 ± 0.6 nats per image"; of a density above zero, why that can be."""
    best = "–" if value is None else with_error(value, half_width)
    sure = "± not recorded" if half_width is None else "± in 95 of 100 cases, over images"
    told = f"test {quantity.label} {best} {quantity.unit} ({sure})"
    density = config.algorithm.trains.density(config.settings()) is not None
    if density and quantity.sign > 0 and value is not None and value > 0:
        told += "; a density may exceed one, so log p may be above zero"
    return told


def _collapse(story: Story) -> str:
    """That the code carries nothing, and what to change; empty where it carries something."""
    if collapsed(story.log, story.status.epoch) is None:
        return ""
    beta = settings_now(story).get("beta", 1.0)
    return collapse_sentences(story.run.config, beta)


def sentence(text: str | None) -> str:
    """`text` with a full stop at its end, or nothing."""
    told = (text or "").strip()
    return told if not told or told[-1] in ".!?" else f"{told}."
