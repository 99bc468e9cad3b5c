"""Take the pictures of docs/ from the running app: each page wide, on a phone, and in the dark.

    python -m scripts.screenshots [--out docs/screenshots]

Trains a short run and a sweep in a folder of its own first, so that pages have something to show.
"""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from scripts.sitting import PATIENCE, SCREENS, opened, sitting
from tests.browser.helpers import wait_for_app
from tests.browser.plane import atlas, move_to
from tests.browser.server import REPOSITORY, AppServer
from vae_core.data import load_dataset
from vae_core.runs import list_runs

# Four models that keep more of an image or less, by names that have room above a picture.
SIX = {
    "5d": "--latent-dim 5",
    "20d": "--latent-dim 20",
    "20d, β = 4": "--latent-dim 20 --beta 4",
    "20d, β = ¼": "--latent-dim 20 --beta 0.25",
}
SWEPT = "--beta 0.5,1,4 --latent-dim 2,5 --seeds 0-2 --epochs 12"


def explore(page: Page, server: AppServer) -> None:
    """The plane with tiles under the points, and the pointer on an eight."""
    page.goto(f"{server.url}/?z=-0.56,-0.42")
    wait_for_app(page)
    atlas(page)
    page.locator(".atlas[data-support]").wait_for(timeout=PATIENCE)


def fashion(page: Page, server: AppServer) -> None:
    """Another model, on what comes along of the data that it was trained on."""
    page.goto(f"{server.url}/?model=fashion-mnist-2d&z=-1,0.5")
    wait_for_app(page)
    atlas(page)
    page.locator(".atlas[data-support]").wait_for(timeout=PATIENCE)


def thumbnails(page: Page, server: AppServer) -> None:
    """Close up between the eights and the fives: the real images stand at their points."""
    page.goto(f"{server.url}/?zoom=28&at=-0.2,-0.35&z=-0.19,-0.36")
    wait_for_app(page)
    atlas(page)


def lasso(page: Page, server: AppServer) -> None:
    """Two selections, beside which all else fades."""
    outlines = (
        "a=-2.4,0.6,-0.9,0.7,-0.6,1.4,-1.1,2.3,-2.2,2.2&b=-2.9,-0.1,-1.6,0.1,-0.9,-1.2,-1.4,-2.4"
    )
    page.goto(f"{server.url}/?{outlines}&z=-1.3,1.2")
    wait_for_app(page)
    atlas(page)


def path(page: Page, server: AppServer) -> None:
    """From ones over nines to noughts along a geodesic, and its frames below the picture."""
    page.goto(f"{server.url}/?path=-1.6,-0.6,0.1,1.2,1.9,-1.2&way=geodesic&z=0.1,1.2")
    wait_for_app(page)
    atlas(page)
    page.locator(".atlas[data-walk='geodesic'][data-support]").wait_for(timeout=PATIENCE)
    page.locator(".walk").scroll_into_view_if_needed()


def dimensions(page: Page, server: AppServer) -> None:
    """Ten dimensions: the plane of two of them, and every one of them on its own."""
    page.goto(f"{server.url}/?model=shipped:mnist-10d&dims=pca&z=1.1,0.4")
    wait_for_app(page)
    atlas(page)
    page.get_by_text("Every dimension").click()
    page.locator(".every[data-drawn]").wait_for(timeout=PATIENCE)
    page.locator(".every-row").nth(3).scroll_into_view_if_needed()


def holes(page: Page, server: AppServer) -> None:
    """Holes of the aggregate posterior, where equal area is equal prior probability."""
    page.goto(f"{server.url}/?background=holes&axis=cdf&guides=on&z=0.62,0.9")
    wait_for_app(page)
    atlas(page)
    page.locator(".atlas[data-background='holes cdf']").wait_for(timeout=PATIENCE)


def manifold(page: Page, server: AppServer) -> None:
    """The decoded manifold on the Gaussian-CDF grid: figure 4 of the paper."""
    page.goto(f"{server.url}/?layers=tiles&axis=cdf&z=0.9,0.3")
    wait_for_app(page)
    atlas(page)
    move_to(page, 0.62, 0.42)


def epochs(page: Page, server: AppServer) -> None:
    """What the first epoch had made of the plane."""
    page.goto(f"{server.url}/?layers=tiles&epoch=1.117333&z=-0.56,-0.42")
    wait_for_app(page)
    atlas(page)
    page.locator(".atlas[data-epoch='1.117333'][data-grids]").wait_for(timeout=PATIENCE)


def twin(page: Page, server: AppServer) -> None:
    """The shipped model beside the short run: the same spot of both, and the difference."""
    run = list_runs(server.runs_folder)[0]
    page.goto(f"{server.url}/?twin=run:{run.id}&z=-0.56,-0.42")
    wait_for_app(page)
    page.locator(".atlas[data-twin=first][data-ready=true]").wait_for(timeout=PATIENCE)
    page.locator(".atlas[data-twin=second][data-ready=true]").wait_for(timeout=PATIENCE)


def drawn(page: Page, server: AppServer) -> None:
    """A three drawn by hand, what the model makes of it, and what it costs."""
    page.goto(server.url)
    wait_for_app(page)
    atlas(page)
    sheet = page.locator(".pad canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    stroke = [(30, 28), (48, 18), (64, 28), (46, 50), (66, 70), (48, 84), (28, 76)]
    places = [
        (box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100) for x, y in stroke
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    page.locator(".yours .account").wait_for(timeout=PATIENCE)
    wait_for_app(page)
    page.get_by_role("heading", name="Your own digit").scroll_into_view_if_needed()


def train(page: Page, server: AppServer) -> None:
    """A finished run with its curves."""
    page.goto(f"{server.url}/train")
    wait_for_app(page)
    page.locator("canvas").first.wait_for(timeout=PATIENCE)


def reconstruct(page: Page, server: AppServer) -> None:
    """Two models side by side, and the ledger of one image."""
    compared(page, server, "view=images")
    page.locator(".card").first.wait_for(timeout=PATIENCE)


def six_models(page: Page, server: AppServer) -> None:
    """Two shipped models and four short runs on the wall, those first that they differ on most."""
    runs = [run for run in list_runs(server.runs_folder) if run.config.name in SIX]
    others = ",".join(["shipped:mnist-10d", *(f"run:{run.id}" for run in runs)])
    query = f"with={others}&data=mnist-12k&split=test&sort=Models+differ+most"
    page.goto(f"{server.url}/reconstruct?model=shipped:mnist-2d&{query}")
    wait_for_app(page)
    expect(page.get_by_text("image by image").first).to_be_visible(timeout=PATIENCE)  # of all
    page.locator(".card").first.wait_for(timeout=PATIENCE)
    page.locator(".legend").first.evaluate("legend => legend.scrollIntoView()")  # below the bar


def whole_split(page: Page, server: AppServer) -> None:
    """Which of two models is better on all images, and which images those are."""
    compared(page, server, "view=split")
    page.get_by_text("What an image costs").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(5_000)  # the numbers come in parts


def occlusion(page: Page, server: AppServer) -> None:
    """Images with a half missing, and what the models make of them."""
    compared(page, server, "view=corrupt&corruption=missing-left")
    page.get_by_text("clean", exact=True).first.wait_for(timeout=PATIENCE)


def compared(page: Page, server: AppServer, query: str) -> None:
    """Two shipped models on the page that compares them."""
    models = "model=shipped:mnist-2d&with=shipped:mnist-10d"
    page.goto(f"{server.url}/reconstruct?{models}&{query}")
    wait_for_app(page)


def diagnose(page: Page, server: AppServer) -> None:
    """How far the bound of a model is below log p(x), in two parts."""
    page.goto(f"{server.url}/diagnose?model=shipped:digits-2d&images=100")
    wait_for_app(page)
    measure = page.get_by_role("button", name="Measure", exact=True)
    if measure.count():  # the first screen asks for it, the others find it
        measure.click()
    page.locator(".st-key-diagnose-gaps canvas").first.wait_for(timeout=5 * PATIENCE)
    page.locator(".posterior[data-found]").wait_for(timeout=5 * PATIENCE)
    page.get_by_text("of it lies within").wait_for(timeout=5 * PATIENCE)
    page.keyboard.press("Control+Home")


def remedies(page: Page, server: AppServer) -> None:
    """What keeps a code in use, one click each."""
    page.goto(f"{server.url}/diagnose?model=shipped:digits-2d&view=collapse")
    wait_for_app(page)
    measure = page.get_by_role("button", name="Measure", exact=True)
    if measure.count():
        measure.click()
    heading = page.get_by_role("heading", name="Remedies")
    heading.wait_for(timeout=5 * PATIENCE)
    wait_for_app(page)
    heading.evaluate("heading => heading.scrollIntoView({ block: 'center' })")


def match(page: Page, server: AppServer) -> None:
    """A target picture, and the sliders that one matches it by."""
    page.goto(f"{server.url}/diagnose?model=shipped:mnist-10d&view=match&target=3")
    wait_for_app(page)
    page.locator(".matching[data-stage=ready]").wait_for(timeout=PATIENCE)
    page.locator(".slider input").first.fill("8")


def paper(page: Page, server: AppServer) -> None:
    """What the paper claims, and a race of the algorithms under way."""
    page.goto(f"{server.url}/paper")
    wait_for_app(page)
    start = page.get_by_role("button", name="Race them here")
    if start.count():  # the first screen starts it, the others find it
        start.click()
    page.locator("[class*='st-key-race-chart'] canvas").first.wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="race the algorithms yourself").click()
    page.wait_for_timeout(15_000)


def verdict(page: Page, server: AppServer) -> None:
    """A claim of the paper, what came of it, and the rule by which that is said."""
    page.goto(f"{server.url}/paper")
    wait_for_app(page)
    page.get_by_text("What would have changed it").first.scroll_into_view_if_needed()
    page.wait_for_timeout(2_000)


def rivals(page: Page, server: AppServer) -> None:
    """The methods that came after the VAE, their samples in one table."""
    page.goto(f"{server.url}/paper#rivals")
    wait_for_app(page)
    heading = page.get_by_role("heading", name="Do the methods that came after it")
    heading.evaluate("heading => heading.scrollIntoView()")
    page.wait_for_timeout(2_000)


def data(page: Page, server: AppServer) -> None:
    """What there is to train on."""
    page.goto(f"{server.url}/data")
    wait_for_app(page)


def own(page: Page, server: AppServer) -> None:
    """The preview of images of one's own: a ZIP of small digits in a folder a class."""
    page.goto(f"{server.url}/data?show=Your+own+images")
    wait_for_app(page)
    expect(page.get_by_role("button", name="Choose files")).to_be_enabled()
    page.locator("input[data-of=files]").set_input_files(
        {"name": "my digits.zip", "mimeType": "application/zip", "buffer": zipped_digits()}
    )
    page.get_by_role("button", name="Keep").wait_for(timeout=PATIENCE)


def runs(page: Page, server: AppServer) -> None:
    """What a sweep has trained, its seeds as one line with a band."""
    trained = {
        run.id: run for run in list_runs(server.runs_folder) if run.config.dataset == "digits"
    }
    ticked = "&".join(f"run={name}" for name in trained)
    page.goto(f"{server.url}/runs?{ticked}&lines=all+but+the+seed")
    wait_for_app(page)
    expect(page.get_by_text("(n = 3)").first).to_be_visible(timeout=PATIENCE)
    page.get_by_test_id("stEChartsChart").scroll_into_view_if_needed()


def sweeps(page: Page, server: AppServer) -> None:
    """A sweep, with the plane of one of its trials."""
    page.goto(f"{server.url}/sweeps")
    wait_for_app(page)
    atlas(page)


def report(page: Page, server: AppServer) -> None:
    """A report that `compare` has made, opened from the disk: two models and a guest."""
    file = server.runs_folder.parent / "report.html"
    if not file.exists():
        compared = ["compare", "mnist-2d", "mnist-10d", "digits-2d", "--dataset", "mnist-12k"]
        command = [sys.executable, "-m", "latent_atlas", *compared, "--out", str(file)]
        subprocess.run(command, cwd=REPOSITORY, check=True)
    page.goto(file.as_uri())
    page.get_by_role("heading", name="What the copies look like").evaluate(
        "heading => heading.scrollIntoView()"
    )


PAGES = {
    "explore": explore,
    "fashion": fashion,
    "thumbnails": thumbnails,
    "lasso": lasso,
    "path": path,
    "dimensions": dimensions,
    "holes": holes,
    "manifold": manifold,
    "epochs": epochs,
    "twin": twin,
    "drawn": drawn,
    "train": train,
    "runs": runs,
    "sweeps": sweeps,
    "reconstruct": reconstruct,
    "six-models": six_models,
    "whole-split": whole_split,
    "occlusion": occlusion,
    "report": report,
    "diagnose": diagnose,
    "remedies": remedies,
    "match": match,
    "paper": paper,
    "verdict": verdict,
    "rivals": rivals,
    "data": data,
    "own": own,
}


def zipped_digits() -> bytes:
    """Two hundred pictures of the small digits as PNG files."""
    split = load_dataset("digits").split("test")
    assert split.labels is not None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, (image, label) in enumerate(
            zip(split.images[:200], split.labels, strict=False)
        ):
            picture = io.BytesIO()
            Image.fromarray(image[0].numpy()).resize((64, 64)).save(picture, "PNG")
            archive.writestr(f"digits/{int(label)}/{number}.png", picture.getvalue())
    return packed.getvalue()


def train_runs(folder: Path) -> None:
    """A sweep over small digits, and a run worth looking at, in a minute or so."""
    work(folder, "sweep", "digits", "--name", "digits", *f"{SWEPT} --hidden 64".split())
    settings = ["--hidden", "512,256", "--activation", "relu", "--epochs", "12"]
    for name, differs in SIX.items():
        small = "--hidden 256 --epochs 5"
        work(folder, "train", "mnist-12k", "--name", name, *f"{small} {differs}".split())
    work(folder, "train", "mnist-12k", "--name", "A map of digits", *settings)  # the newest


def work(folder: Path, *words: str) -> None:
    """Carry out a command with its runs in a folder."""
    command = [sys.executable, "-m", "latent_atlas", *words, "--runs-dir", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True)


def take(browser: Browser, server: AppServer, out: Path, names: list[str]) -> None:
    """All pictures of these pages."""
    for screen in SCREENS:
        with opened(browser, screen) as page:
            for name in names:
                PAGES[name](page, server)
                page.wait_for_timeout(1500)  # tiles come from a worker, curves ease in
                page.screenshot(path=out / f"{name}-{screen.name}.png")


def main() -> None:
    """Start the app, take the pictures, end it."""
    out = REPOSITORY / "docs" / "screenshots"
    with sitting("Take the screenshots of docs/.", out, PAGES) as asked:
        train_runs(asked.server.runs_folder)
        take(asked.browser, asked.server, asked.out, asked.names)


if __name__ == "__main__":
    main()
