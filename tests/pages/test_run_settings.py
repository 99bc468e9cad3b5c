"""What a run was asked for, on the Train page, and what can be asked for after it."""

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.train import dialogs
from tests.pages.train_page import button, made, opened, words
from vae_core.runs import (
    ChangeEvent,
    Run,
    annotate,
    changeable,
    difference,
    list_runs,
    make_config,
    runs_folder,
)
from vae_core.runs.commands import waiting_commands
from vae_core.runs.doctor import RULES
from vae_core.runs.faults import train_run

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")


def test_a_run_shows_first_what_is_not_as_usual_then_the_rest_and_its_command_line() -> None:
    run = made("finished", events=3, name="a | b", beta=4.0, latent_dim=3)
    page = opened()
    assert not page.exception
    shown = words(page)
    assert "| Beta | 4 | 1 |" in shown
    assert "| Latent dimensions | 3 | 2 |" in shown
    assert "| Batch size | 100 |" in shown.split("| Beta | 4 | 1 |")[1]
    [line] = [code.value for code in page.code]
    assert line == run.config.command_line()
    assert "--name 'a | b'" in line
    assert f"PyTorch {run.document.environment.torch}" in shown.replace("\\", "")


def test_a_run_with_all_as_usual_says_so() -> None:
    made("finished", events=3, epochs=None, hidden=(500,))
    assert make_config(dataset="digits").given() == {"dataset": "digits"}
    assert "Trained on **digits**, all as usual." in words(opened())


@pytest.fixture
def trained() -> Run:
    """With weights, a change by hand, and a best checkpoint."""
    run = made("queued", epochs=2, name="First", latent_dim=3, early_stopping=2)
    train_run(run)
    with run.metrics_path.open("a") as log:
        log.write(ChangeEvent(step=1, learning_rate=5e-4).model_dump_json() + "\n")
    return run


def asked_for(run: Run, choice: str) -> AppTest:
    """The page of a run with the dialog open that its menu has under this name."""
    page = opened(run=run.id)
    return page.menu_button(key="more").click(choice).run()


def newest() -> Run:
    return max(list_runs(runs_folder()), key=lambda run: run.status().queued)


def test_a_clone_begins_with_the_run_as_it_is_and_with_the_change(trained: Run) -> None:
    page = asked_for(trained, dialogs.CLONE)
    assert page.text_input(key="new-learning_rate").value == "0.0005"  # changed by hand
    assert page.radio(key="clone-start").options == [
        "its last weights",
        "its best on validation images",
        "fresh weights",
    ]
    page.text_input(key="new-beta").set_value("4").run()
    button(page, "Start the clone").click().run()
    assert not page.exception
    clone = newest()
    changed = {each.name: each.texts[1] for each in difference([trained.config, clone.config])}
    assert changed == {"beta": "4.0", "learning_rate": "0.0005"}
    assert clone.document.parent is not None
    assert page.query_params["run"] == clone.id
    assert page.title[0].value == "First · clone"
    button(page, "First").click().run()  # the parent, a click away
    assert page.query_params["run"] == trained.id


def test_another_architecture_begins_with_fresh_weights_and_other_pixels_say_so(
    trained: Run,
) -> None:
    page = asked_for(trained, dialogs.CLONE)
    page.selectbox(key="new-binarize").set_value("dynamic").run()
    assert "it gets a chart of its own" in words(page)
    assert len(page.radio(key="clone-start").options) == 3
    page.number_input(key="new-latent_dim").set_value(2).run()
    assert page.radio(key="clone-start").options == ["fresh weights"]
    assert "do not fit" in words(page)
    button(page, "Start the clone").click().run()
    config = newest().config
    assert (config.latent_dim, config.treatment, config.learning_rate) == (2, "dynamic", 5e-4)
    assert newest().document.parent is None


def test_what_cannot_be_is_told_in_the_dialog_and_nothing_typed_is_lost(trained: Run) -> None:
    page = asked_for(trained, dialogs.CLONE)
    page.text_input(key="new-beta").set_value("-1").run()
    button(page, "Start the clone").click().run()
    [error] = page.error
    assert error.value.startswith("Beta cannot be −1")
    assert page.text_input(key="new-beta").value == "-1"
    assert list_runs(runs_folder()) == [trained]


def test_what_ails_a_run_is_told_once_and_its_remedy_starts_beside_it() -> None:
    sick = made("finished", events=20, name="Sick", learning_rate=1.0)
    told = "Training has diverged: too low. Start anew with a smaller learning rate (it was 1)."
    sick.write_status(sick.stored_status().model_copy(update={"diverged": told}))
    page = opened()
    assert not page.exception
    assert words(page).count("too low") == 1
    button(page, "Start it with learning rate 0.1").click().run()
    assert not page.exception
    other = newest()
    changed = {each.name: each.texts[1] for each in difference([sick.config, other.config])}
    assert changed == {"learning_rate": "0.1"}
    assert page.query_params["run"] == [other.id, sick.id]
    assert page.title[0].value == "Sick · learning rate 0.1 :gray[with 1 more]"


def test_the_doctor_asked_says_all_and_nothing_in_passing_of_a_sound_run(trained: Run) -> None:
    assert "stethoscope" not in words(opened(run=trained.id))
    page = asked_for(trained, dialogs.DOCTOR)
    assert not page.exception
    assert all(escaped(rule.question) in words(page) for rule in RULES.values())


def test_what_may_be_another_is_changed_and_what_came_of_it_is_told() -> None:
    run = made("paused", events=3)
    page = asked_for(run, dialogs.CHANGE)
    fields = {field.key: field.value for field in page.text_input if field.key}
    shown = {name: fields[f"change-{name}"] for name in changeable(run.config)}
    assert shown == {"learning_rate": "0.001", "beta": "1", "free_bits": "0"}
    page.text_input(key="change-free_bits").set_value("0.5").run()
    page.text_input(key="change-beta").set_value("2").run()
    button(page, "Change").click().run()
    assert not page.exception
    assert run.pending() == {"beta": 2.0, "free_bits": 0.5}
    assert "Asked for: beta 2 and free bits 0.5." in words(page)
    [waiting] = waiting_commands(run.commands_path)
    made_it = ChangeEvent(step=3, samples=300, beta=2.0, free_bits=0.5, command=waiting.id)
    with run.metrics_path.open("a") as log:
        log.write(made_it.model_dump_json() + "\n")
    page.run()
    assert "Beta 2 and free bits 0.5 since step 3, 300 images." in words(page)
    assert "The true ELBO = " in words(page)  # for training climbs another


def test_a_change_that_is_refused_says_why() -> None:
    run = made("paused", events=3)
    page = asked_for(run, dialogs.CHANGE)
    page.text_input(key="change-learning_rate").set_value("-1").run()
    button(page, "Change").click().run()
    assert page.error[0].value.startswith("Learning rate cannot be −1")
    assert page.text_input(key="change-learning_rate").value == "-1"


def test_a_run_bears_the_name_note_tags_and_star_that_people_gave_it() -> None:
    run = made("finished", events=3, name="Given")
    page = asked_for(run, dialogs.ABOUT)
    assert page.text_input(key="about-title").value == "Given"
    page.text_input(key="about-title").set_value("*Mine*").run()
    page.text_area(key="about-note").set_value("worth a look").run()
    page.multiselect(key="about-tags").set_value(["Paper", "baseline"]).run()
    page.toggle(key="about-starred").set_value(True).run()
    annotate(run.path, add_tags=["elsewhere"])  # by a command meanwhile
    button(page, "Save").click().run()
    assert not page.exception
    assert run.annotations.tags == ("elsewhere", "paper", "baseline")
    assert page.title[0].value == r"\*Mine\*"
    assert page.title[0].icon == ":material/star:"
    shown = words(page)
    assert "worth a look" in shown
    assert ":gray-badge[paper]" in shown
    page.menu_button(key="more").click(dialogs.ABOUT).run()
    page.multiselect(key="about-tags").set_value(["two:parts"]).run()
    button(page, "Save").click().run()
    assert page.error[0].value.startswith("A tag cannot be “two")


@pytest.mark.parametrize("others", [0, 1])
def test_a_removed_run_comes_back_by_a_click(others: int) -> None:
    for _ in range(others):
        made("finished", events=3, name="Another")
    run = made("finished", events=3, name="Slip")
    page = asked_for(run, dialogs.REMOVE)
    button(page, "Remove it").click().run()
    assert not page.exception
    assert not run.path.exists()
    assert "“Slip” was removed." in words(page)
    button(page, "Undo").click().run()
    assert not page.exception
    assert run.metrics()
    assert page.title[0].value == "Slip"
    assert "was removed" not in words(page)
