"""This command trains a model; one loop is for every model that is trained here.

Run it with `python -m training.train <model>`. Stop it at any moment (Ctrl+C, SIGTERM) and start it
again: it goes on from its last checkpoint as if nothing had happened. All it writes is in the
model's folder of `training.paths.WORK`: `checkpoint.pt`, `epoch-<n>.pt` (parameters alone, of the
last epochs), `log.jsonl`.
"""

import argparse
import signal

import torch

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig
from training.modeling.bert import BertConfig, MaskedBert
from training.modeling.dependency_parser import DependencyParser, DependencyParserConfig
from training.modeling.gpt2 import Gpt2, Gpt2Config
from training.modeling.lstm import Lstm, LstmConfig
from training.modeling.lstm_attention import LstmAttention, LstmAttentionConfig
from training.modeling.transformer import Transformer, TransformerConfig
from training.paths import WORK
from training.tasks.bptt_stream import StreamTask
from training.tasks.dependencies import DependencyTask
from training.tasks.masked import MaskedTask, masked_minilm
from training.tasks.natural_translation import NaturalTranslationTask
from training.tasks.text import TextTask
from training.tasks.translation import CaptionTask, TranslationTask
from training.train.trainer import Trainer

MODELS = {
    "seq2seq-lstm": (LstmConfig, Lstm, TranslationTask),
    "seq2seq-attention": (LstmAttentionConfig, LstmAttention, TranslationTask),
    "transformer": (TransformerConfig, Transformer, TranslationTask),
    "seq2seq-lstm-natural": (LstmConfig, Lstm, NaturalTranslationTask),
    "seq2seq-attention-natural": (LstmAttentionConfig, LstmAttention, NaturalTranslationTask),
    "transformer-natural": (TransformerConfig, Transformer, NaturalTranslationTask),
    "seq2seq-lstm-multi30k": (LstmConfig, Lstm, CaptionTask),
    "seq2seq-attention-multi30k": (LstmAttentionConfig, LstmAttention, CaptionTask),
    "transformer-multi30k": (TransformerConfig, Transformer, CaptionTask),
    "ulmfit": (AwdLstmConfig, AwdLstm, StreamTask),
    "gpt2": (Gpt2Config, Gpt2, TextTask),
    "gpt2-tail": (Gpt2Config, Gpt2, TextTask),
    "bert": (BertConfig, masked_minilm, MaskedTask),
    "bert-tail": (BertConfig, MaskedBert, MaskedTask),
    "bert-everyday": (BertConfig, MaskedBert, MaskedTask),
    "bert-parser": (DependencyParserConfig, DependencyParser, DependencyTask),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--threads", type=int, default=1, help="1 is the best use of a shared CPU")
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cpu", help="cuda: of gpt2, bert and ulmfit"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model_config, make_model, make_task = MODELS[arguments.model]
    config, training = load_config(CONFIGS / f"{arguments.model}.toml", model_config)
    torch.manual_seed(training.seed)
    model = make_model(config)
    if training.start:
        load_trained(training.start, model)
    trainer = Trainer(
        model,
        make_task(training),
        training,
        WORK / arguments.model,
        arguments.device,
    )
    signal.signal(signal.SIGTERM, trainer.stop)
    signal.signal(signal.SIGINT, trainer.stop)
    trainer.run()


if __name__ == "__main__":
    main()
