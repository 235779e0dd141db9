"""Every command and every file of `training` that a document or a comment names is there."""

import re
import runpy
import sys

import pytest

from training.paths import ROOT

DOCUMENTS = (
    "CONTRIBUTING.md",
    "THIRD_PARTY_NOTICES.md",
    "media/studies/README.md",
    "models/README.md",
    "models/*/README.md",
    "test/fixtures/*/README.md",
    "training/README.md",
)
SOURCES = (
    "src/**/*.ts",
    "webview/**/*.ts",
    "test/**/*.ts",
    "training/**/*.py",
    "training/**/*.toml",
)
COMMAND = re.compile(r"python -m (training(?:\.\w+)+)((?: [\w./-]+)*)")
FILE = re.compile(r"\btraining/[\w/]+\.(?:py|toml|md)\b")
# What a file of `training` mirrors, or is read by, on the other side.
OTHER_SIDE = re.compile(r"\b(?:src|webview|test)/[\w/]+\.(?:ts|py)\b")

# A module that is run may be one that another test imported.
pytestmark = pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")


def texts(*patterns: str) -> dict[str, str]:
    files = [file for pattern in patterns for file in sorted(ROOT.glob(pattern))]
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


COMMANDS = sorted(
    {
        (module, *rest.split())
        for text in texts(*DOCUMENTS).values()
        for module, rest in COMMAND.findall(text)
    }
)


@pytest.mark.parametrize(
    ("pattern", "places"), [(FILE, (*DOCUMENTS, *SOURCES)), (OTHER_SIDE, ("training/**/*.py",))]
)
def test_every_file_that_is_named_is_there(pattern: re.Pattern[str], places: tuple[str, ...]):
    named = {
        (file, path) for file, text in texts(*places).items() for path in pattern.findall(text)
    }
    assert len(named) > 10
    assert [(file, path) for file, path in named if not (ROOT / path).exists()] == []


def run(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> int:
    """With `--help` at its end a command does nothing, but refuses what stands before it."""
    module, *arguments = command
    monkeypatch.setattr(sys, "argv", [module, *arguments, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    return ended.value.code


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_that_is_named_can_be_run(command: tuple[str, ...], monkeypatch):
    assert run(command, monkeypatch) == 0


def test_a_command_with_an_unknown_model_is_refused(monkeypatch):
    assert run(("training.export", "tiny-bart"), monkeypatch) == 2


def test_the_documents_name_commands():
    assert ("training.train", "gpt2", "--device", "cuda") in COMMANDS
    assert len(COMMANDS) > 30
