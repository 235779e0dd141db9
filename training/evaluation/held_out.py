"""This command measures how good a trained model is, on what it never saw.

Run it with `python -m training.evaluation.held_out <model>`.
Prints JSON, for the parameters as they were trained and as they are shipped, in int8.
"""

import argparse
import json
from collections.abc import Iterator
from math import exp, log

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.corpus import SOURCES
from training.data.masked import FOLDER as MASKED
from training.data.text import FOLDER as TEXTS
from training.modeling.bert import BertConfig, MaskedBert
from training.modeling.gpt2 import Gpt2, Gpt2Config
from training.quantization import dequantized
from training.tasks.masked import FIRST_WORD, MASK, Batch, MaskedTask, enclosed, read_sentences
from training.tasks.text import AIM, bytes_of_tokens

TEST_TOKENS = 40_000  # Of each source.
BATCH = 8
SEED = 1
PROMPTS = (
    "Once upon a time there was a little girl who lived in a small house near the forest.",
    "The old man closed the door and",
    "Water is made of",
    "The town lies on the river",
    "A: Have you seen the new film?\nB:",
    "def area(",
)
SAMPLE_TOKENS, TEMPERATURE, TOP_K = 120, 0.8, 40


def evaluate_gpt2() -> dict:
    config, _ = load_config(CONFIGS / "gpt2-tail.toml", Gpt2Config)
    model = Gpt2(config)
    load_trained("gpt2-tail", model)
    tokenizer = Tokenizer.from_file(str(TEXTS / "tokenizer.json"))
    facts = json.loads((TEXTS / "facts.json").read_text(encoding="utf-8"))
    return {
        "trained": measure_text(model, tokenizer, facts["wikitext"]["words"]),
        "shipped": measure_text(dequantized(model), tokenizer, facts["wikitext"]["words"]),
        "samples": [sample(model, tokenizer, prompt, seed=1) for prompt in PROMPTS],
    }


def measure_text(model: Gpt2, tokenizer: Tokenizer, wikitext_words: int) -> dict:
    """Bits a byte and perplexity of a token of each source, and of a word of WikiText-2."""
    token_bytes = torch.tensor(bytes_of_tokens(tokenizer))
    sources, nats, sizes = {}, {}, {}
    for source in SOURCES:
        ids = beginnings(np.load(TEXTS / f"{source.id}-test.npy"), TEST_TOKENS)
        nats[source.id] = total_nats(model, ids)
        sizes[source.id] = int(token_bytes[ids[1:]].sum())
        sources[source.id] = {
            "bitsPerByte": nats[source.id] / log(2) / sizes[source.id],
            "perplexity": exp(nats[source.id] / (len(ids) - 1)),
        }
    wikitext = torch.from_numpy(np.load(TEXTS / "wikitext-test.npy").astype(np.int64))
    wikitext_nats = total_nats(model, wikitext)
    return {
        "novelsAndArticles": sum(nats[s] for s in AIM) / log(2) / sum(sizes[s] for s in AIM),
        "sources": sources,
        "wikitext2": {
            "bitsPerByte": wikitext_nats / log(2) / int(token_bytes[wikitext[1:]].sum()),
            "perplexityOfAWord": exp(wikitext_nats / wikitext_words),
        },
    }


def beginnings(ids: np.ndarray, tokens: int) -> Tensor:
    """The beginning of each document, equally long, so that there are at most `tokens` in all."""
    starts = np.flatnonzero(ids == ids[0])
    documents = np.split(ids, starts[1:])
    share = max(1, tokens // len(documents))
    return torch.from_numpy(np.concatenate([one[:share] for one in documents]).astype(np.int64))


@torch.inference_mode()
def total_nats(model: Gpt2, ids: Tensor) -> float:
    """Of every token but the first; each has half a context of tokens before it, if there are."""
    total = 0.0
    for windows, first in windows_of(ids, model.config.context_length):
        logits = model(windows[:, :-1]).logits[:, first:].flatten(0, 1)
        total += float(F.cross_entropy(logits, windows[:, first + 1 :].flatten(), reduction="sum"))
    return total


def windows_of(ids: Tensor, context: int) -> Iterator[tuple[Tensor, int]]:
    """Batches of windows [B, up to context + 1], and the first place that counts in each."""
    half = context // 2
    yield ids[None, : context + 1], 0
    windows = [ids[s : s + context + 1] for s in range(half, len(ids) - context, half)]
    for at in range(0, len(windows), BATCH):
        yield torch.stack(windows[at : at + BATCH]), half
    left = len(ids) - 1 - context - len(windows) * half
    if left > 0:
        yield ids[None, -context - 1 :], context - left


@torch.inference_mode()
def sample(model: Gpt2, tokenizer: Tokenizer, prompt: str, seed: int) -> str:
    """A continuation until the text ends, the context is full, or it is long enough."""
    generator = torch.Generator().manual_seed(seed)
    end = tokenizer.token_to_id("<|endoftext|>")
    ids = [end, *tokenizer.encode(prompt).ids]
    output = model(torch.tensor([ids]))
    while len(ids) < min(SAMPLE_TOKENS, model.config.context_length):
        best, tokens = output.logits[0, -1].topk(TOP_K)
        chosen = torch.multinomial((best / TEMPERATURE).softmax(-1), 1, generator=generator)
        ids.append(int(tokens[chosen]))
        if ids[-1] == end:
            break
        output = model(torch.tensor([ids[-1:]]), output.present)
    return tokenizer.decode(ids)


def evaluate_bert() -> dict:
    config, training = load_config(CONFIGS / "bert-everyday.toml", BertConfig)
    model = MaskedBert(config)
    load_trained("bert-everyday", model)
    task = MaskedTask(training)
    sentences = read_sentences(MASKED / "sentences-test.npz")
    forms = {"trained": model, "shipped": dequantized(model)}
    return {
        **{form: task.evaluate(one, "test") for form, one in forms.items()},
        "gaps": {form: fill_gaps(task, one, sentences) for form, one in forms.items()},
        "cloze": task.cloze_answers(model),
    }


@torch.inference_mode()
def fill_gaps(task: MaskedTask, model: MaskedBert, sentences: dict[int, np.ndarray]) -> dict:
    """Sentences [N, length > 1] by their length; of each one word is masked, never the last token.

    How often it is the most probable one, how often among the five most probable; perplexity.
    """
    generator = np.random.default_rng(SEED)
    ranks, nats = [], 0.0
    for length, texts in sentences.items():
        ids = torch.from_numpy(enclosed(texts))
        rows = torch.arange(len(ids))
        places = 1 + torch.from_numpy(generator.integers(0, length - 1, len(ids)))
        answers = ids[rows, places]
        ids[rows, places] = MASK
        words = answers >= FIRST_WORD
        at = (rows * ids.shape[1] + places)[words]
        logits = task.predict(model, Batch(ids, at, answers[words], False)).float()
        own = logits.gather(1, answers[words, None])
        ranks += (logits > own).sum(1).tolist()
        nats += float(F.cross_entropy(logits, answers[words], reduction="sum"))
    return {
        "sentences": len(ranks),
        "first": sum(rank == 0 for rank in ranks) / len(ranks),
        "amongFive": sum(rank < 5 for rank in ranks) / len(ranks),
        "perplexity": exp(nats / len(ranks)),
    }


EVALUATIONS = {"gpt2": evaluate_gpt2, "bert": evaluate_bert}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluation.held_out", description=__doc__
    )
    parser.add_argument("model", choices=EVALUATIONS)
    torch.set_num_threads(1)
    print(json.dumps(EVALUATIONS[parser.parse_args().model](), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
