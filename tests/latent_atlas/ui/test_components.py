"""How the JavaScript of the app's components is found, put together and served."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import latent_atlas.ui
from latent_atlas.ui.components import Component
from latent_atlas.ui.components.bundle import bundle, exported
from latent_atlas.ui.components.modules import (
    bundle_address,
    js_module,
    js_sources,
    js_version,
    module_address,
    read_sources,
)

UI = Path(latent_atlas.ui.__file__).parent


def components() -> dict[str, Component]:
    """All components of the app by where they are made, found by importing what there is.

    The script of the pages alone is left out: it wants Streamlit to run it.
    """
    found = {}
    for info in pkgutil.walk_packages(latent_atlas.ui.__path__, "latent_atlas.ui."):
        if info.name == "latent_atlas.ui.navigation":
            continue
        for name, value in vars(import_module(info.name)).items():
            if isinstance(value, Component):
                found[f"{info.name}.{name}"] = value
    return found


def served(address: str) -> str | None:
    """What the route answers to an address."""
    version, name = address.removeprefix("api/js/").removesuffix(".js").split("/", 1)
    return js_module(version, name)


def test_every_component_gets_one_module_that_has_what_it_asks_for_and_imports_nothing() -> None:
    found = components()
    assert len(found) >= 4
    for where, component in found.items():
        source = served(bundle_address(component.module))
        assert source is not None, where
        assert component.create in exported(js_sources()[component.module]), where
        assert component.create in source.splitlines()[0], where
        assert "\nimport " not in source, where


def test_streamlit_hears_of_components_in_one_place() -> None:
    others = [
        path.relative_to(UI).as_posix()
        for path in UI.rglob("*.py")
        if "components.v2.component(" in path.read_text(encoding="utf-8")
    ]
    assert others == ["components/__init__.py"]


def test_the_address_of_a_module_mirrors_its_folder() -> None:
    assert module_address("draw/pad") == f"api/js/{js_version()}/draw/pad"
    assert served(f"{module_address('draw/pad')}.js") == (UI / "draw/pad.js").read_text("utf-8")
    assert served("api/js/0123456789abcdef/draw/pad.js") is None


def test_a_module_is_gathered_without_being_named() -> None:
    sources = {
        "plane/plane": 'import { two as zwei } from "../new.js";\nimport * as all from "../new.js";'
        '\n/** @param {import("./plane.js").X} x */\nexport const four = zwei() + all.two();\n',
        "new": "export function two() { return 2; }\n",
    }
    script = bundle(sources, "plane/plane")
    assert script.index('bundled["new"] = ') < script.index('bundled["plane/plane"] = ')
    assert 'const { two: zwei } = bundled["new"];' in script
    assert 'const all = bundled["new"];' in script
    assert "return { four };" in script


def test_of_several_entries_the_first_runs_first_and_the_last_is_the_value() -> None:
    script = bundle({"one": "start();\n", "two": "export const a = 1;\n"}, "one", "two")
    assert script.index("start();") < script.index("const a = 1;")
    assert script.endswith('return bundled["two"];\n})()')


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('import "./plane.js";', "cannot carry over"),
        ("export default 1;", "cannot carry over"),
        ("const here = import.meta.url;", "cannot carry over"),
        ('import { a } from "./plane.js";', "plane → plane"),
        ('import { a } from "./gone.js";', r"no gone\.js"),
    ],
)
def test_a_module_that_could_not_be_carried_over_is_an_error(source: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        bundle({"plane": source}, "plane")


def test_a_list_has_what_the_modules_of_its_folder_export_and_no_list_names(tmp_path: Path) -> None:
    for name, source in {
        "features/all": "/** @type {Feature[]} */\nexport const features = [];\n",
        "features/walk/walk": "export const feature = 1;\n",
        "features/epochs": "export function feature() {}\n",
        "features/words": "export const words = 1;\n",
        "plane": 'import { features } from "./features/all.js";\nexport const all = features;\n',
    }.items():
        path = tmp_path / f"{name}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    sources = read_sources(tmp_path)
    assert sources["features/all"].splitlines() == [
        'import { feature as feature0 } from "./epochs.js";',
        'import { feature as feature1 } from "./walk/walk.js";',
        "/** @type {Feature[]} */",
        "export const features = [feature0, feature1];",
    ]
    assert 'bundled["features/walk/walk"] = ' in bundle(sources, "plane")
    (tmp_path / "features" / "all.js").write_text("export const features = [1];\n")
    with pytest.raises(ValueError, match=r"features/all\.js has no line"):
        read_sources(tmp_path)
