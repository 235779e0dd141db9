"""A manifest says what a model folder holds.

Mirrors `src/common/protocol/manifest.ts`; change both.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Manifest:
    """What a model is, in the words and order of the file; `write` adds the files."""

    id: str
    name: str
    year: int
    family: str
    architecture: str
    layers: int
    heads: int
    hiddenSize: int
    vocabSize: int
    contextLength: int
    parameters: int
    license: str
    keyValueHeads: int | None = None  # Where heads share keys and values.
    tokens: dict[str, int] | None = None  # begin, end, padding, unknown, mask: ids.
    languages: dict[str, str] | None = None  # source, target: codes of ISO 639-1.
    longestWords: int | None = None  # Of a translator, between white space: what it learned from.
    classes: list[str] | None = None  # Of a classifier, in the order of its logits.

    def write(
        self,
        folder: Path,
        tokenizer: str,
        graphs: dict[str, str],
        others: dict[str, str] | None = None,
    ) -> None:
        """Writes `manifest.json` for files that lie in `folder`; `graphs` is name -> path.

        `others` is too: of a model whose graph holds no weights `weights` (GGUF) and `tensors`
        (what of it the graph's weights are); of one that was tuned to converse `chat`; of a
        translator `words`, how often it saw each. `expected` comes with the fixtures, and
        `heads`, what its heads usually do, from `npm run usual-heads`; the one that is there stays.
        """
        has_heads = (folder / "heads.json").exists()
        files = {
            "tokenizer": describe_file(folder, tokenizer),
            "graphs": {name: describe_file(folder, path) for name, path in graphs.items()},
            **{name: describe_file(folder, path) for name, path in (others or {}).items()},
            **({"heads": describe_file(folder, "heads.json")} if has_heads else {}),
        }
        facts = {name: value for name, value in self.__dict__.items() if value is not None}
        text = json.dumps({**facts, "files": files}, indent=2, ensure_ascii=False)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def add_file(folder: Path, name: str, path: str) -> None:
    """To the files of a manifest that is written already, or in the place of what had this name."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = describe_file(folder, path)
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def describe_file(folder: Path, path: str) -> dict[str, str | int]:
    content = (folder / path).read_bytes()
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
