"""The fixtures of decoders are computed on these texts."""

from training.export.texts import NON_ASCII, SENTENCE, STORY, longer_than
from training.export.tokenizer_cases import CASES

OWN_CASES = {
    "end of text in the text": "one<|endoftext|>two <|endoftext|>",
    "contractions": "I'll say it's what they've DON'T 'twas",
    "spaces in a row": "a  b   c\n\n    d \t e  ",
}
ALL_CASES = {name: text for name, text in CASES.items() if isinstance(text, str)} | OWN_CASES
TINY_CASES = ("empty", "plain", "emoji, skin tone and joiners", "code", "numbers", *OWN_CASES)


def decoder_texts(context_length: int) -> dict[str, str]:
    return {
        "one token": "a",
        "a sentence": SENTENCE,
        "beyond ASCII": NON_ASCII,
        "a story": STORY,
        # A word is a token at least; it is cut where the context ends.
        "a full context": longer_than(context_length),
    }
