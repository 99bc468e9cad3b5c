"""Fetching a set of images that is not here: a job that every page and tab finds again."""

from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress
from vae_core.data import available_datasets, fetch_dataset


def fetching(dataset: str) -> Job | None:
    """The fetch of this dataset, running or ended, that anybody remembers."""
    return jobs.find(_key(dataset))


def fetch(dataset: str, title: str) -> None:
    """Callback: fetch in the background. All pages and tabs watch the same download."""

    def work(progress: Progress, cancelled: IsCancelled) -> str:
        fetch_dataset(dataset, progress=progress, cancelled=cancelled)
        return dataset

    jobs.start(_key(dataset), title, work)


def is_here(dataset: str) -> bool:
    """Whether it is here by now."""
    return any(info.name == dataset and info.present for info in available_datasets())


def _key(dataset: str) -> str:
    return f"fetch {dataset}"
