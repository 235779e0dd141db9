"""BERT (Devlin et al., arXiv:1810.04805), after the TensorFlow code of google-research/bert.

Shape letters: B batch, S tokens, D hidden size, H heads, K = D / H head size, L layers.
Attention is written out, so that its weights can be looked at.
Deliberately absent: the pooler and the next-sentence head, which no picture of ours needs.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class BertConfig:
    layers: int
    heads: int
    hidden_size: int
    intermediate_size: int
    vocab_size: int
    context_length: int
    layer_norm_eps: float = (
        1e-12  # As in the reference; below float32's resolution of a usual variance.
    )
    dropout: float = 0.0  # 0.1 in the paper; it does nothing in an exported graph.

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.heads


@dataclass(frozen=True)
class BertOutput:
    last_hidden_state: Tensor  # [B, S, D]
    hidden_states: Tensor  # [L + 1, B, S, D]; 0 is the embedding.
    attentions: Tensor  # [L, B, H, S, S]; rows over the last axis sum to 1.


class BertEmbeddings(nn.Module):
    """Sum of word, position and segment vectors, normalised (section 3, figure 2)."""

    def __init__(self, config: BertConfig):
        super().__init__()
        self.word = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position = nn.Embedding(config.context_length, config.hidden_size)
        self.segment = nn.Embedding(2, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, position_ids: Tensor) -> Tensor:
        x = self.word(input_ids) + self.position(position_ids) + self.segment(token_type_ids)
        return self.dropout(self.norm(x))  # [B, S, D]


class BertLayer(nn.Module):
    """Self-attention, then a feed-forward network; LayerNorm after each residual (post-LN)."""

    def __init__(self, config: BertConfig):
        super().__init__()
        d = config.hidden_size
        self.heads = config.heads
        self.query = nn.Linear(d, d)
        self.key = nn.Linear(d, d)
        self.value = nn.Linear(d, d)
        self.projection = nn.Linear(d, d)
        self.attention_norm = nn.LayerNorm(d, eps=config.layer_norm_eps)
        self.up = nn.Linear(d, config.intermediate_size)
        self.down = nn.Linear(config.intermediate_size, d)
        self.output_norm = nn.LayerNorm(d, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, S, D], mask [B, 1, 1, S] to be added -> x, attention [B, H, S, S]."""
        query, key, value = (
            linear(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # [B, H, S, K]
            for linear in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(-1, -2) / sqrt(query.shape[-1]) + mask  # [B, H, S, S]
        attention = scores.softmax(dim=-1)
        mixed = (self.dropout(attention) @ value).transpose(1, 2).flatten(-2)  # [B, S, D]
        x = self.attention_norm(x + self.dropout(self.projection(mixed)))
        x = self.output_norm(x + self.dropout(self.down(F.gelu(self.up(x)))))
        return x, attention


class Bert(nn.Module):
    def __init__(self, config: BertConfig):
        super().__init__()
        self.config = config
        self.embeddings = BertEmbeddings(config)
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(config.layers))

    def forward(
        self,
        input_ids: Tensor,  # [B, S]
        attention_mask: Tensor,  # [B, S], 1 for a token, 0 for padding.
        token_type_ids: Tensor,  # [B, S], 0 for text A, 1 for text B.
        position_ids: Tensor,  # [B, S]
    ) -> BertOutput:
        assert input_ids.shape[1] <= self.config.context_length, (
            f"{input_ids.shape[1]} tokens, but the model has {self.config.context_length} positions"
        )
        mask = (1.0 - attention_mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        x = self.embeddings(input_ids, token_type_ids, position_ids)
        hidden_states, attentions = [x], []
        for layer in self.layers:
            x, attention = layer(x, mask)
            hidden_states.append(x)
            attentions.append(attention)
        return BertOutput(x, torch.stack(hidden_states), torch.stack(attentions))
