"""The encoder-decoder with attention of Bahdanau et al. (arXiv:1409.0473).

Shape letters: B batch, S source length, T target length, E embedding size, C encoder size (2C for
both directions), D decoder size, A attention size, L encoder layers, V vocabulary.
An encoder in two directions gives a vector for each source token, and each step of the decoder
takes a weighted mean of them (section 3):

    e_ij = v . tanh(W s_{i-1} + U h_j)    scores, asked with the state before the step
    a_i = softmax(e_i)                    attention
    c_i = sum over j of a_ij h_j          context
    s_i = f(s_{i-1}, y_{i-1}, c_i)        state

Deviations: LSTM for the paper's gated unit (section A.1 allows for it); two encoder layers; tanh
for the maxout of the output layer, which here sees s_i and not s_{i-1}; one embedding for source,
target and output (Press and Wolf, arXiv:1608.05859).
There is no mask over the source: every batch has sources of one length.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.modeling.lstm import State, open_forget_gates, states_of_every_step


@dataclass(frozen=True)
class LstmAttentionConfig:
    layers: int  # Of the encoder; the decoder has one.
    embedding_size: int
    encoder_size: int  # Of each direction.
    hidden_size: int
    attention_size: int
    vocab_size: int
    context_length: int  # The longest source that is taken; the network itself sets no limit.
    dropout: float


@dataclass(frozen=True)
class LstmAttentionOutput:
    logits: Tensor  # [B, T, V]
    scores: Tensor  # [B, T, S]
    attention: Tensor  # [B, T, S]; rows sum to 1.
    context: Tensor  # [B, T, 2C]


@dataclass(frozen=True)
class Memory:
    """What every step looks at."""

    keys: Tensor  # U h_j [B, S, A]
    values: Tensor  # h_j [B, S, 2C]


@dataclass(frozen=True)
class LstmAttentionState:
    hidden: Tensor  # [B, D]
    cell: Tensor  # [B, D]
    memory: Memory


class LstmAttention(nn.Module):
    def __init__(self, config: LstmAttentionConfig):
        super().__init__()
        self.config = config
        e, c, d, a = (
            config.embedding_size,
            config.encoder_size,
            config.hidden_size,
            config.attention_size,
        )
        self.embedding = nn.Embedding(config.vocab_size, e)
        self.encoder = nn.LSTM(
            e, c, config.layers, batch_first=True, bidirectional=True, dropout=config.dropout
        )
        self.first_state = nn.Linear(c, d)
        self.key = nn.Linear(2 * c, a, bias=False)
        self.query = nn.Linear(d, a)
        self.score = nn.Parameter(torch.empty(a))
        self.gates = nn.Linear(e + 2 * c + d, 4 * d)  # Input, forget, cell, output.
        self.output = nn.Linear(e + 2 * c + d, e)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.embedding.weight, std=e**-0.5)
        nn.init.uniform_(self.score, -(a**-0.5), a**-0.5)
        open_forget_gates(self.encoder)
        nn.init.zeros_(self.gates.bias)
        nn.init.ones_(self.gates.bias[d : 2 * d])

    def forward(self, source: Tensor, target: Tensor) -> LstmAttentionOutput:
        """source [B, S], target [B, T] -> what follows each position of `target`."""
        state = self.begin(source)
        embedded = self.embed(target)  # [B, T, E]
        # What the target gives to the gates needs no state: once for all steps.
        of_target, of_state = self.gates.weight.split(
            [self.config.embedding_size, self.gates.in_features - self.config.embedding_size], 1
        )
        given = F.linear(embedded, of_target, self.gates.bias)  # [B, T, 4D]
        hiddens, every_scores, attentions, contexts = [], [], [], []
        for one in given.unbind(1):
            scores, attention, context = self.attend(state.hidden, state.memory)
            gates = one + F.linear(torch.cat((context, state.hidden), -1), of_state)
            hidden, cell = self.update(gates, state.cell)
            state = LstmAttentionState(hidden, cell, state.memory)
            hiddens.append(hidden)
            every_scores.append(scores)
            attentions.append(attention)
            contexts.append(context)
        context = torch.stack(contexts, 1)
        return LstmAttentionOutput(
            self.predict(embedded, context, torch.stack(hiddens, 1)),
            torch.stack(every_scores, 1),
            torch.stack(attentions, 1),
            context,
        )

    def begin(self, source: Tensor) -> LstmAttentionState:
        """Reads source [B, S], before the first step."""
        values, _ = self.encoder(self.embed(source))  # [B, S, 2C]
        first = values[:, 0, self.config.encoder_size :]  # Where the backward direction ends.
        hidden = self.first_state(first).tanh()
        return LstmAttentionState(
            hidden, torch.zeros_like(hidden), Memory(self.key(values), values)
        )

    def step(
        self, tokens: Tensor, state: LstmAttentionState, given: Tensor | None = None
    ) -> tuple[Tensor, LstmAttentionState]:
        """The last tokens [B] -> logits [B, V] of the next ones; `given` attention is [B, S]."""
        embedded = self.embed(tokens)
        _, _, context = self.attend(state.hidden, state.memory, given)
        gates = self.gates(torch.cat((embedded, context, state.hidden), -1))
        hidden, cell = self.update(gates, state.cell)
        logits = self.predict(embedded, context, hidden)
        return logits, LstmAttentionState(hidden, cell, state.memory)

    def reorder(self, state: LstmAttentionState, rows: Tensor) -> LstmAttentionState:
        memory = Memory(state.memory.keys[rows], state.memory.values[rows])
        return LstmAttentionState(state.hidden[rows], state.cell[rows], memory)

    def attend(
        self, hidden: Tensor, memory: Memory, given: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """hidden [B, D] asks -> scores [B, S], attention [B, S], context [B, 2C]."""
        matched = (memory.keys + self.query(hidden)[:, None]).tanh()  # [B, S, A]
        scores = matched @ self.score.to(matched.dtype)
        attention = scores.softmax(-1) if given is None else given
        context = (attention.to(memory.values.dtype)[:, None] @ memory.values)[:, 0]
        return scores, attention, context

    def update(self, gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        """gates [B, 4D], cell [B, D] -> hidden [B, D], cell [B, D]"""
        into, forget, new, out = gates.chunk(4, -1)
        cell = forget.sigmoid() * cell + into.sigmoid() * new.tanh()
        return out.sigmoid() * cell.tanh(), cell

    def encoder_states(self, source: Tensor) -> State:
        """Hidden and cell state after each token was read [L, B, S, 2C]."""
        return states_of_every_step(self.encoder, self.embed(source))

    def embed(self, tokens: Tensor) -> Tensor:
        """[...] -> [..., E], of variance 1 at first, as a gate expects its input."""
        return self.dropout(self.embedding(tokens) * sqrt(self.config.embedding_size))

    def predict(self, embedded: Tensor, context: Tensor, hidden: Tensor) -> Tensor:
        """[..., E], [..., 2C], [..., D] -> [..., V]"""
        mixed = self.output(torch.cat((embedded, context, hidden), -1)).tanh()
        return F.linear(self.dropout(mixed), self.embedding.weight)
