"""The LSTM encoder-decoder of Sutskever et al. (arXiv:1409.3215).

Shape letters: B batch, S source length, T target length, E embedding size, D hidden size, L layers,
V vocabulary.
Nothing but the encoder's final state crosses to the decoder (figure 1 of the paper). The source is
read from its end, which brings its first words near to where the translation starts (section 3.3).
Deviations: one embedding for source, target and output (Press and Wolf, arXiv:1608.05859), as our
other two translators have; a forget gate that starts open (Jozefowicz et al. 2015, section 4).
There is no mask over the source: every batch has sources of one length.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

State = tuple[Tensor, Tensor]  # Hidden and cell state [L, B, D].


@dataclass(frozen=True)
class LstmConfig:
    layers: int  # In the encoder, and as many in the decoder.
    embedding_size: int
    hidden_size: int
    vocab_size: int
    context_length: int  # The longest source that is taken; the network itself sets no limit.
    reverse_source: bool
    dropout: float


@dataclass(frozen=True)
class LstmOutput:
    logits: Tensor  # [B, T, V]


class Lstm(nn.Module):
    def __init__(self, config: LstmConfig):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_size)
        shape = (config.embedding_size, config.hidden_size, config.layers)
        self.encoder = nn.LSTM(*shape, batch_first=True, dropout=config.dropout)
        self.decoder = nn.LSTM(*shape, batch_first=True, dropout=config.dropout)
        self.output = nn.Linear(config.hidden_size, config.embedding_size)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.embedding.weight, std=config.embedding_size**-0.5)
        open_forget_gates(self.encoder)
        open_forget_gates(self.decoder)

    def forward(self, source: Tensor, target: Tensor) -> LstmOutput:
        """source [B, S], target [B, T] -> what follows each position of `target`."""
        hidden, _ = self.decoder(self.embed(target), self.begin(source))  # [B, T, D]
        return LstmOutput(self.predict(hidden))

    def begin(self, source: Tensor) -> State:
        """Reads source [B, S], before the first step."""
        _, state = self.encoder(self.embed_source(source))
        return state

    def step(self, tokens: Tensor, state: State) -> tuple[Tensor, State]:
        """The last tokens [B] -> logits [B, V] of the next ones."""
        hidden, state = self.decoder(self.embed(tokens[:, None]), state)
        return self.predict(hidden)[:, 0], state

    def reorder(self, state: State, rows: Tensor) -> State:
        return state[0][:, rows], state[1][:, rows]

    def encoder_states(self, source: Tensor) -> State:
        """Hidden and cell state after each token was read [L, B, S, D], in the source's order.

        With a reversed source, position 0 is read last and holds the final state.
        """
        hidden, cell = states_of_every_step(self.encoder, self.embed_source(source))
        return (hidden.flip(2), cell.flip(2)) if self.config.reverse_source else (hidden, cell)

    def embed_source(self, source: Tensor) -> Tensor:
        return self.embed(source.flip(1) if self.config.reverse_source else source)

    def embed(self, tokens: Tensor) -> Tensor:
        """[B, T] -> [B, T, E], of variance 1 at first, as a gate expects its input."""
        return self.dropout(self.embedding(tokens) * sqrt(self.config.embedding_size))

    def predict(self, hidden: Tensor) -> Tensor:
        """[B, T, D] -> [B, T, V]"""
        return F.linear(self.output(self.dropout(hidden)), self.embedding.weight)


def open_forget_gates(lstm: nn.LSTM) -> None:
    """Gates lie in the order input, forget, cell, output; each bias is the sum of two."""
    size = lstm.hidden_size
    for name, parameter in lstm.named_parameters():
        if name.startswith("bias"):
            nn.init.zeros_(parameter)
        if name.startswith("bias_ih"):
            nn.init.ones_(parameter[size : 2 * size])


@torch.no_grad()
def states_of_every_step(lstm: nn.LSTM, x: Tensor) -> State:
    """x [B, S, E] -> hidden and cell states [L, B, S, D]; of two directions, side by side.

    PyTorch's own gives the cell state of the last step alone.
    """
    every_hidden, every_cell = [], []
    for layer in range(lstm.num_layers):
        hidden, cell = states_of_layer(lstm, x, f"l{layer}")
        if lstm.bidirectional:
            backward = states_of_layer(lstm, x.flip(1), f"l{layer}_reverse")
            hidden = torch.cat((hidden, backward[0].flip(1)), -1)
            cell = torch.cat((cell, backward[1].flip(1)), -1)
        every_hidden.append(hidden)
        every_cell.append(cell)
        x = hidden
    return torch.stack(every_hidden), torch.stack(every_cell)


def states_of_layer(lstm: nn.LSTM, x: Tensor, suffix: str) -> State:
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    parameters = [getattr(lstm, f"{name}_{suffix}") for name in names]
    hidden = cell = x.new_zeros(len(x), lstm.hidden_size)
    steps = []
    for token in x.unbind(1):
        hidden, cell = torch.lstm_cell(token, (hidden, cell), *parameters)
        steps.append((hidden, cell))
    return tuple(torch.stack(states, 1) for states in zip(*steps, strict=True))
