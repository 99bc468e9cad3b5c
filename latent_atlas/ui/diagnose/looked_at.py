"""What the page looks at: a model of any kind, on one split of one data set."""

from dataclasses import dataclass

from latent_atlas.reports.data_words import targets
from latent_atlas.reports.diagnosis.recorded_beta import recorded_beta
from latent_atlas.reports.diagnosis.section import Subject, splits_of
from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.judges.kept_classifiers import frozen
from latent_atlas.ui.reconstruct.measure import name_of
from latent_atlas.ui.reconstruct.shown_images import is_brought
from latent_atlas.ui.shown_data import kinship_of
from vae_core.algorithms import infers_with_encoder
from vae_core.data import Dataset, Kinship, Split
from vae_core.evaluation import Treatment, usual_treatment

SEED = 0


@dataclass(frozen=True, eq=False)
class LookedAt:
    """The model of `entry` on a split, treated as it was trained."""

    entry: ModelEntry
    data: Dataset
    split: Split

    @property
    def treatment(self) -> Treatment:
        """How images enter the likelihood."""
        recorded = loaded(self.entry).training.treatment
        return usual_treatment(recorded, binary=self.data.binary)

    @property
    def kinship(self) -> Kinship:
        """How the images stand to those that it was trained on."""
        return kinship_of(self.entry, self.data.name, self.data.title)

    @property
    def data_called(self) -> str:
        """What a command line calls the images; empty of those that somebody brought here."""
        return "" if is_brought(self.data.name) else self.data.name

    def subject(self) -> Subject:
        """With the images that it learned from, and the classifier of these images."""
        saved = loaded(self.entry)
        model, training = saved.model, saved.training
        nats = type(model).nats(model.architecture.model_dump())
        return Subject(
            model,
            splits_of(self.data, self.split, training.split),
            self.treatment,
            targets(self.treatment, self.data.image_shape[0], nats=nats),
            SEED,
            recorded_beta(training),
            lambda watch: frozen(self.data, watch),
            infers_with_encoder(training.algorithm),
        )

    def key(self, kind: str) -> str:
        """A hexadecimal name of what is measured of it."""
        told = (self.entry.digest, self.data.name, self.split.name, self.treatment, kind)
        return name_of(told, self.split.images)
