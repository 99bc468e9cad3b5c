"""Changed files, texts and requests are given to all that reads what comes from elsewhere."""

import hashlib
import math
import resource
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import FrameType

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from tests.fuzz.changes import changed_bytes, changed_json
from tests.fuzz.parser import Parser
from tests.fuzz.parsers import PARSERS
from torture.lanes import LANES, Died, in_lanes
from torture.outcome import Outcome
from vae_core.errors import AtlasError
from vae_core.numerals import decimal, duration
from vae_core.sentences import counted, plain

LEAST = 2_000  # of each parser, where so many are asked for
USUAL = max(100_000, LEAST * len(PARSERS))
BATCH = 500
SECONDS = 30  # of the processor for one input: the parsers let an import last 20 here
PATIENCE = 900.0  # seconds for a batch, in which something may wait for ever
MEMORY = 2 << 30  # bytes of address space, besides what the process has before
LONGEST = 1_500  # characters of a sentence
KEPT = Path("build", "torture")  # where inputs that were lost lie afterwards
PROMISE = (
    "Whatever comes from elsewhere (a file, an address, a request, a command) is read or refused "
    f"in a sentence, within {SECONDS} s of a processor and {MEMORY >> 30} GB."
)
PHASES = (Phase.generate,)


@dataclass(frozen=True)
class Batch:
    """Inputs of one parser; `folder` is where the one that is being read lies."""

    parser: str
    count: int
    seed: int
    folder: Path


@dataclass(frozen=True)
class Tried:
    """What came of a batch.

    Attributes:
        lost: what was wrong, and the input.
        seconds: of the processor, for all.
        slowest: those of one.
        memory: bytes that the process took at most, besides what it had before.
    """

    number: int
    lost: list[tuple[str, bytes]]
    seconds: float
    slowest: float
    memory: int


class _TooLong(BaseException):
    """So that no parser takes it for an error of its own."""


def problem_with(parser: Parser, content: bytes) -> str | None:
    """What is wrong with how a parser takes this; None where it reads it or says a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            parser.read(content, Path(folder))
        except AtlasError as refused:
            sentence = str(refused)
            if not 0 < len(sentence) <= LONGEST or "\n" in sentence.strip():
                return f"a refusal that is no sentence: {plain(sentence)}"
        except _TooLong:
            return f"it took more than {SECONDS} s of the processor"
        except (Exception, SystemExit) as fault:  # noqa: BLE001  all of them are what is looked for
            return f"{type(fault).__name__}: {plain(str(fault))}"
    return None


def try_inputs(
    parser: Parser,
    count: int,
    tell: Callable[[bytes, str | None], None],
    *,
    seed: int | None = None,
    phases: Collection[Phase] = tuple(Phase),
) -> None:
    """Give changed examples to a parser, and `tell` each with what was wrong.

    If `tell` raises, the smallest change that makes it do so is looked for, and raised again.

    Args:
        parser: what reads.
        count: how many; a few less where chance finds no others.
        tell: is told of each.
        seed: which they are; None for those that are always the same.
        phases: what hypothesis does besides making them.
    """
    changed = (changed_json if parser.is_json else changed_bytes)(parser.seeds())

    @settings(
        max_examples=count,
        derandomize=seed is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        content = data.draw(changed)
        tell(content, problem_with(parser, content))

    (check if seed is None else seeded(seed)(check))()


def try_batch(batch: Batch) -> Tried:
    """A batch in a process of its own, whose memory is bounded from now on."""
    parser = next(each for each in PARSERS if each.name == batch.parser)
    held, lost, times = _held(batch), list[tuple[str, bytes]](), [time.process_time()]

    def tell(content: bytes, problem: str | None) -> None:
        times.append(time.process_time())
        if problem is not None:
            lost.append((problem, content))

    def read(content: bytes, folder: Path) -> object:
        held.write_bytes(content)  # found there if this process dies of it
        with _time_bounded():
            return parser.read(content, folder)

    watched = Parser(parser.name, parser.seeds, read, parser.is_json)
    before = _bound_memory()
    seed = batch.seed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while (left := batch.count - (len(times) - 1)) > 0:
            try_inputs(watched, left, tell, seed=seed, phases=PHASES)
            seed += 1_000_000  # chance found too few others
    held.unlink(missing_ok=True)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    return Tried(len(pauses), lost, sum(pauses), max(pauses), most)


def fuzz_parsers(inputs: int, seed: int, lanes: int = LANES) -> Outcome:
    """The campaign: so many inputs, at least `LEAST` for each parser if that many are asked for."""
    began, costs = time.monotonic(), dict.fromkeys((each.name for each in PARSERS), 0.0)
    numbers, lost = dict.fromkeys(costs, 0), list[str]()
    slowest, memory = 0.0, 0

    def batches() -> Iterator[Batch]:
        """A share for each; what is left for the half that takes the least time."""
        share = min(LEAST, inputs // len(costs))
        for k in range(math.ceil(share / BATCH)):
            for name in costs:
                yield Batch(name, min(BATCH, share - k * BATCH), seed + k, folder)
        quick = sorted(costs, key=lambda name: costs[name])[: len(costs) // 2]
        left, k = inputs - share * len(costs), 0
        while left > 0:
            count = min(BATCH, left)
            yield Batch(quick[k % len(quick)], count, seed + 1_000 + k // len(quick), folder)
            left, k = left - count, k + 1

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for batch, found in in_lanes(try_batch, batches(), PATIENCE, lanes):
            where = f"{batch.parser}, seed {batch.seed}"
            if isinstance(found, Died):
                lost.append(f"{where}: {found.how}; {_keep_held(batch)}")
                continue
            numbers[batch.parser] += found.number
            costs[batch.parser] += found.seconds
            slowest, memory = max(slowest, found.slowest), max(memory, found.memory)
            lost += [f"{where}: {told}; {_keep(batch, content)}" for told, content in found.lost]
    return Outcome(
        promise=PROMISE,
        done=(
            f"{counted(len(costs), 'parser')}, at least {min(numbers.values()):,} inputs each, "
            "made by hypothesis from sound ones: bits, bytes, lengths, numbers, values of JSON are "
            "changed, cut out, doubled, or replaced by extremes"
        ),
        number=sum(numbers.values()),
        lost=lost,
        seconds=time.monotonic() - began,
        seed=seed,
        measured=[
            f"The slowest input took {duration(slowest)} of a processor; one that read up to "
            f"{BATCH} of them took {decimal(memory / 2**20, 0)} MB at most."
        ],
    )


def _held(batch: Batch) -> Path:
    return batch.folder / f"{batch.parser}-{batch.seed}"


def _keep_held(batch: Batch) -> str:
    with suppress(OSError):
        return _keep(batch, _held(batch).read_bytes())
    return "no input was begun"


def _keep(batch: Batch, content: bytes) -> str:
    """Keep an input that was lost; says how it is tried again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{batch.parser}-{hashlib.sha256(content).hexdigest()[:8]}"
    file.write_bytes(content)
    return f"again by `python -m torture --again {batch.parser} {file}`"


def _bound_memory() -> int:
    """Let this process have `MEMORY` more than it has; what it has in memory now, in bytes."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    told = {line.partition(":")[0]: line.split()[1] for line in status if line.endswith("kB")}
    bound = int(told["VmSize"]) * 1024 + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (bound, resource.RLIM_INFINITY))
    return int(told["VmRSS"]) * 1024


@contextmanager
def _time_bounded() -> Iterator[None]:
    """Raises _TooLong in what takes more than `SECONDS` of the processor. For the main thread."""

    def end(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
