"""A browser names a choice by its line, so no two lines of a choice read alike."""

from latent_atlas.ui.option_lines import told_apart

TITLES = {
    "run:20261201-004823-digits-2d-4475": "digits",
    "run:20261201-004827-digits-2d-dbca": "digits",
    "shipped:mnist-2d": "mnist",
    "run:a-1111-4475": "letters",
    "run:b-2222-4475": "letters",
}


def lines(titles: dict[str, str]) -> dict[str, str]:
    return told_apart(titles, lambda key, mark: titles[key] + mark)


def test_what_reads_alike_has_the_end_of_its_key_and_nothing_else_has() -> None:
    found = lines({key: TITLES[key] for key in list(TITLES)[:3]})
    assert list(found.values()) == ["digits · 4475", "digits · dbca", "mnist"]


def test_keys_that_end_alike_are_told_apart_by_more_of_their_ends() -> None:
    found = lines(TITLES)
    assert list(found) == list(TITLES)
    assert len(set(found.values())) == len(TITLES)


def test_a_title_that_looks_like_a_mark_is_no_line_of_another() -> None:
    found = lines({"run:a-4475": "digits", "run:b-dbca": "digits", "run:c": "digits · 4475"})
    assert len(set(found.values())) == 3


def test_lines_that_leave_no_room_for_a_mark_differ_all_the_same() -> None:
    found = told_apart(["a", "ab"], lambda key, mark: "cut off")
    assert len(set(found.values())) == 2
