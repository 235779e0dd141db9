"""A reward sees of a text what a language model makes of it, or its words, or its length.

Shape letters: N texts, L layers of the model, D hidden size.

The model reads a conversation with its own chat template, the text as the assistant's answer and
`<|im_end|>` behind it. `mean` is the mean of a layer's states over the tokens of the answer, which
begin where the answer begins; `last` is the state at the `<|im_end|>` (as in Ouyang et al. 2022).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from training.data.preferences import Argument
from training.modeling.llama import KeysValues, Llama
from training.paths import WORK
from training.pretrained.llama_gguf import LlamaFile
from training.pretrained.llama_tokenizer import make_tokenizer

FOLDER = WORK / "reward"
POOLINGS = ("mean", "last")
WORD = re.compile(r"[a-z']+|[^\sa-z']")
END = "<|im_end|>"
LONGEST = 1024  # Tokens; nothing here comes near.


@dataclass(frozen=True)
class States:
    layer: int  # 0 is the embedding; what comes out of the last layer has gone through its norm.
    pooling: str


# Features to choose from, [N, D] each.
Candidates = Mapping[States | str, np.ndarray]


class Reader:
    def __init__(self, file: LlamaFile, model: Llama | None = None, longest: int = LONGEST):
        """`model` in the place of the one in the file."""
        self.model = file.load(longest) if model is None else model
        self.tokenizer: Tokenizer = make_tokenizer(file)
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        self.template = environment.from_string(file.field("tokenizer.chat_template"))

    def prompt(self, request: str) -> str:
        messages = [{"role": "user", "content": request}]
        return self.template.render(messages=messages, add_generation_prompt=True)

    @torch.inference_mode()
    def read(self, arguments: Sequence[Argument]) -> Iterator[np.ndarray]:
        """float32 [L + 1, 2, D] of each: `POOLINGS` of each layer, 0 being the embedding.

        Those with one request stand together, so that it is read once.
        """
        for request, answers in groupby(arguments, lambda argument: argument.request):
            prompt = self.prompt(request)
            ids = self.tokenizer.encode(prompt).ids
            past = self.model(torch.tensor([ids])).present
            for answer in answers:
                yield self.read_answer(prompt, ids, answer.text, past)

    def read_answer(
        self, prompt: str, ids: Sequence[int], answer: str, past: Sequence[KeysValues]
    ) -> np.ndarray:
        whole = self.tokenizer.encode(prompt + answer + END).ids
        assert whole[: len(ids)] == list(ids), "a token spans the end of the prompt"
        states = self.model(torch.tensor([whole[len(ids) :]]), past).hidden_states
        stacked = torch.cat(states)  # [L + 1, T, D]
        return torch.stack((stacked[:, :-1].mean(1), stacked[:, -1]), dim=1).numpy()


def untrained(file: LlamaFile, seed: int, longest: int = LONGEST) -> Llama:
    """The same network before any training: what its shape alone brings."""
    torch.manual_seed(seed)
    model = Llama(file.config(longest)).eval()
    for parameter in model.parameters():
        if parameter.dim() == 2:  # Norms stay 1.
            torch.nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
    return model.requires_grad_(False)


def kept_states(
    name: str, make_reader: Callable[[], Reader], arguments: Sequence[Argument]
) -> np.ndarray:
    """float32 [N, L + 1, 2, D], read once."""
    texts = json.dumps([[argument.request, argument.text] for argument in arguments])
    path = FOLDER / f"{name}-{hashlib.sha256(texts.encode()).hexdigest()[:12]}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        order = sorted(range(len(arguments)), key=lambda number: arguments[number].request)
        read = np.stack(list(make_reader().read([arguments[number] for number in order])))
        states = np.empty_like(read)
        states[order] = read
        np.save(path, states)
    return np.load(path)


def of_states(states: np.ndarray, layers: Sequence[int]) -> Candidates:
    """states [N, L + 1, 2, D]"""
    return {
        States(layer, pooling): states[:, layer, index]
        for layer in layers
        for index, pooling in enumerate(POOLINGS)
    }


def of_words(arguments: Sequence[Argument], rare: int) -> Candidates:
    """Without the words of fewer than `rare` texts."""
    counts = [Counter(WORD.findall(argument.text.lower())) for argument in arguments]
    found_in = Counter(word for words in counts for word in words)
    vocabulary = sorted(word for word, texts in found_in.items() if texts >= rare)
    values = np.array([[words[word] for word in vocabulary] for words in counts])
    return {"logarithm of 1 + count of each word": np.log1p(values)}


def of_length(arguments: Sequence[Argument]) -> Candidates:
    lengths = [[len(argument.text)] for argument in arguments]
    return {"logarithm of the characters": np.log(lengths)}
