"""Runs a model folder of a Llama with native ONNX Runtime, float32, one thread.

Usage: `llama_native.py <model folder>`

For each line of the input, `prefill` (128 tokens from nothing) or `decode` (32 tokens after them,
one by one), one line with the time it took in ms.
"""

import sys
import time
from pathlib import Path

from training.export.llama_session import PaddedCache, open_llama
from training.export.llama_weights import LlamaFile

PROMPT, STEPS = 128, 32

folder = Path(sys.argv[1])
[path] = folder.glob("*.gguf")
file = LlamaFile(path)
config = file.config(2 * PROMPT)
weights = {weight.name: file.tensor(weight) for weight in file.weights()}
session = open_llama(folder / "decoder.onnx", weights)
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
