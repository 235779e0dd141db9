"""This is a cross-entropy over a sample of the vocabulary.

The estimate is that of Jean et al. (arXiv:1412.2007, section 3.1).
The sum under the softmax, Z = sum_w exp(s_w), is estimated: exactly for the most frequent words,
which most of a text consists of, and by importance sampling for the others,

    Z ~ sum_{w frequent} exp(s_w) + sum_{j = 1..K} exp(s_{w_j}) / (K q(w_j)),   w_j ~ q,

where q is drawn anew at every update and is flatter than the words' frequencies. On a CPU most of
the time of a small LSTM goes into the softmax: with a sample of 1,024 of 16,384 words an update
takes a quarter of the time. Validation always takes all words.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

FLATTENED = 0.75  # As of the noise of word2vec (Mikolov et al., arXiv:1310.4546, section 2.2).


class SampledSoftmax:
    def __init__(self, counts: Tensor, words: int):
        """counts [V] of the words in the text; half of `words` are the most frequent."""
        self.order = counts.argsort(descending=True)
        self.frequent = words // 2
        self.drawn = words - self.frequent
        rest = (counts[self.order[self.frequent :]].double() + 1) ** FLATTENED
        self.proposal = rest / rest.sum()

    def loss(self, hidden: Tensor, table: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """hidden [N, E], table [V, E], bias [V], targets [N] -> mean nats, as estimated."""
        picks = torch.multinomial(self.proposal, self.drawn, replacement=True)
        words = torch.cat((self.order[: self.frequent], self.order[self.frequent + picks]))
        words = words.to(targets.device)
        weights = -(self.drawn * self.proposal[picks]).log()
        offsets = torch.cat((weights.new_zeros(self.frequent), weights)).to(hidden.device)
        scores = F.linear(hidden, table[words], bias[words] + offsets.to(bias.dtype)).float()
        # A target is counted once, for itself, wherever it was drawn.
        scores = scores.masked_fill(words == targets[:, None], -torch.inf)
        own = (hidden * table[targets]).sum(-1).float() + bias[targets]
        return (torch.logaddexp(scores.logsumexp(-1), own) - own).mean()
