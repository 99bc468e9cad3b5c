"""Many files at once: what the browser makes of them, and what a person sees meanwhile."""

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from latent_atlas.ui.components.modules import module_address
from latent_atlas.ui.data.pieces import LARGEST_PIECE
from tests.browser.helpers import compute, expect_as_wide_as_the_window, until, wait_for_app
from tests.browser.server import AppServer
from tests.vae_core.data.own.makers import encoded, laid_out, photograph
from vae_core.data.own import LITTER, STREAM, own_datasets
from vae_core.data.own.naming import is_litter

MODULES = f"/{module_address('data/drop_area')}"


def run(page: Page, module: str, body: str, *values: object) -> Any:
    """The value of a function's body that knows `values`, and as `m` what a module exports."""
    script = f"async (values) => {{ const m = await import('{MODULES}/{module}.js'); {body} }}"
    return compute(page, script, list(values))


PACK = """
    const files = values[0].map(([path, size]) => {
        const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + size) % 256);
        return { path, file: new File([bytes], path.split("/").at(-1)) };
    });
    const { length, pieces } = m.packed(files);
    const [blobs, done] = [[], []];
    for await (const piece of pieces) {
        blobs.push(piece.blob);
        done.push(piece.files);
    }
    const whole = new Uint8Array(await new Blob(blobs).arrayBuffer());
    let text = "";
    for (let at = 0; at < whole.length; at += 32768) {
        text += String.fromCharCode(...whole.subarray(at, at + 32768));
    }
    return { length, done, sizes: blobs.map((blob) => blob.size), zip: btoa(text) };
"""


def test_what_the_browser_packs_is_a_zip_in_pieces_that_are_taken(blank: Page) -> None:
    small = [(f"تجربة/ü {i} 🙂.png", i % 90) for i in range(450)]
    files = [*small, ("large/x.npy", LARGEST_PIECE + 1000), ("none.txt", 0)]
    made = run(blank, "pack", PACK, files)
    content = base64.b64decode(made["zip"])
    assert len(content) == made["length"] == sum(made["sizes"])
    assert max(made["sizes"]) <= LARGEST_PIECE
    assert made["done"] == sorted(made["done"])
    assert made["done"][:2] == [200, 400]  # so that it is seen how far it is
    assert made["done"][-1] == len(files)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert [(each.filename, each.file_size) for each in archive.infolist()] == files
        assert archive.read("تجربة/ü 33 🙂.png") == bytes((7 * i + 33) % 256 for i in range(33))


TAIL = """
    const plan = m.planned(values[0].map(([path, size]) => ({ path, size })));
    const heads = values[0].map((_, i) => plan.head(i, i + 1));
    const bytes = (array) => btoa(String.fromCharCode(...array));
    return { length: plan.length, last: bytes(heads.at(-1)), tail: bytes(plan.tail()) };
"""


def test_an_archive_may_be_larger_than_the_format_once_knew(blank: Page, tmp_path: Path) -> None:
    files = [("a.bin", 3_000_000_000), ("b.bin", 2_000_000_000), ("c.bin", 0)]
    made = run(blank, "zip", TAIL, files)
    tail = base64.b64decode(made["tail"])
    with (tmp_path / "sparse.zip").open("wb") as file:
        file.seek(made["length"] - len(tail) - len(base64.b64decode(made["last"])))
        file.write(base64.b64decode(made["last"]) + tail)
    with zipfile.ZipFile(tmp_path / "sparse.zip") as archive:
        assert [(each.filename, each.file_size) for each in archive.infolist()] == files
        assert [each.CRC for each in archive.infolist()] == [1, 2, 3]
        assert archive.infolist()[2].header_offset == 5_000_000_000 + 2 * (30 + 5)


def test_more_files_than_the_format_once_counted_are_all_in_the_archive(blank: Page) -> None:
    script = """
        const files = Array.from({ length: 70000 }, (_, i) => ({ path: `${i}`, size: 0 }));
        const plan = m.planned(files);
        files.forEach((_, i) => plan.head(i, 0));
        const end = plan.tail().slice(-98);
        return [plan.length, ...end];
    """
    length, *end = run(blank, "zip", script)
    # The record of 64 bits has the count; the one that was there before says to look there.
    assert int.from_bytes(bytes(end[32:40]), "little") == 70_000
    assert bytes(end[76 + 10 : 76 + 12]) == b"\xff\xff"
    assert length == sum(30 + 46 + 2 * len(str(i)) for i in range(70_000)) + 98


def test_the_browser_leaves_out_what_the_core_calls_litter(blank: Page) -> None:
    names = [
        *(".DS_Store", "a/.DS_Store", ".git/config", "a/b.png", "b.png:Zone.Identifier"),
        *("a/b.png:zone.identifier:$DATA", ":Zone.Identifier", "a/@eaDir/b.png", "Thumbs.db"),
        *("thumbs.db.png", "a.b/c.d.png", "__MACOSX/a/._b.png", "#recycle/x", "recycle/x"),
        *(each.upper() for each in LITTER),
    ]
    body = "return values[1].map(m.litterRule(values[0]));"
    litter = {"names": sorted(LITTER), "pattern": STREAM.pattern}
    assert run(blank, "files", body, litter, names) == [is_litter(name) for name in names]


DROPPED = """
    const file = (fullPath) => ({
        isFile: true, isDirectory: false, fullPath,
        file: (done) => done(new File(["x"], fullPath.split("/").at(-1))),
    });
    const folder = (fullPath, entries) => ({
        isFile: false, isDirectory: true, fullPath,
        createReader: () => {
            const left = [...entries];  // as browsers do: some of them at a time
            return { readEntries: (done) => done(left.splice(0, 100)) };
        },
    });
    const inside = Array.from({ length: 250 }, (_, i) => file(`/pets/cats/${i}.png`));
    const pets = folder("/pets", [folder("/pets/cats", inside), file("/pets/a.csv")]);
    const items = [pets, file("/b.png"), null].map((entry) => ({ webkitGetAsEntry: () => entry }));
    const told = [];
    const all = m.dropped({ items, files: [] }, values[0]);
    const found = await all(new AbortController().signal, (count) => told.push(count));
    return { paths: found.map(({ path }) => path), told };
"""


def test_folders_that_are_dropped_are_looked_through_to_their_ends(blank: Page) -> None:
    found = run(blank, "files", DROPPED, 1000)
    cats = [f"pets/cats/{i}.png" for i in range(250)]
    assert sorted(found["paths"]) == sorted(["b.png", "pets/a.csv", *cats])
    assert found["told"] == [2, 102, 202, 252]
    few = run(blank, "files", DROPPED, 120)["paths"]
    assert 120 < len(few) < 252  # one more than are taken tells enough


SEND = """
    const [answers, asked, fetched] = [[...values[0]], [], window.fetch];
    window.fetch = async (url, { method }) => {
        asked.push(`${method} ${new URL(url).pathname}`);
        if (method === "DELETE") return new Response(null, { status: 204 });
        const [status, body] = answers.shift();
        if (!status) throw new TypeError("Failed to fetch");
        const kind = { "{": "application/json", "<": "text/html" }[body[0]] ?? "text/plain";
        return new Response(body, { status, headers: { "Content-Type": kind } });
    };
    async function* pieces() {
        yield { blob: new Blob(["0123"]), files: 1 };
        yield { blob: new Blob(["45"]), files: 2 };
    }
    const told = [];
    try {
        const said = { name: "", bytes: 6, packed: true, files: 2 };
        const tell = (...far) => told.push(far);
        const { signal } = new AbortController();
        const token = await m.send("/api/uploads", said, pieces(), signal, tell);
        return { token, told, asked };
    } catch (error) {
        return { error: error.message, told, asked };
    } finally {
        window.fetch = fetched;
    }
"""
BEGUN, DONE = (201, '{"token": "t"}'), (200, '{"received": 4}')


def test_a_piece_that_did_not_get_through_is_sent_again(blank: Page) -> None:
    sent = run(blank, "send", SEND, [BEGUN, (0, ""), DONE, DONE])
    assert sent["token"] == "t"
    assert sent["told"] == [[4, 1], [6, 2]]
    first = "PUT /api/uploads/t/0"
    assert sent["asked"] == ["POST /api/uploads", first, first, "PUT /api/uploads/t/4"]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([(413, "a.zip has 300 MB.")], "a.zip has 300 MB."),
        ([BEGUN, (507, "The disk is full.")], "The disk is full."),
        (
            [BEGUN, DONE, (502, "<p>Bad gateway")],
            "The files were not taken (502): try again.",
        ),
        ([(0, "")], "The server cannot be reached: is it still running?"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_nothing_is_left(
    answers: list[tuple[int, str]], sentence: str, blank: Page
) -> None:
    sent = run(blank, "send", SEND, answers)
    assert sent["error"] == sentence
    assert (sent["asked"][-1] == "DELETE /api/uploads/t") == (answers[0] == BEGUN)


@pytest.fixture
def kept(app_server: AppServer) -> Iterator[Path]:
    """The folder of own datasets, empty afterwards."""
    folder = app_server.runs_folder / "datasets"
    yield folder
    for file in folder.glob("*"):
        file.unlink()


def test_a_folder_of_many_files_is_shown_at_once_can_be_called_off_and_is_kept(
    page: Page,
    app_server: AppServer,
    kept: Path,
    tmp_path: Path,
    expected_errors: list[re.Pattern[str]],
) -> None:
    # Streamlit asks for its own routes below a page's path first and falls back to the root.
    expected_errors.append(re.compile(r"/data/_stcore/"))
    pictures = [encoded(photograph(i, (12, 12))) for i in range(30)]
    files = {f"train/{'abc'[i % 3]}/{i}.png": pictures[i % 30] for i in range(300)}
    litter = {"train/a/.DS_Store": b"x", "Thumbs.db": b"x"}
    folder = laid_out(tmp_path / "shapes", files | litter)
    page.goto(f"{app_server.url}/data?show=Your+own+images")
    wait_for_app(page)
    choose = page.get_by_role("button", name="Choose a folder")
    expect(choose).to_be_enabled()

    held: list[Route] = []
    page.route("**/api/uploads/*/0", lambda route: held.append(route))
    page.locator("input[data-of=folder]").set_input_files(str(folder))
    expect(page.get_by_text("The first 200 of 300 pictures")).to_be_visible()
    expect(page.locator(".tile[data-drawn] canvas")).to_have_count(200)
    expect(page.get_by_text("0 of 300 files, 0 kB")).to_be_visible()
    expect(choose).to_be_disabled()
    until(page, lambda: bool(held))
    expect_as_wide_as_the_window(page)
    with page.expect_request(lambda request: request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled: nothing was kept.")).to_be_visible()
    expect(page.locator(".preview")).to_be_hidden()
    page.unroute("**/api/uploads/*/0")

    expect(choose).to_be_enabled()
    page.locator("input[data-of=folder]").set_input_files(str(folder))
    told = "300 files brought. 2 hidden or system files were left out."
    expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_text("300 pictures · 3 classes")).to_be_visible()
    page.get_by_role("button", name="Keep 300 images").click()
    expect(page.get_by_text("is kept: 300 images")).to_be_visible()
    [about] = own_datasets(kept)
    assert (about.title, about.class_names) == ("shapes", ("a", "b", "c"))
