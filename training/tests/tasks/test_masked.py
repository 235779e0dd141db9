"""Words are masked as Devlin et al. do it, and sources are read by their shares."""

import numpy as np
import pytest
import torch

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.masked import EVERYDAY_SHARES, SHARES
from training.export.bert.tiny import CONFIG, make_tiny_tokenizer
from training.modeling.bert import BertConfig, MaskedBert
from training.tasks import masked
from training.tasks.masked import CLS, FIRST_WORD, MASK, SEP, MaskedTask, mask, parts_of

VOCAB_SIZE = 30_522
TEXTS = np.random.default_rng(0).integers(FIRST_WORD, VOCAB_SIZE, (400, 126))


def test_15_percent_are_chosen_of_which_8_1_1_tenths_are_masked_changed_and_kept():
    batch = mask(TEXTS, (1,), False, VOCAB_SIZE)
    given = batch.ids.flatten()[batch.positions]
    assert len(batch.answers) == round(0.15 * TEXTS.size)
    assert len(batch.positions.unique()) == len(batch.positions)
    assert float((given == MASK).float().mean()) == pytest.approx(0.8, abs=0.02)
    assert float((given == batch.answers).float().mean()) == pytest.approx(0.1, abs=0.02)
    assert int(given.min()) >= MASK


def test_nothing_else_is_changed():
    batch = mask(TEXTS, (1,), False, VOCAB_SIZE)
    restored = batch.ids.flatten().clone()
    restored[batch.positions] = batch.answers
    restored = restored.view_as(batch.ids)
    assert torch.equal(restored[:, 1:-1], torch.from_numpy(TEXTS))
    assert (batch.ids[:, 0] == CLS).all()
    assert (batch.ids[:, -1] == SEP).all()


def test_separators_inside_are_never_masked():
    texts = TEXTS.copy()
    texts[:, ::2] = SEP
    batch = mask(texts, (1,), False, VOCAB_SIZE)
    assert SEP not in batch.answers
    assert len(batch.answers) == round(0.15 * TEXTS.size / 2)


def test_the_same_seed_masks_the_same():
    first, again, other = (mask(TEXTS, seed, False, VOCAB_SIZE) for seed in ((1,), (1,), (2,)))
    assert torch.equal(first.ids, again.ids)
    assert not torch.equal(first.ids, other.ids)


def test_a_batch_in_parts_asks_for_the_same_words():
    batch = mask(TEXTS, (1,), False, VOCAB_SIZE)
    parts = parts_of(batch, rows=37)
    assert torch.equal(torch.cat([part.answers for part in parts]), batch.answers)
    for part in parts:
        given = part.ids.flatten()[part.positions]
        assert float((given == MASK).float().mean()) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize(
    ("name", "shares"), [("bert-tail", SHARES), ("bert-everyday", EVERYDAY_SHARES)]
)
def test_an_epoch_reads_each_source_by_its_share(name, shares, tmp_path, monkeypatch):
    monkeypatch.setattr(masked, "load_tokenizer", make_tiny_tokenizer)
    generator = np.random.default_rng(0)
    for source in shares.keys() - {"sentences"}:
        for part in ("train", "validation", "test"):
            ids = generator.integers(FIRST_WORD, VOCAB_SIZE, 7000).astype(np.uint16)
            np.save(tmp_path / f"{source}-{part}.npy", ids)
    ids = generator.integers(FIRST_WORD, VOCAB_SIZE, 12_000).astype(np.uint16)
    np.savez(tmp_path / "sentences-train.npz", ids=ids, ends=np.arange(6, 12_001, 6))
    _, training = load_config(CONFIGS / f"{name}.toml", BertConfig)
    rows = MaskedTask(training, tmp_path).batches(0)
    read = dict.fromkeys(shares, 0)
    for batch in rows:
        for source, _ in batch.places:
            # Batches count, not tokens: one of short sentences is as much work.
            read[source] += 1 / len(batch.places)
    for source, share in shares.items():
        assert read[source] / len(rows) == pytest.approx(share / 100, abs=0.01)


def test_the_head_gives_logits_of_every_word():
    torch.manual_seed(0)
    model = MaskedBert(CONFIG).eval()
    ids = torch.arange(14).reshape(2, 7)
    output = model(ids, torch.ones_like(ids), torch.zeros_like(ids), torch.arange(7).expand(2, 7))
    assert output.logits.shape == (2, 7, CONFIG.vocab_size)
    assert output.attentions.shape == (CONFIG.layers, 2, CONFIG.heads, 7, 7)


def test_a_small_model_learns_texts_by_heart():
    torch.manual_seed(0)
    model = MaskedBert(CONFIG)
    for parameter in model.bert.embeddings.parameters():
        parameter.data.mul_(0.1)
    optimizer = torch.optim.Adam(model.parameters(), lr=6e-3)
    texts = torch.randint(5, CONFIG.vocab_size, (8, 12))
    ones, positions = torch.ones_like(texts), torch.arange(12).expand_as(texts)
    for _ in range(220):
        chosen = torch.rand(texts.shape) < 0.2
        logits = model(texts.where(~chosen, 4), ones, 0 * ones, positions).logits
        loss = torch.nn.functional.cross_entropy(logits[chosen], texts[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    right = (logits[chosen].argmax(-1) == texts[chosen]).float().mean()
    assert right > 0.9
