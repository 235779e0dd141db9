"""A dependency parser on the states of a frozen encoder: Dozat and Manning, arXiv:1611.01734.

Where they read words with an LSTM, this reads a learned mix of an encoder's layers (Peters et al.,
arXiv:1802.05365, equation 1). Two biaffine scores say which unit a unit depends on, and how.

Shape letters: B sentences, U units (unit 0 is the root, then the words), L layers of the encoder,
D its hidden size, A size of the vectors for arcs, E of those for relations, R relations.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class DependencyParserConfig:
    layers: int
    hidden_size: int
    arc_size: int
    relation_size: int
    relations: int
    dropout: float = 0.0


@dataclass(frozen=True)
class ParserOutput:
    arcs: Tensor  # [B, U, U] logits, dependent then head; -inf at padding and at the unit itself.
    # [B, U, R] logits of the relation of each unit to the head that was given.
    relations: Tensor


class LayerMix(nn.Module):
    """A mean of layers with learned weights, times a learned factor."""

    def __init__(self, states: int):
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(states))
        self.factor = nn.Parameter(torch.ones(1))

    def forward(self, states: Tensor) -> Tensor:
        """[B, U, L + 1, D] -> [B, U, D]"""
        return self.factor * torch.einsum("l,buld->bud", self.weights.softmax(0), states)


class DependencyParser(nn.Module):
    def __init__(self, config: DependencyParserConfig):
        super().__init__()
        self.config = config
        d, a, e = config.hidden_size, config.arc_size, config.relation_size
        self.mix = LayerMix(config.layers + 1)
        self.arc_dependent = nn.Linear(d, a)
        self.arc_head = nn.Linear(d, a)
        self.relation_dependent = nn.Linear(d, e)
        self.relation_head = nn.Linear(d, e)
        # Equation 8 there: (H W) h + H b, of which b is the last column.
        self.arc = nn.Parameter(torch.empty(a, a + 1))
        # Equation 3 there, a matrix [E + 1, E + 1] for each relation, on vectors with a 1 behind.
        self.relation = nn.Parameter(torch.empty(config.relations * (e + 1), e + 1))
        nn.init.xavier_uniform_(self.arc)
        nn.init.normal_(self.relation, std=1 / (e + 1))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor, heads: Tensor, present: Tensor) -> ParserOutput:
        """states [B, U, L + 1, D]; heads [B, U] are units; present [B, U], False: padding."""
        x = self.dropout(self.mix(states))
        dependent, head, relation_dependent, relation_head = (
            self.dropout(F.gelu(linear(x)))
            for linear in (
                self.arc_dependent,
                self.arc_head,
                self.relation_dependent,
                self.relation_head,
            )
        )
        arcs = with_one(dependent) @ self.arc.T @ head.transpose(1, 2)  # [B, U, U]
        itself = torch.eye(arcs.shape[1], dtype=torch.bool, device=arcs.device)
        arcs = arcs.masked_fill(itself | ~present[:, None, :], float("-inf"))
        chosen = relation_head.gather(1, heads[..., None].expand(-1, -1, relation_head.shape[-1]))
        size = self.config.relation_size + 1
        products = F.linear(with_one(chosen), self.relation).unflatten(-1, (-1, size))
        relations = (products @ with_one(relation_dependent)[..., None])[..., 0]
        return ParserOutput(arcs, relations)


def with_one(x: Tensor) -> Tensor:
    """[..., N] -> [..., N + 1]: the bias of a biaffine product."""
    return F.pad(x, (0, 1), value=1.0)
