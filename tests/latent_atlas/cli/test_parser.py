"""What is typed wrong is answered in one sentence, with what was probably meant."""

from pkgutil import resolve_name

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli.commands import COMMANDS
from vae_core.sentences import did_you_mean
from vae_core.version import __version__


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("trian digits", "there is no “trian” (did you mean train?). See latent-atlas --help."),
        ("train digits --epoks 3", "there is no option --epoks (did you mean --epochs?)"),
        ("train digits --epoks=3", "there is no option --epoks (did you mean --epochs?)"),
        ("train digits --network cnov", "--network: there is no “cnov” (did you mean conv?)"),
        (
            "train digits --network zzz",
            "--network: there is no “zzz”: choose from mlp, conv, pixelcnn, rowrnn.",
        ),
        ("reproduce figur2 --out x", "there is no “figur2” (did you mean figure2?)"),
        ("manifold mnist-2d --uot x.png", "there is no option --uot (did you mean --out?)"),
        ("data --jsn", "there is no option --jsn (did you mean --json?)"),
        ("data ftech mnist", "there is no “ftech” (did you mean fetch?)"),
        ("data fetch mnist --jsn", "there is no option --jsn (did you mean --json?)"),
        ("--verison", "there is no option --verison (did you mean --version?)"),
        ("runs --zzzzz", "there is no option --zzzzz. See latent-atlas runs --help."),
        ("runs lits", "there is no “lits” (did you mean list?)"),
        ("runs export x --zip", "there is no option --zip"),
        ("runs show x y", "unrecognized arguments: y"),
    ],
)
def test_a_mistyped_word_is_answered_with_what_was_meant(
    words: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    captured = capsys.readouterr()
    [line] = captured.err.splitlines()
    assert sentence in line
    assert captured.out == ""


def test_an_option_may_still_be_cut_short_where_it_is_clear(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["runs", "--js"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_what_is_like_nothing_known_gets_no_guess_and_case_is_no_matter() -> None:
    assert did_you_mean("zebra", ["mnist", "digits"]) == ""
    assert did_you_mean("MINST", ["mnist", "digits"]) == " (did you mean mnist?)"
    assert did_you_mean("anything", []) == ""


def test_words_that_are_equally_close_are_all_named() -> None:
    figures = [f"figure{n}" for n in range(2, 6)]
    told = " (did you mean figure2, figure3, figure4 or figure5?)"
    assert did_you_mean("figure9", [*figures, "all", "amortisation"]) == told


def test_an_option_is_not_guessed_by_its_dashes(capsys: pytest.CaptureFixture[str]) -> None:
    assert did_you_mean("--limit", ["--split", "--images", "--seed"]) == ""
    with pytest.raises(SystemExit):
        main(["likelihood", "mnist-2d", "--limit", "20"])
    told = "there is no option --limit. See latent-atlas likelihood --help.\n"
    assert capsys.readouterr().err.endswith(told)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"latent-atlas {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_command_has_a_function_and_a_page_of_help(
    command: object, capsys: pytest.CaptureFixture[str]
) -> None:
    found = next(each for each in COMMANDS.values() if each is command)
    assert callable(resolve_name(f"latent_atlas.cli.{found.function}"))
    with pytest.raises(SystemExit) as ended:
        main([found.name, "--help"])
    assert ended.value.code == 0
    assert f"usage: latent-atlas {found.name}" in capsys.readouterr().out
