"""What a run measured leaves as CSV and as TensorBoard files, each number as the log has it."""

import csv
import io
import sys
from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import MetricEvent, ResumeEvent, Run, create_run, make_config, metrics_csv
from vae_core.runs.metrics import MetricsLog
from vae_core.runs.tensorboard import EventFiles


def _measured(step: int, elbo: float, *, whole: bool = False) -> MetricEvent:
    return MetricEvent(
        step=step,
        samples=100 * step,
        epoch=step / 10,
        seconds=step / 4,
        train={"elbo": elbo, "=odd": 1.0},
        train_half_widths={"elbo": 0.5},
        test={"elbo": elbo - 1},
        valid={"elbo": elbo - 2} if whole else None,
        valid_half_widths={"elbo": 0.25} if whole else None,
        full_test=whole,
        gradient_norm=3.0,
        learning_rate=0.001,
        images_per_second=400.0,
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """One that was resumed from step 5, so that what it measured at step 8 holds no longer."""
    run = create_run(make_config(dataset="digits"), tmp_path)
    log = MetricsLog(run.metrics_path)
    for event in (
        _measured(5, -100.25),
        _measured(8, -999.0),
        ResumeEvent(step=5),
        _measured(10, -90.5, whole=True),
    ):
        log.append(event)
    log.close()
    return run


def test_every_measurement_that_holds_is_a_line_of_the_table(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(metrics_csv(run))))
    assert [(row["step"], row["part"], row["elbo"]) for row in rows] == [
        ("5", "train", "-100.25"),
        ("5", "test probe", "-101.25"),
        ("10", "train", "-90.5"),
        ("10", "valid", "-92.5"),
        ("10", "test", "-91.5"),
    ]
    first = rows[0]
    assert (first["samples"], first["epoch"], first["seconds"]) == ("500", "0.5", "1.25")
    assert (first["elbo_half_width"], first["learning_rate"]) == ("0.5", "0.001")
    assert rows[1]["learning_rate"] == ""
    assert rows[3]["elbo_half_width"] == "0.25"


def test_a_name_in_a_log_is_no_formula_in_a_spreadsheet(run: Run) -> None:
    head = metrics_csv(run).splitlines()[0].split(",")
    assert "'=odd" in head
    assert not any(name.startswith("=") for name in head)


def test_without_the_extra_a_sentence_says_how_to_install_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_core.runs.tensorboard.find_spec", lambda _: None)
    with pytest.raises(AtlasError, match=r"pip install 'latent-atlas\[tensorboard\]'"):
        EventFiles(run)
    assert "tensorboardX" not in sys.modules


def _scalars(folder: Path) -> list[tuple[str, int, float]]:
    from tensorboardX.event_file_writer import EventFileWriter  # noqa: F401  registers the protos
    from tensorboardX.proto.event_pb2 import Event

    [path] = folder.glob("events.out.tfevents.*")
    content, at, found = path.read_bytes(), 0, []
    while at < len(content):  # length, its checksum, the event, its checksum
        length = int.from_bytes(content[at : at + 8], "little")
        event = Event.FromString(content[at + 12 : at + 12 + length])
        found += [(value.tag, event.step, value.simple_value) for value in event.summary.value]
        at += 12 + length + 4
    return found


def test_tensorboards_files_hold_what_the_log_does_and_follow_it(run: Run) -> None:
    pytest.importorskip(
        "tensorboardX", reason="the extra is not installed: pip install tensorboardX"
    )
    files = EventFiles(run)
    log = MetricsLog(run.metrics_path)
    log.append(_measured(12, -80.0))
    files.follow()
    files.close()
    found = _scalars(run.path.parent / "tensorboard" / run.id)
    elbo = [(tag, step, value) for tag, step, value in found if tag.endswith("/elbo")]
    assert elbo == [
        ("train/elbo", 5, -100.25),
        ("test_probe/elbo", 5, -101.25),
        ("train/elbo", 10, -90.5),
        ("valid/elbo", 10, -92.5),
        ("test/elbo", 10, -91.5),
        ("train/elbo", 12, -80.0),
        ("test_probe/elbo", 12, -81.0),
    ]
    log.append(ResumeEvent(step=10))  # what was written of step 12 holds no longer
    log.append(_measured(13, -70.0))
    log.close()
    files.follow()
    files.close()
    steps = {step for _, step, _ in _scalars(files.folder)}
    assert steps == {5, 10, 13}
