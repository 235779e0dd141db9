"""GPT-2 (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners").

Shape letters: B batch, T tokens, P past tokens, D hidden size, H heads, K = D / H head size,
L layers, V vocabulary.
Parameters have the names and shapes of Hugging Face's `GPT2Model`, so that its files fit.
Attention is written out, so that its weights can be looked at; on a CPU in bfloat16 that trains
faster than a fused operator, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

KeysValues = tuple[Tensor, Tensor]  # Each [B, H, P, K].


@dataclass(frozen=True)
class Gpt2Config:
    layers: int
    heads: int
    hidden_size: int
    vocab_size: int
    context_length: int
    dropout: float = 0.0
    layer_norm_eps: float = 1e-5

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.heads

    @property
    def key_value_heads(self) -> int:
        """No two heads share keys and values."""
        return self.heads


@dataclass(frozen=True)
class Gpt2Output:
    logits: Tensor  # [B, T, V]
    # L + 1 of [B, T, D]: the embedding, then what each layer leaves; the last went through `ln_f`.
    hidden_states: list[Tensor]
    attentions: list[Tensor]  # L of [B, H, T, P + T]; rows sum to 1.
    present: list[KeysValues]  # L of [B, H, P + T, K]: the `past` of the next call.


class Projection(nn.Module):
    """A linear layer whose weight is [in, out], the transpose of `nn.Linear`'s."""

    output_axis = 1  # Read by training/quantization.py.

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight.t(), self.bias)


class Attention(nn.Module):
    def __init__(self, config: Gpt2Config):
        super().__init__()
        self.heads = config.heads
        self.c_attn = Projection(config.hidden_size, 3 * config.hidden_size)
        self.c_proj = Projection(config.hidden_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: Tensor, mask: Tensor, past: KeysValues | None
    ) -> tuple[Tensor, Tensor, KeysValues]:
        """x [B, T, D], mask [T, P + T] to be added -> x, attention [B, H, T, P + T], present."""
        query, key, value = self.project(x)
        if past is not None:
            key, value = torch.cat((past[0], key), 2), torch.cat((past[1], value), 2)
        # The query is scaled and not the scores, and the mask gets their type: there are T times as
        # many scores, and every pass over them costs time.
        scores = query / sqrt(query.shape[-1]) @ key.transpose(-1, -2) + mask.to(query.dtype)
        attention = scores.softmax(dim=-1)  # [B, H, T, P + T]
        mixed = (self.dropout(attention).to(value.dtype) @ value).transpose(1, 2).flatten(-2)
        return self.dropout(self.c_proj(mixed)), attention, (key, value)

    def fused(self, x: Tensor) -> Tensor:
        """x [B, T, D] -> x: the same in one operator, which never writes the weights down."""
        mixed = F.scaled_dot_product_attention(
            *self.project(x), dropout_p=self.dropout.p * self.training, is_causal=True
        )
        return self.dropout(self.c_proj(mixed.transpose(1, 2).flatten(-2)))

    def project(self, x: Tensor) -> tuple[Tensor, ...]:
        """x [B, T, D] -> query, key and value, each [B, H, T, K]."""
        parts = self.c_attn(x).chunk(3, dim=-1)
        return tuple(part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)


class FeedForward(nn.Module):
    def __init__(self, config: Gpt2Config):
        super().__init__()
        self.c_fc = Projection(config.hidden_size, 4 * config.hidden_size)
        self.c_proj = Projection(4 * config.hidden_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.c_proj(F.gelu(self.c_fc(x), approximate="tanh")))


class Block(nn.Module):
    """LayerNorm before each sublayer (pre-LN), and nothing on the path around them."""

    def __init__(self, config: Gpt2Config):
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.attn = Attention(config)
        self.ln_2 = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.mlp = FeedForward(config)

    def forward(
        self, x: Tensor, mask: Tensor, past: KeysValues | None
    ) -> tuple[Tensor, Tensor, KeysValues]:
        y, attention, present = self.attn(self.ln_1(x), mask, past)
        x = x + y
        return x + self.mlp(self.ln_2(x)), attention, present

    def fused(self, x: Tensor) -> Tensor:
        x = x + self.attn.fused(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt2(nn.Module):
    def __init__(self, config: Gpt2Config):
        super().__init__()
        self.config = config
        self.wte = nn.Embedding(config.vocab_size, config.hidden_size)
        self.wpe = nn.Embedding(config.context_length, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.h = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.ln_f = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                # As in the paper's code; section 2.3: what is added to the residual path is scaled
                # by one over the square root of how often something is added.
                residual = sqrt(2 * config.layers) if name.endswith("c_proj.weight") else 1
                deviation = 0.01 if name == "wpe.weight" else 0.02
                nn.init.normal_(parameter, std=deviation / residual)

    def forward(
        self,
        input_ids: Tensor,  # [B, T]
        past: Sequence[KeysValues] | None = None,  # `present` of the tokens before.
    ) -> Gpt2Output:
        hidden_states, attentions, present = self.read(input_ids, past)
        return Gpt2Output(self.unembed(hidden_states[-1]), hidden_states, attentions, present)

    def read(
        self, input_ids: Tensor, past: Sequence[KeysValues] | None = None
    ) -> tuple[list[Tensor], list[Tensor], list[KeysValues]]:
        """All of the output but the logits."""
        start = 0 if past is None else past[0][0].shape[2]
        end = start + input_ids.shape[1]
        assert end <= self.config.context_length, (
            f"{end} tokens, but the model has {self.config.context_length} positions"
        )
        x = self.embed(input_ids, start)
        mask = torch.full((end - start, end), -torch.inf, device=x.device).triu(start + 1)
        hidden_states, attentions, present = [x], [], []
        for layer, block in enumerate(self.h):
            x, attention, keys_values = block(x, mask, None if past is None else past[layer])
            hidden_states.append(x)
            attentions.append(attention)
            present.append(keys_values)
        hidden_states[-1] = self.ln_f(x)
        return hidden_states, attentions, present

    def embed(self, input_ids: Tensor, start: int = 0) -> Tensor:
        """[B, T], of which the first is the token number `start` -> [B, T, D]."""
        end = start + input_ids.shape[1]
        positions = torch.arange(start, end, device=input_ids.device)
        return self.dropout(self.wte(input_ids) + self.wpe(positions))

    def predict(self, input_ids: Tensor) -> Tensor:
        """The logits alone, [B, T] -> [B, T, V]; on a GPU in a fraction of the time."""
        x = self.embed(input_ids)
        for block in self.h:
            x = block.fused(x)
        return self.unembed(self.ln_f(x))

    def lens(self, output: Gpt2Output, index: int) -> Tensor:
        """What each layer would predict after token `index`. [L + 1, B, V]

        The "logit lens" (nostalgebraist 2020): every state goes through the model's own end.
        """
        *states, final = (state[:, index] for state in output.hidden_states)  # [B, D]
        return self.unembed(torch.stack([*map(self.ln_f, states), final]))

    def unembed(self, x: Tensor) -> Tensor:
        """[..., D] -> [..., V], by the table of the input."""
        return F.linear(x, self.wte.weight)
