"""BERT (Devlin et al., arXiv:1810.04805), after the TensorFlow code of google-research/bert.

Shape letters: B batch, S tokens, D hidden size, H heads, K = D / H head size, L layers,
V vocabulary.
Attention is written out, so that its weights can be looked at.
Deliberately absent: the pooler and the next-sentence head, which no picture of ours needs.
"""

from dataclasses import dataclass, replace
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
    logits: Tensor | None = None  # [B, S, V], of a model with a head for masked words.


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

    def forward(self, x: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """x [B, S, D], mask [B, 1, 1, S] to be added -> x, attention [B, H, S, S]."""
        query, key, value = (
            linear(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # [B, H, S, K]
            for linear in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(-1, -2) / sqrt(query.shape[-1])  # [B, H, S, S]
        if mask is not None:
            scores = scores + mask
        attention = scores.softmax(dim=-1)
        mixed = self.dropout(attention).to(value.dtype) @ value  # [B, H, S, K]
        mixed = mixed.transpose(1, 2).flatten(-2)  # [B, S, D]
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
        mask = (1.0 - attention_mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        hidden_states, attentions = self.read(input_ids, mask, token_type_ids, position_ids)
        return BertOutput(hidden_states[-1], torch.stack(hidden_states), torch.stack(attentions))

    def read(
        self,
        input_ids: Tensor,
        mask: Tensor | None,  # [B, 1, 1, S] to be added; None where nothing is padding.
        token_type_ids: Tensor,
        position_ids: Tensor,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """-> L + 1 hidden states [B, S, D] and L attentions [B, H, S, S]."""
        assert input_ids.shape[1] <= self.config.context_length, (
            f"{input_ids.shape[1]} tokens, but the model has {self.config.context_length} positions"
        )
        x = self.embeddings(input_ids, token_type_ids, position_ids)
        hidden_states, attentions = [x], []
        for layer in self.layers:
            x, attention = layer(x, mask)
            hidden_states.append(x)
            attentions.append(attention)
        return hidden_states, attentions


class MaskedHead(nn.Module):
    """Which word stood where a token was masked (section 3.1, task 1).

    Its output matrix is the table of word vectors of the body.
    """

    def __init__(self, config: BertConfig):
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, x: Tensor, table: Tensor) -> Tensor:
        """x [..., D], table [V, D] -> logits [..., V]."""
        return F.linear(self.norm(F.gelu(self.dense(x))), table, self.bias)


class MaskedBert(nn.Module):
    """A BERT that fills in what is masked."""

    def __init__(self, config: BertConfig):
        super().__init__()
        self.config = config
        self.bert = Bert(config)
        self.head = MaskedHead(config)

    def forward(
        self,
        input_ids: Tensor,  # [B, S]
        attention_mask: Tensor,
        token_type_ids: Tensor,
        position_ids: Tensor,
    ) -> BertOutput:
        output = self.bert(input_ids, attention_mask, token_type_ids, position_ids)
        logits = self.head(output.last_hidden_state, self.bert.embeddings.word.weight)
        return replace(output, logits=logits)
