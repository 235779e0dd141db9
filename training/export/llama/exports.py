"""These functions write `models/smollm2` from the package with its weights, and a tiny Llama."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from training.export.llama.fixtures import LONGEST, write_llama_fixtures
from training.export.llama.folder import write_llama_folder
from training.export.llama.tiny import CONTEXT_LENGTH as TINY_CONTEXT_LENGTH
from training.export.llama.tiny import write_tiny_gguf
from training.export.texts import NON_ASCII, SENTENCE, STORY, longer_than
from training.export.tokenizer_cases import CASES
from training.pretrained.llama_gguf import LlamaFile
from training.pretrained.smollm2 import smollm2_file

# It was trained with 8,192; each thousand is 46 MB of keys and values, and 10 s or more to read.
CONTEXT_LENGTH = 2048
CARD = Path(__file__).with_name("smollm2_card.md")
OWN_CASES = {
    "chat": "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n",
    "digits are cut one by one": "In 1945, 3.14159 and x2 or ½ and ٣٤",
    "contractions": "I'll say it's what they've DON'T 'twas",
    "spaces in a row": "a  b   c\n\n    d \t e  ",
    "spaces before digits": "a 1  2   3\n\n 4 \t5",
    "bytes that are in no entry": "a\x04b \x13 \U00045678 c",
}
ALL_CASES = {name: text for name, text in CASES.items() if isinstance(text, str)} | OWN_CASES
TINY_CASES = ("empty", "plain", "emoji, skin tone and joiners", "code", "numbers", *OWN_CASES)
TINY_INPUTS = ("a sentence", "beyond ASCII", "one token", "a long text")
CHATS = {"a chat": [{"role": "user", "content": "Hi!"}]}
INPUTS = {
    "a sentence": SENTENCE,
    "beyond ASCII": NON_ASCII,
    "a story": STORY,
    "a fact": "The capital of France is",
    "one token": "a",
    "a long text": longer_than(LONGEST),
}


def export_smollm2(folder: Path) -> None:
    file = LlamaFile(smollm2_file())
    write_llama_folder(
        folder,
        file,
        context_length=CONTEXT_LENGTH,
        id="smollm2",
        name="SmolLM2 (135M, instruct, 4-bit)",
        license="Apache-2.0",
    )
    shutil.copyfile(CARD, folder / "README.md")
    write_llama_fixtures(folder, file, CONTEXT_LENGTH, INPUTS, CHATS, ALL_CASES)


def export_tiny_llama(folder: Path) -> None:
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / "tiny-llama.gguf"
        write_tiny_gguf(path)
        file = LlamaFile(path)
        write_llama_folder(
            folder,
            file,
            context_length=TINY_CONTEXT_LENGTH,
            id="tiny-llama",
            name="Llama (tiny, random parameters)",
            license="MIT",
        )
        inputs = {name: INPUTS[name] for name in TINY_INPUTS}
        cases = {name: ALL_CASES[name] for name in TINY_CASES}
        write_llama_fixtures(folder, file, TINY_CONTEXT_LENGTH, inputs, CHATS, cases)
