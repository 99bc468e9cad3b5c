"""What every kind of model shares: it is built from a document and found by the name of its kind.

A kind is one class in one file of this folder; that alone makes it known to files and training.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import BaseModel
from torch import Generator, nn

from vae_core.declarations import Declarations
from vae_core.models.initialisation import Initialisation
from vae_core.models.likelihoods import Nats


class Model(nn.Module, ABC):
    """Something that learns images.

    Attributes:
        name: of the kind, as files call it.
        label: of the kind, as people read it in the middle of a sentence, with its article.
        document: the pydantic model of its architecture, with an ``image_shape`` (C, H, W).
        lacks: why the kind is without an ability, as a clause, by the ability's name; for those
            where it is not for the usual reason (see ``abilities``).
        architecture: what it was built from, an instance of ``document``.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    document: ClassVar[type[BaseModel]]
    lacks: ClassVar[Mapping[str, str]] = MappingProxyType({})
    architecture: Any

    @abstractmethod
    def __init__(self, architecture: Any) -> None:  # noqa: ANN401  # each kind says which
        super().__init__()
        self.architecture = architecture

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the images that it is for."""
        channels, height, width = self.architecture.image_shape
        return channels, height, width

    @classmethod
    def describe(
        cls, image_shape: tuple[int, int, int], settings: Mapping[str, object]
    ) -> BaseModel:
        """The architecture that settings of a run ask for: those that it has a field for.

        Raises:
            ValidationError: of pydantic, where a setting cannot be.
        """
        wanted = {k: v for k, v in settings.items() if k in cls.document.model_fields}
        return cls.document.model_validate({**wanted, "image_shape": image_shape})

    @classmethod
    @abstractmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """What sort of measure of grey levels its nats are of; None where of black and white.

        ``settings`` are those of a run, as for ``describe``.
        """

    @classmethod
    def nats(cls, settings: Mapping[str, object]) -> Nats:
        """What its nats are of; those of different sorts never share a scale."""
        return "probability" if cls.density(settings) is None else "density"

    @abstractmethod
    def initialise(self, scheme: Initialisation, generator: Generator) -> Self:
        """Draw all parameters anew; returns itself."""


MODELS: Declarations[Model] = Declarations("vae_core.models", Model)  # type: ignore[type-abstract]
