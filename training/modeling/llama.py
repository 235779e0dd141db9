"""Llama (Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models").

Shape letters: B batch, T tokens, P past tokens, D hidden size, H query heads, G key-value heads,
K = D / H head size, L layers, V vocabulary.
Parameters have the names and shapes of Hugging Face's `LlamaModel`, so that its files fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

KeysValues = tuple[Tensor, Tensor]  # Each [B, G, P, K].


@dataclass(frozen=True)
class LlamaConfig:
    layers: int
    heads: int
    key_value_heads: int
    hidden_size: int
    intermediate_size: int
    vocab_size: int
    context_length: int
    rope_base: float
    rms_norm_eps: float

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.heads

    @property
    def key_value_size(self) -> int:
        return self.key_value_heads * self.head_size


@dataclass(frozen=True)
class LlamaOutput:
    logits: Tensor  # [B, T, V]
    # L + 1 of [B, T, D]: the embedding, then what each layer leaves; the last went through `norm`.
    hidden_states: list[Tensor]
    attentions: list[Tensor]  # L of [B, H, T, P + T]; rows sum to 1.
    present: list[KeysValues]  # L of [B, G, P + T, K]: the `past` of the next call.


def rotary_tables(config: LlamaConfig) -> tuple[Tensor, Tensor]:
    """Cosines and sines, [context length, K / 2]: pair k turns by position * base^(-2k / K).

    Su et al. 2021, "RoFormer", equation 15.
    """
    powers = torch.arange(0, config.head_size, 2).float() / config.head_size
    angles = torch.arange(config.context_length).float()[:, None] * (1 / config.rope_base**powers)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x [..., T, K], cos and sin [T, K / 2] -> [..., T, K]; a pair is a number of each half."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Attention(nn.Module):
    """H / G queries share a key and a value (Ainslie et al. 2023, "GQA")."""

    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.config = config
        self.q_proj = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, config.key_value_size, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, config.key_value_size, bias=False)
        self.o_proj = nn.Linear(config.hidden_size, config.hidden_size, bias=False)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, past: KeysValues | None
    ) -> tuple[Tensor, Tensor, KeysValues]:
        """x [B, T, D], mask [T, P + T] to be added -> x, attention [B, H, T, P + T], present."""
        config = self.config
        query = self.q_proj(x).unflatten(-1, (config.heads, -1)).transpose(1, 2)  # [B, H, T, K]
        key, value = (
            part(x).unflatten(-1, (config.key_value_heads, -1)).transpose(1, 2)  # [B, G, T, K]
            for part in (self.k_proj, self.v_proj)
        )
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        if past is not None:
            key, value = torch.cat((past[0], key), 2), torch.cat((past[1], value), 2)
        # Neighbouring queries share, so they are only looked at as the rows of one matrix.
        grouped = query.unflatten(1, (config.key_value_heads, -1)).flatten(2, 3)  # [B, G, H/G*T, K]
        scores = (grouped / sqrt(config.head_size)) @ key.transpose(-1, -2)
        scores = scores.reshape(x.shape[0], config.heads, x.shape[1], -1) + mask
        attention = scores.softmax(dim=-1)  # [B, H, T, P + T]
        by_group = attention.unflatten(1, (config.key_value_heads, -1)).flatten(2, 3)
        mixed = (by_group @ value).reshape(query.shape).transpose(1, 2).flatten(-2)  # [B, T, D]
        return self.o_proj(mixed), attention, (key, value)


class FeedForward(nn.Module):
    """SwiGLU (Shazeer 2020, "GLU Variants Improve Transformer", equation 6)."""

    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """RMSNorm before each sublayer, and nothing on the path around them."""

    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.mlp = FeedForward(config)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, past: KeysValues | None
    ) -> tuple[Tensor, Tensor, KeysValues]:
        y, attention, present = self.self_attn(self.input_layernorm(x), cos, sin, mask, past)
        x = x + y
        return x + self.mlp(self.post_attention_layernorm(x)), attention, present


class Llama(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        cos, sin = rotary_tables(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(
        self,
        input_ids: Tensor,  # [B, T]
        past: Sequence[KeysValues] | None = None,  # `present` of the tokens before.
    ) -> LlamaOutput:
        start = 0 if past is None else past[0][0].shape[2]
        end = start + input_ids.shape[1]
        assert end <= self.config.context_length, (
            f"{end} tokens, but the model has {self.config.context_length} positions"
        )
        x = self.embed_tokens(input_ids)
        cos, sin = self.cos[start:end], self.sin[start:end]
        mask = torch.full((end - start, end), -torch.inf, device=x.device).triu(start + 1)
        hidden_states, attentions, present = [x], [], []
        for index, layer in enumerate(self.layers):
            x, attention, keys_values = layer(
                x, cos, sin, mask, None if past is None else past[index]
            )
            hidden_states.append(x)
            attentions.append(attention)
            present.append(keys_values)
        hidden_states[-1] = self.norm(x)
        logits = F.linear(hidden_states[-1], self.embed_tokens.weight)
        return LlamaOutput(logits, hidden_states, attentions, present)

    def lens(self, output: LlamaOutput, index: int) -> Tensor:
        """What each layer would say after token `index`, if it were the last layer.

        [L + 1, B, V]; see "interpreting GPT: the logit lens" (nostalgebraist, 2020).
        """
        states = torch.stack([state[:, index] for state in output.hidden_states])
        normed = torch.cat([self.norm(states[:-1]), states[-1:]])
        return F.linear(normed, self.embed_tokens.weight)
