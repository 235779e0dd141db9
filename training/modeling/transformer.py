"""The Transformer (Vaswani et al., arXiv:1706.03762), encoder and decoder.

Shape letters: B batch, S source length, T target length, P past length, D hidden size, H heads,
K = D / H head size, V vocabulary.
Deviations: LayerNorm before each sublayer and once at the end ("pre-LN", Xiong et al.,
arXiv:2002.04745), because it trains without a long warm-up; one embedding for source, target and
output, as in the paper's section 3.4.
There is no mask over the source: every batch has sources of one length.
"""

from dataclasses import dataclass
from math import log, sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class TransformerConfig:
    layers: int  # In the encoder, and as many in the decoder.
    heads: int
    hidden_size: int
    intermediate_size: int
    vocab_size: int
    context_length: int
    dropout: float


@dataclass(frozen=True)
class TransformerOutput:
    logits: Tensor  # [B, T, V]
    encoder_attentions: list[Tensor]  # One [B, H, S, S] for each layer; rows sum to 1.
    decoder_attentions: list[Tensor]  # [B, H, T, T], 0 for what comes later.
    cross_attentions: list[Tensor]  # [B, H, T, S]
    # L + 1 [B, S, D] and [B, T, D]: the embedding, then after each layer, the last one normalized.
    encoder_hidden_states: list[Tensor]
    decoder_hidden_states: list[Tensor]


@dataclass(frozen=True)
class TransformerState:
    """What a step needs of the steps before it; one pair of keys and values for each layer."""

    position: int
    past: list[tuple[Tensor, Tensor]]  # [B, H, P, K]
    memory: list[tuple[Tensor, Tensor]]  # [B, H, S, K]


class MultiHeadAttention(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        d = config.hidden_size
        self.heads = config.heads
        self.query = nn.Linear(d, d)
        self.key = nn.Linear(d, d)
        self.value = nn.Linear(d, d)
        self.output = nn.Linear(d, d)

    def split(self, x: Tensor) -> Tensor:
        """[B, T, D] -> [B, H, T, K]"""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def keys_values(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.split(self.key(x)), self.split(self.value(x))

    def forward(
        self, x: Tensor, keys_values: tuple[Tensor, Tensor], mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """x [B, T, D] asks keys [B, H, S, K]; mask [T, S] is added -> [B, T, D], [B, H, T, S]."""
        keys, values = keys_values
        scores = self.split(self.query(x)) @ keys.transpose(-1, -2) / sqrt(keys.shape[-1])
        if mask is not None:
            scores = scores + mask
        attention = scores.softmax(dim=-1)
        mixed = (attention.to(values.dtype) @ values).transpose(1, 2).flatten(-2)
        return self.output(mixed), attention


class FeedForward(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.up = nn.Linear(config.hidden_size, config.intermediate_size)
        self.down = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.relu(self.up(x)))


class EncoderLayer(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.attention = MultiHeadAttention(config)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size)
        self.feed_forward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.attention_norm(x)
        y, attention = self.attention(y, self.attention.keys_values(y))
        x = x + self.dropout(y)
        x = x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))
        return x, attention


class DecoderLayer(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.attention = MultiHeadAttention(config)
        self.cross_attention_norm = nn.LayerNorm(config.hidden_size)
        self.cross_attention = MultiHeadAttention(config)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size)
        self.feed_forward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,  # [B, T, D]
        memory: tuple[Tensor, Tensor],
        mask: Tensor | None = None,
        past: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, tuple[Tensor, Tensor]]:
        """-> x, attention [B, H, T, P + T], cross-attention [B, H, T, S], keys and values."""
        y = self.attention_norm(x)
        present = self.attention.keys_values(y)
        if past is not None:
            present = (torch.cat((past[0], present[0]), 2), torch.cat((past[1], present[1]), 2))
        y, attention = self.attention(y, present, mask)
        x = x + self.dropout(y)
        y, cross_attention = self.cross_attention(self.cross_attention_norm(x), memory)
        x = x + self.dropout(y)
        x = x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))
        return x, attention, cross_attention, present


class Transformer(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.layers))
        self.encoder_norm = nn.LayerNorm(config.hidden_size)
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.layers))
        self.decoder_norm = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        positions = sinusoids(config.context_length, config.hidden_size)
        self.register_buffer("positions", positions, persistent=False)
        for parameter in self.parameters():
            if parameter.ndim == 2:
                nn.init.xavier_uniform_(parameter)
        nn.init.normal_(self.embedding.weight, std=config.hidden_size**-0.5)

    def forward(self, source: Tensor, target: Tensor) -> TransformerOutput:
        """source [B, S], target [B, T] -> what follows each position of `target`."""
        memory, encoder_attentions, encoder_hidden_states = self.encode(source)
        x = self.embed(target)
        mask = torch.full((target.shape[1],) * 2, -torch.inf, device=x.device).triu(1)  # [T, T]
        decoder_attentions, cross_attentions, decoder_hidden_states = [], [], []
        for layer in self.decoder:
            decoder_hidden_states.append(x)
            x, attention, cross_attention, _ = layer(
                x, layer.cross_attention.keys_values(memory), mask
            )
            decoder_attentions.append(attention)
            cross_attentions.append(cross_attention)
        x = self.decoder_norm(x)
        return TransformerOutput(
            self.predict(x),
            encoder_attentions,
            decoder_attentions,
            cross_attentions,
            encoder_hidden_states,
            [*decoder_hidden_states, x],
        )

    def begin(self, source: Tensor) -> TransformerState:
        """Reads source [B, S], before the first step."""
        memory, _, _ = self.encode(source)
        empty = memory.new_empty(len(source), self.config.heads, 0, self.head_size)
        return TransformerState(
            0,
            [(empty, empty)] * self.config.layers,
            [layer.cross_attention.keys_values(memory) for layer in self.decoder],
        )

    def step(self, tokens: Tensor, state: TransformerState) -> tuple[Tensor, TransformerState]:
        """The last tokens [B] -> logits [B, V] of the next ones."""
        x = self.embed(tokens[:, None], state.position)  # [B, 1, D]
        presents = []
        for layer, memory, past in zip(self.decoder, state.memory, state.past, strict=True):
            x, _, _, present = layer(x, memory, past=past)
            presents.append(present)
        logits = self.predict(self.decoder_norm(x))[:, 0]
        return logits, TransformerState(state.position + 1, presents, state.memory)

    def reorder(self, state: TransformerState, rows: Tensor) -> TransformerState:
        past, memory = (
            [(keys[rows], values[rows]) for keys, values in pairs]
            for pairs in (state.past, state.memory)
        )
        return TransformerState(state.position, past, memory)

    def encode(self, source: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """-> memory [B, S, D], the attention of each layer, hidden states."""
        x = self.embed(source)
        attentions, hidden_states = [], []
        for layer in self.encoder:
            hidden_states.append(x)
            x, attention = layer(x)
            attentions.append(attention)
        x = self.encoder_norm(x)
        return x, attentions, [*hidden_states, x]

    def embed(self, tokens: Tensor, start: int = 0) -> Tensor:
        end = start + tokens.shape[1]
        assert end <= self.config.context_length, (
            f"{end} tokens, but the model has {self.config.context_length} positions"
        )
        x = self.embedding(tokens) * sqrt(self.config.hidden_size)
        return self.dropout(x + self.positions[start:end])

    def predict(self, x: Tensor) -> Tensor:
        return F.linear(x, self.embedding.weight)

    @property
    def head_size(self) -> int:
        return self.config.hidden_size // self.config.heads


def sinusoids(length: int, hidden_size: int) -> Tensor:
    """[length, D]; even columns are sines, odd ones cosines (section 3.5)."""
    rates = torch.exp(torch.arange(0, hidden_size, 2) * (-log(10_000) / hidden_size))  # [D / 2]
    angles = torch.arange(length)[:, None] * rates
    return torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(-2)
