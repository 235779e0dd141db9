"""Runs the graph of a decoder with native ONNX Runtime, float32, one thread.

Usage: `native_decoder.py <model folder>`

For each line of the input, `prefill` (128 tokens from nothing) or `decode` (32 tokens after them,
one by one), one line with the time it took in ms.
"""

import json
import sys
import time
from pathlib import Path

import onnxruntime

from training.export.decoder.slots import DecoderConfig, PaddedCache
from training.export.llama.session import open_llama
from training.export.llama.weights import tensor_of, weights_of
from training.export.onnx.session import open_session
from training.modeling.gpt2 import Gpt2Config
from training.pretrained.llama_gguf import LlamaFile

PROMPT, STEPS = 128, 32


def open_gpt2(folder: Path) -> tuple[onnxruntime.InferenceSession, DecoderConfig]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    config = Gpt2Config(
        layers=manifest["layers"],
        heads=manifest["heads"],
        hidden_size=manifest["hiddenSize"],
        vocab_size=manifest["vocabSize"],
        context_length=manifest["contextLength"],
    )
    return open_session(folder / "decoder.onnx"), config


folder = Path(sys.argv[1])
# What is open reads its weights from there: they live as long as the session.
weights = {}
if ggufs := list(folder.glob("*.gguf")):
    file = LlamaFile(ggufs[0])
    config = file.config(2 * PROMPT)
    weights = {weight.name: tensor_of(file, weight) for weight in weights_of(file)}
    session = open_llama(folder / "decoder.onnx", weights)
else:
    session, config = open_gpt2(folder)
full = PaddedCache(config)
full.run(session, [1] * PROMPT)

for line in sys.stdin:
    start = time.perf_counter()
    if line.strip() == "prefill":
        PaddedCache(config).run(session, [1] * PROMPT)
    else:
        for _ in range(STEPS):
            full.run(session, [1])
    print(1000 * (time.perf_counter() - start), flush=True)
    full.length = PROMPT
