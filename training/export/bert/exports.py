"""These functions write `models/bert`, and tiny ones with random parameters."""

from pathlib import Path

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.export.bert.fixtures import Texts, write_bert_fixtures
from training.export.bert.folder import write_bert_folder
from training.export.bert.tiny import make_tiny_bert, make_tiny_masked_bert, make_tiny_tokenizer
from training.export.texts import MASKED, NON_ASCII, ONE_TOKEN, PAIR, SENTENCE, VARIED, longer_than
from training.export.tokenizer_cases import CASES
from training.modeling.bert import Bert, BertConfig, MaskedBert
from training.pretrained.minilm import load_tokenizer


def export_bert(folder: Path) -> None:
    """The body and the head that were trained together, on texts some of which are share-alike."""
    config, _ = load_config(CONFIGS / "bert-everyday.toml", BertConfig)
    model = MaskedBert(config)
    load_trained("bert-everyday", model)
    write_bert_folder(
        folder,
        model,
        load_tokenizer(),
        id="bert",
        name="BERT (MiniLM, 6 layers)",
        license="Apache-2.0 AND CC-BY-SA-4.0",
    )
    inputs = bert_inputs(model)
    write_bert_fixtures(folder, model, Texts(inputs, varied=VARIED, tokenizer=list(CASES)))


def export_tiny_bert(folder: Path) -> None:
    write_tiny_bert(folder, make_tiny_bert(), "tiny-bert")


def export_tiny_masked_bert(folder: Path) -> None:
    write_tiny_bert(folder, make_tiny_masked_bert(), "tiny-masked-bert")


def write_tiny_bert(folder: Path, model: Bert | MaskedBert, id: str) -> None:
    write_bert_folder(
        folder,
        model,
        make_tiny_tokenizer(),
        id=id,
        name="BERT (tiny, random parameters)",
        license="MIT",
    )
    varied = {name: VARIED[name] for name in ("prose", "repetition")}
    cases = ["plain", "pair", "mask in the text"]
    write_bert_fixtures(folder, model, Texts(bert_inputs(model), varied, cases))


def bert_inputs(model: Bert | MaskedBert) -> dict[str, str | tuple[str, str]]:
    inputs = {
        "one token": ONE_TOKEN,
        "a sentence": SENTENCE,
        "beyond ASCII": NON_ASCII,
        "a pair": PAIR,
        # A word is a token at least.
        "longer than the context": longer_than(model.config.context_length),
    }
    if isinstance(model, MaskedBert):
        inputs["masked words"] = MASKED
    return inputs
