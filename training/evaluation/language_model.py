"""This command measures how good a shipped language model is at English prose.

Run it with `python -m training.evaluation.language_model smollm2`.
Writes `models/<id>/quality.json`. What is measured are the files in `models/<id>`, through the
command line of the engine (`npm run engine`), so `npm run build` must have been run.

Of the test articles of WikiText-2 (Merity et al. 2016, arXiv:1609.07843), with words and marks put
together again as people write them, the beginnings: each is read alone, from its first token on.
Rare words stand as `<unk>` in the data set, and are left so.
"""

import argparse
import hashlib
import json
import lzma
import math
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from training.data.text import WIKITEXT, read_wikitext
from training.paths import DATA_SETS, ROOT

ARTICLES = 20
LONGEST = 4000  # Characters of an article: within a thousand tokens of any of our tokenizers.


def beginning(article: str, longest: int) -> str:
    """As many whole paragraphs as fit, or the beginning of the first."""
    cut = article[: longest + 1].rfind("\n") if len(article) > longest else len(article)
    return article[: cut if cut > 0 else longest].strip()


def summary(scores: Sequence[dict], texts: Sequence[str]) -> dict:
    """Of answers of the engine's `score`; a text's first token has no probability."""
    nats = -sum(score["logProbability"] for score in scores)
    tokens = sum(p is not None for score in scores for p in score["logProbabilities"])
    return {
        "articles": len(texts),
        "bytes": sum(len(text.encode()) for text in texts),
        "tokens": tokens,
        "perplexityOfAToken": round(math.exp(nats / tokens), 2),
        "bitsPerByte": round(nats / math.log(2) / sum(len(text.encode()) for text in texts), 3),
    }


def ask(id: str, models: Path, text: str) -> dict:
    """The engine's `score` of a text. Raises a RuntimeError if it gives none."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        options = ["--model", id, "--models-dir", str(models), "--text-file", file.name]
        command = ["npm", "run", "-s", "engine", "--", "score", *options]
        answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    score = json.loads(answer.stdout)
    if "logProbability" not in score or score["dropped"]:
        raise RuntimeError(f"The engine did not score {text[:40]!r} whole: {answer.stdout[:200]}")
    return score


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.evaluation.language_model")
    parser.add_argument("id", choices=("gpt2", "smollm2"))
    parser.add_argument("--models-dir", type=Path, default=ROOT / "models")
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    arguments = parser.parse_args()
    folder = arguments.models_dir.resolve() / arguments.id
    articles, _ = read_wikitext(lzma.decompress((arguments.data / WIKITEXT).read_bytes()).decode())
    texts = [beginning(article, LONGEST) for article in articles[:ARTICLES]]
    scores = [ask(arguments.id, arguments.models_dir.resolve(), text) for text in texts]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    weights = manifest["files"].get("weights", manifest["files"]["graphs"]["decoder"])
    digest = hashlib.sha256((folder / weights["path"]).read_bytes()).hexdigest()
    quality = {
        "model": arguments.id,
        "files": {weights["path"]: digest},
        "wikitext2": summary(scores, texts),
    }
    text = json.dumps(quality, indent=1) + "\n"
    (folder / "quality.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
