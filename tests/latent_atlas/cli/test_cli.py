"""The command line as scripts call it: exit statuses, one sentence, and the JSON contract."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from vae_core.algorithms import ALGORITHMS, ScoreFunctionSettings
from vae_core.models import VAE
from vae_core.runs import create_run, list_runs, make_config, open_run
from vae_core.runs.lock import FileLock

TINY = ["train", "digits", "--hidden", "8", "--threads", "1", "--epochs", "1"]


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    last: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    assert main([*TINY, "--runs-dir", str(folder)]) == 0
    path = list_runs(folder)[0].model_path()
    assert path is not None
    return path


def test_train_prints_the_contracts_json_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TINY, "--runs-dir", str(tmp_path), "--json"]) == 0
    result = _json(capsys)
    assert set(result) == {
        "run", "checkpoint", "samples", "seconds", "images_per_second", "train", "test",
    }  # fmt: skip
    assert result["samples"] == 1497
    assert Path(str(result["checkpoint"])).name == "model.safetensors"
    assert Path(str(result["checkpoint"])).is_file()
    for split in ("train", "test"):
        bound = result[split]
        assert isinstance(bound, dict)
        assert set(bound) == {"elbo", "rate", "distortion"}
        assert bound["elbo"] == pytest.approx(-(bound["rate"] + bound["distortion"]))
    assert open_run(tmp_path, str(result["run"])).status().state == "finished"


def test_the_same_command_twice_gives_the_same_numbers_to_the_last_bit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for _ in range(2):
        main([*TINY, "--binarize", "dynamic", "--runs-dir", str(tmp_path), "--json"])
        result = _json(capsys)
        found.append((result["train"], result["test"]))
    assert found[0] == found[1]


def test_every_option_reaches_the_run(tmp_path: Path) -> None:
    options = {
        "--latent-dim": "3", "--hidden": "9,7", "--activation": "relu", "--binarize": "dynamic",
        "--init": "paper", "--weight-prior": "normal", "--sampling": "replacement",
        "--samples-per-image": "2", "--samples": "300", "--batch-size": "50", "--lr": "0.002",
        "--seed": "5", "--threads": "1", "--beta": "2", "--name": "mine",
        "--network": "conv", "--channels": "3,4", "--likelihood": "gaussian-fixed",
        "--scale": "0.2", "--estimator": "a", "--optimizer": "adagrad",
        "--algorithm": "score-function", "--baseline": "nvil",
    }  # fmt: skip
    words = [word for pair in options.items() for word in pair]
    assert main(["train", "digits", *words, "--runs-dir", str(tmp_path)]) == 0
    [run] = list_runs(tmp_path)
    config = run.config
    assert (config.latent_dim, config.hidden, config.activation) == (3, (9, 7), "relu")
    assert config.algorithm == ScoreFunctionSettings(
        weight_prior="normal", samples_per_image=2, learning_rate=0.002, beta=2.0, estimator="a",
        optimizer="adagrad", baseline="nvil",
    )  # fmt: skip
    assert (config.binarize, config.init) == ("dynamic", "paper")
    assert (config.sampling, config.samples) == ("replacement", 300)
    assert (config.batch_size, config.seed, config.name) == (50, 5, "mine")
    assert (config.network, config.channels) == ("conv", (3, 4))
    assert (config.likelihood, config.scale) == ("gaussian-fixed", 0.2)
    assert run.status().samples == 300
    for name, value in options.items():
        if name not in ("--threads", "--name"):
            assert f"{name} {float(value) if name == '--beta' else value}" in config.command()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "nope"], "There is no dataset “nope”"),
        (["train", "digits", "--latent-dim", "0"], "Latent dimensions cannot be 0"),
        (["train", "digits", "--epochs", "many"], "--epochs"),
        (["train", "digits", "--epochs", "1", "--samples", "9"], "not allowed with"),
        (["train", "digits", "--hidden", "5,x"], "list of layer widths"),
        (["train", "digits", "--lr", "nan"], "Learning rate cannot be nan"),
        (["train", "digits", "--activation", "gelu"], "gelu"),
        (["train", "digits", "--split", "dev"], "no split “dev”"),
        (["train", "digits", "--leapfrog-steps", "9"], "belongs to the algorithm mcem, and aevb"),
        (["train", "digits", "--baseline", "nvil"], "the algorithm score-function, and aevb has"),
        (
            ["train", "digits", "--scale", "0.3"],
            "belongs to gaussian-fixed or gaussian-linear, and a model",
        ),
        (
            ["train", "digits", "--channels", "8"],
            "belongs to conv or pixelcnn, and a model of mlp and",
        ),
        (["train", "digits", "--algorithm", "svi", "--optimizer", "sgd"], "choose from"),
        (["train", "digits", "--algorithm", "mcem", "--beta", "1"], "and mcem has no use for it"),
        (["train", "digits", "--size", "16x16"], "--size belongs to pictures of your own"),
        (["train", "digits", "--colour", "rgb"], "--colour belongs to pictures of your own"),
        (["train", "digits", "--fit", "pad"], "and digits has no use for it"),
        (["resume", "nope"], "no run “nope”"),
        (["evaluate", "absent.safetensors", "--dataset", "digits"], "no file"),
        (["evaluate", "CHECKPOINT", "--dataset", "mnist-12k"], "8 × 8"),
        (["evaluate", "CHECKPOINT", "--dataset", "digits", "--split", "dev"], "no split"),
        (["reconstruct", "CHECKPOINT", "--dataset", "digits", "--count", "0", "--out", "x"], "0"),
        (["manifold", "CHECKPOINT", "--grid", "1", "--out", "x.png"], "--grid is 1"),
        (["manifold", "CHECKPOINT", "--out", "no/such/folder/x.png"], "no/such/folder"),
        (["dance"], "dance"),
        ([], "COMMAND"),
    ],
)
def test_bad_input_exits_with_two_and_one_sentence(
    words: list[str],
    sentence: str,
    checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    words = [str(checkpoint) if word == "CHECKPOINT" else word for word in words]
    try:
        code: object = main(words)
    except SystemExit as leaving:
        code = leaving.code
    assert code == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert captured.out == ""


def test_a_pickle_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(b"PK\x03\x04" + bytes(60))
    assert main(["evaluate", str(path), "--dataset", "digits"]) == 2
    assert "can run any program" in capsys.readouterr().err


def test_resume_goes_on_where_a_run_was_left_and_refuses_a_finished_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = create_run(make_config(dataset="digits", hidden=(8,), epochs=1, threads=1), tmp_path)
    run.write_status(run.stored_status().model_copy(update={"state": "paused"}))
    assert main(["resume", run.id, "--runs-dir", str(tmp_path), "--json"]) == 0
    assert _json(capsys)["run"] == run.id
    assert main(["resume", str(run.path)]) == 2
    assert "nothing to resume" in capsys.readouterr().err


def test_a_run_in_other_hands_is_not_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    lock = FileLock(run.lock_path)
    assert lock.acquire()
    assert main(["resume", run.id, "--runs-dir", str(tmp_path)]) == 2
    assert "being trained already" in capsys.readouterr().err
    lock.release()


def test_runs_tells_states_as_text_and_json(
    checkpoint: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = checkpoint.parents[3]
    assert main(["runs", "--runs-dir", str(folder)]) == 0
    assert "finished" in capsys.readouterr().out
    assert main(["runs", "--runs-dir", str(folder), "--json"]) == 0
    [summary] = json.loads(capsys.readouterr().out)
    assert summary["state"] == "finished"
    assert summary["checkpoint"] == str(checkpoint.resolve())
    assert main(["runs", "--runs-dir", str(tmp_path)]) == 0
    assert "no runs" in capsys.readouterr().out


def test_evaluate_repeats_the_trained_test_bound(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(checkpoint), "--dataset", "digits", "--json"]) == 0
    found = _json(capsys)
    status = open_run(checkpoint.parents[3], checkpoint.parents[2].name).status()
    assert status.test is not None
    assert found["elbo"] == status.test["elbo"]
    assert (found["split"], found["images"], found["treatment"]) == ("test", 300, "grey")


def test_data_lists_what_is_there_and_what_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "--data-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "mnist-12k" in printed
    assert "absent" in printed
    assert main(["data", "--data-dir", str(tmp_path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out.splitlines()[-1])
    present = {d["name"]: d["present"] for d in listed}
    assert present["mnist-12k"]
    assert present["digits"]
    assert not present["mnist"]


def test_pictures_are_written(checkpoint: Path, tmp_path: Path) -> None:
    from PIL import Image

    sheet, manifold = tmp_path / "sheet.png", tmp_path / "manifold.png"
    words = ["reconstruct", str(checkpoint), "--dataset", "digits", "--out", str(sheet)]
    assert main([*words, "--count", "4"]) == 0
    assert main(["manifold", str(checkpoint), "--grid", "5", "--out", str(manifold)]) == 0
    for path in (sheet, manifold):
        with Image.open(path) as image:
            assert image.format == "PNG"
            assert min(image.size) > 100


def test_an_option_that_every_algorithm_of_vaes_has_is_never_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latent_atlas.cli.training._train_and_tell", lambda *run, **more: 0)
    of_vaes = [name for name, settings in ALGORITHMS.items() if settings.trains is VAE]
    for algorithm in of_vaes:
        words = ["--lr", "0.01", "--optimizer", "adagrad", "--weight-prior", "normal"]
        words += ["--algorithm", algorithm, "--runs-dir", str(tmp_path)]
        assert main(["train", "digits", *words]) == 0
    assert len(list_runs(tmp_path)) == len(of_vaes)


def test_help_names_the_algorithms_that_an_option_belongs_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "--leapfrog-steps N Of mcem." in told
    assert "Of aevb or score-function. Equations 6 and 7" in told
    assert "--channels 32,64 Of conv or pixelcnn." in told
    assert "--lr X The optimiser's step size." in told


def test_runs_are_looked_up_by_name_or_by_folder_and_not_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    assert main(["resume", str(run.path), "--runs-dir", str(tmp_path)]) == 2
    assert "--runs-dir belongs to runs that are looked up by name" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['x', '--help']\n"
        "try:\n import latent_atlas.__main__ as m; m.main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'torch', 'numpy', 'pydantic', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0
