"""AWD-LSTM (Merity et al., arXiv:1708.02182), the language model of ULMFiT (arXiv:1801.06146).

Shape letters: B batch, T tokens, E embedding size, H hidden size, V vocabulary, D_l the size of
layer l: H, but E in the last layer, whose output meets the table of the input once more.

An LSTM whose regularization does not disturb what it remembers (section numbers of Merity et al.):
- weight dropout (2): U' = U * m / (1 - p), m ~ Bernoulli(1 - p), one mask over the hidden-to-hidden
  matrix for all steps of a window, so that the same connections are missing all the way;
- variational dropout (4.2): x' = x * m / (1 - p) with one mask [B, 1, D] for all steps;
- embedding dropout (4.3): e'_w = e_w * m_w / (1 - p), whole words are missing, on input alone;
- tied weights (4.4): p(w | h) = softmax(h E^T + b) with the input's table E.
Deviations: two layers, another optimizer (training/configs/ulmfit.toml), and no activation
regularization: a text that is read once or twice is not learned by heart.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.modeling.lstm import open_forget_gates

State = list[tuple[Tensor, Tensor]]  # Hidden and cell state [B, D_l] of each layer.


@dataclass(frozen=True)
class AwdLstmConfig:
    layers: int
    embedding_size: int
    hidden_size: int
    vocab_size: int
    context_length: int  # The longest text that is classified; the network itself sets no limit.
    embedding_dropout: float  # Of words.
    input_dropout: float  # Of what the first layer reads.
    weight_dropout: float  # Of hidden-to-hidden connections.
    hidden_dropout: float  # Between layers.
    output_dropout: float  # Of what the last layer gives.


@dataclass(frozen=True)
class AwdLstmOutput:
    logits: Tensor  # [B, T, V]
    state: State  # After the last token; the `state` of the next call.


class VariationalDropout(nn.Module):
    def __init__(self, probability: float):
        super().__init__()
        self.probability = probability

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] -> [B, T, D]; what is missing at one step is missing at all of them."""
        if not self.training or self.probability == 0:
            return x
        return x * keep_mask((x.shape[0], 1, x.shape[2]), self.probability, x.device).to(x.dtype)


class WeightDropLstm(nn.LSTM):
    """One layer; its parameters have the names of PyTorch's."""

    def __init__(self, inputs: int, outputs: int, weight_dropout: float):
        super().__init__(inputs, outputs, batch_first=True)
        self.weight_dropout = weight_dropout

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """x [B, T, inputs], state 2 of [B, outputs] -> every hidden state [B, T, outputs], and
        the last hidden and cell state [B, outputs].
        """
        recurrent = F.dropout(self.weight_hh_l0, self.weight_dropout, self.training)
        parameters = [self.weight_ih_l0, recurrent, self.bias_ih_l0, self.bias_hh_l0]
        before = [part[None].to(x.dtype) for part in state]
        # Bound by its steps, not by its products; and in bfloat16 oneDNN needs AVX-512.
        with torch.autocast(x.device.type, enabled=False):
            every, hidden, cell = torch.lstm(
                x, before, parameters, True, 1, 0.0, self.training, False, True
            )
        return every, hidden[0], cell[0]


class AwdLstm(nn.Module):
    def __init__(self, config: AwdLstmConfig):
        super().__init__()
        self.config = config
        sizes = layer_sizes(config)
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_size)
        self.lstms = nn.ModuleList(
            WeightDropLstm(inputs, outputs, config.weight_dropout)
            for inputs, outputs in zip([config.embedding_size, *sizes], sizes, strict=False)
        )
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))
        self.input_dropout = VariationalDropout(config.input_dropout)
        self.hidden_dropout = VariationalDropout(config.hidden_dropout)
        self.output_dropout = VariationalDropout(config.output_dropout)
        nn.init.normal_(self.embedding.weight, std=config.embedding_size**-0.5)
        for lstm in self.lstms:
            open_forget_gates(lstm)

    def forward(self, input_ids: Tensor, state: State | None = None) -> AwdLstmOutput:
        """input_ids [B, T] -> what follows each of them."""
        hidden, state = self.read(input_ids, state)
        return AwdLstmOutput(self.logits(hidden), state)

    def read(self, input_ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """input_ids [B, T] -> what the last layer gives [B, T, E], and the state after it."""
        x = self.input_dropout(self.embed(input_ids))
        before = state or self.begin(len(input_ids))
        after = []
        for number, lstm in enumerate(self.lstms):
            if number > 0:
                x = self.hidden_dropout(x)
            x, hidden, cell = lstm(x, before[number])
            after.append((hidden, cell))
        return self.output_dropout(x), after

    def logits(self, hidden: Tensor) -> Tensor:
        """[..., E] -> [..., V]"""
        return F.linear(hidden, self.embedding.weight, self.bias)

    def groups(self) -> list[list[nn.Parameter]]:
        """The last layer, those before it, and the table with its bias: from special to general."""
        *first, last = self.lstms
        before = [parameter for lstm in first for parameter in lstm.parameters()]
        return [[*last.parameters()], before, [self.embedding.weight, self.bias]]

    def begin(self, batch: int) -> State:
        zeros = [self.bias.new_zeros(batch, size) for size in layer_sizes(self.config)]
        return [(part, part) for part in zeros]

    def embed(self, input_ids: Tensor) -> Tensor:
        """[B, T] -> [B, T, E], of variance 1 at first, as a gate expects its input.

        A word that is missing is missing wherever it stands.
        """
        x = self.embedding(input_ids) * sqrt(self.config.embedding_size)
        if not self.training or self.config.embedding_dropout == 0:
            return x
        mask = keep_mask((self.config.vocab_size, 1), self.config.embedding_dropout, x.device)
        return x * mask[input_ids]


def layer_sizes(config: AwdLstmConfig) -> list[int]:
    return [config.hidden_size] * (config.layers - 1) + [config.embedding_size]


def keep_mask(shape: tuple[int, ...], probability: float, device: torch.device) -> Tensor:
    """Zeros with this probability; the rest is so large that the mean is 1."""
    return torch.empty(shape, device=device).bernoulli_(1 - probability) / (1 - probability)
