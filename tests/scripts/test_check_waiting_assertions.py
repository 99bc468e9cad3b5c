"""The check that browser tests assert nothing which they read from a page once."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from scripts.check_waiting_assertions import FOLDER, faults
from tests.browser.server import REPOSITORY


def lines(tmp_path: Path, source: str, **others: str) -> list[int]:
    """The lines of `source` that are refused, beside other files of the folder."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    paths = []
    for name, content in {**others, "test_it": source}.items():
        path = folder / f"{name}.py"
        path.write_text(textwrap.dedent(content), encoding="utf-8")
        paths.append(path)
    return [int(fault.split(":")[1]) for fault in faults(paths)]


ONCE = [
    'assert page.locator(".card").count() == 3',
    'assert page.get_by_text("a").first.inner_text() == "a"',
    "assert box.bounding_box() is not None",
    'assert page.evaluate("innerWidth") == 390',
    'assert field.input_value() == "1" and other',
    'assert "twin" not in page.url',
    'assert not [each.is_visible() for each in page.locator("p").all()]',
    "found = field.input_value()\n    number = float(found)\n    assert number > 1",
    'sizes = []\n    sizes.append(page.evaluate("size"))\n    assert sizes == [1]',
    "first, second = row.all_inner_texts()\n    assert second",
    "for text in row.all_inner_texts():\n        assert text",
    'assert (box := field.bounding_box()) and box["x"] > 0',
    'told = {}\n    told["a"] = field.text_content()\n    assert told == {"a": "b"}',
    "with Image.open(io.BytesIO(page.evaluate(SHEET))) as image:\n        assert image.size",
    "def inner():\n        assert field.is_checked()\n    inner()",
    "on = field.is_checked()\n    def inner():\n        assert on\n    inner()",
]


@pytest.mark.parametrize("body", ONCE)
def test_what_was_read_once_cannot_be_asserted(tmp_path: Path, body: str) -> None:
    source = f"def test_it(page, field, row, box, other):\n    {body}\n"
    [line] = lines(tmp_path, source)
    assert "assert" in source.splitlines()[line - 1]


WAITING = [
    'expect(page.locator(".card")).to_have_count(3)',
    'until(page, lambda: page.locator(".card").count() == 3)',
    "before = field.input_value()\n    until(page, lambda: field.input_value() != before)",
    'assert ["a", "b"].count("a") == 1',
    "assert (tensor == other).all()",
    'assert compute(page, "([a]) => a + 1", [1]) == 2',
    'address = field.get_attribute("data-at")\n    assert compute(page, DECODE, [address]) == 2',
    "assert run.status().state == 'finished'",
    "assert server.url in server.log()",
]


@pytest.mark.parametrize("body", WAITING)
def test_what_waits_or_cannot_change_is_let_through(tmp_path: Path, body: str) -> None:
    source = f"def test_it(page, field, tensor, other, run, server):\n    {body}\n"
    assert lines(tmp_path, source) == []


def test_a_function_that_reads_is_as_good_as_reading(tmp_path: Path) -> None:
    helpers = """
        def shown(page):
            text = page.locator("p").inner_text()
            return float(text)

        def both(page):
            return [shown(page), shown(page)]
    """
    source = """
        from tests.browser.helpers import both as seen

        def test_it(page):
            assert seen(page) == [1, 2]
            until(page, lambda: seen(page) == [1, 2])
    """
    assert lines(tmp_path, source, helpers=helpers) == [5]


def test_a_function_that_a_fixture_hands_out_is_as_good_as_reading(tmp_path: Path) -> None:
    source = """
        import pytest

        @pytest.fixture
        def call(page):
            def ask(name):
                return page.evaluate(name)
            return ask

        def test_it(call):
            assert call("a") == 1
    """
    assert lines(tmp_path, source) == [11]


def test_a_parameter_that_bears_the_name_of_a_reader_is_none(tmp_path: Path) -> None:
    source = """
        def run(page):
            return page.evaluate("1")

        def test_it(run):
            assert run("ls") == 0
    """
    assert lines(tmp_path, source) == []


def test_a_variable_of_another_function_is_another_variable(tmp_path: Path) -> None:
    source = """
        def act(page):
            size = page.evaluate("size")
            page.click(size)

        def test_it():
            size = 3
            assert size == 3
    """
    assert lines(tmp_path, source) == []


def test_the_browser_tests_pass_it_and_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/check_waiting_assertions.py"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    bad = tmp_path / "test_bad.py"
    bad.write_text("def test_it(page):\n    assert page.title()\n", encoding="utf-8")
    done = subprocess.run(
        [*command, str(bad)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"{bad}:2: this was read from the page once")


def test_scrolling_that_gives_up_when_the_page_is_drawn_anew_is_refused(tmp_path: Path) -> None:
    source = """
        def test(page):
            button = page.get_by_role("button")
            button.scroll_into_view_if_needed()
            button.hover()
    """
    assert lines(tmp_path, source) == [4]
