"""ULMFiT's classifier (Howard and Ruder, arXiv:1801.06146, section 3.3), forward only.

Shape letters: as in `awd_lstm.py`; C classes.
Concat pooling (equation 4): h_c = [h_T, maxpool(h_1..h_T), meanpool(h_1..h_T)], then a hidden layer
with ReLU, then the classes. Deviation: the text is read in one go, without the loss of gradient
that their windows bring; batch normalization is left out, because batches may be tiny.
"""

import torch
from torch import Tensor, nn

from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig

CLASSES = 2
HEAD_SIZE = 50
POOL_DROPOUT, HEAD_DROPOUT = 0.2, 0.1


class ReviewClassifier(nn.Module):
    def __init__(self, config: AwdLstmConfig):
        super().__init__()
        self.config = config
        self.body = AwdLstm(config)
        self.hidden = nn.Linear(3 * config.embedding_size, HEAD_SIZE)
        self.output = nn.Linear(HEAD_SIZE, CLASSES)
        self.pool_dropout = nn.Dropout(POOL_DROPOUT)
        self.head_dropout = nn.Dropout(HEAD_DROPOUT)

    def forward(self, input_ids: Tensor, lengths: Tensor) -> Tensor:
        """input_ids [B, T], each row padded after its length [B] -> logits [B, C]."""
        states, _ = self.body.read(input_ids)  # [B, T, E]
        pooled = self.pool_dropout(concat_pool(states.float(), lengths))  # [B, 3E]
        return self.output(self.head_dropout(self.hidden(pooled).relu()))

    def groups(self) -> list[list[nn.Parameter]]:
        """The head first: the later a layer, the less general is what it knows."""
        last, first, table = self.body.groups()
        head = [*self.hidden.parameters(), *self.output.parameters()]
        return [head, last, [*first, table[0]]]


def concat_pool(states: Tensor, lengths: Tensor) -> Tensor:
    """states [B, T, E] of which the first `lengths` [B] count -> last, largest, mean [B, 3E]."""
    counts = torch.arange(states.shape[1], device=states.device) < lengths[:, None]  # [B, T]
    last = states[torch.arange(len(states), device=states.device), lengths - 1]
    largest = states.masked_fill(~counts[..., None], -torch.inf).amax(1)
    mean = (states * counts[..., None]).sum(1) / lengths[:, None]
    return torch.cat((last, largest, mean), -1)
