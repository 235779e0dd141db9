"""This command tells which mean of a translator's last epochs is best to ship.

Run it with `python -m training.evaluation.checkpoint_averaging <id>`.
Prints, for the last epoch alone, the mean of the last two, and so on: loss, BLEU and chrF on the
validation sentences, greedily, with the parameters as they are and as int8. The choice is
`epochs` in `training/export/translator/exports.py`.
"""

import argparse
import json

import torch

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.export.translator.exports import TRANSLATORS
from training.paths import WORK
from training.quantization import dequantized
from training.tasks.translation import TranslationTask


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluation.checkpoint_averaging", description=__doc__
    )
    parser.add_argument("id", choices=TRANSLATORS)
    id = parser.parse_args().id
    torch.set_num_threads(1)
    translator = TRANSLATORS[id]
    config, training = load_config(CONFIGS / f"{id}.toml", translator.config)
    task = TranslationTask(training)
    model = translator.model(config)
    for epochs in range(1, len(list((WORK / id).glob("epoch-*.pt"))) + 1):
        load_trained(id, model, epochs)
        for storage, shipped in (("float32", model), ("int8", dequantized(model))):
            figures = {name: round(value, 3) for name, value in task.evaluate(shipped).items()}
            print(json.dumps({"epochs": epochs, "storage": storage, **figures}), flush=True)


if __name__ == "__main__":
    main()
