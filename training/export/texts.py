"""The fixtures are computed on these texts, which were written for the purpose."""

# Short, and as unlike each other as what people highlight: the error of quantisation is measured
# on them.
VARIED = {
    "prose": "The animal didn't cross the street because it was too tired.",
    "narrative": "She closed the door softly and listened to the rain.",
    "dialogue": '"Where are you going?" "Home." "Already?"',
    "names": "Marie Curie met Albert Einstein in Brussels in 1911.",
    "news": "The central bank kept interest rates at 2.5% on Thursday.",
    "recipe": "Add 200 g of flour, stir well, and bake for 40 minutes.",
    "code": "for i in range(10): print(i * i)",
    "markup": '<a href="index.html">Home</a>',
    "query": "SELECT name FROM users WHERE age > 30;",
    "log": "2024-05-01 12:00:03 ERROR connection refused",
    "list": "apples, pears; bread / milk (two litres)",
    "repetition": "no no no no yes no no no no",
    "French": "Le petit chat dort sur le canapé.",
    "German": "Der Hund läuft über die Straße.",
    "Russian": "Привет, как дела?",
    "Japanese": "今日は天気がいい。",
}

# Short enough for the tiny model too.
ONE_TOKEN = "time"
SENTENCE = "The little bird sat on the red house, because it was tired."
NON_ASCII = "Zoë paid 5 € in 東京 for crème brûlée 😀 — naïve?"
PAIR = ("Who is that old man?", "He is my brother.")


def longer_than(words: int) -> str:
    """The varied texts one after the other, again and again, until there are more than `words`."""
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) <= words:
        parts.extend(VARIED.values())
    return " ".join(parts)


STORY = "Once upon a time there was a boy who"
MASKED = "The little [MASK] sat on the red [MASK]."
