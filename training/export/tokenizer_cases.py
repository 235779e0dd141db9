"""Tokenizers go wrong on these texts; the Rust `tokenizers` library says what is right."""

import json
import unicodedata
from collections.abc import Sequence

from tokenizers import Encoding, Tokenizer

CASES: dict[str, str | tuple[str, str]] = {
    "empty": "",
    "white space only": " \t\r\n ",
    "plain": "Hello, world!",
    "subwords": "unbelievable tokenization of embeddings",
    "pair": ("How are you?", "Fine, thanks."),
    "pair with an empty second": ("How are you?", ""),
    "pair with accents and emoji": ("Café 😀 olé", "naïve 👍 bébé"),
    "accent, composed": "caf\u00e9 au lait",
    "accent, decomposed": "cafe\u0301 au lait",
    "accents in the middle of a subword": "r\u00e9sum\u00e9ification",
    "several marks on one letter": "e\u0323\u0302 a\u0308\u0304b",
    "a mark at the start": "\u0301abc",
    "a mark alone": "a \u0301 b",
    "Vietnamese": "Tiếng Việt rất đẹp",
    "Arabic with vowel signs": "السَّلامُ عَلَيْكُم",
    "Hebrew": "שָׁלוֹם עולם",
    "right to left among left to right": "the word שלום means peace",
    "Hindi": "नमस्ते दुनिया",
    "Thai": "สวัสดีชาวโลก",
    "Korean, composed": "한국어 단어",
    "Korean, decomposed": "\u1112\u1161\u11ab\u1100\u116e\u11a8",
    "Chinese": "我喜欢读书",
    "Chinese among letters": "I like 中国茶very much",
    "Japanese": "カタカナとひらがな、漢字。",
    "voiced kana, decomposed": "か\u3099き\u3099",
    "CJK beyond the basic plane": "a\U00020000b \U0002a6d6\U00030000",
    "CJK compatibility": "\uf900\uf901 \U0002f800",
    "full-width letters": "ＡＢＣ１２３",
    "emoji": "good 😀 day",
    "emoji, skin tone and joiners": "a 👩🏽\u200d🚀 and 👨\u200d👩\u200d👧 b",
    "flags and keycaps": "🇫🇷 1\ufe0f\u20e3",
    "emoji at the very end": "end👍",
    "mathematical letters": "𝒜𝓑 𝟙𝟚",
    "Gothic": "𐌰𐌱𐌲",
    "CRLF": "one\r\ntwo\r\n\r\nthree",
    "carriage return alone": "one\rtwo",
    "tabs": "\tif x:\n\t\treturn",
    "null byte": "a\x00b \x00 c",
    "control characters": "a\x01b\x07c\x1bd\x7fe",
    "C1 control characters": "a\x80b\x85c\x9fd",
    "U+FFFD": "a\ufffdb \ufffd",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "soft hyphen": "hy\u00adphen",
    "direction marks": "\u200eabc\u200f \u202axyz\u202c",
    "byte order mark at the start": "\ufeffhello",
    "no-break space": "a\u00a0b 10\u202fkm",
    "exotic spaces": "a\u2003b\u2009c\u3000d\u1680e\u2028f\u2029g",
    "private use and unassigned": "a\ue000b \U0010ffff c",
    "very long word": "x" * 101 + " y",
    "longest word that is looked up": "x" * 100 + " y",
    "very long word of wide characters": "😀" * 101 + " y",
    "punctuation run": 'wait...?!?!--"quoted" (really)',
    "typographic punctuation": "“Hello” – it’s… «fine»",
    "symbols that are no punctuation": "a+b=c $5 €6 ©2024 x^2 `code` ~|<>",
    "mask in the text": "The [MASK] sat on the mat.",
    "special tokens in the text": "[CLS] one [SEP] two [PAD][UNK] [MASK]ed",
    "not quite special": "[mask] [ MASK ] [MASK [CLS]]",
    "continuation marks typed": "a ##ing # ##",
    "Greek final sigma": "ΟΔΥΣΣΕΥΣ οδυσσεύς",
    "Turkish dotted and dotless i": "İstanbul ISPARTA ıslak",
    "German sharp s": "Straße STRASSE GROẞ",
    "ligatures": "ﬁnd ﬂow Ĳssel ǅ",
    "Kelvin and ångström signs": "\u212a \u212b",
    "superscripts and fractions": "x² ½ Ⅷ ①",
    "camel and snake case": "parseHttpResponse snake_case_name",
    "code": "if (a[i] != null) { return a[i]++; } // done",
    "address": "https://example.org/a?b=c&d=%20e#f",
    "numbers": "3.14159 1,000,000 0x1F 1e-5",
}

# The one special token that a person may type.
TYPED_MASK = "[MASK]"

MARKS_REASON = (
    "Rust leaves marks that the normalizer strips out of the range of their character. Ours holds "
    "them, so that what is highlighted in a document is a whole character on the screen."
)


def tokenizer_cases(tokenizer: Tokenizer, names: list[str]) -> list[dict]:
    return [tokenizer_case(tokenizer, name, CASES[name]) for name in names]


def tokenizer_case(tokenizer: Tokenizer, name: str, text: str | tuple[str, str]) -> dict:
    """What Rust says, and where the engine means to say something else, that too."""
    tokenizer = reading_text(tokenizer)
    texts = text if isinstance(text, tuple) else (text,)
    encoding = tokenizer.encode(*texts)
    case = dict(zip(("name", "text", "textPair"), (name, *texts), strict=False))
    case["tokens"] = tokens(encoding, texts, list(encoding.offsets))
    with_marks = tokens(encoding, texts, covering_marks(encoding, texts))
    if with_marks != case["tokens"]:
        case["knownDivergence"] = {"reason": MARKS_REASON, "tokens": with_marks}
    return case


def reading_text(tokenizer: Tokenizer) -> Tokenizer:
    """The same where special tokens that are spelled in a text are text, all but BERT's mask.

    By default Rust, and transformers with it, takes them for the tokens themselves; transformers
    calls this `split_special_tokens`.
    """
    content = json.loads(tokenizer.to_str())
    for token in content["added_tokens"]:
        token["special"] &= token["content"] != TYPED_MASK
    reading = Tokenizer.from_str(json.dumps(content))
    reading.encode_special_tokens = True
    return reading


def covering_marks(encoding: Encoding, texts: Sequence[str]) -> list[tuple[int, int]]:
    """Rust's offsets, each range drawn out over what the normalizer took off its end."""
    offsets = list(encoding.offsets)
    for i, sequence in enumerate(encoding.sequence_ids):
        if sequence is None:
            continue
        start, end = offsets[i]
        # The bytes of one character are tokens at the same place.
        limit = next(
            (
                offsets[j][0]
                for j in range(i + 1, len(offsets))
                if encoding.sequence_ids[j] == sequence and offsets[j][0] >= end
            ),
            len(texts[sequence]),
        )
        while end < limit and extends_character(texts[sequence][start:end], texts[sequence][end]):
            end += 1
        offsets[i] = start, end
    return offsets


def extends_character(before: str, character: str) -> bool:
    """Whether it is a mark, or letters become one with it, as those of Korean do."""
    composed, longer = (unicodedata.normalize("NFC", one) for one in (before, before + character))
    return unicodedata.category(character) in ("Mn", "Me") or (
        character in "\u200c\u200d" or len(longer) == len(composed)
    )


def tokens(encoding: Encoding, texts: Sequence[str], offsets: list[tuple[int, int]]) -> list[dict]:
    """Like `Token` of `src/common/protocol/engine/types.ts`.

    `isSpecial` is left out, which is `word == -1`.
    """
    units = [utf16_offsets(text) for text in texts]
    first_text_words = {
        word
        for word, sequence in zip(encoding.word_ids, encoding.sequence_ids, strict=True)
        if sequence == 0
    }
    words_before = [0, len(first_text_words)]
    listed = []
    for i, sequence in enumerate(encoding.sequence_ids):
        if sequence is None:
            place = {"start": 0, "end": 0, "word": -1}
        else:
            start, end = offsets[i]
            place = {
                "start": units[sequence][start],
                "end": units[sequence][end],
                "word": words_before[sequence] + encoding.word_ids[i],
            }
        listed.append(
            {
                "id": encoding.ids[i],
                "text": encoding.tokens[i],
                **place,
                "segment": encoding.type_ids[i],
            }
        )
    return listed


def utf16_offsets(text: str) -> list[int]:
    """For each code point offset, and the end, the offset in UTF-16 units."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + (2 if ord(character) > 0xFFFF else 1))
    return offsets
