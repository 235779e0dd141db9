"""The task of the translators that learn from natural sentences too says what an epoch reads."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from training.config import TrainingConfig
from training.data.english_french import EVERYDAY, FOLDER, TAGS, VARIANTS
from training.data.parallel import SHARES
from training.data.translation import JoinChooser
from training.tasks.translation import JOINED_ITEMS, SINGLE_SHARE, TranslationTask


class NaturalTranslationTask(TranslationTask):
    """Each epoch reads anew drawn pairs of every source, and cuts words in another way.

    Sentences put together are everyday ones alone: natural ones are long enough.
    """

    def __init__(
        self, config: TrainingConfig, folder: Path = FOLDER, joined_items: int = JOINED_ITEMS
    ):
        super().__init__(config, folder, joined_items, "train-0.npz")
        arrays = np.load(folder / "train-0.npz")
        everyday = arrays["tags"] == TAGS.index(EVERYDAY)
        # Pairs of Tatoeba come first, so that their numbers are those of all pairs.
        self.chooser = JoinChooser(arrays["words"][everyday])
        shares = {**SHARES, EVERYDAY: SINGLE_SHARE}
        self.shares = np.array([shares[tag] for tag in TAGS])[arrays["tags"]]

    def batches(self, epoch: int) -> list[list[tuple[int, ...]]]:
        # The last of every few epochs, and of all, reads words as they are cut in use.
        self.read_pairs(f"train-{(epoch + 1) % VARIANTS}.npz")
        return super().batches(epoch)

    def singles(self, generator: np.random.Generator) -> np.ndarray:
        numbers = generator.permutation(len(self.shares))
        return numbers[generator.random(len(numbers)) < self.shares[numbers]]

    @torch.inference_mode()
    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """On everyday sentences, and on natural ones."""
        everyday = super().evaluate(model)
        natural = self.evaluate_pairs(model, self.validation["natural"])
        return everyday | {f"natural{name[0].upper()}{name[1:]}": x for name, x in natural.items()}
