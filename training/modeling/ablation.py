"""Heads and feed-forward networks of a PyTorch model are switched off by hooks, not in its code.

The reference of the gates in exported graphs (`training/export/onnx/gates.py`): a hook sees what
goes into a head's output matrix and what comes out of a feed-forward network.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from torch import Tensor, nn

from training.modeling.bert import Bert, MaskedBert
from training.modeling.gpt2 import Gpt2
from training.modeling.llama import Llama
from training.modeling.lstm_attention import LstmAttention
from training.modeling.transformer import Transformer


@dataclass(frozen=True)
class Part:
    kind: str  # encoder, decoder or cross.
    layer: int  # From 0.
    head: int | None = None  # From 0; None is the feed-forward network.


def parts_of(ablation: Mapping) -> list[Part]:
    """Of an `Ablation` as `src/common/protocol/engine/ablation.ts` has it."""
    heads = [Part(**head) for head in ablation.get("heads", [])]
    return heads + [Part(**network) for network in ablation.get("feedForwards", [])]


@contextmanager
def ablated(model: nn.Module, parts: Sequence[Part], gate: float = 0) -> Iterator[None]:
    """Multiplies what these parts give by `gate` until the end of the block."""
    with ExitStack() as stack:
        for part in parts:
            if isinstance(model, LstmAttention):
                stack.enter_context(context_times(model, gate))
            elif part.head is None:
                network = feed_forward_of(model, part)
                hook = network.register_forward_hook(lambda _, __, output: output * gate)
                stack.callback(hook.remove)
            else:
                matrix, heads = output_matrix_of(model, part)
                hook = matrix.register_forward_pre_hook(head_times(part.head, heads, gate))
                stack.callback(hook.remove)
        yield


def head_times(head: int, heads: int, gate: float):
    def hook(_: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
        by_head = inputs[0].unflatten(-1, (heads, -1)).clone()  # [..., H, K]
        by_head[..., head, :] *= gate
        return (by_head.flatten(-2),)

    return hook


def context_times(model: LstmAttention, gate: float):
    attend = model.attend

    def gated(*arguments: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        scores, attention, context = attend(*arguments)
        return scores, attention, context * gate

    return patch.object(model, "attend", gated)


def output_matrix_of(model: nn.Module, part: Part) -> tuple[nn.Module, int]:
    """The layer that mixes the heads, and how many there are."""
    heads = model.config.heads
    match model:
        case MaskedBert():
            return model.bert.layers[part.layer].projection, heads
        case Bert():
            return model.layers[part.layer].projection, heads
        case Gpt2():
            return model.h[part.layer].attn.c_proj, heads
        case Llama():
            return model.layers[part.layer].self_attn.o_proj, heads
        case Transformer():
            layers = model.encoder if part.kind == "encoder" else model.decoder
            layer = layers[part.layer]
            attention = layer.cross_attention if part.kind == "cross" else layer.attention
            return attention.output, heads
    raise TypeError(f"a {type(model).__name__} has no heads")


def feed_forward_of(model: nn.Module, part: Part) -> nn.Module:
    """What gives that which is added to the residual stream."""
    match model:
        case MaskedBert():
            return model.bert.layers[part.layer].down
        case Bert():
            return model.layers[part.layer].down
        case Gpt2():
            return model.h[part.layer].mlp
        case Llama():
            return model.layers[part.layer].mlp
        case Transformer():
            layers = model.encoder if part.kind == "encoder" else model.decoder
            return layers[part.layer].feed_forward
    raise TypeError(f"a {type(model).__name__} has no feed-forward networks")
