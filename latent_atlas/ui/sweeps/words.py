"""What the Sweeps page says."""

import time
from collections.abc import Mapping, Sequence

from latent_atlas.ui.sweeps.reading import KnownSweep, SeenSweep
from latent_atlas.ui.train.words import about
from vae_core.numerals import duration
from vae_core.sentences import counted
from vae_core.sweeps import setting_options

# In the order in which they are told.
_STATES = {
    "finished": "finished",
    "running": "trains",
    "queued": "waiting",
    "paused": "paused",
    "interrupted": "cut off",
    "stopped": "stopped",
    "diverged": "diverged",
    "failed": "failed",
    "damaged": "cannot be read",
}
_NAMED = 3  # settings that a title has room for


def title(known: KnownSweep) -> str:
    """Such as “beta × seed on digits”."""
    options = setting_options()
    names = [options[name].label for name in known.document.varies]
    if len(names) > _NAMED:
        names = [counted(len(names), "setting")]
    named = " × ".join([*names[:1], *(n[0].lower() + n[1:] for n in names[1:])]) or "One trial"
    dataset = str(known.document.given.get("dataset", ""))[:80]
    return f"{named} on {dataset}" if dataset else named


def line(known: KnownSweep) -> str:
    """A sweep in a line of the list to choose from."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(known.document.created))
    return f"{title(known)} · {counted(len(known.document.trials), 'trial')} · {when}"


def product(varies: Mapping[str, Sequence[object]], count: int) -> str:
    """Such as “3 × 2 = 6 trials”."""
    sizes = " × ".join(str(len(values)) for values in varies.values())
    return f"{sizes} = {counted(count, 'trial')}" if len(varies) > 1 else counted(count, "trial")


def expected(seconds: float, trials: int) -> str:
    """How long a sweep takes here, in half a sentence."""
    time_ = about(seconds)
    start = "few seconds to start each" if trials > 1 else "few seconds to start"
    return f"{time_[0].lower()}{time_[1:]} of training here, besides a {start}"


def states(seen: SeenSweep) -> str:
    """Such as “3 of 6 finished · 1 trains · 2 waiting”."""
    found = seen.states()
    told = [f"{found['finished']} of {len(seen.document.trials)} finished"]
    told += [f"{found[s]} {word}" for s, word in _STATES.items() if found[s] and s != "finished"]
    if seen.unmade:
        told.append(f"{seen.unmade} not made yet")
    elif removed := len(seen.document.trials) - len(seen.runs):
        told.append(f"{removed} removed")
    return " · ".join(told)


def training(seen: SeenSweep) -> str:
    """Which trial trains and how far it is, and how long all of it may take yet."""
    known = [(r, s) for r, s in zip(seen.runs, seen.statuses, strict=True) if s is not None]
    told = [
        f"{run.title.partition(' · ')[2] or run.title}: epoch {status.epoch:z.1f} of "
        f"{status.epochs:.4g}"
        for run, status in known
        if status.state == "running"
    ]
    done = sum(status.samples for _, status in known)
    left = sum(s.total_samples - s.samples for _, s in known if s.active)
    seconds = sum(status.seconds for _, status in known)
    if done and left:
        told.append(f"about {duration(max(1.0, seconds / done * left), places=0)} left")
    return " · ".join(told)


def share(seen: SeenSweep) -> float:
    """How much of all training is done, 0 to 1."""
    known = [status for status in seen.statuses if status is not None]
    total = sum(status.total_samples for status in known)
    return min(1.0, sum(status.samples for status in known) / total) if total else 0.0
