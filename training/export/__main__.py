"""`python -m training.export <model>` from the root of the repository writes the model's folder."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from training.export.bert_folder import write_bert_folder
from training.export.fixtures import Texts, write_bert_fixtures
from training.export.minilm import PackageMissingError, load_minilm, load_tokenizer
from training.export.texts import NON_ASCII, ONE_TOKEN, PAIR, SENTENCE, VARIED, longer_than
from training.export.tiny_bert import make_tiny_bert, make_tiny_tokenizer
from training.export.tokenizer_cases import CASES

ROOT = Path(__file__).parents[2]


def export_bert(folder: Path) -> None:
    model = load_minilm()
    write_bert_folder(
        folder,
        model,
        load_tokenizer(),
        id="bert",
        name="BERT (MiniLM, 6 layers)",
        license="Apache-2.0",
    )
    write_bert_fixtures(
        folder,
        model,
        Texts(bert_inputs(model.config.context_length), varied=VARIED, tokenizer=list(CASES)),
    )


def export_tiny_bert(folder: Path) -> None:
    model = make_tiny_bert()
    write_bert_folder(
        folder,
        model,
        make_tiny_tokenizer(),
        id="tiny-bert",
        name="BERT (tiny, random parameters)",
        license="MIT",
    )
    varied = {name: VARIED[name] for name in ("prose", "repetition")}
    write_bert_fixtures(
        folder,
        model,
        Texts(
            bert_inputs(model.config.context_length),
            varied,
            tokenizer=["plain", "pair", "mask in the text"],
        ),
    )


def bert_inputs(context_length: int) -> dict[str, str | tuple[str, str]]:
    return {
        "one token": ONE_TOKEN,
        "a sentence": SENTENCE,
        "beyond ASCII": NON_ASCII,
        "a pair": PAIR,
        # A word is a token at least.
        "longer than the context": longer_than(context_length),
    }


EXPORTS: dict[str, tuple[Path, Callable[[Path], None]]] = {
    "bert": (ROOT / "models/bert", export_bert),
    "tiny-bert": (ROOT / "test/fixtures/tiny-bert", export_tiny_bert),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("model", choices=EXPORTS)
    parser.add_argument(
        "--folder", type=Path, help="where to write, instead of the model's own folder"
    )
    arguments = parser.parse_args()
    folder, export = EXPORTS[arguments.model]
    folder = arguments.folder or folder
    torch.set_num_threads(1)  # One order of sums, so that fixtures are the same each time.
    try:
        export(folder)
    except PackageMissingError as error:
        print(error, file=sys.stderr)
        return 1
    for file in sorted(folder.iterdir()):
        print(f"{file.stat().st_size:>12,}  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
