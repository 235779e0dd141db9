"""Each folder of `training` imports what lies below it alone, and no import runs in a circle.

A folder that is not in the tables has no place yet: a new one is written into them.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from training.paths import ROOT

TRAINING = ROOT / "training"
# What each folder may import besides itself, from the ground up; `root` are the files that lie in
# `training` itself.
LAYERS = {
    "root": set(),
    "modeling": set(),
    "pretrained": {"modeling"},
    "data": {"root", "pretrained"},
    "tasks": {"root", "modeling", "pretrained", "data"},
    "train": {"root", "modeling", "tasks"},
    "ulmfit": {"root", "modeling", "data", "tasks", "train"},
    "reward": {"root", "modeling", "pretrained", "data"},
    "export": {"root", "modeling", "pretrained", "data", "tasks"},
    "evaluation": {"root", "modeling", "data", "tasks", "export"},
}
# The same within `export`: an architecture uses what several share, and no other architecture.
SHARED = {"root", "onnx"}
# They know models of all kinds: the command, gates for what was exported, what was shipped.
KNOW_ALL = {"training.export.__main__", "training.export.gates", "training.export.shipped"}

EXPORT_LAYERS = {
    "root": set(),
    "onnx": set(),
    "lstm": SHARED,
    "lstm_attention": SHARED,
    "transformer": SHARED,
    "translator": SHARED | {"lstm", "lstm_attention", "transformer"},
    "decoder": SHARED,
    "bert": SHARED,
    "gpt2": SHARED | {"decoder"},
    "llama": SHARED | {"decoder"},
    "ulmfit": SHARED | {"decoder"},
}


def modules() -> dict[str, str]:
    """The source of every module but the tests, by its name: `training.export.bert.graph`."""
    files = [file for file in TRAINING.rglob("*.py") if "tests" not in file.parts]
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts): file.read_text(encoding="utf-8")
        for file in files
    }


def imports_of(source: str, known: Iterable[str]) -> Iterator[str]:
    """The modules of `training` that a source imports, wherever in it, by their names."""
    names = set(known)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("training."))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written from the root of the repository"
            if node.module is not None and node.module.split(".")[0] == "training":
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                modules = {name for name in whole if name in names}
                yield from modules
                if len(modules) < len(whole):
                    yield node.module


def folder_of(module: str, parent: str = "training") -> str:
    """`training.export.bert.graph` -> `export`; within `training.export` it is `bert`."""
    folder, *rest = module.removeprefix(f"{parent}.").split(".")
    return folder if rest else "root"


def refused(
    sources: Mapping[str, str], layers: Mapping[str, set[str]], parent: str = "training"
) -> list[str]:
    """Imports that a table does not allow."""
    inside = [name for name in sources if name.startswith(f"{parent}.")]
    return [
        f"{module} imports {imported}"
        for module in inside
        if module not in KNOW_ALL
        for imported in imports_of(sources[module], sources)
        if imported.startswith(f"{parent}.")
        and folder_of(imported, parent)
        not in layers[folder_of(module, parent)] | {folder_of(module, parent)}
    ]


def circle(graph: Mapping[str, Iterable[str]]) -> list[str] | None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_every_folder_has_its_place():
    sources = modules()
    assert {folder_of(module) for module in sources} == LAYERS.keys()
    export = [module for module in sources if module.startswith("training.export.")]
    assert {folder_of(module, "training.export") for module in export} == EXPORT_LAYERS.keys()


def test_each_folder_imports_what_lies_below_it_alone():
    assert refused(modules(), LAYERS) == []
    assert refused(modules(), EXPORT_LAYERS, "training.export") == []


def test_every_import_is_of_a_module_that_there_is():
    sources = modules()
    missing = {
        f"{module} imports {imported}"
        for module, source in sources.items()
        for imported in imports_of(source, sources)
        if imported not in sources
    }
    assert missing == set()


def test_neither_files_nor_folders_import_in_a_circle():
    sources = modules()
    assert circle({name: set(imports_of(text, sources)) for name, text in sources.items()}) is None
    assert circle(LAYERS) is None
    assert circle(EXPORT_LAYERS) is None


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("training.data.new", "from training.tasks.text import TextTask"),
        ("training.data.new", "from training.export.texts import VARIED"),
        ("training.modeling.new", "from training.paths import WORK"),
        ("training.modeling.new", "def late():\n    import training.data.text"),
        ("training.tasks.new", "from training.train.trainer import Trainer"),
        ("training.tasks.new", "from training.export.bert import graph"),
        ("training.export.new", "from training.evaluation import held_out"),
        ("training.new", "from training.data import text"),
    ],
)
def test_an_import_of_what_lies_above_is_refused(module: str, source: str):
    found = refused({**dict.fromkeys(modules(), ""), module: source}, LAYERS)
    assert [line.split()[0] for line in found] == [module]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("training.export.gpt2.new", "from training.export.bert.graph import embeddings"),
        ("training.export.onnx.new", "from training.export.decoder.slots import END"),
        ("training.export.new", "from training.export.bert import tiny"),
    ],
)
def test_an_import_of_another_architecture_is_refused(module: str, source: str):
    found = refused(
        {**dict.fromkeys(modules(), ""), module: source}, EXPORT_LAYERS, "training.export"
    )
    assert [line.split()[0] for line in found] == [module]


def test_a_circle_is_found():
    sources = {
        "training.one": "from training.two import x",
        "training.two": "from training import three",
        "training.three": "import training.one",
    }
    graph = {name: set(imports_of(text, sources)) for name, text in sources.items()}
    assert set(circle(graph) or ()) == sources.keys()


def test_every_file_says_in_its_first_line_what_it_is():
    def is_told(file: Path) -> bool:
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        first, _, rest = docstring.partition("\n")
        return first.endswith(".") and (rest == "" or rest.startswith("\n"))

    silent = [file for file in TRAINING.rglob("*.py") if not is_told(file)]
    assert silent == []
